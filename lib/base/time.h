/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>

#include <egovca/time.h>

#include "base/error.h"

struct egov__date {
	int year, month, day, hour, minute, second;     /* month and day count from 1 */
};

/* False where the date does not exist or the year is not 1 to 9999. */
bool egov__time_join(const struct egov__date *date, egov_time *out);
void egov__time_split(egov_time t, struct egov__date *date);

/* Reads exactly count (at most 9) decimal digits. */
bool egov__digits(const char *text, size_t count, int *out);

#endif
