/* Errors: a status code that is also the program's exit code, and a sentence.
 *
 * A function that can fail returns an int status (OK or one of the codes below) and takes a `struct
 * err *` last. The place that notices the fault calls err_set() once: what, where, how to mend it.
 * Callers on the way up may prefix context. `e` may be NULL when the caller does not want the
 * sentence. */
#ifndef RLBENCH_BASE_ERR_H
#define RLBENCH_BASE_ERR_H

/* Exit codes, sysexits-style; documented in rlbench(1). */
enum status {
    OK = 0,
    ERR_FAILED = 1,     /* the run failed, or a gate was not met */
    ERR_USAGE = 64,     /* the command line is wrong */
    ERR_DATA = 65,      /* a recipe, database or checkpoint is invalid */
    ERR_NOINPUT = 66,   /* no such file or run */
    ERR_PLUGIN = 69,    /* a plugin cannot be loaded */
    ERR_INTERNAL = 70,  /* a fault of rlbench */
    ERR_CANTCREAT = 73, /* an output cannot be created */
    ERR_IO = 74,        /* reading or writing failed */
    ERR_BUSY = 75,      /* the database is busy; try again */
    ERR_PERM = 77,      /* permission denied */
    ERR_CONFIG = 78     /* the configuration is wrong */
};

struct err {
    int code; /* OK until err_set() */
    char text[2000];
};

#define ERR_INIT                                                                                   \
    {                                                                                              \
        0, ""                                                                                      \
    }

/* Records code and sentence (printf style) and returns code, so that `return err_set(e, …)` works.
 */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same with ": <strerror(errno)>" appended. */
int err_sys(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts "<prefix>: " before the recorded sentence and returns the recorded code. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
