/* From parameters to networks, their steps and their checkpoints. */
#include "net.h"

#include <string.h>

static void read_params(struct net *n, const rlb_value *v)
{
    n->separate = (uint32_t)v[P_SEPARATE].i;
    n->rivals = (uint32_t)v[P_RIVALS].i;
    n->learning_rate = v[P_LEARNING_RATE].r;
    n->follower_weight = v[P_FOLLOWER_WEIGHT].r;
    n->tau = v[P_TAU].r;
    n->kl_estimator = (uint32_t)v[P_KL_ESTIMATOR].i;
    n->kl_return_to_go = (uint32_t)v[P_KL_RETURN_TO_GO].i;
    n->standard_kl = (uint32_t)v[P_STANDARD_FOLLOWER_KL].i;
    n->baseline = v[P_SCORE_BASELINE].r;
    n->rloo_baseline = (uint32_t)v[P_RLOO_BASELINE].i;
    n->leader_every = (uint32_t)v[P_LEADER_UPDATE_FREQUENCY].i;
    n->B = (uint32_t)v[P_BATCH].i;
    n->bernoulli = (uint32_t)v[P_BERNOULLI].i;
    n->mixture = v[P_MIXTURE].r;
    n->group = (uint32_t)v[P_GROUP].i;
    n->pretrain_steps = (uint64_t)v[P_PRETRAIN_STEPS].i;
    n->keep = v[P_REFERENCE_KEEP].r;
    n->eval_batches = (uint32_t)v[P_EVAL_BATCHES].i;
}

static rlb_status find_problem(struct net *n, rlb_venv *env)
{
    const rlb_host *host = n->host;
    n->table = env->interface(env, RLB_PREFERENCE, &n->self);
    if (!n->table)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "slhf-net learns from preferences, and this environment has none "
                          "(" RLB_PREFERENCE "); prefgame-matrix and prefgame-sequence do");
    n->X = n->table->num_contexts;
    n->V = n->table->vocabulary;
    n->L = n->table->length;
    n->K = n->table->attributes ? n->table->num_attributes : 0;
    if (n->K > 64 || n->L > 64)
        return host->fail(host, RLB_E_UNSUPPORTED, "more than 64 attributes or tokens");
    if (n->rivals && n->K == 0)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "rivals: RLOO maximises the mean attribute, and this problem has none");
    if (n->rivals && n->B % n->group)
        return host->fail(host, RLB_E_INVAL, "group: %u does not divide the batch of %u", n->group,
                          n->B);
    return RLB_OK;
}

static rlb_status make_optimizer(struct net *n, struct speaker *s, double rate, double max_norm,
                                 rlb_optimizer **out)
{
    rlb_optimizer_spec spec = rlb_adamw((float)rate, 0);
    spec.epsilon = 1e-6f;
    spec.max_norm = (float)max_norm;
    *out = rlb_optimizer_create(s->net, &spec);
    return *out ? RLB_OK : n->host->fail(n->host, RLB_E_NOMEM, "no memory for an optimiser");
}

/* Of a separate Follower; Adam refuses a rate of 0. */
static double follower_rate(const struct net *n)
{
    return fmax(n->learning_rate * n->follower_weight, 1e-12);
}

enum { BIT_LEADER = 1u << LEADER, BIT_FOLLOWER = 1u << FOLLOWER };

static rlb_status make_networks(struct net *n, const rlb_value *v)
{
    const struct speaker_spec spec = {.prompts = n->X,
                                      .vocabulary = n->V,
                                      .length = n->L,
                                      .batch = n->B,
                                      .width = (uint32_t)(v[P_HEADS].i * v[P_HEAD_WIDTH].i),
                                      .heads = (uint32_t)v[P_HEADS].i,
                                      .layers = (uint32_t)v[P_LAYERS].i,
                                      .hidden = (uint32_t)v[P_HIDDEN].i,
                                      .temperature = v[P_TEMPERATURE].r};
    double clip = v[P_MAX_NORM].r, rate = n->learning_rate;
    const struct {
        bool wanted;
        struct speaker *speaker;
        rlb_optimizer **optimizer;
        uint32_t roles;
        double rate, clip;
    } list[] = {
        {true, &n->reference, &n->pretrain, BIT_LEADER | BIT_FOLLOWER, v[P_PRETRAIN_RATE].r, 0},
        {true, &n->leader, &n->leader_opt, n->separate ? BIT_LEADER : BIT_LEADER | BIT_FOLLOWER,
         rate, clip},
        {n->separate, &n->own_follower, &n->follower_opt, BIT_FOLLOWER, follower_rate(n), clip},
        {n->rivals, &n->nash, &n->nash_opt, BIT_LEADER, rate, clip},
        {n->rivals, &n->rloo, &n->rloo_opt, BIT_LEADER, rate, clip},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (!list[i].wanted)
            continue;
        rlb_status status = speaker_init(list[i].speaker, n->host, &spec, i ? &n->reference : NULL,
                                         list[i].roles, true, rlb_rng_derive(n->seed, 5));
        if (status == RLB_OK)
            status =
                make_optimizer(n, list[i].speaker, list[i].rate, list[i].clip, list[i].optimizer);
        if (status != RLB_OK)
            return status;
    }
    n->follower = n->separate ? &n->own_follower : &n->leader;
    return RLB_OK;
}

