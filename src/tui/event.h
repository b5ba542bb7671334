/* What can happen: a key, the mouse, a new size, time, new data, a message of a supervisor. */
#ifndef RLBENCH_TUI_EVENT_H
#define RLBENCH_TUI_EVENT_H

#include "wire/wire.h"

/* A key is a code point (control keys as their ASCII codes) or one of these. */
enum key {
    K_TAB = '\t',
    K_ENTER = '\r',
    K_ESC = 27,
    K_BACKSPACE = 127,
    K_SPECIAL = 0x110000, /* beyond Unicode from here on */
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_INSERT,
    K_DELETE,
    K_BACKTAB,
    K_F1,
    K_F12 = K_F1 + 11,
    K_LIMIT
};
#define K_CTRL(letter) ((uint32_t)(letter)&0x1F)

enum mouse_act { MOUSE_CLICK, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

enum event_kind {
    EVENT_KEY,     /* key */
    EVENT_MOUSE,   /* mouse: cell of the whole grid */
    EVENT_RESIZE,  /* size */
    EVENT_DATA,    /* the database has changed, or its runs came into focus */
    EVENT_TICK,    /* the time set with app_wake() has come */
    EVENT_MESSAGE, /* message: from the supervisor of one of our runs */
};

struct event {
    enum event_kind kind;
    uint32_t key;
    struct {
        int row, col;
        enum mouse_act act;
    } mouse;
    struct {
        int rows, cols;
    } size;
    struct {
        enum wire_type type;
        const union wire_any *body; /* borrowed, for the length of the call */
    } message;
};

/* "j", "Space", "Enter", "Ctrl-U", "F5", "PgDn", … of a key; returns out. */
char *key_format(uint32_t key, char *out, size_t size);
/* The key that this name means (n bytes), 0 when it is none. */
uint32_t key_parse(const char *name, size_t n);

#endif
