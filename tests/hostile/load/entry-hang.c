/* Its entry never returns. */
#include <rlbench/plugin.h>

#include <unistd.h>

RLB_EXPORT const rlb_module *rlb_module_entry(void)
{
    for (;;)
        usleep(1000);
}
