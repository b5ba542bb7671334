/* A registry by hand, so that tests of recipes need no plugin: three algorithms with an
 * environment, one without, three environments. */
#ifndef RLBENCH_TESTS_FAKE_REGISTRY_H
#define RLBENCH_TESTS_FAKE_REGISTRY_H

#include "module/registry.h"

#include <stdlib.h>

static const char *const fake_explore[] = {"eps_greedy", "softmax", "ucb", NULL};
static const char *const fake_layouts[] = {"four-rooms", "cliff", "open", NULL};
static const char *const fake_policies[] = {"no", "off", "on", NULL};

static const rlb_param fake_q_params[] = {
    RLB_REAL("alpha", 0.1, 1e-6, 1, "", RLB_P_LOG, "step size"),
    RLB_REAL("gamma", 0.99, 0, 1, "", 0, "discount"),
    RLB_REAL("epsilon", 0.1, 0, 1, "", RLB_P_LIVE, "probability of a random action"),
    RLB_ENUM("explore", 0, fake_explore, 0, "how actions are explored"),
    RLB_BOOL("double_q", 0, 0, "keep two tables"),
    RLB_INT("warmup", 0, 0, 1000000, "steps", 0, "random steps before learning"),
};
static const rlb_param fake_sarsa_params[] = {
    RLB_REAL("alpha", 0.1, 1e-6, 1, "", RLB_P_LOG, "step size"),
    RLB_REAL("lambda", 0.9, 0, 1, "", 0, "decay of the eligibility trace"),
};
static const rlb_param fake_fed_params[] = {
    RLB_INT("n_agents", 10, 1, 10000, "", 0, "number of agents"),
    RLB_INT("local_steps", 8, 1, 100000, "steps", 0, "local steps between two averagings"),
    RLB_REAL("learning_rate", 0.01, 1e-6, 1, "", RLB_P_LOG, "step size alpha"),
    RLB_REAL("radius", INFINITY, 0, INFINITY, "", 0, "radius of the ball weights are projected to"),
    RLB_ENUM("mode", 1, fake_policies, 0, "communication"),
    RLB_STR("note", "", 0, "free text kept with the run"),
};
static const rlb_param fake_grid_params[] = {
    RLB_ENUM("layout", 0, fake_layouts, 0, "the map"),
    RLB_REAL("slip", 0, 0, 1, "", 0, "probability of a random move"),
};
static const rlb_param fake_garnet_params[] = {
    RLB_INT("states", 10, 1, 100000, "", 0, "number of states"),
    RLB_INT("actions", 3, 1, 1000, "", 0, "number of actions"),
    RLB_REAL("gamma", 0.95, 0, 1, "", 0, "discount of the exact model"),
};

static const struct desc fake_descs[] = {
    {.kind = DESC_ALGORITHM,
     .id = "fedsarsa",
     .title = "federated SARSA",
     .doc = "agents that average",
     .citation = "",
     .version = "1",
     .step_unit = "round",
     .flags = RLB_A_OWN_LANES,
     .params = fake_fed_params,
     .num_params = sizeof fake_fed_params / sizeof fake_fed_params[0]},
    {.kind = DESC_ALGORITHM,
     .id = "q-learning",
     .title = "Q-learning",
     .doc = "tabular",
     .citation = "",
     .version = "1",
     .step_unit = "step",
     .params = fake_q_params,
     .num_params = sizeof fake_q_params / sizeof fake_q_params[0],
     .has_act = true,
     .has_save = true},
    {.kind = DESC_ALGORITHM,
     .id = "sarsa",
     .title = "SARSA",
     .doc = "tabular",
     .citation = "",
     .version = "1",
     .step_unit = "step",
     .params = fake_sarsa_params,
     .num_params = sizeof fake_sarsa_params / sizeof fake_sarsa_params[0],
     .has_act = true,
     .has_save = true},
    {.kind = DESC_ALGORITHM,
     .id = "solver",
     .title = "a solver",
     .doc = "needs no environment",
     .citation = "",
     .version = "1",
     .step_unit = "iteration",
     .flags = RLB_A_NO_ENV},
    {.kind = DESC_ENVIRONMENT,
     .id = "chain",
     .title = "chain",
     .doc = "a walk",
     .citation = "",
     .version = "1",
     .step_unit = ""},
    {.kind = DESC_ENVIRONMENT,
     .id = "garnet",
     .title = "garnet",
     .doc = "random MDP",
     .citation = "",
     .version = "1",
     .step_unit = "",
     .params = fake_garnet_params,
     .num_params = sizeof fake_garnet_params / sizeof fake_garnet_params[0]},
    {.kind = DESC_ENVIRONMENT,
     .id = "gridworld",
     .title = "gridworld",
     .doc = "a map",
     .citation = "",
     .version = "1",
     .step_unit = "",
     .params = fake_grid_params,
     .num_params = sizeof fake_grid_params / sizeof fake_grid_params[0]},
};

/* Fills r; registry_finish() ends it. */
static inline void fake_registry(struct registry *r)
{
    *r = (struct registry){0};
    for (size_t i = 0; i < sizeof fake_descs / sizeof fake_descs[0]; i++)
        vec_push(&r->descs, fake_descs[i]);
    struct broken b = {"plugins/td.so", "it crashes when it is loaded (SIGSEGV)"};
    vec_push(&r->broken, b);
}

#endif
