/* The sampled learner of slhf on token strings: 20,000 steps of 32 pairs of responses over 256
 * strings, a table over whole responses and one over the next token, under the program's own host.
 * Processor time of the steps alone, best of several runs. The bound of the first is 0.5 s.
 *
 *     RLBENCH_PLUGIN_PATH=plugins/.libs bench/slhf */
#include "module/module.h"
#include "module/registry.h"
#include "worker/rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STEPS = 20000, ROUNDS = 5, LEARNER = 0 /* the first parameter */ };

static void give_up(const char *what)
{
    fprintf(stderr, "bench/slhf: %s\n", what);
    exit(1);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const rlb_module *open_module(const char *id)
{
    char path[4096];
    struct err e = ERR_INIT;
    const rlb_module *m;
    const char *folder = getenv("RLBENCH_PLUGIN_PATH");
    snprintf(path, sizeof path, "%s/%s.so", folder ? folder : "plugins/.libs", id);
    if (module_open(path, &m, &e) != OK)
        give_up(e.text);
    return m;
}

static rlb_value *defaults(const rlb_param *params, uint32_t n)
{
    rlb_value *out = calloc(n, sizeof *out);
    for (uint32_t i = 0; out && i < n; i++)
        out[i] = params[i].def;
    return out;
}

static double time_learner(const char *learner)
{
    const rlb_algo *algo = module_algo(open_module("slhf"), "slhf");
    const rlb_env *env = module_env(open_module("prefgame-sequence"), "prefgame-sequence");
    double best = INFINITY;
    char why[200];
    for (int round = 0; round < ROUNDS; round++) {
        rlb_value *of_algo = defaults(algo->params, algo->num_params);
        rlb_value *of_env = defaults(env->params, env->num_params);
        struct rig_setup setup = {
            .algo = algo, .algo_params = of_algo, .env = env, .env_params = of_env, .seed = 1};
        struct err e = ERR_INIT;
        struct rig *r;
        uint64_t done = 0;
        if (param_parse(&algo->params[LEARNER], learner, &of_algo[LEARNER], why, sizeof why))
            give_up(why);
        if (rig_create(&setup, &r, &e) != OK)
            give_up(e.text);
        double start = now_s();
        if (rig_step(r, STEPS, &done) < 0)
            give_up(r->report.text);
        best = fmin(best, now_s() - start);
        rig_destroy(r);
        free(of_algo);
        free(of_env);
    }
    return best;
}

int main(void)
{
    static const char *const learners[] = {"sampled", "autoregressive"};
    printf("%-16s %10s %14s\n", "slhf, E2", "seconds", "M pairs/s");
    for (int i = 0; i < 2; i++) {
        double s = time_learner(learners[i]);
        printf("%-16s %10.3f %14.2f\n", learners[i], s, 32e-6 * STEPS / s);
    }
    return 0;
}
