/* SPDX-License-Identifier: Apache-2.0 */
/* Paths and CRLs of BoringSSL's PKI library. */
#include "conformance.h"

#include <string.h>

#include "base/pem.h"

/* Of what has no time of its own: when those CRLs were fresh. */
#define CRL_TIME ((egov_time)1489017600)
/* Between what its responses call old, fresh and of the future. */
#define OCSP_TIME ((egov_time)1488672000)
#define CRL_AGE ((egov_time)7 * 24 * 60 * 60)

/* The PEM objects of a file with this label, the n-th; an empty slice past the last. */
static struct egov_buf *object(struct egov_slice text, const char *label, size_t n)
{
	bool found = true;

	for (size_t i = 0; found; i++) {
		struct egov_buf *der = egov_buf_new(1u << 20);
		struct egov_error err = { 0 };

		if (der == NULL || egov__pem_next(&text, label, &found, der, &err) != EGOV_OK)
			conf_die("%s: %s", label, err.text);
		if (found && i == n)
			return der;
		egov_buf_free(der);
	}
	return NULL;
}

/* --- paths: the leaf first, the anchor last --- */

static const char *purpose_of(const json_t *test)
{
	if (conf_says(test, "purpose", "SERVER_AUTH"))
		return "server";
	return conf_says(test, "purpose", "CLIENT_AUTH") ? "client" : NULL;
}

/* What that suite's kinds of anchor do not judge of themselves. */
unsigned boringssl_anchor(const char *trust)
{
	unsigned tolerate = 0;

	if (strstr(trust, "CONSTRAINTS") == NULL)
		tolerate |= EGOV_TOLERATE_ANCHOR_LIMITS;
	if (strstr(trust, "EXPIRATION") == NULL)
		tolerate |= EGOV_TOLERATE_ANCHOR_EXPIRED;
	return tolerate;
}

static void judge_chain(const struct set *set, const json_t *test)
{
	struct egov_buf *text = conf_read("boringssl-pki/chains/%s", conf_text(test, "chain"));
	struct judge judge = conf_judge(json_integer_value(json_object_get(test, "time")));
	struct egov_buf *leaf = object(egov_buf_slice(text), "CERTIFICATE", 0), *next;

	judge.options.purpose = purpose_of(test);
	judge.options.tolerate = boringssl_anchor(conf_text(test, "trust"))
	                         | EGOV_TOLERATE_OLD_DIGESTS;
	for (size_t i = 1; (next = object(egov_buf_slice(text), "CERTIFICATE", i)) != NULL; i++) {
		struct egov_buf *above = object(egov_buf_slice(text), "CERTIFICATE", i + 1);

		(above == NULL ? conf_trust : conf_pool)(&judge, egov_buf_slice(next));
		egov_buf_free(above);
		egov_buf_free(next);
	}
	conf_case(set, conf_text(test, "id"), conf_says(test, "expect", "accept") ? ACCEPT : REJECT,
	          conf_verdict(&judge, egov_buf_slice(leaf)), judge.why);
	egov_buf_free(leaf);
	egov_buf_free(text);
}

/* What rests on that library's own trust flags, EKU modes or digest policy is not ours. */
void set_boringssl_chains(const struct set *set)
{
	json_t *list = conf_json("boringssl-pki/chains/cases.json"), *test;
	size_t i;

	json_array_foreach(list, i, test)
		if (json_is_true(json_object_get(test, "comparable")))
			judge_chain(set, test);
	json_decref(list);
}

/* --- CRLs --- */

static enum verdict status_of(const char *text)
{
	return strcmp(text, "good") == 0 ? GOOD : strcmp(text, "revoked") == 0 ? REVOKED : UNKNOWN;
}

