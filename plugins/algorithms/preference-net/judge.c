/* Who improves on whom: responses drawn anew for every measurement, with a stream of their own, so
 * that measuring changes nothing. */
#include "net.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STORY_STEPS = 5, SHOWN_ATTRIBUTES = 8 };

static struct speaker *source_of(struct net *n, uint32_t i)
{
    struct speaker *const all[NUM_SOURCES] = {&n->reference, &n->rloo, &n->nash, &n->leader};
    return all[i]->net ? all[i] : NULL;
}

static struct speaker *refiner_of(struct net *n, uint32_t i)
{
    return i == REFINER_FOLLOWER ? n->follower : source_of(n, i);
}

/* Adds one batch. first: a response of each source; the Follower's answers to the Leader's count
 * as responses of its own in the round robin. */
static void add_batch(struct net *n, rlb_rng *rng)
{
    double share = 1.0 / ((double)n->B * n->eval_batches);
    int32_t *y = n->said[LEADER], *z = n->said[FOLLOWER];
    net_prompts(n, rng);
    for (uint32_t s = 0; s < NUM_SOURCES; s++) {
        if (!source_of(n, s))
            continue;
        speaker_draw(source_of(n, s), NULL, 0, n->prompts, NULL, rng, y, NULL);
        for (uint32_t r = 0; r < NUM_REFINERS; r++) {
            if (!refiner_of(n, r))
                continue;
            speaker_draw(refiner_of(n, r), NULL, 0, n->prompts, y, rng, z, NULL);
            for (uint32_t b = 0; b < n->B; b++)
                n->transfer[r][s] += share * net_prefer(n, b, z, y);
        }
    }
    /* the Leader's, and the Follower's answers to it, against independent responses of the others
     */
    for (uint32_t s = 0; s < SOURCE_LEADER; s++) {
        if (!source_of(n, s))
            continue;
        for (int who = 0; who < 2; who++) {
            speaker_draw(&n->leader, NULL, 0, n->prompts, NULL, rng, y, NULL);
            if (who) {
                speaker_draw(n->follower, NULL, 0, n->prompts, y, rng, z, NULL);
                memcpy(y, z, (size_t)n->B * n->L * sizeof *y);
            }
            speaker_draw(source_of(n, s), NULL, 0, n->prompts, NULL, rng, z, NULL);
            for (uint32_t b = 0; b < n->B; b++)
                n->rounds[who][s] += share * net_prefer(n, b, y, z);
        }
    }
}

static void judge_all(struct net *n)
{
    rlb_rng rng;
    memset(n->transfer, 0, sizeof n->transfer);
    memset(n->rounds, 0, sizeof n->rounds);
    rlb_rng_init(&rng, rlb_rng_derive(n->seed, 7), n->steps);
    for (uint32_t i = 0; i < n->eval_batches; i++)
        add_batch(n, &rng);
    n->measured = true;
}

rlb_status net_measure(void *self)
{
    struct net *n = self;
    if (n->steps < n->pretrain_steps || n->eval_batches == 0)
        return RLB_OK;
    judge_all(n);
    n->host->metric(n->host, M_PAIRED, n->transfer[REFINER_FOLLOWER][SOURCE_LEADER]);
    for (uint32_t r = 0; r < NUM_REFINERS; r++)
        for (uint32_t s = 0; s < NUM_SOURCES; s++)
            if (refiner_of(n, r) && source_of(n, s))
                n->host->metric(n->host, M_TRANSFER + r * NUM_SOURCES + s, n->transfer[r][s]);
    for (uint32_t who = 0; who < 2; who++)
        for (uint32_t s = 0; s < SOURCE_LEADER; s++)
            if (source_of(n, s))
                n->host->metric(n->host, M_ROUND + who * SOURCE_LEADER + s, n->rounds[who][s]);
    return RLB_OK;
}

