#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e,
                       errno == ENOENT || errno == ENOTDIR ? ERR_NOINPUT
                       : errno == EACCES                   ? ERR_PERM
                                                           : ERR_IO,
                       "%s", path);
    size_t total = 0;
    for (;;) {
        buf_reserve(out, 65536);
        ssize_t n = read(fd, out->data + out->len, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int code = err_sys(e, errno == EISDIR ? ERR_NOINPUT : ERR_IO, "%s", path);
            close(fd);
            return code;
        }
        if (n == 0)
            break;
        out->len += (size_t)n;
        total += (size_t)n;
        if (total > max) {
            close(fd);
            return err_set(e, ERR_DATA, "%s: longer than %zu bytes", path, max);
        }
    }
    buf_reserve(out, 1);
    out->data[out->len] = '\0';
    close(fd);
    return OK;
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t w = write(fd, bytes, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return -1;
        bytes += w;
        n -= (size_t)w;
    }
    return 0;
}

static void sync_folder_of(const char *path)
{
    char *folder = mem_strdup(path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

int file_write_atomic(const char *path, const void *bytes, size_t n, struct err *e)
{
    char *temporary = mem_printf("%s.%ld.tmp", path, (long)getpid());
    int status = OK;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        status = err_sys(e, errno == EACCES ? ERR_PERM : ERR_CANTCREAT, "cannot create %s", path);
        goto free_name;
    }
    if (write_all(fd, bytes, n) < 0 || fsync(fd) < 0)
        status = err_sys(e, ERR_IO, "cannot write %s", temporary);
    if (close(fd) < 0 && status == OK)
        status = err_sys(e, ERR_IO, "cannot write %s", temporary);
    if (status == OK && rename(temporary, path) < 0)
        status = err_sys(e, ERR_CANTCREAT, "cannot create %s", path);
    if (status == OK)
        sync_folder_of(path);
    else
        unlink(temporary);
free_name:
    free(temporary);
    return status;
}

int file_mkdirs(const char *path, struct err *e)
{
    char *copy = mem_strdup(path);
    int status = OK;
    for (char *p = copy + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char kept = *p;
        *p = '\0';
        if (mkdir(copy, 0700) < 0 && errno != EEXIST) {
            status = err_sys(e, errno == EACCES ? ERR_PERM : ERR_CANTCREAT,
                             "cannot create folder %s", copy);
            break;
        }
        *p = kept;
        if (!kept)
            break;
    }
    free(copy);
    return status;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void hex(const uint8_t digest[SHA256_DIGEST_SIZE], char out[65])
{
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

void file_sha256_bytes(const void *bytes, size_t n, char out[65])
{
    struct sha256_ctx ctx;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&ctx);
    sha256_update(&ctx, n, bytes);
    sha256_digest(&ctx, sizeof digest, digest);
    hex(digest, out);
}

int file_sha256(const char *path, char out[65], struct err *e)
{
    struct buf content = {0};
    int status = file_read(path, (size_t)1 << 40, &content, e);
    if (status == OK)
        file_sha256_bytes(content.data, content.len, out);
    buf_finish(&content);
    return status;
}
