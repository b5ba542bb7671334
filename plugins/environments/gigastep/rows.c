#include "sky.h"

struct cut {
    float *at;
    uint32_t rows;
};

/* The next n rows. */
static float *take(struct cut *c, uint32_t n)
{
    float *rows = c->at ? c->at + (size_t)c->rows * BLOCK : NULL;
    c->rows += n;
    return rows;
}

/* Words share the memory of the floats: what is written as one kind is read as that kind. */
static void *take_words(struct cut *c, uint32_t n)
{
    return take(c, n);
}

static struct block cut_block(const struct sky *s, struct cut *c)
{
    const uint32_t n = s->agents;
    struct block b;
    b.x = take(c, n);
    b.y = take(c, n);
    b.z = take(c, n);
    b.v = take(c, n);
    b.heading = take(c, n);
    b.health = take(c, n);
    b.alive = take(c, n);
    b.track = take(c, 2 * sky_pairs(s));
    b.box = take(c, 4);
    b.timer = take(c, 1);
    b.map = take_words(c, 1);
    b.age = take_words(c, 1);
    b.seed = take_words(c, 2);
    b.clock = take_words(c, 2);
    b.episode = take_words(c, 2);
    return b;
}

static struct scratch cut_scratch(const struct sky *s, struct cut *c)
{
    const uint32_t n = s->agents;
    struct scratch w;
    w.turn = take(c, n);
    w.climb = take(c, n);
    w.throttle = take(c, n);
    w.draws = take(c, n * (n - 1));
    w.fate = take(c, 4);
    w.sine = take(c, n);
    w.cosine = take(c, n);
    w.distance = take(c, n * (n - 1) / 2);
    w.before = take(c, n);
    w.touched = take(c, n);
    w.left = take(c, n);
    w.found = take(c, n);
    w.took = take(c, n);
    w.dealt = take(c, n);
    w.seen_by = take(c, n);
    w.sees = take(c, n);
    w.seen = take_words(c, n);
    w.heard = take_words(c, MAX_TEAM);
    w.known = take_words(c, n);
    w.rank = take_words(c, n);
    w.key = take(c, n);
    w.reward = take(c, n);
    w.over = take(c, 1);
    w.won = take(c, 1);
    w.word = take_words(c, 4);
    return w;
}

uint32_t sky_block_rows(const struct sky *s)
{
    struct cut c = {NULL, 0};
    cut_block(s, &c);
    return c.rows;
}

uint32_t sky_scratch_rows(const struct sky *s)
{
    struct cut c = {NULL, 0};
    cut_scratch(s, &c);
    return c.rows;
}

struct block sky_block(const struct sky *s, float *rows)
{
    struct cut c = {rows, 0};
    return cut_block(s, &c);
}

struct scratch sky_scratch(const struct sky *s, float *rows)
{
    struct cut c = {rows, 0};
    return cut_scratch(s, &c);
}
