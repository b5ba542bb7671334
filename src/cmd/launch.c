#include "cmd/launch.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/sysinfo.h"
#include "cmd/progress.h"
#include "cmd/results.h"
#include "store/store.h"
#include "supervisor/supervisor.h"
#include "tui/config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 4096 };

int launch_jobs(const struct cli *cli, size_t n, int *jobs, struct err *e)
{
    const char *text = cli_get(cli, "jobs");
    int64_t wanted = config_get()->jobs ? config_get()->jobs : sysinfo_cpus(), ranks = 1;
    if (cli_get(cli, "ranks") && !num_parse_int(cli_get(cli, "ranks"), &ranks) && ranks > 1)
        wanted = wanted > ranks ? wanted / ranks : 1;
    const char *why = text ? num_parse_int(text, &wanted) : NULL;
    if (why)
        return err_set(e, ERR_USAGE, "--jobs %s %s", text, why);
    if (wanted < 1 || wanted > JOBS_MAX)
        return err_set(e, ERR_USAGE, "--jobs %s: between 1 and %d", text, JOBS_MAX);
    *jobs = (int)((size_t)wanted < n ? (size_t)wanted : n);
    return OK;
}

static int launch_detached(const struct cli *cli, const char *database, const int64_t *runs,
                           size_t n, int jobs, struct err *e)
{
    char list[200];
    int status = supervisor_spawn(database, runs, n, jobs, e);
    if (status != OK)
        return status;
    bool json = cli_has(cli, "json");
    for (size_t i = 0; i < n; i++)
        if (json)
            printf("{\"v\":1,\"type\":\"detached\",\"run\":%lld}\n", (long long)runs[i]);
        else
            printf("%lld\n", (long long)runs[i]);
    if (!json && !cli_has(cli, "quiet"))
        fprintf(stderr, "run %s in the background; rlbench attach %lld follows, rlbench shows\n",
                results_run_list(runs, n, list, sizeof list), (long long)runs[0]);
    return OK;
}

/* Its sweep has ended it at a rung. */
static bool is_dropped(struct store *s, const struct run_row *row)
{
    struct arena a = {0};
    struct trial_row *rows = NULL;
    const char *spec = NULL;
    size_t n = 0;
    bool dropped = row->trial &&
                   store_read_sweep(s, row->experiment_id, &a, &spec, &rows, &n, NULL) == OK &&
                   row->trial <= n && strcmp(rows[row->trial - 1].state, "dropped") == 0;
    arena_finish(&a);
    return dropped;
}

/* Which of them could go on, for the last sentence. */
static void tell_how_to_resume(const char *database, const int64_t *runs, size_t n)
{
    struct store *s = NULL;
    struct arena a = {0};
    struct buf b = {0};
    if (store_open_read(database, &s, NULL) != OK)
        return;
    for (size_t i = 0; i < n; i++) {
        struct run_row row;
        char ref[32];
        snprintf(ref, sizeof ref, "%lld", (long long)runs[i]);
        if (store_find_run(s, ref, &a, &row, NULL) == OK && row.state == RUN_STOPPED &&
            !is_dropped(s, &row))
            buf_printf(&b, " %s", ref);
    }
    if (b.len > 0)
        fprintf(stderr, "stopped; to go on: rlbench resume%s\n", b.data);
    buf_finish(&b);
    arena_finish(&a);
    store_close(s);
}

int launch_runs(const struct cli *cli, const char *database, const int64_t *runs, size_t n,
                int jobs, struct err *e)
{
    if (cli_has(cli, "detach"))
        return launch_detached(cli, database, runs, n, jobs, e);
    struct progress progress;
    struct err why = ERR_INIT;
    bool json = cli_has(cli, "json"), quiet = cli_has(cli, "quiet");
    progress_init(&progress, quiet, json, cli_has(cli, "plain"));
    const struct supervisor_options o = {.database = database,
                                         .runs = runs,
                                         .num_runs = n,
                                         .jobs = jobs,
                                         .progress = progress_show,
                                         .ctx = &progress};
    /* Whoever reads our output may leave (`| head`): the runs do not end with them. */
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    int status = supervisor_run(&o, e);
    signal(SIGPIPE, old);
    progress_finish(&progress);
    if (results_print(database, runs, n, json, &why) != OK && status == OK)
        status = err_set(e, why.code, "%s", why.text);
    fflush(stdout);
    if (!quiet && !json)
        tell_how_to_resume(database, runs, n);
    return status;
}
