/* Random sweeps: every parameter is drawn from a distribution of its own, under the names that
 * Weights & Biases made known. Each parameter has its own stream of numbers, from sweep.seed and
 * its path: a larger run_cap goes on where a smaller one ended, and a new parameter changes no
 * other. */
#include "plan/sweep.h"

#include "base/num.h"
#include "base/text.h"

#include <rlbench/rng.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape { FLAT, NORMAL, CHOICE };
enum { LOG = 1, STEPS = 2, WHOLE = 4 };

static const struct distribution {
    const char *name;
    enum shape shape;
    unsigned flags;
} distributions[] = {
    {"categorical", CHOICE, 0},
    {"constant", CHOICE, 0},
    {"uniform", FLAT, 0},
    {"int_uniform", FLAT, WHOLE},
    {"q_uniform", FLAT, STEPS},
    {"log_uniform", FLAT, LOG},
    {"log_uniform_values", FLAT, LOG},
    {"q_log_uniform", FLAT, LOG | STEPS},
    {"q_log_uniform_values", FLAT, LOG | STEPS},
    {"normal", NORMAL, 0},
    {"q_normal", NORMAL, STEPS},
    {"log_normal", NORMAL, LOG},
    {"q_log_normal", NORMAL, LOG | STEPS},
};

const char *sweep_distribution(size_t i)
{
    return i < sizeof distributions / sizeof distributions[0] ? distributions[i].name : NULL;
}

struct spec {
    const char *path;
    struct mark key_at, at;
    const struct node *node;
    const struct distribution *as;
    const rlb_param *row;   /* of the parameter; NULL: unknown, or a plugin's name */
    double low, high, step; /* min and max, or mu and sigma */
    struct sweep_values values;
    double *probabilities; /* of the values, NULL: equal */
    rlb_rng rng;
};

/* ---- reading ---- */

static const rlb_param *find_row(struct draft *d, const char *path)
{
    enum desc_kind kind;
    const char *name;
    const struct plan_key *key = plan_key_find(path);
    if (key)
        return &key->as;
    for (size_t i = 0; path_is_param(path, &kind, &name) && i < d->players.len; i++) {
        const struct desc *desc = d->players.data[i];
        int at = desc->kind == kind ? desc_param(desc, name) : -1;
        if (at >= 0)
            return &desc->params[at];
    }
    return NULL;
}

static bool is_numeric(const rlb_param *row)
{
    return row && (row->type == RLB_T_INT || row->type == RLB_T_REAL);
}

/* What is meant when no distribution is named: as what is given fits. */
static const struct distribution *usual(const struct spec *s)
{
    const char *name = s->values.n                           ? "categorical"
                       : node_get(s->node, "mu")             ? "normal"
                       : s->row && s->row->type == RLB_T_INT ? "int_uniform"
                                                             : "uniform";
    for (size_t i = 0; i < sizeof distributions / sizeof distributions[0]; i++)
        if (strcmp(distributions[i].name, name) == 0)
            return &distributions[i];
    return NULL;
}

static bool find_distribution(struct draft *d, struct spec *s)
{
    const struct node *n = node_get(s->node, "distribution");
    size_t many = sizeof distributions / sizeof distributions[0];
    const char *names[sizeof distributions / sizeof distributions[0]];
    if (!n) {
        s->as = usual(s);
        return true;
    }
    const char *word = n->kind == NODE_SCALAR ? n->text : node_kind_name(n);
    for (size_t i = 0; i < many; i++) {
        names[i] = distributions[i].name;
        if (strcmp(names[i], word) == 0)
            s->as = &distributions[i];
    }
    if (s->as)
        return true;
    const char *near = text_nearest(word, names, many);
    recipe_error(d->recipe, n->at,
                 near ? arena_printf(d->arena, "did you mean %s?", near)
                      : hint_join(d, names, many, " and "),
                 "there is no distribution %s", word);
    return false;
}

/* The keys that a distribution takes, NULL-terminated. */
static void keys_of(const struct distribution *as, const char *out[4])
{
    size_t n = 0;
    if (as->shape == CHOICE) {
        out[n++] = strcmp(as->name, "constant") == 0 ? "value" : "values";
        out[n++] = "probabilities";
    } else {
        out[n++] = as->shape == FLAT ? "min" : "mu";
        out[n++] = as->shape == FLAT ? "max" : "sigma";
        if (as->flags & STEPS)
            out[n++] = "q";
    }
    out[n] = NULL;
}

