/* Built for another major version of the ABI. */
#include <rlbench/plugin.h>

RLB_EXPORT const rlb_module *rlb_module_entry(void)
{
    static const rlb_algo *const algos[] = {NULL};
    static const rlb_env *const envs[] = {NULL};
    static const rlb_module module = {.magic = RLB_MAGIC,
                                      .size = sizeof module,
                                      .abi_major = RLB_ABI_MAJOR + 1,
                                      .abi_minor = 7,
                                      .build = "",
                                      .algos = algos,
                                      .envs = envs};
    return &module;
}
