/* Pictures of a run: drawn only when somebody looks. */
#include "fed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void draw_agents(struct fed *f, rlb_frame *out)
{
    uint32_t cols = (uint32_t)ceil(sqrt(2.0 * f->num_agents)); /* cells are taller than wide */
    if (cols > f->num_agents)
        cols = f->num_agents;
    uint32_t rows = (f->num_agents + cols - 1) / cols;
    fed_average(f);
    for (uint32_t i = 0; i < rows * cols; i++)
        f->picture[i] = NAN;
    for (uint32_t k = 0; k < f->num_kinds; k++)
        for (uint32_t i = 0; i < f->groups[k].count; i++) {
            uint32_t slot = f->groups[k].first + i;
            f->picture[fed_agent_of(f, slot, k)] =
                (float)sqrt(fed_sqdist(fed_theta(f, slot), f->mean, f->d));
        }
    out->a = f->picture;
    out->rows = rows;
    out->cols = cols;
    out->lo = 0;
    out->caption = "each agent's distance from the average";
}

/* Action probabilities of the averaged parameter; beside them, after a gap, those of theta*. */
static void draw_policy(struct fed *f, rlb_frame *out)
{
    uint32_t A = f->A, cols = f->has_truth ? 2 * A + 1 : A;
    fed_average(f);
    for (uint32_t s = 0; s < f->S; s++) {
        float *row = f->picture + (size_t)s * cols;
        for (uint32_t a = 0; a < A; a++)
            f->q[a] = features_dot(&f->phi, s * A + a, f->mean);
        policy_probs(&f->policy, f->q, A, f->probs);
        for (uint32_t a = 0; a < A; a++)
            row[a] = (float)f->probs[a];
        for (uint32_t a = 0; f->has_truth && a < A; a++)
            row[A + 1 + a] = (float)f->pi_star[s * A + a];
        if (f->has_truth)
            row[A] = NAN;
    }
    out->a = f->picture;
    out->rows = f->S;
    out->cols = cols;
    out->lo = 0;
    out->hi = 1;
    out->caption = f->has_truth ? "pi(a|s) of the average | of theta*" : "pi(a|s) of the average";
}

static void draw_values(struct fed *f, rlb_frame *out)
{
    fed_average(f);
    for (uint32_t pair = 0; pair < f->S * f->A; pair++)
        f->picture[pair] = (float)features_dot(&f->phi, pair, f->mean);
    out->a = f->picture;
    out->rows = f->S;
    out->cols = f->A;
    out->caption = "Q(s, a) of the average";
}

static void draw_occupancy(struct fed *f, rlb_frame *out)
{
    uint32_t kinds = f->num_kinds < 4 ? f->num_kinds : 4, cols = 2 * kinds;
    size_t used = 0;
    for (uint32_t k = 0; k < kinds; k++)
        used += (size_t)snprintf(f->text + used, sizeof f->text - used,
                                 "%skind %u exact\nkind %u visited", k ? "\n" : "", k, k);
    for (uint32_t k = 0; k < kinds; k++) {
        const uint64_t *visits = f->seen + (size_t)k * f->S;
        uint64_t all = 0;
        for (uint32_t s = 0; s < f->S; s++)
            all += visits[s];
        for (uint32_t s = 0; s < f->S; s++) {
            float *bar = f->picture + (size_t)s * cols + 2 * (size_t)k;
            bar[0] = f->has_truth ? (float)f->occupancy[(size_t)k * f->S + s] : NAN;
            bar[1] = all ? (float)((double)visits[s] / (double)all) : 0;
        }
    }
    out->a = f->picture;
    out->rows = f->S;
    out->cols = cols;
    out->lo = 0;
    out->col_labels = f->text;
    out->caption = "share of time by state, exact and visited";
}

static void draw_summary(struct fed *f, rlb_frame *out)
{
    size_t used = 0, size = sizeof f->text;
    uint64_t H = f->live.local_steps;
    fed_average(f);
#define LINE(...)                                                                                  \
    do {                                                                                           \
        int wrote = snprintf(f->text + used, size - used, __VA_ARGS__);                            \
        used = wrote < 0 || (size_t)wrote >= size - used ? size - 1 : used + (size_t)wrote;        \
    } while (0)
    LINE("agents       %u of %u kind%s\n", f->num_agents, f->num_kinds,
         f->num_kinds == 1 ? "" : "s");
    LINE("local steps  %llu\n", (unsigned long long)f->sums.steps);
    if (f->mode == MODE_FEDERATED || f->mode == MODE_AVERAGED_ENVIRONMENT)
        LINE("round        %llu, next in %llu steps\n", (unsigned long long)f->sums.rounds,
             (unsigned long long)(H > f->sums.since ? H - f->sums.since : 0));
    LINE("drift        %.4g\n", fed_spread(f));
    if (f->has_truth) {
        double star, local;
        uint32_t agree = 0;
        fed_errors(f, &star, &local);
        for (uint32_t s = 0; s < f->S; s++) {
            for (uint32_t a = 0; a < f->A; a++)
                f->q[a] = features_dot(&f->phi, s * f->A + a, f->mean);
            agree += policy_best(f->q, f->A) == policy_best(f->pi_star + (size_t)s * f->A, f->A);
        }
        LINE("mse          %.4g to theta*\n", star);
        LINE("             %.4g to own optima\n", local);
        LINE("best action  as at theta* in %u of %u\n", agree, f->S);
    } else {
        LINE("mse          theta* is not known\n");
    }
#undef LINE
    out->text = f->text;
}

rlb_status fed_view(void *self, uint32_t index, rlb_frame *out)
{
    static void (*const draw[NUM_VIEWS])(struct fed *, rlb_frame *) = {
        [VIEW_AGENTS] = draw_agents, [VIEW_POLICY] = draw_policy,
        [VIEW_PCA] = fed_draw_pca,   [VIEW_OCCUPANCY] = draw_occupancy,
        [VIEW_VALUES] = draw_values, [VIEW_SUMMARY] = draw_summary,
    };
    static const uint32_t kinds[NUM_VIEWS] = {
        [VIEW_AGENTS] = RLB_VIEW_HEATMAP, [VIEW_POLICY] = RLB_VIEW_HEATMAP,
        [VIEW_PCA] = RLB_VIEW_SCATTER,    [VIEW_OCCUPANCY] = RLB_VIEW_BARS,
        [VIEW_VALUES] = RLB_VIEW_HEATMAP, [VIEW_SUMMARY] = RLB_VIEW_TEXT,
    };
    struct fed *f = self;
    out->kind = kinds[index];
    draw[index](f, out);
    return RLB_OK;
}
