/* Whatever the bytes, the decoder neither reads past them nor accepts what encoding would not give.
 */
#include "fuzz.h"
#include "wire/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct buf again = {0};
    for (size_t at = 0; at < n;) {
        enum wire_type type;
        union wire_any msg;
        struct err e = ERR_INIT;
        ptrdiff_t used = wire_decode(data + at, n - at, &type, &msg, &e);
        if (used < 0 && (e.code == OK || !e.text[0]))
            abort();
        if (used <= 0)
            break;
        if ((size_t)used > n - at)
            abort();
        buf_clear(&again);
        if (!wire_encode(&again, type, &msg) || again.len != (size_t)used ||
            memcmp(again.data, data + at, again.len) != 0)
            abort();
        at += (size_t)used;
    }
    buf_finish(&again);
    return 0;
}

#ifndef LIBFUZZER
static void make_seed(rlb_rng *rng, struct buf *out)
{
    for (uint32_t i = fuzz_below(rng, 3) + 1; i > 0; i--) {
        struct sample s;
        sample_fill(&s, rng, (enum wire_type)(1 + fuzz_below(rng, WIRE_NUM_TYPES - 1)));
        wire_encode(out, s.type, &s.msg);
    }
}

FUZZ_MAIN(make_seed, 100000)
#endif
