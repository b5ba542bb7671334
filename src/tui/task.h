/* Slow work beside the loop: a forked child that writes its answer into a pipe. It may open the
 * database, scan plugins and start supervisors; it never touches the terminal. */
#ifndef RLBENCH_TUI_TASK_H
#define RLBENCH_TUI_TASK_H

#include "base/mem.h"

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

struct app;

/* In the child: appends the answer. */
typedef void (*task_work)(void *ctx, struct buf *answer);
/* Back in the loop. ok: the child ended well; else answer is what is known of its death. */
typedef unsigned (*task_done)(struct app *, void *ctx, bool ok, struct buf *answer);

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

/* ctx must live until done is called. Returns false when no process could be made. */
bool task_start(struct tasks *, task_work work, task_done done, void *ctx);
size_t task_poll_fds(struct tasks *, struct pollfd *fds, size_t max);
unsigned task_read(struct app *);
void tasks_finish(struct tasks *);

#endif