static void judge_crl(const struct set *set, const json_t *test)
{
	struct egov_buf *text = conf_read("boringssl-crl/%s", conf_text(test, "id"));
	struct judge judge = conf_judge(CRL_TIME);
	struct egov_buf *leaf = object(egov_buf_slice(text), "CERTIFICATE", 0);
	struct egov_buf *ca = object(egov_buf_slice(text), "CA CERTIFICATE", 0);
	struct egov_buf *older = object(egov_buf_slice(text), "CA CERTIFICATE 2", 0);
	struct egov_buf *crl = object(egov_buf_slice(text), "CRL", 0);
	enum verdict ours;

	judge.options.require_revocation = 1;
	judge.options.max_age = CRL_AGE;
	judge.options.tolerate = EGOV_TOLERATE_SMALL_KEYS | EGOV_TOLERATE_NO_NEXT_UPDATE
	                         | EGOV_TOLERATE_KEY_IDENTIFIERS | EGOV_TOLERATE_ANCHOR_LIMITS;
	/* Where there is an older one, it certified the other's key. */
	conf_trust(&judge, egov_buf_slice(older == NULL ? ca : older));
	conf_pool(&judge, egov_buf_slice(ca));
	conf_crl(&judge, egov_buf_slice(crl));
	ours = conf_verdict(&judge, egov_buf_slice(leaf)) == ACCEPT ? GOOD
	       : strstr(judge.why, "revoked at") != NULL ? REVOKED : UNKNOWN;
	conf_case(set, conf_text(test, "id"), status_of(conf_text(test, "expect")), ours, judge.why);
	egov_buf_free(older);
	egov_buf_free(crl);
	egov_buf_free(ca);
	egov_buf_free(leaf);
	egov_buf_free(text);
}

void set_boringssl_crl(const struct set *set)
{
	json_t *list = conf_json("boringssl-crl/cases.json"), *test;
	size_t i;

	json_array_foreach(list, i, test)
		judge_crl(set, test);
	json_decref(list);
}

/* --- OCSP responses --- */

static void judge_ocsp(const struct set *set, const json_t *test)
{
	struct egov_buf *text = conf_read("boringssl-ocsp/%s", conf_text(test, "id"));
	struct judge judge = conf_judge(OCSP_TIME);
	struct egov_buf *leaf = object(egov_buf_slice(text), "CERTIFICATE", 0);
	struct egov_buf *ca = object(egov_buf_slice(text), "CA CERTIFICATE", 0);
	struct egov_buf *response = object(egov_buf_slice(text), "OCSP RESPONSE", 0);
	struct egov_error err = { 0 };
	enum verdict ours = UNKNOWN;

	judge.options.require_revocation = 1;
	judge.options.max_age = CRL_AGE;
	judge.options.tolerate = EGOV_TOLERATE_SMALL_KEYS | EGOV_TOLERATE_NO_NEXT_UPDATE
	                         | EGOV_TOLERATE_KEY_IDENTIFIERS | EGOV_TOLERATE_ANCHOR_LIMITS
	                         | EGOV_TOLERATE_OLD_DIGESTS | EGOV_TOLERATE_OLD_VERSIONS;
	conf_trust(&judge, egov_buf_slice(ca));
	if (egov_verifier_add_ocsp(judge.verifier, egov_buf_slice(response), &err) != EGOV_OK) {
		judge.unread = true;
		(void)snprintf(judge.why, sizeof(judge.why), "%s", err.text);
	}
	if (conf_verdict(&judge, egov_buf_slice(leaf)) == ACCEPT)
		ours = GOOD;
	else if (strstr(judge.why, "revoked at") != NULL)
		ours = REVOKED;
	conf_case(set, conf_text(test, "id"), status_of(conf_text(test, "expect_status")), ours,
	          judge.why);
	egov_buf_free(response);
	egov_buf_free(ca);
	egov_buf_free(leaf);
	egov_buf_free(text);
}

void set_boringssl_ocsp(const struct set *set)
{
	json_t *list = conf_json("boringssl-ocsp/cases.json"), *test;
	size_t i;

	json_array_foreach(list, i, test)
		judge_ocsp(set, test);
	json_decref(list);
}
