#include "tui/export.h"

#include "base/file.h"
#include "chart/svg.h"
#include "tui/tui.h"
#include "tui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void *state_of(const struct app *a)
{
    return a->states[a->screen->scope - 1];
}

/* ---- the kinds of files ---- */

static void draw_body(struct app *a, struct grid *g)
{
    grid_init(g, a->rows - 3, a->cols);
    a->screen->view(a, state_of(a), g, (struct rect){0, 0, g->rows, g->cols});
    if (a->look.glyphs == GLYPHS_ASCII)
        grid_to_ascii(g);
}

/* What is drawn notes where it is, for the mouse: again, where it truly is. */
static void draw_back(struct app *a)
{
    struct grid g;
    grid_init(&g, a->rows, a->cols);
    app_view(a, &g);
    grid_finish(&g);
}

static bool as_text(struct app *a, struct buf *out)
{
    struct grid g;
    draw_body(a, &g);
    grid_dump(&g, out);
    grid_finish(&g);
    draw_back(a);
    return true;
}

static bool as_svg(struct app *a, struct buf *out)
{
    if (a->screen->svg && a->screen->svg(a, state_of(a), out))
        return true;
    struct grid g;
    draw_body(a, &g);
    svg_grid(out, &g, true);
    grid_finish(&g);
    draw_back(a);
    return true;
}

static bool as_csv(struct app *a, struct buf *out)
{
    return a->screen->csv && a->screen->csv(a, state_of(a), out);
}

static const struct {
    const char *ending;
    bool (*make)(struct app *, struct buf *out);
} kinds[] = {{".txt", as_text}, {".svg", as_svg}, {".csv", as_csv}};
enum { NUM_KINDS = sizeof kinds / sizeof kinds[0] };

static int kind_of(const char *file)
{
    const char *dot = strrchr(file_base(file), '.');
    for (int i = 0; dot && i < NUM_KINDS; i++)
        if (strcasecmp(dot, kinds[i].ending) == 0)
            return i;
    return -1;
}

/* ---- writing ---- */

static unsigned write_file(struct app *a, void *ctx, const char *text)
{
    (void)ctx, (void)text;
    struct buf out = {0};
    struct err e = ERR_INIT;
    char shown[300];
    const char *file = a->export_file;
    int kind = kind_of(file);
    if (kind < 0 || !kinds[kind].make(a, &out))
        app_say(a, TONE_BAD, "%s has no data of its own to write here; .txt and .svg draw it",
                a->screen->title);
    else if (file_write_atomic(file, buf_text(&out), out.len, &e) != OK)
        app_say(a, TONE_BAD, "%s", e.text);
    else
        app_say(a, TONE_GOOD, "written: %s", words_path(file, shown, sizeof shown));
    buf_finish(&out);
    return REACT_DRAW;
}

static unsigned named(struct app *a, void *ctx, const char *file)
{
    (void)ctx;
    file += strspn(file, " ");
    if (!*file)
        return REACT_DRAW;
    if (kind_of(file) < 0) {
        app_say(a, TONE_BAD, "%s: a name ends in .txt, .svg or .csv, which says as what",
                file_base(file));
        return REACT_DRAW;
    }
    const char *home = getenv("HOME");
    free(a->export_file);
    a->export_file =
        strncmp(file, "~/", 2) == 0 && home ? mem_printf("%s%s", home, file + 1) : mem_strdup(file);
    if (!file_exists(a->export_file))
        return write_file(a, NULL, "");
    char question[200];
    snprintf(question, sizeof question, "%.150s is there already. Overwrite it?", file);
    prompt_confirm(&a->prompt, question, write_file, NULL);
    return REACT_DRAW;
}

unsigned export_copy(struct app *a)
{
    struct buf text = {0};
    if (a->rows < 4 || a->cols < 1)
        return REACT_NONE;
    as_text(a, &text);
    unsigned react = app_copy(a, buf_text(&text));
    app_say(a, TONE_INFO, "copied: the picture");
    buf_finish(&text);
    return react;
}

unsigned export_view(struct app *a, const char *file)
{
    if (a->rows < 4 || a->cols < 1)
        return REACT_NONE;
    if (*file)
        return named(a, NULL, file);
    char proposal[64];
    snprintf(proposal, sizeof proposal, "%s.svg", a->screen->name);
    prompt_text(&a->prompt, "export to (.txt .svg .csv): ", proposal, NULL, named, NULL, NULL);
    return REACT_DRAW;
}