static bool check_keys(struct draft *d, const struct spec *s)
{
    const char *keys[4];
    bool good = true;
    keys_of(s->as, keys);
    for (size_t i = 0; i < s->node->num_items; i++) {
        const char *key = s->node->items[i].key;
        bool known = strcmp(key, "distribution") == 0 || strncmp(key, "x-", 2) == 0 ||
                     (s->as->shape == CHOICE && strcmp(key, "value") == 0);
        size_t n = 0;
        for (; keys[n]; n++)
            known = known || strcmp(key, keys[n]) == 0;
        if (!known)
            recipe_error(
                d->recipe, s->node->items[i].key_at,
                arena_printf(d->arena, "%s takes %s", s->as->name, hint_join(d, keys, n, " and ")),
                "%s is not a key of a %s parameter", key, s->as->name);
        good = good && known;
    }
    return good;
}

/* A number of the spec: fallback when it is left out and there is one. */
static bool read_number(struct draft *d, const struct spec *s, const char *key, double fallback,
                        double *out)
{
    const struct node *n = node_get(s->node, key);
    *out = fallback;
    if (!n && !isnan(fallback))
        return true;
    if (!n) {
        recipe_error(d->recipe, s->at, NULL, "%s of %s is missing", key, s->path);
        return false;
    }
    const char *problem = n->kind == NODE_SCALAR ? num_parse_real(n->text, out) : "is not a number";
    if (problem || !isfinite(*out)) {
        recipe_error(d->recipe, n->at, NULL, "%s %s, found %s", key,
                     problem ? problem : "must be finite",
                     n->kind == NODE_SCALAR ? n->text : node_kind_name(n));
        return false;
    }
    return true;
}

static struct mark place_of(const struct spec *s, const char *key)
{
    const struct node *n = node_get(s->node, key);
    return n ? n->at : s->at;
}

/* True when the parameter itself could be this; else complains at the key. */
static bool check_bound(struct draft *d, const struct spec *s, const char *key, double value)
{
    rlb_value v;
    char text[40], why[700];
    if (!is_numeric(s->row))
        return true;
    num_format_real(value, text, sizeof text);
    if (!param_parse(s->row, text, &v, why, sizeof why))
        return true;
    recipe_error(d->recipe, place_of(s, key), hint_about(d, s->row), "%s of %s %s", key, s->path,
                 why);
    return false;
}

static bool read_flat(struct draft *d, struct spec *s)
{
    bool has_low = read_number(d, s, "min", NAN, &s->low);
    bool has_high = read_number(d, s, "max", NAN, &s->high);
    if (!has_low || !has_high)
        return false;
    if (s->low > s->high)
        recipe_error(d->recipe, place_of(s, "min"), NULL, "min of %s is larger than max", s->path);
    else if (s->as->flags & LOG && s->low <= 0)
        recipe_error(d->recipe, place_of(s, "min"),
                     "min and max are the smallest and largest value, not exponents",
                     "%s needs a min above 0", s->as->name);
    else if (s->as->flags & WHOLE && (s->low != floor(s->low) || s->high != floor(s->high) ||
                                      fabs(s->low) > 1e15 || fabs(s->high) > 1e15))
        recipe_error(d->recipe, place_of(s, "min"), NULL, "int_uniform needs a whole min and max");
    else if (s->as->flags & STEPS && ceil(s->low / s->step) > floor(s->high / s->step))
        recipe_error(d->recipe, place_of(s, "q"), NULL, "no multiple of q lies from min to max");
    else {
        bool low_is_good = check_bound(d, s, "min", s->low);
        return check_bound(d, s, "max", s->high) && low_is_good;
    }
    return false;
}

static bool read_normal(struct draft *d, struct spec *s)
{
    bool has_mean = read_number(d, s, "mu", NAN, &s->low);
    bool has_deviation = read_number(d, s, "sigma", NAN, &s->high);
    if (!has_mean || !has_deviation)
        return false;
    if (s->high >= 0)
        return true;
    recipe_error(d->recipe, place_of(s, "sigma"), NULL, "sigma must be at least 0");
    return false;
}

