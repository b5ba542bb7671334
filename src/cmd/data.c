/* rlbench data: datasets of trajectories from and to NumPy archives. */
#include "cmd/data.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    {"out", 'o', "FILE", "import, export: the file to write"},
    {"force", 0, NULL, "import, export: replace a file that is there already"},
    {"layout", 0, "LAYOUT", "import: ogbench, d4rl or columns; guessed when not given"},
    {"map", 0, "COLUMN=MEMBER", "import: take a column from another member; may be repeated"},
    {"agents", 0, "N", "import: the second axis of per-agent members; 1 when not given"},
    {"count", 0, "COLUMN=N", "import: choices of a discrete space, else largest value + 1"},
    {"name", 0, "TEXT", "import: what the dataset is called; the file's name when not given"},
    {"compress", 0, NULL, "export: deflate the members"},
    {"json", 0, NULL, "info: one JSON object"},
    {NULL, 0, NULL, NULL},
};

int data_fault(rlb_status status, const rlb_fault *why, bool creating, struct err *e)
{
    int code = ERR_DATA;
    if (status == RLB_E_IO)
        code = why->os_error == EACCES || why->os_error == EPERM ? ERR_PERM
               : creating && why->os_error == ENOENT             ? ERR_CANTCREAT
               : why->os_error == ENOENT                         ? ERR_NOINPUT
                                                                 : ERR_IO;
    else if (status == RLB_E_NOMEM)
        code = ERR_INTERNAL;
    return err_set(e, code, "%s", why->text);
}

int data_open(const char *path, rlb_dataset_file *f, struct err *e)
{
    rlb_fault why;
    rlb_status status = rlb_dataset_open(path, f, &why);
    return status == RLB_OK ? OK : data_fault(status, &why, false, e);
}

/* FILE as the only argument after the word, and where to write. */
static int in_and_out(const struct cli *c, const char **in, const char **out, struct err *e)
{
    *out = cli_get(c, "out");
    if (c->num_args != 2)
        return err_set(e, ERR_USAGE, "of what? rlbench data %s FILE --out FILE", c->args[0]);
    if (!*out || !**out)
        return err_set(e, ERR_USAGE, "where to? --out FILE");
    if (!cli_has(c, "force") && file_exists(*out))
        return err_set(e, ERR_CANTCREAT, "%s is there already; --force replaces it", *out);
    *in = c->args[1];
    return OK;
}

/* ---- import ---- */

static int read_layout(const struct cli *c, uint32_t *out, struct err *e)
{
    static const char *const names[RLB_LAYOUT_END] = {[RLB_LAYOUT_AUTO] = "auto",
                                                      [RLB_LAYOUT_OGBENCH] = "ogbench",
                                                      [RLB_LAYOUT_D4RL] = "d4rl",
                                                      [RLB_LAYOUT_COLUMNS] = "columns"};
    const char *given = cli_get(c, "layout");
    for (*out = 0; given && *out < RLB_LAYOUT_END; ++*out)
        if (strcmp(names[*out], given) == 0)
            return OK;
    if (!given)
        return OK;
    return err_set(e, ERR_USAGE, "no layout '%s'; layouts: ogbench d4rl columns", given);
}

/* The values KEY=VALUE of a repeated option; texts go into the arena. */
static int read_pairs(const struct cli *c, const char *option, struct arena *a,
                      const rlb_note **out, uint32_t *n, struct err *e)
{
    size_t num = 0;
    while (cli_get_nth(c, option, num))
        num++;
    rlb_note *pairs = arena_alloc(a, (num + 1) * sizeof *pairs);
    for (size_t i = 0; i < num; i++) {
        char *text = arena_strdup(a, cli_get_nth(c, option, i)), *equals = strchr(text, '=');
        if (!equals || equals == text || !equals[1])
            return err_set(e, ERR_USAGE, "--%s %s: expected COLUMN=%s", option, text,
                           strcmp(option, "map") == 0 ? "MEMBER" : "N");
        *equals = '\0';
        pairs[i] = (rlb_note){text, equals + 1};
    }
    *out = pairs;
    *n = (uint32_t)num;
    return OK;
}

static int read_number(const char *option, const char *text, uint32_t *out, struct err *e)
{
    int64_t value;
    const char *fault = num_parse_int(text, &value);
    if (fault)
        return err_set(e, ERR_USAGE, "--%s: '%s' %s", option, text, fault);
    if (value < 1 || value > INT32_MAX)
        return err_set(e, ERR_USAGE, "--%s: %s is out of range", option, text);
    *out = (uint32_t)value;
    return OK;
}

