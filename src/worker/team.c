#include "worker/team.h"

#include "worker/team_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rank 0's side. */

#define TAG_RANKS RLB_TAG('R', 'N', 'K', 'S')
#define TAG_RANK RLB_TAG('R', 'A', 'N', 'K')

static int tell(struct ranks *ranks, enum team_word word, uint64_t value, const void *bytes,
                size_t n, struct err *e)
{
    struct buf b = {0};
    const struct team_head head = {.word = word, .value = value};
    buf_add(&b, &head, sizeof head);
    buf_add(&b, bytes, n);
    int status = ranks_tell(ranks, &b, e);
    buf_finish(&b);
    return status;
}

/* What every rank says, this one nothing but its failure. */
static int hear(struct ranks *ranks, const char *failure, struct buf *all, struct err *e)
{
    struct buf none = {0};
    return ranks_gather(ranks, &none, failure, all, e);
}

/* The next rank's bytes of what was heard; false at the end. */
static bool next_part(const struct buf *all, size_t *at, struct buf *part)
{
    uint64_t n;
    if (*at + sizeof n > all->len)
        return false;
    memcpy(&n, all->data + *at, sizeof n);
    *part = (struct buf){.data = all->data + *at + sizeof n, .len = n};
    *at += sizeof n + n;
    return *at <= all->len;
}

/* ---- beginning and end ---- */

int team_begin(const struct job *job, struct err *e)
{
    struct buf frame = {0};
    if (!job->ranks)
        return OK;
    wire_encode(&frame, WIRE_JOB, &job->msg);
    int status = tell(job->ranks, TEAM_JOB, 0, frame.data, frame.len, e);
    buf_finish(&frame);
    return status;
}

/* Replies that are a sentence of what went wrong, or nothing. */
static int hear_sentences(struct ranks *ranks, struct err *e)
{
    struct buf all = {0}, part;
    size_t at = 0;
    int status = hear(ranks, "", &all, e);
    for (uint32_t rank = 0; status == OK && next_part(&all, &at, &part); rank++)
        if (part.len)
            status = err_set(e, ERR_FAILED, "rank %u: %.*s", rank, (int)part.len, part.data);
    buf_finish(&all);
    return status;
}

int team_ready(const struct job *job, struct err *e)
{
    return job->ranks ? hear_sentences(job->ranks, e) : OK;
}

void team_end(struct worker *r)
{
    if (r->job->ranks)
        tell(r->job->ranks, TEAM_END, 0, NULL, 0, NULL);
}

/* ---- steps ---- */

static int by_time(const void *x, const void *y)
{
    const struct venv_episode *a = x, *b = y;
    if (a->clock != b->clock)
        return a->clock < b->clock ? -1 : 1;
    return a->lane < b->lane ? -1 : a->lane > b->lane;
}

/* Counted in the order in which one process would have met them. */
static void count_episodes(struct rig *rig)
{
    struct venv_episodes *list = &rig->episodes;
    if (list->ended.len)
        qsort(list->ended.data, list->ended.len, sizeof *list->ended.data, by_time);
    for (size_t i = 0; i < list->ended.len; i++) {
        const struct venv_episode *ep = &list->ended.data[i];
        tally_add(&rig->tally, ep->world, ep->at, ep->ret, ep->length, ep->success);
    }
    list->ended.len = 0;
}

/* Another rank's rewards of the window replace what this rank had of its lanes. */
static bool take_rewards(struct rig *rig, const char *at, size_t left)
{
    struct team_lanes lanes;
    while (left >= sizeof lanes) {
        memcpy(&lanes, at, sizeof lanes);
        at += sizeof lanes;
        left -= sizeof lanes;
        struct venv *v = rig_world(rig, lanes.world);
        size_t n = lanes.count * sizeof *v->rewards;
        if (!v || lanes.first > v->table.num_lanes ||
            lanes.count > v->table.num_lanes - lanes.first || n > left)
            return false;
        memcpy(v->rewards + lanes.first, at, n);
        at += n;
        left -= n;
    }
    return left == 0;
}

static bool take_report(struct rig *rig, const struct buf *part, uint64_t did)
{
    struct team_report report;
    if (part->len < sizeof report)
        return false;
    memcpy(&report, part->data, sizeof report);
    size_t n = report.num_episodes * sizeof(struct venv_episode);
    if (report.did != did || n > part->len - sizeof report)
        return false;
    const char *at = part->data + sizeof report;
    for (uint64_t i = 0; i < report.num_episodes; i++) {
        struct venv_episode ep;
        memcpy(&ep, at + i * sizeof ep, sizeof ep);
        vec_push(&rig->episodes.ended, ep);
    }
    return take_rewards(rig, at + n, part->len - sizeof report - n);
}

