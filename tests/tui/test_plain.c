/* The workbench in lines: what is said, and that nothing but lines is written. */
#include "base/file.h"
#include "check.h"
#include "pty.h"
#include "tui/words.h"

#include <math.h>

/* ---- curves in words ---- */

enum { N = 64 };

static double noise(void)
{
    static uint32_t state = 1;
    state = state * 1664525 + 1013904223;
    return (double)(state >> 8) / (1 << 24) - 0.5;
}

static void trends(void)
{
    double v[N];
    const struct {
        const char *word;
        double (*at)(double x); /* x from 0 to 1 */
    } smooth[] = {{"steady", NULL}, {"rising", exp}, {"rising", sqrt}};
    for (size_t k = 0; k < 3; k++)
        for (double scale = 1e-6; scale < 1e7; scale *= 100) {
            for (int i = 0; i < N; i++)
                v[i] = scale * (smooth[k].at ? smooth[k].at((double)i / N) : 3);
            CHECK_TEXT(words_trend(v, N), smooth[k].word);
            for (int i = 0; i < N; i++)
                v[i] = -v[i];
            CHECK_TEXT(words_trend(v, N), smooth[k].at ? "falling" : "steady");
        }
    for (int i = 0; i < N; i++) /* learned, and that is that */
        v[i] = 1 - exp(-0.3 * i) + 0.02 * noise();
    CHECK_TEXT(words_trend(v, N), "risen, now steady");
    for (int i = 0; i < N; i++)
        v[i] = i < N / 2 ? i : N - i;
    CHECK_TEXT(words_trend(v, N), "risen, now falling");
    for (int i = 0; i < N; i++)
        v[i] = noise();
    CHECK_TEXT(words_trend(v, N), "swinging");
    for (int i = 0; i < N; i++) /* what is no number says nothing */
        v[i] = i % 3 ? NAN : i;
    CHECK_TEXT(words_trend(v, N), "rising");
    CHECK_TEXT(words_trend(v, 9), "");
    CHECK_TEXT(words_trend(v, 0), "");
}

/* ---- sessions ---- */

static const char walk[] = "version: 1\nname: walk\ndescribe: A walk. For a test.\n"
                           "env: {name: chain}\nalgorithm: {name: q-learning}\n"
                           "budget: {steps: 2000}\nseeds: 2\nlog: {every: 100}\n";
static const char endless[] = "version: 1\nname: endless\nenv: {name: chain}\n"
                              "algorithm: {name: q-learning}\nbudget: {steps: 200G}\nseeds: 1\n"
                              "log: {every: 100k}\n";

