/* rlbench doctor: where everything is, and what is not well. */
#include "config.h"

#include "cmd/doctor.h"
#include "cmd/runs.h"
#include "cmd/table.h"

#include "base/file.h"
#include "base/sysinfo.h"
#include "module/registry.h"
#include "tui/config.h"
#include <rlbench/plugin.h>

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

static const struct opt opts[] = {
    {"fix", 0, NULL, "mark runs whose supervisor died as crashed, remove its socket"},
    {"json", 0, NULL, "one JSON object per finding"},
    {NULL, 0, NULL, NULL},
};

void doctor_find(struct doctor *d, enum health health, const char *part, const char *name,
                 const char *fmt, ...)
{
    struct buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    struct finding f = {part, arena_strdup(&d->arena, name), arena_strdup(&d->arena, buf_text(&b)),
                        health};
    vec_push(&d->findings, f);
    buf_finish(&b);
}

/* ---- program and places ---- */

static void examine_program(struct doctor *d)
{
    char *self = place_self();
    char host[256], cpu[256];
    doctor_find(d, FINE, "program", "version", "rlbench %s, plugin ABI %d.%d", PACKAGE_VERSION,
                RLB_ABI_MAJOR, RLB_ABI_MINOR);
    doctor_find(d, self && access(self, X_OK) == 0 ? FINE : BAD, "program", "file", "%s",
                self ? self : "unknown");
    doctor_find(d, FINE, "program", "libraries", "SQLite %s, Jansson %s", store_library_version(),
                jansson_version_str());
    doctor_find(d, FINE, "program", "machine", "%s, %s, %d processors, %.1f GiB",
                sysinfo_host_name(host, sizeof host), sysinfo_cpu_name(cpu, sizeof cpu),
                sysinfo_cpus(), (double)sysinfo_memory_bytes() / (double)(1 << 30));
    free(self);
}

static void examine_place(struct doctor *d, const char *name, const char *path, enum health missing)
{
    bool there = file_exists(path);
    doctor_find(d, there ? FINE : missing, "places", name, "%s%s", path,
                there ? "" : " (not there)");
}

static void examine_config(struct doctor *d)
{
    struct buf diags = {0};
    struct err e = ERR_INIT;
    int status = config_load(&diags, &e);
    const char *path = config_get()->path;
    const char *first = buf_text(&diags); /* the first complaint; the verbs tell all of them */
    if (strncmp(first, path, strlen(path)) == 0)
        first += strlen(path) + 1;
    doctor_find(d, status == OK ? FINE : BAD, "places", "config file", "%s%s%.*s", path,
                status != OK        ? ": "
                : file_exists(path) ? ""
                                    : " (not there)",
                status != OK ? (int)strcspn(first, "\n") : 0, *first ? first : e.text);
    char *other = mem_printf("%.*saml", (int)strlen(path) - 2, path);
    if (file_exists(other)) /* a likely mistake, and a silent one */
        doctor_find(d, NOTE, "places", "config file", "%s is not read: only config.yml is", other);
    free(other);
    buf_finish(&diags);
}

static void examine_places(struct doctor *d)
{
    static const struct {
        const char *name;
        char *(*get)(void);
        enum health missing;
    } places[] = {
        {"runtime", place_runtime, FINE}, {"recipes", place_recipes, NOTE},
        {"config", place_config, FINE},   {"own recipes", place_own_recipes, FINE},
        {"cache", place_cache, FINE},     {"state", place_state, FINE},
    };
    doctor_find(d, FINE, "places", "database", "%s", d->database);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *path = places[i].get();
        examine_place(d, places[i].name, path, places[i].missing);
        free(path);
    }
    examine_config(d);
    const char *const lists[] = {cli_get(d->cli, "plugin-path"), getenv("RLBENCH_PLUGIN_PATH"),
                                 RLBENCH_PLUGIN_DIR};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char *rest = NULL, *copy = arena_strdup(&d->arena, lists[i] ? lists[i] : "");
        for (char *one = strtok_r(copy, ":", &rest); one; one = strtok_r(NULL, ":", &rest))
            examine_place(d, "plugins", one, i < 2 ? NOTE : FINE);
    }
}

/* Of the nearest folder above path that is there. */
static bool free_space(const char *path, double *gib)
{
    char *folder = mem_strdup(path);
    struct statvfs v;
    bool known = statvfs(folder, &v) == 0;
    for (char *slash; !known && (slash = strrchr(folder, '/')); known = statvfs(folder, &v) == 0) {
        slash[slash == folder] = '\0';
        if (slash == folder)
            break;
    }
    if (!known)
        known = statvfs(folder[0] == '/' ? "/" : ".", &v) == 0;
    *gib = known ? (double)v.f_bavail * (double)v.f_frsize / (double)(1 << 30) : 0;
    free(folder);
    return known;
}

