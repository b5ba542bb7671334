#include "plan/keys.h"

#include "base/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const on_nan_words[] = {"stop", "warn", "rollback", NULL};

#define AT(field) offsetof(struct plan_settings, field), sizeof(((struct plan_settings *)0)->field)
#define MANY 1e15 /* more steps than any run makes; exact in a double */

const struct plan_key plan_keys[] = {
    {"env.lanes", RLB_INT("lanes", 1, 1, 65536, "", 0, "worlds stepped side by side"), 0, AT(lanes),
     NULL, "8"},
    {"env.time_limit",
     RLB_INT("time_limit", 0, 0, 1e9, "steps", 0,
             "steps after which an episode is cut (truncated); 0: the environment's own limit"),
     0, AT(time_limit), NULL, "200"},
    {"budget.steps",
     RLB_INT("steps", 0, 0, MANY, "", 0,
             "length of a run in the algorithm's own steps; 0: no limit"),
     0, AT(steps), NULL, "100k"},
    {"budget.wall", RLB_INT("wall", 0, 0, 1e13, "", 0, "time after which a run ends; 0: no limit"),
     1, AT(wall_ms), NULL, "10m"},
    {"eval.every", RLB_INT("every", 0, 0, MANY, "steps", 0, "steps between evaluations; 0: none"),
     0, AT(eval_every), NULL, "10k"},
    {"eval.episodes",
     RLB_INT("episodes", 10, 1, 1e6, "", 0, "episodes played greedily at each evaluation"), 0,
     AT(eval_episodes), NULL, "20"},
    {"eval.budget",
     RLB_INT("budget", 0, 0, MANY, "", 0,
             "transitions in each world after which an evaluation begins no more episodes; 0: no "
             "limit"),
     0, AT(eval_budget), NULL, "5k"},
    {"log.every", RLB_INT("every", 1, 1, MANY, "steps", 0, "steps between the points of a curve"),
     0, AT(log_every), "budget.steps / 1000", "1000"},
    {"checkpoint.every",
     RLB_INT("every", 0, 0, MANY, "steps", 0,
             "steps between checkpoints; 0: only at a pause, a stop and the end"),
     0, AT(checkpoint_every), "budget.steps / 10", "100k"},
    {"checkpoint.keep", RLB_INT("keep", 2, 1, 1000, "", 0, "newest checkpoints kept of each run"),
     0, AT(checkpoint_keep), NULL, "3"},
    {"limits.memory",
     RLB_INT("memory", 0, 0, MANY, "bytes", 0,
             "address space a run may use; 0: no limit, else at least 64M"),
     0, AT(memory_bytes), NULL, "2G"},
    {"limits.watchdog",
     RLB_INT("watchdog", 60, 1, 86400 * 30, "", 0,
             "a run whose plugin does not come back for so long is hung and ended"),
     1000, AT(watchdog_s), NULL, "2m"},
    {"on_nan",
     RLB_ENUM("on_nan", ON_NAN_STOP, on_nan_words, 0,
              "what a run does when a metric becomes NaN or infinite"),
     0, AT(on_nan), NULL, "warn"},
};
const size_t num_plan_keys = sizeof plan_keys / sizeof plan_keys[0];

const struct plan_path plan_paths[] = {
    {"version", "version of the recipe format: 1"},
    {"name", "what lists call it; the file's name when left out"},
    {"describe", "what it shows and what to watch, for the list of recipes"},
    {"duration", "how long it takes, in words, for the list of recipes"},
    {"extends", "recipes whose keys this one takes, the later ones before the earlier"},
    {"profiles", "keys that rlbench run --profile NAME puts over the others"},
    {"algorithm.name", "id of an algorithm; see rlbench plugins"},
    {"algorithm.params", "parameters of the algorithm that differ from their defaults"},
    {"env.name", "id of an environment; see rlbench plugins"},
    {"env.params", "parameters of the environment that differ from their defaults"},
    {"env.lanes", NULL},
    {"env.time_limit", NULL},
    {"dataset.path", "file of trajectories (.rlbd) to learn from, from the recipe's folder"},
    {"dataset.sha256", "digest the dataset must have; without: whatever it has"},
    {"budget.steps", NULL},
    {"budget.wall", NULL},
    {"seeds.count", "how many seeds; seeds: 10 is the same as seeds: {count: 10}"},
    {"seeds.base", "the first seed, default 1"},
    {"eval.every", NULL},
    {"eval.episodes", NULL},
    {"eval.budget", NULL},
    {"eval.worlds",
     "the environment under other parameters, to evaluate in, too: [{name, params}, ...]"},
    {"log.every", NULL},
    {"checkpoint.every", NULL},
    {"checkpoint.keep", NULL},
    {"limits.memory", NULL},
    {"limits.watchdog", NULL},
    {"on_nan", NULL},
    {"alerts", "rules about metrics and what to do: [{when: rule, do: warn, stop or pause}, ...]"},
    {"gates",
     "what the results must show, else rlbench run fails: [{compare, metric, at_least}, {group, "
     "metric, stat, at_least}, ...]"},
    {"sweep.method", "grid: every combination of parameters; list: the runs listed; random: draws; "
                     "bayes: draws by the results so far"},
    {"sweep.metric", "what the sweep is after: {name, goal: maximize or minimize}"},
    {"sweep.parameters",
     "for grid: {path: {values: [...]}, ...}, the last one changing fastest; for "
     "random and bayes also ranges: {min, max, distribution}"},
    {"sweep.run_cap", "for random and bayes: how many groups are drawn"},
    {"sweep.seed", "for random and bayes: other draws for another seed, default 1"},
    {"sweep.parallel", "for bayes: a trial is drawn from the results of all but the last so many "
                       "before it, which may run side by side; default 4"},
    {"sweep.early_terminate", "ends trials that fall behind: {type: hyperband, min_iter, eta, "
                              "strict}, or max_iter and s for min_iter"},
    {"sweep.runs", "for list: [{label: text, path: value, ...}, ...]"},
};
const size_t num_plan_paths = sizeof plan_paths / sizeof plan_paths[0];

