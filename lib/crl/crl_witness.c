/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"

#include "cert/signed.h"

static bool is_same_entry(const struct egov__witness_entry *theirs,
                          const struct egov__crl_entry *ours)
{
	return egov__slice_equal(theirs->serial, ours->serial)
	       && theirs->revoked_at == ours->revoked_at && theirs->reason == ours->reason
	       && theirs->invalidity_date == ours->invalidity_date;
}

static enum egov_status compare_entries(const struct egov__witness *w, struct egov_slice entries,
                                        struct egov_error *err)
{
	struct egov__crl_entry e;
	size_t i;

	for (i = 0; entries.size > 0; i++) {
		const enum egov_status rc = egov__crl_next(&entries, &e, err);

		if (rc != EGOV_OK)
			return rc;
		if (i >= w->entry_count || !is_same_entry(&w->entries[i], &e))
			return egov__witness_differs("entry of the list", err);
	}
	return i == w->entry_count ? EGOV_OK : egov__witness_differs("number of entries", err);
}

enum egov_status egov__crl_agree(const struct egov__crl_fields *f, const struct egov__witness *w,
                                 struct egov_error *err)
{
	const struct {
		const char *field;
		const struct egov_buf *theirs;
		struct egov_slice ours;
	} pairs[] = {
		{ "issuer", &w->issuer, f->issuer },
		{ "signatureAlgorithm", &w->outer_algorithm, f->outer_algorithm },
		{ "signature", &w->signature, f->signature },
		{ "tbsCertList", &w->tbs, f->tbs },
	};
	enum egov_status rc;

	if (w->version + 1 != (long)f->version)
		return egov__witness_differs("version", err);
	if (w->not_before != f->this_update)
		return egov__witness_differs("thisUpdate", err);
	if (w->not_after != f->next_update)
		return egov__witness_differs("nextUpdate", err);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!egov__witness_same(pairs[i].theirs, pairs[i].ours))
			return egov__witness_differs(pairs[i].field, err);
	rc = egov__witness_extensions(w, f->extensions, err);
	return rc != EGOV_OK ? rc : compare_entries(w, f->entries, err);
}

enum egov_status egov__crl_witness(struct egov_slice der, struct egov_error *err)
{
	struct egov__witness *witness = NULL;
	struct egov_crl *crl = NULL;
	enum egov_status rc = egov_crl_decode(der, &crl, err);

	if (rc == EGOV_OK)
		rc = egov__witness_crl(der, &witness, err);
	rc = egov__witness_refuses(rc, err);
	if (rc == EGOV_OK)
		rc = egov__crl_agree(egov__crl_fields(crl), witness, err);
	egov__witness_free(witness);
	egov_crl_free(crl);
	return rc;
}
