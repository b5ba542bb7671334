/* An .npz to an .rlbd: which member becomes which column. */
#include "import.h"

#include <fcntl.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void import_note(const struct import *im, const char *fmt, ...)
{
    char text[600];
    if (!im->how->note)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    im->how->note(im->how->ctx, text);
}

const struct planned *import_find(const struct import *im, const char *column)
{
    for (uint32_t i = 0; i < im->num_planned; i++)
        if (strcmp(im->planned[i].column.name, column) == 0)
            return &im->planned[i];
    return NULL;
}

/* ---- members ---- */

/* Among those that can be read, or those that cannot. */
static struct member *find_any(const struct import *im, const char *name, bool readable)
{
    for (size_t i = 0; i < im->num_members; i++)
        if (strcmp(im->members[i].name, name) == 0 && !im->members[i].fault == readable)
            return &im->members[i];
    return NULL;
}

static struct member *find_member(const struct import *im, const char *name)
{
    return find_any(im, name, true);
}

/* The heads of all members. */
static rlb_status read_members(struct import *im, rlb_fault *why)
{
    im->members = calloc(im->zip.num_members + 1, sizeof *im->members);
    if (!im->members)
        return fault_memory(why);
    for (size_t i = 0; i < im->zip.num_members; i++) {
        struct member *m = &im->members[im->num_members];
        struct array a;
        rlb_fault fault;
        m->in = &im->zip.members[i];
        size_t n = strlen(m->in->name);
        if (n < 4 || strcmp(m->in->name + n - 4, ".npy") != 0)
            continue;
        rlb_status status = array_open(&a, &im->zip, m->in, NULL, &fault);
        m->name = strndup(m->in->name, n - 4);
        m->fault = status == RLB_OK ? NULL : strdup(fault.text);
        im->num_members++;
        if (status == RLB_OK) {
            m->head = a.head;
            array_close(&a);
        }
        if (!m->name || (status != RLB_OK && !m->fault))
            return fault_memory(why);
        if (find_member(im, m->name) && find_member(im, m->name) != m)
            return fault_set(why, RLB_E_FORMAT, "%s: there are two members %s", im->zip.path,
                             m->in->name);
    }
    return RLB_OK;
}

/* ---- layouts ---- */

enum { RULES = 8 };
static const struct layout {
    const char *name;
    struct {
        const char *column, *member;
        bool required;
    } rules[RULES];
} layouts[RLB_LAYOUT_END] = {
    [RLB_LAYOUT_OGBENCH] = {"ogbench",
                            {{"obs", "observations", true},
                             {"actions", "actions", true},
                             {"ends", "terminals", true}}},
    [RLB_LAYOUT_D4RL] = {"d4rl",
                         {{"obs", "observations", true},
                          {"actions", "actions", true},
                          {"rewards", "rewards", false},
                          {"next_obs", "next_observations", true},
                          {"terminated", "terminals", false},
                          {"timeouts", "timeouts", false}}},
    [RLB_LAYOUT_COLUMNS] = {"columns",
                            {{"ends", "ends", false},
                             {"start", "start", false},
                             {"spaces", "spaces", false},
                             {"agents", "agents", false}}},
};

static const char *mapped(const struct import *im, const char *column)
{
    for (uint32_t i = 0; i < im->how->num_map; i++)
        if (strcmp(im->how->map[i].key, column) == 0)
            return im->how->map[i].value;
    return NULL;
}

/* Members that cut or describe the rows instead of being a column. */
static const struct member **special(struct import *im, const char *column)
{
    const struct {
        const char *name;
        const struct member **at;
    } places[] = {{"ends", &im->ends},     {"start", &im->start},       {"next_obs", &im->next},
                  {"spaces", &im->spaces}, {"timeouts", &im->timeouts}, {"agents", &im->agents}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strcmp(places[i].name, column) == 0)
            return places[i].at;
    return NULL;
}

static rlb_status add_column(struct import *im, const char *column, struct member *m,
                             rlb_fault *why)
{
    if (strlen(column) >= RLB_COLUMN_NAME || im->num_planned == RLB_DATASET_COLUMNS)
        return fault_set(why, RLB_E_FORMAT, "%s: column %s: too long a name, or too many columns",
                         im->zip.path, column);
    struct planned *p = &im->planned[im->num_planned++];
    *p = (struct planned){.from = m};
    memcpy(p->column.name, column, strlen(column));
    m->used = true;
    return RLB_OK;
}

