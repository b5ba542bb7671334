/* A sweep of many one-second runs: how much of the cores' time is spent in workers.
 *
 *     bench/sweep PROGRAM [RUNS [JOBS]]
 *
 * Every run works for one second of the clock (budget: wall), so that RUNS / JOBS seconds are the
 * least it could take; the rest is processes starting and ending, commits and waiting. */
#include "base/clock.h"
#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_recipe(int runs)
{
    struct err e = ERR_INIT;
    char *text = mem_printf("algorithm: {name: q-learning}\nenv: {name: chain}\n"
                            "budget: {wall: 1s}\nlog: {every: 50k}\n"
                            "sweep:\n  method: random\n  run_cap: %d\n  parameters:\n"
                            "    algorithm.params.step_size: {min: 0.1, max: 1}\n"
                            "    algorithm.params.epsilon: {min: 0.01, max: 1}\n",
                            runs);
    if (file_write_atomic("sweep.yaml", text, strlen(text), &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(99);
    }
    free(text);
}

/* Seconds it took; the time of processors it and its children used goes to usage. */
static double run(const char *program, const char *jobs, struct rusage *usage)
{
    int64_t start = clock_mono_ns();
    int how = -1;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(99);
        execl(program, program, "sweep", "sweep.yaml", "--db", "sweep.db", "--quiet", "--jobs",
              jobs, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &how, 0, usage) < 0 || how != 0) {
        fprintf(stderr, "%s sweep ended with %d\n", program, how);
        exit(99);
    }
    return (double)(clock_mono_ns() - start) * 1e-9;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
    const char *scratch = getenv("SCRATCH"), *jobs = argc > 3 ? argv[3] : "2";
    int runs = argc > 2 ? atoi(argv[2]) : 40;
    struct rusage usage;
    if (argc < 2 || runs < 2 || atoi(jobs) < 1 || (scratch && chdir(scratch) < 0)) {
        fprintf(stderr, "usage: sweep PROGRAM [RUNS [JOBS]]\n");
        return 64;
    }
    write_recipe(runs);
    double took = run(argv[1], jobs, &usage), least = ceil((double)runs / atoi(jobs));
    printf("%d runs of 1 s, %s side by side: %.2f s of at least %.0f s\n", runs, jobs, took, least);
    printf("runs at work: %.1f %% of the time; beside them %.1f ms a run\n", 100 * least / took,
           1e3 * (took - least) * atoi(jobs) / runs);
    printf("processors: %.2f s user, %.2f s system\n", seconds(usage.ru_utime),
           seconds(usage.ru_stime));
    return 0;
}
