/* How much of what groups came to is explained by one of their parameters. */
#include "stats/stats.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

struct placed {
    double x;
    size_t index;
};

static int compare(const void *p, const void *q)
{
    const struct placed *a = p, *b = q;
    return a->x != b->x ? (a->x < b->x ? -1 : 1) : a->index < b->index ? -1 : 1;
}

uint32_t stats_levels(const double *x, size_t n, uint32_t most, uint32_t *level)
{
    struct placed *sorted = mem_alloc((n + 1) * sizeof *sorted);
    size_t distinct = n > 0;
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct placed){x[i], i};
    qsort(sorted, n, sizeof *sorted, compare);
    for (size_t i = 1; i < n; i++)
        distinct += sorted[i].x != sorted[i - 1].x;
    uint32_t last = 0, used = 0;
    for (size_t i = 0; i < n; i++) {
        bool again = i > 0 && sorted[i].x == sorted[i - 1].x;
        uint32_t wanted = distinct > most ? (uint32_t)(i * most / n) : used;
        if (!again && (i == 0 || distinct <= most || wanted != last)) {
            last = wanted;
            used++;
        }
        level[sorted[i].index] = used - 1;
    }
    free(sorted);
    return used;
}

double stats_effect(const double *y, const uint32_t *level, size_t n, uint32_t levels)
{
    double sum = 0, total = 0, within = 0;
    bool differ = false;
    if (levels < 2 || n <= levels)
        return (double)NAN;
    for (size_t i = 0; i < n; i++)
        sum += y[i];
    for (size_t i = 0; i < n; i++) {
        total += (y[i] - sum / (double)n) * (y[i] - sum / (double)n);
        differ = differ || y[i] != y[0];
    }
    if (!differ) /* the sums are rounded */
        return 0;
    for (uint32_t k = 0; k < levels; k++) {
        double count = 0;
        sum = 0;
        for (size_t i = 0; i < n; i++)
            if (level[i] == k) {
                sum += y[i];
                count++;
            }
        for (size_t i = 0; i < n; i++)
            if (level[i] == k)
                within += (y[i] - sum / count) * (y[i] - sum / count);
    }
    double share = 1 - within / (double)(n - levels) / (total / (double)(n - 1));
    return share > 0 ? share : 0;
}
