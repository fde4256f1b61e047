/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"

/*
 * Keys rise with time wherever rows are added in bulk (performance.md, 9): the
 * ledger only appends.  Small rows lie in the index of their serial; large ones
 * would spill out of it, so they lie in the order of their intent.
 *
 * Triggers hold off foreign hands (the shell of SQLite) from entries, certificates and
 * revocations, and from what a check would not miss.  Each is parsed at every start of a
 * program, so that the statements of this library itself are held to more than that when they
 * are prepared: store_guard.c.
 */
#define NO_DELETE(table)                                                                           \
	"CREATE TRIGGER " table "_stays BEFORE DELETE ON " table                                   \
	" BEGIN SELECT RAISE(ABORT, 'rows of " table " are never deleted'); END"
#define NO_UPDATE(table, of)                                                                       \
	"CREATE TRIGGER " table "_fixed BEFORE UPDATE " of "ON " table                             \
	" BEGIN SELECT RAISE(ABORT, 'rows of " table " never change'); END"

/* But its records are being destroyed: their sealed blobs are gone. */
#define NO_UPDATE_UNLESS_PURGED(table, columns, also)                                              \
	"CREATE TRIGGER " table "_kept BEFORE UPDATE OF " columns " ON " table " WHEN NOT EXISTS"  \
	" (SELECT 1 FROM tombstone WHERE serial = OLD.serial AND state = 2)" also                  \
	" BEGIN SELECT RAISE(ABORT, 'records that are not due never change'); END"

/* Entries that an archive has. */
#define ARCHIVED "EXISTS (SELECT 1 FROM segment WHERE OLD.seq BETWEEN first AND first + entries - 1)"

#define DIGEST(column) column " BLOB NOT NULL CHECK (length(" column ") = 32)"

