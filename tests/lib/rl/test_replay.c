/* The buffer beside the whole history of what was pushed, searched by brute force. */
#include "check.h"
#include "lib/rl/chi.h"
#include "lib/rl/host.h"

#include <rlbench/replay.h>

#include <stdlib.h>

enum { OBS, NEXT, ACTION, REWARD, TERMINATED, TRUNCATED, TIME, NUM_COLUMNS };
enum { WIDTH = 3, REWARDS = 2, MOST = 400, LANES = 5 };

static const rlb_column columns[NUM_COLUMNS] = {
    [OBS] = {"obs", RLB_F32, WIDTH, RLB_COLUMN_NOW, 0},
    [NEXT] = {"next_obs", RLB_F32, WIDTH, RLB_COLUMN_NEXT, 0},
    [ACTION] = {"action", RLB_U8, 3, RLB_COLUMN_NOW, 0},
    [REWARD] = {"reward", RLB_F32, REWARDS, RLB_COLUMN_REWARD, 0},
    [TERMINATED] = {"terminated", RLB_U8, 1, RLB_COLUMN_TERMINATED, 0},
    [TRUNCATED] = {"truncated", RLB_U8, 1, RLB_COLUMN_TRUNCATED, 0},
    [TIME] = {"time", RLB_I32, 1, RLB_COLUMN_NOW, 0},
};

/* Everything pushed: [time][lane]. */
static struct history {
    float obs[MOST][LANES][WIDTH], next[MOST][LANES][WIDTH], reward[MOST][LANES][REWARDS];
    uint8_t action[MOST][LANES][3], terminated[MOST][LANES], truncated[MOST][LANES];
    int32_t time[MOST][LANES];
} h;
static uint32_t lanes, now;

struct batch {
    float obs[4096 * WIDTH], next[4096 * WIDTH], reward[4096 * REWARDS], bootstrap[4096];
    uint8_t action[4096 * 3], terminated[4096], truncated[4096];
    int32_t time[4096];
    uint64_t index[4096];
    void *out[NUM_COLUMNS];
};
static struct batch b = {
    .out = {b.obs, b.next, b.action, b.reward, b.terminated, b.truncated, b.time}};

static void push(rlb_replay *r, rlb_rng *rng)
{
    const void *rows[NUM_COLUMNS] = {h.obs[now],    h.next[now],       h.action[now],
                                     h.reward[now], h.terminated[now], h.truncated[now],
                                     h.time[now]};
    for (uint32_t l = 0; l < lanes; l++) {
        for (int j = 0; j < WIDTH; j++) {
            h.obs[now][l][j] = (float)rlb_rng_normal(rng);
            h.next[now][l][j] = (float)rlb_rng_normal(rng);
            h.action[now][l][j] = (uint8_t)rlb_rng_u32(rng);
        }
        for (int j = 0; j < REWARDS; j++)
            h.reward[now][l][j] = (float)rlb_rng_normal(rng);
        h.terminated[now][l] = rlb_rng_below(rng, 8) == 0;
        h.truncated[now][l] = rlb_rng_below(rng, 12) == 0;
        h.time[now][l] = (int32_t)now;
    }
    rlb_replay_push(r, rows);
    now++;
}

static void start(rlb_replay *r, struct bare_host *host, uint32_t num_lanes, uint32_t slots)
{
    lanes = num_lanes;
    now = 0;
    bare_start(host);
    CU_ASSERT_EQUAL_FATAL(
        rlb_replay_init(r, &host->host, columns, NUM_COLUMNS, (uint64_t)slots * lanes, lanes, 7, 3),
        RLB_OK);
}

static int ended(uint32_t t, uint32_t l)
{
    return h.terminated[t][l] || h.truncated[t][l];
}

static int same_row(uint32_t i, uint32_t t, uint32_t l)
{
    return memcmp(&b.obs[i * WIDTH], h.obs[t][l], sizeof h.obs[t][l]) == 0 &&
           memcmp(&b.action[i * 3], h.action[t][l], 3) == 0 && b.time[i] == (int32_t)t;
}

