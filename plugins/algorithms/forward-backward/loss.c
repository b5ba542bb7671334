#include "loss.h"

/* The targets g Fbar Bbar' of all pairs, one for all heads. */
static rlb_tensor *targets(rlb_tape *t, const struct loss_inputs *in)
{
    rlb_tensor *m = rlb_matmul_nt(t, in->fbar[0], in->bbar);
    if (in->heads == 1)
        return m;
    rlb_tensor *other = rlb_matmul_nt(t, in->fbar[1], in->bbar);
    return in->aggregate == AGG_MIN ? rlb_min(t, m, other)
                                    : rlb_affine(t, rlb_add(t, m, other), 0.5f, 0);
}

static rlb_tensor *weighted_sum(rlb_tape *t, rlb_tensor *x, rlb_tensor *weight)
{
    return rlb_sum(t, rlb_mul(t, x, weight));
}

static rlb_tensor *orthonormality(rlb_tape *t, const struct loss_inputs *in)
{
    rlb_tensor *c = rlb_square(t, rlb_matmul_nt(t, in->b, in->b));
    rlb_tensor *norms = rlb_row_dot(t, in->b, in->b);
    return rlb_sub(t, weighted_sum(t, c, in->o),
                   rlb_affine(t, weighted_sum(t, norms, in->v), 2, 0));
}

static rlb_tensor *cross(rlb_tape *t, const struct loss_inputs *in)
{
    rlb_tensor *c = rlb_matmul_nt(t, in->p, rlb_stop_gradient(t, in->b));
    rlb_tensor *norms = rlb_row_dot(t, in->p, in->p);
    return rlb_affine(t, rlb_sub(t, rlb_mean(t, rlb_square(t, c)), rlb_mean(t, norms)), 0.5f, 0);
}

/* mean_ij (P_j' sg P_j) sg(P_i' B_j) - mean_ij P_i' sg B_j: a vector over j stands where one over i
 * was meant. Needs as many rows in both batches. */
static rlb_tensor *released(rlb_tape *t, const struct loss_inputs *in)
{
    rlb_tensor *p = rlb_stop_gradient(t, in->p), *b = rlb_stop_gradient(t, in->b);
    rlb_tensor *weight = rlb_row_mean(t, rlb_matmul_nt(t, b, p));
    rlb_tensor *first = rlb_mean(t, rlb_mul(t, rlb_row_dot(t, in->p, p), weight));
    return rlb_sub(t, first, rlb_mean(t, rlb_row_dot(t, in->p, rlb_fold_mean(t, b))));
}

struct loss_parts loss_record(rlb_tape *t, const struct loss_inputs *in)
{
    static rlb_tensor *(*const forms[])(rlb_tape *, const struct loss_inputs *) = {
        [ORTHO_WEIGHTED] = orthonormality, [ORTHO_CROSS] = cross, [ORTHO_RELEASED] = released};
    struct loss_parts parts = {0};
    rlb_tensor *target = targets(t, in);
    for (uint32_t h = 0; h < in->heads; h++) {
        rlb_tensor *error = rlb_sub(t, rlb_matmul_nt(t, in->f[h], in->b), target);
        rlb_tensor *off = rlb_affine(t, weighted_sum(t, rlb_square(t, error), in->w), 0.5f, 0);
        rlb_tensor *diag =
            rlb_affine(t, weighted_sum(t, rlb_row_dot(t, in->f[h], in->p), in->u), -1, 0);
        parts.off = h ? rlb_add(t, parts.off, off) : off;
        parts.diag = h ? rlb_add(t, parts.diag, diag) : diag;
    }
    parts.total = rlb_add(t, parts.off, parts.diag);
    if (in->ortho_coef > 0) {
        parts.ortho = forms[in->ortho](t, in);
        parts.total = rlb_add(t, parts.total, rlb_affine(t, parts.ortho, in->ortho_coef, 0));
    }
    return parts;
}
