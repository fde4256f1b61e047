/* SPDX-License-Identifier: Apache-2.0 */
#include "request/application_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fileio.h"
#include "base/text.h"
#include "crypto/sm3.h"
#include "request/notice.h"
#include "request/person.h"
#include "x509/name.h"

#define ART_21_1 "Order No. 4, Art. 21 para 1"
#define LABEL_MAX 64            /* characters of a method, operator or version */

/* attribute: the DN attribute whose bounds the value must keep. */
static const struct {
	const char *section, *key;
	enum egov__oid attribute;
} facts[EGOV__FACT_COUNT] = {
	[EGOV__FACT_COUNTRY] = { "holder", "country", EGOV__OID_COUNTRY },
	[EGOV__FACT_PROVINCE] = { "holder", "province", EGOV__OID_STATE },
	[EGOV__FACT_LOCALITY] = { "holder", "locality", EGOV__OID_LOCALITY },
	[EGOV__FACT_ORGANIZATION] = { "holder", "organization", EGOV__OID_ORGANIZATION },
	[EGOV__FACT_ORGANIZATIONAL_UNIT] = { "holder", "organizational_unit",
		                             EGOV__OID_ORGANIZATIONAL_UNIT },
	[EGOV__FACT_NAME] = { "holder", "name", EGOV__OID_COMMON_NAME },
	[EGOV__FACT_TITLE] = { "holder", "title", EGOV__OID_TITLE },
	[EGOV__FACT_EMAIL] = { "holder", "email", EGOV__OID_EMAIL },
	[EGOV__FACT_EMPLOYEE_NUMBER] = { "holder", "employee_number", EGOV__OID_SERIAL_NUMBER },
	[EGOV__FACT_RESIDENT_ID] = { "holder", "resident_id", EGOV__OID_UNKNOWN },
	[EGOV__FACT_CREDIT_CODE] = { "holder", "unified_social_credit_code", EGOV__OID_UNKNOWN },
	[EGOV__FACT_AGENT_NAME] = { "agent", "name", EGOV__OID_COMMON_NAME },
	[EGOV__FACT_AGENT_RESIDENT_ID] = { "agent", "resident_id", EGOV__OID_UNKNOWN },
};

static const struct {
	const char *name;
	unsigned required;      /* 1 << fact */
} holders[] = {
	[EGOV_HOLDER_GOVERNMENT] = { "government", 1u << EGOV__FACT_ORGANIZATION
		                                           | 1u << EGOV__FACT_CREDIT_CODE },
	[EGOV_HOLDER_ENTERPRISE] = { "enterprise", 1u << EGOV__FACT_ORGANIZATION
		                                           | 1u << EGOV__FACT_CREDIT_CODE },
	[EGOV_HOLDER_PERSON] = { "person", 1u << EGOV__FACT_NAME | 1u << EGOV__FACT_RESIDENT_ID },
	[EGOV_HOLDER_INTERNAL] = { "internal", 0 },
};

static const struct {
	const char *section, *kind, *clause;
	bool versioned;
} proofs[EGOV__PROOF_COUNT] = {
	[EGOV__PROOF_IDENTITY] = { "proof.identity", "identity", "Order No. 4, Art. 21 para 2", false },
	[EGOV__PROOF_REVIEW] = { "proof.review", "review", "Order No. 4, Art. 21 para 2", false },
	[EGOV__PROOF_NOTICE] = { "proof.notice", "notice", "Order No. 4, Art. 21 para 2", true },
	[EGOV__PROOF_AGREEMENT] = { "proof.agreement", "agreement", "Order No. 4, Art. 21 para 3", true },
	[EGOV__PROOF_CEREMONY] = { "proof.ceremony", "ceremony", "Order No. 4, Art. 22 para 1", false },
};

static const char *const identity_methods[] = { "in-person", "video", "certificate",
	                                        "government-directory", "official-letter", NULL };

const char *egov__fact_key(enum egov__fact fact)
{
	return facts[fact].key;
}

enum egov__oid egov__fact_attribute(enum egov__fact fact)
{
	return facts[fact].attribute;
}

const char *egov__holder_kind_name(enum egov_holder_kind kind)
{
	return holders[kind].name;
}

