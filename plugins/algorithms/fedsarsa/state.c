/* Checkpoints and changes of parameters between slices. */
#include "fed.h"

#include <string.h>

enum {
    TAG_SHAPE = RLB_TAG('S', 'H', 'A', 'P'),
    TAG_SUMS = RLB_TAG('S', 'U', 'M', 'S'),
    TAG_LIVE = RLB_TAG('L', 'I', 'V', 'E'),
    TAG_THETA = RLB_TAG('T', 'H', 'E', 'T'),
    TAG_CONTROL = RLB_TAG('C', 'T', 'R', 'L'),
    TAG_AVERAGE = RLB_TAG('A', 'V', 'G', ' '),
    TAG_STATE = RLB_TAG('S', 'T', 'A', 'T'),
    TAG_ACTION = RLB_TAG('A', 'C', 'T', ' '),
    TAG_ERRORS = RLB_TAG('T', 'D', ' ', ' '),
    TAG_REWARDS = RLB_TAG('R', 'W', 'D', ' '),
    TAG_RNG = RLB_TAG('R', 'N', 'G', ' '),
    TAG_VISITS = RLB_TAG('V', 'I', 'S', 'T'),
    TAG_WORLD = RLB_TAG('W', 'R', 'L', 'D')
};

struct chunk {
    uint32_t tag;
    void *bytes;
    size_t n;
};
enum { MAX_CHUNKS = 12 };

/* Everything that makes a run go on as it was, but the shape. */
static size_t chunks(struct fed *f, struct chunk out[MAX_CHUNKS])
{
    size_t N = f->num_agents, n = 0;
    out[n++] = (struct chunk){TAG_SUMS, &f->sums, sizeof f->sums};
    out[n++] = (struct chunk){TAG_LIVE, &f->live, sizeof f->live};
    out[n++] = (struct chunk){TAG_THETA, f->theta, N * f->stride * sizeof *f->theta};
    out[n++] = (struct chunk){TAG_CONTROL, f->control, N * f->stride * sizeof *f->control};
    out[n++] = (struct chunk){TAG_AVERAGE, f->average, f->stride * sizeof *f->average};
    out[n++] = (struct chunk){TAG_STATE, f->state, N * sizeof *f->state};
    out[n++] = (struct chunk){TAG_ACTION, f->action, N * sizeof *f->action};
    out[n++] = (struct chunk){TAG_ERRORS, f->td_errors, N * sizeof *f->td_errors};
    out[n++] = (struct chunk){TAG_REWARDS, f->rewards, N * sizeof *f->rewards};
    out[n++] = (struct chunk){TAG_RNG, f->rng, N * sizeof *f->rng};
    out[n++] =
        (struct chunk){TAG_VISITS, f->visits, (size_t)f->num_kinds * f->S * sizeof *f->visits};
    if (f->mode == MODE_AVERAGED_ENVIRONMENT)
        out[n++] = (struct chunk){TAG_WORLD, f->averaged.rng, N * sizeof *f->averaged.rng};
    return n;
}

rlb_status fed_save(void *self, rlb_writer *w)
{
    struct fed *f = self;
    struct chunk list[MAX_CHUNKS];
    uint32_t shape[] = {f->num_agents, f->num_kinds, f->S, f->A, f->d};
    size_t n = chunks(f, list);
    rlb_status status = w->put(w, TAG_SHAPE, shape, sizeof shape);
    for (size_t i = 0; status == RLB_OK && i < n; i++)
        status = w->put(w, list[i].tag, list[i].bytes, list[i].n);
    return status;
}

static bool loaded_is_sound(const struct fed *f)
{
    if (!(f->live.step_size > 0) || !(f->live.temperature > 0) || f->live.local_steps == 0)
        return false;
    for (uint32_t slot = 0; slot < f->num_agents; slot++)
        if (f->state[slot] < 0 || (uint32_t)f->state[slot] >= f->S || f->action[slot] < 0 ||
            (uint32_t)f->action[slot] >= f->A || f->rng[slot].used > 4)
            return false;
    for (uint32_t slot = 0; f->mode == MODE_AVERAGED_ENVIRONMENT && slot < f->num_agents; slot++)
        if (f->averaged.rng[slot].used > 4)
            return false;
    return true;
}

static void adopt_live(struct fed *f)
{
    struct policy before = f->policy;
    f->policy.temperature = f->live.temperature;
    f->policy.epsilon = f->live.epsilon;
    if (f->policy.temperature != before.temperature || f->policy.epsilon != before.epsilon)
        fed_truth_solve(f);
}

rlb_status fed_load(void *self, rlb_reader *r)
{
    struct fed *f = self;
    struct chunk list[MAX_CHUNKS];
    const uint32_t here[] = {f->num_agents, f->num_kinds, f->S, f->A, f->d};
    uint32_t shape[5];
    double step_size = f->live.step_size;
    size_t n = chunks(f, list);
    rlb_status status = r->get(r, TAG_SHAPE, shape, sizeof shape);
    if (status != RLB_OK)
        return status;
    if (memcmp(shape, here, sizeof shape) != 0)
        return f->host->fail(f->host, RLB_E_FORMAT,
                             "the checkpoint is of %u agents with %u parameters, not of %u with %u",
                             shape[0], shape[4], f->num_agents, f->d);
    for (size_t i = 0; status == RLB_OK && i < n; i++)
        status = r->get(r, list[i].tag, list[i].bytes, list[i].n);
    if (status != RLB_OK)
        return status;
    if (!loaded_is_sound(f))
        return f->host->fail(f->host, RLB_E_FORMAT,
                             "the checkpoint holds states or parameters that cannot be");
    if (f->live.step_size != step_size)
        fed_truth_solve(f);
    adopt_live(f);
    return RLB_OK;
}

rlb_status fed_set_param(void *self, uint32_t index, rlb_value value)
{
    struct fed *f = self;
    switch (index) {
    case P_STEP_SIZE:
        f->live.step_size = value.r;
        fed_truth_solve(f); /* the noise floor depends on it */
        return RLB_OK;
    case P_TEMPERATURE: f->live.temperature = value.r; break;
    case P_EPSILON: f->live.epsilon = value.r; break;
    case P_LOCAL_STEPS: f->live.local_steps = (uint64_t)value.i; return RLB_OK;
    case P_CONTROL_VARIATES:
        if (f->live.control_variates == (uint64_t)value.i) /* what has been learnt stays */
            return RLB_OK;
        f->live.control_variates = (uint64_t)value.i;
        memset(f->control, 0, (size_t)f->num_agents * f->stride * sizeof *f->control);
        return RLB_OK;
    default:
        return f->host->fail(f->host, RLB_E_INVAL, "this parameter cannot change while running");
    }
    adopt_live(f);
    return RLB_OK;
}
