/* FedSARSA step by step against a plain SARSA written here, and what must hold of every run. */
#include "check.h"
#include "plugins/fake_host.h"

#include <rlbench/rng.h>

#include <stdlib.h>

enum { S = 10, A = 3, D = 30, MAX_AGENTS = 8 };

/* ---------------------------------------------------------------- SARSA as in the paper */

/* One sample of an agent. */
struct sample {
    int pair, next;
    double reward;
};

/* N agents that walk like the plugin's: the same environments, streams and first parameter. */
struct plain {
    struct fake_run worlds[2];
    int agents, kinds, state[MAX_AGENTS], action[MAX_AGENTS];
    double theta[MAX_AGENTS][D], control[MAX_AGENTS][D];
    rlb_rng rng[MAX_AGENTS];
    struct sample last[MAX_AGENTS];
};

static void policy_of(const double *theta, int s, double *probs)
{
    double sum = 0;
    for (int a = 0; a < A; a++)
        sum += probs[a] = exp(theta[s * A + a] / 2);
    for (int a = 0; a < A; a++)
        probs[a] /= sum;
}

static int plain_draw(struct plain *p, int c, int s)
{
    double probs[A];
    policy_of(p->theta[c], s, probs);
    return (int)rlb_rng_choice(&p->rng[c], probs, A);
}

static void plain_open(struct plain *p, int agents, int kinds, uint64_t seed, const double *theta)
{
    memset(p, 0, sizeof *p);
    p->agents = agents;
    p->kinds = kinds;
    for (int k = 0; k < kinds; k++) {
        char set[30];
        snprintf(set, sizeof set, "kind=%d", k);
        uint32_t lanes = (uint32_t)((agents - k + kinds - 1) / kinds);
        CU_ASSERT_EQUAL_FATAL(fake_start_env(&p->worlds[k], "garnet", set, lanes, seed), RLB_OK);
        rlb_venv *w = p->worlds[k].world;
        w->reset(w, rlb_rng_derive(seed, 2 + (uint64_t)k));
    }
    for (int c = 0; c < agents; c++) {
        memcpy(p->theta[c], theta, sizeof p->theta[c]);
        rlb_rng_init(&p->rng[c], seed, 1 + (uint64_t)c);
        p->state[c] = ((int32_t *)p->worlds[c % kinds].world->batch->obs)[c / kinds];
        p->action[c] = plain_draw(p, c, p->state[c]);
    }
}

static void plain_close(struct plain *p)
{
    for (int k = 0; k < p->kinds; k++)
        fake_finish(&p->worlds[k]);
}

/* One local step of every agent; target 0 SARSA, 1 expectation, 2 largest. */
static void plain_step(struct plain *p, double alpha, int target)
{
    for (int k = 0; k < p->kinds; k++) {
        rlb_venv *w = p->worlds[k].world;
        int32_t actions[MAX_AGENTS];
        for (int c = k, lane = 0; c < p->agents; c += p->kinds)
            actions[lane++] = p->action[c];
        w->step(w, actions);
        for (int c = k, lane = 0; c < p->agents; c += p->kinds, lane++) {
            double *theta = p->theta[c], probs[A], values[3] = {0, 0, -INFINITY};
            int s = ((const int32_t *)w->batch->obs)[lane], a = plain_draw(p, c, s);
            struct sample z = {p->state[c] * A + p->action[c], s * A + a,
                               (double)w->batch->rewards[lane]};
            policy_of(theta, s, probs);
            values[0] = theta[z.next];
            for (int b = 0; b < A; b++) {
                values[1] += probs[b] * theta[s * A + b];
                values[2] = fmax(values[2], theta[s * A + b]);
            }
            theta[z.pair] += alpha * (z.reward + 0.9 * values[target] - theta[z.pair]);
            for (int i = 0; i < D; i++)
                theta[i] -= alpha * p->control[c][i];
            p->last[c] = z;
            p->state[c] = s;
            p->action[c] = a;
        }
    }
}

/* Averages in reverse order of agents, plainly. */
static void plain_round(struct plain *p, double control_scale)
{
    double mean[D] = {0};
    for (int c = p->agents - 1; c >= 0; c--)
        for (int i = 0; i < D; i++)
            mean[i] += p->theta[c][i];
    for (int c = 0; c < p->agents; c++)
        for (int i = 0; i < D; i++) {
            p->control[c][i] += control_scale * (p->theta[c][i] - mean[i] / p->agents);
            p->theta[c][i] = mean[i] / p->agents;
        }
}

