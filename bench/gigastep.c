/* Agent-steps of Gigastep per second of processor time through the host (one thread; on a machine
 * of one's own that is wall time, on a busy one what others take does not count): observations
 * written whole, nearest first, random actions drawn within the measured time, episodes that end
 * begun again. Beside each rate stand two figures of the same run: writing zeros over as many bytes
 * as observations take (what memory allows), and the share of it that was reached. No policy.
 * bench/peers/gigastep_jax.py times the authors' code on the same cases. Usage: gigastep
 * GIGASTEP.so [seconds [case]] */
#include "module/module.h"
#include "worker/venv.h"
#include <rlbench/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    int64_t scenario, maps, rgb, continuous; /* values of the parameters, by their order */
    uint32_t lanes[6];
} cases[] = {
    {"2 v 2, vector, continuous", 1, 2, 0, 1, {16, 64, 256, 1024, 4096}},
    {"5 v 5, vector, discrete", 2, 2, 0, 0, {16, 64, 256, 1024, 4096}},
    {"20 v 20, vector, discrete", 4, 2, 0, 0, {16, 64, 256}},
    {"2 v 2, pictures", 1, 2, 1, 1, {16, 64, 256}},
};

static int64_t *value(const rlb_env *env, rlb_value *params, const char *name)
{
    for (uint32_t i = 0; i < env->num_params; i++) {
        const rlb_param *p = host_row(env->params, env->param_stride, i);
        if (strcmp(p->name, name) == 0)
            return &params[i].i;
    }
    exit(1);
}

/* Actions of every agent from a cheap generator: a xorshift of 32 bits. */
static void draw_actions(struct venv *v, uint32_t *state)
{
    const rlb_space *a = &v->table.act;
    const size_t n = (size_t)v->table.num_lanes * v->table.num_agents * a->width;
    uint32_t x = *state;
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        if (a->kind == RLB_SPACE_BOX)
            ((float *)v->actions)[i] = (float)(int32_t)x * 0x1p-31f;
        else
            ((int32_t *)v->actions)[i] = (int32_t)((uint64_t)x * 27 >> 32);
    }
    *state = x;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { ROUNDS = 7 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Agent-steps a second in one round. */
static double stepped(struct venv *v, double seconds, uint32_t *state)
{
    const double start = now();
    const double agents = (double)v->table.num_lanes * v->table.num_agents;
    double steps = 0, took = 0;
    while (took < seconds) {
        for (int i = 0; i < 8; i++) {
            draw_actions(v, state);
            if (v->table.step(&v->table, v->actions) < 0)
                exit(1);
        }
        steps += 8 * agents;
        took = now() - start;
    }
    return steps / took;
}

/* The same if all there were to do was to write observations. */
static double written(struct venv *v, double seconds)
{
    const double start = now();
    const size_t bytes = v->obs_bytes * v->table.num_lanes;
    const double agents = (double)v->table.num_lanes * v->table.num_agents;
    double steps = 0, took = 0;
    for (int i = 0; took < seconds; i++) {
        memset(v->batch.final_obs, i & 1, bytes);
        __asm__ volatile("" : : "r"(v->batch.final_obs) : "memory");
        steps += agents;
        took = now() - start;
    }
    return steps / took;
}

static void measure(const rlb_env *env, const rlb_value *params, const char *name, uint32_t lanes,
                    double seconds)
{
    static struct tally tally;
    struct host_report report = {0};
    struct venv_spec spec = {
        .env = env, .params = params, .num_lanes = lanes, .tally = &tally, .report = &report};
    struct venv *v = NULL;
    double rate[ROUNDS], bound[ROUNDS];
    uint32_t state = 2463534242;
    tally_init(&tally);
    if (venv_create(&spec, 1, &v) != RLB_OK)
        exit(1);
    for (int r = 0; r < ROUNDS; r++) {
        rate[r] = stepped(v, seconds, &state);
        bound[r] = written(v, seconds / 4);
    }
    qsort(rate, ROUNDS, sizeof rate[0], by_value);
    qsort(bound, ROUNDS, sizeof bound[0], by_value);
    printf("%-26s %5u lanes: %7.2f M agent-steps/s (%.2f to %.2f), %5.1f ns; observations alone "
           "%8.1f M: %2.0f %%\n",
           name, lanes, rate[ROUNDS / 2] / 1e6, rate[0] / 1e6, rate[ROUNDS - 1] / 1e6,
           1e9 / rate[ROUNDS / 2], bound[ROUNDS / 2] / 1e6,
           100 * rate[ROUNDS / 2] / bound[ROUNDS / 2]);
    fflush(stdout);
    venv_destroy(v);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const rlb_module *m;
    if (argc < 2 || module_open(argv[1], &m, &e) != OK || !m->envs[0]) {
        fprintf(stderr, "usage: gigastep GIGASTEP.so [seconds [case]] %s\n", e.text);
        return 64;
    }
    const double seconds = argc > 2 ? strtod(argv[2], NULL) : 1;
    const rlb_env *env = m->envs[0];
    rlb_value *params = mem_alloc((env->num_params + 1) * sizeof *params);
    for (uint32_t i = 0; i < env->num_params; i++)
        params[i] = ((const rlb_param *)host_row(env->params, env->param_stride, i))->def;
    const int only = argc > 3 ? atoi(argv[3]) : -1;
    for (int k = 0; k < (int)(sizeof cases / sizeof cases[0]); k++) {
        if (only >= 0 && only != k)
            continue;
        *value(env, params, "scenario") = cases[k].scenario;
        *value(env, params, "maps") = cases[k].maps;
        *value(env, params, "observation") = cases[k].rgb;
        *value(env, params, "actions") = cases[k].continuous;
        for (int i = 0; i < 6 && cases[k].lanes[i]; i++)
            measure(env, params, cases[k].name, cases[k].lanes[i], seconds);
    }
    free(params);
    return 0;
}
