#include <rlbench/sketch.h>

#include <math.h>

enum { ACROSS = 600 }; /* points of a stroke from lo to hi */

rlb_status rlb_sketch_init(rlb_sketch *s, const rlb_host *host, uint32_t room, double lo, double hi)
{
    *s = (rlb_sketch){.lo = lo, .hi = hi, .spacing = (hi - lo) / ACROSS, .room = room};
    s->x = host->alloc(host, 3 * (size_t)room * sizeof *s->x);
    if (!s->x)
        return host->fail(host, RLB_E_NOMEM, "no memory for a picture");
    s->y = s->x + room;
    s->c = s->y + room;
    return RLB_OK;
}

void rlb_sketch_clear(rlb_sketch *s)
{
    s->used = 0;
}

static void add(rlb_sketch *s, double x, double y, float class)
{
    if (s->used == s->room)
        return;
    s->x[s->used] = (float)x;
    s->y[s->used] = (float)y;
    s->c[s->used++] = class;
}

/* How many spacings a stroke is long; a world that has flown off gives no more than there is room
 * for. */
static uint32_t pieces(const rlb_sketch *s, double length)
{
    double n = ceil(length / s->spacing);
    return n >= 1 && n < s->room ? (uint32_t)n : 1;
}

void rlb_sketch_line(rlb_sketch *s, uint32_t colour, double x0, double y0, double x1, double y1)
{
    uint32_t n = pieces(s, hypot(x1 - x0, y1 - y0));
    for (uint32_t i = 0; i <= n; i++) {
        double t = (double)i / n;
        add(s, x0 + t * (x1 - x0), y0 + t * (y1 - y0), -1 - (float)colour);
    }
}

void rlb_sketch_circle(rlb_sketch *s, uint32_t colour, double x, double y, double radius,
                       double gap)
{
    const double turn = 6.283185307179586476925286766559;
    uint32_t n = pieces(s, turn * radius / gap);
    for (uint32_t i = 0; i < n; i++)
        add(s, x + radius * cos(turn * i / n), y + radius * sin(turn * i / n), -1 - (float)colour);
}

void rlb_sketch_mark(rlb_sketch *s, uint32_t colour, double x, double y)
{
    add(s, x, y, (float)colour);
}

void rlb_sketch_frame(const rlb_sketch *s, const char *caption, rlb_frame *out)
{
    out->kind = RLB_VIEW_SCATTER;
    out->rows = s->used;
    out->cols = 1;
    out->a = s->x;
    out->b = s->y;
    out->c = s->c;
    out->lo = (float)s->lo;
    out->hi = (float)s->hi;
    out->caption = caption;
}
