/* Filters of lists, one syntax for the command line and the workbench: terms joined by blanks, all
 * of which must hold. A term is a word (found in the experiment, algorithm, environment or label)
 * or key OPERATOR value; a leading '!' turns a term round. */
#include "store/internal.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum operator{ OP_HAS, OP_EQ, OP_NE, OP_MATCH, OP_NOT_MATCH, OP_LT, OP_LE, OP_GT, OP_GE };
static const struct {
    const char *text;
    enum operator op;
} operators[] = {/* the longer ones first */
                 {"!=", OP_NE}, {"!~", OP_NOT_MATCH}, {"<=", OP_LE}, {">=", OP_GE},
                 {"=", OP_EQ},  {"~", OP_MATCH},      {"<", OP_LT},  {">", OP_GT}};

struct term {
    bool inverted;
    enum operator op;
    const struct field *field; /* NULL: a parameter of the run, named by key */
    const char *key, *text;
    double num;
    bool is_num, compiled;
    regex_t regex;
};
struct filter {
    VEC(struct term) terms;
    bool archived_named;
};

/* ---- what can be asked of a row ---- */

struct value {
    const char *text;
    double num;
    bool is_num;
};
struct field {
    const char *name;
    struct value (*get)(const struct run_row *);
};
#define TEXT(member)                                                                               \
    static struct value get_##member(const struct run_row *r)                                      \
    {                                                                                              \
        return (struct value){.text = r->member};                                                  \
    }
#define NUMBER(name, expression)                                                                   \
    static struct value get_##name(const struct run_row *r)                                        \
    {                                                                                              \
        return (struct value){.num = (double)(expression), .is_num = true};                        \
    }
TEXT(uid)
TEXT(experiment)
TEXT(algo)
TEXT(env)
TEXT(label)
TEXT(group)
TEXT(message)
NUMBER(id, r->id)
NUMBER(seed, r->seed)
NUMBER(steps, r->steps)
NUMBER(attempts, r->attempts)
NUMBER(last, r->last)
NUMBER(best, r->best)
NUMBER(progress, r->total_steps ? 100.0 * (double)r->steps / (double)r->total_steps : (double)NAN)
static struct value get_state(const struct run_row *r)
{
    return (struct value){.text = run_state_name(r->state)};
}
static struct value get_archived(const struct run_row *r)
{
    return (struct value){.text = r->archived ? "yes" : "no"};
}
static const struct field fields[] = {
    {"state", get_state},
    {"algo", get_algo},
    {"env", get_env},
    {"experiment", get_experiment},
    {"label", get_label},
    {"group", get_group},
    {"seed", get_seed},
    {"last", get_last},
    {"best", get_best},
    {"steps", get_steps},
    {"progress", get_progress},
    {"attempts", get_attempts},
    {"id", get_id},
    {"uid", get_uid},
    {"message", get_message},
    {"archived", get_archived},
};
#define NUM_FIELDS (sizeof fields / sizeof fields[0])

