/* rlbench artifacts: the results a run left as files. */
#include "cmd/runs.h"
#include "cmd/safetensors.h"
#include "cmd/table.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES ((size_t)4 << 30)

static const struct opt opts[] = {
    {"out", 'o', "DIR", "copy them into DIR, which is made when it is not there"},
    {"safetensors", 0, "FILE", "write all arrays into one file that PyTorch and JAX read"},
    {"force", 0, NULL, "with --out or --safetensors: replace files that are there already"},
    {"json", 0, NULL, "one JSON object per artifact"},
    {NULL, 0, NULL, NULL},
};

/* Checkpoints are the program's own business. Of several files with one name the newest counts. */
static size_t keep_results(struct artifact_row *rows, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].kind, "artifact") != 0)
            continue;
        size_t at = kept;
        for (size_t k = 0; k < kept; k++)
            if (strcmp(file_base(rows[k].path), file_base(rows[i].path)) == 0)
                at = k;
        rows[at] = rows[i];
        kept += at == kept;
    }
    return kept;
}

static int none(const struct run_row *r, struct arena *a, struct err *e)
{
    switch (r->state) {
    case RUN_QUEUED:
    case RUN_RUNNING:
    case RUN_PAUSED:
        return err_set(e, ERR_NOINPUT,
                       "run %s has no artifacts yet: it is %s (%s); they are written at its end",
                       r->uid, run_state_name(r->state),
                       r->steps ? run_progress(r, a) : "not started");
    case RUN_DONE:
        return err_set(e, ERR_NOINPUT, "run %s left no artifacts: %s writes none", r->uid, r->algo);
    default:
        return err_set(e, ERR_NOINPUT,
                       "run %s has no artifacts: it %s before its end; rlbench resume %s goes on",
                       r->uid, r->state == RUN_STOPPED ? "was stopped" : run_state_name(r->state),
                       r->uid);
    }
}

/* ---- listing ---- */

static void list_json(const struct artifact_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "v", json_integer(1));
        json_object_set_new(o, "name", json_string(file_base(rows[i].path)));
        json_object_set_new(o, "path", json_string(rows[i].path));
        json_object_set_new(o, "step", json_integer((json_int_t)rows[i].step));
        json_object_set_new(o, "bytes", json_integer((json_int_t)rows[i].bytes));
        json_object_set_new(o, "sha256", json_string(rows[i].sha256));
        json_print(o);
    }
}

static void list(const struct artifact_row *rows, size_t n)
{
    struct table t;
    table_init(&t, "NAME|BYTES|STEP|SHA256|PATH", "lrrll");
    for (size_t i = 0; i < n; i++) {
        table_add(&t, file_base(rows[i].path));
        table_printf(&t, "%llu", (unsigned long long)rows[i].bytes);
        table_printf(&t, "%llu", (unsigned long long)rows[i].step);
        table_printf(&t, "%.12s", rows[i].sha256);
        table_add(&t, rows[i].path);
    }
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
}

/* ---- copying ---- */

/* Before anything is written: nothing of another is replaced by accident. */
static int check_targets(const char *folder, const struct artifact_row *rows, size_t n,
                         struct err *e)
{
    int status = OK;
    for (size_t i = 0; i < n && status == OK; i++) {
        char *target = mem_printf("%s/%s", folder, file_base(rows[i].path));
        if (file_exists(target))
            status =
                err_set(e, ERR_CANTCREAT,
                        "%s is there already; nothing was copied. --force replaces it", target);
        free(target);
    }
    return status;
}

/* The content of an artifact, as it was recorded. */
static int read_checked(const struct artifact_row *row, struct buf *content, struct err *e)
{
    char sha256[65];
    int status = file_read(row->path, MAX_BYTES, content, e);
    if (status != OK)
        return status;
    file_sha256_bytes(content->data, content->len, sha256);
    if (*row->sha256 && strcmp(sha256, row->sha256) != 0)
        return err_set(e, ERR_DATA, "%s is not the file that was recorded: its SHA-256 has changed",
                       row->path);
    return OK;
}

