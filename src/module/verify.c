/* Verification of a module's tables: everything that can be known without calling the plugin, so
 * that the rest of the program may trust them. Sentences name the table, the row and the field. */
#include "module/module.h"

#include "base/text.h"
#include "module/mapped.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Sizes of the tables in ABI 1.0, the least that any module of this major has. */
#define SIZE_TO(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))
enum {
    MODULE_LEAST = SIZE_TO(rlb_module, envs),
    ALGO_LEAST = SIZE_TO(rlb_algo, interface),
    ENV_LEAST = SIZE_TO(rlb_env, interface),
    PARAM_LEAST = SIZE_TO(rlb_param, flags),
    METRIC_LEAST = SIZE_TO(rlb_metric, reserved),
    VIEW_LEAST = SIZE_TO(rlb_view, flags)
};
/* More than any honest table has. */
enum {
    MOST_TABLES = 64,
    MOST_PARAMS = 256,
    MOST_METRICS = 1024,
    MOST_VIEWS = 64,
    MOST_CHOICES = 256,
    MOST_TABLE_BYTES = 4096,
    MOST_NAME = 64,
    MOST_TEXT = 65536
};

struct subject {
    char name[160]; /* "algorithm 'q-learning'" */
    bool newer;     /* its minor is newer than ours: its tables may be longer than ours */
    struct err *e;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct subject *s, const char *fmt,
                                                        ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_set(s->e, ERR_PLUGIN, "%s: %s", s->name, text);
}

/* ---- fields ---- */

static int check_text(const struct subject *s, const char *what, const char *text, bool required)
{
    ptrdiff_t n = mapped_text(text, MOST_TEXT);
    if (!text)
        return refuse(s, "%s is NULL%s", what, required ? "" : "; use \"\" when there is none");
    if (n < 0)
        return refuse(s, "%s does not point to a text", what);
    if (n == 0 && required)
        return refuse(s, "%s is empty", what);
    for (ptrdiff_t i = 0; i < n;) {
        uint32_t cp;
        size_t step = text_decode(text + i, (size_t)(n - i), &cp);
        if ((step == 1 && cp == 0xFFFD) || (cp < 0x20 && cp != '\n'))
            return refuse(s, "%s holds a byte that is neither UTF-8 nor a line break (0x%02x)",
                          what, (unsigned char)text[i]);
        i += (ptrdiff_t)step;
    }
    return OK;
}

/* A name: a lower-case letter, then lower-case letters, digits and `extra`. */
static int check_name(const struct subject *s, const char *what, const char *name,
                      const char *extra)
{
    if (check_text(s, what, name, true) != OK)
        return ERR_PLUGIN;
    size_t n = strlen(name);
    bool good = n <= MOST_NAME && name[0] >= 'a' && name[0] <= 'z';
    for (const char *p = name; good && *p; p++)
        good = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || strchr(extra, *p);
    if (!good)
        return refuse(s,
                      "%s '%.64s' is not a name: at most %d lower-case letters, digits and '%s', "
                      "a letter first",
                      what, name, MOST_NAME, extra);
    return OK;
}

static int check_code(const struct subject *s, const char *what, const void *fn, bool required)
{
    if (!fn)
        return required ? refuse(s, "%s is missing", what) : OK;
    return mapped_code(fn) ? OK : refuse(s, "%s does not point to a function", what);
}
/* Function pointers reach check_code() as data pointers, which POSIX makes the same. */
#define CODE(fn) (*(void *const *)(const void *)&(fn))

/* The rows of one table: readable, as many and as long as they claim. */
static int check_rows(const struct subject *s, const char *what, const void *rows, uint32_t count,
                      uint32_t stride, size_t least, size_t ours, uint32_t most)
{
    if (count == 0)
        return OK;
    if (count > most)
        return refuse(s, "claims %u %s, more than any honest table has (%u)", count, what, most);
    if (stride < least || stride > MOST_TABLE_BYTES || stride % 8 || (stride > ours && !s->newer))
        return refuse(s, "the stride of its %s is %u bytes, expected %zu (sizeof of the row)", what,
                      stride, ours);
    if (!mapped_data(rows, (size_t)count * stride))
        return refuse(s, "its %s do not point to %u rows of constant data", what, count);
    return OK;
}

static const void *row(const void *rows, uint32_t stride, uint32_t i)
{
    return (const char *)rows + (size_t)stride * i;
}

