#include "features.h"

static rlb_status read_row(struct features *f, const rlb_host *host, const rlb_features *source,
                           void *self, uint32_t pair)
{
    size_t row = (size_t)pair * f->width;
    uint32_t n =
        source->row(self, pair / f->actions, pair % f->actions, f->index + row, f->value + row);
    f->count[pair] = n;
    for (uint32_t i = 0; i < n; i++)
        if (f->index[row + i] >= f->dim)
            return host->fail(host, RLB_E_INTERNAL, "the environment's features exceed %u", f->dim);
    f->tabular = f->tabular && n == 1 && f->index[row] == pair && f->value[row] == 1;
    return RLB_OK;
}

rlb_status features_init(struct features *f, const rlb_host *host, uint32_t states,
                         uint32_t actions, const rlb_features *source, void *source_self)
{
    uint32_t pairs = states * actions;
    *f = (struct features){.states = states,
                           .actions = actions,
                           .dim = source ? source->dim : pairs,
                           .width = source ? source->max_nonzero : 1,
                           .tabular = !source || source->dim == pairs};
    f->count = host->alloc(host, pairs * sizeof *f->count);
    f->index = host->alloc(host, (size_t)pairs * f->width * sizeof *f->index);
    f->value = host->alloc(host, (size_t)pairs * f->width * sizeof *f->value);
    if (!f->count || !f->index || !f->value)
        return host->fail(host, RLB_E_NOMEM, "no memory for the features of %u pairs", pairs);
    for (uint32_t pair = 0; pair < pairs; pair++) {
        if (source) {
            rlb_status status = read_row(f, host, source, source_self, pair);
            if (status != RLB_OK)
                return status;
        } else {
            f->count[pair] = 1;
            f->index[pair] = pair;
            f->value[pair] = 1;
        }
    }
    return RLB_OK;
}
