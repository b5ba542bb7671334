/* A plan in parts, where one machine is not enough: a folder with one database (a spool) for each
 * of its runs, written by whoever runs it, brought together at the end. */
#ifndef RLBENCH_CMD_SPOOL_H
#define RLBENCH_CMD_SPOOL_H

#include "cmd/cmd.h"
#include "plan/plan.h"

#include <stdint.h>

/* Runs of a plan are numbered from 1. */

/* --only N or N@DIGEST: the number in *n. ERR_USAGE when the plan has no such run; ERR_DATA when
 * it is not the plan whose digest begins so (the recipe was changed meanwhile). */
int spool_parse_only(const char *text, const struct plan *plan, size_t *n, struct err *e);
/* The row of the plan's run n in this database, added when there is none; whether it is done. */
int spool_take(struct plan *plan, size_t n, const char *database, int64_t *id, bool *done,
               struct err *e);
/* The same, and runs it unless it is done; one that was broken off goes on where it was. */
int spool_run(const struct cli *cli, struct plan *plan, size_t n, const char *database,
              struct err *e);

/* The folder for the spools of a plan beside its database, or --spool; owned. Made by
 * nobody here. */
char *spool_folder(const struct cli *cli, const char *database, const struct plan *plan);
/* The spool of run n; owned. */
char *spool_file(const char *folder, size_t n);
/* Whether run n is done there. */
bool spool_is_done(const char *folder, const struct plan *plan, size_t n);
/* Brings every spool that is there into the database as one experiment. ids[plan->runs.len] get
 * the numbers of the runs there, 0 for one that has no spool. */
int spool_merge(const char *folder, const struct plan *plan, const char *database, int64_t *ids,
                struct err *e);

/* An absolute path for one that may not exist yet; owned. */
char *spool_absolute(const char *path);

#endif
