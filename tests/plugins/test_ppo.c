/* Proximal policy optimisation against sums and networks computed by hand from the saved rollout,
 * and learning on cartpole. */
#include "plugins/by_hand.h"

#include "check.h"
#include <rlbench/rng.h>

#include <stdlib.h>

/* ---------------------------------------------------------------- the saved rollout */

struct rollout {
    struct fake_bytes bytes;
    uint32_t num_steps, num_streams;
    float *obs, *log_prob, *reward, *value, *final_value;
    void *action;
    uint8_t *terminated, *truncated;
};

/* The arrays of lib/rl/rollout in their order, each with memory of its own: chunks lie anywhere. */
static void take_rollout(struct fake_run *r, struct rollout *out)
{
    struct {
        uint64_t obs_bytes, act_bytes;
        uint32_t num_steps, num_streams, at, reserved;
    } state;
    void *arrays[8];
    size_t n;
    *out = (struct rollout){0};
    CU_ASSERT_EQUAL_FATAL(fake_save(r, &out->bytes), RLB_OK);
    const void *chunk = fake_chunk(&out->bytes, RLB_TAG('R', 'O', 'L', 'S'), &n);
    memcpy(&state, chunk, sizeof state);
    for (int i = 0; i < 8; i++) {
        chunk = hand_next_chunk(chunk, &n);
        arrays[i] = memcpy(malloc(n + 1), chunk, n);
    }
    free(out->bytes.bytes);
    *out = (struct rollout){.num_steps = state.num_steps,
                            .num_streams = state.num_streams,
                            .obs = arrays[0],
                            .action = arrays[1],
                            .log_prob = arrays[2],
                            .reward = arrays[3],
                            .value = arrays[4],
                            .final_value = arrays[5],
                            .terminated = arrays[6],
                            .truncated = arrays[7]};
}

static void free_rollout(struct rollout *o)
{
    void *const arrays[] = {o->obs,   o->action,      o->log_prob,   o->reward,
                            o->value, o->final_value, o->terminated, o->truncated};
    for (int i = 0; i < 8; i++)
        free(arrays[i]);
}

/* The save after a full rollout has `at` 0 and so no rows: a rollout of T steps is looked at one
 * step before its end, and once more after it for what the last step added. */
struct world {
    struct fake_run run;
    struct hand_mlp actor, critic; /* while the rollout was collected */
    float log_std;
};

enum { T = 48, LANES = 3, N = T * LANES };

static void start(struct world *w, const char *params, const char *env, uint64_t total)
{
    char all[400];
    snprintf(all, sizeof all, "hidden=8 rollout=%d discount=0.95 gae_lambda=0.9 %s", T, params);
    rlb_status status = fake_start(&w->run, "ppo", all, env, "", LANES, 11, total);
    if (status != RLB_OK)
        fprintf(stderr, "%s\n", w->run.failure);
    CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
    w->actor = hand_take(&w->run, "actor", tanh);
    w->critic = hand_take(&w->run, "critic", tanh);
    if (strcmp(env, "pendulum") == 0)
        w->log_std = *(const float *)fake_result(&w->run, "actor_log_std").data;
}

static double value_of(const struct world *w, const float *obs)
{
    double v[HAND_MOST];
    hand_forward_float(&w->critic, obs, v);
    return v[0];
}

static double log_prob_of(const struct world *w, const float *obs, const struct rollout *o,
                          size_t i)
{
    double y[HAND_MOST], sum = 0;
    hand_forward_float(&w->actor, obs, y);
    if (w->run.world->act.kind == RLB_SPACE_BOX) {
        double z = ((double)((const float *)o->action)[i] - y[0]) / exp((double)w->log_std);
        return -z * z / 2 - (double)w->log_std - log(2 * 3.14159265358979) / 2;
    }
    for (int64_t a = 0; a < w->run.world->act.n; a++)
        sum += exp(y[a]);
    return y[((const int32_t *)o->action)[i]] - log(sum);
}

/* ---------------------------------------------------------------- what is collected */

