/* Aggregates and comparisons of contenders, and gates made of them. */
#include "judge/parts.h"

#include "base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct stats_interval judge_aggregate(const struct judge *j, size_t contender, const bool *tasks,
                                      enum judge_scale scale, enum stats_aggregate aggregate,
                                      double target, const struct stats_resampling *how)
{
    struct arena a = {0};
    struct stats_interval i = {NAN, NAN, NAN};
    struct stats_scores s = judge_scores(j, contender, tasks, scale, &a);
    bool own = scale == JUDGE_OWN || !j->normalised;
    bool turned = own && judge_minimises(j);
    if (s.num_tasks && s.start[s.num_tasks])
        i = stats_bootstrap(&s, aggregate, turned ? -target : target, how);
    arena_finish(&a);
    /* A gap is a distance: it is not turned. */
    return turned && aggregate != STATS_GAP ? judge_turn_back(j, i) : i;
}

static struct stats_interval improve(const struct judge *j, size_t a, size_t b, const bool *tasks,
                                     const struct stats_resampling *how)
{
    struct arena arena = {0};
    struct stats_scores x = judge_scores(j, a, tasks, JUDGE_OWN, &arena);
    struct stats_scores y = judge_scores(j, b, tasks, JUDGE_OWN, &arena);
    struct stats_interval i = stats_improvement(&x, &y, how);
    if (x.start[x.num_tasks] == x.num_tasks || y.start[y.num_tasks] == y.num_tasks)
        i.low = i.high = NAN; /* single runs: every resample is the sample */
    arena_finish(&arena);
    return i;
}

struct stats_interval judge_improvement(const struct judge *j, size_t a, size_t b,
                                        const struct stats_resampling *how)
{
    bool *tasks = mem_alloc(j->tasks.len + 1);
    struct stats_interval i = {NAN, NAN, NAN};
    if (judge_common_tasks(j, (const size_t[]){a, b}, 2, tasks))
        i = improve(j, a, b, tasks, how);
    free(tasks);
    return i;
}

struct stats_interval judge_improvement_on(const struct judge *j, size_t a, size_t b, size_t task,
                                           const struct stats_resampling *how)
{
    bool *tasks = mem_alloc(j->tasks.len + 1);
    struct stats_interval i = {NAN, NAN, NAN};
    judge_common_tasks(j, (const size_t[]){a, b}, 2, tasks);
    bool both = tasks[task];
    for (size_t t = 0; t < j->tasks.len; t++)
        tasks[t] = t == task;
    if (both)
        i = improve(j, a, b, tasks, how);
    free(tasks);
    return i;
}

/* ---- gates ---- */

struct gate {
    const char *left, *right; /* right: NULL for a number */
    bool at_most, difference; /* difference: of left and right */
    double bound;
};

static int parse_number(const char *gate, const char *text, double *out, struct err *e)
{
    const char *why = num_parse_real(text, out);
    return why ? err_set(e, ERR_USAGE, "gate '%s': '%s' %s", gate, text, why) : OK;
}

static const char *trimmed(struct arena *a, const char *from, size_t n)
{
    while (n && (*from == ' ' || *from == '\t')) {
        from++;
        n--;
    }
    while (n && (from[n - 1] == ' ' || from[n - 1] == '\t'))
        n--;
    return arena_strndup(a, from, n);
}

/* Names may hold '=' but no '<', '>' or '@'. */
static int parse(struct judge *j, const char *text, struct gate *g, struct err *e)
{
    size_t at = strcspn(text, "<>");
    const char *rest = text + at + 1;
    if (!text[at] || (text[at] == '<' && *rest != '='))
        return err_set(e, ERR_USAGE,
                       "gate '%s': a gate is 'A>B@0.95', 'A>=X', 'A<=X', 'A - B>=X' or 'A - B<=X'",
                       text);
    *g = (struct gate){.left = trimmed(&j->arena, text, at), .at_most = text[at] == '<'};
    const char *minus = *rest == '=' ? strstr(g->left, " - ") : NULL;
    if (minus) {
        g->difference = true;
        g->right = trimmed(&j->arena, minus + 3, strlen(minus + 3));
        g->left = trimmed(&j->arena, g->left, (size_t)(minus - g->left));
    }
    if (*rest == '=')
        return parse_number(text, trimmed(&j->arena, rest + 1, strlen(rest + 1)), &g->bound, e);
    const char *probability = strrchr(rest, '@');
    if (!probability)
        return err_set(e, ERR_USAGE,
                       "gate '%s': how probable must it be? 'A>B@0.95' asks for P(A improves on B) "
                       ">= 0.95",
                       text);
    g->right = trimmed(&j->arena, rest, (size_t)(probability - rest));
    int status = parse_number(text, trimmed(&j->arena, probability + 1, strlen(probability + 1)),
                              &g->bound, e);
    if (status == OK && !(g->bound > 0 && g->bound <= 1))
        status = err_set(e, ERR_USAGE, "gate '%s': a probability lies in (0, 1]", text);
    return status;
}