static void examine_limits(struct doctor *d)
{
    /* The longest name a supervisor gives its socket must fit into an address. */
    char *runtime = place_runtime();
    size_t room = sizeof((struct sockaddr_un *)0)->sun_path;
    size_t need = strlen(runtime) + strlen("/4194304.sock") + 1;
    doctor_find(d, need <= room ? FINE : BAD, "limits", "socket path", "%zu of %zu bytes%s", need,
                room, need <= room ? "" : ": set XDG_RUNTIME_DIR to a shorter path");
    free(runtime);
    double gib;
    if (free_space(d->database, &gib))
        doctor_find(d,
                    gib < 0.05 ? BAD
                    : gib < 1  ? NOTE
                               : FINE,
                    "limits", "disk", "%.1f GiB free%s", gib,
                    gib < 1 ? ": runs pause when it is full" : "");
}

/* ---- terminal ---- */

static void examine_terminal(struct doctor *d)
{
    static const char *const variables[] = {"COLORTERM", "NO_COLOR", "TMUX"};
    const char *term = getenv("TERM");
    const char *charset = setlocale(LC_CTYPE, "") ? nl_langinfo(CODESET) : "unknown";
    bool utf8 = strcmp(charset, "UTF-8") == 0;
    doctor_find(d, term && *term ? FINE : NOTE, "terminal", "TERM", "%s",
                term && *term ? term : "not set: the workbench cannot open, verbs can");
    doctor_find(d, utf8 ? FINE : NOTE, "terminal", "characters", "%s%s", charset,
                utf8 ? ""
                     : ": charts are drawn in ASCII; a UTF-8 locale such as C.UTF-8 shows more");
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            doctor_find(d, FINE, "terminal", variables[i], "%s", value);
    }
}

/* ---- plugins ---- */

static void examine_plugins(struct doctor *d)
{
    struct registry r = {0};
    struct err e = ERR_INIT;
    if (registry_load(&r, cli_get(d->cli, "plugin-path"), &e) != OK) {
        doctor_find(d, BAD, "plugins", "search", "%s", e.text);
        return;
    }
    for (size_t i = 0; i < r.descs.len; i++) {
        const struct desc *p = &r.descs.data[i];
        doctor_find(d, FINE, "plugins", p->id, "%s %s, %s",
                    p->kind == DESC_ALGORITHM ? "algorithm" : "environment", p->version, p->path);
    }
    for (size_t i = 0; i < r.broken.len; i++)
        doctor_find(d, BAD, "plugins", file_base(r.broken.data[i].path), "%s: %s",
                    r.broken.data[i].path, r.broken.data[i].reason);
    if (r.descs.len == 0)
        doctor_find(
            d, BAD, "plugins", "none",
            "no algorithm and no environment was found; install them or set RLBENCH_PLUGIN_PATH");
    registry_finish(&r);
}

/* ---- the report ---- */

static void report(const struct doctor *d, size_t from)
{
    static const char *const words[] = {[FINE] = "ok", [NOTE] = "note", [BAD] = "BAD"};
    struct arena a = {0};
    const char *part = from ? d->findings.data[from - 1].part : "";
    for (size_t i = from; i < d->findings.len; i++) {
        const struct finding *f = &d->findings.data[i];
        if (cli_has(d->cli, "json")) {
            json_t *o = json_object();
            json_object_set_new(o, "v", json_integer(1));
            json_object_set_new(o, "part", json_string(f->part));
            json_object_set_new(o, "name", json_string(f->name));
            json_object_set_new(o, "health",
                                json_string(f->health == BAD ? "bad" : words[f->health]));
            json_object_set_new(o, "text", json_string(f->text));
            json_print(o);
            continue;
        }
        if (strcmp(part, f->part) != 0)
            printf("%s%s\n", i ? "\n" : "", f->part);
        part = f->part;
        printf("  %-4s  %-14s %s\n", words[f->health], f->name, text_printable(&a, f->text));
    }
    fflush(stdout);
    arena_finish(&a);
}

static int run(struct cli *c, struct err *e)
{
    /* The slowest last; each part is shown as soon as it is known. */
    static void (*const parts[])(struct doctor *) = {examine_program, examine_places,
                                                     examine_limits,  examine_terminal,
                                                     examine_plugins, doctor_database};
    if (c->num_args)
        return err_set(e, ERR_USAGE, "it takes no arguments");
    struct doctor d = {.cli = c, .database = cli_database(c)};
    size_t bad = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t from = d.findings.len;
        parts[i](&d);
        report(&d, from);
    }
    for (size_t i = 0; i < d.findings.len; i++)
        bad += d.findings.data[i].health == BAD;
    vec_finish(&d.findings);
    arena_finish(&d.arena);
    store_close(d.store);
    free(d.database);
    if (bad == 0)
        return OK;
    return err_set(e, ERR_FAILED, "%zu %s not well", bad, bad == 1 ? "thing is" : "things are");
}

const struct verb verb_doctor = {
    .name = "doctor",
    .args = "[--fix] [--json]",
    .doc = "check places, plugins, terminal and database",
    .examples = "rlbench doctor\n"
                "rlbench doctor --fix     mark runs whose supervisor died as crashed\n",
    .opts = opts,
    .run = run,
};
