/* The layout of the plugin ABI: sizes, offsets and constants as they were released. A line that
 * changes breaks every plugin in the world; lines are only ever added (a new field at the end of a
 * table, a new interface). After such an addition: $SCRATCH/abi.txt shows the new text. */
#include "base/file.h"
#include <rlbench/interfaces.h>

#include "check.h"

#include <stdlib.h>

#define FIELD_SIZE(s, f) sizeof(((s *)0)->f)

static void print_layout(struct buf *out)
{
    buf_printf(out, "rlb_value %zu\n", sizeof(rlb_value));
#define STRUCT(s) buf_printf(out, "%s %zu\n", #s, sizeof(s));
#define FIELD(s, f) buf_printf(out, "  %s %zu %zu\n", #f, offsetof(s, f), FIELD_SIZE(s, f));
#define CONSTANT(c) buf_printf(out, "%s = %ld\n", #c, (long)(c));
#include "abi.def"
#undef STRUCT
#undef FIELD
#undef CONSTANT
}

static void layout_is_as_released(void)
{
    struct buf now = {0}, golden = {0};
    struct err e = ERR_INIT;
    char *path = mem_printf("%s/tests/module/abi.txt", getenv("TOP_SRCDIR"));
    char *copy = mem_printf("%s/abi.txt", getenv("SCRATCH"));
    print_layout(&now);
    file_write_atomic(copy, now.data, now.len, NULL);
    CU_ASSERT_EQUAL_FATAL(file_read(path, 1 << 20, &golden, &e), OK);
    CHECK_TEXT(buf_text(&now), buf_text(&golden));
    buf_finish(&now);
    buf_finish(&golden);
    free(path);
    free(copy);
}

/* The rows of abi.def leave nothing out: the fields of a struct follow each other without a gap,
 * from its start to its end. */
static void no_field_is_left_out(void)
{
    const char *owner = NULL;
    size_t end = 0, size = 0;
#define STRUCT(s)                                                                                  \
    CU_ASSERT_EQUAL(end, size);                                                                    \
    if (end != size)                                                                               \
        fprintf(stderr, "%s: %zu of %zu bytes are fields\n", owner, end, size);                    \
    owner = #s;                                                                                    \
    size = sizeof(s);                                                                              \
    end = 0;
#define FIELD(s, f)                                                                                \
    CU_ASSERT_EQUAL(offsetof(s, f), end);                                                          \
    end = offsetof(s, f) + FIELD_SIZE(s, f);
#define CONSTANT(c)
#include "abi.def"
#undef STRUCT
#undef FIELD
#undef CONSTANT
    CU_ASSERT_EQUAL(end, size);
}

CHECK_MAIN("abi", {"layout is as released", layout_is_as_released},
           {"no field is left out", no_field_is_left_out})
