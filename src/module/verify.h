/* Inside the verification of a module: fields and rows. */
#ifndef RLBENCH_MODULE_VERIFY_H
#define RLBENCH_MODULE_VERIFY_H

#include "base/err.h"
#include <rlbench/plugin.h>

#include <stdbool.h>

/* The size of a table up to a field: those of ABI 1.0 are the least that any module of this major
 * has. */
#define SIZE_TO(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))
enum { MOST_TABLE_BYTES = 4096 }; /* of one table or row */

/* What is being verified. */
struct verify {
    char name[160]; /* "algorithm 'q-learning'" */
    bool newer;     /* its minor is newer than ours: its tables may be longer than ours */
    struct err *e;
};

/* "<name>: <sentence>"; returns ERR_PLUGIN. */
int verify_refuse(const struct verify *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* UTF-8 without control characters but line breaks. */
int verify_text(const struct verify *s, const char *what, const char *text, bool required);
/* A lower-case letter, then lower-case letters, digits and `extra`. */
int verify_name(const struct verify *s, const char *what, const char *name, const char *extra);
int verify_code(const struct verify *s, const char *what, const void *fn, bool required);

int verify_params(const struct verify *s, const rlb_param *params, uint32_t count, uint32_t stride,
                  bool may_be_live);
int verify_metrics(const struct verify *s, const rlb_algo *a);
int verify_views(const struct verify *s, const rlb_view *views, uint32_t count, uint32_t stride,
                 bool can_draw);

#endif
