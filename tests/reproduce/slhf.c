/* Judges the SLHF recipes: reads "experiment,label,seed,step,metric,value" lines (CSV, in the order
 * of runs and steps), writes a report in Markdown, and exits 1 when a condition does not hold. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_POINTS = 1 << 19, SEEDS = 10 };

static struct point {
    char experiment[40], label[80], metric[48];
    long seed, step;
    double value;
} * points;
static size_t num_points;
static int failures;

static void read_points(FILE *in)
{
    char line[500];
    points = calloc(MAX_POINTS, sizeof *points);
    while (points && fgets(line, sizeof line, in)) {
        struct point *p = &points[num_points];
        char *label = strchr(line, ',');
        if (!label)
            continue;
        *label++ = 0;
        char *end = strchr(label, ',');
        if (!end)
            continue;
        *end++ = 0;
        if (*label == '"' && label[1]) { /* as CSV writes a label with odd characters */
            label++;
            label[strlen(label) - 1] = 0;
        }
        if (num_points < MAX_POINTS &&
            sscanf(end, "%ld,%ld,%47[^,],%lf", &p->seed, &p->step, p->metric, &p->value) == 4) {
            snprintf(p->experiment, sizeof p->experiment, "%.39s", line);
            snprintf(p->label, sizeof p->label, "%.79s", label);
            num_points++;
        }
    }
}

/* What a metric was in the runs of a label, seed by seed. */
struct figure {
    size_t n;
    double mean, low, high;
};

/* At the last step up to `step` (-1: of all). The points of a run follow one another. */
static struct figure find(const char *experiment, const char *label, const char *metric, long step)
{
    struct figure f = {0, 0, INFINITY, -INFINITY};
    const struct point *last = NULL;
    for (size_t i = 0; i <= num_points; i++) {
        const struct point *p = i < num_points ? &points[i] : NULL;
        bool fits = p && strcmp(p->metric, metric) == 0 && strcmp(p->label, label) == 0 &&
                    strcmp(p->experiment, experiment) == 0 && (step < 0 || p->step <= step);
        if (last && (!p || (fits && p->seed != last->seed))) {
            f.n++;
            f.mean += last->value;
            f.low = fmin(f.low, last->value);
            f.high = fmax(f.high, last->value);
            last = NULL;
        }
        if (fits)
            last = p;
    }
    if (f.n == 0) {
        fprintf(stderr, "%s has no %s under '%s'\n", experiment, metric, label);
        exit(2);
    }
    f.mean /= (double)f.n;
    return f;
}

__attribute__((format(printf, 2, 3))) static void judge(bool holds, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    printf("- %s: ", holds ? "holds" : "**DOES NOT HOLD**");
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    failures += !holds;
}

static const char *const games[] = {"condorcet3", "cycle-asym", "condorcet-vs-borda", "rps",
                                    "random-attributes"};
enum { NUM_GAMES = 5 };
static const double taus[] = {0.02, 0.1};
static const int kappas[] = {1, 5, 10};

static const char *exact_label(int game, int tau, int kappa)
{
    static char text[80];
    snprintf(text, sizeof text, "game=%s tau=%g follower_weight=%d", games[game], taus[tau],
             kappas[kappa]);
    return text;
}

static const char *sampled_label(int game, int tau)
{
    static char text[80];
    snprintf(text, sizeof text, "game=%s tau=%g", games[game], taus[tau]);
    return text;
}

#define EXACT "slhf-three-concepts"
#define SAMPLED "slhf-three-concepts-sampled"
#define REWARD "slhf-three-concepts-reward"
#define NASH "slhf-three-concepts-nash"
#define SEQUENCE "slhf-sequence"

static double exact(int game, int tau, int kappa, const char *metric)
{
    return find(EXACT, exact_label(game, tau, kappa), metric, -1).mean;
}

