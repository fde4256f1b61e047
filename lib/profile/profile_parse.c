/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "x509/ext.h"

#define ART_16 "Order No. 4, Art. 16"
#define ART_19 "Order No. 4, Art. 19"
#define ART_21 "Order No. 4, Art. 21"
#define ART_24 "Order No. 4, Art. 24"
#define NAMES "GM/T 0043, 6.2.1"

#define INTERNAL (1u << EGOV_HOLDER_INTERNAL)

/* What the tables of GM/T 0015, annex C fix for each kind. */
static const struct kind {
	const char *name, *table;
	bool ca;
	unsigned usage, usage_optional;
	const char *usage_wanted;
} kinds[] = {
	[EGOV__PROFILE_ROOT_CA] = { "root-ca", "GM/T 0015, table C.1", true,
		                    EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN, 0,
		                    EGOV__N("want exactly keyCertSign and cRLSign") },
	[EGOV__PROFILE_SUB_CA] = { "sub-ca", "GM/T 0015, table C.2", true,
		                   EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN, 0,
		                   EGOV__N("want exactly keyCertSign and cRLSign") },
	[EGOV__PROFILE_SIGNING] = { "signing", "GM/T 0015, table C.3", false,
		                    EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION, 0,
		                    EGOV__N("want exactly digitalSignature and nonRepudiation") },
	[EGOV__PROFILE_OCSP] = { "ocsp-responder", "GM/T 0015, 5.2.4.2.5", false,
		                 EGOV__KU_DIGITAL_SIGNATURE, EGOV__KU_NON_REPUDIATION,
		                 EGOV__N("want digitalSignature, and at most nonRepudiation "
		                         "beside it") },
	[EGOV__PROFILE_ENCRYPTION] = { "encryption", "GM/T 0015, table C.4", false,
		                       EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT
		                               | EGOV__KU_KEY_AGREEMENT, 0,
		                       EGOV__N("want exactly keyEncipherment, dataEncipherment and "
		                               "keyAgreement") },
	[EGOV__PROFILE_DEVICE] = { "device", "GM/T 0015, tables B.2 and C.3", false,
		                   EGOV__KU_DIGITAL_SIGNATURE, EGOV__KU_NON_REPUDIATION,
		                   EGOV__N("want digitalSignature, and at most nonRepudiation "
		                           "beside it") },
	[EGOV__PROFILE_TIMESTAMP] = { "timestamp", "RFC 3161, 2.3", false,
		                      EGOV__KU_DIGITAL_SIGNATURE, EGOV__KU_NON_REPUDIATION,
		                      EGOV__N("want digitalSignature, and at most nonRepudiation "
		                              "beside it") },
};

/* Purposes that one kind has alone, and no other has. */
static const struct {
	enum egov__profile_kind kind;
	enum egov__oid purpose;
	const char *clause;
} sole_purposes[] = {
	{ EGOV__PROFILE_OCSP, EGOV__OID_EKU_OCSP_SIGNING, "RFC 6960, 4.2.2.2" },
	{ EGOV__PROFILE_TIMESTAMP, EGOV__OID_EKU_TIME_STAMPING, "RFC 3161, 2.3" },
};

/* Years after loss of validity (Order No. 4, Art. 24; trial measures of 2009,
 * Art. 24); what the CA itself holds is kept as long as the longest. */
static const struct {
	const char *name;
	int years;
} retentions[] = {
	{ "government", 10 },
	{ "enterprise", 5 },
	{ "person", 5 },
	{ "ca", EGOV__RETENTION_LONGEST },
};

/* keyUsage of which one bit must be set (GM/T 0015, 5.2.4.2.5). */
static const struct {
	enum egov__oid purpose;
	unsigned usage;
} purposes[] = {
	{ EGOV__OID_EKU_SERVER_AUTH,
	  EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_KEY_AGREEMENT },
	{ EGOV__OID_EKU_CLIENT_AUTH, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_KEY_AGREEMENT },
	{ EGOV__OID_EKU_CODE_SIGNING, EGOV__KU_DIGITAL_SIGNATURE },
	{ EGOV__OID_EKU_EMAIL, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION
	                               | EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_KEY_AGREEMENT },
	{ EGOV__OID_EKU_TIME_STAMPING, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION },
	{ EGOV__OID_EKU_OCSP_SIGNING, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION },
};

