/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of OpenSSL's own test of "openssl verify". */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

/* Within the validity of those certificates, unless a call says otherwise. */
#define AT ((egov_time)1760000000)

static void add_each(struct judge *judge, const json_t *list,
                     void (*add)(struct judge *, struct egov_slice))
{
	const json_t *name;
	size_t i;

	json_array_foreach(list, i, name) {
		struct egov_buf *bytes = conf_read("openssl-certs/certs/%s.pem", json_string_value(name));

		add(judge, egov_buf_slice(bytes));
		egov_buf_free(bytes);
	}
}

static void take_options(struct judge *judge, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *option = json_string_value(json_array_get(list, i));
		const char *value = json_string_value(json_array_get(list, i + 1));

		if (strcmp(option, "-x509_strict") == 0)
			judge->options.tolerate &= ~(unsigned)(EGOV_TOLERATE_KEY_IDENTIFIERS
			                                       | EGOV_TOLERATE_CRITICALITY);
		if (strcmp(option, "-auth_level") == 0 && strcmp(value, "0") == 0)
			judge->options.tolerate |= EGOV_TOLERATE_SMALL_KEYS | EGOV_TOLERATE_OLD_DIGESTS;
		if (strcmp(option, "-verify_depth") == 0) {
			judge->options.limit_depth = 1;
			judge->options.depth = (unsigned)strtoul(value, NULL, 10);
		}
		if (strcmp(option, "-attime") == 0)
			judge->options.at = strtoll(value, NULL, 10);
		if (strcmp(option, "-policy") == 0)
			judge->options.policy_oid = value;
	}
}

static const char *purpose_of(const json_t *test)
{
	static const char *const purposes[][2] = {
		{ "sslserver", "server" }, { "sslclient", "client" }, { "timestampsign", "timestamp" },
	};

	for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++)
		if (conf_says(test, "purpose", purposes[i][0]))
			return purposes[i][1];
	return NULL;
}

static void judge_call(const struct set *set, const json_t *test)
{
	struct judge judge = conf_judge(AT);
	struct egov_buf *leaf = conf_read("openssl-certs/certs/%s.pem", conf_text(test, "cert"));

	judge.options.purpose = purpose_of(test);
	judge.options.tolerate = EGOV_TOLERATE_KEY_IDENTIFIERS | EGOV_TOLERATE_CRITICALITY
	                         | EGOV_TOLERATE_OTHER_ALGORITHMS | EGOV_TOLERATE_NAME_FORMS;
	take_options(&judge, json_object_get(test, "options"));
	add_each(&judge, json_object_get(test, "trusted"), conf_trust);
	add_each(&judge, json_object_get(test, "untrusted"), conf_pool);
	conf_case(set, conf_text(test, "id"), conf_says(test, "expect", "accept") ? ACCEPT : REJECT,
	          conf_verdict(&judge, egov_buf_slice(leaf)), judge.why);
	egov_buf_free(leaf);
}

void set_openssl_certs(const struct set *set)
{
	json_t *list = conf_json("openssl-certs/cases.json"), *test;
	size_t i;

	json_array_foreach(list, i, test)
		judge_call(set, test);
	json_decref(list);
}
