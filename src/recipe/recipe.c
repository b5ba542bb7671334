/* Reading a recipe: the file, its encoding, its tree. */
#include "recipe/recipe.h"

#include "base/file.h"
#include "base/text.h"
#include "recipe/parse.h"

#include <stdlib.h>
#include <string.h>

/* A character YAML does not allow (libyaml would stop there with less to say). */
static bool is_forbidden(uint32_t cp)
{
    return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || cp == 0x7F ||
           (cp > 0x7F && cp < 0xA0 && cp != 0x85) || cp == 0xFFFE || cp == 0xFFFF || cp == 0xFEFF;
}

/* True when the text is UTF-8 without control characters; else complains about the first. */
static bool check_encoding(struct recipe *r, uint32_t file)
{
    const char *text = r->files.data[file].text;
    size_t n = r->files.data[file].text_len;
    struct place p = PLACE_START;
    if (n >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        recipe_error(r, (struct mark){1, 1, 0, file}, "save it as UTF-8", "the file is UTF-16");
        return false;
    }
    while (p.byte < n) {
        uint32_t cp;
        size_t len = text_decode(text + p.byte, n - p.byte, &cp);
        struct mark at = {p.line, p.column, 1, file};
        if (cp == 0xFFFD && len == 1) {
            recipe_error(r, at, "save the file as UTF-8", "byte 0x%02X is not UTF-8",
                         (unsigned char)text[p.byte]);
            return false;
        }
        if (is_forbidden(cp)) {
            recipe_error(r, at, "remove it; in double quotes it can be written \\x.. or \\u....",
                         "the control character U+%04X is not allowed here", cp);
            return false;
        }
        place_advance(&p, text, n, p.index + 1);
    }
    return true;
}

static void start(struct recipe *r, const char *path)
{
    *r = (struct recipe){0};
    r->path = arena_strdup(&r->arena, path);
    r->text = r->name = r->describe = r->algorithm = r->env = r->duration = "";
}

uint32_t recipe_add_file(struct recipe *r, const char *path, const char *text, size_t n)
{
    uint32_t index = (uint32_t)r->files.len;
    char *real = realpath(path, NULL);
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte-order mark is harmless */
        text += 3;
        n -= 3;
    }
    struct recipe_file f = {.path = arena_strdup(&r->arena, path),
                            .text = arena_strndup(&r->arena, text, n),
                            .text_len = n > RECIPE_MAX_BYTES ? 0 : n,
                            .real = arena_strdup(&r->arena, real ? real : path)};
    free(real);
    vec_push(&r->files, f);
    const struct mark start = {.line = 1, .column = 1, .file = index};
    if (n > RECIPE_MAX_BYTES)
        recipe_error(r, start, NULL, "the file is longer than %d KiB", RECIPE_MAX_BYTES / 1024);
    else if (check_encoding(r, index))
        tree_build(r, index);
    return index;
}

int recipe_parse(const char *path, const char *text, size_t n, struct recipe *out, struct err *e)
{
    start(out, path);
    recipe_add_file(out, path, text, n);
    out->text = out->files.data[0].text;
    out->text_len = out->files.data[0].text_len;
    recipe_extend(out);
    if (recipe_errors(out))
        return err_set(e, ERR_DATA, "%s: %zu error%s", path, recipe_errors(out),
                       recipe_errors(out) == 1 ? "" : "s");
    return OK;
}

int recipe_read(const char *path, struct recipe *out, struct err *e)
{
    struct buf content = {0};
    int status = file_read(path, RECIPE_MAX_BYTES + 1, &content, e);
    if (status == OK || status == ERR_DATA) /* too long: recipe_parse says so */
        status = recipe_parse(path, buf_text(&content), content.len, out, e);
    else
        start(out, path);
    buf_finish(&content);
    return status;
}

void recipe_finish(struct recipe *r)
{
    vec_finish(&r->diags);
    vec_finish(&r->files);
    arena_finish(&r->arena);
    *r = (struct recipe){0};
}
