/* Whether memory that a plugin points to can be looked at: tables are constant data, so they lie in
 * a segment of a loaded object. Lets verification refuse a wild pointer or a lying count instead of
 * crashing on it. */
#ifndef RLBENCH_MODULE_MAPPED_H
#define RLBENCH_MODULE_MAPPED_H

#include <stdbool.h>
#include <stddef.h>

/* True when [p, p + n) lies within one readable segment of a loaded object. */
bool mapped_data(const void *p, size_t n);
/* Length of the NUL-terminated text at p, or -1 when p is not readable or no NUL comes within
 * `most` bytes. */
ptrdiff_t mapped_text(const char *p, size_t most);
/* True when p lies in an executable segment. */
bool mapped_code(const void *p);

#endif
