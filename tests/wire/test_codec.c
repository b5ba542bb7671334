#include "check.h"
#include "wire/sample.h"

#include <math.h>

static void every_message_survives_the_round_trip(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 7, 0);
    for (int round = 0; round < 200; round++)
        for (int t = WIRE_NONE + 1; t < WIRE_NUM_TYPES; t++) {
            struct sample s;
            struct buf b = {0};
            enum wire_type type = WIRE_NONE;
            union wire_any got;
            struct err e = ERR_INIT;
            sample_fill(&s, &rng, (enum wire_type)t);
            CU_ASSERT(wire_encode(&b, s.type, &s.msg));
            CU_ASSERT_EQUAL(wire_decode(b.data, b.len, &type, &got, &e), (ptrdiff_t)b.len);
            CU_ASSERT_EQUAL(type, s.type);
            CU_ASSERT(sample_equal(s.type, &s.msg, &got));
            buf_finish(&b);
        }
}

static void a_frame_is_taken_only_whole(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 8, 0);
    for (int t = WIRE_NONE + 1; t < WIRE_NUM_TYPES; t++) {
        struct sample s;
        struct buf b = {0};
        enum wire_type type;
        union wire_any got;
        sample_fill(&s, &rng, (enum wire_type)t);
        wire_encode(&b, s.type, &s.msg);
        for (size_t n = 0; n < b.len; n++)
            CU_ASSERT_EQUAL(wire_decode(b.data, n, &type, &got, NULL), 0);
        size_t whole = b.len;
        buf_puts(&b, "more");
        CU_ASSERT_EQUAL(wire_decode(b.data, b.len, &type, &got, NULL), (ptrdiff_t)whole);
        buf_finish(&b);
    }
}

/* The bytes of one message written down by hand from the description in wire.h. */
static void the_bytes_are_the_documented_ones(void)
{
    /* clang-format off */
    static const unsigned char type = WIRE_COMMAND;
    const unsigned char expected[] = {
        34, 0, 0, 0,                /* length of the rest */
        type, 0, 0, 0,              /* type, reserved */
        2, 1, 0, 0, 0, 0, 0, 0,     /* run 258 */
        3, 0, 0, 0, 's', 'e', 't', 0, /* verb */
        9, 0, 0, 0, 'a', 'l', 'p', 'h', 'a', '=', '0', '.', '1', 0 /* arg */
    };
    /* clang-format on */
    const struct wire_command c = {258, "set", "alpha=0.1"};
    struct buf b = {0};
    wire_encode(&b, WIRE_COMMAND, &c);
    CU_ASSERT_EQUAL(b.len, sizeof expected);
    CU_ASSERT(b.len == sizeof expected && memcmp(b.data, expected, b.len) == 0);
    buf_finish(&b);
}

static ptrdiff_t decode_frame(uint32_t length, uint16_t type, uint16_t zero, const char *body,
                              size_t n, struct err *e)
{
    struct buf b = {0};
    enum wire_type got;
    union wire_any msg;
    buf_add(&b, &length, 4);
    buf_add(&b, &type, 2);
    buf_add(&b, &zero, 2);
    buf_add(&b, body, n);
    ptrdiff_t used = wire_decode(b.data, b.len, &got, &msg, e);
    buf_finish(&b);
    return used;
}

