#include "../../plugins/algorithms/preference-net/speaker.h"
#include "check.h"
#include "plugins/fake_host.h"

#include <math.h>
#include <stdlib.h>

enum { BATCH = 9 };
static const struct speaker_spec small = {.prompts = 3,
                                          .vocabulary = 3,
                                          .length = 2,
                                          .batch = BATCH,
                                          .width = 12,
                                          .heads = 3,
                                          .layers = 2,
                                          .temperature = 0.9};
enum { BOTH = 1 << LEADER | 1 << FOLLOWER };

struct rig {
    struct fake_run run;
    struct speaker s;
    int32_t prompts[BATCH], said[BATCH * 2], better[BATCH * 2];
};

/* A network whose weights are large enough for everything to matter. */
static void open_speaker(struct rig *r, const struct speaker_spec *spec)
{
    memset(r, 0, sizeof *r);
    CU_ASSERT_EQUAL_FATAL(fake_start_env(&r->run, "prefgame-sequence", "", 1, 1), RLB_OK);
    CU_ASSERT_EQUAL_FATAL(speaker_init(&r->s, &r->run.host, spec, NULL, BOTH, true, 4), RLB_OK);
    float *w = rlb_net_values(r->s.net);
    rlb_rng rng;
    rlb_rng_init(&rng, 9, 0);
    for (size_t i = 0; i < rlb_net_size(r->s.net); i++)
        w[i] += 0.3f * (float)rlb_rng_normal(&rng);
    for (uint32_t b = 0; b < spec->batch; b++)
        r->prompts[b] = (int32_t)(b % spec->prompts);
}

/* Drawn token by token through the cache, strings have the probabilities that the full forward
 * gives them, in both roles. */
static void cache_agrees(void)
{
    struct rig r;
    double log_p[2][BATCH * 2], off = 0;
    rlb_rng rng;
    rlb_rng_init(&rng, 5, 0);
    open_speaker(&r, &small);
    for (int again = 0; again < 5; again++) {
        speaker_draw(&r.s, NULL, 0, r.prompts, NULL, &rng, r.said, log_p[0]);
        speaker_draw(&r.s, NULL, 0, r.prompts, r.said, &rng, r.better, log_p[1]);
        speaker_put(&r.s, LEADER, r.prompts, NULL, r.said);
        speaker_put(&r.s, FOLLOWER, r.prompts, r.said, r.better);
        rlb_forward(r.s.tape);
        for (int role = 0; role < 2; role++)
            for (uint32_t b = 0; b < BATCH; b++)
                for (uint32_t t = 0; t < 2; t++)
                    off = fmax(off, fabs(log_p[role][b * 2 + t] -
                                         speaker_log_p(&r.s, (enum role)role, b, t)));
    }
    CU_ASSERT(off < 1e-5);
    fake_finish(&r.run);
}

/* All nine strings of two tokens: their probabilities sum to 1, for every prompt and whatever is
 * seen, and are how often they are drawn. */
static void sums_to_one(void)
{
    enum { DRAWS = 1500 };
    struct rig r;
    int32_t strings[BATCH * 2], seen[BATCH * 2];
    double p[BATCH], count[BATCH] = {0}, chi = 0;
    rlb_rng rng;
    rlb_rng_init(&rng, 6, 0);
    open_speaker(&r, &small);
    for (int32_t b = 0; b < BATCH; b++) {
        strings[2 * b] = b / 3;
        strings[2 * b + 1] = b % 3;
        seen[2 * b] = 2;
        seen[2 * b + 1] = 1;
    }
    for (int32_t x = 0; x < 3; x++)
        for (int role = 0; role < 2; role++) {
            double sum = 0;
            for (uint32_t b = 0; b < BATCH; b++)
                r.prompts[b] = x;
            speaker_put(&r.s, (enum role)role, r.prompts, role ? seen : NULL, strings);
            rlb_forward(r.s.tape);
            for (uint32_t b = 0; b < BATCH; b++)
                sum += p[b] = exp(speaker_log_p(&r.s, (enum role)role, b, 0) +
                                  speaker_log_p(&r.s, (enum role)role, b, 1));
            CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-5);
        }
    for (int k = 0; k < DRAWS; k++) { /* as a Follower of the last prompt */
        speaker_draw(&r.s, NULL, 0, r.prompts, seen, &rng, r.said, NULL);
        for (uint32_t b = 0; b < BATCH; b++)
            count[3 * r.said[2 * b] + r.said[2 * b + 1]]++;
    }
    for (uint32_t b = 0; b < BATCH; b++) {
        double want = DRAWS * BATCH * p[b];
        chi += (count[b] - want) * (count[b] - want) / want;
    }
    CU_ASSERT(fabs(chi - 8) < 4.5 * 4);
    fake_finish(&r.run);
}

/* A Follower's input is the Leader's and a turn behind it: what the network says of the Leader's
 * tokens in it is what it says as a Leader. */
