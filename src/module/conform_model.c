/* The exact model of an environment: whether its tables hold together, and whether experience
 * agrees with them. */
#include "module/conform_bare.h"

#include "base/clock.h"
#include <rlbench/interfaces.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const uint64_t most_cells = 4u << 20;
static const int64_t experience_ns = 1500000000;
enum { LANES = 4, MOST_STEPS = 400000 };

/* An instance with its interface `id`; v is NULL when it cannot be made, *table when it has none.
 */
static struct venv *with(struct conform *c, struct host_report *report, uint32_t lanes,
                         const char *id, const void **table)
{
    struct venv *v = NULL;
    *table = NULL;
    if (bare_create(c, report, lanes, 1, &v) >= 0 && c->env->interface)
        *table = c->env->interface(v->self, id);
    return v;
}

/* ---- the model's own tables ---- */

static const char *row_fault(const rlb_model *m, const rlb_outcome *o, uint32_t n)
{
    double sum = 0;
    if (n == 0 || n > m->max_outcomes)
        return "it has no outcome, or more than max_outcomes";
    for (uint32_t i = 0; i < n; i++) {
        sum += o[i].prob;
        if (!(o[i].prob >= 0 && o[i].prob <= 1 + 1e-12))
            return "a probability is outside 0 to 1";
        if (o[i].next < 0 || (uint32_t)o[i].next >= m->num_states)
            return "a successor is no state";
        if (o[i].terminated > 1 || !isfinite(o[i].reward))
            return "a flag or reward is unusable";
        for (uint32_t k = 0; k < i; k++)
            if (o[k].next == o[i].next)
                return "it lists a successor twice";
    }
    return fabs(sum - 1) < 1e-9 ? NULL : "its probabilities do not sum to 1";
}

static uint32_t num_stages(const rlb_model *m)
{
    return m->horizon ? m->horizon : 1;
}

enum conform_verdict model_tables(struct conform *c)
{
    struct host_report report;
    const void *table;
    struct venv *v = with(c, &report, 1, RLB_MODEL, &table);
    const rlb_model *m = table;
    if (!m) {
        venv_destroy(v);
        return conform_skip(c, "it has no " RLB_MODEL);
    }
    uint64_t rows = (uint64_t)num_stages(m) * m->num_states * m->num_actions;
    uint64_t stride = rows / 200000 + 1; /* of a large one a sample */
    rlb_outcome *o = mem_alloc(((size_t)m->max_outcomes + 1) * sizeof *o);
    double *start = mem_alloc(((size_t)m->num_states + 1) * sizeof *start), sum = 0;
    enum conform_verdict verdict =
        conform_ok(c, "%u states, %u actions: rows sum to 1", m->num_states, m->num_actions);
    for (uint64_t i = 0; i < rows && verdict == CONFORM_OK; i += stride) {
        uint32_t a = (uint32_t)(i % m->num_actions),
                 s = (uint32_t)(i / m->num_actions) % m->num_states;
        uint32_t h = (uint32_t)(i / m->num_actions / m->num_states);
        const char *fault = row_fault(m, o, m->outcomes(v->self, h, s, a, o));
        if (fault)
            verdict = conform_fail(c, "state %u, action %u: %s", s, a, fault);
    }
    m->start(v->self, start);
    for (uint32_t s = 0; s < m->num_states; s++)
        sum += start[s] >= 0 ? start[s] : NAN;
    if (verdict == CONFORM_OK && !(fabs(sum - 1) < 1e-9))
        verdict = conform_fail(c, "the start distribution sums to %.12g", sum);
    free(start);
    free(o);
    venv_destroy(v);
    return verdict;
}

/* ---- experience ---- */

/* Counts of everything that was seen. A cell is one outcome of (h, s, a). */
struct counts {
    const rlb_model *m;
    uint64_t *visits;          /* [h][s][a] */
    uint64_t *cells;           /* [h][s][a][outcome] */
    double *rewards, *squares; /* sums per cell */
    double *start_prob;        /* [s] */
    uint64_t *starts, resets;  /* [s] */
    rlb_outcome *o;
    char fault[300];
};

