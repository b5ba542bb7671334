/* Inside lib/data: files that exist only while they are open, and a whole file under its name. */
#ifndef RLBENCH_DATA_SPOOL_H
#define RLBENCH_DATA_SPOOL_H

#include <rlbench/npy.h>

/* A nameless file in the folder of `beside`; the descriptor, or -1. */
int spool_open(const char *beside, rlb_fault *why);
rlb_status spool_write(int fd, const void *bytes, uint64_t n, const char *name, rlb_fault *why);
/* Exactly n bytes from `at` on; RLB_E_FORMAT when the file ends before. */
rlb_status spool_read_at(int fd, void *bytes, uint64_t n, uint64_t at, const char *name,
                         rlb_fault *why);

/* A file that appears under its name whole or not at all. Zero it before target_open. */
struct target {
    char *path, *temporary; /* owned */
    int fd;
};
rlb_status target_open(struct target *t, const char *path, rlb_fault *why);
/* Syncs and renames; on failure nothing is left. */
rlb_status target_commit(struct target *t, rlb_fault *why);
void target_abandon(struct target *t);

#endif
