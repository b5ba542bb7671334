/* The other optional interfaces of an environment: features, maps, snapshots, planes, tasks, goals.
 */
#include "module/conform_bare.h"

#include <rlbench/interfaces.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *features_fault(const rlb_features *f, const rlb_model *m, void *self)
{
    uint32_t *index = mem_alloc(((size_t)f->max_nonzero + 1) * sizeof *index);
    double *value = mem_alloc(((size_t)f->max_nonzero + 1) * sizeof *value);
    const char *fault = NULL;
    uint64_t rows = m ? (uint64_t)m->num_states * m->num_actions : 0;
    for (uint64_t i = 0; i < rows && !fault; i += rows / 200000 + 1) {
        uint32_t n = f->row(self, (uint32_t)(i / m->num_actions), (uint32_t)(i % m->num_actions),
                            index, value);
        if (n > f->max_nonzero)
            fault = "features: a row has more entries than announced";
        for (uint32_t k = 0; k < n && !fault; k++)
            if (index[k] >= f->dim || !isfinite(value[k]))
                fault = "features: an index or value is unusable";
    }
    free(index);
    free(value);
    return fault;
}

static const char *grid_fault(const rlb_grid *g, const rlb_model *m)
{
    uint64_t cells = (uint64_t)g->rows * g->cols;
    if (m && (g->num_states != m->num_states || g->num_actions != m->num_actions))
        return "grid: not the states and actions of the model";
    for (uint32_t s = 0; s < g->num_states; s++) {
        if (g->cell[s] < -1 || (g->cell[s] >= 0 && (uint64_t)g->cell[s] >= cells))
            return "grid: a state lies off the map";
        if (g->cell[s] >= 0 && g->wall && g->wall[g->cell[s]])
            return "grid: a state lies in a wall";
    }
    for (uint32_t a = 0; a < g->num_actions; a++)
        if (g->action_dir[a] < -1 || g->action_dir[a] > 3)
            return "grid: an action has no direction";
    return NULL;
}

/* What was taken and put back shows the same observation. */
static const char *snapshot_fault(const rlb_snapshot *t, struct venv *v)
{
    char *bytes = mem_alloc((size_t)t->bytes(v->self) + 1), *obs = mem_alloc(v->obs_bytes + 1);
    rlb_rng rng;
    const char *fault = NULL;
    rlb_rng_init(&rng, 13, 0);
    for (int i = 0; i < 50 && !fault; i++) {
        t->take(v->self, 0, bytes);
        memcpy(obs, v->batch.obs, v->obs_bytes);
        bare_random_actions(v, &rng);
        v->env->step(v->self, 0, 1);
        if (t->put(v->self, 0, bytes) < 0 || memcmp(obs, v->batch.obs, v->obs_bytes) != 0)
            fault = "snapshot: put() does not bring back what take() took";
        v->env->step(v->self, 0, 1);
        if (v->batch.terminated[0])
            v->env->reset(v->self, 0, NULL);
    }
    free(bytes);
    free(obs);
    return fault;
}

/* Observations of its corners and of where the lane is are ones that the world could give. */
static const char *plane_fault(const rlb_plane *p, struct venv *v)
{
    if (!p->x_label || !*p->x_label || !p->y_label || !*p->y_label)
        return "plane: an axis has no label";
    if (!isfinite(p->x_lo) || !isfinite(p->x_hi) || !(p->x_lo < p->x_hi) || !isfinite(p->y_lo) ||
        !isfinite(p->y_hi) || !(p->y_lo < p->y_hi))
        return "plane: an axis is empty or endless";
    char *obs = mem_alloc(v->obs_bytes + 1), *before = mem_alloc(v->obs_bytes + 1), text[200];
    const char *fault = NULL;
    memcpy(before, v->batch.obs, v->obs_bytes);
    for (int i = 0; i < 5 && !fault; i++) {
        double x = i & 1 ? p->x_lo : p->x_hi, y = i & 2 ? p->y_lo : p->y_hi;
        if (i == 4)
            p->where(v->self, 0, &x, &y);
        p->observe(v->self, x, y, obs);
        if (!isfinite(x) || !isfinite(y) ||
            bare_space_fault("", &v->table.obs, obs, v->table.num_agents, text, sizeof text))
            fault = "plane: an observation is outside its space";
    }
    if (memcmp(before, v->batch.obs, v->obs_bytes) != 0)
        fault = "plane: asking for an observation changes the world's";
    free(obs);
    free(before);
    return fault;
}

static const char *tasks_fault(const rlb_tasks *t, void *self)
{
    double sum = 0;
    for (uint32_t i = 0; i < t->num_tasks; i++)
        sum += t->weight(self, i) >= 0 ? t->weight(self, i) : NAN;
    if (!(fabs(sum - 1) < 1e-9))
        return "tasks: the weights do not sum to 1";
    for (uint32_t i = 0; i < t->num_tasks && i < 16; i++)
        if (t->assign(self, 0, i, 1) < 0)
            return "tasks: a task cannot be assigned";
    return NULL;
}

