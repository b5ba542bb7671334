/* Slow work beside the loop: another process of this program that prints its answer. It may scan
 * plugins, write the database and start supervisors, and crash; the screen stays as it is. */
#ifndef RLBENCH_TUI_TASK_H
#define RLBENCH_TUI_TASK_H

#include "base/err.h"
#include "base/mem.h"

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

struct app;

/* status: its exit code (128 + signal when it died of one); answer: what it printed. */
typedef unsigned (*task_done)(struct app *, void *ctx, int status, struct buf *answer);

struct task {
    pid_t pid;
    int fd;
    struct buf answer;
    task_done done;
    void *ctx;
};
struct tasks {
    VEC(struct task) running;
};

/* Starts this program with these arguments (NULL-terminated, without argv[0]), standard input and
 * error closed off. ctx must live until done is called. */
int task_start(struct tasks *tasks, const char *const *args, task_done done, void *ctx,
               struct err *e);
/* Ends the task with this ctx at once, if there is one; done is not called. */
void task_stop(struct tasks *tasks, const void *ctx);
size_t task_poll_fds(struct tasks *tasks, struct pollfd *fds, size_t max);
/* Reads what is there; calls done for those that have ended. Returns reaction flags. */
unsigned task_read(struct app *app);
/* Lets those still running go on by themselves. */
void tasks_finish(struct tasks *tasks);

#endif
