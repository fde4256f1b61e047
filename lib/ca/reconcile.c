/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/restore.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "ca/approve.h"
#include "ca/hold.h"
#include "ca/issuing.h"
#include "ca/witness.h"
#include "crl/crl.h"
#include "crl/part.h"
#include "crypto/sm2.h"
#include "crypto/sm3_aside.h"
#include "publish/fetch.h"
#include "verify/verify.h"

static const char clause[] = "Order No. 4, Art. 18(3)";

#define FETCH_SECONDS 30
#define ON_HOLD 6               /* CRLReason */

/* One list that is taken over. */
struct reconciliation {
	struct egov_home *home;
	const struct egov_reconcile_options *options;
	struct egov_report *report;
	struct egov__crl_input input;
	struct egov__crl_outline list;
	struct egov__crl_scope scope;
	egov_time ca_not_after;         /* of the CA certificate that it is signed under */
	uint64_t number, lost;
	uint64_t highest, given;        /* numbers: of all lists, of those that were not served */
	const char **checkpoints;
	size_t checkpoints_count;
	bool foreign;                   /* one of them is not what the ledger holds */
	char subject[32];
};

static struct egov_store *store_of(const struct reconciliation *r)
{
	return egov__record_store(egov__home_record(r->home));
}

/* --- whose list it is --- */

static enum egov_status match_generation(void *user, const struct egov__generation_row *row,
                                         struct egov_error *err)
{
	struct reconciliation *const r = user;
	struct egov__crl_outline again;
	struct egov_cert *ca = NULL;
	struct egov_error why = { .status = EGOV_OK };
	enum egov_status rc, read = EGOV_E_UNTRUSTED;

	if (r->scope.generation != 0 || row->state == EGOV__GENERATION_PENDING)
		return EGOV_OK;
	rc = egov__home_ca_certificate(r->home, row->number, &ca, err);
	if (rc == EGOV_OK && egov__slice_equal(r->list.fields.issuer, egov_cert_subject(ca)))
		read = egov__crl_read_signed(&r->input.source, ca,
		                             egov__slice_text(EGOV__SM2_DEFAULT_ID), &again, &why);
	/* Want of memory, or a file that cannot be read, says nothing of whose it is. */
	if (read == EGOV_E_NOMEM || read == EGOV_E_IO) {
		rc = read;
		if (err != NULL)
			*err = why;
	}
	if (read == EGOV_OK) {
		egov__crl_outline_clear(&again);
		r->scope.generation = row->number;
		r->ca_not_after = egov_cert_not_after(ca);
	}
	egov_cert_free(ca);
	return rc;
}

static enum egov_status judge(struct reconciliation *r, const char *name, struct egov_error *err)
{
	const struct egov__crl_fields *const fields = &r->list.fields;
	enum egov_status rc = egov__store_generation_walk(store_of(r), match_generation, r, err);

	if (rc == EGOV_OK && r->scope.generation == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, clause, "the list is not signed by this CA");
	if (rc == EGOV_OK)
		rc = egov__crl_number(fields->extensions, &r->number, err);
	if (rc == EGOV_OK)
		rc = egov__part_of_crl(fields->extensions, &r->scope.part, err);
	(void)snprintf(r->subject, sizeof(r->subject), "crl-%" PRIu64, r->number);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "%s", name);
}

/* --- what it tells that the ledger does not know --- */

static bool is_told(const struct egov__crl_entry *entry)
{
	return entry->reason != 8;      /* removeFromCRL: that a hold has ended is no loss */
}

/* A revocation, or a hold: whatever counts for more is there already. */
static enum egov_status is_known(const struct reconciliation *r,
                                 const struct egov__crl_entry *entry, bool *known,
                                 struct egov_error *err)
{
	struct egov__revoked_row revoked;
	struct egov__hold_row hold;
	enum egov_status rc = egov__store_revoked_get(store_of(r), entry->serial, &revoked, known,
	                                              err);

	if (rc == EGOV_OK && !*known && entry->reason == ON_HOLD)
		rc = egov__store_hold_get(store_of(r), entry->serial, &hold, known, err);
	return rc;
}

/* What is left of a certificate that was lost: the list says that it is ours. */
static enum egov_status find_certificate(const struct reconciliation *r,
                                         struct egov__revoked_row *row, struct egov_error *err)
{
	struct egov__certificate_row certificate;
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(store_of(r), row->serial, &certificate,
	                                                  &found, err);

