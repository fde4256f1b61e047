/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>
#include <egovca/restore.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fileio.h"
#include "ca/approve.h"
#include "ca/archive.h"
#include "ca/issuing.h"
#include "crl/crl_peek.h"
#include "crypto/sm3.h"
#include "home/home_copy.h"
#include "home/part.h"

static const char clause[] = "Order No. 4, Art. 24";

#define LEDGER "ledger.db"

/* A backup is made under another name: under its own it is whole. */
struct backup {
	struct egov_home *home;
	const struct egov_backup_options *options;
	char *part, *ledger;
	struct egov_buf list;
};

/* --- the copy --- */

/* No list is published meanwhile, and nothing archived: the files that are copied are those that
 * the ledger speaks of. */
static enum egov_status copy(struct backup *b, struct egov_error *err)
{
	char *from = egov__home_path(b->home, "");
	int lock = -1, archive = -1;
	enum egov_status rc = from == NULL ? egov_error_nomem(err)
	                                   : egov__home_lock(b->home, EGOV__CRL_LOCK, &lock, err);

	if (rc == EGOV_OK)
		rc = egov__home_lock(b->home, EGOV__ARCHIVE_LOCK, &archive, err);
	if (rc == EGOV_OK)
		rc = egov__archive_tidy(b->home, err);
	if (rc == EGOV_OK) {
		rc = egov__home_copy_files(from, b->part, &b->list, err);
		if (rc == EGOV_OK)
			rc = egov__store_backup(egov__record_store(egov__home_record(b->home)),
			                        b->ledger, err);
	}
	egov__home_unlock(archive);
	egov__home_unlock(lock);
	free(from);
	return rc;
}

/* The copy is opened and checked as the home itself is by egov_record_check. */
static enum egov_status verify(struct backup *b, struct egov_error *err)
{
	struct egov__progress progress = egov__home_progress(b->home);
	struct egov_buf custodian = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_report *report = egov_report_new();
	struct egov_store *store = NULL;
	struct egov_record *record = NULL;
	enum egov_status rc = report == NULL ? egov_error_nomem(err)
	                                     : egov__home_meta(b->home, EGOV__META_CUSTODIAN_KEY,
	                                                       &custodian, err);

	if (rc == EGOV_OK)
		rc = egov__store_open(b->ledger, 0, &store, err);
	if (rc == EGOV_OK)
		rc = egov__record_open(store, egov_buf_slice(&custodian), &record, err);
	if (rc == EGOV_OK)
		rc = egov__record_check(record, egov__home_journal_key(b->home), &progress, report, err);
	if (rc == EGOV_OK)
		egov__buf_printf(&b->list, "# entries %s, root %s\n",
		                 egov_report_find(report, 0, "entries"),
		                 egov_report_find(report, 0, "root"));
	egov__record_close(record);
	egov__store_close(store);
	egov_report_free(report);
	egov__buf_clear(&custodian);
	return rc == EGOV_OK ? egov__home_list_add(b->part, LEDGER, &b->list, err) : rc;
}

static enum egov_status put_list(const struct backup *b, struct egov_error *err)
{
	char *path = egov__path_join(b->part, EGOV__BACKUP_LIST);
	enum egov_status rc = path == NULL ? egov_error_nomem(err)
	                                   : egov__file_replace(path, egov_buf_slice(&b->list), 0600,
	                                                        err);

	free(path);
	return rc;
}

/* --- its entry --- */

