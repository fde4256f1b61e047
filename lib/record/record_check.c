/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "record/catalogue.h"
#include "record/check.h"
#include "record/clock.h"
#include "record/entry.h"
#include "record/inner.h"

static const char clause[] = "Order No. 4, Art. 24";

enum egov_status egov__check_wrong(struct egov_error *err, const char *noun, const char *name,
                                   const char *message)
{
	return egov_error_set(err, EGOV_E_CORRUPT, clause, "%s %s: %s", egov__text(noun),
	                      name, egov__text(message));
}

/* --- the journal by itself --- */

struct journal {
	struct egov__check *check;
	struct egov_slice point;        /* of the journal key */
	struct egov_buf home;
	struct egov__head head;         /* made anew from the entries */
	uint64_t checkpoint;            /* entries that the next one covers */
	bool has_checkpoint;
};

static enum egov_status entry_wrong(struct egov_error *err, const struct egov__journal_row *entry,
                                    const char *message)
{
	char name[24];

	(void)snprintf(name, sizeof(name), "%" PRIu64, entry->seq);
	return egov__check_wrong(err, EGOV__N("journal entry"), name, message);
}

/* Who sets the clock back says from which time (record/clock.h). */
static enum egov_status check_clock(const struct journal *j, const struct egov__journal_row *entry,
                                    struct egov_error *err)
{
	const bool back = entry->time < j->head.latest - EGOV__CLOCK_SLACK;
	struct egov__body *body = NULL;
	egov_time latest = EGOV_TIME_NONE;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	if (rc == EGOV_OK
	    && (!egov__body_get_time(body, EGOV__KEY_LATEST, &latest) || latest > j->head.latest
	        || (back && latest != j->head.latest)))
		rc = entry_wrong(err, entry, EGOV__N("it names another time as the latest before it"));
	egov__body_free(body);
	return rc;
}

static enum egov_status check_time(const struct journal *j, const struct egov__journal_row *entry,
                                   struct egov_error *err)
{
	if (strcmp(entry->kind, EGOV__KIND_CLOCK) == 0)
		return check_clock(j, entry, err);
	if (j->head.latest == EGOV_TIME_NONE || egov__clock_is_about(entry)
	    || entry->time >= j->head.latest - EGOV__CLOCK_SLACK)
		return EGOV_OK;
	return entry_wrong(err, entry, EGOV__N("its time lies before entries before it"));
}

static enum egov_status check_node(void *user, unsigned level, uint64_t position,
                                   const uint8_t hash[32], struct egov_error *err)
{
	uint8_t kept[32];
	bool found = false;
	enum egov_status rc = egov__store_node_get(user, level, position, kept, &found, err);

	if (rc == EGOV_OK && (!found || memcmp(kept, hash, sizeof(kept)) != 0))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal: subtree %" PRIu64 " of level %u is not that of its entries",
		                    position, level);
	return rc;
}

static enum egov_status check_leaf(struct journal *j, const struct egov__journal_row *entry,
                                   struct egov_error *err)
{
	uint8_t leaf[32];
	enum egov_status rc;

	if (entry->seq != j->head.tree.size)
		return entry_wrong(err, entry, EGOV__N("the one before it is missing"));
	rc = egov__entry_leaf(entry, leaf, err);
	if (rc == EGOV_OK && memcmp(leaf, entry->leaf, sizeof(leaf)) != 0)
		rc = entry_wrong(err, entry, EGOV__N("its leaf is not that of its contents"));
	if (rc == EGOV_OK)
		rc = check_time(j, entry, err);
	if (rc == EGOV_OK)
		rc = egov__tree_grow(&j->head.tree, leaf, check_node, j->check->store, err);
	memcpy(j->head.leaf, entry->leaf, sizeof(leaf));
	if (entry->time > j->head.latest || strcmp(entry->kind, EGOV__KIND_CLOCK) == 0)
		j->head.latest = entry->time;
	return rc;
}

