/* SPDX-License-Identifier: Apache-2.0 */
#include "record/archive.h"

#include <inttypes.h>
#include <string.h>

#include "archive/segment.h"
#include "base/text.h"
#include "crypto/sm3.h"
#include "record/entry.h"
#include "record/inner.h"
#include "record/proof.h"
#include "record/result.h"

static const char clause[] = "Order No. 4, Art. 24";

#define AT_ONCE 128             /* entries a transaction: others want to write too */

/* --- what an entry is about --- */

/* Certificates and applications: most of the journal.  All other entries stay in the ledger as
 * well, where programs look for settings, lists and witnesses while they work. */
static bool is_of_holder(const char *subject)
{
	const size_t size = strlen(subject);

	if (subject[0] == 'A')
		return size > 6 && strspn(subject + 1, "0123456789") == size - 1;
	return size == (size_t)2 * EGOV__SERIAL && strspn(subject, "0123456789abcdef") == size;
}

static enum egov_status serial_of(const char *subject, struct egov_buf *serial,
                                  struct egov_error *err)
{
	return egov__hex_parse(subject, "serial", serial, err);
}

static bool is_issue(const struct egov__journal_row *entry)
{
	return strcmp(entry->kind, EGOV__KIND_ISSUE) == 0;
}

/* Its records are being destroyed. */
static enum egov_status is_tainted(struct egov_store *store, const char *subject, uint64_t seq,
                                   bool *is, struct egov_error *err)
{
	struct egov__tombstone_row row;
	bool found = false;
	enum egov_status rc = egov__store_tombstone_about(store, subject, &row, &found, err);

	*is = rc == EGOV_OK && found && row.state != EGOV__TOMBSTONE_GONE && seq < row.purge;
	return rc;
}

/* --- packing --- */

struct packing {
	struct egov_store *store;
	struct egov__segment_writer *writer;
	bool destroys;                  /* what is tainted stays out */
};

static enum egov_status check_leaf(const struct egov__journal_row *entry, struct egov_slice der,
                                   struct egov_error *err)
{
	uint8_t leaf[32];
	enum egov_status rc = egov__tree_leaf(der, leaf, err);

	if (rc == EGOV_OK && memcmp(leaf, entry->leaf, sizeof(leaf)) != 0)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal entry %" PRIu64 ": its leaf is not that of its contents",
		                    entry->seq);
	return rc;
}

static enum egov_status add(const struct packing *p, const struct egov__journal_row *entry,
                            const struct egov__certificate_row *certificate, bool tainted,
                            struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t digest[EGOV__SM3_SIZE];
	struct egov__segment_item item = { .kind = entry->kind, .profile = "" };
	enum egov_status rc = egov__entry_encode(entry, &der, err);

	if (rc == EGOV_OK)
		rc = check_leaf(entry, egov_buf_slice(&der), err);
	if (certificate != NULL) {
		item.profile = certificate->profile;
		item.object = certificate->der;
	}
	if (rc == EGOV_OK && tainted && item.object.size > 0) {
		rc = egov__object_digest(item.object, digest, err);
		item.object = EGOV__SLICE(digest);
	}
	item.entry = egov_buf_slice(&der);
	if (!tainted)
		item.sealed = entry->sealed;
	if (rc == EGOV_OK)
		rc = egov__segment_add(p->writer, &item, err);
	egov__buf_clear(&der);
	return rc;
}

static enum egov_status pack_entry(void *user, const struct egov__journal_row *entry,
                                   struct egov_error *err)
{
	const struct packing *const p = user;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__certificate_row certificate;
	bool found = false, tainted = false;
	enum egov_status rc = EGOV_OK;

	if (p->destroys)
		rc = is_tainted(p->store, entry->subject, entry->seq, &tainted, err);
	if (rc == EGOV_OK && is_issue(entry)) {
		rc = serial_of(entry->subject, &serial, err);
		if (rc == EGOV_OK)
			rc = egov__store_certificate_get(p->store, egov_buf_slice(&serial),
			                                 &certificate, &found, err);
	}
	if (rc == EGOV_OK)
		rc = add(p, entry, found ? &certificate : NULL, tainted, err);
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status gather(const struct packing *p, struct egov__segment_row *row,
                               uint64_t end, struct egov_error *err)
{
	struct packing user = *p;
	enum egov_status rc = egov__store_snapshot(p->store, err);
	uint64_t seq = row->first;

	if (rc != EGOV_OK)
		return rc;
	while (rc == EGOV_OK && seq < end && (p->destroys || !egov__segment_is_full(p->writer)))
		rc = egov__store_journal_one(p->store, seq++, pack_entry, &user, err);
	egov__store_rollback(p->store);
	row->entries = egov__segment_count(p->writer);
	if (rc == EGOV_OK && row->entries != seq - row->first)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal: there are fewer entries than its head counts");
	return rc;
}

static enum egov_status sign(struct egov__segment_writer *writer, struct egov_signer *signer,
                             const struct egov__segment *facts, struct egov_buf *file,
                             struct egov_error *err)
{
	struct egov_buf content = EGOV__BUF(EGOV__SEGMENT_MAX), signature = EGOV__BUF(256);
	enum egov_status rc = egov__segment_content(writer, facts, &content, err);

