/* Arrays in one file that PyTorch, JAX and others read: safetensors, an open format (8 bytes with
 * the length of a JSON head, the head, the arrays one after the other, little-endian, row-major).
 */
#ifndef RLBENCH_CMD_SAFETENSORS_H
#define RLBENCH_CMD_SAFETENSORS_H

#include "base/err.h"
#include "base/mem.h"

#include <stddef.h>

/* A NumPy file in memory. */
struct safetensors_array {
    const char *name; /* of the array */
    const void *npy;
    size_t bytes;
};
/* Appends the whole file to *out. note: a text kept in the head ("run", say); NULL: none. ERR_DATA
 * for what is no NumPy file or has a type that the format lacks. */
int safetensors_encode(const struct safetensors_array *arrays, size_t n, const char *note,
                       struct buf *out, struct err *e);

#endif
