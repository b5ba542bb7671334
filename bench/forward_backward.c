/* An update of forward-backward at the sizes of its four-room experiment (256 transitions of 121
 * numbers, d = 100, 5 actions, networks of 2 x 256, sampled data) as the plugin does it, against
 * its matrix products alone, in the same order on the same shapes through the same library. Both in
 * turn, in short rounds on processor time, the fastest tenth of each.
 *
 *     RLBENCH_PLUGIN_PATH=plugins/.libs bench/forward_backward */
#include "bench/nn/host.h"

#include "base/clock.h"
#include "lib/nn/gemm.h"
#include "plugins/fake_host.h"

#include <stdio.h>

enum { N = 256, OBS = 121, D = 100, ACTIONS = 5, WIDE = 256, MIXED = N / 2, LAYERS = 3 };
enum { ROUNDS = 61, CALLS = 2 };

struct products {
    struct dense_floor f[LAYERS], b[LAYERS], mixed[LAYERS];
    float *left, *right, *pairs, *out;
};

static void layers(struct dense_floor *l, size_t rows, size_t in, size_t out)
{
    dense_floor_init(&l[0], rows, in, WIDE);
    dense_floor_init(&l[1], rows, WIDE, WIDE);
    dense_floor_init(&l[2], rows, WIDE, out);
}

static void make(struct products *p)
{
    layers(p->f, N, OBS + D, ACTIONS * D);
    layers(p->b, N, OBS, D);
    layers(p->mixed, MIXED, OBS, D);
    p->left = bench_floats(N * D);
    p->right = bench_floats(N * D);
    p->pairs = bench_floats(N * N);
    p->out = bench_floats(N * D);
}

static void forward(const struct dense_floor *l)
{
    for (int k = 0; k < LAYERS; k++)
        dense_floor_forward(&l[k]);
}

static void backward(const struct dense_floor *l)
{
    for (int k = LAYERS; k-- > 0;)
        dense_floor_backward(&l[k], 1, k > 0);
}

static void multiply(const struct products *p)
{
    forward(p->mixed); /* task vectors of states */
    forward(p->f);     /* the target networks */
    forward(p->b);
    forward(p->f);
    forward(p->b);
    for (int k = 0; k < 3; k++) /* F B', its target, B B' */
        nn_gemm(false, true, N, N, D, p->left, D, p->right, D, 0, p->pairs, N);
    for (int k = 0; k < 4; k++) /* derivatives by F and B, and twice by B */
        nn_gemm(k % 2, false, N, D, N, p->pairs, N, p->right, D, 0, p->out, D);
    backward(p->f);
    backward(p->b);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static struct products p;
    static double us[2][ROUNDS];
    struct fake_run run;
    make(&p);
    bench_must(fake_start(&run, "forward-backward", "d=100", "goal-grid", "goal=none", 1, 1, 0));
    bench_must(fake_step(&run, 3, 0));
    multiply(&p);
    for (int r = 0; r < ROUNDS; r++) {
        int64_t start = clock_cpu_ns();
        bench_must(fake_step(&run, CALLS, 0));
        int64_t middle = clock_cpu_ns();
        for (int k = 0; k < CALLS; k++)
            multiply(&p);
        us[0][r] = (double)(middle - start) / 1e3 / CALLS;
        us[1][r] = (double)(clock_cpu_ns() - middle) / 1e3 / CALLS;
    }
    for (int k = 0; k < 2; k++)
        qsort(us[k], ROUNDS, sizeof us[k][0], by_value);
    double update = us[0][ROUNDS / 10], floor = us[1][ROUNDS / 10];
    printf("%-16s %10.1f us an update, %10.1f us its products alone: %.2f of the floor's speed   "
           "bound 0.60\n",
           "forward-backward", update, floor, floor / update);
    fake_finish(&run);
    return 0;
}
