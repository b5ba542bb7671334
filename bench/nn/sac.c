/* A full update of soft actor-critic: two critics as one ensemble towards a target from the actor
 * and the target critics, the actor through the critics, the targets' moving average. */
#include "bench/nn/cases.h"

enum { BATCH = 256, OBS = 17, ACTIONS = 6, WIDTH = 256, CRITICS = 2 };
static const float alpha = 0.2f, discount = 0.99f, tau = 0.005f;

/* The actor over a batch of observations: tanh-Gaussian actions and their log-probability. */
struct policy {
    rlb_tensor *obs, *noise, *action, *log_prob;
};

struct sac {
    rlb_net *actor_net, *critic_net, *target_net;
    rlb_mlp actor, critics, targets;
    rlb_rng rng;
    rlb_tape *target_tape, *critic_tape, *actor_tape;
    struct policy next, now;
    rlb_tensor *next_value, *obs_action, *target;
    rlb_optimizer *actor_optimizer, *critic_optimizer;
    float *reward, *bootstrap;
    struct dense_floor actor_floor[3], critic_floor[CRITICS][3];
    float *input_grad; /* [BATCH][ACTIONS] */
};

static struct policy apply_policy(rlb_tape *t, const rlb_mlp *actor)
{
    struct policy p = {.obs = rlb_input(t, BATCH, OBS), .noise = rlb_input(t, BATCH, ACTIONS)};
    rlb_tensor *out = rlb_mlp_apply(t, actor, p.obs);
    rlb_tensor *mean = rlb_columns(t, out, 0, ACTIONS);
    rlb_tensor *log_std = rlb_clip(t, rlb_columns(t, out, ACTIONS, ACTIONS), -20, 2);
    p.action = rlb_tanh_gaussian_rsample(t, mean, log_std, p.noise, &p.log_prob);
    return p;
}

static void make_target_tape(struct sac *s)
{
    rlb_tape *t = s->target_tape = rlb_tape_create(bench_host());
    s->next = apply_policy(t, &s->actor);
    rlb_tensor *q = rlb_mlp_apply(t, &s->targets, rlb_concat(t, s->next.obs, s->next.action));
    s->next_value = rlb_sub(t, rlb_fold_min(t, q), rlb_affine(t, s->next.log_prob, alpha, 0));
    bench_must(rlb_tape_finish(t, NULL));
}

static void make_critic_tape(struct sac *s)
{
    rlb_tape *t = s->critic_tape = rlb_tape_create(bench_host());
    s->obs_action = rlb_input(t, BATCH, OBS + ACTIONS);
    s->target = rlb_input(t, BATCH, 1);
    rlb_tensor *error = rlb_sub(t, rlb_mlp_apply(t, &s->critics, s->obs_action), s->target);
    bench_must(rlb_tape_finish(t, rlb_affine(t, rlb_mean(t, rlb_square(t, error)), CRITICS, 0)));
}

static void make_actor_tape(struct sac *s)
{
    rlb_tape *t = s->actor_tape = rlb_tape_create(bench_host());
    rlb_tape_freeze(t, s->critic_net);
    s->now = apply_policy(t, &s->actor);
    rlb_tensor *q = rlb_mlp_apply(t, &s->critics, rlb_concat(t, s->now.obs, s->now.action));
    rlb_tensor *loss = rlb_sub(t, rlb_affine(t, s->now.log_prob, alpha, 0), rlb_fold_min(t, q));
    bench_must(rlb_tape_finish(t, rlb_mean(t, loss)));
}

