/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

static const char subject_clause[] = "RFC 5280, 4.1.2.6";
static const char clause[] = "RFC 5280, 4.2.1.6";

static enum egov_status see_name(void *user, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	(void)user;
	return egov__name_form_alternative(name, err);
}

static bool is_empty(struct egov_slice name)
{
	return name.size <= 2;          /* an empty SEQUENCE */
}

/* Somebody must be named. */
static enum egov_status check_named(const struct egov__link *link, struct egov_error *err)
{
	struct egov__ext san;

	if (is_empty(link->fields->issuer) && !link->anchor)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.1.2.4", "issuer is empty");
	if (!is_empty(link->fields->subject))
		return EGOV_OK;
	if (link->i > 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, subject_clause, "subject of a CA is empty");
	if (egov__cert_ext(link->cert, EGOV__OID_SAN, &san) && san.critical)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNTRUSTED, subject_clause,
	                      "subject is empty, and no critical subjectAltName stands for it");
}

enum egov_status egov__check_alt_names(const struct egov__link *link, struct egov__note *note,
                                       struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext san;
	enum egov_status rc = check_named(link, err);

	if (rc != EGOV_OK)
		return rc;
	if (!egov__cert_ext(link->cert, EGOV__OID_SAN, &san)
	    || egov__tolerates(link->j, EGOV_TOLERATE_NAME_FORMS)) {
		egov__note_say(note, "it is named");
		return EGOV_OK;
	}
	rc = egov__ext_general_names(san.value, see_name, NULL, &cause);
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (rc != EGOV_OK)
		return egov_error_set(err, EGOV_E_UNTRUSTED, cause.clause == NULL ? clause : cause.clause,
		                      "subjectAltName: %s", cause.text);
	egov__note_say(note, "it is named, and its alternative names are well-formed");
	return EGOV_OK;
}
