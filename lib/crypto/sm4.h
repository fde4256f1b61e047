/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SM4_H
#define CRYPTO_SM4_H

#include "base/buf.h"
#include "base/secret.h"

#define EGOV__SM4_KEY 16
#define EGOV__SM4_IV 16
#define EGOV__SM4_BLOCK 16

/* SM4-CTR (GB/T 32907); the same call encrypts and decrypts.  out has in.size octets. */
EGOV_MUST_CHECK enum egov_status egov__sm4_ctr(const uint8_t key[EGOV__SM4_KEY],
                                               const uint8_t iv[EGOV__SM4_IV],
                                               struct egov_slice in, uint8_t *out,
                                               struct egov_error *err);

/* The same for several texts under one key, whose set-up takes longer than a short text: each
 * wants an IV whose blocks no other has.  new, run, free (NULL allowed). */
struct egov__sm4_ctr;
EGOV_MUST_CHECK enum egov_status egov__sm4_ctr_new(const uint8_t key[EGOV__SM4_KEY],
                                                   struct egov__sm4_ctr **out,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm4_ctr_run(struct egov__sm4_ctr *ctr,
                                                   const uint8_t iv[EGOV__SM4_IV],
                                                   struct egov_slice in, uint8_t *out,
                                                   struct egov_error *err);
void egov__sm4_ctr_free(struct egov__sm4_ctr *ctr);

/* SM4-ECB without padding: whole blocks, at most 64 of them.  For one purpose alone, to carry a
 * private key under a key that is used once (GM/T 0009, 7.4). */
EGOV_MUST_CHECK enum egov_status egov__sm4_ecb_encrypt(const uint8_t key[EGOV__SM4_KEY],
                                                       struct egov_slice in, uint8_t *out,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm4_ecb_decrypt(const uint8_t key[EGOV__SM4_KEY],
                                                       struct egov_slice in, uint8_t *out,
                                                       struct egov_error *err);

#endif
