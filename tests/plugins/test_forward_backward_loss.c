/* The losses of forward-backward against the same sums in double precision, their gradients against
 * the closed forms of the papers and against differences, and against what must hold at an exact
 * solution of the four rooms. */
#include "../../plugins/algorithms/forward-backward/law.h"
#include "../../plugins/algorithms/forward-backward/loss.h"
#include "../../plugins/algorithms/forward-backward/truth.h"
#include "check.h"
#include "lib/nn/gradcheck.h"
#include "plugins/fake_host.h"

#include <rlbench/linalg.h>

#include <math.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- a loss on a tape and by hand */

enum { MOST = 32 };

struct lab {
    struct nn_host host;
    rlb_tape *tape;
    struct loss_inputs in;
    struct loss_parts parts;
    uint32_t n, k, d;
    bool one_batch;
    /* the same in double precision */
    double f[2][MOST][MOST], fbar[2][MOST][MOST], b[MOST][MOST], bbar[MOST][MOST], p[MOST][MOST];
    double w[MOST][MOST], u[MOST], o[MOST][MOST], v[MOST];
};

static rlb_tensor *with_grad(rlb_tape *t, uint32_t rows, uint32_t cols)
{
    return rlb_input_with_grad(t, 2, (const uint32_t[]){rows, cols});
}

static void copy(double (*from)[MOST], rlb_tensor *to)
{
    for (size_t i = 0; i < to->rows; i++)
        for (size_t j = 0; j < to->cols; j++)
            to->data[i * to->cols + j] = (float)from[i][j];
}

static void draw(rlb_rng *rng, double (*x)[MOST], uint32_t rows, uint32_t cols)
{
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < cols; j++)
            x[i][j] = (double)(float)rlb_rng_normal(rng);
}

/* Random inputs, and the weights of one batch (p is b) or of two. */
static void open_lab(struct lab *l, uint32_t heads, uint32_t ortho, bool one_batch, uint64_t seed)
{
    rlb_rng rng;
    rlb_rng_init(&rng, seed, 0);
    l->one_batch = one_batch;
    l->n = 7;
    l->k = one_batch ? 7 : ortho == ORTHO_RELEASED ? 7 : 9;
    l->d = 5;
    nn_host_init(&l->host);
    rlb_tape *t = l->tape = rlb_tape_create(&l->host.host);
    l->in = (struct loss_inputs){.heads = heads, .ortho = ortho, .ortho_coef = 0.7f};
    for (uint32_t h = 0; h < heads; h++) {
        l->in.f[h] = with_grad(t, l->n, l->d);
        l->in.fbar[h] = rlb_input(t, l->n, l->d);
        draw(&rng, l->f[h], l->n, l->d);
        draw(&rng, l->fbar[h], l->n, l->d);
    }
    l->in.b = with_grad(t, l->k, l->d);
    l->in.bbar = rlb_input(t, l->k, l->d);
    l->in.p = one_batch ? l->in.b : with_grad(t, l->n, l->d);
    l->in.w = rlb_input(t, l->n, l->k);
    l->in.u = rlb_input(t, l->n, 1);
    l->in.o = rlb_input(t, l->k, l->k);
    l->in.v = rlb_input(t, l->k, 1);
    draw(&rng, l->b, l->k, l->d);
    draw(&rng, l->bbar, l->k, l->d);
    draw(&rng, l->p, l->n, l->d);
    for (uint32_t i = 0; i < l->n; i++) {
        l->u[i] = 1.0 / l->n;
        for (uint32_t j = 0; j < l->k; j++)
            l->w[i][j] = !one_batch ? 1.0 / (l->n * l->k) : i == j ? 0 : 1.0 / (l->n * (l->n - 1));
    }
    for (uint32_t i = 0; i < l->k; i++) {
        l->v[i] = 1.0 / l->k;
        for (uint32_t j = 0; j < l->k; j++)
            l->o[i][j] = i == j ? 0 : 1.0 / (l->k * (l->k - 1));
    }
}

static void finish(struct lab *l, uint32_t aggregate)
{
    l->in.aggregate = aggregate;
    l->parts = loss_record(l->tape, &l->in);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(l->tape, l->parts.total), RLB_OK);
}

