#include <rlbench/state_map.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

rlb_status rlb_state_map_init(rlb_state_map *m, const rlb_host *host, rlb_venv *env, uint32_t rows,
                              uint32_t cols)
{
    size_t cells = (size_t)rows * cols;
    m->env = env;
    m->plane = env->interface(env, RLB_PLANE, &m->plane_self);
    m->rows = rows;
    m->cols = cols;
    m->obs = host->alloc(host, (size_t)cols * env->obs.width * sizeof *m->obs);
    m->values = host->alloc(host, cells * sizeof *m->values);
    m->marks = host->alloc(host, cells * sizeof *m->marks);
    return m->obs && m->values && m->marks
               ? RLB_OK
               : host->fail(host, RLB_E_NOMEM, "no memory for a picture of %zu cells", cells);
}

/* The middle of cell k of n between lo and hi. */
static double middle(double lo, double hi, uint32_t k, uint32_t n)
{
    return lo + (hi - lo) * ((double)k + 0.5) / n;
}

/* The cell of v, or -1 outside. */
static int64_t cell_of(double v, double lo, double hi, uint32_t n)
{
    double k = floor((v - lo) / (hi - lo) * n);
    return k >= 0 && k < n ? (int64_t)k : -1;
}

static void mark_agents(rlb_state_map *m)
{
    const rlb_plane *p = m->plane;
    memset(m->marks, 0, (size_t)m->rows * m->cols * sizeof *m->marks);
    for (uint32_t lane = 0; lane < m->env->num_lanes; lane++) {
        double x, y;
        p->where(m->plane_self, lane, &x, &y);
        int64_t col = cell_of(x, p->x_lo, p->x_hi, m->cols);
        int64_t row = cell_of(y, p->y_hi, p->y_lo, m->rows);
        if (col >= 0 && row >= 0)
            m->marks[row * m->cols + col] = 1;
    }
}

void rlb_state_map_draw(rlb_state_map *m, const char *what, rlb_state_map_fn fn, void *self,
                        float lo, float hi, rlb_frame *out)
{
    const rlb_plane *p = m->plane;
    if (!p) {
        out->kind = RLB_VIEW_TEXT;
        out->text = "this world names no plane of states to draw over";
        return;
    }
    for (uint32_t row = 0; row < m->rows; row++) {
        double y = middle(p->y_hi, p->y_lo, row, m->rows);
        for (uint32_t col = 0; col < m->cols; col++)
            p->observe(m->plane_self, middle(p->x_lo, p->x_hi, col, m->cols), y,
                       m->obs + (size_t)col * m->env->obs.width);
        fn(self, m->obs, m->cols, m->values + (size_t)row * m->cols);
    }
    mark_agents(m);
    snprintf(m->caption, sizeof m->caption, "%s; across: %s, up: %s", what, p->x_label, p->y_label);
    out->kind = RLB_VIEW_FIELD;
    out->rows = m->rows;
    out->cols = m->cols;
    out->a = m->values;
    out->c = m->marks;
    out->lo = lo;
    out->hi = hi;
    out->caption = m->caption;
}
