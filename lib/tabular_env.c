#include <rlbench/tabular.h>

static rlb_outcome *outcomes_of(const rlb_tabular *t, uint32_t s, uint32_t a)
{
    return t->outcomes + ((size_t)s * t->model.num_actions + a) * t->model.max_outcomes;
}

static uint32_t model_outcomes(void *self, uint32_t h, uint32_t s, uint32_t a, rlb_outcome *out)
{
    const rlb_tabular *t = self;
    const rlb_outcome *list = outcomes_of(t, s, a);
    uint32_t n = t->counts[(size_t)s * t->model.num_actions + a];
    (void)h;
    for (uint32_t i = 0; i < n; i++)
        out[i] = list[i];
    return n;
}

static void model_start(void *self, double *out)
{
    const rlb_tabular *t = self;
    for (uint32_t s = 0; s < t->model.num_states; s++)
        out[s] = t->start[s];
}

static uint32_t model_state(void *self, uint32_t lane)
{
    const rlb_tabular *t = self;
    return t->state[lane];
}

rlb_status rlb_tabular_init(rlb_tabular *t, const rlb_host *host, uint32_t num_lanes,
                            uint32_t num_states, uint32_t num_actions, uint32_t max_outcomes)
{
    size_t pairs = (size_t)num_states * num_actions;
    t->host = host;
    t->num_lanes = num_lanes;
    t->outcomes = host->alloc(host, pairs * max_outcomes * sizeof *t->outcomes);
    t->counts = host->alloc(host, pairs * sizeof *t->counts);
    t->start = host->alloc(host, num_states * sizeof *t->start);
    t->success = host->alloc(host, num_states);
    t->state = host->alloc(host, num_lanes * sizeof *t->state);
    t->rng = host->alloc(host, num_lanes * sizeof *t->rng);
    if (!t->outcomes || !t->counts || !t->start || !t->success || !t->state || !t->rng)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u states", num_states);
    for (uint32_t lane = 0; lane < num_lanes; lane++)
        rlb_rng_init(&t->rng[lane], 0, lane);
    t->model = (rlb_model){.size = sizeof t->model,
                           .num_states = num_states,
                           .num_actions = num_actions,
                           .max_outcomes = max_outcomes,
                           .outcomes = model_outcomes,
                           .start = model_start,
                           .state = model_state};
    return RLB_OK;
}

void rlb_tabular_add(rlb_tabular *t, uint32_t s, uint32_t a, double prob, uint32_t next,
                     double reward, int terminated)
{
    rlb_outcome *list = outcomes_of(t, s, a);
    uint32_t *count = &t->counts[(size_t)s * t->model.num_actions + a];
    if (prob <= 0)
        return;
    for (uint32_t i = 0; i < *count; i++)
        if (list[i].next == (int32_t)next && list[i].terminated == (uint32_t)(terminated != 0)) {
            list[i].reward =
                (list[i].reward * list[i].prob + reward * prob) / (list[i].prob + prob);
            list[i].prob += prob;
            return;
        }
    list[(*count)++] = (rlb_outcome){
        .next = (int32_t)next, .terminated = terminated != 0, .prob = prob, .reward = reward};
}

void rlb_tabular_spaces(rlb_env_spaces *out, uint32_t num_states, uint32_t num_actions)
{
    out->num_agents = 1;
    out->obs =
        (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = num_states};
    out->act =
        (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = num_actions};
}

rlb_status rlb_tabular_bind(void *self, const rlb_batch *batch)
{
    rlb_tabular *t = self;
    t->batch = batch;
    return RLB_OK;
}

rlb_status rlb_tabular_reset(void *self, uint32_t lane, const uint64_t *seed)
{
    rlb_tabular *t = self;
    if (seed)
        rlb_rng_init(&t->rng[lane], *seed, 0);
    t->state[lane] = rlb_rng_choice(&t->rng[lane], t->start, t->model.num_states);
    ((int32_t *)t->batch->obs)[lane] = (int32_t)t->state[lane];
    return RLB_OK;
}

rlb_status rlb_tabular_step(void *self, uint32_t lane0, uint32_t lanes)
{
    rlb_tabular *t = self;
    const rlb_batch *b = t->batch;
    const int32_t *actions = b->actions;
    int32_t *obs = b->obs;
    for (uint32_t lane = lane0; lane < lane0 + lanes; lane++) {
        size_t pair = (size_t)t->state[lane] * t->model.num_actions + (uint32_t)actions[lane];
        const rlb_outcome *o = t->outcomes + pair * t->model.max_outcomes;
        uint32_t n = t->counts[pair];
        if (n > 1) {
            double u = rlb_rng_uniform(&t->rng[lane]);
            for (; n > 1 && u >= o->prob; n--, o++)
                u -= o->prob;
        }
        t->state[lane] = (uint32_t)o->next;
        obs[lane] = o->next;
        b->rewards[lane] = (float)o->reward;
        b->terminated[lane] = (uint8_t)o->terminated;
        b->success[lane] = (uint8_t)(o->terminated & t->success[o->next]);
    }
    return RLB_OK;
}

enum { TAG_STATE = RLB_TAG('S', 'T', 'A', 'T'), TAG_RNG = RLB_TAG('R', 'N', 'G', ' ') };

rlb_status rlb_tabular_save(void *self, rlb_writer *w)
{
    const rlb_tabular *t = self;
    rlb_status status = w->put(w, TAG_STATE, t->state, t->num_lanes * sizeof *t->state);
    return status == RLB_OK ? w->put(w, TAG_RNG, t->rng, t->num_lanes * sizeof *t->rng) : status;
}

rlb_status rlb_tabular_load(void *self, rlb_reader *r)
{
    rlb_tabular *t = self;
    rlb_status status = r->get(r, TAG_STATE, t->state, t->num_lanes * sizeof *t->state);
    if (status == RLB_OK)
        status = r->get(r, TAG_RNG, t->rng, t->num_lanes * sizeof *t->rng);
    for (uint32_t lane = 0; status == RLB_OK && lane < t->num_lanes; lane++)
        if (t->state[lane] >= t->model.num_states || t->rng[lane].used > 4)
            status = t->host->fail(t->host, RLB_E_FORMAT,
                                   "the saved state of lane %u is not one of this world", lane);
    return status;
}
