#include "base/mem.h"
#include "check.h"
#include "worker/checkpoint.h"
#include "worker/fake.h"
#include "worker/venv.h"

#include <math.h>
#include <stdlib.h>

static struct host_report report;
static struct tally tally;

struct options {
    int64_t length, agents, ends;
    double slip;
    uint32_t lanes, limit;
};

static struct venv *make(struct options o)
{
    rlb_value p[LINE_NUM];
    for (int i = 0; i < LINE_NUM; i++)
        p[i] = fake_line.params[i].def;
    p[LINE_LENGTH].i = o.length;
    p[LINE_AGENTS].i = o.agents ? o.agents : 1;
    p[LINE_ENDS].i = o.ends;
    p[LINE_SLIP].r = o.slip;
    tally_init(&tally);
    report = (struct host_report){0};
    struct venv_spec spec = {.env = &fake_line,
                             .params = p,
                             .num_lanes = o.lanes ? o.lanes : 1,
                             .time_limit = o.limit,
                             .tally = &tally,
                             .report = &report};
    struct venv *v = NULL;
    CU_ASSERT_EQUAL_FATAL(venv_create(&spec, 7, &v), RLB_OK);
    return v;
}

static rlb_status step(struct venv *v, int32_t a0, int32_t a1, int32_t a2, int32_t a3)
{
    const int32_t actions[] = {a0, a1, a2, a3};
    return v->table.step(&v->table, actions);
}

static int32_t obs(const struct venv *v, int i)
{
    return ((const int32_t *)v->batch.obs)[i];
}

static int32_t final_obs(const struct venv *v, int i)
{
    return ((const int32_t *)v->batch.final_obs)[i];
}

/* Right three times along a line of length 3: rewards -1, -1, 9, and the fourth observation is
 * already the first of the next episode. */
static void episode_by_hand(void)
{
    struct venv *v = make((struct options){.length = 3, .ends = 1});
    CU_ASSERT_EQUAL(obs(v, 0), 0);
    CU_ASSERT_EQUAL(step(v, 1, 0, 0, 0), RLB_OK);
    CU_ASSERT_EQUAL(obs(v, 0), 1);
    CU_ASSERT_EQUAL(step(v, 0, 0, 0, 0), RLB_OK);
    CU_ASSERT_EQUAL(obs(v, 0), 0);
    for (int i = 0; i < 2; i++)
        step(v, 1, 0, 0, 0);
    CU_ASSERT_EQUAL(obs(v, 0), 2);
    CU_ASSERT_EQUAL(v->batch.terminated[0], 0);
    CU_ASSERT_EQUAL(tally.count, 0);
    step(v, 1, 0, 0, 0);
    CU_ASSERT_EQUAL(v->batch.terminated[0], 1);
    CU_ASSERT_EQUAL(v->batch.truncated[0], 0);
    CU_ASSERT_EQUAL(v->batch.success[0], 1);
    CU_ASSERT_EQUAL(final_obs(v, 0), 3);
    CU_ASSERT_EQUAL(obs(v, 0), 0);
    CU_ASSERT_EQUAL(tally.count, 1);
    CU_ASSERT_EQUAL(tally.returns, -4 + 9);
    CU_ASSERT_EQUAL(tally.lengths, 5);
    CU_ASSERT_EQUAL(tally.successes, 1);
    CU_ASSERT_EQUAL(tally.kept[0].at, 5);
    step(v, 1, 0, 0, 0);
    CU_ASSERT_EQUAL(v->batch.terminated[0], 0);
    CU_ASSERT_EQUAL(obs(v, 0), 1);
    CU_ASSERT_EQUAL(venv_rewards(v), 5 - 1);
    CU_ASSERT_EQUAL(venv_transitions(v), 6);
    venv_destroy(v);
}

/* A limit of 4 on an endless line cuts every fourth step, exactly, and never says terminated. */
static void time_limit(void)
{
    struct venv *v = make((struct options){.length = 9, .ends = 0, .limit = 4});
    for (int i = 1; i <= 400; i++) {
        step(v, 1, 0, 0, 0);
        CU_ASSERT_EQUAL(v->batch.truncated[0], i % 4 == 0);
        CU_ASSERT_EQUAL(v->batch.terminated[0], 0);
        CU_ASSERT_EQUAL(obs(v, 0), i % 4);
        if (i % 4 == 0)
            CU_ASSERT_EQUAL(final_obs(v, 0), 4);
    }
    CU_ASSERT_EQUAL(tally.count, 100);
    CU_ASSERT_EQUAL(tally.lengths, 400);
    CU_ASSERT_EQUAL(tally.returns, -400);
    CU_ASSERT_EQUAL(tally.successes, 0);
    venv_destroy(v);
}