/* Every transition held is where its index says, for buffers of all small shapes. */
static void rows(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (uint32_t slots = 1; slots <= 17; slots += 1 + slots / 3)
        for (uint32_t num_lanes = 1; num_lanes <= LANES; num_lanes += 2) {
            rlb_replay r;
            struct bare_host host;
            start(&r, &host, num_lanes, slots);
            size_t blocks = host.num_blocks;
            unsigned wrong = 0;
            for (uint32_t t = 0; t < 3 * slots + 1; t++) {
                push(&r, &rng);
                uint64_t held = now < slots ? now : slots;
                CU_ASSERT_EQUAL(rlb_replay_size(&r), held * lanes);
                for (uint64_t i = 0; i < held * lanes; i++)
                    b.index[i] = i;
                rlb_replay_gather(&r, (uint32_t)(held * lanes), b.index, b.out);
                for (uint32_t i = 0; i < held * lanes; i++) {
                    uint32_t slot = i / lanes, time = slot;
                    while (time + slots < now)
                        time += slots;
                    wrong += !same_row(i, time, i % lanes) ||
                             b.terminated[i] != h.terminated[time][i % lanes];
                }
                CU_ASSERT_EQUAL(wrong, 0);
                CU_ASSERT_EQUAL(b.time[rlb_replay_newest(&r)], (int32_t)now - 1);
            }
            CU_ASSERT_EQUAL(host.num_blocks, blocks); /* nothing allocated after init */
            bare_finish(&host);
        }
}

/* The definition, one transition after the other. */
static void nstep_by_hand(uint32_t t, uint32_t l, uint32_t steps, double discount, double *sums,
                          double *weight, uint32_t *last)
{
    sums[0] = sums[1] = 0;
    for (uint32_t k = 0; k < steps && t + k < now; k++) {
        for (int j = 0; j < REWARDS; j++)
            sums[j] += pow(discount, k) * (double)h.reward[t + k][l][j];
        *last = t + k;
        *weight = h.terminated[t + k][l] ? 0 : pow(discount, k + 1);
        if (ended(t + k, l))
            break;
    }
}

static void nstep(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 2, 0);
    for (uint32_t slots = 1; slots <= 23; slots += 2)
        for (uint32_t steps = 1; steps <= 9; steps += 2) {
            rlb_replay r;
            struct bare_host host;
            start(&r, &host, 1 + slots % LANES, slots);
            for (uint32_t pushes = 0; pushes < slots + 2 * (slots % 3); pushes++)
                push(&r, &rng);
            uint32_t n = (uint32_t)rlb_replay_size(&r);
            unsigned wrong = 0;
            for (uint32_t i = 0; i < n; i++)
                b.index[i] = i;
            rlb_replay_gather_nstep(&r, n, b.index, steps, 0.9, b.out, b.bootstrap);
            for (uint32_t i = 0; i < n; i++) {
                uint32_t t = (uint32_t)b.time[i], l = i % lanes, last = 0;
                double sums[REWARDS], weight = NAN;
                nstep_by_hand(t, l, steps, 0.9, sums, &weight, &last);
                wrong += !same_row(i, t, l);
                for (uint32_t j = 0; j < REWARDS; j++)
                    wrong += !(fabs((double)b.reward[i * REWARDS + j] - sums[j]) < 1e-6);
                wrong += !(fabs((double)b.bootstrap[i] - weight) < 1e-7);
                wrong += memcmp(&b.next[i * WIDTH], h.next[last][l], sizeof h.next[last][l]) != 0;
                wrong += b.truncated[i] != h.truncated[last][l];
            }
            CU_ASSERT_EQUAL(wrong, 0);
            bare_finish(&host);
        }
}

/* Both before and after the ring is full, every transition is as likely. */
static void uniform(void)
{
    enum { SLOTS = 7, NUM = 3, DRAWS = 2000 * 4096 / 64 };
    rlb_replay r;
    struct bare_host host;
    rlb_rng rng;
    rlb_rng_init(&rng, 3, 0);
    start(&r, &host, NUM, SLOTS);
    CU_ASSERT_EQUAL(rlb_replay_draw(&r, 1, b.index), RLB_E_INVAL);
    CU_ASSERT(strstr(host.failure, "empty") != NULL);
    for (int pushes = 1; pushes <= 12; pushes++) {
        uint64_t counts[SLOTS * NUM] = {0}, held = pushes < SLOTS ? (uint64_t)pushes : SLOTS;
        double shares[SLOTS * NUM] = {0};
        push(&r, &rng);
        for (int i = 0; i < DRAWS / 4096; i++) {
            CU_ASSERT_EQUAL_FATAL(rlb_replay_draw(&r, 4096, b.index), RLB_OK);
            for (int k = 0; k < 4096; k++)
                counts[b.index[k]]++;
        }
        for (uint64_t i = 0; i < held * NUM; i++)
            shares[i] = 1 / (double)(held * NUM);
        CU_ASSERT(chi_fits(counts, shares, SLOTS * NUM));
    }
    bare_finish(&host);
}

