#include "replay.h"

#include <string.h>

enum { AHEAD = 16 }; /* rows whose cache lines are asked for before they are needed */

rlb_status rlb_replay_draw(rlb_replay *r, uint32_t n, uint64_t *index)
{
    uint64_t size = rlb_replay_size(r);
    if (size == 0)
        return r->host->fail(r->host, RLB_E_INVAL,
                             "the replay buffer is empty: push a transition before drawing");
    for (uint32_t i = 0; i < n; i++)
        index[i] = rlb_rng_below64(&r->rng, size);
    return RLB_OK;
}

/* Rows lie anywhere in memory: every cache line is a miss that only overlapping can hide. */
static void prefetch(const unsigned char *row, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += 64)
        __builtin_prefetch(row + at);
    __builtin_prefetch(row + bytes - 1);
}

static void gather_rows(const unsigned char *data, size_t bytes, uint32_t n, const uint64_t *index,
                        unsigned char *out)
{
    for (uint32_t i = 0; i < n; i++) {
        if (bytes <= 4096 && i + AHEAD < n)
            prefetch(data + index[i + AHEAD] * bytes, bytes);
        memcpy(out + i * bytes, data + index[i] * bytes, bytes);
    }
}

/* Columns of one byte or one word are loads and stores, not calls. */
static void gather_bytes(const unsigned char *data, uint32_t n, const uint64_t *index,
                         unsigned char *out)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = data[index[i]];
}

static void gather_words(const unsigned char *data, uint32_t n, const uint64_t *index,
                         unsigned char *out)
{
    for (uint32_t i = 0; i < n; i++)
        memcpy(out + 4 * (size_t)i, data + 4 * index[i], 4);
}

static void gather_column(const unsigned char *data, size_t bytes, uint32_t n,
                          const uint64_t *index, unsigned char *out)
{
    if (bytes == 1)
        gather_bytes(data, n, index, out);
    else if (bytes == 4)
        gather_words(data, n, index, out);
    else
        gather_rows(data, bytes, n, index, out);
}

void rlb_replay_gather(const rlb_replay *r, uint32_t n, const uint64_t *index, void *const *out)
{
    for (uint32_t c = 0; c < r->num_columns; c++)
        if (out[c])
            gather_column(r->data[c], replay_bytes(&r->columns[c]), n, index, out[c]);
}
