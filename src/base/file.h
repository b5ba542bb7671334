/* Files and the places rlbench keeps things. */
#ifndef RLBENCH_BASE_FILE_H
#define RLBENCH_BASE_FILE_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>

/* Reads a whole file into *out (appended, NUL-terminated). ERR_NOINPUT when it is not there,
 * ERR_PERM, ERR_IO, ERR_DATA when longer than max bytes. */
int file_read(const char *path, size_t max, struct buf *out, struct err *e);
/* Writes a file so that a reader or a crash sees the old one or the new one, never a part:
 * temporary file in the same folder, fsync, rename, fsync of the folder. ERR_CANTCREAT, ERR_IO
 * (disk full: "No space left on device"). */
int file_write_atomic(const char *path, const void *bytes, size_t n, struct err *e);
/* mkdir -p with mode 0700. */
int file_mkdirs(const char *path, struct err *e);
bool file_exists(const char *path);
/* Last component; points into path. */
const char *file_base(const char *path);
/* Lower-case hexadecimal SHA-256 of bytes; out has 65 chars. */
void file_sha256_bytes(const void *bytes, size_t n, char out[65]);
int file_sha256(const char *path, char out[65], struct err *e);

/* The places; every function returns an owned string (free it). None creates anything. */
char *place_database(const char *option); /* --db, RLBENCH_DB, ./rlbench.db when present,
                                             $XDG_DATA_HOME/rlbench/rlbench.db */
char *place_runtime(void);                /* $XDG_RUNTIME_DIR/rlbench, else /tmp/rlbench-UID */
char *place_recipes(void);     /* shipped recipes: RLBENCH_RECIPES, else the installed folder */
char *place_own_recipes(void); /* $XDG_CONFIG_HOME/rlbench/recipes */
char *place_cache(void);       /* $XDG_CACHE_HOME/rlbench */
char *place_config(void);      /* $XDG_CONFIG_HOME/rlbench */
char *place_state(void);       /* $XDG_STATE_HOME/rlbench: what was typed, texts copied */
char *place_run_folder(const char *database,
                       const char *run_uid); /* <database>.d/<uid>: checkpoints, artifacts */
/* This program's own file, for re-execution (worker, scanner, supervisor): RLBENCH_SELF (tests),
 * /proc/self/exe. */
char *place_self(void);

#endif
