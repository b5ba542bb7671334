/* What this program is made of: its own build, and the shared objects it has loaded. */
#ifndef RLBENCH_BASE_BUILD_H
#define RLBENCH_BASE_BUILD_H

#include <stddef.h>

/* What the linker named this program by its content (the GNU build id, hexadecimal), "" when it did
 * not. */
const char *build_id(void);
const char *build_compiler(void); /* "gcc 12.2.0" */
const char *build_flags(void);    /* what the compiler was given */
/* "rlbench 0.1.0, gcc 12.2.0, build 0123456789ab" into out; returns out. */
char *build_line(char *out, size_t size);

/* Calls back for every shared object that this process has loaded: its path, links resolved, and
 * its build id ("" when it has none). */
void build_each_object(void (*object)(void *ctx, const char *path, const char *id), void *ctx);

#endif
