#include "cmd/refs.h"

#include <string.h>

enum { WAIT_S = 5 };

static bool is_any(int state)
{
    (void)state;
    return true;
}

/* The last word says what to set; the words before it are runs. */
static int run(struct cli *cli, struct err *e)
{
    struct cli runs = *cli;
    struct refs r;
    if (cli->num_args < 2 || !strchr(cli->args[cli->num_args - 1], '='))
        return err_set(e, ERR_USAGE, "set takes runs and then NAME=VALUE");
    const char *what = cli->args[--runs.num_args];
    int status = refs_open(&r, &runs, e);
    if (status == OK)
        status = refs_command(&r, "set", what, is_any, WAIT_S, cli_has(cli, "json"), e);
    refs_close(&r);
    return status;
}

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object per run"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_set = {
    .name = "set",
    .args = "RUN... NAME=VALUE",
    .doc =
        "change a live parameter of the algorithm while it runs; the run's log says whether it was",
    .examples =
        "rlbench set @live learning_rate=1e-4\nrlbench set 12 task='goal 9,9; -0.5 door 2,5'",
    .opts = opts,
    .run = run,
};