/* Arriving in the very step of the limit is an end by the rules, not a cut. */
static void end_at_the_limit(void)
{
    struct venv *v = make((struct options){.length = 4, .ends = 1, .limit = 4});
    for (int i = 0; i < 4; i++)
        step(v, 1, 0, 0, 0);
    CU_ASSERT_EQUAL(v->batch.terminated[0], 1);
    CU_ASSERT_EQUAL(v->batch.truncated[0], 0);
    CU_ASSERT_EQUAL(tally.count, 1);
    venv_destroy(v);
}

/* Four lanes that walk differently: 0 always right (length 3), 1 always left (cut at 5), 2
 * alternates, 3 rests once. */
static void lanes_by_hand(void)
{
    struct venv *v = make((struct options){.length = 3, .ends = 1, .lanes = 4, .limit = 5});
    for (int i = 1; i <= 5; i++) {
        CU_ASSERT_EQUAL(step(v, 1, 0, i & 1, i > 1), RLB_OK);
        CU_ASSERT_EQUAL(v->batch.terminated[0], i == 3);
        CU_ASSERT_EQUAL(v->batch.truncated[1], i == 5);
        CU_ASSERT_EQUAL(v->batch.truncated[2], i == 5);
        CU_ASSERT_EQUAL(v->batch.terminated[3], i == 4);
        CU_ASSERT_EQUAL(v->batch.truncated[0], 0);
    }
    CU_ASSERT_EQUAL(obs(v, 0), 2);
    CU_ASSERT_EQUAL(final_obs(v, 0), 3);
    CU_ASSERT_EQUAL(final_obs(v, 2), 1);
    CU_ASSERT_EQUAL(tally.count, 4);
    CU_ASSERT_EQUAL(tally.lengths, 3 + 4 + 5 + 5);
    CU_ASSERT_EQUAL(tally.returns, (9 - 2) + (9 - 3) - 5 - 5);
    CU_ASSERT_EQUAL(tally.successes, 2);
    CU_ASSERT_EQUAL(venv_rewards(v), 7 + 6 - 5 - 5 - 2 - 1);
    CU_ASSERT_EQUAL(venv_transitions(v), 20);
    venv_destroy(v);
}

/* Two agents in two lanes: the return is the mean over agents, the one that arrived waits. */
static void agents_by_hand(void)
{
    struct venv *v = make((struct options){.length = 2, .agents = 2, .ends = 1, .lanes = 2});
    CU_ASSERT_EQUAL(v->table.state.width, 2);
    CU_ASSERT_EQUAL(v->batch.action_mask[0], 0);
    step(v, 1, 1, 0, 0);
    CU_ASSERT_EQUAL(v->batch.action_mask[0], 1);
    step(v, 1, 0, 0, 0); /* lane 0: agent 0 arrives, agent 1 goes back */
    CU_ASSERT_EQUAL(v->batch.alive[0], 0);
    CU_ASSERT_EQUAL(v->batch.alive[1], 1);
    CU_ASSERT_EQUAL(((int32_t *)v->batch.state)[0], 2);
    CU_ASSERT_EQUAL(step(v, 77, 1, 0, 0), RLB_OK); /* who is out may hold anything */
    CU_ASSERT_EQUAL(v->batch.rewards[0], 0);
    CU_ASSERT_EQUAL(tally.count, 0);
    step(v, 0, 1, 0, 0);
    CU_ASSERT_EQUAL(v->batch.terminated[0], 1);
    CU_ASSERT_EQUAL(v->batch.terminated[1], 0);
    CU_ASSERT_EQUAL(final_obs(v, 0), 2);
    CU_ASSERT_EQUAL(final_obs(v, 1), 2);
    CU_ASSERT_EQUAL(((int32_t *)v->batch.final_state)[1], 2);
    CU_ASSERT_EQUAL(v->batch.alive[0], 1);
    CU_ASSERT_EQUAL(tally.returns, ((-1 + 9) + (-1 - 1 - 1 + 9)) / 2.0);
    CU_ASSERT_EQUAL(venv_rewards(v), 7.0 - 4);
    venv_destroy(v);
}

static void bad_actions(void)
{
    struct venv *v = make((struct options){.length = 3, .ends = 1});
    CU_ASSERT_EQUAL(step(v, 2, 0, 0, 0), RLB_E_INVAL);
    CHECK_TEXT(report.text, "action 2 of lane 0 is outside 0 to 1, the algorithm's fault");
    CU_ASSERT_EQUAL(step(v, -1, 0, 0, 0), RLB_E_INVAL);
    venv_destroy(v);
    v = make((struct options){.length = 3, .ends = 1, .lanes = 3});
    CU_ASSERT_EQUAL(step(v, 0, 1, -1, 0), RLB_E_INVAL);
    CHECK_TEXT(report.text, "action -1 of lane 2 is outside 0 to 1, the algorithm's fault");
    venv_destroy(v);
}

