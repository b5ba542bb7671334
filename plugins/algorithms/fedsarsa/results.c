/* Named arrays for other tools, and the clients' environments. */
#include "fed.h"

#include <math.h>
#include <string.h>

enum {
    R_THETA,
    R_THETA_STAR,
    R_THETA_CLIENTS,
    R_THETA_AVG,
    R_THETA_STAR_KINDS,
    R_PLATEAU,
    R_PLATEAU_LOCAL,
    NUM_RESULTS
};

static const struct {
    const char *name, *doc;
    bool truth; /* only where the exact references are known */
} rows[NUM_RESULTS] = {
    [R_THETA] = {"theta", "(d): average of the agents' parameters.", false},
    [R_THETA_STAR] = {"theta_star", "(d): the federated fixed point, exact.", true},
    [R_THETA_CLIENTS] = {"theta_clients", "(N, d): every agent's parameter.", false},
    [R_THETA_AVG] = {"theta_avg", "(d): the fixed point of the averaged environment, exact.", true},
    [R_THETA_STAR_KINDS] = {"theta_star_kinds", "(K, d): each kind's own fixed point, exact.",
                            true},
    [R_PLATEAU] = {"plateau", "(1): time average of mse_star over the last quarter of the budget.",
                   true},
    [R_PLATEAU_LOCAL] = {"plateau_local", "(1): the same of mse_local.", true},
};

static const double *clients_in_order(struct fed *f)
{
    for (uint32_t k = 0; k < f->num_kinds; k++)
        for (uint32_t i = 0; i < f->groups[k].count; i++) {
            uint32_t slot = f->groups[k].first + i;
            memcpy(f->clients + (size_t)fed_agent_of(f, slot, k) * f->d, fed_theta(f, slot),
                   f->d * sizeof *f->clients);
        }
    return f->clients;
}

static rlb_status get(void *self, uint32_t index, rlb_result *out)
{
    struct fed *f = self;
    uint64_t d = f->d;
    if (index >= NUM_RESULTS)
        return RLB_E_INVAL;
    if (rows[index].truth && !f->has_truth)
        return f->host->fail(f->host, RLB_E_UNSUPPORTED, "%s is not known: no fixed point found",
                             rows[index].name);
    *out = (rlb_result){.name = rows[index].name,
                        .doc = rows[index].doc,
                        .dtype = RLB_RESULT_F64,
                        .rank = 1,
                        .shape = {d}};
    switch (index) {
    case R_THETA:
        fed_average(f);
        out->data = f->mean;
        break;
    case R_THETA_STAR: out->data = f->theta_star; break;
    case R_THETA_AVG: out->data = f->theta_avg; break;
    case R_THETA_CLIENTS:
        out->data = clients_in_order(f);
        out->rank = 2;
        out->shape[0] = f->num_agents;
        out->shape[1] = d;
        break;
    case R_THETA_STAR_KINDS:
        out->data = f->theta_kinds;
        out->rank = 2;
        out->shape[0] = f->num_kinds;
        out->shape[1] = d;
        break;
    default:
        f->plateau_result[0] = f->sums.samples ? f->sums.plateau : NAN;
        f->plateau_result[1] = f->sums.samples ? f->sums.plateau_local : NAN;
        out->data = &f->plateau_result[index == R_PLATEAU_LOCAL];
        out->shape[0] = 1;
    }
    return RLB_OK;
}

const rlb_results fed_results = {.size = sizeof fed_results, .count = NUM_RESULTS, .get = get};

static uint32_t client_overrides(const rlb_value *params, uint32_t c, rlb_override *out)
{
    uint32_t kinds = fed_num_kinds(params);
    if (kinds == 1)
        return 0;
    out[0] = (rlb_override){.name = "kind", .value = {.i = c % kinds}};
    return 1;
}

const rlb_clients fed_clients = {.size = sizeof fed_clients,
                                 .max_overrides = 1,
                                 .count = fed_num_agents,
                                 .overrides = client_overrides};