static void collects_by_hand(void)
{
    static const char *const worlds[] = {"cartpole", "acrobot", "pendulum"};
    fake_time_limit = 13;
    for (size_t k = 0; k < 3; k++) {
        struct world w;
        struct rollout o;
        start(&w, "", worlds[k], 0);
        CU_ASSERT_EQUAL(fake_step(&w.run, N - LANES, 5), RLB_OK);
        take_rollout(&w.run, &o);
        uint32_t cut = 0, width = w.run.world->obs.width;
        for (size_t i = 0; i < N - LANES; i++) {
            const float *obs = o.obs + i * width;
            CU_ASSERT_DOUBLE_EQUAL(o.value[i], value_of(&w, obs), 1e-5);
            CU_ASSERT_DOUBLE_EQUAL(o.log_prob[i], log_prob_of(&w, obs, &o, i), 1e-5);
            cut += o.truncated[i];
            CU_ASSERT(!o.truncated[i] || (o.final_value[i] < 0) + (o.final_value[i] > 0) == 1);
        }
        CU_ASSERT(cut >= 3 * LANES - 2);
        free_rollout(&o);
        fake_finish(&w.run);
    }
    fake_time_limit = 0;
}

/* ---------------------------------------------------------------- advantages, by direct sums */

/* A_t = sum over k of (discount lambda)^k delta_{t+k}, to the end of the episode. */
static double advantage_of(const struct rollout *o, const double *next_value, uint32_t t,
                           uint32_t lane)
{
    double sum = 0, weight = 1;
    for (; t < T; t++, weight *= 0.95 * 0.9) {
        size_t i = (size_t)t * LANES + lane;
        sum += weight * ((double)o->reward[i] + 0.95 * next_value[i] - (double)o->value[i]);
        if (o->terminated[i] || o->truncated[i])
            break;
    }
    return sum;
}

/* V' of every step: 0 behind a termination, of the last observation behind a cut, else of the next
 * observation. The last row of the rollout is put together from what the world shows after it. */
static void check_advantages(const char *env, uint32_t time_limit)
{
    struct world w;
    struct rollout o;
    rlb_frame frame;
    double next_value[N];
    fake_time_limit = time_limit;
    start(&w, "epochs=1 minibatches=1 normalize_advantages=0 learning_rate=1e-8", env, 0);
    CU_ASSERT_EQUAL(fake_step(&w.run, N - LANES, 0), RLB_OK);
    take_rollout(&w.run, &o);
    const rlb_batch *b = w.run.world->batch;
    uint32_t width = w.run.world->obs.width;
    size_t last = N - LANES;
    o.reward = realloc(o.reward, N * sizeof(float));
    o.value = realloc(o.value, (N + LANES) * sizeof(float));
    o.terminated = realloc(o.terminated, N);
    o.truncated = realloc(o.truncated, N);
    for (uint32_t l = 0; l < LANES; l++)
        o.value[last + l] = (float)value_of(&w, (const float *)b->obs + (size_t)l * width);
    CU_ASSERT_EQUAL(fake_step(&w.run, LANES, 0), RLB_OK);
    memcpy(o.reward + last, b->rewards, LANES * sizeof(float));
    memcpy(o.terminated + last, b->terminated, LANES);
    memcpy(o.truncated + last, b->truncated, LANES);
    for (uint32_t l = 0; l < LANES; l++)
        o.value[N + l] = (float)value_of(&w, (const float *)b->obs + (size_t)l * width);
    for (size_t i = 0; i < N; i++)
        next_value[i] = o.terminated[i] ? 0
                        : o.truncated[i] && i >= last
                            ? value_of(&w, (const float *)b->final_obs + (i - last) * width)
                        : o.truncated[i] ? (double)o.final_value[i]
                                         : (double)o.value[i + LANES];
    CU_ASSERT_EQUAL(fake_view(&w.run, "advantages", &frame), RLB_OK);
    CU_ASSERT(frame.rows == LANES && frame.cols == T);
    double mean = 0, square = 0, ends[2] = {0};
    for (uint32_t t = 0; t < T; t++)
        for (uint32_t l = 0; l < LANES; l++) {
            double a = advantage_of(&o, next_value, t, l);
            CU_ASSERT_DOUBLE_EQUAL((double)frame.a[l * T + t], a, 1e-4 * fmax(1, fabs(a)));
            mean += a / N;
            square += a * a / N;
            ends[0] += o.terminated[t * LANES + l];
            ends[1] += o.truncated[t * LANES + l];
        }
    CU_ASSERT(time_limit ? ends[1] > 0 : ends[0] > 0);
    /* with the ratio 1 and the values unmoved the losses are these */
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&w.run, "policy_loss")->last, -mean, 1e-4 * fabs(mean));
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&w.run, "value_loss")->last, square / 2, 1e-4 * square);
    free_rollout(&o);
    fake_finish(&w.run);
    fake_time_limit = 0;
}

