#include "base/file.h"
#include "check.h"
#include "worker/drive.h"
#include "worker/fake.h"
#include "worker/internal.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

/* A job with everything that has a state: random policy and world, lanes, limit, clients or not,
 * evaluation; intervals that do not divide each other. */
static void rich(struct drive *d, const char *name, int variant)
{
    drive_init(d, name);
    d->msg.steps = 700;
    d->msg.log_every = 60;
    d->msg.eval_every = 110;
    d->msg.eval_episodes = 5;
    d->msg.checkpoint_every = 45;
    d->msg.time_limit = 25;
    d->msg.lanes = variant == 1 ? 4 : 1;
    drive_set(&d->algo_params, "p_right", "0.7");
    drive_set(&d->env_params, "length", "6");
    drive_set(&d->env_params, "slip", "0.2");
    if (variant == 2)
        drive_set(&d->env_params, "agents", "3");
    if (variant == 3) {
        d->algo = &fake_clients;
        drive_set(&d->algo_params, "clients", "6");
    }
}

/* From every checkpoint of a run, as if it had been killed any time later. */
static void from_every_checkpoint(void)
{
    for (int variant = 0; variant < 4; variant++) {
        struct drive whole, rest;
        rich(&whole, "every", variant);
        drive_run(&whole);
        CU_ASSERT_EQUAL_FATAL(whole.reason, DONE_FINISHED);
        size_t n = 0;
        for (const char *line = whole.checkpoints.data; *line; line = strchr(line, '\n') + 1, n++) {
            uint64_t step;
            char name[100], path[500];
            CU_ASSERT_EQUAL(sscanf(line, "%" SCNu64 " %99s", &step, name), 2);
            rich(&rest, "every", variant);
            snprintf(path, sizeof path, "%s/%s", rest.msg.folder, name);
            rest.msg.resume_from = path;
            rest.msg.checkpoint_every = 0;
            drive_run(&rest);
            CU_ASSERT_EQUAL(rest.reason, DONE_FINISHED);
            CU_ASSERT_EQUAL(rest.ready_step, step);
            CHECK_TEXT(rest.digest, whole.digest);
            CU_ASSERT(drive_joins(&whole, step, &rest, &whole));
            drive_free(&rest);
        }
        CU_ASSERT(n >= 15);
        drive_free(&whole);
    }
}

/* From a checkpoint of the folder to the end; `rollback` and `every` as in the job. */
static void roll(const char *name, uint32_t rollback, uint64_t every, char digest[65],
                 struct buf *checkpoints)
{
    struct drive d;
    char path[500];
    rich(&d, "rollback", 1);
    snprintf(path, sizeof path, "%s/%s", d.msg.folder, name);
    d.msg.resume_from = *name ? path : "";
    d.msg.rollback = rollback;
    d.msg.checkpoint_every = every;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    snprintf(digest, 65, "%s", d.digest);
    if (checkpoints)
        buf_puts(checkpoints, buf_text(&d.checkpoints));
    drive_free(&d);
}

/* After a rollback there are other episodes once the running ones have ended: the same again every
 * time, also from a checkpoint while lanes still wait for their stream; and others for another
 * rollback. */
static void other_episodes_after_a_rollback(void)
{
    struct buf first = {0}, later = {0};
    char whole[65], once[65], again[65], second[65], name[100];
    uint64_t step;
    size_t n = 0;
    roll("", 0, 45, whole, &first);
    CU_ASSERT_EQUAL_FATAL(sscanf(buf_text(&first), "%" SCNu64 " %99s", &step, name), 2);
    roll(name, 1, 0, once, NULL);
    roll(name, 1, 7, again, &later);
    roll(name, 2, 0, second, NULL);
    CHECK_TEXT(again, once);
    CU_ASSERT_NOT_EQUAL(strcmp(once, whole), 0);
    CU_ASSERT_NOT_EQUAL(strcmp(once, second), 0);
    for (const char *line = buf_text(&later); *line && n < 6; line = strchr(line, '\n') + 1, n++) {
        CU_ASSERT_EQUAL(sscanf(line, "%" SCNu64 " %99s", &step, name), 2);
        roll(name, 0, 0, again, NULL);
        CHECK_TEXT(again, once);
    }
    CU_ASSERT_EQUAL(n, 6);
    buf_finish(&first);
    buf_finish(&later);
}

