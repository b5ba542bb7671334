/* Messages with something in every field, made from the table of messages itself. */
#ifndef RLBENCH_TESTS_WIRE_SAMPLE_H
#define RLBENCH_TESTS_WIRE_SAMPLE_H

#include "wire/wire.h"
#include <rlbench/rng.h>

#include <stdlib.h>

struct sample {
    enum wire_type type;
    union wire_any msg;
    char text[16][48]; /* what the fields point to */
    size_t used;
};

static inline const char *sample_text(struct sample *s, rlb_rng *rng)
{
    char *t = s->text[s->used++ % 16];
    size_t n = rlb_rng_u64(rng) % 47;
    for (size_t i = 0; i < n; i++)
        t[i] = (char)(1 + rlb_rng_u64(rng) % 255);
    t[n] = '\0';
    return t;
}

static inline struct wire_bytes sample_bytes(struct sample *s, rlb_rng *rng)
{
    char *t = s->text[s->used++ % 16];
    size_t n = rlb_rng_u64(rng) % 48;
    for (size_t i = 0; i < n; i++)
        t[i] = (char)rlb_rng_u64(rng);
    return (struct wire_bytes){t, n};
}

static inline void sample_fill(struct sample *s, rlb_rng *rng, enum wire_type type)
{
    memset(s, 0, sizeof *s);
    s->type = type;
    switch (type) {
#define U32(n) m->n = (uint32_t)rlb_rng_u64(rng);
#define U64(n) m->n = rlb_rng_u64(rng);
#define F64(n) m->n = (double)(int64_t)rlb_rng_u64(rng) * 1e-3;
#define STR(n) m->n = sample_text(s, rng);
#define BYTES(n) m->n = sample_bytes(s, rng);
#define MESSAGE(NAME, name, fields)                                                                \
    case WIRE_##NAME: {                                                                            \
        struct wire_##name *m = &s->msg.name;                                                      \
        fields break;                                                                              \
    }
#define EMPTY(NAME, name)                                                                          \
    case WIRE_##NAME:                                                                              \
        break;
#include "wire/messages.def"
#undef MESSAGE
#undef EMPTY
#undef U32
#undef U64
#undef F64
#undef STR
#undef BYTES
    default: abort();
    }
}

/* Field by field, as the compiler sees the structs: independent of the codec's idea of the layout.
 */
static inline bool sample_equal(enum wire_type type, const union wire_any *a,
                                const union wire_any *b)
{
    bool same = true;
    switch (type) {
#define U32(n) same = same && x->n == y->n;
#define U64(n) same = same && x->n == y->n;
#define F64(n) same = same && memcmp(&x->n, &y->n, 8) == 0;
#define STR(n) same = same && strcmp(x->n, y->n) == 0;
#define BYTES(n) same = same && x->n.len == y->n.len && !memcmp(x->n.data, y->n.data, x->n.len);
#define MESSAGE(NAME, name, fields)                                                                \
    case WIRE_##NAME: {                                                                            \
        const struct wire_##name *x = &a->name, *y = &b->name;                                     \
        fields break;                                                                              \
    }
#define EMPTY(NAME, name)                                                                          \
    case WIRE_##NAME:                                                                              \
        break;
#include "wire/messages.def"
#undef MESSAGE
#undef EMPTY
#undef U32
#undef U64
#undef F64
#undef STR
#undef BYTES
    default: abort();
    }
    return same;
}

#endif
