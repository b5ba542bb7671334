#include "base/file.h"
#include "check.h"
#include "worker/drive.h"
#include "worker/fake.h"
#include "worker/internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Always right along a line of length 3: an episode every 3 steps, of return 7. */
static void points_by_hand(void)
{
    struct drive d;
    drive_init(&d, "hand");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.code, OK);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CU_ASSERT_EQUAL(d.done_step, 100);
    CU_ASSERT(d.ready && d.can_resume);
    CHECK_TEXT(d.metrics.data[6].name, "episode/return");
    CHECK_TEXT(d.metrics.data[14].name, "perf/env_steps_per_s");
    CU_ASSERT_EQUAL(d.metrics.len, 15);
    for (uint64_t step = 10; step <= 100; step += 10) {
        CU_ASSERT_EQUAL(drive_value(&d, "steps", step), 10);
        CU_ASSERT_EQUAL(drive_value(&d, "measured", step), (double)step);
        CU_ASSERT_EQUAL(drive_value(&d, "peak", step), 2);
        CU_ASSERT_EQUAL(drive_value(&d, "episode/return", step), 7);
        CU_ASSERT_EQUAL(drive_value(&d, "episode/length", step), 3);
        CU_ASSERT_EQUAL(drive_value(&d, "episode/success", step), 1);
        CU_ASSERT(drive_value(&d, "perf/steps_per_s", step) > 0);
    }
    /* steps 1 to 10 begin in states 0 1 2 0 1 2 0 1 2 0 and pay -1 -1 9 three times and -1 */
    CU_ASSERT_EQUAL(drive_value(&d, "mean_state", 10), 9 / 10.0);
    CU_ASSERT_EQUAL(drive_value(&d, "env/reward_rate", 10), (3 * 7 - 1) / 10.0);
    CU_ASSERT_EQUAL(drive_value(&d, "mean_state", 20), 10 / 10.0);
    CU_ASSERT_EQUAL(drive_value(&d, "env/reward_rate", 20), (-1 + 9 + 2 * 7 - 2) / 10.0);
    CU_ASSERT_EQUAL(drive_count(&d, "steps"), 10);
    CU_ASSERT_EQUAL(drive_count(&d, "eval/return"), 0);
    CU_ASSERT_EQUAL(d.episodes.len, 33);
    for (size_t i = 0; i < d.episodes.len; i++) {
        CU_ASSERT_EQUAL(d.episodes.data[i].step, 3 * (i + 1));
        CU_ASSERT_EQUAL(d.episodes.data[i].index, i);
        CU_ASSERT_EQUAL(d.episodes.data[i].ret, 7);
        CU_ASSERT_EQUAL(d.episodes.data[i].length, 3);
        CU_ASSERT_EQUAL(d.episodes.data[i].kind, 0);
    }
    CHECK_TEXT(buf_text(&d.views), "0.0 state\n0.1 broken\n1.0 agents\n");
    CHECK_TEXT(buf_text(&d.checkpoints), "100 checkpoint-100.rlbc\n");
    drive_free(&d);
}

/* The digest is what its definition says, computed here from the points as they came. */
static void digest_of_points(void)
{
    struct drive d;
    struct buf bytes = {0};
    char digest[65];
    drive_init(&d, "digest");
    d.msg.eval_every = 30;
    d.msg.eval_episodes = 4;
    drive_run(&d);
    for (size_t i = 0; i < d.points.len; i++) {
        const struct drive_point *p = &d.points.data[i];
        const struct drive_metric *m = &d.metrics.data[p->metric];
        uint64_t bits = UINT64_C(0x7ff8000000000000);
        if (m->flags & RLB_M_CLOCK)
            continue;
        if (!isnan(p->value))
            memcpy(&bits, &p->value, sizeof bits);
        buf_add(&bytes, m->name, strlen(m->name) + 1);
        buf_add(&bytes, &p->step, sizeof p->step);
        buf_add(&bytes, &bits, sizeof bits);
    }
    file_sha256_bytes(bytes.data, bytes.len, digest);
    CHECK_TEXT(d.digest, digest);
    buf_finish(&bytes);
    drive_free(&d);
}