/* ---------------------------------------------------------------- runs */

static void start(struct fake_run *r, const char *set, uint64_t seed, uint64_t total)
{
    rlb_status status = fake_start(r, "fedsarsa", set, "garnet", "", 1, seed, total);
    if (status != RLB_OK)
        fprintf(stderr, "%s: %s\n", set, r->failure);
    CU_ASSERT_EQUAL_FATAL(status, RLB_OK);
}

static const double *vector(struct fake_run *r, const char *name)
{
    return fake_result(r, name).data;
}

static double distance(const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < D; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

/* ---------------------------------------------------------------- tests */

/* N = 1 is single-agent SARSA whatever H, with every target. */
static void single_agent(void)
{
    static const struct {
        const char *set;
        int target;
    } runs[] = {{"n_agents=1 local_steps=1", 0},
                {"n_agents=1 local_steps=37", 0},
                {"mode=single", 0},
                {"n_agents=1 mode=independent", 0},
                {"n_agents=1 target=expected-sarsa", 1},
                {"n_agents=1 target=max", 2}};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct fake_run r;
        struct plain p;
        start(&r, runs[i].set, 5, 3000);
        plain_open(&p, 1, 1, 5, vector(&r, "theta"));
        for (int t = 0; t < 3000; t++)
            plain_step(&p, 0.01, runs[i].target);
        CU_ASSERT_EQUAL(fake_step(&r, 3000, 0), RLB_OK);
        CU_ASSERT(distance(vector(&r, "theta"), p.theta[0]) < 1e-10);
        if (runs[i].target == 0) /* the same operations: the same bits */
            CU_ASSERT_EQUAL(memcmp(vector(&r, "theta"), p.theta[0], sizeof p.theta[0]), 0);
        plain_close(&p);
        fake_finish(&r);
    }
}

/* Several agents of two kinds, H local steps, with and without control variates. */
static void federation(void)
{
    static const struct {
        const char *set;
        int agents, H, control;
    } runs[] = {{"n_agents=5 local_steps=1", 5, 1, 0},
                {"n_agents=4 local_steps=20", 4, 20, 0},
                {"n_agents=8 local_steps=20 control_variates=1", 8, 20, 1},
                {"n_agents=5 mode=independent", 5, 1 << 30, 0}};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct fake_run r;
        struct plain p;
        int H = runs[i].H;
        start(&r, runs[i].set, 9, 1000);
        plain_open(&p, runs[i].agents, 2, 9, vector(&r, "theta"));
        for (int t = 1; t <= 1000; t++) {
            plain_step(&p, 0.01, 0);
            if (t % H == 0)
                plain_round(&p, runs[i].control ? 1 / (0.01 * H) : 0);
        }
        CU_ASSERT_EQUAL(fake_step(&r, 1000, 0), RLB_OK);
        const double *clients = vector(&r, "theta_clients");
        for (int c = 0; c < runs[i].agents; c++)
            CU_ASSERT(distance(clients + c * D, p.theta[c]) < 1e-10);
        plain_close(&p);
        fake_finish(&r);
    }
}

/* theta_H - theta* = Gamma_{1:H} (theta_0 - theta*) + alpha sum_h Gamma_{h+1:H} e(z_h), on every
 * path: Gamma products of I + alpha A(z), A(z) = phi (gamma phi' - phi)', e(z) = A theta* + b. */
static void path_expansion(void)
{
    enum { H = 400 };
    struct fake_run r;
    struct plain p;
    static struct sample z[H];
    double star[D], first[D], end[D], term[D];
    start(&r, "n_agents=1 local_steps=400 step_size=0.05", 3, H);
    memcpy(star, vector(&r, "theta_star"), sizeof star);
    memcpy(first, vector(&r, "theta"), sizeof first);
    plain_open(&p, 1, 1, 3, first);
    for (int h = 0; h < H; h++) {
        plain_step(&p, 0.05, 0);
        z[h] = p.last[0];
    }
    memset(end, 0, sizeof end);
    for (int from = -1; from < H; from++) { /* term -1: the start; term h: the sample h */
        memset(term, 0, sizeof term);
        if (from < 0)
            for (int i = 0; i < D; i++)
                term[i] = first[i] - star[i];
        else
            term[z[from].pair] =
                0.05 * (z[from].reward + 0.9 * star[z[from].next] - star[z[from].pair]);
        for (int h = from + 1; h < H; h++)
            term[z[h].pair] += 0.05 * (0.9 * term[z[h].next] - term[z[h].pair]);
        for (int i = 0; i < D; i++)
            end[i] += term[i];
    }
    for (int i = 0; i < D; i++)
        end[i] += star[i];
    CU_ASSERT_EQUAL(fake_step(&r, H, 0), RLB_OK);
    CU_ASSERT(distance(vector(&r, "theta"), end) < 1e-10);
    plain_close(&p);
    fake_finish(&r);
}

