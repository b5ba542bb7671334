/* Cuts the rows of an import into episodes and copies them. */
#include "import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 20 };

uint64_t import_chunk(const struct array *a)
{
    uint64_t bytes = a->row_items * a->item_bytes, n = bytes ? CHUNK_BYTES / bytes : a->rows;
    return n < 1 ? 1 : n > CHUNK_BYTES ? CHUNK_BYTES : n;
}

/* ---- cutting ---- */

/* end[row] |= member[row] != 0. */
static rlb_status mark_ends(struct import *im, const struct member *m, rlb_fault *why)
{
    struct array a;
    rlb_status status = array_open(&a, &im->zip, m->in, im->target, why);
    if (status != RLB_OK)
        return status;
    if (a.rows != im->rows || a.row_items != 1)
        status = fault_set(why, RLB_E_FORMAT,
                           "%s: member %s is not one mark for each of %" PRIu64 " rows",
                           im->zip.path, m->name, im->rows);
    uint64_t chunk = import_chunk(&a), at;
    char *raw = malloc(chunk * a.item_bytes);
    uint8_t *truth = malloc(chunk);
    if (!raw || !truth)
        status = fault_memory(why);
    for (uint64_t row = 0; row < im->rows && status == RLB_OK; row += chunk) {
        uint64_t n = im->rows - row < chunk ? im->rows - row : chunk;
        status = array_read(&a, raw, n, why);
        if (status != RLB_OK)
            break;
        convert_items(raw, a.head.type, truth, RLB_NPY_U8, CONVERT_TRUTH, n, &at);
        for (uint64_t i = 0; i < n; i++)
            im->end[row + i] |= truth[i];
    }
    free(truth);
    free(raw);
    array_close(&a);
    return status;
}

/* start[]: rows where episodes begin, with or without the number of rows at the end. */
static rlb_status mark_starts(struct import *im, rlb_fault *why)
{
    struct array a;
    rlb_status status = array_open(&a, &im->zip, im->start->in, NULL, why);
    if (status != RLB_OK)
        return status;
    int64_t *start = malloc((a.rows + 1) * sizeof *start);
    if (!start)
        status = fault_memory(why);
    else if (a.head.type != RLB_NPY_I64 || a.row_items != 1 || a.head.rank != 1)
        status = fault_set(why, RLB_E_FORMAT, "%s: member %s is not a list of int64", im->zip.path,
                           im->start->name);
    else
        status = array_read(&a, start, a.rows, why);
    for (uint64_t i = 0; i < a.rows && status == RLB_OK; i++) {
        int64_t least = i ? start[i - 1] + 1 : 0;
        if (start[i] < least || (i == 0 && start[0] != 0) || (uint64_t)start[i] > im->rows)
            status = fault_set(why, RLB_E_FORMAT,
                               "%s: member %s, episode %" PRIu64 ": starts at row %" PRId64
                               " of %" PRIu64,
                               im->zip.path, im->start->name, i, start[i], im->rows);
        else if (i)
            im->end[start[i] - 1] = 1;
    }
    free(start);
    array_close(&a);
    return status;
}

rlb_status import_cut(struct import *im, rlb_fault *why)
{
    const struct planned *terminated = import_find(im, "terminated");
    rlb_status status = RLB_OK;
    im->end = calloc(im->rows + 1, 1);
    if (!im->end)
        return fault_memory(why);
    if (im->start)
        status = mark_starts(im, why);
    if (im->ends && status == RLB_OK)
        status = mark_ends(im, im->ends, why);
    if (im->timeouts && status == RLB_OK)
        status = mark_ends(im, im->timeouts, why);
    if (im->is_transitions && terminated && status == RLB_OK)
        status = mark_ends(im, terminated->from, why);
    if (im->rows && !im->end[im->rows - 1] && status == RLB_OK) {
        if (im->ends || im->timeouts)
            import_note(im, "the last trajectory is not marked as ended: it ends with the file");
        im->end[im->rows - 1] = 1;
    }
    return status;
}

/* ---- copying ---- */

/* One member, chunk by chunk, in the type of its column. */
struct flow {
    struct import *im;
    struct array array;
    const struct member *from;
    uint32_t to;
    enum convert_how how;
    uint64_t chunk, row_bytes;
    char *raw, *rows;
};

static void flow_close(struct flow *f)
{
    array_close(&f->array);
    free(f->raw);
    free(f->rows);
}

static rlb_status flow_open(struct flow *f, struct import *im, const struct planned *p,
                            const struct member *from, rlb_fault *why)
{
    static const char *const truths[] = {"terminated", "alive", "mask"};
    *f = (struct flow){.im = im, .from = from, .to = p->column.type};
    for (int i = 0; i < 3; i++)
        if (strcmp(p->column.name, truths[i]) == 0)
            f->how = CONVERT_TRUTH;
    rlb_status status = array_open(&f->array, &im->zip, from->in, im->target, why);
    if (status != RLB_OK)
        return status;
    f->chunk = import_chunk(&f->array);
    f->row_bytes = f->array.row_items * rlb_npy_item_bytes(f->to);
    f->raw = malloc(f->chunk * f->array.row_items * f->array.item_bytes);
    f->rows = malloc(f->chunk * f->row_bytes);
    if (f->raw && f->rows)
        return RLB_OK;
    flow_close(f);
    return fault_memory(why);
}

