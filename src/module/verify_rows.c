/* Verification of fields and rows. */
#include "module/verify.h"

#include "base/text.h"
#include "module/mapped.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    PARAM_LEAST = SIZE_TO(rlb_param, flags),
    METRIC_LEAST = SIZE_TO(rlb_metric, reserved),
    VIEW_LEAST = SIZE_TO(rlb_view, flags)
};
/* More than any honest table has. */
enum {
    MOST_PARAMS = 256,
    MOST_METRICS = 1024,
    MOST_VIEWS = 64,
    MOST_CHOICES = 256,
    MOST_NAME = 64,
    MOST_TEXT = 65536
};

int verify_refuse(const struct verify *s, const char *fmt, ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(s->e, ERR_PLUGIN, "%s: %s", s->name, text);
}

/* ---- fields ---- */

int verify_text(const struct verify *s, const char *what, const char *text, bool required)
{
    ptrdiff_t n = mapped_text(text, MOST_TEXT);
    if (!text)
        return verify_refuse(s, "%s is NULL%s", what,
                             required ? "" : "; use \"\" when there is none");
    if (n < 0)
        return verify_refuse(s, "%s does not point to a text", what);
    if (n == 0 && required)
        return verify_refuse(s, "%s is empty", what);
    for (ptrdiff_t i = 0; i < n;) {
        uint32_t cp;
        size_t step = text_decode(text + i, (size_t)(n - i), &cp);
        if ((step == 1 && cp == 0xFFFD) || (cp < 0x20 && cp != '\n'))
            return verify_refuse(s,
                                 "%s holds a byte that is neither UTF-8 nor a line break (0x%02x)",
                                 what, (unsigned char)text[i]);
        i += (ptrdiff_t)step;
    }
    return OK;
}

int verify_name(const struct verify *s, const char *what, const char *name, const char *extra)
{
    if (verify_text(s, what, name, true) != OK)
        return ERR_PLUGIN;
    size_t n = strlen(name);
    bool good = n <= MOST_NAME && name[0] >= 'a' && name[0] <= 'z';
    for (const char *p = name; good && *p; p++)
        good = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || strchr(extra, *p);
    if (!good)
        return verify_refuse(
            s,
            "%s '%.64s' is not a name: at most %d lower-case letters, digits and '%s', "
            "a letter first",
            what, name, MOST_NAME, extra);
    return OK;
}

int verify_code(const struct verify *s, const char *what, const void *fn, bool required)
{
    if (!fn)
        return required ? verify_refuse(s, "%s is missing", what) : OK;
    return mapped_code(fn) ? OK : verify_refuse(s, "%s does not point to a function", what);
}
/* Function pointers reach verify_code() as data pointers, which POSIX makes the same. */
#define CODE(fn) (*(void *const *)(const void *)&(fn))

/* The rows of one table: readable, as many and as long as they claim. */
static int check_rows(const struct verify *s, const char *what, const void *rows, uint32_t count,
                      uint32_t stride, size_t least, size_t ours, uint32_t most)
{
    if (count == 0)
        return OK;
    if (count > most)
        return verify_refuse(s, "claims %u %s, more than any honest table has (%u)", count, what,
                             most);
    if (stride < least || stride > MOST_TABLE_BYTES || stride % 8 || (stride > ours && !s->newer))
        return verify_refuse(s,
                             "the stride of its %s is %u bytes, expected %zu (sizeof of the row)",
                             what, stride, ours);
    if (!mapped_data(rows, (size_t)count * stride))
        return verify_refuse(s, "its %s do not point to %u rows of constant data", what, count);
    return OK;
}

static const void *row(const void *rows, uint32_t stride, uint32_t i)
{
    return (const char *)rows + (size_t)stride * i;
}

/* Every row starts with its name: refuses the first one that an earlier row already has. */
static int check_unique(const struct verify *s, const char *what, const void *rows, uint32_t stride,
                        uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const char *a = *(const char *const *)row(rows, stride, i);
            const char *b = *(const char *const *)row(rows, stride, k);
            if (strcmp(a, b) == 0)
                return verify_refuse(s, "two %s are named '%s'", what, a);
        }
    return OK;
}
_Static_assert(offsetof(rlb_param, name) == 0 && offsetof(rlb_metric, name) == 0 &&
                   offsetof(rlb_view, name) == 0,
               "check_unique() reads the name at the start of a row");

/* ---- parameters ---- */

static int check_choices(const struct verify *s, const rlb_param *p)
{
    if (!mapped_data(p->choices, sizeof *p->choices))
        return verify_refuse(s, "parameter '%s' has no list of choices", p->name);
    char what[200];
    snprintf(what, sizeof what, "a choice of parameter '%s'", p->name);
    int64_t n = 0;
    for (;; n++) {
        if (n > MOST_CHOICES || !mapped_data(p->choices + n, sizeof *p->choices))
            return verify_refuse(s, "the choices of parameter '%s' do not end with NULL", p->name);
        if (!p->choices[n])
            break;
        if (verify_text(s, what, p->choices[n], true) != OK)
            return ERR_PLUGIN;
        for (int64_t k = 0; k < n; k++)
            if (strcmp(p->choices[n], p->choices[k]) == 0)
                return verify_refuse(s, "parameter '%s' lists the choice '%s' twice", p->name,
                                     p->choices[n]);
    }
    if (p->def.i < 0 || p->def.i >= n)
        return verify_refuse(s, "the default of parameter '%s' is choice %" PRId64 " of %" PRId64,
                             p->name, p->def.i, n);
    return OK;
}

