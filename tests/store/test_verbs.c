/* ls, show, query, artifacts and doctor as a person or a script meets them. */
#include "common.h"

#include "base/file.h"
#include "base/sysinfo.h"
#include "store/internal.h"

#include <jansson.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

static char *database;

/* Runs "rlbench COMMAND" on the database; what it wrote in out and complaints, its exit code back.
 */
static struct buf out, complaints;
static int rlbench(const char *command)
{
    char *line = mem_printf("RLBENCH_DB='%s' '%s' %s >'%s' 2>'%s'", database,
                            getenv("RLBENCH_SELF"), command, scratch("stdout"), scratch("stderr"));
    int status = system(line);
    free(line);
    buf_clear(&out);
    buf_clear(&complaints);
    MUST(file_read(scratch("stdout"), 1 << 20, &out, NULL));
    MUST(file_read(scratch("stderr"), 1 << 20, &complaints, NULL));
    buf_putc(&out, '\0');
    buf_putc(&complaints, '\0');
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(const struct buf *b, const char *text)
{
    bool found = strstr(b->data, text) != NULL;
    if (!found)
        fprintf(stderr, "'%s' is not in:\n%s\n", text, b->data);
    return found;
}

static void ends(const char *command, int code)
{
    int found = rlbench(command);
    if (found != code)
        fprintf(stderr, "rlbench %s: %d, not %d\n%s%s\n", command, found, code, out.data,
                complaints.data);
    CU_ASSERT_EQUAL(found, code);
}

static void before_the_first_run(void)
{
    database = mem_strdup(scratch("verbs.db"));
    ends("ls", ERR_NOINPUT);
    CU_ASSERT(says(&complaints, "no database at"));
    CU_ASSERT_FALSE(file_exists(database));
}

/* Run 1 is done, with artifacts and an event that would turn a terminal red; run 2 lost its
 * supervisor; run 3 waits. */
static void some_runs(void)
{
    int64_t ids[3], metrics[NUM_TEST_METRICS];
    struct store *s = make_store(database, 3, ids);
    make_metrics(s, metrics);
    const struct store_point points[] = {{1, 0, 10, 0.5}, {1, 0, 20, (double)NAN}, {0, 0, 20, 2}};
    MUST(store_begin_attempt(s, ids[0], 1, 0, "", NULL));
    MUST(store_add_points(s, ids[0], 1, metrics, NUM_TEST_METRICS, points, 3, NULL));
    MUST(store_add_event(s, ids[0], 20, RLB_LOG_WARN, "stderr", "\033[31mred\nline", NULL));
    struct run_update u = {
        .set = RU_STATE | RU_STEPS | RU_DIGEST, .state = RUN_DONE, .steps = 1000, .digest = "d1"};
    MUST(store_update_run(s, ids[0], &u, NULL));
    u = (struct run_update){
        .set = RU_STATE | RU_PID, .state = RUN_RUNNING, .pid = 1, .pid_start = 12345};
    MUST(store_update_run(s, ids[1], &u, NULL));
    char sha256[65], *path = mem_strdup(scratch("theta.npy"));
    MUST(file_write_atomic(path, "new", 3, NULL));
    file_sha256_bytes("new", 3, sha256);
    MUST(store_add_artifact(s, ids[0], 1000, "checkpoint", "/nowhere/c.ckpt", "", 3, NULL));
    MUST(store_add_artifact(s, ids[0], 500, "artifact", "/nowhere/theta.npy", "", 3, NULL));
    MUST(store_add_artifact(s, ids[0], 1000, "artifact", path, sha256, 3, NULL));
    free(path);
    store_close(s);
}

static size_t lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void ls(void)
{
    ends("ls", OK); /* not a terminal: tab-separated */
    CU_ASSERT_EQUAL(lines(out.data), 3);
    CU_ASSERT(strncmp(out.data, "3\t", 2) == 0);
    CU_ASSERT(
        says(&out, "\tqueued\tspeedup\tq-learning\tchain\tn=1\t2\t0\t1000\t\tnan\tnan\t\t\t\n"));
    CU_ASSERT(says(&out, "\tcrashed\tspeedup\t"));
    CU_ASSERT(
        says(&out, "\tdone\tspeedup\tq-learning\tchain\tn=1\t0\t1000\t1000\tmse\tnan\t0.5\t"));
    ends("ls state=done seed=0 --json", OK);
    json_t *o = json_loads(out.data, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(o, "v")), 1);
    CU_ASSERT_EQUAL(json_real_value(json_object_get(o, "best")), 0.5);
    CU_ASSERT(json_is_null(json_object_get(o, "last")));
    json_decref(o);
    ends("ls -n 2", OK);
    CU_ASSERT_EQUAL(lines(out.data), 2);
    ends("ls -n x", ERR_USAGE);
    ends("ls sed=1", ERR_USAGE);
    CU_ASSERT(says(&complaints, "did you mean seed?"));
    ends("ls nothing-like-it", OK);
    CU_ASSERT_EQUAL(out.len, 1);
}

