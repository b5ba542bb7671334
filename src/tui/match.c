#include "tui/match.h"

#include <string.h>

void match_init(struct match *m, const char *typed)
{
    *m = (struct match){.negated = typed[0] == '!', .text = typed + (typed[0] == '!')};
    m->all = !*m->text;
    if (!m->all)
        m->plain = regcomp(&m->regex, m->text, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0;
}

void match_finish(struct match *m)
{
    if (!m->all && !m->plain)
        regfree(&m->regex);
}

bool match_any(const struct match *m, const char *const *texts)
{
    if (m->all)
        return true;
    bool found = false;
    for (; *texts && !found; texts++)
        found = m->plain ? strcasestr(*texts, m->text) != NULL
                         : regexec(&m->regex, *texts, 0, NULL, 0) == 0;
    return found != m->negated;
}