static const struct {
	const char *name;
	enum egov__oid extension;
	enum egov__fact fact;
} identities[] = {
	{ "resident-id", EGOV__OID_IDENTIFY_CODE, EGOV__FACT_RESIDENT_ID },
	{ "credit-code", EGOV__OID_ORGANIZATION_CODE, EGOV__FACT_CREDIT_CODE },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum egov__fact egov__identity_fact(enum egov__oid extension)
{
	for (size_t i = 0; i < COUNT(identities); i++)
		if (identities[i].extension == extension)
			return identities[i].fact;
	return EGOV__FACT_COUNT;
}

/* The holder is not the CA itself. */
static bool is_of_others(const struct egov_profile *p)
{
	return p->kind == EGOV__PROFILE_SIGNING || p->kind == EGOV__PROFILE_ENCRYPTION
	       || p->kind == EGOV__PROFILE_DEVICE;
}

static bool is_root(const struct egov_profile *p)
{
	return p->kind == EGOV__PROFILE_ROOT_CA;
}

static enum egov_status require(struct egov_profile *p, const char *section, const char *key,
                                const char *clause, const char **value, struct egov_error *err)
{
	const char *found = egov__conf_get(p->conf, section, key);

	if (found == NULL || *found == 0)
		return egov__conf_error(p->conf, section, key, err, EGOV_E_SYNTAX, clause,
		                        "missing");
	*value = found;
	return EGOV_OK;
}

/* The key may not stand in a profile of this kind. */
static enum egov_status forbid(struct egov_profile *p, const char *section, const char *key,
                               struct egov_error *err)
{
	if (egov__conf_get(p->conf, section, key) == NULL)
		return EGOV_OK;
	return egov__conf_error(p->conf, section, key, err, EGOV_E_POLICY, kinds[p->kind].table,
	                        "not in a profile of kind %s", kinds[p->kind].name);
}

static enum egov_status read_kind(struct egov_profile *p, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc = require(p, "profile", "kind", NULL, &text, err);

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(text, kinds[i].name) == 0) {
			p->kind = (enum egov__profile_kind)i;
			return EGOV_OK;
		}
	return egov__conf_error(p->conf, "profile", "kind", err, EGOV_E_SYNTAX, NULL,
	                        "\"%.40s\": want root-ca, sub-ca, signing, encryption, device, "
	                        "ocsp-responder or timestamp", text);
}

static enum egov_status read_use(struct egov_profile *p, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc = require(p, "profile", "use", NULL, &text, err);

	if (rc != EGOV_OK)
		return rc;
	p->test = strcmp(text, "test") == 0;
	if (!p->test && strcmp(text, "production") != 0)
		return egov__conf_error(p->conf, "profile", "use", err, EGOV_E_SYNTAX, NULL,
		                        "\"%.40s\": want test or production", text);
	return EGOV_OK;
}

/* The CA's own certificates and those of others never share a profile: the
 * internal kind needs no proofs of Art. 21. */
static enum egov_status read_holders(struct egov_profile *p, struct egov_error *err)
{
	const bool own = !is_of_others(p);
	enum egov_holder_kind kind;
	const char *text = NULL;
	struct egov_slice list, item;
	enum egov_status rc = require(p, "profile", "holder", ART_21, &text, err);

	if (rc != EGOV_OK)
		return rc;
	list = egov__slice_text(text);
	while (egov__list_next(&list, &item)) {
		if (!egov__holder_kind_parse(item, &kind))
			return egov__conf_error(p->conf, "profile", "holder", err, EGOV_E_SYNTAX,
			                        NULL,
			                        "\"%.*s\": want government, enterprise, person or "
			                        "internal",
			                        item.size > 40 ? 40 : (int)item.size,
			                        (const char *)item.data);
		p->holders |= 1u << kind;
	}
	if (own && p->holders != INTERNAL)
		return egov__conf_error(p->conf, "profile", "holder", err, EGOV_E_POLICY, ART_21,
		                        "want internal and nothing else");
	if (!own && (p->holders == 0 || (p->holders & INTERNAL) != 0))
		return egov__conf_error(p->conf, "profile", "holder", err, EGOV_E_POLICY, ART_21,
		                        "want government, enterprise or person: internal is for "
		                        "the CA's own certificates");
	return EGOV_OK;
}