/* A state is represented where it is observed, and a goal that is reached pays no less than one
 * elsewhere. */
static const char *goals_fault(const rlb_goals *g, const rlb_tasks *t, struct venv *v)
{
    if (!t || !t->represent || t->goal_width != g->width)
        return "goals: their width is not the one of rlb.tasks/1";
    float *at = mem_alloc(2 * ((size_t)g->width + 1) * sizeof *at), *back = at + g->width + 1;
    char *obs = mem_alloc(v->obs_bytes + 1);
    const char *fault = NULL;
    rlb_rng rng;
    rlb_rng_init(&rng, 17, 0);
    for (int i = 0; i < 50 && !fault; i++) {
        float here, there;
        t->represent(v->self, v->batch.obs, 1, at);
        g->observe(v->self, at, 1, obs);
        t->represent(v->self, obs, 1, back);
        for (uint32_t k = 0; k < g->width; k++)
            if (!(fabsf(back[k] - at[k]) <= 1e-4F * (1 + fabsf(at[k]))))
                fault = "goals: the observation of a goal is not represented as the goal";
        g->rewards(v->self, at, at, 1, &here);
        bare_random_actions(v, &rng);
        v->env->step(v->self, 0, 1);
        t->represent(v->self, v->batch.obs, 1, back);
        g->rewards(v->self, back, at, 1, &there);
        if (!isfinite(here) || !isfinite(there) || here < there)
            fault = "goals: being there pays less than being elsewhere";
        if (v->batch.terminated[0])
            v->env->reset(v->self, 0, NULL);
    }
    free(at);
    free(obs);
    return fault;
}

/* What is paid for the state stored is what the step into it paid. */
static const char *state_rewards_fault(const rlb_state_rewards *s, const rlb_tasks *t,
                                       struct venv *v)
{
    rlb_rng rng;
    if (!t || t->num_tasks != s->num_tasks || !v->batch.state)
        return "state rewards: they want the tasks of rlb.tasks/1 and a joint state";
    rlb_rng_init(&rng, 19, 0);
    for (int i = 0; i < 50; i++) {
        double paid;
        bare_random_actions(v, &rng);
        v->env->step(v->self, 0, 1);
        s->rewards(v->self, t->current(v->self, 0), v->batch.state, 1, &paid);
        if (!(fabs(paid - (double)v->batch.rewards[0]) <= 1e-4 * (1 + fabs(paid))))
            return "state rewards: a step paid something else than the state it led to";
        if (v->batch.terminated[0])
            v->env->reset(v->self, 0, NULL);
    }
    return NULL;
}

enum conform_verdict interfaces_check(struct conform *c)
{
    struct host_report report;
    struct venv *v = NULL;
    char names[160] = "";
    const char *fault = NULL;
    if (bare_create(c, &report, 1, 1, &v) < 0)
        return conform_skip(c, "it cannot be created");
    const rlb_model *m = c->env->interface ? c->env->interface(v->self, RLB_MODEL) : NULL;
    static const char *const ids[] = {RLB_MODEL, RLB_GRID,  RLB_FEATURES, RLB_SNAPSHOT,
                                      RLB_PLANE, RLB_TASKS, RLB_GOALS};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0] && !fault; i++) {
        const void *t = c->env->interface ? c->env->interface(v->self, ids[i]) : NULL;
        if (!t)
            continue;
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", *names ? ", " : "",
                 ids[i]);
        if (strcmp(ids[i], RLB_GRID) == 0)
            fault = grid_fault(t, m);
        else if (strcmp(ids[i], RLB_FEATURES) == 0)
            fault = features_fault(t, m, v->self);
        else if (strcmp(ids[i], RLB_SNAPSHOT) == 0)
            fault = snapshot_fault(t, v);
        else if (strcmp(ids[i], RLB_PLANE) == 0)
            fault = plane_fault(t, v);
        else if (strcmp(ids[i], RLB_TASKS) == 0)
            fault = tasks_fault(t, v->self);
        else if (strcmp(ids[i], RLB_GOALS) == 0)
            fault = goals_fault(t, c->env->interface(v->self, RLB_TASKS), v);
        else if (strcmp(ids[i], RLB_STATE_REWARDS) == 0)
            fault = state_rewards_fault(t, c->env->interface(v->self, RLB_TASKS), v);
    }
    venv_destroy(v);
    if (fault)
        return conform_fail(c, "%s", fault);
    return *names ? conform_ok(c, "%s", names) : conform_skip(c, "it has none");
}
