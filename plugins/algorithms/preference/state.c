/* Checkpoints and results. */
#include "slhf.h"

#include <string.h>

enum {
    TAG_SHAPE = RLB_TAG('S', 'H', 'A', 'P'),
    TAG_LIVE = RLB_TAG('L', 'I', 'V', 'E'),
    TAG_LEADER = RLB_TAG('L', 'E', 'A', 'D'),
    TAG_FOLLOWER = RLB_TAG('F', 'O', 'L', 'L'),
    TAG_RNG = RLB_TAG('R', 'N', 'G', ' ')
};

static size_t leader_bytes(const struct slhf *s)
{
    const struct forest *f = &s->duel.leader;
    size_t exact = (size_t)s->problem.X * s->problem.n;
    return sizeof(double) * (slhf_is_exact(s) ? exact : f->trees * f->nodes * f->V);
}

static size_t follower_bytes(const struct slhf *s)
{
    const struct forest *f = &s->duel.follower;
    size_t exact = (size_t)s->problem.X * s->problem.n * s->problem.n;
    return sizeof(double) * (slhf_is_exact(s) ? exact : f->trees * f->nodes * f->V);
}

rlb_status slhf_save(void *self, rlb_writer *w)
{
    const struct slhf *s = self;
    const uint32_t shape[] = {s->learner, s->problem.X, s->problem.n};
    const double live[] = {s->step_size, s->follower_weight, (double)s->steps};
    rlb_status status = w->put(w, TAG_SHAPE, shape, sizeof shape);
    if (status == RLB_OK)
        status = w->put(w, TAG_LIVE, live, sizeof live);
    if (status == RLB_OK)
        status = w->put(w, TAG_LEADER, s->leader, leader_bytes(s));
    if (status == RLB_OK)
        status = w->put(w, TAG_FOLLOWER, s->follower, follower_bytes(s));
    return status == RLB_OK ? w->put(w, TAG_RNG, &s->duel.rng, sizeof s->duel.rng) : status;
}

static bool all_finite(const double *x, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof *x; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

rlb_status slhf_load(void *self, rlb_reader *r)
{
    struct slhf *s = self;
    uint32_t shape[3];
    double live[3];
    rlb_status status = r->get(r, TAG_SHAPE, shape, sizeof shape);
    if (status != RLB_OK)
        return status;
    if (shape[0] != s->learner || shape[1] != s->problem.X || shape[2] != s->problem.n)
        return s->host->fail(s->host, RLB_E_FORMAT,
                             "the checkpoint is of %u contexts with %u responses, not of %u with "
                             "%u, or of another learner",
                             shape[1], shape[2], s->problem.X, s->problem.n);
    status = r->get(r, TAG_LIVE, live, sizeof live);
    if (status == RLB_OK)
        status = r->get(r, TAG_LEADER, s->leader, leader_bytes(s));
    if (status == RLB_OK)
        status = r->get(r, TAG_FOLLOWER, s->follower, follower_bytes(s));
    if (status == RLB_OK)
        status = r->get(r, TAG_RNG, &s->duel.rng, sizeof s->duel.rng);
    if (status != RLB_OK)
        return status;
    if (!(live[0] > 0) || !(live[1] >= 0) || !(live[2] >= 0 && live[2] < 1e18) ||
        s->duel.rng.used > 4 || !all_finite(s->leader, leader_bytes(s)) ||
        !all_finite(s->follower, follower_bytes(s)))
        return s->host->fail(s->host, RLB_E_FORMAT, "the checkpoint holds what cannot be");
    s->step_size = live[0];
    s->follower_weight = live[1];
    s->steps = (uint64_t)live[2];
    return RLB_OK;
}

/* ---- results */

enum { R_LEADER, R_FOLLOWER, R_STACKELBERG, R_NASH, R_RLHF, R_VALUES, NUM_RESULTS };
static const struct {
    const char *name, *doc;
} results[NUM_RESULTS] = {
    [R_LEADER] = {"leader", "(contexts, n): the Leader's probabilities."},
    [R_FOLLOWER] = {"follower", "(n, n): the Follower's, by what it sees, in the first context."},
    [R_STACKELBERG] = {"stackelberg", "(contexts, n): the Leader of the exact equilibrium."},
    [R_NASH] = {"nash", "(contexts, n): the exact regularised Nash policy."},
    [R_RLHF] = {"rlhf", "(contexts, n): the exact policy of Bradley-Terry scores."},
    [R_VALUES] = {"values", "(contexts, n): V(y), what committing to y is worth."},
};

static rlb_status get(void *self, uint32_t index, rlb_result *out)
{
    struct slhf *s = self;
    uint32_t n = s->problem.n, X = s->problem.X;
    if (index >= NUM_RESULTS)
        return RLB_E_INVAL;
    *out = (rlb_result){.name = results[index].name,
                        .doc = results[index].doc,
                        .dtype = RLB_RESULT_F64,
                        .rank = 2,
                        .shape = {index == R_FOLLOWER ? n : X, n}};
    switch (index) {
    case R_LEADER:
        for (uint32_t x = 0; x < X; x++) {
            slhf_policies(s, x);
            memcpy(s->result + (size_t)x * n, s->pi, n * sizeof *s->pi);
        }
        out->data = s->result;
        break;
    case R_FOLLOWER:
        slhf_policies(s, 0);
        out->data = s->omega;
        break;
    case R_STACKELBERG: out->data = s->solutions.stackelberg; break;
    case R_NASH: out->data = s->solutions.nash; break;
    case R_RLHF: out->data = s->solutions.rlhf; break;
    default: out->data = s->solutions.values;
    }
    return RLB_OK;
}

const rlb_results slhf_results = {.size = sizeof slhf_results, .count = NUM_RESULTS, .get = get};
