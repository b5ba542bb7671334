/* A counting world: what every entry must be follows from lane, agent and time. */
#include "check.h"
#include "lib/rl/host.h"

#include <rlbench/rollout.h>

enum { L = 3, G = 2, N = L * G, WIDTH = 2, T = 7 };

/* Lane l shows its clock and how often it was reset; it terminates every 4 + l steps, is cut every
 * 5 + l. */
static struct world {
    rlb_venv venv;
    rlb_batch batch;
    float obs[N][WIDTH], final_obs[N][WIDTH], rewards[N];
    uint8_t terminated[L], truncated[L];
    uint32_t clock[L], episode[L];
} w;

static void show(uint32_t lane, float (*to)[WIDTH])
{
    for (uint32_t g = 0; g < G; g++) {
        to[lane * G + g][0] = (float)(w.clock[lane] + 1000 * g);
        to[lane * G + g][1] = (float)w.episode[lane];
    }
}

static rlb_status step(rlb_venv *venv, const void *actions)
{
    const int32_t *a = actions;
    (void)venv;
    for (uint32_t l = 0; l < L; l++) {
        w.clock[l]++;
        for (uint32_t g = 0; g < G; g++)
            w.rewards[l * G + g] = (float)a[l * G + g] + 0.5F;
        w.terminated[l] = w.clock[l] % (4 + l) == 0;
        w.truncated[l] = w.clock[l] % (5 + l) == 0;
        if (w.terminated[l] || w.truncated[l]) {
            show(l, w.final_obs);
            w.episode[l]++;
        }
        show(l, w.obs);
    }
    return RLB_OK;
}

static void world_start(void)
{
    memset(&w, 0, sizeof w);
    w.batch = (rlb_batch){.size = sizeof w.batch,
                          .num_lanes = L,
                          .num_agents = G,
                          .obs = w.obs,
                          .final_obs = w.final_obs,
                          .rewards = w.rewards,
                          .terminated = w.terminated,
                          .truncated = w.truncated};
    w.venv = (rlb_venv){.size = sizeof w.venv,
                        .num_lanes = L,
                        .num_agents = G,
                        .obs = {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = WIDTH},
                        .act = {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = 9},
                        .batch = &w.batch,
                        .step = step};
    for (uint32_t l = 0; l < L; l++)
        show(l, w.obs);
}

static rlb_status value(void *self, const void *obs, uint32_t n, float *out)
{
    const float(*x)[WIDTH] = obs;
    (void)self;
    for (uint32_t i = 0; i < n; i++)
        out[i] = x[i][0] + 100 * x[i][1];
    return RLB_OK;
}

static rlb_status act(void *self, const void *obs, uint32_t n, void *action, float *log_prob,
                      float *values)
{
    const float(*x)[WIDTH] = obs;
    for (uint32_t i = 0; i < n; i++) {
        ((int32_t *)action)[i] = (int32_t)x[i][0] % 9;
        log_prob[i] = -x[i][0];
    }
    return value(self, obs, n, values);
}

static const rlb_actor actor = {NULL, act, value};

/* Entry (time, stream) from first principles. */
static void check_row(const rlb_rollout *r, uint32_t t, uint32_t time)
{
    static const uint32_t ends[2][L] = {{4, 5, 6}, {5, 6, 7}};
    for (uint32_t i = 0; i < N; i++) {
        uint32_t l = i / G, g = i % G, at = t * N + i, episodes = 0;
        for (uint32_t k = 1; k <= time; k++)
            episodes += k % ends[0][l] == 0 || k % ends[1][l] == 0;
        float clock = (float)(time + 1000 * g);
        uint8_t term = (time + 1) % ends[0][l] == 0, trunc = (time + 1) % ends[1][l] == 0;
        CU_ASSERT_EQUAL(((float *)r->obs)[at * WIDTH], clock);
        CU_ASSERT_EQUAL(((float *)r->obs)[at * WIDTH + 1], (float)episodes);
        CU_ASSERT_EQUAL(((int32_t *)r->action)[at], (int32_t)clock % 9);
        CU_ASSERT_EQUAL(r->log_prob[at], -clock);
        CU_ASSERT_EQUAL(r->value[at], clock + 100 * (float)episodes);
        CU_ASSERT_EQUAL(r->reward[at], (float)((int32_t)clock % 9) + 0.5F);
        CU_ASSERT_EQUAL(r->terminated[at], term);
        CU_ASSERT_EQUAL(r->truncated[at], trunc);
        if (trunc && !term) /* the last observation is of the episode that ended */
            CU_ASSERT_EQUAL(r->final_value[at], clock + 1 + 100 * (float)episodes);
    }
}

static void collects(void)
{
    struct bare_host host;
    rlb_rollout r;
    bare_start(&host);
    world_start();
    CU_ASSERT_EQUAL(rlb_rollout_init(&r, &host.host, &w.venv, 0), RLB_E_INVAL);
    CU_ASSERT_EQUAL_FATAL(rlb_rollout_init(&r, &host.host, &w.venv, T), RLB_OK);
    for (uint32_t round = 0; round < 6; round++) {
        for (uint32_t t = 0; t < T; t++)
            CU_ASSERT_EQUAL(rlb_rollout_step(&r, &actor), t + 1 == T ? RLB_DONE : RLB_OK);
        for (uint32_t t = 0; t < T; t++)
            check_row(&r, t, round * T + t);
        for (uint32_t i = 0; i < N; i++)
            CU_ASSERT_EQUAL(r.value[T * N + i], w.obs[i][0] + 100 * w.obs[i][1]);
        rlb_steps s = rlb_rollout_steps(&r);
        CU_ASSERT(s.num_steps == T && s.num_streams == N && s.value == r.value);
        r.at = 0;
    }
    bare_finish(&host);
}