static const char *const version_1[] = {
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",

	"CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value > 0))"
	" STRICT, WITHOUT ROWID",

	"CREATE TABLE journal(seq INTEGER PRIMARY KEY CHECK (seq >= 0), time INTEGER NOT NULL,"
	" kind TEXT NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, subject TEXT NOT NULL,"
	" body TEXT NOT NULL,"
	" commitment BLOB CHECK (length(commitment) = 32)," DIGEST("leaf") ") STRICT",
	/* Subjects are serials, numbers and application ids of ours: they rise too. */
	"CREATE INDEX journal_subject ON journal(subject)",
	NO_DELETE("journal"),
	"CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal WHEN NOT " ARCHIVED
	" BEGIN SELECT RAISE(ABORT, 'rows of journal never change'); END",

	/* Parts of the journal that lie in files.  Source, body and commitment of the entries about
	 * holders of the first moved of them, their sealed blobs and their certificates are there
	 * alone: the rows have an empty body, and an empty der. */
	"CREATE TABLE segment(number INTEGER PRIMARY KEY CHECK (number > 0),"
	" revision INTEGER NOT NULL CHECK (revision > 0),"
	" first INTEGER NOT NULL UNIQUE CHECK (first >= 0),"
	" entries INTEGER NOT NULL CHECK (entries > 0),"
	" moved INTEGER NOT NULL CHECK (moved BETWEEN 0 AND entries)," DIGEST("digest") ") STRICT",

	/* Nobody but the custodian can tell whether a blob is the one that was committed to: the
	 * digest tells everybody that it was not damaged. */
	"CREATE TABLE sealed(seq INTEGER PRIMARY KEY REFERENCES journal, blob BLOB NOT NULL,"
	DIGEST("digest") ") STRICT",
	"CREATE TRIGGER sealed_stays BEFORE DELETE ON sealed WHEN NOT " ARCHIVED " AND NOT EXISTS"
	" (SELECT 1 FROM journal, tombstone WHERE seq = OLD.seq AND state = 1 AND purge > OLD.seq"
	" AND journal.subject IN (tombstone.subject, application))"
	" BEGIN SELECT RAISE(ABORT, 'records that are not due are never deleted'); END",
	NO_UPDATE("sealed", ""),

	/* Certificates whose records were destroyed, by the number of the entry that ordered it:
	 * ordered, their sealed blobs gone, their objects replaced by digests. */
	"CREATE TABLE tombstone(subject TEXT PRIMARY KEY, serial BLOB NOT NULL UNIQUE,"
	" application TEXT, purge INTEGER NOT NULL REFERENCES journal,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3)) STRICT, WITHOUT ROWID",
	"CREATE INDEX tombstone_application ON tombstone(application)",
	"CREATE INDEX tombstone_purge ON tombstone(purge, serial)",

	/* Subtrees of the journal's tree, so that a proof reads few entries (record/proof.h). */
	"CREATE TABLE node(level INTEGER NOT NULL CHECK (level > 0),"
	" position INTEGER NOT NULL CHECK (position >= 0)," DIGEST("hash") ","
	" PRIMARY KEY(level, position)) STRICT, WITHOUT ROWID",

	"CREATE TABLE checkpoint(size INTEGER PRIMARY KEY CHECK (size >= 0)," DIGEST("root") ","
	" time INTEGER NOT NULL, signature BLOB NOT NULL) STRICT",
	NO_DELETE("checkpoint"),

	"CREATE TABLE policy(version TEXT NOT NULL UNIQUE," DIGEST("digest") ","
	" published INTEGER NOT NULL, effective INTEGER NOT NULL, file BLOB NOT NULL) STRICT",

	"CREATE TABLE operator(id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	" roles INTEGER NOT NULL CHECK (roles > 0)," DIGEST("certificate_digest") ","
	DIGEST("key_digest") ", certificate BLOB NOT NULL, added_at INTEGER NOT NULL,"
	" position INTEGER NOT NULL CHECK (position >= 0), removed_at INTEGER,"
	" removed_position INTEGER NOT NULL DEFAULT 0) STRICT",
	"CREATE UNIQUE INDEX operator_name ON operator(name) WHERE removed_at IS NULL",

	"CREATE TABLE application(id TEXT NOT NULL UNIQUE,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6), profile TEXT NOT NULL,"
	" holder_kind INTEGER NOT NULL," DIGEST("key_digest") "," DIGEST("proofs_digest") ","
	" submitter TEXT NOT NULL, identity_operator TEXT NOT NULL, reviewer TEXT NOT NULL,"
	" approver TEXT NOT NULL, second_approver TEXT NOT NULL, submitted_at INTEGER NOT NULL,"
	" decided_at INTEGER, reason TEXT NOT NULL, serial BLOB, text BLOB NOT NULL,"
	DIGEST("salt") ") STRICT",

	/* Keys of the CA under its one name: one is active, and none comes back. */
	"CREATE TABLE generation(number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 99),"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), since INTEGER NOT NULL,"
	DIGEST("key_digest") ", intents INTEGER NOT NULL CHECK (intents >= 0),"
	" signatures INTEGER NOT NULL CHECK (signatures BETWEEN 0 AND intents),"
	" last_end INTEGER) STRICT",
	"CREATE UNIQUE INDEX generation_key ON generation(key_digest)",
	"CREATE UNIQUE INDEX generation_active ON generation(state) WHERE state = 2",

	"CREATE TABLE intent(id INTEGER PRIMARY KEY,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),"
	" generation INTEGER NOT NULL REFERENCES generation,"
	" kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3), serial BLOB,"
	" crl_number INTEGER NOT NULL, part INTEGER NOT NULL CHECK (part BETWEEN 0 AND 1100),"
	" base INTEGER NOT NULL CHECK (base >= 0), time INTEGER NOT NULL, profile TEXT NOT NULL,"
	" application TEXT NOT NULL, actor TEXT NOT NULL, cps_version TEXT NOT NULL,"
	DIGEST("tbs_digest") "," DIGEST("proofs_digest") "," DIGEST("request_digest") ","
	" position INTEGER NOT NULL CHECK (position >= 0)) STRICT",
	"CREATE UNIQUE INDEX intent_serial ON intent(serial) WHERE serial IS NOT NULL",
	"CREATE UNIQUE INDEX intent_number ON intent(crl_number) WHERE kind = 3",

	/* Lists that certificates name, beside the one of each generation. */
	"CREATE TABLE crl_part(generation INTEGER NOT NULL REFERENCES generation,"
	" part INTEGER NOT NULL CHECK (part BETWEEN 1 AND 1100),"
	" PRIMARY KEY(generation, part)) STRICT, WITHOUT ROWID",

	/* The bytes to be signed, until the object that has them is stored. */
	"CREATE TABLE pending(intent INTEGER PRIMARY KEY REFERENCES intent,"
	" algorithm BLOB NOT NULL, tbs BLOB NOT NULL) STRICT",

	"CREATE TABLE certificate(intent INTEGER PRIMARY KEY REFERENCES intent,"
	" generation INTEGER NOT NULL REFERENCES generation,"
	" serial BLOB NOT NULL UNIQUE, profile TEXT NOT NULL, application TEXT NOT NULL,"
	" cps_version TEXT NOT NULL, subject TEXT NOT NULL," DIGEST("key_digest") ","
	" not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, issued_at INTEGER NOT NULL,"
	" is_ca INTEGER NOT NULL CHECK (is_ca IN (0, 1)), der BLOB NOT NULL) STRICT",
	NO_DELETE("certificate"),
	NO_UPDATE("certificate", "OF intent, generation, serial, profile, application, cps_version,"
	          " key_digest, not_before, not_after, issued_at, is_ca "),
	NO_UPDATE_UNLESS_PURGED("certificate", "subject, der",
	                        " AND NOT (NEW.subject = OLD.subject AND x'' IN (OLD.der, NEW.der)"
	                        " AND EXISTS (SELECT 1 FROM segment))"),

	"CREATE TABLE succession(intent INTEGER PRIMARY KEY REFERENCES intent,"
	" operation INTEGER NOT NULL CHECK (operation BETWEEN 1 AND 3),"
	" predecessor BLOB NOT NULL, consent BLOB NOT NULL) STRICT",
	"CREATE INDEX succession_predecessor ON succession(predecessor)",

	/* What a key-management centre was asked, once for an application. */
	"CREATE TABLE key_request(application TEXT NOT NULL UNIQUE, time INTEGER NOT NULL,"
	" actor TEXT NOT NULL," DIGEST("digest") ", der BLOB NOT NULL) STRICT",

	/* Two certificates of one holder, and what the centre had answered. */
	"CREATE TABLE pair(sign_serial BLOB NOT NULL UNIQUE, encrypt_serial BLOB NOT NULL UNIQUE,"
	" application TEXT NOT NULL UNIQUE, time INTEGER NOT NULL," DIGEST("key_digest") " UNIQUE,"
	" answer BLOB NOT NULL, centre BLOB NOT NULL) STRICT",

	"CREATE TABLE revoked(serial BLOB PRIMARY KEY, revoked_at INTEGER NOT NULL,"
	" reason INTEGER NOT NULL, invalidity_date INTEGER, not_after INTEGER NOT NULL,"
	" requested_by TEXT NOT NULL," DIGEST("key_digest") "," DIGEST("salt") ","
	" generation INTEGER NOT NULL, part INTEGER NOT NULL,"
	" position INTEGER NOT NULL CHECK (position >= 0),"
	" left_with INTEGER NOT NULL DEFAULT 0, reported_at INTEGER, entry BLOB NOT NULL)"
	" STRICT, WITHOUT ROWID",
	/* A complete list is one pass over the first, what leaves it comes by the second, a delta
	 * list is one pass over the third. */
	"CREATE INDEX revoked_list ON revoked(generation, part, serial, entry, left_with)"
	" WHERE left_with = 0",
	"CREATE INDEX revoked_end ON revoked(generation, part, not_after) WHERE left_with = 0",
	"CREATE INDEX revoked_position ON revoked(position)",
	/* Keys that are certified no more: few, so their order does not matter. */
	"CREATE INDEX revoked_key ON revoked(key_digest) WHERE reason IN (1, 2, 10)",
	NO_DELETE("revoked"),
	NO_UPDATE("revoked", "OF serial, revoked_at, reason, invalidity_date, not_after, key_digest,"
	          " generation, part, position, reported_at, entry "),
	NO_UPDATE_UNLESS_PURGED("revoked", "requested_by, salt", ""),

	"CREATE TABLE hold(id INTEGER PRIMARY KEY, serial BLOB NOT NULL,"
	" held_at INTEGER NOT NULL, not_after INTEGER NOT NULL, actor TEXT NOT NULL,"
	" requested_by TEXT NOT NULL," DIGEST("salt") ","
	" generation INTEGER NOT NULL, part INTEGER NOT NULL,"
	" position INTEGER NOT NULL CHECK (position >= 0), left_with INTEGER NOT NULL DEFAULT 0,"
	" ending INTEGER NOT NULL DEFAULT 0 CHECK (ending BETWEEN 0 AND 2), ended_at INTEGER,"
	" end_requested_by TEXT NOT NULL DEFAULT '',"
	" end_salt BLOB NOT NULL DEFAULT (zeroblob(32)) CHECK (length(end_salt) = 32),"
	" end_position INTEGER NOT NULL DEFAULT 0) STRICT",
	"CREATE UNIQUE INDEX hold_on ON hold(serial) WHERE ended_at IS NULL",
	"CREATE INDEX hold_serial ON hold(serial)",
	"CREATE INDEX hold_position ON hold(position)",
	"CREATE INDEX hold_end ON hold(end_position) WHERE ended_at IS NOT NULL",

	/* What lists sign, in pieces (store_piece.c), and what stands behind it.  They do not lie
	 * in an index: to find one SQLite would read all of each that it compares. */
	"CREATE TABLE crl_piece(number INTEGER NOT NULL CHECK (number >= 0),"
	" piece INTEGER NOT NULL CHECK (piece >= 0), bytes BLOB NOT NULL,"
	" UNIQUE(number, piece)) STRICT",

	"CREATE TABLE crl(number INTEGER PRIMARY KEY CHECK (number >= 0),"
	" intent INTEGER NOT NULL UNIQUE REFERENCES intent, this_update INTEGER NOT NULL,"
	" next_update INTEGER NOT NULL, entries INTEGER NOT NULL CHECK (entries >= 0),"
	" published INTEGER NOT NULL CHECK (published IN (0, 1)), signature BLOB NOT NULL,"
	" published_at INTEGER) STRICT",

	/* Lists that CAs above this one made, and that are served here. */
	"CREATE TABLE imported(list TEXT NOT NULL, number INTEGER NOT NULL CHECK (number >= 0),"
	DIGEST("issuer_digest") ", this_update INTEGER NOT NULL, next_update INTEGER NOT NULL,"
	" entries INTEGER NOT NULL CHECK (entries >= 0), gone TEXT NOT NULL, actor TEXT NOT NULL,"
	" time INTEGER NOT NULL, published_at INTEGER, der BLOB NOT NULL,"
	" UNIQUE(list, number)) STRICT",

	/* Packets with lists, sent and received (record/transfer.h). */
	"CREATE TABLE transfer(received INTEGER NOT NULL CHECK (received IN (0, 1)),"
	DIGEST("sender") "," DIGEST("receiver") ", number INTEGER NOT NULL CHECK (number > 0),"
	DIGEST("digest") ", lost INTEGER NOT NULL CHECK (lost >= 0), actor TEXT NOT NULL,"
	" time INTEGER NOT NULL, der BLOB NOT NULL,"
	" UNIQUE(received, sender, receiver, number)) STRICT",

	"CREATE TABLE request(intent INTEGER PRIMARY KEY REFERENCES intent, der BLOB NOT NULL)"
	" STRICT",
	NULL
};

