#include "worker/job.h"

#include "base/file.h"
#include "module/module.h"
#include "module/registry.h"
#include "worker/host.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static struct wire_bytes copy_bytes(struct arena *a, struct wire_bytes b)
{
    char *copy = arena_alloc(a, b.len + 1);
    if (b.len)
        memcpy(copy, b.data, b.len);
    return (struct wire_bytes){copy, b.len};
}

void job_init(struct job *j, const struct wire_job *msg)
{
    *j = (struct job){.msg = *msg};
    struct arena *a = &j->arena;
    const char **const texts[] = {&j->msg.uid,         &j->msg.algo_path, &j->msg.algo,
                                  &j->msg.env_path,    &j->msg.env,       &j->msg.folder,
                                  &j->msg.resume_from, &j->msg.dataset,   &j->msg.dataset_sha256};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_strdup(a, *texts[i] ? *texts[i] : "");
    j->msg.algo_params = copy_bytes(a, msg->algo_params);
    j->msg.env_params = copy_bytes(a, msg->env_params);
    j->msg.eval_worlds = copy_bytes(a, msg->eval_worlds);
}

void job_finish(struct job *j)
{
    rlb_dataset_close(&j->dataset);
    arena_finish(&j->arena);
}

int job_load(struct job *j, struct err *e)
{
    const rlb_module *module;
    int status = module_open(j->msg.algo_path, &module, e);
    if (status != OK)
        return status;
    j->algo = module_algo(module, j->msg.algo);
    if (!j->algo)
        return err_set(e, ERR_PLUGIN, "%s has no algorithm '%s'", j->msg.algo_path, j->msg.algo);
    if (j->msg.env[0] == '\0')
        return OK;
    status = module_open(j->msg.env_path, &module, e);
    if (status != OK)
        return status;
    j->env = module_env(module, j->msg.env);
    if (!j->env)
        return err_set(e, ERR_PLUGIN, "%s has no environment '%s'", j->msg.env_path, j->msg.env);
    return OK;
}

int job_open_dataset(struct job *j, struct err *e)
{
    const char *path = j->msg.dataset, *sha256 = j->msg.dataset_sha256;
    rlb_fault why;
    if (!*path)
        return OK;
    rlb_status status = rlb_dataset_open(path, &j->dataset, &why);
    if (status == RLB_E_IO)
        return err_set(e, why.os_error == ENOENT ? ERR_NOINPUT : ERR_IO, "the dataset %s%s",
                       why.text,
                       why.os_error == ENOMEM ? "; it must fit into limits.memory as well" : "");
    if (status == RLB_OK && *sha256 && strcmp(j->dataset.data.sha256, sha256) != 0)
        return err_set(e, ERR_DATA,
                       "the dataset %s is another one now: its digest is %.12s, that of this run "
                       "%.12s",
                       path, j->dataset.data.sha256, sha256);
    if (status == RLB_OK)
        status = rlb_dataset_verify(path, &j->dataset, &why);
    return status == RLB_OK ? OK : err_set(e, ERR_DATA, "the dataset %s", why.text);
}

/* One plugin's parameter table. */
struct table {
    const char *id, *version;
    const rlb_param *params;
    uint32_t num, stride;
};

static const rlb_param *row(const struct table *t, uint32_t i)
{
    return host_row(t->params, t->stride, i);
}

static int parse_one(const struct table *t, const char *key, const char *text, rlb_value *values,
                     struct err *e)
{
    char why[300];
    for (uint32_t i = 0; i < t->num; i++) {
        if (strcmp(row(t, i)->name, key) != 0)
            continue;
        const char *fault = param_parse(row(t, i), text, &values[i], why, sizeof why);
        return fault ? err_set(e, ERR_DATA, "%s: parameter %s %s", t->id, key, fault) : OK;
    }
    return err_set(e, ERR_DATA, "%s has no parameter '%s'", t->id, key);
}

