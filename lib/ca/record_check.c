/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "ca/init_ca.h"
#include "home/home.h"

/* Whether any list was ever served: most often the last one or the one before. */
static enum egov_status find_published(struct egov_home *home, bool *published,
                                       struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	struct egov__crl_row row;
	bool found = false;
	enum egov_status rc = egov__store_crl_last(store, &row, &found, err);
	uint64_t number = rc == EGOV_OK && found ? row.number : 0;

	*published = number > 0 && row.published;
	while (rc == EGOV_OK && !*published && number > 1) {
		rc = egov__store_crl_get(store, --number, &row, &found, err);
		*published = rc == EGOV_OK && found && row.published;
	}
	return rc;
}

/* The list that is served must be one that we signed: its number leads to it. */
static enum egov_status served_is_ours(struct egov_home *home, struct egov_slice bytes,
                                       struct egov_error *err)
{
	struct egov_crl *served = NULL;
	struct egov__crl_row row;
	struct egov__ext ext;
	struct egov_slice number = EGOV__NO_SLICE;
	uint64_t value = 0;
	bool found = false;
	enum egov_status rc = egov_crl_decode(bytes, &served, NULL);

	if (rc == EGOV_OK && egov__crl_ext(served, EGOV__OID_CRL_NUMBER, &ext))
		rc = egov__ext_number(ext.value, &number, NULL);
	for (size_t i = 0; i < number.size && i < 8; i++)
		value = value << 8 | number.data[i];
	if (rc == EGOV_OK && number.size > 0 && number.size <= 8)
		rc = egov__store_crl_get(egov__record_store(egov__home_record(home)), value, &row,
		                         &found, err);
	egov_crl_free(served);
	if (rc == EGOV_OK && found && egov__slice_equal(row.der, bytes))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 18(3)",
	                      "the CRL that is served is not one that the ledger holds");
}

static enum egov_status check_served(struct egov_home *home, struct egov_error *err)
{
	char *root = egov__web_root(home);
	char *path = root == NULL ? NULL : egov__path_join(root, "crl/ca.crl");
	struct egov_buf *bytes = NULL;
	bool published = false;
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : EGOV_OK;

	if (rc == EGOV_OK)
		rc = find_published(home, &published, err);
	/* Before the first list was served there is nothing to compare. */
	if (rc == EGOV_OK && published) {
		rc = egov__file_read_regular(path, EGOV__MAX_CRL, &bytes, err);
		if (rc == EGOV_OK)
			rc = served_is_ours(home, egov_buf_slice(bytes), err);
	}
	egov_buf_free(bytes);
	free(path);
	free(root);
	return rc;
}

enum egov_status egov_record_check(struct egov_home *home, struct egov_report *report,
                                   struct egov_error *err)
{
	enum egov_status rc = egov__record_check(egov__home_record(home),
	                                         egov__home_journal_key(home), report, err);

	if (rc == EGOV_OK)
		rc = check_served(home, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "verdict", "%s", "consistent");
		rc = egov__report_check(report, err);
	}
	return rc;
}
