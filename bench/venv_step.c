/* What the vectorised environment adds to a transition: the step of a plugin with discrete actions
 * called directly, against the same through the host (auto-reset, time limit, counters, sampled
 * clock). Usage: venv_step ENVIRONMENT.so */
#include "base/clock.h"
#include "module/module.h"
#include "worker/venv.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCHES = 2001, STEPS = 3200 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ns of one transition, over one batch. */
static double batch_ns(struct venv *v, bool through_host)
{
    uint32_t lanes = v->table.num_lanes;
    int32_t *actions = v->actions;
    int64_t start = clock_mono_ns();
    for (uint32_t i = 0; i < STEPS / lanes; i++) {
        for (uint32_t l = 0; l < lanes; l++)
            actions[l] = (int32_t)(i & 1);
        rlb_status status =
            through_host ? v->table.step(&v->table, actions) : v->env->step(v->self, 0, lanes);
        if (status < 0)
            exit(1);
    }
    return (double)(clock_mono_ns() - start) / STEPS;
}

/* The fastest tenth of short batches, of both kinds in turn: what a busy machine interrupts or
 * slows does not count. */
static void measure(struct venv *v, double *direct, double *host)
{
    static double ns[2][BATCHES];
    for (int b = 0; b < BATCHES; b++)
        for (int k = 0; k < 2; k++)
            ns[k][b] = batch_ns(v, k == 1);
    for (int k = 0; k < 2; k++)
        qsort(ns[k], BATCHES, sizeof ns[k][0], by_value);
    *direct = ns[0][BATCHES / 10];
    *host = ns[1][BATCHES / 10];
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const rlb_module *m;
    if (argc != 2 || module_open(argv[1], &m, &e) != OK || !m->envs[0]) {
        fprintf(stderr, "usage: venv_step ENVIRONMENT.so %s\n", e.text);
        return 64;
    }
    const rlb_env *env = m->envs[0];
    rlb_value *params = mem_alloc((env->num_params + 1) * sizeof *params);
    for (uint32_t i = 0; i < env->num_params; i++)
        params[i] = ((const rlb_param *)host_row(env->params, env->param_stride, i))->def;
    for (uint32_t lanes = 1; lanes <= 64; lanes *= 8) {
        static struct tally tally;
        struct host_report report = {0};
        struct venv_spec spec = {.env = env,
                                 .params = params,
                                 .num_lanes = lanes,
                                 .time_limit = 1000,
                                 .tally = &tally,
                                 .report = &report};
        struct venv *v = NULL;
        tally_init(&tally);
        if (venv_create(&spec, 1, &v) != RLB_OK)
            return 1;
        double direct, host;
        measure(v, &direct, &host);
        printf("%2u lanes: %s %.1f ns a transition, through the host %.1f ns: +%.1f ns\n", lanes,
               env->id, direct, host, host - direct);
        venv_destroy(v);
    }
    free(params);
    return 0;
}
