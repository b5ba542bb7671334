/* The sky: what is constant in it, the state of its agents, one step of many skies.
 *
 * Skies stand in blocks of BLOCK, one in each lane of a vector: every number of the state is a row
 * of BLOCK floats. Lanes never meet, so results depend neither on how many there are nor on how
 * wide the machine's vectors are. Agents of team 0 come first. */
#ifndef RLBENCH_PLUGIN_GIGASTEP_SKY_H
#define RLBENCH_PLUGIN_GIGASTEP_SKY_H

#include <stddef.h>
#include <stdint.h>

enum { BLOCK = 16, MAX_TEAM = 20, MAX_AGENTS = 2 * MAX_TEAM, MAX_BOXES = 4, MAX_MAPS = 8 };
enum { FIELDS = 9, CHOICES = 27 }; /* numbers of a slot of an observation; discrete actions */
enum { TEAMS = 2 };

struct map {
    float boxes[MAX_BOXES][4]; /* x1, y1, x2, y2; those beyond num_boxes are zero */
    float start[TEAMS][4];     /* where a team starts */
    float heading[TEAMS];      /* in which direction; rad */
};

struct maps {
    struct map map[MAX_MAPS];
    uint32_t num_maps, num_boxes; /* of the map with the most; 0: nothing about boxes is observed */
};

struct rewards {
    float win, kill, detect, damage, idle, disabled, hit_agent, hit_box, waypoint;
    float scale; /* the auxiliary factor: of all but `win` */
};

/* Constants of a scenario, all squared distances where the name ends in 2. */
struct sky {
    uint32_t team[TEAMS], agents; /* how many; n0 + n1 */
    uint32_t slots;               /* agents in an observation */
    uint32_t width;               /* numbers in a vector observation */
    int quirks, stochastic_sight, stochastic_radio, waypoints, ends_with_a_team, divide_reward;
    float limit[2];                /* Lx, Ly */
    float near2;                   /* within it everybody is seen */
    float view_cos, hurt_cos;      /* of the half angles of the cones; -2: all round */
    float damage, healing;         /* health a step */
    float least_track, most_track; /* steps */
    float radio;                   /* range */
    float touch2, touch_z;         /* agents closer than both collide */
    float waypoint_size;
    struct rewards reward;
    struct maps maps;
    uint32_t resolution[2]; /* of a picture */
    /* per agent */
    float thrust[MAX_AGENTS], max_health[MAX_AGENTS], idle_reward[MAX_AGENTS];
    float view2_inverse[MAX_AGENTS]; /* 1 / (range^2 of the observer) */
    float hurt2[MAX_AGENTS];         /* negative: no weapon */
    int32_t sprite[MAX_AGENTS];
};

static inline uint32_t sky_team_of(const struct sky *s, uint32_t agent)
{
    return agent >= s->team[0];
}

/* Cross pairs of agents (a of team 0, b of team 1), in one direction. */
static inline uint32_t sky_pairs(const struct sky *s)
{
    return s->team[0] * s->team[1];
}

/* The state of one block, every pointer to rows of BLOCK. */
struct block {
    float *x, *y, *z, *v, *heading, *health, *alive; /* [agents]; alive is 0 or 1 */
    float *track; /* [2][pairs] steps that a target has been held: a by b, then b by a */
    float *box;   /* [4] corners of the waypoint */
    float *timer; /* s that the waypoint stays; 0: there is none */
    uint32_t *map, *age;
    uint32_t *seed, *clock, *episode; /* [2] low and high words: the stream, steps, episodes */
};

/* What a step leaves beside the state, and what it works with. Rows of BLOCK. */
struct scratch {
    float *turn, *climb, *throttle; /* [agents] actions */
    float *draws;                   /* [agents (agents - 1)] uniform, see draws.h */
    float *fate;                    /* [4] uniform, of the waypoint */
    float *sine, *cosine;           /* [agents] */
    float *distance;                /* [agents (agents - 1) / 2] pairs i < j */
    float *before;                  /* [agents] alive before the step */
    float *touched, *left;          /* [agents] hit an agent; went out or into a box (0, 1, 2) */
    float *found;                   /* [agents] collected the waypoint */
    float *took, *dealt, *seen_by, *sees; /* [agents] */
    int32_t *seen;                        /* [agents] bit k: agent k of the other team sees it */
    int32_t *heard;                       /* [MAX_TEAM] bit k: agent k of its team hears it */
    int32_t *known, *rank;                /* [agents] to the agent whose observation is made */
    float *key;                           /* [agents] */
    float *reward;                        /* [agents] */
    float *over, *won;                    /* [1] the episode ended; team 0 stands alone */
    uint32_t *word;                       /* [4] of the generator */
};

/* Rows that a block and a scratch take. */
uint32_t sky_block_rows(const struct sky *s);
uint32_t sky_scratch_rows(const struct sky *s);
/* Pointers into such memory. */
struct block sky_block(const struct sky *s, float *rows);
struct scratch sky_scratch(const struct sky *s, float *rows);

/* One step of every lane: from actions and draws in the scratch to the new state, rewards, ends.
 * What is left of pairs, sight and hits serves the observations. */
void sky_step(const struct sky *s, const struct block *b, const struct scratch *w);

/* Observations of lanes [first, first + lanes), [lanes][agents][width] at `out`, from the state,
 * `seen` and the draws. sky_observe() makes all lanes of a block. */
void sky_observe(const struct sky *s, const struct block *b, const struct scratch *w, float *out);
void sky_observe_some(const struct sky *s, const struct block *b, const struct scratch *w,
                      uint32_t first, uint32_t lanes, float *out);
/* known[i]: whether agent e of a lane knows where agent i is. */
void sky_know(const struct sky *s, const struct block *b, const struct scratch *w, uint32_t e,
              uint32_t lane, uint8_t *known);

#endif
