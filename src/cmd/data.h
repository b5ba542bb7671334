/* What the parts of rlbench data share. */
#ifndef RLBENCH_CMD_DATA_H
#define RLBENCH_CMD_DATA_H

#include "cmd/cmd.h"

#include <rlbench/dataset.h>

/* A fault of the library as an error; `creating` when an output could not be made. */
int data_fault(rlb_status status, const rlb_fault *why, bool creating, struct err *e);
/* Opens the file that the second argument names. */
int data_open(const char *path, rlb_dataset_file *f, struct err *e);

int data_info(const struct cli *c, struct err *e);
int data_check(const struct cli *c, struct err *e);

/* ---- figures ---- */

struct data_stats {
    double min, max, mean; /* of the finite values; NaN when there are none */
    uint64_t count, nan, infinite;
    uint64_t first_bad; /* row of the first value that is not finite */
};
/* Over all rows, or where the column is about transitions, over all but the last of each episode.
 */
void data_column_stats(const rlb_dataset_file *f, const rlb_column *c, struct data_stats *out);
/* What stands in the last row of an episode means nothing in this column. */
bool data_is_about_steps(const rlb_column *c);
/* Steps, or undiscounted returns (mean over the agents), of every episode; owned; NULL when there
 * are no rewards. */
double *data_lengths(const rlb_dataset *d);
double *data_returns(const rlb_dataset *d);

#endif
