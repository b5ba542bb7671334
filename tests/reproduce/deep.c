/* Judges the deep learners: reads "experiment,seed,steps,step,value" lines (CSV of evaluations, in
 * the order of runs and steps), writes a report in Markdown, and exits 1 when a condition does not
 * hold. */
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEEDS = 100 };

struct seed {
    long number;
    double best, last;
};

/* The level that counts as reached, and what others report for the same problem. */
static const struct goal {
    const char *recipe;
    double level;
    const char *why, *published;
} goals[] = {
    {"dqn-cartpole", 475, "the environment's own threshold",
     "CleanRL dqn.py 488.69 ± 16.11 (500,000 steps); RL Zoo 500 ± 0 (50,000 steps)"},
    {"ppo-cartpole", 475, "the environment's own threshold",
     "CleanRL ppo.py 490.04 ± 6.12 (500,000 steps); RL Zoo 500 ± 0 (100,000 steps)"},
    {"dqn-acrobot", -100, "the environment's own threshold",
     "CleanRL dqn.py -91.54 ± 7.20 (500,000 steps); RL Zoo -76.639 ± 11.752 (100,000 steps)"},
    {"ppo-acrobot", -100, "the environment's own threshold",
     "CleanRL ppo.py -86.36 ± 1.32 (500,000 steps); RL Zoo -73.506 ± 18.201 (1,000,000 steps)"},
    {"dqn-mountain-car", -110, "the environment's own threshold",
     "CleanRL dqn.py -194.95 ± 8.48 (500,000 steps); RL Zoo -100.849 ± 9.925 (120,000 steps)"},
    {"ppo-mountain-car", -110, "the environment's own threshold",
     "CleanRL ppo.py -200.00 ± 0.00 (500,000 steps); RL Zoo -110.423 ± 19.473 (1,000,000 steps)"},
    {"ppo-pendulum", -200, "our own: the environment has none",
     "CleanRL ppo_continuous_action.py -1141.98 ± 135.55, RPO -151.08 ± 3.73 (8,000,000 steps); RL "
     "Zoo -172.225 ± 104.159 (100,000 steps, gSDE)"},
};
enum { NUM_GOALS = sizeof goals / sizeof goals[0], NEEDED = 9 /* of ten seeds */ };

static struct results {
    long steps;
    size_t n;
    struct seed seeds[MAX_SEEDS];
} results[NUM_GOALS];

static struct results *find(const char *recipe)
{
    for (size_t i = 0; i < NUM_GOALS; i++)
        if (strcmp(goals[i].recipe, recipe) == 0)
            return &results[i];
    fprintf(stderr, "no recipe called %s is judged\n", recipe);
    exit(2);
}

static void add(struct results *r, long number, long steps, double value)
{
    if (r->n == 0 || r->seeds[r->n - 1].number != number) {
        if (r->n == MAX_SEEDS)
            exit(2);
        r->seeds[r->n++] = (struct seed){.number = number, .best = -INFINITY};
    }
    struct seed *s = &r->seeds[r->n - 1];
    r->steps = steps;
    s->last = value;
    s->best = fmax(s->best, value);
}

static void read_rows(FILE *in)
{
    char line[300], recipe[64];
    long seed, steps, step;
    double value;
    while (fgets(line, sizeof line, in))
        if (sscanf(line, "%63[^,],%ld,%ld,%ld,%lf", recipe, &seed, &steps, &step, &value) == 5)
            add(find(recipe), seed, steps, value);
}

/* Returns how many reach the level. */
static size_t write_row(const char *what, const double *values, size_t n, double level)
{
    const size_t start[] = {0, n};
    const struct stats_scores scores = {1, start, values};
    struct stats_interval i = stats_bootstrap(&scores, STATS_IQM, 0, &STATS_RESAMPLING);
    size_t reached = 0;
    for (size_t k = 0; k < n; k++)
        reached += values[k] >= level;
    printf("| %s | %.1f [%.1f, %.1f] | %zu of %zu |", what, i.point, i.low, i.high, reached, n);
    for (size_t k = 0; k < n; k++)
        printf(" %.1f", values[k]);
    printf(" |\n");
    return reached;
}

/* Returns whether the condition fails. */
static int report(const struct goal *g, const struct results *r)
{
    double best[MAX_SEEDS], last[MAX_SEEDS];
    printf("## %s (%ld steps, %zu seeds)\n\n", g->recipe, r->steps, r->n);
    if (r->n == 0) {
        printf("Not run.\n\n");
        return 1;
    }
    for (size_t i = 0; i < r->n; i++) {
        best[i] = r->seeds[i].best;
        last[i] = r->seeds[i].last;
    }
    printf("Published: %s.\n\n| evaluation | IQM | at least %g | seeds %ld to %ld |\n"
           "|---|---|---|---|\n",
           g->published, g->level, r->seeds[0].number, r->seeds[r->n - 1].number);
    size_t reached = write_row("best", best, r->n, g->level);
    write_row("last", last, r->n, g->level);
    int holds = reached * 10 >= NEEDED * r->n;
    printf("\n- %s: an evaluation of at least %g (%s) in at least %d of 10 seeds: %zu of %zu\n\n",
           holds ? "holds" : "**DOES NOT HOLD**", g->level, g->why, NEEDED, reached, r->n);
    return !holds;
}

int main(void)
{
    int failures = 0;
    read_rows(stdin);
    for (size_t i = 0; i < NUM_GOALS; i++)
        failures += report(&goals[i], &results[i]);
    printf("%s\n", failures ? "Not every condition holds." : "Every condition holds.");
    return failures ? 1 : 0;
}
