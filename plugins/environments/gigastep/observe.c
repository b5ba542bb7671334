/* Vector observations: what an agent knows, nearest first.
 *
 * The place of an agent among the others is its rank, counted by comparing all pairs, so nothing is
 * sorted: the nine numbers of every agent are made for all lanes at once, turned from rows of lanes
 * into rows of numbers, and written where their rank says. */
#include "lanes.h"
#include "sky.h"

typedef float four __attribute__((vector_size(16)));

/* Who of e's team e hears; an agent alive hears itself. */
RLB_INLINE void hear(const struct sky *s, const struct block *b, const struct scratch *w,
                     uint32_t e, uint32_t first, uint32_t end)
{
    const uint32_t team = sky_team_of(s, e), from = team ? s->team[0] : 0;
    const float per_range = 1.0f / s->radio;
    int32_t *heard = w->heard;
    memset(heard, 0, BLOCK * sizeof *heard);
    for (uint32_t k = 0; k < s->team[team]; k++) {
        const uint32_t j = from + k;
        const int32_t mark = (int32_t)1 << k;
        const float *alive = b->alive + j * BLOCK;
        if (j == e) {
#pragma omp simd
            for (uint32_t l = first; l < end; l++)
                heard[l] |= alive[l] > 0 ? mark : 0;
            continue;
        }
        const float *distance = w->distance + BLOCK * lanes_pair(s->agents, e, j);
        const float *draw = w->draws + BLOCK * draws_row(s->agents, e, j);
#pragma omp simd
        for (uint32_t l = first; l < end; l++) {
            float near = lanes_min(distance[l] * per_range, 1.0f);
            heard[l] |= near + (1.0f - alive[l]) * 2.0f <= draw[l] ? mark : 0;
        }
    }
}

/* known[i]: whether e knows where i is. An agent that died of damage in this step is known once. */
RLB_INLINE void know(const struct sky *s, const struct block *b, const struct scratch *w,
                     uint32_t e, uint32_t i, uint32_t first, uint32_t end)
{
    const uint32_t team = sky_team_of(s, e), mine = sky_team_of(s, i) == team;
    const int radio = s->stochastic_radio;
    const int32_t own_bit = (int32_t)1 << (i - (sky_team_of(s, i) ? s->team[0] : 0));
    const int32_t *seen = w->seen + i * BLOCK, *heard = w->heard;
    const float *alive = b->alive + i * BLOCK;
    int32_t *known = w->known + i * BLOCK;
    if (radio && mine) {
#pragma omp simd
        for (uint32_t l = first; l < end; l++)
            known[l] = (heard[l] & own_bit) != 0;
    } else if (radio) {
#pragma omp simd
        for (uint32_t l = first; l < end; l++)
            known[l] = (heard[l] & seen[l]) != 0;
    } else {
#pragma omp simd
        for (uint32_t l = first; l < end; l++)
            known[l] = (seen[l] != 0) | (mine & (alive[l] > 0));
    }
}

/* Ranks of all agents as e orders them: itself 0, then by distance, the unknown last, equals in the
 * order of their numbers. */
RLB_INLINE void rank_all(const struct sky *s, const struct scratch *w, uint32_t e, uint32_t first,
                         uint32_t end)
{
    const float side = s->limit[0] + s->limit[1], beyond = side * side + 1.0f;
    for (uint32_t i = 0; i < s->agents; i++) {
        const int32_t *known = w->known + i * BLOCK;
        const float *distance = w->distance + (i == e ? 0 : BLOCK * lanes_pair(s->agents, i, e));
        float *key = w->key + i * BLOCK;
        int32_t *rank = w->rank + i * BLOCK;
        const int32_t start = i != e;
#pragma omp simd
        for (uint32_t l = first; l < end; l++) {
            key[l] = known[l] ? distance[l] : beyond;
            rank[l] = start;
        }
    }
    for (uint32_t i = 0; i < s->agents; i++) {
        const float *ki = w->key + i * BLOCK;
        int32_t *ri = w->rank + i * BLOCK;
        for (uint32_t j = i + 1; j < s->agents && i != e; j++) {
            const float *kj = w->key + j * BLOCK;
            int32_t *rj = w->rank + j * BLOCK;
            if (j == e)
                continue;
#pragma omp simd
            for (uint32_t l = first; l < end; l++) {
                int32_t later = ki[l] <= kj[l];
                rj[l] += later;
                ri[l] += 1 - later;
            }
        }
    }
}

/* The nine numbers of agent i for e, [FIELDS][BLOCK]. */
RLB_INLINE void describe(const struct sky *s, const struct block *b, const struct scratch *w,
                         uint32_t e, uint32_t i, uint32_t first, uint32_t end, float *out)
{
    const float *xi = b->x + i * BLOCK, *yi = b->y + i * BLOCK, *zi = b->z + i * BLOCK;
    const float *hi = b->heading + i * BLOCK, *vi = b->v + i * BLOCK;
    const float *health = b->health + i * BLOCK;
    const float *xe = b->x + e * BLOCK, *ye = b->y + e * BLOCK, *ze = b->z + e * BLOCK;
    const float *he = b->heading + e * BLOCK, *ve = b->v + e * BLOCK;
    const int32_t *known = w->known + i * BLOCK;
    const float per_x = 1.0f / s->limit[0], per_y = 1.0f / s->limit[1];
    const float per_v = 1.0f / sqrtf(s->limit[0] * s->limit[0] + s->limit[1] * s->limit[1]);
    const float origin = i == e ? 0.0f : 1.0f; /* of itself an agent knows where it is */
    const float mine = sky_team_of(s, i) == sky_team_of(s, e), sprite = (float)s->sprite[i];
    const int quirks = s->quirks;
#pragma omp simd
    for (uint32_t l = first; l < end; l++) {
        float k = known[l] ? 1.0f : 0.0f;
        float turned = lanes_wrap(hi[l] - he[l] + PI, quirks) - PI;
        out[l] = k;
        out[BLOCK + l] = k * mine;
        out[2 * BLOCK + l] = k * (xi[l] - origin * xe[l]) * per_x;
        out[3 * BLOCK + l] = k * (yi[l] - origin * ye[l]) * per_y;
        out[4 * BLOCK + l] = k * (zi[l] - origin * ze[l]) * 0.1f;
        out[5 * BLOCK + l] = k * (origin != 0 ? turned : hi[l]);
        out[6 * BLOCK + l] = k * (vi[l] - origin * ve[l]) * per_v;
        out[7 * BLOCK + l] = k * health[l];
        out[8 * BLOCK + l] = k * sprite;
    }
}

