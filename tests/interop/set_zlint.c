/* SPDX-License-Identifier: Apache-2.0 */
/* zlint's verdicts by its rules of RFC 5280 and of what goes with it. */
#include "set_lint.h"

#include <string.h>

/* What a part of a name of theirs speaks of, by name of ours; the first that is in it counts. */
static const struct {
	const char *part, *rules;
} names[] = {
	{ "asn1_syntax", "pkix-form pkix-der pkix-ext-form pkix-name-form" },
	{ "basic_constr_invalid_der", "pkix-ext-form:basicConstraints" },
	{ "basic_constraints_not_critical", "pkix-critical:basicConstraints" },
	{ "ca_subject_field_empty", "pkix-subject:CA" },
	{ "contains_unique_identifier", "pkix-unique-id" },
	{ "cert_ext_invalid_der", "pkix-ext-der" },
	{ "cert_extensions_version", "pkix-version" },
	{ "unique_identifier_version", "pkix-version" },
	{ "sig_alg_not_match", "pkix-sigalg-same" },
	{ "crl_empty_extn", "pkix-ext-empty pkix-crl-entry" },
	{ "crl_empty_revoked", "pkix-crl-empty" },
	{ "crl_revoked_certificates_field", "pkix-crl-empty" },
	{ "crl_has_authority", "pkix-aki" },
	{ "crl_has_next_update", "pkix-crl-next" },
	{ "crl_missing_crl_number", "pkix-crl-number" },
	{ "crl_revocation_time", "pkix-crl-dates" },
	{ "crl_sigalgo", "pkix-sigalg-parameters:NULL" },
	{ "reason_code", "pkix-crl-entry:reasonCode" },
	{ "distribution_point_incomplete", "pkix-ext-form:cRLDistributionPoints pkix-crldp-reasons" },
	{ "distribution_point_missing_ldap", "pkix-crldp-address" },
	{ "dns_name_constraint", "pkix-nc-dot" },
	{ "eku_critical_improperly", "pkix-eku-any" },
	{ "empty_sct_list", "pkix-sct-empty" },
	{ "precert_with_sct", "pkix-sct-poison" },
	{ "aia_access_location", "pkix-aia-address" },
	{ "aia_marked_critical", "pkix-not-critical:authorityInfoAccess" },
	{ "authority_key_identifier_critical", "pkix-not-critical:authorityKeyIdentifier" },
	{ "authority_key_identifier_missing", "pkix-aki" },
	{ "authority_key_identifier_no_key", "pkix-aki pkix-aki-key" },
	{ "cannot_be_empty_seq", "pkix-ext-form:empty pkix-crl-idp-empty" },
	{ "contains_noticeref", "pkix-policy-notice-ref" },
	{ "disallowed_any_policy_qualifier", "pkix-policy-any" },
	{ "cert_policy_duplicate", "pkix-ext-form:policy" },
	{ "explicit_text_ia5", "pkix-policy-notice:IA5String" },
	{ "explicit_text_includes_control", "pkix-policy-notice-control" },
	{ "explicit_text_not_utf8", "pkix-policy-notice-utf8" },
	{ "explicit_text_too_long", "pkix-policy-notice:characters" },
	{ "crl_distribution_marked", "pkix-should-not-critical:cRLDistributionPoints" },
	{ "duplicate_extension", "pkix-ext-once" },
	{ "freshest_crl_marked", "pkix-not-critical:freshestCRL" },
	{ "ian_critical", "pkix-should-not-critical:issuerAltName" },
	{ "not_ia5", "pkix-ext-form:IA5String" },
	{ "ext_ian_empty_name", "pkix-altname-empty:issuerAltName" },
	{ "ext_san_empty_name", "pkix-altname-empty:subjectAltName" },
	{ "no_entries", "pkix-ext-form:AltName" },
	{ "rfc822_format", "pkix-altname-email pkix-altname-empty" },
	{ "space_dns_name", "pkix-altname-dns pkix-altname-empty" },
	{ "uri_format_invalid", "pkix-altname-uri" },
	{ "uri_host_not", "pkix-altname-uri-host" },
	{ "uri_relative", "pkix-altname-uri" },
	{ "san_not_critical_without_subject", "pkix-subject:critical" },
	{ "san_critical_with_subject", "pkix-should-not-critical:subjectAltName" },
	{ "cert_sign_without_ca", "pkix-usage-no-ca" },
	{ "key_usage_without_bits", "pkix-ext-form:keyUsage" },
	{ "key_usage_not_critical", "pkix-should-critical:keyUsage" },
	{ "key_usage_and_extended", "pkix-eku" },
	{ "key_usage_incorrect_length", "pkix-usage-bits pkix-ext-form:keyUsage" },
	{ "ku_encoding", "pkix-ext-form:keyUsage" },
	{ "allowed_ku", "pkix-key-usage pkix-key-ca-enciphers" },
	{ "invalid_ku", "pkix-key-usage pkix-key-ca-enciphers" },
	{ "name_constraints_not_critical", "pkix-critical:nameConstraints" },
	{ "name_constraints_not_in_ca", "pkix-nc-ca" },
	{ "name_constraint_empty", "pkix-ext-form:nameConstraints" },
	{ "name_constraint_maximum", "pkix-ext-form:maximum" },
	{ "name_constraint_minimum", "pkix-ext-form:minimum" },
	{ "name_constraint_not_fqdn", "pkix-nc-host" },
	{ "name_constraint_on_", "pkix-nc-form" },
	{ "policy_constraints_empty", "pkix-ext-form:empty" },
	{ "policy_constraints_not_critical", "pkix-critical:policyConstraints" },
	{ "policy_map_any_policy", "pkix-mapping-any" },
	{ "policy_map_not_critical", "pkix-should-critical:policyMappings" },
	{ "policy_map_not_in", "pkix-mapping-policy" },
	{ "inhibit_any_policy_not_critical", "pkix-critical:inhibitAnyPolicy" },
	{ "dn_country_not_printable", "pkix-name-types:countryName" },
	{ "issuer_field_empty", "pkix-issuer" },
	{ "path_len_constraint_improperly", "pkix-path-length" },
	{ "path_len_constraint_zero", "pkix-ext-form:pathLenConstraint" },
	{ "serial_number_longer", "pkix-serial:octets" },
	{ "serial_number_not_positive", "pkix-serial:negative pkix-serial:zero" },
	{ "spki_rsa_encryption_parameter", "pkix-key-parameters" },
	{ "tbs_signature_rsa", "pkix-sigalg-parameters:NULL" },
	{ "email_not_in_san", "pkix-email" },
	{ "max_length", "pkix-name-length" },
	{ "not_printable_characters", "pkix-name-text" },
	{ "serial_number_not_printable", "pkix-name-types:serialNumber" },
	{ "subject_empty_without_san", "pkix-subject:without" },
	{ "subject_info_access_marked", "pkix-not-critical:subjectInfoAccess" },
	{ "subject_key_identifier_critical", "pkix-not-critical:subjectKeyIdentifier" },
	{ "subject_key_identifier_missing_ca", "pkix-ski" },
	{ "subject_key_identifier_missing", "pkix-ski-holder" },
	{ "directory_attr_critical", "pkix-not-critical:subjectDirectoryAttributes" },
	{ "subject_not_dn", "pkix-name-form" },
	{ "utc_time", "pkix-time-form" },
	{ "generalized_time", "pkix-time-form" },
	{ "wrong_time_format", "pkix-time-type" },
	{ "dnsname", "pkix-altname-dns" },
	{ "dns_name", "pkix-altname-dns" },
};

