#include "lib/nn/opcase.h"

#include "fixture.h"

#include <math.h>
#include <stdio.h>

static rlb_tensor *make_input(rlb_tape *t, enum opcase_form form, enum opcase_role role,
                              uint32_t rows, uint32_t cols, bool constant)
{
    const uint32_t shapes[][3] = {[FULL] = {rows, cols},
                                  [ROW] = {cols},
                                  [PER_ROW] = {rows, 1},
                                  [OTHER] = {rows, cols + 2},
                                  [SQUARES] = {2, cols, cols}};
    const uint32_t ranks[] = {[FULL] = 2, [ROW] = 1, [PER_ROW] = 2, [OTHER] = 2, [SQUARES] = 3};
    if (role == INDEX)
        return rlb_input_index(t, 1, &rows);
    if (constant || role == CONSTANT || role == MASK)
        return rlb_input_shaped(t, ranks[form], shapes[form]);
    return rlb_input_with_grad(t, ranks[form], shapes[form]);
}

/* ---- against stored values */

static double away(const float *a, const double *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)a[i] - b[i]) / (1 + fabs(b[i]));
        if (isnan(d))
            return INFINITY;
        worst = fmax(worst, d);
    }
    return worst;
}

static const double *stored(const struct opcase *c, const char *file, const char *part, size_t n)
{
    char name[100];
    snprintf(name, sizeof name, "%s_%s", c->name, part);
    return fixture(file, name, n);
}

static void load(const struct opcase *c, const char *file, const char *part, rlb_tensor *x)
{
    const double *values = stored(c, file, part, x->size);
    for (size_t i = 0; i < x->size; i++)
        if (x->index)
            x->index[i] = (int32_t)values[i];
        else
            x->data[i] = (float)values[i];
}

double opcase_off(const struct opcase *c, const char *file)
{
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    rlb_tensor *in[OPCASE_MOST_IN];
    for (uint32_t i = 0; i < c->num_in; i++)
        in[i] = make_input(t, c->in[i].form, c->in[i].role, c->rows, c->cols, false);
    rlb_tensor *y = c->build(t, in), *w = rlb_input_shaped(t, y->rank, y->shape);
    double worst = INFINITY;
    if (rlb_tape_finish(t, rlb_sum(t, rlb_mul(t, y, w))) == RLB_OK) {
        char part[] = "0", grad[] = "g0";
        for (uint32_t i = 0; i < c->num_in; i++, part[0]++)
            load(c, file, part, in[i]);
        load(c, file, "w", w);
        rlb_forward(t);
        rlb_backward(t);
        worst = away(y->data, stored(c, file, "y", y->size), y->size);
        for (uint32_t i = 0; i < c->num_in; i++, grad[1]++)
            if (in[i]->grad)
                worst =
                    fmax(worst, away(in[i]->grad, stored(c, file, grad, in[i]->size), in[i]->size));
    } else {
        fprintf(stderr, "%s: %s\n", c->name, host.failure);
    }
    nn_host_finish(&host);
    return worst;
}

/* ---- against differences */

struct filling {
    const struct opcase *c;
    rlb_tensor *in[OPCASE_MOST_IN];
    uint32_t cols;
    rlb_rng *rng;
};

static void fill(void *ctx)
{
    struct filling *f = ctx;
    for (uint32_t i = 0; i < f->c->num_in; i++) {
        rlb_tensor *x = f->in[i];
        switch (f->c->in[i].role) {
        case LEARNT:
        case CONSTANT: fill_normal(f->rng, x->data, x->size); break;
        case APART:
            fill_uniform(f->rng, x->data, x->size, 0.5, 1.5);
            for (size_t k = 0; k < x->size; k++)
                x->data[k] *= rlb_rng_below(f->rng, 2) ? 1 : -1;
            break;
        case SHARE: fill_uniform(f->rng, x->data, x->size, 0.05, 0.95); break;
        case MASK:
            for (size_t k = 0; k < x->size; k++)
                x->data[k] = (float)rlb_rng_below(f->rng, 2);
            break;
        case INDEX:
            for (size_t k = 0; k < x->size; k++)
                x->index[k] = (int32_t)rlb_rng_below(f->rng, f->cols + 1) - 1;
            break;
        }
    }
}

static bool has_gradient(const struct opcase *c, uint32_t i)
{
    return c->in[i].role == LEARNT || c->in[i].role == SHARE || c->in[i].role == APART;
}

/* Whether input i is one tensor with the input before it. */
static bool is_twin(const struct opcase *c, uint32_t i)
{
    return i > 0 && has_gradient(c, i) && c->in[i].role == c->in[i - 1].role &&
           c->in[i].form == c->in[i - 1].form;
}

double opcase_gradcheck(const struct opcase *c, rlb_rng *rng, int round)
{
    static const uint32_t sizes[] = {1, 2, 3, 5, 8, 13, 17, 33};
    uint32_t rows = sizes[rlb_rng_below(rng, 8)], cols = sizes[rlb_rng_below(rng, 8)];
    if (cols == 1 && c->in[0].role == APART)
        cols = 4;
    struct nn_host host;
    nn_host_init(&host);
    rlb_tape *t = rlb_tape_create(&host.host);
    struct filling f = {.c = c, .cols = cols, .rng = rng};
    rlb_tensor *learnt[OPCASE_MOST_IN];
    size_t num_learnt = 0;
    for (uint32_t i = 0; i < c->num_in; i++) {
        if (round % 4 == 3 && is_twin(c, i)) {
            f.in[i] = f.in[i - 1];
            continue;
        }
        bool constant = num_learnt > 0 && rlb_rng_below(rng, 3) == 0;
        f.in[i] = make_input(t, c->in[i].form, c->in[i].role, rows, cols, constant);
        if (has_gradient(c, i) && !constant)
            learnt[num_learnt++] = f.in[i];
    }
    rlb_tensor *out = c->build(t, f.in);
    bool read_twice = round % 3 == 2 || round % 4 == 3;
    if (read_twice && learnt[0]->rank == out->rank)
        out = rlb_add(t, learnt[0], out);
    double worst = gradcheck(&(struct gradcheck){.host = &host,
                                                 .tape = t,
                                                 .out = out,
                                                 .inputs = learnt,
                                                 .num_inputs = num_learnt,
                                                 .rng = rng,
                                                 .fill = fill,
                                                 .ctx = &f,
                                                 .step = c->kinks ? 1.0 / 256 : 0,
                                                 .most_kinks = c->kinks ? 0.5 : 0.2});
    nn_host_finish(&host);
    return worst;
}