	row->not_after = rc == EGOV_OK && found ? certificate.not_after : r->ca_not_after;
	if (rc == EGOV_OK && found)
		memcpy(row->key_digest, certificate.key_digest, sizeof(row->key_digest));
	else if (rc == EGOV_OK)
		egov__report_hex(r->report, "lost-certificate", row->serial);
	return rc;
}

static enum egov_status add_row(const struct reconciliation *r,
                                const struct egov__revoked_row *row, struct egov_error *err)
{
	const struct egov__hold_row hold = { .serial = row->serial, .held_at = row->revoked_at,
		                             .not_after = row->not_after,
		                             .actor = r->options->actor,
		                             .requested_by = row->requested_by,
		                             .generation = row->generation, .part = row->part };
	struct egov__hold_row copy = hold;
	egov_time since = EGOV_TIME_NONE;
	enum egov_status rc;

	if (row->reason == ON_HOLD) {
		memcpy(copy.salt, row->salt, sizeof(copy.salt));
		return egov__store_hold_add(store_of(r), &copy, err);
	}
	rc = egov__hold_revoked(r->home, row->serial, &since, err);
	return rc == EGOV_OK ? egov__store_revoked_add(store_of(r), row, err) : rc;
}

static enum egov_status bring_back(struct reconciliation *r, const struct egov__crl_entry *entry,
                                   struct egov_error *err)
{
	struct egov__revoked_row row = { .serial = entry->serial, .revoked_at = entry->revoked_at,
		                         .reason = entry->reason < 0 ? 0 : entry->reason,
		                         .invalidity_date = entry->invalidity_date,
		                         .requested_by = r->subject, .reported_at = EGOV_TIME_NONE,
		                         .generation = r->scope.generation,
		                         .part = r->scope.part };
	struct egov__body *body = egov__body_new();
	struct egov_buf hex = EGOV__BUF(128);
	enum egov_status rc = find_certificate(r, &row, err);

	egov__buf_hex(&hex, row.serial);
	egov__body_hex_add(body, EGOV__KEY_SERIAL, row.serial);
	egov__body_text_add(body, EGOV__KEY_REASON, egov_reason_name(row.reason));
	egov__body_time_add(body, EGOV__KEY_REVOKED_AT, row.revoked_at);
	if (row.invalidity_date != EGOV_TIME_NONE)
		egov__body_time_add(body, EGOV__KEY_INVALIDITY_DATE, row.invalidity_date);
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, row.not_after);
	egov__body_number_add(body, EGOV__KEY_NUMBER, r->number);
	if (rc == EGOV_OK)
		rc = egov__record_private(egov__home_record(r->home), body,
		                          egov__slice_text(row.requested_by), row.salt, err);
	if (rc == EGOV_OK)
		rc = add_row(r, &row, err);
	if (rc == EGOV_OK)
		rc = egov__buf_string(&hex) == NULL
		             ? egov_error_nomem(err)
		             : egov__record_append(egov__home_record(r->home), EGOV__KIND_RECONCILED,
		                                   r->options->actor, egov__buf_string(&hex), body,
		                                   EGOV__NO_SLICE, err);
	egov__buf_clear(&hex);
	egov__body_free(body);
	return rc;
}

/* Counted first, since the entry that says how many stands before them. */
static enum egov_status each_lost(struct reconciliation *r, bool bring, struct egov_error *err)
{
	struct egov__crl_walk walk;
	bool known = false;
	enum egov_status rc;

	egov__crl_walk_open(&walk, &r->input.source, &r->list);
	while ((rc = egov__crl_walk_next(&walk, err)) == EGOV_OK && walk.has) {
		rc = is_known(r, &walk.entry, &known, err);
		if (rc == EGOV_OK && !known && is_told(&walk.entry)) {
			r->lost += !bring;
			rc = bring ? bring_back(r, &walk.entry, err) : EGOV_OK;
		}
		if (rc != EGOV_OK)
			break;
	}
	egov__crl_walk_close(&walk);
	return rc;
}

/* --- one list --- */

static enum egov_status say_taken(struct reconciliation *r, struct egov_error *err)
{
	const struct egov__crl_fields *const fields = &r->list.fields;
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3_source(EGOV__NO_SLICE, &r->input.source, digest, err);

