/* Its entry returns something else. */
#include <rlbench/plugin.h>

RLB_EXPORT const rlb_module *rlb_module_entry(void)
{
    static const rlb_module module = {.magic = 0x464C457F, .size = sizeof module};
    return &module;
}
