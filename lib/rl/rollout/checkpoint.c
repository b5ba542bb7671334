#include <rlbench/rollout.h>

enum { TAG_STATE = RLB_TAG('R', 'O', 'L', 'S'), TAG_ROWS = RLB_TAG('R', 'O', 'L', 'R') };

struct saved {
    uint64_t obs_bytes, act_bytes;
    uint32_t num_steps, num_streams, at, reserved;
};

enum { NUM_ARRAYS = 8 };
struct array {
    void *rows;
    size_t bytes; /* of the rows in use */
};

static void arrays(const rlb_rollout *r, struct array out[NUM_ARRAYS])
{
    size_t used = (size_t)r->at * r->num_streams;
    const struct array all[NUM_ARRAYS] = {
        {r->obs, used * r->obs_bytes},
        {r->action, used * r->act_bytes},
        {r->log_prob, used * sizeof *r->log_prob},
        {r->reward, used * sizeof *r->reward},
        {r->value,
         (used + r->num_streams) * sizeof *r->value}, /* of what follows a full one, too */
        {r->final_value, used * sizeof *r->final_value},
        {r->terminated, used},
        {r->truncated, used}};
    for (int i = 0; i < NUM_ARRAYS; i++)
        out[i] = all[i];
}

rlb_status rlb_rollout_save(const rlb_rollout *r, rlb_writer *w)
{
    struct array a[NUM_ARRAYS];
    struct saved s = {r->obs_bytes, r->act_bytes, r->num_steps, r->num_streams, r->at, 0};
    rlb_status status = w->put(w, TAG_STATE, &s, sizeof s);
    arrays(r, a);
    for (int i = 0; status == RLB_OK && i < NUM_ARRAYS; i++)
        status = w->put(w, TAG_ROWS, a[i].rows, a[i].bytes);
    return status;
}

rlb_status rlb_rollout_load(rlb_rollout *r, rlb_reader *reader)
{
    struct array a[NUM_ARRAYS];
    struct saved s;
    rlb_status status = reader->get(reader, TAG_STATE, &s, sizeof s);
    if (status == RLB_OK &&
        (s.obs_bytes != r->obs_bytes || s.act_bytes != r->act_bytes ||
         s.num_steps != r->num_steps || s.num_streams != r->num_streams || s.at > s.num_steps))
        status = RLB_E_FORMAT;
    if (status == RLB_OK) {
        r->at = s.at;
        arrays(r, a);
    }
    for (int i = 0; status == RLB_OK && i < NUM_ARRAYS; i++)
        status = reader->get(reader, TAG_ROWS, a[i].rows, a[i].bytes);
    return status == RLB_E_FORMAT
               ? r->host->fail(r->host, status,
                               "the saved rollout does not fit %u steps of %u streams",
                               r->num_steps, r->num_streams)
               : status;
}
