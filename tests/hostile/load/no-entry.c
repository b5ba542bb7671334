/* A shared object that is not a plugin. */
#include <rlbench/plugin.h>

RLB_EXPORT int something_else(void);

RLB_EXPORT int something_else(void)
{
    return 42;
}
