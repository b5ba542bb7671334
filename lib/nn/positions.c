/* Learned positions: a table's rows added to the tokens of every sequence. */
#include "attention.h"
#include "simd.h"
#include "tape_parts.h"

enum { IN_X, IN_TABLE };

/* Rows [B][T] of x and the row of the table for token 0. */
struct sizes {
    size_t rows, tokens, width, from;
};

static struct sizes sizes_of(const nn_node *n)
{
    const rlb_tensor *x = &n->in[IN_X]->pub;
    const uint32_t *from = n->state;
    return (struct sizes){x->rows, x->shape[1], x->cols, from ? *from : 0};
}

NN_CLONES static void add_rows(const float *x, const float *p, float *y, size_t width)
{
    for (size_t c = 0; c < width; c++)
        y[c] = x[c] + p[c];
}

static void positions_forward(nn_node *n)
{
    struct sizes s = sizes_of(n);
    const rlb_tensor *table = &n->in[IN_TABLE]->pub;
    for (size_t r = 0; r < s.rows; r++) {
        const float *x = n->in[IN_X]->pub.data + r * s.width;
        float *y = n->out[0]->pub.data + r * s.width;
        size_t at = s.from + r % s.tokens;
        if (at < table->shape[0])
            add_rows(x, table->data + at * s.width, y, s.width);
        else
            for (size_t c = 0; c < s.width; c++)
                y[c] = NAN;
    }
}

/* to += the gradient of rows [first, end) of x. */
static void scatter(const nn_node *n, size_t first, size_t end, float *to)
{
    struct sizes s = sizes_of(n);
    const float *g = n->out[0]->pub.grad;
    for (size_t r = first; r < end; r++) {
        float *row = to + r % s.tokens * s.width;
        add_rows(g + r * s.width, row, row, s.width);
    }
}

static void positions_backward(nn_node *n)
{
    const rlb_tensor *y = &n->out[0]->pub;
    float *gx = n->in[IN_X]->pub.grad;
    if (gx && !nn_adds(n, IN_X))
        memcpy(gx, y->grad, y->size * sizeof *gx);
    else if (gx)
        add_rows(y->grad, gx, gx, y->size);
    float *table = nn_grad(n, IN_TABLE);
    if (table)
        scatter(n, 0, y->rows, table);
}

static void positions_dot(const nn_node *n, const rlb_net *net, const float *vector,
                          uint32_t samples, double *out)
{
    struct sizes s = sizes_of(n);
    const float *table = nn_part(n, IN_TABLE, net, vector), *g = n->out[0]->pub.grad;
    for (size_t r = 0; table && r < s.rows; r++) {
        const float *row = table + r % s.tokens * s.width;
        for (size_t c = 0; c < s.width; c++)
            out[r / (s.rows / samples)] += (double)g[r * s.width + c] * (double)row[c];
    }
}

static void positions_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                          float *slab)
{
    size_t each = n->out[0]->pub.rows / samples;
    float *table = nn_part(n, IN_TABLE, net, slab);
    if (table)
        scatter(n, b * each, (b + 1) * each, table);
}

static const nn_op positions_op = {.name = "positions",
                                   .forward = positions_forward,
                                   .backward = positions_backward,
                                   .dot = positions_dot,
                                   .one = positions_one};

rlb_tensor *nn_add_positions(rlb_tape *t, rlb_tensor *x, rlb_tensor *table, uint32_t *from)
{
    rlb_tensor *in[] = {x, table};
    nn_node *n = nn_record(t, &positions_op, 2, in);
    if (!n)
        return nn_nothing(t);
    n->state = from;
    return nn_output_like(n, x);
}
