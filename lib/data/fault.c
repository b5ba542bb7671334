#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

rlb_status fault_set(rlb_fault *why, rlb_status status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why->text, sizeof why->text, fmt, ap);
    va_end(ap);
    why->os_error = 0;
    return status;
}

rlb_status fault_sys(rlb_fault *why, const char *fmt, ...)
{
    int saved = errno;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(why->text, sizeof why->text, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof why->text)
        snprintf(why->text + n, sizeof why->text - (size_t)n, ": %s", strerror(saved));
    why->os_error = saved;
    return RLB_E_IO;
}

rlb_status fault_prefix(rlb_fault *why, rlb_status status, const char *name)
{
    char old[sizeof why->text];
    memcpy(old, why->text, sizeof old);
    int n = snprintf(why->text, sizeof why->text, "%s: ", name);
    if (n >= 0 && (size_t)n < sizeof why->text)
        snprintf(why->text + n, sizeof why->text - (size_t)n, "%s", old);
    return status;
}

rlb_status fault_memory(rlb_fault *why)
{
    return fault_set(why, RLB_E_NOMEM, "out of memory");
}
