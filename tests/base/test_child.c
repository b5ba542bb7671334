/* Programs started for their output, and what this program says of itself. */
#include "check.h"

#include "base/build.h"
#include "base/child.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

static bool shell(const char *script, int timeout_ms, size_t most, struct buf *out)
{
    static const char *const unset[] = {"SECRET", NULL};
    const char *argv[] = {"sh", "-c", script, NULL};
    return child_output(argv, unset, timeout_ms, most, out);
}

static void output_is_appended(void)
{
    struct buf out = {0};
    buf_puts(&out, "so: ");
    setenv("SECRET", "told", 1);
    CU_ASSERT(shell("cat; echo \"one$SECRET\"; echo two >&2", 5000, 100, &out));
    CHECK_TEXT(buf_text(&out), "so: one\n");
    buf_finish(&out);
}

static void failures_are_false(void)
{
    struct buf out = {0};
    const char *nobody[] = {"/nowhere/program", NULL};
    CU_ASSERT_FALSE(shell("echo x; exit 3", 5000, 100, &out));
    CU_ASSERT_FALSE(shell("kill -KILL $$", 5000, 100, &out));
    CU_ASSERT_FALSE(child_output(nobody, NULL, 5000, 100, &out));
    CU_ASSERT_FALSE(shell("while :; do echo yes; done", 5000, 1000, &out));
    buf_finish(&out);
}

/* Also when a grandchild holds the pipe. */
static void nobody_waits_for_ever(void)
{
    struct buf out = {0};
    int64_t start = clock_mono_ns();
    CU_ASSERT_FALSE(shell("sleep 60 & sleep 60", 200, 100, &out));
    CU_ASSERT((double)(clock_mono_ns() - start) < 10e9);
    buf_finish(&out);
}

static void note_libc(void *ctx, const char *path, const char *id)
{
    if (strstr(path, "/libc.so"))
        *(size_t *)ctx += strlen(id);
}

static void a_build_has_a_name(void)
{
    char line[256];
    size_t libc = 0;
    CU_ASSERT(strlen(build_id()) >= 16);
    CU_ASSERT(strspn(build_id(), "0123456789abcdef") == strlen(build_id()));
    build_line(line, sizeof line);
    CU_ASSERT_PTR_NOT_NULL(strstr(line, build_compiler()));
    CU_ASSERT_PTR_NOT_NULL(strstr(build_flags(), "-ffp-contract=off"));
    build_each_object(note_libc, &libc);
    CU_ASSERT(libc > 0);
}

CHECK_MAIN("base: child", {"output is appended", output_is_appended},
           {"failures are false", failures_are_false},
           {"nobody waits for ever", nobody_waits_for_ever},
           {"a build has a name", a_build_has_a_name})
