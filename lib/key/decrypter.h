/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_DECRYPTER_H
#define KEY_DECRYPTER_H

#include <egovca/key.h>

#include "base/secret.h"
#include "crypto/sm2.h"

/*
 * The private half of a key that opens what was encrypted to its public half, wherever it
 * is: in a file, in a token that decrypts, or, for who has it already, in memory.  It never
 * signs.
 */
struct egov__decrypter;

/* file: and pkcs11: URIs.  EGOV_E_UNSUPPORTED for others, and where key or module do not
 * decrypt. */
EGOV_MUST_CHECK enum egov_status egov__decrypter_open(const char *uri,
                                                      const struct egov_key_options *options,
                                                      struct egov__decrypter **out,
                                                      struct egov_error *err);

/* Of a private key, which is copied. */
EGOV_MUST_CHECK enum egov_status egov__decrypter_new(const struct egov_secret *d,
                                                     struct egov__decrypter **out,
                                                     struct egov_error *err);
void egov__decrypter_close(struct egov__decrypter *decrypter);

/* The public half, 65 octets; lent. */
struct egov_slice egov__decrypter_point(const struct egov__decrypter *decrypter);

/* Appends the plaintext of a DER SM2Cipher.  EGOV_E_CORRUPT where it was altered or is for
 * another key. */
EGOV_MUST_CHECK enum egov_status egov__decrypter_decrypt(const struct egov__decrypter *decrypter,
                                                         struct egov_slice cipher,
                                                         struct egov_buf *plain,
                                                         struct egov_error *err);

#endif
