#include "cmd/runs.h"

#include "base/clock.h"
#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int cli_open_store(const struct cli *c, struct store **out, struct err *e)
{
    char *path = cli_database(c);
    int status = store_open_read(path, out, e);
    free(path);
    return status;
}

int cli_find_run(const struct cli *c, struct store *s, struct arena *a, struct run_row *out,
                 struct err *e)
{
    if (c->num_args != 1)
        return err_set(e, ERR_USAGE,
                       "name one run: its number, the first letters of its id, @last or @live");
    return store_find_run(s, c->args[0], a, out, e);
}

const char *run_progress(const struct run_row *r, struct arena *a)
{
    if (r->total_steps)
        return arena_printf(a, "%.0f %%", 100.0 * (double)r->steps / (double)r->total_steps);
    return r->steps ? number_text((double)r->steps, a) : "";
}

const char *run_when(const struct run_row *r, struct arena *a)
{
    char text[32];
    if (r->state == RUN_RUNNING && r->total_steps > r->steps && r->steps_per_s > 0)
        return arena_printf(
            a, "ETA %s",
            clock_format_duration((double)(r->total_steps - r->steps) / r->steps_per_s, text,
                                  sizeof text));
    int64_t then = r->ended_us ? r->ended_us : r->started_us ? r->heartbeat_us : r->created_us;
    double ago = (double)(clock_wall_us() - then) / 1e6;
    return arena_printf(a, "%s ago", clock_format_duration(ago > 0 ? ago : 0, text, sizeof text));
}

const char *number_text(double value, struct arena *a)
{
    char text[40];
    return isnan(value) ? "" : arena_strdup(a, num_format_short(value, text, sizeof text));
}

const char *time_text(int64_t us, struct arena *a)
{
    if (us == 0)
        return "";
    time_t seconds = (time_t)(us / 1000000);
    struct tm tm;
    char text[32];
    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return arena_strdup(a, text);
}

json_t *json_number(double value)
{
    if (isnan(value))
        return json_null();
    if (isinf(value))
        return json_string(value > 0 ? "inf" : "-inf");
    return json_real(value);
}

static json_t *json_time(int64_t us)
{
    return us ? json_integer(us) : json_null();
}

json_t *run_json(const struct run_row *r)
{
    json_t *o = json_object();
    json_object_set_new(o, "v", json_integer(1));
    json_object_set_new(o, "id", json_integer(r->id));
    json_object_set_new(o, "uid", json_string(r->uid));
    json_object_set_new(o, "experiment", json_string(r->experiment));
    json_object_set_new(o, "state", json_string(run_state_name(r->state)));
    json_object_set_new(o, "algo", json_string(r->algo));
    json_object_set_new(o, "env", json_string(r->env));
    json_object_set_new(o, "seed", json_integer((json_int_t)r->seed));
    json_object_set_new(o, "label", json_string(r->label));
    json_object_set_new(o, "group", json_string(r->group));
    json_object_set_new(o, "steps", json_integer((json_int_t)r->steps));
    json_object_set_new(o, "total_steps", json_integer((json_int_t)r->total_steps));
    json_object_set_new(o, "step_unit", json_string(r->step_unit));
    json_object_set_new(o, "env_steps", json_integer((json_int_t)r->env_steps));
    json_object_set_new(o, "steps_per_s", json_number(r->steps_per_s));
    json_object_set_new(o, "headline", json_string(r->headline));
    json_object_set_new(o, "last", json_number(r->last));
    json_object_set_new(o, "best", json_number(r->best));
    json_object_set_new(o, "attempts", json_integer(r->attempts));
    json_object_set_new(o, "exit_code", json_integer(r->exit_code));
    json_object_set_new(o, "exit_signal", json_integer(r->exit_signal));
    json_object_set_new(o, "message", json_string(r->message));
    json_object_set_new(o, "digest", json_string(r->digest));
    json_object_set_new(o, "created_us", json_time(r->created_us));
    json_object_set_new(o, "started_us", json_time(r->started_us));
    json_object_set_new(o, "ended_us", json_time(r->ended_us));
    json_object_set_new(o, "archived", json_boolean(r->archived));
    return o;
}

void json_print(json_t *value)
{
    json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    putchar('\n');
    json_decref(value);
}
