/* Policy improvement operators: action probabilities from action values. Softmax and the piecewise
 * linear operator are Lipschitz in the values, as the theory asks; epsilon-greedy and argmax are
 * not. */
#ifndef FEDSARSA_POLICY_H
#define FEDSARSA_POLICY_H

#include <stdint.h>

enum {
    POLICY_SOFTMAX,
    POLICY_LINEAR,
    POLICY_EPS_GREEDY,
    POLICY_ARGMAX,
    POLICY_FIXED,
    NUM_POLICIES
};

struct policy {
    uint32_t kind;
    double temperature; /* of softmax; its inverse is the slope of the linear operator */
    double epsilon;
};

/* p: [n] out, sums to 1. Ties of the greedy operators go to the lowest action. */
void policy_probs(const struct policy *p, const double *q, uint32_t n, double *probs);

/* slopes: [n][n] out, d probs[a] / d q[b]; zero for the operators that are constant between their
 * jumps. */
void policy_slopes(const struct policy *p, const double *q, uint32_t n, const double *probs,
                   double *slopes);

uint32_t policy_best(const double *q, uint32_t n);

#endif
