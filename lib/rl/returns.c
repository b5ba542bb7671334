#include <rlbench/returns.h>

#include <math.h>

/* Every estimator is a recursion backwards in time along each stream. Streams are taken in blocks,
 * so that rows are read along cache lines while what is carried stays in registers. */
enum { BLOCK = 16 };

struct pass {
    const rlb_steps *steps;
    double discount, lambda, rho_bar, c_bar;
    const float *ratio, *q;
    float *out, *advantage;
};

/* Writes the results of entry i; carry: what its successor handed back (0 behind the last step).
 * Returns what it hands back itself. */
typedef double backup(const struct pass *p, size_t i, double carry);

static inline __attribute__((always_inline)) void sweep(const struct pass *p, backup *step)
{
    uint32_t N = p->steps->num_streams;
    for (uint32_t begin = 0; begin < N; begin += BLOCK) {
        uint32_t end = N - begin < BLOCK ? N : begin + BLOCK;
        double carry[BLOCK] = {0};
        for (uint32_t t = p->steps->num_steps; t-- > 0;)
            for (uint32_t n = begin; n < end; n++)
                carry[n - begin] = step(p, (size_t)t * N + n, carry[n - begin]);
    }
}

static inline int cut(const rlb_steps *s, size_t i)
{
    return s->terminated[i] || (s->truncated && s->truncated[i]);
}

/* V'(t): the value of the state that entry i led to. */
static inline double next_value(const rlb_steps *s, size_t i)
{
    if (s->terminated[i])
        return 0;
    return (double)(s->truncated && s->truncated[i] ? s->final_value[i]
                                                    : s->value[i + s->num_streams]);
}

static inline double error_to(const struct pass *p, size_t i, double baseline)
{
    return (double)p->steps->reward[i] + p->discount * next_value(p->steps, i) - baseline;
}

static inline double sum_backup(const struct pass *p, size_t i, double carry)
{
    double sum = (double)p->steps->reward[i] + (cut(p->steps, i) ? 0 : p->discount * carry);
    p->out[i] = (float)sum;
    return sum;
}

void rlb_discounted_sums(const rlb_steps *s, double discount, float *sum)
{
    sweep(&(struct pass){.steps = s, .discount = discount, .out = sum}, sum_backup);
}

void rlb_nstep_returns(const rlb_steps *s, double discount, uint32_t n, float *ret)
{
    size_t N = s->num_streams, entries = N * s->num_steps;
    for (size_t first = 0; first < entries; first++) {
        double sum = 0, weight = 1;
        size_t i = first;
        for (uint32_t k = 1;; k++, i += N) {
            sum += weight * (double)s->reward[i];
            weight *= discount;
            if (k == n || cut(s, i) || i + N >= entries)
                break;
        }
        ret[first] = (float)(sum + weight * next_value(s, i));
    }
}

static inline double gae_backup(const struct pass *p, size_t i, double carry)
{
    double a = error_to(p, i, (double)p->steps->value[i]) +
               (cut(p->steps, i) ? 0 : p->discount * p->lambda * carry);
    p->out[i] = (float)a;
    return a;
}

void rlb_gae(const rlb_steps *s, double discount, double lambda, float *advantage)
{
    sweep(&(struct pass){.steps = s, .discount = discount, .lambda = lambda, .out = advantage},
          gae_backup);
}

/* The lambda-return is the advantage above its own value: G_t = V(s_t) + A_t. */
static inline double lambda_backup(const struct pass *p, size_t i, double carry)
{
    double value = (double)p->steps->value[i], a = error_to(p, i, value);
    a += cut(p->steps, i) ? 0 : p->discount * p->lambda * carry;
    p->out[i] = (float)(value + a);
    return a;
}

void rlb_lambda_returns(const rlb_steps *s, double discount, double lambda, float *ret)
{
    sweep(&(struct pass){.steps = s, .discount = discount, .lambda = lambda, .out = ret},
          lambda_backup);
}

/* Carries v_t - V(s_t). */
static inline double vtrace_backup(const struct pass *p, size_t i, double carry)
{
    double value = (double)p->steps->value[i], ratio = (double)p->ratio[i];
    double rho = fmin(p->rho_bar, ratio), c = p->lambda * fmin(p->c_bar, ratio);
    double error = error_to(p, i, value), follows = cut(p->steps, i) ? 0 : p->discount * carry;
    double off = rho * error + c * follows;
    p->out[i] = (float)(value + off);
    if (p->advantage)
        p->advantage[i] = (float)(rho * (error + follows));
    return off;
}

void rlb_vtrace(const rlb_steps *s, double discount, double lambda, double rho_bar, double c_bar,
                const float *ratio, float *target, float *advantage)
{
    sweep(&(struct pass){s, discount, lambda, rho_bar, c_bar, ratio, NULL, target, advantage},
          vtrace_backup);
}

/* Carries c_t (target_t - q_t). */
static inline double retrace_backup(const struct pass *p, size_t i, double carry)
{
    double q = (double)p->q[i];
    double off = error_to(p, i, q) + (cut(p->steps, i) ? 0 : p->discount * carry);
    p->out[i] = (float)(q + off);
    return p->lambda * fmin(1, (double)p->ratio[i]) * off;
}

void rlb_retrace(const rlb_steps *s, double discount, double lambda, const float *q,
                 const float *ratio, float *target)
{
    sweep(&(struct pass){.steps = s,
                         .discount = discount,
                         .lambda = lambda,
                         .ratio = ratio,
                         .q = q,
                         .out = target},
          retrace_backup);
}
