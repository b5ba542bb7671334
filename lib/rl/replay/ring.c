#include "replay.h"

#include <string.h>

static rlb_status check_columns(const rlb_host *host, const rlb_column *columns, uint32_t n)
{
    uint32_t seen[RLB_COLUMN_TRUNCATED + 1] = {0};
    for (uint32_t c = 0; c < n; c++) {
        const rlb_column *col = &columns[c];
        int flag = col->role >= RLB_COLUMN_TERMINATED;
        if (replay_bytes(col) == 0 || col->role > RLB_COLUMN_TRUNCATED)
            return host->fail(host, RLB_E_INVAL,
                              "column %s of the replay buffer: dtype %u, width %u or role %u is "
                              "none there is",
                              col->name, col->dtype, col->width, col->role);
        if (col->role == RLB_COLUMN_REWARD && col->dtype != RLB_F32)
            return host->fail(host, RLB_E_INVAL,
                              "column %s of the replay buffer: rewards are RLB_F32", col->name);
        if (flag && (col->dtype != RLB_U8 || col->width != 1 || seen[col->role]))
            return host->fail(host, RLB_E_INVAL,
                              "column %s of the replay buffer: there is one column of this role, "
                              "RLB_U8 and of width 1",
                              col->name);
        seen[col->role]++;
    }
    return n ? RLB_OK : host->fail(host, RLB_E_INVAL, "a replay buffer needs a column");
}

rlb_status rlb_replay_init(rlb_replay *r, const rlb_host *host, const rlb_column *columns,
                           uint32_t num_columns, uint64_t capacity, uint32_t num_lanes,
                           uint64_t seed, uint64_t stream)
{
    rlb_status status = check_columns(host, columns, num_columns);
    if (status != RLB_OK)
        return status;
    if (num_lanes == 0 || capacity == 0 || capacity % num_lanes != 0)
        return host->fail(host, RLB_E_INVAL,
                          "a replay buffer of %llu transitions for %u lanes: it must hold the same "
                          "number of each lane, at least 1",
                          (unsigned long long)capacity, num_lanes);
    *r = (rlb_replay){.host = host,
                      .columns = columns,
                      .num_columns = num_columns,
                      .num_lanes = num_lanes,
                      .num_slots = capacity / num_lanes};
    rlb_rng_init(&r->rng, seed, stream);
    r->offset = host->alloc(host, num_columns * sizeof *r->offset);
    for (uint32_t c = 0; r->offset && c < num_columns; c++) {
        r->offset[c] = r->stride;
        r->stride += (replay_bytes(&columns[c]) + 3) / 4 * 4; /* floats stay aligned */
    }
    if (r->offset && capacity <= SIZE_MAX / r->stride) {
        r->data = host->alloc(host, capacity * r->stride);
        r->ended = host->alloc(host, capacity);
    }
    return r->data && r->ended
               ? RLB_OK
               : host->fail(host, RLB_E_NOMEM,
                            "no memory for a replay buffer of %llu transitions: lower its "
                            "capacity",
                            (unsigned long long)capacity);
}

void replay_mark(rlb_replay *r, uint64_t slot)
{
    for (uint32_t lane = 0; lane < r->num_lanes; lane++)
        r->ended[lane * r->num_slots + slot] = 0;
    for (uint32_t c = 0; c < r->num_columns; c++) {
        if (r->columns[c].role < RLB_COLUMN_TERMINATED)
            continue;
        for (uint32_t lane = 0; lane < r->num_lanes; lane++)
            r->ended[lane * r->num_slots + slot] |=
                *replay_at(r, slot * r->num_lanes + lane, c) != 0;
    }
}

void rlb_replay_push(rlb_replay *r, const void *const *rows)
{
    for (uint32_t c = 0; c < r->num_columns; c++) {
        size_t bytes = replay_bytes(&r->columns[c]);
        for (uint32_t lane = 0; lane < r->num_lanes; lane++)
            memcpy(replay_at(r, r->head * r->num_lanes + lane, c),
                   (const char *)rows[c] + lane * bytes, bytes);
    }
    replay_mark(r, r->head);
    r->head = r->head + 1 == r->num_slots ? 0 : r->head + 1;
    r->filled += r->filled < r->num_slots;
}

/* memchr runs over the lane's flags: episodes of thousands of steps cost tens of nanoseconds. */
uint64_t rlb_replay_ahead(const rlb_replay *r, uint64_t index)
{
    uint64_t slot = index / r->num_lanes, newer = replay_newer(r, slot);
    const uint8_t *lane = r->ended + (index % r->num_lanes) * r->num_slots, *end;
    uint64_t straight = newer < r->num_slots - slot ? newer + 1 : r->num_slots - slot;
    if ((end = memchr(lane + slot, 1, straight)))
        return (uint64_t)(end - lane) - slot;
    if ((end = memchr(lane, 1, newer + 1 - straight)))
        return (uint64_t)(end - lane) + straight;
    return newer;
}
