/* From a recipe to runs: reads the file, --set and the sweep into a draft, resolves every group,
 * then multiplies by the seeds. */
#include "plan/plan.h"

#include "base/file.h"
#include "plan/draft.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the steps share ---- */

void given_error(struct draft *d, const struct given *g, const char *hint, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    struct diag diag = {.at = g->origin ? (struct mark){0, 0, 0, 0} : g->at,
                        .origin = g->origin,
                        .text = buf_text(&text),
                        .hint = hint};
    recipe_add_diag(d->recipe, &diag);
    buf_finish(&text);
}

void draft_warn(struct draft *d, struct mark at, const char *hint, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    recipe_add_diag(
        d->recipe,
        &(struct diag){.warning = true, .at = at, .text = buf_text(&text), .hint = hint});
    buf_finish(&text);
}

const char *draft_source(struct draft *d, struct mark at, bool swept)
{
    const struct recipe_file *f = &d->recipe->files.data[at.file];
    bool own = strcmp(f->path, d->recipe->path) == 0;
    return arena_printf(d->arena, "%s:%u:%u%s%s%s%s", own ? "file" : f->path, at.line, at.column,
                        swept || f->profile ? " (" : "",
                        f->profile ? arena_printf(d->arena, "profile %s", f->profile) : "",
                        swept && f->profile ? ", " : "",
                        swept        ? "sweep)"
                        : f->profile ? ")"
                                     : "");
}

const struct given *givens_find(const struct given *g, size_t n, const char *key)
{
    while (n-- > 0) /* the last one wins */
        if (strcmp(g[n].key, key) == 0)
            return &g[n];
    return NULL;
}

/* ---- groups ---- */

static void name_group(struct arena *arena, struct plan_run *run)
{
    struct buf text = {0};
    char digest[65];
    draft_group_text(run, &text);
    file_sha256_bytes(buf_text(&text), text.len, digest);
    run->group = arena_strndup(arena, digest, 16);
    buf_finish(&text);
}

struct groups {
    struct plan_run *data;
    size_t len, cap;
};

struct by_hash {
    const char *group;
    size_t index;
};

static int compare_hash(const void *x, const void *y)
{
    const struct by_hash *a = x, *b = y;
    int c = strcmp(a->group, b->group);
    return c ? c : a->index < b->index ? -1 : a->index > b->index;
}

/* A grid over a parameter that only one of its algorithms has gives equal groups: one is enough. */
static void drop_repeats(struct draft *d, struct groups *g)
{
    struct by_hash *sorted = mem_alloc((g->len + 1) * sizeof *sorted);
    size_t kept = 0, all = g->len;
    for (size_t i = 0; i < all; i++)
        sorted[i] = (struct by_hash){g->data[i].group, i};
    qsort(sorted, all, sizeof *sorted, compare_hash);
    for (size_t i = 1; i < all; i++)
        if (strcmp(sorted[i].group, sorted[i - 1].group) == 0)
            g->data[sorted[i].index].group = NULL;
    free(sorted);
    for (size_t i = 0; i < all; i++)
        if (g->data[i].group)
            g->data[kept++] = g->data[i];
    g->len = kept;
    if (kept < all)
        draft_warn(d, d->sweep_at, NULL,
                   "%zu of the sweep's %zu groups repeat others and are run once", all - kept, all);
}

struct by_label {
    const char *label;
    size_t index;
};

static int compare_label(const void *x, const void *y)
{
    const struct by_label *a = x, *b = y;
    int c = strcmp(a->label, b->label);
    return c ? c : a->index < b->index ? -1 : a->index > b->index;
}

/* Where a label stands; the sweep itself for a derived one. */
static struct mark label_mark(const struct draft *d, const char *label)
{
    for (size_t i = 0; i < d->variants.len; i++)
        if (d->variants.data[i].label == label)
            return d->variants.data[i].at;
    return d->sweep_at;
}

static void refuse_equal_labels(struct draft *d, const struct groups *g)
{
    struct by_label *sorted = mem_alloc((g->len + 1) * sizeof *sorted);
    for (size_t i = 0; i < g->len; i++)
        sorted[i] = (struct by_label){g->data[i].label, i};
    qsort(sorted, g->len, sizeof *sorted, compare_label);
    for (size_t i = 1; i < g->len; i++)
        if (strcmp(sorted[i].label, sorted[i - 1].label) == 0)
            recipe_error(d->recipe, label_mark(d, sorted[i].label), "give each its own label",
                         "two groups of the sweep are labelled '%s'", sorted[i].label);
    free(sorted);
}

