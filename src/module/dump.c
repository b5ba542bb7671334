/* The dumping child. */
#include "module/dump.h"

#include "base/file.h"
#include "base/num.h"
#include "module/module.h"
#include "module/role.h"
#include "wire/wire.h"
#include "worker/npy.h"
#include "worker/venv.h"
#include <rlbench/interfaces.h>
#include <rlbench/npy.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t most_bytes = (uint64_t)4 << 30; /* of one array */

/* A table of parameters with values. */
struct filled {
    const char *id;
    const rlb_param *params;
    uint32_t stride, n;
    rlb_value *values; /* owned */
};

static struct filled fill_defaults(const char *id, const rlb_param *params, uint32_t stride,
                                   uint32_t n)
{
    struct filled f = {id, params, stride, n, mem_alloc((n + 1) * sizeof(rlb_value))};
    for (uint32_t i = 0; i < n; i++)
        f.values[i] = ((const rlb_param *)host_row(params, stride, i))->def;
    return f;
}

static const rlb_param *find_param(const struct filled *f, const char *name, size_t n, uint32_t *at)
{
    for (*at = 0; *at < f->n; ++*at) {
        const rlb_param *p = host_row(f->params, f->stride, *at);
        if (strlen(p->name) == n && strncmp(p->name, name, n) == 0)
            return p;
    }
    return NULL;
}

static int set_value(struct filled *f, const char *assignment, struct err *e)
{
    char why[500];
    uint32_t at;
    size_t n = strcspn(assignment, "=");
    const rlb_param *p = find_param(f, assignment, n, &at);
    if (!p || assignment[n] == '\0')
        return err_set(e, ERR_DATA, "%s has no parameter '%.*s'", f->id, (int)n, assignment);
    if (param_parse(p, assignment + n + 1, &f->values[at], why, sizeof why))
        return err_set(e, ERR_DATA, "%s.%s %s", f->id, p->name, why);
    return OK;
}

/* ---- files ---- */

struct folder {
    const char *path;
    struct buf *files; /* what was written */
};

static int put(const struct folder *f, const char *name, const uint64_t *shape, size_t rank,
               const double *data, struct err *e)
{
    char *path = mem_printf("%s/%s.npy", f->path, name);
    int status = npy_write(path, RLB_NPY_F64, shape, rank, data, e);
    if (status == OK)
        buf_printf(f->files, "%s\n", path);
    free(path);
    return status;
}

static double *array(const char *name, const uint64_t *shape, size_t rank, struct err *e)
{
    uint64_t items = 1;
    for (size_t i = 0; i < rank; i++)
        if (__builtin_mul_overflow(items, shape[i], &items))
            items = UINT64_MAX / 8;
    double *data = items * 8 <= most_bytes ? calloc(items ? items : 1, sizeof *data) : NULL;
    if (!data)
        err_set(e, ERR_DATA, "%s would take %.3g GiB, more than there is room for", name,
                (double)items * 8 / (double)(1 << 30));
    return data;
}

/* ---- the arrays ---- */

/* P and terminal [H?][S][A][S], R [H?][S][A]; the stage axis only where there is a horizon. */
static int put_transitions(const struct folder *f, void *self, const rlb_model *m, struct err *e)
{
    uint64_t stages = m->horizon ? m->horizon : 1, s_n = m->num_states, a_n = m->num_actions;
    const uint64_t shape[] = {stages, s_n, a_n, s_n};
    size_t skip = m->horizon ? 0 : 1;
    rlb_outcome *o = mem_alloc(((size_t)m->max_outcomes + 1) * sizeof *o);
    double *p = array("P", shape, 4, e), *r = NULL, *end = NULL;
    int status = ERR_DATA;
    if (!p || !(r = array("R", shape, 3, e)) || !(end = array("terminal", shape, 4, e)))
        goto free_all;
    for (uint64_t row = 0; row < stages * s_n * a_n; row++) {
        uint32_t n = m->outcomes(self, (uint32_t)(row / a_n / s_n), (uint32_t)(row / a_n % s_n),
                                 (uint32_t)(row % a_n), o);
        for (uint32_t i = 0; i < n; i++) {
            p[row * s_n + (uint32_t)o[i].next] = o[i].prob;
            end[row * s_n + (uint32_t)o[i].next] = o[i].terminated;
            r[row] += o[i].prob * o[i].reward;
        }
    }
    status = put(f, "P", shape + skip, 4 - skip, p, e);
    if (status == OK)
        status = put(f, "R", shape + skip, 3 - skip, r, e);
    if (status == OK)
        status = put(f, "terminal", shape + skip, 4 - skip, end, e);
free_all:
    free(end);
    free(r);
    free(p);
    free(o);
    return status;
}