static void next_obs(void)
{
    float out[N][WIDTH];
    world_start();
    for (uint32_t t = 1; t < 30; t++) {
        step(&w.venv, (int32_t[N]){0});
        rlb_next_obs(&w.venv, out);
        for (uint32_t i = 0; i < N; i++) {
            int ended = w.terminated[i / G] || w.truncated[i / G];
            CU_ASSERT_EQUAL(out[i][0], (float)(t + 1000 * (i % G)));
            CU_ASSERT_EQUAL(out[i][1], (float)(w.episode[i / G] - (uint32_t)ended));
        }
    }
}

/* Saved after any number of steps: the second half writes the same bits. */
static void resumes(void)
{
    for (uint32_t before = 0; before <= T; before++) {
        struct bare_host host;
        struct bare_stream half, whole, again;
        rlb_rollout r, other;
        bare_start(&host);
        world_start();
        stream_start(&half);
        stream_start(&whole);
        stream_start(&again);
        CU_ASSERT_EQUAL(rlb_rollout_init(&r, &host.host, &w.venv, T), RLB_OK);
        CU_ASSERT_EQUAL(rlb_rollout_init(&other, &host.host, &w.venv, T), RLB_OK);
        for (uint32_t t = 0; t < before; t++)
            (void)rlb_rollout_step(&r, &actor);
        CU_ASSERT_EQUAL(rlb_rollout_save(&r, &half.writer), RLB_OK);
        CU_ASSERT_EQUAL(half.chunks, 9);
        struct world kept = w;
        while (r.at < T)
            (void)rlb_rollout_step(&r, &actor);
        w = kept;
        CU_ASSERT_EQUAL(rlb_rollout_load(&other, &half.reader), RLB_OK);
        CU_ASSERT_EQUAL(other.at, before);
        while (other.at < T)
            (void)rlb_rollout_step(&other, &actor);
        CU_ASSERT_EQUAL(memcmp(r.value, other.value, (T + 1) * N * sizeof *r.value), 0);
        CU_ASSERT_EQUAL(rlb_rollout_save(&r, &whole.writer), RLB_OK);
        CU_ASSERT_EQUAL(rlb_rollout_save(&other, &again.writer), RLB_OK);
        CU_ASSERT(whole.size == again.size && memcmp(whole.bytes, again.bytes, whole.size) == 0);
        CU_ASSERT_EQUAL(rlb_rollout_init(&other, &host.host, &w.venv, T + 1), RLB_OK);
        half.at = 0;
        CU_ASSERT_EQUAL(rlb_rollout_load(&other, &half.reader), RLB_E_FORMAT);
        CU_ASSERT(strstr(host.failure, "does not fit") != NULL);
        stream_finish(&half);
        stream_finish(&whole);
        stream_finish(&again);
        bare_finish(&host);
    }
}

/* ---- vectors with bounds */

static float given[N]; /* to the world */

static rlb_status step_vector(rlb_venv *venv, const void *actions)
{
    memcpy(given, actions, sizeof given);
    return step(venv, (int32_t[N]){0});
}

static rlb_status act_vector(void *self, const void *obs, uint32_t n, void *action, float *log_prob,
                             float *values)
{
    for (uint32_t i = 0; i < n; i++) {
        ((float *)action)[i] = (float)i - 2.5F;
        log_prob[i] = 0;
    }
    return value(self, obs, n, values);
}

/* What the world is given lies within the bounds, what is kept is what was drawn. */
static void bounds(void)
{
    static const rlb_actor vectors = {NULL, act_vector, value};
    for (int bounded = 0; bounded < 2; bounded++) {
        struct bare_host host;
        rlb_rollout r;
        bare_start(&host);
        world_start();
        w.venv.step = step_vector;
        w.venv.act = (rlb_space){.kind = RLB_SPACE_BOX,
                                 .dtype = RLB_F32,
                                 .width = 1,
                                 .low = bounded ? -1 : -INFINITY,
                                 .high = bounded ? 2 : INFINITY};
        CU_ASSERT_EQUAL_FATAL(rlb_rollout_init(&r, &host.host, &w.venv, T), RLB_OK);
        CU_ASSERT_EQUAL(rlb_rollout_step(&r, &vectors), RLB_OK);
        for (uint32_t i = 0; i < N; i++) {
            float drawn = (float)i - 2.5F;
            CU_ASSERT_EQUAL(((float *)r.action)[i], drawn);
            CU_ASSERT_EQUAL(given[i], bounded ? fminf(fmaxf(drawn, -1), 2) : drawn);
        }
        bare_finish(&host);
    }
}

CHECK_MAIN("rollouts", {"every entry", collects}, {"next observations", next_obs},
           {"saved half way", resumes}, {"vectors with bounds", bounds})
