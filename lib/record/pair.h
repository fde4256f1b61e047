/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_PAIR_H
#define RECORD_PAIR_H

#include "record/record.h"

/*
 * Signing and encryption certificates that belong together (GM/T 0034): rows and
 * their entries, inside a transaction.
 */
EGOV_MUST_CHECK enum egov_status egov__record_key_request(struct egov_record *record,
                                                          const struct egov__key_request_row *row,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_pair(struct egov_record *record, const char *actor,
                                                   const struct egov__pair_row *row,
                                                   struct egov_error *err);

/* The bodies of the entries "key-request" and "pair": the writer and the check both
 * start here. */
void egov__key_request_body(const struct egov__key_request_row *row, struct egov__body *body);
EGOV_MUST_CHECK enum egov_status egov__pair_body(const struct egov__pair_row *row,
                                                 struct egov__body *body, struct egov_error *err);

#endif
