/* Whatever the bytes, an accepted dataset lies within them and its episodes within its rows. */
#include "data/random_dataset.h"
#include "fuzz.h"

/* Reads the first and the last byte of everything, so that a sanitizer sees what lies outside. */
static void touch(const void *bytes, uint64_t n)
{
    static volatile unsigned char sink;
    if (n)
        sink = ((const unsigned char *)bytes)[0] ^ ((const unsigned char *)bytes)[n - 1];
    (void)sink;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    rlb_dataset_file f;
    rlb_fault why = {0, ""};
    /* As in a mapping, the first byte is aligned. */
    uint8_t *copy = aligned_alloc(64, (n + 63) / 64 * 64 + 64);
    memcpy(copy, data, n);
    if (rlb_dataset_parse("input", copy, n, &f, &why) != RLB_OK) {
        if (!why.text[0])
            abort();
        free(copy);
        return 0;
    }
    const rlb_dataset *d = &f.data;
    for (uint32_t i = 0; i < f.num_columns; i++) {
        const uint8_t *first = f.columns[i].data;
        uint64_t size = d->num_rows * f.columns[i].row_bytes;
        if (first < copy || size > n || first + size > copy + n)
            abort();
        touch(first, size);
    }
    for (uint64_t e = 0; e < d->num_episodes; e++)
        if (d->start[e] >= d->start[e + 1])
            abort();
    if (d->start[0] != 0 || d->start[d->num_episodes] != d->num_rows)
        abort();
    for (uint32_t i = 0; i < f.num_notes; i++)
        touch(f.notes[i].value, strlen(f.notes[i].key) + strlen(f.notes[i].value) > n ? 0 : 1);
    rlb_dataset_verify("input", &f, &why);
    rlb_dataset_close(&f);
    free(copy);
    return 0;
}

#ifndef LIBFUZZER
static void make_seed(rlb_rng *rng, struct buf *out)
{
    const char *folder = getenv("SCRATCH");
    char *path = mem_printf("%s/seed.rlbd", folder ? folder : "/tmp");
    struct random_dataset d;
    rlb_fault why;
    random_dataset(rng, &d);
    if (random_dataset_write(rng, &d, path, &why) != RLB_OK ||
        file_read(path, 1 << 24, out, NULL) != OK)
        abort();
    random_dataset_free(&d);
    free(path);
}

/* A seed costs files: many injuries to each, most of them in its head. */
static void make_injured(rlb_rng *rng, struct buf *out)
{
    static struct buf seed;
    static int left;
    if (left-- == 0) {
        buf_clear(&seed);
        make_seed(rng, &seed);
        left = 100;
    }
    buf_add(out, seed.data, seed.len);
    size_t head = seed.len < 1200 ? seed.len : 1200, at = fuzz_below(rng, head);
    out->data[at] = (char)(out->data[at] ^ (1 << fuzz_below(rng, 8)));
}

FUZZ_MAIN(make_injured, 20000)
#endif
