/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive/segment.h"
#include "base/der.h"
#include "base/fileio.h"
#include "crypto/sm3.h"
#include "store/store_query.h"

static const char clause[] = "Order No. 4, Art. 24";

/* Entries about one certificate lie in few segments, and those about its neighbours in the
 * same. */
#define SLOTS 4
struct slot {
	uint64_t number, revision;      /* 0: none */
	struct egov_buf *bytes;
	struct egov__segment segment;
};
struct egov__shelf {
	struct egov__zlib *zlib;
	struct slot slots[SLOTS];
	unsigned next;                  /* to go */
};

static void clear_slot(struct slot *slot)
{
	egov_buf_free(slot->bytes);
	memset(slot, 0, sizeof(*slot));
}

void egov__shelf_free(struct egov__shelf *shelf)
{
	if (shelf == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		clear_slot(&shelf->slots[i]);
	egov__zlib_close(shelf->zlib);
	free(shelf);
}

void egov__lent_clear(struct egov__lent *lent)
{
	free(lent->source);
	free(lent->body);
	free(lent->blob);
	*lent = (struct egov__lent){ NULL, NULL, NULL };
}

/* --- files --- */

void egov__segment_name(const struct egov__segment_row *row, char name[EGOV__SEGMENT_NAME])
{
	(void)snprintf(name, EGOV__SEGMENT_NAME, "%06" PRIu64 "-%" PRIu64 ".seg", row->number,
	               row->revision);
}

char *egov__store_archive_path(const struct egov_store *store, const char *name)
{
	const char *const slash = strrchr(store->path, '/');
	const size_t size = slash == NULL ? 0 : (size_t)(slash - store->path) + 1;
	struct egov_buf path = EGOV__BUF(8192);
	char *copy = NULL;

	egov__buf_append(&path, store->path, size);
	egov__buf_printf(&path, "archive%s%s", *name == 0 ? "" : "/", name);
	if (egov__buf_string(&path) != NULL)
		copy = egov__text_dup(egov__buf_string(&path));
	egov__buf_clear(&path);
	return copy;
}

static enum egov_status check_digest(const struct egov__segment_row *row, const char *path,
                                     struct egov_slice bytes, struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&bytes, 1, digest, err);

	if (rc == EGOV_OK && memcmp(digest, row->digest, sizeof(digest)) != 0)
		rc = access(path, F_OK) != 0 && errno == ENOENT
		             ? egov_error_set(err, EGOV_E_BUSY, NULL, "%s: was replaced meanwhile", path)
		             : egov_error_set(err, EGOV_E_CORRUPT, clause,
		                              "%s: is not what was archived", path);
	return rc;
}

enum egov_status egov__store_segment_read(struct egov_store *store,
                                          const struct egov__segment_row *row,
                                          struct egov_buf **out, struct egov_error *err)
{
	char name[EGOV__SEGMENT_NAME], *path;
	struct egov_buf *bytes = NULL;
	enum egov_status rc;

	egov__segment_name(row, name);
	path = egov__store_archive_path(store, name);
	if (path == NULL)
		return egov_error_nomem(err);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s: is missing, and entries lie there alone", path);
	else
		rc = egov__file_read_regular(path, EGOV__SEGMENT_MAX, &bytes, err);
	if (rc == EGOV_OK)
		rc = check_digest(row, path, egov_buf_slice(bytes), err);
	if (rc == EGOV_OK) {
		*out = bytes;
		bytes = NULL;
	}
	egov_buf_free(bytes);
	free(path);
	return rc;
}

/* --- the shelf --- */

static enum egov_status open_shelf(struct egov_store *store, struct egov_error *err)
{
	struct egov__shelf *shelf;
	enum egov_status rc;

	if (store->shelf != NULL)
		return EGOV_OK;
	shelf = calloc(1, sizeof(*shelf));
	if (shelf == NULL)
		return egov_error_nomem(err);
	rc = egov__zlib_open(&shelf->zlib, err);
	if (rc == EGOV_OK)
		store->shelf = shelf;
	else
		free(shelf);
	return rc;
}

static enum egov_status take_down(struct egov_store *store, const struct egov__segment_row *row,
                                  const struct egov__segment **out, struct egov_error *err)
{
	struct egov__shelf *const shelf = store->shelf;
	struct slot *slot;
	enum egov_status rc;

	for (size_t i = 0; i < SLOTS; i++) {
		slot = &shelf->slots[i];
		if (slot->number == row->number && slot->revision == row->revision) {
			*out = &slot->segment;
			return EGOV_OK;
		}
	}
	slot = &shelf->slots[shelf->next++ % SLOTS];
	clear_slot(slot);
	rc = egov__store_segment_read(store, row, &slot->bytes, err);
	if (rc == EGOV_OK)
		rc = egov__segment_read(egov_buf_slice(slot->bytes), &slot->segment, err);
	if (rc != EGOV_OK)
		return rc;
	slot->number = row->number;
	slot->revision = row->revision;
	*out = &slot->segment;
	return EGOV_OK;
}

static void read_place(struct egov__query *query, void *to)
{
	struct egov__segment_row *row = to;

	row->number = egov__column_number(query);
	row->revision = egov__column_number(query);
	row->first = egov__column_number(query);
	egov__column_digest(query, row->digest);
}

