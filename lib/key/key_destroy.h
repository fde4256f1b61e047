/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_KEY_DESTROY_H
#define KEY_KEY_DESTROY_H

#include <egovca/key.h>

#include "base/buf.h"

/*
 * Removes the key pair that the URI names from its token (C_DestroyObject), where its
 * SubjectPublicKeyInfo is spki: EGOV_E_POLICY where it is another.  *was_there tells
 * whether there was one.  Keys in files are EGOV_E_UNSUPPORTED.
 */
EGOV_MUST_CHECK enum egov_status egov__key_destroy(const char *uri,
                                                   const struct egov_key_options *options,
                                                   struct egov_slice spki, bool *was_there,
                                                   struct egov_error *err);

#endif
