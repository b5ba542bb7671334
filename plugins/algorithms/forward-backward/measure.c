/* Figures of the learner as it is, at logging points: exact ones where the world has a model,
 * successes where it has goals. */
#include "fb.h"

#include <rlbench/linalg.h>

#include <string.h>

enum { SEED_CHECK = 21 };

static rlb_status no_memory(const struct fb *f)
{
    return f->host->fail(f->host, RLB_E_NOMEM, "no memory for the figures");
}

static void tell(const struct fb *f, uint32_t metric, double value)
{
    f->host->metric(f->host, metric, value);
}

static rlb_status build_pairs(struct fb *f)
{
    f->pair_z = f->host->alloc(f->host, (size_t)f->c.eval_pairs * f->c.d * sizeof *f->pair_z);
    return f->pair_z ? pairs_init(&f->pairs, &f->world, f->c.eval_pairs, f->c.eval_steps,
                                  f->c.eval_epsilon)
                     : no_memory(f);
}

rlb_status fb_measure_build(struct fb *f)
{
    rlb_status status = f->c.eval_pairs ? build_pairs(f) : RLB_OK;
    if (status != RLB_OK || !f->has_truth)
        return status;
    size_t S = f->truth.S, A = f->truth.A, d = f->c.d;
    const rlb_host *host = f->host;
    f->rho = host->alloc(host, S * sizeof *f->rho);
    f->state_b = host->alloc(host, S * d * sizeof *f->state_b);
    f->state_f = host->alloc(host, S * A * d * sizeof *f->state_f);
    f->state_q = host->alloc(host, S * A * sizeof *f->state_q);
    f->state_m = host->alloc(host, S * S * sizeof *f->state_m);
    f->check_z = host->alloc(host, CHECKED * d * sizeof *f->check_z);
    if (!f->rho || !f->state_b || !f->state_f || !f->state_q || !f->state_m || !f->check_z)
        return no_memory(f);
    rlb_rng rng;
    rlb_rng_init(&rng, SEED_CHECK, 0);
    for (uint32_t k = 0; k < CHECKED; k++)
        law_draw(&rng, f->c.z_law, f->c.z_scale, f->c.d, f->check_z + k * d);
    for (size_t s = 0; s < S; s++)
        f->rho[s] = 1 / (double)S;
    return judge_init(&f->judge, &f->truth, f->c.eval_goals, f->c.eval_others);
}

/* ---------------------------------------------------------------- exact figures */

/* What the data say of where B is looked at; uniform until there are any. */
static void find_shares(struct fb *f)
{
    if (f->c.data != DATA_EXACT && f->data.state && f->data.transitions)
        data_shares(&f->data, f->rho);
}

void fb_ask_states(struct fb *f)
{
    find_shares(f);
    fb_ask_obs(f, f->world.state_obs, f->truth.S, f->state_b);
}

static void widen(const float *from, double *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (double)from[i];
}

static bool task_values(void *self, const struct judged *task, double *q)
{
    struct fb *f = self;
    float z[MOST_D];
    fb_infer_states(f, task->reward, z);
    fb_ask_q(f, f->world.state_obs, f->truth.S, z, false, f->state_q);
    widen(f->state_q, q, (size_t)f->truth.S * f->truth.A);
    return true;
}

/* Goals with generalised policy improvement. */
static bool gpi_values(void *self, const struct judged *task, double *q)
{
    struct fb *f = self;
    float z[MOST_D];
    if (task->family != FAMILY_GOAL)
        return false;
    fb_infer_states(f, task->reward, z);
    fb_ask_best(f, f->world.state_obs, f->truth.S, z, f->state_q);
    widen(f->state_q, q, (size_t)f->truth.S * f->truth.A);
    return true;
}

