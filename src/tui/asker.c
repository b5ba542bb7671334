#include "tui/asker.h"

#include "base/text.h"
#include "store/store.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* The answer: records of one letter and texts that end in a zero byte.
 *   C number of columns, their names    first
 *   R a text for each column            a row; before each text its type as store_sink has it
 *   M                                   there would be more
 *   E the sentence                      it went wrong
 *   .                                   the end */

/* ---- the child ---- */

struct writer {
    size_t rows, bytes;
    bool more;
};

static void put(const char *text)
{
    fwrite(text, 1, strlen(text) + 1, stdout);
}

static int put_columns(void *ctx, int n, const char *const *names)
{
    (void)ctx;
    printf("C%d", n);
    putchar('\0');
    for (int i = 0; i < n; i++)
        put(names[i]);
    return 0;
}

static int put_row(void *ctx, int n, const char *types, const char *const *texts)
{
    struct writer *w = ctx;
    if (w->rows == ASKER_MOST_ROWS || w->bytes > ASKER_MOST_BYTES) {
        w->more = true;
        return 1;
    }
    w->rows++;
    putchar('R');
    for (int i = 0; i < n; i++) {
        putchar(types[i]);
        put(texts[i]);
        w->bytes += strlen(texts[i]) + 2;
    }
    return ferror(stdout);
}

int asker_main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    struct store *s = NULL;
    struct writer w = {0};
    if (argc != 2) {
        fputs("rlbench --asker: for the workbench only; see rlbench query --help\n", stderr);
        return ERR_USAGE;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read the answer */
    int status = store_open_read(argv[0], &s, &e);
    const struct store_sink sink = {&w, put_columns, put_row};
    if (status == OK)
        status = store_query(s, argv[1], &sink, &e);
    if (status != OK) {
        putchar('E');
        put(e.text);
    } else if (w.more) {
        putchar('M');
    }
    putchar('.');
    store_close(s);
    return fflush(stdout) == 0 ? status : ERR_IO;
}

/* ---- the parent ---- */

struct reader {
    const char *at, *end;
    bool broken;
};

/* A text in the answer itself; "" when it ends too soon. */
static const char *take(struct reader *r)
{
    const char *text = r->at, *zero = memchr(r->at, '\0', (size_t)(r->end - r->at));
    if (!zero) {
        r->broken = true;
        r->at = r->end;
        return "";
    }
    r->at = zero + 1;
    return text;
}

static void take_columns(struct reader *r, struct asker_answer *out)
{
    long n = strtol(take(r), NULL, 10);
    if (n < 0 || n > 10000) {
        r->broken = true;
        return;
    }
    out->num_columns = (size_t)n;
    out->columns = arena_alloc(&out->arena, (out->num_columns + 1) * sizeof *out->columns);
    for (size_t i = 0; i < out->num_columns; i++) {
        const char *name = arena_strdup(&out->arena, take(r));
        out->columns[i] = (struct asker_column){name, true, text_columns(name)};
    }
}

static void take_row(struct reader *r, struct asker_answer *out, size_t *room)
{
    if (out->num_rows == *room) {
        *room = *room ? 2 * *room : 64;
        out->cells = mem_grow(out->cells, *room * (out->num_columns + 1), sizeof *out->cells);
    }
    for (size_t i = 0; i < out->num_columns && r->at < r->end; i++) {
        struct asker_column *c = &out->columns[i];
        char type = *r->at++;
        const char *text = arena_strdup(&out->arena, take(r));
        int width = text_columns(text);
        c->is_number = c->is_number && strchr("irn", type);
        c->widest = width > c->widest ? width : c->widest;
        out->cells[out->num_rows * out->num_columns + i] = type == 'n' ? NULL : text;
    }
    if (!r->broken)
        out->num_rows++;
}

void asker_parse(const struct buf *answer, int status, struct asker_answer *out)
{
    *out = (struct asker_answer){0};
    struct reader r = {answer->data, answer->data + answer->len, answer->len == 0};
    size_t room = 0;
    bool ended = false;
    while (r.at < r.end && !r.broken && !ended) {
        switch (*r.at++) {
        case 'C': take_columns(&r, out); break;
        case 'R': take_row(&r, out, &room); break;
        case 'M': out->more = true; break;
        case 'E': out->error = arena_strdup(&out->arena, take(&r)); break;
        case '.': ended = true; break;
        default: r.broken = true;
        }
    }
    if (!ended && !out->error)
        out->error = arena_printf(&out->arena, "the query's process ended with status %d", status);
}

void asker_finish(struct asker_answer *a)
{
    free(a->cells);
    arena_finish(&a->arena);
    *a = (struct asker_answer){0};
}

const char *asker_cell(const struct asker_answer *a, size_t row, size_t column)
{
    return a->cells[row * a->num_columns + column];
}

double asker_number(const struct asker_answer *a, size_t row, size_t column)
{
    const char *text = asker_cell(a, row, column);
    char *end;
    double v = text ? strtod(text, &end) : NAN;
    return text && *text && !*end ? v : NAN;
}
