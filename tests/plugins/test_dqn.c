/* Deep Q-learning against updates computed by hand from the saved replay buffer, and learning on
 * cartpole. */
#include "plugins/by_hand.h"

#include "check.h"
#include <rlbench/rng.h>

#include <stdlib.h>

enum { BATCH = 16, SLOTS = 97, OBS = 4, ACTIONS = 2 };

/* ---------------------------------------------------------------- the saved buffer */

/* The layout of lib/rl/replay: columns in the plugin's order, each on a multiple of 4 bytes. */
struct row {
    float obs[OBS];
    int32_t action;
    float reward, next[OBS];
    uint32_t terminated, truncated;
};

struct replay_state {
    uint64_t num_slots, filled, head, stride;
    uint32_t num_lanes, num_columns;
    rlb_rng rng;
};

struct node {
    double sum, least;
};

struct priorities {
    uint64_t size;
    double top;
};

struct memory {
    struct fake_bytes bytes;
    struct replay_state state;
    const struct row *rows;
    struct priorities priorities;
    const struct node *leaves;            /* NULL: none */
    double count, mean[OBS], square[OBS]; /* of the observations seen */
};

static const void *chunk(const struct memory *m, const char *tag, size_t *n)
{
    return fake_chunk(&m->bytes, RLB_TAG(tag[0], tag[1], tag[2], tag[3]), n);
}

static void take_memory(struct fake_run *r, bool has_priorities, struct memory *m)
{
    size_t n;
    *m = (struct memory){0};
    CU_ASSERT_EQUAL_FATAL(fake_save(r, &m->bytes), RLB_OK);
    memcpy(&m->state, chunk(m, "RPLS", &n), sizeof m->state);
    CU_ASSERT_EQUAL(n, sizeof m->state);
    CU_ASSERT_EQUAL(m->state.stride, sizeof(struct row));
    m->rows = chunk(m, "RPLR", &n);
    CU_ASSERT_EQUAL(n, m->state.filled * m->state.num_lanes * sizeof(struct row));
    memcpy(&m->count, chunk(m, "MOMN", &n), sizeof m->count);
    memcpy(m->mean, chunk(m, "MOMS", &n), sizeof m->mean + sizeof m->square);
    CU_ASSERT_EQUAL(n, sizeof m->mean + sizeof m->square);
    if (!has_priorities)
        return;
    memcpy(&m->priorities, chunk(m, "PRIS", &n), sizeof m->priorities);
    m->leaves = chunk(m, "PRIL", &n);
}

/* Chunks lie anywhere. */
static struct row row_of(const struct memory *m, uint64_t slot)
{
    struct row row;
    memcpy(&row, (const char *)m->rows + slot * sizeof row, sizeof row);
    return row;
}

static double leaf_of(const struct memory *m, uint64_t slot)
{
    struct node node;
    memcpy(&node, (const char *)m->leaves + slot * sizeof node, sizeof node);
    return node.sum;
}

/* ---------------------------------------------------------------- an update by hand */

struct settings {
    const char *params;
    uint32_t n_step;
    bool double_q;
    double priority, correction, discount;
    bool normalizes;
};

/* Q of an observation as the network sees it. */
static void values_of(const struct hand_mlp *net, const struct memory *m, const struct settings *s,
                      const float *obs, double *q)
{
    double seen[OBS];
    for (int j = 0; j < OBS; j++)
        seen[j] = s->normalizes
                      ? ((double)obs[j] - m->mean[j]) / sqrt(m->square[j] / m->count + 1e-8)
                      : (double)obs[j];
    hand_forward(net, seen, q);
}

/* r_1 + … + discount^(m-1) r_m + discount^m Q'(s_m, a*). */
static double target_of(const struct memory *m, const struct settings *s, uint64_t slot,
                        const struct hand_mlp *online, const struct hand_mlp *frozen)
{
    uint64_t newest = (m->state.head + SLOTS - 1) % SLOTS;
    double sum = 0, weight = 1, q[HAND_MOST], chooser[HAND_MOST];
    struct row row = row_of(m, slot);
    for (uint32_t k = 1;; k++) {
        sum += weight * (double)row.reward;
        weight *= s->discount;
        if (row.terminated)
            return sum;
        if (row.truncated || slot == newest || k == s->n_step)
            break;
        slot = (slot + 1) % SLOTS;
        row = row_of(m, slot);
    }
    values_of(frozen, m, s, row.next, q);
    values_of(s->double_q ? online : frozen, m, s, row.next, chooser);
    return sum + weight * q[hand_best(chooser, ACTIONS)];
}

