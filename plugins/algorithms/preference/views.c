/* Pictures of a run: drawn only when somebody looks. */
#include "slhf.h"

#include <stdio.h>
#include <string.h>

enum { MOST_BARS = 12, MOST_ROWS = 64 };
enum { MARK_BEST = 2 };

/* Names of the responses in `which`, one a line, into s->labels. */
static void label(struct slhf *s, const uint32_t *which, uint32_t count)
{
    size_t used = 0;
    char name[80];
    *s->labels = 0;
    for (uint32_t i = 0; i < count && used + sizeof name < sizeof s->labels; i++) {
        problem_name(&s->problem, which[i], name, sizeof name);
        used += (size_t)snprintf(s->labels + used, sizeof s->labels - used, "%s%s", i ? "\n" : "",
                                 name);
    }
}

/* The responses that the exact equilibrium of the first context plays most, at most `most`. */
static uint32_t foremost(const struct slhf *s, uint32_t most, uint32_t *out)
{
    const double *pi = s->solutions.stackelberg;
    uint32_t used = 0;
    for (uint32_t y = 0; y < s->problem.n; y++) {
        uint32_t at = used;
        while (at > 0 && pi[out[at - 1]] < pi[y])
            at--;
        if (at >= most)
            continue;
        if (used < most)
            used++;
        for (uint32_t i = used - 1; i > at; i--)
            out[i] = out[i - 1];
        out[at] = y;
    }
    return used;
}

static void draw_preferences(struct slhf *s, rlb_frame *out)
{
    uint32_t which[MOST_ROWS], n = s->problem.n, m = n;
    if (n > MOST_ROWS)
        m = foremost(s, MOST_ROWS, which);
    else
        for (uint32_t i = 0; i < n; i++)
            which[i] = i;
    uint32_t cols = m + 2;
    float *p = s->picture, *marks = s->picture + (size_t)m * cols;
    slhf_policies(s, 0);
    memset(marks, 0, (size_t)m * cols * sizeof *marks);
    for (uint32_t i = 0; i < m; i++) {
        uint32_t best = 0;
        for (uint32_t j = 0; j < m; j++) {
            p[i * cols + j] = (float)problem_p(&s->problem, 0)[(size_t)which[i] * n + which[j]];
            if (s->omega[(size_t)which[i] * n + which[j]] >
                s->omega[(size_t)which[i] * n + which[best]])
                best = j;
        }
        marks[i * cols + best] = MARK_BEST;
        p[i * cols + m] = NAN;
        p[i * cols + m + 1] = (float)s->pi[which[i]];
    }
    label(s, which, m);
    out->rows = m;
    out->cols = cols;
    out->a = p;
    out->c = marks;
    out->lo = 0;
    out->hi = 1;
    out->row_labels = s->labels;
    out->caption = "row preferred to column | how often the Leader plays it; marked: the "
                   "Follower's favourite answer";
}

static void draw_policies(struct slhf *s, rlb_frame *out)
{
    uint32_t which[MOST_BARS], m = foremost(s, MOST_BARS, which);
    slhf_policies(s, 0);
    const double *const of[] = {s->pi, s->solutions.stackelberg, s->solutions.nash,
                                s->solutions.rlhf};
    for (uint32_t i = 0; i < m; i++)
        for (uint32_t k = 0; k < 4; k++)
            s->picture[4 * i + k] = (float)of[k][which[i]];
    label(s, which, m);
    out->rows = m;
    out->cols = 4;
    out->a = s->picture;
    out->lo = 0;
    out->hi = 1;
    out->row_labels = s->labels;
    out->col_labels = "Leader\nStackelberg\nNash\nreward";
    out->caption = m < s->problem.n ? "the responses that the equilibrium plays most"
                                    : "probability of every response";
}

/* Where a distribution over three corners lies in a triangle with side 1. */
static void place(const double w[3], double *x, double *y)
{
    double sum = w[0] + w[1] + w[2];
    if (sum <= 0)
        sum = 1;
    *x = (w[1] + 0.5 * w[2]) / sum;
    *y = 0.8660254037844386 * w[2] / sum;
}

static void mark(struct slhf *s, uint32_t colour, const double *pi, const uint32_t *corner)
{
    double w[3] = {pi[corner[0]], pi[corner[1]], pi[corner[2]]}, x, y;
    place(w, &x, &y);
    rlb_sketch_mark(&s->sketch, colour, x, y);
}

static void draw_way(struct slhf *s)
{
    const struct history *h = &s->history;
    double last[2] = {0};
    for (uint32_t i = 0; i < h->used; i++) {
        double w[3] = {(double)h->corner[0][i], (double)h->corner[1][i], (double)h->corner[2][i]};
        double x, y;
        place(w, &x, &y);
        if (i)
            rlb_sketch_line(&s->sketch, 1, last[0], last[1], x, y);
        last[0] = x;
        last[1] = y;
    }
}

