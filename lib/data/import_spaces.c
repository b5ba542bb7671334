/* What the columns of an import look like, and the spaces that follow. */
#include "import.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- columns ---- */

static bool is_float(uint32_t type)
{
    return type == RLB_NPY_F32 || type == RLB_NPY_F64 || type == RLB_NPY_F16;
}

/* Bits of a column's role: a space of its own, always truth values, always floats, per agent. */
enum { SPACE = 1, TRUTH = 2, REAL = 4, AGENTS = 8 };
static const struct {
    const char *name;
    unsigned role;
} roles[] = {
    {"obs", SPACE | AGENTS}, {"actions", SPACE | AGENTS}, {"rewards", REAL | AGENTS},
    {"terminated", TRUTH},   {"alive", TRUTH | AGENTS},   {"mask", TRUTH | AGENTS},
    {"state", SPACE},
};

static unsigned role_of(const char *name)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].name, name) == 0)
            return roles[i].role;
    return 0;
}

static uint32_t target_type(const char *name, uint32_t from)
{
    unsigned role = role_of(name);
    bool is_action = strcmp(name, "actions") == 0;
    if (role & TRUTH)
        return RLB_NPY_U8;
    if (role & REAL)
        return RLB_NPY_F32;
    if (role & SPACE)
        return is_float(from)                                               ? RLB_NPY_F32
               : (from == RLB_NPY_U8 || from == RLB_NPY_BOOL) && !is_action ? RLB_NPY_U8
                                                                            : RLB_NPY_I32;
    return from == RLB_NPY_F16 ? RLB_NPY_F32 : from == RLB_NPY_BOOL ? RLB_NPY_U8 : from;
}

/* The axes after rows and agents; a last axis of length 1 is as good as none where only one item a
 * row makes sense. */
static rlb_status shape_column(const struct import *im, struct planned *p, rlb_fault *why)
{
    const rlb_npy *h = &p->from->head;
    rlb_column *c = &p->column;
    uint32_t skip = 1 + (c->per_agent && im->num_agents > 1), rank = h->rank;
    if (skip == 2 && (rank < 2 || h->shape[1] != im->num_agents))
        return fault_set(why, RLB_E_FORMAT, "%s: member %s has no axis of %u agents after its rows",
                         im->zip.path, p->from->name, im->num_agents);
    if ((role_of(c->name) & (REAL | TRUTH)) && strcmp(c->name, "mask") != 0)
        while (rank > skip && h->shape[rank - 1] == 1)
            rank--;
    if (rank - skip > 4)
        return fault_set(why, RLB_E_FORMAT, "%s: member %s has more than 4 axes a row",
                         im->zip.path, p->from->name);
    c->rank = rank - skip;
    for (uint32_t i = skip; i < rank; i++) {
        if (h->shape[i] == 0 || h->shape[i] > UINT32_MAX)
            return fault_set(why, RLB_E_FORMAT, "%s: member %s has an axis of length %" PRIu64,
                             im->zip.path, p->from->name, h->shape[i]);
        c->shape[i - skip] = (uint32_t)h->shape[i];
    }
    return RLB_OK;
}

/* `agents` of an export: their number, then 1 for each column that is per agent. */
static rlb_status read_agents(struct import *im, rlb_fault *why)
{
    struct array a;
    im->num_agents = im->how->num_agents ? im->how->num_agents : 1;
    for (uint32_t i = 0; i < im->num_planned; i++) {
        struct planned *p = &im->planned[i];
        p->column.per_agent = (role_of(p->column.name) & AGENTS) != 0;
    }
    if (!im->agents)
        return RLB_OK;
    rlb_status status = array_open(&a, &im->zip, im->agents->in, NULL, why);
    if (status != RLB_OK)
        return status;
    int64_t values[1 + RLB_DATASET_COLUMNS] = {0};
    if (a.head.type != RLB_NPY_I64 || a.rows != im->num_planned + 1 || a.row_items != 1)
        status = fault_set(why, RLB_E_FORMAT, "%s: member %s does not fit its columns",
                           im->zip.path, im->agents->name);
    else
        status = array_read(&a, values, a.rows, why);
    if (status == RLB_OK && (values[0] < 1 || values[0] > UINT32_MAX))
        status = fault_set(why, RLB_E_FORMAT, "%s: %" PRId64 " agents", im->zip.path, values[0]);
    for (uint32_t i = 0; i < im->num_planned && status == RLB_OK; i++)
        im->planned[i].column.per_agent = values[1 + i] != 0;
    if (status == RLB_OK)
        im->num_agents = (uint32_t)values[0];
    array_close(&a);
    return status;
}

/* ---- spaces ---- */

/* One more than the largest value, which is never negative. */
static rlb_status scan_choices(const struct import *im, const struct member *m, int64_t *n,
                               rlb_fault *why)
{
    struct array a;
    rlb_status status = array_open(&a, &im->zip, m->in, im->target, why);
    if (status != RLB_OK)
        return status;
    uint64_t chunk = import_chunk(&a), items = chunk * a.row_items, at;
    char *raw = malloc(items * a.item_bytes);
    int32_t *values = malloc(items * sizeof *values);
    if (!raw || !values)
        status = fault_memory(why);
    for (uint64_t row = 0; row < a.rows && status == RLB_OK; row += chunk) {
        uint64_t rows = a.rows - row < chunk ? a.rows - row : chunk;
        items = rows * a.row_items;
        status = array_read(&a, raw, rows, why);
        if (status == RLB_OK &&
            !convert_items(raw, a.head.type, values, RLB_NPY_I32, CONVERT_VALUE, items, &at))
            status = fault_set(why, RLB_E_FORMAT,
                               "%s: member %s, row %" PRIu64 ": not a number below 2^31",
                               im->zip.path, m->name, row + at / a.row_items);
        for (uint64_t i = 0; i < items && status == RLB_OK; i++) {
            if (values[i] < 0)
                status = fault_set(why, RLB_E_FORMAT,
                                   "%s: member %s, row %" PRIu64
                                   ": discrete values start at 0, found %d",
                                   im->zip.path, m->name, row + i / a.row_items, values[i]);
            else if (values[i] >= *n)
                *n = (int64_t)values[i] + 1;
        }
    }
    free(values);
    free(raw);
    array_close(&a);
    return status;
}

