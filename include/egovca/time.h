/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_TIME_H
#define EGOVCA_TIME_H

#include <stddef.h>
#include <stdint.h>

#include <egovca/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds since 1970-01-01T00:00:00Z, without leap seconds.  The library
 * handles the years 0001 to 9999 and never reads the clock itself. */
typedef int64_t egov_time;

#define EGOV_TIME_NONE INT64_MIN        /* "no such time" */
#define EGOV_TIME_TEXT 21               /* "2050-01-01T00:00:00Z" and its NUL */

/* Parses RFC 3339 in UTC, e.g. "2026-11-22T08:00:00Z"; a bare date means its
 * first second.  Anything else: EGOV_E_SYNTAX. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_time_parse(const char *text, egov_time *out, struct egov_error *err);

/* Writes RFC 3339 in UTC into text, which has room for EGOV_TIME_TEXT. */
EGOV_API void egov_time_format(egov_time t, char text[EGOV_TIME_TEXT]);

/*
 * Parses a duration: a positive number and one of s, m (minutes), h, d, w,
 * y (calendar years).  egov_time_add applies it; years keep month and day,
 * 29 February becomes 28 February where it must.
 */
struct egov_duration {
	int years;
	int64_t seconds;         /* exactly one of the two is not zero */
};

EGOV_API EGOV_MUST_CHECK enum egov_status
egov_duration_parse(const char *text, struct egov_duration *out, struct egov_error *err);

/* t plus d; EGOV_E_LIMIT past the year 9999. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_time_add(egov_time t, struct egov_duration d, egov_time *out, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
