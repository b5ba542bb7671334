#include "sweep/spec.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const sweep_trial_states[TRIAL_NUM_STATES] = {[TRIAL_WAITING] = "waiting",
                                                          [TRIAL_DRAWN] = "drawn",
                                                          [TRIAL_DONE] = "done",
                                                          [TRIAL_DROPPED] = "dropped",
                                                          [TRIAL_FAILED] = "failed"};

bool sweep_is_better(const struct sweep_spec *s, double x, double y)
{
    if (isnan(x) || isnan(y))
        return isnan(y) && !isnan(x);
    return s->maximize ? x > y : x < y;
}

int sweep_compare(const struct sweep_spec *s, const struct sweep_trial *a,
                  const struct sweep_trial *b)
{
    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    if (a->state == TRIAL_DROPPED && a->rungs != b->rungs)
        return a->rungs > b->rungs ? -1 : 1;
    return sweep_is_better(s, a->value, b->value)   ? -1
           : sweep_is_better(s, b->value, a->value) ? 1
                                                    : 0;
}

void sweep_make_rungs(struct sweep_spec *s, uint64_t min_iter, uint64_t max_iter, uint32_t brackets,
                      uint64_t budget)
{
    uint64_t limit = budget ? budget : UINT64_MAX;
    s->num_rungs = 0;
    if (max_iter) {
        uint64_t down[SWEEP_MAX_RUNGS] = {0}, step = max_iter;
        size_t n = 0;
        while (n < brackets && n < SWEEP_MAX_RUNGS && (step /= s->eta) > 0)
            down[n++] = step;
        while (n-- > 0)
            if (down[n] < limit)
                s->rungs[s->num_rungs++] = down[n];
        return;
    }
    for (uint64_t step = min_iter; step < limit && s->num_rungs < SWEEP_MAX_RUNGS;) {
        s->rungs[s->num_rungs++] = step;
        if (__builtin_mul_overflow(step, (uint64_t)s->eta, &step))
            break;
    }
}

/* ---- JSON ---- */

static json_t *write_dim(const struct sweep_dim *d)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "path", d->path, "name", d->name, "distribution",
                          d->as->name, "whole", d->whole);
    if (d->as->shape != SWEEP_CHOICE) {
        json_object_set_new(o, "low", json_real(d->low));
        json_object_set_new(o, "high", json_real(d->high));
        json_object_set_new(o, "step", json_real(d->step));
        return o;
    }
    json_t *choices = json_array(), *probabilities = json_array();
    for (size_t i = 0; i < d->num_choices; i++) {
        json_array_append_new(choices, json_string(d->choices[i]));
        if (d->probabilities)
            json_array_append_new(probabilities, json_real(d->probabilities[i]));
    }
    json_object_set_new(o, "choices", choices);
    if (d->probabilities)
        json_object_set(o, "probabilities", probabilities);
    json_decref(probabilities);
    return o;
}

char *sweep_spec_write(const struct sweep_spec *s)
{
    json_t *dims = json_array(), *rungs = json_array();
    for (size_t i = 0; i < s->num_dims; i++)
        json_array_append_new(dims, write_dim(&s->dims[i]));
    for (size_t i = 0; i < s->num_rungs; i++)
        json_array_append_new(rungs, json_integer((json_int_t)s->rungs[i]));
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:I, s:i, s:i, s:o, s:s, s:o, s:i, s:b}", "method", s->method, "metric",
        s->metric, "goal", s->maximize ? "maximize" : "minimize", "seed", (json_int_t)s->seed,
        "trials", (int)s->trials, "parallel", (int)s->parallel, "dims", dims, "group",
        s->group ? s->group : "", "rungs", rungs, "eta", (int)s->eta, "strict", s->strict);
    char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(o);
    return text;
}

static const char *text_of(json_t *o, const char *key, struct arena *a)
{
    const char *text = json_string_value(json_object_get(o, key));
    return arena_strdup(a, text ? text : "");
}

