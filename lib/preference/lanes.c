/* A preference problem stepped as an environment of one-step episodes. */
#include <rlbench/preference.h>

#include <string.h>

rlb_status rlb_preference_lanes_init(rlb_preference_lanes *lanes, const rlb_host *host,
                                     const rlb_preference *problem, uint32_t num_lanes,
                                     uint32_t noise)
{
    size_t tokens = (size_t)num_lanes * problem->length;
    lanes->host = host;
    lanes->problem = problem;
    lanes->num_lanes = num_lanes;
    lanes->noise = noise;
    lanes->rng = host->alloc(host, num_lanes * sizeof *lanes->rng);
    lanes->opponent = host->alloc(host, tokens * sizeof *lanes->opponent);
    lanes->answer = host->alloc(host, tokens * sizeof *lanes->answer);
    if (!lanes->rng || !lanes->opponent || !lanes->answer)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u lanes", num_lanes);
    for (uint32_t lane = 0; lane < num_lanes; lane++)
        rlb_rng_init(&lanes->rng[lane], 0, lane);
    memset(lanes->answer, 0xff, tokens * sizeof *lanes->answer);
    return RLB_OK;
}

void rlb_preference_spaces(rlb_env_spaces *out, uint32_t num_contexts, uint32_t vocabulary,
                           uint32_t length)
{
    out->num_agents = 1;
    out->obs = (rlb_space){
        .kind = RLB_SPACE_DISCRETE, .dtype = RLB_I32, .width = 1, .n = (int64_t)num_contexts};
    out->act = (rlb_space){.kind = length == 1 ? RLB_SPACE_DISCRETE : RLB_SPACE_MULTI,
                           .dtype = RLB_I32,
                           .width = length,
                           .n = (int64_t)vocabulary};
    out->reward_low = 0;
    out->reward_high = 1;
}

rlb_status rlb_preference_bind(void *self, const rlb_batch *batch)
{
    rlb_preference_lanes *lanes = self;
    lanes->batch = batch;
    return RLB_OK;
}

rlb_status rlb_preference_reset(void *self, uint32_t lane, const uint64_t *seed)
{
    rlb_preference_lanes *lanes = self;
    const rlb_preference *problem = lanes->problem;
    if (seed)
        rlb_rng_init(&lanes->rng[lane], *seed, 0);
    double u = rlb_rng_uniform(&lanes->rng[lane]);
    uint32_t x = 0;
    for (; x + 1 < problem->num_contexts && u >= problem->weight(self, x); x++)
        u -= problem->weight(self, x);
    ((int32_t *)lanes->batch->obs)[lane] = (int32_t)x;
    return RLB_OK;
}

rlb_status rlb_preference_step(void *self, uint32_t lane0, uint32_t count)
{
    rlb_preference_lanes *lanes = self;
    const rlb_preference *problem = lanes->problem;
    uint32_t length = problem->length;
    for (uint32_t lane = lane0; lane < lane0 + count; lane++) {
        const int32_t *action = (const int32_t *)lanes->batch->actions + (size_t)lane * length;
        int32_t *opponent = lanes->opponent + (size_t)lane * length;
        uint32_t x = (uint32_t)((const int32_t *)lanes->batch->obs)[lane];
        for (uint32_t t = 0; t < length; t++)
            opponent[t] = (int32_t)rlb_rng_below(&lanes->rng[lane], problem->vocabulary);
        memcpy(lanes->answer + (size_t)lane * length, action, length * sizeof *action);
        double p = problem->prefer(self, x, action, opponent);
        if (lanes->noise)
            p = rlb_rng_uniform(&lanes->rng[lane]) < p;
        lanes->batch->rewards[lane] = (float)p;
        lanes->batch->terminated[lane] = 1;
        lanes->batch->success[lane] = 0;
    }
    return RLB_OK;
}

enum { TAG_RNG = RLB_TAG('R', 'N', 'G', ' '), TAG_WORDS = RLB_TAG('W', 'O', 'R', 'D') };

rlb_status rlb_preference_save(void *self, rlb_writer *w)
{
    const rlb_preference_lanes *lanes = self;
    size_t tokens = (size_t)lanes->num_lanes * lanes->problem->length * sizeof(int32_t);
    rlb_status status = w->put(w, TAG_RNG, lanes->rng, lanes->num_lanes * sizeof *lanes->rng);
    if (status == RLB_OK)
        status = w->put(w, TAG_WORDS, lanes->opponent, tokens);
    return status == RLB_OK ? w->put(w, TAG_WORDS, lanes->answer, tokens) : status;
}

rlb_status rlb_preference_load(void *self, rlb_reader *r)
{
    rlb_preference_lanes *lanes = self;
    const rlb_preference *problem = lanes->problem;
    size_t tokens = (size_t)lanes->num_lanes * problem->length;
    rlb_status status = r->get(r, TAG_RNG, lanes->rng, lanes->num_lanes * sizeof *lanes->rng);
    if (status == RLB_OK)
        status = r->get(r, TAG_WORDS, lanes->opponent, tokens * sizeof *lanes->opponent);
    if (status == RLB_OK)
        status = r->get(r, TAG_WORDS, lanes->answer, tokens * sizeof *lanes->answer);
    if (status != RLB_OK)
        return status;
    int32_t most = (int32_t)problem->vocabulary;
    for (size_t i = 0; i < tokens; i++)
        if (lanes->opponent[i] < 0 || lanes->opponent[i] >= most || lanes->answer[i] < -1 ||
            lanes->answer[i] >= most)
            return lanes->host->fail(lanes->host, RLB_E_FORMAT, "a saved response is none");
    for (uint32_t lane = 0; lane < lanes->num_lanes; lane++)
        if (lanes->rng[lane].used > 4)
            return lanes->host->fail(lanes->host, RLB_E_FORMAT, "a saved stream is none");
    return RLB_OK;
}
