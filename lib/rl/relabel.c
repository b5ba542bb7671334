#include <rlbench/relabel.h>

#include <math.h>

/* ---------------------------------------------------------------- the laws */

static uint64_t current(rlb_rng *rng, double discount, uint64_t ahead)
{
    (void)rng, (void)discount, (void)ahead;
    return 0;
}

/* floor(log v / log discount) = j when discount^(j+1) < v <= discount^j: the inverse of the
 * distribution function at v in (0, 1]. Beyond the end, and NaN (discount 1), are the end. */
static uint64_t geometric(rlb_rng *rng, double discount, uint64_t ahead)
{
    double k = 1 + floor(fabs(log1p(-rlb_rng_uniform(rng))) / fabs(log(discount)));
    return k < (double)ahead ? (uint64_t)k : ahead;
}

static uint64_t uniform(rlb_rng *rng, double discount, uint64_t ahead)
{
    (void)discount;
    return ahead ? 1 + rlb_rng_below64(rng, ahead) : 0;
}

static uint64_t rounded(rlb_rng *rng, double discount, uint64_t ahead)
{
    double u = rlb_rng_uniform(rng), n = (double)ahead;
    (void)discount;
    return (uint64_t)rint(fmin(1, n) * u + n * (1 - u));
}

static uint64_t final(rlb_rng *rng, double discount, uint64_t ahead)
{
    (void)rng, (void)discount;
    return ahead;
}

uint64_t rlb_goal_offset(rlb_rng *rng, uint32_t kind, double discount, uint64_t ahead)
{
    static uint64_t (*const laws[])(rlb_rng *, double, uint64_t) = {
        [RLB_GOAL_CURRENT] = current, [RLB_GOAL_GEOMETRIC] = geometric,
        [RLB_GOAL_UNIFORM] = uniform, [RLB_GOAL_ROUNDED] = rounded,
        [RLB_GOAL_FINAL] = final,
    };
    return laws[kind](rng, discount, ahead);
}

rlb_status rlb_goal_mix_check(const rlb_goal_mix *mix, const rlb_host *host)
{
    double sum = 0;
    for (uint32_t k = 0; k < RLB_NUM_GOALS; k++) {
        if (!(mix->p[k] >= 0))
            return host->fail(host, RLB_E_INVAL, "a fraction of goals may not be %g", mix->p[k]);
        sum += mix->p[k];
    }
    if (!(fabs(sum - 1) < 1e-9))
        return host->fail(host, RLB_E_INVAL,
                          "the fractions of current, future, final and random goals sum to %g: "
                          "they must sum to 1",
                          sum);
    if (!(mix->discount >= 0 && mix->discount <= 1))
        return host->fail(host, RLB_E_INVAL,
                          "the discount of goals in the future is %g: it must lie in [0, 1]",
                          mix->discount);
    return RLB_OK;
}

/* ---------------------------------------------------------------- episodes */

/* The last episode that starts at or before row: empty ones share their start with the next. */
uint64_t rlb_episodes_find(const rlb_episodes *e, uint64_t row)
{
    uint64_t low = 0, high = e->num_episodes;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (e->start[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* States after row in its episode; UINT64_MAX when row is no state. */
static uint64_t states_ahead(const rlb_episodes *e, uint64_t row)
{
    if (e->num_episodes == 0 || row < e->start[0])
        return UINT64_MAX;
    uint64_t end = e->start[rlb_episodes_find(e, row) + 1];
    return row + e->tail < end ? end - e->tail - 1 - row : UINT64_MAX;
}

static int any_state(const rlb_episodes *e, uint64_t ahead)
{
    for (uint64_t i = 0; i < e->num_episodes; i++)
        if (e->start[i + 1] - e->start[i] > e->tail + ahead)
            return 1;
    return 0;
}

/* Rows are drawn until one will do: exactly uniform and without a table. Only when that takes long
 * is it worth asking whether there is one. */
static int draw_state(const rlb_episodes *e, rlb_rng *rng, uint64_t ahead, uint64_t *row)
{
    enum { PATIENCE = 64 };
    uint64_t first = e->start[0], rows = e->start[e->num_episodes] - first;
    for (uint64_t tries = 0; rows; tries++) {
        if (tries == PATIENCE && !any_state(e, ahead))
            return 0;
        *row = first + rlb_rng_below64(rng, rows);
        uint64_t n = states_ahead(e, *row);
        if (n != UINT64_MAX && n >= ahead)
            return 1;
    }
    return 0;
}

static rlb_status nothing(const rlb_host *host, uint64_t ahead)
{
    return host->fail(host, RLB_E_INVAL,
                      "no episode has a state with %llu later ones: the episodes are too short",
                      (unsigned long long)ahead);
}

rlb_status rlb_episodes_draw(const rlb_episodes *e, const rlb_host *host, rlb_rng *rng,
                             uint64_t ahead, uint32_t n, uint64_t *row)
{
    for (uint32_t i = 0; i < n; i++)
        if (!draw_state(e, rng, ahead, &row[i]))
            return nothing(host, ahead);
    return RLB_OK;
}

rlb_status rlb_goals_draw(const rlb_episodes *e, const rlb_host *host, rlb_rng *rng,
                          const rlb_goal_mix *mix, uint32_t n, const uint64_t *row, uint64_t *goal)
{
    for (uint32_t i = 0; i < n; i++) {
        uint64_t ahead = states_ahead(e, row[i]);
        if (ahead == UINT64_MAX)
            return host->fail(host, RLB_E_INVAL, "row %llu is not a state of its episode",
                              (unsigned long long)row[i]);
        uint32_t kind = rlb_rng_choice(rng, mix->p, RLB_NUM_GOALS);
        if (kind != RLB_GOAL_RANDOM)
            goal[i] = row[i] + rlb_goal_offset(rng, kind, mix->discount, ahead);
        else if (!draw_state(e, rng, 0, &goal[i]))
            return nothing(host, 0);
    }
    return RLB_OK;
}
