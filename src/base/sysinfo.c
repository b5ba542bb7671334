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

/* What /proc/cpuinfo says of the first processor under one of two names, into line; NULL when it
 * says nothing. */
static char *cpuinfo(const char *name, const char *other, char *line, int size)
{
    FILE *f = fopen("/proc/cpuinfo", "re");
    char *found = NULL;
    while (f && !found && fgets(line, size, f)) {
        char *colon = strchr(line, ':');
        if (colon &&
            (strncmp(line, name, strlen(name)) == 0 || strncmp(line, other, strlen(other)) == 0)) {
            found = colon + 1 + strspn(colon + 1, " ");
            found[strcspn(found, "\n")] = '\0';
        }
    }
    if (f)
        fclose(f);
    return found;
}

char *sysinfo_cpu_name(char *out, size_t size)
{
    char line[512];
    const char *name = cpuinfo("model name", "Processor", line, sizeof line);
    snprintf(out, size, "%s", name ? name : "unknown");
    return out;
}

static bool is_numeric(const char *flag)
{
    static const char *const beginnings[] = {"sse4",  "avx", "fma",  "f16c", "amx",
                                             "asimd", "sve", "bf16", "i8mm"};
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(flag, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

char *sysinfo_cpu_flags(char *out, size_t size)
{
    char line[8192], *rest = NULL, *flags = cpuinfo("flags", "Features", line, sizeof line);
    size_t n = 0;
    out[0] = '\0';
    for (char *flag = flags ? strtok_r(flags, " ", &rest) : NULL; flag;
         flag = strtok_r(NULL, " ", &rest))
        if (is_numeric(flag) && n + strlen(flag) + 2 < size)
            n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", flag);
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
