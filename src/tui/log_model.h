/* What the Log screen shows. Plain data; a test fills it by hand. */
#ifndef RLBENCH_TUI_LOG_MODEL_H
#define RLBENCH_TUI_LOG_MODEL_H

#include "base/mem.h"
#include "tui/list.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOG_COMMAND = 4, LOG_LEVELS }; /* behind RLB_LOG_DEBUG … RLB_LOG_ERROR: done here */

struct log_line {
    int64_t t_us;
    uint64_t step; /* 0: none */
    int level;
    char *run;  /* which one, owned; "" for what was done here */
    char *kind; /* owned */
    char *text; /* owned, one line */
};

struct log_model {
    VEC(struct log_line) lines; /* oldest first */
    VEC(size_t) shown;          /* those of the level and the filter */
    struct list list;
    int level; /* the least that is shown */
    bool follow, all_runs;
    char filter[512];
};

void log_model_init(struct log_model *m);
void log_model_finish(struct log_model *m);
void log_model_clear(struct log_model *m);
/* Copies the texts; a text of several lines becomes as many. */
void log_model_add(struct log_model *m, const struct log_line *line);
/* Sorts by time and filters anew, dropping the oldest beyond what is kept. */
void log_model_arrange(struct log_model *m);

struct look;
void log_view(struct log_model *m, const struct look *look, struct grid *g, struct rect r);

#endif
