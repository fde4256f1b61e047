/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>
#include <egovca/record.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fileio.h"
#include "crl/crl_peek.h"
#include "ca/ceremony.h"
#include "ca/init_ca.h"
#include "crl/part.h"
#include "home/home.h"

/* A list of one generation of the CA's key, as it is served. */
struct served {
	struct egov_home *home;
	struct egov__crl_scope scope;
	uint64_t published;             /* number of the last that was noted as served; 0: none */
};

static struct egov_store *store_of(const struct served *s)
{
	return egov__record_store(egov__home_record(s->home));
}

static enum egov_status find_published(struct served *s, struct egov_error *err)
{
	struct egov__crl_row row;
	enum egov_status rc =
		egov__store_crl_before(store_of(s), &s->scope, INT64_MAX, true, &row, err);

	if (rc == EGOV_OK)
		s->published = row.number;
	return rc;
}

static enum egov_status is_in_ledger(const struct served *s, const struct egov__crl_row *row,
                                     const struct egov__source *bytes, bool *is,
                                     struct egov_error *err)
{
	struct egov__pieces *pieces = NULL;
	enum egov_status rc = EGOV_OK;

	*is = false;
	if (row->generation != s->scope.generation || row->part != s->scope.part
	    || (row->base != 0) != (s->scope.base != 0))
		return EGOV_OK;
	rc = egov__store_crl_open(store_of(s), row, &pieces, err);
	if (rc == EGOV_OK)
		rc = egov__source_equal(egov__pieces_list(pieces), bytes, is, err);
	egov__pieces_free(pieces);
	return rc;
}

/* The list that is served must be one that we signed, as its number tells, and
 * not an older one than was served already: that would bring the revoked back. */
static enum egov_status judge_served(const struct served *s, const struct egov__source *bytes,
                                     struct egov_error *err)
{
	static const char clause[] = "Order No. 4, Art. 18(3)";
	struct egov__crl_row row;
	uint64_t number = 0;
	bool found = false, has = false, known = false, is = false;
	enum egov_status rc = egov__crl_peek(bytes, &number, &has, err);

	if (rc == EGOV_OK && has)
		rc = egov__store_crl_get(store_of(s), number, &row, &found, err);
	if (rc == EGOV_OK && has && !found) {
		rc = egov__home_is_reconciled(s->home, number, bytes, &known, err);
		if (rc != EGOV_OK || known)
			return rc;
	}
	if (rc == EGOV_OK && found)
		rc = is_in_ledger(s, &row, bytes, &is, err);
	if (rc == EGOV_OK && !is)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "the CRL that is served is not one that the ledger holds");
	if (rc == EGOV_OK && number < s->published)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "the CRL that is served has number %" PRIu64
		                    ", but number %" PRIu64 " was published",
		                    number, s->published);
	return rc;
}

static enum egov_status check_list(struct egov_home *home, const struct egov__crl_scope *scope,
                                   struct egov_error *err)
{
	struct served s = { home, *scope, 0 };
	char name[EGOV__LIST_NAME], file[EGOV__LIST_NAME + 16];
	char *root = egov__web_root(s.home), *path = NULL;
	struct egov__source_file served = { .fd = -1 };
	enum egov_status rc;

	egov__home_list_name(scope, name);
	(void)snprintf(file, sizeof(file), "crl/%s.crl", name);
	path = root == NULL ? NULL : egov__path_join(root, file);
	rc = path == NULL ? egov_error_nomem(err) : find_published(&s, err);
	/* Before the first list was served there is nothing to compare. */
	if (rc == EGOV_OK && s.published > 0) {
		rc = egov__source_open_regular(path, &served, err);
		if (rc == EGOV_OK)
			rc = egov_error_altered(err, judge_served(&s, &served.source, err));
	}
	egov__source_close(&served);
	free(path);
	free(root);
	return rc;
}

/* The complete list of a part and its delta list. */
static enum egov_status check_part(void *user, uint64_t generation, uint64_t part,
                                   struct egov_error *err)
{
	const struct egov__crl_scope complete = { generation, part, 0, 0 };
	const struct egov__crl_scope delta = { generation, part, 1, 0 };
	enum egov_status rc = check_list(user, &complete, err);

	return rc == EGOV_OK ? check_list(user, &delta, err) : rc;
}

static enum egov_status check_generation(void *user, const struct egov__generation_row *row,
                                         struct egov_error *err)
{
	return check_part(user, row->number, EGOV__PART_ALL, err);
}

/* --- what a ceremony left: the journal has the digests of its texts --- */

static enum egov_status check_text(struct egov_home *home, const struct egov__body *body,
                                   const char *key, const char *name, struct egov_error *err)
{
	char *path = egov__home_path(home, name);
	struct egov_buf *bytes = NULL;
	struct egov_slice text;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__file_read_regular(path, EGOV__MAX_FILE, &bytes, err);
	if (rc == EGOV_OK) {
		text = egov_buf_slice(bytes);
		rc = egov__sm3(&text, 1, digest, err);
	} else if (access(path, F_OK) != 0 && errno == ENOENT) {
		egov_error_clear(err);
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "%s is missing, but the journal has its digest", path);
	}
	if (rc == EGOV_OK && !egov__body_has_hex(body, key, EGOV__SLICE(digest)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "%s is not the text whose digest the journal has", path);
	egov_buf_free(bytes);
	free(path);
	return rc;
}

static enum egov_status check_ceremony(void *user, const struct egov__journal_row *entry,
                                       struct egov_error *err)
{
	static const struct {
		const char *kind, *key, *file;
	} texts[] = {
		{ EGOV__KIND_CEREMONY, EGOV__KEY_CEREMONY_SM3, EGOV__CEREMONY_FILE },
		{ EGOV__KIND_CEREMONY, EGOV__KEY_TRANSCRIPT_SM3, EGOV__CEREMONY_TRANSCRIPT },
		{ EGOV__KIND_INSTALL, EGOV__KEY_CEREMONY_SM3, EGOV__CEREMONY_FILE },
		{ EGOV__KIND_INSTALL, EGOV__KEY_TRANSCRIPT_SM3, EGOV__CEREMONY_INSTALL },
	};
	struct egov__body *body = NULL;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].kind, entry->kind) == 0
		    && egov__body_get_text(body, texts[i].key) != NULL)
			rc = check_text(user, body, texts[i].key, texts[i].file, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status check_ceremonies(struct egov_home *home, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	enum egov_status rc = egov__store_journal_walk(store, 0, EGOV__KIND_CEREMONY, check_ceremony,
	                                               home, err);

	return rc == EGOV_OK ? egov__store_journal_walk(store, 0, "", check_ceremony, home, err) : rc;
}

enum egov_status egov_record_check(struct egov_home *home, struct egov_report *report,
                                   struct egov_error *err)
{
	struct egov__progress progress = egov__home_progress(home);
	enum egov_status rc = egov__record_check(egov__home_record(home),
	                                         egov__home_journal_key(home), &progress, report,
	                                         err);

	if (rc == EGOV_OK)
		rc = egov__store_generation_walk(egov__record_store(egov__home_record(home)),
		                                 check_generation, home, err);
	if (rc == EGOV_OK)
		rc = egov__store_crl_part_walk(egov__record_store(egov__home_record(home)),
		                               check_part, home, err);
	if (rc == EGOV_OK)
		rc = check_ceremonies(home, err);
	if (rc == EGOV_OK)
		rc = egov_record_witnesses(home, NULL, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "verdict", "%s", "consistent");
		rc = egov__report_check(report, err);
	}
	return rc;
}
