/* One row for all: log_std as a parameter of the network, repeated over the rows of a mean. */
#include "gaussian.h"
#include "simd.h"

static void spread_forward(nn_node *n)
{
    const rlb_tensor *row = &n->in[0]->pub, *y = &n->out[0]->pub;
    for (size_t r = 0; r < y->rows; r++)
        memcpy(y->data + r * y->cols, row->data, y->cols * sizeof *y->data);
}

NN_CLONES static void add_rows(const float *g, float *to, size_t rows, size_t cols)
{
    for (size_t r = 0; r < rows; r++, g += cols)
        for (size_t c = 0; c < cols; c++)
            to[c] += g[c];
}

static void spread_backward(nn_node *n)
{
    const rlb_tensor *y = &n->out[0]->pub;
    add_rows(y->grad, nn_grad(n, 0), y->rows, y->cols);
}

static void spread_dot(const nn_node *n, const rlb_net *net, const float *vector, uint32_t samples,
                       double *out)
{
    const rlb_tensor *y = &n->out[0]->pub;
    const float *v = nn_part(n, 0, net, vector);
    size_t each = y->rows / samples;
    for (size_t r = 0; v && r < y->rows; r++)
        for (size_t c = 0; c < y->cols; c++)
            out[r / each] += (double)y->grad[r * y->cols + c] * (double)v[c];
}

static void spread_one(const nn_node *n, const rlb_net *net, uint32_t samples, uint32_t b,
                       float *slab)
{
    const rlb_tensor *y = &n->out[0]->pub;
    float *part = nn_part(n, 0, net, slab);
    size_t each = y->rows / samples;
    if (part)
        add_rows(y->grad + b * each * y->cols, part, each, y->cols);
}

static const nn_op spread_op = {.name = "spread",
                                .forward = spread_forward,
                                .backward = spread_backward,
                                .dot = spread_dot,
                                .one = spread_one};

rlb_tensor *nn_spread_log_std(rlb_tape *t, const char *name, const rlb_tensor *mean,
                              rlb_tensor *log_std)
{
    if (nn_failed(t))
        return nn_nothing(t);
    if (nn_same_shape(mean, log_std))
        return log_std;
    if (log_std->rank != 1 || log_std->cols != mean->cols)
        return nn_fail(t, "%s: log_std %s is neither like the mean %s nor one row of it", name,
                       nn_shape_text(log_std), nn_shape_text(mean));
    nn_node *n = nn_record(t, &spread_op, 1, &log_std);
    return n ? nn_output_like(n, mean) : nn_nothing(t);
}

bool nn_fits_mean(rlb_tape *t, const char *name, const char *what, const rlb_tensor *mean,
                  const rlb_tensor *x)
{
    if (!nn_failed(t) && !nn_same_shape(mean, x))
        nn_fail(t, "%s: %s %s does not have the shape of the mean %s", name, what, nn_shape_text(x),
                nn_shape_text(mean));
    return !nn_failed(t);
}
