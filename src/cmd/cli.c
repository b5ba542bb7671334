#include "config.h"

#include "cmd/cmd.h"
#include "cmd/gates.h"
#include "cmd/verb_man.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "module/bench.h"
#include "module/conform.h"
#include "module/dump.h"
#include "module/module.h"
#include "supervisor/supervisor.h"
#include "tui/asker.h"
#include "tui/config.h"
#include "tui/starter.h"
#include "worker/worker.h"
#include <rlbench/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERB(n) extern const struct verb verb_##n;
#include "cmd/verbs.def"
#undef VERB

const struct verb *const verbs[] = {
#define VERB(n) &verb_##n,
#include "cmd/verbs.def"
#undef VERB
    NULL};

extern const struct verb verb_workbench; /* what no verb at all means */

const struct opt global_opts[] = {
    {"db", 0, "FILE", "the results database"},
    {"plugin-path", 0, "DIRS", "more folders with plugins, separated by colons"},
    {"color", 0, "WHEN", "auto, always or never"},
    {"help", 'h', NULL, "this help"},
    {NULL, 0, NULL, NULL},
};

const char *cli_get_nth(const struct cli *c, const char *name, size_t i)
{
    for (size_t k = 0; k < c->num_opts; k++)
        if (strcmp(c->opt_names[k], name) == 0 && i-- == 0)
            return c->opt_values[k];
    return NULL;
}

const char *cli_get(const struct cli *c, const char *name)
{
    const char *last = NULL;
    for (size_t k = 0; k < c->num_opts; k++)
        if (strcmp(c->opt_names[k], name) == 0)
            last = c->opt_values[k];
    return last;
}

bool cli_has(const struct cli *c, const char *name)
{
    return cli_get(c, name) != NULL;
}

char *cli_database(const struct cli *c)
{
    const char *named = cli_get(c, "db"), *variable = getenv("RLBENCH_DB");
    if (!named && !(variable && *variable) && !file_exists("rlbench.db") && config_get()->database)
        named = config_get()->database;
    return place_database(named);
}

static const struct opt *find_opt(const struct verb *v, const char *name, size_t n, char letter)
{
    const struct opt *const tables[] = {v->opts, global_opts};
    for (int t = 0; t < 2; t++)
        for (const struct opt *o = tables[t]; o && o->name; o++)
            if (letter ? o->letter == letter
                       : strlen(o->name) == n && strncmp(o->name, name, n) == 0)
                return o;
    return NULL;
}

static int unknown_option(const struct verb *v, const char *given, struct err *e)
{
    VEC(const char *) names = {0};
    for (const struct opt *o = v->opts; o && o->name; o++)
        vec_push(&names, o->name);
    for (const struct opt *o = global_opts; o->name; o++)
        vec_push(&names, o->name);
    const char *bare = given + strspn(given, "-");
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(bare, "="), bare);
    const char *near = strlen(word) > 1 ? text_nearest(word, names.data, names.len) : NULL;
    vec_finish(&names);
    if (near)
        return err_set(e, ERR_USAGE, "unknown option %s; did you mean --%s?", given, near);
    return err_set(e, ERR_USAGE, "unknown option %s; see rlbench %s%s--help", given, v->name,
                   *v->name ? " " : "");
}

static void add_opt(struct cli *c, const char *name, const char *value)
{
    c->opt_names = mem_grow(c->opt_names, c->num_opts + 1, sizeof *c->opt_names);
    c->opt_values = mem_grow(c->opt_values, c->num_opts + 1, sizeof *c->opt_values);
    c->opt_names[c->num_opts] = name;
    c->opt_values[c->num_opts++] = value;
}

/* --name VALUE, --name=VALUE, -n VALUE, -- ends options. */
static int parse(struct cli *c, int argc, char **argv, struct err *e)
{
    bool options = true;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (!options || word[0] != '-' || word[1] == '\0') {
            c->args = mem_grow(c->args, c->num_args + 1, sizeof *c->args);
            c->args[c->num_args++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            options = false;
            continue;
        }
        bool is_long = word[1] == '-';
        const char *name = word + 2;
        const char *equals = is_long ? strchr(name, '=') : NULL;
        const struct opt *o =
            is_long ? find_opt(c->verb, name, equals ? (size_t)(equals - name) : strlen(name), 0)
            : word[2] == '\0' ? find_opt(c->verb, "", 0, word[1])
                              : NULL;
        if (!o)
            return unknown_option(c->verb, word, e);
        if (!o->arg && equals)
            return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
        if (o->arg && !equals && i + 1 >= argc)
            return err_set(e, ERR_USAGE, "--%s needs a value: --%s %s", o->name, o->name, o->arg);
        add_opt(c, o->name, !o->arg ? "" : equals ? equals + 1 : argv[++i]);
    }
    return OK;
}

