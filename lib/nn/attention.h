/* What the two forms of attention share, and the parts of a transformer that only it uses. */
#ifndef RLBENCH_LIB_NN_ATTENTION_H
#define RLBENCH_LIB_NN_ATTENTION_H

#include <rlbench/attention.h>

#include <stddef.h>

/* Rows of scores lie in whole blocks of LANES, so that loops over them have no remainder. */
enum { NN_LANES = 16 };
static inline size_t nn_whole_lanes(size_t n)
{
    return (n + NN_LANES - 1) / NN_LANES * NN_LANES;
}

/* scores -> softmax(scale * scores) over the first `seen` of `length` values, 0 in the others.
 * length: whole lanes. counts [length], unless NULL: 0 for keys that do not count. All 0 when no
 * key is left. */
void nn_softmax_row(float *scores, const float *counts, float scale, size_t seen, size_t length);

/* x [B][T][width] + the table's rows [T][width], beginning with row *from as it is in rlb_forward()
 * (NULL: with row 0). NaN beyond the table. */
rlb_tensor *nn_add_positions(rlb_tape *t, rlb_tensor *x, rlb_tensor *table, uint32_t *from);
/* rlb_attention() of the newest tokens with all before them, in block `layer`. */
rlb_tensor *nn_attention_cached(rlb_tape *t, rlb_tensor *qkv, rlb_cache *cache, uint32_t layer);

#endif