static void draw_transfer(struct net *n, rlb_frame *out)
{
    for (uint32_t r = 0; r < NUM_REFINERS; r++)
        for (uint32_t s = 0; s < NUM_SOURCES; s++)
            n->picture[r * NUM_SOURCES + s] =
                n->measured && refiner_of(n, r) && source_of(n, s) ? (float)n->transfer[r][s] : NAN;
    out->rows = NUM_REFINERS;
    out->cols = NUM_SOURCES;
    out->a = n->picture;
    out->lo = 0;
    out->hi = 1;
    out->row_labels = "reference\nRLOO\nNash\nFollower";
    out->col_labels = "reference\nRLOO\nNash\nLeader";
    out->caption = n->measured
                       ? "how often the row improves a response of the column's, when last measured"
                       : "not measured yet";
}

RLB_PRINTF(3, 4)
static void tell(struct net *n, size_t *used, const char *fmt, ...)
{
    size_t room = sizeof n->text - *used;
    va_list ap;
    va_start(ap, fmt);
    int wrote = vsnprintf(n->text + *used, room, fmt, ap);
    va_end(ap);
    *used += wrote < 0 || (size_t)wrote >= room ? room - 1 : (size_t)wrote;
}

static void tell_response(struct net *n, size_t *used, int step, const int32_t *y)
{
    double score[64];
    tell(n, used, "%s %d  ", step ? "Follower" : "Leader  ", step + 1);
    for (uint32_t t = 0; t < n->L; t++)
        if (n->V <= 26)
            tell(n, used, "%c", 'A' + (int)y[t]);
        else
            tell(n, used, "%d ", (int)y[t]);
    if (n->K)
        n->table->attributes(n->self, (uint32_t)n->prompts[0], y, score);
    for (uint32_t k = 0; k < n->K && k < SHOWN_ATTRIBUTES; k++)
        tell(n, used, "%s%7.2f", k ? " " : "   ", score[k]);
    tell(n, used, "\n");
}

static void draw_refinement(struct net *n, rlb_frame *out)
{
    int32_t *y = n->said[LEADER], *z = n->said[FOLLOWER];
    size_t used = 0;
    rlb_rng rng;
    rlb_rng_init(&rng, rlb_rng_derive(n->seed, 8), 0); /* the same draws while one watches */
    net_prompts(n, &rng);
    speaker_draw(&n->leader, NULL, 0, n->prompts, NULL, &rng, y, NULL);
    tell(n, &used, "prompt %d\n", (int)n->prompts[0]);
    for (int i = 0; i < STORY_STEPS; i++) {
        tell_response(n, &used, i, y);
        speaker_draw(n->follower, NULL, 0, n->prompts, y, &rng, z, NULL);
        if (i + 1 < STORY_STEPS)
            tell(n, &used, "   the next is preferred with %.2f\n", net_prefer(n, 0, z, y));
        memcpy(y, z, (size_t)n->B * n->L * sizeof *y);
    }
    out->text = n->text;
}

/* ---- results */

static rlb_status get(void *self, uint32_t index, rlb_result *out)
{
    struct net *n = self;
    if (index > 0)
        return RLB_E_INVAL;
    if (n->eval_batches)
        judge_all(n);
    for (uint32_t r = 0; r < NUM_REFINERS; r++)
        for (uint32_t s = 0; s < NUM_SOURCES; s++)
            if (!n->eval_batches || !refiner_of(n, r) || !source_of(n, s))
                n->transfer[r][s] = NAN;
    *out = (rlb_result){.name = "transfer",
                        .doc = "(refiner, source): how often the first improves the second, of "
                               "reference, RLOO, Nash, Follower and reference, RLOO, Nash, Leader.",
                        .data = n->transfer,
                        .dtype = RLB_RESULT_F64,
                        .rank = 2,
                        .shape = {NUM_REFINERS, NUM_SOURCES}};
    return RLB_OK;
}

const rlb_results net_results = {.size = sizeof net_results, .count = 1, .get = get};

rlb_status net_view(void *self, uint32_t index, rlb_frame *out)
{
    struct net *n = self;
    out->kind = net_views[index].kind;
    out->lo = out->hi = NAN;
    if (index == VIEW_TRANSFER)
        draw_transfer(n, out);
    else
        draw_refinement(n, out);
    return RLB_OK;
}