static int hear_reports(struct rig *rig, struct ranks *ranks, const char *failure, uint64_t did,
                        struct err *e)
{
    struct buf all = {0}, part;
    size_t at = 0;
    int status = hear(ranks, failure, &all, e);
    for (uint32_t rank = 0; status == OK && next_part(&all, &at, &part); rank++)
        if (rank > 0 && !take_report(rig, &part, did))
            status = err_set(e, ERR_FAILED, "rank %u has done other steps than rank 0", rank);
    buf_finish(&all);
    return status;
}

rlb_status team_step(struct worker *r, uint64_t max_steps, uint64_t *did)
{
    struct ranks *ranks = r->job->ranks;
    const rlb_host *host = &r->rig->host.table;
    struct err e = ERR_INIT;
    char text[1200] = "";
    if (!ranks)
        return rig_step(r->rig, max_steps, did);
    if (tell(ranks, TEAM_STEP, max_steps, NULL, 0, &e) != OK)
        return host->fail(host, RLB_E_INTERNAL, "%s", e.text);
    rlb_status status = rig_step(r->rig, max_steps, did);
    if (status < 0)
        host_failure(&r->rig->report, r->job->algo->id, status, text, sizeof text);
    int heard = hear_reports(r->rig, ranks, text, *did, &e);
    if (status < 0)
        return status;
    if (heard != OK)
        return host->fail(host, RLB_E_INTERNAL, "%s", e.text);
    count_episodes(r->rig);
    return status;
}

void team_log(struct worker *r)
{
    if (r->job->ranks) /* a failure shows at the next step */
        tell(r->job->ranks, TEAM_LOG, 0, NULL, 0, NULL);
}

void team_set_param(struct worker *r, const char *name, const char *text)
{
    struct buf b = {0};
    if (!r->job->ranks)
        return;
    wire_pack_text(&b, name);
    wire_pack_text(&b, text);
    tell(r->job->ranks, TEAM_SET, 0, b.data, b.len, NULL);
    buf_finish(&b);
}

/* ---- checkpoints ---- */

rlb_status team_save(struct worker *r, struct checkpoint_writer *w)
{
    struct ranks *ranks = r->job->ranks;
    const rlb_host *host = &r->rig->host.table;
    struct buf all = {0}, part;
    struct err e = ERR_INIT;
    size_t at = 0;
    if (!ranks)
        return RLB_OK;
    int heard = tell(ranks, TEAM_SAVE, 0, NULL, 0, &e);
    if (heard == OK)
        heard = hear(ranks, "", &all, &e);
    rlb_status status = heard == OK ? RLB_OK : host->fail(host, RLB_E_INTERNAL, "%s", e.text);
    size_t begun = checkpoint_begin_section(w, TAG_RANKS);
    for (uint32_t rank = 0; status == RLB_OK && next_part(&all, &at, &part); rank++)
        if (rank > 0)
            status = part.len ? w->table.put(&w->table, TAG_RANK, part.data, part.len)
                              : host->fail(host, RLB_E_INTERNAL, "rank %u cannot be saved", rank);
    checkpoint_end_section(w, begun);
    buf_finish(&all);
    return status;
}

/* The section as what TEAM_LOAD carries: of every other rank a length and bytes. */
static bool read_parts(struct checkpoint_reader *in, uint32_t size, struct buf *out)
{
    struct checkpoint_reader section;
    if (checkpoint_read_section(in, TAG_RANKS, &section) != RLB_OK)
        return false;
    for (uint32_t rank = 1; rank < size; rank++) {
        uint32_t tag;
        size_t n;
        if (section.table.peek(&section.table, &tag, &n) != RLB_OK)
            return false;
        uint64_t length = n;
        buf_add(out, &length, sizeof length);
        buf_reserve(out, n + 1);
        if (section.table.get(&section.table, TAG_RANK, out->data + out->len, n) != RLB_OK)
            return false;
        out->len += n;
    }
    return section.left == 0;
}

int team_load(struct worker *r, struct checkpoint_reader *in, struct err *e)
{
    struct ranks *ranks = r->job->ranks;
    struct buf parts = {0};
    if (!ranks)
        return OK;
    int status = read_parts(in, ranks->size, &parts)
                     ? tell(ranks, TEAM_LOAD, 0, parts.data, parts.len, e)
                     : err_set(e, ERR_DATA, "it is not of a run over %u ranks", ranks->size);
    buf_finish(&parts);
    return status;
}
