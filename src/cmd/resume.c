#include "cmd/launch.h"
#include "cmd/refs.h"

#include <stdio.h>
#include <stdlib.h>

static bool goes_on(int state)
{
    return state != RUN_PAUSED;
}

/* Paused runs of a live supervisor stay in r and go on there; everything that has ended too early
 * gets a new attempt. */
static int sort_out(struct refs *r, int64_t *again, size_t *num_again, struct err *e)
{
    for (size_t i = 0; i < r->rows.len;) {
        const struct run_row *row = &r->rows.data[i];
        if (row->state == RUN_DONE)
            return err_set(e, ERR_DATA, "run %lld is done: nothing is left to resume",
                           (long long)row->id);
        if (!refs_has_supervisor(row)) {
            again[(*num_again)++] = row->id;
            refs_drop(r, i);
        } else if (row->state == RUN_PAUSED) {
            i++;
        } else {
            return err_set(e, ERR_FAILED, "run %lld is %s: it needs no resuming",
                           (long long)row->id, run_state_name(row->state));
        }
    }
    return OK;
}

static int run(struct cli *cli, struct err *e)
{
    enum { WAIT_S = 15 };
    struct refs r;
    size_t num_again = 0;
    int64_t *again = NULL;
    int jobs, status = refs_open(&r, cli, e);
    if (status != OK)
        goto close_refs;
    again = mem_alloc(r.rows.len * sizeof *again);
    if ((status = sort_out(&r, again, &num_again, e)) != OK ||
        (status = launch_jobs(cli, num_again ? num_again : 1, &jobs, e)) != OK)
        goto close_refs;
    if (r.rows.len)
        status = refs_command(&r, "continue", "", goes_on, WAIT_S, cli_has(cli, "json"), e);
    if (status == OK && num_again)
        status = launch_runs(cli, r.database, again, num_again, jobs, e);
close_refs:
    free(again);
    refs_close(&r);
    return status;
}

static const struct opt opts[] = {LAUNCH_OPTS, {NULL, 0, NULL, NULL}};

const struct verb verb_resume = {
    .name = "resume",
    .args = "RUN...",
    .doc = "let paused runs go on; start others again from their last checkpoint",
    .examples = "rlbench resume @last\nrlbench resume 12 13 --detach",
    .opts = opts,
    .run = run,
};
