#include "config.h"

#include "base/build.h"

#include "base/mem.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_BYTES_MAX = 32, ID_TEXT = 2 * ID_BYTES_MAX + 1 };

/* The name in a segment of notes: entries of head, name and content, the last two padded to four
 * bytes. */
static bool find_id(const char *at, size_t size, char out[ID_TEXT])
{
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head;
        memcpy(&head, at, sizeof head);
        size_t name = (head.n_namesz + 3u) & ~(size_t)3,
               content = (head.n_descsz + 3u) & ~(size_t)3;
        if (name > size - sizeof head || content > size - sizeof head - name)
            return false;
        const unsigned char *id = (const unsigned char *)at + sizeof head + name;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_descsz <= ID_BYTES_MAX && head.n_namesz == 4 &&
            memcmp(at + sizeof head, "GNU", 4) == 0) {
            for (size_t i = 0; i < head.n_descsz; i++)
                snprintf(out + 2 * i, 3, "%02x", id[i]);
            return true;
        }
        at += sizeof head + name + content;
        size -= sizeof head + name + content;
    }
    return false;
}

static void object_id(const struct dl_phdr_info *info, char out[ID_TEXT])
{
    out[0] = '\0';
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        const char *at = (const char *)(uintptr_t)(info->dlpi_addr + h->p_vaddr);
        if (h->p_type == PT_NOTE && find_id(at, h->p_memsz, out))
            return;
    }
}

/* The first object is the program. */
static int take_first(struct dl_phdr_info *info, size_t size, void *out)
{
    (void)size;
    object_id(info, out);
    return 1;
}

const char *build_id(void)
{
    static char id[ID_TEXT];
    if (!id[0])
        dl_iterate_phdr(take_first, id);
    return id;
}

const char *build_compiler(void)
{
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

const char *build_flags(void)
{
    return RLBENCH_BUILD_FLAGS;
}

char *build_line(char *out, size_t size)
{
    int n = snprintf(out, size, "%s, %s", PACKAGE_STRING, build_compiler());
    if (build_id()[0] && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, ", build %.12s", build_id());
    return out;
}

struct listener {
    void (*object)(void *ctx, const char *path, const char *id);
    void *ctx;
};

static int tell(struct dl_phdr_info *info, size_t size, void *arg)
{
    const struct listener *l = arg;
    char id[ID_TEXT];
    (void)size;
    /* The program has no name here, and what the kernel lends every process has no file. */
    char *path =
        info->dlpi_name && info->dlpi_name[0] == '/' ? realpath(info->dlpi_name, NULL) : NULL;
    if (!path)
        return 0;
    object_id(info, id);
    l->object(l->ctx, path, id);
    free(path);
    return 0;
}

void build_each_object(void (*object)(void *ctx, const char *path, const char *id), void *ctx)
{
    struct listener l = {object, ctx};
    dl_iterate_phdr(tell, &l);
}