/* Starts are uniform over all that fit; steps follow each other in time; resets and masks. */
static void check_sequences(rlb_replay *r, uint32_t length)
{
    enum { N = 500 };
    static uint8_t reset[4096];
    static float mask[4096];
    uint32_t oldest = now - (uint32_t)r->filled, starts = (uint32_t)r->filled - length + 1;
    uint64_t counts[MOST] = {0};
    double shares[MOST] = {0};
    uint32_t n = 4096 / length < N ? 4096 / length : N;
    unsigned wrong = 0;
    for (int round = 0; round < 40; round++) {
        CU_ASSERT_EQUAL_FATAL(rlb_replay_draw_sequences(r, n, length, b.index), RLB_OK);
        rlb_replay_gather_sequences(r, n, length, b.index, b.out, reset, mask);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t l = (uint32_t)(b.index[i] % lanes), t0 = (uint32_t)b.time[i * length];
            int inside = 1;
            CU_ASSERT_FATAL(t0 >= oldest && t0 - oldest < starts);
            counts[(t0 - oldest) * lanes + l]++;
            for (uint32_t t = 0; t < length; t++) {
                uint32_t at = i * length + t;
                int begins = t > 0 && ended(t0 + t - 1, l);
                inside = inside && !begins;
                wrong += !same_row(at, t0 + t, l) || reset[at] != (t == 0 || begins) ||
                         mask[at] != (float)inside;
            }
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    for (uint32_t i = 0; i < starts * lanes; i++)
        shares[i] = 1.0 / (starts * lanes);
    CU_ASSERT(chi_fits(counts, shares, MOST));
}

static void sequences(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 4, 0);
    for (uint32_t slots = 1; slots <= 13; slots += 4)
        for (uint32_t pushes = 1; pushes <= 2 * slots + 1; pushes += 1 + slots / 3) {
            rlb_replay r;
            struct bare_host host;
            start(&r, &host, 1 + pushes % 3, slots);
            for (uint32_t t = 0; t < pushes; t++)
                push(&r, &rng);
            for (uint32_t length = 1; length <= r.filled; length += 1 + length / 2)
                check_sequences(&r, length);
            CU_ASSERT_EQUAL(rlb_replay_draw_sequences(&r, 1, (uint32_t)r.filled + 1, b.index),
                            RLB_E_INVAL);
            CU_ASSERT(strstr(host.failure, "of each lane") != NULL);
            bare_finish(&host);
        }
}

static void ahead(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 5, 0);
    for (uint32_t slots = 1; slots <= 40; slots += 3) {
        rlb_replay r;
        struct bare_host host;
        unsigned wrong = 0;
        start(&r, &host, 1 + slots % LANES, slots);
        for (uint32_t t = 0; t < 2 * slots + 3; t++) {
            push(&r, &rng);
            for (uint64_t i = 0; i < rlb_replay_size(&r); i++) {
                uint32_t l = (uint32_t)(i % lanes), time = (uint32_t)(i / lanes), n = 0;
                while (time + slots < now)
                    time += slots;
                while (!ended(time + n, l) && time + n + 1 < now)
                    n++;
                wrong += rlb_replay_ahead(&r, i) != n;
                b.index[0] = rlb_replay_later(&r, i, n);
                rlb_replay_gather(&r, 1, b.index, b.out);
                wrong += !same_row(0, time + n, l);
            }
            CU_ASSERT_EQUAL(wrong, 0);
        }
        bare_finish(&host);
    }
}

