/* Text, memory, files and places: what everything else leans on. */
#include "base/clock.h"
#include "base/file.h"
#include "base/sysinfo.h"
#include "base/text.h"

#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void nearest_names(void)
{
    static const char *const names[] = {"learning_rate", "discount", "lambda", "epsilon"};
    CHECK_TEXT(text_nearest("learning_rte", names, 4), "learning_rate");
    CHECK_TEXT(text_nearest("lamdba", names, 4), "lambda");
    CHECK_TEXT(text_nearest("gamma", names, 4) ? "some" : "none", "none");
    CU_ASSERT_PTR_NULL(text_nearest("zebra", names, 4));
}

static void utf8_round_trip(void)
{
    static const uint32_t points[] = {0x41, 0xE9, 0x2588, 0x28FF, 0x1F600, 0x10FFFF};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        char bytes[4];
        uint32_t back;
        size_t n = text_encode(points[i], bytes);
        CU_ASSERT_EQUAL(text_decode(bytes, n, &back), n);
        CU_ASSERT_EQUAL(back, points[i]);
    }
    /* overlong, surrogate, cut short, stray continuation: one byte each, replaced */
    static const char *const bad[] = {"\xC0\x80", "\xED\xA0\x80",     "\xE2\x82",
                                      "\x80",     "\xF5\x80\x80\x80", "\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint32_t cp;
        CU_ASSERT_EQUAL(text_decode(bad[i], strlen(bad[i]), &cp), 1);
        CU_ASSERT_EQUAL(cp, 0xFFFD);
    }
    CU_ASSERT_EQUAL(text_columns("abc"), 3);
    CU_ASSERT_EQUAL(text_columns("\xE6\x97\xA5\xE6\x9C\xAC"), 4); /* two wide characters */
    CU_ASSERT_EQUAL(text_columns("e\xCC\x81"), 1);                /* a combining accent */
}

static void growing_memory(void)
{
    struct buf b = {0};
    CHECK_TEXT(buf_text(&b), "");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%d,", i);
    CU_ASSERT_EQUAL(b.len, 10 * 2 + 90 * 3 + 900 * 4);
    buf_consume(&b, 2);
    CU_ASSERT_EQUAL(strncmp(buf_text(&b), "1,2,3,", 6), 0);
    buf_finish(&b);

    struct arena a = {0};
    char *small = arena_strdup(&a, "kept"), *large = arena_alloc(&a, 100000);
    memset(large, 1, 100000);
    CHECK_TEXT(small, "kept");
    CHECK_TEXT(arena_printf(&a, "%s-%d", "x", 7), "x-7");
    arena_finish(&a);
}

static void atomic_files(void)
{
    struct err e = ERR_INIT;
    char *folder = mem_printf("%s/deep/er", getenv("SCRATCH")),
         *path = mem_printf("%s/file", folder);
    struct buf content = {0};
    CU_ASSERT_EQUAL(file_read(path, 100, &content, &e), ERR_NOINPUT);
    CU_ASSERT_EQUAL(file_write_atomic(path, "x", 1, &e), ERR_CANTCREAT);
    CU_ASSERT_EQUAL(file_mkdirs(folder, &e), OK);
    CU_ASSERT_EQUAL(file_mkdirs(folder, &e), OK);
    CU_ASSERT_EQUAL(file_write_atomic(path, "first", 5, &e), OK);
    CU_ASSERT_EQUAL(file_write_atomic(path, "second", 6, &e), OK);
    CU_ASSERT_EQUAL(file_read(path, 100, &content, &e), OK);
    CHECK_TEXT(buf_text(&content), "second");
    buf_clear(&content);
    CU_ASSERT_EQUAL(file_read(path, 5, &content, &e), ERR_DATA);
    /* FIPS 180-2, appendix B.1 */
    char hash[65];
    file_sha256_bytes("abc", 3, hash);
    CHECK_TEXT(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    buf_finish(&content);
    free(path);
    free(folder);
}

static void database_place(void)
{
    CU_ASSERT_EQUAL(chdir(getenv("SCRATCH")), 0);
    char *place = place_database("mine.db");
    CHECK_TEXT(place, "mine.db");
    free(place);
    setenv("RLBENCH_DB", "/x/env.db", 1);
    place = place_database(NULL);
    CHECK_TEXT(place, "/x/env.db");
    free(place);
    unsetenv("RLBENCH_DB");
    setenv("XDG_DATA_HOME", "/d", 1);
    place = place_database(NULL);
    CHECK_TEXT(place, "/d/rlbench/rlbench.db");
    free(place);
    CU_ASSERT_EQUAL(file_write_atomic("rlbench.db", "", 0, NULL), OK);
    place = place_database(NULL);
    CHECK_TEXT(place, "rlbench.db");
    free(place);
}

static void processes(void)
{
    uint64_t start = sysinfo_pid_start(getpid());
    CU_ASSERT(start > 0);
    CU_ASSERT(sysinfo_alive(getpid(), start));
    CU_ASSERT(!sysinfo_alive(getpid(), start + 1));
    CU_ASSERT(!sysinfo_alive(0, 0));
    CU_ASSERT(sysinfo_rss_bytes() > 100000);
    CU_ASSERT(!sysinfo_is_network_fs("/proc"));
    char text[16];
    CHECK_TEXT(clock_format_duration(130, text, sizeof text), "2m10s");
    CHECK_TEXT(clock_format_duration(-1, text, sizeof text), "-");
}

CHECK_MAIN("base", {"nearest names", nearest_names}, {"UTF-8 round trip", utf8_round_trip},
           {"buffers and arenas", growing_memory}, {"atomic files", atomic_files},
           {"where the database is", database_place}, {"processes and durations", processes})
