/* A recipe's gates in the terms of judge_gate. */
#include "judge/recipe_gate.h"

#include "base/num.h"

#include <string.h>

const char *judge_gate_side(const struct plan_gate *g, const struct run_row *row)
{
    for (int k = 0; k < 2 && g->compare[k]; k++)
        if (plan_gate_means(g->compare[k], row->label, row->algo))
            return g->compare[k];
    return "others";
}

char *judge_gate_text(const struct plan_gate *g)
{
    char number[40];
    num_format_real(g->bound, number, sizeof number);
    if (strcmp(g->stat, "poi") == 0)
        return mem_printf("%s>%s@%s", g->compare[0], g->compare[1], number);
    return mem_printf("%s%s%s%s%s", g->compare[0], g->compare[1] ? " - " : "",
                      g->compare[1] ? g->compare[1] : "", g->at_most ? "<=" : ">=", number);
}

enum stats_aggregate judge_gate_aggregate(const struct plan_gate *g)
{
    for (int a = 0; a < STATS_NUM_AGGREGATES; a++)
        if (strcmp(stats_aggregate_name((enum stats_aggregate)a), g->stat) == 0)
            return (enum stats_aggregate)a;
    return STATS_IQM;
}
