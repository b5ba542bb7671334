/* NumPy's .npy files, version 1.0: arrays that any other tool can read. */
#ifndef RLBENCH_BASE_NPY_H
#define RLBENCH_BASE_NPY_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

enum npy_type { NPY_F64, NPY_I64, NPY_F32, NPY_NUM_TYPES };

/* Appends a whole file: row-major (C order) data of product(shape) items; rank 0 is one item.
 * ERR_DATA when the product does not fit. */
int npy_encode(struct buf *out, enum npy_type type, const uint64_t *shape, size_t rank,
               const void *data, struct err *e);
/* Writes it to a file (atomic). */
int npy_write(const char *path, enum npy_type type, const uint64_t *shape, size_t rank,
              const void *data, struct err *e);

#endif
