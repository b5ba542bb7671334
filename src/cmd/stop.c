#include "cmd/refs.h"

/* A checkpoint may be large and the disk slow. */
enum { WAIT_S = 60 };

static bool is_over(int state)
{
    return state != RUN_QUEUED && state != RUN_RUNNING && state != RUN_PAUSED;
}

static int run(struct cli *cli, struct err *e)
{
    struct refs r;
    int status = refs_open(&r, cli, e);
    if (status == OK)
        status = refs_command(&r, "stop", cli_has(cli, "now") ? "now" : "", is_over, WAIT_S,
                              cli_has(cli, "json"), e);
    refs_close(&r);
    return status;
}

static const struct opt opts[] = {
    {"now", 0, NULL, "at once, without a checkpoint"},
    {"json", 0, NULL, "one JSON object per run"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_stop = {
    .name = "stop",
    .args = "RUN...",
    .doc = "stop live runs after saving a checkpoint; rlbench resume goes on from it",
    .examples = "rlbench stop @live\nrlbench stop 12 13 --now",
    .opts = opts,
    .run = run,
};
