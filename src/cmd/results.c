#include "cmd/results.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "store/store.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs that differ in nothing but their seed. */
struct group {
    const char *key, *label, *experiment, *headline;
    size_t runs, done, values;
    double sum, squares, seconds;
    int64_t first_run;
};

char *results_run_list(const int64_t *runs, size_t n, char *out, size_t size)
{
    struct buf b = {0};
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end + 1 < n && runs[end + 1] == runs[end] + 1)
            end++;
        buf_printf(&b, "%s%lld", i ? ", " : "", (long long)runs[i]);
        if (end > i)
            buf_printf(&b, "%s%lld", end == i + 1 ? ", " : " to ", (long long)runs[end]);
        i = end + 1;
    }
    snprintf(out, size, "%s", buf_text(&b));
    buf_finish(&b);
    return out;
}

static struct group *find_group(struct group *groups, size_t *n, const struct run_row *r)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(groups[i].key, r->group) == 0 &&
            strcmp(groups[i].experiment, r->experiment) == 0)
            return &groups[i];
    groups[*n] = (struct group){.key = r->group,
                                .label = r->label,
                                .experiment = r->experiment,
                                .headline = r->headline,
                                .first_run = r->id};
    return &groups[(*n)++];
}

static void add_run(struct group *g, const struct run_row *r)
{
    g->runs++;
    g->done += r->state == RUN_DONE;
    if (!*g->headline)
        g->headline = r->headline;
    if (r->ended_us && r->started_us)
        g->seconds += (double)(r->ended_us - r->started_us) * 1e-6;
    if (isfinite(r->last)) {
        g->values++;
        g->sum += r->last;
        g->squares += r->last * r->last;
    }
}

static double mean_of(const struct group *g)
{
    return g->values ? g->sum / (double)g->values : (double)NAN;
}

/* Sample standard deviation, NaN with fewer than two values. */
static double deviation_of(const struct group *g)
{
    double n = (double)g->values, mean = mean_of(g);
    if (g->values < 2)
        return (double)NAN;
    double v = (g->squares - n * mean * mean) / (n - 1);
    return v > 0 ? sqrt(v) : 0;
}

static bool is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "utf-8");
    }
    return false;
}

static void format_value(const struct group *g, char *out, size_t size)
{
    char mean[32], deviation[32];
    num_format_short(mean_of(g), mean, sizeof mean);
    num_format_short(deviation_of(g), deviation, sizeof deviation);
    if (g->values == 0)
        snprintf(out, size, "-");
    else if (g->values == 1)
        snprintf(out, size, "%s", mean);
    else
        snprintf(out, size, "%s %s %s", mean, is_utf8() ? "\xc2\xb1" : "+-", deviation);
}

static void format_time(double seconds, char *out, size_t size)
{
    if (seconds < 10)
        snprintf(out, size, "%.1fs", seconds);
    else
        clock_format_duration(seconds, out, size);
}

static void print_table(const struct group *groups, size_t n)
{
    int width = 5;
    for (size_t i = 0; i < n; i++) {
        int w = text_columns(*groups[i].label ? groups[i].label : groups[i].experiment);
        width = w > width ? w : width;
    }
    printf("%-*s  %-7s  %-8s  %s\n", width, "group", "done", "time/run", "last value, mean +- sd");
    for (size_t i = 0; i < n; i++) {
        const struct group *g = &groups[i];
        const char *name = *g->label ? g->label : g->experiment;
        char done[32], value[96], time[16];
        snprintf(done, sizeof done, "%zu/%zu", g->done, g->runs);
        format_value(g, value, sizeof value);
        format_time(g->runs ? g->seconds / (double)g->runs : 0, time, sizeof time);
        printf("%s%*s  %-7s  %-8s  %s%s%s\n", name, width - text_columns(name), "", done, time,
               g->headline, *g->headline ? " " : "", value);
    }
}

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void print_json(const struct group *g)
{
    json_t *o = json_pack("{s:i,s:s,s:s,s:s,s:s,s:i,s:i,s:s,s:o,s:o}", "v", 1, "type", "result",
                          "experiment", g->experiment, "group", g->key, "label", g->label, "runs",
                          (int)g->runs, "done", (int)g->done, "metric", g->headline, "mean",
                          number(mean_of(g)), "sd", number(deviation_of(g)));
    char *text = json_dumps(o, JSON_COMPACT);
    puts(text);
    free(text);
    json_decref(o);
}

static void print_where(const char *database, const int64_t *runs, size_t n)
{
    char list[200];
    printf("\n%s %s in %s\n", n == 1 ? "Run" : "Runs", results_run_list(runs, n, list, sizeof list),
           database);
    printf("  rlbench show %lld\n", (long long)runs[0]);
    printf(
        "  rlbench query \"SELECT label, seed, metric, last FROM v_final WHERE run_id >= %lld\"\n",
        (long long)runs[0]);
}

int results_print(const char *database, const int64_t *runs, size_t n, bool json, struct err *e)
{
    struct arena a = {0};
    struct store *s = NULL;
    struct group *groups = mem_alloc(n * sizeof *groups);
    size_t num_groups = 0;
    int status = store_open_read(database, &s, e);
    for (size_t i = 0; i < n && status == OK; i++) {
        struct run_row row;
        char ref[32];
        snprintf(ref, sizeof ref, "%lld", (long long)runs[i]);
        status = store_find_run(s, ref, &a, &row, e);
        if (status == OK)
            add_run(find_group(groups, &num_groups, &row), &row);
    }
    if (status == OK && json) {
        for (size_t i = 0; i < num_groups; i++)
            print_json(&groups[i]);
    } else if (status == OK) {
        print_table(groups, num_groups);
        print_where(database, runs, n);
    }
    store_close(s);
    free(groups);
    arena_finish(&a);
    return status;
}
