/* A parameter that is a table may name a file instead, "@FILE": CSV as it is, a NumPy array as
 * rows of numbers. What the run keeps is the table, so it needs the file no more. */
#include "plan/draft.h"

#include "base/file.h"

#include <rlbench/npy.h>

#include <inttypes.h>
#include <string.h>

enum { MOST_BYTES = 1 << 24, MOST_ITEMS = 1 << 20 };

static double item(const rlb_npy *a, const char *bytes, uint64_t index)
{
    const char *at = bytes + index * rlb_npy_item_bytes(a->type);
    union {
        double f64;
        float f32;
        int64_t i64;
        int32_t i32;
        uint8_t u8;
    } v;
    memcpy(&v, at, rlb_npy_item_bytes(a->type));
    switch (a->type) {
    case RLB_NPY_F64: return v.f64;
    case RLB_NPY_F32: return (double)v.f32;
    case RLB_NPY_I64: return (double)v.i64;
    case RLB_NPY_I32: return v.i32;
    default: return v.u8;
    }
}

/* The rows of an array as text. Why it cannot be, or NULL. */
static const char *write_array(const char *name, struct buf *file, struct buf *out, rlb_fault *why)
{
    rlb_npy a;
    const char *bytes = buf_text(file);
    if (rlb_npy_read_head(name, bytes, file->len, &a, why) != RLB_OK)
        return why->text;
    if (a.rank != 2 || a.type == RLB_NPY_F16 || a.items > MOST_ITEMS)
        return "must be an array of two axes, of at most 1048576 real numbers of 32 or 64 bits";
    if (file->len - a.head_bytes < a.items * rlb_npy_item_bytes(a.type))
        return "ends too early";
    uint64_t rows = a.shape[0], cols = a.shape[1];
    for (uint64_t i = 0; i < rows; i++)
        for (uint64_t j = 0; j < cols; j++)
            buf_printf(out, "%s%.17g",
                       j   ? " "
                       : i ? "; "
                           : "",
                       item(&a, bytes + a.head_bytes, a.fortran ? j * rows + i : i * cols + j));
    return NULL;
}

/* The lines of a text, parted by semicolons; those that begin with # are left out. */
static void write_lines(const char *text, struct buf *out)
{
    bool first = true;
    while (*text) {
        size_t n = strcspn(text, "\r\n");
        if (n > 0 && *text != '#') {
            buf_printf(out, "%s%.*s", first ? "" : ";", (int)n, text);
            first = false;
        }
        text += n;
        text += strspn(text, "\r\n");
    }
}

const char *draft_read_table(struct draft *d, const struct given *g)
{
    struct given named = *g;
    struct buf file = {0}, out = {0};
    struct err e = ERR_INIT;
    rlb_fault fault;
    named.text = g->text + 1;
    const char *path = draft_locate(d, &named), *why = NULL, *kept = NULL;
    int status = file_read(path, MOST_BYTES, &file, &e);
    if (status != OK)
        given_error(d, g, g->origin ? NULL : "a path starts from the folder of the recipe",
                    "%s: %s", g->key, e.text);
    else if (file.len >= 6 && memcmp(buf_text(&file), "\x93NUMPY", 6) == 0)
        why = write_array(path, &file, &out, &fault);
    else if (strlen(buf_text(&file)) != file.len)
        why = "is neither text nor a NumPy array";
    else
        write_lines(buf_text(&file), &out);
    if (why)
        given_error(d, g, NULL, "%s: %s %s", g->key, named.text, why);
    else if (status == OK)
        kept = arena_strdup(d->arena, buf_text(&out));
    buf_finish(&file);
    buf_finish(&out);
    return kept;
}
