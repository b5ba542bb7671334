#include "cmd/mdoc.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

void mdoc_text(const char *text, struct buf *out)
{
    bool start = true;
    for (const char *p = text; *p; p++) {
        if (start && (*p == '.' || *p == '\''))
            buf_puts(out, "\\&");
        start = false;
        if (*p == '\\') {
            buf_puts(out, "\\e");
        } else if (*p == '\n') {
            buf_puts(out, "\n.Pp\n");
            start = true;
        } else if (*p == '.' && p[1] == ' ' && isupper((unsigned char)p[2]) && p > text &&
                   (islower((unsigned char)p[-1]) || p[-1] == ')')) {
            buf_puts(out, ".\n");
            p++;
            start = true;
        } else {
            buf_putc(out, *p);
        }
    }
    buf_putc(out, '\n');
}

void mdoc_words(const char *text, struct buf *out)
{
    bool start = true;
    for (const char *p = text; *p; p++) {
        size_t n = strcspn(p, " ");
        if (start && (n <= 3 || ispunct((unsigned char)*p)))
            buf_puts(out, "\\&");
        if (*p == '"')
            buf_puts(out, "\\(dq");
        else if (*p == '\\')
            buf_puts(out, "\\e");
        else
            buf_putc(out, *p == '\n' ? ' ' : *p);
        start = *p == ' ';
    }
    buf_putc(out, '\n');
}

void mdoc_title(const char *id, int section, struct buf *out)
{
    buf_puts(out, ".Dd November 25, 2026\n.Dt RLBENCH-");
    for (const char *p = id; *p; p++)
        buf_putc(out, (char)toupper((unsigned char)*p));
    buf_printf(out, " %d\n.Os\n.Sh NAME\n.Nm rlbench-%s\n", section, id);
}
