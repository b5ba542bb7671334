/* The RUNs of a command line, and talking to whoever runs them. */
#ifndef RLBENCH_CMD_REFS_H
#define RLBENCH_CMD_REFS_H

#include "cmd/cmd.h"

#include "store/store.h"

/* A database open for reading and the runs named on the command line, in its order, each once. */
struct refs {
    char *database;
    struct store *store;
    VEC(struct run_row) rows;
    VEC(struct arena) texts; /* of each row */
};
/* ERR_USAGE without a RUN; ERR_NOINPUT for one that is not there. */
int refs_open(struct refs *r, const struct cli *cli, struct err *e);
void refs_close(struct refs *r);
/* Reads a row again. */
int refs_refresh(struct refs *r, size_t i, struct err *e);

/* Takes a run off the list; the order of the others stays. */
void refs_drop(struct refs *r, size_t i);

/* Queued, running or paused. */
bool refs_is_waiting(const struct run_row *row);
/* And somebody answers for it. */
bool refs_has_supervisor(const struct run_row *row);

/* Sends a command to every run's supervisor and waits up to wait_s for the state it leads to (done:
 * any end); prints one line per run. The first failure is the result, the others are told on
 * stderr. */
int refs_command(struct refs *r, const char *verb, const char *arg, bool (*reached)(int state),
                 int wait_s, bool json, struct err *e);

#endif
