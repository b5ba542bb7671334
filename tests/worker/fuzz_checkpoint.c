#include "fuzz.h"
#include "worker/checkpoint.h"
#include "worker/fake.h"
#include "worker/internal.h"

/* Damaged checkpoints, in two ways: as they are (nearly all fail at the checksum), and as chunks
 * whose checksum would be right, put into a run of every kind of job. Whatever is accepted must
 * also run on. */

enum { NUM_JOBS = 3 };

static struct job *fuzz_job(int which)
{
    static struct job jobs[NUM_JOBS];
    struct job *j = &jobs[which];
    if (j->algo)
        return j;
    struct buf algo = {0}, env = {0};
    wire_pack_text(&env, which == 1 ? "agents" : "slip");
    wire_pack_text(&env, which == 1 ? "3" : "0.3");
    if (which == 2) {
        wire_pack_text(&algo, "clients");
        wire_pack_text(&algo, "3");
    }
    const struct wire_job msg = {.folder = ".",
                                 .seed = 1,
                                 .lanes = which == 0 ? 4 : 1,
                                 .log_every = 10,
                                 .time_limit = which == 0 ? 9 : 0,
                                 .algo_params = {algo.data, algo.len},
                                 .env_params = {env.data, env.len}};
    job_init(j, &msg);
    j->algo = which == 2 ? &fake_clients : &fake_walker;
    j->env = &fake_line;
    if (job_resolve(j, NULL) != OK)
        abort();
    buf_finish(&algo);
    buf_finish(&env);
    return j;
}

/* A worker without loop or other side. */
static void open_worker(struct worker *r, struct wire_link *link, int which)
{
    const struct job *j = fuzz_job(which);
    *r = (struct worker){.job = j, .link = link, .last_eval = UINT64_MAX, .can_save = true};
    wire_link_init(link, -1);
    sha256_init(&r->digest);
    struct rig_setup setup = {.algo = j->algo,
                              .algo_params = j->algo_values,
                              .env = j->env,
                              .env_params = j->env_values,
                              .seed = j->msg.seed,
                              .lanes = j->msg.lanes,
                              .time_limit = j->msg.time_limit};
    if (rig_create(&setup, &r->rig, NULL) != OK)
        abort();
    r->bad_warned = mem_alloc(worker_num_metrics(r));
}

static void close_worker(struct worker *r)
{
    rig_destroy(r->rig);
    free(r->bad_warned);
    free(r->diverged);
    buf_finish(&r->points);
    buf_finish(&r->episodes);
    vec_finish(&r->live);
    arena_finish(&r->arena);
    wire_link_finish(r->link);
}

static void go_on(struct worker *r, int steps)
{
    uint64_t did = 0;
    if (rig_step(r->rig, (uint64_t)steps, &did) < 0)
        return;
    r->step += did;
    worker_check_finite(r, 0);
    if (worker_log_point(r) < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct checkpoint_reader in;
    checkpoint_open("input", data, n, &in, NULL);
    if (n < 8)
        return 0;
    for (int which = 0; which < NUM_JOBS; which++) {
        struct worker r;
        struct wire_link link;
        struct err e = ERR_INIT;
        open_worker(&r, &link, which);
        /* past the head, as if the checksum were right */
        checkpoint_reader_init(&in, data + 8, n - 8);
        if (worker_restore_chunks(&r, &in, &e) == OK)
            go_on(&r, 50);
        else if (!e.text[0])
            abort();
        close_worker(&r);
    }
    return 0;
}

/* A checkpoint of one of the jobs after a few steps, without the checksum. */
static void make_seed(rlb_rng *rng, struct buf *out)
{
    struct worker r;
    struct wire_link link;
    struct checkpoint_writer w;
    char why[200];
    int which = (int)fuzz_below(rng, NUM_JOBS);
    open_worker(&r, &link, which);
    go_on(&r, (int)fuzz_below(rng, 100));
    if (fuzz_below(rng, 2) && !worker_set_param(&r, "gain", "2", why, sizeof why))
        abort();
    rig_step(r.rig, fuzz_below(rng, 20), &r.step);
    checkpoint_writer_init(&w);
    if (worker_snapshot(&r, &w) != RLB_OK)
        abort();
    buf_add(out, w.bytes.data, w.bytes.len);
    checkpoint_writer_finish(&w);
    close_worker(&r);
}

#ifndef LIBFUZZER
FUZZ_MAIN(make_seed, 3000)
#else
/* Mutations that keep the outer shape are worth more than random bytes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t most, unsigned int seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t most, unsigned int seed)
{
    struct buf b = {0};
    rlb_rng rng;
    rlb_rng_init(&rng, seed, 1);
    if (n < 100)
        make_seed(&rng, &b);
    else
        buf_add(&b, data, n);
    fuzz_mutate(&rng, &b);
    n = b.len < most ? b.len : most;
    if (n)
        memcpy(data, b.data, n);
    buf_finish(&b);
    return n;
}
#endif
