/* A host for networks outside the program: memory that is never given back, errors that end it. */
#ifndef RLBENCH_BENCH_NN_HOST_H
#define RLBENCH_BENCH_NN_HOST_H

#include <rlbench/nn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *host_alloc(const rlb_host *host, size_t bytes)
{
    (void)host;
    size_t rounded = (bytes + 127) / 64 * 64;
    return memset(aligned_alloc(64, rounded), 0, rounded);
}

static rlb_status host_fail(const rlb_host *host, rlb_status status, const char *fmt, ...)
{
    (void)host;
    fprintf(stderr, "%s\n", fmt);
    exit(status);
}

static const rlb_host host = {.size = sizeof host,
                              .abi_major = RLB_ABI_MAJOR,
                              .abi_minor = RLB_ABI_MINOR,
                              .fail = host_fail,
                              .alloc = host_alloc};

#endif
