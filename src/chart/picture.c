#include "chart/picture.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

char *picture_label(const char *labels, size_t i, char *out, size_t size)
{
    out[0] = '\0';
    for (; labels && i > 0; i--) {
        labels = strchr(labels, '\n');
        labels = labels ? labels + 1 : NULL;
    }
    if (!labels)
        return out;
    size_t n = strcspn(labels, "\n");
    n = n < size - 1 ? n : size - 1;
    memcpy(out, labels, n);
    out[n] = '\0';
    return out;
}

int picture_label_columns(const char *labels, size_t n)
{
    int widest = 0;
    for (size_t i = 0; labels && i < n; i++) {
        char label[64];
        size_t len = strcspn(labels, "\n"), used = len < sizeof label - 1 ? len : sizeof label - 1;
        memcpy(label, labels, used);
        label[used] = '\0';
        int columns = text_columns(label);
        widest = columns > widest ? columns : widest;
        labels = labels[len] ? labels + len + 1 : NULL;
    }
    return widest;
}

int picture_find_range(const struct picture *p, const float *v, size_t n, struct picture_range *out)
{
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i]))
            continue;
        lo = v[i] < lo ? v[i] : lo;
        hi = v[i] > hi ? v[i] : hi;
    }
    if (!isfinite(lo) && !(isfinite(p->lo) && isfinite(p->hi)))
        return 0;
    out->lo = isfinite(p->lo) ? p->lo : lo;
    out->hi = isfinite(p->hi) ? p->hi : hi;
    return 1;
}

/* Lines as they are; tabs reach to the next multiple of 8. */
static void text_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    (void)glyphs;
    const char *line = p->text ? p->text : "";
    for (int row = 0; row < r.rows && *line; row++) {
        size_t len = strcspn(line, "\n");
        struct buf plain = {0};
        for (size_t i = 0; i < len; i++) {
            if (line[i] != '\t') {
                buf_putc(&plain, line[i]);
                continue;
            }
            for (int k = 8 - text_columns(buf_text(&plain)) % 8; k > 0; k--)
                buf_putc(&plain, ' ');
        }
        grid_text(g, r.row + row, r.col, r.cols, ROLE_TEXT, 0, buf_text(&plain));
        buf_finish(&plain);
        line += len + (line[len] == '\n');
    }
}

void picture_draw(struct grid *g, struct rect r, const struct picture *p, enum glyphs glyphs)
{
    static const struct {
        void (*draw)(struct grid *, struct rect, const struct picture *, enum glyphs);
        int needs_a, needs_b, needs_text;
    } kinds[] = {
        [PICTURE_HEATMAP] = {heatmap_draw, 1, 0, 0}, [PICTURE_ARROWS] = {arrows_draw, 1, 1, 0},
        [PICTURE_SCATTER] = {scatter_draw, 1, 1, 0}, [PICTURE_BARS] = {bars_draw, 1, 0, 0},
        [PICTURE_TEXT] = {text_draw, 0, 0, 1},       [PICTURE_FIELD] = {heatmap_draw, 1, 0, 0},
        [PICTURE_LINES] = {lines_draw, 1, 0, 0},
    };
    r = rect_clip(r, (struct rect){0, 0, g->rows, g->cols});
    if (r.rows == 0 || r.cols == 0)
        return;
    if (p->caption && *p->caption && r.rows > 2) {
        grid_text(g, r.row + r.rows - 1, r.col, r.cols, ROLE_DIM, 0, p->caption);
        r.rows--;
    }
    unsigned kind = (unsigned)p->kind;
    if (kind >= sizeof kinds / sizeof kinds[0] || !kinds[kind].draw) {
        grid_text(g, r.row, r.col, r.cols, ROLE_DIM, 0, "a kind of view this program cannot draw");
        return;
    }
    size_t cells = p->kind == PICTURE_SCATTER ? p->rows : p->rows * p->cols;
    if ((kinds[kind].needs_a && (!p->a || cells == 0)) || (kinds[kind].needs_b && !p->b) ||
        (kinds[kind].needs_text && (!p->text || !*p->text))) {
        grid_text(g, r.row, r.col, r.cols, ROLE_DIM, 0, "nothing to show yet");
        return;
    }
    kinds[kind].draw(g, r, p, glyphs);
}
