/* The workbench as its user feels it: tui PROGRAM DATABASE. Time to the first picture, CPU of a
 * full 200 x 50 picture, and what it costs and writes while nothing happens.
 *
 * The floors: starting the same program to print its version; copying one such picture's bytes to
 * the terminal. */
#include "base/file.h"
#include "tui/pty.h"

enum { ROWS = 50, COLS = 200, STARTS = 11, FRAMES = 200, IDLE_MS = 10000 };

static uint64_t cpu_ns(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    struct buf text = {0};
    uint64_t ns = file_read(path, 4096, &text, NULL) == OK ? strtoull(text.data, NULL, 10) : 0;
    buf_finish(&text);
    return ns;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

static void end(struct pty *p)
{
    kill(p->pid, SIGTERM);
    pty_wait(p, 5000);
    pty_finish(p);
}

/* Milliseconds from the start until `text` has been written; *cpu: those spent computing. */
static double first_ms(const char *const *argv, const char *text, double *cpu)
{
    struct pty p;
    int64_t from = clock_mono_ns();
    pty_start(&p, ROWS, COLS, "xterm-256color", argv);
    while (!pty_last(&p, text) && clock_mono_ns() - from < INT64_C(10000000000))
        pty_pump(&p, 1);
    double ms = (double)(clock_mono_ns() - from) / 1e6;
    *cpu = (double)cpu_ns(p.pid) / 1e6; /* of a zombie too */
    end(&p);
    return ms;
}

static double median_first_ms(const char *const *argv, const char *text, double *cpu)
{
    double ms[STARTS], cpus[STARTS];
    for (int i = 0; i < STARTS; i++)
        ms[i] = first_ms(argv, text, &cpus[i]);
    *cpu = median(cpus, STARTS);
    return median(ms, STARTS);
}

/* CPU of one whole picture, drawn and written again, on the screen that `keys` lead to. */
static double frame_ms(const char *const *argv, const char *keys, const char *text, size_t *bytes)
{
    struct pty p;
    pty_start(&p, ROWS, COLS, "xterm-256color", argv);
    pty_until(&p, "rlbench", 5000);
    pty_keys(&p, keys);
    pty_until(&p, text, 5000);
    pty_settle(&p, 500);
    uint64_t before = cpu_ns(p.pid);
    size_t total = 0;
    for (int i = 0; i < FRAMES; i++) {
        p.bytes = 0;
        pty_keys(&p, "\014");
        while (p.bytes == 0)
            pty_pump(&p, 1);
        pty_pump(&p, 4);
        total += p.bytes;
    }
    double ms = (double)(cpu_ns(p.pid) - before) / 1e6 / FRAMES;
    *bytes = total / FRAMES;
    end(&p);
    return ms;
}

/* CPU of writing so many bytes to a terminal and nothing else. */
static double write_ms(size_t bytes)
{
    char *data = mem_alloc(bytes);
    int fd, slave;
    if (openpty(&fd, &slave, NULL, NULL, NULL) < 0)
        exit(99);
    memset(data, 'x', bytes);
    pid_t reader = fork();
    if (reader == 0) {
        char part[65536];
        close(slave);
        while (read(fd, part, sizeof part) > 0)
            ;
        _exit(0);
    }
    int64_t before = clock_cpu_ns();
    for (int i = 0; i < FRAMES; i++)
        for (size_t done = 0; done < bytes;) {
            ssize_t n = write(slave, data + done, bytes - done);
            done += n > 0 ? (size_t)n : 0;
        }
    double ms = (double)(clock_cpu_ns() - before) / 1e6 / FRAMES;
    close(slave);
    close(fd);
    kill(reader, SIGTERM);
    waitpid(reader, NULL, 0);
    free(data);
    return ms;
}

static void idle(const char *const *argv, const char *keys)
{
    struct pty p;
    pty_start(&p, ROWS, COLS, "xterm-256color", argv);
    pty_until(&p, "rlbench", 5000);
    pty_keys(&p, keys);
    pty_settle(&p, 3000);
    uint64_t before = cpu_ns(p.pid);
    p.bytes = 0;
    pty_pump(&p, IDLE_MS);
    printf("  idle for %d s%s: %zu bytes written (0 allowed), CPU %.4f %% (0.2 %% allowed)\n",
           IDLE_MS / 1000, *keys ? " on Runs" : " on Live", p.bytes,
           (double)(cpu_ns(p.pid) - before) / 1e4 / IDLE_MS);
    end(&p);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "bench/tui PROGRAM DATABASE (bench/make_big_db makes one)\n");
        return ERR_USAGE;
    }
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *const version[] = {argv[1], "--version", NULL};
    const char *const open[] = {argv[1], "--db", argv[2], NULL};
    double floor_cpu, first_cpu;
    double floor = median_first_ms(version, "rlbench", &floor_cpu);
    double first = median_first_ms(open, "command", &first_cpu);
    printf("  first picture %.1f ms, %.1f of them CPU (50 allowed); printing the version %.1f ms, "
           "%.1f of them CPU; ratio %.1f\n",
           first, first_cpu, floor, floor_cpu, first / floor);
    static const struct {
        const char *name, *keys, *text;
    } screens[] = {{"Live", "5", "[5]"}, {"Runs", "2", "[2]"}, {"Help", "?", "[?]"}};
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
        size_t bytes;
        double ms = frame_ms(open, screens[i].keys, screens[i].text, &bytes);
        double bare = write_ms(bytes);
        printf("  full %dx%d picture of %s: %.2f ms CPU (3 allowed), %zu bytes; writing them alone "
               "%.3f ms; ratio %.1f\n",
               COLS, ROWS, screens[i].name, ms, bytes, bare, ms / bare);
    }
    idle(open, "");
    idle(open, "2");
    return 0;
}