/* A job with everything that draws random numbers. */
static void set_rich(struct drive *d, uint32_t lanes)
{
    d->msg.steps = 1000;
    d->msg.log_every = 70;
    d->msg.eval_every = 130;
    d->msg.eval_episodes = 11;
    d->msg.lanes = lanes;
    d->msg.time_limit = 25;
    drive_set(&d->algo_params, "p_right", "0.7");
    drive_set(&d->env_params, "length", "6");
    drive_set(&d->env_params, "slip", "0.2");
}

/* However the run is sliced, the same comes out; evaluation does not touch training. */
static void slices_do_not_matter(void)
{
    const uint64_t slices[] = {0, 1, 7, 64};
    for (uint32_t lanes = 1; lanes <= 8; lanes += 7) {
        struct drive first, d;
        for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
            struct drive *now = i ? &d : &first;
            drive_init(now, "slices");
            set_rich(now, lanes);
            now->max_slice = slices[i];
            drive_run(now);
            CU_ASSERT_EQUAL(now->reason, DONE_FINISHED);
            if (i == 0)
                continue;
            CU_ASSERT(drive_same(&first, &d));
            CHECK_TEXT(d.digest, first.digest);
            drive_free(&d);
        }
        CU_ASSERT(drive_count(&first, "eval/return") == 8);
        drive_init(&d, "slices");
        set_rich(&d, lanes);
        d.msg.eval_every = 0;
        drive_run(&d);
        CU_ASSERT_EQUAL(drive_value(&first, "sum_u", 1000), drive_value(&d, "sum_u", 1000));
        CU_ASSERT_EQUAL(drive_value(&first, "env/reward_rate", 1000),
                        drive_value(&d, "env/reward_rate", 1000));
        CU_ASSERT(!isnan(drive_value(&d, "sum_u", 1000)));
        drive_free(&d);
        drive_free(&first);
    }
}

/* Another seed, another run: the digest can tell. */
static void seeds_matter(void)
{
    struct drive a, b;
    drive_init(&a, "seeds");
    drive_init(&b, "seeds");
    set_rich(&a, 1);
    set_rich(&b, 1);
    b.msg.seed = 4;
    drive_run(&a);
    drive_run(&b);
    CU_ASSERT(strcmp(a.digest, b.digest) != 0);
    drive_free(&a);
    drive_free(&b);
}

/* Lanes that do not divide the logging interval: points at the first multiple that reaches it. */
static void lanes_overshoot(void)
{
    struct drive d;
    drive_init(&d, "lanes");
    d.msg.lanes = 8;
    drive_run(&d);
    const uint64_t steps[] = {16, 24, 32, 40, 56, 64, 72, 80, 96, 104};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        CU_ASSERT_EQUAL(drive_value(&d, "measured", steps[i]), (double)steps[i]);
    CU_ASSERT_EQUAL(drive_count(&d, "measured"), 10);
    CU_ASSERT_EQUAL(d.done_step, 104);
    CU_ASSERT_EQUAL(d.episodes.len, 8 * 4);
    CU_ASSERT_EQUAL(d.episodes.data[0].step, 24);
    drive_free(&d);
}

/* Endless line, limit 4: every episode has length 4 and is cut. Two agents: the mean over them. */
static void continuing_and_agents(void)
{
    struct drive d;
    drive_init(&d, "continuing");
    d.msg.time_limit = 4;
    drive_set(&d.env_params, "ends", "no");
    drive_set(&d.env_params, "agents", "2");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.episodes.len, 25);
    for (size_t i = 0; i < d.episodes.len; i++) {
        CU_ASSERT_EQUAL(d.episodes.data[i].step, 4 * (i + 1));
        CU_ASSERT_EQUAL(d.episodes.data[i].ret, -2 + 9 + 9);
        CU_ASSERT_EQUAL(d.episodes.data[i].extra, 0);
    }
    CU_ASSERT_EQUAL(drive_value(&d, "episode/success", 100), 0);
    drive_free(&d);
    drive_init(&d, "endless");
    drive_set(&d.env_params, "ends", "no");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.episodes.len, 0);
    CU_ASSERT_EQUAL(drive_count(&d, "episode/return"), 0);
    CU_ASSERT_EQUAL(drive_value(&d, "env/reward_rate", 10), (-2 + 8 * 9) / 10.0);
    CU_ASSERT_EQUAL(drive_value(&d, "env/reward_rate", 20), 9);
    drive_free(&d);
}

/* Clients of length 1 to 5, each stepped once a step: client c ends an episode every 1 + c steps.
 */
