/* Two texts line by line. */
#ifndef RLBENCH_CMD_LINE_DIFF_H
#define RLBENCH_CMD_LINE_DIFF_H

/* Calls line() for every line that only the first text has ('-'), only the second one ('+'), or
 * both
 * (' '), by a longest common subsequence. Texts of more than 4000 lines count as different
 * throughout. */
void line_diff(const char *a, const char *b, void (*line)(void *ctx, char sign, const char *text),
               void *ctx);

#endif
