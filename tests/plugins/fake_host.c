#include "plugins/fake_host.h"

#include <rlbench/rng.h>

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake_venv {
    rlb_venv table;
    struct fake_run *run;
    const rlb_env *env;
    rlb_value *values;
    void *self;
    rlb_batch batch;
    uint64_t *age; /* [L] steps of the running episode */
    uint32_t time_limit;
    size_t obs_bytes;
};

const char *fake_hidden;
const char *fake_module;
uint32_t fake_time_limit;

static void give_up(const char *what, const char *name)
{
    fprintf(stderr, "fake host: %s: %s\n", what, name);
    exit(99);
}

static void *need(void *p)
{
    if (!p)
        give_up("out of", "memory");
    return p;
}

static const void *row(const void *rows, uint32_t stride, uint32_t i)
{
    return (const char *)rows + (size_t)stride * i;
}

/* ---------------------------------------------------------------- modules and parameters */

static const rlb_module *load_module(const char *id)
{
    char path[4096];
    const char *folder = getenv("RLBENCH_PLUGIN_PATH");
    snprintf(path, sizeof path, "%s/%s.so", folder ? folder : "plugins/.libs", id);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        give_up("cannot load", dlerror());
    void *symbol = dlsym(handle, "rlb_module_entry");
    if (!symbol)
        give_up("no rlb_module_entry in", path);
    rlb_entry_fn entry;
    memcpy(&entry, &symbol, sizeof entry);
    return entry();
}

const rlb_algo *fake_algo(const char *id)
{
    const rlb_module *m = load_module(id);
    for (size_t i = 0; m->algos[i]; i++)
        if (strcmp(m->algos[i]->id, id) == 0)
            return m->algos[i];
    give_up("no algorithm", id);
    return NULL;
}

const rlb_env *fake_env(const char *id)
{
    const rlb_module *m = load_module(fake_module ? fake_module : id);
    for (size_t i = 0; m->envs[i]; i++)
        if (strcmp(m->envs[i]->id, id) == 0)
            return m->envs[i];
    give_up("no environment", id);
    return NULL;
}

static uint32_t find_param(const rlb_param *params, uint32_t n, uint32_t stride, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(((const rlb_param *)row(params, stride, i))->name, name) == 0)
            return i;
    return n;
}

static rlb_value parse_value(const rlb_param *p, const char *text)
{
    rlb_value v = {.i = 0};
    if (p->type == RLB_T_REAL) {
        v.r = strtod(text, NULL);
    } else if (p->type == RLB_T_STR) {
        v.s = text;
    } else if (p->type == RLB_T_ENUM) {
        while (p->choices[v.i] && strcmp(p->choices[v.i], text) != 0)
            v.i++;
        if (!p->choices[v.i])
            give_up("no such choice", text);
    } else {
        v.i = strtoll(text, NULL, 10);
    }
    return v;
}

rlb_value *fake_values(const rlb_param *params, uint32_t n, uint32_t stride, const char *set)
{
    /* The words, cut up, lie behind the values: strings point there and go with them. */
    rlb_value *values = need(calloc(1, (n + 1) * sizeof *values + strlen(set) + 1));
    char *rest = strcpy((char *)(values + n + 1), set);
    for (uint32_t i = 0; i < n; i++)
        values[i] = ((const rlb_param *)row(params, stride, i))->def;
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        char *equals = strchr(word, '=');
        if (!equals)
            give_up("no = in", word);
        *equals = 0;
        uint32_t i = find_param(params, n, stride, word);
        if (i == n)
            give_up("no parameter", word);
        values[i] = parse_value(row(params, stride, i), equals + 1);
    }
    return values;
}

/* ---------------------------------------------------------------- the host table */

static RLB_PRINTF(3, 4) rlb_status
    host_fail(const rlb_host *h, rlb_status status, const char *fmt, ...)
{
    struct fake_run *r = h->ctx;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(r->failure, sizeof r->failure, fmt, ap);
    va_end(ap);
    return status;
}

