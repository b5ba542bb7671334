#include "cmd/line_diff.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 4000 };

struct lines {
    VEC(const char *) data;
};

static void split(struct lines *l, const char *text, struct arena *a)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        const char *line = arena_strndup(a, text, n);
        vec_push(&l->data, line);
        text += n + (text[n] == '\n');
    }
}

void line_diff(const char *a, const char *b, void (*line)(void *ctx, char sign, const char *text),
               void *ctx)
{
    struct arena arena = {0};
    struct lines x = {0}, y = {0};
    split(&x, a, &arena);
    split(&y, b, &arena);
    size_t n = x.data.len, m = y.data.len, width = m + 1, i = 0, k = 0;
    /* longest[i][k]: common lines of what follows line i of a and line k of b */
    uint16_t *longest = NULL;
    if (n <= MOST_LINES && m <= MOST_LINES) {
        longest = mem_alloc((n + 1) * width * sizeof *longest);
        for (size_t p = n; p-- > 0;)
            for (size_t q = m; q-- > 0;) {
                uint16_t down = longest[(p + 1) * width + q], right = longest[p * width + q + 1];
                longest[p * width + q] = strcmp(x.data.data[p], y.data.data[q]) == 0
                                             ? (uint16_t)(longest[(p + 1) * width + q + 1] + 1)
                                             : (down >= right ? down : right);
            }
    }
    while (i < n || k < m) {
        bool same = longest && i < n && k < m && strcmp(x.data.data[i], y.data.data[k]) == 0;
        bool remove = i < n && (k == m || !longest ||
                                longest[(i + 1) * width + k] >= longest[i * width + k + 1]);
        if (same) {
            line(ctx, ' ', x.data.data[i++]);
            k++;
        } else if (remove)
            line(ctx, '-', x.data.data[i++]);
        else
            line(ctx, '+', y.data.data[k++]);
    }
    free(longest);
    vec_finish(&x.data);
    vec_finish(&y.data);
    arena_finish(&arena);
}
