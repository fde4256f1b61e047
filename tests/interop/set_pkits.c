/* SPDX-License-Identifier: Apache-2.0 */
/* NIST's Public Key Interoperability Test Suite, with the inputs that each test states. */
#include "conformance.h"

#include <string.h>

#define AT ((egov_time)1600000000)

static struct egov_buf *load(const char *kind, const json_t *name)
{
	const char *ending = strcmp(kind, "crls") == 0 ? "crl" : "crt";

	return conf_read("pkits/%s/%s.%s", kind, json_string_value(name), ending);
}

/* What does not decode cannot vouch for anybody: that is no verdict on the path. */
static void add_crls(struct judge *judge, const json_t *list)
{
	const json_t *name;
	size_t i;

	json_array_foreach(list, i, name) {
		struct egov_buf *crl = load("crls", name);

		(void)!egov_verifier_add_crl(judge->verifier, egov_buf_slice(crl), NULL);
		egov_buf_free(crl);
	}
}

static void take_policies(const json_t *test, struct egov_verify_options *options, char *text,
                          size_t room)
{
	const json_t *list = json_object_get(test, "policies"), *policy;
	const bool any = strcmp(json_string_value(json_array_get(list, 0)), "2.5.29.32.0") == 0;
	size_t i;

	text[0] = 0;
	json_array_foreach(list, i, policy) {
		const size_t used = strlen(text);

		(void)snprintf(text + used, room - used, "%s%s", i > 0 ? "," : "",
		               json_string_value(policy));
	}
	/* A set of policies is asked for only to find one of them. */
	if (!any || json_is_true(json_object_get(test, "explicit_policy")))
		options->policy_oid = text;
	options->inhibit_policy_mapping = json_is_true(json_object_get(test, "inhibit_map"));
	options->inhibit_any_policy = json_is_true(json_object_get(test, "inhibit_any"));
}

static void judge_case(const struct set *set, const json_t *test)
{
	struct judge judge = conf_judge(AT);
	const json_t *certs = json_object_get(test, "certs");
	const size_t count = json_array_size(certs);
	struct egov_buf *leaf = load("certs", json_array_get(certs, count - 1));
	char policies[128];

	judge.options.require_revocation = 1;
	/* One test has a CA that is not critically one, another keys of DSA. */
	judge.options.tolerate = EGOV_TOLERATE_CRITICALITY | EGOV_TOLERATE_OTHER_ALGORITHMS
	                         | EGOV_TOLERATE_OLD_DIGESTS | EGOV_TOLERATE_SMALL_KEYS;
	take_policies(test, &judge.options, policies, sizeof(policies));
	for (size_t i = 0; i + 1 < count; i++) {
		struct egov_buf *der = load("certs", json_array_get(certs, i));

		(i == 0 ? conf_trust : conf_pool)(&judge, egov_buf_slice(der));
		egov_buf_free(der);
	}
	add_crls(&judge, json_object_get(test, "crls"));
	conf_case(set, conf_text(test, "id"),
	          json_is_true(json_object_get(test, "valid")) ? ACCEPT : REJECT,
	          conf_verdict(&judge, egov_buf_slice(leaf)), judge.why);
	egov_buf_free(leaf);
}

void set_pkits(const struct set *set)
{
	json_t *list = conf_json("pkits/pkits_cases.json"), *test;
	size_t i;

	json_array_foreach(list, i, test)
		judge_case(set, test);
	json_decref(list);
}
