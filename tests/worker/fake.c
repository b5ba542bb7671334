#include "worker/fake.h"

#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

#include <string.h>
#include <time.h>

/* ---- line */

static const rlb_param line_params[LINE_NUM] = {
    [LINE_LENGTH] = RLB_INT("length", 3, 1, 1000, "", 0, "Where the walk ends."),
    [LINE_AGENTS] = RLB_INT("agents", 1, 1, 8, "", 0, "Walkers in one world."),
    [LINE_ENDS] = RLB_BOOL("ends", 1, 0, "Whether arriving ends the episode."),
    [LINE_SLIP] = RLB_REAL("slip", 0, 0, 1, "", 0, "Probability of going the other way."),
    [LINE_NAN_AT] = RLB_INT("nan_at", -1, -1, 1e9, "", 0, "Transition with a NaN reward."),
    [LINE_FAIL_AT] = RLB_INT("fail_at", -1, -1, 1e9, "", 0, "Transition that fails."),
};
static const rlb_view line_views[] = {
    {"agents", "Where the agents of a lane are.", RLB_VIEW_BARS, 0}};

struct line {
    const rlb_host *host;
    const rlb_batch *b;
    int32_t length;
    uint32_t agents, lanes;
    int ends;
    double slip;
    int64_t nan_at, fail_at;
    int64_t *count; /* [lane] transitions */
    rlb_rng *rng;
    float picture[8];
};

static rlb_status line_spaces(const rlb_host *h, const rlb_value *p, rlb_env_spaces *out)
{
    (void)h;
    out->num_agents = (uint32_t)p[LINE_AGENTS].i;
    out->obs = (rlb_space){
        .kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = p[LINE_LENGTH].i + 1};
    out->act = (rlb_space){.kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = 2};
    if (out->num_agents > 1) {
        out->state = (rlb_space){.kind = RLB_SPACE_MULTI,
                                 .dtype = RLB_I32,
                                 .width = out->num_agents,
                                 .n = p[LINE_LENGTH].i + 1};
        out->has_action_mask = 1;
    }
    out->reward_low = -1;
    out->reward_high = 9;
    return RLB_OK;
}

static rlb_status line_create(const rlb_host *h, const rlb_env_setup *s, void **out)
{
    struct line *w = h->alloc(h, sizeof *w);
    if (!w)
        return h->fail(h, RLB_E_NOMEM, "no memory");
    w->host = h;
    w->lanes = s->num_lanes;
    w->length = (int32_t)s->params[LINE_LENGTH].i;
    w->agents = (uint32_t)s->params[LINE_AGENTS].i;
    w->ends = (int)s->params[LINE_ENDS].i;
    w->slip = s->params[LINE_SLIP].r;
    w->nan_at = s->params[LINE_NAN_AT].i;
    w->fail_at = s->params[LINE_FAIL_AT].i;
    w->count = h->alloc(h, s->num_lanes * sizeof *w->count);
    w->rng = h->alloc(h, s->num_lanes * sizeof *w->rng);
    if (!w->count || !w->rng)
        return h->fail(h, RLB_E_NOMEM, "no memory");
    *out = w;
    return RLB_OK;
}

static void line_destroy(void *self)
{
    (void)self;
}

static rlb_status line_bind(void *self, const rlb_batch *b)
{
    ((struct line *)self)->b = b;
    return RLB_OK;
}

/* Joint state and mask follow from the positions. */
static void line_describe(struct line *w, uint32_t lane)
{
    const int32_t *at = (const int32_t *)w->b->obs + (size_t)lane * w->agents;
    if (w->b->state)
        memcpy((int32_t *)w->b->state + (size_t)lane * w->agents, at, w->agents * sizeof *at);
    for (uint32_t g = 0; w->b->action_mask && g < w->agents; g++) {
        uint8_t *mask = w->b->action_mask + ((size_t)lane * w->agents + g) * 2;
        mask[0] = at[g] > 0;
        mask[1] = 1;
    }
}

static rlb_status line_reset(void *self, uint32_t lane, const uint64_t *seed)
{
    struct line *w = self;
    if (seed) {
        rlb_rng_init(&w->rng[lane], *seed, 0);
        w->count[lane] = 0;
    }
    for (uint32_t g = 0; g < w->agents; g++) {
        ((int32_t *)w->b->obs)[lane * w->agents + g] = 0;
        w->b->alive[lane * w->agents + g] = 1;
    }
    line_describe(w, lane);
    return RLB_OK;
}