const struct egov__store_step egov__store_steps[] = {
	{ version_1 },
};
const unsigned egov__store_version = sizeof(egov__store_steps) / sizeof(egov__store_steps[0]);

/* --- migration --- */

static const char version_sql[] = "PRAGMA user_version";

static enum egov_status sync_file(const char *path, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open the copy of the ledger", path);
	if (fsync(fd) != 0)
		rc = egov_error_errno(err, "%s: cannot sync the copy of the ledger", path);
	(void)close(fd);
	return rc;
}

/* SQLite writes the copy without syncing it, and open to all. */
static enum egov_status vacuum_into(struct egov_store *store, const char *path,
                                    struct egov_error *err)
{
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
	enum egov_status rc;
	int fd;

	if (sql == NULL)
		return egov_error_nomem(err);
	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = egov_error_errno(err, "%s: cannot create the copy of the ledger", path);
	} else {
		(void)close(fd);
		rc = egov__store_exec(store, sql, err);
	}
	sqlite3_free(sql);
	return rc != EGOV_OK ? rc : sync_file(path, err);
}

/* "PATH.schema-N", made beside and renamed: a copy of that name is complete. */
static enum egov_status copy_beside(struct egov_store *store, unsigned version,
                                    struct egov_error *err)
{
	struct egov_buf copy = EGOV__BUF(8192), temp = EGOV__BUF(8192);
	const char *to, *from;
	enum egov_status rc;

