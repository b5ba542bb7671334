/* Queries that somebody saved: files NAME.sql in the folder queries of the configuration. */
#ifndef RLBENCH_TUI_QUERY_SAVED_H
#define RLBENCH_TUI_QUERY_SAVED_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>

struct query_saved {
    VEC(char *) names; /* in the order of the alphabet; owned */
};

/* folder: of the configuration, NULL: there are none. Finish with query_saved_finish. */
void query_saved_read(const char *folder, struct query_saved *out);
void query_saved_finish(struct query_saved *s);
/* Letters, digits, - _ and . make a name. */
bool query_saved_is_name(const char *name);
bool query_saved_exists(const char *folder, const char *name);
int query_saved_load(const char *folder, const char *name, struct buf *sql, struct err *e);
int query_saved_save(const char *folder, const char *name, const char *sql, struct err *e);

#endif
