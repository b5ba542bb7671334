/* A worker for the supervisor's tests: it speaks wire like the real one, learns nothing, and
 * crashes, hangs, prints or floods on request. The test programs are their own workers and
 * supervisors: FAKE_MAIN sends them there when they are started with a role. */
#ifndef RLBENCH_TESTS_SUPERVISOR_FAKE_H
#define RLBENCH_TESTS_SUPERVISOR_FAKE_H

#include "check.h"
#include "store/store.h"
#include "supervisor/client.h"
#include "supervisor/supervisor.h"

/* What a fake worker does, given as parameters of its run. */
struct fake_run {
    const char *mode;          /* "good" and what fake_worker.c lists */
    uint64_t steps;            /* one point of each of two metrics per step */
    uint64_t checkpoint_every; /* 0: none but at stop */
    uint64_t at;               /* step of the mishap */
    uint64_t delay_us;         /* per step */
    uint32_t watchdog_s;
    uint64_t memory_bytes;
    uint32_t on_nan; /* enum plan_on_nan */
};

/* "--worker" and "--supervise"; -1 when the arguments are none of these. */
int fake_role(int argc, char **argv);

/* ---- a laboratory: a database in $SCRATCH with these runs, one seed each ---- */
struct lab {
    char *database;
    int64_t ids[64];
    size_t n;
    struct arena arena;
    struct store *reader;
};
void lab_open(struct lab *l, const struct fake_run *runs, size_t n);
void lab_close(struct lab *l);
/* supervisor_run in this process on all of them. */
int lab_run(struct lab *l, int jobs, struct err *e);
/* supervisor_spawn on all of them. */
void lab_spawn(struct lab *l, int jobs);
struct run_row lab_row(struct lab *l, size_t i);
/* Waits up to 20 s for a state. */
struct run_row lab_await(struct lab *l, size_t i, enum run_state state);
/* Sends a command to the run's supervisor; the status of the reply. */
int lab_command(struct lab *l, size_t i, const char *verb, const char *arg);
/* How many events of this kind whose text contains `part`. */
size_t lab_events(struct lab *l, size_t i, const char *kind, const char *part);
/* One number from SQL; NAN for none. */
double lab_query(struct lab *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* PRAGMA integrity_check, our invariants, and: every visible step 1..steps exactly once per metric
 * with the value an uninterrupted run gives. */
void lab_check_whole(struct lab *l, size_t i, uint64_t steps);
/* The digest an uninterrupted good run of so many steps ends with. */
void fake_digest(uint64_t seed, uint64_t steps, char out[65]);

#define FAKE_MAIN(suite, ...)                                                                      \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        const struct check tests[] = {__VA_ARGS__};                                                \
        int role = fake_role(argc, argv);                                                          \
        return role >= 0 ? role : check_main(suite, tests, sizeof tests / sizeof tests[0]);        \
    }

#endif