static rlb_status take(struct import *im, const char *column, struct member *m, rlb_fault *why)
{
    const struct member **place = special(im, column);
    if (!place)
        return add_column(im, column, m, why);
    *place = m;
    m->used = true;
    return RLB_OK;
}

static rlb_status missing(const struct import *im, const char *column, const char *name,
                          const char *layout, rlb_fault *why)
{
    const struct member *faulty = find_any(im, name, false);
    char list[400] = "";
    size_t n = 0;
    if (faulty)
        return fault_set(why, RLB_E_FORMAT, "%s", faulty->fault);
    for (size_t i = 0; i < im->num_members && n + 60 < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%.50s", i ? ", " : "",
                              im->members[i].name);
    return fault_set(why, RLB_E_FORMAT,
                     "%s: layout %s needs member %s for %s; there are: %s. --map %s=MEMBER names "
                     "another, --layout another layout",
                     im->zip.path, layout, name, column, *list ? list : "none", column);
}

/* What the layout's rules and the map name, the map first. */
static rlb_status apply_rules(struct import *im, const struct layout *l, rlb_fault *why)
{
    rlb_status status = RLB_OK;
    for (int i = 0; i < RULES && l->rules[i].column && status == RLB_OK; i++) {
        const char *column = l->rules[i].column, *other = mapped(im, column);
        struct member *m = find_member(im, other ? other : l->rules[i].member);
        if (m)
            status = take(im, column, m, why);
        else if (other || l->rules[i].required)
            status = missing(im, column, other ? other : l->rules[i].member, l->name, why);
    }
    for (uint32_t i = 0; i < im->how->num_map && status == RLB_OK; i++) {
        const char *column = im->how->map[i].key;
        bool done = import_find(im, column) != NULL;
        const struct member **place = special(im, column);
        struct member *m = find_member(im, im->how->map[i].value);
        if (done || (place && *place))
            continue;
        status =
            m ? take(im, column, m, why) : missing(im, column, im->how->map[i].value, l->name, why);
    }
    return status;
}

static const struct layout *choose_layout(const struct import *im)
{
    uint32_t layout = im->how->layout;
    if (layout == RLB_LAYOUT_AUTO)
        layout = find_member(im, "next_observations") ? RLB_LAYOUT_D4RL
                 : find_member(im, "observations") && find_member(im, "terminals")
                     ? RLB_LAYOUT_OGBENCH
                     : RLB_LAYOUT_COLUMNS;
    return layout < RLB_LAYOUT_END ? &layouts[layout] : NULL;
}

/* Every other array with as many rows keeps its name. */
static rlb_status keep_others(struct import *im, rlb_fault *why)
{
    rlb_status status = RLB_OK;
    for (size_t i = 0; i < im->num_members && status == RLB_OK; i++) {
        struct member *m = &im->members[i];
        if (m->used)
            continue;
        if (m->fault)
            /* a fault begins with the path */
            import_note(im, "left out: %s", m->fault + strlen(im->zip.path) + 2);
        else if (m->head.rank == 0 || m->head.shape[0] != im->rows ||
                 strlen(m->name) >= RLB_COLUMN_NAME || import_find(im, m->name))
            import_note(im, "%s is left out: it has not one entry for each of %" PRIu64 " rows",
                        m->name, im->rows);
        else
            status = add_column(im, m->name, m, why);
    }
    return status;
}

