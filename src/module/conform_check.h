/* Inside the checker's child: what every check gets, and how it answers. */
#ifndef RLBENCH_MODULE_CONFORM_CHECK_H
#define RLBENCH_MODULE_CONFORM_CHECK_H

#include "base/mem.h"
#include "module/conform.h"
#include "worker/rig.h"

#include <stdbool.h>

/* A world for an algorithm under test. */
struct world {
    const rlb_env *env; /* NULL: none needed */
    rlb_value *params;  /* defaults */
};

struct conform {
    const rlb_algo *algo; /* one of the two is under test */
    const rlb_env *env;
    const struct world *worlds; /* candidates for an algorithm */
    size_t num_worlds;
    const struct world *world; /* the one it accepts; NULL: not looked for yet */
    rlb_value *params;         /* defaults of the plugin under test */
    uint32_t index;            /* of a check that is made once per parameter */
    uint64_t steps;            /* length of a course: about a tenth of a second; 0: not measured */
    char text[600];            /* the sentence */
    struct err err;            /* of the last helper that failed */
};

/* Verdicts with a sentence. */
enum conform_verdict conform_ok(struct conform *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum conform_verdict conform_fail(struct conform *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum conform_verdict conform_skip(struct conform *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct conform_check {
    const char *name;
    enum conform_verdict (*run)(struct conform *c);
    bool per_param; /* made once per parameter; its name is completed with the parameter's */
};
extern const struct conform_check conform_algo_checks[]; /* end with a NULL name */
extern const struct conform_check conform_env_checks[];

/* Default values of a table of parameters; owned. */
rlb_value *conform_defaults(const rlb_param *params, uint32_t stride, uint32_t n);
/* The values worth trying for a parameter: its ends, choices, neighbours of the default. At most
 * CONFORM_VALUES; returns how many. */
enum { CONFORM_VALUES = 64 };
size_t conform_values(const rlb_param *p, rlb_value *out);
/* Whether a failure came with a sentence of the plugin's own. */
bool conform_has_sentence(const char *text);

/* Memory in use, for growth: heap bytes and resident bytes. */
struct conform_memory {
    size_t heap, rss;
};
struct conform_memory conform_memory_now(void);
/* A sentence when memory grew in both of two equal stretches of work, by more than `slack` bytes of
 * heap or half a megabyte resident, else NULL. */
const char *conform_growth(const struct conform_memory m[3], size_t slack, char *out, size_t size);

/* Anything goes wrong in a picture: a sentence, or NULL. */
const char *conform_frame_fault(const rlb_frame *f, uint32_t declared_kind);

#endif