static void make_nets(struct sac *s)
{
    const rlb_host *host = bench_host();
    s->actor_net = rlb_net_create(host);
    s->critic_net = rlb_net_create(host);
    s->actor =
        rlb_mlp_declare(s->actor_net, "actor",
                        &(rlb_mlp_spec){.in = OBS, .hidden = {WIDTH, WIDTH}, .out = 2 * ACTIONS});
    s->critics = rlb_mlp_declare(
        s->critic_net, "critic",
        &(rlb_mlp_spec){
            .in = OBS + ACTIONS, .hidden = {WIDTH, WIDTH}, .out = 1, .members = CRITICS});
    bench_must(rlb_net_init(s->actor_net, 1));
    bench_must(rlb_net_init(s->critic_net, 2));
    s->target_net = rlb_net_clone(s->critic_net);
    s->targets = rlb_mlp_on(&s->critics, s->target_net);
    rlb_optimizer_spec adam = rlb_adam(3e-4f);
    s->actor_optimizer = rlb_optimizer_create(s->actor_net, &adam);
    s->critic_optimizer = rlb_optimizer_create(s->critic_net, &adam);
}

static void make_floor(struct sac *s)
{
    const size_t actor[] = {OBS, WIDTH, WIDTH, 2 * ACTIONS};
    const size_t critic[] = {OBS + ACTIONS, WIDTH, WIDTH, 1};
    for (int k = 0; k < 3; k++) {
        dense_floor_init(&s->actor_floor[k], BATCH, actor[k], actor[k + 1]);
        for (int c = 0; c < CRITICS; c++)
            dense_floor_init(&s->critic_floor[c][k], BATCH, critic[k], critic[k + 1]);
    }
}

static void *make(void)
{
    struct sac *s = bench_alloc(sizeof *s);
    rlb_rng_init(&s->rng, 1, 0);
    make_nets(s);
    make_target_tape(s);
    make_critic_tape(s);
    make_actor_tape(s);
    s->reward = bench_floats(BATCH);
    s->bootstrap = bench_alloc(BATCH * sizeof *s->bootstrap);
    for (int i = 0; i < BATCH; i++)
        s->bootstrap[i] = i % 20 ? discount : 0;
    bench_fill(s->next.obs->data, s->next.obs->size);
    bench_fill(s->now.obs->data, s->now.obs->size);
    bench_fill(s->obs_action->data, s->obs_action->size);
    make_floor(s);
    return s;
}

static void update(void *self)
{
    struct sac *s = self;
    rlb_fill_normal(&s->rng, s->next.noise->data, s->next.noise->size);
    rlb_forward(s->target_tape);
    for (int i = 0; i < BATCH; i++)
        s->target->data[i] = s->reward[i] + s->bootstrap[i] * s->next_value->data[i];
    rlb_forward(s->critic_tape);
    rlb_backward(s->critic_tape);
    rlb_optimizer_step(s->critic_optimizer);
    rlb_fill_normal(&s->rng, s->now.noise->data, s->now.noise->size);
    rlb_forward(s->actor_tape);
    rlb_backward(s->actor_tape);
    rlb_optimizer_step(s->actor_optimizer);
    rlb_net_mix(s->target_net, s->critic_net, tau);
}

static void forward(const struct dense_floor *layers)
{
    for (int k = 0; k < 3; k++)
        dense_floor_forward(&layers[k]);
}

/* Through the critic into its input, whose derivative all of the first layer's columns take. */
static void through(const struct dense_floor *layers)
{
    for (int k = 3; k-- > 0;)
        dense_floor_backward(&layers[k], 0, 1);
}

static void backward(const struct dense_floor *layers)
{
    for (int k = 3; k-- > 0;)
        dense_floor_backward(&layers[k], 1, k > 0);
}

static void products(void *self)
{
    const struct sac *s = self;
    forward(s->actor_floor); /* the target */
    for (int c = 0; c < CRITICS; c++)
        forward(s->critic_floor[c]);
    for (int c = 0; c < CRITICS; c++) { /* the critics */
        forward(s->critic_floor[c]);
        backward(s->critic_floor[c]);
    }
    forward(s->actor_floor); /* the actor */
    for (int c = 0; c < CRITICS; c++) {
        forward(s->critic_floor[c]);
        through(s->critic_floor[c]);
    }
    backward(s->actor_floor);
}

const struct nn_case case_sac = {"sac", 0.6, make, update, products};
