/* The losses on a tape (Touati and Ollivier 2021; Touati, Rapin and Ollivier 2023).
 *
 *   L_FB  = sum over heads of
 *           1/2 sum_ij w_ij (F_i' B_j - m_ij)^2 - sum_i u_i F_i' P_i,   m_ij = g_i Fbar_i' Bbar_j
 *   L_ort = sum_jk o_jk (B_j' B_k)^2 - 2 sum_j v_j |B_j|^2
 *
 * F_i belong to transitions, B_j to the states visits are counted in, P_i is B where the transition
 * leads (or starts). The weights say which batch form it is:
 *   one batch    w, o off the diagonal alone, 1/(n (n - 1)); u, v = 1/n; P_i = B_i
 *   two batches  w = 1/(n k); P_i apart from B_j; L_ort by one of FB-21's forms instead
 *   exact        w, o, u, v are probabilities of all there is */
#ifndef FB_LOSS_H
#define FB_LOSS_H

#include <rlbench/nn.h>

#include <stdbool.h>

enum { MOST_HEADS = 2 };
enum { AGG_MIN, AGG_MEAN };
enum {
    ORTHO_WEIGHTED, /* as above */
    ORTHO_CROSS,    /* 1/2 mean_ij (P_i' sg B_j)^2 - 1/2 mean |P_i|^2 */
    ORTHO_RELEASED  /* what the code of 2021 computes instead; for study */
};

struct loss_inputs {
    uint32_t heads, aggregate, ortho;
    rlb_tensor *f[MOST_HEADS];    /* [n][d] */
    rlb_tensor *fbar[MOST_HEADS]; /* [n][d] g_i Fbar_i, constants */
    rlb_tensor *b, *bbar;         /* [k][d] */
    rlb_tensor *p;                /* [n][d] */
    rlb_tensor *w, *u, *o, *v;    /* [n][k], [n][1], [k][k], [k][1] constants */
    float ortho_coef;             /* 0: no L_ort */
};
struct loss_parts {
    rlb_tensor *off, *diag, *ortho; /* [1]; ortho NULL: none. Sums over heads */
    rlb_tensor *total;              /* off + diag + ortho_coef ortho */
};
struct loss_parts loss_record(rlb_tape *t, const struct loss_inputs *in);

#endif