bool egov__holder_kind_parse(struct egov_slice name, enum egov_holder_kind *kind)
{
	for (int i = EGOV_HOLDER_GOVERNMENT; i <= EGOV_HOLDER_INTERNAL; i++)
		if (egov__slice_is(name, holders[i].name)) {
			*kind = (enum egov_holder_kind)i;
			return true;
		}
	return false;
}

bool egov__profile_name_valid(const char *text)
{
	const size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return size > 0 && size <= 64 && text[size] == 0 && text[0] != '-';
}

/* Text of people: no control characters, at most max characters. */
static enum egov_status check_label(const struct egov__conf *conf, const char *section,
                                    const char *key, const char *value, struct egov_error *err)
{
	const struct egov_slice text = egov__slice_text(value);
	size_t characters = 0;

	if (!egov__utf8_check(text, &characters) || egov__utf8_has_control(text))
		return egov__conf_error(conf, section, key, err, EGOV_E_SYNTAX, "RFC 3629",
		                        "not UTF-8 without control characters");
	if (characters > LABEL_MAX)
		return egov__conf_error(conf, section, key, err, EGOV_E_POLICY, NULL,
		                        "%zu characters, at most %d allowed", characters,
		                        LABEL_MAX);
	return EGOV_OK;
}

static enum egov_status require_label(struct egov__conf *conf, const char *section,
                                      const char *key, const char **value, struct egov_error *err)
{
	enum egov_status rc = egov__conf_require(conf, section, key, value, err);

	return rc == EGOV_OK ? check_label(conf, section, key, *value, err) : rc;
}

/* Who did it is compared with who reviews and approves. */
static enum egov_status require_person(struct egov__conf *conf, const char *section,
                                       const char *key, const char **value, struct egov_error *err)
{
	enum egov_status rc = require_label(conf, section, key, value, err);

	if (rc == EGOV_OK && !egov__person_valid(egov__slice_text(*value)))
		rc = egov__conf_error(conf, section, key, err, EGOV_E_SYNTAX, ART_21_1,
		                      "characters that do not show, or other blanks than single "
		                      "spaces inside");
	return rc;
}

static enum egov_status check_identifier(const struct egov__conf *conf, enum egov__fact fact,
                                         const char *value, struct egov_error *err)
{
	const char *section = facts[fact].section, *key = facts[fact].key;

	if (fact == EGOV__FACT_CREDIT_CODE && !egov__credit_code_valid(value))
		return egov__conf_error(conf, section, key, err, EGOV_E_POLICY, "GB 32100",
		                        "not a unified social credit code: 18 characters, check "
		                        "character modulo 31");
	if (fact != EGOV__FACT_CREDIT_CODE && !egov__resident_id_valid(value))
		return egov__conf_error(conf, section, key, err, EGOV_E_POLICY, "GB 11643",
		                        "not a resident identity number: 17 digits with a date of "
		                        "birth and a check character (X in upper case)");
	return EGOV_OK;
}

static bool is_mailbox(const char *value)
{
	const char *at = strchr(value, '@');

	return at != NULL && at > value && at[1] != 0 && strpbrk(at + 1, "@ ") == NULL
	       && strchr(value, ' ') == NULL;
}

/* The value must fit the attribute that it may become, so that what was
 * approved can also be certified; and nobody is certified under a name that only
 * looks like another one. */
static enum egov_status check_attribute(const struct egov__conf *conf, enum egov__fact fact,
                                        const char *value, struct egov_error *err)
{
	struct egov__name *name = egov__name_new();
	enum egov_status rc;

	if (name == NULL)
		return egov_error_nomem(err);
	rc = egov__name_add(name, egov__attribute_by_oid(facts[fact].attribute),
	                    egov__slice_text(value), err);
	egov__name_free(name);
	if (rc == EGOV_OK && !egov__text_shows(egov__slice_text(value)))
		rc = egov_error_set(err, EGOV_E_SYNTAX, ART_21_1,
		                    "characters that do not show, or other blanks than single spaces "
		                    "inside");
	if (rc == EGOV_OK && fact == EGOV__FACT_EMAIL && !is_mailbox(value))
		rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 5321, 4.1.2", "not a mail address");
	return egov__conf_prefix(conf, facts[fact].section, facts[fact].key, err, rc);
}