static void advantages(void)
{
    check_advantages("cartpole", 0);
    check_advantages("cartpole", 14);
    check_advantages("pendulum", 10);
    check_advantages("pendulum", T); /* cut at the very end of the rollout */
}

/* ---------------------------------------------------------------- the update */

/* The first minibatch of every rollout meets the policy that collected it. */
static void first_ratio_is_one(void)
{
    static const char *const worlds[] = {"cartpole", "mountain-car", "pendulum"};
    for (size_t k = 0; k < 3; k++) {
        struct world w;
        start(&w, "epochs=1 minibatches=1 learning_rate=0.01 normalize_observations=1", worlds[k],
              0);
        for (int rollouts = 0; rollouts < 5; rollouts++) {
            fake_clear_metrics(&w.run);
            CU_ASSERT_EQUAL(fake_step(&w.run, N, 0), RLB_OK);
            CU_ASSERT_EQUAL(fake_metric(&w.run, "kl")->count, 1);
            /* (r - 1) - log r of ratios that are off by float rounding, 1e-6, at most */
            CU_ASSERT(fabs(fake_metric(&w.run, "kl")->last) < 1e-12);
            CU_ASSERT_EQUAL(fake_metric(&w.run, "clipped")->last, 0);
        }
        fake_finish(&w.run);
    }
}

static double measured_rate(struct fake_run *r)
{
    CU_ASSERT_EQUAL(fake_measure(r), RLB_OK);
    return fake_metric(r, "learning_rate")->last;
}

/* Adam's first step moves what has a gradient by the learning rate: the first rollout is learned
 * from at the full one, even where it is the only one. */
static void annealing(void)
{
    for (int k = 1; k <= 4; k *= 4) {
        struct world w;
        start(&w, "epochs=1 minibatches=1 learning_rate=0.01", "cartpole", (uint64_t)k * N);
        CU_ASSERT_EQUAL(fake_step(&w.run, N, 0), RLB_OK);
        struct hand_mlp moved = hand_take(&w.run, "critic", tanh);
        double most = 0;
        for (int i = 0; i < 8; i++)
            most = fmax(most, fabs((double)moved.layers[1].weight[i] -
                                   (double)w.critic.layers[1].weight[i]));
        CU_ASSERT_DOUBLE_EQUAL(most, 0.01, 1e-4);
        for (int at = 1; at <= k; at++) {
            CU_ASSERT_DOUBLE_EQUAL(measured_rate(&w.run), 0.01 * (1 - (double)at / k), 1e-12);
            CU_ASSERT_EQUAL(fake_step(&w.run, N / 2, 0), RLB_OK); /* the same until it is full */
            CU_ASSERT_DOUBLE_EQUAL(measured_rate(&w.run), 0.01 * (1 - (double)at / k), 1e-12);
            CU_ASSERT_EQUAL(fake_step(&w.run, N / 2, 0), RLB_OK);
        }
        fake_finish(&w.run);
    }
}

/* The second rollout sees observations through the mean and deviation of the first, with
 * Gymnasium's prior of weight 1e-4. */