/* The form of an EgovSealed (crypto/envelope.h); its contents are the custodian's. */
static bool is_sealed(struct egov_slice blob)
{
	static const size_t sizes[] = { 32, 0, 16, 0, 32 };     /* 0: any */
	struct egov_slice in, value;
	uint64_t version = 0;

	if (egov__der_only(blob, EGOV__SEQUENCE, "sealed", &in, NULL) != EGOV_OK
	    || egov__der_uint(&in, "version", &version, NULL) != EGOV_OK || version != 1)
		return false;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (egov__der_read(&in, EGOV__OCTET_STRING, "field", &value, NULL) != EGOV_OK
		    || (sizes[i] != 0 && value.size != sizes[i]))
			return false;
	return in.size == 0;
}

/* What it was when it was sealed; in an archive that is told of the whole file. */
static enum egov_status check_sealed(const struct egov__journal_row *entry, struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	bool damaged = !is_sealed(entry->sealed);
	enum egov_status rc = EGOV_OK;

	if (!damaged && entry->has_sealed_digest) {
		rc = egov__sm3(&entry->sealed, 1, digest, err);
		damaged = rc == EGOV_OK && memcmp(digest, entry->sealed_digest, sizeof(digest)) != 0;
	}
	return damaged ? entry_wrong(err, entry, EGOV__N("its sealed blob is damaged")) : rc;
}

static enum egov_status check_blob(const struct egov__check *check,
                                   const struct egov__journal_row *entry, struct egov_error *err)
{
	int destroyed = 0;
	enum egov_status rc = entry->has_commitment
	                              ? egov__check_destroyed(check, entry, &destroyed, err)
	                              : EGOV_OK;

	if (rc != EGOV_OK)
		return rc;
	if (destroyed >= EGOV__TOMBSTONE_UNSEALABLE)
		return entry->sealed.size == 0
		               ? EGOV_OK
		               : entry_wrong(err, entry,
		                             EGOV__N("its sealed blob was to be destroyed"));
	if (!entry->has_commitment && entry->sealed.size > 0)
		return entry_wrong(err, entry, EGOV__N("has a sealed blob without a commitment to it"));
	if (entry->has_commitment && entry->sealed.size == 0)
		return entry_wrong(err, entry, EGOV__N("its sealed blob is missing"));
	return entry->has_commitment ? check_sealed(entry, err) : EGOV_OK;
}

/* --- checkpoints --- */

static enum egov_status next_checkpoint(struct journal *j, uint64_t from, struct egov_error *err)
{
	struct egov__checkpoint_row row;
	enum egov_status rc = egov__store_checkpoint_from(j->check->store, from, &row,
	                                                  &j->has_checkpoint, err);

	if (rc == EGOV_OK && j->has_checkpoint)
		j->checkpoint = row.size;
	return rc;
}

static enum egov_status checkpoint_wrong(struct egov_error *err, uint64_t size,
                                         const char *message)
{
	char name[24];

	(void)snprintf(name, sizeof(name), "%" PRIu64, size);
	return egov__check_wrong(err, EGOV__N("checkpoint"), name, message);
}

enum egov_status egov__check_found(enum egov_status found, struct egov_error *err)
{
	if (found == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return found == EGOV_OK ? EGOV_OK : EGOV_E_CORRUPT;
}

enum egov_status egov__check_read(enum egov_status found, const struct egov_error *why,
                                  struct egov_error *err)
{
	if (found != EGOV_E_NOMEM && found != EGOV_E_IO && found != EGOV_E_BUSY)
		return found == EGOV_OK ? EGOV_OK : EGOV_E_CORRUPT;
	if (err != NULL)
		*err = *why;
	return found;
}

static enum egov_status check_signature(const struct journal *j,
                                        const struct egov__checkpoint_row *row,
                                        struct egov_error *err)
{
	struct egov_buf message = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__checkpoint_encode(egov_buf_slice(&j->home), row, &message, err);

