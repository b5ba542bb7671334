/* What tells groups apart, in full and in brief. */
#include "check.h"
#include "tui/labels.h"

enum { MOST = 4 };

static void shortened(void)
{
    static const struct {
        size_t n;
        const char *labels[MOST], *key, *full[MOST], *brief[MOST];
    } cases[] = {
        /* one key differs: it is said once */
        {3,
         {"mode=federated n_agents=2", "mode=federated n_agents=8", "mode=federated n_agents=32"},
         "n_agents",
         {"n_agents=2", "n_agents=8", "n_agents=32"},
         {"2", "8", "32"}},
        /* two keys */
        {2, {"mode=a n=2", "mode=b n=8"}, "mode, n", {"mode=a n=2", "mode=b n=8"}, {"a 2", "b 8"}},
        /* three: values alone would say nothing */
        {2,
         {"a=1 b=2 c=3", "a=2 b=3 c=4"},
         "",
         {"a=1 b=2 c=3", "a=2 b=3 c=4"},
         {"a=1 b=2 c=3", "a=2 b=3 c=4"}},
        /* the last part of a path */
        {2,
         {"algorithm.params.lambda=0 x=1", "algorithm.params.lambda=0.9 x=1"},
         "lambda",
         {"lambda=0", "lambda=0.9"},
         {"0", "0.9"}},
        /* names that somebody gave stay whole, shared words and all */
        {2,
         {"with traces", "no traces"},
         "",
         {"with traces", "no traces"},
         {"with traces", "no traces"}},
        {2, {"fast n=1", "slow n=1"}, "", {"fast", "slow"}, {"fast", "slow"}},
        /* a value that begins like another one is another one */
        {2, {"n=1", "n=10"}, "n", {"n=1", "n=10"}, {"1", "10"}},
        /* other keys */
        {2, {"alpha=1", "beta=1"}, "", {"alpha=1", "beta=1"}, {"alpha=1", "beta=1"}},
        /* alone, or without labels */
        {1, {"mode=a n=2"}, "", {"mode=a n=2"}, {"mode=a n=2"}},
        {2, {"", ""}, "", {"", ""}, {"", ""}},
        {0, {NULL}, "", {NULL}, {NULL}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct labels l;
        labels_make(&l, cases[c].labels, cases[c].n);
        CU_ASSERT_EQUAL(l.n, cases[c].n);
        CU_ASSERT_STRING_EQUAL(l.key, cases[c].key);
        for (size_t i = 0; i < l.n; i++) {
            CU_ASSERT_STRING_EQUAL(l.full[i], cases[c].full[i]);
            CU_ASSERT_STRING_EQUAL(l.brief[i], cases[c].brief[i]);
        }
        labels_finish(&l);
    }
}

CHECK_MAIN("tui/labels", {"shortened by what they share", shortened})
