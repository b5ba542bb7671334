/* What a learner of representations knows of the recipe's world: its observations as network
 * inputs, its actions, and, where there are any, the exact model, the map, the plane and the tasks.
 */
#ifndef FB_WORLD_H
#define FB_WORLD_H

#include <rlbench/interfaces.h>

#include <stdbool.h>

struct world {
    const rlb_host *host;
    rlb_venv *env;  /* the recipe's */
    rlb_venv *walk; /* one lane of the learner's own: data and the observations of states */
    uint32_t obs_width, num_actions;
    bool numbered; /* observations are numbers of states: inputs are one-hot */
    const rlb_tasks *tasks;
    const rlb_goals *goals;
    const rlb_plane *plane;
    const rlb_grid *grid;
    const rlb_model *model;
    void *tasks_self, *goals_self, *plane_self, *model_self;
    uint32_t num_states; /* of the model; 0: none, or some state was never seen */
    float *state_obs;    /* [num_states][obs_width] */
};

/* For worlds with one agent, discrete actions and observations that are numbers; who: the
 * algorithm, for the sentence. States are observed by walking about at random until each was seen.
 */
rlb_status world_init(struct world *w, const rlb_host *host, rlb_venv *env, const char *who,
                      uint64_t seed);
/* Raw observations (dtype of the space) as inputs: [n][obs_width]. */
void world_see(const struct world *w, const void *raw, uint32_t n, float *out);
/* Bytes of one raw observation. */
size_t world_raw_bytes(const struct world *w);
/* The state that a lane of the recipe's or the walking world is in; model needed. */
uint32_t world_state(const struct world *w, rlb_venv *env, uint32_t lane);
/* The state in row r and column c of the map, -1: none. */
int32_t world_cell(const struct world *w, int32_t row, int32_t col);

#endif