/* What the update must have drawn, by adding up priorities from the left. before: without the
 * newest transition. */
static void draw(const struct memory *before, const struct memory *after, const struct settings *s,
                 double progress, uint64_t *index, double *weight)
{
    rlb_rng rng = before->state.rng;
    double leaves[SLOTS], total = 0, least = INFINITY;
    for (uint64_t i = 0; i < after->state.filled; i++) {
        leaves[i] = !before->leaves           ? 1
                    : i == before->state.head ? before->priorities.top
                                              : leaf_of(before, i);
        total += leaves[i];
        least = fmin(least, leaves[i]);
    }
    for (uint32_t k = 0; k < BATCH; k++) {
        double sum = 0, beta = s->correction + (1 - s->correction) * progress;
        if (s->priority <= 0) {
            index[k] = rlb_rng_below64(&rng, after->state.filled);
            weight[k] = 1;
            continue;
        }
        double mass = total * (k + rlb_rng_uniform(&rng)) / BATCH;
        for (index[k] = 0; sum + leaves[index[k]] <= mass; index[k]++)
            sum += leaves[index[k]];
        weight[k] = pow(leaves[index[k]] / least, -beta);
    }
}

#define NEAR(actual, expected, rel)                                                                \
    CU_ASSERT_DOUBLE_EQUAL(actual, expected, (rel)*fmax(1, fabs(expected)))

static void check_update(struct fake_run *r, const struct settings *s,
                         const struct hand_mlp *frozen, uint64_t total_steps)
{
    struct memory before, after;
    struct hand_mlp online = hand_take(r, "q", hand_relu);
    uint64_t index[BATCH];
    double weight[BATCH], loss = 0, value = 0, error[BATCH];
    take_memory(r, s->priority > 0, &before);
    fake_clear_metrics(r);
    CU_ASSERT_EQUAL_FATAL(fake_step(r, 1, 0), RLB_OK);
    take_memory(r, s->priority > 0, &after);
    CU_ASSERT_EQUAL(fake_metric(r, "loss")->count, 1);
    draw(&before, &after, s, (double)r->steps / (double)total_steps, index, weight);
    for (uint32_t k = 0; k < BATCH; k++) {
        double q[HAND_MOST];
        struct row row = row_of(&after, index[k]);
        values_of(&online, &after, s, row.obs, q);
        error[k] = target_of(&after, s, index[k], &online, frozen) - q[row.action];
        loss += weight[k] * error[k] * error[k] / BATCH;
        value += q[row.action] / BATCH;
    }
    NEAR(fake_metric(r, "loss")->last, loss, 1e-4);
    NEAR(fake_metric(r, "value")->last, value, 1e-5);
    for (uint32_t k = 0; s->priority > 0 && k < BATCH; k++)
        NEAR(leaf_of(&after, index[k]), pow(fabs(error[k]) + 1e-6, s->priority), 1e-4);
    free(before.bytes.bytes);
    free(after.bytes.bytes);
}

/* The target network is the one at the start; the ring has come round and holds both kinds of
 * ends. */
static void updates_by_hand(void)
{
    static const struct settings all[] = {
        {"n_step=1 double_q=0", 1, false, 0, 0, 0.9, false},
        {"n_step=1 double_q=1", 1, true, 0, 0, 0.9, false},
        {"n_step=3 double_q=1", 3, true, 0, 0, 0.9, false},
        {"n_step=3 double_q=1 normalize_observations=1", 3, true, 0, 0, 0.9, true},
        {"n_step=5 double_q=0 priority=0.6 priority_correction=0.4", 5, false, 0.6, 0.4, 0.9,
         false},
    };
    fake_time_limit = 12;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct fake_run r;
        char params[300];
        snprintf(params, sizeof params,
                 "hidden=8 batch=16 buffer=97 warmup=130 train_every=1 target_every=100000 "
                 "discount=0.9 learning_rate=0.01 %s",
                 all[i].params);
        CU_ASSERT_EQUAL_FATAL(fake_start(&r, "dqn", params, "cartpole", "", 1, 5 + i, 1000),
                              RLB_OK);
        struct hand_mlp frozen = hand_take(&r, "q", hand_relu);
        CU_ASSERT_EQUAL(fake_step(&r, 129, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_metric(&r, "loss")->count, 0);
        for (int k = 0; k < 100; k++)
            check_update(&r, &all[i], &frozen, 1000);
        fake_finish(&r);
    }
    fake_time_limit = 0;
}

