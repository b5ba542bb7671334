/* NumPy's array files: the head of a .npy, which is followed by nothing but the items. Versions 1,
 * 2 and 3 are read, 1 is written; little-endian machines only, as everything here. */
#ifndef RLBENCH_NPY_H
#define RLBENCH_NPY_H

#include <rlbench/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why a call failed: a sentence that names the file. */
typedef struct rlb_fault {
    int32_t os_error; /* errno; 0: the file's or the caller's fault, not the system's */
    char text[1020];
} rlb_fault;

/* Types of items. The first three are those of rlb_space. */
enum {
    RLB_NPY_F32 = RLB_F32,
    RLB_NPY_I32 = RLB_I32,
    RLB_NPY_U8 = RLB_U8,
    RLB_NPY_F64 = 4,
    RLB_NPY_I64 = 5,
    RLB_NPY_BOOL = 6, /* one byte, 0 or 1 */
    RLB_NPY_F16 = 7,
    RLB_NPY_END = 8
};
enum { RLB_NPY_RANK = 8, RLB_NPY_HEAD = 512, RLB_NPY_HEAD_READ = 1 << 20 };

typedef struct rlb_npy {
    uint32_t type, rank;
    uint32_t fortran;    /* 1: the first index changes fastest */
    uint32_t head_bytes; /* where the items begin */
    uint64_t items;      /* product of the shape; 1 when rank is 0 */
    uint64_t shape[RLB_NPY_RANK];
} rlb_npy;

/* Bytes of one item; 0 for an unknown type. */
RLB_EXPORT uint32_t rlb_npy_item_bytes(uint32_t type);
/* As NumPy prints it: "float32", "bool"; "?" when unknown. */
RLB_EXPORT const char *rlb_npy_type_name(uint32_t type);
/* Bytes of the head that begins with these 12 (version 1 needs 10); 0 when it is no .npy or longer
 * than RLB_NPY_HEAD_READ. */
RLB_EXPORT size_t rlb_npy_head_bytes(const void *first, size_t n);
/* Reads a head of n bytes or more. `name` is for the sentence. RLB_E_FORMAT: not a .npy, cut short,
 * or of a type or shape not read here (other byte orders, objects, more than RLB_NPY_RANK axes). */
RLB_EXPORT rlb_status rlb_npy_read_head(const char *name, const void *bytes, size_t n, rlb_npy *out,
                                        rlb_fault *why);
/* Writes the head of a (type, rank, fortran, shape) into out, RLB_NPY_HEAD bytes; returns its
 * length, a multiple of 64; 0 when type or rank are out of range. */
RLB_EXPORT size_t rlb_npy_write_head(const rlb_npy *a, char *out);

#ifdef __cplusplus
}
#endif
#endif
