/* Arrays in one safetensors file: every byte as the format's description says. (Files of real runs
 * were read back with the safetensors package of PyPI, 0.8.) */
#include "cmd/safetensors.h"

#include "check.h"

#include <rlbench/npy.h>

#include <stdlib.h>
#include <string.h>

struct npy_file {
    char bytes[1024];
    size_t n;
};

static struct npy_file make(uint32_t type, uint32_t rank, const uint64_t *shape, const void *items,
                            size_t bytes)
{
    struct npy_file f = {.n = 0};
    rlb_npy head = {.type = type, .rank = rank, .items = 1};
    for (uint32_t i = 0; i < rank; i++) {
        head.shape[i] = shape[i];
        head.items *= shape[i];
    }
    f.n = rlb_npy_write_head(&head, f.bytes);
    memcpy(f.bytes + f.n, items, bytes);
    f.n += bytes;
    return f;
}

static void every_byte(void)
{
    const float weight[6] = {1, 2, 3, 4, 5, -6};
    const int64_t count = 7;
    const uint64_t shape[] = {2, 3};
    struct npy_file a = make(RLB_NPY_F32, 2, shape, weight, sizeof weight);
    struct npy_file b = make(RLB_NPY_I64, 0, shape, &count, sizeof count);
    const struct safetensors_array arrays[] = {{"q_weight", a.bytes, a.n}, {"count", b.bytes, b.n}};
    struct buf out = {0};
    struct err e = ERR_INIT;
    CU_ASSERT_EQUAL_FATAL(safetensors_encode(arrays, 2, "abc", &out, &e), OK);
    const char head[] = "{\"__metadata__\":{\"rlbench\":\"abc\"},"
                        "\"q_weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                        "\"count\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[24,32]}}";
    uint64_t length;
    memcpy(&length, out.data, sizeof length);
    CU_ASSERT_EQUAL(length % 8, 0);
    CU_ASSERT(length >= sizeof head - 1 && length < sizeof head - 1 + 8);
    CU_ASSERT_EQUAL_FATAL(out.len, 8 + length + 32);
    CU_ASSERT_EQUAL(memcmp(out.data + 8, head, sizeof head - 1), 0);
    for (size_t i = sizeof head - 1; i < length; i++)
        CU_ASSERT_EQUAL(out.data[8 + i], ' ');
    CU_ASSERT_EQUAL(memcmp(out.data + 8 + length, weight, sizeof weight), 0);
    CU_ASSERT_EQUAL(memcmp(out.data + 8 + length + 24, &count, sizeof count), 0);
    buf_finish(&out);
}

static void refused(void)
{
    const float value = 1;
    const uint64_t shape[] = {1};
    struct npy_file a = make(RLB_NPY_F32, 1, shape, &value, sizeof value);
    struct err e = ERR_INIT, other = ERR_INIT;
    struct buf out = {0};
    const struct safetensors_array cut = {"w", a.bytes, a.n - 1}, junk = {"w", "junk", 4};
    CU_ASSERT_EQUAL(safetensors_encode(&cut, 1, NULL, &out, &e), ERR_DATA);
    CHECK_TEXT(e.text, "w is not an array in C order");
    CU_ASSERT_EQUAL(safetensors_encode(&junk, 1, NULL, &out, &other), ERR_DATA);
    CU_ASSERT_EQUAL(out.len, 0);
    buf_finish(&out);
}

CHECK_MAIN("safetensors", {"every byte", every_byte}, {"what is no array", refused})