static void evaluate(struct lab *l)
{
    for (uint32_t h = 0; h < l->in.heads; h++) {
        copy(l->f[h], l->in.f[h]);
        copy(l->fbar[h], l->in.fbar[h]);
    }
    copy(l->b, l->in.b);
    copy(l->bbar, l->in.bbar);
    if (!l->one_batch)
        copy(l->p, l->in.p);
    copy(l->w, l->in.w);
    copy(l->o, l->in.o);
    for (uint32_t i = 0; i < l->n; i++)
        l->in.u->data[i] = (float)l->u[i];
    for (uint32_t i = 0; i < l->k; i++)
        l->in.v->data[i] = (float)l->v[i];
    rlb_forward(l->tape);
    rlb_backward(l->tape);
}

static double dot(const double *a, const double *b, uint32_t d)
{
    double sum = 0;
    for (uint32_t i = 0; i < d; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Where the gradient stops, the values at the start stand in. */
struct frozen {
    double b[MOST][MOST], p[MOST][MOST];
};

static double target(const struct lab *l, uint32_t aggregate, uint32_t i, uint32_t j)
{
    double a = dot(l->fbar[0][i], l->bbar[j], l->d);
    if (l->in.heads == 1)
        return a;
    double b = dot(l->fbar[1][i], l->bbar[j], l->d);
    return aggregate == AGG_MIN ? fmin(a, b) : (a + b) / 2;
}

static double ortho_by_hand(const struct lab *l, const struct frozen *sg)
{
    const double(*p)[MOST] = (const double(*)[MOST])(l->one_batch ? l->b : l->p);
    double sum = 0;
    uint32_t n = l->n, k = l->k, d = l->d;
    if (l->in.ortho == ORTHO_WEIGHTED) {
        for (uint32_t i = 0; i < k; i++) {
            sum -= 2 * l->v[i] * dot(l->b[i], l->b[i], d);
            for (uint32_t j = 0; j < k; j++)
                sum += l->o[i][j] * pow(dot(l->b[i], l->b[j], d), 2);
        }
    } else if (l->in.ortho == ORTHO_CROSS) {
        for (uint32_t i = 0; i < n; i++) {
            sum -= 0.5 * dot(p[i], p[i], d) / n;
            for (uint32_t j = 0; j < k; j++)
                sum += 0.5 * pow(dot(p[i], sg->b[j], d), 2) / (n * k);
        }
    } else {
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < k; j++)
                sum +=
                    (dot(p[j], sg->p[j], d) * dot(sg->p[i], sg->b[j], d) - dot(p[i], sg->b[j], d)) /
                    (n * k);
    }
    return sum;
}

static double loss_by_hand(const struct lab *l, uint32_t aggregate, const struct frozen *sg)
{
    const double(*p)[MOST] = (const double(*)[MOST])(l->one_batch ? l->b : l->p);
    double sum = 0;
    for (uint32_t h = 0; h < l->in.heads; h++)
        for (uint32_t i = 0; i < l->n; i++) {
            sum -= l->u[i] * dot(l->f[h][i], p[i], l->d);
            for (uint32_t j = 0; j < l->k; j++)
                sum += 0.5 * l->w[i][j] *
                       pow(dot(l->f[h][i], l->b[j], l->d) - target(l, aggregate, i, j), 2);
        }
    return sum + (double)l->in.ortho_coef * ortho_by_hand(l, sg);
}

/* The tape's derivative by x against central differences of the sum by hand. */
static void check_slopes(struct lab *l, uint32_t aggregate, double (*x)[MOST],
                         const rlb_tensor *tensor, const struct frozen *sg)
{
    const double step = 1e-5;
    double largest = 1e-3, worst = 0;
    for (size_t i = 0; i < tensor->rows; i++)
        for (size_t j = 0; j < tensor->cols; j++) {
            double kept = x[i][j];
            x[i][j] = kept + step;
            double above = loss_by_hand(l, aggregate, sg);
            x[i][j] = kept - step;
            double slope = (above - loss_by_hand(l, aggregate, sg)) / (2 * step);
            x[i][j] = kept;
            largest = fmax(largest, fabs(slope));
            worst = fmax(worst, fabs(slope - (double)tensor->grad[i * tensor->cols + j]));
        }
    CU_ASSERT(worst / largest < 2e-6);
    if (worst / largest >= 2e-6)
        fprintf(stderr, "off by %g\n", worst / largest);
}

static void all_forms(void)
{
    static const struct {
        uint32_t heads, ortho, aggregate;
        bool one_batch;
    } forms[] = {{1, ORTHO_WEIGHTED, AGG_MIN, true},  {2, ORTHO_WEIGHTED, AGG_MIN, true},
                 {2, ORTHO_WEIGHTED, AGG_MEAN, true}, {1, ORTHO_WEIGHTED, AGG_MIN, false},
                 {1, ORTHO_CROSS, AGG_MIN, false},    {2, ORTHO_CROSS, AGG_MEAN, false},
                 {1, ORTHO_RELEASED, AGG_MIN, false}};
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        static struct lab l;
        static struct frozen sg;
        open_lab(&l, forms[k].heads, forms[k].ortho, forms[k].one_batch, 3 + k);
        finish(&l, forms[k].aggregate);
        evaluate(&l);
        memcpy(sg.b, l.b, sizeof sg.b);
        memcpy(sg.p, l.p, sizeof sg.p);
        double value = loss_by_hand(&l, forms[k].aggregate, &sg);
        CU_ASSERT_DOUBLE_EQUAL((double)l.parts.total->data[0], value, 1e-5 * fmax(1, fabs(value)));
        for (uint32_t h = 0; h < forms[k].heads; h++)
            check_slopes(&l, forms[k].aggregate, l.f[h], l.in.f[h], &sg);
        check_slopes(&l, forms[k].aggregate, l.b, l.in.b, &sg);
        if (!forms[k].one_batch)
            check_slopes(&l, forms[k].aggregate, l.p, l.in.p, &sg);
        nn_host_finish(&l.host);
    }
}

