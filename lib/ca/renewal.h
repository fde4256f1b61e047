/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_RENEWAL_H
#define CA_RENEWAL_H

#include "ca/application_row.h"
#include "ca/issuing.h"

/* Everything that one call of egov_renew opens; old is the certificate that is followed. */
struct egov__renewal {
	struct egov_home *home;
	const struct egov_renew_options *options;
	enum egov__succession operation;
	struct egov_duration wanted;
	struct egov_buf serial;         /* of old */
	struct egov_cert *old;
	uint64_t old_intent;
	bool old_is_ca;
	uint8_t old_key[32];
	char *profile_name;
	struct egov_profile *profile;
	struct egov_cert *ca;
	struct egov_signer *signer, *lent;      /* one of them; lent stays open */
	struct egov_request *request;   /* NULL: the key stays */
	struct egov_slice public_key;   /* to be certified */
	uint8_t key[32];
	egov_time key_since;            /* the first start of old's key along the chain */
	egov_time approved_at;          /* the last application along the chain */
	struct egov__issuing_period period;
	struct egov__application_copy application;
	struct egov_intent *intent;
	struct egov_recorded *recorded;
	bool again;                     /* what an earlier run finished is handed out again */
	bool earlier;                   /* so it was */
};

/* egov_renew for a batch: with a signer of its own, and again.  *earlier tells that an
 * earlier run had issued it; serial is appended. */
struct egov__renewal_out {
	struct egov_buf *certificate, *serial;
	bool earlier;
};
EGOV_MUST_CHECK enum egov_status egov__renew_again(struct egov_home *home,
                                                   const struct egov_renew_options *options,
                                                   struct egov_signer *signer,
                                                   struct egov__renewal_out *out,
                                                   struct egov_error *err);

/* key_since and approved_at. */
EGOV_MUST_CHECK enum egov_status egov__renewal_chain(struct egov__renewal *r,
                                                     struct egov_error *err);

/* In transaction 1: what stands against it, by the state of the certificate, by the
 * profile's [renewal], by the keys; the consent where there is no application; then
 * the period. */
EGOV_MUST_CHECK enum egov_status egov__renewal_check(struct egov__renewal *r,
                                                     struct egov_error *err);

/* The key was never revoked because somebody else may have it. */
EGOV_MUST_CHECK enum egov_status egov__renewal_check_key(struct egov_home *home,
                                                         const uint8_t key_digest[32],
                                                         struct egov_error *err);

#endif
