/* A plugin's tables for people, for programs and as a manual page. */
#ifndef RLBENCH_CMD_DESCRIBE_H
#define RLBENCH_CMD_DESCRIBE_H

#include "base/mem.h"
#include "module/registry.h"

/* Everything in the tables, wrapped for a terminal. */
void describe_text(const struct desc *d, struct buf *out);
/* One line of JSON: the head, with `whole` the tables too. */
void describe_json(const struct desc *d, bool whole, struct buf *out);
void describe_json_broken(const struct broken *b, struct buf *out);
/* An mdoc page rlbench-<id>(7); the line `.\" body` marks where a hand-written part may go. */
void describe_man(const struct desc *d, struct buf *out);

/* Words for the numbers in tables. */
const char *describe_kind(const struct desc *d);
const char *describe_fold(uint32_t fold);
const char *describe_goal(uint32_t goal); /* "" for none */
const char *describe_view(uint32_t kind);

/* Appends text with lines at most `width` columns long, each after `indent` spaces; paragraphs are
 * separated by '\n'. */
void describe_wrap(const char *text, int indent, int width, struct buf *out);

#endif
