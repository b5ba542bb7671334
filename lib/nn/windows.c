#include "windows.h"
#include "simd.h"

/* The part of a window's row that lies inside the image: values [low, high) of it, at `at` of the
 * images. low == high outside. */
struct stretch {
    size_t low, high, at;
};

struct place {
    size_t image, row, column;
};

static struct place place_of(const struct nn_windows *w, size_t window)
{
    size_t across = w->places[1], each = w->places[0] * across;
    return (struct place){window / each, window % each / across, window % across};
}

static void next_place(const struct nn_windows *w, struct place *p)
{
    if (++p->column < w->places[1])
        return;
    p->column = 0;
    if (++p->row < w->places[0])
        return;
    p->row = 0;
    p->image++;
}

/* Row k of the window at p. */
static inline struct stretch stretch_of(const struct nn_windows *w, struct place p, size_t k)
{
    size_t y = p.row * w->stride + k, x = p.column * w->stride; /* pad too far */
    if (y < w->pad[0] || y >= w->height + w->pad[0])
        return (struct stretch){0, 0, 0};
    size_t low = x < w->pad[1] ? w->pad[1] - x : 0, end = w->width + w->pad[1];
    size_t high = x + w->kernel[1] > end ? end - x : w->kernel[1];
    size_t pixel = (p.image * w->height + y - w->pad[0]) * w->width + x + low - w->pad[1];
    return (struct stretch){low * w->in, high * w->in, pixel * w->in};
}

NN_CLONES void nn_windows_read(const struct nn_windows *w, const float *images, size_t first,
                               size_t count, float *to)
{
    size_t across = w->kernel[1] * w->in;
    struct place p = place_of(w, first);
    for (size_t r = 0; r < count; r++, next_place(w, &p))
        for (size_t k = 0; k < w->kernel[0]; k++, to += across) {
            struct stretch s = stretch_of(w, p, k);
            const float *from = images + s.at;
            float *inside = to + s.low;
#pragma omp simd
            for (size_t i = 0; i < s.low; i++)
                to[i] = 0;
#pragma omp simd
            for (size_t i = 0; i < s.high - s.low; i++)
                inside[i] = from[i];
#pragma omp simd
            for (size_t i = s.high; i < across; i++)
                to[i] = 0;
        }
}

NN_CLONES void nn_windows_add(const struct nn_windows *w, const float *windows, size_t first,
                              size_t count, float *images)
{
    size_t across = w->kernel[1] * w->in;
    struct place p = place_of(w, first);
    for (size_t r = 0; r < count; r++, next_place(w, &p))
        for (size_t k = 0; k < w->kernel[0]; k++, windows += across) {
            struct stretch s = stretch_of(w, p, k);
            const float *from = windows + s.low;
            float *to = images + s.at;
#pragma omp simd
            for (size_t i = 0; i < s.high - s.low; i++)
                to[i] += from[i];
        }
}
