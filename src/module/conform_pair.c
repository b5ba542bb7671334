/* Two instances of an environment side by side: what must agree, agrees. */
#include "module/conform_bare.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_STEPS = 300 };

/* The arrays of lanes [lane, lane + n) of two instances: the first that differs, or NULL. */
static const char *lanes_differ(const struct venv *a, uint32_t la, const struct venv *b,
                                uint32_t lb, uint32_t n)
{
    size_t agents = a->table.num_agents;
    size_t mask = a->batch.action_mask ? agents * (size_t)a->table.act.n : 0;
    const struct {
        const char *name;
        const void *x, *y;
        size_t bytes;
    } arrays[] = {{"observations", a->batch.obs, b->batch.obs, a->obs_bytes},
                  {"joint states", a->batch.state, b->batch.state, a->state_bytes},
                  {"rewards", a->batch.rewards, b->batch.rewards, agents * sizeof(float)},
                  {"alive", a->batch.alive, b->batch.alive, agents},
                  {"action masks", a->batch.action_mask, b->batch.action_mask, mask},
                  {"terminated", a->batch.terminated, b->batch.terminated, 1},
                  {"success", a->batch.success, b->batch.success, 1}};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (arrays[i].bytes &&
            memcmp((const char *)arrays[i].x + la * arrays[i].bytes,
                   (const char *)arrays[i].y + lb * arrays[i].bytes, n * arrays[i].bytes) != 0)
            return arrays[i].name;
    return NULL;
}

struct pair {
    struct venv *a, *b;
    struct host_report report_a, report_b;
    uint32_t ages_a[4], ages_b[4];
};

static bool make_pair(struct conform *c, uint32_t lanes_a, uint32_t lanes_b, struct pair *p)
{
    memset(p, 0, sizeof *p);
    return bare_create(c, &p->report_a, lanes_a, 7, &p->a) >= 0 &&
           bare_create(c, &p->report_b, lanes_b, 7, &p->b) >= 0;
}

static void end_pair(struct pair *p)
{
    venv_destroy(p->a);
    venv_destroy(p->b);
}

static void copy_action(struct pair *p, uint32_t lane)
{
    memcpy((char *)p->b->actions + lane * p->b->action_bytes,
           (const char *)p->a->actions + lane * p->a->action_bytes, p->a->action_bytes);
}