static int put_start(const struct folder *f, void *self, const rlb_model *m, struct err *e)
{
    const uint64_t shape[] = {m->num_states};
    double *start = array("start", shape, 1, e);
    if (!start)
        return ERR_DATA;
    m->start(self, start);
    int status = put(f, "start", shape, 1, start, e);
    free(start);
    return status;
}

/* features.npy [S * A][d], rows in the order of R's. */
static int put_features(const struct folder *f, void *self, const rlb_model *m,
                        const rlb_features *phi, struct err *e)
{
    const uint64_t rows = (uint64_t)m->num_states * m->num_actions, shape[] = {rows, phi->dim};
    uint32_t *index = mem_alloc(((size_t)phi->max_nonzero + 1) * sizeof *index);
    double *value = mem_alloc(((size_t)phi->max_nonzero + 1) * sizeof *value);
    double *data = array("features", shape, 2, e);
    int status = ERR_DATA;
    for (uint64_t row = 0; data && row < rows; row++) {
        uint32_t n = phi->row(self, (uint32_t)(row / m->num_actions),
                              (uint32_t)(row % m->num_actions), index, value);
        for (uint32_t i = 0; i < n; i++)
            data[row * phi->dim + index[i]] += value[i];
    }
    if (data)
        status = put(f, "features", shape, 2, data, e);
    free(data);
    free(value);
    free(index);
    return status;
}

/* One environment with these values into one folder. */
static int dump_env(const struct folder *f, const rlb_env *env, const rlb_value *values,
                    struct err *e)
{
    struct host_report report = {.status = RLB_OK};
    struct venv_spec spec = {.env = env, .params = values, .num_lanes = 1, .report = &report};
    struct venv *v = NULL;
    rlb_status made = venv_create(&spec, 0, &v);
    int status = OK;
    char text[1200];
    if (made < 0)
        return err_set(e, ERR_DATA, "%s", host_failure(&report, env->id, made, text, sizeof text));
    const rlb_model *m = env->interface ? env->interface(v->self, RLB_MODEL) : NULL;
    const rlb_features *phi = env->interface ? env->interface(v->self, RLB_FEATURES) : NULL;
    if (!m)
        status = err_set(e, ERR_DATA, "environment %s has no exact model (%s)", env->id, RLB_MODEL);
    if (status == OK)
        status = file_mkdirs(f->path, e);
    if (status == OK)
        status = put_transitions(f, v->self, m, e);
    if (status == OK)
        status = put_start(f, v->self, m, e);
    if (status == OK && phi)
        status = put_features(f, v->self, m, phi, e);
    venv_destroy(v);
    return status;
}

/* ---- clients ---- */

static void describe_values(const struct filled *f, struct buf *out)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const rlb_param *p = host_row(f->params, f->stride, i);
        char text[4096];
        param_format(p, f->values[i], text, sizeof text);
        for (char *c = text; *c; c++)
            if (*c == '\n')
                *c = '|';
        buf_printf(out, "  %s = %s\n", p->name, text);
    }
}

static int dump_clients(const char *out, const rlb_clients *t, const struct filled *algo,
                        const rlb_env *env, const struct filled *filled, struct buf *manifest,
                        struct buf *files, struct err *e)
{
    uint32_t n = t->count(algo->values);
    rlb_override *list = mem_alloc(((size_t)t->max_overrides + 1) * sizeof *list);
    struct filled one = fill_defaults(env->id, env->params, env->param_stride, env->num_params);
    int status = OK;
    buf_printf(manifest, "clients: %" PRIu32 ", each with these changes\n", n);
    for (uint32_t c = 0; c < n && status == OK; c++) {
        char *path = mem_printf("%s/client-%03" PRIu32, out, c);
        uint32_t k = t->overrides(algo->values, c, list), at;
        memcpy(one.values, filled->values, filled->n * sizeof *one.values);
        buf_printf(manifest, "  client-%03" PRIu32 ":", c);
        for (uint32_t i = 0; i < k && i < t->max_overrides && status == OK; i++) {
            char text[200];
            const rlb_param *p = find_param(&one, list[i].name, strlen(list[i].name), &at);
            if (!p) {
                status = err_set(e, ERR_DATA, "%s overrides %s, which %s does not have", algo->id,
                                 list[i].name, env->id);
                break;
            }
            one.values[at] = list[i].value;
            param_format(p, list[i].value, text, sizeof text);
            buf_printf(manifest, " %s = %s", p->name, text);
        }
        buf_putc(manifest, '\n');
        if (status == OK)
            status = dump_env(&(struct folder){path, files}, env, one.values, e);
        free(path);
    }
    free(one.values);
    free(list);
    return status;
}

