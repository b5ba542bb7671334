/* Inside lib/data: a member of an .npz as rows, read from front to back. */
#ifndef RLBENCH_DATA_ARRAY_H
#define RLBENCH_DATA_ARRAY_H

#include "zip.h"

struct array {
    struct zip_stream stream;
    rlb_npy head;
    uint64_t rows, row_items; /* the first axis, and the product of the others */
    uint64_t read;            /* rows given out */
    uint32_t item_bytes;
    /* Fortran order: the whole array unpacked into a nameless file and mapped. */
    const char *map;
    uint64_t map_bytes;
    uint64_t *places; /* [row_items] of each item of row 0, in items */
};
/* `beside`: where a Fortran array may be unpacked. */
rlb_status array_open(struct array *a, const struct zip *z, const struct zip_member *m,
                      const char *beside, rlb_fault *why);
/* The next n rows in C order, in the member's own type. */
rlb_status array_read(struct array *a, void *out, uint64_t n, rlb_fault *why);
void array_close(struct array *a);

/* n items of one type as another. Where the value does not fit: false, and *at is the first such
 * item. Floats become shorter floats by rounding, integers by value; to uint8 as truth anything but
 * 0 is 1. */
enum convert_how { CONVERT_VALUE, CONVERT_TRUTH };
bool convert_items(const void *in, uint32_t from, void *out, uint32_t to, enum convert_how how,
                   uint64_t n, uint64_t *at);

#endif
