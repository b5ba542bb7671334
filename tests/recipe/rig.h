/* From text to plan as the program does it, with the registry made by hand. */
#ifndef RLBENCH_TESTS_RECIPE_RIG_H
#define RLBENCH_TESTS_RECIPE_RIG_H

#include "plan/plan.h"

#include "recipe/fake_registry.h"

#include <string.h>

struct rig_command {
    char *line; /* what the others point into */
    const char *sets[16], *seeds, *profile;
    size_t num_sets;
};

/* The options on a first line "#! --set a=b --seeds 3"; values have no spaces. */
static inline struct rig_command rig_command(const char *text)
{
    struct rig_command c = {0};
    if (strncmp(text, "#! ", 3) != 0)
        return c;
    c.line = mem_strdup(text + 3);
    c.line[strcspn(c.line, "\n")] = '\0';
    char *rest = NULL;
    for (char *w = strtok_r(c.line, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
        char *value = strtok_r(NULL, " ", &rest);
        if (strcmp(w, "--set") == 0 && value && c.num_sets < 16)
            c.sets[c.num_sets++] = value;
        else if (strcmp(w, "--seeds") == 0)
            c.seeds = value;
        else if (strcmp(w, "--profile") == 0)
            c.profile = value;
    }
    return c;
}

/* Reads and resolves n bytes of text, which are followed by a NUL. Both outputs are to be
 * finished. */
static inline int rig_plan(const char *name, const char *text, size_t n, struct recipe *r,
                           struct plan *p, struct err *e)
{
    struct registry reg;
    struct rig_command c = rig_command(text);
    fake_registry(&reg);
    *p = (struct plan){0};
    int status = recipe_parse(name, text, n, r, e);
    if (r->root && c.profile)
        status = recipe_use_profile(r, c.profile, e);
    if (r->root)
        status = plan_make(r, &reg, c.sets, c.num_sets, c.seeds, p, e);
    free(c.line);
    registry_finish(&reg);
    return status;
}

#endif
