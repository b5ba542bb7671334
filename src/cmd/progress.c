#include "cmd/progress.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "store/store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE_INTERVAL_S = 10, JSON_INTERVAL_S = 1, WIDTH_UNKNOWN = 79 };

void progress_init(struct progress *p, bool quiet, bool json, bool plain)
{
    const char *term = getenv("TERM");
    *p = (struct progress){.quiet = quiet, .json = json};
    p->terminal =
        !quiet && !json && !plain && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static int columns(void)
{
    struct winsize w;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1 ? w.ws_col - 1 : WIDTH_UNKNOWN;
}

/* ---- the line ---- */

struct sums {
    size_t by_state[RUN_NUM_STATES];
    double steps, total, speed, left_s;
    bool endless; /* some run has no number of steps */
};

static struct sums add_up(const struct supervisor_progress *s)
{
    struct sums t = {0};
    double todo = 0;
    for (size_t i = 0; i < s->num_runs; i++) {
        const struct supervisor_run_progress *r = &s->runs[i];
        t.by_state[r->state]++;
        t.steps += (double)r->step;
        t.total += (double)r->total;
        t.speed += r->steps_per_s;
        t.endless = t.endless || r->total == 0;
        bool waits = r->state == RUN_QUEUED || r->state == RUN_RUNNING || r->state == RUN_PAUSED;
        if (waits && r->total > r->step)
            todo += (double)(r->total - r->step);
    }
    t.left_s = t.speed > 0 ? todo / t.speed : -1;
    return t;
}

static void put_counts(struct buf *b, const struct sums *t, size_t n)
{
    static const enum run_state order[] = {RUN_RUNNING, RUN_PAUSED,  RUN_QUEUED,
                                           RUN_FAILED,  RUN_CRASHED, RUN_STOPPED};
    if (n > 1)
        buf_printf(b, "%zu of %zu done", t->by_state[RUN_DONE], n);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (t->by_state[order[i]] && n > 1)
            buf_printf(b, ", %zu %s", t->by_state[order[i]], run_state_name(order[i]));
    for (int state = 0; state < RUN_NUM_STATES && n == 1; state++)
        if (t->by_state[state])
            buf_puts(b, run_state_name((enum run_state)state));
}

void progress_line(const struct supervisor_progress *s, char *out, size_t size)
{
    struct sums t = add_up(s);
    struct buf b = {0};
    char text[32];
    put_counts(&b, &t, s->num_runs);
    if (!t.endless && t.total > 0)
        buf_printf(&b, "  %.0f%%", 100 * (t.steps < t.total ? t.steps / t.total : 1));
    else
        buf_printf(&b, "  step %s", num_format_short(t.steps, text, sizeof text));
    if (t.speed > 0)
        buf_printf(&b, "  %s steps/s", num_format_short(t.speed, text, sizeof text));
    if (t.speed > 0 && !t.endless)
        buf_printf(&b, "  %s left", clock_format_duration(t.left_s, text, sizeof text));
    if (s->notice && *s->notice)
        buf_printf(&b, "  %s", s->notice);
    snprintf(out, size, "%s", buf_text(&b));
    buf_finish(&b);
}

/* ---- on a terminal ---- */

/* As much of text as fits; never half a character. */
static size_t fit(const char *text, int width)
{
    size_t at = 0, n = strlen(text);
    for (int used = 0; at < n;) {
        uint32_t cp;
        size_t len = text_decode(text + at, n - at, &cp);
        used += text_width(cp);
        if (used > width)
            break;
        at += len;
    }
    return at;
}

static void show_on_terminal(struct progress *p, const char *line)
{
    if (p->shown && strcmp(p->shown, line) == 0)
        return;
    fprintf(stderr, "\r%.*s\033[K", (int)fit(line, columns()), line);
    fflush(stderr);
    free(p->shown);
    p->shown = mem_strdup(line);
}

/* ---- elsewhere ---- */

static void print_json(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    puts(text);
    fflush(stdout);
    free(text);
    json_decref(object);
}

static void tell_state(const struct progress *p, const struct supervisor_run_progress *r)
{
    const char *word = run_state_name((enum run_state)r->state);
    if (p->json)
        print_json(json_pack("{s:i,s:s,s:I,s:s,s:I}", "v", 1, "type", "state", "run",
                             (json_int_t)r->run, "state", word, "step", (json_int_t)r->step));
    else if (!p->quiet && !p->terminal)
        fprintf(stderr, "run %lld: %s at step %llu\n", (long long)r->run, word,
                (unsigned long long)r->step);
}

static void tell_states(struct progress *p, const struct supervisor_progress *s)
{
    if (p->num_states != s->num_runs) {
        free(p->states);
        p->states = mem_alloc(s->num_runs * sizeof *p->states); /* 0 is queued: nothing to tell */
        p->num_states = s->num_runs;
    }
    for (size_t i = 0; i < s->num_runs; i++)
        if (p->states[i] != s->runs[i].state) {
            p->states[i] = s->runs[i].state;
            tell_state(p, &s->runs[i]);
        }
}

static void tell_notice(struct progress *p, const char *notice)
{
    notice = notice ? notice : "";
    if (p->notice && strcmp(p->notice, notice) == 0)
        return;
    free(p->notice);
    p->notice = mem_strdup(notice);
    if (!*notice)
        return;
    if (p->json)
        print_json(json_pack("{s:i,s:s,s:s}", "v", 1, "type", "notice", "text", notice));
    else if (!p->quiet && !p->terminal)
        fprintf(stderr, "%s\n", notice);
}

static void tell_progress(struct progress *p, const struct supervisor_progress *s)
{
    int64_t now = clock_mono_ns();
    struct supervisor_progress bare = *s;
    char line[1024];
    bare.notice = "";
    if (p->quiet || now < p->next_ns)
        return;
    bool first = p->next_ns == 0;
    p->next_ns = now + (p->json ? JSON_INTERVAL_S : LINE_INTERVAL_S) * INT64_C(1000000000);
    if (first)
        return;
    if (!p->json) {
        progress_line(&bare, line, sizeof line);
        fprintf(stderr, "%s\n", line);
        return;
    }
    for (size_t i = 0; i < s->num_runs; i++)
        if (s->runs[i].state == RUN_RUNNING)
            print_json(json_pack("{s:i,s:s,s:I,s:I,s:I,s:f}", "v", 1, "type", "progress", "run",
                                 (json_int_t)s->runs[i].run, "step", (json_int_t)s->runs[i].step,
                                 "total", (json_int_t)s->runs[i].total, "steps_per_s",
                                 s->runs[i].steps_per_s));
}

void progress_show(void *ctx, const struct supervisor_progress *s)
{
    struct progress *p = ctx;
    tell_states(p, s);
    tell_notice(p, s->notice);
    if (p->terminal) {
        char line[1024];
        progress_line(s, line, sizeof line);
        show_on_terminal(p, line);
    } else {
        tell_progress(p, s);
    }
}

void progress_finish(struct progress *p)
{
    if (p->shown)
        fputc('\n', stderr);
    free(p->shown);
    free(p->notice);
    free(p->states);
    *p = (struct progress){0};
}