/* Which segment has it; what is held stays. */
static enum egov_status find_place(struct egov_store *store, uint64_t seq,
                                   struct egov__segment_row *row, struct egov_error *err)
{
	static const char sql[] = "SELECT number, revision, first, digest FROM segment"
	                          " WHERE first <= ?1 ORDER BY first DESC LIMIT 1";
	struct egov__query query;
	bool some;
	enum egov_status rc = egov__query_read(store, sql, "archive", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, seq);
	some = egov__query_next(&query, read_place, row, &rc, err);
	egov__query_close(&query);
	if (rc == EGOV_OK && !some)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal entry %" PRIu64 ": is empty, and no archive has it", seq);
	return rc;
}

static enum egov_status find_record(struct egov_store *store, uint64_t seq,
                                    const struct egov__segment **segment,
                                    struct egov__segment_record *record, struct egov_error *err)
{
	struct egov__segment_row row;
	enum egov_status rc = find_place(store, seq, &row, err);

	if (rc == EGOV_OK)
		rc = open_shelf(store, err);
	if (rc == EGOV_OK)
		rc = take_down(store, &row, segment, err);
	return rc == EGOV_OK ? egov__segment_record(*segment, seq - row.first, record, err) : rc;
}

/* --- entries --- */

/* The parts of a JournalEntry that its row does not have. */
static enum egov_status read_entry(struct egov_slice der, struct egov__lent *lent,
                                   struct egov__journal_row *row, struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, commitment = EGOV__NO_SLICE;
	struct egov__tlv fields[8];     /* version, sequence, time, kind, actor, source, subject, body */
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "entry", &in, err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(fields) / sizeof(fields[0]); i++)
		rc = egov__der_any(&in, &fields[i], err);
	if (rc == EGOV_OK && in.size > 0)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "commitment", &commitment, err);
	if (rc != EGOV_OK)
		return rc;
	row->has_commitment = commitment.size == sizeof(row->commitment);
	if (row->has_commitment)
		memcpy(row->commitment, commitment.data, commitment.size);
	row->source = lent->source = egov__slice_copy(fields[5].value);
	row->body = lent->body = egov__slice_copy(fields[7].value);
	return lent->source == NULL || lent->body == NULL ? egov_error_nomem(err) : EGOV_OK;
}

enum egov_status egov__shelf_entry(struct egov__query *query, struct egov__journal_row *row,
                                   struct egov_error *err)
{
	struct egov_store *const store = query->store;
	const struct egov__segment *segment = NULL;
	struct egov__segment_record record;
	struct egov_buf der = EGOV__BUF(EGOV__SEGMENT_MAX);
	enum egov_status rc;

	if (*row->body != 0)
		return EGOV_OK;
	rc = find_record(store, row->seq, &segment, &record, err);
	if (rc == EGOV_OK)
		rc = egov__segment_unpack(segment, store->shelf->zlib, &record.entry, &der, err);
	if (rc == EGOV_OK)
		rc = read_entry(egov_buf_slice(&der), &query->lent, row, err);
	egov__buf_clear(&der);
	if (rc != EGOV_OK || record.sealed.size == 0)
		return rc;
	query->lent.blob = egov__slice_copy(record.sealed);
	row->sealed = (struct egov_slice){ query->lent.blob, record.sealed.size };
	return query->lent.blob == NULL ? egov_error_nomem(err) : EGOV_OK;
}

/* --- certificates --- */

static void read_seq(struct egov__query *query, void *row)
{
	*(uint64_t *)row = egov__column_number(query);
}

/* The number of the entry that says that it was issued. */
static enum egov_status find_issue(struct egov_store *store, struct egov_slice serial,
                                   uint64_t *seq, struct egov_error *err)
{
	static const char sql[] =
		"SELECT seq FROM journal WHERE subject = lower(hex(?1)) AND kind = 'issue'";
	struct egov__query query;
	bool some;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, serial);
	some = egov__query_next(&query, read_seq, seq, &rc, err);
	egov__query_close(&query);
	if (rc == EGOV_OK && !some)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "a certificate is empty, and no entry says where it is");
	return rc;
}

enum egov_status egov__shelf_certificate(struct egov__query *query,
                                         struct egov__certificate_row *row, struct egov_error *err)
{
	struct egov_store *const store = query->store;
	const struct egov__segment *segment = NULL;
	struct egov__segment_record record;
	struct egov_buf der = EGOV__BUF(EGOV__SEGMENT_MAX);
	uint64_t seq = 0;
	enum egov_status rc;

	if (row->der.size > 0)
		return EGOV_OK;
	rc = find_issue(store, row->serial, &seq, err);
	if (rc == EGOV_OK)
		rc = find_record(store, seq, &segment, &record, err);
	if (rc == EGOV_OK)
		rc = egov__segment_unpack(segment, store->shelf->zlib, &record.object, &der, err);
	if (rc == EGOV_OK && der.size == 0)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal entry %" PRIu64 ": its archive has no certificate", seq);
	if (rc == EGOV_OK) {
		query->lent.blob = egov__slice_copy(egov_buf_slice(&der));
		row->der = (struct egov_slice){ query->lent.blob, der.size };
		rc = query->lent.blob == NULL ? egov_error_nomem(err) : EGOV_OK;
	}
	egov__buf_clear(&der);
	return rc;
}