static void one_network(void)
{
    struct rig r;
    rlb_rng rng;
    rlb_rng_init(&rng, 7, 0);
    open_speaker(&r, &small);
    speaker_draw(&r.s, NULL, 0, r.prompts, NULL, &rng, r.said, NULL);
    speaker_put(&r.s, LEADER, r.prompts, NULL, r.said);
    speaker_put(&r.s, FOLLOWER, r.prompts, r.said, r.said);
    struct scored *lead = &r.s.role[LEADER], *follow = &r.s.role[FOLLOWER];
    CU_ASSERT_EQUAL_FATAL(follow->length, lead->length + 2 + 1);
    for (uint32_t b = 0; b < BATCH; b++) {
        for (uint32_t t = 0; t < lead->length; t++)
            CU_ASSERT_EQUAL(lead->symbols->index[b * lead->length + t],
                            follow->symbols->index[b * follow->length + t]);
        for (uint32_t t = 0; t < 2; t++) /* score the Leader's tokens in the Follower's input */
            follow->labels->index[b * follow->length + lead->first + t] = r.said[2 * b + t];
    }
    rlb_forward(r.s.tape);
    for (uint32_t b = 0; b < BATCH; b++)
        for (uint32_t t = 0; t < 2; t++)
            CU_ASSERT_DOUBLE_EQUAL(lead->cost->data[b * lead->length + lead->first + t],
                                   follow->cost->data[b * follow->length + lead->first + t], 1e-5);
    fake_finish(&r.run);
}

/* The derivative of the loss along its gradient, beside differences. */
static void gradient(void)
{
    struct rig r;
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    open_speaker(&r, &small);
    speaker_draw(&r.s, NULL, 0, r.prompts, NULL, &rng, r.said, NULL);
    speaker_draw(&r.s, NULL, 0, r.prompts, r.said, &rng, r.better, NULL);
    speaker_put(&r.s, LEADER, r.prompts, NULL, r.said);
    speaker_put(&r.s, FOLLOWER, r.prompts, r.said, r.better);
    for (int role = 0; role < 2; role++)
        for (uint32_t b = 0; b < BATCH; b++)
            for (uint32_t t = 0; t < 2; t++)
                *speaker_weight(&r.s, (enum role)role, b, t) = (float)rlb_rng_normal(&rng);
    size_t n = rlb_net_size(r.s.net);
    float *w = rlb_net_values(r.s.net), *g = rlb_net_grads(r.s.net), *start = malloc(n * sizeof *w);
    double square = 0, loss[2];
    memcpy(start, w, n * sizeof *w);
    rlb_forward(r.s.tape);
    rlb_backward(r.s.tape);
    for (size_t i = 0; i < n; i++)
        square += (double)g[i] * (double)g[i];
    double h = 5e-3 / sqrt(square);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < n; i++)
            w[i] = start[i] + (float)((side ? h : -h) * (double)g[i]);
        rlb_forward(r.s.tape);
        loss[side] = (double)r.s.loss->data[0];
    }
    CU_ASSERT_DOUBLE_EQUAL((loss[1] - loss[0]) / (2 * h) / square, 1, 2e-3);
    free(start);
    fake_finish(&r.run);
}

/* Drawing from a mixture: all of the other one at 1, this one at 0. */
static void mixtures(void)
{
    struct rig a, b;
    int32_t said[2][BATCH * 2];
    double log_p[2][BATCH * 2];
    rlb_rng rng;
    open_speaker(&a, &small);
    open_speaker(&b, &small);
    rlb_net_draw(b.s.net, 77);
    for (int one = 0; one < 2; one++) {
        struct speaker *alone = one ? &b.s : &a.s;
        rlb_rng_init(&rng, 3, 0);
        speaker_draw(alone, NULL, 0, a.prompts, NULL, &rng, said[0], log_p[0]);
        rlb_rng_init(&rng, 3, 0);
        speaker_draw(&a.s, &b.s, one, a.prompts, NULL, &rng, said[1], log_p[1]);
        CU_ASSERT_EQUAL(memcmp(said[0], said[1], sizeof said[0]), 0);
        for (int i = 0; i < BATCH * 2; i++)
            CU_ASSERT_DOUBLE_EQUAL(log_p[0][i], log_p[1][i], 1e-9);
    }
    fake_finish(&a.run);
    fake_finish(&b.run);
}

/* ---- the plugin */

static const char tiny[] = "vocabulary=3 length=2 contexts=2";

static double figure(struct fake_run *r, const char *name)
{
    fake_clear_metrics(r);
    CU_ASSERT_EQUAL(fake_measure(r), RLB_OK);
    const struct fake_metric *m = fake_metric(r, name);
    CU_ASSERT(m->count >= 1);
    return m->last;
}

/* The reference is near the least cross-entropy there is: log V, and that of a noisy copy. */
static void reference(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf-net",
                                     "pretrain_steps=700 head_width=8 layers=1 batch=32",
                                     "prefgame-sequence", tiny, 1, 1, 0),
                          RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&r, 600, 0), RLB_OK);
    fake_clear_metrics(&r);
    CU_ASSERT_EQUAL(fake_step(&r, 100, 0), RLB_OK);
    const struct fake_metric *m = fake_metric(&r, "pretrain/loss");
    double same = 0.6 + 0.4 / 3, other = 0.4 / 3;
    double least = (log(3) - same * log(same) - 2 * other * log(other)) / 2;
    CU_ASSERT_DOUBLE_EQUAL(m->sum / (double)m->count, least, 0.015);
    fake_finish(&r);
}

