/* rlbench data check: whether a dataset is what it says. */
#include "cmd/data.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Each check appends to `fault` what is wrong, nothing when all is well. */
struct check {
    const char *path;
    const rlb_dataset_file *file;
    struct buf fault;
};

static void say(struct check *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct check *k, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_puts(&k->fault, k->fault.len ? "; " : "");
    buf_vprintf(&k->fault, fmt, ap);
    va_end(ap);
}

static uint64_t episode_of(const rlb_dataset *d, uint64_t row)
{
    uint64_t low = 0, high = d->num_episodes;
    while (high - low > 1) {
        uint64_t mid = low + (high - low) / 2;
        if (d->start[mid] <= row)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static void check_digest(struct check *k)
{
    rlb_fault why;
    if (rlb_dataset_verify(k->path, k->file, &why) != RLB_OK)
        say(k, "%s", why.text + strlen(k->path) + 2);
}

static void check_finite(struct check *k)
{
    const rlb_dataset *d = &k->file->data;
    for (uint32_t i = 0; i < k->file->num_columns; i++) {
        const rlb_column *c = &k->file->columns[i];
        struct data_stats s;
        if (c->type != RLB_NPY_F32 && c->type != RLB_NPY_F64)
            continue;
        data_column_stats(k->file, c, &s);
        if (s.nan + s.infinite)
            say(k,
                "%s has %" PRIu64 " NaN and %" PRIu64 " infinite values, the first in row %" PRIu64
                " (episode %" PRIu64 ")",
                c->name, s.nan, s.infinite, s.first_bad, episode_of(d, s.first_bad));
    }
}

/* The values of a column lie in [low, high]. */
static void check_range(struct check *k, const char *name, double low, double high)
{
    struct data_stats s;
    const rlb_column *c = rlb_dataset_column(k->file, name);
    if (!c)
        return;
    data_column_stats(k->file, c, &s);
    if (s.min < low || s.max > high)
        say(k, "%s goes from %g to %g, its space from %g to %g", name, s.min, s.max, low, high);
}

static void check_spaces(struct check *k)
{
    const rlb_dataset *d = &k->file->data;
    const struct {
        const char *name;
        const rlb_space *space;
    } spaced[] = {{"obs", &d->obs}, {"actions", &d->act}, {"state", &d->state}};
    for (size_t i = 0; i < sizeof spaced / sizeof spaced[0]; i++) {
        const rlb_space *s = spaced[i].space;
        if (s->kind == RLB_SPACE_BOX)
            check_range(k, spaced[i].name, s->low, s->high);
        else if (s->kind != RLB_SPACE_NONE)
            check_range(k, spaced[i].name, 0, (double)(s->n - 1));
    }
    static const char *const truths[] = {"terminated", "alive", "mask"};
    for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++)
        check_range(k, truths[i], 0, 1);
}

/* After a transition that terminated there is only the last observation. */
static void check_ends(struct check *k)
{
    const rlb_dataset *d = &k->file->data;
    for (uint64_t e = 0; d->terminated && e < d->num_episodes; e++)
        for (uint64_t row = d->start[e]; row + 2 < d->start[e + 1]; row++)
            if (d->terminated[row]) {
                say(k,
                    "row %" PRIu64 " is terminated, and episode %" PRIu64 " goes on for %" PRIu64
                    " rows",
                    row, e, d->start[e + 1] - row - 2);
                return;
            }
}

/* What was done was allowed. */
static void check_masks(struct check *k)
{
    const rlb_dataset *d = &k->file->data;
    const int32_t *actions = d->actions;
    uint64_t n = (uint64_t)d->act.n;
    if (!d->mask || d->act.kind != RLB_SPACE_DISCRETE || !actions)
        return;
    for (uint64_t e = 0; e < d->num_episodes; e++)
        for (uint64_t i = d->start[e] * d->num_agents; i < (d->start[e + 1] - 1) * d->num_agents;
             i++) {
            bool acts = !d->alive || d->alive[i];
            if (acts && actions[i] >= 0 && (uint64_t)actions[i] < n &&
                !d->mask[i * n + (uint64_t)actions[i]]) {
                say(k, "the action of row %" PRIu64 ", agent %" PRIu64 ", was not allowed",
                    i / d->num_agents, i % d->num_agents);
                return;
            }
        }
}

static const struct {
    const char *name;
    void (*run)(struct check *k);
} checks[] = {
    {"digest", check_digest}, {"finite", check_finite}, {"spaces", check_spaces},
    {"ends", check_ends},     {"masks", check_masks},
};

static int check_file(const char *path, size_t *faults, struct err *e)
{
    rlb_dataset_file f;
    int status = data_open(path, &f, e);
    if (status != OK)
        return status;
    printf("%s: %" PRIu64 " episodes, %" PRIu64 " rows\n", path, f.data.num_episodes,
           f.data.num_rows);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        struct check k = {.path = path, .file = &f};
        checks[i].run(&k);
        *faults += k.fault.len > 0;
        printf("  %-4s  %s%s%s\n", k.fault.len ? "BAD" : "ok", checks[i].name,
               k.fault.len ? ": " : "", buf_text(&k.fault));
        buf_finish(&k.fault);
    }
    rlb_dataset_close(&f);
    return OK;
}

int data_check(const struct cli *c, struct err *e)
{
    size_t faults = 0;
    int status = OK;
    if (c->num_args < 2)
        return err_set(e, ERR_USAGE, "what? rlbench data check FILE.rlbd...");
    for (size_t i = 1; i < c->num_args && status == OK; i++)
        status = check_file(c->args[i], &faults, e);
    if (status == OK && faults)
        status =
            err_set(e, ERR_DATA, "%zu %s", faults, faults == 1 ? "check failed" : "checks failed");
    return status;
}
