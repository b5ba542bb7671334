/* What a report says of its runs: names, scores, parameters, provenance, how to make them again. */
#include "cmd/report.h"

#include "base/num.h"
#include "cmd/html.h"
#include "cmd/provenance.h"
#include "cmd/runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_first_of_name(const struct judge *j, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(j->runs.data[k].row.experiment, j->runs.data[i].row.experiment) == 0)
            return false;
    return true;
}

void report_title(const struct report *r, struct buf *out)
{
    const struct judge *j = &r->judging->judge;
    for (size_t i = 0; i < j->runs.len; i++)
        if (is_first_of_name(j, i))
            buf_printf(out, "%s%s", out->len ? ", " : "", j->runs.data[i].row.experiment);
}

void report_head(struct report *r)
{
    const struct judge *j = &r->judging->judge;
    struct buf title = {0};
    report_title(r, &title);
    html_element(&r->html, "h1", buf_text(&title));
    buf_finish(&title);
    for (size_t i = 0; i < j->runs.len; i++)
        if (is_first_of_name(j, i) && *j->runs.data[i].row.describe)
            html_element(&r->html, "p", j->runs.data[i].row.describe);
}

/* ---- runs and parameters ---- */

static void put_scores(struct report *r)
{
    struct judge *j = &r->judging->judge;
    struct table t;
    char number[40];
    table_init(&t, "RUN|ID|STATE|ALGORITHM|ENVIRONMENT|SEED|STEPS|SCORE|DIGEST", "rllllrrrl");
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *run = &j->runs.data[i];
        table_printf(&t, "%lld", (long long)run->row.id);
        table_add(&t, run->row.uid);
        table_add(&t, run_state_name(run->row.state));
        table_add(&t, j->contenders.data[run->contender].name);
        table_add(&t, j->tasks.data[run->task].name);
        table_printf(&t, "%llu", (unsigned long long)run->row.seed);
        table_printf(&t, "%llu", (unsigned long long)run->row.steps);
        if (run->why)
            table_printf(&t, "(%s)", run->why);
        else
            table_printf(&t, "%s%s", num_format_real(run->value, number, sizeof number),
                         run->counts ? "" : " (older)");
        table_printf(&t, "%.16s", run->row.digest);
    }
    html_table(&r->html, &t, "");
    table_finish(&t);
}

/* The first run of a contender speaks for it; what depends on the environment is said there. */
static void put_params(struct report *r)
{
    struct judge *j = &r->judging->judge;
    struct table t;
    table_init(&t, "PARAMETER|OF|VALUE", "lll");
    for (size_t c = 0; c < j->contenders.len; c++)
        for (size_t i = 0; i < j->contenders.data[c].num_params; i++) {
            table_add(&t, j->contenders.data[c].params[i].key);
            table_add(&t, j->contenders.data[c].name);
            table_add(&t, j->contenders.data[c].params[i].text);
        }
    for (size_t k = 0; k < j->tasks.len; k++)
        for (size_t i = 0; i < j->tasks.data[k].num_params; i++) {
            table_add(&t, j->tasks.data[k].params[i].key);
            table_add(&t, j->tasks.data[k].name);
            table_add(&t, j->tasks.data[k].params[i].text);
        }
    html_table(&r->html, &t, "Parameters");
    table_finish(&t);
}

void report_runs(struct report *r)
{
    html_element(&r->html, "h2", "Runs");
    put_scores(r);
    put_params(r);
}

/* ---- provenance ---- */

/* A fact that is there already is not said twice. */
static void add_fact(struct table *t, const char *key, const char *text)
{
    for (size_t k = 0; k + 1 < t->cells.len; k += 2)
        if (strcmp(t->cells.data[k], key) == 0 && strcmp(t->cells.data[k + 1], text) == 0)
            return;
    table_add(t, key);
    table_add(t, text);
}

/* Columns of the runs' table are left out. */
static bool is_told(const struct fact *f)
{
    return !*f->text || strcmp(f->key, "digest") == 0 || strcmp(f->key, "algo") == 0 ||
           strcmp(f->key, "env") == 0;
}

