/* What host->metric costs a learner, against the bound: a call of an empty function through a
 * pointer. Medians over batches, so that an interruption does not count. */
#include "base/clock.h"
#include "worker/host.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCHES = 201, CALLS = 20000, METRICS = 5 };

static void nothing(const rlb_host *h, uint32_t index, double value)
{
    (void)h;
    (void)index;
    (void)value;
    __asm__ volatile("");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median ns of one call, the metrics taken in turn. */
static double measure(const rlb_host *h, void (*call)(const rlb_host *, uint32_t, double))
{
    static double ns[BATCHES];
    void (*volatile hidden)(const rlb_host *, uint32_t, double) = call;
    for (int b = 0; b < BATCHES; b++) {
        void (*f)(const rlb_host *, uint32_t, double) = hidden;
        int64_t start = clock_mono_ns();
        for (uint32_t i = 0; i < CALLS; i++)
            f(h, i % METRICS, (double)i);
        ns[b] = (double)(clock_mono_ns() - start) / CALLS;
    }
    qsort(ns, BATCHES, sizeof ns[0], by_value);
    return ns[BATCHES / 2];
}

int main(void)
{
    static const rlb_metric rows[METRICS] = {
        {.name = "last", .fold = RLB_FOLD_LAST}, {.name = "mean", .fold = RLB_FOLD_MEAN},
        {.name = "min", .fold = RLB_FOLD_MIN},   {.name = "max", .fold = RLB_FOLD_MAX},
        {.name = "sum", .fold = RLB_FOLD_SUM},
    };
    struct host_report report = {0};
    struct host host;
    host_init(&host, "bench", &report, rows, METRICS, sizeof rows[0]);
    double bound = measure(&host.table, nothing);
    double metric = measure(&host.table, host.table.metric);
    printf("metric call %.2f ns, empty call %.2f ns, ratio %.2f (limit 200 ns)\n", metric, bound,
           metric / bound);
    host_finish(&host);
    return metric > 200;
}
