/* Gives the terminal back whatever kills us: fatal signals are caught, exit is, and for SIGKILL a
 * small process waits at the other end of a pipe. Knows nothing of curses: it is told the bytes. */
#ifndef RLBENCH_TUI_GUARD_H
#define RLBENCH_TUI_GUARD_H

#include <stddef.h>

/* Notes the modes of the terminal on fd as they are now, to be given back; restore are the bytes
 * that leave the full screen. Call before curses changes anything. */
void guard_start(int fd, const char *restore, size_t n);
/* From now on the terminal is ours / is given back already. */
void guard_hold(void);
void guard_release(void);
void guard_finish(void);

#endif