	egov__buf_printf(&copy, "%s.schema-%u", store->path, version);
	egov__buf_printf(&temp, "%s.schema-%u.%ld", store->path, version, (long)getpid());
	to = egov__buf_string(&copy);
	from = egov__buf_string(&temp);
	if (to == NULL || from == NULL) {
		rc = egov_error_nomem(err);
		goto out;
	}
	rc = vacuum_into(store, from, err);
	if (rc == EGOV_OK && rename(from, to) != 0)
		rc = egov_error_errno(err, "%s: cannot name the copy of the ledger", to);
	if (rc != EGOV_OK)
		(void)unlink(from);
out:
	egov__buf_clear(&copy);
	egov__buf_clear(&temp);
	return rc;
}

static enum egov_status take_step(struct egov_store *store, const struct egov__store_step *step,
                                  struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (const char *const *sql = step->sql; rc == EGOV_OK && *sql != NULL; sql++)
		rc = egov__store_exec(store, *sql, err);
	return rc;
}

static enum egov_status take_steps(struct egov_store *store, const struct egov__store_step *steps,
                                   unsigned count, struct egov_error *err)
{
	char set[64];
	uint64_t version = 0;
	enum egov_status rc = egov__store_begin(store, err);

	if (rc != EGOV_OK)
		return rc;
	/* Asked again: another process may have been faster. */
	rc = egov__store_number(store, version_sql, &version, err);
	for (uint64_t i = version; rc == EGOV_OK && i < count; i++)
		rc = take_step(store, &steps[i], err);
	(void)snprintf(set, sizeof(set), "PRAGMA user_version = %u", count);
	if (rc == EGOV_OK)
		rc = egov__store_exec(store, set, err);
	if (rc == EGOV_OK)
		return egov__store_commit(store, err);
	egov__store_rollback(store);
	return rc;
}

