/* A set of parameters: declared one by one, then allocated in two slabs. */
#include "tape_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

rlb_net *rlb_net_create(const rlb_host *host)
{
    rlb_net *net = host->alloc(host, sizeof *net);
    if (net)
        net->host = host;
    return net;
}

rlb_status nn_net_fail(rlb_net *net, rlb_status status, const char *fmt, ...)
{
    if (net && net->status == RLB_OK) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(net->why, sizeof net->why, fmt, args);
        va_end(args);
        net->status = status;
    }
    return net ? net->status : RLB_E_NOMEM;
}

static bool fill_shape(rlb_param_info *info, uint32_t rank, const uint32_t *shape)
{
    info->rank = rank;
    info->size = 1;
    for (uint32_t i = 0; i < rank; i++) {
        info->shape[i] = shape[i];
        if (shape[i] == 0 || info->size > SIZE_MAX / 8 / shape[i])
            return false;
        info->size *= shape[i];
    }
    return true;
}

uint32_t rlb_net_declare(rlb_net *net, const char *name, uint32_t rank, const uint32_t *shape,
                         uint32_t members, rlb_init init, uint32_t fan_in, uint32_t fan_out)
{
    if (!net || net->status != RLB_OK)
        return 0;
    const rlb_host *host = net->host;
    if (net->values) {
        nn_net_fail(net, RLB_E_INTERNAL, "%s is declared after rlb_net_init()", name);
        return 0;
    }
    struct nn_declared *p = host->alloc(host, sizeof *p);
    char *copy = host->alloc(host, strlen(name) + 1);
    if (!p || !copy) {
        nn_net_fail(net, RLB_E_NOMEM, "no memory for the parameters");
        return 0;
    }
    memcpy(copy, name, strlen(name) + 1);
    p->info.name = copy;
    if (rank == 0 || rank > RLB_MAX_RANK || !fill_shape(&p->info, rank, shape)) {
        nn_net_fail(net, RLB_E_INVAL, "%s has no usable shape", name);
        return 0;
    }
    p->init = init;
    p->fan_in = fan_in ? fan_in : 1;
    p->fan_out = fan_out ? fan_out : 1;
    p->members = members ? members : 1;
    if (p->info.size % p->members) {
        nn_net_fail(net, RLB_E_INVAL, "%s does not divide into %u members", name, members);
        return 0;
    }
    *(net->last ? &net->last->next : &net->first) = p;
    net->last = p;
    /* every parameter starts on a cache line */
    p->info.offset = net->size;
    net->size += (p->info.size + 15) / 16 * 16;
    return net->count++;
}

uint32_t nn_declare(rlb_net *net, const char *layer, const char *part, uint32_t rank,
                    const uint32_t *shape, uint32_t members, rlb_init init, uint32_t fan_in,
                    uint32_t fan_out)
{
    char name[160];
    if (snprintf(name, sizeof name, "%s_%s", layer, part) >= (int)sizeof name)
        nn_net_fail(net, RLB_E_INVAL, "the name %.40s... is too long", layer);
    return rlb_net_declare(net, name, rank, shape, members, init, fan_in, fan_out);
}

static bool allocate(rlb_net *net)
{
    const rlb_host *host = net->host;
    net->params = host->alloc(host, (net->count + 1) * sizeof(struct nn_declared *));
    net->values = host->alloc(host, (net->size + 1) * sizeof *net->values);
    net->grads = host->alloc(host, (net->size + 1) * sizeof *net->grads);
    if (!net->params || !net->values || !net->grads)
        return false;
    uint32_t k = 0;
    for (struct nn_declared *p = net->first; p; p = p->next)
        net->params[k++] = p;
    return true;
}

rlb_status rlb_net_init(rlb_net *net, uint64_t seed)
{
    if (!net)
        return RLB_E_NOMEM;
    if (net->status == RLB_OK && !net->values && !allocate(net))
        nn_net_fail(net, RLB_E_NOMEM, "no memory for %zu parameters", net->size);
    if (net->status != RLB_OK)
        return net->host->fail(net->host, net->status, "network: %s", net->why);
    rlb_net_draw(net, seed);
    return RLB_OK;
}

void rlb_net_draw(rlb_net *net, uint64_t seed)
{
    for (uint32_t k = 0; k < net->count; k++)
        nn_draw(net->values + net->params[k]->info.offset, net->params[k], seed, k,
                net->grads + net->params[k]->info.offset);
    memset(net->grads, 0, net->size * sizeof *net->grads);
}

rlb_net *rlb_net_clone(const rlb_net *net)
{
    rlb_net *clone = net && net->values ? rlb_net_create(net->host) : NULL;
    if (!clone)
        return NULL;
    clone->first = net->first; /* declarations never change after rlb_net_init() */
    clone->last = net->last;
    clone->size = net->size;
    clone->count = net->count;
    if (!allocate(clone))
        return NULL;
    rlb_net_copy(clone, net);
    return clone;
}

size_t rlb_net_size(const rlb_net *net)
{
    return net->size;
}

float *rlb_net_values(rlb_net *net)
{
    return net->values;
}

float *rlb_net_grads(rlb_net *net)
{
    return net->grads;
}

uint32_t rlb_net_count(const rlb_net *net)
{
    return net->count;
}

const rlb_param_info *rlb_net_param(const rlb_net *net, uint32_t param)
{
    return &net->params[param]->info;
}

void rlb_net_copy(rlb_net *target, const rlb_net *source)
{
    memcpy(target->values, source->values, source->size * sizeof *source->values);
}

void rlb_net_mix(rlb_net *target, const rlb_net *source, float rate)
{
    float *restrict to = target->values;
    const float *restrict from = source->values;
    for (size_t i = 0; i < source->size; i++)
        to[i] += rate * (from[i] - to[i]);
}

enum { TAG_VALUES = RLB_TAG('N', 'E', 'T', ' ') };

rlb_status rlb_net_save(const rlb_net *net, rlb_writer *w)
{
    return w->put(w, TAG_VALUES, net->values, net->size * sizeof *net->values);
}

rlb_status rlb_net_load(rlb_net *net, rlb_reader *r)
{
    return r->get(r, TAG_VALUES, net->values, net->size * sizeof *net->values);
}

rlb_status rlb_net_result(const rlb_net *net, uint32_t param, rlb_result *out)
{
    if (param >= net->count)
        return RLB_E_INVAL;
    const rlb_param_info *info = rlb_net_param(net, param);
    *out = (rlb_result){.name = info->name,
                        .doc = "Parameters of the network, weights as [in][out].",
                        .data = net->values + info->offset,
                        .dtype = RLB_RESULT_F32,
                        .rank = info->rank};
    for (uint32_t i = 0; i < info->rank; i++)
        out->shape[i] = info->shape[i];
    return RLB_OK;
}