size_t judge_fewest_seeds(const struct judge *j, size_t contender, const bool *tasks)
{
    struct arena a = {0};
    size_t fewest = SIZE_MAX;
    struct stats_scores s = judge_scores(j, contender, tasks, JUDGE_OWN, &a);
    for (size_t t = 0; t < s.num_tasks; t++) {
        size_t n = s.start[t + 1] - s.start[t];
        fewest = n < fewest ? n : fewest;
    }
    arena_finish(&a);
    return fewest == SIZE_MAX ? 0 : fewest;
}

/* An interval of a single seed is not one, even where the bootstrap gives numbers. */
static bool has_seeds(struct judge *j, const char *gate, const size_t *who, size_t n,
                      struct judge_verdict *out)
{
    bool *tasks = arena_alloc(&j->arena, j->tasks.len + 1);
    judge_common_tasks(j, who, n, tasks);
    for (size_t i = 0; i < n; i++) {
        size_t seeds = judge_fewest_seeds(j, who[i], tasks);
        if (seeds >= 2)
            continue;
        *out = (struct judge_verdict){
            false, arena_printf(&j->arena, "gate %s: NOT MET: %s has %zu seed%s%s; two are needed",
                                gate, j->contenders.data[who[i]].name, seeds, seeds == 1 ? "" : "s",
                                j->tasks.len > 1 ? " on some task" : "")};
        return false;
    }
    return true;
}

/* Of an aggregate of own-unit values over the tasks both have: either contender's runs are drawn by
 * themselves. */
static struct stats_interval differ(const struct judge *j, size_t a, size_t b,
                                    enum stats_aggregate aggregate,
                                    const struct stats_resampling *how)
{
    struct arena arena = {0};
    struct stats_interval i = {NAN, NAN, NAN};
    bool *tasks = arena_alloc(&arena, j->tasks.len + 1);
    double *x = arena_alloc(&arena, how->replicates * sizeof *x);
    double *y = arena_alloc(&arena, how->replicates * sizeof *y);
    if (judge_common_tasks(j, (const size_t[]){a, b}, 2, tasks)) {
        struct stats_scores of_a = judge_scores(j, a, tasks, JUDGE_OWN, &arena);
        struct stats_scores of_b = judge_scores(j, b, tasks, JUDGE_OWN, &arena);
        stats_replicates(&of_a, aggregate, 0, 2 * how->seed, 0, how->replicates, x);
        stats_replicates(&of_b, aggregate, 0, 2 * how->seed + 1, 0, how->replicates, y);
        for (uint32_t k = 0; k < how->replicates; k++)
            x[k] -= y[k];
        i = stats_percentiles(x, how->replicates, how->confidence,
                              stats_aggregate(&of_a, aggregate, 0) -
                                  stats_aggregate(&of_b, aggregate, 0));
    }
    arena_finish(&arena);
    return judge_minimises(j) ? judge_turn_back(j, i) : i;
}

static void say(struct judge *j, const char *gate, const char *what, struct stats_interval i,
                bool at_most, double bound, struct judge_verdict *out)
{
    char point[32], low[32], high[32];
    num_format_short(i.point, point, sizeof point);
    num_format_short(i.low, low, sizeof low);
    num_format_short(i.high, high, sizeof high);
    out->holds = at_most ? i.high <= bound : i.low >= bound; /* NaN: does not hold */
    out->text = arena_printf(&j->arena, "gate %s: %s: %s = %s [%s, %s]", gate,
                             out->holds ? "met" : "NOT MET", what, point, low, high);
}

int judge_gate(struct judge *j, const char *gate, enum stats_aggregate aggregate, double target,
               const struct stats_resampling *how, struct judge_verdict *out, struct err *e)
{
    struct gate g;
    size_t who[2], n = 1;
    int status = parse(j, gate, &g, e);
    if (status != OK)
        return status;
    status = judge_find(j, g.left, &who[0], e);
    if (status == OK && g.right && (status = judge_find(j, g.right, &who[1], e)) == OK)
        n = 2;
    if (status != OK) {
        err_prefix(e, "gate '%s'", gate);
        return status;
    }
    if (!has_seeds(j, gate, who, n, out))
        return OK;
    if (g.difference && aggregate == STATS_GAP)
        return err_set(e, ERR_USAGE, "gate '%s': a difference is one of mean, median or iqm", gate);
    if (g.difference) {
        const char *what =
            arena_printf(&j->arena, "difference of %s", stats_aggregate_name(aggregate));
        say(j, gate, what, differ(j, who[0], who[1], aggregate, how), g.at_most, g.bound, out);
        return OK;
    }
    if (n == 2) {
        say(j, gate, "P(improvement)", judge_improvement(j, who[0], who[1], how), false, g.bound,
            out);
        return OK;
    }
    bool *tasks = arena_alloc(&j->arena, j->tasks.len + 1);
    judge_common_tasks(j, who, 1, tasks);
    say(j, gate, stats_aggregate_name(aggregate),
        judge_aggregate(j, who[0], tasks, JUDGE_NORMALISED, aggregate, target, how), g.at_most,
        g.bound, out);
    return OK;
}