static enum egov_status read_retention(struct egov_profile *p, struct egov_error *err)
{
	const bool long_kept = (p->holders & (1u << EGOV_HOLDER_GOVERNMENT | INTERNAL)) != 0;
	const char *text = NULL;
	enum egov_status rc = require(p, "profile", "retention", ART_24, &text, err);

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; i < COUNT(retentions); i++)
		if (strcmp(text, retentions[i].name) == 0)
			p->retention.years = retentions[i].years;
	if (p->retention.years == 0)
		return egov__conf_error(p->conf, "profile", "retention", err, EGOV_E_SYNTAX,
		                        ART_24,
		                        "\"%.40s\": want government, enterprise, person or ca",
		                        text);
	if (long_kept && p->retention.years < 10)
		return egov__conf_error(p->conf, "profile", "retention", err, EGOV_E_POLICY,
		                        ART_24,
		                        "%s keeps records for %d years, at least 10 wanted for "
		                        "government holders and the CA itself",
		                        text, p->retention.years);
	return EGOV_OK;
}

static enum egov_status read_people(struct egov_profile *p, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc = require(p, "profile", "people", ART_21, &text, err);

	if (rc != EGOV_OK)
		return rc;
	p->two_people = strcmp(text, "2") == 0;
	if (!p->two_people && strcmp(text, "1") != 0)
		return egov__conf_error(p->conf, "profile", "people", err, EGOV_E_SYNTAX, ART_21,
		                        "\"%.40s\": want 1 or 2", text);
	if (!p->two_people && (p->holders & INTERNAL) != 0)
		return egov__conf_error(p->conf, "profile", "people", err, EGOV_E_POLICY,
		                        "Order No. 4, Art. 22",
		                        "1, want 2 for certificates of the CA itself");
	return EGOV_OK;
}

static enum egov_status read_profile(struct egov_profile *p, struct egov_error *err)
{
	enum egov_status rc = require(p, "profile", "name", NULL, &p->name, err);

	if (rc == EGOV_OK && !egov__profile_name_valid(p->name))
		rc = egov__conf_error(p->conf, "profile", "name", err, EGOV_E_SYNTAX, NULL,
		                      "\"%.40s\": want 1 to 64 of a-z, 0-9 and -", p->name);
	if (rc == EGOV_OK)
		rc = read_kind(p, err);
	if (rc == EGOV_OK)
		rc = read_use(p, err);
	if (rc == EGOV_OK)
		rc = read_holders(p, err);
	if (rc == EGOV_OK)
		rc = read_retention(p, err);
	return rc == EGOV_OK ? read_people(p, err) : rc;
}

/* By dotted text or known name. */
static enum egov_status add_oid(struct oid_list *list, struct egov_slice item,
                                struct egov_error *err)
{
	const size_t start = list->bytes.size;
	char text[128];
	enum egov__oid known;
	enum egov_status rc = EGOV_OK;

	if (list->count == COUNT(list->oids) || item.size >= sizeof(text))
		return egov_error_set(err, EGOV_E_LIMIT, NULL,
		                      "more than %zu identifiers, or one of more than %zu octets",
		                      COUNT(list->oids), sizeof(text) - 1);
	memcpy(text, item.data, item.size);
	text[item.size] = 0;
	known = egov__oid_by_text(text);
	if (known != EGOV__OID_UNKNOWN)
		egov__buf_slice(&list->bytes, egov__oid_get(known)->contents);
	else
		rc = egov__der_oid_parse(text, &list->bytes, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&list->bytes, err);
	if (rc == EGOV_OK)
		list->oids[list->count++].size = list->bytes.size - start;
	return rc;
}

/* Comes last, when the bytes no longer move. */
static enum egov_status settle_oids(struct oid_list *list, const char *clause,
                                    struct egov_error *err)
{
	size_t at = 0;

	for (size_t i = 0; i < list->count; i++) {
		list->oids[i].data = list->bytes.data + at;
		at += list->oids[i].size;
		for (size_t j = 0; j < i; j++)
			if (egov__slice_equal(list->oids[i], list->oids[j]))
				return egov_error_set(err, EGOV_E_POLICY, clause,
				                      "an identifier is given twice");
	}
	return EGOV_OK;
}

