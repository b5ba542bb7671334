#include "cmd/slurm.h"

#include "base/child.h"
#include "base/file.h"
#include "cmd/launch.h"
#include "cmd/spool.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Slurm's arrays have indices up to MaxArraySize - 1, by default 1000: a longer plan is several
 * arrays, each with what is added to its indices. */
enum { ARRAY_MAX = 1000, ANSWER_MAX = 4096, TIMEOUT_MS = 60000, DIGEST_SHOWN = 12 };

struct slurm {
    const struct cli *cli;
    const struct plan *plan;
    char *database, *folder, *tasks, *merge, *self;
    VEC(size_t) missing; /* numbers of runs that are not done, ascending */
};

static void slurm_init(struct slurm *s, const struct cli *cli, const struct plan *plan)
{
    char *database = cli_database(cli);
    *s = (struct slurm){.cli = cli, .plan = plan, .self = place_self()};
    s->database = spool_absolute(database);
    s->folder = spool_folder(cli, s->database, plan);
    s->tasks = mem_printf("%s/tasks.sh", s->folder);
    s->merge = mem_printf("%s/merge.sh", s->folder);
    free(database);
    for (size_t n = 1; n <= plan->runs.len; n++)
        if (!spool_is_done(s->folder, plan, n))
            vec_push(&s->missing, n);
}

static void slurm_finish(struct slurm *s)
{
    free(s->database);
    free(s->folder);
    free(s->tasks);
    free(s->merge);
    free(s->self);
    vec_finish(&s->missing);
}

/* ---- the scripts ---- */

