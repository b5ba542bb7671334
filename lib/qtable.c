#include <rlbench/tabular.h>

#include <math.h>
#include <string.h>

static double *row_of(const rlb_qtable *t, uint32_t s)
{
    return t->q + (size_t)s * t->num_actions;
}

rlb_status rlb_qtable_init(rlb_qtable *t, const rlb_host *host, rlb_venv *env, uint64_t seed,
                           double discount, double initial)
{
    if (env->obs.kind != RLB_SPACE_DISCRETE || env->act.kind != RLB_SPACE_DISCRETE ||
        env->num_agents != 1)
        return host->fail(host, RLB_E_UNSUPPORTED,
                          "this algorithm needs one agent with discrete observations and actions");
    t->host = host;
    t->env = env;
    t->num_states = (uint32_t)env->obs.n;
    t->num_actions = (uint32_t)env->act.n;
    t->num_lanes = env->num_lanes;
    size_t pairs = (size_t)t->num_states * t->num_actions;
    void *grid_self;
    t->model = env->interface(env, RLB_MODEL, &t->model_self);
    t->grid = env->interface(env, RLB_GRID, &grid_self);
    size_t cells = t->grid ? (size_t)t->grid->rows * t->grid->cols : 0;
    t->q = host->alloc(host, pairs * sizeof *t->q);
    t->optimal = host->alloc(host, pairs * sizeof *t->optimal);
    t->rng = host->alloc(host, t->num_lanes * sizeof *t->rng);
    t->picture = host->alloc(host, (pairs + 3 * cells) * sizeof *t->picture);
    if (!t->q || !t->optimal || !t->rng || !t->picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u states", t->num_states);
    for (size_t i = 0; i < pairs; i++)
        t->q[i] = initial;
    for (uint32_t lane = 0; lane < t->num_lanes; lane++)
        rlb_rng_init(&t->rng[lane], seed, lane);
    if (!t->model ||
        rlb_optimal_q(t->model, t->model_self, discount, 1e-12, 1000000, t->optimal) != RLB_OK)
        t->optimal = NULL;
    return RLB_OK;
}

uint32_t rlb_qtable_greedy(const rlb_qtable *t, uint32_t s)
{
    const double *q = row_of(t, s);
    uint32_t best = 0;
    for (uint32_t a = 1; a < t->num_actions; a++)
        if (q[a] > q[best])
            best = a;
    return best;
}

uint32_t rlb_qtable_explore(rlb_qtable *t, uint32_t lane, uint32_t s, double epsilon)
{
    rlb_rng *rng = &t->rng[lane];
    if (epsilon > 0 && rlb_rng_uniform(rng) < epsilon)
        return rlb_rng_below(rng, t->num_actions);
    const double *q = row_of(t, s);
    uint32_t best = 0, ties = 1;
    for (uint32_t a = 1; a < t->num_actions; a++) {
        if (q[a] > q[best]) {
            best = a;
            ties = 1;
        } else if (q[a] == q[best] && rlb_rng_below(rng, ++ties) == 0) {
            best = a;
        }
    }
    return best;
}

double rlb_qtable_max(const rlb_qtable *t, uint32_t s)
{
    const double *q = row_of(t, s);
    double best = q[0];
    for (uint32_t a = 1; a < t->num_actions; a++)
        best = q[a] > best ? q[a] : best;
    return best;
}

void rlb_qtable_act(const rlb_qtable *t, const void *obs, uint32_t n, void *actions)
{
    const int32_t *s = obs;
    int32_t *a = actions;
    for (uint32_t i = 0; i < n; i++)
        a[i] = (int32_t)rlb_qtable_greedy(t, (uint32_t)s[i]);
}

void rlb_qtable_judge(const rlb_qtable *t, double *rmse, double *optimal_fraction)
{
    *rmse = *optimal_fraction = NAN;
    if (!t->optimal)
        return;
    double square = 0;
    uint32_t right = 0;
    for (uint32_t s = 0; s < t->num_states; s++) {
        const double *q = row_of(t, s), *best = t->optimal + (size_t)s * t->num_actions;
        double top = best[0];
        for (uint32_t a = 0; a < t->num_actions; a++) {
            square += (q[a] - best[a]) * (q[a] - best[a]);
            top = fmax(top, best[a]);
        }
        right += best[rlb_qtable_greedy(t, s)] >= top - 1e-9;
    }
    *rmse = sqrt(square / ((double)t->num_states * t->num_actions));
    *optimal_fraction = (double)right / t->num_states;
}

/* Values, arrows and marks on the map. picture: [3][rows * cols]. */
static void view_map(rlb_qtable *t, rlb_frame *out)
{
    const rlb_grid *g = t->grid;
    size_t cells = (size_t)g->rows * g->cols;
    float *value = t->picture, *arrow = value + cells, *mark = arrow + cells;
    for (size_t i = 0; i < cells; i++) {
        value[i] = NAN;
        arrow[i] = -1;
        mark[i] = 0;
    }
    for (uint32_t s = 0; s < t->num_states; s++) {
        if (g->cell[s] < 0)
            continue;
        const double *q = row_of(t, s);
        uint32_t best = rlb_qtable_greedy(t, s);
        value[g->cell[s]] = (float)q[best];
        for (uint32_t a = 0; a < t->num_actions; a++)
            if (a != best && q[a] != q[best])
                arrow[g->cell[s]] = (float)g->action_dir[best];
    }
    for (uint32_t lane = 0; t->model && lane < t->num_lanes; lane++) {
        int32_t cell = g->cell[t->model->state(t->model_self, lane)];
        if (cell >= 0)
            mark[cell] = 1;
    }
    out->kind = RLB_VIEW_FIELD;
    out->rows = g->rows;
    out->cols = g->cols;
    out->a = value;
    out->b = arrow;
    out->c = mark;
}

void rlb_qtable_view_values(rlb_qtable *t, rlb_frame *out)
{
    out->lo = out->hi = NAN;
    out->caption = "greedy value of each state, arrows: greedy action";
    if (t->grid) {
        view_map(t, out);
        return;
    }
    for (uint32_t s = 0; s < t->num_states; s++)
        t->picture[s] = (float)rlb_qtable_max(t, s);
    out->kind = RLB_VIEW_HEATMAP;
    out->rows = 1;
    out->cols = t->num_states;
    out->a = t->picture;
    out->caption = "greedy value of each state";
}

void rlb_qtable_view_table(rlb_qtable *t, rlb_frame *out)
{
    for (uint32_t s = 0; s < t->num_states; s++)
        for (uint32_t a = 0; a < t->num_actions; a++)
            t->picture[(size_t)a * t->num_states + s] = (float)row_of(t, s)[a];
    out->kind = RLB_VIEW_HEATMAP;
    out->rows = t->num_actions;
    out->cols = t->num_states;
    out->a = t->picture;
    out->lo = out->hi = NAN;
    out->caption = "action values: a row per action, a column per state";
}

enum { TAG_Q = RLB_TAG('Q', 'T', 'A', 'B'), TAG_EXPLORE = RLB_TAG('E', 'X', 'P', 'L') };

rlb_status rlb_qtable_save(const rlb_qtable *t, rlb_writer *w)
{
    size_t pairs = (size_t)t->num_states * t->num_actions;
    rlb_status status = w->put(w, TAG_Q, t->q, pairs * sizeof *t->q);
    return status == RLB_OK ? w->put(w, TAG_EXPLORE, t->rng, t->num_lanes * sizeof *t->rng)
                            : status;
}

rlb_status rlb_qtable_load(rlb_qtable *t, rlb_reader *r)
{
    size_t pairs = (size_t)t->num_states * t->num_actions;
    rlb_status status = r->get(r, TAG_Q, t->q, pairs * sizeof *t->q);
    if (status == RLB_OK)
        status = r->get(r, TAG_EXPLORE, t->rng, t->num_lanes * sizeof *t->rng);
    for (uint32_t lane = 0; status == RLB_OK && lane < t->num_lanes; lane++)
        if (t->rng[lane].used > 4)
            status = t->host->fail(t->host, RLB_E_FORMAT,
                                   "the saved random stream of lane %u is damaged", lane);
    return status;
}
