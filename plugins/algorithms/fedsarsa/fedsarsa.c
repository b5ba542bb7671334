/* FedSARSA's tables: what the program, its forms and its manual know of it. */
#include "fed.h"

#include <string.h>

static const char *const modes[] = {"federated", "independent", "one-shot", "averaged-environment",
                                    "single",    NULL};
static const char *const schedules[] = {"constant", "sqrt", "piecewise", "linear", NULL};
static const char *const policies[] = {
    "softmax", "linear-lipschitz", "eps-greedy", "argmax", "fixed", NULL};
static const char *const targets[] = {"sarsa", "expected-sarsa", "max", NULL};
static const char *const phases[] = {"clean", "official", NULL};
static const char *const inits[] = {"around-theta-star", "zero", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_N_AGENTS] = RLB_INT("n_agents", 10, 1, 10000, "", RLB_P_LOG, "Number of agents N."),
    [P_LOCAL_STEPS] =
        RLB_INT("local_steps", 100, 1, 1e9, "steps", RLB_P_LOG | RLB_P_LIVE,
                "Local steps H of every agent between two averagings of their parameters."),
    [P_N_KINDS] = RLB_INT("n_kinds", 2, 1, 10000, "", 0,
                          "Number of different environments: agent c gets kind c mod n_kinds (the "
                          "environment's parameter `kind`); 1 leaves the recipe's to all."),
    [P_MODE] = RLB_ENUM("mode", MODE_FEDERATED, modes, 0,
                        "federated averages every local_steps; independent never; one-shot once, "
                        "at the end of the budget; averaged-environment lets the agents walk in "
                        "the mean of their kinds; single is one agent alone."),
    [P_STEP_SIZE] = RLB_REAL("step_size", 0.01, 1e-6, 1, "", RLB_P_LOG | RLB_P_LIVE,
                             "Step size alpha, the first one where a schedule lowers it."),
    [P_SCHEDULE] = RLB_ENUM("schedule", SCHEDULE_CONSTANT, schedules, 0,
                            "constant; sqrt: alpha / sqrt(t + 1); piecewise: tenfold drops down "
                            "to 1e-5 over the budget; linear: alpha (1 + a) / (1 + a + t) with a = "
                            "1 / alpha - 1."),
    [P_DISCOUNT] = RLB_REAL("discount", 0.9, 0, 1, "", 0, "Discount factor gamma."),
    [P_POLICY] = RLB_ENUM("policy", POLICY_SOFTMAX, policies, 0,
                          "Policy improvement operator; softmax and linear-lipschitz are the "
                          "smooth ones of the theory, fixed is uniform (policy evaluation)."),
    [P_TEMPERATURE] = RLB_REAL("temperature", 2, 0.01, 1e9, "", RLB_P_LOG | RLB_P_LIVE,
                               "Temperature tau of softmax, and inverse slope of "
                               "linear-lipschitz."),
    [P_EPSILON] =
        RLB_REAL("epsilon", 0.1, 0, 1, "", RLB_P_LIVE, "Share of uniform actions of eps-greedy."),
    [P_TARGET] = RLB_ENUM("target", TARGET_SARSA, targets, 0,
                          "Value of the next state: of the action taken, its expectation under "
                          "the policy, or the largest (on-policy Q-learning)."),
    [P_CONTROL_VARIATES] =
        RLB_BOOL("control_variates", 0, RLB_P_LIVE,
                 "Correct every agent's drift by what it learned of it in earlier rounds "
                 "(Scaff-FedSARSA)."),
    [P_PROJECTION] = RLB_REAL("projection", 0, 0, 1e12, "", RLB_P_EXPERT,
                              "Radius of the ball that parameters are projected to after every "
                              "step; 0 is off."),
    [P_SYNC_PHASE] = RLB_ENUM("sync_phase", PHASE_CLEAN, phases, RLB_P_EXPERT,
                              "clean averages after every local_steps steps; official first after "
                              "one step, like the published code."),
    [P_INIT] = RLB_ENUM("init", INIT_AROUND_THETA_STAR, inits, 0,
                        "First parameter, the same for all agents: random around theta*, or zero "
                        "(also where theta* is not known)."),
    [P_INIT_SCALE] = RLB_REAL("init_scale", 10, 0, 1e6, "", RLB_P_EXPERT,
                              "Size of the random start: its expected squared distance from "
                              "theta* is init_scale^2 / 3."),
};

