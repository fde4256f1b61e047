/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_ISSUING_H
#define CA_ISSUING_H

#include <egovca/ca.h>

#include "ca/approve.h"

struct egov__tbs_watch;

/* From and to, where they do not follow from the profile and the clock alone. */
struct egov__issuing_period {
	egov_time not_before, not_after;
};

/* The part of issuing that a root's own certificate and all others share. */
struct egov__issuing {
	struct egov_home *home;
	const struct egov_profile *profile;
	const struct egov_judged *judged;
	const struct egov_cert *ca;             /* NULL: self-signed */
	const char *act;                        /* record/operator.h; NULL: nobody signs for it */
	const char *actor, *application;        /* application NULL: none */
	const uint8_t *proofs_digest;           /* NULL: none */
	struct egov_slice request;              /* PKCS #10; empty: none */
	const struct egov_duration *validity;   /* NULL: the profile's */
	const struct egov__issuing_period *period;      /* NULL: from now on, by validity */
	const struct egov__tbs_watch *watch;    /* ca/init_ca.h; NULL: nobody */
};

/* Inside a transaction: reserves a serial, builds and lints. */
EGOV_MUST_CHECK enum egov_status egov__issuing_clear(const struct egov__issuing *issuing,
                                                     uint8_t serial[EGOV__SERIAL],
                                                     struct egov_cleared **out,
                                                     struct egov_error *err);

/* Inside the same: records the intent; moves cleared into *out. */
EGOV_MUST_CHECK enum egov_status egov__issuing_record(const struct egov__issuing *issuing,
                                                      const uint8_t serial[EGOV__SERIAL],
                                                      struct egov_cleared *cleared,
                                                      struct egov_intent **out,
                                                      struct egov_error *err);

/* Both. */
EGOV_MUST_CHECK enum egov_status egov__issuing_intend(const struct egov__issuing *issuing,
                                                      uint8_t serial[EGOV__SERIAL],
                                                      struct egov_intent **out,
                                                      struct egov_error *err);

/* What the second transaction does beside recording the result. */
struct egov__issuing_also {
	enum egov_status (*run)(void *user, struct egov_error *err);
	void *user;
};

/*
 * Signs a committed intent and records its result in a transaction of its own,
 * together with what also does (NULL: nothing).  The intent stays the caller's.
 */
EGOV_MUST_CHECK enum egov_status egov__issuing_finish(struct egov_home *home,
                                                      struct egov_signer *signer,
                                                      struct egov_intent *intent,
                                                      const struct egov__issuing_also *also,
                                                      struct egov_recorded **out,
                                                      struct egov_error *err);

/* Faults of the surroundings, of the caller or of the evidence refuse nothing. */
bool egov__is_refusal(enum egov_status rc);

/* Inside a transaction: journals that an operation was refused for this cause. */
EGOV_MUST_CHECK enum egov_status egov__refuse_inside(struct egov_home *home, const char *actor,
                                                     const char *subject, const char *operation,
                                                     const struct egov_error *cause,
                                                     struct egov_error *err);

/* Journals a refusal where rc is one, in a transaction of its own, and returns
 * rc; where the journal cannot be written, that failure instead. */
enum egov_status egov__refuse(struct egov_home *home, const char *actor, const char *subject,
                              const char *operation, enum egov_status rc, struct egov_error *err);

#endif
