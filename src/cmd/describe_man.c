/* Descriptors as mdoc pages. Text from tables goes on lines of its own, escaped, so that nothing in
 * it can be a macro. */
#include "cmd/describe.h"

#include <ctype.h>
#include <string.h>

/* One line of text: no leading control character, no escape, a new line after each sentence. */
static void put_text(const char *text, struct buf *out)
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

/* Words on a macro line: a word that could be read as a macro is guarded. */
static void put_words(const char *text, struct buf *out)
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

static void put_params(const struct desc *d, struct buf *out)
{
    if (!d->num_params)
        return;
    buf_printf(out,
               ".Sh PARAMETERS\nSet in a recipe under\n.Ic %s.params\nor with\n"
               ".Fl -set Ar %s.params.NAME=VALUE .\n.Bl -tag -width Ds\n",
               d->kind == DESC_ALGORITHM ? "algorithm" : "env",
               d->kind == DESC_ALGORITHM ? "algorithm" : "env");
    for (size_t i = 0; i < d->num_params; i++) {
        const rlb_param *p = &d->params[i];
        char text[700];
        buf_printf(out, ".It Cm %s\n", p->name);
        put_text(p->doc, out);
        buf_puts(out, ".br\n");
        param_describe(p, text, sizeof text - 1);
        text[0] = (char)toupper((unsigned char)text[0]);
        strcat(text, ".");
        put_text(text, out);
        if (p->flags & RLB_P_LIVE)
            buf_puts(out, "May change while running.\n");
    }
    buf_puts(out, ".El\n");
}

static void put_metrics(const struct desc *d, struct buf *out)
{
    if (!d->num_metrics)
        return;
    buf_puts(out, ".Sh METRICS\nBeside those measured by\n.Xr rlbench 1\nfor every algorithm.\n"
                  ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < d->num_metrics; i++) {
        const rlb_metric *m = &d->metrics[i];
        buf_printf(out, ".It Cm %s\n", m->name);
        put_text(m->doc, out);
        buf_printf(out, "A point is the %s of its logging window%s%s%s%s.\n",
                   m->fold == RLB_FOLD_LAST ? "last sample" : describe_fold(m->fold),
                   *m->unit ? ", in " : "", m->unit, m->goal ? ", to " : "",
                   describe_goal(m->goal));
    }
    buf_puts(out, ".El\n");
}

static void put_views(const struct desc *d, struct buf *out)
{
    if (!d->num_views)
        return;
    buf_puts(out, ".Sh VIEWS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < d->num_views; i++) {
        buf_printf(out, ".It Cm %s Pq %s\n", d->views[i].name, describe_view(d->views[i].kind));
        put_text(d->views[i].doc, out);
    }
    buf_puts(out, ".El\n");
}

void describe_man(const struct desc *d, struct buf *out)
{
    char title[80];
    size_t n = 0;
    for (const char *p = d->id; *p && n + 1 < sizeof title; p++)
        title[n++] = (char)toupper((unsigned char)*p);
    title[n] = '\0';
    buf_printf(out, ".\\\" Written by rlbench plugins %s --man from the tables of the plugin.\n",
               d->id);
    buf_printf(out, ".Dd November 23, 2026\n.Dt RLBENCH-%s 7\n.Os\n.Sh NAME\n.Nm rlbench-%s\n",
               title, d->id);
    buf_puts(out, ".Nd ");
    put_words(d->title, out);
    buf_puts(out, ".Sh DESCRIPTION\n");
    put_text(d->doc, out);
    if (d->kind == DESC_ALGORITHM) {
        buf_printf(out, ".Pp\nIts clock counts in units of one %s.\n", d->step_unit);
        if (d->flags & RLB_A_NO_ENV)
            buf_puts(out, "It needs no environment.\n");
        if (d->flags & RLB_A_OWN_LANES)
            buf_puts(out, "It makes its own instances of the recipe's environment.\n");
        if (!d->has_act)
            buf_puts(out, "It has no policy to evaluate.\n");
        if (!d->has_save)
            buf_puts(out, "Its runs cannot be resumed.\n");
    }
    buf_puts(out, ".\\\" body\n");
    put_params(d, out);
    put_metrics(d, out);
    put_views(d, out);
    buf_puts(out, ".Sh SEE ALSO\n.Xr rlbench 1 ,\n.Xr rlbench-plugin 3 ,\n.Xr rlbench-recipe 5\n");
    if (*d->citation) {
        buf_puts(out, ".Pp\n");
        put_text(d->citation, out);
    }
}
