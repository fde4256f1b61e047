/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_SIGNER_H
#define KEY_SIGNER_H

#include <egovca/key.h>

#include "base/buf.h"

enum egov_key_purpose egov__signer_purpose(const struct egov_signer *signer);

/*
 * Signs message with SM2 and SM3 under the default signer ID and verifies the
 * result with the public key before it is returned (always: a wrong mapping, a
 * fault or an ECDSA signature never leaves).  signature is DER.  The purpose
 * must be the handle's and must not be EGOV_KEY_CA: that door is
 * key/signer_ca.h, which only lib/sign may include.
 */
EGOV_MUST_CHECK enum egov_status egov__signer_sign(struct egov_signer *signer,
                                                   enum egov_key_purpose purpose,
                                                   struct egov_slice message,
                                                   struct egov_buf *signature,
                                                   struct egov_error *err);

#endif
