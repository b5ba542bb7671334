#include "lanes.h"
#include "sky.h"

/* Moves one agent. Positions take the new heading and the speed before the change of altitude. */
RLB_INLINE void fly(const struct sky *s, const struct block *b, const struct scratch *w, uint32_t i)
{
    const float thrust = s->thrust[i];
    const int quirks = s->quirks;
    const uint32_t row = i * BLOCK;
    float *x = b->x + row, *y = b->y + row, *z = b->z + row, *v = b->v + row;
    float *heading = b->heading + row, *sine = w->sine + row, *cosine = w->cosine + row;
    const float *alive = b->alive + row, *turn = w->turn + row;
    const float *climb = w->climb + row, *throttle = w->throttle + row;
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        float h = lanes_wrap(heading[l] + 0.1f * turn[l] * 4.0f * alive[l] + PI, quirks) - PI;
        float sh, ch;
        lanes_sin_cos(h, &sh, &ch);
        float speed = v[l] + 0.1f * throttle[l] * 1.5f * alive[l] * thrust;
        speed = speed - 0.04f * (speed * speed) * alive[l];
        float up = z[l] + 0.1f * (5.0f * climb[l]) * alive[l];
        up = lanes_clamp(up, 0.0f, 10.0f);
        float energy = speed * speed + 4.905f * (z[l] - up);
        x[l] += 0.1f * (speed * ch) * alive[l];
        y[l] += 0.1f * (speed * sh) * alive[l];
        z[l] = up;
        v[l] = sqrtf(lanes_max(energy, 1.3f * 1.3f));
        heading[l] = h;
        sine[l] = sh;
        cosine[l] = ch;
    }
}

/* Who is in the box of the old waypoint, the wrecks too; then its clock, and with luck the next. */
RLB_INLINE void waypoint(const struct sky *s, const struct block *b, const struct scratch *w)
{
    float *box = b->box, *timer = b->timer;
    const float *fate = w->fate;
    const float size = s->waypoint_size, wide = s->limit[0] - size, high = s->limit[1] - size;
    float any[BLOCK] = {0};
    for (uint32_t i = 0; i < s->agents; i++) {
        const float *x = b->x + i * BLOCK, *y = b->y + i * BLOCK, *alive = b->alive + i * BLOCK;
        const int wrecks = s->quirks;
        float *found = w->found + i * BLOCK;
#pragma omp simd
        for (uint32_t l = 0; l < BLOCK; l++) {
            int hit = (timer[l] > 0) & (x[l] >= box[l]) & (x[l] <= box[2 * BLOCK + l]) &
                      (y[l] >= box[BLOCK + l]) & (y[l] <= box[3 * BLOCK + l]) &
                      (wrecks | (alive[l] > 0));
            found[l] = hit ? 1.0f : 0.0f;
            any[l] += found[l];
        }
    }
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        float left = any[l] > 0 ? 0.0f : timer[l] - 0.1f;
        int fresh = (left <= 0) & (fate[3 * BLOCK + l] < 0.05f);
        float x = fate[l] * wide, y = fate[BLOCK + l] * high;
        float time = fate[2 * BLOCK + l] * 5.0f + 5.0f;
        box[l] = fresh ? x : box[l];
        box[BLOCK + l] = fresh ? y : box[BLOCK + l];
        box[2 * BLOCK + l] = fresh ? x + size : box[2 * BLOCK + l];
        box[3 * BLOCK + l] = fresh ? y + size : box[3 * BLOCK + l];
        timer[l] = lanes_max(left, 0.0f) + (fresh ? time : 0.0f);
    }
}

RLB_INLINE void leave(const struct sky *s, const struct block *b, const struct scratch *w,
                      uint32_t i)
{
    const float wide = s->limit[0], high = s->limit[1];
    const float *x = b->x + i * BLOCK, *y = b->y + i * BLOCK;
    float *alive = b->alive + i * BLOCK, *left = w->left + i * BLOCK;
    float *touched = w->touched + i * BLOCK;
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        int out = (x[l] < 0) | (x[l] > wide) | (y[l] < 0) | (y[l] > high);
        left[l] = out ? 1.0f : 0.0f;
        alive[l] = out ? 0.0f : alive[l];
        touched[l] = 0.0f;
    }
}