/* Defaults, then the job's "key", "text" pairs over them. */
static int parse_params(struct job *j, const struct table *t, struct wire_bytes texts,
                        rlb_value **out, struct err *e)
{
    if (!wire_texts_valid(texts))
        return err_set(e, ERR_INTERNAL, "the job's parameters of %s are damaged", t->id);
    rlb_value *values = arena_alloc(&j->arena, (t->num + 1) * sizeof *values);
    for (uint32_t i = 0; i < t->num; i++)
        values[i] = row(t, i)->def;
    int status = OK;
    for (const char *key = wire_text_next(texts, NULL); key && status == OK;) {
        const char *text = wire_text_next(texts, key);
        if (!text)
            return err_set(e, ERR_INTERNAL, "the job's parameter %s has no value", key);
        status = parse_one(t, key, text, values, e);
        key = wire_text_next(texts, text);
    }
    *out = values;
    return status;
}

/* "world", "key", "text" triples; those of one world stand together. */
static int parse_worlds(struct job *j, const struct table *t, struct err *e)
{
    struct wire_bytes texts = j->msg.eval_worlds;
    int status = OK;
    size_t most = 0;
    if (!wire_texts_valid(texts))
        return err_set(e, ERR_INTERNAL, "the job's evaluation worlds are damaged");
    for (const char *s = wire_text_next(texts, NULL); s; s = wire_text_next(texts, s))
        most++;
    j->worlds = arena_alloc(&j->arena, (most / 3 + 1) * sizeof *j->worlds);
    const char *name = wire_text_next(texts, NULL);
    while (name && status == OK) {
        const char *key = wire_text_next(texts, name),
                   *text = key ? wire_text_next(texts, key) : NULL;
        if (!text)
            return err_set(e, ERR_INTERNAL, "the job's evaluation world %s is cut off", name);
        struct job_world *w = j->num_worlds ? &j->worlds[j->num_worlds - 1] : NULL;
        if (!w || strcmp(w->name, name) != 0) {
            w = &j->worlds[j->num_worlds++];
            *w = (struct job_world){name, arena_alloc(&j->arena, (t->num + 1) * sizeof(rlb_value))};
            memcpy(w->values, j->env_values, t->num * sizeof(rlb_value));
        }
        status = parse_one(t, key, text, w->values, e);
        name = wire_text_next(texts, text);
    }
    return status;
}

static void hash_params(struct buf *b, const struct table *t, const rlb_value *values)
{
    char text[4096];
    buf_printf(b, "%s %s\n", t->id, t->version);
    for (uint32_t i = 0; i < t->num; i++)
        buf_printf(b, "%s=%s\n", row(t, i)->name,
                   param_format(row(t, i), values[i], text, sizeof text));
}

int job_resolve(struct job *j, struct err *e)
{
    const rlb_algo *algo = j->algo;
    const struct table a = {algo->id, algo->version, algo->params, algo->num_params,
                            algo->param_stride};
    struct buf text = {0};
    int status = parse_params(j, &a, j->msg.algo_params, &j->algo_values, e);
    if (status != OK)
        return status;
    hash_params(&text, &a, j->algo_values);
    if (j->env) {
        const struct table v = {j->env->id, j->env->version, j->env->params, j->env->num_params,
                                j->env->param_stride};
        status = parse_params(j, &v, j->msg.env_params, &j->env_values, e);
        if (status == OK)
            hash_params(&text, &v, j->env_values);
        if (status == OK)
            status = parse_worlds(j, &v, e);
    }
    buf_printf(&text, "seed=%" PRIu64 " lanes=%" PRIu32 " time_limit=%" PRIu32 "\n", j->msg.seed,
               j->msg.lanes, j->msg.time_limit);
    if (j->dataset.data.size)
        buf_printf(&text, "dataset=%s\n", j->dataset.data.sha256);
    file_sha256_bytes(text.data, text.len, j->hash);
    buf_finish(&text);
    return status;
}
