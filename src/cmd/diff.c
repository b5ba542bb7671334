/* rlbench diff: what two runs do not have in common. */
#include "cmd/line_diff.h"
#include "cmd/provenance.h"
#include "cmd/runs.h"
#include "cmd/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct opt opts[] = {
    {"all", 'a', NULL, "what is equal, too"},
    {"json", 0, NULL, "one JSON object per line"},
    {NULL, 0, NULL, NULL},
};

struct pair {
    const char *key, *texts[2]; /* NULL: that run has none */
};

struct pairs {
    VEC(struct pair) list;
};

struct sheet {
    struct store *store;
    struct arena arena;
    const char *const *words; /* [2] the runs as they were named */
    struct run_row runs[2];
    struct pairs params, provenance;
    bool all, json;
};

static void set_text(struct pairs *p, int side, const char *key, const char *text)
{
    struct pair fresh = {.key = key};
    size_t i = 0;
    while (i < p->list.len && strcmp(p->list.data[i].key, key) != 0)
        i++;
    if (i == p->list.len)
        vec_push(&p->list, fresh);
    p->list.data[i].texts[side] = text;
}

/* ---- reading ---- */

static int read_params(struct sheet *s, int side, struct err *e)
{
    struct param_row *rows;
    size_t n;
    char *seed = arena_printf(&s->arena, "%llu", (unsigned long long)s->runs[side].seed);
    int status = store_run_params(s->store, s->runs[side].id, &s->arena, &rows, &n, e);
    set_text(&s->params, side, "experiment", s->runs[side].experiment);
    set_text(&s->params, side, "algorithm", s->runs[side].algo);
    set_text(&s->params, side, "environment", s->runs[side].env);
    set_text(&s->params, side, "seed", seed);
    for (size_t i = 0; i < n && status == OK; i++)
        set_text(&s->params, side, rows[i].key, rows[i].text);
    return status;
}

/* What was planned, and what the last attempt was made with. */
static int read_provenance(struct sheet *s, int side, struct err *e)
{
    struct facts facts;
    int status = facts_read(&facts, s->store, s->runs[side].id, &s->arena, e);
    uint32_t last = facts_last_attempt(&facts);
    for (size_t i = 0; i < facts.rows.len && status == OK; i++) {
        const struct fact *f = &facts.rows.data[i];
        bool told = strcmp(f->key, "algo") == 0 || strcmp(f->key, "env") == 0;
        if (f->attempt == 0 && !told)
            set_text(&s->provenance, side, f->key, f->text);
        else if (f->attempt && f->attempt == last)
            set_text(&s->provenance, side, arena_printf(&s->arena, "made with %s", f->key),
                     f->text);
    }
    facts_finish(&facts);
    return status;
}

static int read_sheet(struct sheet *s, const struct cli *c, struct err *e)
{
    int status = cli_open_store(c, &s->store, e);
    for (int side = 0; side < 2 && status == OK; side++) {
        status = store_find_run(s->store, c->args[side], &s->arena, &s->runs[side], e);
        if (status == OK)
            status = read_params(s, side, e);
        if (status == OK)
            status = read_provenance(s, side, e);
    }
    return status;
}

/* ---- printing ---- */

static bool is_equal(const struct pair *p)
{
    return p->texts[0] && p->texts[1] && strcmp(p->texts[0], p->texts[1]) == 0;
}

static void print_json(const char *kind, const struct pair *p)
{
    json_t *o =
        json_pack("{s:i,s:s,s:s,s:b}", "v", 1, "kind", kind, "key", p->key, "equal", is_equal(p));
    json_object_set_new(o, "a", p->texts[0] ? json_string(p->texts[0]) : json_null());
    json_object_set_new(o, "b", p->texts[1] ? json_string(p->texts[1]) : json_null());
    json_print(o);
}

static void print_pairs(const struct sheet *s, const char *kind, const struct pairs *pairs)
{
    struct table t = {.num_columns = 3};
    size_t shown = 0;
    table_printf(&t, "%s", kind);
    for (int side = 0; side < 2; side++)
        table_add(&t, s->words[side]);
    for (size_t i = 0; i < pairs->list.len; i++) {
        const struct pair *p = &pairs->list.data[i];
        if (!s->all && is_equal(p))
            continue;
        shown++;
        if (s->json) {
            print_json(kind, p);
            continue;
        }
        table_add(&t, p->key);
        for (int side = 0; side < 2; side++)
            table_add(&t, p->texts[side] ? p->texts[side] : "-");
    }
    if (!s->json && shown)
        table_print(&t, TABLE_ALIGNED, stdout);
    else if (!s->json)
        printf("%s: no difference\n", kind);
    if (!s->json)
        putchar('\n');
    table_finish(&t);
}

struct recipe_lines {
    const struct sheet *sheet;
    struct arena *arena;
};

static void print_line(void *ctx, char sign, const char *text)
{
    struct recipe_lines *l = ctx;
    if (sign == ' ' && !l->sheet->all)
        return;
    if (l->sheet->json) {
        char signs[2] = {sign, '\0'};
        json_print(
            json_pack("{s:i,s:s,s:s,s:s?}", "v", 1, "kind", "recipe", "sign", signs, "line", text));
    } else
        printf("%c %s\n", sign, text_printable(l->arena, text));
}

static int print_recipes(struct sheet *s, struct err *e)
{
    const char *texts[2] = {"", ""};
    int status = OK;
    for (int side = 0; side < 2 && status == OK; side++)
        status = store_run_recipe(s->store, s->runs[side].id, "text", &s->arena, &texts[side], e);
    if (status != OK)
        return status;
    bool equal = strcmp(texts[0], texts[1]) == 0;
    if (!s->json)
        puts(equal ? "recipe: no difference" : "recipe");
    struct recipe_lines lines = {s, &s->arena};
    if (!equal || s->all)
        line_diff(texts[0], texts[1], print_line, &lines);
    return OK;
}

static int run(struct cli *c, struct err *e)
{
    struct sheet s = {.words = c->args, .all = cli_has(c, "all"), .json = cli_has(c, "json")};
    if (c->num_args != 2)
        return err_set(e, ERR_USAGE, "name two runs: diff A B");
    int status = read_sheet(&s, c, e);
    if (status == OK) {
        print_pairs(&s, "parameter", &s.params);
        print_pairs(&s, "provenance", &s.provenance);
        status = print_recipes(&s, e);
    }
    vec_finish(&s.params.list);
    vec_finish(&s.provenance.list);
    arena_finish(&s.arena);
    store_close(s.store);
    return status;
}

const struct verb verb_diff = {
    .name = "diff",
    .args = "A B [OPTION]...",
    .doc = "what two runs do not have in common: parameters, provenance, recipe",
    .examples = "rlbench diff 12 18\n"
                "rlbench diff @last k3f --all\n"
                "rlbench diff 1 2 --json\n",
    .opts = opts,
    .run = run,
};