static void print_opts(const struct opt *o)
{
    for (; o && o->name; o++) {
        char left[64], letter[8] = "";
        if (o->letter)
            snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->arg ? " " : "",
                 o->arg ? o->arg : "");
        printf("  %-26s %s\n", left, o->doc);
    }
}

static void print_indented(const char *lines)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        printf("  %.*s\n", (int)n, lines);
        lines += n + (lines[n] == '\n');
    }
}

static void verb_help(const struct verb *v)
{
    printf("rlbench %s %s\n%s\n", v->name, v->args, v->doc);
    if (v->examples) {
        printf("\nExamples\n");
        print_indented(v->examples);
    }
    printf("\nOptions\n");
    print_opts(v->opts);
    print_opts(global_opts);
}

static void program_help(void)
{
    printf("rlbench: a terminal workbench for reinforcement learning\n\n"
           "  rlbench                    open the workbench\n"
           "  rlbench run RECIPE         run a recipe here, with a progress line\n"
           "  rlbench VERB --help        what a verb does, examples first\n\nVerbs\n");
    for (const struct verb *const *v = verbs; *v; v++)
        printf("  %-12s %s\n", (*v)->name, (*v)->doc);
    printf("\nOptions\n");
    print_opts(global_opts);
    print_opts(verb_workbench.opts);
    printf("  %-26s %s\n", "--version", "version of the program and its ABI");
    printf("\nManual: man rlbench, rlbench-recipe(5), rlbench-db(5), rlbench-keys(7)\n");
}

static int report(const char *where, int status, const struct err *e)
{
    if (status != OK && e->text[0]) {
        fflush(stdout);
        fprintf(stderr, "rlbench%s%s: %s\n", *where ? " " : "", where, e->text);
    }
    return status;
}

/* Its mistakes stop everything but the verb that tells of them, and the one behind Tab. */
static int configure(const struct verb *v, struct err *e)
{
    struct buf diags = {0};
    int status = config_load(&diags, e);
    bool goes_on = v == &verb_doctor || v == &verb_completion;
    if (!goes_on)
        fputs(buf_text(&diags), stderr);
    buf_finish(&diags);
    return goes_on ? OK : status;
}

static int run_verb(const struct verb *v, int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct cli c = {.verb = v};
    int status = parse(&c, argc, argv, &e);
    if (status == OK && cli_has(&c, "help"))
        verb_help(v);
    else if (status == OK && (status = configure(v, &e)) == OK)
        status = v->run(&c, &e);
    bool lost = ferror(stdout); /* by an earlier flush of a long output */
    if (status == OK && fflush(stdout) != 0)
        status = err_sys(&e, ERR_IO, "cannot write the output");
    else if (status == OK && lost)
        status = err_set(&e, ERR_IO, "not all of the output could be written");
    report(v->name, status, &e);
    free(c.args);
    free(c.opt_names);
    free(c.opt_values);
    return status;
}

/* Roles that this program starts itself in; each row checks its own arguments. */
static int role_scan(int argc, char **argv)
{
    return argc == 1 ? module_scan_main(argv[0]) : ERR_USAGE;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv); /* what follows the name */
} roles[] = {
    {"--asker", asker_main},          /* asks the database for the screen Query */
    {"--bench", bench_main},          /* times a plugin */
    {"--conform", conform_main},      /* checks one */
    {"--dump", dump_main},            /* writes an environment's model */
    {"--man", verb_man_main},         /* a verb's manual page */
    {"--ranks", ranks_main},          /* one run spread over MPI */
    {"--scan", role_scan},            /* reads a module's tables */
    {"--starter", starter_main},      /* starts supervisors for the workbench */
    {"--supervise", gates_supervise}, /* a detached supervisor */
    {"--worker", worker_main},        /* one run */
};

int cli_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const char *first = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(first, roles[i].name) == 0)
            return roles[i].run(argc - 2, argv + 2);
    if (strcmp(first, "--version") == 0) {
        printf("rlbench %s (plugin ABI %d.%d)\n", PACKAGE_VERSION, RLB_ABI_MAJOR, RLB_ABI_MINOR);
        return OK;
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0) {
        program_help();
        return OK;
    }
    if (argc <= 1 || first[0] == '-')
        return run_verb(&verb_workbench, argc > 1 ? argc - 1 : 0, argv + 1);
    VEC(const char *) names = {0};
    for (const struct verb *const *v = verbs; *v; v++) {
        if (strcmp(first, (*v)->name) == 0) {
            free(names.data);
            return run_verb(*v, argc - 2, argv + 2);
        }
        vec_push(&names, (*v)->name);
    }
    const char *near = text_nearest(first, names.data, names.len);
    free(names.data);
    if (near)
        return report("", err_set(&e, ERR_USAGE, "no verb '%s'; did you mean '%s'?", first, near),
                      &e);
    return report("", err_set(&e, ERR_USAGE, "no verb '%s'; rlbench --help lists them", first), &e);
}
