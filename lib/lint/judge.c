/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/lint.h>

#include "base/pem.h"
#include "base/text.h"
#include "lint/lint_impl.h"

/* The table over objects that others made. */

/* --- what a certificate looks like --------------------------------------------------- */

/* By basicConstraints; version 1 has none, and there the key usage is all there is. */
static bool looks_like_ca(const struct egov__lint_subject *s)
{
	struct egov__basic_constraints bc = { false, false, 0 };
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_BASIC_CONSTRAINTS, &ext))
		return (egov__lint_usage(s) & EGOV__KU_KEY_CERT_SIGN) != 0;
	return egov__ext_basic_constraints(ext.value, &bc, NULL) == EGOV_OK && bc.ca;
}

/* Its own issuer, by name and, where they are written, by key identifiers too. */
static bool looks_self_signed(const struct egov__lint_subject *s)
{
	struct egov_slice ski = EGOV__NO_SLICE;
	struct egov__aki aki;
	struct egov__ext ext;

	if (s->object != CERT || !egov__slice_equal(s->issuer, s->subject))
		return false;
	if (!egov__lint_ext(s, EGOV__OID_AKI, &ext)
	    || egov__ext_aki(ext.value, &aki, NULL) != EGOV_OK || aki.key_id.size == 0
	    || !egov__lint_ext(s, EGOV__OID_SKI, &ext)
	    || egov__ext_ski(ext.value, &ski, NULL) != EGOV_OK)
		return true;
	return egov__slice_equal(aki.key_id, ski);
}

static enum egov__profile_kind holder_of(const struct egov__lint_subject *s)
{
	const unsigned signing = EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION;
	struct egov__lint_purposes found = { 0 };
	const unsigned bits = egov__lint_usage(s);

	if (looks_like_ca(s))
		return s->self_signed ? EGOV__PROFILE_ROOT_CA : EGOV__PROFILE_SUB_CA;
	(void)!egov__lint_purposes(s, &found, NULL);
	if (found.ocsp > 0)
		return EGOV__PROFILE_OCSP;
	if (found.stamping > 0)
		return EGOV__PROFILE_TIMESTAMP;
	if (bits != 0 && (bits & signing) == 0)
		return EGOV__PROFILE_ENCRYPTION;
	return found.tls > 0 ? EGOV__PROFILE_DEVICE : EGOV__PROFILE_SIGNING;
}

/* --- objects ----------------------------------------------------------------------- */

struct judging {
	struct egov__lint_context context;
	struct egov_report *findings;
	struct egov__lint_room room;
	size_t objects;
	bool wrong;
	struct egov_error *err;         /* gets the first error of all objects */
};

static void tell_verdict(struct egov_report *findings, size_t number, unsigned object,
                         const struct egov__lint_counts *counts)
{
	if (findings == NULL)
		return;
	egov__report_record(findings);
	egov__report_add(findings, "object", "%zu", number);
	egov__report_add(findings, "kind", "%s", egov__lint_object_name(object));
	egov__report_add(findings, "errors", "%zu", counts->of[EGOV__LINT_ERROR]);
	egov__report_add(findings, "warnings", "%zu", counts->of[EGOV__LINT_WARNING]);
	egov__report_add(findings, "notes", "%zu", counts->of[EGOV__LINT_NOTE]);
	egov__report_add(findings, "verdict", "%s",
	                 counts->of[EGOV__LINT_ERROR] == 0 ? "clean" : "wrong");
}

/* A root needs no issuer to compare with: it is its own. */
static void look_at(struct egov__lint_subject *s, struct egov__lint_context *context)
{
	if (s->object != CERT)
		return;
	s->self_signed = context->profile == NULL
	                         ? looks_self_signed(s)
	                         : egov__profile_kind(context->profile) == EGOV__PROFILE_ROOT_CA;
	s->holder = context->profile == NULL ? holder_of(s) : egov__profile_kind(context->profile);
}

static enum egov_status judge_object(void *user, struct egov_slice der, struct egov_error *err)
{
	struct judging *j = user;
	struct egov__lint_subject s = egov__lint_begin(&j->context, &j->room);
	struct egov__lint_counts counts = { { 0 } };
	struct egov_error unread = { .status = EGOV_OK };
	enum egov_status rc;

