/* What is learned from: transitions in episodes, made by walking uniformly at random, or a dataset
 * of the recipe's, or what the learner collects itself; and samples of them. */
#ifndef FB_DATA_H
#define FB_DATA_H

#include "world.h"

#include <rlbench/rng.h>

/* A batch of transitions as inputs of networks; what is not wanted is NULL. */
struct sample {
    float *obs, *next; /* [n][obs_width] */
    int32_t *action;   /* [n] */
    float *reward;     /* [n] */
    float *going_on;   /* [n] 0 where the transition ended the episode by the rules, else 1 */
};

/* Rows as in rlb_dataset: the last row of an episode is an observation alone. Own data lies in
 * slots of slot_rows rows, a ring of the newest; a slot holds one episode, or several where the
 * world ends them early. */
struct data {
    const struct world *world;
    const unsigned char *obs; /* [row] raw */
    const int32_t *actions;
    const float *rewards;
    const uint8_t *terminated;
    uint32_t *ahead; /* [row] later rows in its episode; 0: no transition starts here */
    int32_t *state;  /* [row] of the exact model; NULL: there is none */
    uint64_t num_rows, transitions;
    unsigned char *own_obs; /* NULL: the rows are a dataset's */
    int32_t *own_actions;
    float *own_rewards;
    uint8_t *own_terminated;
    uint64_t slot_rows, num_slots, rounds; /* slots filled so far, also those written over */
    rlb_rng rng;                           /* of samples */
    bool fixed;                            /* never changes: not part of checkpoints */
};

/* Who acts: actions for the raw observations of n lanes. */
typedef void (*data_policy)(void *self, const void *obs, uint32_t n, int32_t *action);

/* Room for `episodes` slots of `length` transitions. */
rlb_status data_room(struct data *d, const struct world *w, uint64_t episodes, uint64_t length,
                     uint64_t seed);
/* A slot for every lane of env, at most DATA_MOST_LANES: starts afresh from seed and lets the
 * policy act for `length` steps. */
enum { DATA_MOST_LANES = 256 };
rlb_status data_round(struct data *d, rlb_venv *env, data_policy policy, void *self, uint64_t seed);
/* Fills all slots with uniform actions in w->walk: a function of seed alone. */
rlb_status data_walk(struct data *d, uint64_t seed);
/* The recipe's dataset; a sentence when there is none or it does not fit the world. */
rlb_status data_given(struct data *d, const struct world *w, const char *who, uint64_t seed);

/* n rows that transitions start from, uniform, with replacement. */
void data_draw(struct data *d, uint32_t n, uint64_t *row);
void data_gather(const struct data *d, uint32_t n, const uint64_t *row, const struct sample *out);
/* Observations of rows: [n][obs_width]. */
void data_obs(const struct data *d, uint32_t n, const uint64_t *row, float *out);
/* A row later in the same episode: k steps, P(k) = (1 - discount) discount^(k - 1) up to the last,
 * or uniform for discount 1 (hindsight). */
uint64_t data_later(struct data *d, uint64_t row, double discount);
/* Share of the rows in every state of the exact model: [num_states]. */
void data_shares(const struct data *d, double *share);

/* The stream of samples, and rows that are not fixed. */
rlb_status data_save(const struct data *d, rlb_writer *w);
rlb_status data_load(struct data *d, rlb_reader *r);

#endif
