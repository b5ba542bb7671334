/* Steps of many cart-poles a second on one core: the plugin's own step, and the same through the
 * host (checked actions, auto-reset, time limit, counters), pushes at random. Beside it:
 * bench/peers/gymnasium_vector.py. Usage: cartpole_step CARTPOLE.so */
#include "base/clock.h"
#include "module/module.h"
#include "worker/venv.h"
#include <rlbench/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 400, TABLES = 16 };
static const uint32_t lane_counts[] = {1, 8, 64, 256, 1024, 4096, 16384};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ns of one step of one lane, over a short round; without the host every round starts afresh,
 * before the numbers run away. */
static double round_ns(struct venv *v, bool through_host, int32_t *const tables[])
{
    uint32_t lanes = v->table.num_lanes, steps = lanes < 1000 ? 200 : lanes < 5000 ? 50 : 20;
    for (uint32_t l = 0; l < lanes && !through_host; l++)
        v->env->reset(v->self, l, NULL);
    int64_t start = clock_mono_ns();
    for (uint32_t i = 0; i < steps; i++) {
        const int32_t *actions = tables[i % TABLES];
        rlb_status status;
        if (through_host) {
            status = v->table.step(&v->table, actions);
        } else {
            memcpy(v->actions, actions, lanes * sizeof *actions);
            status = v->env->step(v->self, 0, lanes);
        }
        if (status < 0)
            exit(1);
    }
    return (double)(clock_mono_ns() - start) / steps / lanes;
}

/* Steps a second in the fastest tenth of the rounds: what a busy machine interrupts or slows does
 * not count. */
static double rate(struct venv *v, bool through_host, int32_t *const tables[])
{
    static double ns[ROUNDS];
    for (int r = 0; r < ROUNDS; r++)
        ns[r] = round_ns(v, through_host, tables);
    qsort(ns, ROUNDS, sizeof ns[0], by_value);
    return 1e9 / ns[ROUNDS / 10];
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const rlb_module *m;
    if (argc != 2 || module_open(argv[1], &m, &e) != OK || !m->envs[0]) {
        fprintf(stderr, "usage: cartpole_step CARTPOLE.so %s\n", e.text);
        return 64;
    }
    const rlb_env *env = m->envs[0];
    rlb_value *params = mem_alloc((env->num_params + 1) * sizeof *params);
    for (uint32_t i = 0; i < env->num_params; i++)
        params[i] = ((const rlb_param *)host_row(env->params, env->param_stride, i))->def;
    for (size_t k = 0; k < sizeof lane_counts / sizeof lane_counts[0]; k++) {
        static struct tally tally;
        struct host_report report = {0};
        struct venv_spec spec = {.env = env,
                                 .params = params,
                                 .num_lanes = lane_counts[k],
                                 .tally = &tally,
                                 .report = &report};
        struct venv *v = NULL;
        int32_t *tables[TABLES];
        rlb_rng rng;
        tally_init(&tally);
        rlb_rng_init(&rng, 1, 0);
        for (int t = 0; t < TABLES; t++) {
            tables[t] = mem_alloc(lane_counts[k] * sizeof *tables[t]);
            for (uint32_t l = 0; l < lane_counts[k]; l++)
                tables[t][l] = (int32_t)rlb_rng_below(&rng, 2);
        }
        if (venv_create(&spec, 1, &v) != RLB_OK)
            return 1;
        double bare = rate(v, false, tables), host = rate(v, true, tables);
        printf("%5u lanes: %s %6.1f M steps/s bare, %6.1f M through the host, %.1f ns a step\n",
               lane_counts[k], env->id, bare / 1e6, host / 1e6, 1e9 / host);
        venv_destroy(v);
        for (int t = 0; t < TABLES; t++)
            free(tables[t]);
    }
    free(params);
    return 0;
}
