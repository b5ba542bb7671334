/* Shared objects: mapping one and finding its entry. The only file that calls dlopen(). */
#include "module/module.h"

#include "base/file.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the dynamic linker's words most likely mean, in the order to try. */
static const struct {
    const char *said, *means;
} causes[] = {
    {"undefined symbol: rlb_",
     "it was built with a newer librlbench than the one installed beside this program, or needs "
     "-lrlbench on its link line"},
    {"undefined symbol",
     "it was linked without the library that defines this symbol (functions of <math.h>: -lm)"},
    {"librlbench.so", "librlbench is not where the dynamic linker looks: install it, run ldconfig, "
                      "or set LD_LIBRARY_PATH"},
    {"cannot open shared object file", "a library that it needs is not installed"},
    {"file too short", "the file is empty or was cut off while it was copied"},
    {"invalid ELF header", "it is not a shared object"},
    {"wrong ELF class", "it was built for another kind of machine"},
    {"cannot open shared object", "it was built for another kind of machine"},
    {"GLIBC_", "it was built on a newer system than this one; rebuild it here"},
    {"static TLS", "it uses more thread-local storage than a module may"},
};

static int refuse_load(const char *path, struct err *e)
{
    const char *said = dlerror();
    said = said ? said : "the dynamic linker gave no reason";
    const char *rest = strncmp(said, path, strlen(path)) == 0 ? said + strlen(path) : said;
    rest += strspn(rest, ": ");
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (strstr(rest, causes[i].said))
            return err_set(e, ERR_PLUGIN, "%s: cannot be loaded: %s; most likely %s", path, rest,
                           causes[i].means);
    return err_set(e, ERR_PLUGIN, "%s: cannot be loaded: %s", path, rest);
}

static int check_file(const char *path, struct err *e)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return err_sys(e,
                       errno == ENOENT || errno == ENOTDIR ? ERR_NOINPUT
                       : errno == EACCES                   ? ERR_PERM
                                                           : ERR_IO,
                       "%s", path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_PLUGIN, "%s: not a file", path);
    return OK;
}

int module_open(const char *path, const rlb_module **out, struct err *e)
{
    int status = check_file(path, e);
    if (status != OK)
        return status;
    /* With a slash in it the name is a path and not something to look for. */
    char *name = strchr(path, '/') ? mem_strdup(path) : mem_printf("./%s", path);
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        status = refuse_load(name, e);
        goto free_name;
    }
    rlb_entry_fn entry = NULL;
    *(void **)&entry = dlsym(handle, "rlb_module_entry");
    if (!entry) {
        status = err_set(e, ERR_PLUGIN,
                         "%s: not a plugin: it exports no rlb_module_entry(); define it with "
                         "RLB_MODULE_ALGO or RLB_MODULE_ENV and see that the link does not hide it",
                         path);
        goto free_name;
    }
    const rlb_module *m = entry();
    status = module_verify(m, e);
    if (status != OK)
        err_prefix(e, "%s", path);
    else
        *out = m;
free_name:
    free(name);
    return status;
}

const rlb_algo *module_algo(const rlb_module *m, const char *id)
{
    for (const rlb_algo *const *a = m->algos; *a; a++)
        if (strcmp((*a)->id, id) == 0)
            return *a;
    return NULL;
}

const rlb_env *module_env(const rlb_module *m, const char *id)
{
    for (const rlb_env *const *v = m->envs; *v; v++)
        if (strcmp((*v)->id, id) == 0)
            return *v;
    return NULL;
}