static int unknown_field(const char *key, struct err *e)
{
    const char *names[NUM_FIELDS];
    for (size_t i = 0; i < NUM_FIELDS; i++)
        names[i] = fields[i].name;
    const char *near = text_nearest(key, names, NUM_FIELDS);
    return err_set(
        e, ERR_USAGE,
        "filter: no field '%s'%s%s%s; fields: state algo env experiment label group seed "
        "last best steps progress attempts id uid message archived, or a parameter such as "
        "algorithm.params.alpha",
        key, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* ---- reading ---- */

static int parse_field(struct term *t, struct err *e)
{
    if (strchr(t->key, '.'))
        return OK;
    for (size_t i = 0; i < NUM_FIELDS; i++)
        if (strcmp(fields[i].name, t->key) == 0)
            t->field = &fields[i];
    return t->field ? OK : unknown_field(t->key, e);
}

static int parse_value(struct term *t, struct err *e)
{
    t->is_num = num_parse_real(t->text, &t->num) == NULL;
    if (strcasecmp(t->text, "nan") == 0) {
        t->is_num = true;
        t->num = NAN;
    }
    if (t->op == OP_LT || t->op == OP_LE || t->op == OP_GT || t->op == OP_GE) {
        if (!t->is_num)
            return err_set(e, ERR_USAGE, "filter: %s is compared with '%s', which is not a number",
                           t->key, t->text);
    } else if (t->op == OP_MATCH || t->op == OP_NOT_MATCH) {
        int code = regcomp(&t->regex, t->text, REG_EXTENDED | REG_ICASE | REG_NOSUB);
        if (code != 0) {
            char why[128];
            regerror(code, &t->regex, why, sizeof why);
            return err_set(e, ERR_USAGE, "filter: %s~%s: %s", t->key, t->text, why);
        }
        t->compiled = true;
    }
    return OK;
}

static int parse_term(struct filter *f, char *word, struct arena *a, struct err *e)
{
    struct term t = {.op = OP_HAS};
    if (word[0] == '!' && word[1]) {
        t.inverted = true;
        word++;
    }
    size_t key = strcspn(word, "=~<>!");
    if (word[key] && key > 0) {
        for (size_t i = 0; i < sizeof operators / sizeof operators[0] && t.op == OP_HAS; i++)
            if (strncmp(word + key, operators[i].text, strlen(operators[i].text)) == 0) {
                t.op = operators[i].op;
                t.key = arena_strndup(a, word, key);
                t.text = word + key + strlen(operators[i].text);
            }
    }
    int status = OK;
    if (t.op == OP_HAS)
        t.text = word;
    else if ((status = parse_field(&t, e)) == OK)
        status = parse_value(&t, e);
    if (t.field && t.field->get == get_archived)
        f->archived_named = true;
    vec_push(&f->terms, t);
    return status;
}

int filter_parse(const char *text, struct arena *a, struct filter **out, struct err *e)
{
    struct filter *f = mem_alloc(sizeof *f);
    char *copy = arena_strdup(a, text ? text : ""), *rest = NULL;
    int status = OK;
    for (char *word = strtok_r(copy, " \t\n", &rest); word && status == OK;
         word = strtok_r(NULL, " \t\n", &rest))
        status = parse_term(f, word, a, e);
    if (status != OK) {
        filter_finish(f);
        return status;
    }
    *out = f;
    return OK;
}

void filter_finish(struct filter *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->terms.len; i++)
        if (f->terms.data[i].compiled)
            regfree(&f->terms.data[i].regex);
    vec_finish(&f->terms);
    free(f);
}

/* ---- asking ---- */

/* A parameter of a run as text and number; the text lives until the statement is used again. */
static struct value read_param(struct store *s, int64_t run, const char *key, sqlite3_stmt **st)
{
    struct value v = {.text = "", .num = NAN};
    *st = store_statement(s, ST_RUN_PARAM, NULL);
    if (!*st)
        return v;
    sqlite3_bind_int64(*st, 1, run);
    bind_text(*st, 2, key);
    if (sqlite3_step(*st) != SQLITE_ROW)
        return v;
    v.text = (const char *)sqlite3_column_text(*st, 0);
    v.is_num = sqlite3_column_type(*st, 1) != SQLITE_NULL;
    v.num = column_real(*st, 1);
    return v;
}

static bool equal(const struct term *t, const struct value *v)
{
    if (v->is_num)
        return t->is_num && (v->num == t->num || (isnan(v->num) && isnan(t->num)));
    return strcasecmp(v->text, t->text) == 0;
}

static bool matches(const struct term *t, const struct value *v)
{
    char number[40];
    const char *text = v->is_num ? num_format_real(v->num, number, sizeof number) : v->text;
    return regexec(&t->regex, text, 0, NULL, 0) == 0;
}

static bool holds(struct store *s, struct term *t, const struct run_row *r)
{
    sqlite3_stmt *st = NULL;
    bool yes = false;
    if (t->op == OP_HAS)
        return strcasestr(r->experiment, t->text) || strcasestr(r->algo, t->text) ||
               strcasestr(r->env, t->text) || strcasestr(r->label, t->text);
    struct value v = t->field ? t->field->get(r) : read_param(s, r->id, t->key, &st);
    switch (t->op) {
    case OP_EQ: yes = equal(t, &v); break;
    case OP_NE: yes = !equal(t, &v); break;
    case OP_MATCH: yes = matches(t, &v); break;
    case OP_NOT_MATCH: yes = !matches(t, &v); break;
    case OP_LT: yes = v.is_num && v.num < t->num; break;
    case OP_LE: yes = v.is_num && v.num <= t->num; break;
    case OP_GT: yes = v.is_num && v.num > t->num; break;
    case OP_GE: yes = v.is_num && v.num >= t->num; break;
    case OP_HAS: break;
    }
    if (st)
        sqlite3_reset(st);
    return yes;
}

bool filter_accepts(struct store *s, struct filter *f, const struct run_row *row)
{
    if (row->archived && !f->archived_named)
        return false;
    for (size_t i = 0; i < f->terms.len; i++) {
        struct term *t = &f->terms.data[i];
        bool any = t->field && t->field->get == get_archived && strcmp(t->text, "any") == 0;
        if (!any && holds(s, t, row) == t->inverted)
            return false;
    }
    return true;
}
