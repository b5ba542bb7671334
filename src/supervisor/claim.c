#include "supervisor/internal.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int claim_open(const char *database, struct err *e)
{
    char *folder = mem_printf("%s.d", database), *path = mem_printf("%s/lock", folder);
    int fd = -1;
    if (file_mkdirs(folder, e) == OK) {
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            err_sys(e, errno == EACCES ? ERR_PERM : ERR_CANTCREAT, "cannot open %s", path);
    }
    free(path);
    free(folder);
    return fd;
}

/* A lock on the byte at the run's number: the kernel gives it back when the process is gone. */
int claim_run(int fd, int64_t run, struct err *e)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = run, .l_len = 1};
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
        return OK;
    if (errno == EAGAIN || errno == EACCES)
        return err_set(e, ERR_BUSY, "run %lld is in the hands of another supervisor",
                       (long long)run);
    return err_sys(e, ERR_IO, "cannot claim run %lld", (long long)run);
}
