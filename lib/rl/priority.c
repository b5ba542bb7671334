#include <rlbench/priority.h>

#include <math.h>

rlb_status rlb_priority_init(rlb_priority *p, const rlb_host *host, uint64_t size, double alpha,
                             double epsilon)
{
    if (size == 0 || size > UINT64_C(1) << 48 || !(alpha >= 0) || !(epsilon >= 0) ||
        !isfinite(alpha) || !isfinite(epsilon))
        return host->fail(host, RLB_E_INVAL,
                          "priorities for %llu transitions with alpha %g and epsilon %g: neither "
                          "exponent nor offset may be negative, and there must be a transition",
                          (unsigned long long)size, alpha, epsilon);
    *p = (rlb_priority){
        .host = host, .size = size, .num_leaves = 1, .alpha = alpha, .epsilon = epsilon, .top = 1};
    while (p->num_leaves < size)
        p->num_leaves *= 2;
    p->node = host->alloc(host, 2 * p->num_leaves * sizeof *p->node);
    if (!p->node)
        return host->fail(host, RLB_E_NOMEM, "no memory for the priorities of %llu transitions",
                          (unsigned long long)size);
    for (uint64_t i = 0; i < 2 * p->num_leaves; i++)
        p->node[i].least = INFINITY;
    return RLB_OK;
}

static void join(rlb_priority *p, uint64_t i)
{
    const rlb_priority_node *left = &p->node[2 * i], *right = left + 1;
    p->node[i].sum = left->sum + right->sum;
    p->node[i].least = left->least < right->least ? left->least : right->least;
}

static void put_leaf(rlb_priority *p, uint64_t index, double priority)
{
    p->node[p->num_leaves + index] =
        (rlb_priority_node){priority, priority > 0 ? priority : INFINITY};
}

static void put(rlb_priority *p, uint64_t index, double priority)
{
    put_leaf(p, index, priority);
    for (uint64_t i = (p->num_leaves + index) / 2; i; i /= 2)
        join(p, i);
}

void rlb_priority_add(rlb_priority *p, uint64_t index)
{
    put(p, index, p->top);
}

rlb_status rlb_priority_set(rlb_priority *p, uint32_t n, const uint64_t *index, const float *error)
{
    for (uint32_t i = 0; i < n; i++) {
        double priority = pow(fabs((double)error[i]) + p->epsilon, p->alpha);
        if (!isfinite(error[i]) || !isfinite(priority))
            return p->host->fail(p->host, RLB_E_NUMERIC,
                                 "the error %g of transition %llu cannot be a priority",
                                 (double)error[i], (unsigned long long)index[i]);
        put(p, index[i], priority);
        p->top = fmax(p->top, priority);
    }
    return RLB_OK;
}

/* The leaf where the running sum of priorities passes `mass`. Rounding may lead past the end of a
 * subtree, but never into one without mass. */
static uint64_t descend(const rlb_priority *p, double mass)
{
    uint64_t i = 1;
    while (i < p->num_leaves) {
        const rlb_priority_node *left = &p->node[2 * i], *right = left + 1;
        int goes_left = mass < left->sum || right->sum <= 0;
        mass -= goes_left ? 0 : left->sum;
        i = 2 * i + !goes_left;
    }
    return i - p->num_leaves;
}

rlb_status rlb_priority_draw(const rlb_priority *p, rlb_rng *rng, uint32_t n, double beta,
                             uint64_t *index, float *weight)
{
    double total = p->node[1].sum;
    if (!(total > 0))
        return p->host->fail(p->host, RLB_E_INVAL,
                             "nothing can be drawn: no transition has a priority above 0");
    for (uint32_t i = 0; i < n; i++) {
        index[i] = descend(p, total * ((i + rlb_rng_uniform(rng)) / n));
        if (weight)
            weight[i] = (float)pow(p->node[p->num_leaves + index[i]].sum / p->node[1].least, -beta);
    }
    return RLB_OK;
}

enum { TAG_STATE = RLB_TAG('P', 'R', 'I', 'S'), TAG_LEAVES = RLB_TAG('P', 'R', 'I', 'L') };

struct saved {
    uint64_t size;
    double top;
};

rlb_status rlb_priority_save(const rlb_priority *p, rlb_writer *w)
{
    struct saved s = {p->size, p->top};
    rlb_status status = w->put(w, TAG_STATE, &s, sizeof s);
    return status == RLB_OK
               ? w->put(w, TAG_LEAVES, p->node + p->num_leaves, p->size * sizeof *p->node)
               : status;
}

rlb_status rlb_priority_load(rlb_priority *p, rlb_reader *r)
{
    struct saved s;
    rlb_status status = r->get(r, TAG_STATE, &s, sizeof s);
    if (status == RLB_OK && (s.size != p->size || !(s.top > 0) || !isfinite(s.top)))
        status = RLB_E_FORMAT;
    if (status == RLB_OK)
        status = r->get(r, TAG_LEAVES, p->node + p->num_leaves, p->size * sizeof *p->node);
    if (status != RLB_OK)
        return status == RLB_E_FORMAT
                   ? p->host->fail(p->host, status, "the saved priorities do not fit")
                   : status;
    p->top = s.top;
    for (uint64_t i = 0; i < p->size; i++) {
        double priority = p->node[p->num_leaves + i].sum;
        if (!(priority >= 0) || !isfinite(priority))
            return p->host->fail(p->host, RLB_E_FORMAT, "saved priority %llu is damaged",
                                 (unsigned long long)i);
        put_leaf(p, i, priority);
    }
    for (uint64_t i = p->num_leaves - 1; i; i--)
        join(p, i);
    return RLB_OK;
}