/* dL/dF = D B - B / n, dL/dB = D' F - F / n + coef (4 (O.C) B / (n (n - 1)) - 4 B / n). */
static void closed_form(void)
{
    static struct lab l;
    open_lab(&l, 1, ORTHO_WEIGHTED, true, 11);
    finish(&l, AGG_MIN);
    evaluate(&l);
    uint32_t n = l.n, d = l.d;
    double pairs = n * (n - 1), coef = (double)l.in.ortho_coef;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t c = 0; c < d; c++) {
            double by_f = -l.b[i][c] / n, by_b = -l.f[0][i][c] / n - coef * 4 * l.b[i][c] / n;
            for (uint32_t j = 0; j < n; j++) {
                if (j == i)
                    continue;
                double here = dot(l.f[0][i], l.b[j], d) - target(&l, AGG_MIN, i, j);
                double there = dot(l.f[0][j], l.b[i], d) - target(&l, AGG_MIN, j, i);
                by_f += here * l.b[j][c] / pairs;
                by_b += there * l.f[0][j][c] / pairs;
                by_b += coef * 4 * dot(l.b[i], l.b[j], d) * l.b[j][c] / pairs;
            }
            CU_ASSERT_DOUBLE_EQUAL((double)l.in.f[0]->grad[i * d + c], by_f, 1e-5);
            CU_ASSERT_DOUBLE_EQUAL((double)l.in.b->grad[i * d + c], by_b, 2e-5);
        }
    nn_host_finish(&l.host);
}

/* Two heads that are equal cost twice what one does, and what F_i says of its own successor counts
 * in the diagonal part alone. */
static void twins_and_diagonal(void)
{
    static struct lab one, two;
    open_lab(&one, 1, ORTHO_WEIGHTED, true, 5);
    open_lab(&two, 2, ORTHO_WEIGHTED, true, 5);
    memcpy(two.b, one.b, sizeof two.b);
    memcpy(two.bbar, one.bbar, sizeof two.bbar);
    for (int h = 0; h < 2; h++) {
        memcpy(two.f[h], one.f[0], sizeof two.f[h]);
        memcpy(two.fbar[h], one.fbar[0], sizeof two.fbar[h]);
    }
    finish(&one, AGG_MIN);
    finish(&two, AGG_MIN);
    evaluate(&one);
    evaluate(&two);
    CU_ASSERT_DOUBLE_EQUAL((double)two.parts.off->data[0], 2 * (double)one.parts.off->data[0],
                           1e-5);
    CU_ASSERT_DOUBLE_EQUAL((double)two.parts.diag->data[0], 2 * (double)one.parts.diag->data[0],
                           1e-5);
    CU_ASSERT_DOUBLE_EQUAL((double)two.parts.ortho->data[0], (double)one.parts.ortho->data[0],
                           1e-5);
    /* Off the others' B, along what only B_0 has. */
    float off = one.parts.off->data[0], diag = one.parts.diag->data[0];
    memset(one.b, 0, sizeof one.b);
    for (uint32_t i = 0; i < one.n; i++)
        one.b[i][i ? 1 + i % (one.d - 1) : 0] = 1;
    evaluate(&one);
    off = one.parts.off->data[0];
    diag = one.parts.diag->data[0];
    one.f[0][0][0] += 1;
    evaluate(&one);
    CU_ASSERT_DOUBLE_EQUAL((double)one.parts.off->data[0], (double)off, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL((double)one.parts.diag->data[0], (double)diag - 1.0 / one.n, 1e-6);
    nn_host_finish(&one.host);
    nn_host_finish(&two.host);
}

/* ---------------------------------------------------------------- the exact solution */

enum { S = 68, A = 5 };

struct rooms {
    struct fake_run run;
    struct world world;
    struct truth truth;
};

static void open_rooms(struct rooms *r, double gamma)
{
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&r->run, "goal-grid", "", 1, 1), RLB_OK);
    memset(&r->world, 0, sizeof r->world);
    CU_ASSERT_EQUAL_FATAL(world_init(&r->world, &r->run.host, r->run.world, "a test", 1), RLB_OK);
    CU_ASSERT_EQUAL_FATAL(r->world.num_states, S);
    CU_ASSERT_EQUAL_FATAL(truth_init(&r->truth, &r->world, gamma), RLB_OK);
}