/* From each corner a short stroke towards what the Follower answers there. */
static void draw_answers(struct slhf *s, const uint32_t *corner)
{
    for (int i = 0; i < 3; i++) {
        const double *row = s->omega + (size_t)corner[i] * s->problem.n;
        double from[3] = {i == 0, i == 1, i == 2}, x0, y0, x1, y1;
        double to[3] = {row[corner[0]], row[corner[1]], row[corner[2]]};
        place(from, &x0, &y0);
        place(to, &x1, &y1);
        rlb_sketch_line(&s->sketch, 4, x0, y0, x0 + 0.2 * (x1 - x0), y0 + 0.2 * (y1 - y0));
    }
}

static void draw_simplex(struct slhf *s, rlb_frame *out)
{
    uint32_t corner[3], m = foremost(s, 3, corner);
    char name[3][40];
    if (m < 3) {
        rlb_sketch_clear(&s->sketch);
        rlb_sketch_frame(&s->sketch, "a triangle needs three responses", out);
        return;
    }
    for (uint32_t i = 0; i < 3; i++) { /* in their own order */
        for (uint32_t j = i; j > 0 && corner[j] < corner[j - 1]; j--) {
            uint32_t swap = corner[j];
            corner[j] = corner[j - 1];
            corner[j - 1] = swap;
        }
    }
    for (uint32_t i = 0; i < 3; i++)
        problem_name(&s->problem, corner[i], name[i], sizeof name[i]);
    slhf_policies(s, 0);
    rlb_sketch_clear(&s->sketch);
    rlb_sketch_line(&s->sketch, 0, 0, 0, 1, 0);
    rlb_sketch_line(&s->sketch, 0, 1, 0, 0.5, 0.8660254037844386);
    rlb_sketch_line(&s->sketch, 0, 0.5, 0.8660254037844386, 0, 0);
    draw_way(s);
    draw_answers(s, corner);
    mark(s, 1, s->pi, corner);
    mark(s, 2, s->solutions.stackelberg, corner);
    mark(s, 3, s->solutions.nash, corner);
    mark(s, 5, s->solutions.rlhf, corner);
    snprintf(s->caption, sizeof s->caption,
             "%s left, %s right, %s above: 1 Leader and its way, 2 Stackelberg, 3 Nash, 5 reward; "
             "4 the Follower's answers",
             name[0], name[1], name[2]);
    rlb_sketch_frame(&s->sketch, s->caption, out);
}

static void draw_certificates(struct slhf *s, rlb_frame *out)
{
    const struct history *h = &s->history;
    double value = 0;
    for (uint32_t x = 0; x < s->problem.X; x++)
        value += s->problem.weight[x] * s->solutions.value[x];
    uint32_t cols = h->used ? h->used : 1;
    for (uint32_t i = 0; i < cols; i++) {
        s->picture[i] = h->used ? h->certificate[i] : NAN;
        s->picture[cols + i] = (float)value;
        s->picture[2 * cols + i] = h->used ? h->guarantee[i] : NAN;
    }
    out->rows = 3;
    out->cols = cols;
    out->a = s->picture;
    out->row_labels = "certificate\nvalue\nguarantee";
    out->caption = "certificate and guarantee over the measurements so far";
}

static void draw_transfer(struct slhf *s, rlb_frame *out)
{
    uint32_t n = s->problem.n;
    const double *p = problem_p(&s->problem, 0);
    slhf_policies(s, 0);
    const double *const of[NUM_SOURCES] = {s->solutions.reference, s->solutions.rlhf,
                                           s->solutions.nash, s->pi};
    for (uint32_t i = 0; i < NUM_SOURCES; i++) {
        double better = 0;
        for (uint32_t j = 0; j < NUM_SOURCES; j++)
            s->picture[i * NUM_SOURCES + j] = (float)arena_win(n, p, of[i], of[j]);
        for (uint32_t y = 0; y < n; y++)
            for (uint32_t z = 0; z < n; z++)
                better += of[i][y] * s->omega[(size_t)y * n + z] * (1 - p[(size_t)y * n + z]);
        s->picture[NUM_SOURCES * NUM_SOURCES + i] = (float)better;
    }
    out->rows = NUM_SOURCES + 1;
    out->cols = NUM_SOURCES;
    out->a = s->picture;
    out->lo = 0;
    out->hi = 1;
    out->row_labels = "reference\nreward\nNash\nLeader\nrefined";
    out->col_labels = "reference\nreward\nNash\nLeader";
    out->caption = "row preferred to column; refined: the Follower's answer to the column's";
}

rlb_status slhf_view(void *self, uint32_t index, rlb_frame *out)
{
    static void (*const draw[NUM_VIEWS])(struct slhf *, rlb_frame *) = {
        [VIEW_PREFERENCES] = draw_preferences, [VIEW_POLICIES] = draw_policies,
        [VIEW_SIMPLEX] = draw_simplex,         [VIEW_CERTIFICATES] = draw_certificates,
        [VIEW_TRANSFER] = draw_transfer,       [VIEW_REFINEMENT] = slhf_draw_refinement,
    };
    struct slhf *s = self;
    out->kind = slhf_views[index].kind;
    out->lo = out->hi = NAN;
    draw[index](s, out);
    return RLB_OK;
}
