#include "cmd/html.h"

#include "chart/svg.h"

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:64rem;"
    "margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.2rem;margin-top:2.2rem;"
    "border-bottom:1px solid #ccc}\n"
    "table{border-collapse:collapse;margin:.8rem 0;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}\n"
    "th,td{padding:.15rem .8rem .15rem 0;text-align:left;border-bottom:1px solid #e5e5e5;"
    "vertical-align:top;white-space:nowrap}\n"
    "td:last-child{white-space:normal;overflow-wrap:anywhere;min-width:6rem}\n"
    "td.r,th.r{text-align:right}thead th{border-bottom:1px solid #888}\n"
    "pre{background:#f6f6f6;padding:.7rem;overflow-x:auto;font-size:13px;line-height:1.4}\n"
    ".scroll{overflow-x:auto}svg{max-width:100%;height:auto;margin:.5rem 0}\n"
    ".note{border-left:3px solid #d55e00;padding-left:.6rem;margin:.4rem 0}\n"
    ".good{border-left-color:#009e73}\n";

void html_begin(struct buf *out, const char *title)
{
    buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    html_element(out, "title", title);
    buf_printf(out, "<style>\n%s</style>\n</head>\n<body>\n", style);
}

void html_end(struct buf *out)
{
    buf_puts(out, "</body>\n</html>\n");
}

void html_element(struct buf *out, const char *tag, const char *text)
{
    buf_printf(out, "<%s>", tag);
    svg_text(out, text);
    buf_printf(out, "</%s>\n", tag);
}

static void put_row(struct buf *out, const struct table *t, size_t first, bool head)
{
    buf_puts(out, "<tr>");
    for (size_t c = 0; c < t->num_columns; c++) {
        const char *tag = head || c == 0 ? "th" : "td";
        bool right = t->aligns && t->aligns[c] == 'r';
        buf_printf(out, "<%s%s>", tag, right ? " class=\"r\"" : "");
        svg_text(out, t->cells.data[first + c]);
        buf_printf(out, "</%s>", tag);
    }
    buf_puts(out, "</tr>\n");
}

void html_table(struct buf *out, const struct table *t, const char *caption)
{
    buf_puts(out, "<div class=\"scroll\"><table>\n");
    if (*caption)
        html_element(out, "caption", caption);
    buf_puts(out, "<thead>");
    put_row(out, t, 0, true);
    buf_puts(out, "</thead><tbody>\n");
    for (size_t i = t->num_columns; i + t->num_columns <= t->cells.len; i += t->num_columns)
        put_row(out, t, i, false);
    buf_puts(out, "</tbody></table></div>\n");
}

void html_details(struct buf *out, const char *summary, const char *text)
{
    buf_puts(out, "<details>");
    html_element(out, "summary", summary);
    html_element(out, "pre", text);
    buf_puts(out, "</details>\n");
}