static rlb_status tell_scores(struct fb *f)
{
    struct scores scores;
    rlb_status status = judge_all(&f->judge, task_values, f, f->c.temp_eval, &scores);
    if (status != RLB_OK)
        return status;
    const struct {
        uint32_t metric;
        double value;
    } rows[] = {{M_SCORE_GOAL_SOFT, scores.soft[FAMILY_GOAL]},
                {M_SCORE_GOAL_GREEDY, scores.greedy[FAMILY_GOAL]},
                {M_SCORE_MULTI, scores.soft[FAMILY_MULTI]},
                {M_SCORE_AVOID, scores.soft[FAMILY_AVOID]},
                {M_REF_UNIFORM, f->judge.reference_uniform},
                {M_REF_ONE_STEP, f->judge.reference_one_step}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!isnan(rows[i].value))
            tell(f, rows[i].metric, rows[i].value);
    if (!f->c.gpi)
        return RLB_OK;
    status = judge_all(&f->judge, gpi_values, f, f->c.temp_eval, &scores);
    if (status == RLB_OK)
        tell(f, M_SCORE_GOAL_GPI, scores.soft[FAMILY_GOAL]);
    return status;
}

/* |F' B rho - M| / |M| in Frobenius norms over ((s, a), s'), M that of the policy that F acts by.
 */
static rlb_status check_measure(struct fb *f, const float *z, double *out)
{
    uint32_t S = f->truth.S, A = f->truth.A, d = f->c.d;
    double *q = f->judge.q, *policy = f->judge.policy, off = 0, all = 0;
    fb_ask_q(f, f->world.state_obs, S, z, false, f->state_q);
    widen(f->state_q, q, (size_t)S * A);
    truth_policy(&f->truth, q, f->c.policy == POLICY_SOFTMAX ? f->c.temp : 0, policy);
    rlb_status status = truth_visits(&f->truth, policy, f->state_m);
    if (status != RLB_OK)
        return status;
    fb_ask_f(f, f->world.state_obs, S, z, f->state_f);
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t a = 0; a < A; a++) {
            const float *row = f->state_f + ((size_t)s * A + a) * d;
            truth_pair_visits(&f->truth, f->state_m, s, a, f->c.convention == CONVENTION_NEXT,
                              f->judge.v);
            for (uint32_t i = 0; i < S; i++) {
                double m = 0;
                for (uint32_t k = 0; k < d; k++)
                    m += (double)(row[k] * f->state_b[(size_t)i * d + k]);
                off += pow(m * f->rho[i] - f->judge.v[i], 2);
                all += pow(f->judge.v[i], 2);
            }
        }
    *out = sqrt(off / all);
    return RLB_OK;
}

struct residual {
    double bellman, predicted, real;
};

/* Qhat = F' E[r B] for a goal against one step of its own policy, and against what that is worth.
 */
static rlb_status check_goal(struct fb *f, const struct judged *task, struct residual *out)
{
    const struct truth *t = &f->truth;
    uint32_t S = t->S, A = t->A, d = f->c.d;
    bool next = f->c.convention == CONVENTION_NEXT;
    double raw[MOST_D], *q = f->judge.q, *policy = f->judge.policy, *v = f->judge.v, worst = 0;
    float z[MOST_D];
    fb_infer_raw(f, task->reward, raw);
    fb_infer_states(f, task->reward, z);
    fb_ask_f(f, f->world.state_obs, S, z, f->state_f);
    for (size_t i = 0; i < (size_t)S * A; i++) {
        q[i] = 0;
        for (uint32_t k = 0; k < d; k++)
            q[i] += (double)f->state_f[i * d + k] * raw[k];
    }
    truth_policy(t, q, 0, policy);
    for (uint32_t s = 0; s < S; s++) {
        v[s] = next ? task->reward[s] : 0;
        for (uint32_t a = 0; a < A; a++)
            v[s] += (next ? t->gamma : 1) * policy[(size_t)s * A + a] * q[(size_t)s * A + a];
    }
    for (size_t i = 0; i < (size_t)S * A; i++) {
        double target = next ? 0 : task->reward[i / A];
        for (uint32_t s = 0; s < S; s++)
            target += (next ? 1 : t->gamma) * t->kernel[i * S + s] * v[s];
        worst = fmax(worst, fabs(q[i] - target));
    }
    out->bellman += worst;
    for (size_t i = 0; i < (size_t)S * A; i++)
        out->predicted += policy[i] * q[i] / S;
    rlb_status status = truth_value(t, policy, task->reward, v);
    for (uint32_t s = 0; s < S; s++)
        out->real += (next ? (v[s] - task->reward[s]) / t->gamma : v[s]) / S;
    return status;
}

