/* Memory of the program (not of plugins): allocation that cannot fail, growable buffers, vectors,
 * an arena.
 *
 * Running out of memory in the program itself is fatal: the process says so and exits with
 * ERR_INTERNAL. Runs live in other processes and everything committed is in the database, so
 * nothing is lost. */
#ifndef RLBENCH_BASE_MEM_H
#define RLBENCH_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t bytes);                        /* zeroed */
void *mem_grow(void *old, size_t count, size_t item); /* realloc, overflow-checked */
char *mem_strdup(const char *text);                   /* NULL stays NULL */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- growable bytes, always NUL-terminated one past len when used as text ---- */
struct buf {
    char *data; /* NULL while empty; owned */
    size_t len, cap;
};
void buf_finish(struct buf *b); /* frees and zeroes */
void buf_clear(struct buf *b);  /* keeps the memory */
void buf_reserve(struct buf *b, size_t extra);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_consume(struct buf *b, size_t n); /* drops the first n bytes */
const char *buf_text(struct buf *b);       /* "" while empty */

/* ---- typed vectors: struct { T *data; size_t len, cap; } ---- */
#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *data;                                                                                   \
        size_t len, cap;                                                                           \
    }
#define vec_push(v, item)                                                                          \
    do {                                                                                           \
        if ((v)->len == (v)->cap) {                                                                \
            (v)->cap = (v)->cap ? 2 * (v)->cap : 8;                                                \
            (v)->data = mem_grow((v)->data, (v)->cap, sizeof *(v)->data);                          \
        }                                                                                          \
        (v)->data[(v)->len++] = (item);                                                            \
    } while (0)
#define vec_finish(v)                                                                              \
    do {                                                                                           \
        free((v)->data);                                                                           \
        (v)->data = NULL;                                                                          \
        (v)->len = (v)->cap = 0;                                                                   \
    } while (0)

/* ---- an arena: everything allocated from it is freed with it ---- */
struct arena {
    struct arena_block *head;
};
void *arena_alloc(struct arena *a, size_t bytes); /* zeroed, aligned for anything */
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_finish(struct arena *a);

#endif
