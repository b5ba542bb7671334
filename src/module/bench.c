#include "module/bench.h"

#include "base/clock.h"
#include "base/num.h"
#include "module/conform_bare.h"
#include "module/module.h"
#include "module/role.h"
#include "wire/wire.h"
#include "worker/rig.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ACTIONS_DRAWN = 64, GRACE_S = 30 };

/* ---- the front ---- */

static void listen(const struct role *r, int64_t deadline_ns, struct buf *in)
{
    char bytes[4096];
    int64_t left_ns;
    while ((left_ns = deadline_ns - clock_mono_ns()) > 0) {
        poll(&(struct pollfd){.fd = r->fd, .events = POLLIN}, 1, (int)(left_ns / 1000000) + 1);
        ssize_t n = read(r->fd, bytes, sizeof bytes);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return;
        if (n > 0)
            buf_add(in, bytes, (size_t)n);
    }
}

/* The child's answer is one REFUSED: with code OK it carries two numbers. */
static int judge(const struct bench_job *job, struct buf *in, bool ended, int how,
                 struct bench_result *out, struct err *e)
{
    enum wire_type type;
    union wire_any m;
    char end[80];
    const char *id = job->algo ? job->algo->id : job->env->id;
    if (wire_decode(buf_text(in), in->len, &type, &m, e) > 0 && type == WIRE_REFUSED) {
        if (m.refused.code != OK)
            return err_set(e, (int)m.refused.code, "%s", m.refused.text);
        if (sscanf(m.refused.text, "%lf %lf", &out->steps, &out->seconds) == 2)
            return OK;
    }
    if (!ended)
        return err_set(e, ERR_FAILED, "%s did not finish", id);
    return err_set(e, ERR_FAILED, "%s ended the measuring process: %s", id,
                   role_describe_end(how, end, sizeof end));
}

int bench_run(const struct bench_job *job, struct bench_result *out, struct err *e)
{
    char seconds[32], lanes[16];
    snprintf(seconds, sizeof seconds, "%.17g", job->seconds);
    snprintf(lanes, sizeof lanes, "%u", job->lanes);
    const char *const args[] = {"--bench",
                                seconds,
                                lanes,
                                job->env->path,
                                job->env->id,
                                job->algo ? job->algo->path : NULL,
                                job->algo ? job->algo->id : NULL,
                                NULL};
    struct role r;
    struct buf in = {0};
    int how = 0, status = role_start(&r, args, "OMP_NUM_THREADS=1", -1, e);
    if (status != OK)
        return status;
    int64_t deadline_ns = clock_mono_ns() + (int64_t)((job->seconds + GRACE_S) * 1e9);
    listen(&r, deadline_ns, &in);
    bool ended = role_end(&r, deadline_ns, &how);
    status = judge(job, &in, ended, how, out, e);
    buf_finish(&in);
    return status;
}

/* ---- the child ---- */

static rlb_value *defaults(const rlb_param *params, uint32_t stride, uint32_t n)
{
    rlb_value *values = mem_alloc((n + 1) * sizeof *values);
    for (uint32_t i = 0; i < n; i++)
        values[i] = ((const rlb_param *)host_row(params, stride, i))->def;
    return values;
}