static int resolve_groups(struct draft *d, struct groups *g, struct err *e)
{
    for (size_t i = 0; i < d->variants.len; i++) {
        struct plan_run run;
        struct err fault = ERR_INIT;
        if (draft_resolve(d, &d->variants.data[i], &run, &fault)) {
            name_group(d->arena, &run);
            vec_push(g, run);
        } else if (fault.code != OK) {
            return err_set(e, fault.code, "%s: %s", d->recipe->path, fault.text);
        }
    }
    if (recipe_errors(d->recipe))
        return ERR_DATA;
    drop_repeats(d, g);
    draft_label(d, g->data, g->len);
    refuse_equal_labels(d, g);
    draft_check_gates(d, g->data, g->len);
    draft_check_adaptive(d, g->data, g->len);
    return recipe_errors(d->recipe) ? ERR_DATA : OK;
}

/* ---- the plan ---- */

/* The file's name without folder and ending. */
static const char *name_from_path(struct arena *a, const char *path)
{
    const char *base = file_base(path);
    size_t n = strlen(base);
    static const char *const endings[] = {".yaml", ".yml"};
    for (int i = 0; i < 2; i++)
        if (n > strlen(endings[i]) && strcmp(base + n - strlen(endings[i]), endings[i]) == 0) {
            n -= strlen(endings[i]);
            break;
        }
    return arena_strndup(a, base, n);
}

static void write_runs(struct draft *d, const struct groups *g)
{
    struct plan *p = d->plan;
    struct buf text = {0};
    const struct plan_run *groups = g->data;
    draft_emit(d, g->data, g->len, &text);
    p->num_groups = g->len;
    p->num_seeds = d->seed_values.len;
    if (d->adaptive)
        groups = draft_make_trials(d, g->data, &p->num_groups);
    for (size_t s = 0; s < p->num_seeds; s++)
        for (size_t i = 0; i < p->num_groups; i++) {
            struct plan_run run = groups[i];
            run.seed = d->seed_values.data[s];
            vec_push(&p->runs, run);
        }
    p->resolved_text = arena_strndup(d->arena, buf_text(&text), text.len);
    file_sha256_bytes(buf_text(&text), text.len, p->recipe_hash);
    buf_finish(&text);
}

static void draft_finish(struct draft *d)
{
    vec_finish(&d->file);
    vec_finish(&d->sets);
    vec_finish(&d->players);
    vec_finish(&d->names[0]);
    vec_finish(&d->names[1]);
    vec_finish(&d->variants);
    vec_finish(&d->worlds);
    vec_finish(&d->alerts);
    vec_finish(&d->swept);
    draft_finish_adaptive(d);
    vec_finish(&d->seed_values);
    vec_finish(&d->seed_marks);
    vec_finish(&d->desc_keys);
}

int plan_make(struct recipe *recipe, const struct registry *reg, const char *const *sets,
              size_t num_sets, const char *seeds_override, struct plan *out, struct err *e)
{
    *out = (struct plan){0};
    out->name = name_from_path(&out->arena, recipe->path);
    out->describe = out->resolved_text = "";
    out->recipe_path = arena_strdup(&out->arena, recipe->path);
    out->recipe_text = arena_strndup(&out->arena, recipe->text, recipe->text_len);
    struct draft d = {
        .recipe = recipe, .registry = reg, .plan = out, .arena = &out->arena, .duration = ""};
    struct groups groups = {0};
    int status = ERR_DATA;
    if (recipe->root) {
        draft_find_players(&d, sets, num_sets);
        draft_read_file(&d);
        draft_read_sets(&d, sets, num_sets);
        draft_read_seeds(&d, seeds_override);
        draft_read_sweep(&d);
        status = resolve_groups(&d, &groups, e);
    }
    if (status == OK)
        write_runs(&d, &groups);
    else if (status == ERR_DATA)
        err_set(e, ERR_DATA, "%s: %zu error%s", recipe->path, recipe_errors(recipe),
                recipe_errors(recipe) == 1 ? "" : "s");
    vec_finish(&groups);
    draft_finish(&d);
    return status;
}

void plan_finish(struct plan *p)
{
    vec_finish(&p->runs);
    vec_finish(&p->gates);
    arena_finish(&p->arena);
    *p = (struct plan){0};
}
