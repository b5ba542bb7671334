#include "worker/rig.h"

#include <stdio.h>
#include <stdlib.h>

/* The state of a rig in a checkpoint: every world, the algorithm, the folds, the tally. */

#define TAG_WORLD RLB_TAG('V', 'E', 'N', 'V')
#define TAG_ALGO RLB_TAG('A', 'L', 'G', 'O')
#define TAG_FOLDS RLB_TAG('F', 'O', 'L', 'D')

bool rig_can_save(const struct rig *r, char *why, size_t size)
{
    const rlb_algo *algo = r->setup.algo;
    const rlb_env *env = r->setup.env;
    bool algo_can = algo->save && algo->load, env_can = !env || (env->save && env->load);
    if (!algo_can || !env_can)
        snprintf(why, size, "%s cannot be saved, so this run cannot be resumed",
                 algo_can ? env->id : algo->id);
    return algo_can && env_can;
}

struct fold_state {
    double value, bad_value;
    uint64_t count, bad;
};

static rlb_status save_folds(const struct host *h, rlb_writer *w)
{
    struct fold_state *states = mem_alloc((h->num_folds + 1) * sizeof *states);
    for (uint32_t i = 0; i < h->num_folds; i++)
        states[i] = (struct fold_state){h->folds[i].value, h->folds[i].bad_value, h->folds[i].count,
                                        h->folds[i].bad};
    rlb_status status = w->put(w, TAG_FOLDS, states, h->num_folds * sizeof *states);
    free(states);
    return status;
}

static rlb_status load_folds(struct host *h, rlb_reader *r)
{
    struct fold_state *states = mem_alloc((h->num_folds + 1) * sizeof *states);
    rlb_status status = r->get(r, TAG_FOLDS, states, h->num_folds * sizeof *states);
    h->bad = 0;
    for (uint32_t i = 0; status == RLB_OK && i < h->num_folds; i++) {
        h->folds[i].value = states[i].value;
        h->folds[i].bad_value = states[i].bad_value;
        h->folds[i].count = states[i].count;
        h->folds[i].bad = states[i].bad;
        h->bad += states[i].bad;
    }
    free(states);
    return status;
}

static rlb_status save_world(struct venv *v, struct checkpoint_writer *w)
{
    size_t begun = checkpoint_begin_section(w, TAG_WORLD);
    rlb_status status = venv_save(v, &w->table);
    checkpoint_end_section(w, begun);
    return status;
}

rlb_status rig_save(struct rig *r, struct checkpoint_writer *w)
{
    rlb_status status = RLB_OK;
    const rlb_host *h = &r->host.table;
    if (!r->setup.algo->save)
        return h->fail(h, RLB_E_UNSUPPORTED, "this algorithm cannot be saved");
    if (r->env)
        status = save_world(r->env, w);
    for (size_t i = 0; i < r->num_made && status >= 0; i++)
        status = save_world(r->made[i], w);
    if (status < 0)
        return status;
    size_t begun = checkpoint_begin_section(w, TAG_ALGO);
    status = r->setup.algo->save(r->algo, &w->table);
    checkpoint_end_section(w, begun);
    if (status >= 0)
        status = save_folds(&r->host, &w->table);
    if (status >= 0)
        status = tally_save(&r->tally, &w->table);
    return status < 0 ? status : RLB_OK;
}

/* What was saved is all read, or the two sides disagree about the format. */
static rlb_status load_world(struct venv *v, struct checkpoint_reader *in)
{
    struct checkpoint_reader section;
    rlb_status status = checkpoint_read_section(in, TAG_WORLD, &section);
    if (status == RLB_OK)
        status = venv_load(v, &section.table);
    return status == RLB_OK && section.left ? RLB_E_FORMAT : status;
}

static rlb_status load_algo(struct rig *r, struct checkpoint_reader *in)
{
    struct checkpoint_reader section;
    rlb_status status = checkpoint_read_section(in, TAG_ALGO, &section);
    if (status != RLB_OK || !r->setup.algo->load)
        return RLB_E_FORMAT;
    r->host.setting_up = true;
    status = r->setup.algo->load(r->algo, &section.table);
    r->host.setting_up = false;
    return status >= 0 && section.left ? RLB_E_FORMAT : status;
}

/* Records of episodes name the worlds they happened in. */
static bool tally_fits(const struct rig *r)
{
    for (uint32_t i = 0; i < r->tally.num_kept; i++) {
        const struct tally_episode *t = &r->tally.kept[i];
        const struct venv *v = rig_world(r, t->world);
        if (!v || !v->tally || t->at <= v->window_start || t->at > v->steps)
            return false;
    }
    return true;
}

rlb_status rig_load(struct rig *r, struct checkpoint_reader *in)
{
    rlb_status status = RLB_OK;
    if (r->env)
        status = load_world(r->env, in);
    for (size_t i = 0; i < r->num_made && status >= 0; i++)
        status = load_world(r->made[i], in);
    if (status >= 0)
        status = load_algo(r, in);
    if (status >= 0)
        status = load_folds(&r->host, &in->table);
    if (status >= 0)
        status = tally_load(&r->tally, &in->table);
    if (status >= 0 && !tally_fits(r))
        status = RLB_E_FORMAT;
    return status < 0 ? status : RLB_OK;
}
