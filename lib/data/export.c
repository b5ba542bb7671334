/* A dataset as an .npz that NumPy loads, and that rlb_dataset_import reads back to the same digest.
 */
#include <rlbench/dataset.h>

#include "fault.h"
#include "zip.h"

#include <stdio.h>
#include <string.h>

static rlb_status put_array(struct zip_writer *w, const char *name, const rlb_npy *head,
                            const void *data, rlb_fault *why)
{
    char member[RLB_COLUMN_NAME + 4], bytes[RLB_NPY_HEAD];
    uint64_t size = rlb_npy_item_bytes(head->type);
    for (uint32_t i = 0; i < head->rank; i++)
        size *= head->shape[i];
    snprintf(member, sizeof member, "%s.npy", name);
    rlb_status status = zip_begin(w, member, why);
    if (status == RLB_OK)
        status = zip_put(w, bytes, rlb_npy_write_head(head, bytes), why);
    return status == RLB_OK ? zip_put(w, data, size, why) : status;
}

/* [row][agent][shape]; without the agents' axis when there is one agent. */
static rlb_status put_column(struct zip_writer *w, const rlb_dataset_file *f, const rlb_column *c,
                             rlb_fault *why)
{
    rlb_npy head = {.type = c->type, .rank = 1, .shape = {f->data.num_rows}};
    if (c->per_agent && f->data.num_agents > 1)
        head.shape[head.rank++] = f->data.num_agents;
    for (uint32_t i = 0; i < c->rank; i++)
        head.shape[head.rank++] = c->shape[i];
    return put_array(w, c->name, &head, c->data, why);
}

static rlb_status put_spaces(struct zip_writer *w, const rlb_dataset *d, rlb_fault *why)
{
    const rlb_space *const spaces[] = {&d->obs, &d->act, &d->state};
    const rlb_npy head = {.type = RLB_NPY_F64, .rank = 2, .shape = {3, 11}};
    double v[3][11];
    for (int i = 0; i < 3; i++) {
        const rlb_space *s = spaces[i];
        const double numbers[] = {s->kind,      s->dtype,    s->width,    s->rank,
                                  s->shape[0],  s->shape[1], s->shape[2], s->shape[3],
                                  (double)s->n, s->low,      s->high};
        memcpy(v[i], numbers, sizeof numbers);
    }
    return put_array(w, "spaces", &head, v, why);
}

static rlb_status put_agents(struct zip_writer *w, const rlb_dataset_file *f, rlb_fault *why)
{
    const rlb_npy head = {.type = RLB_NPY_I64, .rank = 1, .shape = {1 + f->num_columns}};
    int64_t v[1 + RLB_DATASET_COLUMNS] = {f->data.num_agents};
    for (uint32_t i = 0; i < f->num_columns; i++)
        v[1 + i] = f->columns[i].per_agent;
    return put_array(w, "agents", &head, v, why);
}

rlb_status rlb_dataset_export(const rlb_dataset_file *f, const char *npz, uint32_t deflate,
                              rlb_fault *why)
{
    struct zip_writer w;
    const rlb_npy starts = {.type = RLB_NPY_I64, .rank = 1, .shape = {f->data.num_episodes + 1}};
    if (deflate > 9)
        return fault_set(why, RLB_E_INVAL, "compression goes from 0 to 9, not %u", deflate);
    rlb_status status = zip_create(&w, npz, (int)deflate, why);
    if (status != RLB_OK)
        return status;
    for (uint32_t i = 0; i < f->num_columns && status == RLB_OK; i++)
        status = put_column(&w, f, &f->columns[i], why);
    if (status == RLB_OK)
        status = put_array(&w, "start", &starts, f->data.start, why);
    if (status == RLB_OK)
        status = put_spaces(&w, &f->data, why);
    if (status == RLB_OK)
        status = put_agents(&w, f, why);
    if (status == RLB_OK)
        return zip_commit(&w, why);
    zip_abandon(&w);
    return status;
}
