#include "tui/theme.h"

#include <string.h>

enum { OWN = -1, NUM_SERIES = 8, NUM_HEAT = 16 };

/* One palette: the roles before ROLE_SERIES0, then series, then the heat ramp. */
struct palette {
    short roles[ROLE_SERIES0];
    short series[NUM_SERIES];
    short heat[NUM_HEAT];
    short bar_bg, select_bg; /* OWN: shown by attributes instead */
};

static const struct palette dark_256 = {
    .roles = {[ROLE_TEXT] = OWN,
              [ROLE_DIM] = 244,
              [ROLE_TITLE] = 255,
              [ROLE_BORDER] = 240,
              [ROLE_FOCUS] = 75,
              [ROLE_KEY] = 222,
              [ROLE_GOOD] = 114,
              [ROLE_BAD] = 203,
              [ROLE_WARN] = 215,
              [ROLE_BAR] = 250,
              [ROLE_SELECT] = 255},
    .series = {75, 215, 114, 204, 141, 80, 222, 175},
    /* viridis, as near as the colour cube comes */
    .heat = {53, 54, 54, 60, 61, 67, 67, 66, 73, 72, 72, 78, 114, 149, 185, 227},
    .bar_bg = 236,
    .select_bg = 238,
};
static const struct palette light_256 = {
    .roles = {[ROLE_TEXT] = OWN,
              [ROLE_DIM] = 244,
              [ROLE_TITLE] = 16,
              [ROLE_BORDER] = 249,
              [ROLE_FOCUS] = 25,
              [ROLE_KEY] = 94,
              [ROLE_GOOD] = 28,
              [ROLE_BAD] = 160,
              [ROLE_WARN] = 130,
              [ROLE_BAR] = 238,
              [ROLE_SELECT] = 16},
    .series = {25, 166, 28, 161, 91, 30, 94, 125},
    .heat = {53, 54, 54, 60, 61, 67, 67, 66, 73, 72, 72, 78, 114, 149, 185, 227},
    .bar_bg = 254,
    .select_bg = 252,
};
/* Okabe and Ito's palette */
static const struct palette safe_256 = {
    .roles = {[ROLE_TEXT] = OWN,
              [ROLE_DIM] = 244,
              [ROLE_TITLE] = 255,
              [ROLE_BORDER] = 240,
              [ROLE_FOCUS] = 74,
              [ROLE_KEY] = 221,
              [ROLE_GOOD] = 74,
              [ROLE_BAD] = 166,
              [ROLE_WARN] = 214,
              [ROLE_BAR] = 250,
              [ROLE_SELECT] = 255},
    .series = {74, 214, 36, 227, 32, 166, 175, 252},
    /* cividis */
    .heat = {17, 17, 18, 60, 60, 59, 59, 242, 243, 101, 102, 144, 143, 179, 185, 227},
    .bar_bg = 236,
    .select_bg = 238,
};
static const struct palette any_16 = {
    .roles = {[ROLE_TEXT] = OWN,
              [ROLE_DIM] = 8,
              [ROLE_TITLE] = OWN,
              [ROLE_BORDER] = 8,
              [ROLE_FOCUS] = 12,
              [ROLE_KEY] = 3,
              [ROLE_GOOD] = 2,
              [ROLE_BAD] = 9,
              [ROLE_WARN] = 3,
              [ROLE_BAR] = OWN,
              [ROLE_SELECT] = OWN},
    .series = {12, 3, 2, 9, 13, 6, 5, OWN},
    .heat = {4, 4, 4, 12, 12, 6, 6, 6, 14, 14, 2, 2, 10, 10, 11, 11},
    .bar_bg = OWN,
    .select_bg = OWN,
};
static const struct palette any_8 = {
    .roles = {[ROLE_TEXT] = OWN,
              [ROLE_DIM] = OWN,
              [ROLE_TITLE] = OWN,
              [ROLE_BORDER] = OWN,
              [ROLE_FOCUS] = 6,
              [ROLE_KEY] = 3,
              [ROLE_GOOD] = 2,
              [ROLE_BAD] = 1,
              [ROLE_WARN] = 3,
              [ROLE_BAR] = OWN,
              [ROLE_SELECT] = OWN},
    .series = {6, 3, 2, 1, 5, 4, 7, OWN},
    .heat = {4, 4, 4, 4, 6, 6, 6, 6, 2, 2, 2, 2, 3, 3, 3, 3},
    .bar_bg = OWN,
    .select_bg = OWN,
};

static const uint8_t plain_attrs[ROLE_SERIES0] = {
    [ROLE_TITLE] = ATTR_BOLD, [ROLE_FOCUS] = ATTR_BOLD, [ROLE_KEY] = ATTR_BOLD,
    [ROLE_BAD] = ATTR_BOLD,   [ROLE_WARN] = ATTR_BOLD,
};

static const struct palette *palette_for(const char *name, int colors)
{
    if (colors < 8 || strcmp(name, "mono") == 0)
        return NULL;
    if (colors < 16)
        return &any_8;
    if (colors < 256)
        return &any_16;
    return strcmp(name, "light") == 0  ? &light_256
           : strcmp(name, "safe") == 0 ? &safe_256
                                       : &dark_256;
}

struct tint theme_tint(const char *name, int colors, enum role role)
{
    const struct palette *p = palette_for(name, colors);
    struct tint t = {.fg = OWN, .bg = OWN};
    if (role < ROLE_SERIES0)
        t.fg = p ? p->roles[role] : OWN;
    else if (role < ROLE_HEAT0)
        t.fg = p ? p->series[role - ROLE_SERIES0] : OWN;
    else
        t.fg = p ? p->heat[role - ROLE_HEAT0] : OWN;
    t.bg = t.fg;
    if (role == ROLE_BAR || role == ROLE_TEXT)
        t.bg = p && role == ROLE_BAR ? p->bar_bg : OWN;
    if (role == ROLE_SELECT) {
        t.bg = p ? p->select_bg : OWN;
        t.bg_attrs = t.bg == OWN ? ATTR_REVERSE : 0;
    }
    if (!p && role < ROLE_SERIES0)
        t.attrs = plain_attrs[role];
    return t;
}
