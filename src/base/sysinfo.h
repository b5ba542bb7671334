/* Facts about processes and the machine. */
#ifndef RLBENCH_BASE_SYSINFO_H
#define RLBENCH_BASE_SYSINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat), 0 when it is not
 * there. Together with the pid it names a process for ever. */
uint64_t sysinfo_pid_start(pid_t pid);
bool sysinfo_alive(pid_t pid, uint64_t start);
uint64_t sysinfo_rss_bytes(void);    /* of this process */
uint64_t sysinfo_memory_bytes(void); /* of the machine */
int sysinfo_cpus(void);              /* usable by this process */
char *sysinfo_cpu_name(char *out, size_t size);
/* The instruction sets that numeric code chooses by ("sse4_2 avx avx2 fma"); returns out. */
char *sysinfo_cpu_flags(char *out, size_t size);
char *sysinfo_host_name(char *out, size_t size);
bool sysinfo_is_network_fs(const char *path); /* NFS, SMB, AFS, 9p, fuse.sshfs … : no WAL there */

#endif
