/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdlib.h>

#include "base/fileio.h"
#include "ca/init_ca.h"
#include "home/home.h"

/* The number of the last list that was noted as served, most often the last one or
 * the one before; 0: there is none. */
static enum egov_status find_published(struct egov_home *home, uint64_t *number,
                                       struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	struct egov__crl_row row;
	bool found = false;
	enum egov_status rc = egov__store_crl_last(store, &row, &found, err);
	uint64_t at = rc == EGOV_OK && found ? row.number : 0;

	while (rc == EGOV_OK && at > 0 && !(found && row.published))
		rc = --at == 0 ? EGOV_OK : egov__store_crl_get(store, at, &row, &found, err);
	*number = at;
	return rc;
}

/* False where the bytes are no list with a number. */
static bool number_of(struct egov_slice bytes, uint64_t *number)
{
	struct egov_crl *served = NULL;
	struct egov__ext ext;
	struct egov_slice contents = EGOV__NO_SLICE;
	uint64_t value = 0;
	const bool has = egov_crl_decode(bytes, &served, NULL) == EGOV_OK
	                 && egov__crl_ext(served, EGOV__OID_CRL_NUMBER, &ext)
	                 && egov__ext_number(ext.value, &contents, NULL) == EGOV_OK
	                 && contents.size <= sizeof(value);

	for (size_t i = 0; has && i < contents.size; i++)
		value = value << 8 | contents.data[i];
	egov_crl_free(served);
	*number = value;
	return has;
}

/* The list that is served must be one that we signed, as its number tells, and
 * not an older one than was served already: that would bring the revoked back. */
static enum egov_status judge_served(struct egov_home *home, struct egov_slice bytes,
                                     uint64_t published, struct egov_error *err)
{
	static const char clause[] = "Order No. 4, Art. 18(3)";
	struct egov__crl_row row;
	uint64_t number = 0;
	bool found = false;
	enum egov_status rc = EGOV_OK;

	if (number_of(bytes, &number))
		rc = egov__store_crl_get(egov__record_store(egov__home_record(home)), number, &row,
		                         &found, err);
	if (rc == EGOV_OK && (!found || !egov__slice_equal(row.der, bytes)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "the CRL that is served is not one that the ledger holds");
	if (rc == EGOV_OK && number < published)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "the CRL that is served has number %" PRIu64
		                    ", but number %" PRIu64 " was published",
		                    number, published);
	return rc;
}

static enum egov_status check_served(struct egov_home *home, struct egov_error *err)
{
	char *root = egov__web_root(home);
	char *path = root == NULL ? NULL : egov__path_join(root, "crl/ca.crl");
	struct egov_buf *bytes = NULL;
	uint64_t published = 0;
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK)
		rc = find_published(home, &published, err);
	/* Before the first list was served there is nothing to compare. */
	if (rc == EGOV_OK && published > 0) {
		rc = egov__file_read_regular(path, EGOV__MAX_CRL, &bytes, err);
		if (rc == EGOV_OK)
			rc = judge_served(home, egov_buf_slice(bytes), published, err);
	}
	egov_buf_free(bytes);
	free(path);
	free(root);
	return rc;
}

enum egov_status egov_record_check(struct egov_home *home, struct egov_report *report,
                                   struct egov_error *err)
{
	struct egov__progress progress = egov__home_progress(home);
	enum egov_status rc = egov__record_check(egov__home_record(home),
	                                         egov__home_journal_key(home), &progress, report,
	                                         err);

	if (rc == EGOV_OK)
		rc = check_served(home, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "verdict", "%s", "consistent");
		rc = egov__report_check(report, err);
	}
	return rc;
}