static bool make_counts(struct counts *k, const rlb_model *m)
{
    uint64_t rows = (uint64_t)num_stages(m) * m->num_states * m->num_actions;
    uint64_t cells = rows * m->max_outcomes;
    if (cells > most_cells)
        return false;
    *k = (struct counts){.m = m};
    k->visits = mem_alloc(rows * sizeof *k->visits);
    k->cells = mem_alloc(cells * sizeof *k->cells);
    k->rewards = mem_alloc(cells * sizeof *k->rewards);
    k->squares = mem_alloc(cells * sizeof *k->squares);
    k->start_prob = mem_alloc(m->num_states * sizeof *k->start_prob);
    k->starts = mem_alloc(m->num_states * sizeof *k->starts);
    k->o = mem_alloc(m->max_outcomes * sizeof *k->o);
    return true;
}

static void free_counts(struct counts *k)
{
    free(k->visits);
    free(k->cells);
    free(k->rewards);
    free(k->squares);
    free(k->start_prob);
    free(k->starts);
    free(k->o);
}

static void count_start(struct counts *k, uint32_t s)
{
    if (s >= k->m->num_states)
        snprintf(k->fault, sizeof k->fault, "state() gives %u of %u states", s, k->m->num_states);
    else if (k->start_prob[s] <= 0)
        snprintf(k->fault, sizeof k->fault,
                 "an episode starts in state %u, which the start distribution excludes", s);
    else
        k->starts[s]++;
    k->resets++;
}

static void count_step(struct counts *k, struct venv *v, uint32_t h, uint32_t s, uint32_t a,
                       uint32_t next, uint32_t terminated, double reward)
{
    const rlb_model *m = k->m;
    uint64_t row = ((uint64_t)h * m->num_states + s) * m->num_actions + a;
    uint32_t n = m->outcomes(v->self, h, s, a, k->o);
    for (uint32_t i = 0; i < n; i++)
        if ((uint32_t)k->o[i].next == next && k->o[i].prob > 0) {
            if (k->o[i].terminated != terminated)
                snprintf(k->fault, sizeof k->fault,
                         "state %u, action %u to %u: terminated is %u, the model says %u", s, a,
                         next, terminated, k->o[i].terminated);
            uint64_t cell = row * m->max_outcomes + i;
            k->visits[row]++;
            k->cells[cell]++;
            k->rewards[cell] += reward;
            k->squares[cell] += reward * reward;
            return;
        }
    snprintf(k->fault, sizeof k->fault,
             "state %u, action %u led to state %u, which the model excludes", s, a, next);
}

static void gather(struct counts *k, struct venv *v)
{
    uint32_t ages[LANES] = {0}, before[LANES];
    int64_t begin = clock_mono_ns();
    rlb_rng rng;
    rlb_rng_init(&rng, 12, 0);
    for (uint32_t l = 0; l < LANES && !k->fault[0]; l++)
        count_start(k, k->m->state(v->self, l));
    for (int i = 0; i < MOST_STEPS && !k->fault[0]; i++) {
        bare_random_actions(v, &rng);
        for (uint32_t l = 0; l < LANES; l++)
            before[l] = k->m->state(v->self, l);
        if (v->env->step(v->self, 0, LANES) < 0)
            snprintf(k->fault, sizeof k->fault, "step() fails");
        for (uint32_t l = 0; l < LANES && !k->fault[0]; l++) {
            uint32_t h = k->m->horizon && ages[l] >= k->m->horizon ? k->m->horizon - 1
                         : k->m->horizon                           ? ages[l]
                                                                   : 0;
            uint32_t terminated = v->batch.terminated[l];
            count_step(k, v, h, before[l], (uint32_t)((int32_t *)v->actions)[l],
                       k->m->state(v->self, l), terminated, v->batch.rewards[l]);
            if (terminated || (++ages[l] == v->time_limit && v->time_limit)) {
                ages[l] = 0;
                v->env->reset(v->self, l, NULL);
                count_start(k, k->m->state(v->self, l));
            }
        }
        if (i % 64 == 0 && clock_mono_ns() - begin > experience_ns)
            break;
    }
}

/* Squared standard scores of counts against their binomial expectations. */
struct scores {
    double sum;
    uint64_t n;
    double worst;
};

