#include "config.h"

#include <string.h>

const rlb_param *config_param(const rlb_algo *algo, uint32_t index)
{
    return (const rlb_param *)((const char *)algo->params + (size_t)index * algo->param_stride);
}

const rlb_value *config_value(const rlb_algo *algo, const rlb_value *v, const char *name)
{
    for (uint32_t i = 0; i < algo->num_params; i++)
        if (strcmp(config_param(algo, i)->name, name) == 0)
            return &v[i];
    return NULL;
}

struct reader {
    const rlb_algo *algo;
    const rlb_value *v;
};

static double real(const struct reader *r, const char *name, double otherwise)
{
    const rlb_value *v = config_value(r->algo, r->v, name);
    return v ? v->r : otherwise;
}

static uint32_t whole(const struct reader *r, const char *name, uint32_t otherwise)
{
    const rlb_value *v = config_value(r->algo, r->v, name);
    return v ? (uint32_t)v->i : otherwise;
}

static rlb_status widths(const struct reader *r, const rlb_host *host, const char *name,
                         const uint32_t *otherwise, uint32_t *hidden)
{
    const rlb_value *v = config_value(r->algo, r->v, name);
    if (v && (v->s[0] || !otherwise))
        return rlb_mlp_widths(host, v->s, hidden);
    if (otherwise)
        memcpy(hidden, otherwise, RLB_MLP_MOST * sizeof *hidden);
    return RLB_OK;
}

static rlb_status read_nets(struct config *c, const struct reader *r, const rlb_host *host)
{
    c->f.first = c->b.first = whole(r, "first", FIRST_NORM_TANH);
    c->f.init = c->b.init = whole(r, "init", INIT_ORTHOGONAL);
    c->f.heads = whole(r, "twin", 0) ? 2 : 1;
    c->f.head_hidden = whole(r, "head", 0);
    c->b.heads = 1;
    rlb_status status = widths(r, host, "hidden", NULL, c->f.hidden);
    return status == RLB_OK ? widths(r, host, "hidden_b", c->f.hidden, c->b.hidden) : status;
}

static void read_task_vectors(struct config *c, const struct reader *r)
{
    c->norm_b = whole(r, "norm_b", 1);
    c->norm_z = whole(r, "norm_z", 1);
    c->squash_z = whole(r, "squash_z", 0);
    c->z_law = whole(r, "z_law", 0);
    c->z_scale = real(r, "z_scale", 0.5);
    c->mix_ratio = real(r, "mix_ratio", 0);
    c->future_ratio = real(r, "future_ratio", 0);
}

static void read_learning(struct config *c, const struct reader *r)
{
    c->policy = whole(r, "policy", POLICY_GREEDY);
    c->aggregate = whole(r, "target_agg", 0);
    c->batch = whole(r, "batch", 256);
    c->two_batches = whole(r, "two_batches", 0);
    c->ortho_form = whole(r, "ortho_form", ORTHO_FORM_INTENDED);
    c->temp = real(r, "temp", 1);
    c->ortho_coef = real(r, "ortho_coef", 0);
    c->q_loss = real(r, "q_loss", 0);
    c->lr_f = real(r, "lr_f", 1e-4);
    c->lr_b = real(r, "lr_b", 0);
    c->tau = real(r, "tau", 0.01);
    c->target_every = whole(r, "target_every", 1);
}

static void read_data(struct config *c, const struct reader *r)
{
    c->data = whole(r, "data", DATA_UNIFORM);
    c->episodes = whole(r, "episodes", 1000);
    c->episode_length = whole(r, "episode_length", 50);
    c->rollouts = whole(r, "rollouts", 4);
    c->updates_per_cycle = whole(r, "updates_per_cycle", 40);
    c->epsilon = real(r, "epsilon", 1);
}

static void read_use(struct config *c, const struct reader *r)
{
    c->n_inference = whole(r, "n_inference", 10000);
    c->gpi = whole(r, "gpi", 0);
    c->gpi_law = whole(r, "gpi_law", GPI_AROUND);
    c->temp_eval = real(r, "temp_eval", 1);
    c->eval_goals = whole(r, "eval_goals", 128);
    c->eval_others = whole(r, "eval_others", 40);
    c->eval_pairs = whole(r, "eval_pairs", 0);
    c->eval_steps = whole(r, "eval_steps", 30);
    c->eval_epsilon = real(r, "eval_epsilon", 0.02);
}

rlb_status config_read(struct config *c, const rlb_host *host, const rlb_algo *algo,
                       const rlb_value *v)
{
    struct reader r = {algo, v};
    *c = (struct config){.algo = algo,
                         .convention = whole(&r, "convention", CONVENTION_NEXT),
                         .d = whole(&r, "d", 50),
                         .b_sees = whole(&r, "b_sees", SEES_OBSERVATION),
                         .gamma = real(&r, "gamma", 0.99)};
    read_task_vectors(c, &r);
    read_learning(c, &r);
    read_data(c, &r);
    read_use(c, &r);
    return read_nets(c, &r, host);
}

double *config_live(struct config *c, const char *name)
{
    const struct {
        const char *name;
        double *value;
    } live[] = {{"lr_f", &c->lr_f},          {"lr_b", &c->lr_b},       {"tau", &c->tau},
                {"temp", &c->temp},          {"epsilon", &c->epsilon}, {"mix_ratio", &c->mix_ratio},
                {"temp_eval", &c->temp_eval}};
    for (size_t i = 0; i < sizeof live / sizeof live[0]; i++)
        if (strcmp(live[i].name, name) == 0)
            return live[i].value;
    return NULL;
}
