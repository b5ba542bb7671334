/* The windows of a convolution as rows of a matrix ("im2col"). */
#ifndef RLBENCH_LIB_NN_WINDOWS_H
#define RLBENCH_LIB_NN_WINDOWS_H

#include <stddef.h>

/* Images [batch][height][width][in]; a window of kernel[0] x kernel[1] pixels at each of
 * places[0] x places[1] places, `stride` apart, the first one starting pad[0] rows above and pad[1]
 * columns left of the image. */
struct nn_windows {
    size_t batch, height, width, in;
    size_t kernel[2], places[2], pad[2], stride;
};

/* Values of a window. */
static inline size_t nn_window_size(const struct nn_windows *w)
{
    return w->kernel[0] * w->kernel[1] * w->in;
}

/* Windows first .. first + count - 1, counted over [batch][places[0]][places[1]], into to
 * [count][window size]; zeros outside the image. */
void nn_windows_read(const struct nn_windows *w, const float *images, size_t first, size_t count,
                     float *to);
/* The transpose of that: adds the windows to the images that they were read from. */
void nn_windows_add(const struct nn_windows *w, const float *windows, size_t first, size_t count,
                    float *images);

#endif
