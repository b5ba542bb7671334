/* From words of a command line to runs. */
#include "judge/judge.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct selection {
    struct store *store;
    struct arena *arena;
    VEC(struct run_row) rows;
};

static void add_rows(struct selection *sel, const struct run_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        vec_push(&sel->rows, rows[i]);
}

static int by_id(const void *a, const void *b)
{
    const struct run_row *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* In the order of their numbers, each once. */
static void put_in_order(struct selection *sel)
{
    size_t kept = 0;
    if (sel->rows.len)
        qsort(sel->rows.data, sel->rows.len, sizeof *sel->rows.data, by_id);
    for (size_t i = 0; i < sel->rows.len; i++)
        if (kept == 0 || sel->rows.data[kept - 1].id != sel->rows.data[i].id)
            sel->rows.data[kept++] = sel->rows.data[i];
    sel->rows.len = kept;
}

static const char *experiment_of(const struct run_row *r)
{
    return r->experiment;
}

static const char *algorithm_of(const struct run_row *r)
{
    return r->algo;
}

/* All runs of which something is called so, exactly: "sarsa" is not also "expected-sarsa". */
static int add_named(struct selection *sel, const char *name,
                     const char *(*of)(const struct run_row *), struct err *e)
{
    struct run_row *rows;
    size_t n;
    int status = store_list_runs(sel->store, NULL, 0, sel->arena, &rows, &n, e);
    for (size_t i = 0; i < n && status == OK; i++)
        if (strcmp(of(&rows[i]), name) == 0)
            add_rows(sel, &rows[i], 1);
    return status;
}

static int add_filter(struct selection *sel, const char *filter, struct err *e)
{
    struct run_row *rows;
    size_t n;
    int status = store_list_runs(sel->store, filter, 0, sel->arena, &rows, &n, e);
    if (status == OK)
        add_rows(sel, rows, n);
    return status;
}

static int add_run(struct selection *sel, const char *ref, struct err *e)
{
    struct run_row row;
    int status = store_find_run(sel->store, ref, sel->arena, &row, e);
    if (status == OK)
        add_rows(sel, &row, 1);
    return status;
}

bool judge_is_filter(const char *word)
{
    return *word == '!' || strpbrk(word, "=~<> ") != NULL;
}

static int add_word(struct selection *sel, const char *word, struct err *e)
{
    size_t before = sel->rows.len;
    struct err why = ERR_INIT;
    int status = add_named(sel, word, experiment_of, e);
    if (status != OK || sel->rows.len > before)
        return status;
    if (judge_is_filter(word)) {
        status = add_filter(sel, word, e);
        if (status == OK && sel->rows.len == before)
            status = err_set(e, ERR_NOINPUT, "no run matches '%s'", word);
        return status;
    }
    if (add_run(sel, word, &why) == OK)
        return OK;
    if (*word && *word != '@')
        status = add_named(sel, word, algorithm_of, e);
    if (*word && *word != '@' && status == OK && sel->rows.len == before)
        status = add_filter(sel, word, e);
    if (status == OK && sel->rows.len == before)
        status = err_set(e, why.code, "%s", why.text);
    return status;
}

static int add_newest_experiment(struct selection *sel, struct err *e)
{
    struct run_row last, *rows;
    size_t n;
    int status = store_find_run(sel->store, "@last", sel->arena, &last, e);
    if (status == OK)
        status = store_experiment_runs(sel->store, last.experiment_id, sel->arena, &rows, &n, e);
    for (size_t i = 0; status == OK && i < n; i++)
        if (!rows[i].archived)
            add_rows(sel, &rows[i], 1);
    return status;
}

int judge_select(struct store *s, const char *const *words, size_t num_words, struct arena *a,
                 struct run_row **rows, size_t *n, struct err *e)
{
    struct selection sel = {.store = s, .arena = a};
    int status = num_words ? OK : add_newest_experiment(&sel, e);
    for (size_t i = 0; i < num_words && status == OK; i++)
        status = add_word(&sel, words[i], e);
    put_in_order(&sel);
    *n = sel.rows.len;
    *rows = arena_alloc(a, (*n + 1) * sizeof **rows);
    if (*n)
        memcpy(*rows, sel.rows.data, *n * sizeof **rows);
    vec_finish(&sel.rows);
    return status;
}