/* Saved after `before` pushes, loaded into a fresh buffer: the same bits then and from then on. */
static void resume_after(uint32_t before)
{
    rlb_replay r, again;
    struct bare_host host, other;
    struct bare_stream s, s2;
    rlb_rng rng;
    uint64_t drawn[64];
    rlb_rng_init(&rng, 6, 0);
    start(&r, &host, 3, 11);
    for (uint32_t t = 0; t < before; t++)
        push(&r, &rng);
    if (before)
        CU_ASSERT_EQUAL(rlb_replay_draw(&r, 5, b.index), RLB_OK);
    stream_start(&s);
    stream_start(&s2);
    CU_ASSERT_EQUAL(rlb_replay_save(&r, &s.writer), RLB_OK);
    CU_ASSERT_EQUAL(s.chunks, 2);
    bare_start(&other);
    CU_ASSERT_EQUAL(rlb_replay_init(&again, &other.host, columns, NUM_COLUMNS, 33, 3, 1, 1),
                    RLB_OK);
    CU_ASSERT_EQUAL_FATAL(rlb_replay_load(&again, &s.reader), RLB_OK);
    for (uint32_t t = 0; t < 4; t++) {
        push(&r, &rng);
        uint32_t row = now - 1;
        const void *rows_of[NUM_COLUMNS] = {h.obs[row],    h.next[row],       h.action[row],
                                            h.reward[row], h.terminated[row], h.truncated[row],
                                            h.time[row]};
        rlb_replay_push(&again, rows_of);
    }
    CU_ASSERT_EQUAL(rlb_replay_draw(&r, 64, drawn), RLB_OK);
    CU_ASSERT_EQUAL(rlb_replay_draw(&again, 64, b.index), RLB_OK);
    CU_ASSERT_EQUAL(memcmp(drawn, b.index, sizeof drawn), 0);
    for (uint64_t i = 0; i < rlb_replay_size(&r); i++)
        CU_ASSERT_EQUAL(rlb_replay_ahead(&r, i), rlb_replay_ahead(&again, i));
    free(s.bytes);
    stream_start(&s);
    CU_ASSERT_EQUAL(rlb_replay_save(&r, &s.writer), RLB_OK);
    CU_ASSERT_EQUAL(rlb_replay_save(&again, &s2.writer), RLB_OK);
    CU_ASSERT(s.size == s2.size && memcmp(s.bytes, s2.bytes, s.size) == 0);
    stream_finish(&s);
    stream_finish(&s2);
    bare_finish(&host);
    bare_finish(&other);
}

static void resume(void)
{
    for (uint32_t before = 0; before <= 25; before++)
        resume_after(before);
}

static void refusals(void)
{
    rlb_replay r;
    struct bare_host host;
    struct bare_stream s;
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, columns, NUM_COLUMNS, 10, 3, 0, 0),
                    RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, columns, 0, 9, 3, 0, 0), RLB_E_INVAL);
    rlb_column bad[2] = {columns[TERMINATED], columns[TERMINATED]};
    CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, bad, 2, 9, 3, 0, 0), RLB_E_INVAL);
    bad[0] = (rlb_column){"odd", 9, 1, RLB_COLUMN_NOW, 0};
    CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, bad, 1, 9, 3, 0, 0), RLB_E_INVAL);
    CU_ASSERT(strstr(host.failure, "odd") != NULL);
    bad[0] = (rlb_column){"cheap", RLB_U8, 1, RLB_COLUMN_REWARD, 0};
    CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, bad, 1, 9, 3, 0, 0), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, columns, 1, UINT64_MAX - 3, 1, 0, 0),
                    RLB_E_NOMEM);
    for (int k = 0; k < 3; k++) {
        host.allocs_left = k;
        CU_ASSERT_EQUAL(rlb_replay_init(&r, &host.host, columns, NUM_COLUMNS, 9, 3, 0, 0),
                        RLB_E_NOMEM);
    }
    bare_finish(&host);
    start(&r, &host, 3, 5);
    push(&r, &rng);
    for (int damage = 0; damage < 4; damage++) {
        uint64_t *const field[] = {&r.num_slots, &r.filled, &r.head, &r.head};
        const uint64_t wrong[] = {6, 6, 5, 2};
        uint64_t right = *field[damage];
        stream_start(&s);
        CU_ASSERT_EQUAL(rlb_replay_save(&r, &s.writer), RLB_OK);
        memcpy(s.bytes + 16 + 8 * (damage > 2 ? 2 : damage), &wrong[damage], 8);
        host.failure[0] = 0;
        CU_ASSERT_EQUAL(rlb_replay_load(&r, &s.reader), RLB_E_FORMAT);
        CU_ASSERT(strstr(host.failure, "does not fit") != NULL);
        CU_ASSERT_EQUAL(*field[damage], right);
        stream_finish(&s);
    }
    bare_finish(&host);
}

CHECK_MAIN("replay buffer", {"rows lie where their index says", rows},
           {"n-step returns by definition", nstep}, {"draws are uniform", uniform},
           {"sequences never cross the write head", sequences},
           {"what is left of the episode", ahead}, {"saved, loaded, continued", resume},
           {"what cannot be", refusals})
