#include "worker/internal.h"

#include "base/clock.h"
#include <rlbench/rng.h>

#include <stdlib.h>

/* Evaluation: greedy episodes in worlds of their own, seeded by the number of the evaluation, so
 * that training goes on as if nothing had happened. Every lane does its share of the episodes: the
 * first ones to end would favour short episodes. */

enum {
    EVAL_LANES = 8,
    FIRST_WORLD = 2,   /* kind of the episodes of the first world of the job; 1: the recipe's own */
    EVAL_STEPS = 10000 /* an episode's limit where neither recipe nor environment sets one: a
                          greedy policy may walk in circles for ever */
};

struct eval_episode {
    double ret;
    uint64_t length; /* 0: not played, for want of budget */
    bool success;
};

/* What a lane is doing. Its k-th episode is number lane + k * lanes of the evaluation. */
struct eval_lane {
    struct eval_episode now;
    uint32_t next; /* number of the running episode */
    bool playing;
};

/* An evaluation in one world. The budget of transitions decides which episodes begin: those that
 * have begun are played to their end, since leaving out the long ones would favour the others. */
struct eval_game {
    struct eval_lane lanes[EVAL_LANES];
    struct eval_episode *episodes;
    uint32_t wanted, playing; /* episodes at most; lanes at work */
    uint64_t budget, used;    /* transitions; budget 0: no limit */
};

static void begin_lanes(struct eval_game *g, uint32_t n)
{
    g->playing = n;
    for (uint32_t l = 0; l < n; l++)
        g->lanes[l] = (struct eval_lane){.next = l, .playing = true};
}

static void add_transition(struct eval_game *g, const struct venv *v)
{
    uint32_t n = v->table.num_lanes;
    g->used += g->playing;
    for (uint32_t l = 0; l < n; l++) {
        struct eval_lane *lane = &g->lanes[l];
        if (!lane->playing)
            continue;
        lane->now.ret += venv_reward(v, l);
        lane->now.length++;
        if (!(v->batch.terminated[l] | v->batch.truncated[l]))
            continue;
        lane->now.success = v->batch.success[l] != 0;
        g->episodes[lane->next] = lane->now;
        lane->now = (struct eval_episode){0};
        lane->next += n;
        lane->playing = lane->next < g->wanted && (g->budget == 0 || g->used < g->budget);
        g->playing -= !lane->playing;
    }
}

/* Plays all episodes; false in *whole when a stop came first. */
static rlb_status play(struct worker *r, struct venv *v, struct eval_game *g, bool *whole)
{
    const rlb_algo *algo = r->job->algo;
    uint32_t n = v->table.num_lanes;
    rlb_status status = RLB_OK;
    begin_lanes(g, n);
    while (g->playing && status >= 0) {
        worker_service(r, false);
        if (r->want_stop || r->gone)
            break;
        int64_t start = clock_mono_ns();
        status = algo->act(r->rig->algo, v->batch.obs, n, v->actions);
        if (status >= 0)
            status = v->table.step(&v->table, v->actions);
        r->slices_ns += clock_mono_ns() - start;
        if (status >= 0)
            add_transition(g, v);
    }
    *whole = g->playing == 0;
    return status;
}

struct means {
    double of[3]; /* return, length, success */
};

static struct means means_of(const struct eval_episode *episodes, uint32_t n)
{
    struct means m = {{0}};
    uint32_t played = 0;
    for (uint32_t i = 0; i < n; i++) {
        played += episodes[i].length > 0;
        m.of[0] += episodes[i].ret;
        m.of[1] += (double)episodes[i].length;
        m.of[2] += episodes[i].success;
    }
    for (int k = 0; k < 3; k++)
        m.of[k] /= played;
    return m;
}

static void add_episodes(struct worker *r, uint32_t kind, const struct eval_episode *episodes,
                         uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (episodes[i].length > 0)
            worker_add_episode(r, r->step, kind, i, episodes[i].ret, episodes[i].length,
                               episodes[i].success);
}

/* Every world's episodes lie one after the other, the recipe's own world first. */
static void report(struct worker *r, const struct eval_episode *episodes, uint32_t n)
{
    struct means m = means_of(episodes, n);
    add_episodes(r, FIRST_WORLD - 1, episodes, n);
    worker_add_host_point(r, WORKER_EVAL_RETURN, m.of[0]);
    worker_add_host_point(r, WORKER_EVAL_LENGTH, m.of[1]);
    worker_add_host_point(r, WORKER_EVAL_SUCCESS, m.of[2]);
    for (uint32_t w = 0; w < r->job->num_worlds; w++) {
        const struct eval_episode *there = episodes + (size_t)n * (w + 1);
        m = means_of(there, n);
        add_episodes(r, FIRST_WORLD + w, there, n);
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
    struct eval_game g = {.episodes = episodes, .wanted = wanted, .budget = job->msg.eval_budget};
    status = play(r, v, &g, whole);
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
