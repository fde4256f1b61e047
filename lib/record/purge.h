/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_PURGE_H
#define RECORD_PURGE_H

#include "record/record.h"
#include "record/retention.h"

/*
 * Destroying records that are due (Order No. 4, Art. 24).  An order names the
 * certificates, by the digest of their serials, in one entry "purge" that people sign; then their sealed
 * blobs go, each with the key that it was sealed under; then certificates and centres'
 * answers are replaced by their SM3, and names are emptied; then an entry "purged" says
 * that the order is carried out.  Entries and leaves stay, and hold nothing personal: every
 * proof and the whole tree verify as before.
 */
#define EGOV__PURGE_SUBJECT "purge"

/* SM3 of serials, each after an octet with its length. */
struct egov__purge_list {
	struct egov_buf serials;
	uint64_t count;
};
#define EGOV__PURGE_LIST { .serials = EGOV__BUF((size_t)1 << 28) }
void egov__purge_list_add(struct egov__purge_list *list, struct egov_slice serial);
EGOV_MUST_CHECK enum egov_status egov__purge_list_digest(const struct egov__purge_list *list,
                                                         uint8_t digest[32],
                                                         struct egov_error *err);
/* Takes the next one off; false at the end. */
bool egov__purge_list_next(struct egov_slice *serials, struct egov_slice *serial);

/* Inside a transaction: the entry of the order and its tombstones. */
EGOV_MUST_CHECK enum egov_status egov__record_purge(struct egov_record *record, const char *actor,
                                                    const struct egov__purge_list *list,
                                                    egov_time until, struct egov_error *err);

/* Carries out what was ordered, in transactions of its own; how many certificates. */
EGOV_MUST_CHECK enum egov_status egov__record_purge_finish(struct egov_record *record,
                                                           const char *actor, egov_time now,
                                                           uint64_t *count,
                                                           struct egov_error *err);

#endif