/* The Follower comes to beat the Leader's responses that it sees, in one network or in two. */
static void learns(void)
{
    for (int separate = 0; separate < 2; separate++) {
        struct fake_run r;
        char set[200];
        snprintf(
            set, sizeof set,
            "pretrain_steps=300 head_width=8 layers=1 learning_rate=2e-3 eval_batches=40 batch=32 "
            "separate_follower=%d",
            separate);
        CU_ASSERT_EQUAL_FATAL(fake_start(&r, "slhf-net", set, "prefgame-sequence", tiny, 1, 1, 0),
                              RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&r, 300, 0), RLB_OK);
        double before = figure(&r, "eval/transfer/follower/ref");
        CU_ASSERT_DOUBLE_EQUAL(before, 0.5, 0.05);
        CU_ASSERT_EQUAL(fake_step(&r, 600, 0), RLB_OK);
        CU_ASSERT(figure(&r, "eval/transfer/follower/ref") > 0.6);
        CU_ASSERT(figure(&r, "eval/rr/leader/ref") > 0.6);
        fake_finish(&r);
    }
}

/* Same seed, same figures, however cut up, saved and loaded, before and after pretraining. */
static void same_again(void)
{
    static const char set[] = "pretrain_steps=6 batch=8 head_width=4 layers=1 rivals=1 bernoulli=1 "
                              "kl_estimator=k3 standard_follower_kl=0 leader_update_frequency=2 "
                              "separate_follower=1 eval_batches=2 kl_return_to_go=1";
    static const int cuts[] = {3, 9};
    for (int k = 0; k < 2; k++) {
        struct fake_run a, b;
        struct fake_bytes bytes = {0};
        fake_start(&a, "slhf-net", set, "prefgame-sequence", tiny, 1, 7, 0);
        fake_start(&b, "slhf-net", set, "prefgame-sequence", tiny, 1, 7, 0);
        CU_ASSERT_EQUAL(fake_step(&a, 20, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&b, (uint64_t)cuts[k], 1), RLB_OK);
        CU_ASSERT_EQUAL(fake_measure(&b), RLB_OK); /* looking changes nothing */
        CU_ASSERT_EQUAL(fake_save(&b, &bytes), RLB_OK);
        fake_finish(&b);
        fake_start(&b, "slhf-net", set, "prefgame-sequence", tiny, 1, 7, 0);
        CU_ASSERT_EQUAL(fake_load(&b, &bytes), RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&b, (uint64_t)(20 - cuts[k]), 2), RLB_OK);
        static const char *const names[] = {"eval/paired_f_over_l", "eval/transfer/nash/rloo",
                                            "eval/rr/follower/nash", "eval/transfer/rloo/nash"};
        for (int i = 0; i < 4; i++)
            CU_ASSERT_EQUAL(figure(&a, names[i]), figure(&b, names[i]));
        free(bytes.bytes);
        fake_finish(&a);
        fake_finish(&b);
    }
}

/* The rivals learn what they are to: RLOO the mean attribute, Nash to beat the reference. */
static void rivals(void)
{
    struct fake_run r;
    CU_ASSERT_EQUAL_FATAL(
        fake_start(&r, "slhf-net",
                   "pretrain_steps=200 head_width=8 layers=1 learning_rate=2e-3 rivals=1 "
                   "eval_batches=40 batch=32",
                   "prefgame-sequence", tiny, 1, 2, 0),
        RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&r, 200, 0), RLB_OK);
    CU_ASSERT_DOUBLE_EQUAL(figure(&r, "eval/rr/leader/nash"), 0.5, 0.05);
    CU_ASSERT_EQUAL(fake_step(&r, 400, 0), RLB_OK);
    /* what the untrained refiner makes of the rivals' responses is worse than they are */
    CU_ASSERT(figure(&r, "eval/transfer/ref/nash") < 0.45);
    CU_ASSERT(figure(&r, "eval/transfer/ref/rloo") < 0.45);
    fake_finish(&r);
}

static void refusals(void)
{
    static const struct {
        const char *set, *env, *part;
    } bad[] = {{"", "chain", "prefgame-matrix"},
               {"rivals=1", "prefgame-matrix", "mean attribute"},
               {"rivals=1 group=7", "prefgame-sequence", "7 does not divide"}};
    for (size_t i = 0; i < 3; i++) {
        struct fake_run r;
        CU_ASSERT(fake_start(&r, "slhf-net", bad[i].set, bad[i].env, i == 1 ? "game=rps" : "", 1, 1,
                             0) < 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, bad[i].part));
        fake_finish(&r);
    }
}

CHECK_MAIN("slhf-net", {"cache agrees", cache_agrees}, {"sums to one", sums_to_one},
           {"one network", one_network}, {"gradient", gradient}, {"mixtures", mixtures},
           {"reference", reference}, {"learns", learns}, {"same again", same_again},
           {"rivals", rivals}, {"refusals", refusals})