	if (rc == EGOV_OK) {
		egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(digest));
		rc = egov__approve(r->home, EGOV__ACT_RECONCILE, r->subject, &facts, err);
	}
	egov__body_number_add(body, EGOV__KEY_NUMBER, r->number);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	egov__body_number_add(body, EGOV__KEY_ENTRIES, fields->count);
	egov__body_number_add(body, EGOV__KEY_LOST, r->lost);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(r->home), EGOV__KIND_RECONCILE,
		                         r->options->actor, r->subject, body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status is_ours(const struct reconciliation *r, bool *ours, struct egov_error *err)
{
	struct egov__pieces *pieces = NULL;
	struct egov__crl_row row;
	bool found = false;
	enum egov_status rc = egov__store_crl_get(store_of(r), r->number, &row, &found, err);

	*ours = false;
	if (rc == EGOV_OK && found)
		rc = egov__store_crl_open(store_of(r), &row, &pieces, err);
	if (rc == EGOV_OK && found)
		rc = egov__source_equal(egov__pieces_list(pieces), &r->input.source, ours, err);
	egov__pieces_free(pieces);
	return rc;
}

static enum egov_status take_inside(struct reconciliation *r, struct egov_error *err)
{
	bool ours = false, taken = false;
	enum egov_status rc = each_lost(r, false, err);

	if (rc == EGOV_OK)
		rc = is_ours(r, &ours, err);
	r->foreign = !ours;
	if (rc == EGOV_OK)
		rc = egov__home_is_reconciled(r->home, r->number, &r->input.source, &taken, err);
	/* There is nothing to take over: nothing is said. */
	if (rc != EGOV_OK || ((ours || taken) && r->lost == 0))
		return rc;
	rc = say_taken(r, err);
	if (rc == EGOV_OK)
		rc = each_lost(r, true, err);
	return rc == EGOV_OK ? egov__store_counter_raise(store_of(r), EGOV__COUNTER_CRL, r->number, err)
	                     : rc;
}

static enum egov_status take(struct reconciliation *r, struct egov_error *err)
{
	const struct egov__crl_fields *const fields = &r->list.fields;
	struct egov_record *record = egov__home_record(r->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(r->home), err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_record(r->report);
	egov__report_add(r->report, "number", "%" PRIu64, r->number);
	egov__report_time(r->report, "this-update", fields->this_update);
	egov__report_add(r->report, "entries", "%zu", fields->count);
	rc = take_inside(r, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	egov__report_add(r->report, "lost", "%" PRIu64, r->lost);
	return rc;
}

static bool is_address(const char *name)
{
	return strstr(name, "://") != NULL;
}

/* Closes the file. */
static enum egov_status take_opened(struct reconciliation *all, const char *name,
                                    struct reconciliation *r, struct egov_error *err)
{
	enum egov_status rc = egov__crl_input_file(&r->input, err);

	if (rc == EGOV_OK)
		rc = egov__crl_read(&r->input.source, NULL, &r->list, err);
	if (rc != EGOV_OK)
		rc = egov_error_prefix(err, rc, "%s", name);
	if (rc == EGOV_OK)
		rc = judge(r, name, err);
	if (rc == EGOV_OK)
		rc = take(r, err);
	if (r->number > all->highest)
		all->highest = r->number;
	all->foreign = all->foreign || r->foreign;
	egov__crl_outline_clear(&r->list);
	egov__crl_input_close(&r->input);
	return rc;
}

static struct reconciliation one_of(const struct reconciliation *all)
{
	return (struct reconciliation){ .home = all->home,
		                        .options = all->options,
		                        .report = all->report,
		                        .input = { .file = { .fd = -1 } } };
}

static enum egov_status take_served(void *user, const char *name, struct egov_error *err)
{
	struct reconciliation r = one_of(user);
	const enum egov_status rc = egov__source_open_regular(name, &r.input.file, err);

	return rc == EGOV_OK ? take_opened(user, name, &r, err) : rc;
}

static bool is_checkpoint(const struct egov__source *source)
{
	static const char begin[] = "-----BEGIN " EGOV__CHECKPOINT_LABEL "-----";
	uint8_t bytes[sizeof(begin) - 1];

	return source->size > sizeof(bytes)
	       && egov__source_read(source, 0, bytes, sizeof(bytes), NULL) == EGOV_OK
	       && memcmp(bytes, begin, sizeof(bytes)) == 0;
}

/* A list, or a checkpoint that is looked at once the lists are taken. */
static enum egov_status take_given(struct reconciliation *all, size_t i, struct egov_error *err)
{
	const char *const name = all->options->files[i];
	struct reconciliation r = one_of(all);
	enum egov_status rc =
		is_address(name) ? egov__fetch_file(name, FETCH_SECONDS, &r.input.file, err)
				 : egov__source_open_regular(name, &r.input.file, err);

	if (rc != EGOV_OK)
		return rc;
	if (is_address(name) || !is_checkpoint(&r.input.file.source))
		return take_opened(all, name, &r, err);
	all->checkpoints[all->checkpoints_count++] = name;
	egov__crl_input_close(&r.input);
	return rc;
}

static enum egov_status take_all(struct reconciliation *all, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < all->options->files_count; i++)
		rc = take_given(all, i, err);
	all->given = all->highest;
	return rc == EGOV_OK ? egov__home_walk_served(all->home, take_served, all, err) : rc;
}

/* What the home serves may be as old as the ledger: then only what others got tells more, so
 * that is wanted, unless nothing was ever published. */
static enum egov_status wants_lists(const struct reconciliation *all, const char *why,
                                    struct egov_error *err)
{
	struct egov__crl_row last;
	bool published = false;
	enum egov_status rc = egov__store_crl_last(store_of(all), NULL, &last, &published, err);

