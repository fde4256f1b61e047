/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_SIGNER_CA_H
#define KEY_SIGNER_CA_H

#include "key/signer.h"

/* The door to the CA key, for lib/sign alone (see FENCES in the Makefile).  As
 * egov__signer_sign, for a handle of purpose EGOV_KEY_CA: the signature that comes back has been
 * verified with the public key.  seen: EGOV_E_CORRUPT, and nothing is signed, where tbs is not what
 * was seen of it before (crypto/seen.h); NULL: nothing was. */
struct egov__source;
EGOV_MUST_CHECK enum egov_status egov__signer_sign_ca(struct egov_signer *signer,
                                                      const struct egov__source *tbs,
                                                      const uint8_t *seen,
                                                      struct egov_buf *signature,
                                                      struct egov_error *err);

#endif
