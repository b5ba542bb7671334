/* Copying rows from the attached database "source" through the maps of merge.c; inside its
 * transaction. */
#ifndef RLBENCH_STORE_TRANSFER_H
#define RLBENCH_STORE_TRANSFER_H

#include "store/store.h"

/* What many runs share: recipes, metrics (and their map), facts. */
int transfer_shared(struct store *s, struct err *e);
/* One row; its new id is the last one inserted. */
int transfer_experiment(struct store *s, int64_t old, struct err *e);
/* The rows of run that belong to an experiment of the source (and their map). */
int transfer_runs(struct store *s, int64_t experiment, struct err *e);
/* Everything else that belongs to the runs in the map. */
int transfer_measured(struct store *s, struct err *e);
/* Their parameters, and the runs as they were before they started. */
int transfer_plan_only(struct store *s, struct err *e);
/* Copies the files of the runs in the map to folder/UID and makes their rows name them there. */
int transfer_files(struct store *s, const char *folder, size_t *files, struct err *e);

#endif
