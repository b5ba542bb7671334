#include "spool.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to and with the last slash; "./" without one. Owned; NULL: no memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("./");
}

int spool_open(const char *beside, rlb_fault *why)
{
    char *name = NULL, *folder = folder_of(beside);
    if (!folder || asprintf(&name, "%s.rlbd-XXXXXX", folder) < 0) {
        free(folder);
        fault_memory(why);
        return -1;
    }
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        fault_sys(why, "cannot create a file in %s", folder);
    else
        unlink(name);
    free(name);
    free(folder);
    return fd;
}

rlb_status spool_write(int fd, const void *bytes, uint64_t n, const char *name, rlb_fault *why)
{
    const char *at = bytes;
    while (n) {
        ssize_t w = write(fd, at, n < (1u << 30) ? n : 1u << 30);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return fault_sys(why, "cannot write %s", name);
        at += w;
        n -= (uint64_t)w;
    }
    return RLB_OK;
}

rlb_status spool_read_at(int fd, void *bytes, uint64_t n, uint64_t at, const char *name,
                         rlb_fault *why)
{
    char *to = bytes;
    while (n) {
        ssize_t r = pread(fd, to, n < (1u << 30) ? n : 1u << 30, (off_t)at);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return fault_sys(why, "%s", name);
        if (r == 0)
            return fault_set(why, RLB_E_FORMAT, "%s: cut short", name);
        to += r;
        at += (uint64_t)r;
        n -= (uint64_t)r;
    }
    return RLB_OK;
}

/* ---- a whole file ---- */

rlb_status target_open(struct target *t, const char *path, rlb_fault *why)
{
    t->fd = -1;
    t->path = strdup(path);
    if (!t->path || asprintf(&t->temporary, "%s.%ld.tmp", path, (long)getpid()) < 0) {
        t->temporary = NULL;
        target_abandon(t);
        return fault_memory(why);
    }
    t->fd = open(t->temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (t->fd >= 0)
        return RLB_OK;
    rlb_status status = fault_sys(why, "cannot create %s", path);
    target_abandon(t);
    return status;
}

void target_abandon(struct target *t)
{
    if (t->fd >= 0) {
        close(t->fd);
        unlink(t->temporary);
    }
    free(t->path);
    free(t->temporary);
    *t = (struct target){.fd = -1};
}

static void sync_folder(const char *path)
{
    char *folder = folder_of(path);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

rlb_status target_commit(struct target *t, rlb_fault *why)
{
    rlb_status status = RLB_OK;
    if (fsync(t->fd) < 0)
        status = fault_sys(why, "cannot write %s", t->path);
    else if (rename(t->temporary, t->path) < 0)
        status = fault_sys(why, "cannot create %s", t->path);
    else
        sync_folder(t->path);
    if (status == RLB_OK) {
        close(t->fd);
        t->fd = -1; /* the name is no longer ours to remove */
    }
    target_abandon(t);
    return status;
}