static void line_move(struct line *w, uint32_t lane, uint32_t g)
{
    size_t i = (size_t)lane * w->agents + g;
    int32_t *at = (int32_t *)w->b->obs + i;
    int32_t action = ((const int32_t *)w->b->actions)[i];
    w->b->rewards[i] = 0;
    if (!w->b->alive[i])
        return;
    if (w->slip > 0 && rlb_rng_uniform(&w->rng[lane]) < w->slip)
        action = !action;
    *at += action ? 1 : -1;
    *at = *at < 0 ? 0 : *at > w->length ? w->length : *at;
    w->b->rewards[i] = *at == w->length ? 9 : -1;
    if (*at == w->length && w->ends)
        w->b->alive[i] = 0;
}

static rlb_status line_step(void *self, uint32_t lane0, uint32_t lanes)
{
    struct line *w = self;
    for (uint32_t lane = lane0; lane < lane0 + lanes; lane++) {
        uint32_t here = 0;
        for (uint32_t g = 0; g < w->agents; g++) {
            line_move(w, lane, g);
            here += !w->b->alive[lane * w->agents + g];
        }
        if (w->count[lane] == w->nan_at)
            w->b->rewards[(size_t)lane * w->agents] = NAN;
        if (w->count[lane]++ == w->fail_at)
            return w->host->fail(w->host, RLB_E_INTERNAL, "the line broke in lane %u", lane);
        w->b->terminated[lane] = here == w->agents;
        w->b->success[lane] = here == w->agents;
        line_describe(w, lane);
    }
    return RLB_OK;
}

static rlb_status line_view(void *self, uint32_t index, uint32_t lane, rlb_frame *f)
{
    struct line *w = self;
    (void)index;
    for (uint32_t g = 0; g < w->agents; g++)
        w->picture[g] = (float)((const int32_t *)w->b->obs)[lane * w->agents + g];
    f->rows = 1;
    f->cols = w->agents;
    f->a = w->picture;
    f->caption = "where they are";
    return RLB_OK;
}

#define TAG_LINE RLB_TAG('L', 'I', 'N', 'E')
static rlb_status line_save(void *self, rlb_writer *out)
{
    struct line *w = self;
    rlb_status status = out->put(out, TAG_LINE, w->count, w->lanes * sizeof *w->count);
    return status ? status : out->put(out, TAG_LINE, w->rng, w->lanes * sizeof *w->rng);
}

static rlb_status line_load(void *self, rlb_reader *in)
{
    struct line *w = self;
    rlb_status status = in->get(in, TAG_LINE, w->count, w->lanes * sizeof *w->count);
    if (status == RLB_OK)
        status = in->get(in, TAG_LINE, w->rng, w->lanes * sizeof *w->rng);
    for (uint32_t l = 0; status == RLB_OK && l < w->lanes; l++)
        if (w->rng[l].used > 4)
            status = RLB_E_FORMAT;
    return status;
}

const rlb_env fake_line = {
    .size = sizeof fake_line,
    .id = "line",
    .title = "Line",
    .doc = "A walk along a line.",
    .citation = "",
    .version = "1",
    .params = line_params,
    .views = line_views,
    .num_params = LINE_NUM,
    .param_stride = sizeof line_params[0],
    .num_views = 1,
    .view_stride = sizeof line_views[0],
    .spaces = line_spaces,
    .create = line_create,
    .destroy = line_destroy,
    .bind = line_bind,
    .reset = line_reset,
    .step = line_step,
    .view = line_view,
    .save = line_save,
    .load = line_load,
};

/* ---- walker */

