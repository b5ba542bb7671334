/* Messages between supervisor, worker and front: pure encoding and decoding, and framed
 * non-blocking pipes.
 *
 * A frame is: u32 length of the rest, u16 type, u16 reserved (0), fields in table order, all
 * little-endian. Integers and doubles are fixed size; STR is u32 length, bytes, NUL; BYTES is u32
 * length, bytes. A decoder accepts a frame that is exactly as long as its fields say, with valid
 * lengths and terminated strings, and nothing else. */
#ifndef RLBENCH_WIRE_WIRE_H
#define RLBENCH_WIRE_WIRE_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_PROTOCOL 2
#define WIRE_MAX_FRAME (64u << 20)

struct wire_bytes {
    const void *data; /* borrowed: in a decoded message it points into the frame */
    size_t len;
};

/* One struct per message, named wire_<name>, with the fields of messages.def. */
#define U32(n) uint32_t n;
#define U64(n) uint64_t n;
#define F64(n) double n;
#define STR(n) const char *n;
#define BYTES(n) struct wire_bytes n;
#define MESSAGE(NAME, name, fields)                                                                \
    struct wire_##name {                                                                           \
        fields                                                                                     \
    };
#define EMPTY(NAME, name)
#include "wire/messages.def"
#undef MESSAGE
#undef EMPTY
#undef U32
#undef U64
#undef F64
#undef STR
#undef BYTES

enum wire_type {
    WIRE_NONE = 0,
#define MESSAGE(NAME, name, fields) WIRE_##NAME,
#define EMPTY(NAME, name) WIRE_##NAME,
#include "wire/messages.def"
#undef MESSAGE
#undef EMPTY
    WIRE_NUM_TYPES
};

const char *wire_type_name(enum wire_type type);

/* Any decoded message. */
union wire_any {
#define MESSAGE(NAME, name, fields) struct wire_##name name;
#define EMPTY(NAME, name)
#include "wire/messages.def"
#undef MESSAGE
#undef EMPTY
};

/* Appends one frame. msg points to the struct of that type (NULL for an EMPTY one); NULL strings
 * are sent as "". False, and nothing appended, when it would be longer than WIRE_MAX_FRAME. */
bool wire_encode(struct buf *out, enum wire_type type, const void *msg);
/* Decodes the frame at the start of data. Returns its total length; 0 when more bytes are needed;
 * -1 with the reason in e when the bytes can never become a frame. Strings and bytes point into
 * data. */
ptrdiff_t wire_decode(const void *data, size_t n, enum wire_type *type, union wire_any *out,
                      struct err *e);

/* ---- lists packed into BYTES ---- */
/* Texts one after the other, each with its NUL. */
void wire_pack_text(struct buf *b, const char *text);
/* The i-th text or NULL; false from wire_texts_valid when the last NUL is missing. */
bool wire_texts_valid(struct wire_bytes b);
const char *wire_text_next(struct wire_bytes b,
                           const char *previous); /* previous NULL: the first; NULL at the end */

/* Fixed-size records: 24 bytes u32 metric, u32 sub, u64 step, f64 value; host byte order is
 * little-endian on every machine rlbench supports, checked by configure. The layouts equal
 * store_point and store_episode. */

/* ---- framed non-blocking file descriptors ---- */
struct wire_link {
    int fd; /* -1: closed */
    struct buf in, out;
    size_t in_used; /* bytes of `in` already handed out */
};
void wire_link_init(struct wire_link *l, int fd); /* makes fd non-blocking and close-on-exec */
void wire_link_finish(struct wire_link *l);       /* closes fd */
void wire_send(struct wire_link *l, enum wire_type type,
               const void *msg); /* queues (a frame too long is dropped); wire_flush writes */
/* Writes what can be written now. OK, or ERR_IO when the other side is gone. */
int wire_flush(struct wire_link *l, struct err *e);
/* Reads what is there now. OK; ERR_NOINPUT at end of file; ERR_IO. */
int wire_fill(struct wire_link *l, struct err *e);
/* The next whole message: 1 and *type, *out (valid until the next wire_fill or wire_next); 0 none
 * yet; -1 broken. */
int wire_next(struct wire_link *l, enum wire_type *type, union wire_any *out, struct err *e);

#endif
