/* Shared objects inside this process: the worker, the scanner child and the conformance checker
 * only. */
#ifndef RLBENCH_MODULE_MODULE_H
#define RLBENCH_MODULE_MODULE_H

#include "base/err.h"
#include <rlbench/plugin.h>

/* dlopen (NOW, LOCAL; never closed), finds the entry symbol, verifies magic, ABI major, sizes and
 * every table. The sentence of a failure names the file and the most likely cause. */
int module_open(const char *path, const rlb_module **out, struct err *e);
/* Verifies tables only (golden and hostile tests). */
int module_verify(const rlb_module *m, struct err *e);
const rlb_algo *module_algo(const rlb_module *m, const char *id);
const rlb_env *module_env(const rlb_module *m, const char *id);

/* `rlbench --scan FILE`: loads, verifies and writes the tables as one frame to fd 3. Returns the
 * exit code. */
int module_scan_main(const char *path);

#endif
