#include "array.h"

#include "fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 20 };

static rlb_status read_head(struct array *a, rlb_fault *why)
{
    const struct zip_member *m = a->stream.member;
    unsigned char first[12];
    uint64_t n = m->size < sizeof first ? m->size : sizeof first;
    rlb_status status = zip_stream_read(&a->stream, first, n, why);
    if (status != RLB_OK)
        return status;
    size_t head = rlb_npy_head_bytes(first, n);
    if (head < n || head > m->size)
        head = n; /* no array: the sentence comes from the reader */
    char *bytes = malloc(head);
    if (!bytes)
        return fault_memory(why);
    memcpy(bytes, first, n);
    status = zip_stream_read(&a->stream, bytes + n, head - n, why);
    if (status == RLB_OK)
        status = rlb_npy_read_head(m->name, bytes, head, &a->head, why);
    free(bytes);
    a->item_bytes = rlb_npy_item_bytes(a->head.type);
    if (status == RLB_OK && m->size - a->head.head_bytes != a->head.items * a->item_bytes)
        status =
            fault_set(why, RLB_E_FORMAT, "%s: its data are not as long as its shape says", m->name);
    return status;
}

/* In Fortran order a step along an axis goes past all of the axes before it. */
static bool find_places(struct array *a)
{
    const rlb_npy *h = &a->head;
    uint64_t strides[RLB_NPY_RANK] = {1};
    for (uint32_t axis = 1; axis < h->rank; axis++)
        strides[axis] = strides[axis - 1] * h->shape[axis - 1];
    a->places = malloc((a->row_items + 1) * sizeof *a->places);
    for (uint64_t k = 0; a->places && k < a->row_items; k++) {
        uint64_t rest = k;
        a->places[k] = 0;
        for (uint32_t axis = h->rank; axis-- > 1; rest /= h->shape[axis])
            a->places[k] += rest % h->shape[axis] * strides[axis];
    }
    return a->places != NULL;
}

static rlb_status unpack(struct array *a, const char *beside, rlb_fault *why)
{
    uint64_t total = a->head.items * a->item_bytes;
    char *chunk = malloc(CHUNK_BYTES);
    int fd = spool_open(beside, why);
    rlb_status status = fd < 0 ? RLB_E_IO : RLB_OK;
    if (!chunk || !find_places(a))
        status = fault_memory(why);
    for (uint64_t at = 0; at < total && status == RLB_OK; at += CHUNK_BYTES) {
        uint64_t n = total - at < CHUNK_BYTES ? total - at : CHUNK_BYTES;
        status = zip_stream_read(&a->stream, chunk, n, why);
        if (status == RLB_OK)
            status = spool_write(fd, chunk, n, beside, why);
    }
    if (status == RLB_OK) {
        void *map = mmap(NULL, total, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED) {
            status = fault_sys(why, "cannot map a file beside %s", beside);
        } else {
            a->map = map;
            a->map_bytes = total;
        }
    }
    if (fd >= 0)
        close(fd);
    free(chunk);
    return status;
}

rlb_status array_open(struct array *a, const struct zip *z, const struct zip_member *m,
                      const char *beside, rlb_fault *why)
{
    *a = (struct array){.map = NULL};
    rlb_status status = zip_stream_open(&a->stream, z, m, why);
    if (status != RLB_OK)
        return status;
    status = read_head(a, why);
    if (status != RLB_OK) {
        status = fault_prefix(why, status, z->path);
    } else {
        a->rows = a->head.rank ? a->head.shape[0] : 1;
        a->row_items = 1;
        for (uint32_t i = 1; i < a->head.rank; i++)
            a->row_items *= a->head.shape[i];
        if (a->head.fortran && a->head.rank > 1 && a->head.items > 0 && beside)
            status = unpack(a, beside, why);
    }
    if (status != RLB_OK)
        array_close(a);
    return status;
}

void array_close(struct array *a)
{
    zip_stream_close(&a->stream);
    if (a->map)
        munmap((void *)(uintptr_t)a->map, a->map_bytes);
    free(a->places);
    a->map = NULL;
    a->places = NULL;
}

rlb_status array_read(struct array *a, void *out, uint64_t n, rlb_fault *why)
{
    uint64_t first = a->read;
    a->read += n;
    if (!a->map)
        return zip_stream_read(&a->stream, out, n * a->row_items * a->item_bytes, why);
    char *to = out;
    for (uint64_t r = first; r < first + n; r++)
        for (uint64_t k = 0; k < a->row_items; k++, to += a->item_bytes)
            memcpy(to, a->map + (a->places[k] + r) * a->item_bytes, a->item_bytes);
    return RLB_OK;
}

/* ---- types ---- */

static float from_half(uint16_t h)
{
    uint32_t sign = (uint32_t)h >> 15, exponent = h >> 10 & 31, fraction = h & 1023;
    float value = exponent == 31 ? (fraction ? NAN : INFINITY)
                  : exponent     ? ldexpf((float)(fraction | 1024), (int)exponent - 25)
                                 : ldexpf((float)fraction, -24);
    return sign ? -value : value;
}

/* Item i as a double, which holds every value of every type but large int64. */
static double item(const void *in, uint32_t type, uint64_t i)
{
    switch (type) {
    case RLB_NPY_F32: return (double)((const float *)in)[i];
    case RLB_NPY_F64: return ((const double *)in)[i];
    case RLB_NPY_F16: return (double)from_half(((const uint16_t *)in)[i]);
    case RLB_NPY_I32: return ((const int32_t *)in)[i];
    case RLB_NPY_I64: return (double)((const int64_t *)in)[i];
    default: return ((const uint8_t *)in)[i];
    }
}

static bool to_int(double value, int32_t *out)
{
    if (!(value >= INT32_MIN && value <= INT32_MAX) || value != floor(value))
        return false;
    *out = (int32_t)value;
    return true;
}

static bool convert_one(double value, void *out, uint32_t to, enum convert_how how, uint64_t i)
{
    switch (to) {
    case RLB_NPY_F32:
        ((float *)out)[i] = (float)value;
        return !isfinite(value) || isfinite(((float *)out)[i]);
    case RLB_NPY_I32: return to_int(value, (int32_t *)out + i);
    default:
        ((uint8_t *)out)[i] = how == CONVERT_TRUTH ? value != 0 : (uint8_t)value;
        return how == CONVERT_TRUTH || (value >= 0 && value <= 255);
    }
}

bool convert_items(const void *in, uint32_t from, void *out, uint32_t to, enum convert_how how,
                   uint64_t n, uint64_t *at)
{
    if (from == to && how == CONVERT_VALUE) {
        memcpy(out, in, n * rlb_npy_item_bytes(to));
        return true;
    }
    for (uint64_t i = 0; i < n; i++)
        if (!convert_one(item(in, from, i), out, to, how, i)) {
            *at = i;
            return false;
        }
    return true;
}