/* Distances of all pairs, and who collides: both die, judged before any of these deaths. */
RLB_INLINE void touch(const struct sky *s, const struct block *b, const struct scratch *w)
{
    const float near2 = s->touch2, near_z = s->touch_z;
    float *distance = w->distance;
    for (uint32_t i = 0; i < s->agents; i++) {
        const float *xi = b->x + i * BLOCK, *yi = b->y + i * BLOCK, *zi = b->z + i * BLOCK;
        const float *ai = b->alive + i * BLOCK;
        float *ti = w->touched + i * BLOCK;
        for (uint32_t j = i + 1; j < s->agents; j++, distance += BLOCK) {
            const float *xj = b->x + j * BLOCK, *yj = b->y + j * BLOCK, *zj = b->z + j * BLOCK;
            const float *aj = b->alive + j * BLOCK;
            float *tj = w->touched + j * BLOCK;
#pragma omp simd
            for (uint32_t l = 0; l < BLOCK; l++) {
                float dx = xi[l] - xj[l], dy = yi[l] - yj[l], d2 = dx * dx + dy * dy;
                int hit =
                    (d2 < near2) & (fabsf(zi[l] - zj[l]) < near_z) & (ai[l] > 0) & (aj[l] > 0);
                distance[l] = sqrtf(d2);
                ti[l] = hit ? 1.0f : ti[l];
                tj[l] = hit ? 1.0f : tj[l];
            }
        }
    }
    for (uint32_t at = 0; at < s->agents * BLOCK; at += BLOCK) {
        const float *touched = w->touched + at;
        float *alive = b->alive + at;
#pragma omp simd
        for (uint32_t l = 0; l < BLOCK; l++)
            alive[l] = alive[l] * (1.0f - touched[l]);
    }
}

/* Boxes kill from the ground to the top. The corners of each lane's own map. */
RLB_INLINE void crash(const struct sky *s, const struct block *b, const struct scratch *w)
{
    for (uint32_t k = 0; k < s->maps.num_boxes; k++) {
        float corner[4][BLOCK];
        for (uint32_t l = 0; l < BLOCK; l++)
            for (int c = 0; c < 4; c++)
                corner[c][l] = s->maps.map[b->map[l]].boxes[k][c];
        for (uint32_t at = 0; at < s->agents * BLOCK; at += BLOCK) {
            const float *x = b->x + at, *y = b->y + at;
            float *alive = b->alive + at, *left = w->left + at;
#pragma omp simd
            for (uint32_t l = 0; l < BLOCK; l++) {
                int in = (x[l] > corner[0][l]) & (x[l] < corner[2][l]) & (y[l] > corner[1][l]) &
                         (y[l] < corner[3][l]);
                left[l] += in ? 1.0f : 0.0f; /* boxes do not overlap: at most one more */
                alive[l] = in ? 0.0f : alive[l];
            }
        }
    }
}

/* Whether the observer sees the target and holds it in its cone of damage, for how long. bit: of
 * the observer in the target's mask. */
RLB_INLINE void look(const struct sky *s, const struct block *b, const struct scratch *w,
                     uint32_t target, uint32_t observer, uint32_t bit, float *track)
{
    const uint32_t t = target * BLOCK, o = observer * BLOCK;
    const float *xt = b->x + t, *yt = b->y + t, *at = b->alive + t;
    const float *xo = b->x + o, *yo = b->y + o, *ao = b->alive + o;
    const float *sine = w->sine + o, *cosine = w->cosine + o;
    const float *distance = w->distance + BLOCK * lanes_pair(s->agents, target, observer);
    const float *draw = w->draws + BLOCK * draws_row(s->agents, target, observer);
    float *took = w->took + t, *seen_by = w->seen_by + t;
    float *dealt = w->dealt + o, *sees = w->sees + o;
    int32_t *seen_mask = w->seen + t;
    const float inverse = s->view2_inverse[observer], reach2 = s->hurt2[observer], near2 = s->near2;
    const float view_cos = s->view_cos, hurt_cos = s->hurt_cos;
    const float least = s->least_track, most = s->most_track;
    const int stochastic = s->stochastic_sight;
    const int32_t mark = (int32_t)1 << bit;
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        float dx = xt[l] - xo[l], dy = yt[l] - yo[l], d2 = dx * dx + dy * dy, d = distance[l];
        float ahead = dx * cosine[l] + dy * sine[l]; /* d times the cosine of the bearing */
        int in_view = ahead > view_cos * d, in_reach = ahead > hurt_cos * d;
        float far = d2 * inverse;
        float chance = lanes_min(far, 1.0f) + (in_view ? 0.0f : 1.1f);
        int found =
            stochastic ? (chance < draw[l]) | ((far <= 1.0f) & in_reach) : (far <= 1.0f) & in_view;
        int seen = (at[l] > 0) & (ao[l] > 0) & ((d2 < near2) | found);
        int hit = seen & in_reach & (d2 <= reach2);
        track[l] = hit ? track[l] + 1.0f : 0.0f;
        float harm = lanes_max(lanes_min(track[l], most), least) - least;
        took[l] += harm;
        dealt[l] += harm;
        seen_by[l] += seen ? 1.0f : 0.0f;
        sees[l] += seen ? 1.0f : 0.0f;
        seen_mask[l] |= seen ? mark : 0;
    }
}

RLB_INLINE void detect(const struct sky *s, const struct block *b, const struct scratch *w)
{
    const uint32_t n0 = s->team[0], n1 = s->team[1];
    memset(w->took, 0, s->agents * BLOCK * sizeof *w->took);
    memset(w->dealt, 0, s->agents * BLOCK * sizeof *w->dealt);
    memset(w->seen_by, 0, s->agents * BLOCK * sizeof *w->seen_by);
    memset(w->sees, 0, s->agents * BLOCK * sizeof *w->sees);
    memset(w->seen, 0, s->agents * BLOCK * sizeof *w->seen);
    float *track = b->track, *back = b->track + sky_pairs(s) * BLOCK;
    for (uint32_t i = 0; i < n0; i++)
        for (uint32_t k = 0; k < n1; k++, track += BLOCK, back += BLOCK) {
            look(s, b, w, i, n0 + k, k, track);
            look(s, b, w, n0 + k, i, i, back);
        }
}

