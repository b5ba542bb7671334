/* Games written in a recipe. */
#include "games.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *s)
{
    while (*s == ' ' || *s == '\t' || *s == ',' || *s == '\r')
        s++;
    return s;
}

/* Counts the numbers of one row, writing them unless out is NULL; *text is left at its end. */
static rlb_status read_row(const rlb_host *host, const char **text, uint32_t row, uint32_t *count,
                           double *out)
{
    const char *s = skip_blanks(*text);
    for (*count = 0; *s && *s != ';' && *s != '\n'; (*count)++, s = skip_blanks(s)) {
        char *end;
        double value = strtod(s, &end);
        if (end == s || (*end && !strchr(" \t,;\r\n", *end)))
            return host->fail(host, RLB_E_INVAL, "matrix: entry (%u, %u), '%.12s', is not a number",
                              row + 1, *count + 1, s);
        if (out)
            out[*count] = value;
        s = end;
    }
    *text = s;
    return RLB_OK;
}

rlb_status text_matrix(const rlb_host *host, const char *text, uint32_t *rows, uint32_t *cols,
                       double *out)
{
    *rows = *cols = 0;
    for (const char *s = text; *s;) {
        uint32_t count;
        rlb_status status =
            read_row(host, &s, *rows, &count, out ? out + (size_t)*rows * *cols : NULL);
        if (status != RLB_OK)
            return status;
        s += *s != 0;
        if (count == 0) /* an empty line */
            continue;
        if (*rows > 0 && count != *cols)
            return host->fail(host, RLB_E_INVAL, "matrix: row %u has %u entries, row 1 has %u",
                              *rows + 1, count, *cols);
        *cols = count;
        ++*rows;
    }
    if (*rows == 0)
        return host->fail(host, RLB_E_INVAL,
                          "matrix: is empty; write rows of numbers with ';' between them");
    if (*rows != *cols)
        return host->fail(host, RLB_E_INVAL,
                          "matrix: has %u rows and %u columns; a matrix of preferences is square",
                          *rows, *cols);
    if (*cols > MOST_RESPONSES)
        return host->fail(host, RLB_E_INVAL, "matrix: %u responses are more than %d", *cols,
                          MOST_RESPONSES);
    return RLB_OK;
}

static int letter_index(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? 26 + c - 'a' : -1;
}

/* One ranking of n responses at s into place; false unless it names each of the first n once. */
static bool read_ranking(const char *s, uint32_t n, uint32_t *place)
{
    uint64_t seen = 0;
    for (uint32_t i = 0; i < n; i++) {
        int response = letter_index(s[i]);
        if (response < 0 || (uint32_t)response >= n || seen >> response & 1)
            return false;
        seen |= UINT64_C(1) << response;
        if (place)
            place[response] = i;
    }
    return true;
}

rlb_status text_rankings(const rlb_host *host, const char *text, uint32_t *rankings,
                         uint32_t *responses, uint32_t *place, double *weight)
{
    double sum = 0;
    *rankings = *responses = 0;
    for (const char *s = skip_blanks(text); *s; s = skip_blanks(s)) {
        uint32_t n = 0;
        char *end;
        while (letter_index(s[n]) >= 0)
            n++;
        if (*rankings == MOST_ATTRIBUTES)
            return host->fail(host, RLB_E_INVAL, "rankings: more than %d", MOST_ATTRIBUTES);
        if (n == 0 || (*rankings > 0 && n != *responses) ||
            !read_ranking(s, n, place ? place + (size_t)*rankings * n : NULL))
            return host->fail(host, RLB_E_INVAL,
                              "rankings: '%.12s' does not name the responses A, B, … once each", s);
        s += n;
        double share = 1;
        if (*s == ':') {
            share = strtod(s + 1, &end);
            s = end;
        }
        if (!(share > 0 && share < 1e9) || (*s && !strchr(" \t,\r", *s)))
            return host->fail(host, RLB_E_INVAL, "rankings: the weight of number %u is wrong",
                              *rankings + 1);
        if (weight)
            weight[*rankings] = share;
        sum += share;
        *responses = n;
        ++*rankings;
    }
    if (*rankings == 0)
        return host->fail(host, RLB_E_INVAL, "rankings: there are none; write 'ABC:2 BCA:1'");
    for (uint32_t k = 0; weight && k < *rankings; k++)
        weight[k] /= sum;
    return RLB_OK;
}
