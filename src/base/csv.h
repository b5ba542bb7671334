/* Comma-separated values (RFC 4180). */
#ifndef RLBENCH_BASE_CSV_H
#define RLBENCH_BASE_CSV_H

#include "base/mem.h"

/* Appends a text as one field: in quotes where it needs them, quotes doubled. */
void csv_put(struct buf *out, const char *text);

#endif
