/* SARSA on a garnet: the fedsarsa plugin under the program's own host (worker/rig: host table,
 * vectorised environment, environment plugin) beside a loop written by hand for exactly this
 * problem, with the same random streams, the same policy and the same averaging. The figure that
 * counts is the ratio of updates per second, best of several interleaved rounds. Also checked: both
 * end with the same parameters.
 *
 *     RLBENCH_PLUGIN_PATH=plugins/.libs bench/garnet_sarsa */
#include "module/module.h"
#include "module/registry.h"
#include "worker/rig.h"
#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { S = 10, A = 3, D = S * A, MAX_AGENTS = 64, KINDS = 2, ROUNDS = 25, UPDATES = 400000 };
#define ALPHA 0.01
#define DISCOUNT 0.9
#define TEMPERATURE 2.0

struct setting {
    const char *name;
    uint32_t agents, kinds, local_steps;
};

static void give_up(const char *what)
{
    fprintf(stderr, "bench/garnet_sarsa: %s\n", what);
    exit(1);
}

/* Processor time, so that neighbours on a busy machine count as little as possible. */
static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---------------------------------------------------------------- by hand */

struct hand {
    struct {
        int32_t next[2];
        double first; /* probability of next[0] */
        double reward;
    } rows[KINDS][D];
    struct {
        double theta[D];
        rlb_rng world, policy;
        int32_t state, action;
    } agents[MAX_AGENTS];
};

static int32_t hand_draw(const double *q, rlb_rng *rng)
{
    double weight[A], top = fmax(fmax(q[0], q[1]), q[2]);
    for (int a = 0; a < A; a++)
        weight[a] = exp((q[a] - top) / TEMPERATURE);
    double u = rlb_rng_uniform(rng) * (weight[0] + weight[1] + weight[2]);
    return u < weight[0] ? 0 : u - weight[0] < weight[1] ? 1 : 2;
}

static void hand_average(struct hand *h, uint32_t n)
{
    double mean[D] = {0};
    for (uint32_t c = 0; c < n; c++)
        for (int i = 0; i < D; i++)
            mean[i] += h->agents[c].theta[i];
    for (int i = 0; i < D; i++)
        mean[i] /= n;
    for (uint32_t c = 0; c < n; c++)
        memcpy(h->agents[c].theta, mean, sizeof mean);
}

static void hand_run(struct hand *h, const struct setting *how, uint64_t steps)
{
    for (uint64_t t = 1; t <= steps; t++) {
        for (uint32_t c = 0; c < how->agents; c++) {
            double *theta = h->agents[c].theta;
            int32_t pair = h->agents[c].state * A + h->agents[c].action;
            uint32_t kind = c % how->kinds;
            double u = rlb_rng_uniform(&h->agents[c].world);
            int32_t s = h->rows[kind][pair].next[u >= h->rows[kind][pair].first];
            int32_t a = hand_draw(theta + s * A, &h->agents[c].policy);
            double target = h->rows[kind][pair].reward + DISCOUNT * theta[s * A + a];
            theta[pair] += ALPHA * (target - theta[pair]);
            h->agents[c].state = s;
            h->agents[c].action = a;
        }
        if (how->agents > 1 && t % how->local_steps == 0)
            hand_average(h, how->agents);
    }
}

/* ---------------------------------------------------------------- the plugin under the host */

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

/* Defaults with some values set, "name=value name=value". */
static rlb_value *values(const rlb_param *params, uint32_t n, const char *sets)
{
    rlb_value *out = calloc(n, sizeof *out);
    char copy[400], why[400], *rest = copy;
    snprintf(copy, sizeof copy, "%s", sets);
    for (uint32_t i = 0; i < n; i++)
        out[i] = params[i].def;
    for (char *word; (word = strtok_r(rest, " ", &rest));)
        for (uint32_t i = 0; i < n; i++) {
            size_t length = strlen(params[i].name);
            if (strncmp(word, params[i].name, length) == 0 && word[length] == '=' &&
                param_parse(&params[i], word + length + 1, &out[i], why, sizeof why))
                give_up(why);
        }
    return out;
}

