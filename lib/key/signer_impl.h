/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_SIGNER_IMPL_H
#define KEY_SIGNER_IMPL_H

#include "crypto/sm2.h"
#include "key/key_uri.h"

/*
 * A place where private keys live.  An implementation signs e and nothing
 * else: Z, e, the encoding and the check of the result belong to signer.c, so
 * that no implementation can leave them out.
 */
struct egov__signer_impl {
	/* r || s of the 32 octets e. */
	enum egov_status (*sign_e)(void *state, const uint8_t e[EGOV__SM2_E],
	                           uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err);
	/* Adds fields to the current record. */
	enum egov_status (*report)(const void *state, struct egov_report *report,
	                           struct egov_error *err);
	/* forked: the state belongs to the parent, free the memory and touch
	 * nothing else. */
	void (*close)(void *state, bool forked);
};

/* What an implementation hands over when it has opened a key. */
struct egov__signer_opened {
	const struct egov__signer_impl *impl;
	void *state;
	uint8_t point[EGOV__SM2_POINT];
	bool software;
};

/* They keep uri, which outlives the signer. */
EGOV_MUST_CHECK enum egov_status egov__file_signer_open(const struct egov__key_uri *uri,
                                                        const struct egov_key_options *options,
                                                        struct egov__signer_opened *out,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__pkcs11_signer_open(const struct egov__key_uri *uri,
                                                          const struct egov_key_options *options,
                                                          struct egov__signer_opened *out,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sdf_signer_open(const struct egov__key_uri *uri,
                                                       const struct egov_key_options *options,
                                                       struct egov__signer_opened *out,
                                                       struct egov_error *err);

/* The public key alone, which a device gives without a password. */
EGOV_MUST_CHECK enum egov_status egov__sdf_public(const struct egov__key_uri *uri,
                                                  uint8_t point[EGOV__SM2_POINT],
                                                  struct egov_error *err);

/* The handle around an opened key; takes uri and key where it succeeds. */
EGOV_MUST_CHECK enum egov_status egov__signer_take(struct egov__key_uri *uri,
                                                   const struct egov__signer_opened *key,
                                                   enum egov_key_purpose purpose,
                                                   struct egov_signer **out,
                                                   struct egov_error *err);

#endif
