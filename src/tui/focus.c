/* What the database says about the whole: which run is newest, how many are live, what is in
 * focus. */
#include "tui/tui.h"

#include "base/clock.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

static const char live_filter[] = "state~^(queued|running|paused)$";

void app_focus(struct app *a, const int64_t *ids, size_t n)
{
    a->focus_run = 0;
    bool same = n == a->focus.len && (n == 0 || !memcmp(ids, a->focus.data, n * sizeof *ids));
    if (same)
        return;
    a->focus.len = 0;
    for (size_t i = 0; i < n; i++)
        vec_push(&a->focus, ids[i]);
    a->focus_serial++;
}

static void focus_experiment(struct app *a, struct arena *tmp, const struct run_row *of)
{
    struct run_row *rows;
    size_t n = 0;
    if (store_experiment_runs(a->store, of->experiment_id, tmp, &rows, &n, NULL) != OK)
        n = 0;
    int64_t *ids = arena_alloc(tmp, (n + 1) * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    if (n == 0)
        ids[n++] = of->id;
    app_focus(a, ids, n);
}

void app_focus_experiment(struct app *a, const struct run_row *of)
{
    struct arena tmp = {0};
    focus_experiment(a, &tmp, of);
    arena_finish(&tmp);
    a->focus_run = of->id;
    a->focus_serial++; /* also when only the group in focus is another */
}

bool app_focus_newest(struct app *a)
{
    if (!a->store)
        return false;
    const char *const filters[] = {live_filter, NULL};
    struct arena tmp = {0};
    struct run_row *rows;
    size_t n = 0;
    for (int i = 0; i < 2 && n == 0; i++)
        if (store_list_runs(a->store, filters[i], 1, &tmp, &rows, &n, NULL) != OK)
            n = 0;
    if (n)
        focus_experiment(a, &tmp, rows);
    arena_finish(&tmp);
    return n > 0;
}

static void describe_newest(struct app *a, const struct run_row *r)
{
    char part[40] = "";
    if (r->total_steps)
        snprintf(part, sizeof part, " %.0f %%", 100.0 * (double)r->steps / (double)r->total_steps);
    snprintf(a->newest, sizeof a->newest, "%s %s%s", r->experiment, run_state_name(r->state), part);
}

static void look_for_live(struct app *a)
{
    struct arena tmp = {0};
    struct run_row *rows;
    size_t n = 0;
    a->num_live = 0;
    if (store_list_runs(a->store, live_filter, 0, &tmp, &rows, &n, NULL) == OK)
        a->num_live = n;
    if (n == 0 && store_list_runs(a->store, NULL, 1, &tmp, &rows, &n, NULL) != OK)
        n = 0;
    if (n)
        describe_newest(a, rows);
    arena_finish(&tmp);
}

/* The file appears with the first run. */
static bool open_store(struct app *a)
{
    if (a->store)
        return true;
    if (a->store_refused || !file_exists(a->database))
        return false;
    struct err e = ERR_INIT;
    int status = store_open_read(a->database, &a->store, &e);
    if (status == OK)
        return true;
    a->store = NULL;
    a->store_refused = status != ERR_NOINPUT && status != ERR_BUSY;
    app_say(a, TONE_BAD, "%s", e.text);
    return false;
}

unsigned app_poll_data(struct app *a)
{
    if (!open_store(a))
        return REACT_NONE;
    int64_t version = store_data_version(a->store);
    if (version == a->data_version)
        return REACT_NONE;
    a->data_version = version;
    look_for_live(a);
    if (a->follow && a->focus.len == 0)
        app_focus_newest(a);
    const struct event data = {.kind = EVENT_DATA};
    return app_update(a, &data);
}

unsigned app_start(struct app *a)
{
    enum scope first = SCOPE_RECIPES;
    if (open_store(a)) {
        a->data_version = store_data_version(a->store);
        look_for_live(a);
        if (app_focus_newest(a))
            first = SCOPE_LIVE;
    }
    a->screen = screens[first - 1];
    a->previous = screens[SCOPE_RUNS - 1];
    return REACT_DRAW | a->screen->enter(a, a->states[first - 1]);
}
