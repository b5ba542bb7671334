#include "tui/complete.h"

#include "base/text.h"
#include "tui/query_saved.h"
#include "tui/recipes_model.h"
#include "tui/runs_model.h"
#include "tui/tui.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void candidates_add(struct candidates *c, const char *prefix, const char *name)
{
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return;
    for (size_t i = 0; i < c->names.len; i++)
        if (strcmp(c->names.data[i], name) == 0)
            return;
    const char *copy = arena_strdup(&c->arena, name);
    vec_push(&c->names, copy);
}

size_t candidates_common(const struct candidates *c)
{
    if (c->names.len == 0)
        return 0;
    const char *first = c->names.data[0];
    size_t n = strlen(first);
    for (size_t i = 1; i < c->names.len; i++)
        for (size_t k = 0; k < n; k++)
            if (c->names.data[i][k] != first[k])
                n = k;
    while (n > 0 && ((unsigned char)first[n] & 0xC0) == 0x80) /* never half a character */
        n--;
    return n;
}

void candidates_finish(struct candidates *c)
{
    vec_finish(&c->names);
    arena_finish(&c->arena);
}

/* ---- what commands take ---- */

typedef void offer_fn(struct app *a, const char *prefix, struct candidates *out);

static void offer_words(const char *const *words, size_t n, const char *prefix,
                        struct candidates *out)
{
    for (size_t i = 0; i < n; i++)
        candidates_add(out, prefix, words[i]);
}

#define OFFER(name, ...)                                                                           \
    static void name(struct app *a, const char *prefix, struct candidates *out)                    \
    {                                                                                              \
        static const char *const words[] = {__VA_ARGS__};                                          \
        (void)a;                                                                                   \
        offer_words(words, sizeof words / sizeof words[0], prefix, out);                           \
    }
OFFER(offer_themes, "dark", "light", "safe", "mono")
OFFER(offer_glyphs, "braille", "block", "ascii")
OFFER(offer_aggregates, "iqm", "mean", "median")
OFFER(offer_axes, "step", "time", "episode")
OFFER(offer_bands, "interval", "range", "seeds")
OFFER(offer_levels, "debug", "info", "warning", "error")
OFFER(offer_copies, "command", "row", "value", "csv", "picture")
OFFER(offer_windows, "1", "5", "10", "50")
OFFER(offer_replicates, "2000", "10000", "50000")

static void offer_columns(struct app *a, const char *prefix, struct candidates *out)
{
    (void)a;
    offer_words(runs_sort_names, SORT_COUNT, prefix, out);
}

static void offer_recipes(struct app *a, const char *prefix, struct candidates *out)
{
    const struct recipes_model *m = a->states[SCOPE_RECIPES - 1];
    for (size_t i = 0; i < m->items.len; i++)
        candidates_add(out, prefix, m->items.data[i].name);
}

/* Of the first run in focus: seeds and groups of one experiment have the same. */
static void offer_metrics(struct app *a, const char *prefix, struct candidates *out)
{
    struct arena tmp = {0};
    struct metric_row *rows;
    size_t n = 0;
    if (!a->store || a->focus.len == 0 ||
        store_run_metrics(a->store, a->focus.data[0], &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        candidates_add(out, prefix, rows[i].name);
    arena_finish(&tmp);
}

/* "alpha=" of the algorithm's parameters. */
static void offer_params(struct app *a, const char *prefix, struct candidates *out)
{
    static const char algorithm[] = "algorithm.params.";
    struct arena tmp = {0};
    struct param_row *rows;
    size_t n = 0;
    if (!a->store || a->focus.len == 0 ||
        store_run_params(a->store, a->focus.data[0], &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        if (strncmp(rows[i].key, algorithm, sizeof algorithm - 1) == 0)
            candidates_add(out, prefix,
                           arena_printf(&tmp, "%s=", rows[i].key + sizeof algorithm - 1));
    arena_finish(&tmp);
}

static void offer_files(struct app *a, const char *prefix, struct candidates *out)
{
    (void)a;
    const char *slash = strrchr(prefix, '/');
    char *folder = slash ? mem_printf("%.*s", (int)(slash - prefix + 1), prefix) : mem_strdup("");
    DIR *d = opendir(*folder ? folder : ".");
    for (struct dirent *entry; d && (entry = readdir(d));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = mem_printf("%s%s", folder, entry->d_name);
        struct stat st;
        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            char *with = mem_printf("%s/", path);
            candidates_add(out, prefix, with);
            free(with);
        } else {
            candidates_add(out, prefix, path);
        }
        free(path);
    }
    if (d)
        closedir(d);
    free(folder);
}

static void offer_saved(struct app *a, const char *prefix, struct candidates *out)
{
    struct query_saved saved;
    query_saved_read(a->config_folder, &saved);
    for (size_t i = 0; i < saved.names.len; i++)
        candidates_add(out, prefix, saved.names.data[i]);
    query_saved_finish(&saved);
}

/* By the names of screen and action; NULL: on every screen that has one of that name. */
static const struct {
    const char *screen, *action;
    offer_fn *offer;
} offers[] = {
    {NULL, "theme", offer_themes},
    {NULL, "glyphs", offer_glyphs},
    {NULL, "copy", offer_copies},
    {NULL, "export", offer_files},
    {NULL, "metric", offer_metrics},
    {"recipes", "run", offer_recipes},
    {"recipes", "edit", offer_recipes},
    {"recipes", "new", offer_recipes},
    {"recipes", "check", offer_recipes},
    {"runs", "sort", offer_columns},
    {"compare", "align", offer_axes},
    {"compare", "band", offer_bands},
    {"stats", "window", offer_windows},
    {"stats", "aggregate", offer_aggregates},
    {"stats", "replicates", offer_replicates},
    {"live", "set", offer_params},
    {"log", "level", offer_levels},
    {"query", "saved", offer_saved},
    {"query", "save", offer_saved},
};

static offer_fn *offer_of(const struct screen *on, enum action act)
{
    const struct action_row *row = action_row(act);
    for (size_t i = 0; row && i < sizeof offers / sizeof offers[0]; i++)
        if (strcmp(offers[i].action, row->name) == 0 &&
            (!offers[i].screen || strcmp(offers[i].screen, on->name) == 0))
            return offers[i].offer;
    return NULL;
}

/* ---- the line ---- */

static int by_name(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

void complete_line(struct app *a, const char *line, struct candidates *out)
{
    *out = (struct candidates){0};
    enum scope scope = a->screen->scope;
    const char *word = line + strspn(line, " ");
    size_t n = strcspn(word, " ");
    if (!word[n]) {
        out->from = (size_t)(word - line);
        for (int i = 0; i < ACT_COUNT - 1; i++)
            if (action_rows[i].scope == scope || action_rows[i].scope == SCOPE_GLOBAL)
                candidates_add(out, word, action_rows[i].name);
        return;
    }
    enum action act = action_for_name(scope, word, n);
    const char *argument = word + n + strspn(word + n, " ");
    out->from = (size_t)(argument - line);
    offer_fn *offer = offer_of(a->screen, act);
    if (!offer)
        return;
    offer(a, argument, out);
    if (out->names.len)
        qsort(out->names.data, out->names.len, sizeof *out->names.data, by_name);
}
