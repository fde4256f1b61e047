/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_DECRYPTER_IMPL_H
#define KEY_DECRYPTER_IMPL_H

#include "key/decrypter.h"
#include "key/key_uri.h"

/* A place where keys lie that decrypt. */
struct egov__decrypter_impl {
	enum egov_status (*decrypt)(void *state, struct egov_slice cipher, struct egov_buf *plain,
	                            struct egov_error *err);
	void (*close)(void *state);
};

struct egov__decrypter_opened {
	const struct egov__decrypter_impl *impl;
	void *state;
	uint8_t point[EGOV__SM2_POINT];
};

/* It keeps uri, which outlives what is opened. */
EGOV_MUST_CHECK enum egov_status egov__pkcs11_decrypter_open(const struct egov__key_uri *uri,
                                                             const struct egov_key_options *options,
                                                             struct egov__decrypter_opened *out,
                                                             struct egov_error *err);

#endif
