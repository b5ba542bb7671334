#include "cmd/judging.h"

#include "base/num.h"
#include "cmd/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int cli_get_size(const struct cli *c, const char *name, size_t lo, size_t *out, struct err *e)
{
    const char *text = cli_get(c, name);
    int64_t n = 0;
    if (!text)
        return OK;
    const char *why = num_parse_int(text, &n);
    if (why)
        return err_set(e, ERR_USAGE, "--%s %s: %s", name, text, why);
    if (n < 0 || (size_t)n < lo)
        return err_set(e, ERR_USAGE, "--%s %s: must be at least %zu", name, text, lo);
    *out = (size_t)n;
    return OK;
}

int cli_get_real(const struct cli *c, const char *name, double *out, struct err *e)
{
    const char *text = cli_get(c, name), *why = text ? num_parse_real(text, out) : NULL;
    return why ? err_set(e, ERR_USAGE, "--%s %s: %s", name, text, why) : OK;
}

static int read_how(const struct cli *c, struct judge_how *how, struct err *e)
{
    size_t step = 0;
    *how = (struct judge_how){.metric = cli_get(c, "metric"), .window = 1};
    if (cli_has(c, "window") + cli_has(c, "at") + cli_has(c, "best") > 1)
        return err_set(e, ERR_USAGE, "--window, --at and --best exclude each other");
    how->pick = cli_has(c, "best") ? JUDGE_BEST : cli_has(c, "at") ? JUDGE_AT : JUDGE_LAST;
    int status = cli_get_size(c, "window", 1, &how->window, e);
    if (status == OK)
        status = cli_get_size(c, "at", 0, &step, e);
    how->step = step;
    how->count_missing = cli_has(c, "missing");
    return status == OK ? cli_get_real(c, "missing", &how->missing, e) : status;
}

static int read_resampling(const struct cli *c, struct stats_resampling *r, struct err *e)
{
    size_t replicates = 50000;
    *r = STATS_RESAMPLING;
    int status = cli_get_size(c, "replicates", 100, &replicates, e);
    if (status == OK && replicates > 10000000)
        status = err_set(e, ERR_USAGE, "--replicates: 10000000 are more than enough");
    r->replicates = (uint32_t)replicates;
    if (status == OK)
        status = cli_get_real(c, "confidence", &r->confidence, e);
    if (status == OK && !(r->confidence > 0 && r->confidence < 1))
        status = err_set(e, ERR_USAGE, "--confidence: must lie between 0 and 1");
    return status;
}

int judging_start(struct judging *g, const struct cli *c, struct judge_how *how, struct err *e)
{
    *g = (struct judging){.store = NULL};
    int status = read_how(c, how, e);
    if (status == OK)
        status = read_resampling(c, &g->resampling, e);
    return status == OK ? cli_open_store(c, &g->store, e) : status;
}

int judging_open(struct judging *g, const struct cli *c, const char *const *words, size_t n,
                 struct err *e)
{
    struct judge_how how;
    int status = judging_start(g, c, &how, e);
    if (status == OK)
        status = judge_select(g->store, words, n, &g->arena, &g->rows, &g->num_rows, e);
    if (status == OK)
        status = judge_collect(&g->judge, g->store, g->rows, g->num_rows, &how, e);
    return status == OK ? judge_need_scores(&g->judge, e) : status;
}

void judging_close(struct judging *g)
{
    judge_finish(&g->judge);
    arena_finish(&g->arena);
    store_close(g->store);
}

/* "LO:HI" or "TASK=LO:HI", split at the last '='. */
static int parse_reference(const char *text, struct arena *a, struct judge_reference *out,
                           struct err *e)
{
    const char *equals = strrchr(text, '='), *range = equals ? equals + 1 : text;
    const char *colon = strchr(range, ':');
    out->task = equals ? arena_strndup(a, text, (size_t)(equals - text)) : NULL;
    const char *lo = colon ? arena_strndup(a, range, (size_t)(colon - range)) : "";
    if (!colon || num_parse_real(lo, &out->lo) || num_parse_real(colon + 1, &out->hi) ||
        !isfinite(out->lo) || !isfinite(out->hi) || (out->hi - out->lo == 0))
        return err_set(e, ERR_USAGE,
                       "--normalize %s: give auto, none, minmax, or the values of score 0 and 1 as "
                       "LO:HI or TASK=LO:HI",
                       text);
    return OK;
}

int judging_normalise(struct judging *g, const struct cli *c, enum judge_norm *norm, struct err *e)
{
    static const char *const names[] = {
        [NORM_AUTO] = "auto", [NORM_NONE] = "none", [NORM_MINMAX] = "minmax"};
    VEC(struct judge_reference) refs = {0};
    int status = OK;
    *norm = NORM_AUTO;
    for (size_t i = 0; status == OK; i++) {
        const char *text = cli_get_nth(c, "normalize", i);
        struct judge_reference ref;
        bool named = false;
        if (!text)
            break;
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (strcmp(names[k], text) == 0) {
                *norm = (enum judge_norm)k;
                named = true;
            }
        if (named)
            continue;
        *norm = NORM_GIVEN;
        if ((status = parse_reference(text, &g->arena, &ref, e)) == OK)
            vec_push(&refs, ref);
    }
    if (status == OK)
        status = judge_normalise(&g->judge, *norm, refs.data, refs.len, e);
    if (*norm == NORM_AUTO)
        *norm = g->judge.normalised ? NORM_MINMAX : NORM_NONE;
    vec_finish(&refs);
    return status;
}

const char *interval_text(struct stats_interval i, struct arena *a)
{
    char point[32], low[32], high[32];
    if (isnan(i.point))
        return "-";
    num_format_short(i.point, point, sizeof point);
    if (isnan(i.low))
        return arena_strdup(a, point);
    return arena_printf(a, "%s [%s, %s]", point, num_format_short(i.low, low, sizeof low),
                        num_format_short(i.high, high, sizeof high));
}
