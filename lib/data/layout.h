/* Inside lib/data: the bytes of a .rlbd file, all little-endian.
 *
 *     struct disk_head       what is in the file; from offset 64 on covered by the digest
 *     struct disk_column[]   one per column
 *     zeros to a multiple of 64, which is head_bytes
 *     uint64_t start[num_episodes + 1], then each column; each padded with zeros to 64 bytes
 *     (data_end) name, key, value, key, value, …: texts with their NUL, to file_bytes */
#ifndef RLBENCH_DATA_LAYOUT_H
#define RLBENCH_DATA_LAYOUT_H

#include <rlbench/dataset.h>

#define LAYOUT_MAGIC "\x89RLBD\r\n\x1a" /* 8 bytes: survives no transfer as text */
enum { LAYOUT_ALIGN = 64, LAYOUT_HASHED = 64, LAYOUT_MOST_NOTES = 1 << 20 };

struct disk_head {
    unsigned char magic[8];
    uint32_t version, head_bytes;
    uint64_t data_end, file_bytes;
    unsigned char sha256[32]; /* of bytes [64, data_end) */
    uint64_t num_rows, num_episodes;
    uint32_t num_agents, num_columns;
    uint64_t reserved;   /* 0 */
    rlb_space spaces[3]; /* obs, act, state */
};
struct disk_column {
    char name[RLB_COLUMN_NAME]; /* ends with NUL */
    uint32_t type, per_agent, rank, reserved;
    uint32_t shape[4];
    uint64_t row_bytes, offset;
};

/* Names, types, shapes and spaces fit each other; fills row_bytes. RLB_E_FORMAT with a sentence
 * that does not name the file. */
rlb_status layout_check(const rlb_dataset_layout *l, rlb_column *columns, rlb_fault *why);
/* Where everything lies; offsets has num_columns + 1 places, the last of which is data_end.
 * RLB_E_FORMAT when the sum does not fit 63 bits. */
rlb_status layout_place(const rlb_column *columns, uint32_t num_columns, uint64_t num_rows,
                        uint64_t num_episodes, uint64_t *head_bytes, uint64_t *offsets,
                        rlb_fault *why);
/* The column's array among a dataset's pointers, NULL for other names. */
const void **layout_pointer(rlb_dataset *d, const char *name);

#endif
