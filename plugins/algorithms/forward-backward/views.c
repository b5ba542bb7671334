/* Pictures: what the learner says of the task at hand beside what is true, and how B lies. */
#include "views.h"

#include <stdio.h>
#include <string.h>

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

rlb_status fb_pictures_build(struct fb *f)
{
    const rlb_host *host = f->host;
    uint32_t S = f->world.num_states, A = f->num_actions;
    struct pictures *p = f->pictures = host->alloc(host, sizeof *p);
    if (!p)
        return host->fail(host, RLB_E_NOMEM, "no memory for the pictures");
    p->cells = f->world.grid ? f->world.grid->rows * f->world.grid->cols : 0;
    p->cells = most(most(p->cells, S), most(f->c.d, BINS));
    p->a = host->alloc(host, p->cells * sizeof *p->a);
    p->b = host->alloc(host, p->cells * sizeof *p->b);
    p->c = host->alloc(host, p->cells * sizeof *p->c);
    p->states = host->alloc(host, (S + 1) * sizeof *p->states);
    p->reward = host->alloc(host, (S + 1) * sizeof *p->reward);
    p->v = host->alloc(host, (S + 1) * sizeof *p->v);
    p->plane_q = host->alloc(host, (size_t)PLANE_COLS * A * sizeof *p->plane_q);
    if (!p->a || !p->b || !p->c || !p->states || !p->reward || !p->v || !p->plane_q)
        return host->fail(host, RLB_E_NOMEM, "no memory for the pictures");
    return f->world.numbered
               ? RLB_OK
               : rlb_state_map_init(&p->map, host, f->world.env, PLANE_ROWS, PLANE_COLS);
}

/* One empty cell of the view's kind, with the sentence below it. */
void fb_say(struct fb *f, const char *text, rlb_frame *out)
{
    struct pictures *p = f->pictures;
    bool points = out->kind == RLB_VIEW_SCATTER || out->kind == RLB_VIEW_BARS;
    p->a[0] = points ? 0 : NAN;
    p->b[0] = points ? 0 : -1;
    out->rows = out->cols = 1;
    out->a = p->a;
    out->b = out->kind == RLB_VIEW_BARS ? NULL : p->b;
    out->lo = out->hi = NAN;
    out->caption = text;
}

static bool has_map(const struct fb *f)
{
    return f->has_truth && f->world.grid;
}

/* ---------------------------------------------------------------- maps */

/* A value for every state as cells, marks of the task and of the agent. */
static void lay_out(struct fb *f, const float *value, const uint32_t *action, rlb_frame *out)
{
    const rlb_grid *g = f->world.grid;
    struct pictures *p = f->pictures;
    uint32_t cells = g->rows * g->cols;
    for (uint32_t i = 0; i < cells; i++) {
        p->a[i] = NAN;
        p->b[i] = -1;
        p->c[i] = 0;
    }
    for (uint32_t s = 0; s < g->num_states; s++) {
        if (g->cell[s] < 0)
            continue;
        p->a[g->cell[s]] = value[s];
        p->b[g->cell[s]] = action ? (float)g->action_dir[action[s]] : -1;
    }
    for (uint32_t k = 0; k < f->task.num_places && f->task.num_places < 16; k++)
        if (f->task.state[k] >= 0 && f->task.weight[k] > 0)
            p->c[g->cell[f->task.state[k]]] = 2;
    out->kind = RLB_VIEW_FIELD;
    out->rows = g->rows;
    out->cols = g->cols;
    out->a = p->a;
    out->b = p->b;
    out->c = p->c;
    out->lo = out->hi = NAN;
    out->caption = p->caption;
}

static void name_task(struct fb *f, const char *what)
{
    snprintf(f->pictures->caption, sizeof f->pictures->caption, "%s; task: %.100s", what,
             f->task.text[0] ? f->task.text : "the world's own reward");
}

static void plane_values(void *self, const float *obs, uint32_t n, float *out)
{
    struct fb *f = self;
    uint32_t A = f->num_actions;
    fb_ask_best(f, obs, n, fb_task_z(f), f->pictures->plane_q);
    for (uint32_t i = 0; i < n; i++) {
        const float *q = f->pictures->plane_q + (size_t)i * A;
        out[i] = q[fb_argmax(q, A)];
    }
}

/* Greedy values and actions of all states into states and mixed. */
static void fill_values(struct fb *f, uint32_t *action)
{
    uint32_t S = f->truth.S, A = f->truth.A;
    fb_ask_best(f, f->world.state_obs, S, fb_task_z(f), f->state_q);
    for (uint32_t s = 0; s < S; s++) {
        action[s] = fb_argmax(f->state_q + (size_t)s * A, A);
        f->pictures->states[s] = f->state_q[(size_t)s * A + action[s]];
    }
}

static void view_values(struct fb *f, rlb_frame *out)
{
    uint32_t action[1024];
    if (!has_map(f)) {
        if (f->world.numbered || !f->world.plane)
            fb_say(f, "There is no map of this world to draw values over.", out);
        else
            rlb_state_map_draw(&f->pictures->map, "value of the task", plane_values, f, NAN, NAN,
                               out);
        return;
    }
    name_task(f, "max F z and the greedy action");
    fill_values(f, action);
    lay_out(f, f->pictures->states, action, out);
}