static rlb_status count_choices(const struct import *im, const struct planned *p, rlb_space *s,
                                rlb_fault *why)
{
    int64_t given = 0;
    for (uint32_t i = 0; i < im->how->num_counts; i++)
        if (strcmp(im->how->counts[i].key, p->column.name) == 0)
            given = strtoll(im->how->counts[i].value, NULL, 10);
    s->n = 1;
    rlb_status status = scan_choices(im, p->from, &s->n, why);
    if (status == RLB_OK && im->next && strcmp(p->column.name, "obs") == 0)
        status = scan_choices(im, im->next, &s->n, why);
    if (status == RLB_OK && given && given < s->n)
        return fault_set(why, RLB_E_INVAL, "%s: member %s has the value %" PRId64 ", not below %s",
                         im->zip.path, p->from->name, s->n - 1, "the count given");
    if (given)
        s->n = given;
    const struct planned *mask = import_find(im, "mask");
    if (mask && mask->column.rank && !given && strcmp(p->column.name, "actions") == 0 &&
        s->n < mask->column.shape[mask->column.rank - 1])
        s->n = mask->column.shape[mask->column.rank - 1];
    return status;
}

static rlb_status infer_space(const struct import *im, const char *column, rlb_space *s,
                              rlb_fault *why)
{
    const struct planned *p = import_find(im, column);
    if (!p)
        return RLB_OK;
    const rlb_column *c = &p->column;
    uint64_t width = 1;
    for (uint32_t i = 0; i < c->rank; i++)
        if (__builtin_mul_overflow(width, c->shape[i], &width) || width > UINT32_MAX)
            return fault_set(why, RLB_E_FORMAT, "%s: one row of member %s is too large",
                             im->zip.path, p->from->name);
    *s = (rlb_space){.dtype = c->type, .width = (uint32_t)width};
    if (c->type == RLB_NPY_I32) {
        s->kind = width == 1 ? RLB_SPACE_DISCRETE : RLB_SPACE_MULTI;
        return count_choices(im, p, s, why);
    }
    s->kind = RLB_SPACE_BOX;
    s->rank = c->rank ? c->rank : 1;
    memcpy(s->shape, c->shape, sizeof s->shape);
    if (c->rank == 0)
        s->shape[0] = 1;
    bool is_bytes = c->type == RLB_NPY_U8;
    s->low = is_bytes ? 0 : -INFINITY;
    s->high = !is_bytes ? INFINITY : p->from->head.type == RLB_NPY_BOOL ? 1 : 255;
    return RLB_OK;
}

/* `spaces` of an export. */
static rlb_status read_spaces(struct import *im, rlb_fault *why)
{
    rlb_space *const out[] = {&im->obs, &im->act, &im->state};
    struct array a;
    double v[3][11];
    rlb_status status = array_open(&a, &im->zip, im->spaces->in, NULL, why);
    if (status != RLB_OK)
        return status;
    if (a.head.type != RLB_NPY_F64 || a.rows != 3 || a.row_items != 11 || a.head.fortran)
        status = fault_set(why, RLB_E_FORMAT, "%s: member %s is not 3 by 11 numbers", im->zip.path,
                           im->spaces->name);
    else
        status = array_read(&a, v, 3, why);
    array_close(&a);
    for (int i = 0; i < 3 && status == RLB_OK; i++) {
        for (int k = 0; k < 9; k++)
            if (!(v[i][k] >= 0 && v[i][k] <= UINT32_MAX))
                return fault_set(why, RLB_E_FORMAT, "%s: member %s is damaged", im->zip.path,
                                 im->spaces->name);
        *out[i] = (rlb_space){.kind = (uint32_t)v[i][0],
                              .dtype = (uint32_t)v[i][1],
                              .width = (uint32_t)v[i][2],
                              .rank = (uint32_t)v[i][3],
                              .n = (int64_t)v[i][8],
                              .low = v[i][9],
                              .high = v[i][10]};
        for (int k = 0; k < 4; k++)
            out[i]->shape[k] = (uint32_t)v[i][4 + k];
    }
    return status;
}

rlb_status import_shape(struct import *im, rlb_fault *why)
{
    rlb_status status = read_agents(im, why);
    for (uint32_t i = 0; i < im->num_planned && status == RLB_OK; i++) {
        struct planned *p = &im->planned[i];
        uint32_t from = p->from->head.type;
        p->column.type = target_type(p->column.name, from);
        status = shape_column(im, p, why);
        if (p->column.type != from)
            import_note(im, "%s: %s becomes %s", p->column.name, rlb_npy_type_name(from),
                        rlb_npy_type_name(p->column.type));
    }
    if (status == RLB_OK && im->spaces)
        return read_spaces(im, why);
    if (status == RLB_OK)
        status = infer_space(im, "obs", &im->obs, why);
    if (status == RLB_OK)
        status = infer_space(im, "actions", &im->act, why);
    return status == RLB_OK ? infer_space(im, "state", &im->state, why) : status;
}
