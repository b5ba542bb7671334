/* Sampling a replay buffer beside bare copies: batches of 256 transitions (two observations of 17
 * floats, 6 actions, reward, two flags), from a buffer that fits into the cache and one that does
 * not. Floors, of the same bytes: one block in order, and the same rows copied one by one at drawn
 * indices. All in turn; ns a transition, fastest tenth. */
#include <rlbench/priority.h>
#include <rlbench/replay.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 256, WIDTH = 17, ACTIONS = 6, NUM_COLUMNS = 6, ROUNDS = 2001 };
enum { DRAW, GATHER, NSTEP, PRIORITY, ROWS, BLOCK, NUM_KINDS };

static const rlb_column columns[NUM_COLUMNS] = {{"obs", RLB_F32, WIDTH, RLB_COLUMN_NOW, 0},
                                                {"next_obs", RLB_F32, WIDTH, RLB_COLUMN_NEXT, 0},
                                                {"action", RLB_F32, ACTIONS, RLB_COLUMN_NOW, 0},
                                                {"reward", RLB_F32, 1, RLB_COLUMN_REWARD, 0},
                                                {"terminated", RLB_U8, 1, RLB_COLUMN_TERMINATED, 0},
                                                {"truncated", RLB_U8, 1, RLB_COLUMN_TRUNCATED, 0}};
static const size_t bytes_of[NUM_COLUMNS] = {4 * WIDTH, 4 * WIDTH, 4 * ACTIONS, 4, 1, 1};

static RLB_PRINTF(3, 4) rlb_status fail(const rlb_host *h, rlb_status status, const char *fmt, ...)
{
    va_list ap;
    (void)h;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    exit(1);
    return status;
}

static void *alloc(const rlb_host *h, size_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    (void)h;
    return p ? memset(p, 0, bytes) : NULL;
}

static const rlb_host host = {.size = sizeof host, .fail = fail, .alloc = alloc};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static unsigned char out_bytes[NUM_COLUMNS][BATCH * 4 * WIDTH];
static unsigned char block[BATCH * 256];
static float bootstrap[BATCH], weight[BATCH];

static void copy_rows(const rlb_replay *r, const uint64_t *index)
{
    for (int i = 0; i < BATCH; i++)
        for (int c = 0; c < NUM_COLUMNS; c++)
            memcpy(out_bytes[c] + (size_t)i * bytes_of[c],
                   r->data + index[i] * r->stride + r->offset[c], bytes_of[c]);
}

static void one(int kind, rlb_replay *r, const rlb_priority *p, uint64_t *index)
{
    void *out[NUM_COLUMNS];
    size_t bytes = 0;
    for (int c = 0; c < NUM_COLUMNS; c++) {
        out[c] = out_bytes[c];
        bytes += bytes_of[c];
    }
    if (kind == DRAW)
        rlb_replay_draw(r, BATCH, index);
    else if (kind == GATHER)
        rlb_replay_gather(r, BATCH, index, out);
    else if (kind == NSTEP)
        rlb_replay_gather_nstep(r, BATCH, index, 3, 0.99, out, bootstrap);
    else if (kind == PRIORITY)
        rlb_priority_draw(p, &r->rng, BATCH, 0.4, index, weight);
    else if (kind == ROWS)
        copy_rows(r, index);
    else /* somewhere in the buffer, so that it is as cold */
        memcpy(block, r->data + index[0] / 2 * r->stride, BATCH * bytes);
}

static void measure(uint64_t capacity)
{
    static const char *const names[NUM_KINDS] = {"draw",          "gather",     "gather 3-step",
                                                 "priority draw", "row by row", "one block"};
    static double ns[NUM_KINDS][ROUNDS];
    rlb_replay r;
    rlb_priority p;
    uint64_t index[BATCH];
    float row[WIDTH] = {0};
    const void *rows[NUM_COLUMNS] = {row, row, row, row, row, row};
    rlb_replay_init(&r, &host, columns, NUM_COLUMNS, capacity, 1, 1, 1);
    rlb_priority_init(&p, &host, capacity, 0.6, 1e-6);
    for (uint64_t i = 0; i < capacity; i++) {
        rlb_replay_push(&r, rows);
        rlb_priority_add(&p, i);
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int k = 0; k < NUM_KINDS; k++) {
            rlb_replay_draw(&r, BATCH, index); /* rows that no kind before has touched */
            int64_t start = now_ns();
            one(k, &r, &p, index);
            ns[k][round] = (double)(now_ns() - start) / BATCH;
        }
    printf("%8llu transitions:", (unsigned long long)capacity);
    for (int k = 0; k < NUM_KINDS; k++) {
        qsort(ns[k], ROUNDS, sizeof ns[k][0], by_value);
        printf("  %s %.1f", names[k], ns[k][ROUNDS / 10]);
    }
    printf(" ns\n");
    free(r.data);
    free(r.offset);
    free(r.ended);
    free(p.node);
}

int main(void)
{
    measure(10000);
    measure(1000000);
    return 0;
}
