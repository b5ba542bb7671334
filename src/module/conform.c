/* The checker's child: which checks there are, one after the other. */
#include "module/conform_check.h"

#include "base/num.h"
#include "base/sysinfo.h"
#include "module/module.h"
#include "module/role.h"
#include "wire/wire.h"

#include <malloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 3, 0))) static enum conform_verdict
answer(struct conform *c, enum conform_verdict v, const char *fmt, va_list ap)
{
    vsnprintf(c->text, sizeof c->text, fmt, ap);
    return v;
}

#define VERDICT(name, value)                                                                       \
    enum conform_verdict name(struct conform *c, const char *fmt, ...)                             \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, fmt);                                                                         \
        enum conform_verdict v = answer(c, value, fmt, ap);                                        \
        va_end(ap);                                                                                \
        return v;                                                                                  \
    }
VERDICT(conform_ok, CONFORM_OK)
VERDICT(conform_fail, CONFORM_FAIL)
VERDICT(conform_skip, CONFORM_SKIP)

/* ---- helpers of all checks ---- */

rlb_value *conform_defaults(const rlb_param *params, uint32_t stride, uint32_t n)
{
    rlb_value *values = mem_alloc((n + 1) * sizeof *values);
    for (uint32_t i = 0; i < n; i++)
        values[i] = ((const rlb_param *)host_row(params, stride, i))->def;
    return values;
}

static void add_number(const rlb_param *p, double x, rlb_value *out, size_t *n)
{
    rlb_value v = {.i = 0};
    if (!isfinite(x) || x < p->min || x > p->max || *n == CONFORM_VALUES)
        return;
    if (p->type == RLB_T_REAL)
        v.r = x;
    else
        v.i = x >= 0x1p63 ? INT64_MAX : (int64_t)x;
    out[(*n)++] = v;
}

size_t conform_values(const rlb_param *p, rlb_value *out)
{
    size_t n = 0;
    double def = p->type == RLB_T_REAL ? p->def.r : (double)p->def.i;
    switch (p->type) {
    case RLB_T_BOOL: out[n++].i = !p->def.i; break;
    case RLB_T_ENUM:
        for (int64_t i = 0; p->choices[i] && n < CONFORM_VALUES; i++)
            if (i != p->def.i)
                out[n++].i = i;
        break;
    case RLB_T_INT:
        add_number(p, p->min, out, &n);
        add_number(p, p->max, out, &n);
        add_number(p, def + 1, out, &n);
        add_number(p, def - 1, out, &n);
        break;
    case RLB_T_REAL:
        add_number(p, p->min, out, &n);
        add_number(p, p->max, out, &n);
        add_number(p, def ? def * 0.9 : 0.1, out, &n);
        add_number(p, def ? def * 1.1 : -0.1, out, &n);
        break;
    default: out[n++].s = ""; break;
    }
    return n;
}

bool conform_has_sentence(const char *text)
{
    return text[0] && !strstr(text, "failed without a sentence");
}

struct conform_memory conform_memory_now(void)
{
    malloc_trim(0);
    return (struct conform_memory){mallinfo2().uordblks + mallinfo2().hblkhd,
                                   (size_t)sysinfo_rss_bytes()};
}

const char *conform_growth(const struct conform_memory m[3], size_t slack, char *out, size_t size)
{
    const size_t rss_slack = 512 << 10;
    bool heap = true, rss = true;
    for (int i = 1; i < 3; i++) {
        heap = heap && m[i].heap > m[i - 1].heap + slack;
        rss = rss && m[i].rss > m[i - 1].rss + rss_slack;
    }
    if (!heap && !rss)
        return NULL;
    snprintf(out, size, "memory in use grows: %.1f, %.1f, %.1f KiB",
             (double)(heap ? m[0].heap : m[0].rss) / 1024,
             (double)(heap ? m[1].heap : m[1].rss) / 1024,
             (double)(heap ? m[2].heap : m[2].rss) / 1024);
    return out;
}

const char *conform_frame_fault(const rlb_frame *f, uint32_t declared_kind)
{
    uint64_t cells = (uint64_t)f->rows * f->cols;
    if (f->kind != declared_kind)
        return "its kind is not the one in the table";
    if (f->kind == RLB_VIEW_TEXT)
        return f->text ? NULL : "it has no text";
    if (cells > (1u << 24))
        return "it has more than 16 million cells";
    if (cells > 0 && !f->a)
        return "it has rows and columns but no values";
    if ((f->kind == RLB_VIEW_ARROWS || f->kind == RLB_VIEW_SCATTER) && cells > 0 && !f->b)
        return "it has only one of two coordinates";
    double sum = 0; /* touches every value */
    for (uint64_t i = 0; f->a && i < cells; i++)
        sum += f->a[i];
    return sum == INFINITY ? "a value is infinite" : NULL;
}

/* ---- silence: standard output and error of all children are one file ---- */

