#include "lp.h"

#include <glpk.h>
#include <stdbool.h>
#include <stdlib.h>

#define ACCURACY 1e-9

/* Columns 1 to n are pi, column n + 1 is v, relative to the value 1/2 that the game has. Row j is
 * sum_i pi_i (p_ij - 1/2) - v >= 0, row n + 1 is sum_i pi_i = 1. */
static void state_problem(glp_prob *lp, int n, const double *p, int *index, double *value)
{
    glp_set_obj_dir(lp, GLP_MAX);
    glp_add_cols(lp, n + 1);
    glp_add_rows(lp, n + 1);
    for (int i = 1; i <= n; i++)
        glp_set_col_bnds(lp, i, GLP_LO, 0, 0);
    glp_set_col_bnds(lp, n + 1, GLP_FR, 0, 0);
    glp_set_obj_coef(lp, n + 1, 1);
    for (int j = 1; j <= n; j++) {
        int used = 0;
        for (int i = 1; i <= n; i++) {
            double above = p[(size_t)(i - 1) * (size_t)n + (size_t)(j - 1)] - 0.5;
            if (above == 0)
                continue;
            index[++used] = i;
            value[used] = above;
        }
        index[++used] = n + 1;
        value[used] = -1;
        glp_set_mat_row(lp, j, used, index, value);
        glp_set_row_bnds(lp, j, GLP_LO, 0, 0);
    }
    for (int i = 1; i <= n; i++) {
        index[i] = i;
        value[i] = 1;
    }
    glp_set_mat_row(lp, n + 1, n, index, value);
    glp_set_row_bnds(lp, n + 1, GLP_FX, 1, 1);
}

/* How far the worst opponent wins above 1/2. */
static double loss(uint32_t n, const double *p, const double *pi)
{
    double worst = 0;
    for (uint32_t j = 0; j < n; j++) {
        double mean = -0.5;
        for (uint32_t i = 0; i < n; i++)
            mean += pi[i] * p[(size_t)i * n + j];
        worst = fmax(worst, -mean);
    }
    return worst;
}

rlb_status lp_nash(const rlb_host *host, uint32_t n, const double *p, double *pi)
{
    int *index = malloc(((size_t)n + 2) * sizeof *index);
    double *value = malloc(((size_t)n + 2) * sizeof *value), sum = 0;
    if (!index || !value) {
        free(index);
        free(value);
        return host->fail(host, RLB_E_NOMEM, "no memory for a linear program of %u responses", n);
    }
    glp_term_out(GLP_OFF);
    glp_prob *lp = glp_create_prob();
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.tol_bnd = how.tol_dj = 1e-11;
    state_problem(lp, (int)n, p, index, value);
    int failed = glp_simplex(lp, &how);
    bool solved = failed == 0 && glp_get_status(lp) == GLP_OPT;
    for (uint32_t i = 0; i < n; i++)
        sum += pi[i] = solved ? fmax(0, glp_get_col_prim(lp, (int)i + 1)) : 1;
    for (uint32_t i = 0; i < n; i++)
        pi[i] /= sum;
    glp_delete_prob(lp);
    glp_free_env();
    free(index);
    free(value);
    if (!solved || !(loss(n, p, pi) <= ACCURACY))
        return host->fail(host, RLB_E_NUMERIC,
                          "the linear program of %u responses was not solved to %g", n, ACCURACY);
    return RLB_OK;
}
