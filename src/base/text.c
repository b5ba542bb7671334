#include "base/text.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Optimal string alignment distance, cut at 40 bytes a side. */
static int distance(const char *a, const char *b)
{
    enum { MOST = 40 };
    int d[MOST + 1][MOST + 1];
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > MOST || m > MOST)
        return MOST;
    for (int i = 0; i <= n; i++)
        d[i][0] = i;
    for (int j = 0; j <= m; j++)
        d[0][j] = j;
    for (int i = 1; i <= n; i++)
        for (int j = 1; j <= m; j++) {
            int best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

const char *text_nearest(const char *word, const char *const *names, size_t n)
{
    const char *best = NULL;
    int best_distance = (int)strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        int d = distance(word, names[i]);
        if (d < best_distance) {
            best_distance = d;
            best = names[i];
        }
    }
    return best;
}

bool text_match(const char *pattern, const char *text)
{
    return fnmatch(pattern, text, 0) == 0;
}

size_t text_decode(const char *s, size_t n, uint32_t *cp)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t len = u[0] < 0x80                   ? 1
                 : u[0] >= 0xC2 && u[0] < 0xE0 ? 2
                 : (u[0] & 0xF0) == 0xE0       ? 3
                 : u[0] >= 0xF0 && u[0] < 0xF5 ? 4
                                               : 0;
    if (len == 1) {
        *cp = u[0];
        return 1;
    }
    *cp = 0xFFFD;
    if (len == 0 || len > n)
        return 1;
    uint32_t value = u[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (u[i] & 0x3F);
    }
    if ((len == 3 && value < 0x800) || (len == 4 && (value < 0x10000 || value > 0x10FFFF)) ||
        (value >= 0xD800 && value < 0xE000))
        return 1;
    *cp = value;
    return len;
}

size_t text_encode(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

int text_width(uint32_t cp)
{
    static const struct {
        uint32_t from, to;
        int width;
    } ranges[] = {/* zero width: controls, combining, format */
                  {0x0, 0x1F, 0},
                  {0x7F, 0x9F, 0},
                  {0x300, 0x36F, 0},
                  {0x483, 0x489, 0},
                  {0x591, 0x5BD, 0},
                  {0x610, 0x61A, 0},
                  {0x64B, 0x65F, 0},
                  {0x1AB0, 0x1AFF, 0},
                  {0x1DC0, 0x1DFF, 0},
                  {0x200B, 0x200F, 0},
                  {0x202A, 0x202E, 0},
                  {0x2060, 0x2064, 0},
                  {0x20D0, 0x20FF, 0},
                  {0xFE00, 0xFE0F, 0},
                  {0xFE20, 0xFE2F, 0},
                  {0xFEFF, 0xFEFF, 0},
                  /* two columns: East Asian wide, emoji */
                  {0x1100, 0x115F, 2},
                  {0x231A, 0x231B, 2},
                  {0x23E9, 0x23EC, 2},
                  {0x2E80, 0x303E, 2},
                  {0x3041, 0x33FF, 2},
                  {0x3400, 0x4DBF, 2},
                  {0x4E00, 0x9FFF, 2},
                  {0xA000, 0xA4CF, 2},
                  {0xAC00, 0xD7A3, 2},
                  {0xF900, 0xFAFF, 2},
                  {0xFE30, 0xFE6F, 2},
                  {0xFF00, 0xFF60, 2},
                  {0xFFE0, 0xFFE6, 2},
                  {0x1F300, 0x1F64F, 2},
                  {0x1F680, 0x1F6FF, 2},
                  {0x1F900, 0x1F9FF, 2},
                  {0x20000, 0x3FFFD, 2}};
    /* ASCII, lines and blocks, braille: nearly all that charts are made of */
    if ((cp >= 0x20 && cp < 0x7F) || (cp >= 0x2500 && cp < 0x25A0) || (cp >= 0x2800 && cp < 0x2900))
        return 1;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (cp >= ranges[i].from && cp <= ranges[i].to)
            return ranges[i].width;
    return 1;
}

int text_columns(const char *s)
{
    int columns = 0;
    size_t n = strlen(s);
    while (n) {
        uint32_t cp;
        size_t len = text_decode(s, n, &cp);
        columns += text_width(cp);
        s += len;
        n -= len;
    }
    return columns;
}
