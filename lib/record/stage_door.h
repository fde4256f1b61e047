/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_STAGE_DOOR_H
#define RECORD_STAGE_DOOR_H

#include "record/record.h"

/* For lib/record and lib/sign alone (see FENCES in the Makefile). */

/* Takes the right to sign out of an intent: EGOV_E_USAGE before its
 * transaction has committed, or a second time. */
EGOV_MUST_CHECK enum egov_status egov__intent_spend(struct egov_intent *intent,
                                                    struct egov_error *err);

/* SM3 of the SubjectPublicKeyInfo of the one key that may sign it. */
const uint8_t *egov__intent_key_digest(const struct egov_intent *intent);

/* What was seen of a list when it was cleared (crypto/seen.h).  NULL: of no list, or of one whose
 * intent is of an earlier run. */
const uint8_t *egov__intent_seen(const struct egov_intent *intent);

/* The signed object of a spent intent; der is moved and left empty. */
EGOV_MUST_CHECK enum egov_status egov__signed_new(const struct egov_intent *intent,
                                                  struct egov_buf *der, struct egov_signed **out,
                                                  struct egov_error *err);

#endif