static rlb_status flow_read(struct flow *f, uint64_t row, uint64_t n, rlb_fault *why)
{
    uint64_t at, items = f->array.row_items;
    rlb_status status = array_read(&f->array, f->raw, n, why);
    if (status == RLB_OK &&
        !convert_items(f->raw, f->array.head.type, f->rows, f->to, f->how, n * items, &at))
        status =
            fault_set(why, RLB_E_FORMAT,
                      "%s: member %s, row %" PRIu64 ": a value is out of "
                      "range for %s",
                      f->im->zip.path, f->from->name, row + at / items, rlb_npy_type_name(f->to));
    return status;
}

/* Rows as they are; with transitions, a row of zeros behind each end. */
static rlb_status copy_column(struct import *im, uint32_t i, rlb_fault *why)
{
    struct flow f;
    rlb_status status = flow_open(&f, im, &im->planned[i], im->planned[i].from, why);
    if (status != RLB_OK)
        return status;
    char *zeros = calloc(1, f.row_bytes + 1);
    if (!zeros)
        status = fault_memory(why);
    for (uint64_t row = 0; row < im->rows && status == RLB_OK; row += f.chunk) {
        uint64_t n = im->rows - row < f.chunk ? im->rows - row : f.chunk, done = 0;
        status = flow_read(&f, row, n, why);
        for (uint64_t k = 0; im->is_transitions && k < n && status == RLB_OK; k++) {
            if (!im->end[row + k])
                continue;
            status = rlb_dataset_put(im->writer, i, f.rows + done * f.row_bytes, k + 1 - done, why);
            if (status == RLB_OK)
                status = rlb_dataset_put(im->writer, i, zeros, 1, why);
            done = k + 1;
        }
        if (status == RLB_OK)
            status = rlb_dataset_put(im->writer, i, f.rows + done * f.row_bytes, n - done, why);
    }
    free(zeros);
    flow_close(&f);
    return status;
}

/* Observations of transitions: behind each end stands the next observation. Where the next row does
 * not begin with it, an end was not marked. */
static rlb_status join_observations(struct import *im, uint32_t i, rlb_fault *why)
{
    struct flow here, next;
    const struct planned *p = &im->planned[i];
    rlb_status status = flow_open(&here, im, p, p->from, why);
    if (status != RLB_OK)
        return status;
    if ((status = flow_open(&next, im, p, im->next, why)) != RLB_OK) {
        flow_close(&here);
        return status;
    }
    uint64_t chunk = here.chunk < next.chunk ? here.chunk : next.chunk, size = here.row_bytes;
    char *last = malloc(size + 1); /* the next observation of the row before */
    if (!last)
        status = fault_memory(why);
    else if (next.row_bytes != size || next.array.rows != im->rows)
        status = fault_set(why, RLB_E_FORMAT, "%s: members %s and %s have different shapes",
                           im->zip.path, p->from->name, im->next->name);
    for (uint64_t row = 0; row < im->rows && status == RLB_OK; row += chunk) {
        uint64_t n = im->rows - row < chunk ? im->rows - row : chunk;
        status = flow_read(&here, row, n, why);
        if (status == RLB_OK)
            status = flow_read(&next, row, n, why);
        for (uint64_t k = 0; k < n && status == RLB_OK; k++) {
            const char *now = here.rows + k * size;
            uint64_t at = row + k;
            if (at && !im->end[at - 1] && memcmp(last, now, size) != 0) {
                im->end[at - 1] = 1;
                im->broken++;
            }
            if (at && im->end[at - 1])
                status = rlb_dataset_put(im->writer, i, last, 1, why);
            if (status == RLB_OK)
                status = rlb_dataset_put(im->writer, i, now, 1, why);
            memcpy(last, next.rows + k * size, size);
        }
    }
    if (im->rows && status == RLB_OK)
        status = rlb_dataset_put(im->writer, i, last, 1, why);
    free(last);
    flow_close(&here);
    flow_close(&next);
    return status;
}

static rlb_status copy_episodes(struct import *im, rlb_fault *why)
{
    rlb_status status = RLB_OK;
    uint64_t first = 0;
    for (uint64_t row = 0; row < im->rows && status == RLB_OK; row++)
        if (im->end[row]) {
            status = rlb_dataset_episode(im->writer, row + 1 - first + im->is_transitions, why);
            first = row + 1;
        }
    return status;
}

rlb_status import_copy(struct import *im, rlb_fault *why)
{
    rlb_status status = RLB_OK;
    const struct planned *obs = import_find(im, "obs");
    uint32_t first = obs ? (uint32_t)(obs - im->planned) : im->num_planned;
    if (im->is_transitions)
        status = join_observations(im, first, why);
    if (im->broken)
        import_note(im,
                    "trajectories that end unmarked, where the next row does not begin with "
                    "next_observations: %" PRIu64,
                    im->broken);
    for (uint32_t i = 0; i < im->num_planned && status == RLB_OK; i++)
        if (!im->is_transitions || i != first)
            status = copy_column(im, i, why);
    return status == RLB_OK ? copy_episodes(im, why) : status;
}
