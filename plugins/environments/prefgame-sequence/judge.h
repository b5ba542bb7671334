/* Several scalar attributes of a token string, and the preference that they make together. For a
 * context x and attribute k
 *
 *   r_k(y) = sum_t u_k[y_t] + 0.7 sum_t B_k[y_t, y_t+1] + sum_t q_k[t][y_t]
 *
 * with u and B drawn from N(0, 1) and q from N(0, 0.25), from a stream of their own for every
 * (context, attribute). With an end token the string ends behind the first one, and a last
 * attribute, brevity, is minus the number of tokens before it. */
#ifndef PREFGAME_JUDGE_H
#define PREFGAME_JUDGE_H

#include <rlbench/preference.h>

enum { ORACLE_HARD, ORACLE_SOFT };
enum { MOST_ATTRIBUTES = 16 };

struct judge {
    uint32_t contexts, vocabulary, length;
    uint32_t drawn;      /* attributes with tables */
    uint32_t attributes; /* those and brevity */
    uint32_t oracle;
    int32_t end; /* token that ends a string; -1: none */
    double slope;
    double *tables;           /* [contexts][drawn][V + V V + L V]: u, B, q */
    double *mean, *deviation; /* [contexts][attributes] over uniform strings, for the soft oracle */
    uint64_t strings;         /* V^L; 0: more than are kept */
    double *scores;           /* [contexts][strings][attributes]; NULL: computed when asked */
};

/* Draws the tables, and the scores of all strings where they are few. RLB_E_NOMEM. */
rlb_status judge_init(struct judge *j, const rlb_host *host, uint64_t seed);
void judge_scores(const struct judge *j, uint32_t x, const int32_t *y, double *out);
double judge_prefer(const struct judge *j, uint32_t x, const int32_t *y, const int32_t *z);

#endif
