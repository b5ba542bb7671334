/* What the worlds of this module share: lanes, tasks, snapshots, checkpoints and pictures. A world
 * is told by a struct kind. */
#ifndef RLBENCH_PLUGIN_MUJOCO_WORLD_H
#define RLBENCH_PLUGIN_MUJOCO_WORLD_H

#include "physics.h"

#include <rlbench/lane_tasks.h>
#include <rlbench/sketch.h>

struct world;
struct kind {
    const char *model; /* MJCF */
    uint32_t substeps; /* of the model in one control step */
    uint32_t obs_width, num_actions, state_width, num_tasks;
    const char *const *tasks; /* [num_tasks] names, then "drawn" and NULL */
    /* Draws the start of an episode into data that has just been reset. values: the parameters. */
    void (*start)(struct physics *p, mjData *d, rlb_rng *rng, const rlb_value *values);
    void (*observe)(const mjModel *m, const mjData *d, float *obs);
    /* Reward that a task gives in the state of d, from positions, velocities and their sensors. */
    double (*reward)(const mjModel *m, const mjData *d, uint32_t task);
    /* The state that an observation shows, as a row of the batch's states. */
    void (*recall)(const float *obs, float *state);
    /* What the tables have beyond the common, or NULL. */
    void (*extend)(struct world *w);
    const void *(*interface)(const char *id);
    const double (*goals)[2]; /* [num_tasks] points to be reached, or NULL */
    double half_width;        /* of the picture, m */
    enum { SIDE_VIEW, TOP_VIEW } looked_at;
    uint32_t follow; /* 1: the picture moves with the body */
};

struct world {
    struct physics physics;
    const struct kind *kind;
    const rlb_host *host;
    const rlb_batch *batch;
    rlb_rng *rng;    /* [num_lanes] */
    uint32_t *age;   /* [num_lanes] control steps of the running episode */
    double *saved;   /* [saved_width] scratch */
    float *recalled; /* [state_width] scratch */
    rlb_lane_tasks lanes;
    rlb_tasks tasks;
    rlb_state_rewards state_rewards;
    rlb_snapshot snapshot;
    rlb_sketch sketch;
    const rlb_value *values; /* of the parameters */
    uint32_t task;           /* the first of them; num_tasks: drawn */
    char caption[120];
};

/* The first parameter of every world. */
#define WORLD_TASK(names, standard)                                                                \
    RLB_ENUM("task", standard, names, 0,                                                           \
             "What the reward of the world is for; drawn: another one with every episode.")

/* Entries of rlb_env. */
void world_spaces(const struct kind *kind, rlb_env_spaces *out);
/* On failure nothing is left. */
rlb_status world_create(const struct kind *kind, const rlb_host *host, const rlb_env_setup *setup,
                        struct world **out);
void world_destroy(void *self);
rlb_status world_bind(void *self, const rlb_batch *batch);
rlb_status world_reset(void *self, uint32_t lane, const uint64_t *seed);
rlb_status world_step(void *self, uint32_t lane0, uint32_t lanes);
rlb_status world_view(void *self, uint32_t index, uint32_t lane, rlb_frame *out);
rlb_status world_save(void *self, rlb_writer *w);
rlb_status world_load(void *self, rlb_reader *r);
const void *world_interface(void *self, const char *id);

/* In tasks.c and picture.c. */
void world_tasks(struct world *w);
void world_draw(struct world *w, uint32_t lane, rlb_frame *out);

/* The picture of every world. */
extern const rlb_view world_views[1];

/* spaces() and create() of a world that needs nothing but its kind. */
#define WORLD_FUNCTIONS(kind)                                                                      \
    static rlb_status spaces(const rlb_host *host, const rlb_value *v, rlb_env_spaces *out)        \
    {                                                                                              \
        (void)host;                                                                                \
        (void)v;                                                                                   \
        world_spaces(&(kind), out);                                                                \
        return RLB_OK;                                                                             \
    }                                                                                              \
    static rlb_status create(const rlb_host *host, const rlb_env_setup *setup, void **out)         \
    {                                                                                              \
        struct world *w;                                                                           \
        rlb_status status = world_create(&(kind), host, setup, &w);                                \
        if (status == RLB_OK)                                                                      \
            *out = w;                                                                              \
        return status;                                                                             \
    }

/* A row of rlb_env with what is common to all. */
#define WORLD_ENV(the_params)                                                                      \
    .size = sizeof(rlb_env), .params = the_params,                                                 \
    .num_params = sizeof(the_params) / sizeof(the_params)[0], .param_stride = sizeof(rlb_param),   \
    .views = world_views, .num_views = 1, .view_stride = sizeof(rlb_view), .spaces = spaces,       \
    .create = create, .destroy = world_destroy, .bind = world_bind, .reset = world_reset,          \
    .step = world_step, .view = world_view, .save = world_save, .load = world_load,                \
    .interface = world_interface

#endif
