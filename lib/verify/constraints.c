/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "x509/name.h"

bool egov__is_self_issued(const struct egov_cert *cert)
{
	const struct egov__cert_fields *f = egov__cert_fields(cert);
	bool same = false;

	/* Where that cannot be told, the stricter answer. */
	return egov__name_same(f->issuer, f->subject, &same, NULL) == EGOV_OK && same;
}

enum egov_status egov__check_ca(const struct egov__link *link, struct egov__note *note,
                                struct egov_error *err)
{
	struct egov__basic_constraints basic;
	struct egov__ext ext;
	enum egov_status rc;

	if (link->anchor && link->fields->version < 3) {
		egov__note_skip(note, "X.509 version %u: a CA because it is trusted",
		                link->fields->version);
		return EGOV_OK;
	}
	if (!egov__cert_ext(link->cert, EGOV__OID_BASIC_CONSTRAINTS, &ext))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.9",
		                      "issued a certificate, but has no basicConstraints");
	rc = egov__check_basic(link->cert, &basic, err);
	if (rc != EGOV_OK)
		return rc;
	if (!basic.ca)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.9",
		                      "issued a certificate, but its basicConstraints say it is no CA");
	if (!ext.critical && !link->anchor && !egov__tolerates(link->j, EGOV_TOLERATE_CRITICALITY))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.9",
		                      "basicConstraints of a CA are not critical");
	if (ext.critical)
		egov__note_say(note, "a CA by its critical basicConstraints");
	else if (link->anchor)
		egov__note_say(note, "a CA; basicConstraints not critical, tolerated on a trust anchor");
	else
		egov__note_say(note, "a CA; basicConstraints not critical, tolerated as asked for");
	return EGOV_OK;
}

enum egov_status egov__check_path_length(const struct egov__link *link, struct egov__note *note,
                                         struct egov_error *err)
{
	struct egov__basic_constraints basic;
	size_t below = 0;
	enum egov_status rc = egov__check_basic(link->cert, &basic, err);

	if (rc != EGOV_OK)
		return rc;
	if (!basic.has_path_len) {
		egov__note_say(note, "no limit of path length");
		return EGOV_OK;
	}
	/* Self-issued CA certificates (key rollover) do not count. */
	for (size_t k = 1; k < link->i; k++)
		below += !egov__is_self_issued(link->path->certs[k]);
	if (below > basic.path_len)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.9",
		                      "%zu CAs below it, at most %ju allowed by its pathLenConstraint",
		                      below, (uintmax_t)basic.path_len);
	egov__note_say(note, "%zu CAs below it, %ju allowed", below, (uintmax_t)basic.path_len);
	return EGOV_OK;
}

/* keyCertSign is the right to issue, and says that this is a CA. */
enum egov_status egov__check_key_usage(const struct egov__link *link, struct egov__note *note,
                                       struct egov_error *err)
{
	struct egov__basic_constraints basic = { 0 };
	bool present;
	unsigned bits;
	enum egov_status rc = egov__check_usage(link->cert, &present, &bits, err);

	if (rc == EGOV_OK)
		rc = egov__check_basic(link->cert, &basic, err);
	if (rc != EGOV_OK)
		return rc;
	if (link->i > 0 && !present && !link->anchor)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.3",
		                      "issued a certificate, but has no keyUsage");
	if (link->i > 0 && (bits & EGOV__KU_KEY_CERT_SIGN) == 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.3",
		                      "issued a certificate, but its keyUsage has no keyCertSign");
	if (present && (bits & EGOV__KU_KEY_CERT_SIGN) != 0 && !basic.ca)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.9",
		                      "keyUsage has keyCertSign, but basicConstraints do not say that "
		                      "this is a CA");
	if (link->i == 0 || present)
		egov__note_say(note, "keyUsage fits its place in the path");
	else
		egov__note_skip(note, "no keyUsage, tolerated on a trust anchor");
	return EGOV_OK;
}
