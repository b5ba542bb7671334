/* rlbench data info: what a dataset holds. */
#include "cmd/data.h"

#include "base/num.h"
#include "cmd/runs.h"
#include "cmd/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"none", "discrete", "box", "multi"};

/* ---- values of all episodes ---- */

struct summary {
    double *values; /* sorted */
    uint64_t n;
    double mean;
};

static int compare(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b) + isnan(*a) - isnan(*b); /* NaN last */
}

static struct summary summarize(double *values, uint64_t n)
{
    struct summary s = {values, n, 0};
    qsort(values, n, sizeof *values, compare);
    for (uint64_t i = 0; i < n; i++)
        s.mean += values[i] / (double)n;
    return s;
}

static double median(const struct summary *s)
{
    return 0.5 * (s->values[(s->n - 1) / 2] + s->values[s->n / 2]);
}

static void print_summary(const char *what, const struct summary *s)
{
    char low[32], mid[32], high[32], mean[32];
    printf("\n%s: %s to %s, median %s, mean %s\n", what,
           num_format_short(s->values[0], low, sizeof low),
           num_format_short(s->values[s->n - 1], high, sizeof high),
           num_format_short(median(s), mid, sizeof mid),
           num_format_short(s->mean, mean, sizeof mean));
}

/* Ten bins of equal width at most, each with a bar; those of whole numbers hold whole numbers. */
static void print_histogram(const char *what, const struct summary *s, bool whole)
{
    enum { MOST = 10, WIDTH = 50 };
    static const char bar[] = "##################################################";
    uint64_t counts[MOST] = {0}, most = 1;
    double low = s->values[0], high = s->values[s->n - 1];
    print_summary(what, s);
    if (!(low < high) || !isfinite(high - low))
        return;
    double width = whole ? ceil((high - low + 1) / MOST) : (high - low) / MOST;
    int bins = whole ? (int)((high - low) / width) + 1 : MOST;
    for (uint64_t i = 0; i < s->n; i++) {
        int bin = (int)((s->values[i] - low) / width);
        counts[bin < bins ? bin : bins - 1]++;
    }
    for (int i = 0; i < bins; i++)
        most = counts[i] > most ? counts[i] : most;
    for (int i = 0; i < bins; i++) {
        char text[32];
        /* one mark at least where there is anything */
        int length = (int)((counts[i] * WIDTH + most - 1) / most);
        printf("  %9s %9" PRIu64 "%s%.*s\n", num_format_short(low + i * width, text, sizeof text),
               counts[i], length ? "  " : "", length, bar);
    }
}

/* ---- for people ---- */

static void print_space(const char *name, const rlb_space *s)
{
    char low[32], high[32];
    if (s->kind == RLB_SPACE_NONE)
        return;
    printf("%-15s%s, ", name, kinds[s->kind]);
    if (s->kind != RLB_SPACE_BOX) {
        printf("%u of %" PRId64 " choices\n", s->width, s->n);
        return;
    }
    printf("%s [", rlb_npy_type_name(s->dtype));
    for (uint32_t i = 0; i < s->rank; i++)
        printf("%s%u", i ? ", " : "", s->shape[i]);
    printf("], %s to %s\n", num_format_real(s->low, low, sizeof low),
           num_format_real(s->high, high, sizeof high));
}

static void add_number(struct table *t, double value)
{
    char text[32];
    table_add(t, isnan(value) ? "-" : num_format_short(value, text, sizeof text));
}

static void print_columns(const rlb_dataset_file *f)
{
    struct table t;
    table_init(&t, "COLUMN|TYPE|SHAPE|MIN|MEAN|MAX|NAN|INF", "lllrrrrr");
    for (uint32_t i = 0; i < f->num_columns; i++) {
        const rlb_column *c = &f->columns[i];
        struct buf shape = {0};
        struct data_stats s;
        data_column_stats(f, c, &s);
        buf_puts(&shape, c->per_agent && f->data.num_agents > 1 ? "[row][agent]" : "[row]");
        for (uint32_t k = 0; k < c->rank; k++)
            buf_printf(&shape, "[%u]", c->shape[k]);
        table_add(&t, c->name);
        table_add(&t, rlb_npy_type_name(c->type));
        table_add(&t, buf_text(&shape));
        add_number(&t, s.min);
        add_number(&t, s.mean);
        add_number(&t, s.max);
        table_printf(&t, "%" PRIu64, s.nan);
        table_printf(&t, "%" PRIu64, s.infinite);
        buf_finish(&shape);
    }
    putchar('\n');
    table_print(&t, TABLE_ALIGNED, stdout);
    table_finish(&t);
}

