/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"

#include <stdlib.h>
#include <string.h>

#include "crl/part.h"
#include "crypto/sm2.h"
#include "lint/lint_impl.h"

struct egov_cleared {
	struct egov_tbs *tbs;
	struct egov__cleared_facts facts;       /* of a list */
};

static const struct egov__lint_row *const tables[] = {
	egov__rules_article19, egov__rules_form,    egov__rules_name,
	egov__rules_extension, egov__rules_profile, egov__rules_crl,
	egov__rules_pkix_field, egov__rules_pkix_key, egov__rules_pkix_name,
	egov__rules_pkix_ext,  egov__rules_pkix_altname, egov__rules_pkix_policy,
	egov__rules_pkix_crl,  egov__rules_pkix_request, egov__rules_pkix_ocsp,
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

const struct egov__lint_rule_info *egov__lint_rule(size_t i)
{
	for (size_t t = 0; t < TABLES; t++)
		for (const struct egov__lint_row *r = tables[t]; r->info.id != NULL; r++)
			if (i-- == 0)
				return &r->info;
	return NULL;
}

bool egov__lint_ext(const struct egov__lint_subject *s, enum egov__oid type, struct egov__ext *ext)
{
	const unsigned place = s->exts->place[type];

	if (place > 0)
		*ext = s->exts->ext[place - 1];
	return place > 0;
}

const char *egov__lint_ext_name(enum egov__oid type)
{
	return type == EGOV__OID_UNKNOWN ? egov__text("of an unknown type")
	                                 : egov__oid_get(type)->name;
}

enum egov_status egov__lint_sm2_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice point;

	return s->sm2_key == EGOV_OK ? EGOV_OK : egov__sm2_spki_point(s->spki, &point, err);
}

bool egov__lint_is(const struct egov__lint_subject *s, enum egov__profile_kind kind)
{
	return s->holder == kind;
}

bool egov__lint_is_ca(const struct egov__lint_subject *s)
{
	return egov__lint_is(s, EGOV__PROFILE_ROOT_CA) || egov__lint_is(s, EGOV__PROFILE_SUB_CA);
}

/* --- names ------------------------------------------------------------------------ */

const char *egov__lint_object_name(unsigned object)
{
	if (object == CERT)
		return "certificate";
	if (object == CRL)
		return "crl";
	return object == CSR ? "request" : "ocsp";
}

const char *egov__lint_severity_name(enum egov__severity severity)
{
	if (severity == EGOV__LINT_ERROR)
		return "error";
	return severity == EGOV__LINT_WARNING ? "warning" : "note";
}

const char *egov__lint_source_name(enum egov__lint_source source)
{
	if (source == EGOV__LINT_RFC5280)
		return "rfc5280";
	if (source == EGOV__LINT_GM)
		return "gm";
	return source == EGOV__LINT_ARTICLE19 ? "article19" : "cps";
}

/* --- running the table ------------------------------------------------------------ */

static enum egov__severity severity_of(const struct egov__lint_rule_info *info,
                                       const struct egov__lint_context *context)
{
	return context->foreign && info->foreign != 0 ? info->foreign : info->severity;
}

static bool applies(const struct egov__lint_rule_info *info, const struct egov__lint_subject *s)
{
	const unsigned sources = s->context->sources;

	return (info->objects & s->object) != 0 && (sources == 0 || (info->source & sources) != 0);
}

struct run {
	const struct egov__lint_subject *s;
	size_t number;
	struct egov_report *findings;
	struct egov__lint_counts *counts;
};

static void tell(const struct run *run, const struct egov__lint_rule_info *info,
                 const struct egov_error *found)
{
	if (run->findings == NULL)
		return;
	egov__report_record(run->findings);
	egov__report_add(run->findings, "object", "%zu", run->number);
	egov__report_add(run->findings, "kind", "%s", egov__lint_object_name(run->s->object));
	egov__report_add(run->findings, "id", "%s", info->id);
	egov__report_add(run->findings, "severity", "%s",
	                 egov__lint_severity_name(severity_of(info, run->s->context)));
	egov__report_add(run->findings, "source", "%s", egov__lint_source_name(info->source));
	egov__report_add(run->findings, "clause", "%s", info->clause);
	egov__report_add(run->findings, "field", "%s", info->field);
	egov__report_add(run->findings, "wanted", "%s", egov__text(info->summary));
	egov__report_add(run->findings, "found", "%s", found->text);
}

static enum egov_status run_rule(const struct run *run, const struct egov__lint_row *r,
                                 struct egov_error *err)
{
	struct egov_error found;
	enum egov__severity severity;
	enum egov_status rc;

	found.status = EGOV_OK;
	found.clause = NULL;
	rc = r->check(run->s, &found);
	if (rc == EGOV_OK)
		return EGOV_OK;
	if (rc != EGOV_E_POLICY && rc != EGOV_E_SYNTAX && rc != EGOV_E_LIMIT)
		return egov_error_set(err, rc, found.clause, "rule %s: %s", r->info.id, found.text);
	tell(run, &r->info, &found);
	severity = severity_of(&r->info, run->s->context);
	if (severity == EGOV__LINT_ERROR && run->counts->of[severity] == 0)
		(void)egov_error_set(err, EGOV_E_POLICY, r->info.clause, "%s: %s", r->info.id,
		                     found.text);
	run->counts->of[severity]++;
	return EGOV_OK;
}

