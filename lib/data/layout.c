#include "layout.h"

#include "fault.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

_Static_assert(sizeof(struct disk_head) == 264 && sizeof(struct disk_column) == 96 &&
                   sizeof(rlb_space) == 56 && sizeof(rlb_column) == 96,
               "the layout of the file is the layout of these structs");

/* ---- spaces ---- */

static const char *shape_fault(const rlb_space *s)
{
    uint64_t product = 1;
    if (s->rank > 4)
        return "has more than 4 axes";
    for (uint32_t i = 0; i < s->rank; i++)
        if (__builtin_mul_overflow(product, s->shape[i], &product))
            return "is too large";
    return product == s->width || s->rank == 0 ? NULL : "has a shape of another width";
}

static const char *space_fault(const rlb_space *s)
{
    if (s->kind > RLB_SPACE_MULTI)
        return "is of an unknown kind";
    if (s->kind == RLB_SPACE_NONE)
        return NULL;
    if (s->width == 0)
        return "has width 0";
    if (s->kind == RLB_SPACE_BOX) {
        if (s->dtype != RLB_F32 && s->dtype != RLB_U8)
            return "is a box of neither float32 nor uint8";
        if (isnan(s->low) || isnan(s->high) || s->low > s->high)
            return "has no values between its bounds";
        return shape_fault(s);
    }
    if (s->dtype != RLB_I32 || s->n < 1 || s->n > INT32_MAX)
        return "is discrete, but not of int32 below some n";
    return s->kind == RLB_SPACE_DISCRETE && s->width != 1 ? "is discrete with a width" : NULL;
}

/* ---- columns ---- */

/* What the name of a column demands of it. */
struct meaning {
    const char *name;
    uint32_t space; /* which space it belongs to: 0 obs, 1 act, 2 state, 3 none */
    uint32_t type;  /* 0: the space's */
    uint32_t per_agent;
    bool choices; /* as wide as the space has choices */
    size_t pointer;
};
#define AT(field) offsetof(rlb_dataset, field)
static const struct meaning meanings[] = {
    {"obs", 0, 0, 1, false, AT(obs_data)},
    {"actions", 1, 0, 1, false, AT(actions)},
    {"rewards", 3, RLB_NPY_F32, 1, false, AT(rewards)},
    {"terminated", 3, RLB_NPY_U8, 0, false, AT(terminated)},
    {"alive", 3, RLB_NPY_U8, 1, false, AT(alive)},
    {"mask", 1, RLB_NPY_U8, 1, true, AT(mask)},
    {"state", 2, 0, 0, false, AT(state_data)},
};

static const struct meaning *find_meaning(const char *name)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (strcmp(meanings[i].name, name) == 0)
            return &meanings[i];
    return NULL;
}

const void **layout_pointer(rlb_dataset *d, const char *name)
{
    const struct meaning *m = find_meaning(name);
    return m ? (const void **)(void *)((char *)d + m->pointer) : NULL;
}

static bool is_name(const char name[RLB_COLUMN_NAME])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char others[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789./-";
    return memchr(name, '\0', RLB_COLUMN_NAME) && *name && strchr(letters, *name) &&
           name[strspn(name, others)] == '\0';
}

/* Items of one row of one agent; false when there are too many. */
static bool count_items(const rlb_column *c, uint64_t *items)
{
    *items = 1;
    for (uint32_t i = 0; i < c->rank; i++)
        if (__builtin_mul_overflow(*items, c->shape[i], items) || *items > UINT32_MAX)
            return false;
    return true;
}

static const char *meaning_fault(const rlb_dataset_layout *l, const rlb_column *c,
                                 const struct meaning *m, uint64_t items)
{
    const rlb_space *spaces[] = {&l->obs, &l->act, &l->state, NULL};
    const rlb_space *s = spaces[m->space];
    if (s && s->kind == RLB_SPACE_NONE)
        return "there is no space it belongs to";
    if (c->type != (m->type ? m->type : s->dtype))
        return "its type is not what its name means";
    if (c->per_agent != m->per_agent)
        return c->per_agent ? "it cannot be per agent" : "it must be per agent";
    uint64_t wanted = !s ? 1 : m->choices ? (uint64_t)s->n : s->width;
    if (m->choices && s->kind == RLB_SPACE_BOX)
        return "a mask needs discrete actions";
    return items == wanted ? NULL : "its width is not what its name means";
}

