/* The key of a group: the digest of everything its runs have in common. */
#include "plan/draft.h"

#include "base/file.h"
#include "recipe/typed.h"

#include <string.h>

/* Of a dataset the digest counts. A key that came after the first databases counts when it is used:
 * groups keep their names. */
static bool counts(const struct plan_value *v)
{
    return strcmp(v->key, "dataset.path") != 0 &&
           !(strcmp(v->key, "eval.budget") == 0 && strcmp(v->text, "0") == 0);
}

static void put_line(struct buf *out, const char *key, const char *text)
{
    buf_printf(out, "%s: ", key);
    yaml_put_scalar(out, text);
    buf_putc(out, '\n');
}

void draft_group_text(const struct plan_run *run, struct buf *out)
{
    for (size_t i = 0; i < run->num_choices; i++)
        if (counts(&run->choices[i]))
            put_line(out, run->choices[i].key, run->choices[i].text);
    for (size_t i = 0; i < run->num_values; i++)
        put_line(out, run->values[i].key, run->values[i].text);
}

void plan_group_key(const char *text, const struct plan_value *set, size_t n, char out[17])
{
    struct buf b = {0};
    char digest[65];
    while (*text) {
        size_t line = strcspn(text, "\n") + 1, i = 0, key;
        for (; i < n; i++) {
            key = strlen(set[i].key);
            if (strncmp(text, set[i].key, key) == 0 && text[key] == ':')
                break;
        }
        if (i < n)
            put_line(&b, set[i].key, set[i].text);
        else
            buf_add(&b, text, line);
        text += line;
    }
    file_sha256_bytes(buf_text(&b), b.len, digest);
    memcpy(out, digest, 16);
    out[16] = '\0';
    buf_finish(&b);
}