static enum egov_status append(const struct backup *b, const uint8_t digest[EGOV__SM3_SIZE],
                               struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__body_hex_add(body, EGOV__KEY_SM3, (struct egov_slice){ digest, EGOV__SM3_SIZE });
	egov__fact_hex_add(&facts, EGOV__KEY_SM3, (struct egov_slice){ digest, EGOV__SM3_SIZE });
	rc = egov__approve(b->home, EGOV__ACT_BACKUP, EGOV__KIND_BACKUP, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(b->home), EGOV__KIND_BACKUP,
		                         b->options->actor, EGOV__KIND_BACKUP, body,
		                         egov__slice_text(b->options->dir), err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

/* Before it has its name: there is none without an entry. */
static enum egov_status note(const struct backup *b, struct egov_error *err)
{
	const struct egov_slice list = egov_buf_slice(&b->list);
	struct egov_record *record = egov__home_record(b->home);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&list, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(b->home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = append(b, digest, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status run(struct backup *b, struct egov_error *err)
{
	char now[EGOV_TIME_TEXT];
	enum egov_status rc = egov__part_begin(b->options->dir, &b->part, err);

	if (rc == EGOV_OK) {
		b->ledger = egov__path_join(b->part, LEDGER);
		if (b->ledger == NULL)
			rc = egov_error_nomem(err);
	}
	egov_time_format(egov_home_now(b->home), now);
	egov__buf_printf(&b->list, "# egovca backup, made %s\n", now);
	if (rc == EGOV_OK)
		rc = copy(b, err);
	if (rc == EGOV_OK)
		rc = verify(b, err);
	if (rc == EGOV_OK)
		rc = put_list(b, err);
	if (rc == EGOV_OK)
		rc = egov__dir_sync(b->part, err);
	if (rc == EGOV_OK)
		rc = note(b, err);
	return rc == EGOV_OK ? egov__part_finish(b->part, b->options->dir, err) : rc;
}

enum egov_status egov_record_backup(struct egov_home *home,
                                    const struct egov_backup_options *options,
                                    struct egov_report *report, struct egov_error *err)
{
	struct backup b = { .home = home, .options = options, .list = EGOV__BUF(EGOV__MAX_FILE) };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_BACKUP, options->actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = run(&b, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "backup", "%s", options->dir);
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(home, options->actor, "", EGOV__ACT_BACKUP, rc, err);
	}
	egov__buf_clear(&b.list);
	free(b.ledger);
	free(b.part);
	return rc;
}

/* --- before it is used --- */

static enum egov_status check_list(struct egov_home *home, struct egov_report *report,
                                   struct egov_error *err)
{
	char *dir = egov__home_path(home, ""), *path = egov__home_path(home, EGOV__BACKUP_LIST);
	struct egov_buf *list = NULL;
	uint64_t files = 0;
	enum egov_status rc;

	if (dir == NULL || path == NULL)
		rc = egov_error_nomem(err);
	else if (access(path, F_OK) != 0 && errno == ENOENT)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "%s is not there: this home is no backup, or was reconciled", path);
	else
		rc = egov__file_read_regular(path, EGOV__MAX_FILE, &list, err);
	if (rc == EGOV_OK)
		rc = egov__home_list_check(dir, egov_buf_slice(list), &files, err);
	if (rc == EGOV_OK)
		egov__report_add(report, "files", "%" PRIu64, files);
	egov_buf_free(list);
	free(path);
	free(dir);
	return rc;
}

/* A list that somebody got meanwhile, and the ledger does not know. */
static enum egov_status check_ahead(const char *path, uint64_t last, struct egov_error *err)
{
	struct egov__source_file file = { .fd = -1 };
	uint64_t number = 0;
	bool regular = false, has = false;
	enum egov_status rc = egov__source_open(path, &file, &regular, err);

	if (rc == EGOV_OK && regular) {
		rc = egov__crl_peek(&file.source, &number, &has, err);
		egov__source_close(&file);
	}
	if (rc == EGOV_OK && !has)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: is no list with a number, in DER", path);
	if (rc == EGOV_OK && number > last)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "%s has number %" PRIu64 ", the ledger's last is %" PRIu64
		                    ": what was revoked in between is missing (egov-record reconcile)",
		                    path, number, last);
	return rc;
}

enum egov_status egov_record_restore_check(struct egov_home *home, const char *const *files,
                                           size_t count, struct egov_report *report,
                                           struct egov_error *err)
{
	uint64_t last = 0;
	enum egov_status rc = check_list(home, report, err);

	if (rc == EGOV_OK)
		rc = egov_record_check(home, report, err);
	if (rc == EGOV_OK)
		rc = egov__store_counter_get(egov__record_store(egov__home_record(home)),
		                             EGOV__COUNTER_CRL, &last, err);
	for (size_t i = 0; rc == EGOV_OK && i < count; i++)
		rc = check_ahead(files[i], last, err);
	return rc;
}