static void read_choices(json_t *o, struct arena *a, struct sweep_dim *d)
{
    json_t *choices = json_object_get(o, "choices"), *p = json_object_get(o, "probabilities");
    size_t n = json_array_size(choices);
    const char **texts = arena_alloc(a, (n + 1) * sizeof *texts);
    double *shares = arena_alloc(a, (n + 1) * sizeof *shares);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(choices, i));
        texts[i] = arena_strdup(a, text ? text : "");
        shares[i] = json_number_value(json_array_get(p, i));
    }
    d->choices = texts;
    d->num_choices = n;
    d->probabilities = json_array_size(p) == n && n ? shares : NULL;
}

static bool read_dim(json_t *o, struct arena *a, struct sweep_dim *d)
{
    d->path = text_of(o, "path", a);
    d->name = text_of(o, "name", a);
    d->as = sweep_distribution_find(text_of(o, "distribution", a));
    d->whole = json_is_true(json_object_get(o, "whole"));
    d->low = json_number_value(json_object_get(o, "low"));
    d->high = json_number_value(json_object_get(o, "high"));
    d->step = json_number_value(json_object_get(o, "step"));
    read_choices(o, a, d);
    return d->as && (d->as->shape != SWEEP_CHOICE || d->num_choices);
}

int sweep_spec_read(const char *text, struct arena *a, struct sweep_spec *out, struct err *e)
{
    json_t *o = json_loads(text, 0, NULL), *dims = json_object_get(o, "dims");
    json_t *rungs = json_object_get(o, "rungs");
    *out = (struct sweep_spec){.method = text_of(o, "method", a),
                               .metric = text_of(o, "metric", a),
                               .maximize = strcmp(text_of(o, "goal", a), "maximize") == 0,
                               .group = text_of(o, "group", a),
                               .seed = (uint64_t)json_integer_value(json_object_get(o, "seed")),
                               .trials = (uint32_t)json_integer_value(json_object_get(o, "trials")),
                               .parallel =
                                   (uint32_t)json_integer_value(json_object_get(o, "parallel")),
                               .eta = (uint32_t)json_integer_value(json_object_get(o, "eta")),
                               .strict = json_is_true(json_object_get(o, "strict")),
                               .num_dims = json_array_size(dims),
                               .num_rungs = json_array_size(rungs)};
    bool good = out->trials > 0 && out->num_rungs <= SWEEP_MAX_RUNGS &&
                (out->num_rungs == 0 || out->eta >= 2) && (out->num_dims == 0 || out->parallel);
    out->dims = arena_alloc(a, (out->num_dims + 1) * sizeof *out->dims);
    for (size_t i = 0; good && i < out->num_dims; i++)
        good = read_dim(json_array_get(dims, i), a, &out->dims[i]);
    for (size_t i = 0; good && i < out->num_rungs; i++)
        out->rungs[i] = (uint64_t)json_integer_value(json_array_get(rungs, i));
    json_decref(o);
    return good ? OK : err_set(e, ERR_DATA, "the sweep in the database is damaged");
}

char *sweep_values_write(const struct sweep_spec *s, const double *values)
{
    struct arena a = {0};
    json_t *o = json_object();
    for (size_t i = 0; i < s->num_dims; i++)
        json_object_set_new(o, s->dims[i].path,
                            json_string(sweep_dim_text(&s->dims[i], values[i], &a)));
    char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(o);
    arena_finish(&a);
    return text;
}

bool sweep_values_read(const struct sweep_spec *s, const char *text, double *values)
{
    json_t *o = json_loads(text, 0, NULL);
    bool good = o != NULL;
    for (size_t i = 0; good && i < s->num_dims; i++) {
        const char *value = json_string_value(json_object_get(o, s->dims[i].path));
        good = value && sweep_dim_parse(&s->dims[i], value, &values[i]);
    }
    json_decref(o);
    return good;
}