static rlb_status create(const rlb_host *host, const rlb_algo_setup *setup, void **out)
{
    struct net *n = host->alloc(host, sizeof *n);
    if (!n)
        return host->fail(host, RLB_E_NOMEM, "no memory for the learner");
    n->host = host;
    n->seed = setup->seed;
    read_params(n, setup->params);
    rlb_status status = find_problem(n, setup->env);
    if (status != RLB_OK)
        return status;
    size_t tokens = (size_t)n->B * n->L;
    n->prompts = host->alloc(host, n->B * sizeof *n->prompts);
    n->win = host->alloc(host, n->B * sizeof *n->win);
    for (int role = 0; role < NUM_ROLES; role++) {
        n->said[role] = host->alloc(host, tokens * sizeof *n->said[role]);
        n->log_p[role] = host->alloc(host, tokens * sizeof *n->log_p[role]);
    }
    if (!n->prompts || !n->win || !n->said[0] || !n->said[1] || !n->log_p[0] || !n->log_p[1])
        return host->fail(host, RLB_E_NOMEM, "no memory for a batch of %u", n->B);
    rlb_rng_init(&n->rng, setup->seed, 1);
    status = make_networks(n, setup->params);
    if (status == RLB_OK)
        *out = n;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status one_step(struct net *n)
{
    if (n->steps < n->pretrain_steps) {
        rlb_status status = net_pretrain(n);
        if (status == RLB_OK && n->steps + 1 == n->pretrain_steps)
            net_adopt(n);
        return status;
    }
    rlb_status status = net_duel(n);
    if (status == RLB_OK && n->rivals)
        status = net_nash(n);
    if (status == RLB_OK && n->rivals)
        status = net_rloo(n);
    return status;
}

static rlb_status step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct net *n = self;
    for (uint64_t i = 0; i < budget->max_steps; i++) {
        rlb_status status = one_step(n);
        if (status != RLB_OK)
            return status;
        n->steps++;
        ++*done;
    }
    return RLB_OK;
}

/* The Leader's response, the most probable token every time. */
static rlb_status act(void *self, const void *obs, uint32_t count, void *actions)
{
    struct net *n = self;
    const int32_t *prompts = obs;
    for (uint32_t first = 0; first < count; first += n->B) {
        uint32_t some = count - first < n->B ? count - first : n->B;
        for (uint32_t b = 0; b < n->B; b++)
            n->prompts[b] = prompts[b < some ? first + b : first];
        speaker_draw(&n->leader, NULL, 0, n->prompts, NULL, NULL, n->said[LEADER], NULL);
        memcpy((int32_t *)actions + (size_t)first * n->L, n->said[LEADER],
               (size_t)some * n->L * sizeof(int32_t));
    }
    return RLB_OK;
}

static rlb_status set_param(void *self, uint32_t index, rlb_value value)
{
    struct net *n = self;
    if (index != P_FOLLOWER_WEIGHT)
        return n->host->fail(n->host, RLB_E_INVAL, "this parameter cannot change while running");
    n->follower_weight = value.r;
    if (n->separate)
        rlb_optimizer_set_rate(n->follower_opt, (float)follower_rate(n));
    return RLB_OK;
}

/* ---- checkpoints */

enum {
    TAG_SHAPE = RLB_TAG('S', 'H', 'A', 'P'),
    TAG_LIVE = RLB_TAG('L', 'I', 'V', 'E'),
    TAG_RNG = RLB_TAG('R', 'N', 'G', ' ')
};
enum { NUM_NETS = 5 };