/* The stored next observation is where the step led, also where the episode ended there: Euler's
 * step of position and angle. */
static void successors(void)
{
    const double tau = 0.02;
    struct fake_run r;
    struct memory m;
    uint32_t cut = 0, fallen = 0;
    fake_time_limit = 12;
    CU_ASSERT_EQUAL(fake_start(&r, "dqn", "hidden=8 buffer=400", "cartpole", "", 4, 3, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&r, 400, 0), RLB_OK);
    take_memory(&r, false, &m);
    for (uint64_t i = 0; i < 400; i++) {
        struct row row = row_of(&m, i);
        for (int j = 0; j < OBS; j += 2)
            CU_ASSERT_DOUBLE_EQUAL((double)row.next[j],
                                   (double)row.obs[j] + tau * (double)row.obs[j + 1], 1e-6);
        cut += row.truncated;
        fallen += row.terminated;
        if (i + 4 < 400 && !row.truncated && !row.terminated) {
            struct row later = row_of(&m, i + 4);
            CU_ASSERT_EQUAL(memcmp(row.next, later.obs, sizeof row.next), 0);
        }
    }
    CU_ASSERT(cut > 5 && fallen > 2);
    free(m.bytes.bytes);
    fake_finish(&r);
    fake_time_limit = 0;
}

/* Mean and squared deviations of all that was acted on, with a virtual sample of weight 1e-4. */
static void moments(void)
{
    enum { SEEN = 80 };
    struct fake_run r;
    struct memory m;
    CU_ASSERT_EQUAL(fake_start(&r, "dqn", "hidden=8 normalize_observations=1 buffer=97", "cartpole",
                               "", 4, 3, 0),
                    RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&r, SEEN, 0), RLB_OK);
    take_memory(&r, false, &m);
    CU_ASSERT_DOUBLE_EQUAL(m.count, SEEN + 1e-4, 1e-12);
    for (int j = 0; j < OBS; j++) {
        double mean = 0, square;
        for (uint64_t i = 0; i < SEEN; i++)
            mean += (double)row_of(&m, i).obs[j] / (SEEN + 1e-4);
        square = 1e-4 * (1 + mean * mean);
        for (uint64_t i = 0; i < SEEN; i++)
            square += pow((double)row_of(&m, i).obs[j] - mean, 2);
        CU_ASSERT_DOUBLE_EQUAL(m.mean[j], mean, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(m.square[j], square, 1e-9 * square);
    }
    free(m.bytes.bytes);
    fake_finish(&r);
}

/* ---------------------------------------------------------------- acting */

static void acts_greedily(void)
{
    enum { ASKED = 77 };
    struct fake_run r;
    float obs[ASKED][OBS];
    int32_t actions[ASKED];
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    CU_ASSERT_EQUAL(fake_start(&r, "dqn", "hidden=16", "cartpole", "", 1, 2, 0), RLB_OK);
    struct hand_mlp net = hand_take(&r, "q", hand_relu);
    for (int i = 0; i < ASKED * OBS; i++)
        obs[i / OBS][i % OBS] = (float)rlb_rng_normal(&rng);
    CU_ASSERT_EQUAL(r.algo->act(r.self, obs, ASKED, actions), RLB_OK);
    int seen[ACTIONS] = {0};
    for (int i = 0; i < ASKED; i++) {
        double q[HAND_MOST];
        hand_forward_float(&net, obs[i], q);
        CU_ASSERT_EQUAL((uint32_t)actions[i], hand_best(q, ACTIONS));
        seen[actions[i]]++;
    }
    CU_ASSERT(seen[0] > 0 && seen[1] > 0);
    fake_finish(&r);
}

/* Of 4000 transitions under a fixed network the share that is not greedy is epsilon / 2: within 4
 * standard deviations. */
static void explores(void)
{
    struct fake_run r;
    struct memory m;
    CU_ASSERT_EQUAL(fake_start(&r, "dqn",
                               "hidden=16 epsilon=0.3 epsilon_final=0.3 warmup=1000000 buffer=4000",
                               "cartpole", "", 4, 3, 0),
                    RLB_OK);
    struct hand_mlp net = hand_take(&r, "q", hand_relu);
    CU_ASSERT_EQUAL(fake_step(&r, 4000, 7), RLB_OK);
    take_memory(&r, false, &m);
    int others = 0;
    for (uint64_t i = 0; i < 4000; i++) {
        struct row row = row_of(&m, i);
        double q[HAND_MOST];
        hand_forward_float(&net, row.obs, q);
        others += (uint32_t)row.action != hand_best(q, ACTIONS);
    }
    CU_ASSERT_DOUBLE_EQUAL(others / 4000.0, 0.15, 4 * sqrt(0.15 * 0.85 / 4000));
    free(m.bytes.bytes);
    fake_finish(&r);
}

