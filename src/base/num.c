#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char not_number[] = "is not a number";
static const char not_whole[] = "is not a whole number";
static const char too_large[] = "is too large";
static const char octal[] = "starts with 0, which some readers take for octal; write it without";

/* Powers of 1000, by suffix. */
static int suffix_exponent(char c)
{
    switch (c) {
    case 'k': return 3;
    case 'K': return 3;
    case 'M': return 6;
    case 'G': return 9;
    case 'T': return 12;
    default: return 0;
    }
}

/* Copies a decimal literal without its digit separators into out, with the suffix turned into an
 * exponent. The grammar:
 * [+-] digits [. digits] [e [+-] digits] [kKMGT], or . digits; an underscore only between two
 * digits. */
static const char *normalise(const char *text, char *out, size_t size)
{
    size_t n = 0, digits = 0, len = strlen(text);
    const char *p = text;
    if (len == 0 || len + 8 > size)
        return not_number;
    if (*p == '+' || *p == '-')
        out[n++] = *p++;
    if (p[0] == '0' && isdigit((unsigned char)p[1]))
        return octal;
    bool point = false;
    for (; *p; p++) {
        if (isdigit((unsigned char)*p)) {
            out[n++] = *p;
            digits++;
        } else if (*p == '_' && p > text && isdigit((unsigned char)p[-1]) &&
                   isdigit((unsigned char)p[1])) {
            continue;
        } else if (*p == '.' && !point) {
            point = true;
            out[n++] = '.';
        } else {
            break;
        }
    }
    if (digits == 0)
        return not_number;
    if (*p == 'e' || *p == 'E') {
        out[n++] = 'e';
        p++;
        if (*p == '+' || *p == '-')
            out[n++] = *p++;
        if (!isdigit((unsigned char)*p))
            return not_number;
        while (isdigit((unsigned char)*p))
            out[n++] = *p++;
    } else if (suffix_exponent(*p)) {
        n += (size_t)snprintf(out + n, size - n, "e%d", suffix_exponent(*p));
        p++;
    }
    if (*p)
        return not_number;
    out[n] = '\0';
    return NULL;
}

static double read_c_locale(const char *text)
{
    static locale_t c_locale;
    if (!c_locale)
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t old = uselocale(c_locale);
    double value = strtod(text, NULL);
    uselocale(old);
    return value;
}

const char *num_parse_real(const char *text, double *out)
{
    static const struct {
        const char *text;
        double value;
    } names[] = {{".inf", INFINITY}, {"+.inf", INFINITY}, {"-.inf", -INFINITY},
                 {"inf", INFINITY},  {"+inf", INFINITY},  {"-inf", -INFINITY},
                 {".Inf", INFINITY}, {"-.Inf", -INFINITY}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i].text) == 0) {
            *out = names[i].value;
            return NULL;
        }
    char clean[128];
    const char *why = normalise(text, clean, sizeof clean);
    if (why)
        return why;
    double value = read_c_locale(clean);
    if (isinf(value))
        return too_large;
    *out = value;
    return NULL;
}

const char *num_parse_int(const char *text, int64_t *out)
{
    char clean[128];
    const char *why = normalise(text, clean, sizeof clean);
    if (why)
        return why == octal ? why : not_whole;
    if (!strpbrk(clean, ".e")) {
        errno = 0;
        intmax_t value = strtoimax(clean, NULL, 10);
        if (errno == ERANGE || value > INT64_MAX || value < INT64_MIN)
            return too_large;
        *out = (int64_t)value;
        return NULL;
    }
    double value = read_c_locale(clean);
    if (value != floor(value))
        return not_whole;
    if (fabs(value) > 0x1p53)
        return too_large;
    *out = (int64_t)value;
    return NULL;
}

const char *num_parse_bool(const char *text, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on", "True", "TRUE", "1"};
    static const char *const no[] = {"false", "no", "off", "False", "FALSE", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcmp(text, yes[i]) == 0) {
            *out = true;
            return NULL;
        }
        if (strcmp(text, no[i]) == 0) {
            *out = false;
            return NULL;
        }
    }
    return "is not true or false";
}

const char *num_parse_duration_ms(const char *text, uint64_t *out)
{
    static const char why[] = "is not a duration (90s, 10m, 2h, 1h30m, 1d)";
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
    double total = 0;
    const char *p = text;
    bool bare = false;
    do {
        char number[64];
        size_t n = strspn(p, "0123456789._");
        if (n == 0 || n >= sizeof number || bare)
            return why;
        memcpy(number, p, n);
        number[n] = '\0';
        double value;
        if (num_parse_real(number, &value))
            return why;
        p += n;
        size_t letters = strspn(p, "abcdefghijklmnopqrstuvwxyz");
        double ms = 0;
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
            if (strlen(units[i].unit) == letters && strncmp(units[i].unit, p, letters) == 0)
                ms = units[i].ms;
        if (letters == 0 && *p == '\0') {
            ms = 1e3;
            bare = true;
            if (p != text + n)
                return why;
        }
        if (ms == 0)
            return why;
        total += value * ms;
        p += letters;
    } while (*p);
    if (total > 1e15)
        return too_large;
    *out = (uint64_t)(total + 0.5);
    return NULL;
}

/* "1e+06" to "1e6", "1e-05" to "1e-5". */
static void trim_exponent(char *text)
{
    char *e = strchr(text, 'e');
    if (!e)
        return;
    char *from = e + 1, *to = e + 1;
    if (*from == '-')
        to++;
    from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

char *num_format_real(double value, char *out, size_t size)
{
    if (isnan(value)) {
        snprintf(out, size, "nan");
        return out;
    }
    if (isinf(value)) {
        snprintf(out, size, value > 0 ? "inf" : "-inf");
        return out;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    if (strchr(out, 'e') && fabs(value) >= 1 && fabs(value) < 1e6) /* 1000, not 1e3 */
        snprintf(out, size, "%.0f", value);
    trim_exponent(out);
    return out;
}

char *num_format_short(double value, char *out, size_t size)
{
    double a = fabs(value);
    if (!isfinite(value))
        return num_format_real(value, out, size);
    if (a != 0 && (a < 1e-3 || a >= 1e15)) {
        char text[32];
        snprintf(text, sizeof text, "%.2e", value);
        char *e = strchr(text, 'e');
        snprintf(out, size, "%.*se%d", (int)(e - text), text, atoi(e + 1));
        return out;
    }
    static const struct {
        double at;
        const char *suffix;
    } scales[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
        if (a >= scales[i].at * 0.9999999) {
            snprintf(out, size, "%.4g%s", value / scales[i].at, scales[i].suffix);
            return out;
        }
    snprintf(out, size, "%.4g", value);
    return out;
}