	if (rc == EGOV_OK)
		rc = egov__signer_sign(signer, EGOV_KEY_JOURNAL, egov_buf_slice(&content), &signature,
		                       err);
	if (rc == EGOV_OK)
		rc = egov__segment_join(egov_buf_slice(&content), egov_buf_slice(&signature), file, err);
	egov__buf_clear(&content);
	egov__buf_clear(&signature);
	return rc;
}

static enum egov_status write_file(const struct packing *p, struct egov_signer *signer,
                                   struct egov__segment_row *row, struct egov_buf *file,
                                   struct egov_error *err)
{
	const struct egov__nodes nodes = egov__nodes_of(p->store);
	struct egov_buf home = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t root[32];
	struct egov__segment facts = { .number = row->number, .revision = row->revision,
		                       .first = row->first, .root = root,
		                       .journal_key = egov_signer_public_key(signer) };
	struct egov_slice whole;
	enum egov_status rc = egov__checkpoint_home(p->store, &home, err);

	if (rc == EGOV_OK)
		rc = egov__proof_root(&nodes, row->first + row->entries, root, err);
	facts.home = egov_buf_slice(&home);
	if (rc == EGOV_OK)
		rc = sign(p->writer, signer, &facts, file, err);
	whole = egov_buf_slice(file);
	if (rc == EGOV_OK)
		rc = egov__sm3(&whole, 1, row->digest, err);
	egov__buf_clear(&home);
	return rc;
}

static enum egov_status pack(struct packing *p, struct egov_signer *signer,
                             struct egov__segment_row *row, uint64_t end, struct egov_buf *file,
                             struct egov_error *err)
{
	enum egov_status rc = egov__segment_begin(&p->writer, err);

	if (rc == EGOV_OK)
		rc = gather(p, row, end, err);
	if (rc == EGOV_OK)
		rc = write_file(p, signer, row, file, err);
	egov__segment_free(p->writer);
	return rc;
}

enum egov_status egov__archive_pack(struct egov_record *record, struct egov_signer *signer,
                                    struct egov__segment_row *row, uint64_t end,
                                    struct egov_buf *file, struct egov_error *err)
{
	struct packing p = { .store = record->store };

	row->moved = 0;
	return pack(&p, signer, row, end, file, err);
}

enum egov_status egov__archive_repack(struct egov_record *record, struct egov_signer *signer,
                                      struct egov__segment_row *row, struct egov_buf *file,
                                      struct egov_error *err)
{
	struct packing p = { .store = record->store, .destroys = true };

