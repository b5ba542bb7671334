/* The matrices of prefgame-matrix: built in, drawn, or written in a recipe. */
#ifndef PREFGAME_GAMES_H
#define PREFGAME_GAMES_H

#include <rlbench/preference.h>

enum {
    GAME_CONDORCET3,
    GAME_CYCLE_ASYM,
    GAME_CONDORCET_VS_BORDA,
    GAME_RPS,
    GAME_RANDOM_ATTRIBUTES,
    GAME_POPULATION,
    GAME_MATRIX,
    NUM_GAMES
};
enum { MOST_RESPONSES = 512, MOST_ATTRIBUTES = 64, MOST_CELLS = 1 << 26 };

/* What a recipe says. */
struct game_spec {
    uint32_t kind, contexts;
    uint32_t responses;  /* of rps and random-attributes */
    uint32_t attributes; /* of random-attributes */
    double strength;     /* of rps */
    uint64_t seed;       /* of random-attributes */
    const char *rankings, *matrix;
};

/* Sizes that follow; RLB_E_INVAL with a sentence. */
struct game_shape {
    uint32_t responses, attributes;
};
rlb_status game_measure(const rlb_host *host, const struct game_spec *spec, struct game_shape *out);
/* p: [contexts][n][n], scores: [contexts][attributes][n]; checked. */
rlb_status game_fill(const rlb_host *host, const struct game_spec *spec,
                     const struct game_shape *shape, double *p, double *scores);

/* ---- text.c: what is written in a recipe */

/* A matrix, rows ended by ';' or a new line, numbers parted by commas or blanks. Counts rows and
 * columns; writes the entries unless out is NULL. */
rlb_status text_matrix(const rlb_host *host, const char *text, uint32_t *rows, uint32_t *cols,
                       double *out);
/* Rankings of a population, "ABC:1 BCA:2", letters from A (then a) on, weights 1 when left out.
 * Counts rankings and responses; unless NULL, place[k][i] is where ranking k has i, weight[k] its
 * share. */
rlb_status text_rankings(const rlb_host *host, const char *text, uint32_t *rankings,
                         uint32_t *responses, uint32_t *place, double *weight);

#endif
