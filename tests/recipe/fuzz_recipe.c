/* Whatever the text: no crash, no error without a word, nothing that libcyaml reads differently,
 * and a plan's text is a recipe for the same plan. */
#include "fuzz.h"
#include "recipe/rig.h"

#include <dirent.h>

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void check_plan(const struct plan *p)
{
    struct recipe r;
    struct plan again;
    struct err e = ERR_INIT;
    size_t n = strlen(p->resolved_text);
    if (n <= RECIPE_MAX_BYTES) {
        int status = rig_plan("again.yaml", p->resolved_text, n, &r, &again, &e);
        if (status != OK || strcmp(again.resolved_text, p->resolved_text) != 0)
            fprintf(stderr, "%s\n--- again: %s\n%s\n", p->resolved_text, e.text,
                    again.resolved_text);
        require(status == OK, "a plan's text is a recipe");
        require(strcmp(again.recipe_hash, p->recipe_hash) == 0, "it is the same plan");
        require(again.runs.len == p->runs.len, "it has the same runs");
        plan_finish(&again);
        recipe_finish(&r);
    }
}

static void check_diags(const struct recipe *r)
{
    struct buf out = {0};
    for (size_t i = 0; i < r->diags.len; i++) {
        const struct diag *d = &r->diags.data[i];
        require(d->text[0] != '\0', "a diagnostic says something");
        require(d->origin || d->at.line > 0, "a diagnostic has a place");
    }
    recipe_print_diags(r, &out);
    for (size_t i = 0; i < out.len; i++)
        require((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n',
                "no control character reaches the terminal");
    buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct recipe r;
    struct plan p;
    struct err e = ERR_INIT;
    char *text = mem_alloc(n + 1);
    if (n)
        memcpy(text, data, n);
    int status = rig_plan("fuzz.yaml", text, n, &r, &p, &e);
    require(status == OK || status == ERR_DATA, e.text);
    require((status == OK) == (recipe_errors(&r) == 0), "errors are said");
    check_diags(&r);
    if (status == OK)
        check_plan(&p);
    plan_finish(&p);
    recipe_finish(&r);
    free(text);
    return 0;
}

#ifndef LIBFUZZER
/* Seeds are the corpus; two files glued together now and then. */
static VEC(char *) corpus;

static void add_folder(const char *folder)
{
    char *path = mem_printf("%s/tests/recipe/%s", getenv("TOP_SRCDIR"), folder);
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (strstr(names[i]->d_name, ".yaml"))
            vec_push(&corpus, mem_printf("%s/%s", path, names[i]->d_name));
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    free(path);
}

static void make_seed(rlb_rng *rng, struct buf *out)
{
    struct err e = ERR_INIT;
    if (corpus.len == 0) {
        add_folder("good");
        add_folder("bad");
    }
    do {
        if (file_read(corpus.data[fuzz_below(rng, corpus.len)], 1 << 20, out, &e) != OK)
            abort();
    } while (fuzz_below(rng, 8) == 0);
}

int main(int argc, char **argv)
{
    int status = fuzz_main(argc, argv, make_seed, 5000);
    for (size_t i = 0; i < corpus.len; i++)
        free(corpus.data[i]);
    vec_finish(&corpus);
    return status;
}
#endif
