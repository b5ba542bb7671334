#include "worker/team.h"

#include "base/clock.h"
#include "base/file.h"
#include "worker/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stream of a run: who it belongs to, the loop's counters, changed parameters, the digest, then
 * the rig. */

#define TAG_IDENTITY RLB_TAG('W', 'H', 'O', ' ')
#define TAG_COUNTERS RLB_TAG('S', 'T', 'E', 'P')
#define TAG_DIGEST RLB_TAG('D', 'G', 'S', 'T')
#define TAG_LIVE RLB_TAG('L', 'I', 'V', 'E')

/* Names end in NUL; too long a name is cut, which the hash of the job still tells apart. */
struct identity {
    uint32_t abi_major, abi_minor;
    char algo[64], algo_version[64], env[64], env_version[64], hash[72];
};

struct counters {
    uint64_t step, window_step, last_eval, evaluations;
    uint64_t eval_due; /* 1: a stop broke the evaluation of this step off */
    uint64_t algo_done;
    int64_t active_ns;
};

struct digest_state {
    uint64_t count;
    uint32_t state[8], index, reserved;
    uint8_t block[SHA256_BLOCK_SIZE];
};

static void fill_identity(const struct job *j, struct identity *id)
{
    memset(id, 0, sizeof *id);
    id->abi_major = RLB_ABI_MAJOR;
    id->abi_minor = RLB_ABI_MINOR;
    snprintf(id->algo, sizeof id->algo, "%s", j->algo->id);
    snprintf(id->algo_version, sizeof id->algo_version, "%s", j->algo->version);
    if (j->env) {
        snprintf(id->env, sizeof id->env, "%s", j->env->id);
        snprintf(id->env_version, sizeof id->env_version, "%s", j->env->version);
    }
    memcpy(id->hash, j->hash, sizeof j->hash);
}

static rlb_status put_digest(const struct worker *r, rlb_writer *w)
{
    struct digest_state d = {.count = r->digest.count, .index = (uint32_t)r->digest.index};
    memcpy(d.state, r->digest.state, sizeof d.state);
    memcpy(d.block, r->digest.block, d.index);
    return w->put(w, TAG_DIGEST, &d, sizeof d);
}

static rlb_status put_live(const struct worker *r, rlb_writer *w)
{
    struct buf texts = {0};
    for (size_t i = 0; i < r->live.len; i++) {
        wire_pack_text(&texts, r->live.data[i].name);
        wire_pack_text(&texts, r->live.data[i].value);
    }
    rlb_status status = w->put(w, TAG_LIVE, texts.data, texts.len);
    buf_finish(&texts);
    return status;
}

rlb_status worker_snapshot(struct worker *r, struct checkpoint_writer *w)
{
    struct identity id;
    fill_identity(r->job, &id);
    struct counters c = {.step = r->step,
                         .window_step = r->window_step,
                         .last_eval = r->last_eval,
                         .evaluations = r->evaluations,
                         .eval_due = r->next_eval <= r->step,
                         .algo_done = r->algo_done,
                         .active_ns = worker_active_ns(r, clock_mono_ns())};
    rlb_writer *out = &w->table;
    rlb_status status = out->put(out, TAG_IDENTITY, &id, sizeof id);
    if (status == RLB_OK)
        status = out->put(out, TAG_COUNTERS, &c, sizeof c);
    if (status == RLB_OK)
        status = put_digest(r, out);
    if (status == RLB_OK)
        status = put_live(r, out);
    if (status == RLB_OK)
        status = team_save(r, w);
    return status == RLB_OK ? rig_save(r->rig, w) : status;
}

static void announce(struct worker *r, const char *path, const char *sha256, uint64_t size)
{
    struct wire_saved m = {.step = r->step,
                           .kind = "checkpoint",
                           .path = file_base(path),
                           .sha256 = sha256,
                           .bytes = size};
    wire_send(r->link, WIRE_SAVED, &m);
    free(r->saved_path);
    r->saved_path = mem_strdup(path);
    r->saved_step = r->step;
    r->saved = true;
}

void worker_checkpoint(struct worker *r)
{
    if (!r->can_save || r->diverged)
        return;
    struct err e = ERR_INIT;
    struct checkpoint_writer w;
    char sha256[65], text[1200];
    uint64_t size;
    const char *folder = r->job->msg.folder;
    char *path = mem_printf("%s/checkpoint-%" PRIu64 ".rlbc", folder, r->step);
    checkpoint_writer_init(&w);
    worker_send_saving(r);
    rlb_status status = worker_snapshot(r, &w);
    /* Points up to here reach the other side before the news that they need not be made again. */
    worker_flush_points(r);
    if (status < 0)
        worker_event(r, RLB_LOG_WARN, "checkpoint", "no checkpoint: %s",
                     host_failure(&r->rig->report, r->job->algo->id, status, text, sizeof text));
    else if (file_mkdirs(folder, &e) != OK ||
             checkpoint_write_file(path, &w, sha256, &size, &e) != OK)
        worker_event(r, RLB_LOG_WARN, "checkpoint",
                     "no checkpoint: %s; the run goes on, older checkpoints are kept", e.text);
    else
        announce(r, path, sha256, size);
    checkpoint_writer_finish(&w);
    free(path);
}

/* ---- reading */