static rlb_status check_column(const rlb_dataset_layout *l, rlb_column *columns, uint32_t i,
                               rlb_fault *why)
{
    rlb_column *c = &columns[i];
    uint64_t items;
    if (!is_name(c->name))
        return fault_set(why, RLB_E_FORMAT,
                         "the name of column %u is not letters, digits and _ . / -", i);
    for (uint32_t k = 0; k < i; k++)
        if (strcmp(columns[k].name, c->name) == 0)
            return fault_set(why, RLB_E_FORMAT, "there are two columns '%s'", c->name);
    if (c->type < RLB_NPY_F32 || c->type > RLB_NPY_I64)
        return fault_set(why, RLB_E_FORMAT, "column %s is of an unknown type (%u)", c->name,
                         c->type);
    if (c->per_agent > 1 || c->reserved != 0 || c->rank > 4)
        return fault_set(why, RLB_E_FORMAT, "the description of column %s is damaged", c->name);
    if (!count_items(c, &items))
        return fault_set(why, RLB_E_FORMAT, "one row of column %s is too large", c->name);
    if (items == 0)
        return fault_set(why, RLB_E_FORMAT, "column %s has an axis of length 0", c->name);
    const struct meaning *m = find_meaning(c->name);
    const char *fault = m ? meaning_fault(l, c, m, items) : NULL;
    if (fault)
        return fault_set(why, RLB_E_FORMAT, "column %s: %s", c->name, fault);
    c->row_bytes = items * rlb_npy_item_bytes(c->type);
    if (c->per_agent && __builtin_mul_overflow(c->row_bytes, l->num_agents, &c->row_bytes))
        return fault_set(why, RLB_E_FORMAT, "one row of column %s is too large", c->name);
    return RLB_OK;
}

rlb_status layout_check(const rlb_dataset_layout *l, rlb_column *columns, rlb_fault *why)
{
    static const char *const names[] = {"observation", "action", "state"};
    const rlb_space *const spaces[] = {&l->obs, &l->act, &l->state};
    if (l->num_agents < 1)
        return fault_set(why, RLB_E_FORMAT, "it has no agents");
    if (l->num_columns > RLB_DATASET_COLUMNS)
        return fault_set(why, RLB_E_FORMAT, "%u columns are more than %d", l->num_columns,
                         RLB_DATASET_COLUMNS);
    for (int i = 0; i < 3; i++) {
        const char *fault = space_fault(spaces[i]);
        if (fault)
            return fault_set(why, RLB_E_FORMAT, "its %s space %s", names[i], fault);
    }
    for (uint32_t i = 0; i < l->num_columns; i++) {
        rlb_status status = check_column(l, columns, i, why);
        if (status != RLB_OK)
            return status;
    }
    return RLB_OK;
}

/* ---- places ---- */

/* end += n * item, padded to 64; false when that is beyond any file. */
static bool extend(uint64_t *end, uint64_t n, uint64_t item)
{
    uint64_t bytes;
    if (__builtin_mul_overflow(n, item, &bytes) || __builtin_add_overflow(*end, bytes, end) ||
        *end > INT64_MAX - LAYOUT_ALIGN)
        return false;
    *end = (*end + LAYOUT_ALIGN - 1) / LAYOUT_ALIGN * LAYOUT_ALIGN;
    return true;
}

rlb_status layout_place(const rlb_column *columns, uint32_t num_columns, uint64_t num_rows,
                        uint64_t num_episodes, uint64_t *head_bytes, uint64_t *offsets,
                        rlb_fault *why)
{
    uint64_t end = sizeof(struct disk_head);
    bool fits = extend(&end, num_columns, sizeof(struct disk_column));
    *head_bytes = end;
    fits = fits && num_episodes < UINT64_MAX && extend(&end, num_episodes + 1, 8);
    offsets[0] = end;
    for (uint32_t i = 0; i < num_columns && fits; i++) {
        fits = extend(&end, num_rows, columns[i].row_bytes);
        offsets[i + 1] = end;
    }
    return fits ? RLB_OK : fault_set(why, RLB_E_FORMAT, "its rows would be larger than any file");
}
