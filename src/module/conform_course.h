/* A course: an algorithm run for a number of steps in WINDOWS logging windows, and what it
 * measured. Two courses that should be the same run are compared point by point. */
#ifndef RLBENCH_MODULE_CONFORM_COURSE_H
#define RLBENCH_MODULE_CONFORM_COURSE_H

#include "module/conform_check.h"

enum { COURSE_WINDOWS = 16 };

struct course {
    double *points; /* [COURSE_WINDOWS][num_metrics + 3]; NaN: no sample. The last three:
                       transitions, episodes, sum of rewards */
    uint32_t width;
    uint32_t windows; /* done */
    uint64_t steps;   /* of the whole course */
    uint64_t done;
    bool finished; /* the algorithm had nothing left to do */
    uint64_t rss;  /* when it began */
};

/* What happens besides stepping. */
struct course_how {
    uint64_t seed;      /* of the run */
    uint32_t lanes;     /* of the environment; 0: 1 */
    bool cut;           /* into slices of a few steps */
    bool look;          /* all pictures between slices */
    bool act;           /* greedy actions between slices */
    bool measure_twice; /* measure() once more at each logging point */
};

/* The plainest: seed 1, whole windows, nobody looks. */
extern const struct course_how course_plain;

void course_init(struct course *s, const struct conform *c);
void course_finish(struct course *s);
/* The rig under test with the world that it accepts, found on the first call. */
bool course_rig(struct conform *c, const struct course_how *how, struct rig **out);
/* Goes on until `windows` windows are done. False with the sentence in c->err. */
bool course_run(struct conform *c, struct rig *r, const struct course_how *how, uint32_t windows,
                struct course *s);
/* A whole course from create to destroy. */
bool course_whole(struct conform *c, const struct course_how *how, struct course *s);
/* Where two courses differ, as a sentence, or NULL. */
const char *course_difference(const struct conform *c, const struct course *a,
                              const struct course *b, char *out, size_t size);
/* Steps that take about a tenth of a second, measured once and kept in c->steps. */
bool course_length(struct conform *c);

/* Checks of checkpoints (conform_resume.c) and of what an algorithm may have besides
 * (conform_extras.c). */
enum conform_verdict resume_same(struct conform *c);
enum conform_verdict resume_damage(struct conform *c);
enum conform_verdict extras_live(struct conform *c);
enum conform_verdict extras_results(struct conform *c);
enum conform_verdict extras_clients(struct conform *c);
enum conform_verdict extras_unknown(struct conform *c);

#endif