static const rlb_param walker_params[WALKER_NUM] = {
    [WALKER_P_RIGHT] = RLB_REAL("p_right", 1, 0, 1, "", 0, "Probability of going right."),
    [WALKER_GAIN] = RLB_REAL("gain", 1, -10, 10, "", RLB_P_LIVE, "What sum_u grows by."),
    [WALKER_NAN_AT] = RLB_INT("nan_at", -1, -1, 1e9, "", 0, "Step that reports NaN."),
    [WALKER_FAIL_AT] = RLB_INT("fail_at", -1, -1, 1e9, "", 0, "Step that fails."),
    [WALKER_DIVERGE_AT] = RLB_INT("diverge_at", -1, -1, 1e9, "", 0, "Step that diverges."),
    [WALKER_DONE_AT] = RLB_INT("done_at", -1, -1, 1e9, "", 0, "Step after which all is done."),
    [WALKER_CLIENTS] = RLB_INT("clients", 0, 0, 100, "", 0, "Worlds of its own."),
    [WALKER_SPIN_NS] = RLB_INT("spin_ns", 0, 0, 1e9, "ns", 0, "Time burnt in every step."),
};
enum { M_STEPS, M_MEAN_STATE, M_PEAK, M_SUM_U, M_MEASURED, M_ODD, M_NUM };
static const rlb_metric walker_metrics[M_NUM] = {
    [M_STEPS] = {"steps", "Transitions.", "step", RLB_FOLD_SUM, 0, 0, 0},
    [M_MEAN_STATE] = {"mean_state", "State of lane 0.", "", RLB_FOLD_MEAN, 0, 0, 0},
    [M_PEAK] = {"peak", "Largest state of lane 0.", "", RLB_FOLD_MAX, 0, 0, 0},
    [M_SUM_U] = {"sum_u", "Sum of its random numbers.", "", RLB_FOLD_LAST, 0, 0, 0},
    [M_MEASURED] = {"measured", "Transitions, from measure().", "", RLB_FOLD_LAST, 0, 0, 0},
    [M_ODD] = {"odd", "NaN, legally.", "", RLB_FOLD_LAST, 0, RLB_M_NAN_OK, 0},
};
static const rlb_view walker_views[] = {
    {"state", "Where lane 0 is.", RLB_VIEW_TEXT, 0},
    {"broken", "A view that always fails.", RLB_VIEW_TEXT, 0},
};

struct walker {
    const rlb_host *host;
    rlb_venv *env;
    rlb_venv *clients[100];
    rlb_value p[WALKER_NUM];
    struct {
        rlb_rng rng;
        uint64_t steps;
        double sum_u;
    } s; /* everything that is saved */
    int32_t *actions;
    double result[2][3];
};

static rlb_status walker_create(const rlb_host *h, const rlb_algo_setup *setup, void **out)
{
    struct walker *w = h->alloc(h, sizeof *w);
    if (!w)
        return h->fail(h, RLB_E_NOMEM, "no memory");
    w->host = h;
    w->env = setup->env;
    memcpy(w->p, setup->params, sizeof w->p);
    rlb_rng_init(&w->s.rng, setup->seed, 0);
    w->actions =
        h->alloc(h, (w->env ? w->env->num_lanes * w->env->num_agents : 1) * sizeof(int32_t));
    for (int64_t c = 0; c < w->p[WALKER_CLIENTS].i; c++) {
        const rlb_override length = {"length", {.i = 1 + c}};
        rlb_status status = h->make_env(
            h, &length, 1, 1, rlb_rng_derive(setup->seed, 100 + (uint64_t)c), 1, &w->clients[c]);
        if (status < 0)
            return status;
    }
    *out = w;
    return RLB_OK;
}

static void walker_destroy(void *self)
{
    (void)self;
}

