/* rlbench plugins: what is installed, a page per plugin, the conformance checker. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/text.h"
#include "cmd/describe.h"
#include "cmd/plugins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    {"json", 0, NULL, "one JSON object a line"},
    {"man", 0, NULL, "with NAME: its manual page in mdoc format"},
    {"limit", 0, "SECONDS", "with check: time for one check, 20 when not given"},
    {NULL, 0, NULL, NULL},
};

static bool wanted(const struct desc *d, const enum desc_kind *only)
{
    return !only || d->kind == *only;
}

static void list_text(const struct registry *r, const enum desc_kind *only, struct buf *out)
{
    int id_width = 2, title_width = 5;
    for (size_t i = 0; i < r->descs.len; i++) {
        const struct desc *d = &r->descs.data[i];
        int id = text_columns(d->id), title = text_columns(d->title);
        if (!wanted(d, only))
            continue;
        id_width = id > id_width ? id : id_width;
        title_width = title > title_width ? title : title_width;
    }
    buf_printf(out, "%-12s %-*s %-8s %-4s %-*s %s\n", "KIND", id_width, "ID", "VERSION", "ABI",
               title_width, "TITLE", "FILE");
    for (size_t i = 0; i < r->descs.len; i++) {
        const struct desc *d = &r->descs.data[i];
        if (!wanted(d, only))
            continue;
        buf_printf(out, "%-12s %-*s %-8s %u.%-2u %s%*s %s\n", describe_kind(d), id_width, d->id,
                   d->version, d->abi_major, d->abi_minor, d->title,
                   title_width - text_columns(d->title), "", d->path);
    }
    for (size_t i = 0; !only && i < r->broken.len; i++)
        buf_printf(out, "%-12s %s\n             %s\n", "broken", r->broken.data[i].path,
                   r->broken.data[i].reason);
}

static void list_json(const struct registry *r, const enum desc_kind *only, struct buf *out)
{
    for (size_t i = 0; i < r->descs.len; i++)
        if (wanted(&r->descs.data[i], only))
            describe_json(&r->descs.data[i], false, out);
    for (size_t i = 0; !only && i < r->broken.len; i++)
        describe_json_broken(&r->broken.data[i], out);
}

/* A broken module whose file is called `name` or name.so, or NULL. */
static const struct broken *find_broken(const struct registry *r, const char *name)
{
    for (size_t i = 0; i < r->broken.len; i++) {
        const char *base = file_base(r->broken.data[i].path);
        size_t n = strlen(name);
        if (strcmp(r->broken.data[i].path, name) == 0 ||
            (strncmp(base, name, n) == 0 && (base[n] == '\0' || strcmp(base + n, ".so") == 0)))
            return &r->broken.data[i];
    }
    return NULL;
}

static int not_found(const struct registry *r, const enum desc_kind *only, const char *name,
                     struct err *e)
{
    const struct broken *b = only ? NULL : find_broken(r, name);
    const char *noun = only ? "environment" : "plugin";
    if (b)
        return err_set(e, ERR_PLUGIN, "%s: %s", b->path, b->reason);
    VEC(const char *) ids = {0};
    for (size_t i = 0; i < r->descs.len; i++)
        if (wanted(&r->descs.data[i], only))
            vec_push(&ids, r->descs.data[i].id);
    const char *near = text_nearest(name, ids.data, ids.len);
    size_t num = ids.len;
    vec_finish(&ids);
    if (near)
        return err_set(e, ERR_NOINPUT, "no %s '%s'; did you mean '%s'?", noun, name, near);
    return err_set(e, ERR_NOINPUT, "no %s '%s'; %s", noun, name,
                   num ? "the list is without a NAME"
                       : "there are none at all: see RLBENCH_PLUGIN_PATH and --plugin-path");
}

static int show(const struct cli *c, const struct registry *r, const enum desc_kind *only,
                const char *name, struct buf *out, struct err *e)
{
    bool found = false;
    for (size_t i = 0; i < r->descs.len; i++) {
        const struct desc *d = &r->descs.data[i];
        if (!wanted(d, only) || strcmp(d->id, name) != 0)
            continue;
        if (found && !cli_has(c, "json"))
            buf_putc(out, '\n');
        found = true;
        if (cli_has(c, "man"))
            describe_man(d, out);
        else if (cli_has(c, "json"))
            describe_json(d, true, out);
        else
            describe_text(d, out);
    }
    return found ? OK : not_found(r, only, name, e);
}

int plugins_list_or_show(const struct cli *c, const enum desc_kind *only, struct err *e)
{
    struct registry r;
    struct buf out = {0};
    if (c->num_args > 1)
        return err_set(e, ERR_USAGE, "one NAME at a time; '%s' is one too many", c->args[1]);
    int status = registry_load(&r, cli_get(c, "plugin-path"), e);
    if (status != OK)
        return status;
    if (c->num_args == 1)
        status = show(c, &r, only, c->args[0], &out, e);
    else if (cli_has(c, "json"))
        list_json(&r, only, &out);
    else
        list_text(&r, only, &out);
    fputs(buf_text(&out), stdout);
    buf_finish(&out);
    registry_finish(&r);
    return status;
}

static int run(struct cli *c, struct err *e)
{
    if (c->num_args > 0 && strcmp(c->args[0], "check") == 0)
        return plugins_check(c, e);
    return plugins_list_or_show(c, NULL, e);
}

const struct verb verb_plugins = {
    .name = "plugins",
    .args = "[NAME] | check FILE...",
    .doc = "list algorithms and environments, show one, check a module",
    .examples = "rlbench plugins                      what is there, and what is broken and why\n"
                "rlbench plugins q-learning           parameters, metrics, views, citation\n"
                "rlbench plugins check ./mine.so      run every conformance check on a module",
    .opts = opts,
    .run = run,
};
