#include "cmd/complete.h"

#include "cmd/runs.h"

#include "base/file.h"
#include "module/registry.h"
#include "store/maintain.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MOST = 100 };

struct place {
    const char **words;
    size_t n;
    const char *current, *prefix; /* being written; what stands before it in the same word */
    const struct verb *verb;
};

static void offer(const struct place *p, const char *word, const char *doc)
{
    if (strncmp(word, p->current, strlen(p->current)) == 0)
        printf("%s%s\t%s\n", p->prefix, word, doc);
}

static const char *given(const struct place *p, const char *option)
{
    for (size_t i = 1; i + 1 < p->n; i++)
        if (strncmp(p->words[i], "--", 2) == 0 && strcmp(p->words[i] + 2, option) == 0)
            return p->words[i + 1];
    return NULL;
}

/* ---- what changes ---- */

/* The database that the line means. A file of an older schema is left as it is: this is only a
 * question. */
static struct store *open_database(const struct place *p)
{
    struct store *s = NULL;
    int version = 0;
    char *path = place_database(given(p, "db"));
    if (store_schema_of(path, &version, NULL) == OK && version == store_newest_schema())
        store_open_read(path, &s, NULL);
    free(path);
    return s;
}

static void offer_runs(const struct place *p)
{
    struct arena a = {0};
    struct store *s = open_database(p);
    struct run_row *rows;
    size_t n = 0;
    offer(p, "@last", "the newest run");
    offer(p, "@live", "the newest one at work");
    if (s)
        store_list_runs(s, NULL, RUNS_MOST, &a, &rows, &n, NULL);
    for (size_t i = 0; i < n; i++)
        offer(p, arena_strndup(&a, rows[i].uid, RUN_SHORT),
              arena_printf(&a, "%" PRId64 " %s, seed %" PRIu64 ", %s", rows[i].id,
                           rows[i].experiment, rows[i].seed, run_state_name(rows[i].state)));
    store_close(s);
    arena_finish(&a);
}

static int no_columns(void *ctx, int n, const char *const *names)
{
    (void)ctx;
    (void)n;
    (void)names;
    return 0;
}

static int offer_row(void *ctx, int n, const char *types, const char *const *texts)
{
    (void)n;
    (void)types;
    offer(ctx, texts[0], texts[1]);
    return 0;
}

/* Rows of a word and what it means. */
static void offer_query(const struct place *p, const char *sql)
{
    struct place copy = *p;
    const struct store_sink sink = {&copy, no_columns, offer_row};
    struct store *s = open_database(p);
    if (s)
        store_query(s, sql, &sink, NULL);
    store_close(s);
}

static void offer_experiments(const struct place *p)
{
    offer_query(p, "SELECT name, 'experiment' FROM experiment GROUP BY name");
}

static void offer_metrics(const struct place *p)
{
    offer_query(p, "SELECT name, doc FROM metric");
}

static void offer_folder(const struct place *p, char *folder, const char *doc)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char *end = strrchr(entry->d_name, '.');
        if (!end || (strcmp(end, ".yaml") != 0 && strcmp(end, ".yml") != 0))
            continue;
        *end = '\0';
        offer(p, entry->d_name, doc);
    }
    if (dir)
        closedir(dir);
    free(folder);
}

static void offer_recipes(const struct place *p)
{
    offer_folder(p, place_own_recipes(), "your recipe");
    offer_folder(p, place_recipes(), "shipped recipe");
    puts(":files");
}

static void offer_plugins(const struct place *p)
{
    struct registry r = {0};
    bool envs = strcmp(p->verb->name, "envs") == 0;
    if (registry_load(&r, given(p, "plugin-path"), NULL) != OK)
        return;
    for (size_t i = 0; i < r.descs.len; i++)
        if (!envs || r.descs.data[i].kind == DESC_ENVIRONMENT)
            offer(p, r.descs.data[i].id, r.descs.data[i].title);
    registry_finish(&r);
}

/* ---- what a word of the tables stands for ---- */

static void offer_files(const struct place *p)
{
    (void)p;
    puts(":files");
}

static void offer_folders(const struct place *p)
{
    (void)p;
    puts(":folders");
}

static void offer_list(const struct place *p, const char *list)
{
    char *copy = mem_strdup(list), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        offer(p, word, "");
    free(copy);
}

static const struct {
    const char *name, *verb; /* as in the tables; verb NULL: of any */
    void (*offer)(const struct place *p);
    const char *list; /* or these words */
} kinds[] = {
    {"RUN", NULL, offer_runs, NULL},
    {"A", NULL, offer_runs, NULL},
    {"B", NULL, offer_runs, NULL},
    {"EXPERIMENT", NULL, offer_experiments, NULL},
    {"METRIC", NULL, offer_metrics, NULL},
    {"RECIPE", NULL, offer_recipes, NULL},
    {"NAME", NULL, offer_plugins, NULL},
    {"FILE", NULL, offer_files, NULL},
    {"DIR", NULL, offer_folders, NULL},
    {"DIRS", NULL, offer_folders, NULL},
    {"WHEN", NULL, NULL, "auto always never"},
    {"FORMAT", "query", NULL, "table box csv json"},
    {"FORMAT", "stats", NULL, "table csv json markdown latex"},
    {"FORMAT", "export", NULL, "csv jsonl"},
    {"WHAT", "export", NULL, "points episodes scores params"},
    {"SET", "plot", NULL, "braille block ascii"},
    {"LAYOUT", NULL, NULL, "ogbench d4rl columns"},
    {"FILTER", NULL, NULL,
     "state= algo= env= experiment= label= group= seed= last< last> best< best> steps> progress> "
     "archived=any"},
};

