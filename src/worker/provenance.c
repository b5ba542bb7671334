/* What a run is being made with, told once: this build, the machine, the files that were loaded. */
#include "config.h"

#include "worker/job.h"

#include "base/build.h"
#include "base/file.h"
#include "base/sysinfo.h"
#include "worker/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Settings from outside by which numeric libraries choose other code. */
static const char *const variables[] = {"OPENBLAS_CORETYPE", "DNNL_MAX_CPU_ISA",
                                        "ONEDNN_MAX_CPU_ISA", "GLIBC_TUNABLES", "LD_PRELOAD"};

static void put(json_t *facts, const char *key, const char *text)
{
    json_t *value = json_string(text); /* NULL when it is no UTF-8 */
    json_object_set_new(facts, key, value ? value : json_string("?"));
}

static void put_sha256(json_t *facts, const char *key, const char *path)
{
    char sha256[65];
    if (*path && file_sha256(path, sha256, NULL) == OK)
        put(facts, key, sha256);
}

struct objects {
    json_t *facts;
    const struct job *job;
};

/* "library.libm": "libm.so.6 0123456789ab"; ours with its whole digest. */
static void put_object(void *ctx, const char *path, const char *id)
{
    const struct objects *o = ctx;
    char key[128], sha256[65] = "", *text;
    const char *name = file_base(path), *own[] = {o->job->msg.algo_path, o->job->msg.env_path};
    for (size_t i = 0; i < 2; i++)
        if (strcmp(file_base(own[i]), name) == 0)
            return;
    if (strncmp(name, "librlbench.", 11) == 0) {
        put_sha256(o->facts, "librlbench.sha256", path);
        return;
    }
    const char *end = strstr(name, ".so");
    snprintf(key, sizeof key, "library.%.*s", (int)(end ? end - name : 100), name);
    if (!*id && file_sha256(path, sha256, NULL) == OK)
        id = sha256;
    text = mem_printf("%s %.12s", name, id);
    put(o->facts, key, text);
    free(text);
}

char *worker_provenance(const struct job *j)
{
    json_t *facts = json_object();
    char cpu[256], flags[1024];
    put(facts, "rlbench", PACKAGE_VERSION);
    put(facts, "build", build_id());
    put(facts, "compiler", build_compiler());
    put(facts, "compiler.flags", build_flags());
    put(facts, "cpu", sysinfo_cpu_name(cpu, sizeof cpu));
    put(facts, "cpu.flags", sysinfo_cpu_flags(flags, sizeof flags));
    put(facts, "algorithm.version", j->algo->version);
    put_sha256(facts, "algorithm.sha256", j->msg.algo_path);
    if (j->env) {
        put(facts, "environment.version", j->env->version);
        put_sha256(facts, "environment.sha256", j->msg.env_path);
    }
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        char key[64];
        snprintf(key, sizeof key, "variable.%s", variables[i]);
        if (value && *value)
            put(facts, key, value);
    }
    struct objects o = {facts, j};
    build_each_object(put_object, &o);
    char *text = json_dumps(facts, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(facts);
    return text;
}
