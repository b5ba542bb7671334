#include "data/random_dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static rlb_space random_box(rlb_rng *rng)
{
    rlb_space s = {.kind = RLB_SPACE_BOX,
                   .dtype = rlb_rng_below(rng, 2) ? RLB_F32 : RLB_U8,
                   .width = 1,
                   .rank = 1 + rlb_rng_below(rng, 3),
                   .low = -INFINITY,
                   .high = INFINITY};
    for (uint32_t i = 0; i < s.rank; i++) {
        s.shape[i] = 1 + rlb_rng_below(rng, 3);
        s.width *= s.shape[i];
    }
    return s;
}

static rlb_space random_space(rlb_rng *rng)
{
    switch (rlb_rng_below(rng, 3)) {
    case 0:
        return (rlb_space){.kind = RLB_SPACE_DISCRETE,
                           .dtype = RLB_I32,
                           .width = 1,
                           .n = 1 + rlb_rng_below(rng, 9)};
    case 1:
        return (rlb_space){.kind = RLB_SPACE_MULTI,
                           .dtype = RLB_I32,
                           .width = 2 + rlb_rng_below(rng, 3),
                           .n = 1 + rlb_rng_below(rng, 9)};
    default: return random_box(rng);
    }
}

static void add(struct random_dataset *d, const char *name, uint32_t type, uint32_t per_agent,
                uint32_t width)
{
    rlb_column *c = &d->columns[d->layout.num_columns];
    *c = (rlb_column){.type = type, .per_agent = per_agent};
    snprintf(c->name, sizeof c->name, "%s", name);
    if (width)
        c->shape[c->rank++] = width;
    d->row_bytes[d->layout.num_columns++] = (uint64_t)(width ? width : 1) *
                                            (per_agent ? d->layout.num_agents : 1) *
                                            (type == RLB_NPY_U8                           ? 1
                                             : type == RLB_NPY_F64 || type == RLB_NPY_I64 ? 8
                                                                                          : 4);
}

/* A column that is shaped like its space. */
static void add_spaced(struct random_dataset *d, const char *name, uint32_t per_agent,
                       const rlb_space *s)
{
    add(d, name, s->dtype, per_agent, s->kind == RLB_SPACE_DISCRETE ? 0 : s->width);
    rlb_column *c = &d->columns[d->layout.num_columns - 1];
    if (s->kind == RLB_SPACE_BOX) {
        c->rank = s->rank;
        memcpy(c->shape, s->shape, sizeof c->shape);
    }
}

static void fill(rlb_rng *rng, struct random_dataset *d, uint32_t i)
{
    const rlb_column *c = &d->columns[i];
    uint64_t n = d->num_rows * d->row_bytes[i], items = n / 4;
    const rlb_space *s = strcmp(c->name, "obs") == 0       ? &d->layout.obs
                         : strcmp(c->name, "actions") == 0 ? &d->layout.act
                                                           : &d->layout.state;
    d->data[i] = calloc(1, n + 1);
    if (c->type == RLB_NPY_I32)
        for (uint64_t k = 0; k < items; k++)
            ((int32_t *)(void *)d->data[i])[k] = (int32_t)rlb_rng_below(rng, (uint32_t)s->n);
    else if (c->type == RLB_NPY_U8 && s != &d->layout.obs && s != &d->layout.act &&
             strcmp(c->name, "state") != 0)
        for (uint64_t k = 0; k < n; k++)
            d->data[i][k] = (char)rlb_rng_below(rng, 2);
    else
        for (uint64_t k = 0; k < n; k++)
            d->data[i][k] = (char)rlb_rng_below(rng, 256);
}

