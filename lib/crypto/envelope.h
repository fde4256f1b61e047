/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_ENVELOPE_H
#define CRYPTO_ENVELOPE_H

#include "base/buf.h"
#include "base/secret.h"
#include "crypto/hmac.h"
#include "crypto/sm4.h"

/*
 * Private data sealed to a custodian (Order No. 4, Art. 23): a fresh 32-octet
 * key is expanded with HKDF-SM3 into an SM4-CTR key and an HMAC-SM3 key,
 * encrypt-then-MAC, and is itself encrypted to the custodian's SM2 key.
 *
 *   EgovSealed ::= SEQUENCE {
 *     version     INTEGER (1),
 *     recipient   OCTET STRING,     -- SM3 of the custodian's SubjectPublicKeyInfo
 *     wrappedKey  OCTET STRING,     -- DER SM2Cipher of the fresh key
 *     iv          OCTET STRING (SIZE (16)),
 *     ciphertext  OCTET STRING,
 *     mac         OCTET STRING (SIZE (32)) }   -- over the DER of all fields before it
 *
 * The two keys are HKDF-SM3(key, no salt, "EgovSealed 1"): 16 octets for SM4, 32 for HMAC.
 */
EGOV_MUST_CHECK enum egov_status egov__envelope_seal(struct egov_slice custodian_point,
                                                     struct egov_slice plaintext,
                                                     struct egov_buf *sealed,
                                                     struct egov_error *err);

/*
 * The same for several texts that belong together, such as those of a transaction: they share
 * the fresh key and its wrapping, each has an IV of its own: its number and a block counter of
 * 8 octets.  Begins as EGOV__SEALER; the key is made with the first text, and is kept nowhere
 * but in what OpenSSL made of it, which it cleanses.
 */
struct egov__sealer {
	struct egov__sm4_ctr *cipher;   /* NULL: no key yet */
	struct egov__hmac *hmac;
	uint64_t count;                 /* of texts */
	struct egov_buf wrapped;
	uint8_t recipient[32];
};
#define EGOV__SEALER { NULL, NULL, 0, EGOV__BUF(256), { 0 } }
EGOV_MUST_CHECK enum egov_status egov__sealer_seal(struct egov__sealer *sealer,
                                                   struct egov_slice custodian_point,
                                                   struct egov_slice plaintext,
                                                   struct egov_buf *sealed,
                                                   struct egov_error *err);
void egov__sealer_clear(struct egov__sealer *sealer);

/* The custodian's key, wherever it is: decrypt gives EGOV_E_CORRUPT for what is not for it. */
struct egov__envelope_key {
	struct egov_slice point;
	enum egov_status (*decrypt)(const void *state, struct egov_slice cipher,
	                            struct egov_buf *plain, struct egov_error *err);
	const void *state;
};

/* EGOV_E_CORRUPT where the bytes were altered, EGOV_E_AUTH for another key, and what the key's
 * own place fails with. */
EGOV_MUST_CHECK enum egov_status egov__envelope_open(const struct egov__envelope_key *custodian,
                                                     struct egov_slice sealed,
                                                     struct egov_buf *plaintext,
                                                     struct egov_error *err);

#endif