RLB_INLINE void suffer(const struct sky *s, const struct block *b, const struct scratch *w,
                       uint32_t i)
{
    const float damage = s->damage, healing = s->healing, most = s->max_health[i];
    const float *took = w->took + i * BLOCK, *found = w->found + i * BLOCK;
    float *health = b->health + i * BLOCK, *alive = b->alive + i * BLOCK;
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        float hp = (health[l] - took[l] * damage * 0.1f + healing + most * found[l]) * alive[l];
        hp = lanes_clamp(hp, 0.0f, most);
        health[l] = hp;
        alive[l] = hp > 0 ? alive[l] : 0.0f;
    }
}

/* The sum over an agent's team, [TEAMS][BLOCK]. */
RLB_INLINE void count(const struct sky *s, const float *alive, float *out)
{
    memset(out, 0, TEAMS * BLOCK * sizeof *out);
    for (uint32_t i = 0; i < s->agents; i++) {
        float *sum = out + sky_team_of(s, i) * BLOCK;
        const float *one = alive + i * BLOCK;
#pragma omp simd
        for (uint32_t l = 0; l < BLOCK; l++)
            sum[l] += one[l];
    }
}

/* Terms in the order of the reference implementation, so that equal counts give equal bits. */
RLB_INLINE void pay(const struct sky *s, const struct block *b, const struct scratch *w, uint32_t i,
                    const float *now, const float *then)
{
    const struct rewards p = s->reward;
    const uint32_t mine = sky_team_of(s, i) * BLOCK, theirs = BLOCK - mine, row = i * BLOCK;
    const float idle_reward = s->idle_reward[i], agents = (float)s->agents;
    const int quirks = s->quirks, divide = s->divide_reward;
    const float *alive = b->alive + row, *before = w->before + row, *found = w->found + row;
    const float *seen_by = w->seen_by + row, *sees = w->sees + row, *took = w->took + row;
    const float *dealt = w->dealt + row, *touched = w->touched + row, *left = w->left + row;
    float *reward = w->reward + row;
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        float a = alive[l], own = now[mine + l], other = now[theirs + l];
        float lost = own - then[mine + l], won = other - then[theirs + l];
        float sees_paid = 0.5f * sees[l] * 0.1f * a - 0.2f * seen_by[l] * 0.1f * a;
        float deals_paid = dealt[l] * 0.1f * a - 0.5f * took[l] * 0.1f * a;
        float r = p.waypoint * found[l] + idle_reward;
        r = r + p.kill * (lost * a / (own + 1.0f) - won * a / (own + 1.0f));
        r = r + p.detect * sees_paid;
        r = r + p.damage * deals_paid;
        r = r - p.idle * (0.001f * a);
        r = r - p.hit_agent * touched[l];
        r = r - p.hit_box * (left[l] * (quirks ? a : before[l]));
        r = r - p.disabled * ((1.0f - a) * before[l]);
        r = p.scale * r + p.win * ((other == 0 ? 1.0f : 0.0f) * a);
        reward[l] = (divide ? r / agents : r) * before[l];
    }
}

RLB_INLINE void end(const struct sky *s, const struct block *b, const struct scratch *w,
                    const float *now)
{
    const int one_is_enough = s->ends_with_a_team;
#pragma omp simd
    for (uint32_t l = 0; l < BLOCK; l++) {
        int lost = now[l] == 0, won = now[BLOCK + l] == 0;
        int over = one_is_enough ? (lost | won) : (lost & won);
        w->over[l] = over ? 1.0f : 0.0f;
        w->won[l] = (won & !lost) ? 1.0f : 0.0f;
        b->age[l]++;
    }
}

RLB_CLONES void sky_step(const struct sky *s, const struct block *b, const struct scratch *w)
{
    float now[TEAMS * BLOCK], then[TEAMS * BLOCK];
    memcpy(w->before, b->alive, s->agents * BLOCK * sizeof *w->before);
    for (uint32_t i = 0; i < s->agents; i++)
        fly(s, b, w, i);
    memset(w->found, 0, s->agents * BLOCK * sizeof *w->found);
    if (s->waypoints)
        waypoint(s, b, w);
    for (uint32_t i = 0; i < s->agents; i++)
        leave(s, b, w, i);
    touch(s, b, w);
    crash(s, b, w);
    detect(s, b, w);
    for (uint32_t i = 0; i < s->agents; i++)
        suffer(s, b, w, i);
    count(s, w->before, then);
    count(s, b->alive, now);
    for (uint32_t i = 0; i < s->agents; i++)
        pay(s, b, w, i, now, then);
    end(s, b, w, now);
}
