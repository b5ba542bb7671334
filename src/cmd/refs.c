#include "cmd/refs.h"

#include "base/clock.h"
#include "supervisor/client.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Adds a run unless it is there already; takes the texts. */
static void add_row(struct refs *r, const struct run_row *row, struct arena *texts)
{
    for (size_t k = 0; k < r->rows.len; k++)
        if (r->rows.data[k].id == row->id) {
            arena_finish(texts);
            return;
        }
    vec_push(&r->rows, *row);
    vec_push(&r->texts, *texts);
}

static int add_run(struct refs *r, const char *ref, struct err *e)
{
    struct arena texts = {0};
    struct run_row row;
    int status = store_find_run(r->store, ref, &texts, &row, e);
    if (status == OK)
        add_row(r, &row, &texts);
    else
        arena_finish(&texts);
    return status;
}

/* Where several runs can be named, @live is all of them, oldest first. */
static int add_live(struct refs *r, struct err *e)
{
    struct arena a = {0};
    struct run_row *rows;
    size_t n, before = r->rows.len;
    int status = store_list_runs(r->store, NULL, 0, &a, &rows, &n, e);
    while (status == OK && n-- > 0) {
        char ref[32];
        snprintf(ref, sizeof ref, "%lld", (long long)rows[n].id);
        if (refs_has_supervisor(&rows[n]))
            status = add_run(r, ref, e);
    }
    if (status == OK && r->rows.len == before)
        status = err_set(e, ERR_NOINPUT, "no run is live; @last names the newest one");
    arena_finish(&a);
    return status;
}

int refs_open(struct refs *r, const struct cli *cli, struct err *e)
{
    *r = (struct refs){.database = cli_database(cli)};
    if (cli->num_args == 0)
        return err_set(e, ERR_USAGE, "which run? a number, the start of its name, @last or @live");
    int status = store_open_read(r->database, &r->store, e);
    for (size_t i = 0; i < cli->num_args && status == OK; i++)
        status = strcmp(cli->args[i], "@live") == 0 ? add_live(r, e) : add_run(r, cli->args[i], e);
    return status;
}

void refs_close(struct refs *r)
{
    store_close(r->store);
    for (size_t i = 0; i < r->texts.len; i++)
        arena_finish(&r->texts.data[i]);
    vec_finish(&r->texts);
    vec_finish(&r->rows);
    free(r->database);
}

int refs_refresh(struct refs *r, size_t i, struct err *e)
{
    struct arena texts = {0};
    struct run_row row;
    char ref[32];
    snprintf(ref, sizeof ref, "%lld", (long long)r->rows.data[i].id);
    int status = store_find_run(r->store, ref, &texts, &row, e);
    if (status != OK) {
        arena_finish(&texts);
        return status;
    }
    arena_finish(&r->texts.data[i]);
    r->texts.data[i] = texts;
    r->rows.data[i] = row;
    return OK;
}

void refs_drop(struct refs *r, size_t i)
{
    arena_finish(&r->texts.data[i]);
    r->rows.len--;
    r->texts.len--;
    memmove(&r->rows.data[i], &r->rows.data[i + 1], (r->rows.len - i) * sizeof r->rows.data[0]);
    memmove(&r->texts.data[i], &r->texts.data[i + 1], (r->texts.len - i) * sizeof r->texts.data[0]);
}

bool refs_is_waiting(const struct run_row *row)
{
    return row->state == RUN_QUEUED || row->state == RUN_RUNNING || row->state == RUN_PAUSED;
}

bool refs_has_supervisor(const struct run_row *row)
{
    struct client c;
    if (!refs_is_waiting(row) || client_connect(&c, row->socket, NULL) != OK)
        return false;
    client_close(&c);
    return true;
}

static void print_state(const struct run_row *row, const char *verb, bool json)
{
    const char *state = run_state_name(row->state);
    if (!json) {
        printf("run %lld: %s\n", (long long)row->id, state);
        return;
    }
    json_t *o = json_pack("{s:i,s:s,s:I,s:s,s:I}", "v", 1, "verb", verb, "run", (json_int_t)row->id,
                          "state", state, "step", (json_int_t)row->steps);
    char *text = json_dumps(o, JSON_COMPACT);
    puts(text);
    free(text);
    json_decref(o);
}

static int send_command(const struct run_row *row, const char *verb, const char *arg, struct err *e)
{
    struct client c;
    struct buf answer = {0};
    if (!refs_is_waiting(row))
        return err_set(e, ERR_FAILED, "run %lld is not live: %s", (long long)row->id,
                       run_state_name(row->state));
    int status = client_connect(&c, row->socket, e);
    if (status == OK) {
        status = client_command(&c, row->id, verb, arg, &answer, e);
        client_close(&c);
    }
    if (status != OK)
        err_prefix(e, "run %lld", (long long)row->id);
    buf_finish(&answer);
    return status;
}

/* The database says when it has happened. */
static int await(struct refs *r, size_t i, bool (*reached)(int state), int wait_s, struct err *e)
{
    int64_t end = clock_mono_ns() + wait_s * INT64_C(1000000000);
    for (;;) {
        int status = refs_refresh(r, i, e);
        const struct run_row *row = &r->rows.data[i];
        if (status != OK || reached((int)row->state) || !refs_is_waiting(row))
            return status;
        if (clock_mono_ns() > end)
            return err_set(e, ERR_BUSY, "run %lld: asked, but still %s after %d s",
                           (long long)row->id, run_state_name(row->state), wait_s);
        usleep(20000);
    }
}

int refs_command(struct refs *r, const char *verb, const char *arg, bool (*reached)(int state),
                 int wait_s, bool json, struct err *e)
{
    int first = OK;
    bool *sent = mem_alloc(r->rows.len * sizeof *sent);
    /* All are asked before the first is waited for. */
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < r->rows.len; i++) {
            struct err why = ERR_INIT;
            int status = OK;
            if (round == 0) {
                status = send_command(&r->rows.data[i], verb, arg, &why);
                sent[i] = status == OK;
            } else if (sent[i]) {
                status = await(r, i, reached, wait_s, &why);
                if (status == OK)
                    print_state(&r->rows.data[i], verb, json);
            }
            if (status != OK && first == OK)
                first = err_set(e, status, "%s", why.text);
            else if (status != OK)
                fprintf(stderr, "rlbench %s: %s\n", verb, why.text);
        }
    free(sent);
    return first;
}
