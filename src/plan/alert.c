#include "plan/alert.h"

#include "base/num.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

const char *const alert_actions[] = {"warn", "stop", "pause", NULL};

/* A text being read; the first mistake stays. */
struct reader {
    const char *text, *p;
    struct arena *arena;
    const char *wrong;
    size_t wrong_at;
};

static void fail(struct reader *r, const char *at, const char *what)
{
    if (r->wrong)
        return;
    r->wrong = what;
    r->wrong_at = (size_t)(at - r->text);
}

static void skip(struct reader *r)
{
    while (*r->p == ' ')
        r->p++;
}

static bool take(struct reader *r, const char *sign)
{
    skip(r);
    size_t n = strlen(sign);
    if (strncmp(r->p, sign, n) != 0)
        return false;
    r->p += n;
    return true;
}

static void need(struct reader *r, const char *sign, const char *what)
{
    if (!r->wrong && !take(r, sign))
        fail(r, r->p, what);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_/.:+-", c));
}

static const char *take_metric(struct reader *r)
{
    skip(r);
    const char *start = r->p;
    if (*r->p == '\'') {
        size_t n = strcspn(start + 1, "'");
        if (start[n + 1] != '\'')
            fail(r, start, "this quote is never closed");
        else
            r->p += n + 2;
        return arena_strndup(r->arena, start + 1, n);
    }
    if (!isalpha((unsigned char)*r->p))
        fail(r, start, "here must be the name of a metric");
    while (is_word(*r->p))
        r->p++;
    return arena_strndup(r->arena, start, (size_t)(r->p - start));
}

static double take_number(struct reader *r)
{
    skip(r);
    const char *start = r->p;
    double value = 0;
    while (isalnum((unsigned char)*r->p) || (*r->p && strchr("+-._", *r->p)))
        r->p++;
    const char *text = arena_strndup(r->arena, start, (size_t)(r->p - start));
    if (num_parse_real(text, &value) || isnan(value))
        fail(r, start, "here must be a number");
    return value;
}

static uint64_t take_steps(struct reader *r)
{
    skip(r);
    const char *start = r->p;
    double value = take_number(r);
    if (!(value >= 1 && value <= 1e15 && value == floor(value)))
        fail(r, start, "here must be a whole number of steps, at least 1");
    return r->wrong ? 0 : (uint64_t)value;
}

static void take_relation(struct reader *r, struct alert *out)
{
    static const char *const signs[] = {"<=", ">=", "<", ">"};
    static const enum alert_relation means[] = {ALERT_LE, ALERT_GE, ALERT_LT, ALERT_GT};
    for (int i = 0; i < 4; i++)
        if (take(r, signs[i])) {
            out->relation = means[i];
            out->bound = take_number(r);
            return;
        }
    fail(r, r->p, "here must be <, <=, > or >=");
}

static const struct {
    const char *name;
    enum alert_kind kind;
    bool steps, tolerance, relation;
} functions[] = {
    {"isnan", ALERT_ISNAN, false, false, false},   {"missing", ALERT_MISSING, true, false, false},
    {"plateau", ALERT_PLATEAU, true, true, false}, {"slope", ALERT_SLOPE, true, false, true},
    {"mean", ALERT_MEAN, true, false, true},       {"min", ALERT_MIN, true, false, true},
    {"max", ALERT_MAX, true, false, true},
};

static void take_function(struct reader *r, const char *name, const char *at, struct alert *out)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, name) != 0)
            continue;
        out->kind = functions[i].kind;
        out->metric = take_metric(r);
        if (out->kind == ALERT_ISNAN && strcmp(out->metric, "any") == 0)
            out->metric = NULL;
        if (functions[i].steps) {
            need(r, ",", "here must be a comma and a number of steps");
            out->steps = take_steps(r);
        }
        if (functions[i].tolerance) {
            need(r, ",", "here must be a comma and a tolerance");
            out->bound = take_number(r);
        }
        need(r, ")", "here must be ')'");
        if (functions[i].relation && !r->wrong)
            take_relation(r, out);
        return;
    }
    fail(r, at, "there is isnan, missing, plateau, slope, mean, min and max, no other function");
}

const char *alert_parse(const char *text, struct arena *arena, struct alert *out, size_t *at)
{
    struct reader r = {.text = text, .p = text, .arena = arena};
    *out = (struct alert){.kind = ALERT_VALUE, .text = arena_strdup(arena, text)};
    skip(&r);
    const char *start = r.p, *name = take_metric(&r);
    if (!r.wrong && *start != '\'' && take(&r, "(")) {
        take_function(&r, name, start, out);
    } else if (!r.wrong) {
        out->metric = name;
        take_relation(&r, out);
    }
    skip(&r);
    if (!r.wrong && *r.p)
        fail(&r, r.p, "the rule has ended before this");
    *at = r.wrong_at;
    return r.wrong;
}