static void spin(int64_t ns)
{
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    do
        clock_gettime(CLOCK_MONOTONIC, &b);
    while ((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec < ns);
}

static rlb_status walk(struct walker *w, rlb_venv *env)
{
    uint32_t n = env->num_lanes * env->num_agents;
    for (uint32_t i = 0; i < n; i++) {
        double u = rlb_rng_uniform(&w->s.rng);
        w->s.sum_u += u * w->p[WALKER_GAIN].r;
        w->actions[i] = u < w->p[WALKER_P_RIGHT].r;
    }
    double state = ((const int32_t *)env->batch->obs)[0];
    w->host->metric(w->host, M_MEAN_STATE, state);
    w->host->metric(w->host, M_PEAK, state);
    return env->step(env, w->actions);
}

static rlb_status one_step(struct walker *w)
{
    rlb_status status = RLB_OK;
    uint32_t lanes = 1;
    if ((int64_t)w->s.steps == w->p[WALKER_FAIL_AT].i)
        return w->host->fail(w->host, RLB_E_INTERNAL, "step %d broke", (int)w->s.steps);
    if ((int64_t)w->s.steps == w->p[WALKER_DIVERGE_AT].i)
        return w->host->fail(w->host, RLB_E_NUMERIC, "theta is not finite");
    for (int64_t c = 0; c < w->p[WALKER_CLIENTS].i && status >= 0; c++)
        status = walk(w, w->clients[c]);
    if (w->p[WALKER_CLIENTS].i == 0 && w->env) {
        status = walk(w, w->env);
        lanes = w->env->num_lanes;
    }
    if (w->p[WALKER_SPIN_NS].i)
        spin(w->p[WALKER_SPIN_NS].i);
    int nan = (int64_t)w->s.steps == w->p[WALKER_NAN_AT].i;
    w->host->metric(w->host, M_STEPS, lanes);
    w->host->metric(w->host, M_SUM_U, nan ? NAN : w->s.sum_u);
    w->host->metric(w->host, M_ODD, NAN);
    w->s.steps += lanes;
    return status;
}

static rlb_status walker_step(void *self, const rlb_budget *budget, uint64_t *done)
{
    struct walker *w = self;
    uint64_t start = w->s.steps;
    rlb_status status = RLB_OK;
    while (status == RLB_OK && w->s.steps - start < budget->max_steps) {
        status = one_step(w);
        if (status == RLB_OK && (int64_t)w->s.steps >= w->p[WALKER_DONE_AT].i &&
            w->p[WALKER_DONE_AT].i >= 0)
            status = RLB_DONE;
    }
    *done += w->s.steps - start;
    return status;
}

static rlb_status walker_measure(void *self)
{
    struct walker *w = self;
    w->host->metric(w->host, M_MEASURED, (double)w->s.steps);
    return RLB_OK;
}

static rlb_status walker_act(void *self, const void *obs, uint32_t n, void *actions)
{
    struct walker *w = self;
    (void)obs;
    for (uint32_t i = 0; i < n * w->env->num_agents; i++)
        ((int32_t *)actions)[i] = 1;
    return RLB_OK;
}

static rlb_status walker_set_param(void *self, uint32_t index, rlb_value value)
{
    struct walker *w = self;
    if (value.r == -10)
        return w->host->fail(w->host, RLB_E_INVAL, "not that one");
    w->p[index] = value;
    return RLB_OK;
}

static rlb_status walker_view(void *self, uint32_t index, rlb_frame *f)
{
    struct walker *w = self;
    if (index == 1)
        return w->host->fail(w->host, RLB_E_UNSUPPORTED, "no picture");
    f->text = "here";
    return RLB_OK;
}

#define TAG_WALKER RLB_TAG('W', 'A', 'L', 'K')
static rlb_status walker_save(void *self, rlb_writer *out)
{
    return out->put(out, TAG_WALKER, &((struct walker *)self)->s, sizeof((struct walker *)self)->s);
}

static rlb_status walker_load(void *self, rlb_reader *in)
{
    struct walker *w = self;
    rlb_status status = in->get(in, TAG_WALKER, &w->s, sizeof w->s);
    return status == RLB_OK && w->s.rng.used > 4 ? RLB_E_FORMAT : status;
}

static rlb_status get_result(void *self, uint32_t index, rlb_result *out)
{
    struct walker *w = self;
    for (int i = 0; i < 6; i++)
        w->result[i / 3][i % 3] = i + (double)w->s.steps;
    *out = (rlb_result){.name = index ? "not a name" : "table",
                        .doc = "Two by three numbers.",
                        .data = w->result,
                        .dtype = RLB_RESULT_F64,
                        .rank = 2,
                        .shape = {2, 3}};
    return RLB_OK;
}

static const void *walker_interface(void *self, const char *id)
{
    static const rlb_results results = {.size = sizeof results, .count = 2, .get = get_result};
    (void)self;
    return strcmp(id, RLB_RESULTS) == 0 ? &results : NULL;
}

#define WALKER(NAME, FLAGS, SAVE, LOAD)                                                            \
    {                                                                                              \
        .size = sizeof(rlb_algo), .flags = (FLAGS), .id = NAME, .title = "Walker",                 \
        .doc = "Walks along the line.", .citation = "", .version = "1", .step_unit = "step",       \
        .params = walker_params, .metrics = walker_metrics, .views = walker_views,                 \
        .num_params = WALKER_NUM, .param_stride = sizeof walker_params[0], .num_metrics = M_NUM,   \
        .metric_stride = sizeof walker_metrics[0], .num_views = 2,                                 \
        .view_stride = sizeof walker_views[0], .create = walker_create, .destroy = walker_destroy, \
        .step = walker_step, .measure = walker_measure, .act = walker_act,                         \
        .set_param = walker_set_param, .view = walker_view, .save = (SAVE), .load = (LOAD),        \
        .interface = walker_interface                                                              \
    }

const rlb_algo fake_walker = WALKER("walker", 0, walker_save, walker_load);
const rlb_algo fake_clients = WALKER("clients", RLB_A_OWN_LANES, walker_save, walker_load);
const rlb_algo fake_alone = WALKER("alone", RLB_A_NO_ENV, walker_save, walker_load);
const rlb_algo fake_forgetful = WALKER("forgetful", 0, NULL, NULL);
