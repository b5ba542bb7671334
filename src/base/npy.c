#include "base/npy.h"

#include "base/file.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *descr;
    size_t bytes;
} types[NPY_NUM_TYPES] = {
    [NPY_F64] = {"<f8", 8},
    [NPY_I64] = {"<i8", 8},
    [NPY_F32] = {"<f4", 4},
};

enum { NPY_MAX_RANK = 32 };

/* The Python tuple of a shape: "()", "(3,)", "(2, 3)". */
static void add_shape(struct buf *b, const uint64_t *shape, size_t rank)
{
    buf_putc(b, '(');
    for (size_t i = 0; i < rank; i++)
        buf_printf(b, "%s%" PRIu64, i ? ", " : "", shape[i]);
    buf_puts(b, rank == 1 ? ",)" : ")");
}

int npy_encode(struct buf *out, enum npy_type type, const uint64_t *shape, size_t rank,
               const void *data, struct err *e)
{
    size_t bytes = types[type].bytes;
    for (size_t i = 0; i < rank; i++)
        if (rank > NPY_MAX_RANK || __builtin_mul_overflow(bytes, shape[i], &bytes) ||
            bytes > SIZE_MAX / 4)
            return err_set(e, ERR_DATA, "an array of this shape does not fit in memory");
    struct buf head = {0};
    buf_printf(&head, "{'descr': '%s', 'fortran_order': False, 'shape': ", types[type].descr);
    add_shape(&head, shape, rank);
    buf_puts(&head, ", }");
    /* Magic, version, length and head together are padded with spaces to a multiple of 64. */
    static const char magic[8] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};
    while ((sizeof magic + 2 + head.len + 1) % 64 != 0)
        buf_putc(&head, ' ');
    buf_putc(&head, '\n');
    uint16_t length = (uint16_t)head.len;
    buf_add(out, magic, sizeof magic);
    buf_add(out, &length, sizeof length);
    buf_add(out, head.data, head.len);
    if (bytes)
        buf_add(out, data, bytes);
    buf_finish(&head);
    return OK;
}

int npy_write(const char *path, enum npy_type type, const uint64_t *shape, size_t rank,
              const void *data, struct err *e)
{
    struct buf file = {0};
    int status = npy_encode(&file, type, shape, rank, data, e);
    if (status == OK)
        status = file_write_atomic(path, file.data, file.len, e);
    buf_finish(&file);
    return status;
}
