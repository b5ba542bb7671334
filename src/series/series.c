#include "series/series.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void series_init(struct series *s)
{
    memset(s, 0, sizeof *s);
}

void series_finish(struct series *s)
{
    free(s->steps);
    free(s->values);
    for (int k = 0; k < SERIES_LEVELS; k++)
        free(s->levels[k].blocks);
    series_init(s);
}

void series_clear(struct series *s)
{
    s->len = 0;
    for (int k = 0; k < SERIES_LEVELS; k++)
        s->levels[k].len = 0;
}

static const struct series_block nothing = {.min = INFINITY, .max = -INFINITY};

static void add_point(struct series_block *b, double value)
{
    if (!isfinite(value)) {
        b->bad++;
        return;
    }
    b->min = value < b->min ? value : b->min;
    b->max = value > b->max ? value : b->max;
    b->sum += value;
    b->count++;
}

static void add_block(struct series_block *b, const struct series_block *other)
{
    b->min = other->min < b->min ? other->min : b->min;
    b->max = other->max > b->max ? other->max : b->max;
    b->sum += other->sum;
    b->count += other->count;
    b->bad += other->bad;
}

/* Called when the number of points has become a multiple of SERIES_FANOUT: closes the blocks that
 * end there, from the lowest level up. */
static void close_blocks(struct series *s)
{
    size_t span = SERIES_FANOUT;
    for (int k = 0; k < SERIES_LEVELS && s->len % span == 0; k++, span *= SERIES_FANOUT) {
        struct series_block sum = nothing;
        if (k == 0) {
            for (size_t i = s->len - SERIES_FANOUT; i < s->len; i++)
                add_point(&sum, s->values[i]);
        } else {
            const struct series_level *below = &s->levels[k - 1];
            for (size_t i = below->len - SERIES_FANOUT; i < below->len; i++)
                add_block(&sum, &below->blocks[i]);
        }
        struct series_level *level = &s->levels[k];
        if (level->len == level->cap) {
            level->cap = level->cap ? 2 * level->cap : 8;
            level->blocks = mem_grow(level->blocks, level->cap, sizeof *level->blocks);
        }
        level->blocks[level->len++] = sum;
    }
}

size_t series_append(struct series *s, const uint64_t *steps, const double *values, size_t n)
{
    size_t before = s->len;
    if (s->len + n > s->cap) {
        s->cap = s->cap * 2 > s->len + n ? s->cap * 2 : s->len + n;
        s->steps = mem_grow(s->steps, s->cap, sizeof *s->steps);
        s->values = mem_grow(s->values, s->cap, sizeof *s->values);
    }
    for (size_t i = 0; i < n; i++) {
        if (s->len && steps[i] < s->steps[s->len - 1])
            continue;
        s->steps[s->len] = steps[i];
        s->values[s->len] = values[i];
        s->len++;
        if (s->len % SERIES_FANOUT == 0)
            close_blocks(s);
    }
    return s->len - before;
}

size_t series_find_from(const struct series *s, size_t from, uint64_t step)
{
    /* in growing strides to a block that holds it, for it is mostly near */
    size_t span = 1;
    while (span <= s->len - from && s->steps[from + span - 1] < step) {
        from += span;
        span *= 2;
    }
    size_t to = span < s->len - from ? from + span : s->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (s->steps[middle] < step)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

size_t series_find(const struct series *s, uint64_t step)
{
    return series_find_from(s, 0, step);
}

struct series_block series_range(const struct series *s, size_t from, size_t to)
{
    struct series_block sum = nothing;
    while (from < to) {
        /* the largest block that starts here and ends inside */
        int level = -1;
        size_t span = 1;
        while (level + 1 < SERIES_LEVELS && from % (span * SERIES_FANOUT) == 0 &&
               from + span * SERIES_FANOUT <= to) {
            level++;
            span *= SERIES_FANOUT;
        }
        if (level < 0)
            add_point(&sum, s->values[from]);
        else
            add_block(&sum, &s->levels[level].blocks[from / span]);
        from += span;
    }
    return sum;
}

bool series_value_at(const struct series *s, uint64_t step, double *value)
{
    size_t after = step == UINT64_MAX ? s->len : series_find(s, step + 1);
    if (after == 0)
        return false;
    *value = s->values[after - 1];
    return true;
}

uint64_t series_column_start(uint64_t lo, uint64_t hi, size_t columns, size_t c)
{
    unsigned __int128 width = (unsigned __int128)(hi - lo) + 1;
    return lo + (uint64_t)((width * c + columns - 1) / columns);
}

void series_reduce(const struct series *s, uint64_t lo, uint64_t hi, size_t columns,
                   struct series_column *out)
{
    size_t from = series_find(s, lo);
    for (size_t c = 0; c < columns; c++) {
        uint64_t end = series_column_start(lo, hi, columns, c + 1);
        /* end wraps to 0 when the window ends at the last step there can be */
        size_t to = end == 0 && c + 1 == columns ? s->len : series_find_from(s, from, end);
        struct series_block b = series_range(s, from, to);
        double mean = b.sum / (double)b.count;
        if (b.count && !isfinite(mean)) /* the sum of huge values overflowed */
            mean = b.min / 2 + b.max / 2;
        out[c] = (struct series_column){.min = b.count ? b.min : NAN,
                                        .max = b.count ? b.max : NAN,
                                        .mean = b.count ? mean : NAN,
                                        .count = b.count,
                                        .bad = b.bad};
        from = to;
    }
}
