/* The elementary functions of lib/nn/simd.h against the C library's in double: the largest error,
 * in units in the last place of the exact value, over a million arguments each. Built with the
 * options of lib/nn, for the instruction set that this machine would use. */
#include "../lib/nn/simd.h"

#include "check.h"

#include <stdbool.h>
#include <stdio.h>

#define LOOP(name, call)                                                                           \
    NN_CLONES static void name(const float *x, float *y, size_t n)                                 \
    {                                                                                              \
        for (size_t i = 0; i < n; i++)                                                             \
            y[i] = call(x[i]);                                                                     \
    }
LOOP(loop_exp, nn_expf)
LOOP(loop_log, nn_logf)
LOOP(loop_log1p, nn_log1pf)
LOOP(loop_tanh, nn_tanhf)
LOOP(loop_sigmoid, nn_sigmoidf)
LOOP(loop_softplus, nn_softplusf)
LOOP(loop_erf, nn_erff)

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static const struct sweep {
    const char *name;
    void (*loop)(const float *, float *, size_t);
    double (*exact)(double);
    double low, high; /* both positive: by equal factors, else by equal steps */
    double most;      /* units in the last place */
} sweeps[] = {
    {"exp", loop_exp, exp, -87.3, 88.7, 1.5},
    {"exp near 0", loop_exp, exp, -1, 1, 1.5},
    {"log", loop_log, log, 1.2e-38, 3.4e38, 1.1},
    {"log near 1", loop_log, log, 0.5, 2, 1.1},
    {"log1p", loop_log1p, log1p, 1e-37, 1, 1.25},
    {"tanh", loop_tanh, tanh, -12, 12, 1.5},
    {"tanh near 0", loop_tanh, tanh, 1e-30, 0.7, 1.5},
    {"sigmoid", loop_sigmoid, sigmoid, -87, 87, 2.5},
    {"softplus", loop_softplus, softplus, -87, 87, 2.5},
    {"softplus in the middle", loop_softplus, softplus, -10, 10, 2.5},
    {"erf", loop_erf, erf, -6, 6, 3},
    {"erf near 0", loop_erf, erf, 1e-30, 1, 3},
};

enum { COUNT = 1 << 20 };

static double largest_error(const struct sweep *s)
{
    static float x[COUNT], y[COUNT];
    double worst = 0;
    for (int i = 0; i < COUNT; i++) {
        double u = (i + 0.5) / COUNT;
        x[i] = (float)(s->low > 0 ? s->low * pow(s->high / s->low, u)
                                  : s->low + (s->high - s->low) * u);
    }
    s->loop(x, y, COUNT);
    for (int i = 0; i < COUNT; i++) {
        int exponent;
        double exact = s->exact((double)x[i]);
        frexp(exact, &exponent);
        double error = fabs((double)y[i] - exact) / ldexp(1, exponent - 24);
        if (!(error <= worst))
            worst = error;
    }
    return worst;
}

static void accuracy(void)
{
    for (size_t k = 0; k < sizeof sweeps / sizeof *sweeps; k++) {
        double worst = largest_error(&sweeps[k]);
        if (!(worst <= sweeps[k].most))
            fprintf(stderr, "%s: %g units\n", sweeps[k].name, worst);
        CU_ASSERT(worst <= sweeps[k].most);
    }
}

static bool gives(void (*loop)(const float *, float *, size_t), float x, float expected)
{
    float y;
    loop(&x, &y, 1);
    return expected != expected ? y != y : y == expected;
}

static void far_out(void)
{
    CU_ASSERT(gives(loop_exp, INFINITY, INFINITY) && gives(loop_exp, 89, INFINITY));
    CU_ASSERT(gives(loop_exp, -INFINITY, 0) && gives(loop_exp, -100, 0));
    CU_ASSERT(gives(loop_tanh, INFINITY, 1) && gives(loop_tanh, -INFINITY, -1));
    CU_ASSERT(gives(loop_erf, INFINITY, 1) && gives(loop_erf, -50, -1));
    CU_ASSERT(gives(loop_sigmoid, INFINITY, 1) && gives(loop_sigmoid, -INFINITY, 0));
    CU_ASSERT(gives(loop_softplus, INFINITY, INFINITY) && gives(loop_softplus, -INFINITY, 0));
    CU_ASSERT(gives(loop_softplus, 1e30f, 1e30f));
}

static void nan_stays(void)
{
    CU_ASSERT(gives(loop_exp, NAN, NAN));
    CU_ASSERT(gives(loop_tanh, NAN, NAN));
    CU_ASSERT(gives(loop_erf, NAN, NAN));
    CU_ASSERT(gives(loop_sigmoid, NAN, NAN));
    CU_ASSERT(gives(loop_softplus, NAN, NAN));
}

CHECK_MAIN("elementary functions", {"units in the last place", accuracy}, {"far out", far_out},
           {"NaN stays", nan_stays})