static int check_identity(const struct worker *r, const struct identity *found, struct err *e)
{
    struct identity own;
    fill_identity(r->job, &own);
    const struct {
        const char *what, *found, *own;
        size_t size;
    } texts[] = {
        {"algorithm", found->algo, own.algo, sizeof own.algo},
        {"version of the algorithm", found->algo_version, own.algo_version,
         sizeof own.algo_version},
        {"environment", found->env, own.env, sizeof own.env},
        {"version of the environment", found->env_version, own.env_version, sizeof own.env_version},
        {"parameters, dataset, seed, lanes or time limit", found->hash, own.hash, sizeof own.hash},
    };
    if (found->abi_major != RLB_ABI_MAJOR)
        return err_set(e, ERR_DATA, "written under plugin ABI %u, this is %d", found->abi_major,
                       RLB_ABI_MAJOR);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!memchr(texts[i].found, '\0', texts[i].size))
            return err_set(e, ERR_DATA, "damaged (%s)", texts[i].what);
        if (strcmp(texts[i].found, texts[i].own) != 0)
            return err_set(e, ERR_DATA, "another %s: '%s' there, '%s' here", texts[i].what,
                           texts[i].found, texts[i].own);
    }
    return OK;
}

static bool counters_fit(const struct counters *c)
{
    return c->window_step <= c->step && c->algo_done <= 1 && c->eval_due <= 1 &&
           c->active_ns >= 0 && c->active_ns < INT64_MAX / 2 &&
           (c->last_eval == UINT64_MAX || c->last_eval <= c->step) && c->evaluations <= c->step;
}

static bool get_digest(struct worker *r, rlb_reader *in)
{
    struct digest_state d;
    if (in->get(in, TAG_DIGEST, &d, sizeof d) != RLB_OK || d.index >= SHA256_BLOCK_SIZE)
        return false;
    memcpy(r->digest.state, d.state, sizeof d.state);
    r->digest.count = d.count;
    r->digest.index = d.index;
    memcpy(r->digest.block, d.block, d.index);
    return true;
}

/* The texts of changed parameters, to be applied when the algorithm is loaded. */
static bool get_live(rlb_reader *in, struct buf *texts)
{
    uint32_t tag;
    size_t n;
    if (in->peek(in, &tag, &n) != RLB_OK)
        return false;
    buf_reserve(texts, n + 1);
    if (in->get(in, TAG_LIVE, texts->data, n) != RLB_OK)
        return false;
    texts->len = n;
    return wire_texts_valid((struct wire_bytes){texts->data, n});
}

static int apply_live(struct worker *r, const struct buf *texts, struct err *e)
{
    struct wire_bytes all = {texts->data, texts->len};
    char why[1200];
    for (const char *name = wire_text_next(all, NULL); name;) {
        const char *value = wire_text_next(all, name);
        if (!value)
            return err_set(e, ERR_DATA, "damaged (changed parameters)");
        if (!worker_set_param(r, name, value, why, sizeof why))
            return err_set(e, ERR_DATA, "cannot restore a changed parameter: %s", why);
        name = wire_text_next(all, value);
    }
    return OK;
}

static void take_counters(struct worker *r, const struct counters *c)
{
    r->step = c->step;
    r->window_step = c->window_step;
    r->last_eval = c->last_eval;
    r->evaluations = c->evaluations;
    r->eval_due = c->eval_due != 0;
    r->algo_done = c->algo_done != 0;
    r->before_ns = c->active_ns;
    r->status.active_ns = c->active_ns;
    r->status.step = c->step;
    r->window_ns = c->active_ns;
    r->window_transitions = rig_transitions(r->rig);
    r->bad_seen = r->rig->host.bad;
}

int worker_restore_chunks(struct worker *r, struct checkpoint_reader *in, struct err *e)
{
    struct identity id;
    struct counters c;
    struct buf live = {0};
    rlb_reader *table = &in->table;
    char text[1200];
    int status = OK;
    if (table->get(table, TAG_IDENTITY, &id, sizeof id) != RLB_OK)
        return err_set(e, ERR_DATA, "its head is damaged");
    status = check_identity(r, &id, e);
    if (status != OK)
        return status;
    if (table->get(table, TAG_COUNTERS, &c, sizeof c) != RLB_OK || !counters_fit(&c) ||
        !get_digest(r, table) || !get_live(table, &live)) {
        status = err_set(e, ERR_DATA, "its counters are damaged");
        goto finish_live;
    }
    status = team_load(r, in, e);
    if (status != OK)
        goto finish_live;
    r->rig->report.text[0] = '\0';
    rlb_status loaded = rig_load(r->rig, in);
    if (loaded == RLB_E_FORMAT && !r->rig->report.text[0])
        status = err_set(e, ERR_DATA, "its contents do not fit %s", r->job->algo->id);
    else if (loaded < 0)
        status =
            err_set(e, ERR_DATA, "%s",
                    host_failure(&r->rig->report, r->job->algo->id, loaded, text, sizeof text));
    else if (in->left)
        status = err_set(e, ERR_DATA, "something follows its end");
    if (status == OK)
        status = team_ready(r->job, e);
    if (status == OK)
        status = apply_live(r, &live, e);
    if (status == OK)
        take_counters(r, &c);
finish_live:
    buf_finish(&live);
    return status;
}

int worker_restore(struct worker *r, const char *path, struct err *e)
{
    struct buf file = {0};
    struct checkpoint_reader in;
    int status = checkpoint_read_file(path, &file, &in, e);
    if (status == OK) {
        status = worker_restore_chunks(r, &in, e);
        if (status != OK)
            err_prefix(e, "cannot resume from %s", path);
    }
    if (status == OK) {
        free(r->saved_path);
        r->saved_path = mem_strdup(path);
        r->saved_step = r->step;
        r->saved = true;
    }
    buf_finish(&file);
    return status;
}