static const rlb_metric metrics[NUM_METRICS] = {
    [M_MSE_STAR] = {"mse_star",
                    "Squared distance of the averaged parameter from the federated fixed point "
                    "theta*; mean over the agents' own where they are never averaged.",
                    "", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG | RLB_M_HEADLINE, 0},
    [M_DRIFT] = {"drift",
                 "Root mean square distance of the agents from their average; just before the "
                 "round when one has just been (of every 16th where rounds are short).",
                 "", RLB_FOLD_LAST, RLB_GOAL_NONE, RLB_M_LOG | RLB_M_HEADLINE, 0},
    [M_N_MSE] = {"n_mse", "N times mse_star: the same for every N where speed-up is linear.", "",
                 RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG | RLB_M_HEADLINE, 0},
    [M_TD_ERROR] = {"td_error", "Mean absolute temporal-difference error.", "reward", RLB_FOLD_MEAN,
                    RLB_GOAL_MINIMIZE, RLB_M_HEADLINE, 0},
    [M_MSE_LOCAL] = {"mse_local",
                     "Mean over agents of the squared distance from the fixed point of the agent's "
                     "own kind.",
                     "", RLB_FOLD_LAST, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_MSE_AVGENV] = {"mse_avgenv",
                      "Squared distance of the averaged parameter from the fixed point of the "
                      "averaged environment.",
                      "", RLB_FOLD_LAST, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_MSE_FIRST] = {"mse_first",
                     "Squared distance of the averaged parameter from the fixed point of kind 0 "
                     "(the reference of Zhang et al.).",
                     "", RLB_FOLD_LAST, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_MSE_AVERAGE] = {"mse_average",
                       "Squared distance from theta* of the weighted time average (schedule "
                       "linear).",
                       "", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG, 0},
    [M_REWARD_RATE] = {"reward_rate", "Mean reward of a step, as sampled.", "reward/step",
                       RLB_FOLD_MEAN, RLB_GOAL_MAXIMIZE, 0, 0},
    [M_REWARD_RATE_EXACT] = {"reward_rate_exact",
                             "Long-run mean reward of a step under the policy of the averaged "
                             "parameter, mean over agents, exact.",
                             "reward/step", RLB_FOLD_LAST, RLB_GOAL_MAXIMIZE, 0, 0},
    [M_VALUE] = {"value",
                 "Discounted return of the policy of the averaged parameter from the start, mean "
                 "over agents, exact.",
                 "reward", RLB_FOLD_LAST, RLB_GOAL_MAXIMIZE, 0, 0},
    [M_POLICY_TV] = {"policy_tv",
                     "Total variation distance of the averaged parameter's policy from that of "
                     "theta*, mean over states.",
                     "", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG, 0},
    [M_POLICY_ENTROPY] = {"policy_entropy",
                          "Entropy of the averaged parameter's policy, mean over states.", "nat",
                          RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [M_BIAS_PRED] = {"bias_pred",
                     "Predicted squared distance from theta* of the point that H local steps "
                     "converge to: (alpha (H - 1) / 2)^2 |Jbar^-1 mean J g|^2.",
                     "", RLB_FOLD_LAST, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_NOISE_FLOOR] = {"noise_floor",
                       "Predicted stationary mean squared error of sampling at H = 1: trace of the "
                       "solution of the discrete Lyapunov equation.",
                       "", RLB_FOLD_LAST, RLB_GOAL_NONE, RLB_M_LOG, 0},
    [M_ROUNDS] = {"rounds", "Communication rounds so far.", "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [M_BYTES] = {"bytes",
                 "Bytes a server would have moved: every parameter up and down, each "
                 "round.",
                 "B", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [M_EPS_KERNEL] = {"eps_kernel",
                      "Largest total variation distance between two kinds' kernels (reported "
                      "once).",
                      "", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [M_EPS_REWARD] = {"eps_reward",
                      "Largest difference between two kinds' expected rewards (reported once).",
                      "reward", RLB_FOLD_LAST, RLB_GOAL_NONE, 0, 0},
    [M_PLATEAU] = {"plateau",
                   "Time average of mse_star over the last quarter of the budget (at the end).", "",
                   RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG, 0},
    [M_PLATEAU_LOCAL] = {"plateau_local",
                         "Time average of mse_local over the last quarter of the budget (at the "
                         "end).",
                         "", RLB_FOLD_LAST, RLB_GOAL_MINIMIZE, RLB_M_LOG, 0},
};

static const rlb_view views[NUM_VIEWS] = {
    [VIEW_AGENTS] = {"agents", "Every agent's distance from the average.", RLB_VIEW_HEATMAP, 0},
    [VIEW_POLICY] = {"policy", "Action probabilities of the average beside those of theta*.",
                     RLB_VIEW_HEATMAP, 0},
    [VIEW_PCA] = {"pca", "Agents and fixed points in the plane where the latter differ most.",
                  RLB_VIEW_SCATTER, 0},
    [VIEW_OCCUPANCY] = {"occupancy", "Share of time in each state, exact and visited.",
                        RLB_VIEW_BARS, 0},
    [VIEW_VALUES] = {"values", "Action values of the average.", RLB_VIEW_HEATMAP, 0},
    [VIEW_SUMMARY] = {"summary", "Round, drift, error and agreement in words.", RLB_VIEW_TEXT, 0},
};

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status act(void *self, const void *obs, uint32_t n, void *actions)
{
    struct fed *f = self;
    const int32_t *states = obs;
    int32_t *out = actions;
    fed_average(f);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t a = 0; a < f->A; a++)
            f->q[a] = features_dot(&f->phi, (uint32_t)states[i] * f->A + a, f->mean);
        out[i] = (int32_t)policy_best(f->q, f->A);
    }
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    if (strcmp(id, RLB_CLIENTS) == 0)
        return &fed_clients;
    return self && strcmp(id, RLB_RESULTS) == 0 ? &fed_results : NULL;
}

static const rlb_algo fedsarsa = {
    .size = sizeof fedsarsa,
    .flags = RLB_A_OWN_LANES | RLB_A_RANKS,
    .id = "fedsarsa",
    .title = "Federated SARSA",
    .doc = "N agents, each in its own version of the world, run on-policy SARSA with linear action "
           "values and a smooth policy of their own, and average their parameters every H steps. "
           "Watch the mean squared error to the exact federated fixed point fall N times lower "
           "with N agents, and watch agents drift apart to their own optima when H is large and "
           "their worlds differ. Steps are local steps: one is a transition of every agent.",
    .citation = "Mangold, Berthier, Moulines: Convergence guarantees for federated SARSA with "
                "local training and heterogeneous agents, arXiv 2512.17688, 2025; Zhang, Wang, "
                "Mitra, Anderson: Finite-time analysis of on-policy heterogeneous federated "
                "reinforcement learning, ICLR 2024",
    .version = "1.1",
    .step_unit = "local step",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = fed_create,
    .destroy = destroy,
    .step = fed_step,
    .measure = fed_measure,
    .act = act,
    .set_param = fed_set_param,
    .view = fed_view,
    .save = fed_save,
    .load = fed_load,
    .interface = interface,
};

RLB_MODULE_ALGO(fedsarsa)
