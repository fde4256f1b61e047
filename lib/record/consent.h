/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CONSENT_H
#define RECORD_CONSENT_H

#include "record/record.h"

/*
 * What the holder of a certificate signs with its key to ask for the next one, as
 * text, so that every tool can make it:
 *
 *   egovca consent 1
 *   ca: SM3 of the CA's first SubjectPublicKeyInfo, as its home is named
 *   operation: renew | rekey | extend
 *   serial: of the certificate that is followed
 *   key-sm3: of the SubjectPublicKeyInfo to be certified
 *
 * with a line feed after each line; SM2 with SM3 under the default ID.
 */
struct egov__consent {
	const char *operation;
	struct egov_slice serial;
	const uint8_t *key_digest;      /* 32 octets */
};
EGOV_MUST_CHECK enum egov_status egov__consent_text(struct egov_store *store,
                                                    const struct egov__consent *consent,
                                                    struct egov_buf *out, struct egov_error *err);

/* EGOV_E_POLICY where the signature (DER) is not this key's over that text. */
EGOV_MUST_CHECK enum egov_status egov__consent_verify(struct egov_store *store,
                                                      const struct egov__consent *consent,
                                                      struct egov_slice spki,
                                                      struct egov_slice signature,
                                                      struct egov_error *err);

/* The public body of the entries "renew", "rekey" and "extend". */
void egov__succession_body(const struct egov__succession_row *row, struct egov__body *body);

#endif