int report_provenance(struct report *r, struct err *e)
{
    struct judge *j = &r->judging->judge;
    struct table planned, made;
    int status = OK;
    table_init(&planned, "FACT|VALUE", "ll");
    table_init(&made, "MADE WITH|VALUE", "ll");
    for (size_t i = 0; i < j->runs.len && status == OK; i++) {
        struct facts facts;
        status = facts_read(&facts, r->judging->store, j->runs.data[i].row.id, &j->arena, e);
        for (size_t k = 0; k < facts.rows.len && status == OK; k++) {
            const struct fact *f = &facts.rows.data[k];
            if (!is_told(f))
                add_fact(f->attempt ? &made : &planned, f->key, f->text);
        }
        facts_finish(&facts);
    }
    html_element(&r->html, "h2", "Provenance");
    html_table(&r->html, &planned, "");
    if (made.cells.len > 2)
        html_table(&r->html, &made, "");
    table_finish(&planned);
    table_finish(&made);
    return status;
}

/* ---- again ---- */

/* A word as a shell takes it. */
static void put_word(struct buf *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+:,./_-";
    if (*word && !word[strspn(word, plain)]) {
        buf_puts(out, word);
        return;
    }
    buf_putc(out, '\'');
    for (; *word; word++)
        if (*word == '\'')
            buf_puts(out, "'\\''");
        else
            buf_putc(out, *word);
    buf_putc(out, '\'');
}

static void put_command(const struct cli *c, struct buf *out)
{
    buf_puts(out, "rlbench report");
    for (size_t i = 0; i < c->num_args; i++) {
        buf_putc(out, ' ');
        put_word(out, c->args[i]);
    }
    for (size_t i = 0; i < c->num_opts; i++) {
        buf_printf(out, " --%s", c->opt_names[i]);
        if (!*c->opt_values[i])
            continue;
        buf_putc(out, ' ');
        put_word(out, c->opt_values[i]);
    }
    buf_putc(out, '\n');
}

struct made_by {
    const char *name, *resolved, *text;
};
struct recipe_list {
    VEC(struct made_by) list;
};

/* The recipes of the runs, each text once. */
static int read_recipes(struct report *r, struct recipe_list *out, struct err *e)
{
    struct judge *j = &r->judging->judge;
    int status = OK;
    for (size_t i = 0; i < j->runs.len && status == OK; i++) {
        const struct run_row *row = &j->runs.data[i].row;
        struct store *s = r->judging->store;
        struct made_by one = {0};
        bool known = i > 0 && row->experiment_id == j->runs.data[i - 1].row.experiment_id;
        if (known)
            continue;
        status = store_run_recipe(s, row->id, "resolved", &j->arena, &one.resolved, e);
        if (status == OK)
            status = store_run_recipe(s, row->id, "text", &j->arena, &one.text, e);
        for (size_t k = 0; k < out->list.len && status == OK; k++)
            known = known || strcmp(out->list.data[k].resolved, one.resolved) == 0;
        if (known || status != OK)
            continue;
        one.name = arena_printf(&j->arena, "%s-%zu.yaml", row->experiment, out->list.len + 1);
        vec_push(&out->list, one);
    }
    return status;
}

int report_again(struct report *r, const struct cli *c, struct err *e)
{
    struct buf commands = {0};
    struct recipe_list recipes = {0};
    int status = read_recipes(r, &recipes, e);
    html_element(&r->html, "h2", "Again");
    html_element(&r->html, "p",
                 "Each recipe below has every value filled in, those given on the command line "
                 "too. Saved under its name, it makes the same runs; with the build, plugins and "
                 "processor above, the same bits.");
    for (size_t i = 0; i < recipes.list.len; i++) {
        buf_puts(&commands, "rlbench run ");
        put_word(&commands, recipes.list.data[i].name);
        buf_putc(&commands, '\n');
    }
    put_command(c, &commands);
    html_element(&r->html, "pre", buf_text(&commands));
    for (size_t i = 0; i < recipes.list.len; i++) {
        html_details(&r->html, recipes.list.data[i].name, recipes.list.data[i].resolved);
        html_details(&r->html, "the same as it was written", recipes.list.data[i].text);
    }
    buf_finish(&commands);
    vec_finish(&recipes.list);
    return status;
}