/* Stopped by command wherever it happens to be, resumed, stopped again, to the end. */
static void stop_and_resume(void)
{
    struct drive whole;
    rich(&whole, "stop-whole", 0);
    whole.msg.checkpoint_every = 0;
    drive_run(&whole);
    for (int ms = 0; ms < 24; ms += 3) {
        struct drive first, d;
        char path[500];
        rich(&first, "stop", 0);
        first.msg.checkpoint_every = 0;
        first.max_slice = 1;
        drive_set(&first.algo_params, "spin_ns", "40000");
        drive_start(&first);
        for (int i = 0; i <= ms; i++)
            drive_read(&first, 1);
        drive_send(&first, WIRE_STOP, NULL);
        drive_finish(&first);
        CU_ASSERT(first.reason == DONE_STOPPED || first.done_step >= 700);
        CU_ASSERT_EQUAL(first.saved_step, first.done_step);
        rich(&d, "stop", 0);
        d.msg.checkpoint_every = 0;
        drive_set(&d.algo_params, "spin_ns", "40000");
        snprintf(path, sizeof path, "%s", first.saved);
        d.msg.resume_from = path;
        drive_run(&d);
        CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
        CHECK_TEXT(d.digest, whole.digest);
        CU_ASSERT(drive_joins(&first, first.done_step, &d, &whole));
        drive_free(&first);
        drive_free(&d);
    }
    drive_free(&whole);
}

/* Evaluations of 1.2 M transitions in a world without end. */
static void long_evaluation(struct drive *d)
{
    drive_init(d, "evaluation");
    d->msg.steps = 60;
    d->msg.eval_every = 50;
    d->msg.eval_episodes = 120;
    d->msg.eval_worlds = (struct wire_bytes){"half\0slip\0000.5", sizeof "half\0slip\0000.5"};
    drive_set(&d->env_params, "ends", "no");
    drive_set(&d->env_params, "slip", "0.1");
}

/* A stop breaks an evaluation off; the resumed run makes it up. */
static void stop_while_evaluating(void)
{
    struct drive whole, first, d;
    char path[500];
    long_evaluation(&whole);
    drive_run(&whole);
    CU_ASSERT_EQUAL(drive_count(&whole, "eval/return"), 2);
    CU_ASSERT_EQUAL(drive_count(&whole, "eval/half/return"), 2);
    long_evaluation(&first);
    drive_start(&first);
    DRIVE_UNTIL(&first, first.ready);
    drive_send(&first, WIRE_STOP, NULL);
    drive_finish(&first);
    if (first.done_step == 50)
        CU_ASSERT_EQUAL(drive_count(&first, "eval/return"), 0);
    CU_ASSERT_EQUAL(first.reason, DONE_STOPPED);
    long_evaluation(&d);
    snprintf(path, sizeof path, "%s", first.saved);
    d.msg.resume_from = path;
    drive_run(&d);
    CHECK_TEXT(d.digest, whole.digest);
    CU_ASSERT(drive_joins(&first, first.done_step, &d, &whole));
    drive_free(&first);
    drive_free(&whole);
    drive_free(&d);
}

/* The budget of a finished run may grow. */
static void longer_budget(void)
{
    struct drive whole, d;
    char path[500];
    rich(&whole, "longer-whole", 0);
    whole.msg.steps = 660;
    drive_run(&whole);
    rich(&d, "longer", 0);
    d.msg.steps = 330; /* a multiple of both intervals: no point that the longer run lacks */
    d.msg.log_every = 55;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.saved_step, 330);
    snprintf(path, sizeof path, "%s", d.saved);
    drive_free(&d);
    drive_free(&whole);
    rich(&whole, "longer-whole", 0);
    whole.msg.steps = 660;
    whole.msg.log_every = 55;
    drive_run(&whole);
    rich(&d, "longer", 0);
    d.msg.steps = 660;
    d.msg.log_every = 55;
    d.msg.resume_from = path;
    drive_run(&d);
    CHECK_TEXT(d.digest, whole.digest);
    drive_free(&d);
    drive_free(&whole);
}

/* A parameter changed while running is part of the checkpoint. */
static void changed_parameter(void)
{
    struct drive a, b;
    char path[500];
    const struct wire_set_param gain = {"gain", "0.5"};
    rich(&a, "changed", 0);
    a.max_slice = 1;
    drive_start(&a);
    drive_send(&a, WIRE_SET_PARAM, &gain);
    drive_send(&a, WIRE_CHECKPOINT, NULL);
    drive_finish(&a);
    CU_ASSERT_PTR_NOT_NULL(strstr(a.events.data, "param: gain set to 0.5\n"));
    rich(&b, "changed", 0);
    snprintf(path, sizeof path, "%s/checkpoint-495.rlbc", b.msg.folder);
    b.msg.resume_from = path;
    drive_run(&b);
    CHECK_TEXT(b.digest, a.digest);
    CU_ASSERT(drive_joins(&a, 495, &b, &a));
    drive_free(&a);
    drive_free(&b);
}