static void print_text(const rlb_dataset_file *f, const struct summary *lengths,
                       const struct summary *returns)
{
    const rlb_dataset *d = &f->data;
    struct arena a = {0};
    printf("%-15s%s\n", "name", text_printable(&a, d->name));
    printf("%-15s%" PRIu64 "\n%-15s%" PRIu64 "\n%-15s%u\n", "episodes", d->num_episodes, "rows",
           d->num_rows, "agents", d->num_agents);
    print_space("observations", &d->obs);
    print_space("actions", &d->act);
    print_space("state", &d->state);
    printf("%-15s%s\n%-15s%" PRIu64 "\n", "sha256", d->sha256, "bytes", f->map_bytes);
    for (uint32_t i = 0; i < f->num_notes; i++)
        printf("%-15s%s\n", text_printable(&a, f->notes[i].key),
               text_printable(&a, f->notes[i].value));
    print_columns(f);
    if (lengths->n)
        print_histogram("steps of an episode", lengths, true);
    if (returns->n)
        print_histogram("return of an episode", returns, false);
    arena_finish(&a);
}

/* ---- for programs ---- */

static json_t *space_json(const rlb_space *s)
{
    json_t *shape = json_array();
    for (uint32_t i = 0; i < s->rank; i++)
        json_array_append_new(shape, json_integer(s->shape[i]));
    return json_pack("{s:s,s:s,s:i,s:o,s:I,s:o,s:o}", "kind", kinds[s->kind], "type",
                     rlb_npy_type_name(s->dtype), "width", (int)s->width, "shape", shape, "n",
                     (json_int_t)s->n, "low", json_number(s->low), "high", json_number(s->high));
}

static json_t *column_json(const rlb_dataset_file *f, const rlb_column *c)
{
    struct data_stats s;
    json_t *shape = json_array();
    data_column_stats(f, c, &s);
    for (uint32_t i = 0; i < c->rank; i++)
        json_array_append_new(shape, json_integer(c->shape[i]));
    return json_pack("{s:s,s:s,s:o,s:b,s:o,s:o,s:o,s:I,s:I}", "name", c->name, "type",
                     rlb_npy_type_name(c->type), "shape", shape, "per_agent", (int)c->per_agent,
                     "min", json_number(s.min), "mean", json_number(s.mean), "max",
                     json_number(s.max), "nan", (json_int_t)s.nan, "inf", (json_int_t)s.infinite);
}

static json_t *summary_json(const struct summary *s)
{
    if (s->n == 0)
        return json_null();
    return json_pack("{s:o,s:o,s:o,s:o}", "min", json_number(s->values[0]), "median",
                     json_number(median(s)), "mean", json_number(s->mean), "max",
                     json_number(s->values[s->n - 1]));
}

static void print_json(const rlb_dataset_file *f, const struct summary *lengths,
                       const struct summary *returns)
{
    const rlb_dataset *d = &f->data;
    json_t *columns = json_array(), *notes = json_object();
    for (uint32_t i = 0; i < f->num_columns; i++)
        json_array_append_new(columns, column_json(f, &f->columns[i]));
    for (uint32_t i = 0; i < f->num_notes; i++)
        json_object_set_new(notes, f->notes[i].key, json_string(f->notes[i].value));
    json_t *name = json_string(d->name); /* NULL: not UTF-8 */
    json_print(json_pack("{s:i,s:o,s:I,s:I,s:i,s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "v", 1,
                         "name", name ? name : json_null(), "episodes", (json_int_t)d->num_episodes,
                         "rows", (json_int_t)d->num_rows, "agents", (int)d->num_agents, "sha256",
                         d->sha256, "bytes", (json_int_t)f->map_bytes, "obs", space_json(&d->obs),
                         "act", space_json(&d->act), "state", space_json(&d->state), "columns",
                         columns, "notes", notes, "steps", summary_json(lengths), "returns",
                         summary_json(returns)));
}

int data_info(const struct cli *c, struct err *e)
{
    rlb_dataset_file f;
    if (c->num_args != 2)
        return err_set(e, ERR_USAGE, "of what? rlbench data info FILE.rlbd");
    int status = data_open(c->args[1], &f, e);
    if (status != OK)
        return status;
    double *returns = data_returns(&f.data), *lengths = data_lengths(&f.data);
    struct summary l = summarize(lengths, f.data.num_episodes), r = {NULL, 0, 0};
    if (returns)
        r = summarize(returns, f.data.num_episodes);
    (cli_has(c, "json") ? print_json : print_text)(&f, &l, &r);
    free(lengths);
    free(returns);
    rlb_dataset_close(&f);
    return OK;
}
