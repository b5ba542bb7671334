#include "module/conform_bare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

rlb_status bare_create(struct conform *c, struct host_report *report, uint32_t lanes, uint64_t seed,
                       struct venv **out)
{
    struct venv_spec spec = {
        .env = c->env, .params = c->params, .num_lanes = lanes, .report = report};
    memset(report, 0, sizeof *report);
    rlb_status status = venv_create(&spec, seed, out);
    if (status < 0) {
        char text[1200];
        err_set(&c->err, ERR_FAILED, "%s",
                host_failure(report, c->env->id, status, text, sizeof text));
    }
    return status;
}

/* ---- actions ---- */

/* One of the actions that the mask allows, or any when it allows none. */
static int32_t allowed(const uint8_t *mask, uint32_t n, rlb_rng *rng)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        count += mask[i] != 0;
    uint32_t pick = rlb_rng_below(rng, count ? count : n);
    for (uint32_t i = 0; count && i < n; i++)
        if (mask[i] && pick-- == 0)
            return (int32_t)i;
    return (int32_t)pick;
}

static void random_action(struct venv *v, uint32_t lane, rlb_rng *rng)
{
    const rlb_space *a = &v->table.act;
    size_t agents = v->table.num_agents, first = lane * agents;
    for (size_t g = first; g < first + agents; g++)
        for (uint32_t k = 0; k < a->width; k++) {
            size_t at = g * a->width + k;
            if (a->kind == RLB_SPACE_BOX)
                ((float *)v->actions)[at] =
                    (float)(isfinite(a->low) && isfinite(a->high)
                                ? a->low + (a->high - a->low) * rlb_rng_uniform(rng)
                                : rlb_rng_normal(rng));
            else if (v->batch.action_mask)
                ((int32_t *)v->actions)[at] =
                    allowed(v->batch.action_mask + g * (size_t)a->n, (uint32_t)a->n, rng);
            else
                ((int32_t *)v->actions)[at] = (int32_t)rlb_rng_below(rng, (uint32_t)a->n);
        }
}

void bare_random_actions(struct venv *v, rlb_rng *rng)
{
    for (uint32_t l = 0; l < v->table.num_lanes; l++)
        random_action(v, l, rng);
}

rlb_status bare_advance(struct venv *v, uint32_t *ages, void (*seen)(void *, struct venv *),
                        void *ctx)
{
    rlb_status status = v->env->step(v->self, 0, v->table.num_lanes);
    if (status >= 0 && seen)
        seen(ctx, v);
    for (uint32_t l = 0; l < v->table.num_lanes && status >= 0; l++)
        if (v->batch.terminated[l] || (++ages[l] == v->time_limit && v->time_limit)) {
            ages[l] = 0;
            status = v->env->reset(v->self, l, NULL);
        }
    return status;
}

/* ---- what a batch may hold ---- */

static const char *value_fault(const rlb_space *s, const void *data, size_t i, double *value)
{
    if (s->dtype == RLB_I32) {
        *value = ((const int32_t *)data)[i];
        return *value >= 0 && *value < (double)s->n ? NULL : "outside its space";
    }
    *value = s->dtype == RLB_U8 ? ((const uint8_t *)data)[i] : ((const float *)data)[i];
    if (isnan(*value))
        return "not a number";
    double slack = 1e-6 * (1 + fabs(*value));
    return *value >= s->low - slack && *value <= s->high + slack ? NULL : "outside its space";
}

const char *bare_space_fault(const char *what, const rlb_space *s, const void *data, size_t n,
                             char *out, size_t size)
{
    double value;
    for (size_t i = 0; data && i < n * s->width; i++) {
        const char *fault = value_fault(s, data, i, &value);
        if (fault) {
            snprintf(out, size, "%s: value %zu is %g, %s", what, i, value, fault);
            return out;
        }
    }
    return NULL;
}

static bool flags_fault(const uint8_t *flags, size_t n)
{
    for (size_t i = 0; flags && i < n; i++)
        if (flags[i] > 1)
            return true;
    return false;
}

const char *bare_batch_fault(const struct venv *v, const rlb_env_spaces *spaces, char *out,
                             size_t size)
{
    const rlb_batch *b = &v->batch;
    size_t lanes = b->num_lanes, agents = lanes * b->num_agents;
    if (bare_space_fault("observation", &spaces->obs, b->obs, agents, out, size) ||
        bare_space_fault("joint state", &spaces->state, b->state, lanes, out, size))
        return out;
    for (size_t i = 0; i < agents; i++) {
        double r = b->rewards[i], slack = 1e-5 * (1 + fabs(r));
        if (!isfinite(r) || r < spaces->reward_low - slack || r > spaces->reward_high + slack) {
            snprintf(out, size, "reward %g is outside %g to %g", r, spaces->reward_low,
                     spaces->reward_high);
            return out;
        }
    }
    if (flags_fault(b->terminated, lanes) || flags_fault(b->success, lanes) ||
        flags_fault(b->alive, agents) ||
        flags_fault(b->action_mask, b->action_mask ? agents * (size_t)spaces->act.n : 0)) {
        snprintf(out, size, "a flag is neither 0 nor 1");
        return out;
    }
    for (size_t l = 0; l < lanes; l++)
        if (b->truncated[l]) {
            snprintf(out, size, "it sets truncated, which is the host's");
            return out;
        }
    return NULL;
}
