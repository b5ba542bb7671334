/* Names of contenders and tasks: the algorithm or environment, and where several share it the
 * parameters that tell them apart. */
#include "judge/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has a name, seen alike. */
struct named {
    const char *base;
    const struct param_row *params;
    size_t num_params;
};

static const char *text_of(const struct named *x, const char *key)
{
    for (size_t i = 0; i < x->num_params; i++)
        if (strcmp(x->params[i].key, key) == 0)
            return x->params[i].text;
    return NULL;
}

/* True when another one with the same base has another text, or none, for key. */
static bool tells_apart(const struct named *all, size_t n, const struct named *x, const char *key)
{
    const char *mine = text_of(x, key);
    for (size_t i = 0; i < n; i++) {
        const char *other = strcmp(all[i].base, x->base) == 0 ? text_of(&all[i], key) : mine;
        if (!other || strcmp(other, mine) != 0)
            return true;
    }
    return false;
}

static const char *last_part(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

static const char *name_of(const struct named *all, size_t n, const struct named *x,
                           struct arena *a)
{
    struct buf b = {0};
    buf_puts(&b, x->base);
    for (size_t i = 0; i < x->num_params; i++) {
        const struct param_row *p = &x->params[i];
        if (strcmp(p->key, "dataset.sha256") == 0 && tells_apart(all, n, x, p->key))
            buf_printf(&b, " dataset=%.8s", p->text);
        else if (tells_apart(all, n, x, p->key))
            buf_printf(&b, " %s=%s", last_part(p->key), p->text);
    }
    const char *name = arena_strdup(a, buf_text(&b));
    buf_finish(&b);
    return name;
}

/* The label that all runs of a contender have, "" when there is none. */
static const char *label_of(const struct judge *j, size_t contender)
{
    const char *label = NULL;
    for (size_t i = 0; i < j->runs.len; i++) {
        const struct judge_run *r = &j->runs.data[i];
        if (r->contender != contender)
            continue;
        if (label && strcmp(label, r->row.label) != 0)
            return "";
        label = r->row.label;
    }
    return label ? label : "";
}

/* Labels that people gave (a swept key makes a label "key=value" by itself) are names. */
static void take_labels(struct judge *j)
{
    for (size_t i = 0; i < j->contenders.len; i++) {
        const char *label = label_of(j, i);
        bool taken = !*label || strchr(label, '=') != NULL;
        for (size_t k = 0; k < j->contenders.len; k++)
            taken = taken || (k != i && strcmp(label_of(j, k), label) == 0);
        if (!taken)
            j->contenders.data[i].name = label;
    }
}

void judge_name(struct judge *j)
{
    size_t nc = j->contenders.len, nt = j->tasks.len;
    struct named *all = mem_alloc((nc + nt) * sizeof *all);
    for (size_t i = 0; i < nc; i++)
        all[i] = (struct named){j->contenders.data[i].algo, j->contenders.data[i].params,
                                j->contenders.data[i].num_params};
    for (size_t i = 0; i < nc && !j->how.sides; i++)
        j->contenders.data[i].name = name_of(all, nc, &all[i], &j->arena);
    for (size_t i = 0; i < nt; i++)
        all[i] = (struct named){j->tasks.data[i].env, j->tasks.data[i].params,
                                j->tasks.data[i].num_params};
    for (size_t i = 0; i < nt; i++)
        j->tasks.data[i].name = name_of(all, nt, &all[i], &j->arena);
    free(all);
    if (!j->how.sides)
        take_labels(j);
}

int judge_find(const struct judge *j, const char *name, size_t *out, struct err *e)
{
    size_t found = 0;
    struct buf names = {0};
    for (size_t i = 0; i < j->contenders.len; i++) {
        if (strcmp(j->contenders.data[i].name, name) == 0) {
            *out = i;
            buf_finish(&names);
            return OK;
        }
        if (*name && strstr(j->contenders.data[i].name, name)) {
            *out = i;
            found++;
        }
        buf_printf(&names, "%s%s", i ? ", " : "", j->contenders.data[i].name);
    }
    int status = found == 1 ? OK
                            : err_set(e, ERR_USAGE, "'%s' %s; there are: %s", name,
                                      found ? "could be several of them" : "is none of them",
                                      buf_text(&names));
    buf_finish(&names);
    return status;
}