static RLB_PRINTF(3, 4) void host_log(const rlb_host *h, int32_t level, const char *fmt, ...)
{
    struct fake_run *r = h->ctx;
    size_t used = strlen(r->log);
    va_list ap;
    (void)level;
    va_start(ap, fmt);
    vsnprintf(r->log + used, sizeof r->log - used, fmt, ap);
    va_end(ap);
    used = strlen(r->log);
    snprintf(r->log + used, sizeof r->log - used, "\n");
}

static void *host_alloc(const rlb_host *h, size_t bytes)
{
    struct fake_run *r = h->ctx;
    size_t rounded = (bytes + 63) / 64 * 64 + 64;
    void *block = need(aligned_alloc(64, rounded));
    memset(block, 0, rounded);
    r->blocks = need(realloc(r->blocks, (r->num_blocks + 1) * sizeof *r->blocks));
    return r->blocks[r->num_blocks++] = block;
}

static void host_metric(const rlb_host *h, uint32_t index, double value)
{
    struct fake_run *r = h->ctx;
    if (!r->algo || index >= r->algo->num_metrics)
        give_up("metric", "index out of range");
    r->metrics[index].count++;
    r->metrics[index].sum += value;
    r->metrics[index].last = value;
}

static const void *host_interface(const rlb_host *h, const char *id)
{
    (void)h;
    (void)id;
    return NULL;
}

/* ---------------------------------------------------------------- the vectorised environment */

static size_t space_bytes(const rlb_space *s)
{
    return s->kind == RLB_SPACE_NONE ? 0 : (size_t)s->width * (s->dtype == RLB_U8 ? 1 : 4);
}

static void *slab(struct fake_run *r, size_t bytes)
{
    return bytes ? host_alloc(&r->host, bytes) : NULL;
}

static rlb_status venv_reset(rlb_venv *table, uint64_t seed)
{
    struct fake_venv *v = table->ctx;
    for (uint32_t lane = 0; lane < table->num_lanes; lane++) {
        uint64_t lane_seed = rlb_rng_derive(seed, lane);
        rlb_status status = v->env->reset(v->self, lane, &lane_seed);
        if (status != RLB_OK)
            return status;
        v->age[lane] = 0;
    }
    return RLB_OK;
}

static rlb_status venv_step(rlb_venv *table, const void *actions)
{
    struct fake_venv *v = table->ctx;
    uint32_t lanes = table->num_lanes;
    v->batch.actions = actions;
    memset(v->batch.terminated, 0, lanes);
    memset(v->batch.truncated, 0, lanes);
    memset(v->batch.success, 0, lanes);
    rlb_status status = v->env->step(v->self, 0, lanes);
    for (uint32_t lane = 0; status == RLB_OK && lane < lanes; lane++) {
        v->age[lane]++;
        if (v->time_limit && v->age[lane] >= v->time_limit && !v->batch.terminated[lane])
            v->batch.truncated[lane] = 1;
        if (!v->batch.terminated[lane] && !v->batch.truncated[lane])
            continue;
        memcpy((char *)v->batch.final_obs + lane * v->obs_bytes,
               (char *)v->batch.obs + lane * v->obs_bytes, v->obs_bytes);
        status = v->env->reset(v->self, lane, NULL);
        v->age[lane] = 0;
    }
    return status;
}

static const void *venv_interface(rlb_venv *table, const char *id, void **self)
{
    struct fake_venv *v = table->ctx;
    *self = v->self;
    if (!v->env->interface || (fake_hidden && strcmp(id, fake_hidden) == 0))
        return NULL;
    return v->env->interface(v->self, id);
}