static void show(void)
{
    ends("show 1", OK);
    CU_ASSERT(says(&out, "state        done"));
    CU_ASSERT(says(&out, "100 %: 1000 of 1000 steps"));
    CU_ASSERT(says(&out, "\\x1b[31mred\\nline"));
    CU_ASSERT_PTR_NULL(strchr(out.data, '\033'));
    ends("show 1 --recipe", OK);
    CU_ASSERT_STRING_EQUAL(out.data, "version: 1 # text\n");
    ends("show 1 --config", OK);
    CU_ASSERT(says(&out, "algorithm.params.alpha   0.1\n"));
    ends("show 1 --provenance", OK);
    CU_ASSERT(says(&out, "algo_sha256                 aa\n"));
    ends("show 1 --metrics", OK);
    CU_ASSERT(says(&out, "mse: distance"));
    ends("show @last --json", OK);
    json_t *o = json_loads(out.data, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(json_object_get(o, "config"), "log.every")),
                    0);
    CU_ASSERT_EQUAL(json_real_value(json_object_get(json_object_get(o, "config"), "log.every")),
                    10);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "recipe")), "version: 1 # text\n");
    json_decref(o);
    ends("show", ERR_USAGE);
    ends("show 1 2", ERR_USAGE);
    ends("show 99", ERR_NOINPUT);
}

static void query(void)
{
    ends("query \"SELECT id, state FROM run ORDER BY id\"", OK);
    CU_ASSERT_STRING_EQUAL(out.data, "id  state\n 1  done\n 2  running\n 3  queued\n");
    ends("query \"SELECT 'a' AS x, char(34) || ',' AS q, NULL AS y, '' AS z, 1.5 AS w\" --format "
         "csv",
         OK);
    CU_ASSERT_STRING_EQUAL(out.data, "x,q,y,z,w\r\na,\"\"\",\",,\"\",1.5\r\n");
    ends("query \"SELECT value FROM point ORDER BY metric_id, step\" --json", OK);
    CU_ASSERT_STRING_EQUAL(out.data, "{\"value\":2.0}\n{\"value\":0.5}\n{\"value\":null}\n");
    ends("query \"SELECT 1 AS x\" --format box", OK);
    CU_ASSERT_STRING_EQUAL(out.data, "╭───╮\n│ x │\n├───┤\n│ 1 │\n╰───╯\n");
    ends("query 'SELECT char(27) AS x'", OK);
    CU_ASSERT_STRING_EQUAL(out.data, "x\n\\x1b\n");
    MUST(file_write_atomic(scratch("q.sql"), "SELECT 7\n  AS x -- end\n", 23, NULL));
    char *command = mem_printf("query -f %s", scratch("q.sql"));
    ends(command, OK);
    CU_ASSERT_STRING_EQUAL(out.data, "x\n7\n");
    free(command);
    command = mem_printf("query -f - <%s", scratch("q.sql"));
    ends(command, OK);
    CU_ASSERT_STRING_EQUAL(out.data, "x\n7\n");
    free(command);
    ends("query -f /nowhere.sql", ERR_NOINPUT);
    ends("query", ERR_USAGE);
    ends("query 'SELECT 1' --format xml", ERR_USAGE);
    ends("query 'DELETE FROM run'", ERR_USAGE);
    ends("query 'SELECT x FROM'", ERR_USAGE);
    CU_ASSERT(says(&complaints, "incomplete input"));
}