static void score(struct scores *z, uint64_t count, uint64_t total, double p)
{
    double expected = (double)total * p, variance = expected * (1 - p);
    if (expected < 10 || variance < 10)
        return;
    double d = ((double)count - expected) / sqrt(variance);
    z->sum += d * d;
    z->n++;
    z->worst = fabs(d) > z->worst ? fabs(d) : z->worst;
}

/* The reward of a cell: its mean must be the model's, up to what chance allows. */
static bool reward_right(uint64_t n, double sum, double squares, double expected)
{
    double mean = sum / (double)n, variance = squares / (double)n - mean * mean;
    double slack = 1e-5 * (1 + fabs(expected));
    if (variance > slack * slack && n < 30)
        return true;
    return fabs(mean - expected) <= slack + 7 * sqrt(fmax(variance, 0) / (double)n);
}

static void judge_cells(struct counts *k, struct venv *v, struct scores *z, uint64_t *seen)
{
    const rlb_model *m = k->m;
    uint64_t rows = (uint64_t)num_stages(m) * m->num_states * m->num_actions;
    for (uint64_t row = 0; row < rows && !k->fault[0]; row++) {
        if (!k->visits[row])
            continue;
        uint32_t a = (uint32_t)(row % m->num_actions),
                 s = (uint32_t)(row / m->num_actions) % m->num_states;
        uint32_t h = (uint32_t)(row / m->num_actions / m->num_states);
        uint32_t n = m->outcomes(v->self, h, s, a, k->o);
        *seen += k->visits[row];
        for (uint32_t i = 0; i < n; i++) {
            uint64_t cell = row * m->max_outcomes + i;
            score(z, k->cells[cell], k->visits[row], k->o[i].prob);
            if (k->cells[cell] &&
                !reward_right(k->cells[cell], k->rewards[cell], k->squares[cell], k->o[i].reward))
                snprintf(k->fault, sizeof k->fault,
                         "state %u, action %u to %d: the mean of %" PRIu64
                         " rewards is %g, the model says %g",
                         s, a, k->o[i].next, k->cells[cell],
                         k->rewards[cell] / (double)k->cells[cell], k->o[i].reward);
        }
    }
}

static enum conform_verdict judge(struct conform *c, struct counts *k, struct venv *v)
{
    struct scores z = {0};
    uint64_t seen = 0;
    for (uint32_t s = 0; s < k->m->num_states; s++)
        score(&z, k->starts[s], k->resets, k->start_prob[s]);
    judge_cells(k, v, &z, &seen);
    if (k->fault[0])
        return conform_fail(c, "%s", k->fault);
    double excess = z.n ? (z.sum - (double)z.n) / sqrt(2.0 * (double)z.n) : 0;
    if (excess > 7 || z.worst > 7)
        return conform_fail(c,
                            "frequencies of %" PRIu64
                            " steps do not fit the model: chi-square %.0f "
                            "on %" PRIu64 " cells, worst %.1f standard deviations",
                            seen, z.sum, z.n, z.worst);
    return conform_ok(c, "%" PRIu64 " steps agree: chi-square %.0f on %" PRIu64 " cells", seen,
                      z.sum, z.n);
}

enum conform_verdict model_experience(struct conform *c)
{
    struct host_report report;
    const void *table;
    struct venv *v = with(c, &report, LANES, RLB_MODEL, &table);
    const rlb_model *m = table;
    struct counts k;
    enum conform_verdict verdict;
    if (!m) {
        verdict = conform_skip(c, "it has no " RLB_MODEL);
    } else if (v->table.act.kind != RLB_SPACE_DISCRETE || v->table.num_agents != 1) {
        verdict = conform_skip(c, "its actions are not those of a finite MDP");
    } else if (!make_counts(&k, m)) {
        verdict = conform_skip(c, "the model is too large to count");
    } else {
        m->start(v->self, k.start_prob);
        gather(&k, v);
        verdict = k.fault[0] ? conform_fail(c, "%s", k.fault) : judge(c, &k, v);
        free_counts(&k);
    }
    venv_destroy(v);
    return verdict;
}
