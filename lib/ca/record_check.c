/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fileio.h"
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

/* *has is false where the bytes are no list with a number. */
static enum egov_status number_of(struct egov_slice bytes, uint64_t *number, bool *has,
                                  struct egov_error *err)
{
	struct egov_crl *crl = NULL;
	const enum egov_status rc = egov_crl_decode(bytes, &crl, NULL);

	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	*has = rc == EGOV_OK
	       && egov__crl_number(egov__crl_fields(crl)->extensions, number, NULL) == EGOV_OK;
	egov_crl_free(crl);
	return EGOV_OK;
}

/* The list that is served must be one that we signed, as its number tells, and
 * not an older one than was served already: that would bring the revoked back. */
static enum egov_status judge_served(const struct served *s, struct egov_slice bytes,
                                     struct egov_error *err)
{
	static const char clause[] = "Order No. 4, Art. 18(3)";
	struct egov__crl_row row;
	uint64_t number = 0;
	bool found = false, has = false;
	enum egov_status rc = number_of(bytes, &number, &has, err);

	if (rc == EGOV_OK && has)
		rc = egov__store_crl_get(store_of(s), number, &row, &found, err);
	if (rc == EGOV_OK
	    && (!found || row.generation != s->scope.generation || row.part != s->scope.part
	        || (row.base != 0) != (s->scope.base != 0) || !egov__slice_equal(row.der, bytes)))
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
	struct egov_buf *bytes = NULL;
	enum egov_status rc;

	egov__home_list_name(scope, name);
	(void)snprintf(file, sizeof(file), "crl/%s.crl", name);
	path = root == NULL ? NULL : egov__path_join(root, file);
	rc = path == NULL ? egov_error_nomem(err) : find_published(&s, err);
	/* Before the first list was served there is nothing to compare. */
	if (rc == EGOV_OK && s.published > 0) {
		rc = egov__file_read_regular(path, EGOV__MAX_CRL, &bytes, err);
		if (rc == EGOV_OK)
			rc = judge_served(&s, egov_buf_slice(bytes), err);
	}
	egov_buf_free(bytes);
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
	if (rc == EGOV_OK) {
		egov__report_add(report, "verdict", "%s", "consistent");
		rc = egov__report_check(report, err);
	}
	return rc;
}