static enum egov_status read_fact(struct egov_application *a, enum egov__fact fact,
                                  struct egov_error *err)
{
	const char *section = facts[fact].section, *key = facts[fact].key;
	const char *value = egov__conf_get(a->conf, section, key);

	if (value == NULL)
		return EGOV_OK;
	if (*value == 0)
		return egov__conf_error(a->conf, section, key, err, EGOV_E_SYNTAX, ART_21_1,
		                        "empty: leave the line out, or give a value");
	a->facts[fact] = value;
	return facts[fact].attribute == EGOV__OID_UNKNOWN
	               ? check_identifier(a->conf, fact, value, err)
	               : check_attribute(a->conf, fact, value, err);
}

static enum egov_status check_required(const struct egov_application *a, struct egov_error *err)
{
	const bool agent = egov__conf_has_section(a->conf, "agent");

	for (int i = 0; i < EGOV__FACT_COUNT; i++) {
		const bool of_agent = i >= EGOV__FACT_AGENT_NAME;

		if (a->facts[i] == NULL && of_agent && agent)
			return egov__conf_error(a->conf, "agent", facts[i].key, err, EGOV_E_POLICY,
			                        ART_21_1, "missing: an agent has a name and a number");
		if (a->facts[i] == NULL && (holders[a->kind].required >> i & 1) != 0)
			return egov__conf_error(a->conf, "holder", facts[i].key, err, EGOV_E_POLICY,
			                        ART_21_1, "missing: needed for a holder of kind %s",
			                        holders[a->kind].name);
	}
	return EGOV_OK;
}

static enum egov_status read_holder(struct egov_application *a, struct egov_error *err)
{
	const char *kind = NULL;
	enum egov_status rc = egov__conf_require(a->conf, "holder", "kind", &kind, err);

	if (rc != EGOV_OK)
		return rc;
	if (!egov__holder_kind_parse(egov__slice_text(kind), &a->kind))
		return egov__conf_error(a->conf, "holder", "kind", err, EGOV_E_SYNTAX, NULL,
		                        "\"%.40s\": want government, enterprise, person or internal",
		                        kind);
	for (int i = 0; rc == EGOV_OK && i < EGOV__FACT_COUNT; i++)
		rc = read_fact(a, (enum egov__fact)i, err);
	if (rc == EGOV_OK)
		rc = check_required(a, err);
	if (a->facts[EGOV__FACT_COUNTRY] == NULL)
		a->facts[EGOV__FACT_COUNTRY] = "CN";
	return rc;
}

static enum egov_status check_method(const struct egov__conf *conf, const char *method,
                                     struct egov_error *err)
{
	for (size_t i = 0; identity_methods[i] != NULL; i++)
		if (strcmp(method, identity_methods[i]) == 0)
			return EGOV_OK;
	return egov__conf_error(conf, "proof.identity", "method", err, EGOV_E_POLICY,
	                        proofs[EGOV__PROOF_IDENTITY].clause,
	                        "\"%.40s\": want in-person, video, certificate, "
	                        "government-directory or official-letter",
	                        method);
}

static enum egov_status read_proof_words(struct egov_application *a, enum egov__proof_kind kind,
                                         struct egov_error *err)
{
	struct egov__proof *proof = &a->proofs[kind];
	const char *section = proofs[kind].section, *text = NULL, *slash;
	enum egov_status rc = require_label(a->conf, section, "method", &proof->method, err);

	if (rc == EGOV_OK && kind == EGOV__PROOF_IDENTITY)
		rc = check_method(a->conf, proof->method, err);
	if (rc == EGOV_OK)
		rc = require_person(a->conf, section, "operator", &proof->operator, err);
	if (rc == EGOV_OK)
		rc = egov__conf_require(a->conf, section, "time", &text, err);
	if (rc == EGOV_OK)
		rc = egov__conf_prefix(a->conf, section, "time", err,
		                       egov_time_parse(text, &proof->time, err));
	if (rc == EGOV_OK && proofs[kind].versioned)
		rc = require_label(a->conf, section, "version", &proof->version, err);
	if (rc == EGOV_OK)
		rc = egov__conf_require(a->conf, section, "evidence", &text, err);
	if (rc != EGOV_OK)
		return rc;
	slash = strrchr(text, '/');
	proof->evidence_name = slash == NULL ? text : slash + 1;
	if (*proof->evidence_name == 0 || egov__utf8_has_control(egov__slice_text(text)))
		return egov__conf_error(a->conf, section, "evidence", err, EGOV_E_SYNTAX, NULL,
		                        "not the name of a file");
	return EGOV_OK;
}

