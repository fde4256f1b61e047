/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_ARCHIVE_H
#define RECORD_ARCHIVE_H

#include "record/record.h"

/*
 * Segments of the journal (archive/segment.h).  One is made of entries that lie behind those of
 * the last; it is on disk before an entry "archive" says so, and the ledger's own copies go
 * after that, some at a time, so that others can write in between.  Until they are gone, and
 * from then on through the segment, every entry can be read.
 */

/* The file of segment row->number, revision row->revision, of the entries from row->first up to
 * end, or fewer where it is full: appended to file; row gets entries and digest. */
EGOV_MUST_CHECK enum egov_status egov__archive_pack(struct egov_record *record,
                                                    struct egov_signer *journal_signer,
                                                    struct egov__segment_row *row, uint64_t end,
                                                    struct egov_buf *file,
                                                    struct egov_error *err);

/* The next revision of what row is about, without the sealed blobs and certificates of records
 * that are being destroyed (record/purge.h); these lie in the ledger alone from then on, where
 * they are destroyed. */
EGOV_MUST_CHECK enum egov_status egov__archive_repack(struct egov_record *record,
                                                      struct egov_signer *journal_signer,
                                                      struct egov__segment_row *row,
                                                      struct egov_buf *file,
                                                      struct egov_error *err);

/* Inside a transaction: the entry, and the row; or that it has gone. */
EGOV_MUST_CHECK enum egov_status egov__record_archived(struct egov_record *record,
                                                       const char *actor,
                                                       const struct egov__segment_row *row,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_archive_returned(struct egov_record *record,
                                                               const char *actor,
                                                               const struct egov__segment_row *row,
                                                               struct egov_error *err);

/* Some more of the ledger's own copies go, or come back, in one transaction: row->moved says how
 * many entries are done. */
EGOV_MUST_CHECK enum egov_status egov__archive_move(struct egov_record *record, egov_time now,
                                                    struct egov__segment_row *row,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__archive_return(struct egov_record *record, egov_time now,
                                                      struct egov__segment_row *row,
                                                      struct egov_error *err);
/* Only what is about records that are being destroyed comes back. */
EGOV_MUST_CHECK enum egov_status egov__archive_return_tainted(struct egov_record *record,
                                                              egov_time now,
                                                              const struct egov__segment_row *row,
                                                              struct egov_error *err);

/* The file is the one of its row, the journal key signed it, and each of its entries is that of
 * the journal's tree: EGOV_E_CORRUPT.  octets gets its size. */
EGOV_MUST_CHECK enum egov_status egov__archive_judge(struct egov_store *store,
                                                     const struct egov__segment_row *row,
                                                     struct egov_slice journal_spki,
                                                     size_t *octets, struct egov_error *err);

/* All of them, and that the journal says the same of each as the ledger; fn is told of each. */
typedef enum egov_status egov__archive_fn(void *user, const struct egov__segment_row *row,
                                          size_t octets, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__archives_check(struct egov_record *record,
                                                      struct egov_slice journal_spki,
                                                      egov__archive_fn *fn, void *user,
                                                      struct egov_error *err);

#endif
