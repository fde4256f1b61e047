/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CLOCK_H
#define RECORD_CLOCK_H

#include "record/record.h"

#define EGOV__CLOCK_SLACK 300   /* seconds that clocks of one home may differ */
#define EGOV__CLOCK_SUBJECT "clock"

/*
 * The clock against the latest entry of the journal: what is more than five minutes
 * before it, or past it by more than [record] silence, signs and records nothing
 * (EGOV_E_IO) until somebody has said that the clock is right (kind "clock").
 */
EGOV_MUST_CHECK enum egov_status egov__clock_check(egov_time now, egov_time latest,
                                                   const struct egov_duration *silence,
                                                   struct egov_error *err);

/* Whether an entry may lie before the latest: it says so itself, or approves that. */
bool egov__clock_is_about(const struct egov__journal_row *entry);

/* Whether the clock was set back by one of the entries from one up to another. */
EGOV_MUST_CHECK enum egov_status egov__clock_set_back(struct egov_store *store, uint64_t from,
                                                      uint64_t to, bool *back,
                                                      struct egov_error *err);

#endif