static int check_default(const struct verify *s, const rlb_param *p)
{
    char what[200];
    double def = p->type == RLB_T_REAL ? p->def.r : (double)p->def.i;
    switch (p->type) {
    case RLB_T_BOOL:
        return p->def.i == 0 || p->def.i == 1
                   ? OK
                   : verify_refuse(s, "the default of parameter '%s' is neither 0 nor 1", p->name);
    case RLB_T_INT:
    case RLB_T_REAL:
        if (!(p->min <= p->max))
            return verify_refuse(s, "parameter '%s' has the empty range %g to %g", p->name, p->min,
                                 p->max);
        if (!(def >= p->min && def <= p->max))
            return verify_refuse(s, "the default of parameter '%s', %g, is not within %g to %g",
                                 p->name, def, p->min, p->max);
        return OK;
    case RLB_T_ENUM: return check_choices(s, p);
    case RLB_T_STR:
        snprintf(what, sizeof what, "the default of parameter '%s'", p->name);
        return verify_text(s, what, p->def.s, false);
    default:
        return verify_refuse(s, "parameter '%s' has type %u, which this program does not know",
                             p->name, p->type);
    }
}

int verify_params(const struct verify *s, const rlb_param *params, uint32_t count, uint32_t stride,
                  bool may_be_live)
{
    int status = check_rows(s, "parameters", params, count, stride, PARAM_LEAST, sizeof *params,
                            MOST_PARAMS);
    for (uint32_t i = 0; i < count && status == OK; i++) {
        const rlb_param *p = row(params, stride, i);
        char what[200];
        snprintf(what, sizeof what, "the name of parameter %u", i);
        status = verify_name(s, what, p->name, "_");
        if (status != OK)
            break;
        snprintf(what, sizeof what, "the doc of parameter '%s'", p->name);
        status = verify_text(s, what, p->doc, true);
        snprintf(what, sizeof what, "the unit of parameter '%s'", p->name);
        if (status == OK)
            status = verify_text(s, what, p->unit, false);
        if (status == OK)
            status = check_default(s, p);
        if (status == OK && (p->flags & RLB_P_LIVE) && !may_be_live)
            status =
                verify_refuse(s, "parameter '%s' is live, but there is no set_param()", p->name);
    }
    return status == OK ? check_unique(s, "parameters", params, stride, count) : status;
}

/* ---- metrics and views ---- */

int verify_metrics(const struct verify *s, const rlb_algo *a)
{
    int status = check_rows(s, "metrics", a->metrics, a->num_metrics, a->metric_stride,
                            METRIC_LEAST, sizeof *a->metrics, MOST_METRICS);
    for (uint32_t i = 0; i < a->num_metrics && status == OK; i++) {
        const rlb_metric *m = row(a->metrics, a->metric_stride, i);
        char what[200];
        snprintf(what, sizeof what, "the name of metric %u", i);
        status = verify_name(s, what, m->name, "_/");
        if (status != OK)
            break;
        snprintf(what, sizeof what, "the doc of metric '%s'", m->name);
        status = verify_text(s, what, m->doc, true);
        snprintf(what, sizeof what, "the unit of metric '%s'", m->name);
        if (status == OK)
            status = verify_text(s, what, m->unit, false);
        if (status == OK && (m->fold > RLB_FOLD_SUM || m->goal > RLB_GOAL_MAXIMIZE))
            status =
                verify_refuse(s, "metric '%s' has a fold (%u) or goal (%u) that does not exist",
                              m->name, m->fold, m->goal);
    }
    return status == OK ? check_unique(s, "metrics", a->metrics, a->metric_stride, a->num_metrics)
                        : status;
}

int verify_views(const struct verify *s, const rlb_view *views, uint32_t count, uint32_t stride,
                 bool can_draw)
{
    int status =
        check_rows(s, "views", views, count, stride, VIEW_LEAST, sizeof *views, MOST_VIEWS);
    if (status == OK && count > 0 && !can_draw)
        return verify_refuse(s, "lists %u views, but there is no view()", count);
    for (uint32_t i = 0; i < count && status == OK; i++) {
        const rlb_view *v = row(views, stride, i);
        char what[200];
        snprintf(what, sizeof what, "the name of view %u", i);
        status = verify_name(s, what, v->name, "_");
        if (status != OK)
            break;
        snprintf(what, sizeof what, "the doc of view '%s'", v->name);
        status = verify_text(s, what, v->doc, true);
        if (status == OK && (v->kind < RLB_VIEW_HEATMAP || v->kind > RLB_VIEW_LINES))
            status =
                verify_refuse(s, "view '%s' is of kind %u, which does not exist", v->name, v->kind);
    }
    return status == OK ? check_unique(s, "views", views, stride, count) : status;
}
