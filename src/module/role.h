/* This program started again in a role of its own (scanner, checker, dumper), beside code that may
 * crash or hang. It answers on fd 3 and reads nothing. */
#ifndef RLBENCH_MODULE_ROLE_H
#define RLBENCH_MODULE_ROLE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { ROLE_FD = 3 };

struct role {
    pid_t pid;
    int fd; /* reads what it writes to ROLE_FD; non-blocking */
};

/* Starts `rlbench args...` (NULL-terminated) in a process group of its own. Its standard output and
 * error go to `output`, or nowhere when that is negative. `variable` "NAME=VALUE" is added to its
 * environment; may be NULL. */
int role_start(struct role *r, const char *const *args, const char *variable, int output,
               struct err *e);
/* Lets it end by itself until the deadline (monotonic), then kills its group; closes the fd. True
 * when it ended by itself; *status as waitpid() gives it. */
bool role_end(struct role *r, int64_t deadline_ns, int *status);
/* "SIGSEGV (Segmentation fault)" or "exit status 3" into out; returns out. */
char *role_describe_end(int status, char *out, size_t size);

/* In the child: dies with its parent, no core files, at most `seconds` of processor time, `bytes`
 * of address space (not under a sanitizer). 0: unlimited. */
void role_limit(unsigned seconds, uint64_t bytes);
/* True when this program was built with a sanitizer, which takes memory in its own ways. */
bool role_sanitized(void);
/* In the child: writes all of it to ROLE_FD. False when the reader is gone. */
bool role_answer(const void *bytes, size_t n);

#endif
