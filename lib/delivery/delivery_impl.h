/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DELIVERY_DELIVERY_IMPL_H
#define DELIVERY_DELIVERY_IMPL_H

#include <stdbool.h>

#include "asn1/oid.h"
#include "delivery/delivery.h"

/* The reader of each form; in is the whole of it, already in out->bytes. */
EGOV_MUST_CHECK enum egov_status egov__enveloped_key_read(struct egov_slice in,
                                                          struct egov__delivery *out,
                                                          struct egov_error *err);
/* The same of the contents alone: under an implicit tag. */
EGOV_MUST_CHECK enum egov_status egov__enveloped_key_fields(struct egov_slice in,
                                                            struct egov__delivery *out,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__key_blob_read(struct egov_slice in,
                                                     struct egov__delivery *out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__signed_key_read(struct egov_slice in,
                                                       struct egov__delivery *out,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__cfca_key_read(struct egov_slice in,
                                                     struct egov__delivery *out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__response_read(struct egov_slice in,
                                                     struct egov__delivery *out,
                                                     struct egov_error *err);

bool egov__key_blob_is(struct egov_slice in);

/* CFCA's text around base64: 64 digits, 16 digits of length, commas between. */
bool egov__cfca_text_is(struct egov_slice in);
EGOV_MUST_CHECK enum egov_status egov__cfca_text_decode(struct egov_slice in, struct egov_buf *der,
                                                        struct egov_error *err);

/* An AlgorithmIdentifier that means SM4-ECB: 1.2.156.10197.1.104.1, or the bare
 * cipher 1.2.156.10197.1.104; parameters absent or NULL. */
EGOV_MUST_CHECK enum egov_status egov__delivery_sm4_ecb(struct egov_slice *in,
                                                        struct egov_error *err);

/* x, y (32 octets each), hash of 32 and C2 as a DER SM2Cipher, appended to made, of
 * which it becomes the one cipher. */
struct egov__raw_cipher {
	struct egov_slice x, y, hash, c2;
};
EGOV_MUST_CHECK enum egov_status egov__delivery_raw_cipher(const struct egov__raw_cipher *raw,
                                                           struct egov__delivery *out,
                                                           struct egov_error *err);

#endif
