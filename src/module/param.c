/* One parameter's value: from text, to text, and what it may be. The only place where text becomes
 * a value. */
#include "module/registry.h"

#include "base/num.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

int desc_param(const struct desc *d, const char *name)
{
    for (size_t i = 0; i < d->num_params; i++)
        if (strcmp(d->params[i].name, name) == 0)
            return (int)i;
    return -1;
}

static size_t num_choices(const rlb_param *p)
{
    size_t n = 0;
    while (p->choices && p->choices[n])
        n++;
    return n;
}

/* "a, b, c" cut at size. */
static void list_choices(const rlb_param *p, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; p->choices && p->choices[i] && used < size; i++) {
        int n = snprintf(out + used, size - used, "%s%s", i ? ", " : "", p->choices[i]);
        used += n > 0 ? (size_t)n : 0;
    }
}

static const char *check_range(const rlb_param *p, double value, const char *text, char *why,
                               size_t size)
{
    char bound[40];
    if (value < p->min)
        snprintf(why, size, "must be at least %s, found %s",
                 num_format_real(p->min, bound, sizeof bound), text);
    else if (value > p->max)
        snprintf(why, size, "must be at most %s, found %s",
                 num_format_real(p->max, bound, sizeof bound), text);
    else
        return NULL;
    return why;
}

static const char *parse_enum(const rlb_param *p, const char *text, rlb_value *out, char *why,
                              size_t size)
{
    size_t n = num_choices(p);
    for (size_t i = 0; i < n; i++)
        if (strcmp(p->choices[i], text) == 0) {
            out->i = (int64_t)i;
            return NULL;
        }
    char list[400];
    list_choices(p, list, sizeof list);
    const char *near = n ? text_nearest(text, p->choices, n) : NULL;
    snprintf(why, size, "is not one of %s%s%s%s", list, near ? "; did you mean " : "",
             near ? near : "", near ? "?" : "");
    return why;
}

static const char *parse_text(const char *text, rlb_value *out, char *why, size_t size)
{
    size_t left = strlen(text);
    for (const char *s = text; left > 0;) {
        uint32_t cp;
        size_t n = text_decode(s, left, &cp);
        if (n == 1 && cp == 0xFFFD) {
            snprintf(why, size, "is not valid UTF-8");
            return why;
        }
        s += n;
        left -= n;
    }
    out->s = text;
    return NULL;
}

const char *param_parse(const rlb_param *p, const char *text, rlb_value *out, char *why,
                        size_t size)
{
    const char *problem = NULL;
    rlb_value v = {.i = 0};
    bool flag;
    switch (p->type) {
    case RLB_T_BOOL:
        problem = num_parse_bool(text, &flag);
        if (!problem)
            v.i = flag;
        break;
    case RLB_T_INT:
        problem = num_parse_int(text, &v.i);
        if (!problem && check_range(p, (double)v.i, text, why, size))
            return why;
        break;
    case RLB_T_REAL:
        problem = num_parse_real(text, &v.r);
        if (!problem && check_range(p, v.r, text, why, size))
            return why;
        break;
    case RLB_T_ENUM:
        if (parse_enum(p, text, &v, why, size))
            return why;
        break;
    case RLB_T_STR:
        if (parse_text(text, &v, why, size))
            return why;
        break;
    default: problem = "has a type this program does not know"; break;
    }
    if (problem) {
        snprintf(why, size, "%s, found '%s'", problem, text);
        return why;
    }
    *out = v;
    return NULL;
}

char *param_format(const rlb_param *p, rlb_value v, char *out, size_t size)
{
    switch (p->type) {
    case RLB_T_BOOL: snprintf(out, size, "%s", v.i ? "true" : "false"); break;
    case RLB_T_INT: snprintf(out, size, "%" PRId64, v.i); break;
    case RLB_T_REAL: num_format_real(v.r, out, size); break;
    case RLB_T_ENUM:
        snprintf(out, size, "%s", v.i >= 0 && (size_t)v.i < num_choices(p) ? p->choices[v.i] : "?");
        break;
    case RLB_T_STR: snprintf(out, size, "%s", v.s); break;
    default: snprintf(out, size, "?"); break;
    }
    return out;
}

/* ", 0 to 1", ", at least 0", ", at most 1" or "". */
static void describe_range(const rlb_param *p, char *out, size_t size)
{
    char lo[40], hi[40];
    num_format_real(p->min, lo, sizeof lo);
    num_format_real(p->max, hi, sizeof hi);
    out[0] = '\0';
    if (isfinite(p->min) && isfinite(p->max))
        snprintf(out, size, ", %s to %s", lo, hi);
    else if (isfinite(p->min))
        snprintf(out, size, ", at least %s", lo);
    else if (isfinite(p->max))
        snprintf(out, size, ", at most %s", hi);
}

char *param_describe(const rlb_param *p, char *out, size_t size)
{
    char def[200], more[400];
    param_format(p, p->def, def, sizeof def);
    switch (p->type) {
    case RLB_T_BOOL: snprintf(out, size, "true or false, default %s", def); break;
    case RLB_T_INT:
    case RLB_T_REAL:
        describe_range(p, more, sizeof more);
        snprintf(out, size, "%s%s%s%s, default %s", p->type == RLB_T_INT ? "whole number" : "real",
                 p->unit[0] ? " in " : "", p->unit, more, def);
        break;
    case RLB_T_ENUM:
        list_choices(p, more, sizeof more);
        snprintf(out, size, "one of %s; default %s", more, def);
        break;
    default: snprintf(out, size, "text, default '%s'", def); break;
    }
    return out;
}
