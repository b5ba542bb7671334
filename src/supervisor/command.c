#include "supervisor/internal.h"

#include <string.h>

/* One verb on one run; the sentence goes to reply. */
typedef int action(struct supervisor *s, struct run *r, const char *arg, struct buf *reply);

static int do_pause(struct supervisor *s, struct run *r, const char *arg, struct buf *reply)
{
    (void)arg;
    run_pause(s, r, PAUSE_USER);
    buf_puts(reply, "pausing");
    return OK;
}

static int do_continue(struct supervisor *s, struct run *r, const char *arg, struct buf *reply)
{
    (void)arg;
    run_continue(s, r, PAUSE_USER);
    buf_puts(reply, r->pauses ? "goes on as soon as the database can be written" : "goes on");
    return OK;
}

static int do_stop(struct supervisor *s, struct run *r, const char *arg, struct buf *reply)
{
    bool now = strcmp(arg, "now") == 0;
    if (!now && *arg) {
        buf_puts(reply, "stop takes nothing or 'now'");
        return ERR_USAGE;
    }
    run_stop(s, r, now);
    buf_puts(reply, now ? "stopped" : "stopping: it saves a checkpoint first");
    return OK;
}

static int do_checkpoint(struct supervisor *s, struct run *r, const char *arg, struct buf *reply)
{
    (void)s;
    (void)arg;
    if (!run_is_live(r)) {
        buf_puts(reply, "it has not started yet");
        return ERR_FAILED;
    }
    run_send(r, WIRE_CHECKPOINT, NULL);
    buf_puts(reply, "saving a checkpoint");
    return OK;
}

static int do_set(struct supervisor *s, struct run *r, const char *arg, struct buf *reply)
{
    const char *equals = strchr(arg, '=');
    (void)s;
    if (!equals || equals == arg) {
        buf_puts(reply, "set takes name=value");
        return ERR_USAGE;
    }
    if (!run_is_live(r)) {
        buf_puts(reply, "it has not started yet");
        return ERR_FAILED;
    }
    struct arena a = {0};
    const struct wire_set_param m = {arena_strndup(&a, arg, (size_t)(equals - arg)), equals + 1};
    run_send(r, WIRE_SET_PARAM, &m);
    run_event(s, r, RLB_LOG_INFO, "set", "%s", arg);
    arena_finish(&a);
    buf_printf(reply, "setting %s", arg);
    return OK;
}

static const struct {
    const char *verb;
    action *act;
} actions[] = {
    {"pause", do_pause},           {"continue", do_continue}, {"stop", do_stop},
    {"checkpoint", do_checkpoint}, {"set", do_set},
};

static action *find_action(const char *verb)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].verb, verb) == 0)
            return actions[i].act;
    return NULL;
}

/* On every run that is not over; the first refusal is the answer. */
static int command_all(struct supervisor *s, action *act, const char *arg, struct buf *reply)
{
    int status = OK;
    size_t done = 0;
    for (size_t i = 0; i < s->num_runs && status == OK; i++) {
        if (run_is_over(&s->runs[i]))
            continue;
        buf_clear(reply);
        status = act(s, &s->runs[i], arg, reply);
        done++;
    }
    if (done == 0)
        buf_puts(reply, "no run is left");
    return status;
}

int command_run(struct supervisor *s, const struct wire_command *c, struct buf *reply)
{
    action *act = find_action(c->verb);
    struct run *r = supervisor_find(s, (int64_t)c->run);
    if (!act) {
        buf_printf(reply, "no command '%.40s'", c->verb);
        return ERR_USAGE;
    }
    if (c->run == 0)
        return command_all(s, act, c->arg, reply);
    if (!r) {
        buf_printf(reply, "run %llu is not this supervisor's", (unsigned long long)c->run);
        return ERR_NOINPUT;
    }
    if (run_is_over(r)) {
        buf_printf(reply, "run %llu is over: %s", (unsigned long long)c->run,
                   run_state_name(r->state));
        return ERR_FAILED;
    }
    return act(s, r, c->arg, reply);
}
