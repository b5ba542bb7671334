/* What people type behind `/`: a regular expression without regard to case, a leading ! for what
 * does not match; what is no regular expression (yet) is searched for as it is. */
#ifndef RLBENCH_TUI_MATCH_H
#define RLBENCH_TUI_MATCH_H

#include <regex.h>
#include <stdbool.h>

struct match {
    bool all, negated, plain;
    regex_t regex;
    const char *text; /* borrowed */
};

void match_init(struct match *m, const char *typed);
void match_finish(struct match *m);
/* True when one of the texts (NULL-terminated list) matches. */
bool match_any(const struct match *m, const char *const *texts);

#endif