static int copy(const char *folder, const struct artifact_row *row, struct err *e)
{
    struct buf content = {0};
    char *target = mem_printf("%s/%s", folder, file_base(row->path));
    int status = read_checked(row, &content, e);
    if (status == OK)
        status = file_write_atomic(target, content.data, content.len, e);
    if (status == OK)
        puts(target);
    free(target);
    buf_finish(&content);
    return status;
}

static int copy_all(const struct cli *c, const struct artifact_row *rows, size_t n, struct err *e)
{
    const char *folder = cli_get(c, "out");
    int status = file_mkdirs(folder, e);
    if (status == OK && !cli_has(c, "force"))
        status = check_targets(folder, rows, n, e);
    for (size_t i = 0; i < n && status == OK; i++)
        status = copy(folder, &rows[i], e);
    return status;
}

/* ---- one file of all ---- */

static bool is_array(const struct artifact_row *row)
{
    size_t n = strlen(row->path);
    return n > 4 && strcmp(row->path + n - 4, ".npy") == 0;
}

static int write_safetensors(const struct cli *c, const struct run_row *run, struct arena *a,
                             const struct artifact_row *rows, size_t n, struct err *e)
{
    const char *target = cli_get(c, "safetensors");
    struct safetensors_array *arrays = mem_alloc((n + 1) * sizeof *arrays);
    struct buf *contents = mem_alloc((n + 1) * sizeof *contents), file = {0};
    size_t count = 0;
    int status = OK;
    if (file_exists(target) && !cli_has(c, "force"))
        status = err_set(e, ERR_CANTCREAT, "%s is there already; --force replaces it", target);
    for (size_t i = 0; i < n && status == OK; i++) {
        if (!is_array(&rows[i]))
            continue;
        const char *name = file_base(rows[i].path);
        status = read_checked(&rows[i], &contents[i], e);
        arrays[count++] =
            (struct safetensors_array){.name = arena_strndup(a, name, strlen(name) - 4),
                                       .npy = contents[i].data,
                                       .bytes = contents[i].len};
    }
    if (status == OK)
        status = safetensors_encode(arrays, count, run->uid, &file, e);
    if (status == OK)
        status = file_write_atomic(target, file.data, file.len, e);
    if (status == OK)
        puts(target);
    for (size_t i = 0; i < n; i++)
        buf_finish(&contents[i]);
    buf_finish(&file);
    free(contents);
    free(arrays);
    return status;
}

static int run(struct cli *c, struct err *e)
{
    struct store *s = NULL;
    struct arena a = {0};
    struct run_row r;
    struct artifact_row *rows;
    size_t n;
    int status = cli_open_store(c, &s, e);
    if (status == OK)
        status = cli_find_run(c, s, &a, &r, e);
    if (status == OK)
        status = store_run_artifacts(s, r.id, &a, &rows, &n, e);
    if (status == OK) {
        n = keep_results(rows, n);
        if (n == 0)
            status = none(&r, &a, e);
        else if (cli_has(c, "safetensors"))
            status = write_safetensors(c, &r, &a, rows, n, e);
        else if (cli_has(c, "out"))
            status = copy_all(c, rows, n, e);
        else if (cli_has(c, "json"))
            list_json(rows, n);
        else
            list(rows, n);
    }
    arena_finish(&a);
    store_close(s);
    return status;
}

const struct verb verb_artifacts = {
    .name = "artifacts",
    .args = "RUN [--out DIR | --safetensors FILE] [--force]",
    .doc = "list or copy the results of a run",
    .examples = "rlbench artifacts @last\n"
                "rlbench artifacts @last --out results\n"
                "rlbench artifacts @last --safetensors network.safetensors\n"
                "rlbench artifacts k3f --json\n",
    .opts = opts,
    .run = run,
};
