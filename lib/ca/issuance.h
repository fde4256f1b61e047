/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_ISSUANCE_H
#define CA_ISSUANCE_H

#include "ca/application_row.h"
#include "ca/issuing.h"

/*
 * One certificate on one approved application: what happens in its two
 * transactions, which are the caller's.  Between them the intent is signed.
 */
struct egov__issuance {
	struct egov_home *home;
	const struct egov_cert *ca;
	const struct egov_profile *profile;     /* egov__mandate_check has passed it */
	const char *actor, *application;
	const struct egov_duration *validity;   /* NULL: the profile's */
	struct egov_slice public_key;           /* SubjectPublicKeyInfo, possession proven */
	struct egov_slice request;              /* that proves it; empty: none */
	struct egov__application_copy copy;
	struct egov_intent *intent;
	struct egov_recorded *recorded;
	bool wrote;                             /* the open transaction has rows of this one */
};

/* In transaction 1: the application's state, its judgement, its intent or that of
 * an earlier run, which is signed again.  A failure before wrote is set has
 * changed nothing but the counter of serials. */
EGOV_MUST_CHECK enum egov_status egov__issuance_begin(struct egov__issuance *issuance,
                                                      struct egov_error *err);

/* In transaction 2: the result, and the application is used up; signed_object is
 * moved.  Where another run has had the intent's result recorded first, or has
 * closed it, the application's state says which. */
EGOV_MUST_CHECK enum egov_status egov__issuance_end(struct egov__issuance *issuance,
                                                    struct egov_signed *signed_object,
                                                    struct egov_error *err);

/* In a transaction: the certificate that an earlier run has issued on this
 * application, for this profile and this key; *found false where the application
 * has none. */
EGOV_MUST_CHECK enum egov_status egov__issuance_earlier(struct egov__issuance *issuance,
                                                        bool *found, struct egov_error *err);

void egov__issuance_clear(struct egov__issuance *issuance);

/* The request, decoded and its proof of possession checked; one that proves
 * nothing is refused like one that is malformed.  name stands for it in messages. */
EGOV_MUST_CHECK enum egov_status egov__issuance_request(struct egov_slice bytes, const char *name,
                                                        struct egov_request **out,
                                                        struct egov_error *err);

/* A duration's words; NULL leaves *out alone.  Words that are none are wrong use. */
EGOV_MUST_CHECK enum egov_status egov__issuance_validity(const char *text,
                                                         struct egov_duration *out,
                                                         struct egov_error *err);

#endif
