/* SPDX-License-Identifier: Apache-2.0 */
/* Suites in limbo's schema: limbo itself, BetterTLS, and the chains of several others. */
#include "conformance.h"

#include <string.h>

#include "base/text.h"

/* Within the validity of what states no time of its own. */
#define AT ((egov_time)1900000000)

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The case of that suite whose id has "-" for "/" and "_". */
static unsigned boringssl_tolerates(const char *id)
{
	static json_t *list;
	const json_t *test;
	size_t i;

	if (list == NULL)
		list = conf_json("boringssl-pki/chains/cases.json");
	json_array_foreach(list, i, test) {
		const char *name = conf_text(test, "id");
		size_t at = 0;

		while (name[at] != 0
		       && (name[at] == id[at] || (strchr("/_", name[at]) != NULL && id[at] == '-')))
			at++;
		if (name[at] == 0 && id[at] == 0)
			return boringssl_anchor(conf_text(test, "trust"));
	}
	conf_die("%s: not in the suite", id);
}

/* What a suite does not mean to test, or means otherwise. */
static unsigned tolerates(const char *id)
{
	if (begins(id, "bsi::"))
		return EGOV_TOLERATE_SERIAL_NUMBERS | EGOV_TOLERATE_WRITTEN_DEFAULTS
		       | EGOV_TOLERATE_KEY_IDENTIFIERS;
	if (begins(id, "botan-nc::"))
		return EGOV_TOLERATE_NAME_FORMS;
	if (begins(id, "openssl::"))
		return EGOV_TOLERATE_KEY_IDENTIFIERS | EGOV_TOLERATE_CRITICALITY
		       | EGOV_TOLERATE_OTHER_ALGORITHMS | EGOV_TOLERATE_NAME_FORMS;
	if (begins(id, "boringssl::"))
		return boringssl_tolerates(id + strlen("boringssl::")) | EGOV_TOLERATE_OLD_DIGESTS;
	return 0;
}

static struct judge judge_of(const json_t *test)
{
	struct judge judge = conf_judge(AT);
	const char *time = conf_text(test, "validation_time"), *eku;
	const json_t *depth = json_object_get(test, "max_chain_depth");
	char text[EGOV_TIME_TEXT] = "";

	/* "2025-01-01T00:00:00+00:00" */
	if (strlen(time) >= 19) {
		(void)snprintf(text, sizeof(text), "%.19sZ", time);
		if (egov_time_parse(text, &judge.options.at, NULL) != EGOV_OK)
			conf_die("%s: no time: %s", conf_text(test, "id"), time);
	}
	judge.options.tolerate = tolerates(conf_text(test, "id"));
	if (json_is_integer(depth)) {
		judge.options.limit_depth = 1;
		judge.options.depth = (unsigned)json_integer_value(depth);
	}
	/* Revocation must be known where a suite says so (the corpora's README, bsi). */
	judge.options.require_revocation = begins(conf_text(test, "id"), "bsi::CRL_");
	if (conf_says(test, "validation_kind", "SERVER")
	    && begins(conf_text(test, "id"), "bettertls::"))
		judge.options.purpose = "server";
	eku = json_string_value(json_array_get(json_object_get(test, "extended_key_usage"), 0));
	if (eku != NULL && strcmp(eku, "serverAuth") == 0)
		judge.options.purpose = "server";
	if (eku != NULL && strcmp(eku, "clientAuth") == 0)
		judge.options.purpose = "client";
	return judge;
}

static void add_each(struct judge *judge, const json_t *list,
                     void (*add)(struct judge *, struct egov_slice))
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		add(judge, egov__slice_text(json_string_value(item)));
}

/* "dns:NAME" or "ip:ADDRESS" where the suite calls somebody by name; else "". */
static const char *called(const json_t *test, char name[300])
{
	const json_t *peer = json_object_get(test, "expected_peer_name");
	const char *form = conf_says(peer, "kind", "DNS")      ? "dns:"
	                   : conf_says(peer, "kind", "IP")     ? "ip:"
	                   : conf_says(peer, "kind", "RFC822") ? "email:" : "";

	(void)snprintf(name, 300, "%s%s", form, form[0] == 0 ? "" : conf_text(peer, "value"));
	return name[0] == 0 ? NULL : name;
}

static void judge_case(const struct set *set, const json_t *test)
{
	struct judge judge = judge_of(test);
	const char *id = conf_text(test, "id");
	const enum verdict wanted = conf_says(test, "expected_result", "SUCCESS") ? ACCEPT : REJECT;
	char name[300];
	enum verdict ours;

	judge.options.name = called(test, name);
	add_each(&judge, json_object_get(test, "trusted_certs"), conf_trust);
	add_each(&judge, json_object_get(test, "untrusted_intermediates"), conf_pool);
	add_each(&judge, json_object_get(test, "crls"), conf_crl);
	ours = conf_verdict(&judge, egov__slice_text(conf_text(test, "peer_certificate")));
	/* Where that suite itself takes either answer, the stricter one is right too. */
	if (ours == REJECT && json_is_true(json_object_get(test, "bettertls_soft")))
		ours = wanted;
	conf_case(set, id, wanted, ours, judge.why);
}

/* The cases whose id begins, or does not begin, with one of these. */
static void run(const struct set *set, const char *file, const char *const *with, bool begin)
{
	json_t *suite = conf_json(file);
	const json_t *test;
	size_t i;

	json_array_foreach(json_object_get(suite, "testcases"), i, test) {
		bool does = false;

		for (const char *const *w = with; *w != NULL; w++)
			does |= begins(conf_text(test, "id"), *w);
		if (does == begin)
			judge_case(set, test);
	}
	json_decref(suite);
}

static const char *const of_the_web[] = { "webpki::", "online::", NULL };
static const char limbo[] = "limbo/limbo-shared.json.xz", chains[] = "chains/chains-shared.json.xz";

void set_limbo_rfc5280(const struct set *set)
{
	run(set, limbo, of_the_web, false);
}

void set_limbo_webpki(const struct set *set)
{
	run(set, limbo, of_the_web, true);
}

void set_bettertls(const struct set *set)
{
	run(set, "limbo/bettertls-shared.json.xz", (const char *const[]){ "", NULL }, true);
}

void set_chains(const struct set *set)
{
	run(set, chains, (const char *const[]){ "", NULL }, true);
}

void set_botan_nc(const struct set *set)
{
	run(set, chains, (const char *const[]){ "botan-nc::", NULL }, true);
}

void set_bsi(const struct set *set)
{
	run(set, chains, (const char *const[]){ "bsi::", NULL }, true);
}
