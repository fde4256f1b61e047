/* SPDX-License-Identifier: Apache-2.0 */
/* pkilint's errors by RFC 5280 and ASN.1: each must be found, and where it has none, none. */
#include "set_lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* As for zlint: a part of a code of theirs, and rules of ours. */
static const struct {
	const char *part, *rules;
} codes[] = {
	{ "authority_key_identifier_extension_absent", "pkix-aki" },
	{ "basic_constraints_extension_not_critical", "pkix-critical:basicConstraints" },
	{ "ca_certificate_keycertsign_keyusage_not_set", "pkix-usage-of-ca" },
	{ "ca_certificate_no_ku_extension", "pkix-usage" },
	{ "name_constraints_extension_not_critical", "pkix-critical:nameConstraints" },
	{ "negative_validity_period", "pkix-time-order" },
	{ "serial_number_out_of_range", "pkix-serial" },
	{ "skid_ca_missing", "pkix-ski" },
	{ "distribution_point_does_not_contain", "pkix-ext-form:cRLDistributionPoints" },
	{ "dnsname_domain_name_too_long", "pkix-altname-dns" },
	{ "invalid_email_address_syntax", "pkix-altname-email" },
	{ "rfc822name_domain_part_too_long", "pkix-altname-email" },
	{ "uri_domain_name_too_long", "pkix-address pkix-altname-uri-host" },
	{ "invalid_uri_syntax", "pkix-policy-cps pkix-address pkix-altname-uri" },
	{ "time_syntax", "pkix-time-form" },
	{ "incorrect_syntax", "pkix-time-form" },
	{ "ip_address_name_constraint", "pkix-nc-range" },
	{ "unique_id_present", "pkix-unique-id" },
	{ "key_usage_value_prohibited", "pkix-key-usage" },
	{ "ca_key_prohibited", "pkix-key-usage" },
	{ "name_domain_components", "pkix-name-domain pkix-name-length" },
	{ "explicit_text_encoding", "pkix-policy-notice pkix-policy-notice-utf8" },
	{ "sct_list_empty", "pkix-sct-empty" },
	{ "subject_email_address_not_in_san", "pkix-email" },
};

static const char *rules_of(const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strstr(code, codes[i].part) != NULL)
			return codes[i].rules;
	return NULL;
}

/* The code of a line "node,validator,severity,code,message" of an error of these kinds; NULL of
 * another line. */
static char *code_of(char *line)
{
	char *field = line, *severity = NULL, *code = NULL, *end = NULL;

	for (int i = 0; i < 4 && field != NULL; i++) {
		end = strchr(field, ',');
		if (end != NULL)
			*end++ = 0;
		severity = i == 2 ? field : severity;
		code = i == 3 ? field : code;
		field = end;
	}
	if (code == NULL || (strcmp(severity, "ERROR") != 0 && strcmp(severity, "FATAL") != 0))
		return NULL;
	code[strcspn(code, "\r")] = 0;
	return strncmp(code, "pkix.", 5) == 0 || strncmp(code, "itu.", 4) == 0
	                       || strncmp(code, "base.", 5) == 0
	               ? code
	               : NULL;
}

/* Each code once a file; a file without any is one case too. */
static void judge_file(const struct set *set, const char *name, char *verdicts,
                       const struct lint *lint)
{
	char id[512], codes_seen[2048] = " ", one[256], *rest = NULL;
	bool bad = false;

	for (char *line = strtok_r(verdicts, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *code = code_of(line);

		if (code == NULL)
			continue;
		bad = true;
		(void)snprintf(one, sizeof(one), " %s ", code);
		if (strstr(codes_seen, one) != NULL)
			continue;
		(void)snprintf(codes_seen + strlen(codes_seen), sizeof(codes_seen) - strlen(codes_seen),
		               " %s ", code);
		(void)snprintf(id, sizeof(id), "%s %s", name, code);
		lint_case(set, id, true, lint, rules_of(code));
	}
	if (!bad)
		lint_case(set, name, false, lint, NULL);
}

static void judge_path(const struct set *set, const char *path)
{
	static const char end[] = "-----END";
	struct egov_buf *bytes = conf_read("%s", path);
	struct lint lint = lint_of(egov_buf_slice(bytes), NULL);
	char *text = strndup((const char *)egov_buf_slice(bytes).data, egov_buf_slice(bytes).size);
	char *verdicts = text == NULL ? NULL : strstr(text, end);

	if (verdicts == NULL || (verdicts = strchr(verdicts, '\n')) == NULL)
		conf_die("%s: no PEM block with verdicts behind it", path);
	judge_file(set, strchr(path + strlen("pkilint/"), '/') + 1, verdicts, &lint);
	lint_free(&lint);
	free(text);
	egov_buf_free(bytes);
}

void set_pkilint(const struct set *set)
{
	conf_each("pkilint", set, judge_path);
}
