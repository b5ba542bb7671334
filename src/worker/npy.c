#include "worker/npy.h"

#include "base/file.h"
#include <rlbench/npy.h>

int npy_encode(struct buf *out, uint32_t type, const uint64_t *shape, size_t rank, const void *data,
               struct err *e)
{
    rlb_npy head = {.type = type, .rank = (uint32_t)rank};
    size_t bytes = rlb_npy_item_bytes(type);
    for (size_t i = 0; i < rank; i++) {
        if (rank > RLB_NPY_RANK || __builtin_mul_overflow(bytes, shape[i], &bytes) ||
            bytes > SIZE_MAX / 4)
            return err_set(e, ERR_DATA, "an array of this shape does not fit in memory");
        head.shape[i] = shape[i];
    }
    char text[RLB_NPY_HEAD];
    buf_add(out, text, rlb_npy_write_head(&head, text));
    if (bytes)
        buf_add(out, data, bytes);
    return OK;
}

int npy_write(const char *path, uint32_t type, const uint64_t *shape, size_t rank, const void *data,
              struct err *e)
{
    struct buf file = {0};
    int status = npy_encode(&file, type, shape, rank, data, e);
    if (status == OK)
        status = file_write_atomic(path, file.data, file.len, e);
    buf_finish(&file);
    return status;
}
