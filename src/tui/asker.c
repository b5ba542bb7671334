#include "tui/asker.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/store.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

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
    if (argc != 3) {
        fputs("rlbench --asker: for the workbench only; see rlbench query --help\n", stderr);
        return ERR_USAGE;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read the answer … */
    if (getppid() != atoi(argv[2]))   /* … and nobody is there already */
        return ERR_IO;
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

enum { LOOK_EVERY = 256 /* rows between two looks at the clock */ };

static void broken(struct asker_answer *a)
{
    if (!a->error)
        a->error = mem_printf("the query's process ended with status %d", a->status);
    a->read = true;
}

/* A text in the answer itself and its length; "" when it ends too soon. */
static const char *take(struct asker_answer *a, size_t *n)
{
    const char *text = a->text.data + a->at;
    const char *zero = memchr(text, '\0', a->text.len - a->at);
    if (!zero) {
        broken(a);
        *n = 0;
        return "";
    }
    *n = (size_t)(zero - text);
    a->at += *n + 1;
    return text;
}

static void take_columns(struct asker_answer *a)
{
    size_t length;
    long n = strtol(take(a, &length), NULL, 10);
    if (n < 0 || n > 10000 || a->columns) {
        broken(a);
        return;
    }
    a->num_columns = (size_t)n;
    a->columns = mem_alloc((a->num_columns + 1) * sizeof *a->columns);
    for (size_t i = 0; i < a->num_columns; i++) {
        const char *name = take(a, &length);
        a->columns[i] = (struct asker_column){name, true, text_columns(name)};
    }
}

static void take_cell(struct asker_answer *a, size_t column, size_t cell)
{
    struct asker_column *c = &a->columns[column];
    size_t length;
    char type = a->text.data[a->at++];
    const char *text = take(a, &length);
    bool number = type == 'i' || type == 'r';
    int width = number ? (int)length : text_columns(text);
    c->is_number = c->is_number && (number || type == 'n');
    c->widest = width > c->widest ? width : c->widest;
    a->cells[cell] = type == 'n' ? NULL : text;
    a->numbers[cell] = number ? strtod(text, NULL) : NAN;
}

static void take_row(struct asker_answer *a)
{
    if (a->num_rows == a->room) {
        a->room = a->room ? 2 * a->room : 64;
        a->cells = mem_grow(a->cells, a->room * (a->num_columns + 1), sizeof *a->cells);
        a->numbers = mem_grow(a->numbers, a->room * (a->num_columns + 1), sizeof *a->numbers);
    }
    for (size_t i = 0; i < a->num_columns && !a->read; i++) {
        if (a->at < a->text.len)
            take_cell(a, i, a->num_rows * a->num_columns + i);
        else
            broken(a);
    }
    a->num_rows += !a->read;
}

void asker_begin(struct asker_answer *a, struct buf *text, int status)
{
    *a = (struct asker_answer){.text = *text, .status = status};
    *text = (struct buf){0};
}

bool asker_step(struct asker_answer *a, int64_t until_ns)
{
    size_t length;
    for (size_t records = 1; !a->read; records++) {
        if (a->at >= a->text.len) {
            broken(a);
            break;
        }
        switch (a->text.data[a->at++]) {
        case 'C': take_columns(a); break;
        case 'R': take_row(a); break;
        case 'M': a->more = true; break;
        case 'E':
            free(a->error);
            a->error = mem_strdup(take(a, &length));
            break;
        case '.': a->read = true; break;
        default: broken(a);
        }
        if (records % LOOK_EVERY == 0 && clock_mono_ns() >= until_ns)
            break;
    }
    return !a->read;
}

void asker_finish(struct asker_answer *a)
{
    free(a->columns);
    free(a->cells);
    free(a->numbers);
    free(a->error);
    buf_finish(&a->text);
    *a = (struct asker_answer){0};
}

const char *asker_cell(const struct asker_answer *a, size_t row, size_t column)
{
    return a->cells[row * a->num_columns + column];
}

double asker_number(const struct asker_answer *a, size_t row, size_t column)
{
    return a->numbers[row * a->num_columns + column];
}
