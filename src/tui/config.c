#include "tui/config.h"

#include "base/file.h"
#include "base/num.h"
#include "base/text.h"
#include "recipe/recipe.h"
#include "tui/keymap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_JOBS = 4096 };

struct reader {
    struct config *out;
    struct recipe *file; /* its diagnostics */
};

/* ---- kinds of values ---- */

static bool is_text(struct reader *r, const char *key, const struct node *n)
{
    if (n->kind == NODE_SCALAR)
        return true;
    recipe_error(r->file, n->at, NULL, "%s takes one value", key);
    return false;
}

/* One of the words, separated by blanks. */
static const char *take_choice(struct reader *r, const char *key, const struct node *n,
                               const char *const *words, size_t num_words)
{
    if (!is_text(r, key, n))
        return NULL;
    struct buf hint = {0};
    for (size_t i = 0; i < num_words; i++) {
        if (strcmp(words[i], n->text) == 0) {
            buf_finish(&hint);
            return words[i];
        }
        buf_printf(&hint, "%s%s", i ? ", " : "one of ", words[i]);
    }
    const char *near = text_nearest(n->text, words, num_words);
    if (near)
        buf_printf(&hint, "; did you mean %s?", near);
    recipe_error(r->file, n->at, buf_text(&hint), "%s is no %s", n->text, key);
    buf_finish(&hint);
    return NULL;
}

#define TAKE_CHOICE(field, ...)                                                                    \
    static void take_##field(struct reader *r, const struct node *n)                               \
    {                                                                                              \
        static const char *const words[] = {__VA_ARGS__};                                          \
        r->out->field = take_choice(r, #field, n, words, sizeof words / sizeof words[0]);          \
    }
TAKE_CHOICE(theme, "dark", "light", "safe", "mono")
TAKE_CHOICE(glyphs, "braille", "block", "ascii")
TAKE_CHOICE(color, "auto", "always", "never")

static void take_mouse(struct reader *r, const struct node *n)
{
    bool on = false;
    const char *why = is_text(r, "mouse", n) ? num_parse_bool(n->text, &on) : NULL;
    if (why)
        recipe_error(r->file, n->at, "true or false", "mouse: %s %s", n->text, why);
    else
        r->out->mouse = on;
}

static void take_jobs(struct reader *r, const struct node *n)
{
    int64_t jobs = 0;
    if (!is_text(r, "jobs", n))
        return;
    const char *why = num_parse_int(n->text, &jobs);
    if (why || jobs < 1 || jobs > MOST_JOBS)
        recipe_error(r->file, n->at, NULL, "jobs: between 1 and %d, not %s", MOST_JOBS, n->text);
    else
        r->out->jobs = (int)jobs;
}

/* An absolute path; ~ is the home folder. */
static void take_database(struct reader *r, const struct node *n)
{
    const char *home = getenv("HOME");
    if (!is_text(r, "database", n))
        return;
    if (n->text[0] == '/')
        r->out->database = arena_strdup(&r->out->arena, n->text);
    else if (strncmp(n->text, "~/", 2) == 0 && home)
        r->out->database = arena_printf(&r->out->arena, "%s%s", home, n->text + 1);
    else
        recipe_error(r->file, n->at, "begin it with / or ~/",
                     "database: %s depends on where one stands", n->text);
}

static void take_editor(struct reader *r, const struct node *n)
{
    if (!is_text(r, "editor", n))
        return;
    if (*n->text)
        r->out->editor = arena_strdup(&r->out->arena, n->text);
    else
        recipe_error(r->file, n->at, NULL, "editor: an empty command");
}

static void take_keys(struct reader *r, const struct node *n)
{
    keymap_read(r->file, n);
}

static const struct {
    const char *name;
    void (*take)(struct reader *r, const struct node *n);
} keys[] = {{"theme", take_theme},   {"glyphs", take_glyphs}, {"color", take_color},
            {"mouse", take_mouse},   {"jobs", take_jobs},     {"database", take_database},
            {"editor", take_editor}, {"keys", take_keys}};
enum { NUM_KEYS = sizeof keys / sizeof keys[0] };

/* ---- the file ---- */

static void take_key(struct reader *r, const char *key, struct mark at, const struct node *value)
{
    const char *names[NUM_KEYS];
    char hint[80];
    for (int i = 0; i < NUM_KEYS; i++) {
        if (strcmp(keys[i].name, key) == 0) {
            keys[i].take(r, value);
            return;
        }
        names[i] = keys[i].name;
    }
    const char *near = text_nearest(key, names, NUM_KEYS);
    snprintf(hint, sizeof hint, near ? "did you mean %s?" : "see rlbench-config(5)", near);
    recipe_error(r->file, at, hint, "%s is not a key of the configuration", key);
}

static bool says_nothing(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '#')
            while (i < n && text[i] != '\n')
                i++;
        else if (!strchr(" \t\r\n", text[i]))
            return false;
    }
    return true;
}

/* The parser is that of recipes, and says so of a file that is no mapping. */
static void speak_of_configuration(struct recipe *file)
{
    for (size_t i = 0; i < file->diags.len; i++) {
        struct diag *d = &file->diags.data[i];
        if (strncmp(d->text, "a recipe is a mapping", 21) != 0)
            continue;
        d->text = "the configuration is a mapping of key: value lines";
        d->hint = "see rlbench-config(5) for an example";
    }
}

static void reset(struct config *c, const char *path)
{
    *c = (struct config){.mouse = -1};
    c->path = arena_strdup(&c->arena, path);
}

int config_parse(const char *path, const char *text, size_t n, struct config *out,
                 struct buf *diags, struct err *e)
{
    struct recipe file;
    reset(out, path);
    keymap_reset();
    if (says_nothing(text, n))
        return OK;
    recipe_parse(path, text, n, &file, NULL);
    struct reader r = {out, &file};
    const struct node *root = file.root;
    speak_of_configuration(&file);
    for (size_t i = 0; root && root->kind == NODE_MAPPING && i < root->num_items; i++)
        take_key(&r, root->items[i].key, root->items[i].key_at, root->items[i].value);
    size_t errors = recipe_errors(&file);
    recipe_print_diags(&file, diags);
    recipe_finish(&file);
    if (errors == 0)
        return OK;
    config_finish(out);
    reset(out, path);
    keymap_reset();
    return err_set(e, ERR_CONFIG, "the configuration %s has %zu mistake%s; see rlbench-config(5)",
                   path, errors, errors == 1 ? "" : "s");
}

void config_finish(struct config *c)
{
    arena_finish(&c->arena);
    *c = (struct config){.mouse = -1};
}

/* ---- the program's ---- */

static struct config current = {.mouse = -1};

const struct config *config_get(void)
{
    return &current;
}

static void forget(void)
{
    config_finish(&current);
    keymap_reset();
}

int config_load(struct buf *diags, struct err *e)
{
    static bool registered;
    struct buf text = {0};
    char *folder = place_config(), *path = mem_printf("%s/config.yml", folder);
    config_finish(&current);
    int status = file_exists(path) ? file_read(path, RECIPE_MAX_BYTES, &text, e) : OK;
    if (status == OK)
        status = config_parse(path, buf_text(&text), text.len, &current, diags, e);
    else
        status = err_set(e, ERR_CONFIG, "the configuration %s cannot be read", path);
    if (!current.path)
        reset(&current, path);
    if (!registered)
        atexit(forget);
    registered = true;
    buf_finish(&text);
    free(folder);
    free(path);
    return status;
}