	j->objects++;
	rc = egov__lint_read(&s, der, &unread);
	if (rc != EGOV_OK && s.object == 0)
		return egov_error_set(err, rc, unread.clause, "%s", unread.text);
	s.unread = rc == EGOV_OK ? NULL : &unread;
	look_at(&s, &j->context);
	rc = egov__lint_run(&s, j->objects, j->findings, &counts, j->wrong ? NULL : j->err);
	if (rc != EGOV_OK && rc != EGOV_E_POLICY)
		return rc;
	j->wrong = j->wrong || rc == EGOV_E_POLICY;
	tell_verdict(j->findings, j->objects, s.object, &counts);
	return EGOV_OK;
}

/* --- what is asked ------------------------------------------------------------------- */

static enum egov_status take_rules(const char *rules, unsigned *sources, struct egov_error *err)
{
	static const enum egov__lint_source all[] = {
		EGOV__LINT_RFC5280, EGOV__LINT_GM, EGOV__LINT_ARTICLE19, EGOV__LINT_CPS,
	};
	struct egov_slice list = egov__slice_text(rules), item;

	while (egov__list_next(&list, &item)) {
		size_t i = 0;

		while (i < 4 && !egov__slice_is(item, egov__lint_source_name(all[i])))
			i++;
		if (i == 4)
			return egov_error_set(err, EGOV_E_USAGE, NULL,
			                      "rules: %.*s is none of rfc5280, gm, article19 and cps",
			                      (int)item.size, (const char *)item.data);
		*sources |= all[i];
	}
	return *sources != 0 ? EGOV_OK : egov_error_set(err, EGOV_E_USAGE, NULL, "rules: none is named");
}

static enum egov_status take_options(const struct egov_lint_options *options,
                                     struct egov__lint_context *context, struct egov_error *err)
{
	struct egov__ext ext;

	context->profile = options->profile;
	context->foreign = options->profile == NULL;
	context->id = options->id;
	if (options->issuer != NULL) {
		context->issuer = egov__cert_fields(options->issuer);
		context->issuer_name = context->issuer->subject;
		context->issuer_not_after = context->issuer->not_after;
		if (egov__cert_ext(options->issuer, EGOV__OID_SKI, &ext))
			(void)!egov__ext_ski(ext.value, &context->issuer_key_id, NULL);
	}
	return options->rules == NULL ? EGOV_OK : take_rules(options->rules, &context->sources, err);
}

enum egov_status egov_lint(struct egov_slice bytes, const struct egov_lint_options *options,
                           struct egov_report *findings, struct egov_error *err)
{
	static const struct egov_lint_options none = { .rules = NULL };
	struct egov_error first = { .status = EGOV_OK };
	struct judging j = { .context = { .now = EGOV_TIME_NONE,
		                          .issuer_not_after = EGOV_TIME_NONE,
		                          .max_next_update = EGOV_TIME_NONE },
		             .findings = findings,
		             .err = &first };
	enum egov_status rc = take_options(options == NULL ? &none : options, &j.context, err);

	if (rc == EGOV_OK)
		rc = egov__objects(bytes, NULL, judge_object, &j, err);
	if (rc == EGOV_OK && j.objects == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "nothing to judge in it");
	if (rc == EGOV_OK && findings != NULL)
		rc = egov__report_check(findings, err);
	if (rc != EGOV_OK || !j.wrong)
		return rc;
	return egov_error_set(err, EGOV_E_POLICY, first.clause, "%s", first.text);
}

/* --- the table as data --------------------------------------------------------------- */

static void add_objects(struct egov_report *report, unsigned objects)
{
	struct egov_buf text = EGOV__BUF(256);

	for (unsigned object = EGOV__LINT_CERTIFICATE; object <= EGOV__LINT_OCSP; object <<= 1) {
		if ((objects & object) == 0)
			continue;
		if (text.size > 0)
			egov__buf_text(&text, ",");
		egov__buf_text(&text, egov__lint_object_name(object));
	}
	egov__report_take(report, "applies-to", &text);
}

enum egov_status egov_lint_rules(struct egov_report *report, struct egov_error *err)
{
	const struct egov__lint_rule_info *info;

	for (size_t i = 0; (info = egov__lint_rule(i)) != NULL; i++) {
		egov__report_record(report);
		egov__report_add(report, "id", "%s", info->id);
		egov__report_add(report, "severity", "%s", egov__lint_severity_name(info->severity));
		egov__report_add(report, "source", "%s", egov__lint_source_name(info->source));
		egov__report_add(report, "clause", "%s", info->clause);
		add_objects(report, info->objects);
		egov__report_add(report, "field", "%s", info->field);
		egov__report_add(report, "text", "%s", egov__text(info->summary));
	}
	return egov__report_check(report, err);
}