static bool read_probabilities(struct draft *d, struct spec *s)
{
    const struct node *p = node_get(s->node, "probabilities");
    double sum = 0;
    if (!p)
        return true;
    if (p->kind != NODE_SEQUENCE || p->num_items != s->values.n) {
        recipe_error(d->recipe, p->at, NULL, "probabilities must be a list of %zu, as values is",
                     s->values.n);
        return false;
    }
    s->probabilities = arena_alloc(d->arena, s->values.n * sizeof(double));
    for (size_t i = 0; i < s->values.n; i++) {
        const struct node *n = p->items[i].value;
        if (n->kind != NODE_SCALAR || num_parse_real(n->text, &s->probabilities[i]) ||
            !(s->probabilities[i] >= 0 && s->probabilities[i] <= 1)) {
            recipe_error(d->recipe, n->at, NULL, "a probability is a number from 0 to 1");
            return false;
        }
        sum += s->probabilities[i];
    }
    if (fabs(sum - 1) > 1e-6)
        recipe_error(d->recipe, p->at, NULL, "probabilities must add up to 1, these to %g", sum);
    return fabs(sum - 1) <= 1e-6;
}

/* A parameter that is a whole number, or no number, cannot be drawn from anything. */
static bool check_kind(struct draft *d, const struct spec *s)
{
    bool whole = s->as->flags & WHOLE || (s->as->flags & STEPS && s->step == floor(s->step));
    if (!is_numeric(s->row))
        recipe_error(d->recipe, s->at, "write values: [a, b, c]", "%s is not a number: %s", s->path,
                     "list its values");
    else if (s->row->type == RLB_T_INT && !whole)
        recipe_error(d->recipe, place_of(s, "distribution"),
                     "int_uniform, or one of the q_ distributions with a whole q",
                     "%s is a whole number: %s does not fit", s->path, s->as->name);
    else
        return true;
    return false;
}

static bool read_spec(struct draft *d, struct spec *s)
{
    if (s->node->kind != NODE_MAPPING) {
        recipe_error(d->recipe, s->node->at,
                     "such as {min: 1e-4, max: 1, distribution: log_uniform}",
                     "%s must be a mapping, found %s", s->path, node_kind_name(s->node));
        return false;
    }
    s->values = sweep_read_values(d, s->path, s->key_at, s->node);
    if (s->values.wrong || !find_distribution(d, s) || !check_keys(d, s))
        return false;
    if (s->as->shape == CHOICE && s->values.n == 0) {
        recipe_error(d->recipe, s->at, "write values: [a, b, c]", "%s has no values to draw from",
                     s->path);
        return false;
    }
    if (s->as->shape == CHOICE)
        return read_probabilities(d, s);
    if (!read_number(d, s, "q", 1, &s->step))
        return false;
    if (!(s->step > 0)) {
        recipe_error(d->recipe, place_of(s, "q"), NULL, "q must be larger than 0");
        return false;
    }
    return (s->as->shape == FLAT ? read_flat(d, s) : read_normal(d, s)) && check_kind(d, s);
}

/* ---- drawing ---- */

static double draw_number(struct spec *s)
{
    double v;
    if (s->as->flags & WHOLE)
        return s->low + (double)rlb_rng_below64(&s->rng, (uint64_t)(s->high - s->low) + 1);
    if (s->as->shape == NORMAL)
        v = s->low + s->high * rlb_rng_normal(&s->rng);
    else if (s->as->flags & LOG)
        v = log(s->low) + (log(s->high) - log(s->low)) * rlb_rng_uniform(&s->rng);
    else
        v = s->low + (s->high - s->low) * rlb_rng_uniform(&s->rng);
    v = s->as->flags & LOG ? exp(v) : v;
    if (s->as->flags & STEPS) {
        double n = round(v / s->step);
        if (s->as->shape == FLAT)
            n = fmin(fmax(n, ceil(s->low / s->step)), floor(s->high / s->step));
        v = n * s->step;
    }
    return v;
}

/* Six digits are enough to try, and can be read and typed. */
static const char *number_text(struct draft *d, const struct spec *s, double v)
{
    char text[400];
    if (s->row->type == RLB_T_INT) {
        snprintf(text, sizeof text, "%.0f", v);
        return arena_strdup(d->arena, text);
    }
    snprintf(text, sizeof text, "%.6g", v);
    v = strtod(text, NULL);
    if (s->as->shape == FLAT)
        v = fmin(fmax(v, s->low), s->high);
    return arena_strdup(d->arena, num_format_real(v, text, sizeof text));
}