static struct rig *make_rig(const struct setting *how, struct rig_setup *setup)
{
    char sets[200];
    struct err e = ERR_INIT;
    struct rig *r;
    const rlb_algo *algo = module_algo(open_module("fedsarsa"), "fedsarsa");
    const rlb_env *env = module_env(open_module("garnet"), "garnet");
    snprintf(sets, sizeof sets, "n_agents=%u n_kinds=%u local_steps=%u", how->agents, how->kinds,
             how->local_steps);
    *setup = (struct rig_setup){.algo = algo,
                                .algo_params = values(algo->params, algo->num_params, sets),
                                .env = env,
                                .env_params = values(env->params, env->num_params, ""),
                                .seed = 1};
    if (rig_create(setup, &r, &e) != OK)
        give_up(e.text);
    return r;
}

/* The same worlds, streams, first parameter, states and actions. */
static void make_hand(const struct setting *how, struct rig *r, struct hand *h)
{
    rlb_outcome o[4];
    rlb_result theta;
    const rlb_results *results = r->setup.algo->interface(r->algo, RLB_RESULTS);
    results->get(r->algo, 0, &theta);
    memset(h, 0, sizeof *h);
    for (uint32_t k = 0; k < how->kinds; k++) {
        void *self;
        rlb_venv *v = &r->made[k]->table;
        const rlb_model *m = v->interface(v, RLB_MODEL, &self);
        for (uint32_t pair = 0; pair < D; pair++) {
            m->outcomes(self, 0, pair / A, pair % A, o);
            h->rows[k][pair].next[0] = o[0].next;
            h->rows[k][pair].next[1] = o[1].next;
            h->rows[k][pair].first = o[0].prob;
            h->rows[k][pair].reward = o[0].reward;
        }
        for (uint32_t c = k; c < how->agents; c += how->kinds) {
            memcpy(h->agents[c].theta, theta.data, sizeof h->agents[c].theta);
            uint64_t seed = rlb_rng_derive(rlb_rng_derive(1, 2 + k), c / how->kinds);
            rlb_rng_init(&h->agents[c].world, seed, 0);
            (void)rlb_rng_uniform(&h->agents[c].world); /* the first state was drawn */
            rlb_rng_init(&h->agents[c].policy, 1, 1 + c);
            h->agents[c].state = ((const int32_t *)v->batch->obs)[c / how->kinds];
            h->agents[c].action =
                hand_draw(h->agents[c].theta + h->agents[c].state * A, &h->agents[c].policy);
        }
    }
}

static double farthest(struct rig *r, const struct hand *h, uint32_t agents)
{
    rlb_result clients;
    double off = 0;
    const rlb_results *results = r->setup.algo->interface(r->algo, RLB_RESULTS);
    for (uint32_t i = 0; i < results->count; i++)
        if (results->get(r->algo, i, &clients) == RLB_OK &&
            strcmp(clients.name, "theta_clients") == 0)
            for (uint32_t c = 0; c < agents; c++)
                for (uint32_t j = 0; j < D; j++)
                    off = fmax(off, fabs(((const double *)clients.data)[c * D + j] -
                                         h->agents[c].theta[j]));
    return off;
}

static void compare(const struct setting *how)
{
    static struct hand hand;
    struct rig_setup setup;
    struct rig *r = make_rig(how, &setup);
    uint64_t steps = UPDATES / how->agents, done = 0;
    double best_hand = INFINITY, best_rig = INFINITY;
    make_hand(how, r, &hand);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = now_ns();
        hand_run(&hand, how, steps);
        int64_t middle = now_ns();
        if (rig_step(r, steps, &done) < 0)
            give_up(r->report.text);
        int64_t end = now_ns();
        best_hand = fmin(best_hand, (double)(middle - start));
        best_rig = fmin(best_rig, (double)(end - middle));
    }
    double updates = (double)steps * how->agents;
    printf("%-24s %8.1f %8.1f %10.2f %10.2f   %5.2f   %.0e\n", how->name, best_hand / updates,
           best_rig / updates, 1e3 * updates / best_hand, 1e3 * updates / best_rig,
           best_hand / best_rig, farthest(r, &hand, how->agents));
    rig_destroy(r);
}

int main(void)
{
    static const struct setting settings[] = {
        {"1 agent", 1, 1, 100}, {"64 agents, H = 100", 64, 2, 100}, {"64 agents, H = 1", 64, 2, 1}};
    printf("%-24s %8s %8s %10s %10s   %5s   %s\n", "garnet SARSA", "hand ns", "rlb ns", "hand M/s",
           "rlb M/s", "ratio", "difference");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        compare(&settings[i]);
    return 0;
}
