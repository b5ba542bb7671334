#include "plugins/control_rig.h"

#include "base/mem.h"
#include "module/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(const char *what, const char *name)
{
    fprintf(stderr, "control rig: %s: %s\n", what, name);
    exit(99);
}

static rlb_value parse(const rlb_param *p, const char *text)
{
    rlb_value v = {.i = 0};
    if (p->type == RLB_T_REAL)
        v.r = strtod(text, NULL);
    else if (p->type != RLB_T_ENUM)
        v.i = strtoll(text, NULL, 10);
    else
        while (p->choices[v.i] && strcmp(p->choices[v.i], text) != 0)
            v.i++;
    return v;
}

static void set_params(const rlb_env *env, const char *set, rlb_value *values)
{
    char *words = mem_strdup(set), *rest = words;
    for (uint32_t i = 0; i < env->num_params; i++)
        values[i] = env->params[i].def;
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        char *equals = strchr(word, '=');
        uint32_t i = 0;
        if (!equals)
            give_up("no = in", word);
        *equals = '\0';
        while (i < env->num_params && strcmp(env->params[i].name, word) != 0)
            i++;
        if (i == env->num_params)
            give_up("no parameter", word);
        values[i] = parse(&env->params[i], equals + 1);
    }
    free(words);
}

struct venv *control_make(const char *folder, const char *id, const char *set, uint32_t lanes,
                          uint64_t seed, struct tally *tally)
{
    static struct host_report report;
    struct err e = ERR_INIT;
    const rlb_module *m;
    rlb_value values[64];
    char *path = mem_printf("%s/%s.so", folder ? folder : getenv("RLBENCH_PLUGIN_PATH"), id);
    if (module_open(path, &m, &e) != OK)
        give_up(path, e.text);
    free(path);
    set_params(m->envs[0], set, values);
    if (tally)
        tally_init(tally);
    struct venv_spec spec = {
        .env = m->envs[0], .params = values, .num_lanes = lanes, .tally = tally, .report = &report};
    struct venv *v = NULL;
    if (venv_create(&spec, seed, &v) != RLB_OK)
        give_up(id, report.text);
    return v;
}

void control_random_actions(struct venv *v, rlb_rng *rng)
{
    const rlb_space *a = &v->table.act;
    for (uint32_t l = 0; l < v->table.num_lanes; l++)
        if (a->kind == RLB_SPACE_BOX)
            ((float *)v->actions)[l] = (float)(1.5 * a->high * (2 * rlb_rng_uniform(rng) - 1));
        else
            ((int32_t *)v->actions)[l] = (int32_t)rlb_rng_below(rng, (uint32_t)a->n);
}

static const rlb_snapshot *snapshot_of(struct venv *v)
{
    return v->env->interface(v->self, RLB_SNAPSHOT);
}

void control_put(struct venv *v, uint32_t lane, const double *state)
{
    snapshot_of(v)->put(v->self, lane, state);
}

void control_get(struct venv *v, uint32_t lane, double *state)
{
    snapshot_of(v)->take(v->self, lane, state);
}

const rlb_plane *control_plane(struct venv *v)
{
    return v->env->interface(v->self, RLB_PLANE);
}
