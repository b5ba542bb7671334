#include "cmd/spreads.h"

#include "cmd/runs.h"
#include "cmd/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_listed(const char *list, const char *text)
{
    size_t n = strlen(text);
    for (const char *at = list; (at = strstr(at, text)); at++)
        if ((at == list || at[-1] == ' ') && (at[n] == '\0' || at[n] == ','))
            return true;
    return false;
}

static void add_text(struct spreads *s, const char *key, size_t side, const char *text)
{
    struct spread *found = NULL;
    for (size_t i = 0; i < s->keys.len && !found; i++)
        if (strcmp(s->keys.data[i].key, key) == 0)
            found = &s->keys.data[i];
    if (!found) {
        struct spread fresh = {.key = key};
        for (size_t i = 0; i < s->sides; i++)
            vec_push(&fresh.texts, (struct buf){0});
        vec_push(&s->keys, fresh);
        found = &s->keys.data[s->keys.len - 1];
    }
    struct buf *b = &found->texts.data[side];
    if (!is_listed(buf_text(b), text))
        buf_printf(b, "%s%s", b->len ? ", " : "", text);
}

int spreads_read(struct spreads *s, struct judging *g, struct err *e)
{
    int status = OK;
    s->sides = g->judge.contenders.len;
    for (size_t i = 0; i < g->judge.runs.len && status == OK; i++) {
        const struct judge_run *r = &g->judge.runs.data[i];
        struct param_row *params;
        size_t n = 0;
        add_text(s, "algorithm", r->contender, r->row.algo);
        add_text(s, "environment", r->contender, r->row.env);
        status = store_run_params(g->store, r->row.id, &g->arena, &params, &n, e);
        for (size_t k = 0; k < n && status == OK; k++)
            add_text(s, params[k].key, r->contender, params[k].text);
    }
    return status;
}

static bool differs(struct spread *s)
{
    for (size_t i = 1; i < s->texts.len; i++)
        if (strcmp(buf_text(&s->texts.data[i]), buf_text(&s->texts.data[0])) != 0)
            return true;
    return false;
}

void spreads_finish(struct spreads *s)
{
    for (size_t i = 0; i < s->keys.len; i++) {
        for (size_t k = 0; k < s->sides; k++)
            buf_finish(&s->keys.data[i].texts.data[k]);
        vec_finish(&s->keys.data[i].texts);
    }
    vec_finish(&s->keys);
}

void spreads_print(struct spreads *s, const struct judge *j)
{
    struct table t = {.num_columns = 1 + s->sides};
    table_add(&t, "PARAMETER");
    for (size_t c = 0; c < s->sides; c++)
        table_add(&t, j->contenders.data[c].name);
    size_t head = t.cells.len;
    for (size_t i = 0; i < s->keys.len; i++) {
        if (!differs(&s->keys.data[i]))
            continue;
        table_add(&t, s->keys.data[i].key);
        for (size_t c = 0; c < s->sides; c++)
            table_add(&t, buf_text(&s->keys.data[i].texts.data[c]));
    }
    if (t.cells.len == head)
        puts("no parameter differs");
    else
        table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
}

void spreads_json(struct spreads *s)
{
    for (size_t i = 0; i < s->keys.len; i++) {
        if (!differs(&s->keys.data[i]))
            continue;
        json_t *o = json_pack("{s:i,s:s,s:s}", "v", 1, "kind", "parameter", "key",
                              s->keys.data[i].key),
               *values = json_array();
        for (size_t c = 0; c < s->sides; c++)
            json_array_append_new(values, json_string(buf_text(&s->keys.data[i].texts.data[c])));
        json_object_set_new(o, "values", values);
        json_print(o);
    }
}
