/* Preference games over token strings: a judge compares several attributes. */
#include "judge.h"

#include <stdio.h>
#include <string.h>

enum {
    P_CONTEXTS,
    P_VOCABULARY,
    P_LENGTH,
    P_ATTRIBUTES,
    P_ORACLE,
    P_SLOPE,
    P_ENDS,
    P_WORLD_SEED,
    P_NOISE,
    NUM_PARAMS
};
static const char *const oracles[] = {"hard", "soft", NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_CONTEXTS] = RLB_INT("contexts", 1, 1, 65536, "", 0,
                           "Prompts, each with attributes of its "
                           "own; all equally likely."),
    [P_VOCABULARY] = RLB_INT("vocabulary", 4, 2, 256, "", 0, "Tokens V."),
    [P_LENGTH] = RLB_INT("length", 4, 1, 64, "", 0, "Tokens L of a response."),
    [P_ATTRIBUTES] =
        RLB_INT("attributes", 5, 1, MOST_ATTRIBUTES, "", 0, "Attributes K drawn for a prompt."),
    [P_ORACLE] = RLB_ENUM("oracle", ORACLE_HARD, oracles, 0,
                          "hard: the share of attributes that are larger, ties by half; soft: the "
                          "mean of sigma(slope times the difference in standard deviations)."),
    [P_SLOPE] = RLB_REAL("slope", 3, 0.001, 1000, "", RLB_P_LOG, "Slope of the soft oracle."),
    [P_ENDS] = RLB_BOOL("ends", 0, 0,
                        "The last token ends a string, whatever follows it; brevity is one "
                        "attribute more."),
    [P_WORLD_SEED] = RLB_INT("world_seed", 0, 0, 1e15, "", 0, "Which attributes are drawn."),
    [P_NOISE] =
        RLB_BOOL("noise", 0, 0, "Rewards are draws of 0 or 1 instead of the probability itself."),
};

static const rlb_view views[] = {
    {"attributes", "Scores of the last response beside those of the response it was judged by.",
     RLB_VIEW_BARS, 0},
};

struct sequence_game {
    rlb_preference_lanes lanes; /* first: the lib's functions take this struct */
    rlb_preference problem;
    struct judge judge;
    float picture[2 * (MOST_ATTRIBUTES + 1)];
    char caption[300];
};

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    (void)host;
    rlb_preference_spaces(out, (uint32_t)v[P_CONTEXTS].i, (uint32_t)v[P_VOCABULARY].i,
                          (uint32_t)v[P_LENGTH].i);
    return RLB_OK;
}

static double weight(void *self, uint32_t x)
{
    const struct sequence_game *g = self;
    (void)x;
    return 1.0 / g->judge.contexts;
}

static double prefer(void *self, uint32_t x, const int32_t *y, const int32_t *z)
{
    const struct sequence_game *g = self;
    return judge_prefer(&g->judge, x, y, z);
}

static void attributes(void *self, uint32_t x, const int32_t *y, double *out)
{
    const struct sequence_game *g = self;
    judge_scores(&g->judge, x, y, out);
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    const rlb_value *v = setup->params;
    struct sequence_game *g = host->alloc(host, sizeof *g);
    if (!g)
        return host->fail(host, RLB_E_NOMEM, "no memory for a game");
    g->judge = (struct judge){.contexts = (uint32_t)v[P_CONTEXTS].i,
                              .vocabulary = (uint32_t)v[P_VOCABULARY].i,
                              .length = (uint32_t)v[P_LENGTH].i,
                              .drawn = (uint32_t)v[P_ATTRIBUTES].i,
                              .attributes = (uint32_t)(v[P_ATTRIBUTES].i + v[P_ENDS].i),
                              .oracle = (uint32_t)v[P_ORACLE].i,
                              .end = v[P_ENDS].i ? (int32_t)v[P_VOCABULARY].i - 1 : -1,
                              .slope = v[P_SLOPE].r};
    rlb_status status = judge_init(&g->judge, host, (uint64_t)v[P_WORLD_SEED].i);
    if (status != RLB_OK)
        return status;
    g->problem = (rlb_preference){.size = sizeof g->problem,
                                  .num_contexts = g->judge.contexts,
                                  .vocabulary = g->judge.vocabulary,
                                  .length = g->judge.length,
                                  .num_attributes = g->judge.attributes,
                                  .weight = weight,
                                  .prefer = prefer,
                                  .attributes = attributes};
    status = rlb_preference_lanes_init(&g->lanes, host, &g->problem, setup->num_lanes,
                                       (uint32_t)v[P_NOISE].i);
    if (status == RLB_OK)
        *out = g;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static void write_string(char *out, size_t size, const int32_t *y, uint32_t length)
{
    size_t used = 0;
    for (uint32_t t = 0; t < length && used + 5 < size; t++)
        used += (size_t)snprintf(out + used, size - used, "%s%d", t ? " " : "", (int)y[t]);
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct sequence_game *g = self;
    uint32_t L = g->judge.length, K = g->judge.attributes;
    const int32_t *y = g->lanes.answer + (size_t)lane * L,
                  *z = g->lanes.opponent + (size_t)lane * L;
    uint32_t x = (uint32_t)((const int32_t *)g->lanes.batch->obs)[lane];
    double score[2][MOST_ATTRIBUTES + 1] = {{0}};
    char a[140] = "", b[140] = "";
    (void)index;
    if (y[0] >= 0) {
        judge_scores(&g->judge, x, y, score[0]);
        judge_scores(&g->judge, x, z, score[1]);
        write_string(a, sizeof a, y, L);
        write_string(b, sizeof b, z, L);
    }
    for (uint32_t k = 0; k < K; k++) {
        g->picture[2 * k] = (float)score[0][k];
        g->picture[2 * k + 1] = (float)score[1][k];
    }
    snprintf(g->caption, sizeof g->caption, "%s%s%s", a,
             y[0] >= 0 ? " against " : "nothing said yet", b);
    out->kind = RLB_VIEW_BARS;
    out->rows = K;
    out->cols = 2;
    out->a = g->picture;
    out->lo = out->hi = NAN;
    out->col_labels = "response\nopponent";
    out->caption = g->caption;
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    struct sequence_game *g = self;
    return strcmp(id, RLB_PREFERENCE) == 0 ? &g->problem : NULL;
}

static const rlb_env prefgame_sequence = {
    .size = sizeof prefgame_sequence,
    .id = "prefgame-sequence",
    .title = "Preference games over strings",
    .doc = "Responses are strings of tokens with several attributes, and the judge counts how many "
           "of them are better: though every attribute is a scalar, the preference goes in "
           "circles, and no response beats all others. An algorithm that learns from rewards sees "
           "a bandit: the probability to be preferred to a random string.",
    .citation = "Pásztor, Kleine Buening, Krause: Stackelberg Learning from Human Feedback, arXiv "
                "2512.16626, 2025",
    .version = "1.0",
    .params = params,
    .num_params = NUM_PARAMS,
    .param_stride = sizeof(rlb_param),
    .views = views,
    .num_views = 1,
    .view_stride = sizeof(rlb_view),
    .spaces = spaces,
    .create = create,
    .destroy = destroy,
    .bind = rlb_preference_bind,
    .reset = rlb_preference_reset,
    .step = rlb_preference_step,
    .view = view,
    .save = rlb_preference_save,
    .load = rlb_preference_load,
    .interface = interface,
};

RLB_MODULE_ENV(prefgame_sequence)
