/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIGN_SIGN_H
#define SIGN_SIGN_H

#include "key/signer.h"
#include "record/record.h"

/*
 * The one door to the CA key.  Signs the bytes of a committed intent with a
 * signer of purpose EGOV_KEY_CA, assembles the object, has OpenSSL decode it
 * again and compares field by field, checks that its TBS bytes are the
 * intent's, and verifies the signature.  An intent signs once.
 */
EGOV_MUST_CHECK enum egov_status egov__sign(struct egov_intent *intent, struct egov_signer *signer,
                                            struct egov_signed **out, struct egov_error *err);

#endif
