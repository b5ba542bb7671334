#include <rlbench/normalize.h>

#include <math.h>

rlb_status rlb_reward_scale_init(rlb_reward_scale *s, const rlb_host *host, uint32_t num_streams,
                                 double discount, double epsilon)
{
    if (!(discount >= 0 && discount <= 1) || !(epsilon > 0))
        return host->fail(host, RLB_E_INVAL,
                          "rewards cannot be scaled with discount %g and epsilon %g: the discount "
                          "lies in [0, 1], epsilon is positive",
                          discount, epsilon);
    *s = (rlb_reward_scale){.discount = discount, .epsilon = epsilon, .num_streams = num_streams};
    s->carry = host->alloc(host, num_streams * sizeof *s->carry);
    if (!s->carry)
        return host->fail(host, RLB_E_NOMEM, "no memory for the returns of %u streams",
                          num_streams);
    return rlb_moments_init(&s->returns, host, 1, 1e-4);
}

/* The returns of one step, a double each, as a batch of their own: Chan's update needs their mean
 * and scatter only. */
static void observe(rlb_reward_scale *s)
{
    double n = s->num_streams, mean = 0, square = 0;
    for (uint32_t i = 0; i < s->num_streams; i++)
        mean += s->carry[i] / n;
    for (uint32_t i = 0; i < s->num_streams; i++)
        square += (s->carry[i] - mean) * (s->carry[i] - mean);
    rlb_moments_merge(&s->returns,
                      &(rlb_moments){.mean = &mean, .square = &square, .count = n, .width = 1});
}

void rlb_reward_scale_step(rlb_reward_scale *s, const float *reward, const uint8_t *terminated,
                           const uint8_t *truncated, float *out)
{
    for (uint32_t i = 0; i < s->num_streams; i++)
        s->carry[i] = (terminated[i] ? 0 : s->discount * s->carry[i]) + (double)reward[i];
    observe(s);
    double scale = 1 / sqrt(rlb_moments_variance(&s->returns, 0) + s->epsilon);
    for (uint32_t i = 0; i < s->num_streams; i++) {
        out[i] = (float)((double)reward[i] * scale);
        if (terminated[i] || truncated[i])
            s->carry[i] = 0;
    }
}

enum { TAG_CARRY = RLB_TAG('R', 'S', 'C', 'L') };

rlb_status rlb_reward_scale_save(const rlb_reward_scale *s, rlb_writer *w)
{
    rlb_status status = w->put(w, TAG_CARRY, s->carry, s->num_streams * sizeof *s->carry);
    return status == RLB_OK ? rlb_moments_save(&s->returns, w) : status;
}

rlb_status rlb_reward_scale_load(rlb_reward_scale *s, rlb_reader *r)
{
    const rlb_host *host = s->returns.host;
    rlb_status status = r->get(r, TAG_CARRY, s->carry, s->num_streams * sizeof *s->carry);
    if (status == RLB_E_FORMAT)
        return host->fail(host, status, "the saved returns are not those of %u streams",
                          s->num_streams);
    return status == RLB_OK ? rlb_moments_load(&s->returns, r) : status;
}
