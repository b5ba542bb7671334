/* Convolutions over images and boards.
 *
 * An image is [height][width][channels], pixel by pixel: the row of a window is then one stretch of
 * memory, all channels of a pixel meet one row of the kernel, and the result, flattened by
 * rlb_reshape(), is the input of a dense layer. Boards and screens that come as pixels are fed as
 * they are; planes, [channels][height][width] (frame stacks, one plane per kind of piece), go
 * through rlb_planes_to_pixels(), bytes through rlb_bytes_to_unit().
 *
 *   rlb_conv2d see = rlb_conv2d_declare(net, "see", &(rlb_conv2d_spec){
 *       .in = 4, .out = 32, .height = 8, .width = 8, .stride = 4});
 *   ...
 *   rlb_tensor *x = rlb_input_shaped(t, 4, (uint32_t[]){32, 84, 84, 4});
 *   rlb_tensor *y = rlb_conv2d_apply(t, &see, x, RLB_RELU);               -> [32][20][20][32]
 *
 * Per-sample gradients are exact: a sample is one image (or B / samples of them in a row). */
#ifndef RLBENCH_CONV_H
#define RLBENCH_CONV_H

#include <rlbench/ops.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rlb_padding {
    /* Windows within the image: floor((size - kernel) / stride) + 1 places. */
    RLB_PADDING_VALID = 0,
    /* Zeros around it: ceil(size / stride) places. An odd row or column of zeros goes below or to
     * the right, as in TensorFlow and flax, and in PyTorch at stride 1. */
    RLB_PADDING_SAME
} rlb_padding;

/* activation(conv(x, K) + b): y[i][j] = sum over u, v of x[i stride + u - top][j stride + v - left]
 * K[u][v], with K[u][v] a matrix [in][out] (a correlation, as everywhere in this field). */
typedef struct rlb_conv2d {
    rlb_net *net;
    uint32_t in, out, height, width, stride;
    rlb_padding padding;
    uint32_t kernel, bias; /* numbers of the parameters; bias UINT32_MAX: none */
} rlb_conv2d;

typedef struct rlb_conv2d_spec {
    uint32_t in, out;       /* channels */
    uint32_t height, width; /* of the kernel */
    uint32_t stride;        /* down and across; 0 counts as 1 */
    rlb_padding padding;
    uint32_t no_bias;     /* 1: no b */
    rlb_init kernel_init; /* default RLB_INIT_TORCH; fan_in is height width in */
    rlb_init bias_init;   /* default as the kernel for RLB_INIT_TORCH, else 0 */
} rlb_conv2d_spec;

/* Parameters NAME_kernel [height][width][in][out] and NAME_bias [out]. */
RLB_EXPORT rlb_conv2d rlb_conv2d_declare(rlb_net *net, const char *name,
                                         const rlb_conv2d_spec *spec);
/* [B][H][W][in] -> [B][rows][columns][out], rows and columns as rlb_padding says. */
RLB_EXPORT rlb_tensor *rlb_conv2d_apply(rlb_tape *t, const rlb_conv2d *layer, rlb_tensor *x,
                                        rlb_activation activation);

/* to[i] = bytes[i] / 255, n values. */
RLB_EXPORT void rlb_bytes_to_unit(const uint8_t *bytes, size_t n, float *to);
/* [channels][pixels] -> [pixels][channels], of one image of height * width pixels. Not in place. */
RLB_EXPORT void rlb_planes_to_pixels(const float *planes, uint32_t channels, size_t pixels,
                                     float *to);

#ifdef __cplusplus
}
#endif
#endif