	if (rc == EGOV_OK)
		rc = egov__check_found(egov__sm2_verify(j->point,
		                                        egov__slice_text(EGOV__SM2_DEFAULT_ID),
		                                        egov_buf_slice(&message), row->signature,
		                                        NULL),
		                       err);
	if (rc == EGOV_E_CORRUPT)
		rc = checkpoint_wrong(err, row->size,
		                      EGOV__N("its signature is not the journal key's"));
	egov__buf_clear(&message);
	return rc;
}

/* The one over as many entries as the tree has now. */
static enum egov_status check_checkpoint(struct journal *j, struct egov_error *err)
{
	struct egov__checkpoint_row row;
	uint8_t root[32];
	enum egov_status rc = egov__store_checkpoint_from(j->check->store, j->checkpoint, &row,
	                                                  &j->has_checkpoint, err);

	if (rc == EGOV_OK)
		rc = egov__tree_root(&j->head.tree, root, err);
	if (rc == EGOV_OK && memcmp(root, row.root, sizeof(root)) != 0)
		rc = checkpoint_wrong(err, row.size, EGOV__N("its root is not that of the entries"));
	if (rc == EGOV_OK)
		rc = check_signature(j, &row, err);
	if (rc != EGOV_OK)
		return rc;
	j->check->checkpoints++;
	j->check->checkpointed = row.size;
	return next_checkpoint(j, row.size + 1, err);
}

static enum egov_status check_checkpoints_here(struct journal *j, struct egov_error *err)
{
	if (!j->has_checkpoint || j->checkpoint != j->head.tree.size)
		return EGOV_OK;
	return check_checkpoint(j, err);
}

/* --- all entries --- */

static enum egov_status check_entry(void *user, const struct egov__journal_row *entry,
                                    struct egov_error *err)
{
	struct journal *const j = user;
	enum egov_status rc = check_leaf(j, entry, err);

	egov__progress_step(j->check->progress);
	if (rc == EGOV_OK)
		rc = check_blob(j->check, entry, err);
	if (rc == EGOV_OK && j->check->initialised) {
		rc = egov__kind_check(entry, err);
		if (rc != EGOV_OK)
			rc = egov_error_prefix(err, rc, "journal entry %" PRIu64, entry->seq);
	}
	if (rc == EGOV_OK) {
		rc = egov__check_subject(j->check, entry, err);
		if (rc == EGOV_OK)
			rc = egov__check_purge(j->check, entry, err);
		if (rc == EGOV_OK)
			rc = egov__check_pack(j->check, entry, err);
		if (rc == EGOV_OK)
			rc = egov__check_approvals(j->check, entry, err);
		if (rc != EGOV_OK)
			rc = egov_error_prefix(err, rc, "journal entry %" PRIu64, entry->seq);
	}
	return rc == EGOV_OK ? check_checkpoints_here(j, err) : rc;
}

static enum egov_status check_head(const struct journal *j, const uint8_t root[32],
                                   struct egov_error *err)
{
	struct egov__head head;
	uint64_t nodes = 0;
	uint8_t kept[32];
	enum egov_status rc = egov__record_head(j->check->store, &head, err);

	if (rc == EGOV_OK)
		rc = egov__store_node_count(j->check->store, &nodes, err);
	if (rc == EGOV_OK && nodes != egov__tree_kept(j->head.tree.size))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal: there are subtrees that no entries are under");
	if (rc == EGOV_OK)
		rc = egov__tree_root(&head.tree, kept, err);
	if (rc == EGOV_OK && (memcmp(kept, root, 32) != 0 || head.latest != j->head.latest))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal: its head is not that of its entries");
	if (rc == EGOV_OK && j->has_checkpoint)
		rc = checkpoint_wrong(err, j->checkpoint,
		                      EGOV__N("covers more entries than there are"));
	return rc;
}

static enum egov_status check_journal(struct journal *j, struct egov_error *err)
{
	uint8_t root[32];
	enum egov_status rc = next_checkpoint(j, 0, err);