/* Equal agents stay equal to the last bit: the mean of N equal vectors is that vector. */
static void equal_agents(void)
{
    struct fake_run r;
    double first[D];
    start(&r, "n_agents=7 n_kinds=1", 2, 100);
    memcpy(first, vector(&r, "theta_clients"), sizeof first);
    CU_ASSERT_EQUAL(memcmp(first, vector(&r, "theta"), sizeof first), 0);
    fake_finish(&r);
}

/* With control variates xi the sum over agents stays 0; with H = 1 nothing else changes. */
static void control_variates(void)
{
    struct fake_run r, plain;
    struct fake_bytes bytes;
    size_t n;
    start(&r, "n_agents=6 local_steps=50 control_variates=1 step_size=0.05", 4, 0);
    for (int round = 0; round < 20; round++) {
        CU_ASSERT_EQUAL(fake_step(&r, 50, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_save(&r, &bytes), RLB_OK);
        const double *xi = fake_chunk(&bytes, RLB_TAG('C', 'T', 'R', 'L'), &n);
        size_t stride = n / 6 / sizeof *xi;
        double largest = 0;
        for (size_t i = 0; i < D; i++) {
            double sum = 0;
            for (size_t c = 0; c < 6; c++) {
                sum += xi[c * stride + i];
                largest = fmax(largest, fabs(xi[c * stride + i]));
            }
            CU_ASSERT(fabs(sum) < 1e-9);
        }
        CU_ASSERT(largest > 1e-4);
        free(bytes.bytes);
    }
    fake_finish(&r);
    start(&r, "n_agents=6 local_steps=1 control_variates=1", 4, 0);
    start(&plain, "n_agents=6 local_steps=1", 4, 0);
    CU_ASSERT_EQUAL(fake_step(&r, 2000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&plain, 2000, 0), RLB_OK);
    CU_ASSERT(distance(vector(&r, "theta"), vector(&plain, "theta")) < 1e-9);
    fake_finish(&r);
    fake_finish(&plain);
}

static void projection(void)
{
    struct fake_run plain, wide, narrow;
    start(&plain, "init=zero step_size=0.1", 1, 20000);
    start(&wide, "init=zero step_size=0.1 projection=344", 1, 20000); /* 10 |theta*| */
    start(&narrow, "init=zero step_size=0.1 projection=10", 1, 20000);
    CU_ASSERT_EQUAL(fake_step(&plain, 20000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&wide, 20000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_step(&narrow, 20050, 0), RLB_OK); /* mid-round */
    CU_ASSERT_EQUAL(memcmp(vector(&plain, "theta"), vector(&wide, "theta"), D * sizeof(double)), 0);
    const double zero[D] = {0}, *clients = vector(&narrow, "theta_clients");
    for (int c = 0; c < 10; c++) {
        double norm = distance(clients + c * D, zero);
        CU_ASSERT(norm <= 10 + 1e-9 && norm > 9.9);
    }
    fake_finish(&plain);
    fake_finish(&wide);
    fake_finish(&narrow);
}

static void modes(void)
{
    struct fake_run r;
    start(&r, "mode=one-shot n_agents=4", 1, 500);
    CU_ASSERT_EQUAL(fake_step(&r, 499, 0), RLB_OK);
    const double *clients = vector(&r, "theta_clients");
    CU_ASSERT(distance(clients, clients + D) > 0);
    CU_ASSERT_EQUAL(fake_step(&r, 1, 0), RLB_OK);
    clients = vector(&r, "theta_clients");
    CU_ASSERT_EQUAL(memcmp(clients, clients + D, D * sizeof *clients), 0);
    fake_finish(&r);

    start(&r, "sync_phase=official n_agents=4 local_steps=10", 1, 0);
    for (int t = 1; t <= 31; t++) {
        CU_ASSERT_EQUAL(fake_step(&r, 1, 0), RLB_OK);
        clients = vector(&r, "theta_clients");
        int together = memcmp(clients, clients + D, D * sizeof *clients) == 0;
        CU_ASSERT_EQUAL(together, t % 10 == 1);
    }
    fake_finish(&r);

    start(&r, "mode=averaged-environment n_agents=20 local_steps=1 step_size=0.02", 1, 200000);
    CU_ASSERT_EQUAL(fake_step(&r, 200000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT(fake_metric(&r, "mse_avgenv")->last < 0.1 * fake_metric(&r, "mse_star")->last);
    fake_finish(&r);

    CU_ASSERT_EQUAL(fake_start(&r, "fedsarsa", "mode=one-shot", "garnet", "", 1, 1, 0),
                    RLB_E_INVAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "budget"));
    fake_finish(&r);
}

static void schedules(void)
{
    static const char *const sets[] = {"schedule=sqrt", "schedule=piecewise", "schedule=linear"};
    for (int i = 0; i < 3; i++) {
        struct fake_run r;
        char set[100];
        snprintf(set, sizeof set, "%s n_agents=4 local_steps=10 step_size=0.5 init_scale=2",
                 sets[i]);
        start(&r, set, 1, 20000);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        double before = fake_metric(&r, "mse_star")->last;
        CU_ASSERT_EQUAL(fake_step(&r, 20000, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
        CU_ASSERT(fake_metric(&r, "mse_star")->last < before);
        CU_ASSERT_EQUAL(fake_metric(&r, "mse_average")->count, i == 2);
        CU_ASSERT_EQUAL(fake_metric(&r, "noise_floor")->count, 0);
        fake_finish(&r);
    }
}

/* However cut, paused, saved and loaded: the same bits. */
static void resumes(void)
{
    static const char *const sets[] = {"n_agents=5 local_steps=7",
                                       "mode=averaged-environment n_agents=4",
                                       "control_variates=1 schedule=linear n_agents=3",
                                       "policy=linear-lipschitz target=expected-sarsa n_agents=3"};
    for (int i = 0; i < 4; i++) {
        struct fake_run whole, cut, resumed;
        struct fake_bytes bytes;
        rlb_frame frame;
        start(&whole, sets[i], 8, 3000);
        start(&cut, sets[i], 8, 3000);
        start(&resumed, sets[i], 8, 3000);
        CU_ASSERT_EQUAL(fake_step(&whole, 1500, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_set(&whole, "temperature", "1.5"), RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&whole, 1500, 0), RLB_OK);
        CU_ASSERT_EQUAL(fake_step(&cut, 1500, 11), RLB_OK);
        CU_ASSERT_EQUAL(fake_set(&cut, "temperature", "1.5"), RLB_OK);
        CU_ASSERT_EQUAL(fake_save(&cut, &bytes), RLB_OK);
        CU_ASSERT_EQUAL(fake_load(&resumed, &bytes), RLB_OK);
        if (i == 2) /* a resumed run is told once more what was set in it */
            CU_ASSERT_EQUAL(fake_set(&resumed, "control_variates", "1"), RLB_OK);
        for (int t = 0; t < 1500; t += 100) {
            CU_ASSERT_EQUAL(fake_step(&resumed, 100, 3), RLB_OK);
            CU_ASSERT_EQUAL(fake_view(&resumed, "pca", &frame), RLB_OK);
            CU_ASSERT_EQUAL(fake_view(&resumed, "summary", &frame), RLB_OK);
        }
        const char *const results[] = {"theta", "theta_star", "plateau"};
        for (int j = 0; j < 3; j++)
            CU_ASSERT_EQUAL(memcmp(vector(&whole, results[j]), vector(&resumed, results[j]),
                                   j == 2 ? sizeof(double) : D * sizeof(double)),
                            0);
        fake_measure(&whole);
        fake_measure(&resumed);
        CU_ASSERT_EQUAL(fake_metric(&whole, "td_error")->last, /* the window goes on, too */
                        fake_metric(&resumed, "td_error")->last);
        bytes.bytes[bytes.size / 2] ^= 1; /* damage may go unseen here, but never crashes */
        bytes.size -= 8;
        (void)fake_load(&cut, &bytes);
        free(bytes.bytes);
        fake_finish(&whole);
        fake_finish(&cut);
        fake_finish(&resumed);
    }
}

static void wrong_checkpoint(void)
{
    struct fake_run a, b;
    struct fake_bytes bytes;
    start(&a, "n_agents=4", 1, 0);
    start(&b, "n_agents=6", 1, 0);
    CU_ASSERT_EQUAL(fake_save(&a, &bytes), RLB_OK);
    CU_ASSERT_EQUAL(fake_load(&b, &bytes), RLB_E_FORMAT);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "4 agents"));
    free(bytes.bytes);
    fake_finish(&a);
    fake_finish(&b);
}

static void live_parameters(void)
{
    struct fake_run r;
    double star[D];
    start(&r, "n_agents=4 local_steps=1000", 1, 0);
    memcpy(star, vector(&r, "theta_star"), sizeof star);
    CU_ASSERT_EQUAL(fake_set(&r, "temperature", "0.5"), RLB_OK);
    CU_ASSERT(distance(star, vector(&r, "theta_star")) > 0.1);
    CU_ASSERT_EQUAL(fake_set(&r, "temperature", "2"), RLB_OK);
    CU_ASSERT(distance(star, vector(&r, "theta_star")) < 1e-11);
    CU_ASSERT_EQUAL(fake_step(&r, 5, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_set(&r, "local_steps", "3"), RLB_OK); /* overdue: at the next step */
    CU_ASSERT_EQUAL(fake_step(&r, 4, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(&r), RLB_OK);
    CU_ASSERT_EQUAL(fake_metric(&r, "rounds")->last, 2);
    CU_ASSERT_EQUAL(fake_metric(&r, "bytes")->last, 2 * 2 * 8 * 30 * 4);
    CU_ASSERT_EQUAL(fake_set(&r, "n_agents", "5"), RLB_E_INVAL);
    fake_finish(&r);
}

static void clients(void)
{
    const rlb_algo *a = fake_algo("fedsarsa");
    const rlb_clients *c = a->interface(NULL, RLB_CLIENTS);
    rlb_value *v = fake_values(a->params, a->num_params, a->param_stride, "n_agents=5 n_kinds=2");
    rlb_override o;
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    CU_ASSERT_PTR_NULL(a->interface(NULL, "nonsense/1"));
    CU_ASSERT_EQUAL(c->count(v), 5);
    CU_ASSERT_EQUAL(c->overrides(v, 3, &o), 1);
    CHECK_TEXT(o.name, "kind");
    CU_ASSERT_EQUAL(o.value.i, 1);
    free(v);
}

static void refusals(void)
{
    struct fake_run r;
    fake_hidden = RLB_MODEL;
    CU_ASSERT_EQUAL(fake_start(&r, "fedsarsa", "", "garnet", "", 1, 1, 0), RLB_E_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.failure, "model"));
    fake_hidden = NULL;
    fake_finish(&r);
}

/* Final error on a chain whose exits pay 0 and 1, so that the start is worth something. */
static double chain_error(const char *set, const char *chain, struct fake_run *r)
{
    CU_ASSERT_EQUAL_FATAL(fake_start(r, "fedsarsa", set, "chain", chain, 1, 1, 40000), RLB_OK);
    CU_ASSERT_EQUAL(fake_step(r, 40000, 0), RLB_OK);
    CU_ASSERT_EQUAL(fake_measure(r), RLB_OK);
    return fake_metric(r, "mse_star")->last;
}

/* Episodes: nothing is added after the last reward. */
static void episodes(void)
{
    struct fake_run r;
    CU_ASSERT(chain_error("n_agents=4 discount=0.9 step_size=0.05",
                          "states=5 slip=0.3 slip_by_kind=0.2 left_reward=0", &r) < 0.02);
    CU_ASSERT_DOUBLE_EQUAL(fake_metric(&r, "eps_kernel")->last, 0.2, 1e-12);
    fake_finish(&r);
}

/* A time limit is no end of the world: values of a fixed policy stay those without it. */
static void time_limits(void)
{
    struct fake_run r;
    fake_time_limit = 4;
    CU_ASSERT(chain_error("n_agents=4 n_kinds=1 policy=fixed discount=1 step_size=0.05 "
                          "schedule=piecewise",
                          "states=5 slip=0.5 left_reward=0", &r) < 0.02);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.log, "time limit"));
    fake_time_limit = 0;
    fake_finish(&r);
}

CHECK_MAIN("fedsarsa", {"one agent is plain SARSA", single_agent},
           {"agents of two kinds and their rounds", federation},
           {"the exact expansion along a path", path_expansion},
           {"equal agents have an equal mean", equal_agents},
           {"control variates sum to nothing", control_variates}, {"projection", projection},
           {"modes and phases", modes}, {"step-size schedules", schedules},
           {"cut, saved, loaded: bit for bit", resumes},
           {"a checkpoint of another run is refused", wrong_checkpoint},
           {"parameters that change while running", live_parameters},
           {"clients before there is a run", clients},
           {"worlds without a model are refused", refusals}, {"worlds with episodes", episodes},
           {"time limits are not ends", time_limits})