static enum egov_status read_oids(struct egov_profile *p, const char *section, const char *key,
                                  const char *clause, struct oid_list *list,
                                  struct egov_error *err)
{
	const char *text = egov__conf_get(p->conf, section, key);
	struct egov_slice rest = text == NULL ? EGOV__NO_SLICE : egov__slice_text(text);
	struct egov_slice item;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && egov__list_next(&rest, &item))
		rc = add_oid(list, item, err);
	if (rc == EGOV_OK)
		rc = settle_oids(list, clause, err);
	return egov__conf_prefix(p->conf, section, key, err, rc);
}

static bool is_under(struct egov_slice oid, const uint8_t *arc, size_t size)
{
	return oid.size >= size && memcmp(oid.data, arc, size) == 0;
}

static enum egov_status check_policies(const struct egov_profile *p, struct egov_error *err)
{
	static const uint8_t example_arc[] = { 0x88, 0x37 };    /* 2.999 */
	const struct oid_list *list = &p->policies;

	if (list->count == 0)
		return egov__conf_error(p->conf, "policy", "oid", err, EGOV_E_POLICY, ART_19,
		                        "missing: put the CA's own policy OID here");
	if (!kinds[p->kind].ca && list->count == 1
	    && egov__oid_find(list->oids[0]) == EGOV__OID_ANY_POLICY)
		return egov__conf_error(p->conf, "policy", "oid", err, EGOV_E_POLICY, ART_19,
		                        "anyPolicy alone names no policy: put the CA's own policy "
		                        "OID here");
	for (size_t i = 0; i < list->count; i++) {
		const enum egov__oid known = egov__oid_find(list->oids[i]);

		if (known != EGOV__OID_UNKNOWN && known != EGOV__OID_ANY_POLICY)
			return egov__conf_error(p->conf, "policy", "oid", err, EGOV_E_POLICY,
			                        ART_19, "%s is not a policy",
			                        egov__oid_get(known)->name);
		if (!p->test && is_under(list->oids[i], example_arc, sizeof(example_arc)))
			return egov__conf_error(p->conf, "policy", "oid", err, EGOV_E_POLICY,
			                        ART_19,
			                        "2.999 is the arc for examples: put the CA's own "
			                        "policy OID here");
	}
	return EGOV_OK;
}

static enum egov_status check_uri(const struct egov_profile *p, struct egov_error *err)
{
	const char *uri = p->cps_uri;
	bool fits = uri != NULL && strlen(uri) <= 255
	            && (strncmp(uri, "http://", 7) == 0 || strncmp(uri, "https://", 8) == 0);

	for (const char *c = uri; fits && *c != 0; c++)
		fits = *c > 0x20 && *c < 0x7f;
	if (uri != NULL && !fits)
		return egov__conf_error(p->conf, "policy", "cps_uri", err, EGOV_E_SYNTAX,
		                        "RFC 5280, 4.2.1.4",
		                        "want an http:// or https:// URI in ASCII of at most 255 "
		                        "characters");
	return EGOV_OK;
}

static enum egov_status check_cps_version(const struct egov_profile *p, struct egov_error *err)
{
	const struct egov_slice text = egov__slice_text(p->cps_version);
	size_t characters = 0;

	if (!egov__utf8_check(text, &characters) || egov__utf8_has_control(text)
	    || characters > 64)
		return egov__conf_error(p->conf, "policy", "cps_version", err, EGOV_E_SYNTAX, ART_16,
		                        "want at most 64 characters, no control characters");
	return EGOV_OK;
}

static enum egov_status read_policy(struct egov_profile *p, struct egov_error *err)
{
	static const char *const keys[] = { "oid", "cps_version", "cps_uri" };
	enum egov_status rc = EGOV_OK;

