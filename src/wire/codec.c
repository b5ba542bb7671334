#include "wire/wire.h"

#include <stddef.h>
#include <string.h>

/* The fields of each message as text of one letter each; layout follows from it, in the order and
 * with the alignment the compiler gives the struct (checked below). */
#define U32(n) "u"
#define U64(n) "q"
#define F64(n) "d"
#define STR(n) "s"
#define BYTES(n) "b"
static const struct kind {
    const char *name, *fields;
    size_t size;
} kinds[WIRE_NUM_TYPES] = {
    {"NONE", "", 0},
#define MESSAGE(NAME, name, fields) {#NAME, fields, sizeof(struct wire_##name)},
#define EMPTY(NAME, name) {#NAME, "", 0},
#include "wire/messages.def"
#undef MESSAGE
#undef EMPTY
};
#undef U32
#undef U64
#undef F64
#undef STR
#undef BYTES

/* Where the next field of a struct lies, and past it. Every field is as aligned as it is long, to 8
 * bytes at most. */
static size_t field_place(char letter, size_t *end)
{
    size_t size = letter == 'u' ? 4 : letter == 'b' ? sizeof(struct wire_bytes) : 8;
    size_t align = letter == 'u' ? 4 : 8;
    size_t at = (*end + align - 1) / align * align;
    *end = at + size;
    return at;
}
_Static_assert(sizeof(const char *) == 8 && sizeof(struct wire_bytes) == 16,
               "wire needs 64-bit pointers");

const char *wire_type_name(enum wire_type type)
{
    return (unsigned)type < WIRE_NUM_TYPES ? kinds[type].name : "?";
}

static void put(struct buf *out, const void *bytes, size_t n)
{
    buf_add(out, bytes, n);
}

static void put_u32(struct buf *out, size_t value)
{
    uint32_t v = (uint32_t)value;
    put(out, &v, 4);
}

bool wire_encode(struct buf *out, enum wire_type type, const void *msg)
{
    size_t start = out->len, end = 0;
    uint16_t head[2] = {(uint16_t)type, 0};
    put_u32(out, 0);
    put(out, head, sizeof head);
    for (const char *f = kinds[type].fields; *f; f++) {
        const char *at = (const char *)msg + field_place(*f, &end);
        if (*f == 's') {
            const char *text;
            memcpy(&text, at, sizeof text);
            text = text ? text : "";
            size_t n = strlen(text);
            put_u32(out, n);
            put(out, text, n + 1);
        } else if (*f == 'b') {
            struct wire_bytes bytes;
            memcpy(&bytes, at, sizeof bytes);
            put_u32(out, bytes.len);
            put(out, bytes.data, bytes.len);
        } else {
            put(out, at, *f == 'u' ? 4 : 8);
        }
    }
    if (out->len - start - 4 > WIRE_MAX_FRAME) {
        out->len = start;
        return false;
    }
    uint32_t length = (uint32_t)(out->len - start - 4);
    memcpy(out->data + start, &length, 4);
    return true;
}

/* A reader over one frame's body. */
struct cursor {
    const char *at;
    size_t left;
};

static const char *take(struct cursor *c, size_t n)
{
    if (c->left < n)
        return NULL;
    const char *p = c->at;
    c->at += n;
    c->left -= n;
    return p;
}

static bool take_u32(struct cursor *c, uint32_t *v)
{
    const char *p = take(c, 4);
    if (p)
        memcpy(v, p, 4);
    return p != NULL;
}

static bool decode_field(struct cursor *c, char letter, char *to)
{
    uint32_t n;
    const char *p;
    switch (letter) {
    case 's':
        if (!take_u32(c, &n) || n == UINT32_MAX || !(p = take(c, (size_t)n + 1)) || p[n] != '\0' ||
            memchr(p, 0, n))
            return false;
        memcpy(to, &p, sizeof p);
        return true;
    case 'b': {
        if (!take_u32(c, &n) || !(p = take(c, n)))
            return false;
        struct wire_bytes bytes = {p, n};
        memcpy(to, &bytes, sizeof bytes);
        return true;
    }
    default: {
        size_t size = letter == 'u' ? 4 : 8;
        if (!(p = take(c, size)))
            return false;
        memcpy(to, p, size);
        return true;
    }
    }
}

ptrdiff_t wire_decode(const void *data, size_t n, enum wire_type *type, union wire_any *out,
                      struct err *e)
{
    struct cursor c = {data, n};
    uint32_t length;
    uint16_t head[2];
    if (!take_u32(&c, &length))
        return 0;
    if (length < sizeof head || length > WIRE_MAX_FRAME)
        return err_set(e, ERR_DATA, "a frame of %u bytes is not one of ours", length), -1;
    if (c.left < length)
        return 0;
    c.left = length;
    memcpy(head, take(&c, sizeof head), sizeof head);
    if (head[0] == WIRE_NONE || head[0] >= WIRE_NUM_TYPES || head[1] != 0)
        return err_set(e, ERR_DATA, "unknown message %u", head[0]), -1;
    const struct kind *kind = &kinds[head[0]];
    size_t end = 0;
    memset(out, 0, sizeof *out);
    for (const char *f = kind->fields; *f; f++) {
        size_t at = field_place(*f, &end);
        if (!decode_field(&c, *f, (char *)out + at))
            return err_set(e, ERR_DATA, "message %s is damaged", kind->name), -1;
    }
    if (c.left != 0)
        return err_set(e, ERR_DATA, "message %s is %zu bytes too long", kind->name, c.left), -1;
    *type = (enum wire_type)head[0];
    return (ptrdiff_t)length + 4;
}

void wire_pack_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text) + 1);
}

bool wire_texts_valid(struct wire_bytes b)
{
    return b.len == 0 || ((const char *)b.data)[b.len - 1] == '\0';
}

const char *wire_text_next(struct wire_bytes b, const char *previous)
{
    const char *start = b.data, *next = previous ? previous + strlen(previous) + 1 : start;
    return b.len && next < start + b.len ? next : NULL;
}
