/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_REPORT_H
#define EGOVCA_REPORT_H

#include <stddef.h>

#include <egovca/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An answer as data: records of key and value, in order.  A tool prints a
 * record as "key: value" lines or as one JSON object; keys are ASCII words
 * joined by "-" (facts of an application keep the names of egov-application(5)) and
 * are never translated.  Values quote what was found, so a
 * program escapes what must not reach a terminal.  Belongs to one thread while it
 * is filled; then any number may read it.
 */
struct egov_report;

EGOV_API struct egov_report *egov_report_new(void);
EGOV_API void egov_report_free(struct egov_report *report);

/* Number of records, and of the fields of record r. */
EGOV_API size_t egov_report_records(const struct egov_report *report);
EGOV_API size_t egov_report_fields(const struct egov_report *report, size_t r);

/* Key and value of field f of record r; lent; NULL past the end. */
EGOV_API const char *egov_report_key(const struct egov_report *report, size_t r, size_t f);
EGOV_API const char *egov_report_value(const struct egov_report *report, size_t r, size_t f);

/* The value of the first field named key in record r, or NULL. */
EGOV_API const char *egov_report_find(const struct egov_report *report, size_t r, const char *key);

#ifdef __cplusplus
}
#endif

#endif
