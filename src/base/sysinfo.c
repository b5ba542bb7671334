#include "base/sysinfo.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

uint64_t sysinfo_pid_start(pid_t pid)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[n] = '\0';
    /* The name in parentheses may hold blanks and parentheses: fields count from the last one. A
     * zombie is gone. */
    char *p = strrchr(line, ')');
    if (!p || p[1] != ' ' || p[2] == 'Z' || p[2] == 'X')
        return 0;
    unsigned long long start = 0;
    p += 2;
    for (int field = 3; field < 22 && p; field++) {
        p = strchr(p, ' ');
        p = p ? p + 1 : NULL;
    }
    if (!p || sscanf(p, "%llu", &start) != 1)
        return 0;
    return start;
}

bool sysinfo_alive(pid_t pid, uint64_t start)
{
    return pid > 0 && start != 0 && sysinfo_pid_start(pid) == start;
}

uint64_t sysinfo_rss_bytes(void)
{
    unsigned long long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f)
        return 0;
    int got = fscanf(f, "%llu %llu", &size, &resident);
    fclose(f);
    return got == 2 ? resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

uint64_t sysinfo_memory_bytes(void)
{
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

int sysinfo_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    return 1;
}

char *sysinfo_cpu_name(char *out, size_t size)
{
    snprintf(out, size, "unknown");
    FILE *f = fopen("/proc/cpuinfo", "re");
    char line[512];
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');
        if (colon && strncmp(line, "model name", 10) == 0) {
            colon += 1 + strspn(colon + 1, " ");
            colon[strcspn(colon, "\n")] = '\0';
            snprintf(out, size, "%s", colon);
            break;
        }
    }
    if (f)
        fclose(f);
    return out;
}

char *sysinfo_host_name(char *out, size_t size)
{
    if (gethostname(out, size) < 0)
        snprintf(out, size, "localhost");
    out[size - 1] = '\0';
    return out;
}

bool sysinfo_is_network_fs(const char *path)
{
    static const unsigned long kinds[] = {0x6969,     /* NFS */
                                          0xFF534D42, /* CIFS */
                                          0xFE534D42, /* SMB2 */
                                          0x517B,     /* SMB */
                                          0x5346414F, /* AFS */
                                          0x6B414653, /* kAFS */
                                          0x01021997, /* 9p */
                                          0x73757245, /* Coda */
                                          0x65735546, /* FUSE: sshfs and its like */
                                          0x00C36400, /* Ceph */
                                          0x0BD00BD0, /* Lustre */
                                          0x47504653 /* GPFS */};
    struct statfs s;
    if (statfs(path, &s) < 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((unsigned long)s.f_type == kinds[i] || (uint32_t)s.f_type == (uint32_t)kinds[i])
            return true;
    return false;
}
