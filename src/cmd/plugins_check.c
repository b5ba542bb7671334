/* rlbench plugins check: the report of the conformance checker. */
#include "cmd/plugins.h"

#include "base/num.h"
#include "module/conform.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *verdict_word(enum conform_verdict v)
{
    return v == CONFORM_OK ? "ok" : v == CONFORM_SKIP ? "skip" : "FAIL";
}

static void say_text(void *ctx, const struct conform_line *line)
{
    const char **plugin = ctx;
    if (*line->plugin && (!*plugin || strcmp(*plugin, line->plugin) != 0))
        printf("%s\n", line->plugin);
    *plugin = line->plugin;
    printf("  %-4s  %-24s %s\n", verdict_word(line->verdict), line->check, line->text);
    fflush(stdout);
}

static void say_json(void *ctx, const struct conform_line *line)
{
    const char *const *file = ctx;
    json_t *o =
        json_pack("{si ss ss ss ss ss}", "v", 1, "file", *file, "plugin", line->plugin, "check",
                  line->check, "verdict", verdict_word(line->verdict), "text", line->text);
    char *text = json_dumps(o, JSON_COMPACT);
    printf("%s\n", text ? text : "{}");
    fflush(stdout);
    free(text);
    json_decref(o);
}

static int check_one(const struct cli *c, const char *file, const struct registry *reg,
                     unsigned limit_s, struct err *e)
{
    bool json = cli_has(c, "json");
    struct conform_report report;
    const char *plugin = NULL, *name = file;
    if (!json)
        printf("%s\n", file);
    int status = conform_run(file, reg, limit_s, json ? say_json : say_text,
                             json ? (void *)&name : (void *)&plugin, &report, e);
    if (status == OK && !json)
        printf("%zu checks, %zu failed, %zu skipped\n", report.lines.len, report.failed,
               report.skipped);
    if (status == OK && report.failed)
        status = report.loaded ? ERR_FAILED : ERR_PLUGIN;
    conform_finish(&report);
    return status;
}

int plugins_check(const struct cli *c, struct err *e)
{
    int64_t limit_s = 20;
    struct registry reg;
    const char *limit = cli_get(c, "limit");
    if (c->num_args < 2)
        return err_set(e, ERR_USAGE, "which files? rlbench plugins check FILE...");
    if (limit && (num_parse_int(limit, &limit_s) || limit_s < 1 || limit_s > 86400))
        return err_set(e, ERR_USAGE, "--limit takes whole seconds, 1 to 86400, found '%s'", limit);
    int worst = registry_load(&reg, cli_get(c, "plugin-path"), e);
    if (worst != OK)
        return worst;
    for (size_t i = 1; i < c->num_args; i++) {
        int status = check_one(c, c->args[i], &reg, (unsigned)limit_s, e);
        worst = status > worst ? status : worst;
    }
    registry_finish(&reg);
    return worst;
}
