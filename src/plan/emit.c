/* The plan as text: labels of its groups, and the recipe with every value filled in. */
#include "plan/draft.h"

#include "base/file.h"
#include "recipe/typed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct plan_value *run_value(const struct plan_run *r, const char *key)
{
    for (size_t i = 0; i < r->num_choices; i++)
        if (strcmp(r->choices[i].key, key) == 0)
            return &r->choices[i];
    for (size_t i = 0; i < r->num_values; i++)
        if (strcmp(r->values[i].key, key) == 0)
            return &r->values[i];
    return NULL;
}

/* True when every group has the same text for key. */
static bool is_common(const struct plan_run *groups, size_t n, const char *key)
{
    const struct plan_value *first = run_value(&groups[0], key);
    for (size_t g = 1; first && g < n; g++) {
        const struct plan_value *v = run_value(&groups[g], key);
        if (!v || (v->text != first->text && strcmp(v->text, first->text) != 0))
            return false;
    }
    return first != NULL;
}

/* ---- labels ---- */

const char *draft_short_name(struct draft *d, const char *key)
{
    const char *last = plan_key_last(key);
    if (strcmp(last, "name") == 0 || strcmp(key, "dataset.path") == 0)
        return arena_strndup(d->arena, key, (size_t)(last - key) - 1);
    for (size_t i = 0; i < d->swept.len; i++)
        if (strcmp(d->swept.data[i], key) != 0 &&
            strcmp(plan_key_last(d->swept.data[i]), last) == 0)
            return arena_printf(d->arena, "%.*s.%s", (int)strcspn(key, "."), key, last);
    return last;
}

/* Of a path, the file. */
static const char *label_text(const char *key, const char *text)
{
    return strcmp(key, "dataset.path") == 0 ? file_base(text) : text;
}

static const char *derived_label(struct draft *d, const struct plan_run *run,
                                 const char *const *keys, const char *const *names, size_t n)
{
    struct buf b = {0};
    for (size_t i = 0; i < n; i++) {
        const struct plan_value *v = run_value(run, keys[i]);
        if (v)
            buf_printf(&b, "%s%s=%s", b.len ? " " : "", names[i], label_text(keys[i], v->text));
    }
    const char *text = arena_strdup(d->arena, buf_text(&b));
    buf_finish(&b);
    return text;
}

void draft_label(struct draft *d, struct plan_run *groups, size_t n)
{
    VEC(const char *) keys = {0};
    VEC(const char *) names = {0};
    for (size_t i = 0; i < d->swept.len; i++)
        if (!is_common(groups, n, d->swept.data[i])) {
            vec_push(&keys, d->swept.data[i]);
            vec_push(&names, draft_short_name(d, d->swept.data[i]));
        }
    for (size_t g = 0; g < n; g++)
        if (n == 1)
            groups[g].label = "";
        else if (!*groups[g].label)
            groups[g].label = derived_label(d, &groups[g], keys.data, names.data, keys.len);
    vec_finish(&keys);
    vec_finish(&names);
}

/* ---- the resolved recipe ---- */

static void put_text(struct buf *out, const char *indent, const char *key, const char *text)
{
    buf_printf(out, "%s%s: ", indent, key);
    yaml_put_scalar(out, text);
    buf_putc(out, '\n');
}

/* Infinity is .inf in YAML. */
static void put_value(struct buf *out, const char *indent, const struct plan_value *v,
                      const char *key)
{
    if (v->is_num && strcmp(v->text, "inf") == 0)
        buf_printf(out, "%s%s: .inf\n", indent, key);
    else if (v->is_num && strcmp(v->text, "-inf") == 0)
        buf_printf(out, "%s%s: -.inf\n", indent, key);
    else
        put_text(out, indent, key, v->text);
}

/* Evaluation worlds are written by worlds.c. */
static bool is_world(const char *key)
{
    return strncmp(key, "eval.worlds.", 12) == 0;
}

struct common {
    const struct plan_value **values;
    size_t n;
    bool mixed; /* the groups differ in their algorithm; the first one's is written for lists */
};

/* Writes the common values below prefix ("env." …), params one level deeper; true when there were
 * any. */