static void clients(void)
{
    struct drive d;
    drive_init(&d, "clients");
    d.algo = &fake_clients;
    d.msg.steps = 60;
    d.msg.log_every = 60;
    drive_set(&d.algo_params, "clients", "5");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.status.env_steps <= 300, 1);
    CU_ASSERT_EQUAL(drive_value(&d, "episode/length", 60), 300.0 / (60 + 30 + 20 + 15 + 12));
    CU_ASSERT_EQUAL(d.episodes.len, 137);
    size_t of_last = 0;
    for (size_t i = 0; i < d.episodes.len; i++) {
        CU_ASSERT_EQUAL(d.episodes.data[i].step % d.episodes.data[i].length, 0);
        of_last += d.episodes.data[i].length == 5;
    }
    CU_ASSERT_EQUAL(of_last, 12);
    drive_free(&d);
}

/* The greedy policy walks right: 6 steps, -5 + 9. */
static void evaluation_by_hand(void)
{
    struct drive d;
    drive_init(&d, "eval");
    d.msg.eval_every = 50;
    d.msg.eval_episodes = 11;
    drive_set(&d.algo_params, "p_right", "0.5");
    drive_set(&d.env_params, "length", "6");
    drive_run(&d);
    for (uint64_t step = 50; step <= 100; step += 50) {
        CU_ASSERT_EQUAL(drive_value(&d, "eval/return", step), 4);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/length", step), 6);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/success", step), 1);
    }
    CU_ASSERT_EQUAL(drive_count(&d, "eval/return"), 2);
    size_t n = 0;
    for (size_t i = 0; i < d.episodes.len; i++)
        if (d.episodes.data[i].kind == 1) {
            CU_ASSERT_EQUAL(d.episodes.data[i].index, n % 11);
            CU_ASSERT_EQUAL(d.episodes.data[i].ret, 4);
            n++;
        }
    CU_ASSERT_EQUAL(n, 22);
    drive_free(&d);
    /* A world without end is cut where no limit is set. */
    drive_init(&d, "eval-endless");
    d.msg.eval_every = 100;
    d.msg.eval_episodes = 1;
    drive_set(&d.env_params, "ends", "no");
    drive_run(&d);
    CU_ASSERT_EQUAL(drive_value(&d, "eval/length", 100), 10000);
    drive_free(&d);
}

/* name, parameter, value, …, each with its NUL */
#define WORLDS(text)                                                                               \
    (struct wire_bytes)                                                                            \
    {                                                                                              \
        text, sizeof text                                                                          \
    }

/* Where every step goes back nothing is reached; a world like the recipe's gives its numbers; and
 * the run is the one without worlds. */
static void worlds_by_hand(void)
{
    struct drive d, plain;
    drive_init(&d, "worlds");
    d.msg.time_limit = 9;
    d.msg.eval_every = 40;
    d.msg.eval_episodes = 3;
    d.msg.eval_worlds = WORLDS("back\0slip\0001\0same\0slip\0000\0same\0length\0003");
    drive_set(&d.algo_params, "p_right", "1");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    for (uint64_t step = 40; step <= 80; step += 40) {
        CU_ASSERT_EQUAL(drive_value(&d, "eval/back/return", step), -9);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/back/length", step), 9);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/back/success", step), 0);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/same/return", step), 7);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/same/length", step), 3);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/same/success", step), 1);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/return", step), 7);
    }
    CU_ASSERT_EQUAL(drive_count(&d, "eval/back/return"), 3);
    drive_init(&plain, "no-worlds");
    plain.msg.time_limit = 9;
    plain.msg.eval_every = 40;
    plain.msg.eval_episodes = 3;
    drive_set(&plain.algo_params, "p_right", "1");
    drive_run(&plain);
    CU_ASSERT_EQUAL(plain.metrics.len + 6, d.metrics.len);
    size_t own = 0, theirs[2] = {0};
    for (size_t i = 0; i < d.episodes.len; i++) {
        const struct drive_episode *ep = &d.episodes.data[i];
        if (ep->kind < 2) {
            CU_ASSERT_FATAL(own < plain.episodes.len);
            CU_ASSERT(memcmp(&plain.episodes.data[own++], ep, sizeof *ep) == 0);
            continue;
        }
        CU_ASSERT_FATAL(ep->kind < 4);
        CU_ASSERT_EQUAL(ep->ret, ep->kind == 2 ? -9 : 7);
        CU_ASSERT_EQUAL(ep->index, theirs[ep->kind - 2]++ % 3);
    }
    CU_ASSERT_EQUAL(own, plain.episodes.len);
    CU_ASSERT(theirs[0] == 9 && theirs[1] == 9); /* three episodes at 40, 80 and 100 */
    CU_ASSERT_EQUAL(drive_value(&plain, "sum_u", 100), drive_value(&d, "sum_u", 100));
    drive_free(&plain);
    drive_free(&d);
}