enum egov_status egov__store_migrate(struct egov_store *store,
                                     const struct egov__store_step *steps, unsigned count,
                                     struct egov_error *err)
{
	uint64_t version = 0;
	enum egov_status rc = egov__store_number(store, version_sql, &version, err);

	if (rc != EGOV_OK || version == count)
		return rc;
	if (version > count)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "%s: schema %" PRIu64 " of a newer release, this one knows %u",
		                      store->path, version, count);
	if (version > 0)
		rc = copy_beside(store, (unsigned)version, err);
	return rc != EGOV_OK ? rc : take_steps(store, steps, count, err);
}

/* --- judging a schema --- */

static const char schema_sql[] =
	"SELECT name, coalesce(sql, '') FROM sqlite_schema"
	" WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name";

struct item {
	const char *name, *sql;
};

static void read_item(struct egov__query *query, void *row)
{
	struct item *item = row;

	item->name = egov__column_text(query);
	item->sql = egov__column_text(query);
}

/* Which of the two is odd: items come in the order of their names. */
static enum egov_status differs(const struct egov_store *store, const struct item *is,
                                const struct item *must, struct egov_error *err)
{
	const int order = is == NULL ? 1 : must == NULL ? -1 : strcmp(is->name, must->name);

	if (order == 0 && strcmp(is->sql, must->sql) == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, NULL,
	                      order < 0   ? EGOV__N("%s: schema: %s does not belong there")
	                      : order > 0 ? EGOV__N("%s: schema: %s is missing")
	                                  : EGOV__N("%s: schema: %s was altered"),
	                      store->path, order < 0 ? is->name : must->name);
}

static enum egov_status compare(struct egov_store *store, struct egov_store *model,
                                struct egov_error *err)
{
	struct egov__query found = { 0 }, wanted = { 0 };
	struct item is, must;
	bool some, more;
	enum egov_status rc = egov__query_read(store, schema_sql, "schema", &found, err);

	if (rc == EGOV_OK)
		rc = egov__query_read(model, schema_sql, "schema", &wanted, err);
	while (rc == EGOV_OK) {
		some = egov__query_next(&found, read_item, &is, &rc, err);
		if (rc != EGOV_OK)
			break;
		more = egov__query_next(&wanted, read_item, &must, &rc, err);
		if (rc != EGOV_OK || (!some && !more))
			break;
		rc = differs(store, some ? &is : NULL, more ? &must : NULL, err);
	}
	egov__query_close(&found);
	egov__query_close(&wanted);
	return rc;
}

enum egov_status egov__store_schema_check(struct egov_store *store, struct egov_error *err)
{
	struct egov_store model = { .path = store->path };
	const int code = sqlite3_open_v2(":memory:", &model.db,
	                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
	                                         | SQLITE_OPEN_NOMUTEX,
	                                 NULL);
	enum egov_status rc = code == SQLITE_OK ? EGOV_OK
	                                        : egov__store_failed(&model, code, "schema", err);

	for (unsigned i = 0; rc == EGOV_OK && i < egov__store_version; i++)
		rc = take_step(&model, &egov__store_steps[i], err);
	if (rc == EGOV_OK)
		rc = compare(store, &model, err);
	egov__store_disconnect(&model);
	return rc;
}
