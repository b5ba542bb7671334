/* Pieces of an HTML page that needs nothing but itself. */
#ifndef RLBENCH_CMD_HTML_H
#define RLBENCH_CMD_HTML_H

#include "cmd/table.h"

void html_begin(struct buf *out, const char *title);
void html_end(struct buf *out);
/* <TAG>text</TAG>, the text escaped. */
void html_element(struct buf *out, const char *tag, const char *text);
/* The first row and the first column are heads. */
void html_table(struct buf *out, const struct table *t, const char *caption);
/* Text as it is, folded away under a line that opens it. */
void html_details(struct buf *out, const char *summary, const char *text);

#endif
