/* What the Gaussian heads share. */
#ifndef RLBENCH_LIB_NN_GAUSSIAN_H
#define RLBENCH_LIB_NN_GAUSSIAN_H

#include "node.h"

#define NN_HALF_LOG_TWO_PI 0.918938533f

/* log_std in the shape of mean: itself, or its one row repeated. Fails (nn_failed) when neither
 * fits. */
rlb_tensor *nn_spread_log_std(rlb_tape *t, const char *name, const rlb_tensor *mean,
                              rlb_tensor *log_std);
/* False, and the sentence, unless x has mean's shape. */
bool nn_fits_mean(rlb_tape *t, const char *name, const char *what, const rlb_tensor *mean,
                  const rlb_tensor *x);

#endif
