/* What the parameters of a sweep are drawn from: the distributions of random and bayes, read from
 * sweep.parameters. */
#include "plan/sweep.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *sweep_distribution(size_t i)
{
    return i < num_sweep_distributions ? sweep_distributions[i].name : NULL;
}

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
static const struct sweep_distribution *usual(const struct sweep_param *s)
{
    const char *name = s->values.n                           ? "categorical"
                       : node_get(s->node, "mu")             ? "normal"
                       : s->row && s->row->type == RLB_T_INT ? "int_uniform"
                                                             : "uniform";
    return sweep_distribution_find(name);
}

static bool find_distribution(struct draft *d, struct sweep_param *s)
{
    const struct node *n = node_get(s->node, "distribution");
    const char *names[20];
    size_t many = num_sweep_distributions;
    if (!n) {
        s->dim.as = usual(s);
        return true;
    }
    const char *word = n->kind == NODE_SCALAR ? n->text : node_kind_name(n);
    for (size_t i = 0; i < many; i++)
        names[i] = sweep_distributions[i].name;
    s->dim.as = sweep_distribution_find(word);
    if (s->dim.as)
        return true;
    const char *near = text_nearest(word, names, many);
    recipe_error(d->recipe, n->at,
                 near ? arena_printf(d->arena, "did you mean %s?", near)
                      : hint_join(d, names, many, " and "),
                 "there is no distribution %s", word);
    return false;
}

/* The keys that a distribution takes, NULL-terminated. */
static void keys_of(const struct sweep_distribution *as, const char *out[4])
{
    size_t n = 0;
    if (as->shape == SWEEP_CHOICE) {
        out[n++] = strcmp(as->name, "constant") == 0 ? "value" : "values";
        out[n++] = "probabilities";
    } else {
        out[n++] = as->shape == SWEEP_FLAT ? "min" : "mu";
        out[n++] = as->shape == SWEEP_FLAT ? "max" : "sigma";
        if (as->flags & SWEEP_STEPS)
            out[n++] = "q";
    }
    out[n] = NULL;
}

static bool check_keys(struct draft *d, const struct sweep_param *s)
{
    const char *keys[4];
    bool good = true;
    keys_of(s->dim.as, keys);
    for (size_t i = 0; i < s->node->num_items; i++) {
        const char *key = s->node->items[i].key;
        bool known = strcmp(key, "distribution") == 0 || strncmp(key, "x-", 2) == 0 ||
                     (s->dim.as->shape == SWEEP_CHOICE && strcmp(key, "value") == 0);
        size_t n = 0;
        for (; keys[n]; n++)
            known = known || strcmp(key, keys[n]) == 0;
        if (!known)
            recipe_error(d->recipe, s->node->items[i].key_at,
                         arena_printf(d->arena, "%s takes %s", s->dim.as->name,
                                      hint_join(d, keys, n, " and ")),
                         "%s is not a key of a %s parameter", key, s->dim.as->name);
        good = good && known;
    }
    return good;
}

/* A number of the spec: fallback when it is left out and there is one. */
static bool read_number(struct draft *d, const struct sweep_param *s, const char *key,
                        double fallback, double *out)
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

static struct mark place_of(const struct sweep_param *s, const char *key)
{
    const struct node *n = node_get(s->node, key);
    return n ? n->at : s->at;
}

/* True when the parameter itself could be this; else complains at the key. */
static bool check_bound(struct draft *d, const struct sweep_param *s, const char *key, double value)
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

static bool read_flat(struct draft *d, struct sweep_param *s)
{
    bool has_low = read_number(d, s, "min", NAN, &s->dim.low);
    bool has_high = read_number(d, s, "max", NAN, &s->dim.high);
    if (!has_low || !has_high)
        return false;
    if (s->dim.low > s->dim.high)
        recipe_error(d->recipe, place_of(s, "min"), NULL, "min of %s is larger than max", s->path);
    else if (s->dim.as->flags & SWEEP_LOG && s->dim.low <= 0)
        recipe_error(d->recipe, place_of(s, "min"),
                     "min and max are the smallest and largest value, not exponents",
                     "%s needs a min above 0", s->dim.as->name);
    else if (s->dim.as->flags & SWEEP_WHOLE &&
             (s->dim.low != floor(s->dim.low) || s->dim.high != floor(s->dim.high) ||
              fabs(s->dim.low) > 1e15 || fabs(s->dim.high) > 1e15))
        recipe_error(d->recipe, place_of(s, "min"), NULL, "int_uniform needs a whole min and max");
    else if (s->dim.as->flags & SWEEP_STEPS &&
             ceil(s->dim.low / s->dim.step) > floor(s->dim.high / s->dim.step))
        recipe_error(d->recipe, place_of(s, "q"), NULL, "no multiple of q lies from min to max");
    else {
        bool low_is_good = check_bound(d, s, "min", s->dim.low);
        return check_bound(d, s, "max", s->dim.high) && low_is_good;
    }
    return false;
}