/* One word for the shell. */
static void put_word(struct buf *b, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=,+@%";
    if (*text && strspn(text, plain) == strlen(text)) {
        buf_puts(b, text);
        return;
    }
    buf_putc(b, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buf_puts(b, "'\\''");
        else
            buf_putc(b, *text);
    buf_putc(b, '\'');
}

/* Whatever makes the plan what it is, as it was given. */
static void put_options(struct buf *b, const struct cli *cli)
{
    static const char *const planning[] = {"set", "profile", "seeds", "plugin-path", "ranks"};
    for (size_t i = 0; i < cli->num_opts; i++)
        for (size_t k = 0; k < sizeof planning / sizeof planning[0]; k++)
            if (strcmp(cli->opt_names[i], planning[k]) == 0) {
                buf_printf(b, " --%s ", planning[k]);
                put_word(b, cli->opt_values[i]);
            }
}

static void put_variables(struct buf *b)
{
    static const char *const variables[] = {"RLBENCH_PLUGIN_PATH", "RLBENCH_RECIPES"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (getenv(variables[i])) {
            buf_printf(b, "export %s=", variables[i]);
            put_word(b, getenv(variables[i]));
            buf_putc(b, '\n');
        }
}

/* What the two have in common; `what` names the job and its log. The user's options come first:
 * of two equal ones Slurm takes the last. */
static void put_head(struct buf *b, const struct slurm *s, const char *what, const char *log)
{
    const char *options = cli_get(s->cli, "slurm-options");
    char *here = getcwd(NULL, 0);
    if (options)
        buf_printf(b, "#SBATCH %s\n", options);
    buf_printf(b, "#SBATCH --job-name=rlbench-%s\n", what);
    buf_printf(b, "#SBATCH --output=%s/%s\n", s->folder, log);
    if (here)
        buf_printf(b, "#SBATCH --chdir=%s\n", here);
    free(here);
}

static void write_tasks(const struct slurm *s, struct buf *b)
{
    char *recipe = spool_absolute(s->plan->recipe_path);
    buf_printf(b,
               "#!/bin/sh\n# The runs of %s, one for each task of a job array: index + $1 is the "
               "number of the run.\n# A run that is done is left alone, one that was broken off "
               "goes on from its checkpoint.\n",
               s->plan->name);
    put_head(b, s, s->plan->name, "task-%A-%a.log");
    buf_printf(b, "#SBATCH --ntasks=%u\n\n", s->plan->ranks > 1 ? s->plan->ranks : 1);
    put_variables(b);
    buf_puts(b, "run=$((SLURM_ARRAY_TASK_ID + ${1:-0}))\nspool=");
    put_word(b, s->folder);
    buf_puts(b, "/run-$(printf %05d \"$run\").db\nexec ");
    put_word(b, s->self);
    buf_printf(b, " run --quiet --only \"$run@%.*s\" --db \"$spool\"", DIGEST_SHOWN,
               s->plan->recipe_hash);
    put_options(b, s->cli);
    buf_puts(b, " -- ");
    put_word(b, recipe);
    buf_putc(b, '\n');
    free(recipe);
}

static void write_merge(const struct slurm *s, struct buf *b)
{
    buf_printf(b,
               "#!/bin/sh\n# Brings the runs of %s into one database; what is there already stays "
               "as it is.\n",
               s->plan->name);
    put_head(b, s, "merge", "merge-%j.log");
    buf_puts(b, "#SBATCH --ntasks=1\n\nset -- ");
    put_word(b, s->folder);
    buf_puts(b, "/run-*.db\n[ -e \"$1\" ] || exit 0\nexec ");
    put_word(b, s->self);
    buf_puts(b, " db merge --join --artifacts ");
    char *files = mem_printf("%s.d", s->database);
    put_word(b, files);
    free(files);
    buf_puts(b, " --db ");
    put_word(b, s->database);
    buf_puts(b, " \"$@\"\n");
}

/* ---- what is submitted ---- */

/* The missing runs of one array as "1-4,7", less its offset. */
static char *array_text(const struct slurm *s, size_t offset)
{
    struct buf b = {0};
    const size_t *runs = s->missing.data;
    for (size_t i = 0; i < s->missing.len; i++) {
        size_t first = i;
        if (runs[i] <= offset || runs[i] > offset + ARRAY_MAX)
            continue;
        while (i + 1 < s->missing.len && runs[i + 1] == runs[i] + 1 &&
               runs[i + 1] <= offset + ARRAY_MAX)
            i++;
        buf_printf(&b, "%s%zu", b.len ? "," : "", runs[first] - offset);
        if (i > first)
            buf_printf(&b, "-%zu", runs[i] - offset);
    }
    if (b.len && cli_get(s->cli, "jobs"))
        buf_printf(&b, "%%%s", cli_get(s->cli, "jobs"));
    return b.data;
}

/* sbatch's answer is the number of the job, perhaps with ";cluster" behind it. */
static int submit(const char *const *argv, struct buf *job, struct err *e)
{
    static const char missing[] = "is it on the PATH, is slurmctld there, and does it take the "
                                  "options? The command by hand tells:";
    buf_clear(job);
    if (!child_output(argv, NULL, TIMEOUT_MS, ANSWER_MAX, job) || job->len == 0) {
        struct buf line = {0};
        for (; *argv; argv++)
            buf_printf(&line, " %s", *argv);
        int status =
            err_set(e, ERR_FAILED, "sbatch did not take the job (%s%s)", missing, buf_text(&line));
        buf_finish(&line);
        return status;
    }
    job->data[strcspn(job->data, ";\n")] = '\0';
    job->len = strlen(job->data);
    return OK;
}

static int submit_arrays(const struct slurm *s, struct buf *after, struct err *e)
{
    struct buf job = {0};
    int status = OK;
    for (size_t offset = 0; offset < s->plan->runs.len && status == OK; offset += ARRAY_MAX) {
        char *indices = array_text(s, offset);
        char *option = mem_printf("--array=%s", indices ? indices : "");
        char *shift = mem_printf("%zu", offset);
        const char *const argv[] = {"sbatch", "--parsable", option, s->tasks, shift, NULL};
        if (indices)
            status = submit(argv, &job, e);
        if (indices && status == OK) {
            buf_printf(after, ":%s", job.data);
            printf("job %s: runs %s of %zu\n", job.data, indices, s->plan->runs.len);
        }
        free(indices);
        free(option);
        free(shift);
    }
    buf_finish(&job);
    return status;
}

static int submit_all(const struct slurm *s, struct err *e)
{
    struct buf after = {0}, job = {0};
    int status = submit_arrays(s, &after, e);
    char *dependency = mem_printf("--dependency=afterany%s", buf_text(&after));
    const char *const with[] = {"sbatch", "--parsable", dependency, s->merge, NULL};
    const char *const without[] = {"sbatch", "--parsable", s->merge, NULL};
    if (status == OK)
        status = submit(after.len ? with : without, &job, e);
    if (status == OK)
        printf("job %s: brings them into %s\n", job.data, s->database);
    free(dependency);
    buf_finish(&after);
    buf_finish(&job);
    return status;
}

static int write_script(const char *path, void (*write)(const struct slurm *, struct buf *),
                        const struct slurm *s, struct err *e)
{
    struct buf b = {0};
    write(s, &b);
    int status = file_write_atomic(path, b.data, b.len, e);
    if (status == OK && chmod(path, 0700) < 0)
        status = err_sys(e, ERR_CANTCREAT, "%s", path);
    buf_finish(&b);
    return status;
}

static void print_all(const struct slurm *s)
{
    struct buf b = {0};
    printf("# %zu of %zu runs are missing\n", s->missing.len, s->plan->runs.len);
    for (size_t offset = 0; offset < s->plan->runs.len; offset += ARRAY_MAX) {
        char *indices = array_text(s, offset);
        if (indices)
            printf("# sbatch --array=%s %s %zu\n", indices, s->tasks, offset);
        free(indices);
    }
    printf("# sbatch --dependency=afterany:JOB %s\n\n", s->merge);
    write_tasks(s, &b);
    buf_printf(&b, "\n# ---- %s\n", s->merge);
    write_merge(s, &b);
    fputs(b.data, stdout);
    buf_finish(&b);
}

/* The database is made now, where a mistake in its place still reaches somebody. */
static int make_places(const struct slurm *s, struct err *e)
{
    struct store *store = NULL;
    int status = store_open_write(s->database, &store, e);
    store_close(store);
    return status == OK ? file_mkdirs(s->folder, e) : status;
}

int slurm_launch(const struct cli *cli, struct plan *plan, struct err *e)
{
    struct slurm s;
    int jobs, status = launch_jobs(cli, plan->runs.len, &jobs, e);
    const char *options = cli_get(cli, "slurm-options");
    if (status == OK && options && strpbrk(options, "\n\r"))
        status = err_set(e, ERR_USAGE, "--slurm-options is one line of options of sbatch");
    if (status != OK)
        return status;
    slurm_init(&s, cli, plan);
    if (cli_has(cli, "dry-run")) {
        print_all(&s);
    } else {
        status = make_places(&s, e);
        if (status == OK)
            status = write_script(s.tasks, write_tasks, &s, e);
        if (status == OK)
            status = write_script(s.merge, write_merge, &s, e);
        if (status == OK && s.missing.len == 0)
            printf("all %zu runs are done in %s\n", plan->runs.len, s.folder);
        if (status == OK)
            status = submit_all(&s, e);
    }
    slurm_finish(&s);
    return status;
}
