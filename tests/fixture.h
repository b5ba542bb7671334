/* Named arrays of reference values: lines "name count value …", '#' comments. */
#ifndef RLBENCH_TESTS_FIXTURE_H
#define RLBENCH_TESTS_FIXTURE_H

#include <stddef.h>

/* The n values called name in tests/<file>; ends the program when they are not there.
 * Borrowed until the program ends. */
const double *fixture(const char *file, const char *name, size_t n);
/* The same where the file tells how many there are. */
const double *fixture_list(const char *file, const char *name, size_t *n);
/* Largest |a - b| over largest |b|. */
double fixture_off(const double *a, const double *b, size_t n);

#endif