/* values become the environment's. */
static rlb_status venv_create(struct fake_run *r, rlb_value *values, uint32_t lanes, uint64_t seed,
                              struct fake_venv **out)
{
    struct fake_venv *v = host_alloc(&r->host, sizeof *v);
    rlb_env_spaces spaces = {.size = sizeof spaces};
    rlb_env_setup setup = {.size = sizeof setup, .num_lanes = lanes, .params = values};
    rlb_status status = r->env->spaces(&r->host, values, &spaces);
    if (status == RLB_OK)
        status = r->env->create(&r->host, &setup, &v->self);
    if (status != RLB_OK) {
        free(values);
        return status;
    }
    uint32_t agents = spaces.num_agents;
    v->run = r;
    v->env = r->env;
    v->values = values;
    v->time_limit = fake_time_limit ? fake_time_limit : spaces.time_limit;
    v->obs_bytes = space_bytes(&spaces.obs) * agents;
    v->age = host_alloc(&r->host, lanes * sizeof *v->age);
    v->batch = (rlb_batch){
        .size = sizeof v->batch,
        .num_lanes = lanes,
        .num_agents = agents,
        .obs = slab(r, lanes * v->obs_bytes),
        .final_obs = slab(r, lanes * v->obs_bytes),
        .state = slab(r, lanes * space_bytes(&spaces.state)),
        .final_state = slab(r, lanes * space_bytes(&spaces.state)),
        .rewards = slab(r, (size_t)lanes * agents * sizeof(float)),
        .alive = slab(r, (size_t)lanes * agents),
        .action_mask =
            spaces.has_action_mask ? slab(r, (size_t)lanes * agents * (size_t)spaces.act.n) : NULL,
        .terminated = slab(r, lanes),
        .truncated = slab(r, lanes),
        .success = slab(r, lanes)};
    memset(v->batch.alive, 1, (size_t)lanes * agents);
    v->table = (rlb_venv){.size = sizeof v->table,
                          .num_lanes = lanes,
                          .num_agents = agents,
                          .ctx = v,
                          .obs = spaces.obs,
                          .act = spaces.act,
                          .state = spaces.state,
                          .batch = &v->batch,
                          .reset = venv_reset,
                          .step = venv_step,
                          .interface = venv_interface};
    r->made = need(realloc(r->made, (r->num_made + 1) * sizeof(void *)));
    r->made[r->num_made++] = *out = v;
    status = r->env->bind(v->self, &v->batch);
    return status == RLB_OK ? venv_reset(&v->table, seed) : status;
}

static rlb_status host_make_env(const rlb_host *h, const rlb_override *overrides, uint32_t n,
                                uint32_t lanes, uint64_t seed, uint32_t counts, rlb_venv **out)
{
    struct fake_run *r = h->ctx;
    const rlb_env *env = r->env;
    rlb_value *values = need(calloc(env->num_params + 1, sizeof *values));
    struct fake_venv *v;
    (void)counts;
    memcpy(values, r->env_values, env->num_params * sizeof *values);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t p = find_param(env->params, env->num_params, env->param_stride, overrides[i].name);
        if (p == env->num_params) {
            free(values);
            return host_fail(h, RLB_E_INVAL, "%s has no parameter %s", env->id, overrides[i].name);
        }
        values[p] = overrides[i].value;
    }
    rlb_status status = venv_create(r, values, lanes, seed, &v);
    if (status == RLB_OK)
        *out = &v->table;
    return status;
}

/* ---------------------------------------------------------------- runs */

rlb_status fake_start_env(struct fake_run *r, const char *env, const char *env_set, uint32_t lanes,
                          uint64_t seed)
{
    struct fake_venv *v;
    memset(r, 0, sizeof *r);
    r->host = (rlb_host){.size = sizeof r->host,
                         .abi_major = RLB_ABI_MAJOR,
                         .abi_minor = RLB_ABI_MINOR,
                         .ctx = r,
                         .fail = host_fail,
                         .log = host_log,
                         .alloc = host_alloc,
                         .metric = host_metric,
                         .make_env = host_make_env,
                         .interface = host_interface};
    r->seed = seed;
    r->env = fake_env(env);
    r->env_values = fake_values(r->env->params, r->env->num_params, r->env->param_stride, env_set);
    rlb_value *values = need(calloc(r->env->num_params + 1, sizeof *values));
    memcpy(values, r->env_values, r->env->num_params * sizeof *values);
    rlb_status status = venv_create(r, values, lanes, rlb_rng_derive(seed, 1), &v);
    if (status == RLB_OK)
        r->world = &v->table;
    return status;
}

