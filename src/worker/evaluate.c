#include "worker/internal.h"

#include "base/clock.h"
#include <rlbench/rng.h>

#include <stdlib.h>

/* Evaluation: greedy episodes in worlds of their own, seeded by the number of the evaluation, so
 * that training goes on as if nothing had happened. Every lane does its share of the episodes: the
 * first ones to end would favour short episodes. */

enum {
    EVAL_LANES = 8,
    EVAL_STEPS = 10000 /* an episode's limit where neither recipe nor environment sets one: a
                          greedy policy may walk in circles for ever */
};

struct eval_episode {
    double ret;
    uint64_t length;
    bool success;
};

/* What a lane is doing. Its k-th episode is number lane + k * lanes of the evaluation. */
struct eval_lane {
    struct eval_episode now;
    uint32_t next; /* number of the running episode */
};

static void add_transition(const struct venv *v, struct eval_lane *lanes,
                           struct eval_episode *episodes, uint32_t wanted, uint32_t *left)
{
    uint32_t n = v->table.num_lanes;
    for (uint32_t l = 0; l < n; l++) {
        struct eval_lane *lane = &lanes[l];
        if (lane->next >= wanted)
            continue;
        lane->now.ret += venv_reward(v, l);
        lane->now.length++;
        if (!(v->batch.terminated[l] | v->batch.truncated[l]))
            continue;
        lane->now.success = v->batch.success[l] != 0;
        episodes[lane->next] = lane->now;
        lane->now = (struct eval_episode){0};
        lane->next += n;
        (*left)--;
    }
}

/* Plays all episodes; false in *whole when a stop came first. */
static rlb_status play(struct worker *r, struct venv *v, struct eval_episode *episodes,
                       uint32_t wanted, bool *whole)
{
    const rlb_algo *algo = r->job->algo;
    uint32_t n = v->table.num_lanes, left = wanted;
    struct eval_lane lanes[EVAL_LANES] = {0};
    for (uint32_t l = 0; l < n; l++)
        lanes[l].next = l;
    rlb_status status = RLB_OK;
    while (left && status >= 0) {
        worker_service(r, false);
        if (r->want_stop || r->gone)
            break;
        int64_t start = clock_mono_ns();
        status = algo->act(r->rig->algo, v->batch.obs, n, v->actions);
        if (status >= 0)
            status = v->table.step(&v->table, v->actions);
        r->slices_ns += clock_mono_ns() - start;
        if (status >= 0)
            add_transition(v, lanes, episodes, wanted, &left);
    }
    *whole = left == 0;
    return status;
}

struct means {
    double of[3]; /* return, length, success */
};

static struct means means_of(const struct eval_episode *episodes, uint32_t n)
{
    struct means m = {{0}};
    for (uint32_t i = 0; i < n; i++) {
        m.of[0] += episodes[i].ret;
        m.of[1] += (double)episodes[i].length;
        m.of[2] += episodes[i].success;
    }
    for (int k = 0; k < 3; k++)
        m.of[k] /= n;
    return m;
}

/* Every world's episodes lie one after the other, the recipe's own world first. */
static void report(struct worker *r, const struct eval_episode *episodes, uint32_t n)
{
    struct means m = means_of(episodes, n);
    for (uint32_t i = 0; i < n; i++)
        worker_add_episode(r, r->step, 1, i, episodes[i].ret, episodes[i].length,
                           episodes[i].success);
    worker_add_host_point(r, WORKER_EVAL_RETURN, m.of[0]);
    worker_add_host_point(r, WORKER_EVAL_LENGTH, m.of[1]);
    worker_add_host_point(r, WORKER_EVAL_SUCCESS, m.of[2]);
    for (uint32_t w = 0; w < r->job->num_worlds; w++) {
        m = means_of(episodes + (size_t)n * (w + 1), n);
        worker_add_world_points(r, w, m.of);
    }
}

/* All worlds with the same seed: what differs between them is the world. */
static rlb_status play_world(struct worker *r, const rlb_value *params,
                             struct eval_episode *episodes, uint32_t wanted, bool *whole)
{
    const struct job *job = r->job;
    uint32_t lanes = wanted < EVAL_LANES ? wanted : EVAL_LANES;
    uint32_t limit = job->msg.time_limit ? job->msg.time_limit : r->rig->env->time_limit;
    uint64_t seed = rlb_rng_derive(rlb_rng_derive(job->msg.seed, RIG_SEED_EVAL), r->evaluations);
    struct venv *v = NULL;
    rlb_status status =
        rig_make_eval(r->rig, params, lanes, limit ? limit : EVAL_STEPS, NULL, seed, &v);
    if (status < 0)
        return status;
    status = play(r, v, episodes, wanted, whole);
    r->eval_env_ns += v->busy_ns;
    venv_destroy(v);
    return status;
}

rlb_status worker_evaluate(struct worker *r)
{
    uint32_t wanted = r->job->msg.eval_episodes, worlds = r->job->num_worlds;
    struct eval_episode *episodes = mem_alloc(((size_t)worlds + 1) * wanted * sizeof *episodes);
    bool whole = false;
    rlb_status status = play_world(r, NULL, episodes, wanted, &whole);
    for (uint32_t w = 0; w < worlds && whole && status >= 0; w++)
        status = play_world(r, r->job->worlds[w].values, episodes + (size_t)wanted * (w + 1),
                            wanted, &whole);
    if (status >= 0 && whole) {
        report(r, episodes, wanted);
        r->last_eval = r->step;
        r->evaluations++;
    }
    free(episodes);
    return status;
}
