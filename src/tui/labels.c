#include "tui/labels.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BRIEF_KEYS = 2 /* more values in a row say nothing without their keys */ };

struct word {
    const char *text;
    size_t len, key; /* key: up to the equals sign, 0 when there is none */
};
typedef VEC(struct word) word_list;

static struct word word_at(const char *text)
{
    struct word w = {text, strcspn(text, " "), 0};
    const char *equals = memchr(text, '=', w.len);
    w.key = equals ? (size_t)(equals - text) : 0;
    return w;
}

/* Whether a label has this very word. */
static bool has_word(const char *label, struct word w)
{
    for (const char *at = label; *at; at += strspn(at, " ")) {
        struct word other = word_at(at);
        if (other.len == w.len && memcmp(other.text, w.text, w.len) == 0)
            return true;
        at += other.len;
    }
    return false;
}

static bool all_have(const char *const *labels, size_t n, struct word w)
{
    for (size_t i = 0; i < n; i++)
        if (!has_word(labels[i], w))
            return false;
    return true;
}

/* The words that tell a label apart. */
static void choose_words(const char *const *labels, size_t n, size_t which, word_list *out)
{
    for (const char *at = labels[which]; *at; at += strspn(at, " ")) {
        struct word w = word_at(at);
        if (n < 2 || w.key == 0 || !all_have(labels, n, w))
            vec_push(out, w);
        at += w.len;
    }
}

/* Whether two labels have values of the same keys in the same order. */
static bool same_keys(const word_list *a, const word_list *b)
{
    for (size_t i = 0; i < a->len && a->len == b->len; i++)
        if (a->data[i].key == 0 || a->data[i].key != b->data[i].key ||
            memcmp(a->data[i].text, b->data[i].text, a->data[i].key) != 0)
            return false;
    return a->len == b->len;
}

/* A key's last part: n_agents of algorithm.params.n_agents. */
static struct word last_part(struct word w)
{
    size_t dot = w.key;
    while (dot > 0 && w.text[dot - 1] != '.')
        dot--;
    return (struct word){w.text + dot, w.len - dot, w.key - dot};
}

static char *join_words(const word_list *words, bool values_alone)
{
    struct buf b = {0};
    for (size_t i = 0; i < words->len; i++) {
        struct word w = last_part(words->data[i]);
        size_t skip = values_alone ? w.key + 1 : 0;
        buf_printf(&b, "%s%.*s", i ? " " : "", (int)(w.len - skip), w.text + skip);
    }
    char *text = mem_strdup(buf_text(&b));
    buf_finish(&b);
    return text;
}

static char *join_keys(const word_list *words)
{
    struct buf b = {0};
    for (size_t i = 0; i < words->len; i++) {
        struct word w = last_part(words->data[i]);
        buf_printf(&b, "%s%.*s", i ? ", " : "", (int)w.key, w.text);
    }
    char *text = mem_strdup(buf_text(&b));
    buf_finish(&b);
    return text;
}

void labels_make(struct labels *out, const char *const *labels, size_t n)
{
    word_list *words = mem_alloc((n + 1) * sizeof *words);
    bool brief = n > 1;
    for (size_t i = 0; i < n; i++) {
        choose_words(labels, n, i, &words[i]);
        brief =
            brief && words[i].len && words[i].len <= BRIEF_KEYS && same_keys(&words[0], &words[i]);
    }
    *out = (struct labels){.n = n,
                           .key = brief ? join_keys(&words[0]) : mem_strdup(""),
                           .full = mem_alloc((n + 1) * sizeof *out->full),
                           .brief = mem_alloc((n + 1) * sizeof *out->brief)};
    for (size_t i = 0; i < n; i++) {
        out->full[i] = join_words(&words[i], false);
        out->brief[i] = join_words(&words[i], brief);
        vec_finish(&words[i]);
    }
    free(words);
}

void labels_finish(struct labels *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->full[i]);
        free(l->brief[i]);
    }
    free(l->full);
    free(l->brief);
    free(l->key);
    *l = (struct labels){0};
}
