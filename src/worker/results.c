#include "worker/internal.h"

#include "base/file.h"
#include "worker/npy.h"
#include <rlbench/interfaces.h>
#include <rlbench/npy.h>

#include <stdlib.h>
#include <string.h>

/* The arrays that are the result of a run, for any tool that reads NumPy files. */

static const char *name_fault(const char *name)
{
    size_t n = name ? strlen(name) : 0;
    if (n == 0 || n > 64 || name[0] < 'a' || name[0] > 'z')
        return "its name must begin with a letter";
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == n
               ? NULL
               : "its name may only have a-z, 0-9 and _";
}

static const char *result_fault(const rlb_result *a)
{
    if (name_fault(a->name))
        return name_fault(a->name);
    if (a->dtype < RLB_RESULT_F64 || a->dtype > RLB_RESULT_F32)
        return "its type is unknown";
    if (a->rank > 4)
        return "it has more than 4 dimensions";
    return a->data ? NULL : "it has no data";
}

static void write_one(struct worker *r, const char *folder, const rlb_result *a)
{
    static const uint32_t types[] = {[RLB_RESULT_F64] = RLB_NPY_F64,
                                     [RLB_RESULT_I64] = RLB_NPY_I64,
                                     [RLB_RESULT_F32] = RLB_NPY_F32};
    struct err e = ERR_INIT;
    struct buf file = {0};
    char sha256[65];
    char *path = mem_printf("%s/%s.npy", folder, a->name);
    if (npy_encode(&file, types[a->dtype], a->shape, a->rank, a->data, &e) != OK ||
        file_write_atomic(path, file.data, file.len, &e) != OK) {
        worker_event(r, RLB_LOG_WARN, "results", "%s was not written: %s", a->name, e.text);
        goto finish;
    }
    file_sha256_bytes(file.data, file.len, sha256);
    struct wire_saved m = {.step = r->step,
                           .kind = "artifact",
                           .path = path + strlen(r->job->msg.folder) + 1,
                           .sha256 = sha256,
                           .bytes = file.len};
    wire_send(r->link, WIRE_SAVED, &m);
finish:
    buf_finish(&file);
    free(path);
}

void worker_write_results(struct worker *r)
{
    const rlb_algo *algo = r->job->algo;
    void *self = r->rig->algo;
    const rlb_results *results = algo->interface ? algo->interface(self, RLB_RESULTS) : NULL;
    if (!results || results->count == 0)
        return;
    struct err e = ERR_INIT;
    char *folder = mem_printf("%s/artifacts", r->job->msg.folder);
    if (file_mkdirs(folder, &e) != OK) {
        worker_event(r, RLB_LOG_WARN, "results", "the results were not written: %s", e.text);
        free(folder);
        return;
    }
    for (uint32_t i = 0; i < results->count; i++) {
        rlb_result a = {0};
        char text[1200];
        rlb_status status = results->get(self, i, &a);
        const char *fault = status < 0
                                ? host_failure(&r->rig->report, algo->id, status, text, sizeof text)
                                : result_fault(&a);
        if (fault)
            worker_event(r, RLB_LOG_WARN, "results", "result %u was not written: %s", i, fault);
        else
            write_one(r, folder, &a);
    }
    free(folder);
}