static const char *const later[] = {"eval.metric", "eval.goal", "log.metrics"};

const struct plan_key *plan_key_find(const char *path)
{
    for (size_t i = 0; i < num_plan_keys; i++)
        if (strcmp(plan_keys[i].path, path) == 0)
            return &plan_keys[i];
    return NULL;
}

bool plan_key_is_section(const char *path)
{
    size_t n = strlen(path);
    for (size_t i = 0; i < num_plan_paths; i++)
        if (strncmp(plan_paths[i].path, path, n) == 0 && plan_paths[i].path[n] == '.')
            return true;
    return false;
}

bool plan_key_is_later(const char *path)
{
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
        if (strcmp(later[i], path) == 0)
            return true;
    return false;
}

bool plan_key_is_dataset(const char *path)
{
    return strcmp(path, "dataset.path") == 0 || strcmp(path, "dataset.sha256") == 0;
}

const char *plan_key_last(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static const char *parse_duration(const struct plan_key *k, const char *text, uint64_t *out,
                                  char *why, size_t size)
{
    uint64_t ms;
    const char *problem = num_parse_duration_ms(text, &ms);
    char bound[40];
    if (problem)
        snprintf(why, size, "%s, found '%s'", problem, text);
    else if (ms % k->duration_ms)
        snprintf(why, size, "must be whole seconds, found %s", text);
    else if ((double)(ms / k->duration_ms) < k->as.min)
        snprintf(why, size, "must be at least %s, found %s",
                 plan_key_format(k, (uint64_t)k->as.min, bound, sizeof bound), text);
    else if ((double)(ms / k->duration_ms) > k->as.max)
        snprintf(why, size, "must be at most %s, found %s",
                 plan_key_format(k, (uint64_t)k->as.max, bound, sizeof bound), text);
    else {
        *out = ms / k->duration_ms;
        return NULL;
    }
    return why;
}

const char *plan_key_parse(const struct plan_key *k, const char *text, uint64_t *out, char *why,
                           size_t size)
{
    if (k->duration_ms)
        return parse_duration(k, text, out, why, size);
    rlb_value v;
    if (param_parse(&k->as, text, &v, why, size))
        return why;
    if (k->offset == offsetof(struct plan_settings, memory_bytes) && v.i > 0 && v.i < 64000000) {
        snprintf(why, size, "must be 0 or at least 64M, found %s", text);
        return why;
    }
    *out = (uint64_t)v.i;
    return NULL;
}

char *plan_key_format(const struct plan_key *k, uint64_t value, char *out, size_t size)
{
    if (!k->duration_ms)
        return param_format(&k->as, (rlb_value){.i = (int64_t)value}, out, size);
    uint64_t ms = value * k->duration_ms;
    snprintf(out, size, "%" PRIu64 "%s", ms % 1000 ? ms : ms / 1000, ms % 1000 ? "ms" : "s");
    return out;
}

char *plan_key_describe(const struct plan_key *k, char *out, size_t size)
{
    char text[100];
    if (k->duration_ms)
        snprintf(out, size, "a duration such as 90s, 10m or 1h30m, default %s",
                 plan_key_format(k, (uint64_t)k->as.def.i, text, sizeof text));
    else if (k->default_text)
        snprintf(out, size, "whole number%s%s, at least %g, default %s", *k->as.unit ? " in " : "",
                 k->as.unit, k->as.min, k->default_text);
    else if (k->as.type == RLB_T_INT && k->as.max == MANY)
        snprintf(out, size, "whole number%s%s, at least %g, default %g", *k->as.unit ? " in " : "",
                 k->as.unit, k->as.min, (double)k->as.def.i);
    else
        param_describe(&k->as, out, size);
    return out;
}

uint64_t plan_key_get(const struct plan_key *k, const struct plan_settings *s)
{
    if (k->size == sizeof(uint32_t)) {
        uint32_t v;
        memcpy(&v, (const char *)s + k->offset, sizeof v);
        return v;
    }
    uint64_t v;
    memcpy(&v, (const char *)s + k->offset, sizeof v);
    return v;
}

void plan_key_put(const struct plan_key *k, uint64_t value, struct plan_settings *s)
{
    uint32_t narrow = (uint32_t)value;
    if (k->size == sizeof narrow)
        memcpy((char *)s + k->offset, &narrow, sizeof narrow);
    else
        memcpy((char *)s + k->offset, &value, sizeof value);
}
