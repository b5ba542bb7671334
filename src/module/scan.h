/* Between the registry and its scanner children. */
#ifndef RLBENCH_MODULE_SCAN_H
#define RLBENCH_MODULE_SCAN_H

#include "base/err.h"
#include "base/mem.h"
#include "module/registry.h"
#include "wire/wire.h"

enum { SCAN_SECONDS = 5 };
/* `kind` of a DESC message. */
enum { SCAN_ALGORITHM = 1, SCAN_ENVIRONMENT = 2 };

/* The tables of a verified module as frames: DESC, its rows, the next DESC, …, SCANNED. */
void module_encode(struct buf *out, const rlb_module *m);

/* One shared object to look at, and what came of it. */
struct scan_job {
    const char *path;  /* borrowed */
    struct buf frames; /* of a good one */
    char *reason;      /* of a broken one; NULL: good */
    bool settled;      /* looking again at the same file would give the same */
};
/* Runs one child per job, several at a time, each for at most SCAN_SECONDS. Fails only when no
 * child can be started at all. */
int scan_run(struct scan_job *jobs, size_t n, struct err *e);
void scan_job_finish(struct scan_job *job);

/* Adds the descriptors in frames to r. ERR_DATA when they are not a module's tables. */
int scan_decode(struct registry *r, const char *path, const char *sha256, struct wire_bytes frames,
                struct err *e);

#endif
