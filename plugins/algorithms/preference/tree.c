#include "tree.h"

#include <rlbench/vecmath.h>

rlb_status forest_init(struct forest *f, const rlb_host *host, size_t trees, uint32_t V, uint32_t L,
                       double temperature, uint32_t draws)
{
    size_t nodes = 0, level = 1, rows = (size_t)draws * L;
    for (uint32_t t = 0; t < L; t++, level *= V)
        nodes += level;
    *f =
        (struct forest){.V = V, .L = L, .trees = trees, .nodes = nodes, .temperature = temperature};
    f->stride = (V + TREE_BLOCK - 1) / TREE_BLOCK * TREE_BLOCK;
    f->blocks = f->stride / TREE_BLOCK;
    f->logits = host->alloc(host, trees * nodes * V * sizeof *f->logits);
    f->slot = host->alloc(host, trees * nodes * sizeof *f->slot);
    f->node = host->alloc(host, rows * sizeof *f->node);
    f->p = host->alloc(host, rows * f->stride * sizeof *f->p);
    f->sums = host->alloc(host, rows * f->blocks * sizeof *f->sums);
    f->normaliser = host->alloc(host, rows * sizeof *f->normaliser);
    f->moved = host->alloc(host, rows * sizeof *f->moved);
    if (!f->logits || !f->slot || !f->node || !f->p || !f->sums || !f->normaliser || !f->moved)
        return host->fail(host, RLB_E_NOMEM, "no memory for %zu tables of %zu rows", trees, nodes);
    return RLB_OK;
}

/* exp((x - top) scale) of a row; at least exp(-700). */
RLB_CLONES static void row_exp(uint32_t n, const double *x, double top, double scale, double *out)
{
#pragma omp simd
    for (uint32_t i = 0; i < n; i++) {
        double behind = (x[i] - top) * scale;
        out[i] = behind > -700 ? behind : -700;
    }
#pragma omp simd
    for (uint32_t i = 0; i < n; i++)
        out[i] = rlb_exponential(out[i]);
}

RLB_CLONES static void row_scale(uint32_t n, double factor, double *x)
{
#pragma omp simd
    for (uint32_t i = 0; i < n; i++)
        x[i] *= factor;
}

/* x -= factor p. */
RLB_CLONES static void row_subtract(uint32_t n, double factor, const double *p, double *x)
{
#pragma omp simd
    for (uint32_t i = 0; i < n; i++)
        x[i] -= factor * p[i];
}

/* Sum of a block, in halves, so that no instruction set adds in another order. */
static double block_sum(const double *p)
{
    double t[TREE_BLOCK / 2];
    for (int i = 0; i < 8; i++)
        t[i] = p[i] + p[i + 8];
    for (int i = 0; i < 4; i++)
        t[i] += t[i + 4];
    return (t[0] + t[2]) + (t[1] + t[3]);
}

RLB_CLONES static double row_top(uint32_t n, const double *x)
{
    enum { LANES = 8 }; /* a maximum of numbers is vector code for every compiler only so */
    double top = x[0], lanes[LANES];
    uint32_t i = 0;
    for (uint32_t k = 0; k < LANES; k++)
        lanes[k] = top;
    for (; i + LANES <= n; i += LANES)
        for (uint32_t k = 0; k < LANES; k++)
            lanes[k] = x[i + k] > lanes[k] ? x[i + k] : lanes[k];
    for (; i < n; i++)
        top = x[i] > top ? x[i] : top;
    for (uint32_t k = 0; k < LANES; k++)
        top = lanes[k] > top ? lanes[k] : top;
    return top;
}

/* Probabilities of a row into p [stride] and sums [blocks]; returns its normaliser. */
static double fill_row(const struct forest *f, const double *logits, double *p, double *sums)
{
    double top = row_top(f->V, logits), scale = 1 / f->temperature, sum = 0;
    row_exp(f->V, logits, top, scale, p);
    for (uint32_t i = f->V; i < f->stride; i++)
        p[i] = 0;
    for (uint32_t b = 0; b < f->blocks; b++)
        sum += sums[b] = block_sum(p + b * TREE_BLOCK);
    row_scale(f->stride, 1 / sum, p);
    row_scale(f->blocks, 1 / sum, sums);
    /* cppcheck-suppress invalidFunctionArg ; the largest alone adds 1 */
    return top * scale + log(sum);
}

static uint32_t row_of(struct forest *f, size_t node)
{
    uint32_t row = f->slot[node];
    if (row < f->used && f->node[row] == node)
        return row;
    row = f->used++;
    f->slot[node] = row;
    f->node[row] = node;
    f->moved[row] = 0;
    f->normaliser[row] = fill_row(f, f->logits + node * f->V, f->p + (size_t)row * f->stride,
                                  f->sums + (size_t)row * f->blocks);
    return row;
}

/* The token at u in [0, 1), by blocks; rounding that is left over goes to the last possible one. */
static uint32_t pick(const struct forest *f, uint32_t row, double u)
{
    const double *p = f->p + (size_t)row * f->stride, *sums = f->sums + (size_t)row * f->blocks;
    uint32_t b = 0;
    for (; b + 1 < f->blocks && u >= sums[b]; b++)
        u -= sums[b];
    uint32_t first = b * TREE_BLOCK, end = first + TREE_BLOCK < f->V ? first + TREE_BLOCK : f->V;
    for (uint32_t v = first; v + 1 < end; v++) {
        if (u < p[v])
            return v;
        u -= p[v];
    }
    return end - 1;
}

uint32_t forest_draw(struct forest *f, size_t tree, rlb_rng *rng, struct path *out)
{
    size_t first = tree * f->nodes, level = 1;
    uint32_t prefix = 0;
    for (uint32_t t = 0; t < f->L; t++, first += level, level *= f->V) {
        size_t node = first + prefix;
        uint32_t row = row_of(f, node), token = pick(f, row, rlb_rng_uniform(rng));
        out->row[t] = row;
        out->token[t] = token;
        out->log_p[t] = f->logits[node * f->V + token] / f->temperature - f->normaliser[row];
        prefix = prefix * f->V + token;
    }
    return prefix;
}

void forest_move(struct forest *f, const struct path *path, const double *step)
{
    for (uint32_t t = 0; t < f->L; t++) {
        double move = step[t] / f->temperature;
        f->logits[f->node[path->row[t]] * f->V + path->token[t]] += move;
        f->moved[path->row[t]] += move;
    }
}

void forest_settle(struct forest *f)
{
    for (uint32_t row = 0; row < f->used; row++)
        row_subtract(f->V, f->moved[row], f->p + (size_t)row * f->stride,
                     f->logits + f->node[row] * f->V);
    f->used = 0;
}

void forest_enumerate(const struct forest *f, size_t tree, double *row, double *out)
{
    size_t first = tree * f->nodes, level = 1;
    out[0] = 1;
    for (uint32_t t = 0; t < f->L; t++, first += level, level *= f->V)
        for (size_t prefix = level; prefix-- > 0;) { /* backwards: out grows in place */
            const double *logits = f->logits + (first + prefix) * f->V;
            double mass = out[prefix], sum = 0;
            row_exp(f->V, logits, row_top(f->V, logits), 1 / f->temperature, row);
            for (uint32_t v = 0; v < f->V; v++)
                sum += row[v];
            for (uint32_t v = 0; v < f->V; v++)
                out[prefix * f->V + v] = mass * row[v] / sum;
        }
}