static const char *rules_of(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(name, names[i].part) != NULL)
			return names[i].rules;
	return NULL;
}

/* A URI without a scheme has no host: that is what is wrong with it here. */
static const char *also(const char *name)
{
	return strstr(name, "uri_host_not") != NULL ? "pkix-altname-uri" : "";
}

/* Of a rule of theirs that we do not know by name: an error is wanted where they find one, and
 * where they find none there is nothing to compare. */
static void judge_rule(const struct set *set, const char *file, const char *name,
                       const json_t *verdict, const struct lint *lint)
{
	const bool bad = conf_says(verdict, "status", "error") || conf_says(verdict, "status", "warn");
	const char *rules = rules_of(name);
	char id[256];

	if (!conf_says(verdict, "source", "rfc")
	    || !(bad || (conf_says(verdict, "status", "pass") && rules != NULL)))
		return;
	(void)snprintf(id, sizeof(id), "%s %s", file, name);
	if (bad && rules != NULL && *also(name) != 0 && lint_found(lint, also(name), false))
		rules = also(name);
	lint_case(set, id, bad, lint, rules);
}

void set_zlint(const struct set *set)
{
	json_t *list = conf_json("zlint/expected.json"), *entry, *verdict;
	const char *name;
	size_t i;

	json_array_foreach(list, i, entry) {
		const char *file = conf_text(entry, "file");
		struct egov_buf *bytes = conf_read("zlint/testdata/%s", file);
		struct lint lint = lint_of(egov_buf_slice(bytes), NULL);

		json_object_foreach(json_object_get(entry, "expect"), name, verdict)
			judge_rule(set, file, name, verdict, &lint);
		lint_free(&lint);
		egov_buf_free(bytes);
	}
	json_decref(list);
}
