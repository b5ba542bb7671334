#include "cmd/spool.h"

#include "base/build.h"
#include "base/file.h"
#include "base/num.h"
#include "cmd/launch.h"
#include "store/merge.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIGEST_SHOWN = 12 };

int spool_parse_only(const char *text, const struct plan *plan, size_t *n, struct err *e)
{
    const char *digest = strchr(text, '@');
    char *number = digest ? mem_printf("%.*s", (int)(digest - text), text) : mem_strdup(text);
    int64_t value = 0;
    const char *why = num_parse_int(number, &value);
    int status = OK;
    if (why)
        status = err_set(e, ERR_USAGE, "--only %s %s", number, why);
    else if (value < 1 || (size_t)value > plan->runs.len)
        status =
            err_set(e, ERR_USAGE, "--only %s: the plan has runs 1 to %zu", number, plan->runs.len);
    else if (digest &&
             (!digest[1] || strncmp(plan->recipe_hash, digest + 1, strlen(digest + 1)) != 0))
        status = err_set(e, ERR_DATA,
                         "%s makes another plan now (%.*s) than when it was submitted (%s); submit "
                         "it anew",
                         plan->recipe_path, DIGEST_SHOWN, plan->recipe_hash, digest + 1);
    *n = (size_t)value;
    free(number);
    return status;
}

/* ---- one run ---- */

/* The newest row of this run of the plan; false when there is none. */
static int find_run(struct store *s, const struct plan_run *run, struct arena *a, bool *found,
                    struct run_row *out, struct err *e)
{
    struct run_row *rows = NULL;
    size_t n = 0;
    int status = store_list_runs(s, arena_printf(a, "group=%s archived=any", run->group), 0, a,
                                 &rows, &n, e);
    *found = false;
    for (size_t i = 0; i < n && status == OK && !*found; i++) {
        *found = rows[i].seed == run->seed;
        *out = rows[i];
    }
    return status;
}

static int find_or_add(struct store *s, const struct plan *plan, size_t n, struct arena *a,
                       int64_t *id, bool *done, struct err *e)
{
    char build[256];
    bool found;
    struct run_row row;
    struct plan part = *plan; /* borrows everything */
    part.runs.data = &plan->runs.data[n - 1];
    part.runs.len = 1;
    int64_t experiment;
    int status = find_run(s, part.runs.data, a, &found, &row, e);
    *done = false;
    if (status != OK || !found)
        return status == OK
                   ? store_add_plan(s, &part, build_line(build, sizeof build), &experiment, id, e)
                   : status;
    *id = row.id;
    *done = row.state == RUN_DONE;
    return OK;
}

int spool_take(struct plan *plan, size_t n, const char *database, int64_t *id, bool *done,
               struct err *e)
{
    struct arena a = {0};
    struct store *s = NULL;
    store_use_alone();
    int status = store_open_write(database, &s, e);
    if (status == OK)
        status = find_or_add(s, plan, n, &a, id, done, e);
    store_close(s);
    arena_finish(&a);
    return status;
}

int spool_run(const struct cli *cli, struct plan *plan, size_t n, const char *database,
              struct err *e)
{
    int64_t id = 0;
    bool done = false;
    plan_note_repository(plan);
    int status = spool_take(plan, n, database, &id, &done, e);
    if (status == OK && !done)
        status = launch_runs(cli, database, &id, 1, 1, e);
    else if (status == OK && !cli_has(cli, "quiet"))
        fprintf(stderr, "run %zu of the plan is done: nothing is left to do\n", n);
    return status;
}

/* ---- the folder ---- */

char *spool_absolute(const char *path)
{
    char *real = realpath(path, NULL);
    if (real || path[0] == '/')
        return real ? real : mem_strdup(path);
    char *here = getcwd(NULL, 0), *whole = mem_printf("%s/%s", here ? here : "", path);
    free(here);
    return whole;
}

char *spool_folder(const struct cli *cli, const char *database, const struct plan *plan)
{
    const char *named = cli_get(cli, "spool");
    if (named)
        return spool_absolute(named);
    char *whole = spool_absolute(database);
    char *folder =
        mem_printf("%s.d/spool/%s-%.*s", whole, plan->name, DIGEST_SHOWN, plan->recipe_hash);
    free(whole);
    return folder;
}

char *spool_file(const char *folder, size_t n)
{
    return mem_printf("%s/run-%05zu.db", folder, n);
}

/* The row of run n in its spool; false where there is none. */
static bool read_spool(const char *folder, const struct plan *plan, size_t n, struct arena *a,
                       struct run_row *out)
{
    struct store *s = NULL;
    char *path = spool_file(folder, n);
    bool found = false;
    if (file_exists(path) && store_open_read(path, &s, NULL) == OK &&
        find_run(s, &plan->runs.data[n - 1], a, &found, out, NULL) != OK)
        found = false;
    store_close(s);
    free(path);
    return found;
}

bool spool_is_done(const char *folder, const struct plan *plan, size_t n)
{
    struct arena a = {0};
    struct run_row row;
    bool done = read_spool(folder, plan, n, &a, &row) && row.state == RUN_DONE;
    arena_finish(&a);
    return done;
}

static int merge_one(struct store *s, const char *folder, const struct plan *plan, size_t n,
                     const struct merge_options *o, int64_t *id, struct err *e)
{
    struct arena a = {0};
    struct run_row there, here;
    struct merge_result r;
    char *path = spool_file(folder, n);
    int status = OK;
    *id = 0;
    if (read_spool(folder, plan, n, &a, &there)) {
        status = store_merge(s, path, o, &r, e);
        if (status == OK)
            status = store_find_run(s, there.uid, &a, &here, e);
        if (status == OK)
            *id = here.id;
    }
    free(path);
    arena_finish(&a);
    return status;
}

int spool_merge(const char *folder, const struct plan *plan, const char *database, int64_t *ids,
                struct err *e)
{
    struct store *s = NULL;
    int status = store_open_write(database, &s, e);
    char *files = status == OK ? mem_printf("%s.d", store_path(s)) : NULL;
    const struct merge_options o = {.join = true, .artifacts = files};
    for (size_t n = 1; n <= plan->runs.len && status == OK; n++)
        status = merge_one(s, folder, plan, n, &o, &ids[n - 1], e);
    free(files);
    store_close(s);
    return status;
}
