#include "check.h"
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
    struct wire_link a, b;
};

static struct pair connect_pair(void)
{
    int fds[2] = {-1, -1};
    struct pair p;
    CU_ASSERT_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    wire_link_init(&p.a, fds[0]);
    wire_link_init(&p.b, fds[1]);
    return p;
}

static void finish_pair(struct pair *p)
{
    wire_link_finish(&p->a);
    wire_link_finish(&p->b);
}

static void messages_arrive_in_order_and_whole(void)
{
    struct pair p = connect_pair();
    struct err e = ERR_INIT;
    enum wire_type type;
    union wire_any got;
    enum { N = 20000 };
    char text[300];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    uint64_t sent = 0, seen = 0;
    while (seen < N) {
        for (int i = 0; i < 100 && sent < N; i++, sent++) {
            const struct wire_event event = {.step = sent, .text = text + sent % 299};
            wire_send(&p.a, WIRE_EVENT, &event);
        }
        CU_ASSERT_EQUAL_FATAL(wire_flush(&p.a, &e), OK);
        CU_ASSERT_EQUAL_FATAL(wire_fill(&p.b, &e), OK);
        while (wire_next(&p.b, &type, &got, &e) == 1) {
            CU_ASSERT_EQUAL_FATAL(got.event.step, seen);
            CU_ASSERT_EQUAL(strlen(got.event.text), 299 - seen % 299);
            seen++;
        }
    }
    finish_pair(&p);
}

/* A frame larger than every buffer on the way, next to one of nothing. */
static void a_large_frame_passes_in_pieces(void)
{
    struct pair p = connect_pair();
    enum wire_type type = WIRE_NONE;
    union wire_any got;
    enum { N = 5 << 20 };
    char *bytes = mem_alloc(N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (char)(i * 31 >> 3);
    const struct wire_points points = {{bytes, N}};
    wire_send(&p.a, WIRE_POINTS, &points);
    wire_send(&p.a, WIRE_STOP, NULL);
    int seen = 0;
    for (int i = 0; i < 100000 && seen < 2; i++) {
        CU_ASSERT_EQUAL(wire_flush(&p.a, NULL), OK);
        CU_ASSERT_EQUAL(wire_fill(&p.b, NULL), OK);
        while (wire_next(&p.b, &type, &got, NULL) == 1)
            if (seen++ == 0)
                CU_ASSERT(type == WIRE_POINTS && got.points.records.len == N &&
                          memcmp(got.points.records.data, bytes, N) == 0);
    }
    CU_ASSERT_EQUAL(seen, 2);
    CU_ASSERT_EQUAL(type, WIRE_STOP);
    free(bytes);
    finish_pair(&p);
}

static void the_end_is_told_after_the_last_message(void)
{
    struct pair p = connect_pair();
    enum wire_type type;
    union wire_any got;
    wire_send(&p.a, WIRE_PAUSE, NULL);
    CU_ASSERT_EQUAL(wire_flush(&p.a, NULL), OK);
    wire_link_finish(&p.a);
    int status = wire_fill(&p.b, NULL);
    CU_ASSERT_EQUAL(wire_next(&p.b, &type, &got, NULL), 1);
    CU_ASSERT_EQUAL(type, WIRE_PAUSE);
    if (status == OK)
        status = wire_fill(&p.b, NULL);
    CU_ASSERT_EQUAL(status, ERR_NOINPUT);
    CU_ASSERT_EQUAL(wire_next(&p.b, &type, &got, NULL), 0);
    finish_pair(&p);
}

/* No SIGPIPE: this test would die of it. */
static void writing_to_nobody_is_an_error(void)
{
    struct pair p = connect_pair();
    struct err e = ERR_INIT;
    signal(SIGPIPE, SIG_DFL);
    wire_link_finish(&p.b);
    wire_send(&p.a, WIRE_PAUSE, NULL);
    CU_ASSERT_EQUAL(wire_flush(&p.a, &e), ERR_IO);
    CU_ASSERT(e.text[0] != '\0');
    finish_pair(&p);
}

static void a_full_channel_does_not_block(void)
{
    struct pair p = connect_pair();
    char *bytes = mem_alloc(1 << 20);
    const struct wire_points points = {{bytes, 1 << 20}};
    for (int i = 0; i < 8; i++)
        wire_send(&p.a, WIRE_POINTS, &points);
    CU_ASSERT_EQUAL(wire_flush(&p.a, NULL), OK);
    CU_ASSERT(p.a.out.len > 0);
    free(bytes);
    finish_pair(&p);
}

/* However much is there, one call reads a bounded part of it. */
static void one_fill_is_bounded(void)
{
    int fds[2];
    struct wire_link in;
    CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
    wire_link_init(&in, fds[0]);
    pid_t child = fork();
    if (child == 0) {
        char page[65536] = {0};
        close(fds[0]);
        for (;;)
            if (write(fds[1], page, sizeof page) < 0)
                _exit(0);
    }
    close(fds[1]);
    for (int i = 0; i < 50; i++) {
        struct pollfd p = {in.fd, POLLIN, 0};
        poll(&p, 1, 1000);
        wire_fill(&in, NULL);
        CU_ASSERT(in.in.len <= (size_t)2 << 20);
        in.in_used = in.in.len;
    }
    kill(child, SIGKILL);
    wire_link_finish(&in);
}

static void nonsense_breaks_the_link(void)
{
    struct pair p = connect_pair();
    struct err e = ERR_INIT;
    enum wire_type type;
    union wire_any got;
    CU_ASSERT_EQUAL(write(p.a.fd, "HTTP/1.1 400 Bad Request\r\n", 26), 26);
    CU_ASSERT_EQUAL(wire_fill(&p.b, &e), OK);
    CU_ASSERT_EQUAL(wire_next(&p.b, &type, &got, &e), -1);
    CU_ASSERT(strstr(e.text, "not one of ours") != NULL);
    finish_pair(&p);
}

CHECK_MAIN("wire: link", {"messages arrive in order and whole", messages_arrive_in_order_and_whole},
           {"a large frame passes in pieces", a_large_frame_passes_in_pieces},
           {"the end is told after the last message", the_end_is_told_after_the_last_message},
           {"writing to nobody is an error", writing_to_nobody_is_an_error},
           {"a full channel does not block", a_full_channel_does_not_block},
           {"one fill is bounded", one_fill_is_bounded},
           {"nonsense breaks the link", nonsense_breaks_the_link})
