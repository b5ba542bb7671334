/* A verb as an mdoc page, from its table; a line `.\" body` marks where man/verb-<name>.inc goes
 * in. */
#include "cmd/verb_man.h"

#include "cmd/mdoc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_flag(const struct opt *o, struct buf *out)
{
    if (o->letter)
        buf_printf(out, "Fl %c , ", o->letter);
    buf_printf(out, "Fl -%s", o->name);
    if (o->arg)
        buf_printf(out, " Ar %s", o->arg);
}

static void put_options(const struct opt *o, struct buf *out)
{
    buf_puts(out, ".Pp\nThe options, besides those for every verb in\n.Xr rlbench 1 :\n");
    buf_puts(out, ".Bl -tag -width Ds\n");
    for (; o->name; o++) {
        buf_puts(out, ".It ");
        put_flag(o, out);
        buf_putc(out, '\n');
        mdoc_text(o->doc, out);
    }
    buf_puts(out, ".El\n");
}

static void put_examples(const char *lines, struct buf *out)
{
    buf_puts(out, ".Sh EXAMPLES\n.Bd -literal -offset indent\n");
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        char *line = mem_printf("%.*s", (int)n, lines);
        mdoc_text(line, out);
        free(line);
        lines += n + (lines[n] == '\n');
    }
    buf_puts(out, ".Ed\n");
}

static void put_page(const struct verb *v, struct buf *out)
{
    buf_printf(out, ".\\\" Written by rlbench --man %s from the table of the verb.\n", v->name);
    mdoc_title(v->name, 1, out);
    buf_puts(out, ".Nd ");
    mdoc_words(v->doc, out);
    buf_printf(out, ".Sh SYNOPSIS\n.Nm rlbench %s\n", v->name);
    for (const struct opt *o = v->opts; o && o->name; o++)
        buf_printf(out, ".Op Fl -%s%s%s\n", o->name, o->arg ? " Ar " : "", o->arg ? o->arg : "");
    const char *options = strstr(v->args, "[OPTION]");
    size_t n = options ? (size_t)(options - v->args) : strlen(v->args);
    char *args = mem_printf("%.*s", (int)(n && v->args[n - 1] == ' ' ? n - 1 : n), v->args);
    if (*args)
        mdoc_text(args, out);
    free(args);
    buf_puts(out, ".Sh DESCRIPTION\n.\\\" body\n");
    if (v->opts && v->opts->name)
        put_options(v->opts, out);
    buf_puts(out, ".Sh EXIT STATUS\nAs in\n.Xr rlbench 1 .\n");
    if (v->examples)
        put_examples(v->examples, out);
    buf_puts(out, ".Sh SEE ALSO\n.Xr rlbench 1\n");
}

int verb_man_main(int argc, char **argv)
{
    for (const struct verb *const *v = verbs; argc == 1 && *v; v++)
        if (strcmp((*v)->name, argv[0]) == 0) {
            struct buf out = {0};
            put_page(*v, &out);
            fputs(buf_text(&out), stdout);
            buf_finish(&out);
            return OK;
        }
    return ERR_USAGE;
}
