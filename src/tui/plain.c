#include "tui/plain.h"

#include "base/file.h"
#include "base/num.h"
#include "tui/recipes_model.h"
#include "tui/runs_model.h"
#include "tui/starter.h"
#include "tui/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 20 /* lines of a list at a time */ };

/* The number of a line from 1, 0 when it is none of them. */
static size_t number_of(const char *line, size_t most)
{
    int64_t v;
    return !num_parse_int(line, &v) && v >= 1 && (uint64_t)v <= most ? (size_t)v : 0;
}

static bool is_back(const char *line)
{
    return !*line || strcmp(line, "b") == 0 || strcmp(line, "0") == 0;
}

/* What holds everywhere; true when it was that. */
static bool leaves(struct plain *p, const char *line)
{
    p->left = p->left || strcmp(line, "q") == 0 || strcmp(line, "quit") == 0;
    return p->left;
}

/* One of n lines, a page at a time: its number from 1, or 0 for back. */
static size_t choose(struct plain *p, const char *what, size_t n, void (*put)(void *ctx, size_t i),
                     void *ctx)
{
    const char *line;
    size_t from = 0;
    if (n == 0) {
        printf("No %s.\n", what);
        return 0;
    }
    for (bool show = true;;) {
        size_t to = n - from < PAGE ? n : from + PAGE;
        if (show)
            printf("%zu %s%s\n", n, what, n > PAGE ? ", a page at a time" : "");
        for (size_t i = from; show && i < to; i++) {
            printf("%zu ", i + 1);
            put(ctx, i);
        }
        if (!plain_ask(p,
                       to < n ? "number, m for more, Enter for back: " : "number, Enter for back: ",
                       &line) ||
            is_back(line) || leaves(p, line))
            return 0;
        size_t chosen = number_of(line, n);
        if (chosen)
            return chosen;
        show = strcmp(line, "m") == 0 || strcmp(line, "?") == 0;
        if (strcmp(line, "m") == 0)
            from = to < n ? to : 0;
        else if (!show)
            printf("%s: a number from 1 to %zu\n", line, n);
    }
}

/* ---- recipes ---- */

static void put_recipe(void *ctx, size_t i)
{
    const struct recipes_model *m = ctx;
    const struct recipes_item *r = &m->items.data[m->shown.data[i]];
    char first[200];
    words_first_sentence(r->describe, first, sizeof first);
    printf("%s%s%s%s%s\n", r->name, *first ? ": " : "", first, *r->duration ? ", " : "",
           r->duration);
}

static void start_recipe(struct plain *p, const char *path)
{
    const char *const words[] = {
        "--starter", "run", p->database, p->plugin_path ? p->plugin_path : "", path, NULL};
    struct buf answer = {0};
    struct starter_answer l;
    printf("starting\n");
    fflush(stdout);
    plain_capture(p, words, &answer);
    starter_parse(buf_text(&answer), &l);
    if (l.ids.len == 0)
        printf("not started\n%s", l.text);
    else if (plain_store(p))
        plain_watch(p, l.ids.data, l.ids.len);
    starter_finish(&l);
    buf_finish(&answer);
}

static void one_recipe(struct plain *p, const struct recipes_item *r)
{
    const char *line;
    printf("%s\n%s\nalgorithm %s, world %s%s%s\n", r->name, r->describe, r->algorithm, r->env,
           *r->duration ? ", takes " : "", r->duration);
    while (!p->left && plain_ask(p, "r runs it, c checks it, Enter for back: ", &line) &&
           !is_back(line) && !leaves(p, line)) {
        if (strcmp(line, "r") == 0) {
            start_recipe(p, r->path);
            return;
        }
        if (strcmp(line, "c") == 0)
            plain_run(p, (const char *const[]){"check", r->path, NULL});
        else
            printf("%s: r or c\n", line);
    }
}

static void recipes(struct plain *p)
{
    struct recipes_model m = {0};
    recipes_scan(&m);
    for (size_t at; !p->left && (at = choose(p, "recipes", m.shown.len, put_recipe, &m)) > 0;)
        one_recipe(p, &m.items.data[m.shown.data[at - 1]]);
    recipes_model_finish(&m);
}

/* ---- runs ---- */