/* V* and the best actions, true for the task's reward. */
static void view_optimal(struct fb *f, rlb_frame *out)
{
    struct pictures *p = f->pictures;
    uint32_t action[1024];
    if (!has_map(f) || !task_rewards(&f->task, &f->world, p->reward)) {
        fb_say(f, "Exact values need a map with an exact model, and a task made of its cells.",
               out);
        return;
    }
    if (truth_best(&f->truth, p->reward, p->v, f->judge.q) != RLB_OK) {
        fb_say(f, "There are no exact values for this task.", out);
        return;
    }
    for (uint32_t s = 0; s < f->truth.S; s++) {
        const double *q = f->judge.q + (size_t)s * f->truth.A;
        p->states[s] = (float)p->v[s];
        action[s] = 0;
        for (uint32_t a = 1; a < f->truth.A; a++)
            if (q[a] > q[action[s]] + 1e-9)
                action[s] = a;
    }
    name_task(f, "exact V* and a best action");
    lay_out(f, p->states, action, out);
}

/* Visits from the looked-at state on, after the action that is greedy for the task. */
static void view_successors(struct fb *f, rlb_frame *out)
{
    struct pictures *p = f->pictures;
    uint32_t S = f->truth.S, A = f->truth.A, d = f->c.d, from = f->look_state;
    if (!has_map(f) || f->method != METHOD_FORWARD_BACKWARD) {
        fb_say(f, "The successor measure is drawn on maps with an exact model.", out);
        return;
    }
    const float *z = fb_task_z(f), *obs = f->world.state_obs + (size_t)from * f->obs_width;
    fb_ask_states(f);
    fb_ask_q(f, obs, 1, z, false, f->state_q);
    uint32_t a = fb_argmax(f->state_q, A);
    fb_ask_f(f, obs, 1, z, f->state_f);
    for (uint32_t s = 0; s < S; s++) {
        double m = 0;
        for (uint32_t k = 0; k < d; k++)
            m += (double)(f->state_f[(size_t)a * d + k] * f->state_b[(size_t)s * d + k]);
        p->states[s] = (float)(m * f->rho[s]);
    }
    name_task(f, "discounted visits, F B rho");
    lay_out(f, p->states, NULL, out);
    p->c[f->world.grid->cell[from]] = 1;
}

static void view_successors_exact(struct fb *f, rlb_frame *out)
{
    struct pictures *p = f->pictures;
    uint32_t S = f->truth.S, A = f->truth.A, from = f->look_state;
    if (!has_map(f)) {
        fb_say(f, "The successor measure is drawn on maps with an exact model.", out);
        return;
    }
    fb_ask_best(f, f->world.state_obs, S, fb_task_z(f), f->state_q);
    for (size_t i = 0; i < (size_t)S * A; i++)
        f->judge.q[i] = (double)f->state_q[i];
    truth_policy(&f->truth, f->judge.q, 0, f->judge.policy);
    if (truth_visits(&f->truth, f->judge.policy, f->state_m) != RLB_OK) {
        fb_say(f, "The policy has no exact successor measure.", out);
        return;
    }
    truth_pair_visits(&f->truth, f->state_m, from, fb_argmax(f->state_q + (size_t)from * A, A),
                      f->c.convention == CONVENTION_NEXT, p->v);
    for (uint32_t s = 0; s < S; s++)
        p->states[s] = (float)p->v[s];
    name_task(f, "discounted visits, exact");
    lay_out(f, p->states, NULL, out);
    p->c[f->world.grid->cell[from]] = 1;
}

static void view_coverage(struct fb *f, rlb_frame *out)
{
    if (!has_map(f)) {
        fb_say(f, "The data are counted on maps with an exact model.", out);
        return;
    }
    fb_ask_states(f);
    for (uint32_t s = 0; s < f->truth.S; s++)
        f->pictures->states[s] = (float)f->rho[s];
    snprintf(f->pictures->caption, sizeof f->pictures->caption, "share of the data in every cell");
    lay_out(f, f->pictures->states, NULL, out);
}

rlb_status fb_view(void *self, uint32_t index, rlb_frame *out)
{
    struct fb *f = self;
    void (*const draw[NUM_VIEWS])(struct fb *,
                                  rlb_frame *) = {[VIEW_VALUES] = view_values,
                                                  [VIEW_OPTIMAL] = view_optimal,
                                                  [VIEW_SUCCESSORS] = view_successors,
                                                  [VIEW_SUCCESSORS_EXACT] = view_successors_exact,
                                                  [VIEW_EMBEDDING] = fb_view_embedding,
                                                  [VIEW_EIGENVALUES] = fb_view_eigenvalues,
                                                  [VIEW_SIMILARITIES] = fb_view_similarities,
                                                  [VIEW_COVERAGE] = view_coverage};
    out->kind = fb_views[index].kind;
    draw[index](f, out);
    return RLB_OK;
}
