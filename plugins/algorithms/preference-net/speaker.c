#include "speaker.h"

#include <string.h>

enum { SYMBOL_BOS, SYMBOL_SEP, SYMBOL_IMPROVE, NUM_MARKS };

static int32_t mark(const struct speaker_spec *spec, int which)
{
    return (int32_t)spec->vocabulary + which;
}

static uint32_t prefix_length(const struct speaker_spec *spec, enum role role)
{
    return role == LEADER ? 3 : 3 + spec->length + 1;
}

/* Symbols of the prefix of one string; returns how many. seen: NULL for a Leader. */
static uint32_t write_prefix(const struct speaker_spec *spec, int32_t prompt, const int32_t *seen,
                             int32_t *out)
{
    uint32_t n = 0;
    out[n++] = mark(spec, SYMBOL_BOS);
    out[n++] = mark(spec, NUM_MARKS) + prompt;
    out[n++] = mark(spec, SYMBOL_SEP);
    if (!seen)
        return n;
    memcpy(out + n, seen, spec->length * sizeof *out);
    n += spec->length;
    out[n++] = mark(spec, SYMBOL_IMPROVE);
    return n;
}

/* ---- making */

static void declare(struct speaker *s)
{
    const struct speaker_spec *spec = &s->spec;
    const rlb_init small = {RLB_INIT_NORMAL, 0.02f};
    uint32_t symbols = spec->vocabulary + NUM_MARKS + spec->prompts;
    s->embedding = rlb_embedding_declare(s->net, "symbols", symbols, spec->width, small);
    s->trunk = rlb_transformer_declare(
        s->net, "trunk",
        &(rlb_transformer_spec){.width = spec->width,
                                .heads = spec->heads,
                                .layers = spec->layers,
                                .hidden = spec->hidden,
                                .positions = prefix_length(spec, FOLLOWER) + spec->length - 1});
    s->head = rlb_dense_declare(
        s->net, "head",
        &(rlb_dense_spec){.in = spec->width, .out = spec->vocabulary, .weight_init = small});
}

static rlb_status make_prefix(struct speaker *s, const rlb_host *host, uint32_t length,
                              struct prefix_tape *out)
{
    const uint32_t shape[] = {s->spec.batch, length};
    out->length = length;
    out->tape = rlb_tape_create(host);
    if (!out->tape)
        return host->fail(host, RLB_E_NOMEM, "no memory for a network");
    out->symbols = rlb_input_index(out->tape, 2, shape);
    rlb_tensor *x = rlb_embedding_apply(out->tape, &s->embedding, out->symbols);
    x = rlb_transformer_apply_cached(out->tape, &s->trunk, x, s->cache);
    out->logits = rlb_dense_apply(out->tape, &s->head, x, RLB_IDENTITY);
    return rlb_tape_finish(out->tape, NULL);
}

static rlb_tensor *record_role(struct speaker *s, enum role role)
{
    struct scored *r = &s->role[role];
    r->first = prefix_length(&s->spec, role) - 1;
    r->length = r->first + s->spec.length;
    const uint32_t shape[] = {s->spec.batch, r->length}, each[] = {s->spec.batch, r->length, 1};
    r->symbols = rlb_input_index(s->tape, 2, shape);
    r->labels = rlb_input_index(s->tape, 2, shape);
    r->weights = rlb_input_shaped(s->tape, 3, each);
    rlb_tensor *x = rlb_embedding_apply(s->tape, &s->embedding, r->symbols);
    x = rlb_transformer_apply(s->tape, &s->trunk, x, NULL);
    x = rlb_dense_apply(s->tape, &s->head, x, RLB_IDENTITY);
    x = rlb_affine(s->tape, x, (float)(1 / s->spec.temperature), 0);
    r->cost = rlb_cross_entropy(s->tape, x, r->labels);
    return rlb_sum(s->tape, rlb_mul(s->tape, r->cost, r->weights));
}

static rlb_status make_tape(struct speaker *s, const rlb_host *host, uint32_t roles, bool learns)
{
    s->tape = rlb_tape_create(host);
    if (!s->tape)
        return host->fail(host, RLB_E_NOMEM, "no memory for a network");
    for (int role = 0; role < NUM_ROLES; role++) {
        if (!(roles >> role & 1))
            continue;
        rlb_tensor *part = record_role(s, (enum role)role);
        s->loss = s->loss ? rlb_add(s->tape, s->loss, part) : part;
    }
    rlb_status status = rlb_tape_finish(s->tape, learns ? s->loss : NULL);
    for (int role = 0; role < NUM_ROLES && status == RLB_OK; role++)
        for (size_t i = 0; roles >> role & 1 && i < s->role[role].labels->size; i++)
            s->role[role].labels->index[i] = -1;
    return status;
}