static enum conform_verdict check_silence(struct conform *c)
{
    char said[80];
    struct stat st;
    fflush(NULL);
    if (fstat(STDOUT_FILENO, &st) < 0 || st.st_size == 0)
        return conform_ok(c, "nothing was printed");
    ssize_t n = pread(STDOUT_FILENO, said, sizeof said - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    for (char *p = said; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '.';
    if (ftruncate(STDOUT_FILENO, 0) < 0)
        return conform_skip(c, "the captured output cannot be cleared");
    return conform_fail(c, "printed %lld bytes, beginning with '%s'", (long long)st.st_size, said);
}
static const struct conform_check silence = {"silent", check_silence, false};

/* ---- the list ---- */

struct lister {
    uint32_t next, first; /* number of the next check; the first to make */
    const char *dead;     /* plugin whose checks are not made any more, "": none */
};

static void tell(uint32_t index, enum conform_verdict v, const char *plugin, const char *name,
                 const char *text)
{
    struct buf frame = {0};
    wire_encode(&frame, WIRE_CHECK, &(struct wire_check){index, v, plugin, name, text});
    if (!role_answer(frame.data, frame.len))
        _exit(ERR_IO);
    buf_finish(&frame);
}

static void one(struct lister *l, struct conform *c, const struct conform_check *check,
                const char *plugin, bool dead)
{
    char name[160];
    const rlb_param *params = c->algo ? c->algo->params : c->env->params;
    uint32_t stride = c->algo ? c->algo->param_stride : c->env->param_stride;
    uint32_t index = l->next++;
    if (index < l->first)
        return;
    snprintf(name, sizeof name, "%s%s", check->name,
             check->per_param ? ((const rlb_param *)host_row(params, stride, c->index))->name : "");
    if (dead && check != &silence) {
        tell(index, CONFORM_SKIP, plugin, name, "not made after that");
        return;
    }
    tell(index, CONFORM_BEGUN, plugin, name, "");
    c->text[0] = '\0';
    c->err = (struct err)ERR_INIT;
    enum conform_verdict v = check->run(c);
    fflush(NULL);
    tell(index, v, plugin, name, c->text);
}

static void all(struct lister *l, struct conform *c)
{
    char name[100];
    const struct conform_check *checks = c->algo ? conform_algo_checks : conform_env_checks;
    uint32_t num_params = c->algo ? c->algo->num_params : c->env->num_params;
    const rlb_param *params = c->algo ? c->algo->params : c->env->params;
    uint32_t stride = c->algo ? c->algo->param_stride : c->env->param_stride;
    snprintf(name, sizeof name, "%s %s", c->algo ? "algorithm" : "environment",
             c->algo ? c->algo->id : c->env->id);
    c->params = conform_defaults(params, stride, num_params);
    for (; checks->name; checks++)
        for (c->index = 0; c->index < (checks->per_param ? num_params : 1); c->index++)
            one(l, c, checks, name, strcmp(l->dead, name) == 0);
    one(l, c, &silence, name, false);
    free(c->params);
}

/* Environments named on the command line and those of the module itself. */
static struct world *load_worlds(const rlb_module *m, int argc, char **argv, size_t *num)
{
    VEC(struct world) worlds = {0};
    for (const rlb_env *const *v = m->envs; *v; v++)
        vec_push(&worlds, ((struct world){.env = *v}));
    for (int i = 0; i + 1 < argc; i += 2) {
        const rlb_module *other;
        const rlb_env *env =
            module_open(argv[i], &other, NULL) == OK ? module_env(other, argv[i + 1]) : NULL;
        if (env)
            vec_push(&worlds, ((struct world){.env = env}));
    }
    for (size_t i = 0; i < worlds.len; i++)
        worlds.data[i].params =
            conform_defaults(worlds.data[i].env->params, worlds.data[i].env->param_stride,
                             worlds.data[i].env->num_params);
    *num = worlds.len;
    return worlds.data;
}

static void check_module(const rlb_module *m, struct lister *l, int argc, char **argv)
{
    size_t num_worlds, algos = 0, envs = 0;
    struct world *worlds = load_worlds(m, argc, argv, &num_worlds);
    while (m->algos[algos])
        algos++;
    while (m->envs[envs])
        envs++;
    if (l->next++ >= l->first) {
        char text[100];
        snprintf(text, sizeof text, "algorithms: %zu, environments: %zu", algos, envs);
        tell(0, CONFORM_OK, "", "tables", text);
    }
    for (size_t i = 0; i < algos; i++)
        all(l, &(struct conform){.algo = m->algos[i], .worlds = worlds, .num_worlds = num_worlds});
    for (size_t i = 0; i < envs; i++)
        all(l, &(struct conform){.env = m->envs[i]});
}

int conform_main(int argc, char **argv)
{
    int64_t first;
    if (argc < 3 || num_parse_int(argv[1], &first))
        return ERR_USAGE;
    role_limit(0, (uint64_t)16 << 30);
    struct err e = ERR_INIT;
    struct buf frame = {0};
    const rlb_module *m;
    if (module_open(argv[0], &m, &e) != OK)
        tell(0, CONFORM_FAIL, "", "tables", e.text);
    else
        check_module(m, &(struct lister){.first = (uint32_t)first, .dead = argv[2]}, argc - 3,
                     argv + 3);
    wire_encode(&frame, WIRE_CHECKED, NULL);
    role_answer(frame.data, frame.len);
    _exit(OK);
}