static void damaged_frames_are_refused_with_a_reason(void)
{
    static const struct {
        const char *what, *body;
        uint32_t length;
        uint16_t type, zero;
        size_t n;
    } cases[] = {
        {"length below the head", "", 3, WIRE_PAUSE, 0, 0},
        {"length beyond the limit", "", WIRE_MAX_FRAME + 1, WIRE_PAUSE, 0, 0},
        {"length of all ones", "", UINT32_MAX, WIRE_PAUSE, 0, 0},
        {"type 0", "", 4, WIRE_NONE, 0, 0},
        {"type past the end", "", 4, WIRE_NUM_TYPES, 0, 0},
        {"reserved field set", "", 4, WIRE_PAUSE, 1, 0},
        {"bytes left over", "xx", 6, WIRE_PAUSE, 0, 2},
        {"text without its NUL", "\1\0\0\0\1\0\0\0xy", 14, WIRE_REPLY, 0, 10},
        {"text with a NUL inside", "\1\0\0\0\2\0\0\0\0x\0", 15, WIRE_REPLY, 0, 11},
        {"text longer than the frame", "\1\0\0\0\377\0\0\0x\0", 14, WIRE_REPLY, 0, 10},
        {"text of length -1", "\1\0\0\0\377\377\377\377x\0", 14, WIRE_REPLY, 0, 10},
        {"bytes longer than the frame", "\5\0\0\0abcd", 12, WIRE_POINTS, 0, 8},
        {"a field cut short", "\1\0", 6, WIRE_REPLY, 0, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err e = ERR_INIT;
        ptrdiff_t used = decode_frame(cases[i].length, cases[i].type, cases[i].zero, cases[i].body,
                                      cases[i].n, &e);
        if (used != -1 || e.code != ERR_DATA || !e.text[0])
            fprintf(stderr, "%s: %td %s\n", cases[i].what, used, e.text);
        CU_ASSERT_EQUAL(used, -1);
        CU_ASSERT_EQUAL(e.code, ERR_DATA);
    }
}

static void a_frame_too_long_is_not_made(void)
{
    struct buf b = {0};
    const struct wire_points p = {{mem_alloc(WIRE_MAX_FRAME), WIRE_MAX_FRAME}};
    buf_puts(&b, "before");
    CU_ASSERT(!wire_encode(&b, WIRE_POINTS, &p));
    CU_ASSERT_EQUAL(b.len, 6);
    const struct wire_points fits = {{p.records.data, WIRE_MAX_FRAME - 8}};
    CU_ASSERT(wire_encode(&b, WIRE_POINTS, &fits));
    buf_finish(&b);
    free((void *)(uintptr_t)p.records.data);
}

static void null_texts_are_empty_and_special_numbers_survive(void)
{
    struct buf b = {0};
    enum wire_type type;
    union wire_any got;
    const struct wire_desc_param p = {.min = -INFINITY, .max = NAN, .bits_default = UINT64_MAX};
    wire_encode(&b, WIRE_DESC_PARAM, &p);
    CU_ASSERT(wire_decode(b.data, b.len, &type, &got, NULL) > 0);
    CU_ASSERT_STRING_EQUAL(got.desc_param.name, "");
    CU_ASSERT_EQUAL(got.desc_param.choices.len, 0);
    CU_ASSERT(isinf(got.desc_param.min) && got.desc_param.min < 0);
    CU_ASSERT(isnan(got.desc_param.max));
    CU_ASSERT_EQUAL(got.desc_param.bits_default, UINT64_MAX);
    buf_finish(&b);
}

static void packed_texts_are_read_back(void)
{
    static const char *const texts[] = {"alpha", "", "0.1", "\xc3\xa9", ""};
    struct buf b = {0};
    for (size_t i = 0; i < 5; i++)
        wire_pack_text(&b, texts[i]);
    const struct wire_bytes packed = {b.data, b.len};
    const char *at = NULL;
    CU_ASSERT(wire_texts_valid(packed));
    for (size_t i = 0; i < 5; i++) {
        at = wire_text_next(packed, at);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        CU_ASSERT_STRING_EQUAL(at, texts[i]);
    }
    CU_ASSERT_PTR_NULL(wire_text_next(packed, at));
    CU_ASSERT(!wire_texts_valid((struct wire_bytes){b.data, b.len - 2}));
    CU_ASSERT(wire_texts_valid((struct wire_bytes){NULL, 0}));
    CU_ASSERT_PTR_NULL(wire_text_next((struct wire_bytes){NULL, 0}, NULL));
    buf_finish(&b);
}

CHECK_MAIN("wire: codec",
           {"every message survives the round trip", every_message_survives_the_round_trip},
           {"a frame is taken only whole", a_frame_is_taken_only_whole},
           {"the bytes are the documented ones", the_bytes_are_the_documented_ones},
           {"damaged frames are refused with a reason", damaged_frames_are_refused_with_a_reason},
           {"a frame too long is not made", a_frame_too_long_is_not_made},
           {"NULL texts, special numbers", null_texts_are_empty_and_special_numbers_survive},
           {"packed texts are read back", packed_texts_are_read_back})
