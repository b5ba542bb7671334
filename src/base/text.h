/* Text: nearest names, wildcards, UTF-8. */
#ifndef RLBENCH_BASE_TEXT_H
#define RLBENCH_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The name nearest to word by edit distance with transpositions, or NULL when none is near enough
 * to suggest. */
const char *text_nearest(const char *word, const char *const *names, size_t n);
/* Shell-style match with * and ?. */
bool text_match(const char *pattern, const char *text);
/* Decodes one code point from s (n bytes left, n >= 1) and returns its length in bytes; malformed
 * bytes give U+FFFD, 1. */
size_t text_decode(const char *s, size_t n, uint32_t *cp);
/* Encodes cp into out (4 bytes at most), returns the length. */
size_t text_encode(uint32_t cp, char *out);
/* Columns a code point takes on a terminal: 0, 1 or 2; the same in every locale. */
int text_width(uint32_t cp);
/* Columns a UTF-8 string takes. */
int text_columns(const char *s);

#endif