/* For the uniform policy and uniform rho every pair (F, B) with F' B = M_C0 / rho has the loss |S|
 * / 2 - E m(s, a, s) = -373.2193, and no gradient: B square and random, F = m B^-T. */
static void exact_solution(void)
{
    static struct rooms r;
    open_rooms(&r, 0.99);
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    const uint32_t n = S * A;
    struct loss_inputs in = {.heads = 1};
    in.f[0] = with_grad(t, n, S);
    in.fbar[0] = rlb_input(t, n, S);
    in.b = with_grad(t, S, S);
    in.bbar = rlb_input(t, S, S);
    rlb_tensor *row = rlb_input_index(t, 1, &n);
    in.p = rlb_gather(t, in.b, row);
    in.w = rlb_input(t, n, S);
    in.u = rlb_input(t, n, 1);
    in.o = rlb_input(t, S, S);
    in.v = rlb_input(t, S, 1);
    struct loss_parts parts = loss_record(t, &in);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, parts.total), RLB_OK);

    /* F of all pairs: solve B F' = m'. */
    static double b[S * S], f[S * S * A], visits[S];
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    for (int i = 0; i < S * S; i++) {
        b[i] = rlb_rng_normal(&rng) + (i % S == i / S ? sqrt(S) * 2 : 0);
        in.b->data[i] = in.bbar->data[i] = (float)b[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        truth_pair_visits(&r.truth, r.truth.uniform, i / A, i % A, false, visits);
        for (int j = 0; j < S; j++)
            f[(size_t)j * n + i] = S * visits[j];
    }
    CU_ASSERT_EQUAL_FATAL(rlb_solve_many(S, n, b, f), RLB_OK);
    for (uint32_t i = 0; i < n; i++) {
        row->index[i] = (int32_t)(i / A);
        in.u->data[i] = 1.0f / n;
        for (int j = 0; j < S; j++) {
            in.f[0]->data[(size_t)i * S + j] = (float)f[(size_t)j * n + i];
            in.w->data[(size_t)i * S + j] = 1.0f / (n * S);
        }
    }
    /* What the uniform policy does next. */
    for (uint32_t i = 0; i < n; i++)
        for (int j = 0; j < S; j++) {
            double next = 0;
            for (int s = 0; s < S; s++)
                for (int a = 0; a < A; a++)
                    next += r.truth.kernel[(size_t)i * S + s] * f[(size_t)j * n + s * A + a] / A;
            in.fbar[0]->data[(size_t)i * S + j] = (float)(0.99 * next);
        }
    rlb_forward(t);
    rlb_backward(t);
    CU_ASSERT_DOUBLE_EQUAL((double)parts.off->data[0], 34, 0.01);
    CU_ASSERT_DOUBLE_EQUAL((double)parts.diag->data[0], -407.2193, 0.01);
    double f_slope = 0, b_slope = 0, f_part = 0, b_part = 0;
    for (size_t i = 0; i < in.f[0]->size; i++) {
        f_slope = fmax(f_slope, fabs((double)in.f[0]->grad[i]));
        f_part = fmax(f_part, fabs((double)in.b->data[i % in.b->size]) / n);
    }
    for (size_t i = 0; i < in.b->size; i++) {
        b_slope = fmax(b_slope, fabs((double)in.b->grad[i]));
        b_part = fmax(b_part, fabs((double)in.f[0]->data[i]) / S);
    }
    /* Against the size of the terms that cancel. */
    CU_ASSERT(f_slope < 1e-3 * f_part && b_slope < 1e-3 * b_part);
    nn_host_finish(&host);
    fake_finish(&r.run);
}