/* A world saved in the middle goes on like the one that was not, in a fresh object too. */
static void save_and_load(void)
{
    for (uint32_t lanes = 1; lanes <= 4; lanes += 3) {
        const struct options o = {.length = 6, .ends = 1, .slip = 0.3, .lanes = lanes, .limit = 20};
        struct venv *a = make(o);
        for (int i = 0; i < 57; i++)
            step(a, 1, 1, 1, i % 3 != 0);
        struct checkpoint_writer w;
        checkpoint_writer_init(&w);
        CU_ASSERT_EQUAL(venv_save(a, &w.table), RLB_OK);
        struct tally then = tally;
        struct venv *b = make(o); /* resets the tally */
        struct checkpoint_reader r;
        checkpoint_reader_over(&r, &w);
        CU_ASSERT_EQUAL(venv_load(b, &r.table), RLB_OK);
        CU_ASSERT_EQUAL(r.left, 0);
        struct tally other;
        a->tally = &other;
        other = then;
        tally = then;
        for (int i = 0; i < 300; i++) {
            step(a, 1, 1, i % 2, 1);
            step(b, 1, 1, i % 2, 1);
            CU_ASSERT_EQUAL(memcmp(a->slab, b->slab, a->slab_size), 0);
        }
        CU_ASSERT_EQUAL(a->steps, b->steps);
        CU_ASSERT_EQUAL(venv_rewards(a), venv_rewards(b));
        CU_ASSERT(other.count > then.count + 5);
        CU_ASSERT_EQUAL(memcmp(&other, &tally, sizeof tally), 0);
        checkpoint_writer_finish(&w);
        venv_destroy(a);
        venv_destroy(b);
    }
}

/* What another world saved is refused. */
static void load_of_another(void)
{
    struct venv *a = make((struct options){.length = 6, .ends = 1, .lanes = 2});
    struct checkpoint_writer w;
    struct checkpoint_reader r;
    checkpoint_writer_init(&w);
    for (int i = 0; i < 5; i++)
        step(a, 1, 1, 0, 0);
    CU_ASSERT_EQUAL(venv_save(a, &w.table), RLB_OK);
    const struct options others[] = {{.length = 6, .ends = 1, .lanes = 3},
                                     {.length = 3, .ends = 1, .lanes = 2},
                                     {.length = 6, .ends = 1, .lanes = 2, .limit = 4},
                                     {.length = 6, .agents = 2, .lanes = 2}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct venv *b = make(others[i]);
        checkpoint_reader_over(&r, &w);
        CU_ASSERT_EQUAL(venv_load(b, &r.table), RLB_E_FORMAT);
        venv_destroy(b);
    }
    checkpoint_writer_finish(&w);
    venv_destroy(a);
}

/* Lanes of one world do not depend on how many there are. */
static void lanes_are_independent(void)
{
    struct venv *one = make((struct options){.length = 5, .ends = 1, .slip = 0.4});
    struct venv *four = make((struct options){.length = 5, .ends = 1, .slip = 0.4, .lanes = 4});
    for (int i = 0; i < 200; i++) {
        step(one, 1, 1, 1, 1);
        step(four, 1, 0, 1, 0);
        CU_ASSERT_EQUAL(obs(one, 0), obs(four, 0));
    }
    venv_destroy(one);
    venv_destroy(four);
}

/* reset() in the middle starts afresh: same seed, same walk; the cut episode is not counted. */
static void reset_again(void)
{
    struct venv *v = make((struct options){.length = 50, .ends = 1, .slip = 0.5, .limit = 30});
    int32_t first[20];
    for (int i = 0; i < 20; i++) {
        step(v, 1, 0, 0, 0);
        first[i] = obs(v, 0);
    }
    CU_ASSERT_EQUAL(v->table.reset(&v->table, 7), RLB_OK);
    for (int i = 0; i < 20; i++) {
        step(v, 1, 0, 0, 0);
        CU_ASSERT_EQUAL(obs(v, 0), first[i]);
    }
    CU_ASSERT_EQUAL(tally.count, 0);
    for (int i = 0; i < 10; i++)
        step(v, 1, 0, 0, 0);
    CU_ASSERT_EQUAL(v->batch.truncated[0], 1);
    CU_ASSERT_EQUAL(tally.kept[0].length, 30);
    venv_destroy(v);
}

