/* Control steps of the worlds of MuJoCo, through the host, beside the same calls of mj_step alone
 * on simulations of the same model with the same controls. Short rounds in turn, from the same
 * starts; the fastest tenth of each counts: what a busy machine interrupts or slows does not.
 * Usage: mujoco_step MUJOCO.so */
#include "base/clock.h"
#include "module/module.h"
#include "worker/venv.h"
#include "world.h"
#include <rlbench/rng.h>

#include <stdio.h>
#include <stdlib.h>

enum { LANES = 4, STEPS = 100, ROUNDS = 301, MOST = 12 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double through_host(struct venv *v, const float *actions, uint32_t num_actions)
{
    int64_t start = clock_mono_ns();
    for (size_t t = 0; t < STEPS; t++)
        if (v->table.step(&v->table, actions + t * LANES * num_actions) < 0)
            exit(1);
    return (double)(clock_mono_ns() - start) / (STEPS * LANES);
}

static double bare(struct world *w, const float *actions, uint32_t num_actions)
{
    const mjModel *m = w->physics.model;
    int64_t start = clock_mono_ns();
    for (size_t t = 0; t < STEPS; t++)
        for (size_t lane = 0; lane < LANES; lane++) {
            mjData *d = w->physics.data[lane];
            for (uint32_t k = 0; k < num_actions; k++)
                d->ctrl[k] = (double)actions[(t * LANES + lane) * num_actions + k];
            for (uint32_t k = 0; k < w->kind->substeps; k++)
                mj_step(m, d);
        }
    return (double)(clock_mono_ns() - start) / (STEPS * LANES);
}

static struct venv *make(const rlb_env *env)
{
    static struct tally tally;
    static struct host_report report;
    rlb_value params[4];
    struct venv_spec spec = {
        .env = env, .params = params, .num_lanes = LANES, .tally = &tally, .report = &report};
    struct venv *v = NULL;
    for (uint32_t i = 0; i < env->num_params && i < 4; i++)
        params[i] = env->params[i].def;
    tally_init(&tally);
    if (venv_create(&spec, 1, &v) != RLB_OK)
        exit(1);
    return v;
}

static void measure(const rlb_env *env)
{
    static double ns[2][ROUNDS];
    static float actions[STEPS * LANES * MOST];
    struct venv *v = make(env), *other = make(env);
    const uint32_t num_actions = v->table.act.width;
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (int r = 0; r < ROUNDS; r++) {
        for (size_t k = 0; k < (size_t)STEPS * LANES * num_actions; k++)
            actions[k] = (float)(2 * rlb_rng_uniform(&rng) - 1);
        v->table.reset(&v->table, (uint64_t)r);
        other->table.reset(&other->table, (uint64_t)r);
        for (int k = 0; k < 2; k++)
            ns[k][r] = k == r % 2 ? through_host(v, actions, num_actions)
                                  : bare(other->self, actions, num_actions);
        if (r % 2) { /* which came first changes; ns[0] is always the host */
            const double first = ns[0][r];
            ns[0][r] = ns[1][r];
            ns[1][r] = first;
        }
    }
    for (int k = 0; k < 2; k++)
        qsort(ns[k], ROUNDS, sizeof ns[k][0], by_value);
    const double host = ns[0][ROUNDS / 10], alone = ns[1][ROUNDS / 10];
    printf("%-16s %7.0f control steps/s, %5.2f us; mj_step alone %5.2f us: %.2f of its rate\n",
           env->id, 1e9 / host, host / 1e3, alone / 1e3, alone / host);
    venv_destroy(v);
    venv_destroy(other);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const rlb_module *m;
    if (argc != 2 || module_open(argv[1], &m, &e) != OK) {
        fprintf(stderr, "usage: mujoco_step MUJOCO.so %s\n", e.text);
        return 64;
    }
    for (size_t i = 0; m->envs[i]; i++)
        measure(m->envs[i]);
    return 0;
}