void random_dataset(rlb_rng *rng, struct random_dataset *d)
{
    *d = (struct random_dataset){.layout = {.name = "random"}};
    rlb_dataset_layout *l = &d->layout;
    l->columns = d->columns;
    l->num_agents = 1 + rlb_rng_below(rng, 3);
    l->obs = random_space(rng);
    do
        l->act = random_space(rng);
    while (l->act.dtype == RLB_U8);
    if (rlb_rng_below(rng, 2))
        l->state = random_space(rng);
    add_spaced(d, "obs", 1, &l->obs);
    add_spaced(d, "actions", 1, &l->act);
    if (rlb_rng_below(rng, 2))
        add(d, "rewards", RLB_NPY_F32, 1, 0);
    if (rlb_rng_below(rng, 2))
        add(d, "terminated", RLB_NPY_U8, 0, 0);
    if (rlb_rng_below(rng, 2))
        add(d, "alive", RLB_NPY_U8, 1, 0);
    if (l->act.kind != RLB_SPACE_BOX && rlb_rng_below(rng, 2))
        add(d, "mask", RLB_NPY_U8, 1, (uint32_t)l->act.n);
    if (l->state.kind != RLB_SPACE_NONE)
        add_spaced(d, "state", 0, &l->state);
    if (rlb_rng_below(rng, 2))
        add(d, "infos/qpos", rlb_rng_below(rng, 2) ? RLB_NPY_F64 : RLB_NPY_I64,
            rlb_rng_below(rng, 2), rlb_rng_below(rng, 4));
    d->num_episodes = rlb_rng_below(rng, RANDOM_MOST_EPISODES + 1);
    for (uint64_t e = 0; e < d->num_episodes; e++)
        d->start[e + 1] = d->start[e] + 1 + (rlb_rng_below(rng, 3) ? rlb_rng_below(rng, 40) : 0);
    d->num_rows = d->start[d->num_episodes];
    for (uint32_t i = 0; i < l->num_columns; i++)
        fill(rng, d, i);
}

void random_dataset_free(struct random_dataset *d)
{
    for (uint32_t i = 0; i < d->layout.num_columns; i++)
        free(d->data[i]);
}

rlb_status random_dataset_write(rlb_rng *rng, const struct random_dataset *d, const char *path,
                                rlb_fault *why)
{
    rlb_dataset_writer *w;
    uint64_t done[RANDOM_MOST_COLUMNS] = {0}, left = d->num_rows * d->layout.num_columns;
    rlb_status status = rlb_dataset_create(path, &d->layout, &w, why);
    if (status != RLB_OK)
        return status;
    while (left && status == RLB_OK) {
        uint32_t i = rlb_rng_below(rng, d->layout.num_columns);
        uint64_t n = rlb_rng_below(rng, 20);
        if (n > d->num_rows - done[i])
            n = d->num_rows - done[i];
        status = rlb_dataset_put(w, i, d->data[i] + done[i] * d->row_bytes[i], n, why);
        done[i] += n;
        left -= n;
    }
    for (uint64_t e = 0; e < d->num_episodes && status == RLB_OK; e++)
        status = rlb_dataset_episode(w, d->start[e + 1] - d->start[e], why);
    if (status == RLB_OK)
        return rlb_dataset_commit(w, why);
    rlb_dataset_abandon(w);
    return status;
}

int random_dataset_equal(const struct random_dataset *d, const rlb_dataset_file *f)
{
    const rlb_dataset *o = &f->data;
    int same = o->num_agents == d->layout.num_agents && o->num_rows == d->num_rows &&
               o->num_episodes == d->num_episodes && f->num_columns == d->layout.num_columns &&
               memcmp(&o->obs, &d->layout.obs, sizeof o->obs) == 0 &&
               memcmp(&o->act, &d->layout.act, sizeof o->act) == 0 &&
               memcmp(&o->state, &d->layout.state, sizeof o->state) == 0 &&
               memcmp(o->start, d->start, (d->num_episodes + 1) * 8) == 0;
    for (uint32_t i = 0; i < d->layout.num_columns && same; i++) {
        const rlb_column *c = rlb_dataset_column(f, d->columns[i].name);
        same = c == &f->columns[i] && c->type == d->columns[i].type &&
               c->per_agent == d->columns[i].per_agent && c->rank == d->columns[i].rank &&
               memcmp(c->shape, d->columns[i].shape, sizeof c->shape) == 0 &&
               c->row_bytes == d->row_bytes[i] && (uintptr_t)c->data % 64 == 0 &&
               memcmp(c->data, d->data[i], d->num_rows * d->row_bytes[i]) == 0;
    }
    return same;
}
