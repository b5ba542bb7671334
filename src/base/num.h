/* Numbers and durations as people write them; the one strict parser of recipes, --set and the
 * worker's parameters.
 *
 * What it looks like is what it means, or it is an error: 1e6, 1_000_000, 1M, 10k (k, M, G, T:
 * powers of 1000), .inf,
 * -.inf, inf, nan only where asked for; durations 90s, 10m, 2h, 1d, 1h30m. Integers accept integral
 * reals (1e6) and refuse 32.5, 0.01junk, "", overflow and octal-looking 010. */
#ifndef RLBENCH_BASE_NUM_H
#define RLBENCH_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each returns NULL when text was understood, else a constant sentence without the text ("is not a
 * whole number"). */
const char *num_parse_int(const char *text, int64_t *out);
const char *num_parse_real(const char *text, double *out);
const char *num_parse_bool(const char *text, bool *out);            /* true/false/yes/no/on/off */
const char *num_parse_duration_ms(const char *text, uint64_t *out); /* a bare number is seconds */

/* The shortest text that reads back as the same double ("0.1", "1000", "1e-5", "inf", "nan");
 * returns out.
 */
char *num_format_real(double value, char *out, size_t size);
/* For people: 4 significant digits, k/M/G where short ("1.2k", "300k", "1.9e-4"); returns out. */
char *num_format_short(double value, char *out, size_t size);

#endif
