/* Runs worker_run() in a thread of this process and plays the supervisor at the other end of a
 * socket pair, collecting everything that is said. */
#ifndef RLBENCH_TESTS_WORKER_DRIVE_H
#define RLBENCH_TESTS_WORKER_DRIVE_H

#include "base/mem.h"
#include "wire/wire.h"
#include "worker/job.h"
#include "worker/worker.h"

#include <pthread.h>
#include <stdbool.h>

struct drive_point {
    uint32_t metric, sub;
    uint64_t step;
    double value;
};
struct drive_episode {
    uint64_t step;
    uint32_t kind, index;
    double ret, extra;
    uint64_t length;
};
struct drive_metric {
    char *name;
    uint32_t flags;
};

struct drive {
    struct wire_job msg; /* fill before drive_start; defaults from drive_init */
    const rlb_algo *algo;
    const rlb_env *env;
    struct buf algo_params, env_params; /* drive_set */
    uint64_t max_slice;
    struct buf early; /* messages that were read together with the job */

    struct wire_link link; /* the supervisor's end */
    pthread_t thread;
    struct wire_link other;
    struct job job;
    int code; /* of worker_run */
    bool running, closed;

    bool ready, done, can_resume;
    uint64_t ready_step, done_step;
    enum done_reason reason;
    uint32_t done_code;
    char digest[65], message[2100];
    VEC(struct drive_metric) metrics;
    VEC(struct drive_point) points;
    VEC(struct drive_episode) episodes;
    struct buf events;      /* "kind: text\n" … */
    struct buf checkpoints; /* "step path\n" … */
    struct buf artifacts;
    char saved[400]; /* path of the newest checkpoint */
    uint64_t saved_step;
    struct buf views, frames;
    uint32_t num_frames, num_status;
    struct wire_status status; /* the last */
};

/* walker on the line, 100 steps, logging every 10, folder $SCRATCH/<name>. */
void drive_init(struct drive *d, const char *name);
void drive_set(struct buf *params, const char *key, const char *value);
void drive_start(struct drive *d);
/* Reads until DONE or the end of the connection; the thread is joined. */
void drive_finish(struct drive *d);
/* drive_start and drive_finish. */
void drive_run(struct drive *d);
void drive_send(struct drive *d, enum wire_type type, const void *msg);
/* Reads for at most ms while the condition is false; returns it. */
#define DRIVE_UNTIL(d, condition)                                                                  \
    for (int drive_i = 0; drive_i < 500 && !(condition) && !(d)->closed; drive_i++)                \
    drive_read((d), 20)
void drive_read(struct drive *d, int ms);
void drive_free(struct drive *d);

int drive_metric(const struct drive *d, const char *name);
/* The value of a metric at a step; NaN when there is no such point. */
double drive_value(const struct drive *d, const char *name, uint64_t step);
size_t drive_count(const struct drive *d, const char *name);
/* Whether all points but those of the clock, and all episodes, are the same. */
bool drive_same(const struct drive *a, const struct drive *b);
/* The points of b follow those of a up to step, as whole says. */
bool drive_joins(const struct drive *a, uint64_t step, const struct drive *b,
                 const struct drive *whole);

#endif
