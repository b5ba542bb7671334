/* on_nan: rollback. A run that diverges goes on from its last good checkpoint, a few times. */
#include "supervisor/fake.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Diverges at step 25 until it is told the second rollback; checkpoints at 10 and 20. */
static void recovers(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    char digest[65];
    const struct fake_run f = {.mode = "recover",
                               .steps = 50,
                               .checkpoint_every = 10,
                               .at = 25,
                               .on_nan = ON_NAN_ROLLBACK};
    lab_open(&l, &f, 1);
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), OK);
    struct run_row row = lab_row(&l, 0);
    CU_ASSERT_EQUAL(row.state, RUN_DONE);
    CU_ASSERT_EQUAL(row.attempts, 3);
    fake_digest(1, 50, digest);
    CHECK_TEXT(row.digest, digest);
    lab_check_whole(&l, 0, 50); /* what was measured beyond the checkpoint is superseded */
    CU_ASSERT_EQUAL(lab_events(&l, 0, "nan", "loss is nan"), 2);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "rollback", "step 20 "), 2);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "rollback", "(2 of 3)"), 1);
    CU_ASSERT_EQUAL(lab_query(&l, "SELECT count(*) FROM attempt WHERE start_step = 20"), 2);
    lab_close(&l);
}

static void gives_up(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    const struct fake_run f = {.mode = "diverge",
                               .steps = 50,
                               .checkpoint_every = 10,
                               .at = 25,
                               .on_nan = ON_NAN_ROLLBACK};
    lab_open(&l, &f, 1);
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), ERR_FAILED);
    struct run_row row = lab_row(&l, 0);
    CU_ASSERT_EQUAL(row.state, RUN_FAILED);
    CU_ASSERT_EQUAL(row.attempts, 4);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "rollback", ""), 3);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "diverged", "loss is nan"), 1);
    /* another supervisor counts those before */
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), ERR_FAILED);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "rollback", ""), 3);
    CU_ASSERT_EQUAL(lab_row(&l, 0).attempts, 5);
    lab_close(&l);
}

static void needs_a_checkpoint(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    const struct fake_run f[] = {
        {.mode = "diverge",
         .steps = 50,
         .checkpoint_every = 30,
         .at = 25,
         .on_nan = ON_NAN_ROLLBACK},
        {.mode = "diverge", .steps = 50, .checkpoint_every = 10, .at = 25, .on_nan = ON_NAN_STOP}};
    lab_open(&l, f, 2);
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), ERR_FAILED);
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(lab_row(&l, i).attempts, 1);
        CU_ASSERT_EQUAL(lab_events(&l, i, "rollback", ""), 0);
    }
    lab_close(&l);
}

/* Killed after the rollback, before a newer checkpoint: the next one goes back to the same place,
 * which is told as the same rollback. */
static void survives_a_kill(void)
{
    struct lab l;
    struct err e = ERR_INIT;
    const struct fake_run f = {.mode = "recover",
                               .steps = 60,
                               .checkpoint_every = 20,
                               .at = 25,
                               .delay_us = 30000,
                               .on_nan = ON_NAN_ROLLBACK};
    lab_open(&l, &f, 1);
    lab_spawn(&l, 1);
    for (int i = 0; i < 400 && lab_events(&l, 0, "rollback", "(2 of 3)") == 0; i++)
        usleep(10000);
    pid_t supervisor = (pid_t)lab_row(&l, 0).pid;
    CU_ASSERT_FATAL(supervisor > 1);
    CU_ASSERT_EQUAL(kill(supervisor, SIGKILL), 0);
    lab_await(&l, 0, RUN_CRASHED);
    CU_ASSERT_EQUAL(lab_run(&l, 1, &e), OK);
    CU_ASSERT_EQUAL(lab_events(&l, 0, "rollback", ""), 2);
    lab_check_whole(&l, 0, 60);
    lab_close(&l);
}

FAKE_MAIN("supervisor: rollback", {"recovers", recovers}, {"gives up", gives_up},
          {"needs a checkpoint", needs_a_checkpoint}, {"survives a kill", survives_a_kill})
