#include "worker/host.h"

#include <rlbench/interfaces.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No machine gives more; a larger request is a miscalculation. */
#define ALLOC_MOST ((size_t)1 << 39)

/* One allocation of alloc(): a list so that destroy is a loop. The header keeps the 64-byte
 * alignment of what follows it. */
struct host_block {
    struct host_block *next;
    char pad[64 - sizeof(struct host_block *)];
};

static struct host *self_of(const rlb_host *table)
{
    return table->ctx;
}

static void say(struct host *h, int32_t level, const char *text)
{
    if (h->report->log)
        h->report->log(h->report->ctx, level, h->who, text);
}

RLB_PRINTF(3, 4)
static rlb_status host_fail(const rlb_host *table, rlb_status status, const char *fmt, ...)
{
    struct host_report *report = self_of(table)->report;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(report->text, sizeof report->text, fmt, ap);
    va_end(ap);
    report->status = status;
    report->who = self_of(table)->who;
    return status;
}

RLB_PRINTF(3, 4)
static void host_log(const rlb_host *table, int32_t level, const char *fmt, ...)
{
    struct host *h = self_of(table);
    if (!h->report->log)
        return;
    char text[1000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    say(h, level, text);
}

/* A call the contract forbids: refused, and said once. */
static void warn_once(struct host *h, const char *text)
{
    if (!h->warned)
        say(h, RLB_LOG_WARN, text);
    h->warned = true;
}

static void *host_alloc(const rlb_host *table, size_t bytes)
{
    struct host *h = self_of(table);
    if (!h->setting_up) {
        warn_once(h, "alloc() was called outside create() and load(), and refused");
        return NULL;
    }
    if (bytes > ALLOC_MOST)
        return NULL;
    size_t total = (sizeof(struct host_block) + bytes + 63) / 64 * 64;
    struct host_block *block = aligned_alloc(64, total);
    if (!block)
        return NULL;
    memset(block, 0, total);
    block->next = h->blocks;
    h->blocks = block;
    return block + 1;
}

static void host_metric(const rlb_host *table, uint32_t index, double value)
{
    struct host *h = self_of(table);
    if (__builtin_expect(index < h->num_folds, 1))
        host_fold_add(h, &h->folds[index], value);
    else
        warn_once(h, "metric() was called with an index outside the table, and ignored");
}

static rlb_status host_make_env(const rlb_host *table, const rlb_override *overrides,
                                uint32_t num_overrides, uint32_t num_lanes, uint64_t seed,
                                uint32_t counts, rlb_venv **out)
{
    struct host *h = self_of(table);
    if (!h->setting_up || !h->make_env)
        return host_fail(table, RLB_E_UNSUPPORTED,
                         "make_env() may only be called by an algorithm's create()");
    return h->make_env(h->make_ctx, overrides, num_overrides, num_lanes, seed, counts, out);
}

/* In one process, what its only rank has is the sum. */
static rlb_status host_sum(const rlb_host *table, double *values, uint64_t n)
{
    struct err e = ERR_INIT;
    struct ranks *ranks = self_of(table)->ranks;
    if (!ranks || ranks_sum(ranks, values, n, &e) == OK)
        return RLB_OK;
    return host_fail(table, RLB_E_INTERNAL, "%s", e.text);
}

static const void *host_interface(const rlb_host *table, const char *id)
{
    struct host *h = self_of(table);
    if (strcmp(id, RLB_DATASET) == 0)
        return h->dataset;
    if (strcmp(id, RLB_LANES) == 0)
        return h->lanes;
    if (strcmp(id, RLB_ALLREDUCE) != 0)
        return NULL;
    h->allreduce = (rlb_allreduce){.size = sizeof h->allreduce,
                                   .rank = h->ranks ? h->ranks->rank : 0,
                                   .num_ranks = h->ranks ? h->ranks->size : 1,
                                   .sum = host_sum};
    return &h->allreduce;
}

void host_init(struct host *h, const char *who, struct host_report *report,
               const rlb_metric *metrics, uint32_t num_metrics, uint32_t metric_stride)
{
    *h = (struct host){.table = {.size = sizeof h->table,
                                 .abi_major = RLB_ABI_MAJOR,
                                 .abi_minor = RLB_ABI_MINOR,
                                 .ctx = h,
                                 .fail = host_fail,
                                 .log = host_log,
                                 .alloc = host_alloc,
                                 .metric = host_metric,
                                 .make_env = host_make_env,
                                 .interface = host_interface},
                       .report = report,
                       .who = who,
                       .num_folds = num_metrics};
    h->folds = num_metrics ? mem_alloc(num_metrics * sizeof *h->folds) : NULL;
    for (uint32_t i = 0; i < num_metrics; i++) {
        const rlb_metric *m = host_row(metrics, metric_stride, i);
        h->folds[i].fold = m->fold;
        h->folds[i].flags = m->flags;
    }
}

void host_finish(struct host *h)
{
    while (h->blocks) {
        struct host_block *next = h->blocks->next;
        free(h->blocks);
        h->blocks = next;
    }
    free(h->folds);
    h->folds = NULL;
    h->num_folds = 0;
}

void host_fold_add(struct host *h, struct host_fold *f, double value)
{
    if (__builtin_expect(!isfinite(value), 0) && !(f->flags & RLB_M_NAN_OK)) {
        if (f->bad++ == 0)
            f->bad_value = value;
        h->bad++;
    }
    /* The first sample starts the fold; a NaN stays in a minimum or maximum. */
    bool first = f->count++ == 0;
    switch (f->fold) {
    case RLB_FOLD_MEAN:
    case RLB_FOLD_SUM: f->value = first ? value : f->value + value; break;
    case RLB_FOLD_MIN:
        if (first || !(value >= f->value))
            f->value = isnan(f->value) && !first ? f->value : value;
        break;
    case RLB_FOLD_MAX:
        if (first || !(value <= f->value))
            f->value = isnan(f->value) && !first ? f->value : value;
        break;
    default: f->value = value;
    }
}

bool host_fold_take(struct host_fold *f, double *out)
{
    if (f->count == 0)
        return false;
    *out = f->fold == RLB_FOLD_MEAN ? f->value / (double)f->count : f->value;
    f->count = 0;
    f->value = 0;
    return true;
}

const char *host_status_name(rlb_status status)
{
    static const char *const names[] = {"done",
                                        "ok",
                                        "invalid argument",
                                        "out of memory",
                                        "stream failed",
                                        "checkpoint does not fit",
                                        "not supported",
                                        "diverged",
                                        "internal fault"};
    int i = RLB_DONE - status;
    return i >= 0 && i < (int)(sizeof names / sizeof names[0]) ? names[i] : "unknown status";
}

char *host_failure(const struct host_report *r, const char *who, rlb_status status, char *out,
                   size_t size)
{
    if (r->status == status && r->text[0])
        snprintf(out, size, "%s: %s", r->who, r->text);
    else
        snprintf(out, size, "%s: failed without a sentence (%s, status %d)", who,
                 host_status_name(status), status);
    return out;
}