/* ---------------------------------------------------------------- exact figures */

static double mean(const double *v)
{
    double sum = 0;
    for (int s = 0; s < S; s++)
        sum += v[s] / S;
    return sum;
}

/* Uniform policy, one step of improvement, and policy iteration, over all goals. */
static void reference_levels(void)
{
    static const double gammas[] = {0.99, 0.95, 0.9};
    static const double uniform[] = {0.015747, 0.020599, 0.028452};
    static const double one_step[] = {0.999640, 0.999348, 0.999903};
    static const double best[] = {93.3940, 14.2927, 5.18814};
    for (int k = 0; k < 3; k++) {
        static struct rooms r;
        open_rooms(&r, gammas[k]);
        double a = 0, b = 0, c = 0;
        for (int g = 0; g < S; g++) {
            double reward[S] = {0}, v[S], w[S], x[S];
            reward[g] = 1;
            truth_uniform(&r.truth, reward, v);
            CU_ASSERT_EQUAL(truth_one_step(&r.truth, reward, w), RLB_OK);
            CU_ASSERT_EQUAL(truth_best(&r.truth, reward, x, NULL), RLB_OK);
            a += mean(v) / mean(x) / S;
            b += mean(w) / mean(x) / S;
            c += mean(x) / S;
        }
        CU_ASSERT_DOUBLE_EQUAL(a, uniform[k], 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(b, one_step[k], 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(c, best[k], 1e-4);
        fake_finish(&r.run);
    }
}

/* Rows of M sum to 1 / (1 - gamma), M_C1 = (M_C0 - 1) / gamma, gamma = 0 sees one step. */
static void visits(void)
{
    static struct rooms r;
    double current[S], next[S];
    open_rooms(&r, 0.99);
    for (uint32_t s = 0; s < S; s += 7)
        for (uint32_t a = 0; a < A; a++) {
            double sum = 0;
            truth_pair_visits(&r.truth, r.truth.uniform, s, a, false, current);
            truth_pair_visits(&r.truth, r.truth.uniform, s, a, true, next);
            for (uint32_t i = 0; i < S; i++) {
                sum += current[i];
                CU_ASSERT_DOUBLE_EQUAL(next[i], (current[i] - (i == s)) / 0.99, 1e-9);
            }
            CU_ASSERT_DOUBLE_EQUAL(sum, 100, 1e-9);
        }
    fake_finish(&r.run);
    open_rooms(&r, 0);
    for (uint32_t a = 0; a < A; a++) {
        truth_pair_visits(&r.truth, r.truth.uniform, 3, a, false, current);
        truth_pair_visits(&r.truth, r.truth.uniform, 3, a, true, next);
        for (uint32_t i = 0; i < S; i++) {
            CU_ASSERT_EQUAL(current[i], i == 3);
            CU_ASSERT_EQUAL(next[i], r.truth.kernel[(3 * A + a) * S + i]);
        }
    }
    fake_finish(&r.run);
}

/* ---------------------------------------------------------------- laws of z */

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void laws(void)
{
    enum { D = 8, N = 20000 };
    static float length[N];
    rlb_rng rng;
    rlb_rng_init(&rng, 4, 0);
    double mean_z[D] = {0}, gram[D][D] = {{0}};
    for (int i = 0; i < N; i++) {
        float z[D], square = 0;
        law_draw(&rng, LAW_SPHERE, 0.5, D, z);
        for (int j = 0; j < D; j++) {
            square += z[j] * z[j];
            mean_z[j] += (double)z[j] / N;
            for (int k = 0; k < D; k++)
                gram[j][k] += (double)(z[j] * z[k]) / N;
        }
        CU_ASSERT_DOUBLE_EQUAL((double)square, D, 1e-4);
    }
    for (int j = 0; j < D; j++) {
        CU_ASSERT_DOUBLE_EQUAL(mean_z[j], 0, 5 / sqrt(N));
        for (int k = 0; k < D; k++)
            CU_ASSERT_DOUBLE_EQUAL(gram[j][k], j == k, 7 / sqrt(N));
    }
    for (uint32_t law = LAW_CAUCHY; law <= LAW_BALL; law++) {
        for (int i = 0; i < N; i++) {
            float z[D], square = 0;
            law_draw(&rng, law, 0.5, D, z);
            for (int j = 0; j < D; j++)
                square += z[j] * z[j];
            length[i] = sqrtf(square / D);
        }
        qsort(length, N, sizeof *length, by_value);
        CU_ASSERT_DOUBLE_EQUAL((double)length[N / 2], 0.5, 0.03);
        /* |Cauchy| has its 3/4 quantile at scale tan(3 pi / 8). */
        CU_ASSERT_DOUBLE_EQUAL((double)length[3 * N / 4],
                               law == LAW_CAUCHY ? 0.5 * tan(0.375 * 3.14159265358979) : 0.75,
                               law == LAW_CAUCHY ? 0.1 : 0.02);
    }
    float z[3] = {3, 0, 4}, out[3], none[3] = {0};
    law_squash(z, 3, out);
    CU_ASSERT_DOUBLE_EQUAL((double)out[2], 4 / sqrt(1 + 25 / 3.0), 1e-6);
    law_normalize(none, 3);
    CU_ASSERT_EQUAL(none[0], 0);
}

/* ---------------------------------------------------------------- orthonormality alone */

/* Stochastic gradient steps on a table of 68 rows, by samples of two batches. */
static void descend(uint32_t form, double *eigen)
{
    enum { ROWS = 68, D = 10, N = 128, STEPS = 6000 };
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    rlb_net *net = rlb_net_create(&host.host);
    const uint32_t shape[] = {ROWS, D}, n = N;
    rlb_net_declare(net, "table", 2, shape, 1, (rlb_init){RLB_INIT_NORMAL, 0.5f}, 1, 1);
    CU_ASSERT_EQUAL_FATAL(rlb_net_init(net, 3), RLB_OK);
    rlb_tensor *table = rlb_use_param(t, net, 0);
    rlb_tensor *first = rlb_input_index(t, 1, &n), *second = rlb_input_index(t, 1, &n);
    rlb_tensor *zero = rlb_input(t, N, D);
    struct loss_inputs in = {.heads = 1, .ortho = form, .ortho_coef = 1};
    in.f[0] = in.fbar[0] = zero;
    in.p = rlb_gather(t, table, first);
    in.b = in.bbar = rlb_gather(t, table, second);
    in.w = rlb_input(t, N, N);
    in.u = rlb_input(t, N, 1);
    in.o = rlb_input(t, N, N);
    in.v = rlb_input(t, N, 1);
    CU_ASSERT_EQUAL_FATAL(rlb_tape_finish(t, loss_record(t, &in).total), RLB_OK);
    rlb_optimizer_spec sgd = rlb_sgd(form == ORTHO_RELEASED ? 0.5f : 3);
    rlb_optimizer *optimizer = rlb_optimizer_create(net, &sgd);
    rlb_rng rng;
    rlb_rng_init(&rng, 6, 0);
    for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < N; i++) {
            first->index[i] = (int32_t)rlb_rng_below(&rng, ROWS);
            second->index[i] = (int32_t)rlb_rng_below(&rng, ROWS);
        }
        rlb_forward(t);
        rlb_backward(t);
        rlb_optimizer_step(optimizer);
    }
    double gram[D * D] = {0};
    const float *b = rlb_net_values(net);
    for (int s = 0; s < ROWS; s++)
        for (int i = 0; i < D; i++)
            for (int j = 0; j < D; j++)
                gram[i * D + j] += (double)(b[s * D + i] * b[s * D + j]) / ROWS;
    CU_ASSERT_EQUAL(rlb_eigen_symmetric(D, gram, eigen), RLB_OK);
    nn_host_finish(&host);
}

static void orthonormality(void)
{
    double eigen[10];
    descend(ORTHO_CROSS, eigen);
    CU_ASSERT(eigen[0] > 0.85 && eigen[9] < 1.2);
    descend(ORTHO_RELEASED, eigen);
    CU_ASSERT(eigen[8] < 0.05 && eigen[9] > 0.8 && eigen[9] < 1.2);
    if (eigen[8] >= 0.05)
        fprintf(stderr, "eigenvalues %g %g\n", eigen[8], eigen[9]);
}

CHECK_MAIN("forward-backward losses", {"all forms", all_forms}, {"closed form", closed_form},
           {"twins and diagonal", twins_and_diagonal}, {"exact solution", exact_solution},
           {"reference levels", reference_levels}, {"visits", visits}, {"laws of z", laws},
           {"orthonormality", orthonormality})