	row->revision++;
	return pack(&p, signer, row, row->first + row->entries, file, err);
}

/* --- its entry --- */

static void put_body(const struct egov__segment_row *row, struct egov__body *body)
{
	egov__body_number_add(body, EGOV__KEY_NUMBER, row->number);
	egov__body_number_add(body, EGOV__KEY_REVISION, row->revision);
	egov__body_number_add(body, EGOV__KEY_FIRST, row->first);
	egov__body_number_add(body, EGOV__KEY_COUNT, row->entries);
}

static enum egov_status append(struct egov_record *record, const char *kind, const char *actor,
                               const struct egov__segment_row *row, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	put_body(row, body);
	if (strcmp(kind, EGOV__KIND_ARCHIVE) == 0)
		egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
	rc = egov__record_append(record, kind, actor, EGOV__ARCHIVE_SUBJECT, body, EGOV__NO_SLICE,
	                         err);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__record_archived(struct egov_record *record, const char *actor,
                                       const struct egov__segment_row *row, struct egov_error *err)
{
	const enum egov_status rc = append(record, EGOV__KIND_ARCHIVE, actor, row, err);

	if (rc != EGOV_OK)
		return rc;
	return row->revision == 1 ? egov__store_segment_add(record->store, row, err)
	                          : egov__store_segment_put(record->store, row, err);
}

enum egov_status egov__record_archive_returned(struct egov_record *record, const char *actor,
                                               const struct egov__segment_row *row,
                                               struct egov_error *err)
{
	const enum egov_status rc = append(record, EGOV__KIND_ARCHIVE_RETURN, actor, row, err);

	return rc == EGOV_OK ? egov__store_segment_drop(record->store, row->number, err) : rc;
}

/* --- moving --- */

/* What an entry's row tells without its contents. */
struct moving {
	struct egov_store *store;
	bool tainted_only;
	enum egov_status (*fn)(const struct moving *moving, const struct egov__journal_row *entry,
	                       struct egov_error *err);
};

static enum egov_status move_one(const struct moving *m, const struct egov__journal_row *entry,
                                 struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = EGOV_OK;

	if (!is_of_holder(entry->subject))
		return EGOV_OK;
	if (is_issue(entry))
		rc = serial_of(entry->subject, &serial, err);
	if (rc == EGOV_OK && is_issue(entry))
		rc = egov__store_certificate_move(m->store, egov_buf_slice(&serial), err);
	if (rc == EGOV_OK)
		rc = egov__store_entry_move(m->store, entry->seq, err);
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status return_certificate(const struct moving *m, const char *subject,
                                           struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__certificate_row row;
	bool found = false;
	enum egov_status rc = serial_of(subject, &serial, err);

	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(m->store, egov_buf_slice(&serial), &row, &found, err);
	if (rc == EGOV_OK && found)
		rc = egov__store_certificate_return(m->store, egov_buf_slice(&serial), row.der, err);
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status return_one(const struct moving *m, const struct egov__journal_row *entry,
                                   struct egov_error *err)
{
	bool wanted = is_of_holder(entry->subject);
	enum egov_status rc = EGOV_OK;

	if (wanted && m->tainted_only)
		rc = is_tainted(m->store, entry->subject, entry->seq, &wanted, err);
	if (rc != EGOV_OK || !wanted)
		return rc;
	if (is_issue(entry))
		rc = return_certificate(m, entry->subject, err);
	return rc == EGOV_OK ? egov__store_entry_return(m->store, entry, err) : rc;
}

static enum egov_status see_one(void *user, const struct egov__journal_row *entry,
                                struct egov_error *err)
{
	const struct moving *const m = user;

	return m->fn(m, entry, err);
}

/* Entries from one up to another, and then the row, where it is not NULL. */
static enum egov_status step(struct egov_record *record, egov_time now, struct moving *m,
                             const uint64_t range[2], const struct egov__segment_row *row,
                             struct egov_error *err)
{
	enum egov_status rc = egov__record_begin(record, now, err);

	if (rc != EGOV_OK)
		return rc;
	for (uint64_t seq = range[0]; rc == EGOV_OK && seq < range[1]; seq++)
		rc = egov__store_journal_one(m->store, seq, see_one, m, err);
	if (rc == EGOV_OK && row != NULL)
		rc = egov__store_segment_put(m->store, row, err);
	if (rc == EGOV_OK)
		return egov__record_commit(record, err);
	egov__record_rollback(record);
	return rc;
}

enum egov_status egov__archive_move(struct egov_record *record, egov_time now,
                                    struct egov__segment_row *row, struct egov_error *err)
{
	struct moving m = { .store = record->store, .fn = move_one };
	struct egov__segment_row next = *row;
	const uint64_t left = row->entries - row->moved;
	enum egov_status rc;

	next.moved += left < AT_ONCE ? left : AT_ONCE;
	rc = step(record, now, &m, (uint64_t[2]){ row->first + row->moved, row->first + next.moved },
	          &next, err);
	if (rc == EGOV_OK)
		*row = next;
	return rc;
}

enum egov_status egov__archive_return(struct egov_record *record, egov_time now,
                                      struct egov__segment_row *row, struct egov_error *err)
{
	struct moving m = { .store = record->store, .fn = return_one };
	struct egov__segment_row next = *row;
	enum egov_status rc;

	next.moved -= row->moved < AT_ONCE ? row->moved : AT_ONCE;
	rc = step(record, now, &m, (uint64_t[2]){ row->first + next.moved, row->first + row->moved },
	          &next, err);
	if (rc == EGOV_OK)
		*row = next;
	return rc;
}

enum egov_status egov__archive_return_tainted(struct egov_record *record, egov_time now,
                                              const struct egov__segment_row *row,
                                              struct egov_error *err)
{
	struct moving m = { .store = record->store, .fn = return_one, .tainted_only = true };
	const uint64_t end = row->first + row->entries;
	enum egov_status rc = EGOV_OK;

	for (uint64_t seq = row->first; rc == EGOV_OK && seq < end; seq += AT_ONCE) {
		const uint64_t range[2] = { seq, end - seq < AT_ONCE ? end : seq + AT_ONCE };

		rc = step(record, now, &m, range, NULL, err);
	}
	return rc;
}