/* Every row starts with its name: refuses the first one that an earlier row already has. */
static int check_unique(const struct subject *s, const char *what, const void *rows,
                        uint32_t stride, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            const char *a = *(const char *const *)row(rows, stride, i);
            const char *b = *(const char *const *)row(rows, stride, k);
            if (strcmp(a, b) == 0)
                return refuse(s, "two %s are named '%s'", what, a);
        }
    return OK;
}
_Static_assert(offsetof(rlb_param, name) == 0 && offsetof(rlb_metric, name) == 0 &&
                   offsetof(rlb_view, name) == 0,
               "check_unique() reads the name at the start of a row");

/* ---- parameters ---- */

static int check_choices(const struct subject *s, const rlb_param *p)
{
    if (!mapped_data(p->choices, sizeof *p->choices))
        return refuse(s, "parameter '%s' has no list of choices", p->name);
    char what[200];
    snprintf(what, sizeof what, "a choice of parameter '%s'", p->name);
    int64_t n = 0;
    for (;; n++) {
        if (n > MOST_CHOICES || !mapped_data(p->choices + n, sizeof *p->choices))
            return refuse(s, "the choices of parameter '%s' do not end with NULL", p->name);
        if (!p->choices[n])
            break;
        if (check_text(s, what, p->choices[n], true) != OK)
            return ERR_PLUGIN;
        for (int64_t k = 0; k < n; k++)
            if (strcmp(p->choices[n], p->choices[k]) == 0)
                return refuse(s, "parameter '%s' lists the choice '%s' twice", p->name,
                              p->choices[n]);
    }
    if (p->def.i < 0 || p->def.i >= n)
        return refuse(s, "the default of parameter '%s' is choice %" PRId64 " of %" PRId64, p->name,
                      p->def.i, n);
    return OK;
}

static int check_default(const struct subject *s, const rlb_param *p)
{
    char what[200];
    double def = p->type == RLB_T_REAL ? p->def.r : (double)p->def.i;
    switch (p->type) {
    case RLB_T_BOOL:
        return p->def.i == 0 || p->def.i == 1
                   ? OK
                   : refuse(s, "the default of parameter '%s' is neither 0 nor 1", p->name);
    case RLB_T_INT:
    case RLB_T_REAL:
        if (!(p->min <= p->max))
            return refuse(s, "parameter '%s' has the empty range %g to %g", p->name, p->min,
                          p->max);
        if (!(def >= p->min && def <= p->max))
            return refuse(s, "the default of parameter '%s', %g, is not within %g to %g", p->name,
                          def, p->min, p->max);
        return OK;
    case RLB_T_ENUM: return check_choices(s, p);
    case RLB_T_STR:
        snprintf(what, sizeof what, "the default of parameter '%s'", p->name);
        return check_text(s, what, p->def.s, false);
    default:
        return refuse(s, "parameter '%s' has type %u, which this program does not know", p->name,
                      p->type);
    }
}

static int check_params(const struct subject *s, const rlb_param *params, uint32_t count,
                        uint32_t stride, bool may_be_live)
{
    int status = check_rows(s, "parameters", params, count, stride, PARAM_LEAST, sizeof *params,
                            MOST_PARAMS);
    for (uint32_t i = 0; i < count && status == OK; i++) {
        const rlb_param *p = row(params, stride, i);
        char what[200];
        snprintf(what, sizeof what, "the name of parameter %u", i);
        status = check_name(s, what, p->name, "_");
        if (status != OK)
            break;
        snprintf(what, sizeof what, "the doc of parameter '%s'", p->name);
        status = check_text(s, what, p->doc, true);
        snprintf(what, sizeof what, "the unit of parameter '%s'", p->name);
        if (status == OK)
            status = check_text(s, what, p->unit, false);
        if (status == OK)
            status = check_default(s, p);
        if (status == OK && (p->flags & RLB_P_LIVE) && !may_be_live)
            status = refuse(s, "parameter '%s' is live, but there is no set_param()", p->name);
    }
    return status == OK ? check_unique(s, "parameters", params, stride, count) : status;
}

/* ---- metrics and views ---- */

static int check_metrics(const struct subject *s, const rlb_algo *a)
{
    int status = check_rows(s, "metrics", a->metrics, a->num_metrics, a->metric_stride,
                            METRIC_LEAST, sizeof *a->metrics, MOST_METRICS);
    for (uint32_t i = 0; i < a->num_metrics && status == OK; i++) {
        const rlb_metric *m = row(a->metrics, a->metric_stride, i);
        char what[200];
        snprintf(what, sizeof what, "the name of metric %u", i);
        status = check_name(s, what, m->name, "_/");
        if (status != OK)
            break;
        snprintf(what, sizeof what, "the doc of metric '%s'", m->name);
        status = check_text(s, what, m->doc, true);
        snprintf(what, sizeof what, "the unit of metric '%s'", m->name);
        if (status == OK)
            status = check_text(s, what, m->unit, false);
        if (status == OK && (m->fold > RLB_FOLD_SUM || m->goal > RLB_GOAL_MAXIMIZE))
            status = refuse(s, "metric '%s' has a fold (%u) or goal (%u) that does not exist",
                            m->name, m->fold, m->goal);
    }
    return status == OK ? check_unique(s, "metrics", a->metrics, a->metric_stride, a->num_metrics)
                        : status;
}