enum conform_verdict pair_same_seed(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *differ = NULL;
    rlb_rng_init(&rng, 3, 0);
    if (!make_pair(c, 2, 2, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    int i = 0;
    for (; i < SHORT_STEPS && !(differ = lanes_differ(p.a, 0, p.b, 0, 2)); i++) {
        bare_random_actions(p.a, &rng);
        copy_action(&p, 0);
        copy_action(&p, 1);
        if (bare_advance(p.a, p.ages_a, NULL, NULL) < 0 ||
            bare_advance(p.b, p.ages_b, NULL, NULL) < 0)
            break;
    }
    end_pair(&p);
    return differ ? conform_fail(c, "%s differ after %d steps", differ, i)
                  : conform_ok(c, "two instances agree over %d steps", i);
}

/* Lane 0 sees the same actions in both instances, the other lanes of b see others; a has one lane
 * only, so what a lane does depends neither on its neighbours nor on how many there are. */
enum conform_verdict pair_lanes(struct conform *c)
{
    struct pair p;
    rlb_rng rng, others;
    const char *differ = NULL;
    rlb_rng_init(&rng, 4, 0);
    rlb_rng_init(&others, 5, 0);
    if (!make_pair(c, 1, 3, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    int i = 0;
    for (; i < SHORT_STEPS && !(differ = lanes_differ(p.a, 0, p.b, 0, 1)); i++) {
        bare_random_actions(p.a, &rng);
        bare_random_actions(p.b, &others);
        copy_action(&p, 0);
        if (bare_advance(p.a, p.ages_a, NULL, NULL) < 0 ||
            bare_advance(p.b, p.ages_b, NULL, NULL) < 0)
            break;
    }
    end_pair(&p);
    return differ ? conform_fail(c, "%s of a lane depend on other lanes (step %d)", differ, i)
                  : conform_ok(c, "a lane does the same beside others over %d steps", i);
}

/* Stepping lane 1 of 3 leaves the arrays of lanes 0 and 2 alone. */
enum conform_verdict pair_ranges(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *differ = NULL;
    rlb_rng_init(&rng, 6, 0);
    if (!make_pair(c, 3, 3, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    bare_random_actions(p.a, &rng);
    for (int i = 0; i < 8 && !differ && c->env->step(p.a->self, 1, 1) >= 0; i++) {
        differ = lanes_differ(p.a, 0, p.b, 0, 1);
        differ = differ ? differ : lanes_differ(p.a, 2, p.b, 2, 1);
        if (p.a->batch.terminated[1])
            c->env->reset(p.a->self, 1, NULL);
    }
    end_pair(&p);
    return differ ? conform_fail(c, "stepping lane 1 changes the %s of its neighbours", differ)
                  : conform_ok(c, "stepping one lane leaves its neighbours alone");
}

/* ---- ends of episodes, seen through the host ---- */

static void keep_last(void *ctx, struct venv *v)
{
    memcpy(ctx, v->batch.obs, v->obs_bytes * v->table.num_lanes);
}

static const int64_t enough_ns = 1000000000;

enum conform_verdict pair_final_obs(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *fault = NULL;
    uint64_t ends = 0;
    rlb_rng_init(&rng, 8, 0);
    if (!make_pair(c, 2, 2, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    size_t bytes = p.a->obs_bytes;
    char *last = mem_alloc(2 * bytes + 1);
    const int64_t start = clock_mono_ns();
    for (int i = 0; i < 4000 && !fault; i++) {
        if (ends && clock_mono_ns() - start > enough_ns)
            break; /* a slow world has shown it */
        bare_random_actions(p.a, &rng);
        /* b is stepped by the host, with its resets; a bare, keeping what was there before. */
        if (p.b->table.step(&p.b->table, p.a->actions) < 0 ||
            bare_advance(p.a, p.ages_a, keep_last, last) < 0)
            break;
        for (uint32_t l = 0; l < 2 && bytes; l++) {
            const char *final = (const char *)p.b->batch.final_obs + l * bytes;
            const char *now = (const char *)p.b->batch.obs + l * bytes;
            bool ended = p.b->batch.terminated[l] || p.b->batch.truncated[l];
            ends += ended;
            if (ended && memcmp(final, last + l * bytes, bytes) != 0)
                fault = "final_obs is not the last observation of the episode";
            if (memcmp(now, (const char *)p.a->batch.obs + l * bytes, bytes) != 0)
                fault = "obs after the end is not the first observation of the next episode";
        }
    }
    free(last);
    end_pair(&p);
    if (fault)
        return conform_fail(c, "%s", fault);
    return ends ? conform_ok(c, "right at %" PRIu64 " ends of episodes", ends)
                : conform_skip(c, "no episode ended in 4000 random steps");
}

/* ---- checkpoints and pictures ---- */

enum conform_verdict pair_resume(struct conform *c)
{
    struct pair p;
    struct checkpoint_writer w;
    struct checkpoint_reader in;
    rlb_rng rng;
    const char *differ = NULL;
    if (!c->env->save)
        return conform_skip(c, "it cannot be saved");
    checkpoint_writer_init(&w);
    rlb_rng_init(&rng, 9, 0);
    bool made = make_pair(c, 2, 2, &p);
    rlb_status status = made ? RLB_OK : RLB_E_INTERNAL;
    for (int i = 0; i < SHORT_STEPS && status >= 0; i++) {
        bare_random_actions(p.a, &rng);
        status = bare_advance(p.a, p.ages_a, NULL, NULL);
    }
    memcpy(p.ages_b, p.ages_a, sizeof p.ages_b);
    if (status >= 0)
        status = venv_save(p.a, &w.table);
    checkpoint_reader_over(&in, &w);
    if (status >= 0)
        status = venv_load(p.b, &in.table);
    for (int i = 0; i < SHORT_STEPS && status >= 0 && !differ; i++) {
        bare_random_actions(p.a, &rng);
        copy_action(&p, 0);
        copy_action(&p, 1);
        status = bare_advance(p.a, p.ages_a, NULL, NULL);
        if (status >= 0)
            status = bare_advance(p.b, p.ages_b, NULL, NULL);
        differ = lanes_differ(p.a, 0, p.b, 0, 2);
    }
    enum conform_verdict v = !made        ? conform_skip(c, "it cannot be created")
                             : status < 0 ? conform_fail(c, "save, load or step: %s (%s)",
                                                         host_status_name(status), p.report_b.text)
                             : differ ? conform_fail(c, "after save and load the %s differ", differ)
                                      : conform_ok(c, "save, load, go on is the same");
    end_pair(&p);
    checkpoint_writer_finish(&w);
    return v;
}

enum conform_verdict pair_views(struct conform *c)
{
    struct pair p;
    rlb_rng rng;
    const char *fault = NULL, *differ = NULL, *name = "";
    if (c->env->num_views == 0)
        return conform_skip(c, "it has none");
    rlb_rng_init(&rng, 10, 0);
    if (!make_pair(c, 2, 2, &p)) {
        end_pair(&p);
        return conform_skip(c, "it cannot be created");
    }
    for (int i = 0; i < 100 && !fault && !differ; i++) {
        for (uint32_t k = 0; k < c->env->num_views && !fault; k++) {
            const rlb_view *view = host_row(c->env->views, c->env->view_stride, k);
            rlb_frame f = {.size = sizeof f, .lo = NAN, .hi = NAN};
            rlb_status status = c->env->view(p.b->self, k, (uint32_t)i % 2, &f);
            name = view->name;
            fault = status == RLB_E_UNSUPPORTED ? NULL
                    : status < 0                ? "it fails"
                                                : conform_frame_fault(&f, view->kind);
        }
        bare_random_actions(p.a, &rng);
        copy_action(&p, 0);
        copy_action(&p, 1);
        if (bare_advance(p.a, p.ages_a, NULL, NULL) < 0 ||
            bare_advance(p.b, p.ages_b, NULL, NULL) < 0)
            break;
        differ = lanes_differ(p.a, 0, p.b, 0, 2);
    }
    end_pair(&p);
    if (fault)
        return conform_fail(c, "view '%s': %s", name, fault);
    return differ ? conform_fail(c, "drawing changes the %s", differ)
                  : conform_ok(c, "drawn at every step, nothing changes");
}
