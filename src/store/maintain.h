/* Looking after a database file as a whole. */
#ifndef RLBENCH_STORE_MAINTAIN_H
#define RLBENCH_STORE_MAINTAIN_H

#include "store/store.h"

/* The schema of a file, which is not changed; with store_newest_schema() what it could be. */
int store_schema_of(const char *path, int *version, struct err *e);
int store_newest_schema(void);
/* A copy of the file as it is at one moment, of any schema, while others go on writing. It appears
 * whole or not at all; ERR_CANTCREAT when there is a file already. Checkpoints and artifacts, which
 * are files of their own, are not in it. */
int store_backup(const char *path, const char *to, struct err *e);
/* Gives room of deleted rows back to the file system; waits for nobody who writes: ERR_BUSY. */
int store_vacuum(struct store *s, struct err *e);

#endif
