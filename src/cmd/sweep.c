/* rlbench sweep: what a sweep expands to, running it, and what came of it. */
#include "cmd/sweep.h"

#include "cmd/launch.h"
#include "cmd/planning.h"
#include "cmd/runs.h"
#include "cmd/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct plan_value *find(const struct plan_run *r, const char *key)
{
    for (size_t i = 0; i < r->num_choices + r->num_values; i++) {
        const struct plan_value *v =
            i < r->num_choices ? &r->choices[i] : &r->values[i - r->num_choices];
        if (strcmp(v->key, key) == 0)
            return v;
    }
    return NULL;
}

struct keys {
    const char **data;
    size_t len, cap;
};

static void add_key(const struct plan *p, const struct plan_value *v, struct keys *keys)
{
    bool differs = false;
    for (size_t i = 0; i < keys->len; i++)
        if (strcmp(keys->data[i], v->key) == 0)
            return;
    for (size_t g = 0; g < p->num_groups; g++) {
        const struct plan_value *other = find(&p->runs.data[g], v->key);
        differs = differs || !other || strcmp(other->text, v->text) != 0;
    }
    if (differs)
        vec_push(keys, v->key);
}

/* What the groups differ in. */
static void find_keys(const struct plan *p, struct keys *keys)
{
    for (size_t g = 0; g < p->num_groups; g++) {
        const struct plan_run *r = &p->runs.data[g];
        for (size_t i = 0; i < r->num_choices; i++)
            add_key(p, &r->choices[i], keys);
        for (size_t i = 0; i < r->num_values; i++)
            add_key(p, &r->values[i], keys);
    }
}

static void print_table(const struct plan *p, const struct keys *keys)
{
    struct table t;
    struct buf heads = {0};
    buf_puts(&heads, "#|group");
    for (size_t k = 0; k < keys->len; k++)
        buf_printf(&heads, "|%s", keys->data[k]);
    table_init(&t, buf_text(&heads), NULL);
    for (size_t g = 0; g < p->num_groups; g++) {
        table_printf(&t, "%zu", g + 1);
        table_add(&t, p->runs.data[g].group);
        for (size_t k = 0; k < keys->len; k++) {
            const struct plan_value *v = find(&p->runs.data[g], keys->data[k]);
            table_add(&t, v ? v->text : "-");
        }
    }
    printf("%s: %zu runs (%zu groups x %zu seeds)\n\n", p->name, p->runs.len, p->num_groups,
           p->num_seeds);
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
    buf_finish(&heads);
}

static void print_json(const struct plan *p, const struct keys *keys)
{
    for (size_t g = 0; g < p->num_groups; g++) {
        const struct plan_run *r = &p->runs.data[g];
        json_t *values = json_object(), *seeds = json_array();
        for (size_t k = 0; k < keys->len; k++) {
            const struct plan_value *v = find(r, keys->data[k]);
            if (v)
                json_object_set_new(values, v->key,
                                    v->is_num ? json_number(v->num) : json_string(v->text));
        }
        for (size_t s = 0; s < p->num_seeds; s++)
            json_array_append_new(
                seeds, json_integer((json_int_t)p->runs.data[s * p->num_groups + g].seed));
        json_print(json_pack("{s:i, s:s, s:s, s:s, s:o, s:o}", "v", 1, "type", "group", "group",
                             r->group, "label", r->label, "seeds", seeds, "values", values));
    }
}

static int expand(const struct cli *cli, const struct plan *p, struct err *e)
{
    struct keys keys = {0};
    if (p->draws)
        return sweep_preview(cli, p, e);
    find_keys(p, &keys);
    (cli_has(cli, "json") ? print_json : print_table)(p, &keys);
    vec_finish(&keys);
    return p->sweep ? sweep_preview(cli, p, e) : OK;
}

static int run(struct cli *cli, struct err *e)
{
    struct planned p;
    if (cli_has(cli, "show"))
        return sweep_show(cli, e);
    if (cli_has(cli, "resume"))
        return cli->num_args
                   ? err_set(e, ERR_USAGE, "--resume %s takes no recipe", cli_get(cli, "resume"))
                   : sweep_resume(cli, e);
    int status = planned_make(cli, &p, e);
    if (status == OK && p.plan.num_groups < 2)
        status = err_set(e, ERR_DATA, "%s sweeps nothing; rlbench run runs it", p.plan.recipe_path);
    if (status == OK)
        status =
            cli_has(cli, "dry-run") ? expand(cli, &p.plan, e) : planned_launch(cli, &p.plan, e);
    planned_finish(&p);
    return status;
}

static const struct opt opts[] = {
    PLANNING_OPTS,
    LAUNCH_OPTS,
    {"dry-run", 'n', NULL,
     "only show the groups that the sweep expands to, or what it tries first"},
    {"show", 0, "EXPERIMENT", "what came of it, the best first: a name, a run, @last or @live"},
    {"resume", 0, "EXPERIMENT", "go on with a sweep whose supervisor was stopped or killed"},
    {"metric", 0, "NAME", "with --show: this metric instead of the recipe's sweep.metric"},
    {"goal", 0, "GOAL", "with --metric: maximize or minimize"},
    {NULL, 0, NULL, NULL},
};

const struct verb verb_sweep = {
    .name = "sweep",
    .args = "RECIPE | --show EXPERIMENT | --resume EXPERIMENT",
    .doc = "run a recipe's sweep, show what it expands to, or what came of it",
    .examples = "rlbench sweep sweep-random --dry-run      the groups, and nothing is run\n"
                "rlbench sweep sweep-random --jobs 4\n"
                "rlbench sweep --show @last                the best first, and what mattered\n"
                "rlbench sweep --resume sweep-bayes        after a kill, with the same trials\n"
                "rlbench sweep --show cliff --metric eval/return --goal maximize\n",
    .opts = opts,
    .run = run,
};
