/* Performance profiles of the contenders. */
#include "tui/stats_model.h"

#include <math.h>

void stats_profiles_begin(struct stats_model *m, const bool *tasks)
{
    const struct judge *j = &m->judge;
    double lo = INFINITY, hi = -INFINITY;
    for (size_t c = 0; c < j->contenders.len; c++) {
        struct stats_profile_line p = {
            .contender = c, .of = judge_scores(j, c, tasks, JUDGE_NORMALISED, &m->arena)};
        size_t n = p.of.num_tasks ? p.of.start[p.of.num_tasks] : 0;
        for (size_t i = 0; i < n; i++) {
            lo = fmin(lo, p.of.values[i]);
            hi = fmax(hi, p.of.values[i]);
        }
        if (n)
            vec_push(&m->profile, p);
    }
    for (int i = 0; i < STATS_THRESHOLDS; i++)
        m->thresholds[i] = lo + (hi - lo) * i / (STATS_THRESHOLDS - 1);
}

bool stats_profiles_step(struct stats_model *m)
{
    while (m->profiles_done < m->profile.len) {
        struct stats_profile_line *p = &m->profile.data[m->profiles_done++];
        if (p->share) /* taken over */
            continue;
        struct stats_resampling how = m->resampling;
        if (how.replicates > STATS_PROFILE_REPLICATES)
            how.replicates = STATS_PROFILE_REPLICATES;
        p->share = arena_alloc(&m->arena, STATS_THRESHOLDS * sizeof *p->share);
        stats_profile(&p->of, m->thresholds, STATS_THRESHOLDS, &how, p->share);
        return true;
    }
    return false;
}