/* Random actions drawn beforehand: the plugin and what the host adds, not the dice. */
static int time_env(const rlb_env *env, uint32_t lanes, double seconds, struct bench_result *out,
                    struct err *e)
{
    struct host_report report = {.status = RLB_OK};
    rlb_value *values = defaults(env->params, env->param_stride, env->num_params);
    struct venv_spec spec = {.env = env, .params = values, .num_lanes = lanes, .report = &report};
    struct venv *v = NULL;
    rlb_rng rng;
    char text[1200];
    rlb_status status = venv_create(&spec, 1, &v);
    char *actions = NULL;
    rlb_rng_init(&rng, 1, 0);
    if (status >= 0) {
        size_t bytes = v->action_bytes * lanes;
        actions = mem_alloc(ACTIONS_DRAWN * bytes + 1);
        for (size_t i = 0; i < ACTIONS_DRAWN; i++) {
            bare_random_actions(v, &rng);
            memcpy(actions + i * bytes, v->actions, bytes);
        }
        int64_t start = clock_mono_ns(), now = start;
        while (status >= 0 && (double)(now - start) < seconds * 1e9) {
            for (size_t i = 0; i < ACTIONS_DRAWN && status >= 0; i++)
                status = v->table.step(&v->table, actions + i * bytes);
            now = clock_mono_ns();
        }
        *out = (struct bench_result){(double)venv_transitions(v), (double)(now - start) / 1e9};
    }
    int code = status >= 0 ? OK
                           : err_set(e, ERR_DATA, "%s",
                                     host_failure(&report, env->id, status, text, sizeof text));
    free(actions);
    venv_destroy(v);
    free(values);
    return code;
}

static int time_algo(const rlb_algo *algo, const rlb_env *env, uint32_t lanes, double seconds,
                     struct bench_result *out, struct err *e)
{
    rlb_value *mine = defaults(algo->params, algo->param_stride, algo->num_params);
    rlb_value *its = defaults(env->params, env->param_stride, env->num_params);
    const struct rig_setup setup = {.algo = algo,
                                    .algo_params = mine,
                                    .env = env,
                                    .env_params = its,
                                    .seed = 1,
                                    .lanes = lanes};
    struct rig *r = NULL;
    uint64_t done = 0, slice = 1;
    char text[1200];
    int code = rig_create(&setup, &r, e);
    if (code != OK) /* it wants another environment, not a doctor */
        code = e->code = ERR_DATA;
    if (code == OK) {
        rlb_status status = RLB_OK;
        int64_t start = clock_mono_ns(), now = start;
        while (status == RLB_OK && (double)(now - start) < seconds * 1e9) {
            int64_t before = now;
            status = rig_step(r, slice, &done);
            now = clock_mono_ns();
            if (now - before < 1000000) /* look at the clock every millisecond or so */
                slice *= 2;
        }
        *out = (struct bench_result){(double)done, (double)(now - start) / 1e9};
        if (status < 0)
            code = err_set(e, ERR_DATA, "%s",
                           host_failure(&r->report, algo->id, status, text, sizeof text));
        rig_destroy(r);
    }
    free(mine);
    free(its);
    return code;
}

static int work(int argc, char **argv, struct bench_result *out, struct err *e)
{
    double seconds;
    int64_t lanes;
    const rlb_module *m;
    if ((argc != 4 && argc != 6) || num_parse_real(argv[0], &seconds) ||
        num_parse_int(argv[1], &lanes) || lanes < 1 || lanes > UINT16_MAX)
        return err_set(e, ERR_USAGE, "--bench is started by rlbench bench");
    int status = module_open(argv[2], &m, e);
    const rlb_env *env = status == OK ? module_env(m, argv[3]) : NULL;
    if (status == OK && !env)
        return err_set(e, ERR_PLUGIN, "%s has no environment %s", argv[2], argv[3]);
    if (status != OK || argc == 4)
        return status == OK ? time_env(env, (uint32_t)lanes, seconds, out, e) : status;
    status = module_open(argv[4], &m, e);
    const rlb_algo *algo = status == OK ? module_algo(m, argv[5]) : NULL;
    if (status == OK && !algo)
        return err_set(e, ERR_PLUGIN, "%s has no algorithm %s", argv[4], argv[5]);
    return status == OK ? time_algo(algo, env, (uint32_t)lanes, seconds, out, e) : status;
}

int bench_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct buf frame = {0};
    struct bench_result result = {0};
    char text[80];
    role_limit(0, 0);
    int status = work(argc, argv, &result, &e);
    snprintf(text, sizeof text, "%.17g %.17g", result.steps, result.seconds);
    wire_encode(&frame, WIRE_REFUSED,
                &(struct wire_refused){(uint32_t)status, status == OK ? text : e.text});
    role_answer(frame.data, frame.len);
    _exit(status);
}