static int check_views(const struct subject *s, const rlb_view *views, uint32_t count,
                       uint32_t stride, bool can_draw)
{
    int status =
        check_rows(s, "views", views, count, stride, VIEW_LEAST, sizeof *views, MOST_VIEWS);
    if (status == OK && count > 0 && !can_draw)
        return refuse(s, "lists %u views, but there is no view()", count);
    for (uint32_t i = 0; i < count && status == OK; i++) {
        const rlb_view *v = row(views, stride, i);
        char what[200];
        snprintf(what, sizeof what, "the name of view %u", i);
        status = check_name(s, what, v->name, "_");
        if (status != OK)
            break;
        snprintf(what, sizeof what, "the doc of view '%s'", v->name);
        status = check_text(s, what, v->doc, true);
        if (status == OK && (v->kind < RLB_VIEW_HEATMAP || v->kind > RLB_VIEW_LINES))
            status = refuse(s, "view '%s' is of kind %u, which does not exist", v->name, v->kind);
    }
    return status == OK ? check_unique(s, "views", views, stride, count) : status;
}

/* ---- tables ---- */

/* The table says how long it is in the u32 at `where`. */
static int check_size(const struct subject *s, const void *table, size_t where, size_t least,
                      size_t ours)
{
    uint32_t size;
    if (!mapped_data(table, where + sizeof size))
        return refuse(s, "does not point to constant data");
    memcpy(&size, (const char *)table + where, sizeof size);
    if (size < least || size > MOST_TABLE_BYTES || (size > ours && !s->newer) ||
        !mapped_data(table, size))
        return refuse(s, "says it is %u bytes long, but in ABI %d.%d it has %zu", size,
                      RLB_ABI_MAJOR, RLB_ABI_MINOR, ours);
    return OK;
}

struct field_check {
    const char *what;
    const char *text;
    bool required;
};

static int check_texts(const struct subject *s, const struct field_check *f, size_t n)
{
    int status = OK;
    for (size_t i = 0; i < n && status == OK; i++)
        status = check_text(s, f[i].what, f[i].text, f[i].required);
    return status;
}

struct code_check {
    const char *what;
    const void *fn;
    bool required;
};

static int check_codes(const struct subject *s, const struct code_check *f, size_t n)
{
    int status = OK;
    for (size_t i = 0; i < n && status == OK; i++)
        status = check_code(s, f[i].what, f[i].fn, f[i].required);
    return status;
}
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static int check_algo(struct subject *s, const rlb_algo *a)
{
    int status = check_size(s, a, offsetof(rlb_algo, size), ALGO_LEAST, sizeof *a);
    if (status == OK)
        status = check_name(s, "its id", a->id, "-");
    if (status != OK)
        return status;
    snprintf(s->name, sizeof s->name, "algorithm '%s'", a->id);
    const struct field_check texts[] = {{"its title", a->title, true},
                                        {"its doc", a->doc, true},
                                        {"its citation", a->citation, false},
                                        {"its version", a->version, true},
                                        {"its step_unit", a->step_unit, true}};
    const struct code_check codes[] = {
        {"create()", CODE(a->create), true}, {"destroy()", CODE(a->destroy), true},
        {"step()", CODE(a->step), true},     {"measure()", CODE(a->measure), false},
        {"act()", CODE(a->act), false},      {"set_param()", CODE(a->set_param), false},
        {"view()", CODE(a->view), false},    {"save()", CODE(a->save), false},
        {"load()", CODE(a->load), false},    {"interface()", CODE(a->interface), false}};
    status = check_texts(s, texts, COUNT(texts));
    if (status == OK)
        status = check_codes(s, codes, COUNT(codes));
    if (status == OK && !a->save != !a->load)
        status = refuse(s, "has only one of save() and load()");
    if (status == OK)
        status = check_params(s, a->params, a->num_params, a->param_stride, a->set_param);
    if (status == OK)
        status = check_metrics(s, a);
    if (status == OK)
        status = check_views(s, a->views, a->num_views, a->view_stride, a->view);
    return status;
}

