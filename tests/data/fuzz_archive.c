/* Whatever the bytes of an .npz, importing it gives a whole dataset or a sentence, and no file. */
#include "data/random_dataset.h"
#include "fuzz.h"

#include <unistd.h>

static char *in_scratch(const char *name)
{
    const char *folder = getenv("SCRATCH");
    return mem_printf("%s/%s", folder ? folder : "/tmp", name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const rlb_note map[] = {{"obs", "obs"}};
    char *npz = in_scratch("fuzz.npz"), *path = in_scratch("fuzz.rlbd");
    FILE *f = fopen(npz, "w");
    if (!f || fwrite(data, 1, n, f) != n || fclose(f) != 0)
        abort();
    for (uint32_t layout = 0; layout < RLB_LAYOUT_END; layout++) {
        const rlb_import how = {
            .layout = layout, .num_agents = 1 + layout % 2, .num_map = layout == 0, .map = map};
        rlb_dataset_file file;
        rlb_fault why = {0, ""};
        if (rlb_dataset_import(npz, path, &how, &why) != RLB_OK) {
            if (!why.text[0] || access(path, F_OK) == 0)
                abort();
            continue;
        }
        if (rlb_dataset_open(path, &file, &why) != RLB_OK ||
            rlb_dataset_verify(path, &file, &why) != RLB_OK)
            abort();
        rlb_dataset_close(&file);
        unlink(path);
    }
    free(npz);
    free(path);
    return 0;
}

#ifndef LIBFUZZER
/* An export of a small random dataset; many injuries to each. */
static void make_seed(rlb_rng *rng, struct buf *out)
{
    static struct buf seed;
    static int left;
    if (left-- > 0) {
        buf_add(out, seed.data, seed.len);
        return;
    }
    char *path = in_scratch("seed.rlbd"), *npz = in_scratch("seed.npz");
    struct random_dataset d;
    rlb_dataset_file f;
    rlb_fault why;
    random_dataset(rng, &d);
    buf_clear(&seed);
    if (random_dataset_write(rng, &d, path, &why) != RLB_OK ||
        rlb_dataset_open(path, &f, &why) != RLB_OK ||
        rlb_dataset_export(&f, npz, fuzz_below(rng, 3), &why) != RLB_OK ||
        file_read(npz, 1 << 24, &seed, NULL) != OK)
        abort();
    rlb_dataset_close(&f);
    random_dataset_free(&d);
    free(path);
    free(npz);
    buf_add(out, seed.data, seed.len);
    left = 40;
}

FUZZ_MAIN(make_seed, 200) /* each syncs files */
#endif
