/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFTTOKEN_CRYPTOKI_H
#define SOFTTOKEN_CRYPTOKI_H

/* PKCS #11 2.40 as p11-kit declares it; the functions are what the module exports. */
#pragma GCC visibility push(default)
#include <p11-kit/pkcs11.h>
#pragma GCC visibility pop

#include "base/error.h"

/* PKCS #11 has no numbers for SM2 and SM3; these are those of the Sansec, Koal and TASS
 * families; signatures are r || s, 64 octets, a ciphertext is the DER of GM/T 0009, 7.2:
 * - a key pair; no parameter;
 * - a signature over e, exactly 32 octets; no parameter;
 * - a signature over a message, hashed here behind Z; the parameter is the signer ID, none
 *   means 1234567812345678;
 * - decryption of an SM2Cipher; no parameter;
 * - SM3; no parameter. */
#define EGOV__CKM_SM2_KEY_PAIR_GEN 0x80008001UL
#define EGOV__CKM_SM2_SIGN 0x80008104UL
#define EGOV__CKM_SM3_SM2 0x80008100UL
#define EGOV__CKM_SM2_ENCRYPT 0x80008200UL
#define EGOV__CKM_SM3 0x80009001UL

/* CKK_EC with the curve's OID is the key type by default; this one on request. */
#define EGOV__CKK_SM2 0x80000004UL

/* What a failure below means to the caller of a function that writes. */
CK_RV egov__softrv(enum egov_status status, const struct egov_error *err);

#endif
