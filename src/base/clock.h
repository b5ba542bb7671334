/* Time. Never part of a result: only of progress, speed and time stamps. */
#ifndef RLBENCH_BASE_CLOCK_H
#define RLBENCH_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_mono_ns(void); /* monotonic */
int64_t clock_cpu_ns(void);  /* CPU time of this process */
int64_t clock_wall_us(void); /* since the epoch, UTC */
/* "43s", "2m10s", "3h05m", "4d02h" into out (size >= 16 is enough); returns out. */
char *clock_format_duration(double seconds, char *out, size_t size);

#endif
