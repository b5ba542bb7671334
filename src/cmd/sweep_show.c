/* rlbench sweep --show: the groups of an experiment, the best first, and which parameter mattered.
 */
#include "cmd/runs.h"
#include "cmd/sweep.h"
#include "cmd/table.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_number(struct table *t, double x)
{
    char text[40];
    table_add(t, isnan(x) ? "-" : num_format_short(x, text, sizeof text));
}

static void print_groups(const struct sweep_results *r)
{
    struct table t;
    struct buf heads = {0}, aligns = {0};
    double num;
    buf_printf(&heads, "#|%s|sd|done|run", r->metric);
    buf_puts(&aligns, "rrrrr");
    for (size_t k = 0; k < r->keys.len; k++) {
        buf_printf(&heads, "|%s", sweep_short_name(r, r->keys.data[k]));
        buf_putc(&aligns, 'l');
    }
    table_init(&t, buf_text(&heads), buf_text(&aligns));
    for (size_t i = 0; i < r->groups.len; i++) {
        const struct sweep_group *g = &r->groups.data[i];
        table_printf(&t, "%zu", i + 1);
        add_number(&t, sweep_mean(g));
        add_number(&t, sweep_deviation(g));
        table_printf(&t, "%zu/%zu", g->done, g->runs);
        table_printf(&t, "%lld", (long long)g->run);
        for (size_t k = 0; k < r->keys.len; k++)
            table_add(&t, sweep_value(g, r->keys.data[k], &num));
    }
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
    buf_finish(&heads);
    buf_finish(&aligns);
}

static void print_importance(const struct sweep_results *r)
{
    struct table t;
    table_init(&t, "parameter|explains", "lr");
    for (size_t k = 0; k < r->keys.len; k++) {
        double share = sweep_importance(r, r->keys.data[k]);
        table_add(&t, sweep_short_name(r, r->keys.data[k]));
        table_printf(&t, isnan(share) ? "-" : "%.0f %%", 100 * share);
    }
    printf("\nvariance of %s that each parameter explains by itself (epsilon squared)\n",
           r->metric);
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
}

static void print_text(const struct sweep_results *r)
{
    const struct sweep_group *best = r->groups.len ? &r->groups.data[0] : NULL;
    printf("%s: %zu groups, %s %s, mean over seeds of the last value\n\n", r->experiment,
           r->groups.len, r->maximize ? "maximize" : "minimize", r->metric);
    print_groups(r);
    if (r->keys.len)
        print_importance(r);
    if (best && best->values)
        printf("\nbest so far: %s (rlbench show %lld)\n", *best->label ? best->label : best->key,
               (long long)best->run);
}

static void print_json(const struct sweep_results *r)
{
    for (size_t i = 0; i < r->groups.len; i++) {
        const struct sweep_group *g = &r->groups.data[i];
        json_t *values = json_object();
        for (size_t k = 0; k < r->keys.len; k++) {
            double num;
            const char *text = sweep_value(g, r->keys.data[k], &num);
            json_object_set_new(values, r->keys.data[k],
                                isnan(num) ? json_string(text) : json_number(num));
        }
        json_print(json_pack("{s:i, s:s, s:i, s:s, s:s, s:I, s:i, s:i, s:s, s:o, s:o, s:o}", "v", 1,
                             "type", "group", "rank", (int)i + 1, "group", g->key, "label",
                             g->label, "run", (json_int_t)g->run, "runs", (int)g->runs, "done",
                             (int)g->done, "metric", r->metric, "mean", json_number(sweep_mean(g)),
                             "sd", json_number(sweep_deviation(g)), "values", values));
    }
    for (size_t k = 0; k < r->keys.len; k++)
        json_print(json_pack("{s:i, s:s, s:s, s:s, s:o}", "v", 1, "type", "importance", "key",
                             r->keys.data[k], "metric", r->metric, "explains",
                             json_number(sweep_importance(r, r->keys.data[k]))));
}

int sweep_show(const struct cli *cli, struct err *e)
{
    const char *goal = cli_get(cli, "goal");
    if (cli->num_args)
        return err_set(e, ERR_USAGE, "--show %s takes no recipe", cli_get(cli, "show"));
    if (goal && strcmp(goal, "maximize") != 0 && strcmp(goal, "minimize") != 0)
        return err_set(e, ERR_USAGE, "--goal is maximize or minimize, not %s", goal);
    struct store *s = NULL;
    struct sweep_results r = {0};
    int status = cli_open_store(cli, &s, e);
    if (status != OK)
        return status;
    status = sweep_read(s, cli_get(cli, "show"), cli_get(cli, "metric"), goal, &r, e);
    bool json = cli_has(cli, "json"), trials = false;
    if (status == OK && !cli_has(cli, "metric"))
        status = sweep_print_trials(s, &r, json, &trials, e);
    if (status == OK && trials && !json && r.keys.len)
        print_importance(&r);
    else if (status == OK && !trials)
        (json ? print_json : print_text)(&r);
    sweep_finish(&r);
    store_close(s);
    return status;
}
