/* Pictures: actor and critic over the plane of states, and the advantages of the last rollout. */
#include "ppo.h"

static void values(void *self, const float *obs, uint32_t n, float *out)
{
    ppo_ask(self, obs, n, NULL, out);
}

static void likeliest(void *self, const float *obs, uint32_t n, float *out)
{
    struct ppo *p = self;
    ppo_ask(p, obs, n, p->map_actions, NULL);
    const int32_t *number = p->map_actions;
    const float *vector = p->map_actions;
    for (uint32_t i = 0; i < n; i++)
        out[i] = p->discrete ? (float)number[i] : vector[(size_t)i * p->act_width];
}

static void view_values(struct ppo *p, rlb_frame *out)
{
    rlb_state_map_draw(&p->map, "the critic's value", values, p, NAN, NAN, out);
}

static void view_policy(struct ppo *p, rlb_frame *out)
{
    float lo = p->discrete ? 0 : (float)p->env->act.low;
    float hi = p->discrete ? (float)(p->policy_width - 1) : (float)p->env->act.high;
    rlb_state_map_draw(&p->map, p->discrete ? "number of the likeliest action" : "mean action",
                       likeliest, p, lo, hi, out);
}

/* Transposed into rows of lanes: time runs across. */
static void view_advantages(struct ppo *p, rlb_frame *out)
{
    const rlb_rollout *r = &p->rollout;
    for (size_t t = 0; t < r->num_steps; t++)
        for (size_t lane = 0; lane < p->num_lanes; lane++)
            p->picture[lane * r->num_steps + t] = p->advantage[t * p->num_lanes + lane];
    out->kind = RLB_VIEW_HEATMAP;
    out->rows = p->num_lanes;
    out->cols = r->num_steps;
    out->a = p->picture;
    out->lo = out->hi = NAN;
    out->caption = "advantages of the last rollout: a row per lane, time across";
}

rlb_status ppo_view(void *self, uint32_t index, rlb_frame *out)
{
    void (*const draw[NUM_VIEWS])(struct ppo *,
                                  rlb_frame *) = {[VIEW_VALUES] = view_values,
                                                  [VIEW_POLICY] = view_policy,
                                                  [VIEW_ADVANTAGES] = view_advantages};
    draw[index](self, out);
    return RLB_OK;
}
