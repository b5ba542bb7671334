#include "replay.h"

enum { TAG_STATE = RLB_TAG('R', 'P', 'L', 'S'), TAG_ROWS = RLB_TAG('R', 'P', 'L', 'R') };

struct saved {
    uint64_t num_slots, filled, head, stride;
    uint32_t num_lanes, num_columns;
    rlb_rng rng;
};

/* Slots are the outermost axis, so what is in use is one piece. */
static size_t used_bytes(const rlb_replay *r)
{
    return rlb_replay_size(r) * r->stride;
}

rlb_status rlb_replay_save(const rlb_replay *r, rlb_writer *w)
{
    struct saved s = {r->num_slots, r->filled,      r->head, r->stride,
                      r->num_lanes, r->num_columns, r->rng};
    rlb_status status = w->put(w, TAG_STATE, &s, sizeof s);
    return status == RLB_OK ? w->put(w, TAG_ROWS, r->data, used_bytes(r)) : status;
}

static rlb_status misfit(const rlb_replay *r, const char *what)
{
    return r->host->fail(r->host, RLB_E_FORMAT, "the saved replay buffer does not fit: %s", what);
}

rlb_status rlb_replay_load(rlb_replay *r, rlb_reader *reader)
{
    struct saved s;
    rlb_status status = reader->get(reader, TAG_STATE, &s, sizeof s);
    if (status != RLB_OK)
        return status == RLB_E_FORMAT ? misfit(r, "its state is not there") : status;
    if (s.num_slots != r->num_slots || s.num_lanes != r->num_lanes || s.stride != r->stride ||
        s.num_columns != r->num_columns)
        return misfit(r, "its capacity, lanes or columns are others");
    if (s.filled > s.num_slots || s.head >= s.num_slots || s.rng.used > 4 ||
        (s.filled < s.num_slots && s.head != s.filled))
        return misfit(r, "its state is damaged");
    r->filled = s.filled;
    r->head = s.head;
    r->rng = s.rng;
    status = reader->get(reader, TAG_ROWS, r->data, used_bytes(r));
    if (status != RLB_OK)
        return status == RLB_E_FORMAT ? misfit(r, "its transitions are not there") : status;
    for (uint64_t slot = 0; slot < r->filled; slot++)
        replay_mark(r, slot);
    return RLB_OK;
}
