/* Inside lib/data: sentences for rlb_fault. */
#ifndef RLBENCH_DATA_FAULT_H
#define RLBENCH_DATA_FAULT_H

#include <rlbench/npy.h>

/* Records a sentence and returns status, so that `return fault_set(why, …)` works. */
rlb_status fault_set(rlb_fault *why, rlb_status status, const char *fmt, ...) RLB_PRINTF(3, 4);
/* The same with errno and its text; RLB_E_IO. */
rlb_status fault_sys(rlb_fault *why, const char *fmt, ...) RLB_PRINTF(2, 3);
/* Puts "<name>: " before the sentence; returns status. */
rlb_status fault_prefix(rlb_fault *why, rlb_status status, const char *name);
rlb_status fault_memory(rlb_fault *why);

#endif
