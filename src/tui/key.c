#include "base/text.h"
#include "tui/event.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    uint32_t key;
} names[] = {
    {"Tab", K_TAB},        {"Enter", K_ENTER}, {"Esc", K_ESC},     {"Backspace", K_BACKSPACE},
    {"Space", ' '},        {"Up", K_UP},       {"Down", K_DOWN},   {"Left", K_LEFT},
    {"Right", K_RIGHT},    {"Home", K_HOME},   {"End", K_END},     {"PgUp", K_PAGE_UP},
    {"PgDn", K_PAGE_DOWN}, {"Ins", K_INSERT},  {"Del", K_DELETE},  {"BackTab", K_BACKTAB},
    {"F1", K_F1},          {"F2", K_F1 + 1},   {"F3", K_F1 + 2},   {"F4", K_F1 + 3},
    {"F5", K_F1 + 4},      {"F6", K_F1 + 5},   {"F7", K_F1 + 6},   {"F8", K_F1 + 7},
    {"F9", K_F1 + 8},      {"F10", K_F1 + 9},  {"F11", K_F1 + 10}, {"F12", K_F12},
    {"Less", '<'},         {"Greater", '>'},
};

char *key_format(uint32_t key, char *out, size_t size)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].key == key && key != '<' && key != '>') {
            snprintf(out, size, "%s", names[i].name);
            return out;
        }
    char utf8[5] = "";
    if (key < 0x20)
        snprintf(out, size, "Ctrl-%c", (char)(key + 0x40));
    else if (key < K_SPECIAL) {
        utf8[text_encode(key, utf8)] = '\0';
        snprintf(out, size, "%s", utf8);
    } else
        snprintf(out, size, "?");
    return out;
}

uint32_t key_parse(const char *name, size_t n)
{
    if (n == 0)
        return 0;
    uint32_t cp;
    if (text_decode(name, n, &cp) == n)
        return cp == 0xFFFD || cp < 0x20 || cp == K_BACKSPACE ? 0 : cp;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].name) == n && strncasecmp(names[i].name, name, n) == 0)
            return names[i].key;
    if (n == 6 && strncasecmp(name, "Ctrl-", 5) == 0) {
        unsigned char c = (unsigned char)name[5];
        if ((c >= 'A' && c <= '_') || (c >= 'a' && c <= 'z'))
            return K_CTRL(c);
    }
    return 0;
}
