/* Pictures of how B lies. */
#include "views.h"

#include <rlbench/linalg.h>

#include <string.h>

/* Rooms of a map: cells that hang together when cells between two walls are left out. */
static void colour_rooms(const struct fb *f, float *class)
{
    const rlb_grid *g = f->world.grid;
    uint32_t S = f->truth.S, rooms = 0;
    for (uint32_t s = 0; s < S; s++)
        class[s] = -1;
    for (uint32_t s = 0; g && s < S; s++) {
        if (class[s] >= 0 || judge_is_door(&f->world, s))
            continue;
        class[s] = (float)rooms;
        for (bool grew = true; grew;) {
            grew = false;
            for (uint32_t i = 0; i < S; i++)
                for (uint32_t j = 0; class[i] == (float)rooms && j < S; j++) {
                    int32_t gap = g->cell[i] - g->cell[j], cols = (int32_t)g->cols;
                    bool beside = gap == 1 || gap == -1 || gap == cols || gap == -cols;
                    if (!beside || class[j] >= 0 || judge_is_door(&f->world, j))
                        continue;
                    class[j] = class[i];
                    grew = true;
                }
        }
        rooms++;
    }
    for (uint32_t s = 0; s < S; s++)
        class[s] = class[s] < 0 ? (float)rooms : class[s];
}

/* B of all states along the two directions it varies most in. */
void fb_view_embedding(struct fb *f, rlb_frame *out)
{
    struct pictures *p = f->pictures;
    uint32_t S = f->truth.S, d = f->c.d;
    if (!f->has_truth || d < 2) {
        fb_say(f, "B is drawn over the states of an exact model.", out);
        return;
    }
    double mean[MOST_D] = {0};
    fb_ask_states(f);
    for (uint32_t s = 0; s < S; s++)
        for (uint32_t k = 0; k < d; k++)
            mean[k] += (double)f->state_b[(size_t)s * d + k] / S;
    fb_gram(f, 0);
    for (uint32_t i = 0; i < d; i++)
        for (uint32_t j = 0; j < d; j++)
            f->gram[(size_t)i * d + j] -= mean[i] * mean[j];
    if (rlb_eigen_symmetric(d, f->gram, f->solved) != RLB_OK) {
        fb_say(f, "B has no directions to draw it along.", out);
        return;
    }
    const double *x = f->gram + (size_t)(d - 1) * d, *y = x - d;
    for (uint32_t s = 0; s < S; s++) {
        double a = 0, b = 0;
        for (uint32_t k = 0; k < d; k++) {
            double off = (double)f->state_b[(size_t)s * d + k] - mean[k];
            a += x[k] * off;
            b += y[k] * off;
        }
        p->a[s] = (float)a;
        p->b[s] = (float)b;
    }
    colour_rooms(f, p->c);
    out->kind = RLB_VIEW_SCATTER;
    out->rows = S;
    out->cols = 1;
    out->a = p->a;
    out->b = p->b;
    out->c = p->c;
    out->caption = "B of every state along its first two principal components, by room";
}

void fb_view_eigenvalues(struct fb *f, rlb_frame *out)
{
    uint32_t d = f->c.d;
    if (f->has_truth)
        fb_ask_states(f);
    else if (!f->data.transitions) {
        fb_say(f, "There are no data yet.", out);
        return;
    }
    fb_gram(f, LOOK_ROWS * 4);
    if (rlb_eigen_symmetric(d, f->gram, f->solved) != RLB_OK) {
        fb_say(f, "E[B B'] has no eigenvalues: it is not finite.", out);
        return;
    }
    for (uint32_t k = 0; k < d; k++)
        f->pictures->a[k] = (float)f->solved[d - 1 - k];
    out->kind = RLB_VIEW_BARS;
    out->rows = 1;
    out->cols = d;
    out->a = f->pictures->a;
    out->lo = 0;
    out->hi = NAN;
    out->caption = "eigenvalues of E[B B'], largest first: 1 each where B is orthonormal";
}

/* How often B(s)' B(s') / d of two states has which value. */
void fb_view_similarities(struct fb *f, rlb_frame *out)
{
    uint32_t S = f->truth.S, d = f->c.d;
    float *bins = f->pictures->a;
    if (!f->has_truth) {
        fb_say(f, "Pairs of states are compared where there is an exact model.", out);
        return;
    }
    fb_ask_states(f);
    memset(bins, 0, BINS * sizeof *bins);
    for (uint32_t i = 0; i < S; i++)
        for (uint32_t j = 0; j < i; j++) {
            double m = 0;
            for (uint32_t k = 0; k < d; k++)
                m += (double)(f->state_b[(size_t)i * d + k] * f->state_b[(size_t)j * d + k]) / d;
            int bin = (int)((m + 1) / 2 * BINS);
            bins[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
        }
    out->kind = RLB_VIEW_BARS;
    out->rows = 1;
    out->cols = BINS;
    out->a = bins;
    out->lo = 0;
    out->hi = NAN;
    out->caption = "pairs of states by B(s)' B(s') / d, from -1 to 1";
}
