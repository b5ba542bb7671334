/* The tape of an update: forward-backward's losses, or those of successor features on given phi. */
#include "fb.h"

static rlb_status no_memory(const struct fb *f)
{
    return f->host->fail(f->host, RLB_E_NOMEM, "no memory for the learner");
}

/* F of the actions taken, for every head: [n][d]. */
static void record_taken(struct fb *f, rlb_tensor **out)
{
    struct learning *l = &f->learning;
    rlb_tape *t = l->tape;
    const uint32_t heads = f->c.f.heads, n = l->n, rows[] = {n * f->num_actions, f->c.d};
    l->fz = rlb_input(t, n, f->obs_width + f->c.d);
    l->taken = rlb_input_index(t, 1, &n);
    rlb_tensor *all = tower_apply(t, &f->f, f->f_net, l->fz);
    for (uint32_t h = 0; h < heads; h++) {
        rlb_tensor *head = heads == 1 ? all : rlb_rows(t, all, h, 1);
        out[h] = rlb_gather(t, rlb_reshape(t, head, 2, rows), l->taken);
    }
}

static rlb_tensor *record_b(struct fb *f, rlb_net *net, rlb_tensor *x)
{
    rlb_tensor *b = tower_apply(f->learning.tape, &f->b, net, x);
    float length = sqrtf((float)f->c.d);
    return f->c.norm_b ? rlb_normalize_rows(f->learning.tape, b, length) : b;
}

static uint32_t ortho_form(const struct fb *f)
{
    if (f->c.data == DATA_EXACT || !f->c.two_batches)
        return ORTHO_WEIGHTED;
    return f->c.ortho_form == ORTHO_FORM_RELEASED ? ORTHO_RELEASED : ORTHO_CROSS;
}

/* The weights of pairs and rows, see loss.h. */
static void fill_weights(struct fb *f)
{
    struct learning *l = &f->learning;
    const struct loss_inputs *in = &l->in;
    bool exact = f->c.data == DATA_EXACT, apart = exact || f->c.two_batches;
    uint32_t n = l->n, k = l->k;
    for (uint32_t i = 0; i < n; i++)
        in->u->data[i] = exact ? f->exact.weight[i] : 1 / (float)n;
    if (!in->w)
        return;
    for (uint32_t j = 0; j < k; j++)
        in->v->data[j] = 1 / (float)k;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < k; j++)
            in->w->data[(size_t)i * k + j] = apart    ? in->u->data[i] / (float)k
                                             : i == j ? 0
                                                      : 1 / ((float)n * (float)(n - 1));
    for (uint32_t i = 0; i < k; i++)
        for (uint32_t j = 0; j < k; j++)
            in->o->data[(size_t)i * k + j] = exact    ? 1 / ((float)k * (float)k)
                                             : i == j ? 0
                                                      : 1 / ((float)k * (float)(k - 1));
}

static rlb_tensor *record_pushes(struct fb *f)
{
    struct learning *l = &f->learning;
    rlb_tensor *sum = l->parts.total;
    for (uint32_t h = 0; f->c.q_loss > 0 && h < f->c.f.heads; h++) {
        l->push[h] = rlb_input(l->tape, l->n, f->c.d);
        sum = rlb_add(l->tape, sum, rlb_sum(l->tape, rlb_mul(l->tape, l->in.f[h], l->push[h])));
    }
    return sum;
}

static void record_forward_backward(struct fb *f)
{
    struct learning *l = &f->learning;
    struct loss_inputs *in = &l->in;
    rlb_tape *t = l->tape;
    *in = (struct loss_inputs){.heads = f->c.f.heads,
                               .aggregate = f->c.aggregate,
                               .ortho = ortho_form(f),
                               .ortho_coef = (float)f->c.ortho_coef};
    record_taken(f, in->f);
    for (uint32_t h = 0; h < in->heads; h++)
        in->fbar[h] = rlb_input(t, l->n, f->c.d);
    rlb_tape_freeze(t, f->b_bar);
    l->b_in = rlb_input(t, l->k, f->b_width);
    in->b = record_b(f, f->b_net, l->b_in);
    in->bbar = record_b(f, f->b_bar, l->b_in);
    if (f->c.data == DATA_EXACT) {
        l->p_row = rlb_input_index(t, 1, &l->n);
        in->p = rlb_gather(t, in->b, l->p_row);
    } else if (f->c.two_batches) {
        l->p_in = rlb_input(t, l->n, f->b_width);
        in->p = record_b(f, f->b_net, l->p_in);
    } else {
        in->p = in->b;
    }
    in->w = rlb_input(t, l->n, l->k);
    in->u = rlb_input(t, l->n, 1);
    in->o = rlb_input(t, l->k, l->k);
    in->v = rlb_input(t, l->k, 1);
    l->parts = loss_record(t, in);
    l->loss = record_pushes(f);
}

/* sum over heads of mean (psi' z - y)^2, or of mean |psi - y|^2 over rows. */
static void record_successor_features(struct fb *f)
{
    struct learning *l = &f->learning;
    rlb_tape *t = l->tape;
    bool vector = f->sf_loss == SF_LOSS_VECTOR;
    record_taken(f, l->in.f);
    l->in.heads = f->c.f.heads;
    for (uint32_t h = 0; h < l->in.heads; h++)
        l->in.fbar[h] = rlb_input(t, l->n, f->c.d);
    l->b_in = rlb_input(t, l->k, f->b_width);
    l->z = rlb_input(t, l->n, f->c.d);
    l->target = rlb_input(t, l->n, vector ? f->c.d : 1);
    l->in.u = rlb_input(t, l->n, 1);
    for (uint32_t h = 0; h < l->in.heads; h++) {
        rlb_tensor *psi = vector ? l->in.f[h] : rlb_row_dot(t, l->in.f[h], l->z);
        rlb_tensor *error = rlb_row_sum(t, rlb_squared(t, psi, l->target));
        rlb_tensor *loss = rlb_sum(t, rlb_mul(t, error, l->in.u));
        l->loss = h ? rlb_add(t, l->loss, loss) : loss;
    }
}

rlb_status fb_learning_build(struct fb *f)
{
    struct learning *l = &f->learning;
    bool fb = f->method == METHOD_FORWARD_BACKWARD;
    l->tape = rlb_tape_create(f->host);
    if (!l->tape)
        return no_memory(f);
    if (fb)
        record_forward_backward(f);
    else
        record_successor_features(f);
    rlb_status status = rlb_tape_finish(l->tape, l->loss);
    if (status != RLB_OK)
        return status;
    fill_weights(f);
    size_t d = f->c.d;
    rlb_optimizer_spec adam = rlb_adam((float)f->c.lr_f);
    f->f_optimizer = rlb_optimizer_create(f->f_net, &adam);
    f->b_optimizer = rlb_optimizer_create(f->b_net, &adam);
    f->gram = f->host->alloc(f->host, d * d * sizeof *f->gram);
    size_t most = l->n > LOOK_ROWS ? l->n : LOOK_ROWS;
    f->solved = f->host->alloc(f->host, d * most * sizeof *f->solved);
    return f->f_optimizer && f->b_optimizer && f->gram && f->solved ? RLB_OK : no_memory(f);
}
