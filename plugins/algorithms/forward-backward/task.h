/* Rewards described in words: "goal 3,4; -0.5 door 2,5; left". */
#ifndef FB_TASK_H
#define FB_TASK_H

#include "world.h"

enum { TASK_TEXT = 4096, TASK_PLACES = 4096 };

/* A reward as weights of observations: r = sum of weight over the places that are here; or a task
 * of the world's, or the world's own reward, both known only on samples. */
struct task {
    char text[TASK_TEXT];
    uint32_t num_places; /* 0: samples */
    float *obs;          /* [TASK_PLACES][obs_width] of the places, as inputs */
    float *weight;       /* [TASK_PLACES] */
    int32_t *state;      /* [TASK_PLACES] of the exact model, -1: none */
    int32_t number;      /* of the world's task, -1: the world's own reward */
};

rlb_status task_init(struct task *task, const struct world *w);
/* Replaces the task; on a mistake a sentence through host->fail (RLB_E_INVAL), and nothing is
 * changed. Terms are separated by ';', each one of
 *   [weight] goal A,B       a cell (row, column) or a point (x, y); also cell, door, at
 *   [weight] goal ROW,COL@ROWSxCOLS     a square of a picture that large, from the top left
 *   [weight] avoid A,B      the same, weight -1 unless given
 *   [weight] left|right|top|bottom     that half of the map or the plane
 *   [weight] state N        a state of the model
 *   task NAME-OR-NUMBER     a task of the world's, alone
 *   reward                  the world's own reward, alone; also the empty text */
rlb_status task_set(struct task *task, const struct world *w, const char *text);
/* The reward of every state [S], where places are states; false: it is known on samples only. */
bool task_rewards(const struct task *task, const struct world *w, double *reward);

#endif
