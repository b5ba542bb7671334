/* Matrix games of preferences: n responses, p(i preferred to j) given by a table, one table for
 * every context. */
#include "games.h"

#include <string.h>

enum {
    P_GAME,
    P_CONTEXTS,
    P_RESPONSES,
    P_ATTRIBUTES,
    P_STRENGTH,
    P_WORLD_SEED,
    P_RANKINGS,
    P_MATRIX,
    P_NOISE,
    NUM_PARAMS
};
static const char *const games[] = {
    "condorcet3", "cycle-asym", "condorcet-vs-borda", "rps", "random-attributes", "population",
    "matrix",     NULL};

static const rlb_param params[NUM_PARAMS] = {
    [P_GAME] = RLB_ENUM("game", GAME_CONDORCET3, games, 0,
                        "condorcet3: A over B over C over A, each with 2/3; cycle-asym: the same "
                        "circle with .6, .9, .7; condorcet-vs-borda: A beats both with .51, B "
                        "beats C with .99; rps: every response beats the (n - 1) / 2 that follow; "
                        "random-attributes: a majority of normal scores; population: shares of "
                        "the given rankings; matrix: as written."),
    [P_CONTEXTS] = RLB_INT("contexts", 1, 1, 4096, "", 0,
                           "Prompts; random-attributes draws another game for each, the others "
                           "repeat theirs."),
    [P_RESPONSES] = RLB_INT("responses", 5, 1, MOST_RESPONSES, "", 0,
                            "Number n of responses, for rps (odd) and random-attributes."),
    [P_ATTRIBUTES] = RLB_INT("attributes", 5, 1, MOST_ATTRIBUTES, "", 0,
                             "Scores K of every response, for random-attributes."),
    [P_STRENGTH] = RLB_REAL("strength", 1, 0.5, 1, "", 0, "Probability of a win, for rps."),
    [P_WORLD_SEED] =
        RLB_INT("world_seed", 0, 0, 1e15, "", 0, "Which games random-attributes draws."),
    [P_RANKINGS] =
        RLB_STR("rankings", "ABC:1 BCA:1 CAB:1", 0,
                "Rankings of a population with their weights, best first, for population."),
    [P_MATRIX] =
        RLB_STR("matrix", "0.5 1; 0 0.5", RLB_P_TABLE,
                "Rows of preferences with ';' between them, for matrix: entry (i, j) is "
                "the probability that i is preferred to j. @FILE takes them from CSV or .npy."),
    [P_NOISE] =
        RLB_BOOL("noise", 0, 0, "Rewards are draws of 0 or 1 instead of the probability itself."),
};

static const rlb_view views[] = {
    {"preferences", "Row i, column j: the probability that i is preferred to j.", RLB_VIEW_HEATMAP,
     0},
};

struct matrix_game {
    rlb_preference_lanes lanes; /* first: the lib's functions take this struct */
    rlb_preference problem;
    struct game_shape shape;
    double *p;      /* [contexts][n][n] */
    double *scores; /* [contexts][attributes][n], NULL: none */
    float *picture; /* [n][n] */
};

static struct game_spec spec_of(const rlb_value *v)
{
    return (struct game_spec){.kind = (uint32_t)v[P_GAME].i,
                              .contexts = (uint32_t)v[P_CONTEXTS].i,
                              .responses = (uint32_t)v[P_RESPONSES].i,
                              .attributes = (uint32_t)v[P_ATTRIBUTES].i,
                              .strength = v[P_STRENGTH].r,
                              .seed = (uint64_t)v[P_WORLD_SEED].i,
                              .rankings = v[P_RANKINGS].s,
                              .matrix = v[P_MATRIX].s};
}

static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)
{
    struct game_spec spec = spec_of(v);
    struct game_shape shape;
    rlb_status status = game_measure(host, &spec, &shape);
    if (status == RLB_OK)
        rlb_preference_spaces(out, spec.contexts, shape.responses, 1);
    return status;
}

static double weight(void *self, uint32_t x)
{
    const struct matrix_game *g = self;
    (void)x;
    return 1.0 / g->problem.num_contexts;
}

static double prefer(void *self, uint32_t x, const int32_t *y, const int32_t *z)
{
    const struct matrix_game *g = self;
    size_t n = g->shape.responses;
    return g->p[(x * n + (uint32_t)*y) * n + (uint32_t)*z];
}

static void attributes(void *self, uint32_t x, const int32_t *y, double *out)
{
    const struct matrix_game *g = self;
    size_t n = g->shape.responses, k = g->shape.attributes;
    for (size_t i = 0; i < k; i++)
        out[i] = g->scores[(x * k + i) * n + (uint32_t)*y];
}

static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)
{
    struct game_spec spec = spec_of(setup->params);
    struct game_shape shape;
    rlb_status status = game_measure(host, &spec, &shape);
    if (status != RLB_OK)
        return status;
    size_t n = shape.responses, cells = n * n * spec.contexts;
    struct matrix_game *g = host->alloc(host, sizeof *g);
    double *p = host->alloc(host, cells * sizeof *p);
    double *scores = host->alloc(host, (spec.contexts * n * shape.attributes + 1) * sizeof *scores);
    float *picture = host->alloc(host, n * n * sizeof *picture);
    if (!g || !p || !scores || !picture)
        return host->fail(host, RLB_E_NOMEM, "no memory for %u games of %u responses",
                          spec.contexts, shape.responses);
    g->shape = shape;
    g->p = p;
    g->picture = picture;
    g->scores = shape.attributes ? scores : NULL;
    status = game_fill(host, &spec, &shape, p, g->scores);
    if (status != RLB_OK)
        return status;
    g->problem = (rlb_preference){.size = sizeof g->problem,
                                  .num_contexts = spec.contexts,
                                  .vocabulary = shape.responses,
                                  .length = 1,
                                  .num_attributes = shape.attributes,
                                  .weight = weight,
                                  .prefer = prefer,
                                  .attributes = shape.attributes ? attributes : NULL};
    status = rlb_preference_lanes_init(&g->lanes, host, &g->problem, setup->num_lanes,
                                       (uint32_t)setup->params[P_NOISE].i);
    if (status == RLB_OK)
        *out = g;
    return status;
}

static void destroy(void *self)
{
    (void)self; /* everything is the host's */
}

static rlb_status view(void *self, uint32_t index, uint32_t lane, rlb_frame *out)
{
    struct matrix_game *g = self;
    uint32_t n = g->shape.responses;
    const double *p = g->p + (size_t)((const int32_t *)g->lanes.batch->obs)[lane] * n * n;
    (void)index;
    for (size_t i = 0; i < (size_t)n * n; i++)
        g->picture[i] = (float)p[i];
    out->kind = RLB_VIEW_HEATMAP;
    out->rows = out->cols = n;
    out->a = g->picture;
    out->lo = 0;
    out->hi = 1;
    out->caption = "how often the row is preferred to the column";
    return RLB_OK;
}

static const void *interface(void *self, const char *id)
{
    struct matrix_game *g = self;
    return strcmp(id, RLB_PREFERENCE) == 0 ? &g->problem : NULL;
}

static const rlb_env prefgame_matrix = {
    .size = sizeof prefgame_matrix,
    .id = "prefgame-matrix",
    .title = "Preference games by matrix",
    .doc = "Which of n responses is best when all that is known is how often one is preferred to "
           "another? Circles of preferences, Condorcet winners that a score misses, majorities of "
           "several attributes. An algorithm that learns from rewards sees a bandit: the "
           "probability to be preferred to a random response.",
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

RLB_MODULE_ENV(prefgame_matrix)