/* name as it stands in the file at path: absolute, or beside that file. */
static char *beside(const char *path, const char *name)
{
	const char *slash = *name == '/' ? NULL : strrchr(path, '/');
	struct egov_buf joined = EGOV__BUF(8192);
	char *copy;

	if (slash != NULL)
		egov__buf_append(&joined, path, (size_t)(slash - path) + 1);
	egov__buf_text(&joined, name);
	copy = joined.failed ? NULL : egov__slice_copy(egov_buf_slice(&joined));
	egov__buf_clear(&joined);
	return copy;
}

static enum egov_status read_evidence(struct egov_application *a, enum egov__proof_kind kind,
                                      const char *path, struct egov_error *err)
{
	struct egov__proof *proof = &a->proofs[kind];
	const char *section = proofs[kind].section;
	char *file = beside(path, egov__conf_get(a->conf, section, "evidence"));
	enum egov_status rc;

	rc = file == NULL ? egov_error_nomem(err)
	                  : egov__file_read_regular(file, EGOV__MAX_FILE, &a->evidence[kind], err);
	free(file);
	if (rc == EGOV_OK) {
		proof->evidence = egov_buf_slice(a->evidence[kind]);
		if (proof->evidence.size == 0)
			rc = egov_error_set(err, EGOV_E_POLICY, proofs[kind].clause,
			                    "the file is empty");
	}
	if (rc == EGOV_OK && kind == EGOV__PROOF_NOTICE)
		rc = egov__notice_check(proof->evidence, proof->version, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&proof->evidence, 1, proof->evidence_digest, err);
	return egov__conf_prefix(a->conf, section, "evidence", err, rc);
}

/* path NULL: the evidence is sealed elsewhere, [evidence] has its digests. */
static enum egov_status read_proof(struct egov_application *a, enum egov__proof_kind kind,
                                   const char *path, struct egov_error *err)
{
	struct egov__proof *proof = &a->proofs[kind];
	enum egov_status rc;

	proof->kind = proofs[kind].kind;
	proof->clause = proofs[kind].clause;
	proof->time = EGOV_TIME_NONE;
	if (!egov__conf_has_section(a->conf, proofs[kind].section))
		return EGOV_OK;
	rc = read_proof_words(a, kind, err);
	if (rc == EGOV_OK && path != NULL)
		rc = read_evidence(a, kind, path, err);
	else if (rc == EGOV_OK)
		rc = egov__conf_digest(a->conf, "evidence", proof->kind, proof->evidence_digest, err);
	proof->present = rc == EGOV_OK;
	return rc;
}

static enum egov_status check_profile_name(const struct egov_application *a, const char *key,
                                           const char *name, struct egov_error *err)
{
	if (egov__profile_name_valid(name))
		return EGOV_OK;
	return egov__conf_error(a->conf, "application", key, err, EGOV_E_SYNTAX, NULL,
	                        "\"%.40s\": want the name of a profile: a-z, 0-9 and -", name);
}

static enum egov_status read_profiles(struct egov_application *a, struct egov_error *err)
{
	enum egov_status rc = egov__conf_require(a->conf, "application", "profile", &a->profile, err);

	if (rc == EGOV_OK)
		rc = check_profile_name(a, "profile", a->profile, err);
	a->encrypt_profile = egov__conf_get(a->conf, "application", "encrypt_profile");
	if (rc == EGOV_OK && a->encrypt_profile != NULL)
		rc = check_profile_name(a, "encrypt_profile", a->encrypt_profile, err);
	return rc;
}

static enum egov_status read_application(struct egov_application *a, const char *path,
                                         struct egov_error *err)
{
	enum egov_status rc = read_profiles(a, err);

	if (rc == EGOV_OK)
		rc = read_holder(a, err);
	if (rc == EGOV_OK)
		rc = egov__conf_digest(a->conf, "key", "public_key_sm3", a->key_digest, err);
	for (int i = 0; rc == EGOV_OK && i < EGOV__PROOF_COUNT; i++)
		rc = read_proof(a, (enum egov__proof_kind)i, path, err);
	return rc == EGOV_OK ? egov__conf_check_unknown(a->conf, err) : rc;
}

