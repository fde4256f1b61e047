/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_ENTRY_H
#define RECORD_ENTRY_H

#include "store/store.h"

/* DER of a JournalEntry (record/record.h), appended to out. */
EGOV_MUST_CHECK enum egov_status egov__entry_encode(const struct egov__journal_row *row,
                                                    struct egov_buf *out, struct egov_error *err);

/* Its leaf, made from everything but the row's leaf. */
EGOV_MUST_CHECK enum egov_status egov__entry_leaf(const struct egov__journal_row *row,
                                                  uint8_t leaf[32], struct egov_error *err);

/* SM3(salt || text): the commitment of an entry to its blob, of a body to text. */
EGOV_MUST_CHECK enum egov_status egov__entry_commitment(const uint8_t salt[32],
                                                        struct egov_slice text,
                                                        uint8_t digest[32],
                                                        struct egov_error *err);

#endif