static rlb_status tell_errors(struct fb *f)
{
    struct residual sum = {0};
    uint32_t n = 0, step = f->judge.num_tasks / CHECKED + 1;
    double m_rel = 0;
    rlb_status status = RLB_OK;
    for (uint32_t i = 0; status == RLB_OK && i < f->judge.num_tasks; i += step)
        if (f->judge.tasks[i].family == FAMILY_GOAL) {
            status = check_goal(f, &f->judge.tasks[i], &sum);
            n++;
        }
    for (uint32_t k = 0; f->method == METHOD_FORWARD_BACKWARD && status == RLB_OK && k < CHECKED;
         k++) {
        double one = 0;
        status = check_measure(f, f->check_z + (size_t)k * f->c.d, &one);
        m_rel += one / CHECKED;
    }
    if (status != RLB_OK)
        return status;
    if (f->method == METHOD_FORWARD_BACKWARD)
        tell(f, M_ERR_M_REL, m_rel);
    if (n && f->c.gamma > 0) {
        tell(f, M_ERR_BELLMAN, sum.bellman / n);
        tell(f, M_Q_PRED, sum.predicted / n);
        tell(f, M_Q_REAL, sum.real / n);
    }
    return RLB_OK;
}

/* ---------------------------------------------------------------- B */

/* E[B B'] against the identity, over the model's states or rows of the data. */
static void tell_gram(struct fb *f)
{
    uint32_t d = f->c.d, n = f->has_truth ? f->truth.S : LOOK_ROWS * 4;
    double *gram = f->gram, *eigen = f->solved, largest = 0, square = 0, sum = 0, entropy = 0;
    fb_gram(f, n);
    for (uint32_t i = 0; i < d; i++)
        for (uint32_t j = 0; j < d; j++) {
            double off = fabs(gram[(size_t)i * d + j] - (i == j));
            largest = fmax(largest, off);
            square += off * off;
        }
    tell(f, M_ORTHO_LINF, largest);
    tell(f, M_ORTHO_L2, sqrt(square / d));
    if (rlb_eigen_symmetric(d, gram, eigen) != RLB_OK)
        return;
    for (uint32_t i = 0; i < d; i++)
        sum += fmax(eigen[i], 0);
    for (uint32_t i = 0; i < d; i++) {
        double p = fmax(eigen[i], 0) / sum;
        entropy -= p > 0 ? p * log(p) : 0;
    }
    tell(f, M_B_EFF_RANK, exp(entropy));
}

static void pair_values(void *self, const float *obs, uint32_t n, float *q)
{
    struct fb *f = self;
    fb_ask_q(f, obs, n, f->pair_z, true, q);
}

static rlb_status tell_successes(struct fb *f)
{
    double success, distance;
    rlb_status status = pairs_begin(&f->pairs);
    if (status != RLB_OK)
        return status;
    fb_infer_goals(f, f->pairs.goal, f->pairs.n, f->pair_z);
    status = pairs_play(&f->pairs, pair_values, f, &success, &distance);
    if (status == RLB_OK) {
        tell(f, M_SUCCESS, success);
        tell(f, M_FINAL_DISTANCE, distance);
    }
    return status;
}

rlb_status fb_measure(void *self)
{
    struct fb *f = self;
    rlb_status status = RLB_OK;
    tell(f, M_TRANSITIONS, (double)f->data.transitions);
    if (f->has_truth) {
        uint32_t seen = 0;
        fb_ask_states(f);
        for (uint32_t s = 0; s < f->truth.S; s++)
            seen += f->rho[s] > 0;
        tell(f, M_COVERAGE, (double)seen / f->truth.S);
        status = tell_scores(f);
        if (status == RLB_OK)
            status = tell_errors(f);
    }
    if (f->has_truth || f->data.transitions)
        tell_gram(f);
    return status == RLB_OK && f->pairs.n ? tell_successes(f) : status;
}
