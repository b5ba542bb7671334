/* A small autoregressive transformer that speaks in two roles: it answers a prompt (Leader), or a
 * prompt and a response that it is asked to improve (Follower). Only the input differs:
 *
 *   Leader     BOS x SEP              then y_1 … y_L
 *   Follower   BOS x SEP y_1 … y_L IMPROVE   then y'_1 … y'_L
 *
 * Symbols: 0 … V-1 tokens of responses, then BOS, SEP, IMPROVE, and one for every prompt. */
#ifndef PREFERENCE_SPEAKER_H
#define PREFERENCE_SPEAKER_H

#include <rlbench/attention.h>
#include <rlbench/losses.h>
#include <rlbench/optim.h>

#include <stdbool.h>

enum role { LEADER, FOLLOWER, NUM_ROLES };

struct speaker_spec {
    uint32_t prompts, vocabulary, length, batch;
    uint32_t width, heads, layers, hidden;
    double temperature; /* logits are divided by it, in drawing and in learning */
};

/* The network's answer to prefixes of one length, into its cache. */
struct prefix_tape {
    rlb_tape *tape;
    rlb_tensor *symbols; /* [B][P] */
    rlb_tensor *logits;  /* [B][P][V], not divided */
    uint32_t length;
};

/* One role's strings in a tape that learns, or only scores. */
struct scored {
    rlb_tensor *symbols;    /* [B][T] input */
    rlb_tensor *labels;     /* [B][T] next token, -1 where none is scored */
    rlb_tensor *weights;    /* [B][T] input */
    rlb_tensor *cost;       /* [B][T][1] -log p of the label */
    uint32_t length, first; /* T, and the place that predicts the first token */
};

struct speaker {
    struct speaker_spec spec;
    rlb_net *net;
    rlb_embedding embedding;
    rlb_transformer trunk;
    rlb_dense head;
    rlb_cache *cache;
    struct prefix_tape prompt[NUM_ROLES], next;
    rlb_tape *tape; /* loss: sum of weights times cost, over both roles */
    rlb_tensor *loss;
    struct scored role[NUM_ROLES];
    double *scratch; /* [2][V] */
};

/* A new network, or with `from` a copy of its weights. roles: bits of those that the learning tape
 * has; learns: whether it goes backward. Errors with a sentence. */
rlb_status speaker_init(struct speaker *s, const rlb_host *host, const struct speaker_spec *spec,
                        const struct speaker *from, uint32_t roles, bool learns, uint64_t seed);

/* Draws a response for every prompt of a batch. prompts: [B]; seen: [B][L], NULL for a Leader;
 * said: [B][L] out; log_p: [B][L] out or NULL; rng NULL: the most probable token every time. other,
 * mixture: draws from this^(1 - mixture) other^mixture, token by token; NULL, 0: from this alone.
 */
void speaker_draw(struct speaker *s, struct speaker *other, double mixture, const int32_t *prompts,
                  const int32_t *seen, rlb_rng *rng, int32_t *said, double *log_p);
/* Puts strings into the learning tape. */
void speaker_put(struct speaker *s, enum role role, const int32_t *prompts, const int32_t *seen,
                 const int32_t *said);
/* Weight of token t of string b. */
static inline float *speaker_weight(struct speaker *s, enum role role, uint32_t b, uint32_t t)
{
    struct scored *r = &s->role[role];
    return r->weights->data + (size_t)b * r->length + r->first + t;
}
/* After rlb_forward(s->tape): log p of token t of string b. */
static inline double speaker_log_p(const struct speaker *s, enum role role, uint32_t b, uint32_t t)
{
    const struct scored *r = &s->role[role];
    return -(double)r->cost->data[(size_t)b * r->length + r->first + t];
}

#endif
