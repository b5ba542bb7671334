#include "module/mapped.h"

#include <link.h>
#include <stdint.h>
#include <string.h>

struct query {
    uintptr_t at;
    uint32_t flags; /* PF_R or PF_X */
    size_t left;    /* bytes from `at` to the end of its segment, 0: in none */
};

static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct query *q = arg;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + h->p_vaddr;
        if (h->p_type != PT_LOAD || !(h->p_flags & q->flags))
            continue;
        if (q->at >= start && q->at - start < h->p_memsz) {
            q->left = h->p_memsz - (q->at - start);
            return 1;
        }
    }
    return 0;
}

static size_t bytes_left(const void *p, uint32_t flags)
{
    struct query q = {.at = (uintptr_t)p, .flags = flags};
    dl_iterate_phdr(look, &q);
    return q.left;
}

bool mapped_data(const void *p, size_t n)
{
    return bytes_left(p, PF_R) >= n && n > 0;
}

ptrdiff_t mapped_text(const char *p, size_t most)
{
    size_t left = bytes_left(p, PF_R);
    if (left > most)
        left = most;
    const char *end = left ? memchr(p, '\0', left) : NULL;
    return end ? end - p : -1;
}

bool mapped_code(const void *p)
{
    return bytes_left(p, PF_X) > 0;
}