	if (is_root(p)) {
		for (size_t i = 0; rc == EGOV_OK && i < COUNT(keys); i++)
			rc = forbid(p, "policy", keys[i], err);
		return rc;
	}
	rc = read_oids(p, "policy", "oid", "RFC 5280, 4.2.1.4", &p->policies, err);
	if (rc == EGOV_OK)
		rc = check_policies(p, err);
	if (rc == EGOV_OK)
		rc = require(p, "policy", "cps_version", ART_16, &p->cps_version, err);
	if (rc == EGOV_OK)
		rc = check_cps_version(p, err);
	p->cps_uri = egov__conf_get(p->conf, "policy", "cps_uri");
	return rc == EGOV_OK ? check_uri(p, err) : rc;
}

static enum egov_status read_duration(struct egov_profile *p, const char *key,
                                      struct egov_duration *out, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc = require(p, "validity", key, ART_19, &text, err);

	return rc == EGOV_OK ? egov__conf_duration(p->conf, "validity", key, out, err) : rc;
}

static enum egov_status read_validity(struct egov_profile *p, struct egov_error *err)
{
	egov_time usual = 0, most = 0;
	enum egov_status rc = read_duration(p, "default", &p->validity, err);

	if (rc == EGOV_OK)
		rc = read_duration(p, "maximum", &p->max_validity, err);
	/* Years and days are compared from 1970 on; the dates themselves are
	 * judged again for each certificate. */
	if (rc == EGOV_OK)
		rc = egov__conf_prefix(p->conf, "validity", "default", err,
		                       egov_time_add(0, p->validity, &usual, err));
	if (rc == EGOV_OK)
		rc = egov__conf_prefix(p->conf, "validity", "maximum", err,
		                       egov_time_add(0, p->max_validity, &most, err));
	if (rc == EGOV_OK && usual > most)
		rc = egov__conf_error(p->conf, "validity", "default", err, EGOV_E_POLICY, ART_19,
		                      "longer than the maximum");
	return rc;
}

static enum egov_status read_rule(struct egov_profile *p, enum egov__fact fact,
                                  struct egov_error *err)
{
	static const char *const words[] = { [SUBJECT_ABSENT] = "absent",
		                             [SUBJECT_OPTIONAL] = "optional",
		                             [SUBJECT_REQUIRED] = "required" };
	const char *key = egov__fact_key(fact);
	const char *text = egov__conf_get(p->conf, "subject", key);

	if (text == NULL)
		return EGOV_OK;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(text, words[i]) == 0) {
			p->rules[fact] = (enum subject_rule)i;
			return EGOV_OK;
		}
	return egov__conf_error(p->conf, "subject", key, err, EGOV_E_SYNTAX, NULL,
	                        "\"%.40s\": want required, optional or absent", text);
}

static enum egov_status read_subject(struct egov_profile *p, struct egov_error *err)
{
	const char *text = NULL;
	enum egov_status rc = require(p, "subject", "common_name", ART_19, &text, err);

	if (rc != EGOV_OK)
		return rc;
	p->common_name = strcmp(text, "name") == 0 ? EGOV__FACT_NAME : EGOV__FACT_ORGANIZATION;
	if (p->common_name == EGOV__FACT_ORGANIZATION && strcmp(text, "organization") != 0)
		return egov__conf_error(p->conf, "subject", "common_name", err, EGOV_E_SYNTAX, NULL,
		                        "\"%.40s\": want name or organization", text);
	for (int i = 0; rc == EGOV_OK && i < EGOV__FACT_RESIDENT_ID; i++)
		if (i != EGOV__FACT_NAME)
			rc = read_rule(p, (enum egov__fact)i, err);
	if (rc == EGOV_OK && p->rules[EGOV__FACT_COUNTRY] != SUBJECT_REQUIRED)
		rc = egov__conf_error(p->conf, "subject", "country", err, EGOV_E_POLICY, NAMES,
		                      "want required: a name begins with its country");
	return rc;
}

static enum egov_status read_usage(struct egov_profile *p, struct egov_error *err)
{
	const struct kind *kind = &kinds[p->kind];
	struct egov_slice list, item;
	const char *text = NULL;
	enum egov_status rc = require(p, "key", "usage", kind->table, &text, err);

