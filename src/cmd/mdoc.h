/* Text from tables in mdoc pages: escaped, so that nothing in it can be a macro. */
#ifndef RLBENCH_CMD_MDOC_H
#define RLBENCH_CMD_MDOC_H

#include "base/mem.h"

/* The head of a page rlbench-<id>, up to its name. */
void mdoc_title(const char *id, int section, struct buf *out);
/* Lines of text: no leading control character, no escape, a new line after each sentence. */
void mdoc_text(const char *text, struct buf *out);
/* Words on a macro line, which they end: a word that could be read as a macro is guarded. */
void mdoc_words(const char *text, struct buf *out);

#endif
