/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DELIVERY_DELIVERY_H
#define DELIVERY_DELIVERY_H

#include <egovca/delivery.h>

#include "base/buf.h"
#include "base/secret.h"
#include "crypto/sm2.h"
#include "key/decrypter.h"

/* The forms in which the private half of an encryption key pair comes home. */
enum egov__delivery_form {
	EGOV__DELIVERY_ENVELOPED_KEY,   /* SM2EnvelopedKey (GM/T 0009, 7.4) */
	EGOV__DELIVERY_BLOB,            /* ENVELOPEDKEYBLOB (GM/T 0016, 6.4.10) */
	EGOV__DELIVERY_SIGNED,          /* SignedAndEnvelopedData (GM/T 0010, clause 10) */
	EGOV__DELIVERY_CFCA,            /* X || Y || d under the holder's key, as CFCA sends it */
	EGOV__DELIVERY_RESPONSE         /* CSRResponse (GM/T 0092, clause 8) */
};

/* Recipients of one envelope; more are refused. */
#define EGOV__DELIVERY_RECIPIENTS 8

/*
 * What was read, not yet opened.  The slices lie in bytes or in made.  Where
 * encrypted is empty, the ciphers hold X || Y || d themselves; else a symmetric
 * key of 16 octets for SM4-ECB.
 */
struct egov__delivery {
	enum egov__delivery_form form;
	struct egov_buf bytes, made;
	struct egov_slice ciphers[EGOV__DELIVERY_RECIPIENTS];   /* DER SM2Cipher each */
	size_t cipher_count;
	struct egov_slice encrypted;            /* d */
	struct egov_slice point;                /* the public key it names; empty: none */
	struct egov_slice sign_certificate, encrypt_certificate;        /* DER; empty: none */
	struct egov_slice sender_certificate, sender_signature;         /* form SIGNED */
};

/* Reads any of the forms: DER, PEM, base64, or a BLOB as it is. */
EGOV_MUST_CHECK enum egov_status egov__delivery_decode(struct egov_slice input,
                                                       struct egov__delivery *out,
                                                       struct egov_error *err);
void egov__delivery_clear(struct egov__delivery *delivery);
const char *egov__delivery_form_name(enum egov__delivery_form form);

/*
 * Opens one with the holder's own signing key.  Every public key that is known of
 * the pair, in the delivery or as wanted (65 octets; empty: none), must be d*G;
 * where none is known, EGOV_E_USAGE.  A sender's signature is verified with the
 * certificate that came along: who that is, is the caller's matter.  EGOV_E_AUTH
 * where the delivery is for another key or was altered, EGOV_E_POLICY where the
 * keys are no pair, EGOV_E_UNTRUSTED for the sender's signature, and what the key's own place
 * fails with.
 */
EGOV_MUST_CHECK enum egov_status egov__delivery_open(const struct egov__delivery *delivery,
                                                     const struct egov__decrypter *signing_key,
                                                     struct egov_slice wanted,
                                                     struct egov_secret **d,
                                                     struct egov_error *err);

/*
 *   SM2EnvelopedKey ::= SEQUENCE {
 *     symAlgID                AlgorithmIdentifier,   -- SM4-ECB
 *     symEncryptedKey         SM2Cipher,             -- 16 octets to the holder's signing key
 *     sm2PublicKey            BIT STRING,            -- 04 || X || Y of the encryption pair
 *     sm2EncryptedPrivateKey  BIT STRING }           -- d, 32 octets, no padding
 *
 * Made of the pair (d, point) for the holder of signing_point, appended to out.
 */
EGOV_MUST_CHECK enum egov_status egov__enveloped_key_seal(struct egov_slice signing_point,
                                                          const struct egov_secret *d,
                                                          struct egov_buf *out,
                                                          struct egov_error *err);

/* What can be seen of a sealed SM2EnvelopedKey (DER), whose point lies in it. */
EGOV_MUST_CHECK enum egov_status egov__enveloped_key_check(struct egov_slice der,
                                                           struct egov_slice *point,
                                                           struct egov_error *err);

#endif
