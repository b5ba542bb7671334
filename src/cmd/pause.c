#include "cmd/refs.h"

enum { WAIT_S = 15 };

static bool is_paused(int state)
{
    return state == RUN_PAUSED;
}

static int run(struct cli *cli, struct err *e)
{
    struct refs r;
    int status = refs_open(&r, cli, e);
    if (status == OK)
        status = refs_command(&r, "pause", "", is_paused, WAIT_S, cli_has(cli, "json"), e);
    refs_close(&r);
    return status;
}

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object per run"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_pause = {
    .name = "pause",
    .args = "RUN...",
    .doc = "let live runs wait; they use no processor until resumed",
    .examples = "rlbench pause @live\nrlbench pause 12 13",
    .opts = opts,
    .run = run,
};
