/* The dataset of a run: dataset.path must be one, and when dataset.sha256 says which, that one. */
#include "plan/draft.h"

#include <rlbench/dataset.h>

#include <stdlib.h>
#include <string.h>

/* Paths in the file start from its folder, those of --set from where the user is. */
const char *draft_locate(struct draft *d, const struct given *g)
{
    const char *recipe = d->recipe->files.data[g->at.file].path, *slash = strrchr(recipe, '/');
    if (g->origin || *g->text == '/' || !slash)
        return g->text;
    return arena_printf(d->arena, "%.*s%s", (int)(slash - recipe) + 1, recipe, g->text);
}

static void complain(struct draft *d, const struct given *g, rlb_status status,
                     const rlb_fault *why)
{
    const char *hint = status != RLB_E_IO ? "rlbench data import makes datasets"
                       : g->origin        ? NULL
                                          : "a path starts from the folder of the recipe";
    given_error(d, g, hint, "dataset.path: %s", why->text);
}

static void add(struct draft *d, struct plan_run *run, const char *key, const char *text,
                const char *source)
{
    run->choices[run->num_choices++] =
        (struct plan_value){.key = key, .text = arena_strdup(d->arena, text), .source = source};
}

static void check_digest(struct draft *d, const struct given *g, const struct given *path,
                         const char *found)
{
    if (g && strcmp(g->text, found) != 0)
        given_error(d, g, "leave dataset.sha256 out to take the file as it is now",
                    "dataset.sha256 is %.12s, but that of %s is %.12s", g->text, path->text, found);
}

void draft_resolve_dataset(struct draft *d, const struct given *path, const struct given *sha256,
                           struct plan_run *run)
{
    rlb_dataset_file f;
    rlb_fault why;
    if (!path) {
        if (sha256)
            given_error(d, sha256, "write dataset: {path: FILE.rlbd}", "dataset.path is missing");
        return;
    }
    const char *file = draft_locate(d, path);
    rlb_status status = rlb_dataset_open(file, &f, &why);
    if (status != RLB_OK) {
        complain(d, path, status, &why);
        return;
    }
    char *whole = realpath(file, NULL);
    check_digest(d, sha256, path, f.data.sha256);
    add(d, run, "dataset.path", whole ? whole : file, path->source);
    add(d, run, "dataset.sha256", f.data.sha256, sha256 ? sha256->source : path->source);
    free(whole);
    rlb_dataset_close(&f);
}
