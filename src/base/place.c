#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *set_variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* $variable/rest, or $HOME/fallback/rest, or /tmp/rest-less fallback when there is no home. */
static char *xdg(const char *variable, const char *fallback, const char *rest)
{
    const char *base = set_variable(variable), *home = set_variable("HOME");
    if (base && base[0] == '/')
        return mem_printf("%s/%s", base, rest);
    return mem_printf("%s/%s/%s", home ? home : "/", fallback, rest);
}

char *place_database(const char *option)
{
    const char *named = option && *option ? option : set_variable("RLBENCH_DB");
    if (named)
        return mem_strdup(named);
    if (file_exists("rlbench.db"))
        return mem_strdup("rlbench.db");
    return xdg("XDG_DATA_HOME", ".local/share", "rlbench/rlbench.db");
}

char *place_runtime(void)
{
    const char *base = set_variable("XDG_RUNTIME_DIR");
    if (base && base[0] == '/' && access(base, W_OK) == 0)
        return mem_printf("%s/rlbench", base);
    return mem_printf("/tmp/rlbench-%ld", (long)getuid());
}

char *place_recipes(void)
{
    const char *named = set_variable("RLBENCH_RECIPES");
    return mem_strdup(named ? named : RLBENCH_RECIPE_DIR);
}

char *place_own_recipes(void)
{
    return xdg("XDG_CONFIG_HOME", ".config", "rlbench/recipes");
}

char *place_cache(void)
{
    return xdg("XDG_CACHE_HOME", ".cache", "rlbench");
}

char *place_config(void)
{
    return xdg("XDG_CONFIG_HOME", ".config", "rlbench");
}

char *place_state(void)
{
    return xdg("XDG_STATE_HOME", ".local/state", "rlbench");
}

char *place_run_folder(const char *database, const char *run_uid)
{
    return mem_printf("%s.d/%s", database, run_uid);
}

char *place_self(void)
{
    const char *named = set_variable("RLBENCH_SELF");
    if (named)
        return mem_strdup(named);
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return mem_strdup("rlbench");
    path[n] = '\0';
    /* Replaced by a newer build while we run: the link itself still leads to the program we are. */
    return mem_strdup(file_exists(path) ? path : "/proc/self/exe");
}
