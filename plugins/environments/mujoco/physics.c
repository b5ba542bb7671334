#include "physics.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- errors: MuJoCo calls these and must not be returned to after an error ---- */

static jmp_buf trap;
static char complaint[600];

static void on_error(const char *text)
{
    snprintf(complaint, sizeof complaint, "%s", text);
    longjmp(trap, 1);
}

static void on_warning(const char *text)
{
    snprintf(complaint, sizeof complaint, "%s", text);
}

rlb_status physics_guard(struct physics *p, void (*fn)(void *ctx), void *ctx)
{
    void (*const error)(const char *) = mju_user_error;
    void (*const warning)(const char *) = mju_user_warning;
    complaint[0] = '\0';
    mju_user_error = on_error;
    mju_user_warning = on_warning;
    if (setjmp(trap) == 0)
        fn(ctx);
    mju_user_error = error;
    mju_user_warning = warning;
    return complaint[0] == '\0' ? RLB_OK
                                : p->host->fail(p->host, RLB_E_NUMERIC, "MuJoCo: %s", complaint);
}

/* ---- making ---- */

struct making {
    struct physics *p;
    const char *mjcf;
    mjVFS *files;
    char error[600];
};

static void make(void *ctx)
{
    struct making *m = ctx;
    struct physics *p = m->p;
    const size_t length = strlen(m->mjcf);
    mj_defaultVFS(m->files);
    if (mj_makeEmptyFileVFS(m->files, "model.xml", (int)length) == 0)
        memcpy(m->files->filedata[0], m->mjcf, length);
    p->model = mj_loadXML("model.xml", m->files, m->error, (int)sizeof m->error);
    for (uint32_t lane = 0; p->model && lane < p->num_lanes; lane++)
        p->data[lane] = mj_makeData(p->model);
    if (p->model)
        p->probe = mj_makeData(p->model);
}

rlb_status physics_init(struct physics *p, const rlb_host *host, const char *mjcf,
                        uint32_t num_lanes)
{
    *p = (struct physics){.host = host, .num_lanes = num_lanes};
    struct making m = {.p = p, .mjcf = mjcf, .files = malloc(sizeof(mjVFS))};
    p->data = host->alloc(host, num_lanes * sizeof(mjData *));
    if (!m.files || !p->data) {
        free(m.files);
        return host->fail(host, RLB_E_NOMEM, "no memory for the model of a body");
    }
    rlb_status status = physics_guard(p, make, &m);
    mj_deleteVFS(m.files);
    free(m.files);
    if (status == RLB_OK && !p->model)
        status = host->fail(host, RLB_E_INTERNAL, "the model does not compile: %s", m.error);
    if (status == RLB_OK && !p->probe)
        status = host->fail(host, RLB_E_NOMEM, "no memory for %u lanes", num_lanes);
    if (status != RLB_OK) {
        physics_finish(p);
        return status;
    }
    const mjModel *model = p->model;
    p->state_width = (uint32_t)(model->nq + model->nv + model->na);
    p->saved_width = 1 + p->state_width + (uint32_t)(model->nv + model->nsensordata);
    return RLB_OK;
}

void physics_finish(struct physics *p)
{
    for (uint32_t lane = 0; p->data && lane < p->num_lanes; lane++)
        mj_deleteData(p->data[lane]);
    mj_deleteData(p->probe);
    mj_deleteModel(p->model);
}

/* ---- states ---- */

void physics_settle(struct physics *p, mjData *d)
{
    const int flags = p->model->opt.disableflags;
    p->model->opt.disableflags |= mjDSBL_ACTUATION;
    mj_forward(p->model, d);
    p->model->opt.disableflags = flags;
}

static void spread(const float *from, int n, mjtNum *to)
{
    for (int k = 0; k < n; k++)
        to[k] = (mjtNum)from[k];
}

static void gather(const mjtNum *from, int n, float *to)
{
    for (int k = 0; k < n; k++)
        to[k] = (float)from[k];
}

const mjData *physics_recall(struct physics *p, const float *state)
{
    const mjModel *m = p->model;
    mjData *d = p->probe;
    spread(state, m->nq, d->qpos);
    spread(state + m->nq, m->nv, d->qvel);
    spread(state + m->nq + m->nv, m->na, d->act);
    mj_kinematics(m, d);
    mj_comPos(m, d);
    mj_sensorPos(m, d);
    mj_comVel(m, d);
    mj_sensorVel(m, d);
    return d;
}

void physics_state(const struct physics *p, const mjData *d, float *state)
{
    const mjModel *m = p->model;
    gather(d->qpos, m->nq, state);
    gather(d->qvel, m->nv, state + m->nq);
    gather(d->act, m->na, state + m->nq + m->nv);
}

struct part {
    mjtNum *numbers;
    int n;
};
enum { NUM_PARTS = 5 };

static void parts_of(const mjModel *m, const mjData *d, struct part parts[NUM_PARTS])
{
    const struct part all[NUM_PARTS] = {
        {d->qpos, m->nq},
        {d->qvel, m->nv},
        {d->act, m->na},
        {d->qacc_warmstart, m->nv},
        {d->sensordata, m->nsensordata},
    };
    memcpy(parts, all, sizeof all);
}

void physics_save(const struct physics *p, const mjData *d, double *out)
{
    struct part parts[NUM_PARTS];
    parts_of(p->model, d, parts);
    *out++ = d->time;
    for (int k = 0; k < NUM_PARTS; out += parts[k++].n)
        memcpy(out, parts[k].numbers, (size_t)parts[k].n * sizeof *out);
}

void physics_load(const struct physics *p, const double *in, mjData *d)
{
    struct part parts[NUM_PARTS];
    mj_resetData(p->model, d);
    parts_of(p->model, d, parts);
    d->time = *in++;
    for (int k = 0; k < NUM_PARTS; in += parts[k++].n)
        memcpy(parts[k].numbers, in, (size_t)parts[k].n * sizeof *in);
    mj_step1(p->model, d);
}