	if (rc != EGOV_OK)
		return rc;
	list = egov__slice_text(text);
	while (egov__list_next(&list, &item)) {
		const unsigned bit = egov__key_usage_bit(item);

		if (bit == 0)
			return egov__conf_error(p->conf, "key", "usage", err, EGOV_E_SYNTAX,
			                        "RFC 5280, 4.2.1.3", "\"%.*s\": no such key usage",
			                        item.size > 40 ? 40 : (int)item.size,
			                        (const char *)item.data);
		p->key_usage |= bit;
	}
	if ((p->key_usage & ~kind->usage_optional) != kind->usage)
		return egov__conf_error(p->conf, "key", "usage", err, EGOV_E_POLICY, kind->table,
		                        "%s", egov__text(kind->usage_wanted));
	return EGOV_OK;
}

static enum egov_status check_purpose(const struct egov_profile *p, struct egov_slice oid,
                                      struct egov_error *err)
{
	const enum egov__oid purpose = egov__oid_find(oid);
	unsigned fits = purpose == EGOV__OID_UNKNOWN ? p->key_usage : 0;

	for (size_t i = 0; i < COUNT(purposes); i++)
		if (purposes[i].purpose == purpose)
			fits = purposes[i].usage;
	if ((p->key_usage & fits) == 0)
		return egov__conf_error(p->conf, "key", "extended_usage", err, EGOV_E_POLICY,
		                        "GM/T 0015, 5.2.4.2.5", "%s does not fit the key usage",
		                        egov__oid_get(purpose)->name);
	for (size_t i = 0; i < COUNT(sole_purposes); i++)
		if (sole_purposes[i].purpose == purpose && sole_purposes[i].kind != p->kind)
			return egov__conf_error(p->conf, "key", "extended_usage", err, EGOV_E_POLICY,
			                        sole_purposes[i].clause,
			                        "%s is for profiles of kind %s",
			                        egov__oid_get(purpose)->name,
			                        kinds[sole_purposes[i].kind].name);
	if (p->kind == EGOV__PROFILE_DEVICE && purpose != EGOV__OID_EKU_SERVER_AUTH
	    && purpose != EGOV__OID_EKU_CLIENT_AUTH)
		return egov__conf_error(p->conf, "key", "extended_usage", err, EGOV_E_POLICY,
		                        kinds[p->kind].table, "want serverAuth, clientAuth or both");
	return EGOV_OK;
}

/* A kind with a purpose of its own has that alone; a device says which it has. */
static enum egov_status check_all_purposes(const struct egov_profile *p, struct egov_error *err)
{
	for (size_t i = 0; i < COUNT(sole_purposes); i++)
		if (sole_purposes[i].kind == p->kind
		    && (p->eku.count != 1
		        || egov__oid_find(p->eku.oids[0]) != sole_purposes[i].purpose))
			return egov__conf_error(p->conf, "key", "extended_usage", err, EGOV_E_POLICY,
			                        sole_purposes[i].clause, "want exactly %s",
			                        egov__oid_get(sole_purposes[i].purpose)->name);
	if (p->kind == EGOV__PROFILE_DEVICE && p->eku.count == 0)
		return egov__conf_error(p->conf, "key", "extended_usage", err, EGOV_E_POLICY,
		                        kinds[p->kind].table, "want serverAuth, clientAuth or both");
	return EGOV_OK;
}

static enum egov_status read_extended_usage(struct egov_profile *p, struct egov_error *err)
{
	enum egov_status rc;

	if (kinds[p->kind].ca)
		return forbid(p, "key", "extended_usage", err);
	rc = read_oids(p, "key", "extended_usage", "RFC 5280, 4.2.1.12", &p->eku, err);
	for (size_t i = 0; rc == EGOV_OK && i < p->eku.count; i++)
		rc = check_purpose(p, p->eku.oids[i], err);
	return rc == EGOV_OK ? check_all_purposes(p, err) : rc;
}

static enum egov_status read_path_length(struct egov_profile *p, struct egov_error *err)
{
	const char *text = egov__conf_get(p->conf, "extensions", "path_length");
	uint64_t value = 0;
	enum egov_status rc;

	p->path_len = -1;
	if (!kinds[p->kind].ca)
		return forbid(p, "extensions", "path_length", err);
	if (text == NULL)
		return EGOV_OK;
	rc = egov__conf_number(p->conf, "extensions", "path_length", 0, 16, &value, err);
	if (rc == EGOV_OK)
		p->path_len = (int)value;
	return rc;
}

