/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_RETENTION_H
#define CA_RETENTION_H

#include "home/home.h"
#include "record/retention.h"

/* How long the home keeps the records of a certificate: the longest rule wins. */
struct egov__due {
	struct egov__keep keep;         /* its own */
	egov_time own, until;           /* by its own rules; with what rests on it */
	int profile_years;
	bool held;                      /* it, or what rests on it, legally */
};

/* report (NULL allowed) gets how it came about.  *found is false for a serial that is no
 * certificate of ours. */
EGOV_MUST_CHECK enum egov_status egov__due_find(struct egov_home *home, struct egov_slice serial,
                                                struct egov__due *due, bool *found,
                                                struct egov_report *report,
                                                struct egov_error *err);

/* The name of a case: EGOV_E_USAGE where it is none. */
EGOV_MUST_CHECK enum egov_status egov__case_check(const char *text, struct egov_error *err);

#endif
