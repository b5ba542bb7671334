/* The least host that library code needs: memory, the sentence of the last failure, and checkpoint
 * streams in memory. */
#ifndef RLBENCH_TESTS_LIB_RL_HOST_H
#define RLBENCH_TESTS_LIB_RL_HOST_H

#include <rlbench/plugin.h>

struct bare_host {
    rlb_host host;
    void *blocks[512];
    size_t num_blocks;
    int allocs_left; /* then alloc() gives NULL; negative: no end */
    char failure[1000];
};

void bare_start(struct bare_host *b);
void bare_finish(struct bare_host *b);

/* What was put, chunk after chunk; then it is read from the start. */
struct bare_stream {
    rlb_writer writer;
    rlb_reader reader;
    unsigned char *bytes;
    size_t size, at;
    unsigned chunks;
};

void stream_start(struct bare_stream *s);
void stream_finish(struct bare_stream *s);

#endif
