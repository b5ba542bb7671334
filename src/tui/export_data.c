/* What lies behind lists, as comma-separated values. */
#include "tui/export.h"

#include "base/csv.h"
#include "base/num.h"
#include "tui/log_model.h"
#include "tui/recipes_model.h"
#include "tui/runs_model.h"
#include "tui/stats_model.h"
#include "tui/tui.h"

#include <inttypes.h>
#include <math.h>

static void put_number(struct buf *out, double v)
{
    char text[40];
    buf_printf(out, ",%s", isfinite(v) ? num_format_real(v, text, sizeof text) : "");
}

static void put_text(struct buf *out, const char *text)
{
    buf_putc(out, ',');
    csv_put(out, text);
}

bool export_runs(const struct app *a, void *self, struct buf *out)
{
    const struct runs_model *m = self;
    (void)a;
    buf_puts(out, "run,uid,experiment,algorithm,environment,group,seed,state,steps,total_steps,"
                  "metric,last,best,steps_per_s\n");
    for (size_t i = 0; i < m->lines.len; i++)
        for (size_t k = 0; k < m->lines.data[i].num_runs; k++) {
            const struct run_row *r = m->lines.data[i].runs[k];
            buf_printf(out, "%" PRId64 ",%s", r->id, r->uid);
            put_text(out, r->experiment);
            put_text(out, r->algo);
            put_text(out, r->env);
            put_text(out, r->label);
            buf_printf(out, ",%" PRIu64 ",%s,%" PRIu64 ",%" PRIu64, r->seed,
                       run_state_name(r->state), r->steps, r->total_steps);
            put_text(out, r->headline);
            put_number(out, r->last);
            put_number(out, r->best);
            put_number(out, r->steps_per_s);
            buf_putc(out, '\n');
        }
    return true;
}

bool export_recipes(const struct app *a, void *self, struct buf *out)
{
    const struct recipes_model *m = self;
    (void)a;
    buf_puts(out, "name,path,describe,algorithm,environment,duration\n");
    for (size_t i = 0; i < m->shown.len; i++) {
        const struct recipes_item *r = &m->items.data[m->shown.data[i]];
        csv_put(out, r->name);
        put_text(out, r->path);
        put_text(out, r->describe);
        put_text(out, r->algorithm);
        put_text(out, r->env);
        put_text(out, r->duration);
        buf_putc(out, '\n');
    }
    return true;
}

bool export_log(const struct app *a, void *self, struct buf *out)
{
    static const char *const levels[LOG_LEVELS] = {"debug", "info", "warning", "error", "command"};
    const struct log_model *m = self; /* the first member of the screen's state */
    (void)a;
    buf_puts(out, "time_us,level,run,kind,step,text\n");
    for (size_t i = 0; i < m->shown.len; i++) {
        const struct log_line *l = &m->lines.data[m->shown.data[i]];
        int level = l->level < 0 ? 0 : l->level < LOG_LEVELS ? l->level : LOG_LEVELS - 1;
        buf_printf(out, "%" PRId64 ",%s", l->t_us, levels[level]);
        put_text(out, l->run);
        put_text(out, l->kind);
        buf_printf(out, ",%" PRIu64, l->step);
        put_text(out, l->text);
        buf_putc(out, '\n');
    }
    return true;
}

bool export_stats(const struct app *a, void *self, struct buf *out)
{
    const struct stats_model *m = self; /* the first member of the screen's state */
    const struct judge *j = &m->judge;
    (void)a;
    if (!m->there)
        return false;
    buf_puts(out, "environment,algorithm,better_than,value,low,high\n");
    for (size_t i = 0; i < m->numbers.len; i++) {
        const struct stats_number *n = &m->numbers.data[i];
        csv_put(out, n->task < j->tasks.len ? j->tasks.data[n->task].name : "all");
        put_text(out, j->contenders.data[n->a].name);
        put_text(out, n->b == SIZE_MAX ? "" : j->contenders.data[n->b].name);
        put_number(out, n->value.point);
        put_number(out, n->value.low);
        put_number(out, n->value.high);
        buf_putc(out, '\n');
    }
    return true;
}
