#include "cmd/describe.h"

#include "base/text.h"

#include <string.h>

enum { WIDTH = 79 };

const char *describe_kind(const struct desc *d)
{
    return d->kind == DESC_ALGORITHM ? "algorithm" : "environment";
}

static const char *word(const char *const *words, size_t n, uint32_t i)
{
    return i < n && words[i] ? words[i] : "?";
}

const char *describe_fold(uint32_t fold)
{
    static const char *const words[] = {"last", "mean", "min", "max", "sum"};
    return word(words, sizeof words / sizeof words[0], fold);
}

const char *describe_goal(uint32_t goal)
{
    static const char *const words[] = {"", "minimize", "maximize"};
    return word(words, sizeof words / sizeof words[0], goal);
}

const char *describe_view(uint32_t kind)
{
    static const char *const words[] = {NULL,   "heatmap", "arrows", "scatter",
                                        "bars", "text",    "field",  "lines"};
    return word(words, sizeof words / sizeof words[0], kind);
}

void describe_wrap(const char *text, int indent, int width, struct buf *out)
{
    int column = 0;
    while (*text) {
        size_t n = strcspn(text, " \n");
        char piece[256];
        if (n >= sizeof piece)
            n = sizeof piece - 1;
        memcpy(piece, text, n);
        piece[n] = '\0';
        int columns = text_columns(piece);
        if (column > 0 && column + 1 + columns > width - indent) {
            buf_putc(out, '\n');
            column = 0;
        }
        if (n > 0) {
            buf_printf(out, "%*s%s", column ? 1 : indent, "", piece);
            column += columns + (column > 0);
        }
        text += n;
        if (*text == '\n') {
            buf_putc(out, '\n');
            column = 0;
        }
        text += *text == ' ' || *text == '\n';
    }
    if (column > 0)
        buf_putc(out, '\n');
}

static void put_params(const struct desc *d, struct buf *out)
{
    if (d->num_params)
        buf_puts(out, "\nParameters\n");
    for (size_t i = 0; i < d->num_params; i++) {
        const rlb_param *p = &d->params[i];
        char text[700];
        buf_printf(out, "  %s\n", p->name);
        describe_wrap(param_describe(p, text, sizeof text), 6, WIDTH, out);
        describe_wrap(p->doc, 6, WIDTH, out);
        if (p->flags & RLB_P_LIVE)
            describe_wrap("May change while running.", 6, WIDTH, out);
    }
}

static void put_metrics(const struct desc *d, struct buf *out)
{
    if (d->num_metrics)
        buf_puts(out, "\nMetrics\n");
    for (size_t i = 0; i < d->num_metrics; i++) {
        const rlb_metric *m = &d->metrics[i];
        const char *goal = describe_goal(m->goal);
        buf_printf(out, "  %s  (%s%s%s of a logging window%s%s)\n", m->name, m->unit,
                   *m->unit ? ", " : "", describe_fold(m->fold), *goal ? ", " : "", goal);
        describe_wrap(m->doc, 6, WIDTH, out);
    }
}

static void put_views(const struct desc *d, struct buf *out)
{
    if (d->num_views)
        buf_puts(out, "\nViews\n");
    for (size_t i = 0; i < d->num_views; i++) {
        buf_printf(out, "  %s  (%s)\n", d->views[i].name, describe_view(d->views[i].kind));
        describe_wrap(d->views[i].doc, 6, WIDTH, out);
    }
}

static void put_abilities(const struct desc *d, struct buf *out)
{
    if (d->kind == DESC_ALGORITHM) {
        buf_printf(out, "  %-12s %s\n", "clock", d->step_unit);
        buf_printf(out, "  %-12s %s\n", "environment",
                   d->flags & RLB_A_NO_ENV      ? "none"
                   : d->flags & RLB_A_OWN_LANES ? "makes its own instances"
                                                : "steps the recipe's");
        buf_printf(out, "  %-12s %s\n", "evaluation", d->has_act ? "yes" : "no");
    }
    buf_printf(out, "  %-12s %s\n", "resumable", d->has_save ? "yes" : "no");
    buf_printf(out, "  %-12s %u.%u\n", "ABI", d->abi_major, d->abi_minor);
    buf_printf(out, "  %-12s %s\n", "built with", d->build);
    buf_printf(out, "  %-12s %s\n", "file", d->path);
    buf_printf(out, "  %-12s %s\n", "SHA-256", d->sha256);
}

void describe_text(const struct desc *d, struct buf *out)
{
    buf_printf(out, "%s: %s (%s, version %s)\n\n", d->id, d->title, describe_kind(d), d->version);
    describe_wrap(d->doc, 2, WIDTH, out);
    if (*d->citation) {
        buf_puts(out, "\nCitation\n");
        describe_wrap(d->citation, 2, WIDTH, out);
    }
    put_params(d, out);
    put_metrics(d, out);
    put_views(d, out);
    buf_puts(out, "\nModule\n");
    put_abilities(d, out);
}