/* Episodes of 6 transitions in 8 lanes, all at the same pace: 48 transitions, then 96. A budget of
 * 48 lets none begin after the first 8, one of 49 a second 8. */
static void budget_by_hand(void)
{
    static const struct {
        uint64_t budget;
        size_t episodes;
    } rows[] = {{0, 20}, {1, 8}, {48, 8}, {49, 16}, {96, 16}, {97, 20}, {1000, 20}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct drive d;
        size_t n = 0;
        drive_init(&d, "budget");
        d.msg.eval_every = 100;
        d.msg.eval_episodes = 20;
        d.msg.eval_budget = rows[k].budget;
        drive_set(&d.env_params, "length", "6");
        drive_run(&d);
        for (size_t i = 0; i < d.episodes.len; i++)
            if (d.episodes.data[i].kind == 1)
                CU_ASSERT_EQUAL(d.episodes.data[i].index, n++);
        CU_ASSERT_EQUAL(n, rows[k].episodes);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/return", 100), 4);
        CU_ASSERT_EQUAL(drive_value(&d, "eval/length", 100), 6);
        drive_free(&d);
    }
}

/* A policy for other observations is not asked. */
static void worlds_that_differ(void)
{
    struct drive d;
    drive_init(&d, "differ");
    d.msg.eval_every = 40;
    d.msg.eval_episodes = 3;
    d.msg.eval_worlds = WORLDS("long\0length\0005");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FAILED);
    CHECK_TEXT(d.message, "eval.worlds: in long the numbers of observations differ from those "
                          "learnt with (6 instead of 4); leave out what changes them");
    drive_free(&d);
}

/* ---- ends */

static void end_of_algorithm(void)
{
    struct drive d;
    drive_init(&d, "done");
    d.msg.steps = 0;
    drive_set(&d.algo_params, "done_at", "25");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CU_ASSERT_EQUAL(d.done_step, 25);
    CU_ASSERT_EQUAL(drive_value(&d, "steps", 25), 5);
    CU_ASSERT_EQUAL(drive_count(&d, "steps"), 3);
    drive_free(&d);
}

static void failures(void)
{
    static const struct {
        const char *param, *value, *env_param, *env_value, *message;
        enum done_reason reason;
    } rows[] = {
        {"fail_at", "42", NULL, NULL,
         "walker: step 42 broke; the last good checkpoint is of step 30", DONE_FAILED},
        {"diverge_at", "7", NULL, NULL, "walker: theta is not finite", DONE_DIVERGED},
        {NULL, NULL, "fail_at", "35",
         "line: the line broke in lane 0; the last good checkpoint is of step 30", DONE_FAILED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct drive d;
        drive_init(&d, "fails");
        d.msg.checkpoint_every = 30;
        if (rows[i].param)
            drive_set(&d.algo_params, rows[i].param, rows[i].value);
        else
            drive_set(&d.env_params, rows[i].env_param, rows[i].env_value);
        drive_run(&d);
        CU_ASSERT_EQUAL(d.reason, rows[i].reason);
        CU_ASSERT_EQUAL(d.done_code, ERR_FAILED);
        CU_ASSERT_EQUAL(d.code, ERR_FAILED);
        CHECK_TEXT(d.message, rows[i].message);
        drive_free(&d);
    }
}

static void nan_stops(void)
{
    struct drive d;
    char expected[600];
    drive_init(&d, "nan");
    d.msg.checkpoint_every = 20;
    d.max_slice = 1;
    drive_set(&d.algo_params, "nan_at", "42");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_DIVERGED);
    snprintf(expected, sizeof expected,
             "sum_u became nan between steps 42 and 43; the last good checkpoint is of step 40 "
             "(%s/checkpoint-40.rlbc)",
             d.msg.folder);
    CHECK_TEXT(d.message, expected);
    CHECK_TEXT(buf_text(&d.checkpoints), "20 checkpoint-20.rlbc\n40 checkpoint-40.rlbc\n");
    CU_ASSERT_EQUAL(d.done_code, ERR_FAILED);
    drive_free(&d);
    /* a NaN reward reaches the host's own metrics */
    drive_init(&d, "nan-reward");
    drive_set(&d.env_params, "nan_at", "0");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_DIVERGED);
    CHECK_TEXT(d.message, "episode/return became nan at step 10; there is no earlier checkpoint");
    drive_free(&d);
}

