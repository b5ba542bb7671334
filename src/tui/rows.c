#include "tui/rows.h"

#include <stdio.h>

int rows_find(struct store *s, const int64_t *ids, size_t n, struct arena *a, struct run_row *out,
              size_t *found, struct err *e)
{
    struct run_row *rows = NULL;
    size_t num_rows = 0;
    *found = 0;
    for (size_t i = 0; i < n; i++) {
        const struct run_row *row = NULL;
        for (int tries = 0; tries < 2 && !row; tries++) {
            for (size_t k = 0; k < num_rows && !row; k++)
                if (rows[k].id == ids[i])
                    row = &rows[k];
            if (row || tries == 1)
                break;
            char ref[32];
            struct run_row one;
            snprintf(ref, sizeof ref, "%lld", (long long)ids[i]);
            int status = store_find_run(s, ref, a, &one, e);
            if (status == ERR_NOINPUT)
                break;
            if (status == OK)
                status = store_experiment_runs(s, one.experiment_id, a, &rows, &num_rows, e);
            if (status != OK)
                return status;
        }
        if (row)
            out[(*found)++] = *row;
    }
    return OK;
}
