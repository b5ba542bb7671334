/* The deep learners through the real worker: resumed bit for bit with networks, optimiser, replay
 * or rollout and worlds, and stopped when they diverge. */
#include "check.h"
#include "plugins/fake_host.h"
#include "worker/drive.h"
#include "worker/internal.h"

#include <inttypes.h>
#include <stdlib.h>

struct setting {
    const char *algo, *env;
    uint32_t lanes;
    const char *const (*params)[2]; /* ended by NULL */
};

static const char *const dqn_all[][2] = {{"hidden", "16"},
                                         {"batch", "8"},
                                         {"buffer", "150"},
                                         {"warmup", "60"},
                                         {"train_every", "2"},
                                         {"target_every", "7"},
                                         {"n_step", "3"},
                                         {"double_q", "yes"},
                                         {"priority", "0.6"},
                                         {"huber", "1"},
                                         {"max_norm", "10"},
                                         {"epsilon_steps", "300"},
                                         {"learning_rate", "0.01"},
                                         {"normalize_observations", "yes"},
                                         {NULL, NULL}};
static const char *const dqn_plain[][2] = {
    {"hidden", "16"}, {"batch", "8"}, {"buffer", "150"}, {"warmup", "60"}, {NULL, NULL}};
static const char *const dqn_wide[][2] = {
    {"learning_rate", "1e6"}, {"batch", "8"}, {"warmup", "60"}, {NULL, NULL}};
static const char *const ppo_wide[][2] = {
    {"learning_rate", "1e6"}, {"rollout", "16"}, {"anneal", "no"}, {"max_norm", "0"}, {NULL, NULL}};
static const char *const ppo_all[][2] = {{"hidden", "16"},
                                         {"rollout", "32"},
                                         {"learning_rate", "0.01"},
                                         {"normalize_observations", "yes"},
                                         {"normalize_rewards", "yes"},
                                         {NULL, NULL}};

static const struct setting settings[] = {
    {"dqn", "cartpole", 3, dqn_all},     {"dqn", "acrobot", 1, dqn_plain},
    {"ppo", "cartpole", 4, ppo_all},     {"ppo", "pendulum", 2, ppo_all},
    {"ppo", "mountain-car", 1, ppo_all},
};
enum { NUM_SETTINGS = sizeof settings / sizeof settings[0] };

/* Intervals that divide neither each other nor a rollout; episodes are cut. */
static void prepare(struct drive *d, const struct setting *s)
{
    drive_init(d, s->algo);
    d->algo = fake_algo(s->algo);
    d->env = fake_env(s->env);
    d->msg.steps = 840;
    d->msg.log_every = 60;
    d->msg.eval_every = 180;
    d->msg.eval_episodes = 3;
    d->msg.checkpoint_every = 108;
    d->msg.time_limit = 25;
    d->msg.lanes = s->lanes;
    for (size_t i = 0; s->params[i][0]; i++)
        drive_set(&d->algo_params, s->params[i][0], s->params[i][1]);
}

/* From every checkpoint of a run, as if it had been killed any time later. */
static void resumes_bit_for_bit(void)
{
    for (size_t i = 0; i < NUM_SETTINGS; i++) {
        struct drive whole, rest;
        size_t n = 0;
        prepare(&whole, &settings[i]);
        drive_run(&whole);
        CU_ASSERT_EQUAL_FATAL(whole.reason, DONE_FINISHED);
        CU_ASSERT(drive_count(&whole, i < 2 ? "loss" : "kl") > 3);
        for (const char *line = whole.checkpoints.data; *line; line = strchr(line, '\n') + 1, n++) {
            uint64_t step;
            char name[100], path[500];
            CU_ASSERT_EQUAL(sscanf(line, "%" SCNu64 " %99s", &step, name), 2);
            prepare(&rest, &settings[i]);
            snprintf(path, sizeof path, "%s/%s", rest.msg.folder, name);
            rest.msg.resume_from = path;
            rest.msg.checkpoint_every = 0;
            rest.max_slice = 7;
            drive_run(&rest);
            CU_ASSERT_EQUAL(rest.reason, DONE_FINISHED);
            CU_ASSERT_EQUAL(rest.ready_step, step);
            CHECK_TEXT(rest.digest, whole.digest);
            CU_ASSERT(drive_joins(&whole, step, &rest, &whole));
            drive_free(&rest);
        }
        CU_ASSERT(n >= 7);
        drive_free(&whole);
    }
}

/* What was changed while running is part of the checkpoint. */
static void changed_rate(void)
{
    static const struct setting *const both[] = {&settings[0], &settings[2]};
    const struct wire_set_param rate = {"learning_rate", "0.001"};
    for (size_t i = 0; i < 2; i++) {
        struct drive a, b, plain;
        char path[500];
        prepare(&plain, both[i]);
        drive_run(&plain);
        prepare(&a, both[i]);
        a.max_slice = 1;
        drive_start(&a);
        drive_send(&a, WIRE_SET_PARAM, &rate);
        drive_finish(&a);
        CU_ASSERT(strcmp(a.digest, plain.digest) != 0);
        prepare(&b, both[i]);
        snprintf(path, sizeof path, "%s/checkpoint-648.rlbc", b.msg.folder);
        b.msg.resume_from = path;
        drive_run(&b);
        CHECK_TEXT(b.digest, a.digest);
        drive_free(&a);
        drive_free(&b);
        drive_free(&plain);
    }
}

/* A learning rate of a million: the host stops the run at the first figure that is not finite. */
static void diverges(const struct setting *wide)
{
    struct drive d;
    char reason[100], path[500];
    uint64_t from, to, good;
    prepare(&d, wide);
    d.msg.steps = 20000;
    d.msg.checkpoint_every = 20;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_DIVERGED);
    CU_ASSERT_EQUAL(d.done_code, ERR_FAILED);
    int n = sscanf(d.message,
                   "%99s became %*s between steps %" SCNu64 " and %" SCNu64
                   "; the last good checkpoint is of step %" SCNu64 " (%499[^)])",
                   reason, &from, &to, &good, path);
    if (n != 5)
        fprintf(stderr, "%s: %s\n", wide->algo, d.message);
    CU_ASSERT_EQUAL_FATAL(n, 5);
    CU_ASSERT(strstr(reason, "loss") || strcmp(reason, "grad_norm") == 0 ||
              strcmp(reason, "kl") == 0);
    CU_ASSERT(good <= from && from < to && to <= d.done_step);
    CHECK_TEXT(path, d.saved);
    drive_free(&d);
}

static void divergence(void)
{
    diverges(&(struct setting){"dqn", "acrobot", 1, dqn_wide});
    diverges(&(struct setting){"ppo", "pendulum", 4, ppo_wide});
}

CHECK_MAIN("deep learners", {"resumed bit for bit", resumes_bit_for_bit},
           {"a changed learning rate stays changed", changed_rate},
           {"divergence is caught", divergence})
