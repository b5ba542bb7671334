/* Times the cases: an update and its floor in turn, in short rounds on processor time, the fastest
 * tenth of each. Prints a line per case; peers.py beside the peers sets them against PyTorch.
 *
 *     bench/nn_updates [CASE...] */
#include "bench/nn/cases.h"

#include "base/clock.h"

#include <stdio.h>

static const struct nn_case *const cases[] = {&case_mlp_big, &case_mlp_mid,     &case_mlp_small,
                                              &case_sac,     &case_transformer, &case_lstm,
                                              &case_gru};
enum { NUM_CASES = sizeof cases / sizeof *cases, ROUNDS = 101, ROUND_US = 5000 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* us of one call. */
static double time_of(void (*f)(void *), void *self, int calls)
{
    int64_t start = clock_cpu_ns();
    for (int i = 0; i < calls; i++)
        f(self);
    return (double)(clock_cpu_ns() - start) / 1e3 / calls;
}

static void measure(const struct nn_case *c)
{
    double us[2][ROUNDS];
    void *self = c->make();
    time_of(c->update, self, 3);
    double once = time_of(c->update, self, 3);
    int calls = (int)(ROUND_US / once) + 1, rounds = once > 50000 ? ROUNDS / 4 : ROUNDS;
    for (int r = 0; r < rounds; r++) {
        us[0][r] = time_of(c->update, self, calls);
        us[1][r] = time_of(c->floor, self, calls);
    }
    for (int k = 0; k < 2; k++)
        qsort(us[k], (size_t)rounds, sizeof us[k][0], by_value);
    double update = us[0][rounds / 10], floor = us[1][rounds / 10];
    printf("%-12s %10.1f us an update, %10.1f us its products alone: %.2f of the floor's speed",
           c->name, update, floor, floor / update);
    if (c->least > 0)
        printf("   bound %.2f", c->least);
    putchar('\n');
    fflush(stdout);
}

int main(int argc, char **argv)
{
    for (int i = 0; i < NUM_CASES; i++) {
        int wanted = argc < 2;
        for (int k = 1; k < argc; k++)
            wanted = wanted || strcmp(argv[k], cases[i]->name) == 0;
        if (wanted)
            measure(cases[i]);
    }
    return 0;
}
