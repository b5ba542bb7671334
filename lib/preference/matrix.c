/* Matrices of preferences: what makes one, and who beats whom. */
#include <rlbench/preference.h>

#include <stdlib.h>

#define COMPLEMENT 1e-9

rlb_status rlb_preference_check(const rlb_host *host, const char *what, uint32_t rows,
                                uint32_t cols, const double *p)
{
    if (rows == 0 || cols == 0)
        return host->fail(host, RLB_E_INVAL, "%s: is empty; a game needs at least one response",
                          what);
    if (rows != cols)
        return host->fail(host, RLB_E_INVAL,
                          "%s: has %u rows and %u columns; a matrix of preferences is square", what,
                          rows, cols);
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < cols; j++) {
            double x = p[(size_t)i * cols + j];
            if (!(x >= 0 && x <= 1))
                return host->fail(host, RLB_E_INVAL,
                                  "%s: entry (%u, %u) is %g; a preference is from 0 to 1", what,
                                  i + 1, j + 1, x);
        }
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = i; j < cols; j++) {
            double x = p[(size_t)i * cols + j], back = p[(size_t)j * cols + i];
            if (i == j && fabs(x - 0.5) > COMPLEMENT)
                return host->fail(host, RLB_E_INVAL,
                                  "%s: entry (%u, %u) is %g; against itself every response has 0.5",
                                  what, i + 1, i + 1, x);
            if (fabs(x + back - 1) > COMPLEMENT)
                return host->fail(host, RLB_E_INVAL,
                                  "%s: entries (%u, %u) and (%u, %u) are %.10g and %.10g; their "
                                  "sum must be 1",
                                  what, i + 1, j + 1, j + 1, i + 1, x, back);
        }
    return RLB_OK;
}

/* Removing responses that beat nobody left, again and again, removes all exactly when there is no
 * cycle. wins: how many of those left each one beats. */
static uint32_t has_cycle(uint32_t n, const double *p, uint32_t *wins, uint32_t *queue)
{
    uint32_t head = 0, tail = 0;
    for (uint32_t i = 0; i < n; i++) {
        wins[i] = 0;
        for (uint32_t j = 0; j < n; j++)
            wins[i] += p[(size_t)i * n + j] > 0.5 + RLB_TIE;
        if (wins[i] == 0)
            queue[tail++] = i;
    }
    for (; head < tail; head++)
        for (uint32_t i = 0; i < n; i++)
            if (p[(size_t)i * n + queue[head]] > 0.5 + RLB_TIE && --wins[i] == 0)
                queue[tail++] = i;
    return tail < n;
}

rlb_status rlb_majority(uint32_t n, const double *p, int32_t *winner, uint32_t *cyclic)
{
    if (winner) {
        *winner = -1;
        for (uint32_t i = 0; i < n && *winner < 0; i++) {
            uint32_t beats = 0;
            for (uint32_t j = 0; j < n; j++)
                beats += p[(size_t)i * n + j] > 0.5 + RLB_TIE;
            if (beats == n - 1)
                *winner = (int32_t)i;
        }
    }
    if (!cyclic)
        return RLB_OK;
    uint32_t *work = malloc(2 * (size_t)n * sizeof *work);
    if (!work)
        return RLB_E_NOMEM;
    *cyclic = has_cycle(n, p, work, work + n);
    free(work);
    return RLB_OK;
}