static bool draw(struct draft *d, struct spec *s, struct given *out)
{
    rlb_value v;
    char why[700];
    if (s->as->shape == CHOICE) {
        size_t n = s->values.n;
        *out =
            s->values.data[s->probabilities ? rlb_rng_choice(&s->rng, s->probabilities, (uint32_t)n)
                                            : rlb_rng_below(&s->rng, (uint32_t)n)];
        return true;
    }
    *out = (struct given){.key = s->path,
                          .text = number_text(d, s, draw_number(s)),
                          .key_at = s->key_at,
                          .at = s->at,
                          .source = draft_source(d, s->at, true)};
    if (!param_parse(s->row, out->text, &v, why, sizeof why))
        return true;
    given_error(d, out, "choose a distribution that stays within the parameter's range",
                "a value drawn for %s %s", s->path, why);
    return false;
}

static uint64_t stream_of(const char *path) /* FNV-1a */
{
    uint64_t h = 14695981039346656037ull;
    for (; *path; path++)
        h = (h ^ (unsigned char)*path) * 1099511628211ull;
    return h;
}

static void expand(struct draft *d, struct spec *specs, size_t n, size_t cap)
{
    bool good = true;
    for (size_t i = 0; good && i < cap; i++) { /* one sentence about a bad draw is enough */
        struct variant v = {.at = d->sweep_at,
                            .givens = arena_alloc(d->arena, n * sizeof(struct given)),
                            .num_givens = n};
        for (size_t k = 0; k < n; k++)
            good = draw(d, &specs[k], &v.givens[k]) && good;
        if (good)
            vec_push(&d->variants, v);
    }
}

/* ---- the section ---- */

/* A whole number of the sweep; false after complaining. */
static bool read_count(struct draft *d, const char *key, int64_t least, int64_t most, int64_t *out)
{
    const struct node *n = node_get(d->sweep, key);
    if (!n)
        return true;
    const char *text = n->kind == NODE_SCALAR ? n->text : node_kind_name(n);
    const char *problem =
        n->kind == NODE_SCALAR ? num_parse_int(text, out) : "must be a whole number";
    if (!problem && *out >= least && *out <= most)
        return true;
    if (problem)
        recipe_error(d->recipe, n->at, NULL, "sweep.%s %s, found %s", key, problem, text);
    else
        recipe_error(d->recipe, n->at, NULL, "sweep.%s must be from %lld to %lld, found %s", key,
                     (long long)least, (long long)most, text);
    return false;
}

void sweep_read_random(struct draft *d, const struct node *parameters)
{
    int64_t cap = 0, seed = 1;
    VEC(struct spec) specs = {0};
    bool cap_is_good = read_count(d, "run_cap", 1, PLAN_MAX_RUNS, &cap);
    bool good = read_count(d, "seed", 0, INT64_MAX, &seed) && cap_is_good;
    if (!node_get(d->sweep, "run_cap"))
        recipe_error(d->recipe, d->sweep_at, "write run_cap: 20",
                     "sweep.run_cap is missing: how many groups are drawn?");
    if (parameters->kind != NODE_MAPPING || parameters->num_items == 0)
        recipe_error(d->recipe, parameters->at, NULL,
                     "sweep.parameters must be a mapping of paths");
    for (size_t i = 0; parameters->kind == NODE_MAPPING && i < parameters->num_items; i++) {
        const char *path = arena_strdup(d->arena, parameters->items[i].key);
        struct mark key_at = parameters->items[i].key_at;
        struct spec s = {.path = path,
                         .key_at = key_at,
                         .at = parameters->items[i].value->at,
                         .node = parameters->items[i].value,
                         .row = find_row(d, path)};
        if (strncmp(path, "x-", 2) == 0 || !sweep_check_path(d, path, key_at) ||
            !read_spec(d, &s) || sweep_is_fixed(d, path, key_at))
            continue;
        rlb_rng_init(&s.rng, (uint64_t)seed, stream_of(path));
        sweep_add_swept(d, path);
        vec_push(&specs, s);
    }
    if (good && cap && specs.len && sweep_check_number(d, (size_t)cap))
        expand(d, specs.data, specs.len, (size_t)cap);
    vec_finish(&specs);
}
