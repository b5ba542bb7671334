#include "tui/live_replay.h"

#include <stdlib.h>
#include <string.h>

static const int speeds[] = {1, 2, 5, 10, 20, 50};
enum { NUM_SPEEDS = sizeof speeds / sizeof speeds[0], USUAL_SPEED = 3 };

static struct replay_picture *picture_at(const struct live_replay *r, size_t i)
{
    return &r->ring[(r->first + i) % REPLAY_PICTURES];
}

static void drop_oldest(struct live_replay *r)
{
    struct replay_picture *p = picture_at(r, 0);
    r->bytes -= p->bytes;
    free(p->memory);
    r->first = (r->first + 1) % REPLAY_PICTURES;
    r->len--;
    if (r->held && r->at > 0)
        r->at--; /* the same picture, as long as it is kept */
}

void live_replay_clear(struct live_replay *r)
{
    r->held = false;
    while (r->len)
        drop_oldest(r);
    free(r->ring);
    *r = (struct live_replay){.speed = r->speed};
}

/* ---- keeping ---- */

/* Copies of arrays and texts one behind the other, arrays first for their alignment. */
static const void *put(char **to, const void *from, size_t bytes)
{
    if (!from)
        return NULL;
    memcpy(*to, from, bytes);
    *to += bytes;
    return *to - bytes;
}

static struct replay_picture copy_of(const struct live_views *v)
{
    const struct picture *p = &v->frame.picture;
    const char *const texts[4] = {p->text, p->caption, p->row_labels, p->col_labels};
    size_t bytes = v->frame.a.len + v->frame.b.len + v->frame.c.len;
    for (int i = 0; i < 4; i++)
        bytes += texts[i] ? strlen(texts[i]) + 1 : 0;
    struct replay_picture out = {v->frame.step, *p, mem_alloc(bytes + 1), bytes};
    char *to = out.memory;
    out.picture.a = put(&to, p->a, v->frame.a.len);
    out.picture.b = put(&to, p->b, v->frame.b.len);
    out.picture.c = put(&to, p->c, v->frame.c.len);
    const char **copies[4] = {&out.picture.text, &out.picture.caption, &out.picture.row_labels,
                              &out.picture.col_labels};
    for (int i = 0; i < 4; i++)
        *copies[i] = put(&to, texts[i], texts[i] ? strlen(texts[i]) + 1 : 0);
    return out;
}

void live_replay_take(struct live_replay *r, const struct live_views *v)
{
    if (!v->frame.there)
        return;
    if (r->run != v->frame.run || r->source != v->source || r->index != v->index)
        live_replay_clear(r);
    if (!r->ring) {
        r->ring = mem_alloc(REPLAY_PICTURES * sizeof *r->ring);
        r->run = v->frame.run;
        r->source = v->source;
        r->index = v->index;
    }
    struct replay_picture new = copy_of(v);
    /* A run that is paused sends the same step again and again. */
    struct replay_picture *last = r->len ? picture_at(r, r->len - 1) : NULL;
    if (last && last->step == new.step) {
        r->bytes += new.bytes - last->bytes;
        free(last->memory);
        *last = new;
        return;
    }
    while (r->len && (r->len == REPLAY_PICTURES || r->bytes + new.bytes > REPLAY_BYTES))
        drop_oldest(r);
    r->bytes += new.bytes;
    r->len++;
    *picture_at(r, r->len - 1) = new;
}

/* ---- showing ---- */

const struct replay_picture *live_replay_shown(const struct live_replay *r)
{
    return r->held && r->at < r->len ? picture_at(r, r->at) : NULL;
}

void live_replay_step(struct live_replay *r, int by)
{
    long at = (r->held ? (long)r->at : (long)r->len - 1) + by;
    r->playing = false;
    if (at < 0)
        at = 0;
    r->held = r->len > 0 && at < (long)r->len - 1;
    r->at = r->held ? (size_t)at : 0;
}

static int64_t interval_ns(const struct live_replay *r)
{
    return INT64_C(1000000000) / live_replay_speed(r);
}

void live_replay_play(struct live_replay *r, int64_t now_ns)
{
    r->playing = !r->playing && r->len > 1;
    if (!r->playing && !r->held) { /* hold what is the newest now */
        r->held = r->len > 0;
        r->at = r->len ? r->len - 1 : 0;
    } else if (r->playing && (!r->held || r->at + 1 >= r->len)) {
        r->held = true;
        r->at = 0;
    }
    r->next_ns = now_ns + interval_ns(r);
}

void live_replay_change_speed(struct live_replay *r, int by)
{
    int to = (int)(r->speed ? r->speed - 1 : USUAL_SPEED) + by;
    to = to < 0 ? 0 : to >= NUM_SPEEDS ? NUM_SPEEDS - 1 : to;
    r->speed = (size_t)to + 1; /* 0: nobody has chosen */
}

int live_replay_speed(const struct live_replay *r)
{
    return speeds[r->speed ? r->speed - 1 : USUAL_SPEED];
}

bool live_replay_tick(struct live_replay *r, int64_t now_ns)
{
    if (!r->playing || now_ns < r->next_ns)
        return false;
    r->next_ns = now_ns + interval_ns(r);
    if (r->at + 1 < r->len)
        r->at++;
    else
        r->held = r->playing = false; /* caught up: the newest, as it comes */
    return true;
}
