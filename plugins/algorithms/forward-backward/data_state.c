/* Transitions in checkpoints. */
#include "data.h"

enum { TAG_ROWS = RLB_TAG('D', 'R', 'O', 'W'), TAG_SAMPLES = RLB_TAG('D', 'R', 'N', 'G') };

rlb_status data_save(const struct data *d, rlb_writer *w)
{
    uint64_t counts[3] = {d->rounds, d->num_rows, d->transitions};
    size_t n = d->fixed ? 0 : d->num_rows;
    rlb_status status = w->put(w, TAG_SAMPLES, &d->rng, sizeof d->rng);
    if (status == RLB_OK)
        status = w->put(w, TAG_ROWS, counts, sizeof counts);
    if (status == RLB_OK && n) {
        status = w->put(w, TAG_ROWS, d->own_obs, n * world_raw_bytes(d->world));
        if (status == RLB_OK)
            status = w->put(w, TAG_ROWS, d->own_actions, n * sizeof *d->own_actions);
        if (status == RLB_OK)
            status = w->put(w, TAG_ROWS, d->own_rewards, n * sizeof *d->own_rewards);
        if (status == RLB_OK)
            status = w->put(w, TAG_ROWS, d->own_terminated, n);
        if (status == RLB_OK)
            status = w->put(w, TAG_ROWS, d->ahead, n * sizeof *d->ahead);
        if (status == RLB_OK && d->state)
            status = w->put(w, TAG_ROWS, d->state, n * sizeof *d->state);
    }
    return status;
}

rlb_status data_load(struct data *d, rlb_reader *r)
{
    uint64_t counts[3];
    rlb_status status = r->get(r, TAG_SAMPLES, &d->rng, sizeof d->rng);
    if (status == RLB_OK)
        status = r->get(r, TAG_ROWS, counts, sizeof counts);
    if (status != RLB_OK)
        return status;
    uint64_t most = d->fixed ? d->num_rows : d->num_slots * d->slot_rows;
    if (d->rng.used > 4 || counts[1] > most)
        return d->world->host->fail(d->world->host, RLB_E_FORMAT,
                                    "the saved transitions do not fit these parameters");
    d->rounds = counts[0];
    d->num_rows = counts[1];
    d->transitions = counts[2];
    size_t n = d->fixed ? 0 : d->num_rows;
    if (n == 0)
        return RLB_OK;
    status = r->get(r, TAG_ROWS, d->own_obs, n * world_raw_bytes(d->world));
    if (status == RLB_OK)
        status = r->get(r, TAG_ROWS, d->own_actions, n * sizeof *d->own_actions);
    if (status == RLB_OK)
        status = r->get(r, TAG_ROWS, d->own_rewards, n * sizeof *d->own_rewards);
    if (status == RLB_OK)
        status = r->get(r, TAG_ROWS, d->own_terminated, n);
    if (status == RLB_OK)
        status = r->get(r, TAG_ROWS, d->ahead, n * sizeof *d->ahead);
    if (status == RLB_OK && d->state)
        status = r->get(r, TAG_ROWS, d->state, n * sizeof *d->state);
    return status;
}