static void report_gaps(void)
{
    double worst = 0;
    printf("## E1: three solution concepts (recipes slhf-three-concepts*)\n\n");
    printf("Duality gap after 20,000 steps; exact gradients of logits for kappa 1, 5 and 10, and "
           "sampled (kappa 5, 32 pairs a step, %d seeds).\n\n",
           SEEDS);
    printf("| game | tau | kappa 1 | kappa 5 | kappa 10 | sampled |\n|---|---|---|---|---|---|\n");
    for (int g = 0; g < NUM_GAMES; g++)
        for (int t = 0; t < 2; t++) {
            printf("| %s | %g |", games[g], taus[t]);
            for (int k = 0; k < 3; k++) {
                double gap = exact(g, t, k, "game/gap");
                worst = fmax(worst, gap);
                printf(" %.1e |", fmax(gap, 0));
            }
            struct figure f = find(SAMPLED, sampled_label(g, t), "game/gap", -1);
            printf(" %.4f (%.4f, %.4f) |\n", f.mean, f.low, f.high);
        }
    printf("\n");
    judge(worst <= 1e-3, "(a) gap at most 1e-3 with exact gradients on every game: %.1e at worst",
          worst);
}

static void report_cycle(void)
{
    double top = 1, nash = exact(1, 0, 0, "policy/entropy_nash");
    bool b_first = true;
    for (int k = 0; k < 3; k++) {
        top = fmin(top, exact(1, 0, k, "policy/leader_top"));
        b_first = b_first && exact(1, 0, k, "policy/leader_mode") == 1;
    }
    judge(b_first && top >= 0.95 && nash >= 0.9,
          "(b) cycle-asym, tau 0.02: the Leader plays B (mode %.0f of 0, 1, 2) with %.3f or more, "
          "the entropy of Nash is %.3f nat",
          exact(1, 0, 0, "policy/leader_mode"), top, nash);
    struct figure mode = find(SAMPLED, sampled_label(1, 0), "policy/leader_mode", -1);
    struct figure sampled = find(SAMPLED, sampled_label(1, 0), "policy/leader_top", -1);
    judge(mode.low == 1 && mode.high == 1 && mode.n == SEEDS,
          "(b) sampled: the Leader's mode is B in all %zu seeds, with probability %.3f (%.3f, "
          "%.3f)",
          mode.n, sampled.mean, sampled.low, sampled.high);
}

/* Which responses are as probable as the most probable one: by mode, probability and entropy of
 * three, a tie of all being uniform. */
static const char *favourite(const char *label)
{
    static const char *const names[] = {"A", "B", "C"};
    double entropy = find(REWARD, label, "policy/entropy", -1).mean;
    int mode = (int)find(REWARD, label, "policy/mode", -1).mean;
    return entropy > log(3) - 1e-9 ? "none" : names[mode];
}

static void report_data(void)
{
    static const char *const labels[] = {"all pairs", "chain", "more of A-B", "more of B-C",
                                         "on-policy"};
    bool differ[3] = {false};
    printf("\nWhat the reward-trained policy says first on condorcet3, by the pairs that were "
           "shown:");
    for (int i = 0; i < 5; i++) {
        const char *first = favourite(labels[i]);
        printf("%s %s: %s", i ? "," : "", labels[i], first);
        if (*first >= 'A' && *first <= 'C')
            differ[*first - 'A'] = true;
    }
    printf(" (which starts from a tie that rounding decides).\n\n");
    judge(differ[0] + differ[1] + differ[2] >= 2,
          "(c) the favourite takes at least 2 values over the samplers of pairs; those of "
          "Stackelberg and Nash follow from the preferences alone");
    double winner = exact(2, 0, 1, "policy/leader_mode");
    judge(winner == 0 && exact(2, 0, 1, "policy/rlhf_mode") == 1 &&
              strcmp(favourite("winner against score"), "B") == 0,
          "(d) condorcet-vs-borda, tau 0.02: the Leader's first is the Condorcet winner A "
          "(probability %.3f), that of the score is B",
          exact(2, 0, 1, "policy/leader_top"));
    printf("- seen, not judged: at tau 0.1 the exact equilibrium's first is %s (probability "
           "%.3f): a margin of 0.01 is below what that temperature resolves\n",
           exact(2, 1, 1, "policy/leader_mode") == 0 ? "A, too" : "B",
           exact(2, 1, 1, "policy/leader_top"));
}

