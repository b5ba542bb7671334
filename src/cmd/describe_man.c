/* Descriptors as mdoc pages. */
#include "cmd/describe.h"
#include "cmd/mdoc.h"

#include <ctype.h>
#include <string.h>

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
        mdoc_text(p->doc, out);
        buf_puts(out, ".br\n");
        param_describe(p, text, sizeof text - 1);
        text[0] = (char)toupper((unsigned char)text[0]);
        strcat(text, ".");
        mdoc_text(text, out);
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
        mdoc_text(m->doc, out);
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
        mdoc_text(d->views[i].doc, out);
    }
    buf_puts(out, ".El\n");
}

void describe_man(const struct desc *d, struct buf *out)
{
    buf_printf(out, ".\\\" Written by rlbench plugins %s --man from the tables of the plugin.\n",
               d->id);
    mdoc_title(d->id, 7, out);
    buf_puts(out, ".Nd ");
    mdoc_words(d->title, out);
    buf_puts(out, ".Sh DESCRIPTION\n");
    mdoc_text(d->doc, out);
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
        mdoc_text(d->citation, out);
    }
}