	if (rc == EGOV_OK && published && all->given < last.number)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "%s: want the lists that relying parties got last, number %" PRIu64
		                    " or later",
		                    egov__text(why), last.number);
	return rc;
}

static enum egov_status each_checkpoint(const struct reconciliation *all, struct egov__lost *lost,
                                        struct egov_error *err)
{
	enum egov_status rc = egov__witness_lost(lost, err);

	for (size_t i = 0; rc == EGOV_OK && i < all->checkpoints_count; i++)
		rc = egov__witness_lost_file(lost, all->checkpoints[i], err);
	return rc;
}

/* Entries that a witness knows of do not come back; what they revoked, only lists tell. */
static enum egov_status end_witnessed(const struct reconciliation *all, struct egov_error *err)
{
	struct egov__lost lost = { .home = all->home, .actor = all->options->actor,
		                   .report = all->report };
	enum egov_status rc = each_checkpoint(all, &lost, err);

	if (rc == EGOV_OK && lost.count > 0 && !all->foreign)
		rc = wants_lists(all, EGOV__N("a witness has a checkpoint of entries that were lost"),
		                 err);
	lost.note = true;
	return rc == EGOV_OK && lost.count > 0 ? each_checkpoint(all, &lost, err) : rc;
}

static enum egov_status end_restore(const struct reconciliation *all, struct egov_error *err)
{
	char *path;
	enum egov_status rc;

	if (!egov__home_is_restored(all->home))
		return EGOV_OK;
	rc = wants_lists(all, EGOV__N("this home was restored from a backup"), err);
	if (rc != EGOV_OK)
		return rc;
	path = egov__home_path(all->home, EGOV__BACKUP_LIST);
	if (path == NULL)
		return egov_error_nomem(err);
	rc = unlink(path) == 0 ? egov__dir_sync_of(path, err)
	                       : egov_error_errno(err, "%s: cannot remove", path);
	free(path);
	return rc;
}

enum egov_status egov_record_reconcile(struct egov_home *home,
                                       const struct egov_reconcile_options *options,
                                       struct egov_report *report, struct egov_error *err)
{
	struct reconciliation all = { .home = home, .options = options, .report = report };
	int lock = -1;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_RECONCILE, options->actor, err);

	if (rc != EGOV_OK)
		return rc;
	all.checkpoints = calloc(options->files_count + 1, sizeof(*all.checkpoints));
	rc = all.checkpoints == NULL ? egov_error_nomem(err)
	                             : egov__home_lock(home, EGOV__CRL_LOCK, &lock, err);
	if (rc != EGOV_OK) {
		free(all.checkpoints);
		return rc;
	}
	rc = take_all(&all, err);
	if (rc == EGOV_OK)
		rc = end_witnessed(&all, err);
	if (rc == EGOV_OK)
		rc = end_restore(&all, err);
	egov__home_unlock(lock);
	free(all.checkpoints);
	if (rc != EGOV_OK)
		return egov__refuse(home, options->actor, "", EGOV__ACT_RECONCILE, rc, err);
	return egov__report_check(report, err);
}