	if (rc == EGOV_OK && j->has_checkpoint)
		rc = egov__checkpoint_home(j->check->store, &j->home, err);
	if (rc == EGOV_OK)
		rc = check_checkpoints_here(j, err);
	if (rc == EGOV_OK)
		rc = egov__store_journal_walk(j->check->store, 0, NULL, check_entry, j, err);
	if (rc == EGOV_OK)
		rc = egov__tree_root(&j->head.tree, root, err);
	if (rc == EGOV_OK)
		rc = check_head(j, root, err);
	if (rc != EGOV_OK)
		return rc;
	if (j->check->awaiting_count > 0)
		return egov__check_wrong(err, EGOV__N("approval by"), j->check->awaiting[0].actor,
		                         EGOV__N("it is not for the entry that follows"));
	j->check->entries = j->head.tree.size;
	if (j->check->report != NULL)
		egov__report_hex(j->check->report, "root", EGOV__SLICE(root));
	return EGOV_OK;
}

/* --- entries about one subject --- */

struct walks {
	struct egov__entry_walk *items;
	size_t count;
};

static enum egov_status see_entry(void *user, const struct egov__journal_row *entry,
                                  struct egov_error *err)
{
	const struct walks *const walks = user;
	struct egov__entry_walk *walk = NULL;
	struct egov__body *body = NULL;
	enum egov_status rc;

	for (size_t i = 0; walk == NULL && i < walks->count; i++)
		if (strcmp(entry->kind, walks->items[i].kind) == 0)
			walk = &walks->items[i];
	if (walk == NULL)
		return EGOV_OK;
	walk->count++;
	if (walk->fn == NULL)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK)
		rc = walk->fn(walk->user, entry, body, err);
	egov__body_free(body);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "journal entry %" PRIu64, entry->seq);
}

enum egov_status egov__check_entries_each(const struct egov__check *check, const char *subject,
                                          struct egov__entry_walk *walks, size_t count,
                                          struct egov_error *err)
{
	struct walks all = { walks, count };

	return egov__store_journal_about(check->store, subject, see_entry, &all, err);
}

enum egov_status egov__check_entries_of(const struct egov__check *check, const char *subject,
                                        struct egov__entry_walk *walk, struct egov_error *err)
{
	return egov__check_entries_each(check, subject, walk, 1, err);
}

static enum egov_status is_wanted(void *user, const struct egov__journal_row *entry,
                                  const struct egov__body *body, struct egov_error *err)
{
	struct egov__one *one = user;
	const struct egov__journal_row *const wanted = one->wanted;

	(void)body;
	one->seq = entry->seq;
	if (strcmp(entry->actor, wanted->actor) == 0 && strcmp(entry->body, wanted->body) == 0
	    && (wanted->time == EGOV_TIME_NONE || entry->time == wanted->time))
		return EGOV_OK;
	return egov__check_wrong(err, one->noun, wanted->subject,
	                         EGOV__N("the ledger says something else than the journal"));
}

enum egov_status egov__check_one_in(const struct egov__check *check, struct egov__one *one,
                                    struct egov__entry_walk *walks, size_t count,
                                    struct egov_error *err)
{
	const struct egov__journal_row *const wanted = one->wanted;
	enum egov_status rc;

	walks[0] = (struct egov__entry_walk){ wanted->kind, is_wanted, one, 0 };
	rc = egov__check_entries_each(check, wanted->subject, walks, count, err);
	if (rc == EGOV_OK && walks[0].count != 1)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s %s: %" PRIu64 " journal entries \"%s\", wanted is one",
		                    egov__text(one->noun),
		                    wanted->subject, walks[0].count, wanted->kind);
	return rc;
}

enum egov_status egov__check_one(const struct egov__check *check, const char *noun,
                                 const struct egov__journal_row *wanted, uint64_t *seq,
                                 struct egov_error *err)
{
	struct egov__one one = { noun, wanted, 0 };
	struct egov__entry_walk walk;
	enum egov_status rc = egov__check_one_in(check, &one, &walk, 1, err);

	if (rc == EGOV_OK)
		*seq = one.seq;
	return rc;
}

/* --- the whole --- */