/* The working copy: what was read, and the digests of what lay beside it. */
static enum egov_status keep_text(struct egov_application *a, struct egov_slice text,
                                  bool with_evidence, struct egov_error *err)
{
	bool headed = false;

	egov__buf_slice(&a->text, text);
	for (int i = 0; with_evidence && i < EGOV__PROOF_COUNT; i++) {
		if (!a->proofs[i].present)
			continue;
		if (!headed)
			egov__buf_text(&a->text, "\n[evidence]\n");
		headed = true;
		egov__buf_printf(&a->text, "%s = ", a->proofs[i].kind);
		egov__buf_hex(&a->text, EGOV__SLICE(a->proofs[i].evidence_digest));
		egov__buf_byte(&a->text, '\n');
	}
	return egov__buf_check(&a->text, err);
}

enum egov_status egov__application_parse(struct egov_slice text, const char *name,
                                         const char *path, struct egov_application **out,
                                         struct egov_error *err)
{
	struct egov_application *a = calloc(1, sizeof(*a));
	enum egov_status rc;

	if (a == NULL)
		return egov_error_nomem(err);
	a->text.max = 2 * (size_t)EGOV__MAX_OBJECT;
	rc = egov__conf_parse(text, name, &a->conf, err);
	if (rc == EGOV_OK)
		rc = read_application(a, path, err);
	if (rc == EGOV_OK)
		rc = keep_text(a, text, path != NULL, err);
	if (rc == EGOV_OK)
		*out = a;
	else
		egov_application_free(a);
	return rc;
}

enum egov_status egov_application_load(const char *path, struct egov_application **out,
                                       struct egov_error *err)
{
	struct egov_buf *text = NULL;
	enum egov_status rc = egov__file_read(path, EGOV__MAX_OBJECT, &text, err);

	if (rc == EGOV_OK)
		rc = egov__application_parse(egov_buf_slice(text), path, path, out, err);
	egov_buf_free(text);
	return rc;
}

enum egov_status egov__application_restore(struct egov_slice text, const char *name,
                                           struct egov_application **out, struct egov_error *err)
{
	return egov__application_parse(text, name, NULL, out, err);
}

void egov_application_free(struct egov_application *application)
{
	if (application == NULL)
		return;
	for (int i = 0; i < EGOV__PROOF_COUNT; i++)
		egov_buf_free(application->evidence[i]);
	egov__conf_free(application->conf);
	egov__buf_clear(&application->text);
	free(application);
}

enum egov_holder_kind egov_application_holder_kind(const struct egov_application *a)
{
	return a->kind;
}

const char *egov_application_profile(const struct egov_application *application)
{
	return application->profile;
}

const char *egov__application_encrypt_profile(const struct egov_application *application)
{
	return application->encrypt_profile;
}

struct egov_slice egov_application_key_digest(const struct egov_application *application)
{
	return EGOV__SLICE(application->key_digest);
}

const char *egov__application_fact(const struct egov_application *application,
                                   enum egov__fact fact)
{
	return application->facts[fact];
}

const struct egov__proof *egov__application_proof(const struct egov_application *application,
                                                  enum egov__proof_kind kind)
{
	return &application->proofs[kind];
}

struct egov_slice egov__application_text(const struct egov_application *application)
{
	return egov_buf_slice(&application->text);
}

enum egov_status egov__application_check_times(const struct egov_application *a, egov_time now,
                                               struct egov_error *err)
{
	char claimed[EGOV_TIME_TEXT], today[EGOV_TIME_TEXT];

	for (int i = 0; i < EGOV__PROOF_COUNT; i++) {
		if (!a->proofs[i].present || a->proofs[i].time <= now)
			continue;
		egov_time_format(a->proofs[i].time, claimed);
		egov_time_format(now, today);
		return egov_error_set(err, EGOV_E_POLICY, a->proofs[i].clause,
		                      "[proof.%s] time: %s lies after now (%s)", a->proofs[i].kind,
		                      claimed, today);
	}
	return EGOV_OK;
}
