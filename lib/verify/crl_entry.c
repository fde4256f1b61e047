/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/revocation.h"

#include "base/der.h"

/* An entry that names an issuer names that of those behind it too (RFC 5280, 5.3.3);
 * *here: it is the certificate's. */
static enum egov_status see_issuer(const struct egov__subject *subject,
                                   const struct egov__crl_entry *entry, bool *here,
                                   struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov_slice names = EGOV__NO_SLICE;
	enum egov_status rc;

	if (entry->certificate_issuer.size == 0)
		return EGOV_OK;
	rc = egov__der_only(entry->certificate_issuer, EGOV__SEQUENCE, "certificateIssuer", &names,
	                    &cause);
	if (rc == EGOV_OK)
		rc = egov__general_names_have(names, subject->issuer, here, &cause);
	return rc == EGOV_OK ? rc
	                     : egov__check_malformed(EGOV__OID_CERTIFICATE_ISSUER, rc, &cause, err);
}

enum egov_status egov__crl_entry_of(const struct egov__subject *subject,
                                    const struct egov__known_crl *known, bool *found,
                                    struct egov__crl_entry *entry, struct egov_error *err)
{
	bool here = egov__slice_equal(egov_buf_slice(&known->issuer), subject->issuer);
	struct egov_slice entries = egov__crl_fields(known->crl)->entries;
	struct egov__crl_entry next;
	enum egov_status rc = EGOV_OK;

	if (!known->names_issuers && here)
		return egov__crl_find(known->crl, subject->link->fields->serial, found, entry, err);
	*found = false;
	while (rc == EGOV_OK && !*found && entries.size > 0) {
		rc = egov__crl_next(&entries, &next, err);
		if (rc == EGOV_OK)
			rc = see_issuer(subject, &next, &here, err);
		*found = rc == EGOV_OK && here
		         && egov__slice_equal(next.serial, subject->link->fields->serial);
	}
	if (*found)
		*entry = next;
	return rc;
}
