/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_OPERATOR_H
#define CA_OPERATOR_H

#include "ca/approve.h"

/* A person's name, not a service's. */
EGOV_MUST_CHECK enum egov_status egov__operator_name(const char *name, struct egov_error *err);

/* A certificate that an operator may have: read, SM2, digitalSignature, valid at
 * now; not a key of the home. */
EGOV_MUST_CHECK enum egov_status egov__operator_certificate(struct egov_home *home,
                                                            struct egov_slice bytes, egov_time now,
                                                            struct egov_cert **out,
                                                            struct egov_error *err);

/* The row and the entry of a new operator, in the transaction that is open; signed
 * for where act is not NULL. */
struct egov__appointment {
	const char *act, *actor, *name;
	unsigned roles;
	const struct egov_cert *certificate;
};
EGOV_MUST_CHECK enum egov_status egov__operator_put(struct egov_home *home,
                                                    const struct egov__appointment *appointment,
                                                    struct egov_error *err);

/* Act, subject, home and facts, added to the record. */
void egov__matter_report(const struct egov__matter *matter, struct egov_report *report);

#endif
