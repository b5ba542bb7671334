/* Claims more metrics than it has. */
#include "../hostile.h"

static rlb_status trouble(struct walk *w)
{
    (void)w;
    return RLB_OK;
}

RLB_EXPORT const rlb_module *rlb_module_entry(void)
{
    static rlb_algo table = WALK_TABLE("hostile-lying-count", "Claims more metrics than it has.",
                                       walk_create, walk_step, walk_view, walk_save, walk_load);
    static const rlb_algo *const algos[] = {&table, NULL};
    static const rlb_env *const envs[] = {NULL};
    static const rlb_module module = {.magic = RLB_MAGIC,
                                      .size = sizeof module,
                                      .abi_major = RLB_ABI_MAJOR,
                                      .abi_minor = RLB_ABI_MINOR,
                                      .build = "",
                                      .algos = algos,
                                      .envs = envs};
    table.num_metrics = 1000;
    return &module;
}