static void offer_kind(const struct place *p, const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strlen(kinds[i].name) != n || strncmp(kinds[i].name, name, n) != 0 ||
            (kinds[i].verb && strcmp(kinds[i].verb, p->verb->name) != 0))
            continue;
        if (kinds[i].offer)
            kinds[i].offer(p);
        else
            offer_list(p, kinds[i].list);
    }
}

/* ---- options ---- */

static const struct opt *find_option(const struct verb *v, const char *word)
{
    const struct opt *const tables[] = {v->opts, global_opts};
    for (int t = 0; t < 2; t++)
        for (const struct opt *o = tables[t]; o && o->name; o++) {
            size_t n = strlen(o->name);
            bool is_long = strncmp(word, "--", 2) == 0 && strncmp(word + 2, o->name, n) == 0 &&
                           (word[2 + n] == '\0' || word[2 + n] == '=');
            if (is_long || (o->letter && word[0] == '-' && word[1] == o->letter && !word[2]))
                return o;
        }
    return NULL;
}

static void offer_options(const struct place *p, const struct opt *o)
{
    for (; o && o->name; o++) {
        char word[80];
        snprintf(word, sizeof word, "--%s", o->name);
        offer(p, word, o->doc);
    }
}

/* ---- arguments, as the verb's table spells them: "RUN...", "import|export FILE", "[NAME] | dump
 * NAME" ---- */

/* The next word of the text that is no option and no option's value; NULL at the end. */
static const char *next_word(const char **at, size_t *n)
{
    for (const char *s = *at; *s;) {
        size_t skip = strcspn(s, "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        s += skip;
        size_t len = 0;
        while (isalnum((unsigned char)s[len]) || s[len] == '-')
            len++;
        if (*s == '-') { /* --out DIR: both are the options' matter */
            s += len;
            s += strspn(s, " ");
            s += strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
            continue;
        }
        *at = s + len;
        *n = len;
        return len ? s : NULL;
    }
    return NULL;
}

static void offer_arguments(const struct place *p, size_t position)
{
    const char *at = p->verb->args, *word;
    bool first = isupper((unsigned char)at[strspn(at, "[")]), words = false;
    size_t n;
    for (const char *s = at; (word = next_word(&s, &n));)
        words = words || islower((unsigned char)*word);
    while ((word = next_word(&at, &n))) {
        char text[64];
        bool repeats = strncmp(at, "...", 3) == 0 || strncmp(at, "]...", 4) == 0;
        snprintf(text, sizeof text, "%.*s", (int)n, word);
        if (islower((unsigned char)*word) && position == 0)
            offer(p, text, "");
        else if (position == 0 ? first : words || repeats)
            offer_kind(p, word, n);
    }
}

/* ---- the line ---- */

/* Arguments before the last word, the verb aside. */
static size_t count_arguments(const struct place *p)
{
    size_t n = 0;
    for (size_t i = 1; i + 1 < p->n; i++) {
        const struct opt *o = p->words[i][0] == '-' ? find_option(p->verb, p->words[i]) : NULL;
        if (p->words[i][0] != '-')
            n++;
        else if (o && o->arg && !strchr(p->words[i], '='))
            i++;
    }
    return n;
}

static void offer_value(struct place *p, const struct opt *o)
{
    if (o->arg)
        offer_kind(p, o->arg, strlen(o->arg));
}

static void complete_verb(struct place *p)
{
    const char *equals = strncmp(p->current, "--", 2) == 0 ? strchr(p->current, '=') : NULL;
    const struct opt *before = p->n > 2 ? find_option(p->verb, p->words[p->n - 2]) : NULL;
    const struct opt *own = equals ? find_option(p->verb, p->current) : NULL;
    if (own) {
        char *prefix = mem_printf("%.*s", (int)(equals + 1 - p->current), p->current);
        p->prefix = prefix;
        p->current = equals + 1;
        offer_value(p, own);
        free(prefix);
    } else if (before && before->arg && !strchr(p->words[p->n - 2], '='))
        offer_value(p, before);
    else if (p->current[0] == '-') {
        offer_options(p, p->verb->opts);
        offer_options(p, global_opts);
    } else
        offer_arguments(p, count_arguments(p));
}

void complete_words(const char **words, size_t n)
{
    struct place p = {words, n, n ? words[n - 1] : "", "", NULL};
    if (n <= 1) {
        for (const struct verb *const *v = verbs; *v; v++)
            offer(&p, (*v)->name, (*v)->doc);
        if (p.current[0] == '-')
            offer_options(&p, global_opts);
        return;
    }
    for (const struct verb *const *v = verbs; *v && !p.verb; v++)
        if (strcmp((*v)->name, words[0]) == 0)
            p.verb = *v;
    if (p.verb)
        complete_verb(&p);
}
