/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_ATTRIBUTES_H
#define REQUEST_ATTRIBUTES_H

#include "asn1/oid.h"
#include "base/report.h"

/* One attribute of a request. */
struct egov__request_attribute {
	struct egov_slice oid;          /* contents octets */
	enum egov__oid type;            /* or EGOV__OID_UNKNOWN */
	struct egov_slice values;       /* contents of the SET, or the one value itself */
	bool unwrapped;                 /* CFCA: the value stands without its SET */
};

/* The next attribute of the contents of attributes [0]. */
EGOV_MUST_CHECK enum egov_status egov__request_attribute_next(struct egov_slice *attributes,
                                                              struct egov__request_attribute *out,
                                                              struct egov_error *err);

/*
 * Judges them all: none stands twice; challengePassword is one PrintableString
 * (GM/T 0092); what extensionRequest and CFCA's temporary key hold is well-formed.
 * *unwrapped tells whether any value stands without its SET.
 */
EGOV_MUST_CHECK enum egov_status egov__request_attributes_check(struct egov_slice attributes,
                                                                bool *unwrapped,
                                                                struct egov_error *err);

/* Shows attributes that were judged; a password by its presence alone. */
void egov__request_attributes_report(struct egov_slice attributes, struct egov_report *report);

#endif