static void artifacts(void)
{
    struct buf content = {0};
    ends("artifacts 1", OK);
    CU_ASSERT_EQUAL(lines(out.data), 2); /* the newest of two with one name; no checkpoint */
    char *folder = mem_strdup(scratch("results/deep")), *file = mem_printf("%s/theta.npy", folder);
    char *copy = mem_printf("artifacts 1 --out %s", folder),
         *force = mem_printf("%s --force", copy);
    ends(copy, OK);
    MUST(file_read(file, 100, &content, NULL));
    CU_ASSERT_STRING_EQUAL(content.data, "new");
    MUST(file_write_atomic(file, "mine", 4, NULL));
    ends(copy, ERR_CANTCREAT);
    CU_ASSERT(says(&complaints, "--force"));
    buf_clear(&content);
    MUST(file_read(file, 100, &content, NULL));
    CU_ASSERT_STRING_EQUAL(content.data, "mine");
    ends(force, OK);
    MUST(file_write_atomic(scratch("theta.npy"), "bad", 3, NULL)); /* the original has changed */
    ends(force, ERR_DATA);
    unlink(scratch("theta.npy"));
    ends(force, ERR_NOINPUT);
    buf_clear(&content);
    MUST(file_read(file, 100, &content, NULL));
    CU_ASSERT_STRING_EQUAL(content.data, "new");
    ends("artifacts 3", ERR_NOINPUT);
    CU_ASSERT(says(&complaints, "has no artifacts yet: it is queued"));
    ends("artifacts 2", ERR_NOINPUT);
    CU_ASSERT(says(&complaints, "rlbench resume"));
    free(folder);
    free(file);
    free(copy);
    free(force);
    buf_finish(&content);
}

static int make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    CU_ASSERT_EQUAL(listen(fd, 1), 0);
    return fd;
}

/* The socket of a dead supervisor and one of a live one, a checkpoint that has a row and one that
 * has none. */
static int listener;
static void leave_things(void)
{
    struct store *s;
    struct run_row row;
    struct arena a = {0};
    MUST(file_mkdirs(scratch("run/rlbench"), NULL));
    close(make_socket(scratch("run/rlbench/99.sock")));
    listener = make_socket(scratch("run/rlbench/98.sock"));
    MUST(store_open_write(database, &s, NULL));
    MUST(store_find_run(s, "1", &a, &row, NULL));
    char *folder = place_run_folder(store_path(s), row.uid);
    char *known = mem_printf("%s/checkpoint-2.rlbc", folder),
         *lost = mem_printf("%s/checkpoint-1.rlbc", folder);
    MUST(file_mkdirs(folder, NULL));
    MUST(file_write_atomic(known, "x", 1, NULL));
    MUST(file_write_atomic(lost, "x", 1, NULL));
    MUST(store_add_artifact(s, row.id, 2, "checkpoint", known, "", 1, NULL));
    store_close(s);
    free(folder);
    free(known);
    free(lost);
    arena_finish(&a);
}

static void doctor(void)
{
    char *orphan = mem_printf("%s.d/zzzzzzzzzzzz", database);
    MUST(file_mkdirs(orphan, NULL));
    leave_things();
    ends("doctor", ERR_FAILED);
    CU_ASSERT(says(&out, "99.sock belongs to a supervisor that died"));
    CU_ASSERT(says(&out, "checkpoint-1.rlbc is a checkpoint that no row names"));
    CU_ASSERT(strstr(out.data, "checkpoint-2.rlbc") == NULL);
    CU_ASSERT(says(&out, "its supervisor died while it was at work"));
    CU_ASSERT(says(&out, "belongs to no run"));
    CU_ASSERT(says(&out, "check          sound"));
    CU_ASSERT(says(&out, database));
    ends("doctor --fix", OK);
    CU_ASSERT(says(&out, "marked as crashed"));
    CU_ASSERT(says(&out, "99.sock, of a supervisor that died, was removed"));
    CU_ASSERT_FALSE(file_exists(scratch("run/rlbench/99.sock")));
    CU_ASSERT(file_exists(scratch("run/rlbench/98.sock"))); /* somebody listens there */
    close(listener);
    ends("doctor", OK);
    ends("query \"SELECT state FROM run WHERE id = 2\"", OK);
    CU_ASSERT_STRING_EQUAL(out.data, "state\ncrashed\n");
    ends("doctor --json", OK);
    for (char *rest = NULL, *line = strtok_r(out.data, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        json_t *o = json_loads(line, 0, NULL);
        CU_ASSERT_PTR_NOT_NULL(json_object_get(o, "health"));
        json_decref(o);
    }
    ends("doctor now", ERR_USAGE);
    rmdir(orphan);
    free(orphan);
    MUST(file_write_atomic(database, "ruined", 6, NULL));
    ends("doctor", ERR_FAILED);
    ends("ls", ERR_DATA);
    ends("query 'SELECT 1'", ERR_DATA);
}

static void finish(void)
{
    buf_finish(&out);
    buf_finish(&complaints);
    free(database);
}

CHECK_MAIN("store: verbs", {"before the first run", before_the_first_run}, {"some runs", some_runs},
           {"ls", ls}, {"show", show}, {"query", query}, {"artifacts", artifacts},
           {"doctor", doctor}, {"finish", finish})