/* Four rows of four lanes become four rows of four numbers. */
RLB_INLINE void turn_and_write(const float *rows, float *const out[4])
{
    four a, b, c, d;
    memcpy(&a, rows, sizeof a);
    memcpy(&b, rows + BLOCK, sizeof b);
    memcpy(&c, rows + 2 * BLOCK, sizeof c);
    memcpy(&d, rows + 3 * BLOCK, sizeof d);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    four AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    four CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    four lane0 = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    four lane1 = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    four lane2 = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
    four lane3 = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
    memcpy(out[0], &lane0, sizeof lane0);
    memcpy(out[1], &lane1, sizeof lane1);
    memcpy(out[2], &lane2, sizeof lane2);
    memcpy(out[3], &lane3, sizeof lane3);
}

/* The slot of every lane, at e's row of that lane; out is of lane 0. */
RLB_INLINE void place(const struct sky *s, const float *fields, const int32_t *rank, float *out)
{
    const size_t lane = (size_t)s->agents * s->width;
    const int32_t slots = (int32_t)s->slots;
    float dropped[FIELDS] = {0};
    for (uint32_t l = 0; l < BLOCK; l += 4) {
        float *to[4], *more[4];
#pragma GCC unroll 4
        for (uint32_t k = 0; k < 4; k++) {
            to[k] = rank[l + k] < slots ? out + (l + k) * lane + FIELDS * rank[l + k] : dropped;
            more[k] = to[k] + 4;
        }
        turn_and_write(fields + l, to);
        turn_and_write(fields + 4 * BLOCK + l, more);
#pragma GCC unroll 4
        for (uint32_t k = 0; k < 4; k++)
            to[k][8] = fields[8 * BLOCK + l + k];
    }
}

static void place_one(const struct sky *s, const float *fields, int32_t rank, float *out)
{
    for (int32_t f = 0; rank < (int32_t)s->slots && f < FIELDS; f++)
        out[FIELDS * rank + f] = fields[f * BLOCK];
}

/* What follows the slots: the waypoint about the agent, then the boxes of the map. */
RLB_INLINE void append(const struct sky *s, const struct block *b, uint32_t e, uint32_t l,
                       float *out)
{
    float *at = out + FIELDS * s->slots;
    const float own[2] = {b->x[e * BLOCK + l], b->y[e * BLOCK + l]};
    if (s->waypoints) {
        for (int c = 0; c < 4; c++)
            *at++ = (b->box[c * BLOCK + l] - own[c & 1]) / s->limit[c & 1];
        *at++ = b->timer[l];
    }
    const struct map *map = &s->maps.map[b->map[l]];
    for (uint32_t k = 0; k < s->maps.num_boxes; k++)
        for (int c = 0; c < 4; c++)
            *at++ = map->boxes[k][c] / s->limit[c & 1];
}

/* Lanes [first, end); whole: all of them, a constant for the compiler. */
RLB_INLINE void observe(const struct sky *s, const struct block *b, const struct scratch *w,
                        uint32_t first, uint32_t end, int whole, float *out)
{
    const size_t lane = (size_t)s->agents * s->width;
    float fields[FIELDS * BLOCK];
    for (uint32_t e = 0; e < s->agents; e++) {
        float *row = out + (size_t)e * s->width;
        if (s->stochastic_radio)
            hear(s, b, w, e, first, end);
        for (uint32_t i = 0; i < s->agents; i++)
            know(s, b, w, e, i, first, end);
        rank_all(s, w, e, first, end);
        for (uint32_t i = 0; i < s->agents; i++) {
            const int32_t *rank = w->rank + i * BLOCK;
            describe(s, b, w, e, i, first, end, fields);
            if (whole)
                place(s, fields, rank, row);
            for (uint32_t l = first; !whole && l < end; l++)
                place_one(s, fields + l, rank[l], row + (l - first) * lane);
        }
        for (uint32_t l = first; l < end && s->width > FIELDS * s->slots; l++)
            append(s, b, e, l, row + (l - first) * lane);
    }
}

RLB_CLONES void sky_observe(const struct sky *s, const struct block *b, const struct scratch *w,
                            float *out)
{
    observe(s, b, w, 0, BLOCK, 1, out);
}

void sky_observe_some(const struct sky *s, const struct block *b, const struct scratch *w,
                      uint32_t first, uint32_t lanes, float *out)
{
    observe(s, b, w, first, first + lanes, 0, out);
}

void sky_know(const struct sky *s, const struct block *b, const struct scratch *w, uint32_t e,
              uint32_t lane, uint8_t *known)
{
    if (s->stochastic_radio)
        hear(s, b, w, e, lane, lane + 1);
    for (uint32_t i = 0; i < s->agents; i++) {
        know(s, b, w, e, i, lane, lane + 1);
        known[i] = w->known[i * BLOCK + lane] != 0;
    }
}
