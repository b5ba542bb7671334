/* A run over ranks. Rank 0 is the run: it has the link, the loop, the points, the checkpoints. The
 * others hold an instance of the algorithm each and follow: what rank 0 tells them, they do to
 * theirs. In one process (job->ranks NULL) these functions do only rank 0's part. */
#ifndef RLBENCH_WORKER_TEAM_H
#define RLBENCH_WORKER_TEAM_H

#include "worker/internal.h"

/* ---- rank 0 ---- */
/* Before the rig is made: everybody makes theirs. */
int team_begin(const struct job *job, struct err *e);
/* After it: whether all could. */
int team_ready(const struct job *job, struct err *e);
/* rig_step() on all ranks, and the episodes and rewards of all of them in this one's books. */
rlb_status team_step(struct worker *r, uint64_t max_steps, uint64_t *did);
/* The window ends: the others measure as well, into nothing. */
void team_log(struct worker *r);
void team_set_param(struct worker *r, const char *name, const char *text);
/* A section with what the others would save; nothing in one process. */
rlb_status team_save(struct worker *r, struct checkpoint_writer *w);
/* Hands it out, before this rank loads; then, after that, whether all could load. */
int team_load(struct worker *r, struct checkpoint_reader *in, struct err *e);
void team_end(struct worker *r);

/* ---- the other ranks ---- */
/* Follows until rank 0 ends; the exit code. */
int team_follow(struct ranks *ranks);

#endif
