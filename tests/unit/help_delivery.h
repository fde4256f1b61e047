/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_DELIVERY_H
#define TESTS_HELP_DELIVERY_H

#include "help.h"

#include "crypto/sm2.h"

/*
 * Every form in which an encryption key comes home, as others write it.  A zeroed
 * plan but for the keys is right in every respect.
 */
struct help_delivery {
	struct egov_slice signing_point;        /* the holder's */
	const struct egov_secret *d;            /* of the encryption key */
	uint8_t point[EGOV__SM2_POINT];         /* and its public half */
	const char *plain;                      /* hex of what is encrypted instead of d */
	const char *cipher_oid;                 /* hex of contents, instead of SM4-ECB */
	bool no_null;                           /* the cipher without parameters */
	bool implicit;                          /* RESPONSE: implicit tags */
	bool commas, head;                      /* CFCA: as text */
	bool wrong_signature;                   /* SIGNED */
	size_t recipients;                      /* SIGNED: others before the holder */
};

void help_enveloped_key(const struct help_delivery *plan, struct egov_buf *out);
void help_key_blob(const struct help_delivery *plan, struct egov_buf *out);
void help_signed_key(const struct help_delivery *plan, struct egov_buf *out);
void help_cfca_key(const struct help_delivery *plan, struct egov_buf *out);
void help_response(const struct help_delivery *plan, struct egov_buf *out);

/* A certificate of O=Test Agency, CN=cn with this key; its signature is none. */
void help_delivery_cert(const char *cn, struct egov_slice point, struct egov_buf *out);

#endif
