/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SM2_H
#define CRYPTO_SM2_H

#include "base/buf.h"
#include "base/secret.h"

/*
 * SM2 (GB/T 32918, GM/T 0009) over OpenSSL's EVP.  A public key is its point
 * 04 || X || Y of 65 octets; a private key d is 32 octets, big-endian, in
 * 1 .. n-2.  A signature is DER SEQUENCE { r, s } unless "raw" (r || s, 64
 * octets) is said.  The signer ID is always a parameter; OpenSSL 3.0 would use
 * the empty one, which GM/T 0009 clause 10 does not.
 */
#define EGOV__SM2_POINT 65
#define EGOV__SM2_PRIVATE 32
#define EGOV__SM2_E 32
#define EGOV__SM2_RAW_SIGNATURE 64
#define EGOV__SM2_SPKI 91
#define EGOV__SM2_DEFAULT_ID "1234567812345678"

/* The 26 octets before the point in a SubjectPublicKeyInfo (GM/T 0015, 5.2.3.7). */
extern const uint8_t egov__sm2_spki_prefix[EGOV__SM2_SPKI - EGOV__SM2_POINT];

/* a, b, xG, yG of the recommended curve (GB/T 32918.5). */
extern const uint8_t egov__sm2_curve[4 * 32];

/* The point of a SubjectPublicKeyInfo of exactly the 91-octet form, on the
 * curve; else EGOV_E_POLICY naming what differs.  The slice lies in spki. */
EGOV_MUST_CHECK enum egov_status egov__sm2_spki_point(struct egov_slice spki,
                                                      struct egov_slice *point,
                                                      struct egov_error *err);

/* The SubjectPublicKeyInfo around a point. */
void egov__sm2_point_spki(const uint8_t point[EGOV__SM2_POINT], uint8_t spki[EGOV__SM2_SPKI]);

/* Whether the 65 octets are a point of the curve other than infinity. */
EGOV_MUST_CHECK enum egov_status egov__sm2_point_check(struct egov_slice point,
                                                       struct egov_error *err);

/* Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA); id at most 8191 octets. */
EGOV_MUST_CHECK enum egov_status egov__sm2_z(struct egov_slice point, struct egov_slice id,
                                             uint8_t z[32], struct egov_error *err);

/* e = SM3(Z || message). */
EGOV_MUST_CHECK enum egov_status egov__sm2_e(struct egov_slice point, struct egov_slice id,
                                             struct egov_slice message, uint8_t e[EGOV__SM2_E],
                                             struct egov_error *err);

/* EGOV_E_UNTRUSTED where the signature does not verify or is not DER; EGOV_E_POLICY
 * for a point that is none. */
EGOV_MUST_CHECK enum egov_status egov__sm2_verify_e(struct egov_slice point,
                                                    const uint8_t e[EGOV__SM2_E],
                                                    struct egov_slice signature,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm2_verify(struct egov_slice point, struct egov_slice id,
                                                  struct egov_slice message,
                                                  struct egov_slice signature,
                                                  struct egov_error *err);

/*
 * A key made ready once for many operations, which saves checking the point
 * each time.  It does not change, so threads may share it; it has its own copy
 * of d, which freeing it cleanses.  d NULL: it verifies only.
 */
struct egov__sm2_key;
EGOV_MUST_CHECK enum egov_status egov__sm2_key_new(struct egov_slice point,
                                                   const struct egov_secret *d,
                                                   struct egov__sm2_key **out,
                                                   struct egov_error *err);
void egov__sm2_key_free(struct egov__sm2_key *key);
EGOV_MUST_CHECK enum egov_status egov__sm2_key_verify_e(const struct egov__sm2_key *key,
                                                        const uint8_t e[EGOV__SM2_E],
                                                        struct egov_slice signature,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm2_key_sign_e(const struct egov__sm2_key *key,
                                                      const uint8_t e[EGOV__SM2_E],
                                                      uint8_t raw[EGOV__SM2_RAW_SIGNATURE],
                                                      struct egov_error *err);

/* Strict DER with r and s in 1 .. n-1 to r || s, and back. */
EGOV_MUST_CHECK enum egov_status egov__sm2_signature_raw(struct egov_slice der,
                                                         uint8_t raw[EGOV__SM2_RAW_SIGNATURE],
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm2_signature_der(const uint8_t raw[EGOV__SM2_RAW_SIGNATURE],
                                                         struct egov_buf *der,
                                                         struct egov_error *err);

/* Software keys: the file signer, the software token, tests.  To sign once. */
EGOV_MUST_CHECK enum egov_status egov__sm2_generate(struct egov_secret **d,
                                                    uint8_t point[EGOV__SM2_POINT],
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm2_public(const struct egov_secret *d,
                                                  uint8_t point[EGOV__SM2_POINT],
                                                  struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm2_sign_e(const struct egov_secret *d,
                                                  const uint8_t point[EGOV__SM2_POINT],
                                                  const uint8_t e[EGOV__SM2_E],
                                                  uint8_t raw[EGOV__SM2_RAW_SIGNATURE],
                                                  struct egov_error *err);

/* DER SM2Cipher (GM/T 0009, 7.2); plaintext 1 to 64 KiB.  Decrypting gives EGOV_E_SYNTAX
 * for other bytes, EGOV_E_CORRUPT where they were altered or are for another key. */
EGOV_MUST_CHECK enum egov_status egov__sm2_encrypt(struct egov_slice point,
                                                   struct egov_slice plaintext,
                                                   struct egov_buf *cipher, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm2_decrypt(const struct egov_secret *d,
                                                   struct egov_slice cipher,
                                                   struct egov_buf *plaintext,
                                                   struct egov_error *err);

/* How long the plaintext of an SM2Cipher is; EGOV_E_SYNTAX for other bytes. */
EGOV_MUST_CHECK enum egov_status egov__sm2_cipher_size(struct egov_slice cipher, size_t *plaintext,
                                                       struct egov_error *err);

/* Whether the bytes are the DER of an SM2Cipher, strictly: EGOV_E_SYNTAX otherwise. */
EGOV_MUST_CHECK enum egov_status egov__sm2_cipher_check(struct egov_slice cipher,
                                                        struct egov_error *err);

/* d of an SM2 key in PKCS#8 (PEM or DER), encrypted (passphrase) or not
 * (passphrase NULL).  EGOV_E_AUTH for a wrong or missing passphrase, EGOV_E_POLICY for
 * another algorithm, or a passphrase where none is needed. */
EGOV_MUST_CHECK enum egov_status egov__sm2_pkcs8_load(struct egov_slice pkcs8,
                                                      const struct egov_secret *passphrase,
                                                      struct egov_secret **d,
                                                      struct egov_error *err);

/* Encrypted PKCS#8 PEM: PBES2, PBKDF2 with HMAC-SHA-256, SM4-CBC: what OpenSSL 3.0 reads back. */
EGOV_MUST_CHECK enum egov_status egov__sm2_pkcs8_save(const struct egov_secret *d,
                                                      const struct egov_secret *passphrase,
                                                      struct egov_buf *pem,
                                                      struct egov_error *err);

#endif
