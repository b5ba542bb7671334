/* Datasets of random shape and content, kept in memory as well, to compare files with. */
#ifndef RLBENCH_TESTS_RANDOM_DATASET_H
#define RLBENCH_TESTS_RANDOM_DATASET_H

#include <rlbench/dataset.h>
#include <rlbench/rng.h>

enum { RANDOM_MOST_COLUMNS = 10, RANDOM_MOST_EPISODES = 6 };

struct random_dataset {
    rlb_dataset_layout layout;
    rlb_column columns[RANDOM_MOST_COLUMNS];
    char *data[RANDOM_MOST_COLUMNS]; /* owned */
    uint64_t row_bytes[RANDOM_MOST_COLUMNS], num_rows, num_episodes;
    uint64_t start[RANDOM_MOST_EPISODES + 1];
};
/* Any of: no episodes, episodes of one row, width 1, several agents, all optional columns. */
void random_dataset(rlb_rng *rng, struct random_dataset *d);
void random_dataset_free(struct random_dataset *d);
/* Writes it in pieces of random length, column after column or mixed. */
rlb_status random_dataset_write(rlb_rng *rng, const struct random_dataset *d, const char *path,
                                rlb_fault *why);
/* Whether the file holds the same, byte for byte. */
int random_dataset_equal(const struct random_dataset *d, const rlb_dataset_file *f);

#endif