static int check_env(struct subject *s, const rlb_env *v)
{
    int status = check_size(s, v, offsetof(rlb_env, size), ENV_LEAST, sizeof *v);
    if (status == OK)
        status = check_name(s, "its id", v->id, "-");
    if (status != OK)
        return status;
    snprintf(s->name, sizeof s->name, "environment '%s'", v->id);
    const struct field_check texts[] = {{"its title", v->title, true},
                                        {"its doc", v->doc, true},
                                        {"its citation", v->citation, false},
                                        {"its version", v->version, true}};
    const struct code_check codes[] = {
        {"spaces()", CODE(v->spaces), true},   {"create()", CODE(v->create), true},
        {"destroy()", CODE(v->destroy), true}, {"bind()", CODE(v->bind), true},
        {"reset()", CODE(v->reset), true},     {"step()", CODE(v->step), true},
        {"view()", CODE(v->view), false},      {"save()", CODE(v->save), false},
        {"load()", CODE(v->load), false},      {"interface()", CODE(v->interface), false}};
    status = check_texts(s, texts, COUNT(texts));
    if (status == OK)
        status = check_codes(s, codes, COUNT(codes));
    if (status == OK && !v->save != !v->load)
        status = refuse(s, "has only one of save() and load()");
    if (status == OK)
        status = check_params(s, v->params, v->num_params, v->param_stride, false);
    if (status == OK)
        status = check_views(s, v->views, v->num_views, v->view_stride, v->view);
    return status;
}

/* A NULL-terminated list of tables; *n of them. */
static int count_list(const struct subject *s, const char *what, const void *const *list, size_t *n)
{
    for (*n = 0; *n <= MOST_TABLES; ++*n) {
        if (!mapped_data(list + *n, sizeof *list))
            return refuse(s, "its list of %s does not end with NULL", what);
        if (!list[*n])
            return OK;
    }
    return refuse(s, "its list of %s has more than %d entries", what, MOST_TABLES);
}

static int check_head(const struct subject *s, const rlb_module *m)
{
    if (!m)
        return refuse(s, "rlb_module_entry() returned NULL");
    if (!mapped_data(m, offsetof(rlb_module, reserved)))
        return refuse(s, "rlb_module_entry() returned a pointer to no constant data");
    if (m->magic != RLB_MAGIC)
        return refuse(s,
                      "its magic is 0x%08" PRIX32 ", not 0x%08" PRIX32
                      "; rlb_module_entry() does not return an rlb_module",
                      m->magic, RLB_MAGIC);
    if (m->abi_major != RLB_ABI_MAJOR)
        return refuse(s,
                      "built for plugin ABI %u.%u, this program has ABI %d.%d; rebuild the plugin "
                      "with this program's headers",
                      m->abi_major, m->abi_minor, RLB_ABI_MAJOR, RLB_ABI_MINOR);
    if (m->min_host_minor > RLB_ABI_MINOR)
        return refuse(s, "needs a host with plugin ABI %u.%u, this program has ABI %d.%d",
                      m->abi_major, m->min_host_minor, RLB_ABI_MAJOR, RLB_ABI_MINOR);
    return check_size(s, m, offsetof(rlb_module, size), MODULE_LEAST, sizeof *m);
}

int module_verify(const rlb_module *m, struct err *e)
{
    struct err spare = ERR_INIT;
    struct subject whole = {.name = "the module", .e = e ? e : &spare};
    size_t algos = 0, envs = 0;
    int status = check_head(&whole, m);
    if (status != OK)
        return status;
    whole.newer = m->abi_minor > RLB_ABI_MINOR;
    status = check_text(&whole, "its build text", m->build, false);
    if (status == OK)
        status = count_list(&whole, "algorithms", (const void *const *)m->algos, &algos);
    if (status == OK)
        status = count_list(&whole, "environments", (const void *const *)m->envs, &envs);
    if (status == OK && algos + envs == 0)
        status = refuse(&whole, "has neither algorithms nor environments");
    for (size_t i = 0; i < algos && status == OK; i++) {
        struct subject s = whole;
        snprintf(s.name, sizeof s.name, "algorithm %zu", i);
        status = check_algo(&s, m->algos[i]);
        for (size_t k = 0; k < i && status == OK; k++)
            if (strcmp(m->algos[i]->id, m->algos[k]->id) == 0)
                status = refuse(&whole, "two algorithms have the id '%s'", m->algos[i]->id);
    }
    for (size_t i = 0; i < envs && status == OK; i++) {
        struct subject s = whole;
        snprintf(s.name, sizeof s.name, "environment %zu", i);
        status = check_env(&s, m->envs[i]);
        for (size_t k = 0; k < i && status == OK; k++)
            if (strcmp(m->envs[i]->id, m->envs[k]->id) == 0)
                status = refuse(&whole, "two environments have the id '%s'", m->envs[i]->id);
    }
    return status;
}