/* --count values in the plain form that the library reads. */
static int read_counts(const struct cli *c, struct arena *a, rlb_import *how, struct err *e)
{
    int status = read_pairs(c, "count", a, &how->counts, &how->num_counts, e);
    rlb_note *plain = arena_alloc(a, (how->num_counts + 1) * sizeof *plain);
    for (uint32_t i = 0; i < how->num_counts && status == OK; i++) {
        uint32_t n;
        status = read_number("count", how->counts[i].value, &n, e);
        if (status == OK)
            plain[i] = (rlb_note){how->counts[i].key, arena_printf(a, "%" PRIu32, n)};
    }
    how->counts = plain;
    return status;
}

static void print_note(void *ctx, const char *text)
{
    fprintf(stderr, "%s: %s\n", (const char *)ctx, text);
}

static int import(const struct cli *c, struct err *e)
{
    const char *in, *out, *agents = cli_get(c, "agents");
    struct arena a = {0};
    rlb_import how = {.num_agents = 1, .name = cli_get(c, "name"), .note = print_note};
    rlb_fault why;
    int status = in_and_out(c, &in, &out, e);
    if (status == OK)
        status = read_layout(c, &how.layout, e);
    if (status == OK)
        status = read_pairs(c, "map", &a, &how.map, &how.num_map, e);
    if (status == OK)
        status = read_counts(c, &a, &how, e);
    if (status == OK && agents)
        status = read_number("agents", agents, &how.num_agents, e);
    how.ctx = (void *)(uintptr_t)in;
    if (status == OK) {
        rlb_status imported = rlb_dataset_import(in, out, &how, &why);
        bool reads = strncmp(why.text, in, strlen(in)) == 0;
        if (imported != RLB_OK)
            status = data_fault(imported, &why, !reads, e);
    }
    arena_finish(&a);
    if (status == OK)
        puts(out);
    return status;
}

/* ---- export ---- */

static int export(const struct cli *c, struct err *e)
{
    const char *in, *out;
    rlb_dataset_file f;
    rlb_fault why;
    int status = in_and_out(c, &in, &out, e);
    if (status == OK)
        status = data_open(in, &f, e);
    if (status != OK)
        return status;
    rlb_status exported = rlb_dataset_export(&f, out, cli_has(c, "compress") ? 6 : 0, &why);
    if (exported != RLB_OK)
        status = data_fault(exported, &why, true, e);
    rlb_dataset_close(&f);
    if (status == OK)
        puts(out);
    return status;
}

/* ---- the verb ---- */

static const struct {
    const char *name;
    int (*run)(const struct cli *c, struct err *e);
} words[] = {{"import", import}, {"export", export}, {"info", data_info}, {"check", data_check}};

static int run(struct cli *c, struct err *e)
{
    const char *names[sizeof words / sizeof words[0]];
    size_t n = sizeof words / sizeof words[0];
    if (c->num_args == 0)
        return err_set(e, ERR_USAGE, "what? rlbench data import, export, info or check");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i].name, c->args[0]) == 0)
            return words[i].run(c, e);
        names[i] = words[i].name;
    }
    const char *near = text_nearest(c->args[0], names, n);
    return err_set(e, ERR_USAGE, "rlbench data has no '%s'; %s%s%s", c->args[0],
                   near ? "did you mean '" : "it has import, export, info and check",
                   near ? near : "", near ? "'?" : "");
}

const struct verb verb_data = {
    .name = "data",
    .args = "import|export|info|check FILE [OPTION]...",
    .doc = "datasets of trajectories: from and to NumPy, what is in them",
    .examples = "rlbench data import pointmaze-medium-navigate-v0.npz --out pointmaze.rlbd\n"
                "rlbench data import mine.npz --layout columns --map obs=x --map ends=done --out "
                "mine.rlbd\n"
                "rlbench data info pointmaze.rlbd         episodes, ranges, where it comes from\n"
                "rlbench data check pointmaze.rlbd        digest, finite values, episodes\n"
                "rlbench data export mine.rlbd --out mine.npz\n"
                "man rlbench-dataset                      the format and the layouts",
    .opts = opts,
    .run = run,
};
