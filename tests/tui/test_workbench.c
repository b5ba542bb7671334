/* A session as a person has it: open, choose a recipe, watch it learn, pause, leave, come back. */
#include "base/file.h"
#include "check.h"
#include "pty.h"
#include "store/store.h"

static const char recipe[] = "version: 1\n"
                             "name: long-walk\n"
                             "describe: Something that takes a while.\n"
                             "duration: 1 h\n"
                             "env: {name: chain, params: {}}\n"
                             "algorithm: {name: q-learning, params: {}}\n"
                             "budget: {steps: 2G}\n"
                             "seeds: 2\n"
                             "log: {every: 20k}\n";
static const char wrong[] = "version: 1\nname: wrong\nalgorithm: {name: q-lerning}\n"
                            "env: {name: chain}\nbudget: {steps: 10}\n";

static char *folder; /* a working folder with two recipes and nothing shipped */

static void write_text(const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", folder, name);
    struct err e = ERR_INIT;
    if (file_write_atomic(path, text, strlen(text), &e) != OK)
        exit(99);
    free(path);
}

static void prepare(void)
{
    struct err e = ERR_INIT;
    folder = mem_printf("%s/work", getenv("SCRATCH"));
    char *recipes = mem_printf("%s/recipes", folder);
    if (file_mkdirs(recipes, &e) != OK || chdir(folder) != 0)
        exit(99);
    free(recipes);
    write_text("recipes/long-walk.yaml", recipe);
    write_text("recipes/wrong.yaml", wrong);
    setenv("RLBENCH_RECIPES", "/nonexistent", 1);
    setenv("RLBENCH_DB", "walk.db", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
}

static void open_workbench(struct pty *p)
{
    const char *const argv[] = {getenv("RLBENCH_SELF"), NULL};
    pty_start(p, 30, 100, "xterm-256color", argv);
}

/* Live's picture as it is once it changes no more, or after a while. */
static char *picture(struct pty *p, int ms)
{
    pty_pump(p, ms);
    return mem_strdup(pty_text(p));
}

static bool all_states(enum run_state want, int ms)
{
    struct err e = ERR_INIT;
    for (int64_t end = clock_mono_ns() + (int64_t)ms * 1000000; clock_mono_ns() < end;) {
        struct store *s;
        struct arena a = {0};
        struct run_row *rows;
        size_t n = 0, same = 0;
        if (store_open_read("walk.db", &s, &e) == OK) {
            if (store_list_runs(s, NULL, 0, &a, &rows, &n, &e) != OK)
                n = 0;
            for (size_t i = 0; i < n; i++)
                same += rows[i].state == want;
            store_close(s);
        }
        arena_finish(&a);
        if (n == 2 && same == n)
            return true;
        usleep(100000);
    }
    return false;
}

static void a_recipe_with_a_mistake(void)
{
    prepare();
    struct pty p;
    open_workbench(&p);
    CU_ASSERT(pty_until(&p, "long-walk", 5000));
    pty_keys(&p, "jc");
    CU_ASSERT(pty_until(&p, "did you mean q-learning?", 15000));
    CU_ASSERT(pty_until(&p, "line 3 column", 5000));
    pty_keys(&p, "\r"); /* it does not run either */
    CU_ASSERT(pty_until(&p, "e opens the first", 15000));
    CU_ASSERT(!file_exists("walk.db"));
    /* the editor is told the place, and the list notices what it did */
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    pty_finish(&p);
    write_text("edit.sh", "#!/bin/sh\necho \"$1 $2\" >edited; sed -i s/q-lerning/sarsa/ \"$2\"\n");
    setenv("VISUAL", "sh ./edit.sh +3", 1);
    open_workbench(&p);
    CU_ASSERT(pty_until(&p, "long-walk", 5000));
    pty_keys(&p, "je");
    for (int i = 0; i < 100 && !file_exists("edited"); i++)
        pty_pump(&p, 50);
    CU_ASSERT(pty_until(&p, "algorithm sarsa", 5000));
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    pty_finish(&p);
}

static void a_session(void)
{
    struct pty p;
    open_workbench(&p);
    CU_ASSERT(pty_until(&p, "long-walk", 5000));
    pty_keys(&p, "\r");
    CU_ASSERT(pty_until(&p, "[5] Live", 15000));
    CU_ASSERT(pty_until(&p, "● running", 15000));
    CU_ASSERT(pty_until(&p, "episode/return", 5000));
    CU_ASSERT(pty_shows(&p, "q_rmse"));
    char *first = picture(&p, 1000), *second = picture(&p, 1000);
    CU_ASSERT_STRING_NOT_EQUAL(first, second); /* it moves */
    free(first);
    free(second);

    pty_keys(&p, "p");
    CU_ASSERT(pty_until(&p, "paused", 10000));
    CU_ASSERT(all_states(RUN_PAUSED, 10000));
    pty_settle(&p, 700);
    first = picture(&p, 0);
    second = picture(&p, 1000);
    CU_ASSERT_STRING_EQUAL(first, second); /* and stands still */
    free(first);
    free(second);
    pty_keys(&p, "p");
    CU_ASSERT(pty_until(&p, "● running", 10000));
    CU_ASSERT(all_states(RUN_RUNNING, 10000));

    pty_keys(&p, "2");
    CU_ASSERT(pty_until(&p, "×2", 5000));
    CU_ASSERT(pty_shows(&p, "long-walk"));
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    CU_ASSERT(pty_shows(&p, "2 runs go on; rlbench opens them again"));
    pty_finish(&p);
    CU_ASSERT(all_states(RUN_RUNNING, 1000));

    open_workbench(&p); /* there they are */
    CU_ASSERT(pty_until(&p, "[5] Live", 5000));
    CU_ASSERT(pty_until(&p, "long-walk", 5000));
    CU_ASSERT(pty_until(&p, "● running", 5000));
    kill(p.pid, SIGKILL); /* what happens to the workbench is nothing to the runs */
    pty_wait(&p, 5000);
    pty_finish(&p);
    CU_ASSERT(all_states(RUN_RUNNING, 1000));

    open_workbench(&p);
    CU_ASSERT(pty_until(&p, "[5] Live", 5000));
    pty_keys(&p, "2");
    CU_ASSERT(pty_until(&p, "×2", 5000));
    pty_keys(&p, "S");
    CU_ASSERT(pty_until(&p, "y / n", 5000));
    pty_keys(&p, "y");
    CU_ASSERT(all_states(RUN_STOPPED, 15000));
    CU_ASSERT(pty_until(&p, "■ stopped", 5000));
    pty_keys(&p, "xy"); /* out of the list, not out of the database */
    CU_ASSERT(pty_until(&p, "No runs yet", 5000));
    pty_keys(&p, "A");
    CU_ASSERT(pty_until(&p, "long-walk", 5000));
    pty_keys(&p, "7");
    CU_ASSERT(pty_until(&p, "rlbench stop", 5000)); /* what was done here, as command lines */
    pty_keys(&p, "q");
    CU_ASSERT_EQUAL(pty_wait(&p, 5000), 0);
    pty_finish(&p);
    free(folder);
}

CHECK_MAIN("workbench", {"a recipe with a mistake", a_recipe_with_a_mistake},
           {"a session", a_session})
