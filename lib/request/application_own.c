/* SPDX-License-Identifier: Apache-2.0 */
#include "request/application_impl.h"

#include <stdlib.h>

#include "x509/name.h"

#define CLAUSE "GM/T 0043, 6.2.1"

/* The fact that becomes this attribute, EGOV__FACT_COUNT where none does. */
static enum egov__fact fact_of(enum egov__oid type)
{
	for (int fact = 0; fact < EGOV__FACT_RESIDENT_ID; fact++)
		if (egov__fact_attribute((enum egov__fact)fact) == type)
			return (enum egov__fact)fact;
	return EGOV__FACT_COUNT;
}

static enum egov_status put_item(struct egov_buf *text, const struct egov__name_item *item,
                                 bool seen[EGOV__FACT_COUNT], struct egov_error *err)
{
	const enum egov__fact fact = fact_of(item->type);
	char *value;

	if (fact == EGOV__FACT_COUNT)
		return egov_error_set(err, EGOV_E_POLICY, CLAUSE,
		                      "want C, ST, L, O, OU, title, serialNumber, emailAddress and "
		                      "CN only, found %s",
		                      item->type == EGOV__OID_UNKNOWN ? egov__text("another attribute")
		                                                      : egov__oid_get(item->type)->name);
	if (seen[fact])
		return egov_error_set(err, EGOV_E_POLICY, CLAUSE, "%s: given twice",
		                      egov__oid_get(item->type)->name);
	value = egov__slice_copy(item->value);
	if (value == NULL)
		return egov_error_nomem(err);
	if (!egov__conf_can_hold(value)) {
		free(value);
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "%s: a control character, a blank at an end, or a semicolon at "
		                      "the start or after a blank",
		                      egov__oid_get(item->type)->name);
	}
	egov__conf_put(text, egov__fact_key(fact), value);
	free(value);
	seen[fact] = true;
	return EGOV_OK;
}

/* The name is encoded first, so that its rules are judged where they live. */
static enum egov_status put_holder(struct egov_buf *text, const char *subject_dn,
                                   struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__name *name = NULL;
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	bool seen[EGOV__FACT_COUNT] = { false }, more = true;
	enum egov_status rc = egov__name_parse(subject_dn, &name, err);

	if (rc == EGOV_OK)
		rc = egov__name_encode(name, &der, err);
	if (rc == EGOV_OK)
		rc = egov__name_begin(egov_buf_slice(&der), &cursor, err);
	while (rc == EGOV_OK && more) {
		rc = egov__name_next(&cursor, &item, &more, err);
		if (rc == EGOV_OK && more)
			rc = put_item(text, &item, seen, err);
	}
	if (rc == EGOV_OK && !seen[EGOV__FACT_COUNTRY])
		rc = egov_error_set(err, EGOV_E_POLICY, CLAUSE, "C (countryName): missing");
	egov__name_free(name);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__application_own(const char *subject_dn, const char *profile_name,
                                       const uint8_t key_digest[32],
                                       struct egov_application **out, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__buf_printf(&text, "[application]\nprofile = %s\n\n[key]\npublic_key_sm3 = ",
	                 profile_name);
	egov__buf_hex(&text, (struct egov_slice){ key_digest, 32 });
	egov__buf_text(&text, "\n\n[holder]\nkind = internal\n");
	rc = egov_error_prefix(err, put_holder(&text, subject_dn, err), "subject");
	if (rc == EGOV_OK)
		rc = egov__buf_check(&text, err);
	if (rc == EGOV_OK)
		rc = egov__application_parse(egov_buf_slice(&text), "subject", NULL, out, err);
	if (rc == EGOV_OK)
		(*out)->own = true;
	egov__buf_clear(&text);
	return rc;
}

bool egov__application_is_own(const struct egov_application *application)
{
	return application->own;
}
