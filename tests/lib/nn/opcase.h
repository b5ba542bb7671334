/* Operations as table entries: each is compared with stored values and gradients of an independent
 * implementation, and its gradients with differences at random shapes. */
#ifndef RLBENCH_TESTS_LIB_NN_OPCASE_H
#define RLBENCH_TESTS_LIB_NN_OPCASE_H

#include "lib/nn/gradcheck.h"

enum opcase_form {
    FULL,    /* [rows][cols] */
    ROW,     /* [cols] */
    PER_ROW, /* [rows][1] */
    OTHER,   /* [rows][cols + 2] */
    SQUARES, /* [2][cols][cols] */
};
enum opcase_role {
    LEARNT,   /* N(0, 1), with gradient */
    CONSTANT, /* N(0, 1) */
    APART,    /* U(0.5, 1.5) of either sign, with gradient: rows with a direction */
    SHARE,    /* U(0.05, 0.95), with gradient */
    MASK,     /* 0 or 1 */
    INDEX     /* below cols, or -1 */
};
enum { OPCASE_MOST_IN = 4 };

struct opcase {
    const char *name;
    rlb_tensor *(*build)(rlb_tape *t, rlb_tensor *const *in);
    struct {
        enum opcase_form form;
        enum opcase_role role;
    } in[OPCASE_MOST_IN];
    uint32_t num_in;
    uint32_t rows, cols; /* of the stored values */
    bool kinks;          /* its derivative jumps, or changes fast */
};

/* The largest |a - b| / (1 + |b|) over the output and the gradients of sum(w out), where b are the
 * values called NAME_y and NAME_g0 … in tests/<file>, for inputs NAME_0 … and weights NAME_w. */
double opcase_off(const struct opcase *c, const char *file);

/* gradcheck() at a random size. Some inputs are constants in turn, some are used twice, and some
 * are read by another operation as well. */
double opcase_gradcheck(const struct opcase *c, rlb_rng *rng, int round);

#endif
