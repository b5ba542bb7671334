/* The state of the repository that a recipe lies in, asked of git itself. */
#include "plan/plan.h"

#include "base/child.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 3000, ANSWER_MAX = 1 << 20 };

static bool ask(const char *folder, const char *const *question, struct buf *out)
{
    /* The recipe's repository, whatever the caller was doing to another one. */
    static const char *const unset[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX",
                                        NULL};
    /* Reading takes no lock, and starts nothing that the repository's settings name. */
    const char *argv[16] = {
        "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "--no-pager", "-C", folder};
    size_t n = 7;
    while (*question && n < 15)
        argv[n++] = *question++;
    return child_output(argv, unset, TIMEOUT_MS, ANSWER_MAX, out);
}

void plan_note_repository(struct plan *p)
{
    static const char oid[] = "# branch.oid ";
    static const char *const state[] = {"status", "--porcelain=v2", "--branch",
                                        "--untracked-files=no", NULL};
    char *path = p->recipe_path ? realpath(p->recipe_path, NULL) : NULL;
    struct buf answer = {0};
    p->git_commit = "";
    p->git_dirty = false;
    if (!path)
        return;
    char *folder = mem_printf("%.*s", (int)(file_base(path) - path), path);
    const char *const tracked[] = {"ls-files", "--error-unmatch", "--", file_base(path), NULL};
    const char *at = ask(folder, state, &answer) ? strstr(buf_text(&answer), oid) : NULL;
    if (at) {
        at += strlen(oid);
        p->git_commit = arena_strndup(&p->arena, at, strcspn(at, "\n"));
        /* Lines that do not begin with # are files that differ from the commit. */
        for (const char *line = answer.data; *line && !p->git_dirty;) {
            p->git_dirty = *line != '#';
            line += strcspn(line, "\n");
            line += *line == '\n';
        }
        buf_clear(&answer);
        p->git_dirty = p->git_dirty || !ask(folder, tracked, &answer);
    }
    buf_finish(&answer);
    free(folder);
    free(path);
}