static bool put_section(const struct common *c, const char *section, struct buf *out)
{
    static const char params[] = "params.";
    size_t stem = strlen(section);
    bool opened = false;
    for (int deep = 0; deep < 2; deep++) {
        bool params_opened = false;
        for (size_t i = 0; i < c->n; i++) {
            const char *key = c->values[i]->key;
            if (strncmp(key, section, stem) != 0 || key[stem] != '.' || is_world(key))
                continue;
            const char *rest = key + stem + 1;
            bool is_param = strncmp(rest, params, strlen(params)) == 0;
            if (is_param != deep)
                continue;
            if (!opened)
                buf_printf(out, "%s:\n", section);
            if (deep && !params_opened)
                buf_puts(out, "  params:\n");
            opened = true;
            params_opened = deep;
            put_value(out, deep ? "    " : "  ", c->values[i], deep ? rest + strlen(params) : rest);
        }
    }
    return opened;
}

static void put_seeds(const struct draft *d, struct buf *out)
{
    const uint64_t *s = d->seed_values.data;
    size_t n = d->seed_values.len;
    bool row = true;
    for (size_t i = 1; i < n; i++)
        row = row && s[i] == s[i - 1] + 1;
    if (row) {
        buf_printf(out, "seeds: {count: %zu, base: %" PRIu64 "}\n", n, s[0]);
        return;
    }
    buf_puts(out, "seeds: [");
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%" PRIu64, i ? ", " : "", s[i]);
    buf_puts(out, "]\n");
}

static bool is_in(const struct common *c, const char *key)
{
    if (c->mixed && strcmp(key, "algorithm.name") == 0)
        return false;
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->values[i]->key, key) == 0)
            return true;
    return false;
}

/* What each group has of its own, as a sweep that lists its runs. */
static void put_groups(const struct draft *d, const struct plan_run *groups, size_t n,
                       const struct common *c, struct buf *out)
{
    buf_puts(out, "sweep:\n  method: list\n");
    if (d->metric) {
        buf_puts(out, "  metric:\n");
        put_text(out, "    ", "name", d->metric);
        put_text(out, "    ", "goal", d->goal);
    }
    draft_emit_early(d, out);
    buf_puts(out, "  runs:\n");
    for (size_t g = 0; g < n; g++) {
        put_text(out, "    - ", "label", groups[g].label);
        for (size_t i = 0; i < groups[g].num_choices; i++)
            if (!is_in(c, groups[g].choices[i].key) && !is_world(groups[g].choices[i].key))
                put_value(out, "      ", &groups[g].choices[i], groups[g].choices[i].key);
        for (size_t i = 0; i < groups[g].num_values; i++)
            if (!is_in(c, groups[g].values[i].key))
                put_value(out, "      ", &groups[g].values[i], groups[g].values[i].key);
    }
}

/* Its values are those of the trials. */
static bool is_drawn(const struct draft *d, const char *key)
{
    for (size_t i = 0; draft_draws(d) && i < d->swept.len; i++)
        if (strcmp(d->swept.data[i], key) == 0)
            return true;
    return false;
}

void draft_emit(struct draft *d, const struct plan_run *groups, size_t n, struct buf *out)
{
    static const char *const sections[] = {"algorithm", "env", "dataset",    "budget",
                                           "eval",      "log", "checkpoint", "limits"};
    const struct plan_run *first = &groups[0];
    struct common c = {mem_alloc((first->num_choices + first->num_values + 1) * sizeof *c.values),
                       0, !is_common(groups, n, "algorithm.name")};
    for (size_t i = 0; i < first->num_choices; i++)
        if (is_common(groups, n, first->choices[i].key) ||
            strcmp(first->choices[i].key, "algorithm.name") == 0)
            c.values[c.n++] = &first->choices[i];
    for (size_t i = 0; i < first->num_values; i++)
        if (is_common(groups, n, first->values[i].key) && !is_drawn(d, first->values[i].key))
            c.values[c.n++] = &first->values[i];
    buf_puts(out, "version: 1\n");
    put_text(out, "", "name", d->plan->name);
    if (*d->plan->describe)
        put_text(out, "", "describe", d->plan->describe);
    if (*d->duration)
        put_text(out, "", "duration", d->duration);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        bool opened = put_section(&c, sections[i], out);
        if (strcmp(sections[i], "eval") == 0 && d->worlds.len) {
            buf_puts(out, opened ? "" : "eval:\n");
            draft_emit_worlds(d, first, out);
        }
    }
    put_seeds(d, out);
    if (is_in(&c, "on_nan"))
        put_text(out, "", "on_nan", run_value(first, "on_nan")->text);
    draft_emit_alerts(d, out);
    draft_emit_gates(d, out);
    if (draft_draws(d))
        draft_emit_bayes(d, out);
    else if (n > 1)
        put_groups(d, groups, n, &c, out);
    free(c.values);
}
