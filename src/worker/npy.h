/* Arrays as NumPy's .npy files, that any other tool can read. */
#ifndef RLBENCH_WORKER_NPY_H
#define RLBENCH_WORKER_NPY_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

/* Appends a whole file: row-major (C order) data of product(shape) items of a type of
 * <rlbench/npy.h>; rank 0 is one item. ERR_DATA when the product does not fit, or the rank. */
int npy_encode(struct buf *out, uint32_t type, const uint64_t *shape, size_t rank, const void *data,
               struct err *e);
/* Writes it to a file (atomic). */
int npy_write(const char *path, uint32_t type, const uint64_t *shape, size_t rank, const void *data,
              struct err *e);

#endif
