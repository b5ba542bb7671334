/* The tree beside a plain list of priorities. */
#include "check.h"
#include "lib/rl/chi.h"
#include "lib/rl/host.h"

#include <rlbench/priority.h>

enum { MOST = 40, DRAWS = 4000 };

static const uint32_t sizes[] = {1, 2, 3, 5, 8, 13, 31, 32, 33};
enum { NUM_SIZES = sizeof sizes / sizeof *sizes };

/* Frequencies, weights and strata, for every size. */
static void draws(void)
{
    rlb_rng rng;
    rlb_rng_init(&rng, 1, 0);
    for (size_t k = 0; k < NUM_SIZES; k++) {
        rlb_priority p;
        struct bare_host host;
        uint32_t n = sizes[k];
        double list[MOST] = {0}, total = 0, least = INFINITY, beta = 0.4;
        uint64_t counts[MOST] = {0}, index[DRAWS];
        float weight[DRAWS];
        unsigned wrong = 0;
        bare_start(&host);
        CU_ASSERT_EQUAL(rlb_priority_init(&p, &host.host, n, 0.6, 0.01), RLB_OK);
        CU_ASSERT_EQUAL(rlb_priority_draw(&p, &rng, 1, beta, index, weight), RLB_E_INVAL);
        for (uint64_t i = 0; i < n; i++) {
            float error = (float)rlb_rng_normal(&rng);
            if (i % 5 == 3)
                continue; /* not yet there */
            rlb_priority_add(&p, i);
            CU_ASSERT_EQUAL(rlb_priority_set(&p, 1, &i, &error), RLB_OK);
            list[i] = pow(fabs((double)error) + 0.01, 0.6);
            total += list[i];
            least = fmin(least, list[i]);
        }
        for (int round = 0; round < 50; round++) {
            CU_ASSERT_EQUAL(rlb_priority_draw(&p, &rng, DRAWS, beta, index, weight), RLB_OK);
            for (int i = 0; i < DRAWS; i++) {
                CU_ASSERT_FATAL(index[i] < n);
                counts[index[i]]++;
                wrong += !(fabs((double)weight[i] - pow(list[index[i]] / least, -beta)) < 1e-6);
                wrong += i > 0 && index[i] < index[i - 1]; /* strata are in order */
            }
        }
        CU_ASSERT_EQUAL(wrong, 0);
        /* Stratified counts scatter less than multinomial ones: each within 1 a round. */
        for (uint32_t i = 0; i < n; i++)
            CU_ASSERT(fabs((double)counts[i] - 50.0 * DRAWS * list[i] / total) < 50);
        /* Single draws are plain multinomial. */
        uint64_t single[MOST] = {0};
        double share[MOST];
        for (uint32_t i = 0; i < n; i++)
            share[i] = list[i] / total;
        for (int i = 0; i < 100000; i++) {
            (void)rlb_priority_draw(&p, &rng, 1, beta, index, NULL);
            single[index[0]]++;
        }
        CU_ASSERT(chi_fits(single, share, n));
        bare_finish(&host);
    }
}

/* The paper's weight, N and the sum spelt out: (N P)^-beta over its maximum. */
static void weights(void)
{
    rlb_priority p;
    struct bare_host host;
    rlb_rng rng;
    uint64_t index[4] = {0, 1, 2, 3}, drawn[64];
    float error[4] = {1, 2, -4, 0}, weight[64];
    rlb_rng_init(&rng, 2, 0);
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_priority_init(&p, &host.host, 4, 1, 0), RLB_OK);
    CU_ASSERT_EQUAL(rlb_priority_set(&p, 4, index, error), RLB_OK);
    CU_ASSERT_EQUAL(rlb_priority_draw(&p, &rng, 64, 0.5, drawn, weight), RLB_OK);
    double most = pow(3 * 1 / 7.0, -0.5);
    for (int i = 0; i < 64; i++) {
        CU_ASSERT_NOT_EQUAL(drawn[i], 3); /* priority 0 is never drawn */
        double chance = fabs((double)error[drawn[i]]) / 7;
        CU_ASSERT_DOUBLE_EQUAL(weight[i], pow(3 * chance, -0.5) / most, 1e-6);
    }
    /* New ones get the highest there has been. */
    rlb_priority_add(&p, 3);
    CU_ASSERT_EQUAL(p.node[p.num_leaves + 3].sum, 4);
    error[2] = NAN;
    CU_ASSERT_EQUAL(rlb_priority_set(&p, 4, index, error), RLB_E_NUMERIC);
    CU_ASSERT(strstr(host.failure, "transition 2") != NULL);
    bare_finish(&host);
}

/* A million changes later the sums are still those of a fresh tree, and a loaded tree has the same
 * bits. */
static void no_drift(void)
{
    enum { SIZE = 1000 };
    rlb_priority p, again;
    struct bare_host host;
    struct bare_stream s;
    rlb_rng rng;
    static double list[SIZE];
    double total = 0;
    rlb_rng_init(&rng, 3, 0);
    bare_start(&host);
    CU_ASSERT_EQUAL(rlb_priority_init(&p, &host.host, SIZE, 1, 0), RLB_OK);
    CU_ASSERT_EQUAL(rlb_priority_init(&again, &host.host, SIZE, 1, 0), RLB_OK);
    for (int i = 0; i < 1000000; i++) {
        uint64_t index = rlb_rng_below(&rng, SIZE);
        float error = (float)exp(5 * rlb_rng_normal(&rng));
        CU_ASSERT_EQUAL_FATAL(rlb_priority_set(&p, 1, &index, &error), RLB_OK);
        list[index] = (double)error;
    }
    for (int i = 0; i < SIZE; i++)
        total += list[i];
    CU_ASSERT_DOUBLE_EQUAL(p.node[1].sum / total, 1, 1e-13);
    stream_start(&s);
    CU_ASSERT_EQUAL(rlb_priority_save(&p, &s.writer), RLB_OK);
    CU_ASSERT_EQUAL(rlb_priority_load(&again, &s.reader), RLB_OK);
    CU_ASSERT_EQUAL(memcmp(p.node + 1, again.node + 1, (2 * p.num_leaves - 1) * sizeof *p.node), 0);
    CU_ASSERT_EQUAL(p.top, again.top);
    double damaged = -1;
    s.at = 0;
    memcpy(s.bytes + 2 * 16 + 16 + 16 * 7, &damaged, sizeof damaged);
    CU_ASSERT_EQUAL(rlb_priority_load(&again, &s.reader), RLB_E_FORMAT);
    CU_ASSERT(strstr(host.failure, "priority 7") != NULL);
    stream_finish(&s);
    CU_ASSERT_EQUAL(rlb_priority_init(&again, &host.host, 0, 1, 0), RLB_E_INVAL);
    CU_ASSERT_EQUAL(rlb_priority_init(&again, &host.host, 5, -1, 0), RLB_E_INVAL);
    host.allocs_left = 0;
    CU_ASSERT_EQUAL(rlb_priority_init(&again, &host.host, 5, 1, 0), RLB_E_NOMEM);
    bare_finish(&host);
}

CHECK_MAIN("priorities", {"frequencies, weights, strata", draws}, {"the paper's weights", weights},
           {"no drift; saved and loaded", no_drift})
