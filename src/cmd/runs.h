/* What ls, show and artifacts share: a run in words and as JSON. */
#ifndef RLBENCH_CMD_RUNS_H
#define RLBENCH_CMD_RUNS_H

#include "cmd/cmd.h"
#include "store/store.h"

#include <jansson.h>

#define RUN_SHORT 6 /* letters of a uid that lists show; enough to name one run among thousands */

/* Opens the database that the options name, for reading. */
int cli_open_store(const struct cli *c, struct store **out, struct err *e);
/* The run that the first argument names; ERR_USAGE when there is none or more than one argument. */
int cli_find_run(const struct cli *c, struct store *s, struct arena *a, struct run_row *out,
                 struct err *e);
/* "61 %", "12.0k" (no budget), "" */
const char *run_progress(const struct run_row *r, struct arena *a);
/* "ETA 2m10s", "31s ago", "" */
const char *run_when(const struct run_row *r, struct arena *a);
const char *number_text(double value, struct arena *a); /* for people; "" for NaN */
const char *time_text(int64_t us, struct arena *a);     /* ISO 8601, UTC; "" for 0 */
json_t *json_number(double value);                      /* NaN: null; infinite: a string */
json_t *run_json(const struct run_row *r);
/* One line on stdout; takes the reference. */
void json_print(json_t *value);

#endif
