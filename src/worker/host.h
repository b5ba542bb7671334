/* The host table: everything a plugin can ask of the program. One `struct host` per plugin object
 * (the algorithm, each environment), so that memory and names stay with their object; the objects
 * of a run share one report. Nothing here knows files, sockets or clocks, so a test or the
 * conformance checker uses the same host as the worker. */
#ifndef RLBENCH_WORKER_HOST_H
#define RLBENCH_WORKER_HOST_H

#include "base/mem.h"
#include "worker/ranks.h"
#include <rlbench/interfaces.h>
#include <rlbench/plugin.h>

#include <stdbool.h>

/* What the plugins of a run have said; shared by its hosts. Zero it, then set log. */
struct host_report {
    rlb_status status; /* of the last fail(), RLB_OK when there was none */
    char text[1000];   /* its sentence */
    const char *who;   /* id of the plugin that said it */
    /* A line for the run's log; NULL: dropped. `who` is the id of the plugin. */
    void (*log)(void *ctx, int32_t level, const char *who, const char *text);
    void *ctx;
};

/* The samples of one metric in the current logging window. */
struct host_fold {
    double value; /* running last, sum, min or max */
    uint64_t count;
    uint32_t fold, flags; /* of the metric's row */
    uint64_t bad;         /* non-finite samples of a metric without RLB_M_NAN_OK, in all windows */
    double bad_value;     /* the first of them */
};

struct host {
    rlb_host table; /* what the plugin sees; table.ctx is this struct */
    struct host_report *report;
    const char *who; /* plugin id, borrowed */
    bool setting_up; /* inside create() or load(): alloc and make_env are allowed */
    bool warned;     /* a call out of place was logged once */
    struct host_fold *folds;
    uint32_t num_folds;
    uint64_t bad; /* sum of folds[].bad: one look tells whether the run is still finite */
    struct host_block *blocks;
    /* make_env and interface of the algorithm's host; NULL: refused */
    rlb_status (*make_env)(void *ctx, const rlb_override *overrides, uint32_t num_overrides,
                           uint32_t num_lanes, uint64_t seed, uint32_t counts, rlb_venv **out);
    void *make_ctx;
    const rlb_dataset *dataset; /* of the run, for its algorithm; NULL: none */
    struct ranks *ranks;        /* the run's; NULL: one process */
    rlb_allreduce allreduce;    /* the service over them */
    const rlb_lanes *lanes;     /* of an algorithm's host; NULL: none */
};

/* metrics may be NULL (environments). The host does not move afterwards: plugins keep &h->table. */
void host_init(struct host *h, const char *who, struct host_report *report,
               const rlb_metric *metrics, uint32_t num_metrics, uint32_t metric_stride);
/* Frees everything alloc() gave out. */
void host_finish(struct host *h);

/* One sample into a fold; what host->metric does after finding it. */
void host_fold_add(struct host *h, struct host_fold *f, double value);
/* The window's point: true and *out when it had samples; the fold starts afresh. */
bool host_fold_take(struct host_fold *f, double *out);

/* "who: sentence" of the last failure, or one made from `status` when the plugin gave none. Returns
 * out. */
char *host_failure(const struct host_report *r, const char *who, rlb_status status, char *out,
                   size_t size);
const char *host_status_name(rlb_status status);

/* Row i of a table with a stride (metrics, parameters, views). */
static inline const void *host_row(const void *rows, uint32_t stride, uint32_t i)
{
    return (const char *)rows + (size_t)stride * i;
}

#endif
