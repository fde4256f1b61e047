/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include <egovca/report.h>

#include "base/buf.h"
#include "base/time.h"

/* Filling a report.  Failures for want of memory stick; egov__report_check
 * tells them once at the end. */
void egov__report_record(struct egov_report *report);   /* begins the next record */
void egov__report_add(struct egov_report *report, const char *key, const char *fmt, ...)
	EGOV__PRINTF(3, 4);
void egov__report_hex(struct egov_report *report, const char *key, struct egov_slice bytes);
/* Moves the text of a stack buffer, and what had failed in it, into the report. */
void egov__report_take(struct egov_report *report, const char *key, struct egov_buf *text);
void egov__report_time(struct egov_report *report, const char *key, egov_time t);
EGOV_MUST_CHECK enum egov_status egov__report_check(const struct egov_report *report,
                                                    struct egov_error *err);

#endif
