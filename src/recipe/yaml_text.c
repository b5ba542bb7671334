/* Text as a YAML scalar. */
#include "recipe/typed.h"

#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Plain only what nobody can take for anything else: letters, digits and harmless signs between
 * them, and not a word that YAML gives a meaning to (true and false keep theirs). */
static bool is_plain(const char *text)
{
    static const char *const words[] = {"null", "yes", "no", "on", "off", "y", "n", "nan", "inf"};
    size_t n = strlen(text);
    if (n == 0 || n > 200 || !isalnum((unsigned char)text[0]) ||
        !isalnum((unsigned char)text[n - 1]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("_-./+", text[i]) &&
            !(text[i] == ' ' && isalnum((unsigned char)text[i + 1])) &&
            !(text[i] == '=' && text[i + 1] != ' '))
            return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    return true;
}

void yaml_put_scalar(struct buf *out, const char *text)
{
    if (is_plain(text)) {
        buf_puts(out, text);
        return;
    }
    size_t n = strlen(text);
    buf_putc(out, '"');
    while (n) {
        uint32_t cp;
        size_t len = text_decode(text, n, &cp);
        if (cp == '"' || cp == '\\')
            buf_printf(out, "\\%c", (char)cp);
        else if (cp == '\n')
            buf_puts(out, "\\n");
        else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
            buf_printf(out, "\\x%02X", cp);
        else if (cp == 0x2028 || cp == 0x2029 || cp == 0xFEFF || cp == 0xFFFE || cp == 0xFFFF)
            buf_printf(out, "\\u%04X", cp);
        else
            buf_add(out, text, len);
        text += len;
        n -= len;
    }
    buf_putc(out, '"');
}