static void put_line(void *ctx, size_t i)
{
    const struct runs_model *m = ctx;
    const struct runs_line *l = &m->lines.data[i];
    char seeds[40], number[32];
    snprintf(seeds, sizeof seeds, l->num_runs > 1 ? "%zu seeds" : "seed %zu",
             l->num_runs > 1 ? l->num_runs : (size_t)l->first->seed);
    printf("%s%s%s, %s on %s, %s, %s", l->first->experiment, *l->label ? ", " : "", l->label,
           l->first->algo, l->first->env, seeds, run_state_name(l->state));
    if (isfinite(l->done) && l->state != RUN_DONE)
        printf(", %.0f %%", 100 * l->done);
    if (isfinite(l->last))
        printf(", %s %s", l->first->headline, num_format_short(l->last, number, sizeof number));
    putchar('\n');
}

/* Reads the list anew; false when there is no database. */
static bool read_runs(struct plain *p, struct runs_model *m)
{
    struct arena owner = {0};
    struct run_row *rows;
    size_t n = 0;
    struct err e = ERR_INIT;
    if (!plain_store(p))
        return false;
    if (store_list_runs(p->store, NULL, 0, &owner, &rows, &n, &e) == OK)
        runs_model_set_rows(m, &owner, rows, n);
    else
        printf("%s\n", e.text);
    arena_finish(&owner);
    return true;
}

/* The same verb for every run of a line. */
static void verb_for(struct plain *p, const struct runs_line *l, const char *verb)
{
    VEC(const char *) words = {0};
    struct arena tmp = {0};
    vec_push(&words, verb);
    for (size_t i = 0; i < l->num_runs; i++) {
        const char *id = arena_printf(&tmp, "%" PRId64, l->runs[i]->id);
        vec_push(&words, id);
    }
    if (strcmp(verb, "resume") == 0)
        vec_push(&words, "--detach");
    vec_push(&words, (const char *)NULL);
    plain_run(p, words.data);
    vec_finish(&words);
    arena_finish(&tmp);
}

static void log_of(struct plain *p, const struct runs_line *l)
{
    for (size_t i = 0; i < l->num_runs; i++) {
        char id[24];
        snprintf(id, sizeof id, "%" PRId64, l->runs[i]->id);
        printf("seed %" PRIu64 "\n", l->runs[i]->seed);
        plain_run(p, (const char *const[]){"show", id, "--events", NULL});
    }
}

static void watch_line(struct plain *p, const struct runs_line *l)
{
    int64_t *ids = mem_alloc(l->num_runs * sizeof *ids);
    for (size_t i = 0; i < l->num_runs; i++)
        ids[i] = l->runs[i]->id;
    plain_watch(p, ids, l->num_runs);
    free(ids);
}

static void stop_line(struct plain *p, const struct runs_line *l)
{
    if (plain_confirm(p, "Stop? A checkpoint is saved first."))
        verb_for(p, l, "stop");
}

static void pause_line(struct plain *p, const struct runs_line *l)
{
    verb_for(p, l, "pause");
}

static void resume_line(struct plain *p, const struct runs_line *l)
{
    verb_for(p, l, "resume");
}

static void stats_line(struct plain *p, const struct runs_line *l)
{
    plain_run(p, (const char *const[]){"stats", l->first->experiment, NULL});
}

/* As they are now, not when the list was read. */
static void show_line(struct plain *p, const struct runs_line *l)
{
    struct arena tmp = {0};
    struct run_row *rows = arena_alloc(&tmp, l->num_runs * sizeof *rows);
    const struct run_row **now = arena_alloc(&tmp, l->num_runs * sizeof *now);
    for (size_t i = 0; i < l->num_runs; i++) {
        char ref[24];
        snprintf(ref, sizeof ref, "%" PRId64, l->runs[i]->id);
        bool found = store_find_run(p->store, ref, &tmp, &rows[i], NULL) == OK;
        now[i] = found ? &rows[i] : l->runs[i];
    }
    plain_describe(p, now, l->num_runs);
    arena_finish(&tmp);
}

static void one_line(struct plain *p, const struct runs_line *l)
{
    static const struct {
        char letter;
        void (*act)(struct plain *, const struct runs_line *);
    } acts[] = {{'?', show_line}, {'w', watch_line}, {'p', pause_line}, {'r', resume_line},
                {'s', stop_line}, {'t', stats_line}, {'l', log_of}};
    const char *line;
    show_line(p, l);
    while (plain_ask(p, "w watch, p pause, r resume, s stop, t statistics, l log, Enter for back: ",
                     &line) &&
           !is_back(line) && !leaves(p, line)) {
        size_t i = 0, n = sizeof acts / sizeof acts[0];
        while (i < n && (line[0] != acts[i].letter || line[1]))
            i++;
        if (i < n)
            acts[i].act(p, l);
        else
            printf("%s: w, p, r, s, t or l\n", line);
    }
}

