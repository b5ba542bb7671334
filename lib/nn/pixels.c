/* Images into the order and the range that convolutions want. */
#include "simd.h"

#include <rlbench/conv.h>

NN_CLONES static void scale_bytes(const uint8_t *restrict bytes, size_t n, float *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (float)bytes[i] / 255.0f;
}

void rlb_bytes_to_unit(const uint8_t *bytes, size_t n, float *to)
{
    scale_bytes(bytes, n, to);
}

void rlb_planes_to_pixels(const float *planes, uint32_t channels, size_t pixels, float *to)
{
    for (size_t p = 0; p < pixels; p++)
        for (uint32_t c = 0; c < channels; c++)
            to[p * channels + c] = planes[c * pixels + p];
}
