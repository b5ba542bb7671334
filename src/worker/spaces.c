#include "worker/venv.h"

#include <inttypes.h>

/* What a plugin says about its spaces decides how much memory the host gives it, so none of it is
 * taken on trust. */

enum { MAX_WIDTH = 1 << 24, MAX_AGENTS = 1 << 20 };

static const char *space_fault(const rlb_space *s, bool is_action)
{
    switch (s->kind) {
    case RLB_SPACE_NONE: return is_action ? "there must be one" : NULL;
    case RLB_SPACE_DISCRETE:
    case RLB_SPACE_MULTI:
        if (s->dtype != RLB_I32)
            return "discrete values must be of type I32";
        if (s->width < 1 || s->width > MAX_WIDTH || (s->kind == RLB_SPACE_DISCRETE && s->width > 1))
            return "its width is out of range";
        return s->n < 1 || s->n > INT32_MAX ? "n must be from 1 to 2147483647" : NULL;
    case RLB_SPACE_BOX: {
        if (s->dtype != RLB_F32 && (is_action || s->dtype != RLB_U8))
            return is_action ? "continuous actions must be of type F32"
                             : "box values must be of type F32 or U8";
        if (s->width < 1 || s->width > MAX_WIDTH || s->rank > 4)
            return "its width or rank is out of range";
        uint64_t product = 1;
        for (uint32_t i = 0; i < s->rank; i++)
            product = product > MAX_WIDTH ? product : product * s->shape[i];
        if (s->rank && product != s->width)
            return "the product of its shape is not its width";
        return s->low <= s->high ? NULL : "low is above high";
    }
    default: return "its kind is unknown";
    }
}

rlb_status venv_spaces(const rlb_env *env, const rlb_value *params, struct host *h,
                       rlb_env_spaces *out)
{
    *out = (rlb_env_spaces){.size = sizeof *out};
    rlb_status status = env->spaces(&h->table, params, out);
    if (status < 0)
        return status;
    const rlb_space *const spaces[] = {&out->obs, &out->act, &out->state};
    static const char *const names[] = {"observation", "action", "joint state"};
    for (int i = 0; i < 3; i++) {
        const char *fault = space_fault(spaces[i], i == 1);
        if (fault)
            return h->table.fail(&h->table, RLB_E_INVAL, "the %s space is unusable: %s", names[i],
                                 fault);
    }
    if (out->num_agents < 1 || out->num_agents > MAX_AGENTS)
        return h->table.fail(&h->table, RLB_E_INVAL, "%" PRIu32 " agents are out of range",
                             out->num_agents);
    if (out->has_action_mask && out->act.kind != RLB_SPACE_DISCRETE)
        return h->table.fail(&h->table, RLB_E_INVAL, "an action mask needs discrete actions");
    return RLB_OK;
}