static void runs(struct plain *p)
{
    struct runs_model m;
    runs_model_init(&m);
    m.bundle = true;
    while (!p->left) {
        if (!read_runs(p, &m)) {
            printf("Nothing has run yet.\n");
            break;
        }
        size_t at = choose(p, "runs, seeds of a group together", m.lines.len, put_line, &m);
        if (at == 0)
            break;
        one_line(p, &m.lines.data[at - 1]);
    }
    runs_model_finish(&m);
}

static void newest(struct plain *p)
{
    struct runs_model m;
    runs_model_init(&m);
    m.bundle = true;
    if (read_runs(p, &m) && m.lines.len)
        one_line(p, &m.lines.data[0]);
    else
        printf("Nothing has run yet.\n");
    runs_model_finish(&m);
}

/* ---- the rest ---- */

/* A verb with the words that were typed. */
static void verb_with(struct plain *p, const char *verb, const char *flag, const char *line)
{
    VEC(const char *) words = {0};
    struct arena tmp = {0};
    vec_push(&words, verb);
    if (flag)
        vec_push(&words, flag);
    while (*(line += strspn(line, " "))) {
        size_t n = strcspn(line, " ");
        const char *word = arena_strndup(&tmp, line, n);
        vec_push(&words, word);
        line += n;
    }
    vec_push(&words, (const char *)NULL);
    plain_run(p, words.data);
    vec_finish(&words);
    arena_finish(&tmp);
}

static void stats(struct plain *p)
{
    const char *line;
    if (plain_ask(p, "experiments or algorithms, Enter for the newest experiment: ", &line))
        verb_with(p, "stats", NULL, line);
}

static void compare(struct plain *p)
{
    const char *line;
    if (plain_ask(p, "two or more runs, experiments or algorithms, Enter for back: ", &line) &&
        !is_back(line))
        verb_with(p, "compare", NULL, line);
}

static void sweep(struct plain *p)
{
    const char *line;
    if (plain_ask(p, "experiment that was swept, Enter for back: ", &line) && !is_back(line))
        verb_with(p, "sweep", "--show", line);
}

static void query(struct plain *p)
{
    const char *line;
    while (plain_ask(p, "SQL, Enter for back: ", &line) && !is_back(line) && !leaves(p, line))
        plain_run(p, (const char *const[]){"query", line, NULL});
}

static void say_where(struct plain *p)
{
    struct arena tmp = {0};
    struct run_row *rows;
    size_t n = 0, live = 0;
    if (plain_store(p) && store_list_runs(p->store, NULL, 0, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    for (size_t i = 0; i < n; i++)
        live += rows[i].state == RUN_RUNNING || rows[i].state == RUN_QUEUED ||
                rows[i].state == RUN_PAUSED;
    printf("rlbench, plain. Database %s: %zu runs, %zu of them live.\n", p->database, n, live);
    arena_finish(&tmp);
}

static const struct {
    const char *name;
    void (*show)(struct plain *p);
} menu[] = {{"recipes: choose what to run", recipes},
            {"runs: everything in the database", runs},
            {"the newest runs", newest},
            {"compare: groups of runs side by side", compare},
            {"statistics", stats},
            {"sweep: which parameter mattered", sweep},
            {"query: ask the database", query}};
enum { NUM_MENU = sizeof menu / sizeof menu[0] };

int plain_main(const char *database, const char *plugin_path, struct err *e)
{
    struct plain p = {.database = database, .plugin_path = plugin_path};
    const char *line;
    say_where(&p);
    for (bool show = true; !p.left;) {
        for (int i = 0; show && i < NUM_MENU; i++)
            printf("%d %s\n", i + 1, menu[i].name);
        if (!plain_ask(&p, "number, q to leave: ", &line) || leaves(&p, line))
            break;
        size_t at = number_of(line, NUM_MENU);
        show = at > 0 || !*line || *line == '?';
        if (at)
            menu[at - 1].show(&p);
        else if (!show)
            printf("%s: a number from 1 to %d, or q\n", line, NUM_MENU);
    }
    store_close(p.store);
    buf_finish(&p.input);
    if (fflush(stdout) != 0)
        return err_sys(e, ERR_IO, "cannot write");
    return OK;
}