static void normalised_observations(void)
{
    enum { WIDTH = 4 };
    struct world w;
    struct rollout o;
    double mean[WIDTH] = {0}, square[WIDTH] = {0};
    start(&w, "epochs=1 minibatches=1 learning_rate=1e-8 normalize_observations=1", "cartpole", 0);
    CU_ASSERT_EQUAL(fake_step(&w.run, N - LANES, 0), RLB_OK);
    take_rollout(&w.run, &o);
    o.obs = realloc(o.obs, (N + LANES) * WIDTH * sizeof(float));
    for (int round = 0; round < 2; round++) {
        memcpy(o.obs + (N - LANES + round * LANES) * WIDTH, w.run.world->batch->obs,
               LANES * WIDTH * sizeof(float));
        CU_ASSERT_EQUAL(fake_step(&w.run, LANES, 0), RLB_OK);
    }
    for (int j = 0; j < WIDTH; j++) {
        for (int i = 0; i < N; i++)
            mean[j] += (double)o.obs[i * WIDTH + j] / (N + 1e-4);
        square[j] = 1e-4 * (1 + mean[j] * mean[j]);
        for (int i = 0; i < N; i++)
            square[j] += pow((double)o.obs[i * WIDTH + j] - mean[j], 2);
    }
    struct rollout second;
    take_rollout(&w.run, &second);
    for (uint32_t l = 0; l < LANES; l++) {
        float seen[WIDTH];
        for (int j = 0; j < WIDTH; j++)
            seen[j] = (float)(((double)o.obs[(N + l) * WIDTH + (uint32_t)j] - mean[j]) /
                              sqrt(square[j] / (N + 1e-4) + 1e-8));
        CU_ASSERT_DOUBLE_EQUAL((double)second.value[l], value_of(&w, seen), 1e-4);
    }
    free_rollout(&o);
    free_rollout(&second);
    fake_finish(&w.run);
}

/* ---------------------------------------------------------------- acting */

static void acts_greedily(void)
{
    static const char *const worlds[] = {"acrobot", "pendulum"};
    enum { ASKED = 70, MOST_WIDTH = 6 };
    for (size_t k = 0; k < 2; k++) {
        struct world w;
        float obs[ASKED * MOST_WIDTH];
        union {
            int32_t number[ASKED];
            float vector[ASKED];
        } actions;
        rlb_rng rng;
        start(&w, "learning_rate=0.05", worlds[k], 0);
        CU_ASSERT_EQUAL(fake_step(&w.run, 20 * N, 0), RLB_OK);
        w.actor = hand_take(&w.run, "actor", tanh);
        uint32_t width = w.run.world->obs.width;
        rlb_rng_init(&rng, 1, 0);
        for (size_t i = 0; i < (size_t)ASKED * width; i++)
            obs[i] = (float)(3 * rlb_rng_normal(&rng));
        CU_ASSERT_EQUAL(w.run.algo->act(w.run.self, obs, ASKED, &actions), RLB_OK);
        for (uint32_t i = 0; i < ASKED; i++) {
            double y[HAND_MOST];
            hand_forward_float(&w.actor, obs + (size_t)i * width, y);
            if (k == 0)
                CU_ASSERT_EQUAL((uint32_t)actions.number[i], hand_best(y, 3));
            if (k == 1)
                CU_ASSERT_DOUBLE_EQUAL((double)actions.vector[i], fmax(-2, fmin(2, y[0])), 1e-4);
        }
        fake_finish(&w.run);
    }
}

static void refusals(void)
{
    static const struct {
        const char *params, *env, *part;
    } all[] = {
        {"", "chain", "ppo needs one agent"},
        {"rollout=10 minibatches=4", "cartpole", "does not divide into 4 minibatches"},
        {"rollout=10 minibatches=30", "cartpole", "a minibatch of one transition"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct fake_run r;
        CU_ASSERT(fake_start(&r, "ppo", all[i].params, all[i].env, "", LANES, 1, 0) < 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, all[i].part));
        fake_finish(&r);
    }
}

/* ---------------------------------------------------------------- learning */

/* A random policy balances for 22 steps, the best for 500. */
static void learns_cartpole(void)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct fake_run r;
        CU_ASSERT_EQUAL(
            fake_start(&r, "ppo", "learning_rate=0.001 rollout=64", "cartpole", "", 8, seed, 81920),
            RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&r, 81920, 0), RLB_OK);
        double mean = hand_evaluate(&r, "cartpole", 99, 10);
        if (!(mean >= 300))
            fprintf(stderr, "seed %d: %g\n", (int)seed, mean);
        CU_ASSERT(mean >= 300);
        fake_finish(&r);
    }
}

CHECK_MAIN("ppo", {"values and probabilities", collects_by_hand},
           {"advantages and losses by direct sums", advantages},
           {"the first ratio is 1", first_ratio_is_one}, {"annealing", annealing},
           {"normalised observations", normalised_observations}, {"greedy actions", acts_greedily},
           {"refusals", refusals}, {"learns cartpole", learns_cartpole})
