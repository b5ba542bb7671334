/* What the parts of rlbench doctor share. */
#ifndef RLBENCH_CMD_DOCTOR_H
#define RLBENCH_CMD_DOCTOR_H

#include "cmd/cmd.h"
#include "store/store.h"

enum health { FINE, NOTE, BAD }; /* a NOTE is worth knowing; only BAD makes the exit code 1 */
struct finding {
    const char *part, *name, *text;
    enum health health;
};
struct doctor {
    const struct cli *cli;
    struct arena arena;
    VEC(struct finding) findings;
    char *database;
    struct store *store; /* NULL when there is none */
};

/* Adds a finding. */
void doctor_find(struct doctor *d, enum health health, const char *part, const char *name,
                 const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Health of the database and what dead supervisors left behind. */
void doctor_database(struct doctor *d);

#endif
