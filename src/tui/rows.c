#include "tui/rows.h"

#include "judge/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t rows_split(const char *text, struct arena *a, const char *words[ROWS_MAX_WORDS])
{
    size_t n = 0;
    while (*(text += strspn(text, " "))) {
        bool quoted = *text == '\'';
        text += quoted;
        size_t len = strcspn(text, quoted ? "'" : " ");
        if (n < ROWS_MAX_WORDS)
            words[n] = arena_strndup(a, text, len);
        n++;
        text += len + (text[len] != '\0');
    }
    return n;
}

int rows_select(struct store *s, const char *text, const int64_t *ids, size_t num_ids,
                struct arena *out, struct run_row **rows, size_t *n, struct err *e)
{
    const char *words[ROWS_MAX_WORDS];
    struct arena tmp = {0};
    size_t num = rows_split(text, &tmp, words);
    if (num > ROWS_MAX_WORDS) {
        arena_finish(&tmp);
        return err_set(e, ERR_USAGE, "%zu words: at most %d are taken", num, ROWS_MAX_WORDS);
    }
    const char **numbers = arena_alloc(&tmp, (num_ids + 1) * sizeof(const char *));
    for (size_t i = 0; i < num_ids; i++)
        numbers[i] = arena_printf(&tmp, "%" PRId64, ids[i]);
    int status = num ? judge_select(s, words, num, out, rows, n, e)
                     : judge_select(s, numbers, num_ids, out, rows, n, e);
    arena_finish(&tmp);
    return status;
}

int rows_find(struct store *s, const int64_t *ids, size_t n, struct arena *a, struct run_row *out,
              size_t *found, struct err *e)
{
    struct run_row *rows = NULL;
    size_t num_rows = 0;
    *found = 0;
    for (size_t i = 0; i < n; i++) {
        const struct run_row *row = NULL;
        for (int tries = 0; tries < 2 && !row; tries++) {
            for (size_t k = 0; k < num_rows && !row; k++)
                if (rows[k].id == ids[i])
                    row = &rows[k];
            if (row || tries == 1)
                break;
            char ref[32];
            struct run_row one;
            snprintf(ref, sizeof ref, "%lld", (long long)ids[i]);
            int status = store_find_run(s, ref, a, &one, e);
            if (status == ERR_NOINPUT)
                break;
            if (status == OK)
                status = store_experiment_runs(s, one.experiment_id, a, &rows, &num_rows, e);
            if (status != OK)
                return status;
        }
        if (row)
            out[(*found)++] = *row;
    }
    return OK;
}