static void tell(const struct egov__check *check)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{ "entries", check->entries },         { "checkpoints", check->checkpoints },
		{ "checkpointed", check->checkpointed }, { "archived", check->archived },
		{ "policies", check->policies },
		{ "applications", check->applications }, { "certificates", check->certificates },
		{ "pairs", check->pairs },             { "revocations", check->revocations },
		{ "holds", check->holds },             { "successions", check->successions },
		{ "crls", check->crls },               { "requests", check->requests },
		{ "open-intents", check->open_intents }, { "destroyed", check->tombstones },
		{ "operators", check->operators },     { "approvals", check->approvals },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		egov__report_add(check->report, counts[i].key, "%" PRIu64, counts[i].value);
}

static enum egov_status tell_open(void *user, const struct egov__intent_row *row,
                                  struct egov_error *err)
{
	struct egov_report *const report = user;
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;

	egov__record_subject(row, &subject);
	text = egov__buf_string(&subject);
	if (text == NULL)
		return egov_error_nomem(err);
	egov__report_record(report);
	egov__report_add(report, "open-intent", "%" PRIu64, row->id);
	egov__report_add(report, "subject", "%s", text);
	if (*row->application != 0)
		egov__report_add(report, "application", "%s", row->application);
	egov__report_time(report, "time", row->time);
	egov__buf_clear(&subject);
	return EGOV_OK;
}

static enum egov_status finish_report(const struct egov__check *check, struct egov_error *err)
{
	enum egov_status rc;

	if (check->report == NULL)
		return EGOV_OK;
	tell(check);
	rc = egov__store_intent_walk(check->store, EGOV__INTENT_OPEN, tell_open, check->report, err);
	return rc == EGOV_OK ? egov__report_check(check->report, err) : rc;
}

static enum egov_status read_kind(struct egov__check *check, struct egov_error *err)
{
	struct egov_buf kind = EGOV__BUF(64);
	bool found = false;
	enum egov_status rc =
		egov__store_meta_get(check->store, EGOV__META_KIND, &kind, &found, err);

	check->production = found && egov__slice_is(egov_buf_slice(&kind), "production");
	egov__buf_clear(&kind);
	return rc;
}

enum egov_status egov__record_check(struct egov_record *record, struct egov_slice journal_spki,
                                    struct egov__progress *progress, struct egov_report *report,
                                    struct egov_error *err)
{
	struct egov__check check = { .store = record->store, .report = report, .progress = progress };
	struct journal journal = { .check = &check, .home = EGOV__BUF(EGOV__MAX_OBJECT),
		                   .head.latest = EGOV_TIME_NONE };
	enum egov_status rc = egov__sm2_spki_point(journal_spki, &journal.point, err);

	for (size_t i = 0; i <= EGOV__GENERATIONS; i++)
		check.generations[i].last_end = EGOV_TIME_NONE;
	if (rc != EGOV_OK)
		return egov_error_prefix(err, egov_error_altered(err, rc), "journal key");
	rc = egov__store_snapshot(record->store, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__store_integrity(check.store, err);
	if (rc == EGOV_OK)
		rc = egov__store_size(check.store, &progress->total, err);
	if (rc == EGOV_OK)
		rc = read_kind(&check, err);
	if (rc == EGOV_OK)
		rc = egov__store_tombstone_count(check.store, &check.tombstones, err);
	if (rc == EGOV_OK)
		rc = egov__check_archives(&check, journal_spki, err);
	if (rc == EGOV_OK)
		rc = check_journal(&journal, err);
	if (rc == EGOV_OK)
		rc = egov__check_tombstones(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_operators(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_ledger(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_generations(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_applications(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_pairs(&check, journal_spki, err);
	if (rc == EGOV_OK)
		rc = egov__check_revocations(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_holds(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_successions(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_crls(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_imports(&check, err);
	if (rc == EGOV_OK)
		rc = egov__check_transfers(&check, journal_spki, err);
	if (rc == EGOV_OK)
		rc = egov__check_counters(&check, err);
	if (rc == EGOV_OK)
		rc = finish_report(&check, err);
	rc = egov_error_altered(err, rc);
	egov__store_rollback(record->store);
	egov__check_awaiting_clear(&check);
	egov__buf_clear(&journal.home);
	return rc;
}
