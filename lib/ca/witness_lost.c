/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/witness.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/report.h"
#include "base/text.h"
#include "ca/issuing.h"

/* --- another home --- */

enum egov_status egov__witness_open(struct egov_home *home, const char *dir,
                                    struct egov_home **out, struct egov_error *err)
{
	const struct egov_clock clock = { egov_home_now(home), egov_home_is_test(home)
		                                                       ? egov_home_now(home)
		                                                       : EGOV_TIME_NONE };

	return egov_home_open(dir, &clock, NULL, NULL, out, err);
}

struct walk {
	egov__witness_fn *fn;
	void *user;
};

static enum egov_status read_digest(const struct egov__body *body, const char *key,
                                    uint8_t digest[32], struct egov_error *err)
{
	const char *text = egov__body_get_text(body, key);
	struct egov_buf bytes = EGOV__BUF(64);
	enum egov_status rc = text == NULL ? EGOV_E_SYNTAX : egov__hex_parse(text, key, &bytes, err);

	if (rc == EGOV_OK && bytes.size == 32)
		memcpy(digest, bytes.data, 32);
	else if (rc != EGOV_E_NOMEM)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "an entry \"%s\" lacks its field %s",
		                    EGOV__KIND_WITNESSED, key);
	egov__buf_clear(&bytes);
	return rc;
}

static enum egov_status see_kept(void *user, const struct egov__journal_row *entry,
                                 struct egov_error *err)
{
	const struct walk *const walk = user;
	struct egov__body *body = NULL;
	struct egov__kept kept;
	enum egov_status rc;

	if (strcmp(entry->kind, EGOV__KIND_WITNESSED) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK && !egov__body_get_number(body, EGOV__KEY_NUMBER, &kept.size))
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "an entry \"%s\" lacks its field %s",
		                    EGOV__KIND_WITNESSED, EGOV__KEY_NUMBER);
	if (rc == EGOV_OK)
		rc = read_digest(body, EGOV__KEY_ROOT, kept.root, err);
	if (rc == EGOV_OK)
		rc = read_digest(body, EGOV__KEY_SM3, kept.digest, err);
	egov__body_free(body);
	return rc == EGOV_OK ? walk->fn(walk->user, &kept, err) : rc;
}

enum egov_status egov__witness_walk(struct egov_home *other, const char *id, egov__witness_fn *fn,
                                    void *user, struct egov_error *err)
{
	struct walk walk = { fn, user };
	char subject[EGOV__HOME_ID + 8];

	(void)snprintf(subject, sizeof(subject), "home-%s", id);
	return egov__store_journal_walk(egov__record_store(egov__home_record(other)), 0, subject,
	                                see_kept, &walk, err);
}

/* --- noting what was lost --- */

static enum egov_status note(const struct egov__lost *lost, const struct egov__kept *kept,
                             uint64_t entries, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	char subject[EGOV__CHECKPOINT_SUBJECT];
	enum egov_status rc;

	(void)snprintf(subject, sizeof(subject), EGOV__CHECKPOINT_PREFIX "%" PRIu64, kept->size);
	egov__body_number_add(body, EGOV__KEY_NUMBER, kept->size);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(kept->digest));
	egov__body_number_add(body, EGOV__KEY_ENTRIES, entries);
	egov__body_number_add(body, EGOV__KEY_LOST, kept->size > entries ? kept->size - entries : 0);
	egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(kept->digest));
	rc = egov__approve(lost->home, EGOV__ACT_RECONCILE, subject, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(lost->home), EGOV__KIND_RECONCILE,
		                         lost->actor, subject, body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status take(const struct egov__lost *lost, const struct egov__kept *kept,
                             uint64_t entries, struct egov_error *err)
{
	struct egov_record *const record = egov__home_record(lost->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(lost->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = note(lost, kept, entries, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK) {
		egov__record_rollback(record);
		return rc;
	}
	egov__report_record(lost->report);
	egov__report_add(lost->report, "checkpoint", "%" PRIu64, kept->size);
	egov__report_add(lost->report, "journal", "%" PRIu64, entries);
	return EGOV_OK;
}

static enum egov_status see(void *user, const struct egov__kept *kept, struct egov_error *err)
{
	struct egov__lost *const lost = user;
	enum egov__kept_as as = EGOV__KEPT_OURS;
	uint64_t entries = 0;
	enum egov_status rc = egov__home_judge_kept(lost->home, kept, &as, &entries, err);

	if (rc != EGOV_OK || as == EGOV__KEPT_OURS || as == EGOV__KEPT_NOTED)
		return rc;
	lost->count++;
	return lost->note ? take(lost, kept, entries, err) : EGOV_OK;
}

static enum egov_status see_file(void *user, const char *path, struct egov_error *err)
{
	struct egov__lost *const lost = user;
	struct egov__kept kept;
	enum egov_status rc = egov__home_read_kept(lost->home, path, &kept, err);

	return rc == EGOV_OK ? see(lost, &kept, err) : rc;
}

enum egov_status egov__witness_lost_file(struct egov__lost *lost, const char *path,
                                         struct egov_error *err)
{
	return see_file(lost, path, err);
}

/* What is not there now is found when it is there again. */
static enum egov_status see_folder(struct egov__lost *lost, const char *dir, struct egov_error *err)
{
	if (access(dir, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return EGOV_OK;
	return egov__home_walk_kept(dir, lost->id, see_file, lost, err);
}

static enum egov_status see_home(struct egov__lost *lost, const char *dir, struct egov_error *err)
{
	struct egov_home *other = NULL;
	char *folder = egov__path_join(dir, EGOV__WITNESSED);
	enum egov_status rc = folder == NULL ? egov_error_nomem(err) : see_folder(lost, folder, err);

	if (rc == EGOV_OK && access(dir, F_OK) == 0) {
		rc = egov__witness_open(lost->home, dir, &other, err);
		if (rc == EGOV_OK)
			rc = egov__witness_walk(other, lost->id, see, lost, err);
	}
	egov_home_close(other);
	free(folder);
	return rc;
}

static enum egov_status see_place(void *user, const char *how, const char *dir,
                                  struct egov_error *err)
{
	return strcmp(how, "home") == 0 ? see_home(user, dir, err) : see_folder(user, dir, err);
}

enum egov_status egov__witness_lost(struct egov__lost *lost, struct egov_error *err)
{
	char *folder = egov__home_path(lost->home, EGOV__WITNESSED);
	struct egov_buf id = EGOV__BUF(64);
	enum egov_status rc = folder == NULL ? egov_error_nomem(err)
	                                     : egov__home_meta(lost->home, EGOV__META_HOME_ID, &id, err);

	egov__home_id_text(egov_buf_slice(&id), lost->id);
	if (rc == EGOV_OK)
		rc = see_folder(lost, folder, err);
	if (rc == EGOV_OK)
		rc = egov__home_walk_places(lost->home, see_place, lost, err);
	egov__buf_clear(&id);
	free(folder);
	return rc;
}
