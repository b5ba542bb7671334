/* Verbs: one file each, one row in verbs.def. Options are tables: parsing, --help, man pages and
 * completion derive. */
#ifndef RLBENCH_CMD_CMD_H
#define RLBENCH_CMD_CMD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct opt {
    const char *name; /* long name without dashes */
    char letter;      /* short name, 0: none */
    const char *arg;  /* name of its argument, NULL: a flag */
    const char *doc;  /* one line */
};

struct cli;

struct verb {
    const char *name;
    const char *args;       /* "RECIPE [OPTION]..." */
    const char *doc;        /* one line */
    const char *examples;   /* lines, first in --help */
    const struct opt *opts; /* ends with a NULL name; the global ones (--db, --plugin-path, --color,
                               …) are added */
    int (*run)(struct cli *cli, struct err *e);
};

/* A parsed command line. Positional arguments in order; options by name. */
struct cli {
    const struct verb *verb;
    const char **args;
    size_t num_args;
    const char **opt_names, **opt_values; /* in order; value "" for flags */
    size_t num_opts;
};

/* The last value given, NULL when absent. */
const char *cli_get(const struct cli *c, const char *name);
bool cli_has(const struct cli *c, const char *name);
/* The i-th value of a repeatable option, NULL past the end. */
const char *cli_get_nth(const struct cli *c, const char *name, size_t i);
/* Owned path of the database these options mean. */
char *cli_database(const struct cli *c);
/* Parses and runs; prints errors to stderr as "rlbench VERB: sentence"; returns the exit code. */
int cli_main(int argc, char **argv);

extern const struct verb *const verbs[]; /* NULL-terminated */
extern const struct opt global_opts[];

#endif