static void all_nets(struct net *n, struct speaker *nets[NUM_NETS], rlb_optimizer *opts[NUM_NETS])
{
    struct speaker *const speakers[] = {&n->reference, &n->leader, &n->own_follower, &n->nash,
                                        &n->rloo};
    rlb_optimizer *const optimizers[] = {n->pretrain, n->leader_opt, n->follower_opt, n->nash_opt,
                                         n->rloo_opt};
    memcpy(nets, speakers, sizeof speakers);
    memcpy(opts, optimizers, sizeof optimizers);
}

static rlb_status save(void *self, rlb_writer *w)
{
    struct net *n = self;
    struct speaker *nets[NUM_NETS];
    rlb_optimizer *opts[NUM_NETS];
    const uint64_t shape[] = {n->X, n->V, n->L, n->separate, n->rivals, n->steps};
    all_nets(n, nets, opts);
    rlb_status status = w->put(w, TAG_SHAPE, shape, sizeof shape);
    if (status == RLB_OK)
        status = w->put(w, TAG_LIVE, &n->follower_weight, sizeof n->follower_weight);
    for (int i = 0; i < NUM_NETS && status == RLB_OK; i++) {
        if (!nets[i]->net)
            continue;
        status = rlb_net_save(nets[i]->net, w);
        if (status == RLB_OK)
            status = rlb_optimizer_save(opts[i], w);
    }
    return status == RLB_OK ? w->put(w, TAG_RNG, &n->rng, sizeof n->rng) : status;
}

static rlb_status load(void *self, rlb_reader *r)
{
    struct net *n = self;
    struct speaker *nets[NUM_NETS];
    rlb_optimizer *opts[NUM_NETS];
    const uint64_t here[] = {n->X, n->V, n->L, n->separate, n->rivals};
    uint64_t shape[6];
    all_nets(n, nets, opts);
    rlb_status status = r->get(r, TAG_SHAPE, shape, sizeof shape);
    if (status != RLB_OK)
        return status;
    if (memcmp(shape, here, sizeof here) != 0)
        return n->host->fail(n->host, RLB_E_FORMAT,
                             "the checkpoint is of another problem or of other networks");
    rlb_value kappa;
    status = r->get(r, TAG_LIVE, &kappa.r, sizeof kappa.r);
    if (status == RLB_OK && !(kappa.r >= 0 && kappa.r <= 1e6))
        return n->host->fail(n->host, RLB_E_FORMAT, "the checkpoint holds what cannot be");
    if (status == RLB_OK)
        status = set_param(n, P_FOLLOWER_WEIGHT, kappa);
    for (int i = 0; i < NUM_NETS && status == RLB_OK; i++) {
        if (!nets[i]->net)
            continue;
        status = rlb_net_load(nets[i]->net, r);
        if (status == RLB_OK)
            status = rlb_optimizer_load(opts[i], r);
    }
    if (status == RLB_OK)
        status = r->get(r, TAG_RNG, &n->rng, sizeof n->rng);
    if (status == RLB_OK && n->rng.used > 4)
        return n->host->fail(n->host, RLB_E_FORMAT, "the checkpoint holds what cannot be");
    n->steps = shape[5];
    return status;
}

static const void *interface(void *self, const char *id)
{
    (void)self;
    return strcmp(id, RLB_RESULTS) == 0 ? &net_results : NULL;
}

static const rlb_algo slhf_net = {
    .size = sizeof slhf_net,
    .id = "slhf-net",
    .title = "Stackelberg learning from human feedback, with transformers",
    .doc = "Leader and Follower are one small transformer in two roles (or two): it answers a "
           "prompt, and it improves an answer that it is shown. First it learns a reference, then "
           "both roles are trained against each other. Watch who improves on whom: the Follower's "
           "row of the transfer matrix should stay above one half for everybody's responses.",
    .citation = "Pásztor, Kleine Buening, Krause: Stackelberg Learning from Human Feedback: "
                "Preference Optimization as a Sequential Game, arXiv 2512.16626, 2025",
    .version = "1.0",
    .step_unit = "step",
    .params = net_params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .metrics = net_metrics,
    .num_metrics = NUM_METRICS,
    .metric_stride = sizeof(rlb_metric),
    .views = net_views,
    .num_views = NUM_VIEWS,
    .view_stride = sizeof(rlb_view),
    .create = create,
    .destroy = destroy,
    .step = step,
    .measure = net_measure,
    .act = act,
    .set_param = set_param,
    .view = net_view,
    .save = save,
    .load = load,
    .interface = interface,
};

RLB_MODULE_ALGO(slhf_net)