static const char layout[] =
    "P.npy         [S, A, S]  probability of the next state (with a horizon: [H, S, A, S])\n"
    "R.npy         [S, A]     expected reward\n"
    "terminal.npy  [S, A, S]  1 where that transition ends the episode: the value of the next\n"
    "                         state then does not count\n"
    "start.npy     [S]        distribution of the first state\n"
    "features.npy  [S * A, d] features of state and action, row s * A + a; where there are any\n"
    "All are float64 in C order.\n";

static int dump_all(const char *out, const rlb_env *env, const struct filled *env_values,
                    const rlb_algo *algo, const struct filled *algo_values, struct buf *files,
                    struct err *e)
{
    struct buf manifest = {0};
    const rlb_clients *t = algo && algo->interface ? algo->interface(NULL, RLB_CLIENTS) : NULL;
    buf_printf(&manifest, "environment %s, version %s\n", env->id, env->version);
    describe_values(env_values, &manifest);
    if (algo) {
        buf_printf(&manifest, "algorithm %s, version %s\n", algo->id, algo->version);
        describe_values(algo_values, &manifest);
    }
    int status = file_mkdirs(out, e);
    if (status == OK)
        status = t ? dump_clients(out, t, algo_values, env, env_values, &manifest, files, e)
                   : dump_env(&(struct folder){out, files}, env, env_values->values, e);
    buf_printf(&manifest, "\n%s", layout);
    if (status == OK) {
        char *path = mem_printf("%s/MANIFEST.txt", out);
        status = file_write_atomic(path, manifest.data, manifest.len, e);
        if (status == OK)
            buf_printf(files, "%s\n", path);
        free(path);
    }
    buf_finish(&manifest);
    return status;
}

/* ---- the role ---- */

static int open_env(const char *path, const char *id, const rlb_env **out, struct err *e)
{
    const rlb_module *m;
    int status = module_open(path, &m, e);
    if (status == OK && !(*out = module_env(m, id)))
        status = err_set(e, ERR_PLUGIN, "%s: has no environment %s", path, id);
    return status;
}

static int open_algo(const char *path, const char *id, const rlb_algo **out, struct err *e)
{
    const rlb_module *m;
    int status = module_open(path, &m, e);
    if (status == OK && !(*out = module_algo(m, id)))
        status = err_set(e, ERR_PLUGIN, "%s: has no algorithm %s", path, id);
    return status;
}

static int work(int argc, char **argv, struct buf *files, struct err *e)
{
    int64_t count;
    const rlb_env *env = NULL;
    const rlb_algo *algo = NULL;
    struct filled env_values = {.id = NULL}, algo_values = {.id = NULL};
    if (argc < 4 || num_parse_int(argv[1], &count) || count < 0 || count > argc - 4)
        return err_set(e, ERR_USAGE, "--dump is started by rlbench envs dump");
    int status = open_env(argv[2], argv[3], &env, e);
    if (status != OK)
        return status;
    env_values = fill_defaults(env->id, env->params, env->param_stride, env->num_params);
    int at = 4;
    for (; at < 4 + count && status == OK; at++)
        status = set_value(&env_values, argv[at], e);
    if (status == OK && argc - at >= 2) {
        status = open_algo(argv[at], argv[at + 1], &algo, e);
        if (status == OK)
            algo_values =
                fill_defaults(algo->id, algo->params, algo->param_stride, algo->num_params);
        for (at += 2; at < argc && status == OK; at++)
            status = set_value(&algo_values, argv[at], e);
    }
    if (status == OK)
        status = dump_all(argv[0], env, &env_values, algo, &algo_values, files, e);
    free(env_values.values);
    free(algo_values.values);
    return status;
}

int dump_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct buf files = {0}, frame = {0};
    role_limit(0, 0);
    int status = work(argc, argv, &files, &e);
    /* REFUSED with code OK carries the list of files. */
    wire_encode(&frame, WIRE_REFUSED,
                &(struct wire_refused){(uint32_t)status, status == OK ? buf_text(&files) : e.text});
    role_answer(frame.data, frame.len);
    _exit(status);
}
