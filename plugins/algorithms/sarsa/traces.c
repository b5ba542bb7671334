#include "traces.h"

static const double least = 1e-300; /* denormal numbers would only be slow */

rlb_status traces_init(struct traces *t, const rlb_host *host, uint32_t num_lanes,
                       uint32_t num_pairs, enum trace kind)
{
    *t =
        (struct traces){.host = host, .num_lanes = num_lanes, .num_pairs = num_pairs, .kind = kind};
    t->value = host->alloc(host, (size_t)num_lanes * num_pairs * sizeof *t->value);
    t->pairs = host->alloc(host, (size_t)num_lanes * num_pairs * sizeof *t->pairs);
    t->count = host->alloc(host, num_lanes * sizeof *t->count);
    if (!t->value || !t->pairs || !t->count)
        return host->fail(host, RLB_E_NOMEM, "no memory for the eligibility traces of %u lanes",
                          num_lanes);
    return RLB_OK;
}

void traces_visit(struct traces *t, uint32_t lane, uint32_t pair)
{
    size_t base = (size_t)lane * t->num_pairs;
    if (t->value[base + pair] == 0)
        t->pairs[base + t->count[lane]++] = pair;
    t->value[base + pair] = t->kind == TRACE_REPLACING ? 1 : t->value[base + pair] + 1;
}

void traces_apply(struct traces *t, uint32_t lane, double amount, double decay, double *q)
{
    double *value = t->value + (size_t)lane * t->num_pairs;
    uint32_t *pairs = t->pairs + (size_t)lane * t->num_pairs, kept = 0;
    for (uint32_t i = 0; i < t->count[lane]; i++) {
        uint32_t pair = pairs[i];
        q[pair] += amount * value[pair];
        value[pair] *= decay;
        if (value[pair] < least)
            value[pair] = 0;
        else
            pairs[kept++] = pair;
    }
    t->count[lane] = kept;
}

void traces_clear(struct traces *t, uint32_t lane)
{
    size_t base = (size_t)lane * t->num_pairs;
    for (uint32_t i = 0; i < t->count[lane]; i++)
        t->value[base + t->pairs[base + i]] = 0;
    t->count[lane] = 0;
}

enum {
    TAG_VALUE = RLB_TAG('T', 'R', 'V', 'L'),
    TAG_PAIRS = RLB_TAG('T', 'R', 'P', 'R'),
    TAG_COUNT = RLB_TAG('T', 'R', 'C', 'N')
};

rlb_status traces_save(const struct traces *t, rlb_writer *w)
{
    size_t all = (size_t)t->num_lanes * t->num_pairs;
    rlb_status status = w->put(w, TAG_VALUE, t->value, all * sizeof *t->value);
    if (status == RLB_OK)
        status = w->put(w, TAG_PAIRS, t->pairs, all * sizeof *t->pairs);
    return status == RLB_OK ? w->put(w, TAG_COUNT, t->count, t->num_lanes * sizeof *t->count)
                            : status;
}

rlb_status traces_load(struct traces *t, rlb_reader *r)
{
    size_t all = (size_t)t->num_lanes * t->num_pairs;
    rlb_status status = r->get(r, TAG_VALUE, t->value, all * sizeof *t->value);
    if (status == RLB_OK)
        status = r->get(r, TAG_PAIRS, t->pairs, all * sizeof *t->pairs);
    if (status == RLB_OK)
        status = r->get(r, TAG_COUNT, t->count, t->num_lanes * sizeof *t->count);
    for (uint32_t lane = 0; status == RLB_OK && lane < t->num_lanes; lane++) {
        if (t->count[lane] > t->num_pairs)
            return t->host->fail(t->host, RLB_E_FORMAT, "the saved traces of lane %u are damaged",
                                 lane);
        for (uint32_t i = 0; i < t->count[lane]; i++)
            if (t->pairs[(size_t)lane * t->num_pairs + i] >= t->num_pairs)
                return t->host->fail(t->host, RLB_E_FORMAT,
                                     "the saved traces of lane %u are damaged", lane);
    }
    return status;
}
