/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_TELL_H
#define VERIFY_TELL_H

#include "tool.h"

/* The text of a field, "" where it is absent. */
const char *verify_value(const struct egov_report *findings, size_t r, const char *key);

/* "3 days", in the language of the process; "" where the check's source has no age. */
const char *verify_age(const struct egov_report *findings, size_t r, char text[64]);

/* What came out of all, as one sentence on a new string; NULL without memory. */
char *verify_sentence(const struct egov_report *findings, const char *path);

/* What was found, on standard output: the verdict; with explain every check before it. */
EGOV_MUST_CHECK enum egov_status verify_tell(struct tool *tool, const struct egov_report *findings,
                                             const char *path, bool explain,
                                             struct egov_error *err);

/*
 * verify_report.c: a receipt of what was judged, one HTML file that needs nothing else: to be
 * printed and filed.  begin; add for each object; end gives the text, on the heap.
 */
struct verify_report {
	FILE *to;
	char *text;
	size_t size;
};
EGOV_MUST_CHECK enum egov_status verify_report_begin(const struct tool *tool,
                                                     struct verify_report *report,
                                                     struct egov_error *err);
void verify_report_add(struct verify_report *report, const struct egov_report *findings,
                       const char *path);
EGOV_MUST_CHECK enum egov_status verify_report_end(struct verify_report *report,
                                                   struct egov_error *err);
void verify_report_free(struct verify_report *report);

#endif
