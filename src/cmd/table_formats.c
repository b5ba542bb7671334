/* Tables for documents: Markdown and LaTeX. */
#include "cmd/table.h"

#include <string.h>

static bool is_right(const struct table *t, size_t column)
{
    return t->aligns && t->aligns[column] == 'r';
}

static void put_markdown(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (strchr("|\\*_`<", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

void table_markdown(const struct table *t, FILE *out)
{
    for (size_t i = 0; i < t->cells.len; i++) {
        size_t column = i % t->num_columns;
        fputs(column ? " | " : "| ", out);
        put_markdown(t->cells.data[i], out);
        if (column + 1 < t->num_columns)
            continue;
        fputs(" |\n", out);
        for (size_t c = 0; i + 1 == t->num_columns && c < t->num_columns; c++)
            fprintf(out, "|%s%s", is_right(t, c) ? "---:" : "---",
                    c + 1 < t->num_columns ? "" : "|\n");
    }
}

static void put_latex(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\textbackslash{}", out);
        else if (*text == '~' || *text == '^')
            fprintf(out, "\\%c{}", *text);
        else if (*text == '<' || *text == '>')
            fprintf(out, "$%c$", *text);
        else
            fprintf(out, "%s%c", strchr("&%$#_{}", *text) ? "\\" : "", *text);
    }
}

void table_latex(const struct table *t, FILE *out)
{
    fputs("\\begin{tabular}{", out);
    for (size_t c = 0; c < t->num_columns; c++)
        fputc(is_right(t, c) ? 'r' : 'l', out);
    fputs("}\n\\hline\n", out);
    for (size_t i = 0; i < t->cells.len; i++) {
        size_t column = i % t->num_columns;
        fputs(column ? " & " : "", out);
        put_latex(t->cells.data[i], out);
        if (column + 1 == t->num_columns)
            fputs(i + 1 == t->num_columns ? " \\\\\n\\hline\n" : " \\\\\n", out);
    }
    fputs("\\hline\n\\end{tabular}\n", out);
}

static void put_csv(const char *text, FILE *out)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++)
        fputs(*text == '"' ? "\"\"" : (const char[]){*text, '\0'}, out);
    fputc('"', out);
}

void csv_row_print(const char *const *fields, size_t n, FILE *out)
{
    for (size_t i = 0; i < n; i++) {
        fputs(i ? "," : "", out);
        put_csv(fields[i], out);
    }
    fputs("\r\n", out);
}
