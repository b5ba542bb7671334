/* The book-keeping of rlb.tasks/1: which task every lane has been assigned, and from which stream
 * its next episode is drawn. A world keeps one of these and asks it at every reset. */
#ifndef RLBENCH_LANE_TASKS_H
#define RLBENCH_LANE_TASKS_H

#include <rlbench/interfaces.h>
#include <rlbench/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Memory is the host's. */
typedef struct rlb_lane_tasks {
    const rlb_host *host;
    uint64_t *variation; /* [num_lanes] */
    uint32_t *assigned;  /* [num_lanes] RLB_TASK_DRAWN: drawn at every reset */
    uint32_t *current;   /* [num_lanes] the task being played, the world's to set when drawn */
    uint32_t num_lanes, num_tasks;
    rlb_rng fixed; /* the stream of an assigned episode */
} rlb_lane_tasks;

/* Nothing is assigned. RLB_E_NOMEM. Only during create(). */
RLB_EXPORT rlb_status rlb_lane_tasks_init(rlb_lane_tasks *t, const rlb_host *host,
                                          uint32_t num_lanes, uint32_t num_tasks);
/* The body of rlb_tasks.assign. RLB_E_INVAL when there is no such task. */
RLB_EXPORT rlb_status rlb_lane_tasks_assign(rlb_lane_tasks *t, uint32_t lane, uint32_t task,
                                            uint64_t variation);
/* Begins an episode: returns the stream to draw it from, which is `own`, the lane's, unless a task
 * is assigned; then current[lane] is that task and the stream depends on it and the variation
 * alone. current[lane] is RLB_TASK_DRAWN when the world is to draw it. Borrowed until the next
 * call. */
RLB_EXPORT rlb_rng *rlb_lane_tasks_begin(rlb_lane_tasks *t, uint32_t lane, rlb_rng *own);
RLB_EXPORT rlb_status rlb_lane_tasks_save(const rlb_lane_tasks *t, rlb_writer *w);
RLB_EXPORT rlb_status rlb_lane_tasks_load(rlb_lane_tasks *t, rlb_reader *r);

#ifdef __cplusplus
}
#endif
#endif