rlb_status fake_start(struct fake_run *r, const char *algo, const char *algo_set, const char *env,
                      const char *env_set, uint32_t lanes, uint64_t seed, uint64_t total_steps)
{
    rlb_status status = fake_start_env(r, env, env_set, lanes, seed);
    if (status != RLB_OK)
        return status;
    r->algo = fake_algo(algo);
    r->algo_values =
        fake_values(r->algo->params, r->algo->num_params, r->algo->param_stride, algo_set);
    r->metrics = need(calloc(r->algo->num_metrics + 1, sizeof *r->metrics));
    rlb_algo_setup setup = {.size = sizeof setup,
                            .params = r->algo_values,
                            .env = r->world,
                            .seed = seed,
                            .total_steps = total_steps};
    return r->algo->create(&r->host, &setup, &r->self);
}

void fake_finish(struct fake_run *r)
{
    if (r->self)
        r->algo->destroy(r->self);
    for (size_t i = 0; i < r->num_made; i++) {
        r->env->destroy(r->made[i]->self);
        free(r->made[i]->values);
    }
    for (size_t i = 0; i < r->num_blocks; i++)
        free(r->blocks[i]);
    free(r->blocks);
    free(r->made);
    free(r->metrics);
    free(r->algo_values);
    free(r->env_values);
}

rlb_status fake_step(struct fake_run *r, uint64_t n, uint64_t slice)
{
    for (uint64_t end = r->steps + n; r->steps < end;) {
        uint64_t left = end - r->steps;
        rlb_budget budget = {.size = sizeof budget,
                             .max_steps = slice && slice < left ? slice : left};
        rlb_status status = r->algo->step(r->self, &budget, &r->steps);
        if (status != RLB_OK)
            return status;
    }
    return RLB_OK;
}

rlb_status fake_measure(struct fake_run *r)
{
    return r->algo->measure ? r->algo->measure(r->self) : RLB_OK;
}

void fake_clear_metrics(struct fake_run *r)
{
    memset(r->metrics, 0, r->algo->num_metrics * sizeof *r->metrics);
}

const struct fake_metric *fake_metric(const struct fake_run *r, const char *name)
{
    for (uint32_t i = 0; i < r->algo->num_metrics; i++) {
        const rlb_metric *m = row(r->algo->metrics, r->algo->metric_stride, i);
        if (strcmp(m->name, name) == 0)
            return &r->metrics[i];
    }
    give_up("no metric", name);
    return NULL;
}

rlb_status fake_set(struct fake_run *r, const char *name, const char *value)
{
    const rlb_algo *a = r->algo;
    uint32_t i = find_param(a->params, a->num_params, a->param_stride, name);
    if (i == a->num_params)
        give_up("no parameter", name);
    return a->set_param(r->self, i, parse_value(row(a->params, a->param_stride, i), value));
}

rlb_result fake_result(struct fake_run *r, const char *name)
{
    const rlb_results *results = r->algo->interface(r->self, RLB_RESULTS);
    rlb_result out;
    for (uint32_t i = 0; results && i < results->count; i++)
        if (results->get(r->self, i, &out) == RLB_OK && strcmp(out.name, name) == 0)
            return out;
    give_up("no result", name);
    return out;
}

rlb_status fake_view(struct fake_run *r, const char *name, rlb_frame *out)
{
    *out = (rlb_frame){.size = sizeof *out, .lo = NAN, .hi = NAN};
    for (uint32_t i = 0; i < r->algo->num_views; i++) {
        const rlb_view *v = row(r->algo->views, r->algo->view_stride, i);
        if (strcmp(v->name, name) == 0)
            return r->algo->view(r->self, i, out);
    }
    give_up("no view", name);
    return RLB_E_INVAL;
}