static void nan_warns(void)
{
    struct drive d;
    drive_init(&d, "nan-warn");
    d.msg.on_nan = JOB_NAN_WARN;
    d.max_slice = 1;
    drive_set(&d.algo_params, "nan_at", "42");
    drive_set(&d.env_params, "nan_at", "0");
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CHECK_TEXT(buf_text(&d.events),
               "nan: episode/return became nan at step 10; the run goes on (on_nan: warn)\n"
               "nan: env/reward_rate became nan at step 10; the run goes on (on_nan: warn)\n"
               "nan: sum_u became nan between steps 42 and 43; the run goes on (on_nan: warn)\n"
               "results: result 1 was not written: its name may only have a-z, 0-9 and _\n");
    drive_free(&d);
}

/* ---- what a run leaves behind */

static void results(void)
{
    struct drive d;
    struct buf file = {0};
    struct err e = ERR_INIT;
    drive_init(&d, "results");
    drive_run(&d);
    CHECK_TEXT(buf_text(&d.artifacts), "artifacts/table.npy\n");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(d.events.data, "result 1 was not written: its name may only have a-z, 0-9 and _"));
    char *path = mem_printf("%s/artifacts/table.npy", d.msg.folder);
    CU_ASSERT_EQUAL(file_read(path, 1000, &file, &e), OK);
    CU_ASSERT_EQUAL_FATAL(file.len, 128 + 6 * 8);
    CU_ASSERT_EQUAL(memcmp(file.data, "\x93NUMPY\x01\x00\x76\x00", 10), 0);
    CU_ASSERT_EQUAL(
        strncmp(file.data + 10, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } ", 60),
        0);
    CU_ASSERT_EQUAL(file.data[127], '\n');
    for (int i = 0; i < 6; i++) {
        double v;
        memcpy(&v, file.data + 128 + 8 * i, sizeof v);
        CU_ASSERT_EQUAL(v, 100 + i);
    }
    free(path);
    buf_finish(&file);
    drive_free(&d);
}

static void without_env_and_save(void)
{
    struct drive d;
    drive_init(&d, "alone");
    d.algo = &fake_alone;
    d.env = NULL;
    d.msg.eval_every = 10;
    d.msg.eval_episodes = 3;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CU_ASSERT_EQUAL(drive_value(&d, "measured", 100), 100);
    CU_ASSERT_EQUAL(drive_count(&d, "env/reward_rate"), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(d.events.data, "eval: alone has no greedy policy to evaluate"));
    drive_free(&d);
    drive_init(&d, "forgetful");
    d.algo = &fake_forgetful;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CU_ASSERT_FALSE(d.can_resume);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        d.events.data, "checkpoint: forgetful cannot be saved, so this run cannot be resumed"));
    CHECK_TEXT(buf_text(&d.checkpoints), "");
    drive_free(&d);
    drive_init(&d, "no-env");
    d.env = NULL;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FAILED);
    CU_ASSERT_FALSE(d.ready);
    CHECK_TEXT(d.message, "walker needs an environment: add env: {name: ...} to the recipe");
    drive_free(&d);
}

CHECK_MAIN("loop", {"points and episodes by hand", points_by_hand},
           {"the digest is what it is said to be", digest_of_points},
           {"slices do not matter", slices_do_not_matter}, {"seeds matter", seeds_matter},
           {"lanes that do not divide the interval", lanes_overshoot},
           {"continuing worlds and several agents", continuing_and_agents},
           {"worlds made by the algorithm", clients}, {"evaluation by hand", evaluation_by_hand},
           {"evaluation in other worlds", worlds_by_hand},
           {"a budget of evaluation by hand", budget_by_hand},
           {"worlds that do not fit", worlds_that_differ},
           {"the algorithm ends by itself", end_of_algorithm},
           {"failures carry the plugin's sentence", failures}, {"NaN stops", nan_stops},
           {"NaN warns", nan_warns}, {"results as NumPy files", results},
           {"without environment, without save", without_env_and_save})
