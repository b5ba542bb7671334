/* A grid of character cells: what every chart and screen draws into. No terminal here; a terminal
 * shows the difference between two grids, a test prints one as text. */
#ifndef RLBENCH_CHART_GRID_H
#define RLBENCH_CHART_GRID_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/* Colours by meaning, mapped by the theme in the terminal. */
enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_TITLE,
    ROLE_BORDER,
    ROLE_FOCUS,
    ROLE_KEY,
    ROLE_GOOD,
    ROLE_BAD,
    ROLE_WARN,
    ROLE_BAR,
    ROLE_SELECT,
    ROLE_SERIES0,                  /* … ROLE_SERIES0 + 7: curves */
    ROLE_HEAT0 = ROLE_SERIES0 + 8, /* … ROLE_HEAT0 + 15: heat ramp, low to high */
    ROLE_COUNT = ROLE_HEAT0 + 16
};
enum { ATTR_BOLD = 1, ATTR_REVERSE = 2, ATTR_UNDERLINE = 4 };

struct cell {
    uint32_t cp; /* code point; 0: the right half of a wide character */
    uint8_t fg;  /* enum role */
    uint8_t bg;  /* enum role used as background; ROLE_TEXT: the terminal's own */
    uint8_t attrs;
    uint8_t reserved;
};

struct grid {
    int rows, cols;
    struct cell *cells; /* [rows][cols] */
};

struct rect {
    int row, col, rows, cols;
};

enum glyphs { GLYPHS_BRAILLE, GLYPHS_BLOCK, GLYPHS_ASCII };

void grid_init(struct grid *g, int rows, int cols); /* blank */
void grid_finish(struct grid *g);
void grid_resize(struct grid *g, int rows, int cols); /* blank again */
void grid_clear(struct grid *g);
/* The part of r that lies in `to`; rows and cols are never negative. */
struct rect rect_clip(struct rect r, struct rect to);
/* Out-of-range cells are ignored everywhere. grid_put and grid_text keep the background that is
 * there; a character of width 0 is left out; half of a wide character never stays behind. */
void grid_put(struct grid *g, int row, int col, uint32_t cp, int role, int attrs);
/* UTF-8 clipped to max columns (an ellipsis shows the cut); returns columns used. NULL: nothing. */
int grid_text(struct grid *g, int row, int col, int max, int role, int attrs, const char *text);
int grid_printf(struct grid *g, int row, int col, int max, int role, int attrs, const char *fmt,
                ...) __attribute__((format(printf, 7, 8)));
void grid_fill(struct grid *g, struct rect r, uint32_t cp, int role, int bg, int attrs);
/* A frame with a title in its top edge; returns the inside. */
struct rect grid_box(struct grid *g, struct rect r, enum glyphs glyphs, int role,
                     const char *title);
/* Replaces every character outside ASCII by a look-alike: the last step of a screen whose glyph set
 * is GLYPHS_ASCII. Charts draw their own ASCII shapes before that. */
void grid_to_ascii(struct grid *g);
bool grid_equal(const struct grid *a, const struct grid *b);
/* The grid as UTF-8 lines without trailing blanks, for tests and --plain. */
void grid_dump(const struct grid *g, struct buf *out);

#endif
