#include <rlbench/npy.h>

#include "fault.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const unsigned char magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

static const struct {
    const char *descr, *name;
    uint32_t bytes;
} types[RLB_NPY_END] = {
    [RLB_NPY_F32] = {"<f4", "float32", 4}, [RLB_NPY_I32] = {"<i4", "int32", 4},
    [RLB_NPY_U8] = {"|u1", "uint8", 1},    [RLB_NPY_F64] = {"<f8", "float64", 8},
    [RLB_NPY_I64] = {"<i8", "int64", 8},   [RLB_NPY_BOOL] = {"|b1", "bool", 1},
    [RLB_NPY_F16] = {"<f2", "float16", 2},
};

uint32_t rlb_npy_item_bytes(uint32_t type)
{
    return type < RLB_NPY_END ? types[type].bytes : 0;
}

const char *rlb_npy_type_name(uint32_t type)
{
    return rlb_npy_item_bytes(type) ? types[type].name : "?";
}

/* ---- reading: a Python dictionary with three keys, in any order and spacing ---- */

struct cursor {
    const char *at, *end;
};

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && strchr(" \t\r\n", *c->at) && *c->at)
        c->at++;
}

static bool take(struct cursor *c, char wanted)
{
    skip_space(c);
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* 'text' or "text" without escapes, into out. */
static bool take_text(struct cursor *c, char *out, size_t size)
{
    skip_space(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    size_t n = 0;
    for (; c->at < c->end && *c->at != quote; c->at++) {
        if (n + 1 >= size || *c->at == '\\' || *c->at == '\0')
            return false;
        out[n++] = *c->at;
    }
    out[n] = '\0';
    return take(c, quote);
}

static bool take_word(struct cursor *c, const char *word)
{
    size_t n = strlen(word);
    skip_space(c);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool take_number(struct cursor *c, uint64_t *out)
{
    skip_space(c);
    const char *first = c->at;
    *out = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (__builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, (uint64_t)(*c->at - '0'), out))
            return false;
    if (c->at == first)
        return false;
    if (c->at < c->end && *c->at == 'L') /* of Python 2 */
        c->at++;
    return true;
}

static const char *take_shape(struct cursor *c, rlb_npy *out)
{
    if (!take(c, '('))
        return "its shape is not a tuple";
    while (!take(c, ')')) {
        if (out->rank == RLB_NPY_RANK)
            return "it has more than 8 axes";
        if (!take_number(c, &out->shape[out->rank++]))
            return "its shape has something that is not a size";
        if (!take(c, ',') && (c->at == c->end || *c->at != ')'))
            return "its shape is not a tuple";
    }
    return NULL;
}

static rlb_status take_type(const char *name, const char *descr, rlb_npy *out, rlb_fault *why)
{
    bool little = descr[0] == '<' || descr[0] == '|' || descr[0] == '=';
    for (uint32_t t = 1; little && t < RLB_NPY_END; t++)
        if (strcmp(descr + 1, types[t].descr + 1) == 0) {
            out->type = t;
            return RLB_OK;
        }
    if (descr[0] == '>')
        return fault_set(why, RLB_E_FORMAT,
                         "%s: its type '%s' is big-endian; write it with .astype('<%s')", name,
                         descr, descr + 1);
    return fault_set(why, RLB_E_FORMAT,
                     "%s: its type '%s' is none of float32, float64, float16, int32, int64, uint8 "
                     "and bool; convert it with .astype()",
                     name, descr);
}

static rlb_status read_dictionary(const char *name, struct cursor *c, rlb_npy *out, rlb_fault *why)
{
    unsigned seen = 0;
    const char *fault = NULL;
    if (!take(c, '{'))
        return fault_set(why, RLB_E_FORMAT, "%s: its head is not a dictionary", name);
    while (!take(c, '}')) {
        char key[32], descr[64];
        if (!take_text(c, key, sizeof key) || !take(c, ':'))
            return fault_set(why, RLB_E_FORMAT, "%s: its head is damaged", name);
        if (strcmp(key, "descr") == 0 && !(seen & 1)) {
            seen |= 1;
            if (!take_text(c, descr, sizeof descr))
                return fault_set(why, RLB_E_FORMAT, "%s: structured types are not read", name);
            if (take_type(name, descr, out, why) != RLB_OK)
                return RLB_E_FORMAT;
        } else if (strcmp(key, "fortran_order") == 0 && !(seen & 2)) {
            seen |= 2;
            out->fortran = take_word(c, "True");
            if (!out->fortran && !take_word(c, "False"))
                fault = "fortran_order is neither True nor False";
        } else if (strcmp(key, "shape") == 0 && !(seen & 4)) {
            seen |= 4;
            fault = take_shape(c, out);
        } else {
            return fault_set(why, RLB_E_FORMAT, "%s: key '%s' in its head", name, key);
        }
        if (!fault && !take(c, ',') && (c->at == c->end || *c->at != '}'))
            fault = "its head is damaged";
        if (fault)
            return fault_set(why, RLB_E_FORMAT, "%s: %s", name, fault);
    }
    if (seen != 7)
        return fault_set(why, RLB_E_FORMAT, "%s: its head lacks descr, fortran_order or shape",
                         name);
    return RLB_OK;
}

size_t rlb_npy_head_bytes(const void *first, size_t n)
{
    const unsigned char *b = first;
    if (n < 10 || memcmp(b, magic, sizeof magic) != 0 || b[6] < 1 || b[6] > 3 || b[7] != 0)
        return 0;
    size_t length = 10 + (size_t)(b[8] | b[9] << 8);
    if (b[6] > 1)
        length = n < 12 ? 0
                        : 12 + ((size_t)b[8] | (size_t)b[9] << 8 | (size_t)b[10] << 16 |
                                (size_t)b[11] << 24);
    return length <= RLB_NPY_HEAD_READ ? length : 0;
}

rlb_status rlb_npy_read_head(const char *name, const void *bytes, size_t n, rlb_npy *out,
                             rlb_fault *why)
{
    size_t head = rlb_npy_head_bytes(bytes, n);
    *out = (rlb_npy){.items = 1};
    if (n < 10 || memcmp(bytes, magic, sizeof magic) != 0)
        return fault_set(why, RLB_E_FORMAT, "%s: not a NumPy array (.npy)", name);
    if (head == 0)
        return fault_set(why, RLB_E_FORMAT, "%s: version %d of .npy, or a head over 1 MiB", name,
                         ((const unsigned char *)bytes)[6]);
    if (n < head)
        return fault_set(why, RLB_E_FORMAT, "%s: cut short in its head", name);
    size_t skip = ((const unsigned char *)bytes)[6] == 1 ? 10 : 12;
    struct cursor c = {(const char *)bytes + skip, (const char *)bytes + head};
    rlb_status status = read_dictionary(name, &c, out, why);
    if (status != RLB_OK)
        return status;
    uint64_t total = types[out->type].bytes;
    for (uint32_t i = 0; i < out->rank; i++) {
        out->items *= out->shape[i]; /* no overflow while total has none */
        if (__builtin_mul_overflow(total, out->shape[i], &total) || total > INT64_MAX)
            return fault_set(why, RLB_E_FORMAT, "%s: its shape is larger than any file", name);
    }
    out->head_bytes = (uint32_t)head;
    return RLB_OK;
}

/* ---- writing ---- */

size_t rlb_npy_write_head(const rlb_npy *a, char *out)
{
    if (a->rank > RLB_NPY_RANK || rlb_npy_item_bytes(a->type) == 0)
        return 0;
    char text[RLB_NPY_HEAD];
    size_t size = sizeof text;
    size_t n = (size_t)snprintf(text, size, "{'descr': '%s', 'fortran_order': %s, 'shape': (",
                                types[a->type].descr, a->fortran ? "True" : "False");
    for (uint32_t i = 0; i < a->rank; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%" PRIu64, i ? ", " : "", a->shape[i]);
    n += (size_t)snprintf(text + n, size - n, a->rank == 1 ? ",), }" : "), }");
    /* Magic, version, length and text are padded with spaces to a multiple of 64, a newline last.
     */
    size_t total = (sizeof magic + 4 + n + 1 + 63) / 64 * 64, length = total - sizeof magic - 4;
    memset(out, ' ', total);
    memcpy(out, magic, sizeof magic);
    out[6] = 1;
    out[7] = 0;
    out[8] = (char)(length & 0xff);
    out[9] = (char)(length >> 8);
    memcpy(out + 10, text, n);
    out[total - 1] = '\n';
    return total;
}
