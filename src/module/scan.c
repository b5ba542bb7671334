/* The scanner child: `rlbench --scan FILE` maps a plugin, verifies it, writes its tables to fd 3. A
 * plugin that crashes or hangs while it is mapped hurts nobody but this process. */
#include "module/module.h"

#include "module/role.h"
#include "module/scan.h"
#include "wire/wire.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const void *row(const void *rows, uint32_t stride, uint32_t i)
{
    return (const char *)rows + (size_t)stride * i;
}

static void put_params(struct buf *out, const rlb_param *params, uint32_t stride, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const rlb_param *p = row(params, stride, i);
        struct buf choices = {0};
        for (size_t k = 0; p->type == RLB_T_ENUM && p->choices[k]; k++)
            wire_pack_text(&choices, p->choices[k]);
        struct wire_desc_param m = {.name = p->name,
                                    .doc = p->doc,
                                    .unit = p->unit,
                                    .choices = {choices.data, choices.len},
                                    .min = p->min,
                                    .max = p->max,
                                    .text_default = p->type == RLB_T_STR ? p->def.s : "",
                                    .type = p->type,
                                    .flags = p->flags};
        if (p->type != RLB_T_STR)
            memcpy(&m.bits_default, &p->def, sizeof m.bits_default);
        wire_encode(out, WIRE_DESC_PARAM, &m);
        buf_finish(&choices);
    }
}

static void put_views(struct buf *out, const rlb_view *views, uint32_t stride, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const rlb_view *v = row(views, stride, i);
        wire_encode(out, WIRE_DESC_VIEW,
                    &(struct wire_desc_view){v->name, v->doc, v->kind, v->flags});
    }
}

static void put_algo(struct buf *out, const rlb_module *m, const rlb_algo *a)
{
    wire_encode(out, WIRE_DESC,
                &(struct wire_desc){.kind = SCAN_ALGORITHM,
                                    .id = a->id,
                                    .title = a->title,
                                    .doc = a->doc,
                                    .citation = a->citation,
                                    .version = a->version,
                                    .step_unit = a->step_unit,
                                    .flags = a->flags,
                                    .build = m->build,
                                    .abi_major = m->abi_major,
                                    .abi_minor = m->abi_minor,
                                    .has_act = a->act != NULL,
                                    .has_save = a->save != NULL});
    put_params(out, a->params, a->param_stride, a->num_params);
    for (uint32_t i = 0; i < a->num_metrics; i++) {
        const rlb_metric *x = row(a->metrics, a->metric_stride, i);
        wire_encode(
            out, WIRE_DESC_METRIC,
            &(struct wire_desc_metric){x->name, x->doc, x->unit, x->fold, x->goal, x->flags});
    }
    put_views(out, a->views, a->view_stride, a->num_views);
}

static void put_env(struct buf *out, const rlb_module *m, const rlb_env *v)
{
    wire_encode(out, WIRE_DESC,
                &(struct wire_desc){.kind = SCAN_ENVIRONMENT,
                                    .id = v->id,
                                    .title = v->title,
                                    .doc = v->doc,
                                    .citation = v->citation,
                                    .version = v->version,
                                    .flags = v->flags,
                                    .build = m->build,
                                    .abi_major = m->abi_major,
                                    .abi_minor = m->abi_minor,
                                    .has_save = v->save != NULL});
    put_params(out, v->params, v->param_stride, v->num_params);
    put_views(out, v->views, v->view_stride, v->num_views);
}

void module_encode(struct buf *out, const rlb_module *m)
{
    for (const rlb_algo *const *a = m->algos; *a; a++)
        put_algo(out, m, *a);
    for (const rlb_env *const *v = m->envs; *v; v++)
        put_env(out, m, *v);
    wire_encode(out, WIRE_SCANNED, NULL);
}

int module_scan_main(const char *path)
{
    if (fcntl(ROLE_FD, F_GETFD) < 0)
        return ERR_USAGE; /* by hand, without the pipe of the registry */
    struct err e = ERR_INIT;
    struct buf out = {0};
    const rlb_module *m;
    role_limit(SCAN_SECONDS, (uint64_t)8 << 30); /* far above what constant tables need */
    int status = module_open(path, &m, &e);
    if (status == OK) {
        module_encode(&out, m);
    } else {
        size_t n = strlen(path);
        const char *text = strncmp(e.text, path, n) == 0 && strncmp(e.text + n, ": ", 2) == 0
                               ? e.text + n + 2
                               : e.text;
        wire_encode(&out, WIRE_REFUSED, &(struct wire_refused){(uint32_t)status, text});
    }
    if (!role_answer(out.data, out.len))
        _exit(ERR_IO);
    _exit(status); /* whatever the plugin registered to run at exit is not wanted */
}
