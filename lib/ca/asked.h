/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_ASKED_H
#define CA_ASKED_H

#include "home/home.h"

/* What revoking, holding and releasing begin with: somebody asked for it, about one
 * certificate, and left evidence. */
struct egov__asked {
	const char *serial;             /* either this */
	struct egov_slice certificate;  /* or this */
	const char *requested_by, *evidence;
};

/* Who asked: 1 to 200 characters. */
EGOV_MUST_CHECK enum egov_status egov__asked_who(const char *requested_by, struct egov_error *err);

/* INTEGER contents of the serial, appended; a certificate must be the one that we issued. */
EGOV_MUST_CHECK enum egov_status egov__asked_serial(struct egov_home *home,
                                                    const struct egov__asked *asked,
                                                    struct egov_buf *serial,
                                                    struct egov_error *err);

/* The evidence's bytes; empty is EGOV_E_POLICY. */
EGOV_MUST_CHECK enum egov_status egov__asked_evidence(const struct egov__asked *asked,
                                                      struct egov_buf **evidence,
                                                      struct egov_error *err);

/* What operators sign for: the serial, and a digest that binds who asked together
 * with what he asked (record/approval.h). */
EGOV_MUST_CHECK enum egov_status egov__asked_facts(struct egov_slice serial,
                                                   const char *requested_by,
                                                   struct egov_slice evidence,
                                                   struct egov_buf *facts,
                                                   struct egov_error *err);

#endif
