#include "plugins/gigastep_rig.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static rlb_value parse(const rlb_param *p, const char *text)
{
    rlb_value v = {.i = 0};
    if (p->type == RLB_T_REAL)
        v.r = strtod(text, NULL);
    else if (p->type != RLB_T_ENUM)
        v.i = strtoll(text, NULL, 10);
    else
        while (strcmp(p->choices[v.i], text) != 0)
            v.i++;
    return v;
}

static void set_word(rlb_value *values, char *word)
{
    char *equals = strchr(word, '=');
    *equals = '\0';
    for (uint32_t i = 0; i < NUM_PARAMS; i++)
        if (strcmp(params_table[i].name, word) == 0) {
            values[i] = parse(&params_table[i], equals + 1);
            return;
        }
    fprintf(stderr, "gigastep rig: no parameter %s\n", word);
    exit(99);
}

static float *rows(uint32_t n)
{
    const size_t bytes = (size_t)n * BLOCK * sizeof(float);
    float *out = aligned_alloc(64, bytes);
    memset(out, 0, bytes);
    return out;
}

void rig_make(struct rig *r, const char *set)
{
    rlb_value values[NUM_PARAMS];
    struct wish wish;
    char *words = mem_strdup(set), *rest = words;
    for (uint32_t i = 0; i < NUM_PARAMS; i++)
        values[i] = params_table[i].def;
    for (char *word; (word = strtok_r(rest, " ", &rest));)
        set_word(values, word);
    free(words);
    params_read(values, &wish);
    r->sky = wish.sky;
    r->block_rows = rows(sky_block_rows(&r->sky));
    r->scratch_rows = rows(sky_scratch_rows(&r->sky));
    r->block = sky_block(&r->sky, r->block_rows);
    r->scratch = sky_scratch(&r->sky, r->scratch_rows);
}

void rig_free(struct rig *r)
{
    free(r->block_rows);
    free(r->scratch_rows);
}

void rig_put(struct rig *r, uint32_t lane, uint32_t agent, struct rig_agent a)
{
    const struct block *b = &r->block;
    const uint32_t at = agent * BLOCK + lane;
    b->x[at] = a.x;
    b->y[at] = a.y;
    b->z[at] = a.z;
    b->v[at] = a.v;
    b->heading[at] = a.heading;
    b->health[at] = a.health;
    b->alive[at] = a.alive;
}

struct rig_agent rig_get(const struct rig *r, uint32_t lane, uint32_t agent)
{
    const struct block *b = &r->block;
    const uint32_t at = agent * BLOCK + lane;
    return (struct rig_agent){b->x[at],       b->y[at],      b->z[at],    b->v[at],
                              b->heading[at], b->health[at], b->alive[at]};
}

void rig_forget(struct rig *r, uint32_t lane)
{
    for (uint32_t k = 0; k < 2 * sky_pairs(&r->sky); k++)
        r->block.track[k * BLOCK + lane] = 0;
    for (uint32_t c = 0; c < 4; c++)
        r->block.box[c * BLOCK + lane] = 0;
    r->block.timer[lane] = 0;
    start_scratch(&r->sky, &r->block, &r->scratch, lane);
}

void rig_act(struct rig *r, uint32_t lane, uint32_t agent, float turn, float climb, float throttle)
{
    const float u[3] = {turn, climb, throttle};
    float *const to[3] = {r->scratch.turn, r->scratch.climb, r->scratch.throttle};
    for (int k = 0; k < 3; k++)
        to[k][agent * BLOCK + lane] = u[k] < -1 ? -1 : u[k] > 1 ? 1 : u[k];
}

void rig_choose(struct rig *r, uint32_t lane, uint32_t agent, uint32_t choice)
{
    rig_act(r, lane, agent, (float)(choice / 3 % 3) - 1, (float)(choice % 3) - 1,
            (float)(choice / 9) - 1);
}