enum egov_status egov__lint_run(const struct egov__lint_subject *s, size_t number,
                                struct egov_report *findings, struct egov__lint_counts *counts,
                                struct egov_error *err)
{
	const struct run run = { s, number, findings, counts };
	enum egov_status rc = EGOV_OK;

	if (s->unread != NULL)
		rc = run_rule(&run, &egov__rules_pkix_field[0], err);
	for (size_t t = 0; t < TABLES && s->unread == NULL; t++)
		for (const struct egov__lint_row *r = tables[t]; r->info.id != NULL && rc == EGOV_OK; r++)
			if (applies(&r->info, s))
				rc = run_rule(&run, r, err);
	if (rc == EGOV_OK && findings != NULL)
		rc = egov__report_check(findings, err);
	return rc == EGOV_OK && counts->of[EGOV__LINT_ERROR] > 0 ? EGOV_E_POLICY : rc;
}

/* --- before signing ---------------------------------------------------------------- */

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

/* The strict readers, as everybody else will use them on what is signed; a list has been read
 * already, and its entries do not stand in what surrounds them. */
static enum egov_status read_strictly(struct egov__lint_subject *s,
                                      const struct egov__lint_list *list, struct egov_slice tbs,
                                      struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	s->whole = tbs;
	if (list != NULL) {
		s->whole = egov_buf_slice(&list->outline.around);
		s->crl = list->outline.fields;
		s->entries = list->entries;
	} else if (s->object == CERT) {
		rc = egov__cert_tbs_decode(tbs, &s->cert, err);
	}
	return rc != EGOV_OK ? rc : egov__lint_read_tbs(s, s->whole, err);
}

static enum egov_status judge(const struct egov_tbs *tbs, const struct egov__lint_list *list,
                              const struct egov__lint_context *context,
                              struct egov_report *findings, struct egov_error *err)
{
	static const unsigned objects[] = { 0, CSR, CERT, CRL };
	struct egov__lint_counts counts = { { 0 } };
	struct egov__lint_room room;
	struct egov__lint_subject s = egov__lint_begin(context, &room);
	enum egov_status rc;

	s.object = objects[egov__tbs_kind(tbs)];
	s.outer = egov__tbs_signature_algorithm(tbs);
	s.self_signed = context->issuer_name.size == 0;
	if (context->profile != NULL)
		s.holder = egov__profile_kind(context->profile);
	rc = read_strictly(&s, list, egov__tbs_der(tbs), err);
	return rc != EGOV_OK ? rc : egov__lint_run(&s, 1, findings, &counts, err);
}

static enum egov_status find_facts(const struct egov__lint_list *list,
                                   struct egov__cleared_facts *facts, struct egov_error *err)
{
	const struct egov_slice extensions = list->outline.fields.extensions;
	enum egov_status rc = egov__crl_number(extensions, &facts->number, err);

	if (rc == EGOV_OK)
		rc = egov__crl_base(extensions, &facts->base, err);
	if (rc == EGOV_OK)
		rc = egov__part_of_crl(extensions, &facts->part, err);
	memcpy(facts->digest, list->digest, sizeof(facts->digest));
	memcpy(facts->seen, list->seen, sizeof(facts->seen));
	return rc;
}

static enum egov_status clear(struct egov_tbs *tbs, const struct egov__lint_list *list,
                              const struct egov__lint_context *context,
                              struct egov_report *findings, struct egov_cleared **out,
                              struct egov_error *err)
{
	struct egov_cleared *cleared;
	enum egov_status rc = judge(tbs, list, context, findings, err);

	if (rc != EGOV_OK)
		return rc;
	cleared = calloc(1, sizeof(*cleared));
	if (cleared == NULL)
		return egov_error_nomem(err);
	if (list != NULL)
		rc = find_facts(list, &cleared->facts, err);
	if (rc != EGOV_OK) {
		free(cleared);
		return rc;
	}
	cleared->tbs = tbs;
	*out = cleared;
	return EGOV_OK;
}

enum egov_status egov__lint_clear(struct egov_tbs *tbs, const struct egov__lint_context *context,
                                  struct egov_report *findings, struct egov_cleared **out,
                                  struct egov_error *err)
{
	struct egov__lint_list *list = NULL;
	enum egov_status rc = check_context(tbs, context, err);

	if (rc == EGOV_OK && egov__tbs_kind(tbs) == EGOV_OBJECT_CRL)
		rc = egov__lint_list_read(tbs, NULL, &list, err);
	if (rc == EGOV_OK)
		rc = clear(tbs, list, context, findings, out, err);
	egov__lint_list_free(list);
	return rc;
}

enum egov_status egov__lint_clear_list(struct egov_tbs *tbs, const struct egov__lint_list *list,
                                       const struct egov__lint_context *context,
                                       struct egov_cleared **out, struct egov_error *err)
{
	enum egov_status rc = check_context(tbs, context, err);

	if (rc == EGOV_OK && list->tbs != tbs)
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "lint of a CRL needs what was read of it");
	return rc == EGOV_OK ? clear(tbs, list, context, NULL, out, err) : rc;
}

const struct egov__cleared_facts *egov__cleared_facts(const struct egov_cleared *cleared)
{
	return egov__tbs_kind(cleared->tbs) == EGOV_OBJECT_CRL ? &cleared->facts : NULL;
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
