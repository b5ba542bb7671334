/* A rank other than 0: it does what rank 0 tells it. */
#include "worker/team.h"

#include "worker/team_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct follower {
    struct ranks *ranks;
    struct job job;
    struct worker worker; /* as much of it as set_param() needs: job, rig, arena */
    bool ended;
    char failure[1400]; /* of this rank */
};

static int say(struct follower *f, const struct buf *bytes)
{
    struct buf none = {0}; /* what is gathered is rank 0's */
    int status = ranks_gather(f->ranks, bytes, f->failure, &none, NULL);
    buf_finish(&none);
    return status;
}

/* The answer to JOB and LOAD. */
static int say_sentence(struct follower *f, const char *sentence)
{
    struct buf b = {0};
    snprintf(f->failure, sizeof f->failure, "%s", sentence);
    buf_puts(&b, sentence);
    int status = say(f, &b);
    buf_finish(&b);
    return status;
}

static int create(struct follower *f, struct err *e)
{
    struct job *job = &f->job;
    int status = job_load(job, e);
    if (status == OK)
        status = job_open_dataset(job, e);
    if (status == OK)
        status = job_resolve(job, e);
    if (status != OK)
        return status;
    const struct rig_setup setup = {.algo = job->algo,
                                    .algo_params = job->algo_values,
                                    .env = job->env,
                                    .env_params = job->env_values,
                                    .dataset = job->dataset.data.size ? &job->dataset.data : NULL,
                                    .ranks = f->ranks,
                                    .seed = job->msg.seed,
                                    .total_steps = job->msg.steps,
                                    .lanes = job->msg.lanes,
                                    .time_limit = job->msg.time_limit};
    f->worker.job = job;
    return rig_create(&setup, &f->worker.rig, e);
}

static int do_job(struct follower *f, uint64_t value, const char *bytes, size_t n)
{
    (void)value;
    struct err e = ERR_INIT;
    enum wire_type type;
    union wire_any m;
    if (wire_decode(bytes, n, &type, &m, &e) <= 0 || type != WIRE_JOB)
        return ERR_DATA;
    job_init(&f->job, &m.job);
    f->job.ranks = f->ranks;
    return say_sentence(f, create(f, &e) == OK ? "" : e.text);
}

static int do_load(struct follower *f, uint64_t value, const char *bytes, size_t n)
{
    (void)value;
    uint64_t length = 0;
    for (uint32_t rank = 1; rank <= f->ranks->rank; rank++) {
        if (n < sizeof length + length * (rank > 1))
            return ERR_DATA;
        bytes += rank > 1 ? length : 0;
        n -= rank > 1 ? length : 0;
        memcpy(&length, bytes, sizeof length);
        bytes += sizeof length;
        n -= sizeof length;
    }
    struct checkpoint_reader in;
    char text[1200] = "";
    checkpoint_reader_init(&in, bytes, length <= n ? length : n);
    rlb_status status = rig_load(f->worker.rig, &in);
    if (status < 0)
        host_failure(&f->worker.rig->report, f->job.algo->id, status, text, sizeof text);
    return say_sentence(f, text);
}

static void add_rewards(struct rig *rig, struct buf *b)
{
    struct venv *v;
    for (size_t i = 0; (v = rig_training_env(rig, i)); i++) {
        const struct team_lanes lanes = {.world = v->id, .first = v->first, .count = v->count};
        buf_add(b, &lanes, sizeof lanes);
        buf_add(b, v->rewards + v->first, v->count * sizeof *v->rewards);
    }
}

static int do_step(struct follower *f, uint64_t most, const char *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    struct rig *rig = f->worker.rig;
    struct buf b = {0};
    uint64_t did = 0;
    rlb_status status = rig_step(rig, most, &did);
    if (status < 0)
        host_failure(&rig->report, f->job.algo->id, status, f->failure, sizeof f->failure);
    const struct team_report report = {.did = did, .num_episodes = rig->episodes.ended.len};
    buf_add(&b, &report, sizeof report);
    buf_add(&b, rig->episodes.ended.data, rig->episodes.ended.len * sizeof(struct venv_episode));
    add_rewards(rig, &b);
    rig->episodes.ended.len = 0;
    int said = say(f, &b);
    buf_finish(&b);
    return status < 0 ? ERR_FAILED : said;
}

static int do_log(struct follower *f, uint64_t value, const char *bytes, size_t n)
{
    (void)value;
    (void)bytes;
    (void)n;
    struct rig *rig = f->worker.rig;
    double point;
    struct venv *v;
    if (f->job.algo->measure)
        f->job.algo->measure(rig->algo);
    for (uint32_t i = 0; i < rig->host.num_folds; i++)
        host_fold_take(&rig->host.folds[i], &point);
    for (size_t i = 0; (v = rig_training_env(rig, i)); i++)
        venv_next_window(v);
    return OK;
}

static int do_save(struct follower *f, uint64_t value, const char *bytes, size_t n)
{
    (void)value;
    (void)bytes;
    (void)n;
    struct checkpoint_writer w;
    struct checkpoint_reader all;
    struct buf b = {0};
    checkpoint_writer_init(&w);
    if (rig_save(f->worker.rig, &w) >= 0) {
        checkpoint_reader_over(&all, &w);
        buf_add(&b, all.at, all.left);
    }
    int status = say(f, &b);
    checkpoint_writer_finish(&w);
    buf_finish(&b);
    return status;
}

static int do_set(struct follower *f, uint64_t value, const char *bytes, size_t n)
{
    (void)value;
    const struct wire_bytes texts = {bytes, n};
    char why[400];
    const char *name = wire_texts_valid(texts) ? wire_text_next(texts, NULL) : NULL;
    const char *text = name ? wire_text_next(texts, name) : NULL;
    if (text)
        worker_set_param(&f->worker, name, text, why, sizeof why);
    return OK;
}

static int do_end(struct follower *f, uint64_t value, const char *bytes, size_t n)
{
    (void)value;
    (void)bytes;
    (void)n;
    f->ended = true;
    return OK;
}

static int obey(struct follower *f, const struct buf *told)
{
    static int (*const words[])(struct follower *, uint64_t, const char *, size_t) = {
        [TEAM_JOB] = do_job,   [TEAM_LOAD] = do_load, [TEAM_STEP] = do_step, [TEAM_LOG] = do_log,
        [TEAM_SAVE] = do_save, [TEAM_SET] = do_set,   [TEAM_END] = do_end};
    struct team_head head = {0};
    if (told->len >= sizeof head)
        memcpy(&head, told->data, sizeof head);
    bool first = head.word == TEAM_JOB, last = head.word == TEAM_END;
    if (head.word < TEAM_JOB || head.word > TEAM_END || (!first && !last && !f->worker.rig))
        return ERR_DATA;
    return words[head.word](f, head.value, told->data + sizeof head, told->len - sizeof head);
}

int team_follow(struct ranks *ranks)
{
    struct follower f = {.ranks = ranks};
    struct buf told = {0};
    int status = OK;
    while (status == OK && !f.ended)
        if ((status = ranks_tell(ranks, &told, NULL)) == OK)
            status = obey(&f, &told);
    rig_destroy(f.worker.rig);
    vec_finish(&f.worker.live);
    arena_finish(&f.worker.arena);
    job_finish(&f.job);
    buf_finish(&told);
    return status;
}
