#include "judge.h"

#include <rlbench/rng.h>

#include <math.h>

/* The tasks are the same in every run. */
enum { SEED_TASKS = 2021 };
static const double least_weight = 0.2;

static rlb_status no_memory(const struct judge *j)
{
    return j->truth->world->host->fail(j->truth->world->host, RLB_E_NOMEM,
                                       "no memory for the tasks to judge by");
}

static bool is_wall(const rlb_grid *g, int32_t row, int32_t col)
{
    return row < 0 || col < 0 || row >= (int32_t)g->rows || col >= (int32_t)g->cols ||
           g->wall[row * (int32_t)g->cols + col];
}

/* A cell between two walls. */
bool judge_is_door(const struct world *w, uint32_t s)
{
    const rlb_grid *g = w->grid;
    if (!g || g->cell[s] < 0)
        return false;
    int32_t row = g->cell[s] / (int32_t)g->cols, col = g->cell[s] % (int32_t)g->cols;
    bool sides = is_wall(g, row, col - 1) && is_wall(g, row, col + 1);
    bool ends = is_wall(g, row - 1, col) && is_wall(g, row + 1, col);
    return sides != ends;
}

static void draw_multi(struct judged *task, rlb_rng *rng, uint32_t S)
{
    for (int k = 0; k < 3; k++)
        task->reward[rlb_rng_below(rng, S)] +=
            least_weight + (1 - least_weight) * rlb_rng_uniform(rng);
}

/* A door at random, any state where there are none, and another state as the goal. */
static void draw_avoid(struct judged *task, rlb_rng *rng, const struct world *w)
{
    uint32_t S = w->num_states, doors = 0, bad, goal;
    for (uint32_t s = 0; s < S; s++)
        doors += judge_is_door(w, s);
    bad = rlb_rng_below(rng, doors ? doors : S);
    for (uint32_t s = 0, k = 0; doors && s < S; s++)
        if (judge_is_door(w, s) && k++ == bad) {
            bad = s;
            break;
        }
    do
        goal = rlb_rng_below(rng, S);
    while (goal == bad && S > 1);
    task->reward[bad] = -1;
    task->reward[goal] = 1;
}

static double mean(const double *v, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += v[i];
    return sum / n;
}

static rlb_status fill_levels(struct judge *j, struct judged *task, double *one_step)
{
    const struct truth *t = j->truth;
    truth_uniform(t, task->reward, j->v);
    task->uniform = mean(j->v, t->S);
    rlb_status status = truth_one_step(t, task->reward, j->v);
    *one_step = mean(j->v, t->S);
    if (status == RLB_OK)
        status = truth_best(t, task->reward, j->v, NULL);
    task->best = mean(j->v, t->S);
    return status;
}

rlb_status judge_init(struct judge *j, const struct truth *t, uint32_t goals, uint32_t others)
{
    const rlb_host *host = t->world->host;
    uint32_t S = t->S, n = goals < S ? goals : S;
    *j = (struct judge){.truth = t, .num_tasks = n + 2 * others};
    j->tasks = host->alloc(host, (j->num_tasks + 1) * sizeof *j->tasks);
    double *rewards = host->alloc(host, ((size_t)j->num_tasks + 1) * S * sizeof *rewards);
    j->q = host->alloc(host, (size_t)S * t->A * sizeof *j->q);
    j->policy = host->alloc(host, (size_t)S * t->A * sizeof *j->policy);
    j->v = host->alloc(host, S * sizeof *j->v);
    if (!j->tasks || !rewards || !j->q || !j->policy || !j->v)
        return no_memory(j);
    rlb_rng rng;
    rlb_rng_init(&rng, SEED_TASKS, 0);
    rlb_status status = RLB_OK;
    for (uint32_t i = 0; status == RLB_OK && i < j->num_tasks; i++) {
        struct judged *task = &j->tasks[i];
        double one_step;
        task->family = i < n ? FAMILY_GOAL : i < n + others ? FAMILY_MULTI : FAMILY_AVOID;
        task->reward = rewards + (size_t)i * S;
        task->goal = i < n ? (uint32_t)((uint64_t)i * S / n) : 0;
        if (task->family == FAMILY_GOAL)
            task->reward[task->goal] = 1;
        else if (task->family == FAMILY_MULTI)
            draw_multi(task, &rng, S);
        else
            draw_avoid(task, &rng, t->world);
        status = fill_levels(j, task, &one_step);
        if (i < n) {
            j->reference_uniform += task->uniform / task->best / n;
            j->reference_one_step += one_step / task->best / n;
        }
    }
    return status;
}

/* The score of the policy in j->policy. */
static rlb_status score(struct judge *j, const struct judged *task, double *out)
{
    rlb_status status = truth_value(j->truth, j->policy, task->reward, j->v);
    double value = mean(j->v, j->truth->S);
    *out = task->family == FAMILY_GOAL ? value / task->best
                                       : (value - task->uniform) / (task->best - task->uniform);
    return status;
}

rlb_status judge_all(struct judge *j, judge_values values, void *self, double temperature,
                     struct scores *out)
{
    uint32_t count[NUM_FAMILIES] = {0};
    *out = (struct scores){0};
    for (uint32_t i = 0; i < j->num_tasks; i++) {
        const struct judged *task = &j->tasks[i];
        double soft, greedy;
        if (!values(self, task, j->q))
            continue;
        truth_policy(j->truth, j->q, temperature, j->policy);
        rlb_status status = score(j, task, &soft);
        truth_policy(j->truth, j->q, 0, j->policy);
        if (status == RLB_OK)
            status = score(j, task, &greedy);
        if (status != RLB_OK)
            return status;
        out->soft[task->family] += soft;
        out->greedy[task->family] += greedy;
        count[task->family]++;
    }
    for (int f = 0; f < NUM_FAMILIES; f++) {
        out->soft[f] = count[f] ? out->soft[f] / count[f] : NAN;
        out->greedy[f] = count[f] ? out->greedy[f] / count[f] : NAN;
    }
    return RLB_OK;
}
