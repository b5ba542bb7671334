/* rlbench ls: runs, newest first. */
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SHOWN_ON_A_TERMINAL 30

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object per line"},
    {"plain", 0, NULL, "tab-separated, no head; the format when the output is not a terminal"},
    {"limit", 'n', "N", "at most N runs (on a terminal: 30)"},
    {"all", 'a', NULL, "archived runs too, and no limit"},
    {NULL, 0, NULL, NULL},
};

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static void print_table(const struct run_row *rows, size_t n)
{
    struct table t;
    struct arena a = {0};
    table_init(&t, "RUN|STATE|EXPERIMENT|ALGORITHM|ENV|LABEL|SEED|DONE|METRIC|LAST|BEST|WHEN",
               "llllllrrlrrl");
    for (size_t i = 0; i < n; i++) {
        const struct run_row *r = &rows[i];
        table_printf(&t, "%.*s", RUN_SHORT, r->uid);
        table_add(&t, run_state_name(r->state));
        table_add(&t, r->experiment);
        table_add(&t, r->algo);
        table_add(&t, r->env);
        table_add(&t, r->label);
        table_printf(&t, "%llu", (unsigned long long)r->seed);
        table_add(&t, run_progress(r, &a));
        table_add(&t, r->headline);
        table_add(&t, number_text(r->last, &a));
        table_add(&t, number_text(r->best, &a));
        table_add(&t, run_when(r, &a));
    }
    /* What goes first on a narrow terminal: seed's neighbours that repeat from row to row. */
    table_fit(&t, terminal_width(), "keijfdg");
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
    arena_finish(&a);
}

/* Columns are only ever appended. */
static void print_plain(const struct run_row *r)
{
    struct arena a = {0};
    char last[40], best[40];
    printf("%lld\t%s\t%s\t%s\t%s\t%s\t%s\t%llu\t%llu\t%llu\t%s\t%s\t%s\t%s\t%s\t%s\n",
           (long long)r->id, r->uid, run_state_name(r->state), text_printable(&a, r->experiment),
           r->algo, r->env, text_printable(&a, r->label), (unsigned long long)r->seed,
           (unsigned long long)r->steps, (unsigned long long)r->total_steps, r->headline,
           num_format_real(r->last, last, sizeof last), num_format_real(r->best, best, sizeof best),
           time_text(r->started_us, &a), time_text(r->ended_us, &a),
           text_printable(&a, r->message));
    arena_finish(&a);
}

static char *join_filter(const struct cli *c)
{
    struct buf b = {0};
    buf_puts(&b, cli_has(c, "all") ? "archived=any" : "");
    for (size_t i = 0; i < c->num_args; i++)
        buf_printf(&b, " %s", c->args[i]);
    return b.data ? b.data : mem_strdup("");
}

static int read_limit(const struct cli *c, bool terminal, size_t *limit, struct err *e)
{
    const char *text = cli_get(c, "limit");
    int64_t n = 0;
    const char *why = text ? num_parse_int(text, &n) : NULL;
    if (why || n < 0)
        return err_set(e, ERR_USAGE, "--limit %s: %s", text, why ? why : "must not be negative");
    *limit = text ? (size_t)n : terminal && !cli_has(c, "all") ? SHOWN_ON_A_TERMINAL : 0;
    return OK;
}

static int run(struct cli *c, struct err *e)
{
    bool terminal = isatty(STDOUT_FILENO) && !cli_has(c, "plain") && !cli_has(c, "json");
    size_t limit = 0, n;
    int status = read_limit(c, terminal, &limit, e);
    if (status != OK)
        return status;
    struct store *s = NULL;
    struct arena a = {0};
    struct run_row *rows;
    char *filter = join_filter(c);
    if ((status = cli_open_store(c, &s, e)) != OK)
        goto free_filter;
    /* One more than shown tells whether there are more. */
    if ((status = store_list_runs(s, filter, limit ? limit + 1 : 0, &a, &rows, &n, e)) != OK)
        goto close_store;
    size_t shown = limit && n > limit ? limit : n;
    if (terminal && shown)
        print_table(rows, shown);
    for (size_t i = 0; i < shown && !terminal; i++)
        if (cli_has(c, "json"))
            json_print(run_json(&rows[i]));
        else
            print_plain(&rows[i]);
    if (terminal && n == 0)
        fprintf(stderr,
                c->num_args ? "no run matches\n" : "no runs yet; try: rlbench run quickstart\n");
    if (terminal && n > shown)
        fprintf(stderr, "the newest %zu; -n N or --all shows more\n", shown);
close_store:
    arena_finish(&a);
    store_close(s);
free_filter:
    free(filter);
    return status;
}

const struct verb verb_ls = {
    .name = "ls",
    .args = "[FILTER]... [OPTION]...",
    .doc = "list runs, newest first",
    .examples = "rlbench ls\n"
                "rlbench ls state=running\n"
                "rlbench ls fedsarsa 'best<1e-3' env=garnet\n"
                "rlbench ls 'algorithm.params.alpha>=0.1' --json\n"
                "rlbench ls --plain | cut -f2\n",
    .opts = opts,
    .run = run,
};
