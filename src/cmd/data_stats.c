/* Figures of a dataset's columns and episodes. */
#include "cmd/data.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

bool data_is_about_steps(const rlb_column *c)
{
    static const char *const names[] = {"actions", "rewards", "terminated", "mask"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], c->name) == 0)
            return true;
    return false;
}

static double item(const rlb_column *c, uint64_t i)
{
    switch (c->type) {
    case RLB_NPY_F32: return (double)((const float *)c->data)[i];
    case RLB_NPY_F64: return ((const double *)c->data)[i];
    case RLB_NPY_I32: return ((const int32_t *)c->data)[i];
    case RLB_NPY_I64: return (double)((const int64_t *)c->data)[i];
    default: return ((const uint8_t *)c->data)[i];
    }
}

void data_column_stats(const rlb_dataset_file *f, const rlb_column *c, struct data_stats *out)
{
    const rlb_dataset *d = &f->data;
    uint64_t items = c->row_bytes / rlb_npy_item_bytes(c->type), skip = data_is_about_steps(c);
    double sum = 0;
    *out = (struct data_stats){.min = INFINITY, .max = -INFINITY, .mean = NAN};
    for (uint64_t e = 0; e < d->num_episodes; e++)
        for (uint64_t i = d->start[e] * items; i < (d->start[e + 1] - skip) * items; i++) {
            double v = item(c, i);
            if (!isfinite(v)) {
                if (out->nan + out->infinite == 0)
                    out->first_bad = i / items;
                out->nan += isnan(v) != 0;
                out->infinite += isinf(v) != 0;
                continue;
            }
            out->min = v < out->min ? v : out->min;
            out->max = v > out->max ? v : out->max;
            sum += v;
            out->count++;
        }
    if (out->count == 0)
        out->min = out->max = NAN;
    else
        out->mean = sum / (double)out->count;
}

double *data_lengths(const rlb_dataset *d)
{
    double *out = mem_alloc((d->num_episodes + 1) * sizeof *out);
    for (uint64_t e = 0; e < d->num_episodes; e++)
        out[e] = (double)(d->start[e + 1] - d->start[e] - 1);
    return out;
}

double *data_returns(const rlb_dataset *d)
{
    if (!d->rewards)
        return NULL;
    double *out = mem_alloc((d->num_episodes + 1) * sizeof *out);
    for (uint64_t e = 0; e < d->num_episodes; e++) {
        for (uint64_t i = d->start[e] * d->num_agents; i < (d->start[e + 1] - 1) * d->num_agents;
             i++)
            out[e] += (double)d->rewards[i];
        out[e] /= d->num_agents;
    }
    return out;
}