static void prepare(void)
{
    struct err e = ERR_INIT;
    if (chdir(getenv("SCRATCH")) != 0 || file_mkdirs("recipes", &e) != OK ||
        file_write_atomic("recipes/walk.yaml", walk, sizeof walk - 1, &e) != OK ||
        file_write_atomic("recipes/endless.yaml", endless, sizeof endless - 1, &e) != OK)
        exit(99);
    setenv("RLBENCH_RECIPES", "/nonexistent", 1);
    setenv("RLBENCH_DB", "plain.db", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
}

static char *session(const char *typed, int *code)
{
    struct err e = ERR_INIT;
    struct buf out = {0};
    char part[1024];
    if (file_write_atomic("typed", typed, strlen(typed), &e) != OK)
        exit(99);
    char *line = mem_printf("'%s' --plain <typed 2>&1", getenv("RLBENCH_SELF"));
    FILE *f = popen(line, "r");
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(&out, part, n);
    int status = pclose(f);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    free(line);
    buf_text(&out);
    return out.len ? out.data : mem_strdup("");
}

#define SAYS(text, what)                                                                           \
    do {                                                                                           \
        if (!strstr(text, what))                                                                   \
            fprintf(stderr, "not said: %s\n%s", what, text);                                       \
        CU_ASSERT(strstr(text, what) != NULL);                                                     \
    } while (0)

static void numbers_lead_everywhere(void)
{
    int code;
    prepare();
    char *text = session("2\n", &code);
    SAYS(text, "Nothing has run yet.");
    CU_ASSERT_EQUAL(code, 0); /* the end of the input leaves */
    free(text);
    /* from the second recipe of two to its result; the watch ends by itself, for no line follows */
    text = session("1\n2\nr", &code);
    SAYS(text, "2 walk: A walk");
    SAYS(text, "algorithm q-learning, world chain");
    SAYS(text, "Watching 2 runs; Enter ends it, the runs go on.");
    SAYS(text, "seed 1: done at step 2000");
    SAYS(text, "seed 2: done at step 2000");
    CU_ASSERT_EQUAL(code, 0);
    free(text);
    text = session("nonsense\n9\n2\n1\nx\nt\nl\n\n\n4\n1 2\n7\nSELECT count(*) AS runs FROM run\n"
                   "SELECT z\n\nq\n3\n",
                   &code);
    SAYS(text, "nonsense: a number from 1 to 7, or q");
    SAYS(text, "9: a number from 1 to 7, or q");
    SAYS(text, "1 walk, q-learning on chain, 2 seeds, done");
    SAYS(text, "run 1, seed 1: done at step 2000 of 2000");
    SAYS(text, "the mean of 2 seeds from");
    SAYS(text, "q_rmse, in reward: last");
    SAYS(text, "falling");
    SAYS(text, "x: w, p, r, s, t or l");
    SAYS(text, "ALGORITHM");
    SAYS(text, "run 1 is on both sides, 1 and 2"); /* the verb has its say */
    SAYS(text, "no such column: z");
    CU_ASSERT_EQUAL(code, 0);
    /* no frames, no colours, no cursor */
    CU_ASSERT_PTR_NULL(strchr(text, '\033'));
    CU_ASSERT_PTR_NULL(strstr(text, "─"));
    CU_ASSERT_PTR_NULL(strstr(text, "│"));
    free(text);
}

static void one_watches_and_stops(void)
{
    struct pty p;
    prepare();
    const char *const argv[] = {getenv("RLBENCH_SELF"), "--plain", NULL};
    pty_start(&p, 60, 160, "dumb", argv);
    CU_ASSERT(pty_until(&p, "number, q to leave:", 5000));
    pty_keys(&p, "1\r");
    CU_ASSERT(pty_until(&p, "1 endless", 5000));
    pty_keys(&p, "1\r");
    CU_ASSERT(pty_until(&p, "r runs it", 5000));
    pty_keys(&p, "r\r");
    CU_ASSERT(pty_until(&p, "seed 1: running", 20000));
    CU_ASSERT(pty_until(&p, "%, 1 of 1 running", 20000));
    pty_keys(&p, "\r"); /* enough */
    CU_ASSERT(pty_until(&p, "number, Enter for back:", 5000));
    pty_keys(&p, "\r3\r");
    CU_ASSERT(pty_until(&p, "w watch, p pause", 5000));
    pty_keys(&p, "p\r");
    CU_ASSERT(pty_until(&p, "paus", 10000));
    pty_keys(&p, "s\rn\r");
    CU_ASSERT(pty_until(&p, "Stop? A check", 5000));
    pty_keys(&p, "s\ry\r");
    pty_pump(&p, 300);
    pty_keys(&p, "w\r");
    CU_ASSERT(pty_until(&p, "seed 1: stopped", 20000));
    pty_keys(&p, "q\r");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    CU_ASSERT_PTR_NULL(memchr(p.raw.data, '\033', p.raw.len));
    pty_finish(&p);
}

static void a_run_in_lines(void)
{
    struct pty p;
    prepare();
    const char *const argv[] = {getenv("RLBENCH_SELF"), "run", "recipes/walk.yaml", "--plain",
                                NULL};
    pty_start(&p, 24, 100, "xterm-256color", argv);
    int status = pty_wait(&p, 20000);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT(pty_shows(&p, "done at step 2000"));
    CU_ASSERT_PTR_NULL(memchr(p.raw.data, '\033', p.raw.len));
    for (const char *at = buf_text(&p.raw); (at = strchr(at, '\r')); at++)
        CU_ASSERT_EQUAL(at[1], '\n'); /* the terminal's own; no line is written over */
    pty_finish(&p);
}

CHECK_MAIN("tui/plain", {"trends", trends}, {"numbers lead everywhere", numbers_lead_everywhere},
           {"one watches and stops", one_watches_and_stops}, {"a run in lines", a_run_in_lines})
