/* Descriptors from the frames a scanner wrote. They come from another process or from a cache file,
 * so nothing in them is believed before it is looked at. */
#include "module/scan.h"

#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

/* Rows of the descriptor being read. */
struct rows {
    VEC(rlb_param) params;
    VEC(rlb_metric) metrics;
    VEC(rlb_view) views;
};

/* Moves a vector's rows into the arena. */
#define KEEP(arena, vec, to, count)                                                                \
    do {                                                                                           \
        void *kept = arena_alloc(arena, (vec)->len * sizeof *(vec)->data);                         \
        if ((vec)->len)                                                                            \
            memcpy(kept, (vec)->data, (vec)->len * sizeof *(vec)->data);                           \
        (to) = kept;                                                                               \
        (count) = (vec)->len;                                                                      \
        (vec)->len = 0;                                                                            \
    } while (0)

static void finish_desc(struct registry *r, struct desc *d, struct rows *rows)
{
    if (!d->id)
        return;
    KEEP(&r->arena, &rows->params, d->params, d->num_params);
    KEEP(&r->arena, &rows->metrics, d->metrics, d->num_metrics);
    KEEP(&r->arena, &rows->views, d->views, d->num_views);
    vec_push(&r->descs, *d);
    *d = (struct desc){.id = NULL};
}

static bool read_desc(struct registry *r, const struct wire_desc *m, struct desc *d)
{
    struct arena *a = &r->arena;
    if (m->kind != SCAN_ALGORITHM && m->kind != SCAN_ENVIRONMENT)
        return false;
    d->kind = m->kind == SCAN_ALGORITHM ? DESC_ALGORITHM : DESC_ENVIRONMENT;
    d->id = arena_strdup(a, m->id);
    d->title = arena_strdup(a, m->title);
    d->doc = arena_strdup(a, m->doc);
    d->citation = arena_strdup(a, m->citation);
    d->version = arena_strdup(a, m->version);
    d->step_unit = arena_strdup(a, m->step_unit);
    d->build = arena_strdup(a, m->build);
    d->flags = m->flags;
    d->abi_major = (uint16_t)m->abi_major;
    d->abi_minor = (uint16_t)m->abi_minor;
    d->has_act = m->has_act != 0;
    d->has_save = m->has_save != 0;
    return d->id[0] != '\0';
}

/* NULL-terminated copy of packed texts; *n of them. */
static const char *const *read_choices(struct arena *a, struct wire_bytes packed, size_t *n)
{
    *n = 0;
    for (const char *t = NULL; (t = wire_text_next(packed, t));)
        ++*n;
    const char **list = arena_alloc(a, (*n + 1) * sizeof *list);
    size_t i = 0;
    for (const char *t = NULL; (t = wire_text_next(packed, t));)
        list[i++] = arena_strdup(a, t);
    return list;
}

static bool read_param(struct registry *r, const struct wire_desc_param *m, rlb_param *p)
{
    struct arena *a = &r->arena;
    size_t n = 0;
    if (!wire_texts_valid(m->choices) || m->type < RLB_T_BOOL || m->type > RLB_T_STR)
        return false;
    *p = (rlb_param){.name = arena_strdup(a, m->name),
                     .doc = arena_strdup(a, m->doc),
                     .unit = arena_strdup(a, m->unit),
                     .min = m->min,
                     .max = m->max,
                     .type = m->type,
                     .flags = m->flags};
    memcpy(&p->def, &m->bits_default, sizeof m->bits_default);
    if (m->type == RLB_T_STR)
        p->def.s = arena_strdup(a, m->text_default);
    if (m->type == RLB_T_ENUM) {
        p->choices = read_choices(a, m->choices, &n);
        return p->def.i >= 0 && (uint64_t)p->def.i < n;
    }
    return true;
}

/* One frame; false when it makes no sense here. */
static bool read_frame(struct registry *r, enum wire_type type, const union wire_any *m,
                       struct desc *d, struct rows *rows)
{
    rlb_param p;
    if (type == WIRE_DESC) {
        finish_desc(r, d, rows);
        return read_desc(r, &m->desc, d);
    }
    if (!d->id)
        return false;
    switch (type) {
    case WIRE_DESC_PARAM:
        if (!read_param(r, &m->desc_param, &p))
            return false;
        vec_push(&rows->params, p);
        return true;
    case WIRE_DESC_METRIC:
        vec_push(&rows->metrics, ((rlb_metric){.name = arena_strdup(&r->arena, m->desc_metric.name),
                                               .doc = arena_strdup(&r->arena, m->desc_metric.doc),
                                               .unit = arena_strdup(&r->arena, m->desc_metric.unit),
                                               .fold = m->desc_metric.fold,
                                               .goal = m->desc_metric.goal,
                                               .flags = m->desc_metric.flags}));
        return true;
    case WIRE_DESC_VIEW:
        vec_push(&rows->views, ((rlb_view){.name = arena_strdup(&r->arena, m->desc_view.name),
                                           .doc = arena_strdup(&r->arena, m->desc_view.doc),
                                           .kind = m->desc_view.kind,
                                           .flags = m->desc_view.flags}));
        return true;
    case WIRE_SCANNED: finish_desc(r, d, rows); return true;
    default: return false;
    }
}

int scan_decode(struct registry *r, const char *path, const char *sha256, struct wire_bytes frames,
                struct err *e)
{
    struct desc d = {.id = NULL};
    struct rows rows = {0};
    size_t at = 0, before = r->descs.len;
    enum wire_type type = WIRE_NONE;
    union wire_any m;
    int status = OK;
    while (at < frames.len && type != WIRE_SCANNED) {
        ptrdiff_t n = wire_decode((const char *)frames.data + at, frames.len - at, &type, &m, e);
        if (n <= 0 || !read_frame(r, type, &m, &d, &rows))
            break;
        at += (size_t)n;
    }
    if (type != WIRE_SCANNED || at != frames.len || before == r->descs.len) {
        r->descs.len = before;
        status = err_set(e, ERR_DATA, "answered with something that is not a plugin's tables");
    }
    const char *kept_path = arena_strdup(&r->arena, path);
    const char *kept_sha256 = arena_strdup(&r->arena, sha256);
    for (size_t i = before; i < r->descs.len; i++) {
        r->descs.data[i].path = kept_path;
        r->descs.data[i].sha256 = kept_sha256;
    }
    vec_finish(&rows.params);
    vec_finish(&rows.metrics);
    vec_finish(&rows.views);
    return status;
}
