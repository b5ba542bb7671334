#include "tui/starter.h"

#include "base/build.h"
#include "base/sysinfo.h"
#include "plan/plan.h"
#include "store/store.h"
#include "supervisor/supervisor.h"
#include "tui/config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the child ---- */

/* The head of the answer: one fact a line; "---" ends it. */
static void print_facts(FILE *out, const struct recipe *r, const struct plan *p, const int64_t *ids)
{
    fprintf(out, "errors %zu\n", r->num_errors);
    for (size_t i = 0; i < r->diags.len; i++)
        if (!r->diags.data[i].warning) {
            fprintf(out, "line %u\ncolumn %u\n", r->diags.data[i].at.line,
                    r->diags.data[i].at.column);
            break;
        }
    fprintf(out, "runs %zu\n", p ? p->runs.len : 0);
    for (size_t i = 0; ids && i < p->runs.len; i++)
        fprintf(out, "run %" PRId64 "\n", ids[i]);
    fprintf(out, "---\n");
}

static int start_plan(const char *database, struct plan *p, int64_t *ids, struct err *e)
{
    char build[256];
    struct store *s;
    int64_t experiment;
    plan_note_repository(p);
    int status = store_open_write(database, &s, e);
    if (status != OK)
        return status;
    status = store_add_plan(s, p, build_line(build, sizeof build), &experiment, ids, e);
    store_close(s);
    if (status != OK)
        return status;
    int most = config_get()->jobs ? config_get()->jobs : sysinfo_cpus();
    int jobs = p->runs.len < (size_t)most ? (int)p->runs.len : most;
    return supervisor_spawn(database, ids, p->runs.len, jobs, e);
}

static int launch(bool run, const char *database, const char *plugin_path, const char *path,
                  FILE *out, struct err *e)
{
    struct recipe recipe;
    struct registry registry = {0};
    struct plan plan = {0};
    struct buf text = {0};
    int64_t *ids = NULL;
    int status = recipe_read(path, &recipe, e);
    bool planned = false;
    if (status == OK || recipe.root) { /* a tree with mistakes: the rest of them, too */
        status = registry_load(&registry, *plugin_path ? plugin_path : NULL, e);
        if (status == OK) {
            status = plan_make(&recipe, &registry, NULL, 0, NULL, &plan, e);
            planned = status == OK;
        }
    }
    if (planned && run) {
        ids = mem_alloc((plan.runs.len + 1) * sizeof *ids);
        status = start_plan(database, &plan, ids, e);
    }
    print_facts(out, &recipe, planned ? &plan : NULL, status == OK ? ids : NULL);
    recipe_print_diags(&recipe, &text);
    if (text.len == 0 && planned)
        buf_puts(&text, plan.resolved_text);
    if (status != OK && recipe.num_errors == 0)
        fprintf(out, "%s\n", e->text);
    fwrite(buf_text(&text), 1, text.len, out);
    free(ids);
    buf_finish(&text);
    if (planned)
        plan_finish(&plan);
    registry_finish(&registry);
    recipe_finish(&recipe);
    return status;
}

int starter_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    bool run = argc == 4 && strcmp(argv[0], "run") == 0;
    if (argc != 4 || (!run && strcmp(argv[0], "check") != 0)) {
        fputs("rlbench --starter: for the workbench only; see rlbench run --help\n", stderr);
        return ERR_USAGE;
    }
    /* The answer ends when this process does, whatever it has started. */
    int answer = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), null = open("/dev/null", O_WRONLY);
    FILE *out = answer < 0 ? NULL : fdopen(answer, "w");
    if (!out || null < 0)
        return ERR_IO;
    dup2(null, STDOUT_FILENO);
    close(null);
    config_load(NULL, NULL); /* whoever started us was told of mistakes */
    int status = launch(run, argv[1], argv[2], argv[3], out, &e);
    return fclose(out) == 0 ? status : ERR_IO;
}

/* ---- the parent ---- */

void starter_parse(const char *answer, struct starter_answer *out)
{
    *out = (struct starter_answer){.text = ""};
    for (const char *line = answer; *line;) {
        size_t n = strcspn(line, "\n");
        char name[16];
        long long value;
        if (n == 3 && strncmp(line, "---", 3) == 0) {
            out->understood = true;
            out->text = line + n + (line[n] == '\n');
            return;
        }
        if (sscanf(line, "%15s %lld", name, &value) == 2) {
            if (strcmp(name, "errors") == 0)
                out->errors = (int)value;
            else if (strcmp(name, "line") == 0)
                out->line = (unsigned)value;
            else if (strcmp(name, "column") == 0)
                out->column = (unsigned)value;
            else if (strcmp(name, "runs") == 0)
                out->runs = (size_t)value;
            else if (strcmp(name, "run") == 0)
                vec_push(&out->ids, (int64_t)value);
        }
        line += n + (line[n] == '\n');
    }
}

void starter_finish(struct starter_answer *l)
{
    vec_finish(&l->ids);
}