/* ---------------------------------------------------------------- checkpoints in memory */

static void append(struct fake_bytes *b, const void *bytes, size_t n)
{
    b->bytes = need(realloc(b->bytes, b->size + n + 1));
    if (n)
        memcpy(b->bytes + b->size, bytes, n);
    b->size += n;
}

static rlb_status put(rlb_writer *w, uint32_t tag, const void *bytes, size_t n)
{
    uint64_t length = n;
    append(w->ctx, &tag, sizeof tag);
    append(w->ctx, &length, sizeof length);
    append(w->ctx, bytes, n);
    return RLB_OK;
}

static rlb_status peek(rlb_reader *r, uint32_t *tag, size_t *n)
{
    const struct fake_bytes *b = r->ctx;
    uint64_t length;
    if (b->size - b->at < sizeof *tag + sizeof length)
        return RLB_DONE;
    memcpy(tag, b->bytes + b->at, sizeof *tag);
    memcpy(&length, b->bytes + b->at + sizeof *tag, sizeof length);
    *n = length;
    return RLB_OK;
}

static rlb_status get(rlb_reader *r, uint32_t tag, void *bytes, size_t n)
{
    struct fake_bytes *b = r->ctx;
    uint32_t found;
    size_t length;
    if (peek(r, &found, &length) != RLB_OK || found != tag || length != n)
        return RLB_E_FORMAT;
    b->at += sizeof found + sizeof(uint64_t);
    if (n)
        memcpy(bytes, b->bytes + b->at, n);
    b->at += n;
    return RLB_OK;
}

rlb_status fake_save(struct fake_run *r, struct fake_bytes *out)
{
    rlb_writer w = {.size = sizeof w, .ctx = out, .put = put};
    *out = (struct fake_bytes){0};
    rlb_status status = r->algo ? r->algo->save(r->self, &w) : RLB_OK;
    append(out, &r->steps, sizeof r->steps);
    for (size_t i = 0; status == RLB_OK && i < r->num_made; i++) {
        const struct fake_venv *v = r->made[i];
        uint32_t lanes = v->table.num_lanes;
        append(out, v->age, lanes * sizeof *v->age);
        append(out, v->batch.obs, lanes * v->obs_bytes);
        status = r->env->save(v->self, &w);
    }
    return status;
}

static void take(struct fake_bytes *b, void *bytes, size_t n)
{
    memcpy(bytes, b->bytes + b->at, n);
    b->at += n;
}

rlb_status fake_load(struct fake_run *r, struct fake_bytes *in)
{
    rlb_reader reader = {.size = sizeof reader, .ctx = in, .get = get, .peek = peek};
    in->at = 0;
    rlb_status status = r->algo ? r->algo->load(r->self, &reader) : RLB_OK;
    if (status != RLB_OK)
        return status;
    take(in, &r->steps, sizeof r->steps);
    for (size_t i = 0; status == RLB_OK && i < r->num_made; i++) {
        struct fake_venv *v = r->made[i];
        uint32_t lanes = v->table.num_lanes;
        take(in, v->age, lanes * sizeof *v->age);
        take(in, v->batch.obs, lanes * v->obs_bytes);
        status = r->env->load(v->self, &reader);
    }
    return status;
}

const void *fake_chunk(const struct fake_bytes *b, uint32_t tag, size_t *n)
{
    struct fake_bytes copy = *b;
    rlb_reader reader = {.size = sizeof reader, .ctx = &copy, .get = get, .peek = peek};
    uint32_t found;
    for (copy.at = 0; peek(&reader, &found, n) == RLB_OK;
         copy.at += sizeof found + sizeof(uint64_t) + *n)
        if (found == tag)
            return copy.bytes + copy.at + sizeof found + sizeof(uint64_t);
    return NULL;
}