/* Where status is found: what a root does not have and all others need. */
static enum egov_status read_locations(struct egov_profile *p, struct egov_error *err)
{
	static const char *const keys[] = { "crl_distribution_point", "ca_issuers", "ocsp",
		                              "freshest_crl" };
	bool *const values[] = { &p->extensions.crl_dp, &p->extensions.aia_ca_issuers,
		                 &p->extensions.aia_ocsp, &p->extensions.freshest_crl };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < COUNT(keys); i++)
		rc = is_root(p) ? forbid(p, "extensions", keys[i], err)
		                : egov__conf_boolean(p->conf, "extensions", keys[i], values[i], err);
	if (rc == EGOV_OK && !is_root(p) && !p->extensions.crl_dp)
		rc = egov__conf_error(p->conf, "extensions", keys[0], err, EGOV_E_POLICY,
		                      kinds[p->kind].table,
		                      "want yes: every certificate under the root says where its "
		                      "CRL is");
	return rc;
}

static enum egov_status add_identity(struct egov_profile *p, struct egov_slice item,
                                     struct egov_error *err)
{
	enum egov__oid *const list = p->extensions.identity;
	size_t count = 0;

	while (list[count] != EGOV__OID_UNKNOWN)
		count++;
	for (size_t i = 0; i < COUNT(identities); i++) {
		if (!egov__slice_is(item, identities[i].name))
			continue;
		for (size_t j = 0; j < count; j++)
			if (list[j] == identities[i].extension)
				return egov__conf_error(p->conf, "extensions", "identity", err,
				                        EGOV_E_SYNTAX, "GM/T 0015, 5.2.4",
				                        "%s is given twice", identities[i].name);
		list[count] = identities[i].extension;
		return EGOV_OK;
	}
	return egov__conf_error(p->conf, "extensions", "identity", err, EGOV_E_SYNTAX,
	                        "GM/T 0015, 5.2.4.2.18", "\"%.*s\": want resident-id or credit-code",
	                        item.size > 40 ? 40 : (int)item.size, (const char *)item.data);
}

static enum egov_status read_extensions(struct egov_profile *p, struct egov_error *err)
{
	struct egov_slice list, item;
	const char *text;
	enum egov_status rc = read_path_length(p, err);

	if (rc == EGOV_OK)
		rc = read_locations(p, err);
	if (rc == EGOV_OK && p->kind != EGOV__PROFILE_OCSP)
		rc = forbid(p, "extensions", "ocsp_nocheck", err);
	else if (rc == EGOV_OK)
		rc = egov__conf_boolean(p->conf, "extensions", "ocsp_nocheck",
		                        &p->extensions.ocsp_nocheck, err);
	if (rc == EGOV_OK && !is_of_others(p))
		return forbid(p, "extensions", "identity", err);
	text = egov__conf_get(p->conf, "extensions", "identity");
	list = text == NULL ? EGOV__NO_SLICE : egov__slice_text(text);
	while (rc == EGOV_OK && egov__list_next(&list, &item))
		rc = add_identity(p, item, err);
	return rc;
}

static enum egov_status read_all(struct egov_profile *p, struct egov_error *err)
{
	static enum egov_status (*const sections[])(struct egov_profile *, struct egov_error *) = {
		read_profile,  read_policy,         read_validity,  read_subject,
		read_usage,    read_extended_usage, read_extensions,
		egov__profile_read_renewal,
	};
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < COUNT(sections); i++)
		rc = sections[i](p, err);
	return rc == EGOV_OK ? egov__conf_check_unknown(p->conf, err) : rc;
}

enum egov_status egov__profile_parse(struct egov_slice text, const char *path,
                                     struct egov_profile **out, struct egov_error *err)
{
	struct egov_profile *p = calloc(1, sizeof(*p));
	enum egov_status rc;

	if (p == NULL)
		return egov_error_nomem(err);
	p->policies.bytes.max = EGOV__MAX_OBJECT;
	p->eku.bytes.max = EGOV__MAX_OBJECT;
	rc = egov__conf_parse(text, path, &p->conf, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&text, 1, p->digest, err);
	if (rc == EGOV_OK)
		rc = read_all(p, err);
	if (rc == EGOV_OK)
		*out = p;
	else
		egov_profile_free(p);
	return rc;
}
