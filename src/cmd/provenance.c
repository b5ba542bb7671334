#include "cmd/provenance.h"

#include "cmd/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading: what was planned is one row, its columns named as they are shown ---- */

static int take_names(void *ctx, int n, const char *const *names)
{
    struct facts *f = ctx;
    for (int i = 0; i < n; i++) {
        struct fact fact = {.key = arena_strdup(f->arena, names[i]), .text = ""};
        vec_push(&f->rows, fact);
    }
    return 0;
}

static int take_texts(void *ctx, int n, const char *types, const char *const *texts)
{
    struct facts *f = ctx;
    for (int i = 0; i < n; i++)
        f->rows.data[i].text = types[i] == 'n' ? "" : arena_strdup(f->arena, texts[i]);
    return 0;
}

static int skip_names(void *ctx, int n, const char *const *names)
{
    (void)ctx;
    (void)n;
    (void)names;
    return 0;
}

static int take_fact(void *ctx, int n, const char *types, const char *const *texts)
{
    struct facts *f = ctx;
    (void)n;
    (void)types;
    struct fact fact = {(uint32_t)strtoul(texts[0], NULL, 10), arena_strdup(f->arena, texts[1]),
                        arena_strdup(f->arena, texts[2])};
    vec_push(&f->rows, fact);
    return 0;
}

int facts_read(struct facts *f, struct store *s, int64_t run, struct arena *a, struct err *e)
{
    *f = (struct facts){.arena = a};
    const struct store_sink planned = {f, take_names, take_texts};
    const struct store_sink made = {f, skip_names, take_fact};
    int status = store_query(
        s,
        arena_printf(a,
                     "SELECT r.build_id AS build, r.host, r.cpu, r.algo, r.algo_version,"
                     " r.algo_path, r.algo_sha256, r.env, r.env_version, r.env_path, r.env_sha256,"
                     " x.recipe_path, x.recipe_hash, x.git_commit,"
                     " CASE x.git_dirty WHEN 0 THEN 'no' WHEN 1 THEN 'yes' END AS git_dirty,"
                     " r.digest FROM run r JOIN experiment x ON x.id = r.experiment_id"
                     " WHERE r.id = %" PRId64,
                     run),
        &planned, e);
    if (status == OK)
        status =
            store_query(s,
                        arena_printf(a,
                                     "SELECT attempt, key, coalesce(value, '') FROM v_provenance"
                                     " WHERE run_id = %" PRId64 " ORDER BY attempt, key",
                                     run),
                        &made, e);
    return status;
}

void facts_finish(struct facts *f)
{
    vec_finish(&f->rows);
}

const char *facts_find(const struct facts *f, uint32_t attempt, const char *key)
{
    for (size_t i = 0; i < f->rows.len; i++)
        if (f->rows.data[i].attempt == attempt && strcmp(f->rows.data[i].key, key) == 0)
            return f->rows.data[i].text;
    return NULL;
}

uint32_t facts_last_attempt(const struct facts *f)
{
    return f->rows.len ? f->rows.data[f->rows.len - 1].attempt : 0;
}

/* ---- showing ---- */

static void print_fact(const char *key, const char *text, struct arena *a)
{
    if (*text)
        printf("  %-26s  %s\n", key, text_printable(a, text));
}

void facts_print(const struct facts *f, struct arena *a)
{
    uint32_t last = facts_last_attempt(f);
    for (size_t i = 0; i < f->rows.len; i++) {
        const struct fact *x = &f->rows.data[i];
        if (x->attempt == 0)
            print_fact(x->key, x->text, a);
    }
    if (last)
        printf("  made with\n");
    for (size_t i = 0; i < f->rows.len; i++) {
        const struct fact *x = &f->rows.data[i];
        if (x->attempt == last && last)
            print_fact(arena_printf(a, "  %s", x->key), x->text, a);
    }
    for (size_t i = 0; i < f->rows.len; i++) {
        const struct fact *x = &f->rows.data[i];
        const char *now = facts_find(f, last, x->key);
        if (x->attempt > 0 && x->attempt < last && (!now || strcmp(now, x->text) != 0))
            print_fact(arena_printf(a, "  attempt %" PRIu32 ": %s", x->attempt, x->key), x->text,
                       a);
    }
}

json_t *facts_json(const struct facts *f)
{
    json_t *out = json_object(), *attempts = json_array(), *one = NULL;
    uint32_t attempt = 0;
    for (size_t i = 0; i < f->rows.len; i++) {
        const struct fact *x = &f->rows.data[i];
        if (x->attempt > attempt) {
            one = json_object();
            json_object_set_new(one, "attempt", json_integer(x->attempt));
            json_array_append_new(attempts, one);
            attempt = x->attempt;
        }
        json_object_set_new(one ? one : out, x->key, json_string(x->text));
    }
    json_object_set_new(out, "attempts", attempts);
    return out;
}
