/* One response of the Leader's refined again and again by the Follower, told as text. */
#include "slhf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 5, MOST_ATTRIBUTES = 64, MOST_LENGTH = 64, BAR = 12, MOST_SHOWN = 8 };

struct story {
    struct slhf *s;
    size_t used;
    double low[MOST_ATTRIBUTES], high[MOST_ATTRIBUTES];
};

RLB_PRINTF(2, 3)
static void tell(struct story *t, const char *fmt, ...)
{
    size_t room = sizeof t->s->text - t->used;
    va_list ap;
    va_start(ap, fmt);
    int wrote = vsnprintf(t->s->text + t->used, room, fmt, ap);
    va_end(ap);
    t->used += wrote < 0 || (size_t)wrote >= room ? room - 1 : (size_t)wrote;
}

static void scores_of(const struct slhf *s, uint32_t x, uint32_t y, double *out)
{
    int32_t tokens[MOST_LENGTH];
    problem_string(&s->problem, y, tokens);
    s->problem.table->attributes(s->problem.self, x, tokens, out);
}

static void find_ranges(struct story *t, uint32_t x)
{
    const struct problem *pr = &t->s->problem;
    double score[MOST_ATTRIBUTES];
    for (uint32_t y = 0; y < pr->n; y++) {
        scores_of(t->s, x, y, score);
        for (uint32_t k = 0; k < pr->K; k++) {
            t->low[k] = y ? fmin(t->low[k], score[k]) : score[k];
            t->high[k] = y ? fmax(t->high[k], score[k]) : score[k];
        }
    }
}

/* Each attribute as a bar from the lowest to the highest score there is. */
static void tell_attributes(struct story *t, uint32_t x, uint32_t y)
{
    const struct problem *pr = &t->s->problem;
    double score[MOST_ATTRIBUTES];
    scores_of(t->s, x, y, score);
    for (uint32_t k = 0; k < pr->K && k < MOST_SHOWN; k++) {
        double span = t->high[k] - t->low[k];
        int length = span > 0 ? (int)(BAR * (score[k] - t->low[k]) / span + 0.5) : 0;
        tell(t, "   %2u  %.*s%.*s %8.3g\n", k + 1, length, "############", BAR - length,
             "............", score[k]);
    }
}

void slhf_draw_refinement(struct slhf *s, rlb_frame *out)
{
    const struct problem *pr = &s->problem;
    struct story t = {.s = s};
    char name[80];
    rlb_rng rng;
    *s->text = 0;
    rlb_rng_init(&rng, s->seed, UINT64_C(1) << 32); /* the same draws while one watches */
    uint32_t x = problem_context(pr, &rng), n = pr->n;
    bool bars = pr->K > 0 && pr->K <= MOST_ATTRIBUTES;
    slhf_policies(s, x);
    if (bars)
        find_ranges(&t, x);
    uint32_t y = rlb_rng_choice(&rng, s->pi, n);
    for (int i = 1; i <= STEPS; i++) {
        problem_name(pr, y, name, sizeof name);
        tell(&t, "%s %d  %s\n", i == 1 ? "Leader  " : "Follower", i, name);
        if (bars)
            tell_attributes(&t, x, y);
        if (i == STEPS)
            break;
        uint32_t z = rlb_rng_choice(&rng, s->omega + (size_t)y * n, n);
        double better = 1 - problem_p(pr, x)[(size_t)y * n + z];
        tell(&t, "   the next is preferred with %.2f: %s\n", better,
             better > 0.5   ? "better"
             : better < 0.5 ? "worse"
                            : "even");
        y = z;
    }
    out->text = s->text;
}