static void slabs_are_aligned(void)
{
    struct venv *v = make((struct options){.length = 2, .agents = 3, .ends = 1, .lanes = 5});
    const void *const arrays[] = {v->batch.obs,        v->batch.final_obs, v->batch.state,
                                  v->batch.actions,    v->batch.rewards,   v->batch.alive,
                                  v->batch.terminated, v->batch.truncated, v->batch.success,
                                  v->batch.action_mask};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        CU_ASSERT_PTR_NOT_NULL(arrays[i]);
        CU_ASSERT_EQUAL((uintptr_t)arrays[i] % 64, 0);
    }
    venv_destroy(v);
}

/* Spaces that no host could serve, each refused with a reason. */
static rlb_env_spaces lie;
static rlb_status lying_spaces(const rlb_host *h, const rlb_value *p, rlb_env_spaces *out)
{
    (void)h;
    (void)p;
    uint32_t size = out->size;
    *out = lie;
    out->size = size;
    return RLB_OK;
}

static void lying_worlds(void)
{
    const rlb_space good = {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = 2};
    const rlb_space bad[] = {
        {.kind = 9, .dtype = RLB_I32, .width = 1, .n = 2},
        {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_F32, .width = 1, .n = 2},
        {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 2, .n = 2},
        {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = 0},
        {.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = INT64_MAX},
        {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = 0, .low = 0, .high = 1},
        {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = UINT32_MAX, .low = 0, .high = 1},
        {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = 4, .rank = 2, .shape = {2, 3}},
        {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = 4, .rank = 5},
        {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = 4, .low = 1, .high = 0},
        {.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = 4, .low = NAN, .high = 0},
    };
    rlb_env env = fake_line;
    env.spaces = lying_spaces;
    rlb_value p[LINE_NUM] = {0};
    struct venv *v = NULL;
    struct venv_spec spec = {.env = &env, .params = p, .num_lanes = 1, .report = &report};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        lie = (rlb_env_spaces){.num_agents = 1, .obs = bad[i], .act = good};
        report.text[0] = '\0';
        CU_ASSERT_EQUAL(venv_create(&spec, 0, &v), RLB_E_INVAL);
        CU_ASSERT(strlen(report.text) > 10);
    }
    lie = (rlb_env_spaces){.num_agents = 0, .obs = good, .act = good};
    CU_ASSERT_EQUAL(venv_create(&spec, 0, &v), RLB_E_INVAL);
    lie = (rlb_env_spaces){.num_agents = 1, .obs = good};
    CU_ASSERT_EQUAL(venv_create(&spec, 0, &v), RLB_E_INVAL);
    lie = (rlb_env_spaces){.num_agents = 1 << 20, .act = good};
    lie.obs =
        (rlb_space){.kind = RLB_SPACE_BOX, .dtype = RLB_F32, .width = 1 << 24, .low = 0, .high = 1};
    CU_ASSERT_EQUAL(venv_create(&spec, 0, &v), RLB_E_NOMEM);
    CU_ASSERT_PTR_NULL(v);
}

/* The kept records are every 2^k-th episode of the window, and what is left out still counts. */
static void tally_thins(void)
{
    tally_init(&tally);
    for (uint32_t i = 0; i < 1000; i++)
        tally_add(&tally, 0, i + 1, i, 2, i % 2);
    CU_ASSERT_EQUAL(tally.count, 1000);
    CU_ASSERT_EQUAL(tally.returns, 999 * 1000 / 2);
    CU_ASSERT_EQUAL(tally.lengths, 2000);
    CU_ASSERT_EQUAL(tally.successes, 500);
    CU_ASSERT_EQUAL(tally.keep_every, 4);
    CU_ASSERT_EQUAL(tally.num_kept, 250);
    for (uint32_t i = 0; i < tally.num_kept; i++)
        CU_ASSERT_EQUAL(tally.kept[i].index, 4 * i);
    tally_next_window(&tally);
    tally_add(&tally, 0, 1, 0, 1, 0);
    CU_ASSERT_EQUAL(tally.kept[0].index, 1000);
}

CHECK_MAIN("venv", {"an episode by hand", episode_by_hand},
           {"a time limit truncates, exactly", time_limit},
           {"an end in the step of the limit is no cut", end_at_the_limit},
           {"four lanes by hand", lanes_by_hand}, {"two agents by hand", agents_by_hand},
           {"an action outside its space is refused", bad_actions},
           {"saved in the middle, goes on the same", save_and_load},
           {"another world's state is refused", load_of_another},
           {"a lane does not see the others", lanes_are_independent},
           {"reset starts afresh", reset_again}, {"arrays are aligned", slabs_are_aligned},
           {"impossible spaces are refused", lying_worlds},
           {"a window keeps a systematic sample", tally_thins})