static double measured(struct fake_run *r, const char *name)
{
    CU_ASSERT_EQUAL(fake_measure(r), RLB_OK);
    return fake_metric(r, name)->last;
}

static void schedules(void)
{
    static const double epsilons[] = {1, 0.775, 0.55, 0.325, 0.1, 0.1, 0.1};
    struct fake_run r;
    CU_ASSERT_EQUAL(fake_start(&r, "dqn",
                               "hidden=8 epsilon_final=0.1 epsilon_steps=200 warmup=1000 buffer=9 "
                               "priority=0.5 priority_correction=0.2",
                               "cartpole", "", 1, 3, 400),
                    RLB_OK);
    for (int i = 0; i < 7; i++) {
        CU_ASSERT_DOUBLE_EQUAL(measured(&r, "epsilon"), epsilons[i], 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(measured(&r, "priority_correction"), 0.2 + 0.8 * i / 8, 1e-12);
        CU_ASSERT_EQUAL(fake_step(&r, 50, 0), RLB_OK);
    }
    CU_ASSERT_EQUAL(fake_set(&r, "epsilon_final", "0.4"), RLB_OK);
    CU_ASSERT_DOUBLE_EQUAL(measured(&r, "epsilon"), 0.4, 1e-12);
    CU_ASSERT_EQUAL(fake_set(&r, "batch", "4"), RLB_E_INVAL);
    fake_finish(&r);
}

/* As many updates per transition however many lanes there are: the first at the warm-up's end. */
static void lanes_share_the_updates(void)
{
    static const uint32_t lanes[] = {1, 3, 12, 40};
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start(&r, "dqn", "hidden=8 batch=4 warmup=100 train_every=5",
                                   "cartpole", "", lanes[i], 3, 0),
                        RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&r, 240, 0), RLB_OK);
        CU_ASSERT_EQUAL(measured(&r, "updates"), (240 - 100) / 5 + 1);
        fake_finish(&r);
    }
}

/* The picture shows what the network thinks now, also of a state it has not acted on. */
static void preferences(void)
{
    struct fake_run r;
    rlb_frame frame;
    double q[HAND_MOST];
    CU_ASSERT_EQUAL(fake_start(&r, "dqn", "hidden=8", "cartpole", "", 2, 3, 0), RLB_OK);
    struct hand_mlp net = hand_take(&r, "q", hand_relu);
    CU_ASSERT_EQUAL(fake_view(&r, "preferences", &frame), RLB_OK);
    hand_forward_float(&net, r.world->batch->obs, q);
    CU_ASSERT_EQUAL(frame.cols, ACTIONS);
    for (int a = 0; a < ACTIONS; a++)
        NEAR((double)frame.a[a], q[a], 1e-5);
    fake_finish(&r);
}

static void refusals(void)
{
    static const char *const worlds[] = {"pendulum", "chain"};
    for (size_t i = 0; i < 2; i++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start(&r, "dqn", "", worlds[i], "", 1, 1, 0), RLB_E_UNSUPPORTED);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "discrete actions"));
        fake_finish(&r);
    }
}

/* ---------------------------------------------------------------- learning */

/* A random policy balances for 22 steps, the best for 500. */
static void learns_cartpole(void)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(fake_start(&r, "dqn",
                                   "hidden=64 learning_rate=0.001 batch=64 buffer=20000 "
                                   "warmup=1000 train_every=4 target_every=250 "
                                   "epsilon_steps=10000 double_q=1",
                                   "cartpole", "", 4, seed, 40000),
                        RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&r, 40000, 0), RLB_OK);
        double mean = hand_evaluate(&r, "cartpole", 99, 10);
        if (!(mean >= 150))
            fprintf(stderr, "seed %d: %g\n", (int)seed, mean);
        CU_ASSERT(mean >= 150);
        fake_finish(&r);
    }
}

CHECK_MAIN("dqn", {"updates by hand", updates_by_hand}, {"moments", moments},
           {"successors", successors}, {"greedy actions", acts_greedily}, {"exploration", explores},
           {"schedules", schedules}, {"lanes share the updates", lanes_share_the_updates},
           {"preferences", preferences}, {"refusals", refusals},
           {"learns cartpole", learns_cartpole})
