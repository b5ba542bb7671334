#include "worlds.h"

RLB_EXPORT const rlb_module *rlb_module_entry(void)
{
    static const rlb_algo *const algos[] = {NULL};
    static const rlb_env *const envs[] = {&point_mass_maze, &walker, &cheetah, &quadruped, NULL};
    static const rlb_module module = {.magic = RLB_MAGIC,
                                      .size = sizeof module,
                                      .abi_major = RLB_ABI_MAJOR,
                                      .abi_minor = RLB_ABI_MINOR,
                                      .build = "C11, " __VERSION__,
                                      .algos = algos,
                                      .envs = envs};
    return &module;
}