static void report_passes(void)
{
    double chain[2], nash[2];
    static const double want[2][2] = {{2 / 3.0, 5 / 9.0}, {1, 19 / 27.0}};
    bool near = true;
    for (int i = 0; i < 2; i++) {
        char name[40];
        snprintf(name, sizeof name, "eval/pass_at_%d/chain", i + 2);
        chain[i] = exact(0, 0, 1, name);
        snprintf(name, sizeof name, "eval/pass_at_%d/nash", i + 2);
        nash[i] = exact(0, 0, 1, name);
        near = near && fabs(chain[i] - want[i][0]) <= 0.02 && fabs(nash[i] - want[i][1]) <= 0.02;
    }
    judge(near,
          "(e) condorcet3: chance to have seen the favourite among 2 and 3 responses %.3f and %.3f "
          "(.667, 1.0), with Nash %.3f and %.3f (.556, .704)",
          chain[0], chain[1], nash[0], nash[1]);
    double cold = find(NASH, "game=cycle-asym tau=0", "game/exploitability", -1).mean;
    judge(cold < 1e-9, "the linear program's policy cannot be exploited: %.1e", fmax(0, cold));
}

static void show(const char *name, struct figure f)
{
    printf("%s%.3f (%.3f, %.3f)", name, f.mean, f.low, f.high);
}

static void report_sequence(void)
{
    struct figure paired[3], early[3];
    char label[40];
    printf("\n## E2: sequences, tabular (recipe slhf-sequence, %d seeds)\n\n", SEEDS);
    printf("| kappa | F over its L, 4,000 steps | at the end | F refines the reference's | Leader "
           "over reference | Leader over Nash | F over Nash | guarantee | gap |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    for (int k = 0; k < 3; k++) {
        static const char *const metrics[] = {"eval/transfer/follower/ref", "eval/rr/leader/ref",
                                              "eval/rr/leader/nash",        "eval/rr/follower/nash",
                                              "game/leader_guarantee",      "game/gap"};
        snprintf(label, sizeof label, "follower_weight=%d", kappas[k]);
        early[k] = find(SEQUENCE, label, "eval/paired_f_over_l", 4000);
        paired[k] = find(SEQUENCE, label, "eval/paired_f_over_l", -1);
        printf("| %d | ", kappas[k]);
        show("", early[k]);
        show(" | ", paired[k]);
        for (size_t i = 0; i < 6; i++)
            show(" | ", find(SEQUENCE, label, metrics[i], -1));
        printf(" |\n");
    }
    double star = find(SEQUENCE, "follower_weight=5", "game/value_star", -1).mean;
    struct figure start = find(SEQUENCE, "follower_weight=5", "game/leader_guarantee", 500);
    struct figure end = find(SEQUENCE, "follower_weight=5", "game/leader_guarantee", -1);
    struct figure nash = find(SEQUENCE, "follower_weight=5", "eval/rr/leader/nash", -1);
    printf("\n");
    judge(paired[1].n == SEEDS && paired[1].mean >= 0.57 && paired[1].mean <= 0.63,
          "kappa 5: the Follower beats its own Leader in .57 to .63 (theory .600): %.3f",
          paired[1].mean);
    judge(early[1].mean - early[0].mean >= 0.08,
          "at 4,000 steps kappa 1 is lower than kappa 5 by .08 or more: %.3f, %.3f", early[0].mean,
          early[1].mean);
    judge(end.mean - start.mean >= 0.10,
          "kappa 5: the guarantee ends .10 or more above its start: %.3f at step 500, %.3f at the "
          "end, of f* = %.3f",
          start.mean, end.mean, star);
    judge(fabs(nash.mean - 0.5) <= 0.06,
          "kappa 5: the Leader against exact Nash in .44 to .56: %.3f", nash.mean);
}

int main(void)
{
    read_points(stdin);
    report_gaps();
    report_cycle();
    report_data();
    report_passes();
    report_sequence();
    printf("\n%s\n", failures ? "Not every condition holds." : "Every condition holds.");
    free(points);
    return failures > 0;
}