static bool read_normal(struct draft *d, struct sweep_param *s)
{
    bool has_mean = read_number(d, s, "mu", NAN, &s->dim.low);
    bool has_deviation = read_number(d, s, "sigma", NAN, &s->dim.high);
    if (!has_mean || !has_deviation)
        return false;
    if (s->dim.high >= 0)
        return true;
    recipe_error(d->recipe, place_of(s, "sigma"), NULL, "sigma must be at least 0");
    return false;
}

static bool read_probabilities(struct draft *d, struct sweep_param *s)
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
    double *shares = arena_alloc(d->arena, s->values.n * sizeof *shares);
    for (size_t i = 0; i < s->values.n; i++) {
        const struct node *n = p->items[i].value;
        if (n->kind != NODE_SCALAR || num_parse_real(n->text, &shares[i]) ||
            !(shares[i] >= 0 && shares[i] <= 1)) {
            recipe_error(d->recipe, n->at, NULL, "a probability is a number from 0 to 1");
            return false;
        }
        sum += shares[i];
    }
    s->dim.probabilities = shares;
    if (fabs(sum - 1) > 1e-6)
        recipe_error(d->recipe, p->at, NULL, "probabilities must add up to 1, these to %g", sum);
    return fabs(sum - 1) <= 1e-6;
}

static bool read_choices(struct draft *d, struct sweep_param *s)
{
    const char **choices = arena_alloc(d->arena, s->values.n * sizeof *choices);
    for (size_t i = 0; i < s->values.n; i++)
        choices[i] = s->values.data[i].text;
    s->dim.choices = choices;
    s->dim.num_choices = s->values.n;
    return read_probabilities(d, s);
}

/* A parameter that is a whole number, or no number, cannot be drawn from anything. */
static bool check_kind(struct draft *d, const struct sweep_param *s)
{
    bool whole = s->dim.as->flags & SWEEP_WHOLE ||
                 (s->dim.as->flags & SWEEP_STEPS && s->dim.step == floor(s->dim.step));
    if (!is_numeric(s->row))
        recipe_error(d->recipe, s->at, "write values: [a, b, c]", "%s is not a number: %s", s->path,
                     "list its values");
    else if (s->row->type == RLB_T_INT && !whole)
        recipe_error(d->recipe, place_of(s, "distribution"),
                     "int_uniform, or one of the q_ distributions with a whole q",
                     "%s is a whole number: %s does not fit", s->path, s->dim.as->name);
    else
        return true;
    return false;
}

static bool read_spec(struct draft *d, struct sweep_param *s)
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
    if (s->dim.as->shape == SWEEP_CHOICE && s->values.n == 0) {
        recipe_error(d->recipe, s->at, "write values: [a, b, c]", "%s has no values to draw from",
                     s->path);
        return false;
    }
    if (s->dim.as->shape == SWEEP_CHOICE)
        return read_choices(d, s);
    if (!read_number(d, s, "q", 1, &s->dim.step))
        return false;
    if (!(s->dim.step > 0)) {
        recipe_error(d->recipe, place_of(s, "q"), NULL, "q must be larger than 0");
        return false;
    }
    return (s->dim.as->shape == SWEEP_FLAT ? read_flat(d, s) : read_normal(d, s)) &&
           check_kind(d, s);
}

/* ---- the section ---- */

bool sweep_read_count(struct draft *d, const char *key, int64_t least, int64_t most, int64_t *out)
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

void sweep_read_params(struct draft *d, const struct node *parameters, struct sweep_params *out)
{
    if (parameters->kind != NODE_MAPPING || parameters->num_items == 0)
        recipe_error(d->recipe, parameters->at, NULL,
                     "sweep.parameters must be a mapping of paths");
    for (size_t i = 0; parameters->kind == NODE_MAPPING && i < parameters->num_items; i++) {
        const char *path = arena_strdup(d->arena, parameters->items[i].key);
        struct mark key_at = parameters->items[i].key_at;
        struct sweep_param s = {.path = path,
                                .key_at = key_at,
                                .at = parameters->items[i].value->at,
                                .node = parameters->items[i].value,
                                .row = find_row(d, path)};
        if (strncmp(path, "x-", 2) == 0 || !sweep_check_path(d, path, key_at) ||
            !read_spec(d, &s) || sweep_is_fixed(d, path, key_at))
            continue;
        s.dim.path = path;
        s.dim.whole = s.row && s.row->type == RLB_T_INT;
        sweep_add_swept(d, path);
        vec_push(out, s);
    }
}