static rlb_status plan(struct import *im, rlb_fault *why)
{
    const struct layout *l = choose_layout(im);
    if (!l)
        return fault_set(why, RLB_E_INVAL, "layout %u is unknown", im->how->layout);
    im->is_transitions = l == &layouts[RLB_LAYOUT_D4RL];
    rlb_status status = apply_rules(im, l, why);
    if (status != RLB_OK)
        return status;
    const struct member *first = im->num_planned ? im->planned[0].from : NULL;
    for (size_t i = 0; i < im->num_members && !first; i++)
        if (!im->members[i].used && !im->members[i].fault && im->members[i].head.rank > 0)
            first = &im->members[i];
    im->rows = first && first->head.rank ? first->head.shape[0] : 0;
    for (uint32_t i = 0; i < im->num_planned; i++) {
        const rlb_npy *h = &im->planned[i].from->head;
        if (h->rank == 0 || h->shape[0] != im->rows)
            return fault_set(why, RLB_E_FORMAT,
                             "%s: member %s has not one entry for each of the %" PRIu64
                             " rows of %s",
                             im->zip.path, im->planned[i].from->name, im->rows, first->name);
    }
    status = keep_others(im, why);
    if (status == RLB_OK && im->num_planned == 0)
        return fault_set(why, RLB_E_FORMAT, "%s: no member is an array with rows", im->zip.path);
    if (status == RLB_OK && !im->ends && !im->start && !im->is_transitions)
        import_note(im, "nothing marks where trajectories end: all rows are one trajectory");
    return status;
}

/* ---- provenance ---- */

static rlb_status hash_source(const struct import *im, char out[65], rlb_fault *why)
{
    enum { CHUNK = 1 << 20 };
    struct sha256_ctx ctx;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char *chunk = malloc(CHUNK);
    rlb_status status = chunk ? RLB_OK : fault_memory(why);
    sha256_init(&ctx);
    for (uint64_t at = 0; at < im->zip.bytes && status == RLB_OK; at += CHUNK) {
        uint64_t n = im->zip.bytes - at < CHUNK ? im->zip.bytes - at : CHUNK;
        status = spool_read_at(im->zip.fd, chunk, n, at, im->zip.path, why);
        if (status == RLB_OK)
            sha256_update(&ctx, n, (const uint8_t *)chunk);
    }
    sha256_digest(&ctx, sizeof digest, digest);
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    free(chunk);
    return status;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static rlb_status add_notes(struct import *im, rlb_fault *why)
{
    char sha256[65];
    rlb_status status = hash_source(im, sha256, why);
    const rlb_note notes[] = {{"collector", "rlbench data import"},
                              {"source", base_name(im->zip.path)},
                              {"source_sha256", sha256},
                              {"layout", choose_layout(im)->name}};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0] && status == RLB_OK; i++)
        status = rlb_dataset_add_note(im->writer, notes[i].key, notes[i].value, why);
    return status;
}

/* ---- the whole ---- */

static rlb_status create(struct import *im, rlb_fault *why)
{
    rlb_column columns[RLB_DATASET_COLUMNS];
    char name[200];
    const char *base = base_name(im->zip.path);
    size_t n = strlen(base);
    snprintf(name, sizeof name, "%.*s",
             (int)(n > 4 && strcmp(base + n - 4, ".npz") == 0 ? n - 4 : n), base);
    for (uint32_t i = 0; i < im->num_planned; i++)
        columns[i] = im->planned[i].column;
    const rlb_dataset_layout layout = {.name = im->how->name ? im->how->name : name,
                                       .obs = im->obs,
                                       .act = im->act,
                                       .state = im->state,
                                       .num_agents = im->num_agents,
                                       .num_columns = im->num_planned,
                                       .columns = columns};
    rlb_status status = rlb_dataset_create(im->target, &layout, &im->writer, why);
    return status == RLB_E_INVAL ? fault_prefix(why, status, im->zip.path) : status;
}

rlb_status rlb_dataset_import(const char *npz, const char *path, const rlb_import *how,
                              rlb_fault *why)
{
    static rlb_status (*const steps[])(struct import *, rlb_fault *) = {
        read_members, plan, import_shape, import_cut, create, import_copy, add_notes};
    struct import im = {.how = how, .target = path};
    rlb_status status = zip_open(&im.zip, npz, why);
    if (status != RLB_OK)
        return status;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == RLB_OK; i++)
        status = steps[i](&im, why);
    if (status == RLB_OK)
        status = rlb_dataset_commit(im.writer, why);
    else
        rlb_dataset_abandon(im.writer);
    for (size_t i = 0; i < im.num_members; i++) {
        free(im.members[i].name);
        free(im.members[i].fault);
    }
    free(im.members);
    free(im.end);
    zip_close(&im.zip);
    return status;
}
