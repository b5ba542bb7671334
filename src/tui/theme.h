/* What the roles look like. Colours add, they never carry meaning alone: mono shows it. */
#ifndef RLBENCH_TUI_THEME_H
#define RLBENCH_TUI_THEME_H

#include "chart/grid.h"

struct tint {
    short fg, bg;  /* colour numbers of the terminal, -1: its own. bg: when used as a background */
    uint8_t attrs; /* ATTR_*, when used as a foreground */
    uint8_t bg_attrs; /* when used as a background */
};

/* name: dark, light, safe (told apart with any colour vision), mono. colors: how many the terminal
 * has (0 is mono). */
struct tint theme_tint(const char *name, int colors, enum role role);

#endif