static void refused_changes(void)
{
    struct drive d;
    const struct wire_set_param changes[] = {
        {"gain", "11"}, {"gain", "-10"}, {"p_right", "0.5"}, {"gian", "1"}};
    drive_init(&d, "refused");
    drive_set(&d.algo_params, "spin_ns", "500000");
    drive_start(&d);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        drive_send(&d, WIRE_SET_PARAM, &changes[i]);
    drive_finish(&d);
    CU_ASSERT_PTR_NOT_NULL(strstr(d.events.data, "param: not set: gain must be"));
    CU_ASSERT_PTR_NOT_NULL(strstr(d.events.data, "param: not set: walker: not that one\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(d.events.data, "param: not set: p_right cannot change while the run goes on\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(d.events.data, "param: not set: walker has no parameter 'gian'\n"));
    drive_free(&d);
}

/* A checkpoint of another run is refused, and says what differs. */
static void of_another_run(void)
{
    struct drive d;
    char path[500];
    rich(&d, "another", 0);
    drive_run(&d);
    snprintf(path, sizeof path, "%s", d.saved);
    drive_free(&d);
    for (int i = 0; i < 5; i++) {
        static const char *const reasons[] = {
            "another parameters, dataset", "another parameters, dataset",
            "another algorithm: 'walker' there", "damaged (its checksum", "No such file"};
        rich(&d, "another", 0);
        d.msg.resume_from = path;
        d.msg.seed += i == 0;
        d.msg.time_limit += i == 1;
        d.algo = i == 2 ? &fake_clients : &fake_walker;
        if (i == 3) {
            struct buf file = {0};
            CU_ASSERT_EQUAL(file_read(path, 1 << 20, &file, NULL), OK);
            file.data[file.len / 2] ^= 4;
            CU_ASSERT_EQUAL(file_write_atomic(path, file.data, file.len, NULL), OK);
            buf_finish(&file);
        }
        if (i == 4)
            remove(path);
        drive_run(&d);
        CU_ASSERT_EQUAL(d.reason, DONE_FAILED);
        CU_ASSERT_EQUAL(d.done_code, i == 4 ? ERR_NOINPUT : ERR_DATA);
        if (!strstr(d.message, reasons[i]))
            fprintf(stderr, "%s\n", d.message);
        CU_ASSERT_PTR_NOT_NULL(strstr(d.message, reasons[i]));
        drive_free(&d);
    }
}

/* No room for a checkpoint: a warning, the run goes on, the older one is whole. */
static void disk_full(void)
{
    struct rlimit old, small = {100, 0};
    struct drive d;
    char path[500];
    signal(SIGXFSZ, SIG_IGN);
    rich(&d, "full", 0);
    drive_run(&d);
    snprintf(path, sizeof path, "%s", d.saved);
    drive_free(&d);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    rich(&d, "full", 0);
    drive_run(&d);
    setrlimit(RLIMIT_FSIZE, &old);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    CU_ASSERT_EQUAL(d.code, OK);
    CHECK_TEXT(buf_text(&d.checkpoints), "");
    CU_ASSERT_PTR_NOT_NULL(strstr(d.events.data, "checkpoint: no checkpoint: cannot write"));
    CU_ASSERT_PTR_NOT_NULL(strstr(d.events.data, "the run goes on, older checkpoints are kept"));
    CU_ASSERT_PTR_NOT_NULL(strstr(d.events.data, "results: table was not written: cannot write"));
    drive_free(&d);
    rich(&d, "full", 0);
    d.msg.resume_from = path;
    drive_run(&d);
    CU_ASSERT_EQUAL(d.reason, DONE_FINISHED);
    drive_free(&d);
}

CHECK_MAIN("resume", {"from every checkpoint, bit for bit", from_every_checkpoint},
           {"other episodes after a rollback", other_episodes_after_a_rollback},
           {"stopped anywhere, resumed", stop_and_resume},
           {"stopped while evaluating", stop_while_evaluating}, {"a longer budget", longer_budget},
           {"a changed parameter stays changed", changed_parameter},
           {"changes that cannot be", refused_changes},
           {"a checkpoint of another run", of_another_run}, {"no room for a checkpoint", disk_full})
