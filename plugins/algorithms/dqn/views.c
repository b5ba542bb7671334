/* Pictures: what the network thinks of the states on the world's plane. */
#include "dqn.h"

#include <string.h>

enum { ROWS = 16, COLS = 32 };

rlb_status dqn_pictures_build(struct dqn *d)
{
    d->bars = d->host->alloc(d->host, d->num_actions * sizeof *d->bars);
    if (!d->bars)
        return d->host->fail(d->host, RLB_E_NOMEM, "no memory for the pictures");
    return rlb_state_map_init(&d->map, d->host, d->env, ROWS, COLS);
}

static void best_values(void *self, const float *obs, uint32_t n, float *out)
{
    dqn_ask(self, obs, n, NULL, out);
}

static void best_actions(void *self, const float *obs, uint32_t n, float *out)
{
    int32_t actions[COLS];
    dqn_ask(self, obs, n, actions, NULL);
    for (uint32_t i = 0; i < n; i++)
        out[i] = (float)actions[i];
}

static void view_values(struct dqn *d, rlb_frame *out)
{
    rlb_state_map_draw(&d->map, "greedy value", best_values, d, NAN, NAN, out);
}

static void view_actions(struct dqn *d, rlb_frame *out)
{
    rlb_state_map_draw(&d->map, "number of the greedy action", best_actions, d, 0,
                       (float)(d->num_actions - 1), out);
}

static void view_preferences(struct dqn *d, rlb_frame *out)
{
    struct look *l = &d->asked;
    memcpy(l->obs->data, d->env->batch->obs, d->obs_width * sizeof(float));
    dqn_see(d, l->obs->data, 1);
    rlb_forward(l->tape);
    memcpy(d->bars, l->values->data, d->num_actions * sizeof *d->bars);
    out->kind = RLB_VIEW_BARS;
    out->rows = 1;
    out->cols = d->num_actions;
    out->a = d->bars;
    out->lo = out->hi = NAN;
    out->caption = "value of every action where the first agent is";
}

rlb_status dqn_view(void *self, uint32_t index, rlb_frame *out)
{
    void (*const draw[NUM_VIEWS])(struct dqn *,
                                  rlb_frame *) = {[VIEW_VALUES] = view_values,
                                                  [VIEW_ACTIONS] = view_actions,
                                                  [VIEW_PREFERENCES] = view_preferences};
    draw[index](self, out);
    return RLB_OK;
}
