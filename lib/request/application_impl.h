/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_APPLICATION_IMPL_H
#define REQUEST_APPLICATION_IMPL_H

#include "base/conf.h"
#include "request/application.h"

/* For the files of lib/request that make up the application. */
struct egov_application {
	struct egov__conf *conf;        /* the facts and proofs below lie in it */
	bool own;                       /* made by egov__application_own */
	struct egov_buf text;           /* the working copy, with its [evidence] */
	enum egov_holder_kind kind;
	const char *profile, *encrypt_profile;  /* the second NULL where none is wanted */
	const char *facts[EGOV__FACT_COUNT];
	uint8_t key_digest[32];
	struct egov__proof proofs[EGOV__PROOF_COUNT];
	struct egov_buf *evidence[EGOV__PROOF_COUNT];
};

/* The application of this text; name stands for it in messages.  path is where
 * its evidence lies beside; NULL: [evidence] has the digests instead. */
EGOV_MUST_CHECK enum egov_status egov__application_parse(struct egov_slice text, const char *name,
                                                         const char *path,
                                                         struct egov_application **out,
                                                         struct egov_error *err);

#endif
