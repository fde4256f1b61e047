/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_GENERATION_H
#define RECORD_GENERATION_H

#include "record/inner.h"

/*
 * For lib/record alone.  The generation that signs in the open transaction is kept
 * in the record, so that a batch writes its counts once: egov__generation_save
 * before the commit, egov__generation_forget where another transaction begins.
 */
EGOV_MUST_CHECK enum egov_status egov__generation_save(struct egov_record *record,
                                                       struct egov_error *err);
void egov__generation_forget(struct egov_record *record);

/* Counts an intent of the key (SubjectPublicKeyInfo; empty: the active one), which then
 * is record->signing; own: not on an application.  EGOV_E_POLICY where the key may not
 * sign it, EGOV_E_LIMIT where it has signed as often as it may. */
EGOV_MUST_CHECK enum egov_status egov__generation_intend(struct egov_record *record,
                                                         struct egov_slice key, int kind,
                                                         bool own, struct egov_error *err);

/* Counts a signature; end is a certificate's notAfter, EGOV_TIME_NONE for others. */
EGOV_MUST_CHECK enum egov_status egov__generation_signed(struct egov_record *record,
                                                         uint64_t number, egov_time end,
                                                         struct egov_error *err);

/* Body and subject of an entry "ca-key". */
#define EGOV__GENERATION_SUBJECT 32
void egov__generation_body(const struct egov__generation_row *row, struct egov__body *body);
void egov__generation_subject(uint64_t number, char subject[EGOV__GENERATION_SUBJECT]);

#endif
