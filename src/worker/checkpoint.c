#include "worker/checkpoint.h"

#include "base/file.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

static const char magic[4] = {'R', 'L', 'B', 'C'};

struct chunk_head {
    uint32_t tag, zero;
    uint64_t length;
};

struct file_head {
    char magic[4];
    uint32_t version;
};

/* ---- writing */

static rlb_status writer_put(rlb_writer *table, uint32_t tag, const void *bytes, size_t n)
{
    struct checkpoint_writer *w = table->ctx;
    if ((!bytes && n) || n > CHECKPOINT_MAX_BYTES - w->bytes.len)
        return RLB_E_INVAL;
    struct chunk_head head = {tag, 0, n};
    buf_add(&w->bytes, &head, sizeof head);
    if (n)
        buf_add(&w->bytes, bytes, n);
    return RLB_OK;
}

void checkpoint_writer_init(struct checkpoint_writer *w)
{
    struct file_head head = {.version = CHECKPOINT_VERSION};
    memcpy(head.magic, magic, sizeof magic);
    *w =
        (struct checkpoint_writer){.table = {.size = sizeof w->table, .ctx = w, .put = writer_put}};
    buf_add(&w->bytes, &head, sizeof head);
}

void checkpoint_writer_finish(struct checkpoint_writer *w)
{
    buf_finish(&w->bytes);
}

size_t checkpoint_begin_section(struct checkpoint_writer *w, uint32_t tag)
{
    size_t begun = w->bytes.len;
    struct chunk_head head = {tag, 0, 0};
    buf_add(&w->bytes, &head, sizeof head);
    return begun;
}

void checkpoint_end_section(struct checkpoint_writer *w, size_t begun)
{
    uint64_t length = w->bytes.len - begun - sizeof(struct chunk_head);
    memcpy(w->bytes.data + begun + offsetof(struct chunk_head, length), &length, sizeof length);
}

/* ---- reading */

/* The head of the next chunk, its bytes being there; RLB_DONE at the end. */
static rlb_status next_head(const struct checkpoint_reader *r, struct chunk_head *head)
{
    if (r->left == 0)
        return RLB_DONE;
    if (r->left < sizeof *head)
        return RLB_E_FORMAT;
    memcpy(head, r->at, sizeof *head);
    return head->zero == 0 && head->length <= r->left - sizeof *head ? RLB_OK : RLB_E_FORMAT;
}

static void skip(struct checkpoint_reader *r, const struct chunk_head *head)
{
    r->at += sizeof *head + head->length;
    r->left -= sizeof *head + head->length;
}

static rlb_status reader_get(rlb_reader *table, uint32_t tag, void *bytes, size_t n)
{
    struct checkpoint_reader *r = table->ctx;
    struct chunk_head head;
    if (next_head(r, &head) != RLB_OK || head.tag != tag || head.length != n)
        return RLB_E_FORMAT;
    if (n)
        memcpy(bytes, r->at + sizeof head, n);
    skip(r, &head);
    return RLB_OK;
}

static rlb_status reader_peek(rlb_reader *table, uint32_t *tag, size_t *n)
{
    const struct checkpoint_reader *r = table->ctx;
    struct chunk_head head;
    rlb_status status = next_head(r, &head);
    if (status == RLB_OK) {
        *tag = head.tag;
        *n = head.length;
    }
    return status;
}

void checkpoint_reader_init(struct checkpoint_reader *r, const void *bytes, size_t n)
{
    *r = (struct checkpoint_reader){
        .table = {.size = sizeof r->table, .ctx = r, .get = reader_get, .peek = reader_peek},
        .at = bytes,
        .left = n};
}

void checkpoint_reader_over(struct checkpoint_reader *r, const struct checkpoint_writer *w)
{
    checkpoint_reader_init(r, w->bytes.data + sizeof(struct file_head),
                           w->bytes.len - sizeof(struct file_head));
}

rlb_status checkpoint_read_section(struct checkpoint_reader *r, uint32_t tag,
                                   struct checkpoint_reader *section)
{
    struct chunk_head head;
    if (next_head(r, &head) != RLB_OK || head.tag != tag)
        return RLB_E_FORMAT;
    checkpoint_reader_init(section, r->at + sizeof head, head.length);
    skip(r, &head);
    return RLB_OK;
}

/* ---- the file */

static void hex(const uint8_t digest[SHA256_DIGEST_SIZE], char out[65])
{
    for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

int checkpoint_write_file(const char *path, struct checkpoint_writer *w, char sha256[65],
                          uint64_t *size, struct err *e)
{
    /* The digest of the whole file goes on from that of the part it protects: one pass. */
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx part, whole;
    sha256_init(&part);
    sha256_update(&part, w->bytes.len, (const uint8_t *)w->bytes.data);
    whole = part;
    sha256_digest(&part, sizeof digest, digest);
    sha256_update(&whole, sizeof digest, digest);
    buf_add(&w->bytes, digest, sizeof digest);
    *size = w->bytes.len;
    sha256_digest(&whole, sizeof digest, digest);
    hex(digest, sha256);
    int status = file_write_atomic(path, w->bytes.data, w->bytes.len, e);
    w->bytes.len -= sizeof digest;
    return status;
}

int checkpoint_open(const char *name, const void *bytes, size_t n, struct checkpoint_reader *out,
                    struct err *e)
{
    struct file_head head;
    uint8_t digest[SHA256_DIGEST_SIZE];
    if (n < sizeof head + sizeof digest)
        return err_set(e, ERR_DATA, "%s: too short to be a checkpoint (%zu bytes)", name, n);
    memcpy(&head, bytes, sizeof head);
    if (memcmp(head.magic, magic, sizeof magic) != 0)
        return err_set(e, ERR_DATA, "%s: not a checkpoint of rlbench", name);
    if (head.version != CHECKPOINT_VERSION)
        return err_set(e, ERR_DATA, "%s: checkpoint format %u; this program reads format %d", name,
                       head.version, CHECKPOINT_VERSION);
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, n - sizeof digest, bytes);
    sha256_digest(&ctx, sizeof digest, digest);
    const char *end = (const char *)bytes + n - sizeof digest;
    if (memcmp(digest, end, sizeof digest) != 0)
        return err_set(e, ERR_DATA, "%s: damaged (its checksum does not match its contents)", name);
    checkpoint_reader_init(out, (const char *)bytes + sizeof head, n - sizeof head - sizeof digest);
    return OK;
}

int checkpoint_read_file(const char *path, struct buf *file, struct checkpoint_reader *out,
                         struct err *e)
{
    int status = file_read(path, CHECKPOINT_MAX_BYTES, file, e);
    return status == OK ? checkpoint_open(path, file->data, file->len, out, e) : status;
}
