/* NumPy's .npy files, version 1.0: arrays that any other tool can read. */
#ifndef RLBENCH_BASE_NPY_H
#define RLBENCH_BASE_NPY_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

enum npy_type { NPY_F64, NPY_I64, NPY_F32, NPY_NUM_TYPES };

/* Appends a whole file: row-major (C order) data of product(shape) items; rank 0 is one item. */
void npy_encode(struct buf *out, enum npy_type type, const uint64_t *shape, size_t rank,
                const void *data);
/* Bytes of the data, or SIZE_MAX when the product does not fit. */
size_t npy_data_bytes(enum npy_type type, const uint64_t *shape, size_t rank);
/* Writes it (atomic). ERR_DATA when the shape is too large. */
int npy_write(const char *path, enum npy_type type, const uint64_t *shape, size_t rank,
              const void *data, struct err *e);

#endif
