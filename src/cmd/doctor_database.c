/* The database, and what is left of supervisors that died. */
#include "cmd/doctor.h"

#include "base/file.h"
#include "supervisor/supervisor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static void examine_stale(struct doctor *d, const struct run_row *rows, size_t n)
{
    struct store *writer = NULL;
    struct err e = ERR_INIT;
    bool fix = cli_has(d->cli, "fix");
    for (size_t i = 0; i < n; i++) {
        const struct run_row *r = &rows[i];
        if (!r->stale)
            continue;
        const struct run_update u = {
            .set = RU_STATE | RU_MESSAGE, .state = RUN_CRASHED, .message = "its supervisor died"};
        int status = fix && !writer ? store_open_write(d->database, &writer, &e) : OK;
        if (fix && status == OK)
            status = store_update_run(writer, r->id, &u, &e);
        if (fix && status == OK)
            doctor_find(d, NOTE, "database", r->uid, "marked as crashed (%s, seed %llu)",
                        r->experiment, (unsigned long long)r->seed);
        else if (fix)
            doctor_find(d, BAD, "database", r->uid, "%s", e.text);
        else
            doctor_find(
                d, BAD, "database", r->uid,
                "its supervisor died while it was at work (%s); --fix marks it as crashed, rlbench "
                "resume %s goes on",
                r->experiment, r->uid);
    }
    store_close(writer);
}

static bool is_named(const struct artifact_row *rows, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].path, path) == 0)
            return true;
    return false;
}

/* Checkpoints of a run at rest that its rows do not name: written by a worker whose supervisor died
 * before it could note them, or spared by one that died before it could remove them. */
static void examine_checkpoints(struct doctor *d, const struct run_row *r)
{
    struct artifact_row *rows = NULL;
    size_t n = 0;
    char *folder = place_run_folder(store_path(d->store), r->uid);
    DIR *dir = r->state == RUN_RUNNING || r->state == RUN_PAUSED ? NULL : opendir(folder);
    if (dir && store_run_artifacts(d->store, r->id, &d->arena, &rows, &n, NULL) == OK)
        for (struct dirent *entry; (entry = readdir(dir));) {
            const char *end = strrchr(entry->d_name, '.');
            char *path = mem_printf("%s/%s", folder, entry->d_name);
            if (end && strcmp(end, ".rlbc") == 0 && !is_named(rows, n, path))
                doctor_find(d, NOTE, "database", "orphan",
                            "%s is a checkpoint that no row names; it can be deleted", path);
            free(path);
        }
    if (dir)
        closedir(dir);
    free(folder);
}

/* Folders of checkpoints and artifacts that no run of the database names. */
static void examine_folders(struct doctor *d, const struct run_row *rows, size_t n)
{
    char *folder = mem_printf("%s.d", store_path(d->store));
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        bool known = entry->d_name[0] == '.' || entry->d_type == DT_REG; /* locks, logs */
        for (size_t i = 0; i < n && !known; i++)
            known = strcmp(rows[i].uid, entry->d_name) == 0;
        if (!known)
            doctor_find(d, NOTE, "database", "orphan", "%s/%s belongs to no run; it can be deleted",
                        folder, entry->d_name);
    }
    if (dir)
        closedir(dir);
    free(folder);
}

static void examine_health(struct doctor *d)
{
    struct err e = ERR_INIT;
    struct buf problems = {0};
    if (store_check(d->store, &problems, &e) != OK)
        doctor_find(d, BAD, "database", "check", "%s", e.text);
    else if (problems.len == 0)
        doctor_find(d, FINE, "database", "check", "sound");
    char *rest = NULL;
    for (char *line = problems.len ? strtok_r(problems.data, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest))
        doctor_find(d, BAD, "database", "check", "%s", line);
    buf_finish(&problems);
}

static void note_socket(void *ctx, const char *path)
{
    struct doctor *d = ctx;
    if (cli_has(d->cli, "fix"))
        doctor_find(d, NOTE, "database", "socket", "%s, of a supervisor that died, was removed",
                    path);
    else
        doctor_find(d, NOTE, "database", "socket",
                    "%s belongs to a supervisor that died; --fix removes it", path);
}

void doctor_database(struct doctor *d)
{
    struct err e = ERR_INIT;
    struct run_row *rows;
    size_t n;
    supervisor_stale_sockets(cli_has(d->cli, "fix"), note_socket, d);
    int status = store_open_read(d->database, &d->store, &e);
    if (status == ERR_NOINPUT) {
        doctor_find(d, FINE, "database", "file", "not there yet; the first run makes it");
        return;
    }
    if (status == OK)
        status = store_list_runs(d->store, "archived=any", 0, &d->arena, &rows, &n, &e);
    if (status != OK) {
        doctor_find(d, BAD, "database", "file", "%s", e.text);
        return;
    }
    doctor_find(d, FINE, "database", "file", "%zu runs", n);
    examine_health(d);
    examine_stale(d, rows, n);
    examine_folders(d, rows, n);
    for (size_t i = 0; i < n; i++)
        examine_checkpoints(d, &rows[i]);
}
