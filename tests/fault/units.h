/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNITS_H
#define TESTS_UNITS_H

#include <stdbool.h>

/* How a run of a test with a call that fails ends: no code of a sanitizer's. */
enum { PASSED = 40, FAILED, BROKEN, MISTOLD, CHANGES };

/* Whether such a run is under way, and the call has failed. */
bool unit_has_failed(void);

/* Whether code lies in a test or its helpers. */
bool unit_is_test(const void *address);

#endif
