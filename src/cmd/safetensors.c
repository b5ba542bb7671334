#include "cmd/safetensors.h"

#include <jansson.h>
#include <rlbench/npy.h>

#include <stdlib.h>
#include <string.h>

static const char *const types[RLB_NPY_END] = {
    [RLB_NPY_F32] = "F32", [RLB_NPY_F64] = "F64", [RLB_NPY_F16] = "F16",  [RLB_NPY_I32] = "I32",
    [RLB_NPY_I64] = "I64", [RLB_NPY_U8] = "U8",   [RLB_NPY_BOOL] = "BOOL"};

static json_t *entry(const rlb_npy *head, size_t begin, size_t end)
{
    json_t *shape = json_array(), *offsets = json_array(), *o = json_object();
    for (uint32_t i = 0; i < head->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)head->shape[i]));
    json_array_append_new(offsets, json_integer((json_int_t)begin));
    json_array_append_new(offsets, json_integer((json_int_t)end));
    json_object_set_new(o, "dtype", json_string(types[head->type]));
    json_object_set_new(o, "shape", shape);
    json_object_set_new(o, "data_offsets", offsets);
    return o;
}

static int read_head(const struct safetensors_array *a, rlb_npy *head, size_t *data_bytes,
                     struct err *e)
{
    rlb_fault why;
    if (rlb_npy_read_head(a->name, a->npy, a->bytes, head, &why) < 0)
        return err_set(e, ERR_DATA, "%s", why.text);
    *data_bytes = (size_t)head->items * rlb_npy_item_bytes(head->type);
    if (head->fortran || *data_bytes != a->bytes - head->head_bytes)
        return err_set(e, ERR_DATA, "%s is not an array in C order", a->name);
    return OK;
}

/* The head, filled up with blanks so that the arrays begin at a multiple of 8. */
static void put_head(const json_t *head, struct buf *out)
{
    char *text = json_dumps(head, JSON_COMPACT);
    size_t length = strlen(text), padded = (length + 7) / 8 * 8;
    uint64_t size = padded; /* little-endian machines only: configure sees to it */
    buf_add(out, &size, sizeof size);
    buf_add(out, text, length);
    for (size_t i = length; i < padded; i++)
        buf_putc(out, ' ');
    free(text);
}

int safetensors_encode(const struct safetensors_array *arrays, size_t n, const char *note,
                       struct buf *out, struct err *e)
{
    json_t *head = json_object();
    rlb_npy *heads = mem_alloc((n + 1) * sizeof *heads);
    size_t *sizes = mem_alloc((n + 1) * sizeof *sizes), at = 0;
    int status = OK;
    if (note)
        json_object_set_new(head, "__metadata__", json_pack("{s:s}", "rlbench", note));
    for (size_t i = 0; i < n && status == OK; i++) {
        status = read_head(&arrays[i], &heads[i], &sizes[i], e);
        if (status == OK)
            json_object_set_new(head, arrays[i].name, entry(&heads[i], at, at + sizes[i]));
        at += sizes[i];
    }
    if (status == OK)
        put_head(head, out);
    for (size_t i = 0; i < n && status == OK; i++)
        buf_add(out, (const char *)arrays[i].npy + heads[i].head_bytes, sizes[i]);
    json_decref(head);
    free(sizes);
    free(heads);
    return status;
}
