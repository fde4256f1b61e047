/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"

#include <stdlib.h>

#include "base/der.h"
#include "cert/signed.h"
#include "lint/lint_impl.h"

struct egov_cleared {
	struct egov_tbs *tbs;
};

static const struct egov__lint_row *const tables[] = {
	egov__rules_article19, egov__rules_form,    egov__rules_name,
	egov__rules_extension, egov__rules_profile, egov__rules_crl,
};

static const struct egov__lint_row *row(size_t i)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct egov__lint_row *r = tables[t]; r->info.id != NULL; r++)
			if (i-- == 0)
				return r;
	return NULL;
}

const struct egov__lint_rule_info *egov__lint_rule(size_t i)
{
	const struct egov__lint_row *const r = row(i);

	return r == NULL ? NULL : &r->info;
}

bool egov__lint_ext(const struct egov__lint_subject *s, enum egov__oid type, struct egov__ext *ext)
{
	return egov__ext_find(s->extensions, type, ext);
}

bool egov__lint_is(const struct egov__lint_subject *s, enum egov__profile_kind kind)
{
	return egov__profile_kind(s->context->profile) == kind;
}

bool egov__lint_is_ca(const struct egov__lint_subject *s)
{
	return egov__lint_is(s, EGOV__PROFILE_ROOT_CA) || egov__lint_is(s, EGOV__PROFILE_SUB_CA);
}

/* --- reading what is judged ----------------------------------------------------- */

static enum egov_status read_cert(struct egov__lint_subject *s, struct egov_error *err)
{
	const enum egov_status rc = egov__cert_tbs_decode(egov__tbs_der(s->tbs), &s->cert, err);

	if (rc != EGOV_OK)
		return rc;
	s->subject = s->cert.subject;
	s->spki = s->cert.spki;
	s->issuer = s->cert.issuer;
	s->algorithm = s->cert.inner_algorithm;
	s->extensions = s->cert.extensions;
	return EGOV_OK;
}

static enum egov_status read_crl(struct egov__lint_subject *s, struct egov_error *err)
{
	const enum egov_status rc = egov__crl_tbs_decode(egov__tbs_der(s->tbs), &s->crl, err);

	if (rc != EGOV_OK)
		return rc;
	s->issuer = s->crl.issuer;
	s->algorithm = s->crl.inner_algorithm;
	s->extensions = s->crl.extensions;
	return EGOV_OK;
}

/* CertificationRequestInfo (RFC 2986, 4.1). */
static enum egov_status read_request(struct egov__lint_subject *s, struct egov_error *err)
{
	static const char what[] = "certificationRequestInfo";
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc;

	rc = egov__der_only(egov__tbs_der(s->tbs), EGOV__SEQUENCE, what, &in, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(&in, "version", &s->request_version, err);
	if (rc == EGOV_OK)
		rc = egov__signed_name(&in, "subject", &s->subject, err);
	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "subjectPublicKeyInfo", &s->spki, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__CONTEXT_CONS | 0, "attributes", &s->attributes, err);
	return rc != EGOV_OK ? rc : egov__der_end(in, what, err);
}

static enum egov_status read_subject(struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->kind == EGOV_OBJECT_CERTIFICATE)
		return read_cert(s, err);
	return s->kind == EGOV_OBJECT_CRL ? read_crl(s, err) : read_request(s, err);
}

/* --- running the table ------------------------------------------------------------ */

static bool applies(const struct egov__lint_rule_info *info, enum egov_object_kind kind)
{
	if (kind == EGOV_OBJECT_CERTIFICATE)
		return info->certificates;
	return kind == EGOV_OBJECT_CRL ? info->crls : info->requests;
}

static const char *severity_name(enum egov__severity severity)
{
	if (severity == EGOV__LINT_ERROR)
		return "error";
	return severity == EGOV__LINT_WARNING ? "warning" : "note";
}

static void tell(struct egov_report *findings, const struct egov__lint_rule_info *info,
                 const struct egov_error *found)
{
	if (findings == NULL)
		return;
	egov__report_record(findings);
	egov__report_add(findings, "rule", "%s", info->id);
	egov__report_add(findings, "severity", "%s", severity_name(info->severity));
	egov__report_add(findings, "clause", "%s", info->clause);
	egov__report_add(findings, "finding", "%s", found->text);
}

/* The first error goes into err, everything into findings; *errors counts. */
static enum egov_status run(const struct egov__lint_subject *s, struct egov_report *findings,
                            size_t *errors, struct egov_error *err)
{
	const struct egov__lint_row *r;

	for (size_t i = 0; (r = row(i)) != NULL; i++) {
		struct egov_error found = { 0 };
		enum egov_status rc;

		if (!applies(&r->info, s->kind))
			continue;
		rc = r->check(s, &found);
		if (rc == EGOV_OK)
			continue;
		if (rc != EGOV_E_POLICY && rc != EGOV_E_SYNTAX)
			return egov_error_set(err, rc, found.clause, "rule %s: %s", r->info.id,
			                      found.text);
		tell(findings, &r->info, &found);
		if (r->info.severity == EGOV__LINT_ERROR && (*errors)++ == 0)
			(void)egov_error_set(err, EGOV_E_POLICY, r->info.clause, "%s: %s",
			                     r->info.id, found.text);
	}
	return findings == NULL ? EGOV_OK : egov__report_check(findings, err);
}

static enum egov_status check_context(const struct egov_tbs *tbs,
                                      const struct egov__lint_context *context,
                                      struct egov_error *err)
{
	const enum egov_object_kind kind = egov__tbs_kind(tbs);
	const bool nobody = context->issuer_name.size == 0;

	if (kind == EGOV_OBJECT_CERTIFICATE && context->profile == NULL)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "lint of a certificate needs its profile");
	if (kind == EGOV_OBJECT_CERTIFICATE
	    && nobody != (egov__profile_kind(context->profile) == EGOV__PROFILE_ROOT_CA))
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "a root has no issuer beside itself, and nobody else is without one");
	if (kind == EGOV_OBJECT_CRL && nobody)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "lint of a CRL needs its issuer");
	return EGOV_OK;
}

enum egov_status egov__lint_clear(struct egov_tbs *tbs, const struct egov__lint_context *context,
                                  struct egov_report *findings, struct egov_cleared **out,
                                  struct egov_error *err)
{
	struct egov__lint_subject s = { .context = context, .tbs = tbs };
	struct egov_cleared *cleared;
	size_t errors = 0;
	enum egov_status rc = check_context(tbs, context, err);

	if (rc != EGOV_OK)
		return rc;
	s.kind = egov__tbs_kind(tbs);
	s.self_signed = context->issuer_name.size == 0;
	rc = read_subject(&s, err);
	if (rc == EGOV_OK)
		rc = run(&s, findings, &errors, err);
	if (rc == EGOV_OK && errors > 0)
		rc = EGOV_E_POLICY;
	if (rc != EGOV_OK)
		return rc;
	cleared = calloc(1, sizeof(*cleared));
	if (cleared == NULL)
		return egov_error_nomem(err);
	cleared->tbs = tbs;
	*out = cleared;
	return EGOV_OK;
}

const struct egov_tbs *egov__cleared_tbs(const struct egov_cleared *cleared)
{
	return cleared->tbs;
}

void egov__cleared_free(struct egov_cleared *cleared)
{
	if (cleared == NULL)
		return;
	egov__tbs_free(cleared->tbs);
	free(cleared);
}
