/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_STORE_H
#define SOFTTOKEN_STORE_H

#include "base/buf.h"
#include "base/secret.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"

/*
 * The file of one token: the line "egov-softtoken 1\n", then DER.
 *
 *   Token ::= SEQUENCE {
 *     body SEQUENCE {
 *       serial      OCTET STRING (SIZE (16)),   -- hex digits
 *       label       OCTET STRING (SIZE (32)),   -- padded with blanks
 *       iterations  INTEGER,                    -- of PBKDF2-HMAC-SM3
 *       generation  INTEGER,                    -- rises with each change of the body
 *       nextHandle  INTEGER,                    -- of the next object; never used twice
 *       soWrap      OCTET STRING,               -- the master key under the SO PIN
 *       userWrap    OCTET STRING,               -- and under the user PIN; empty until it is set
 *       public      SEQUENCE OF Object,
 *       iv          OCTET STRING (SIZE (16)),   -- drawn anew for each write
 *       private     OCTET STRING },             -- SM4-CTR of the DER of SEQUENCE OF Object
 *     mac       OCTET STRING (SIZE (32)),       -- HMAC-SM3 of body, under the master key
 *     tries     OCTET STRING (SIZE (2)),        -- wrong SO and user PINs in a row
 *     checksum  OCTET STRING (SIZE (32)) }      -- SM3 of the three fields before it
 *
 * The checksum tells damage before a PIN is there; the MAC tells tampering and
 * is checked at login, before the private part is deciphered.  The counters
 * of wrong PINs change without a PIN, so they are outside the MAC: they stop
 * accidents, not somebody who can write the file.
 *
 * A random master key of 32 octets gives, by HKDF-SM3, the keys of the cipher and
 * of the MAC.  It is wrapped twice.  A wrap is salt (16), IV (16), SM4-CTR of the
 * master key (32) and HMAC-SM3 (32), under keys that HKDF-SM3 expands from 32
 * octets of PBKDF2-HMAC-SM3 over the PIN (GM/T 0091).  The SO's wrap lets the SO
 * set a new user PIN without losing the keys; so whoever knows the SO PIN can
 * reach every key of the token.
 */
#define EGOV__SOFTSTORE_MAGIC "egov-softtoken 1\n"
#define EGOV__SOFTSTORE_MAX (1u << 20)
#define EGOV__SOFTSTORE_SERIAL 16
#define EGOV__SOFTSTORE_LABEL 32
#define EGOV__SOFTSTORE_MASTER 32
#define EGOV__SOFTSTORE_WRAP 96
#define EGOV__SOFTSTORE_ITERATIONS_MIN 1000
#define EGOV__SOFTSTORE_ITERATIONS_MAX 10000000
#define EGOV__SOFTSTORE_TRIES 10        /* as many wrong PINs in a row lock it */

enum egov__softrole { EGOV__SOFTROLE_SO, EGOV__SOFTROLE_USER };

struct egov__softstore {
	uint8_t serial[EGOV__SOFTSTORE_SERIAL];
	uint8_t label[EGOV__SOFTSTORE_LABEL];
	uint32_t iterations;
	uint64_t generation, next_handle;
	bool has_wrap[2];                       /* by role */
	uint8_t wrap[2][EGOV__SOFTSTORE_WRAP];
	uint8_t tries[2];
	struct egov_slice public_objects;       /* the whole SEQUENCE OF */
	struct egov_slice iv, private_objects;  /* the ciphertext */
	struct egov_slice body, mac;            /* body: tag, length and contents */
};

/* Reads a file; the slices lie in it.  EGOV_E_UNSUPPORTED for another version,
 * EGOV_E_CORRUPT where the bytes are damaged. */
EGOV_MUST_CHECK enum egov_status egov__softstore_decode(struct egov_slice file,
                                                        struct egov__softstore *store,
                                                        struct egov_error *err);

/* Checks the MAC (EGOV_E_CORRUPT) and appends the DER of the private objects. */
EGOV_MUST_CHECK enum egov_status egov__softstore_open(const struct egov__softstore *store,
                                                      const struct egov_secret *master,
                                                      struct egov_buf *objects,
                                                      struct egov_error *err);

/* Writes a file from the fields up to tries, sealing both lists of objects (each the
 * DER of a SEQUENCE OF) anew. */
EGOV_MUST_CHECK enum egov_status egov__softstore_encode(const struct egov__softstore *store,
                                                        const struct egov_secret *master,
                                                        struct egov_slice public_objects,
                                                        struct egov_slice private_objects,
                                                        struct egov_buf *file,
                                                        struct egov_error *err);

/* Writes a file with other counters around the body and MAC of a decoded one. */
EGOV_MUST_CHECK enum egov_status egov__softstore_retry(const struct egov__softstore *store,
                                                       const uint8_t tries[2],
                                                       struct egov_buf *file,
                                                       struct egov_error *err);

/* Wraps the master key under a PIN, with the serial and iterations of the store. */
EGOV_MUST_CHECK enum egov_status egov__softstore_wrap(struct egov__softstore *store,
                                                      enum egov__softrole role,
                                                      struct egov_slice pin,
                                                      const struct egov_secret *master,
                                                      struct egov_error *err);

/* Unwraps it; EGOV_E_AUTH for another PIN. */
EGOV_MUST_CHECK enum egov_status egov__softstore_unwrap(const struct egov__softstore *store,
                                                        enum egov__softrole role,
                                                        struct egov_slice pin,
                                                        struct egov_secret **master,
                                                        struct egov_error *err);

#endif
