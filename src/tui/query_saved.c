#include "tui/query_saved.h"

#include "base/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

void query_saved_read(const char *folder, struct query_saved *out)
{
    *out = (struct query_saved){0};
    char *path = mem_printf("%s/queries", folder ? folder : "/nonexistent");
    DIR *d = opendir(path);
    for (struct dirent *entry; d && (entry = readdir(d));) {
        size_t n = strlen(entry->d_name);
        if (n > 4 && strcmp(entry->d_name + n - 4, ".sql") == 0 && entry->d_name[0] != '.') {
            char *name = mem_printf("%.*s", (int)n - 4, entry->d_name);
            vec_push(&out->names, name);
        }
    }
    if (d)
        closedir(d);
    free(path);
    if (out->names.len)
        qsort(out->names.data, out->names.len, sizeof *out->names.data, by_name);
}

void query_saved_finish(struct query_saved *s)
{
    for (size_t i = 0; i < s->names.len; i++)
        free(s->names.data[i]);
    vec_finish(&s->names);
}

bool query_saved_is_name(const char *name)
{
    const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return *name && *name != '.' && strlen(name) < 100 && name[strspn(name, letters)] == '\0';
}

static char *path_of(const char *folder, const char *name)
{
    return mem_printf("%s/queries/%s.sql", folder, name);
}

bool query_saved_exists(const char *folder, const char *name)
{
    char *path = path_of(folder, name);
    bool there = file_exists(path);
    free(path);
    return there;
}

int query_saved_load(const char *folder, const char *name, struct buf *sql, struct err *e)
{
    char *path = path_of(folder, name);
    int status = file_read(path, 1 << 16, sql, e);
    free(path);
    return status;
}

int query_saved_save(const char *folder, const char *name, const char *sql, struct err *e)
{
    char *path = path_of(folder, name), *queries = mem_printf("%s/queries", folder);
    char *text = mem_printf("%s\n", sql);
    int status = file_mkdirs(queries, e);
    if (status == OK)
        status = file_write_atomic(path, text, strlen(text), e);
    free(text);
    free(queries);
    free(path);
    return status;
}