rlb_status speaker_init(struct speaker *s, const rlb_host *host, const struct speaker_spec *spec,
                        const struct speaker *from, uint32_t roles, bool learns, uint64_t seed)
{
    *s = (struct speaker){.spec = *spec, .net = rlb_net_create(host)};
    s->scratch = host->alloc(host, 2 * spec->vocabulary * sizeof *s->scratch);
    if (!s->net || !s->scratch)
        return host->fail(host, RLB_E_NOMEM, "no memory for a network");
    declare(s);
    rlb_status status = rlb_net_init(s->net, seed);
    if (status != RLB_OK)
        return status;
    if (from)
        rlb_net_copy(s->net, from->net);
    uint32_t longest = prefix_length(spec, FOLLOWER) + spec->length;
    s->cache = rlb_cache_create(host, &s->trunk, spec->batch, longest);
    if (!s->cache)
        return host->fail(host, RLB_E_NOMEM, "no memory for a network");
    for (int role = 0; role < NUM_ROLES && status == RLB_OK; role++)
        status = make_prefix(s, host, prefix_length(spec, (enum role)role), &s->prompt[role]);
    if (status == RLB_OK)
        status = make_prefix(s, host, 1, &s->next);
    return status == RLB_OK ? make_tape(s, host, roles, learns) : status;
}

/* ---- drawing */

/* log-softmax of the last logits of string b, divided by the temperature. */
static void last_log_p(const struct speaker *s, const struct prefix_tape *p, uint32_t b,
                       double *out)
{
    uint32_t V = s->spec.vocabulary;
    const float *logits = p->logits->data + ((size_t)(b + 1) * p->length - 1) * V;
    double top = -INFINITY, sum = 0;
    for (uint32_t v = 0; v < V; v++) {
        out[v] = (double)logits[v] / s->spec.temperature;
        top = fmax(top, out[v]);
    }
    for (uint32_t v = 0; v < V; v++)
        sum += exp(out[v] - top);
    for (uint32_t v = 0; v < V; v++)
        out[v] -= top + log(sum);
}

static uint32_t draw_token(uint32_t V, const double *log_p, rlb_rng *rng)
{
    uint32_t v = 0, best = 0;
    if (!rng) {
        for (v = 1; v < V; v++)
            best = log_p[v] > log_p[best] ? v : best;
        return best;
    }
    double u = rlb_rng_uniform(rng);
    for (; v + 1 < V; v++) {
        double p = exp(log_p[v]);
        if (u < p)
            break;
        u -= p;
    }
    return v;
}

/* Runs the prefixes, or the newest tokens, through the network. */
static struct prefix_tape *advance(struct speaker *s, enum role role, uint32_t t,
                                   const int32_t *prompts, const int32_t *seen, const int32_t *said)
{
    uint32_t L = s->spec.length;
    struct prefix_tape *p = t == 0 ? &s->prompt[role] : &s->next;
    if (t == 0)
        rlb_cache_clear(s->cache);
    for (uint32_t b = 0; b < s->spec.batch; b++)
        if (t == 0)
            write_prefix(&s->spec, prompts[b], seen ? seen + (size_t)b * L : NULL,
                         p->symbols->index + (size_t)b * p->length);
        else
            p->symbols->index[b] = said[(size_t)b * L + t - 1];
    rlb_forward(p->tape);
    return p;
}

/* out = log of this^(1 - mixture) other^mixture, normalised. */
static void mix_log_p(uint32_t V, const double *other, double mixture, double *out)
{
    double sum = 0;
    for (uint32_t v = 0; v < V; v++) {
        out[v] = (1 - mixture) * out[v] + mixture * other[v];
        sum += exp(out[v]);
    }
    for (uint32_t v = 0; v < V; v++)
        out[v] -= log(sum);
}

void speaker_draw(struct speaker *s, struct speaker *other, double mixture, const int32_t *prompts,
                  const int32_t *seen, rlb_rng *rng, int32_t *said, double *log_p)
{
    enum role role = seen ? FOLLOWER : LEADER;
    uint32_t L = s->spec.length, V = s->spec.vocabulary;
    double *here = s->scratch, *there = s->scratch + V;
    for (uint32_t t = 0; t < L; t++) {
        struct prefix_tape *p = advance(s, role, t, prompts, seen, said), *q = NULL;
        if (other)
            q = advance(other, role, t, prompts, seen, said);
        for (uint32_t b = 0; b < s->spec.batch; b++) {
            last_log_p(s, p, b, here);
            if (q) {
                last_log_p(other, q, b, there);
                mix_log_p(V, there, mixture, here);
            }
            uint32_t token = draw_token(V, here, rng);
            said[(size_t)b * L + t] = (int32_t)token;
            if (log_p)
                log_p[(size_t)b * L + t] = here[token];
        }
    }
}

void speaker_put(struct speaker *s, enum role role, const int32_t *prompts, const int32_t *seen,
                 const int32_t *said)
{
    struct scored *r = &s->role[role];
    uint32_t L = s->spec.length;
    for (uint32_t b = 0; b < s->spec.batch; b++) {
        int32_t *symbols = r->symbols->index + (size_t)b * r->length;
        const int32_t *own = said + (size_t)b * L;
        uint32_t n =
            write_prefix(&s->spec, prompts[b], seen ? seen + (size_t)b * L : NULL, symbols);
        memcpy(symbols + n, own, (L - 1) * sizeof *symbols);
        memcpy(r->labels->index + (size_t)b * r->length + r->first, own, L * sizeof *own);
    }
}
