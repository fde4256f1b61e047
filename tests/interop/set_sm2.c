/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 certificates, CRLs, requests and signed messages: whose signature verifies with the
 * standard ID. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cert/cert.h"
#include "crl/crl.h"
#include "request/request.h"
#include "verify/verify.h"

static const char standard_id[] = "1234567812345678";

static struct egov_cert *load(const char *path)
{
	struct egov_buf *bytes = conf_read("%s", path);
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };

	if (egov_cert_decode(egov_buf_slice(bytes), &cert, &err) != EGOV_OK)
		conf_die("%s: %s", path, err.text);
	egov_buf_free(bytes);
	return cert;
}

/* The issuer whose SHA-256 is named, of the set or beside it: a file's name begins
 * with the first ten digits. */
static struct egov_cert *load_issuer(const json_t *entry)
{
	static const char *const folders[] = { "sm2-certs/issuers", "sm2-certs" };
	const char *digest = conf_text(entry, "issuer_sha256");
	char *path = NULL;
	struct egov_cert *cert;

	if (strlen(digest) < 10)
		return NULL;
	for (size_t i = 0; path == NULL && i < sizeof(folders) / sizeof(folders[0]); i++)
		path = conf_find("%s/%.10s*", folders[i], digest);
	cert = path == NULL ? NULL : load(path);
	free(path);
	return cert;
}

static enum verdict wanted_of(const json_t *entry)
{
	return conf_says(entry, "signature_verifies_with", "default-id") ? ACCEPT : REJECT;
}

typedef enum egov_status judge_fn(struct egov_slice object, const struct egov_cert *issuer,
                                  struct egov_error *err);

static enum egov_status judge_cert(struct egov_slice object, const struct egov_cert *issuer,
                                   struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(object, &cert, err);

	if (rc == EGOV_OK)
		rc = egov__verify_cert_signature(cert, issuer, egov__slice_text(standard_id), err);
	egov_cert_free(cert);
	return rc;
}

static enum egov_status judge_crl(struct egov_slice object, const struct egov_cert *issuer,
                                  struct egov_error *err)
{
	struct egov_crl *crl = NULL;
	enum egov_status rc = egov_crl_decode(object, &crl, err);

	if (rc == EGOV_OK)
		rc = egov__verify_crl_signature(crl, issuer, egov__slice_text(standard_id), err);
	egov_crl_free(crl);
	return rc;
}

static enum egov_status judge_request(struct egov_slice object, const struct egov_cert *issuer,
                                      struct egov_error *err)
{
	struct egov_request *request = NULL;
	const enum egov_status rc =
		egov_request_decode(object, egov__slice_text(standard_id), &request, err);

	(void)issuer;
	egov_request_free(request);
	return rc;
}

/* Each entry of an index; what has no issuer that is needed has no stated result. */
static void run(const struct set *set, bool has_issuer, judge_fn *judge)
{
	char path[256];
	json_t *list, *entry;
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/index.json", set->name);
	list = conf_json(path);
	json_array_foreach(list, i, entry) {
		const char *file = conf_text(entry, "file");
		struct egov_cert *issuer = has_issuer ? load_issuer(entry) : NULL;
		struct egov_buf *object = conf_read("%s/%s", set->name, file);
		struct egov_error err = { 0 };

		if (issuer != NULL || !has_issuer) {
			const enum egov_status rc = judge(egov_buf_slice(object), issuer, &err);

			conf_case(set, file, wanted_of(entry), rc == EGOV_OK ? ACCEPT : REJECT,
			          err.text);
		}
		egov_buf_free(object);
		egov_cert_free(issuer);
	}
	json_decref(list);
}

void set_sm2_certs(const struct set *set)
{
	run(set, true, judge_cert);
}

void set_sm2_crls(const struct set *set)
{
	run(set, true, judge_crl);
}

void set_sm2_csrs(const struct set *set)
{
	run(set, false, judge_request);
}

#define LONG_AFTER 4102444800   /* 2100: no signing time lies behind it */

/* Every signer's result begins with the ID that its signature verifies with. */
static enum verdict wanted_of_signers(const json_t *entry)
{
	const json_t *signer;
	size_t i;

	json_array_foreach(json_object_get(entry, "signers"), i, signer)
		if (strncmp(json_string_value(signer), "default-id", strlen("default-id")) != 0)
			return REJECT;
	return ACCEPT;
}

/* What egov_verify_signature finds of the message itself: no anchor of its signers is known. */
static enum verdict judge_message(struct egov_slice message, struct egov_slice content, char why[512])
{
	static const char *const checks[] = { "signer", "content", "message-digest",
		                              "signature-value" };
	struct judge judge = conf_judge(LONG_AFTER);
	struct egov_report *findings = egov_report_new();
	enum egov_status rc = egov_verify_signature(judge.verifier, message, content, &judge.options,
	                                            findings, NULL);
	size_t passed = 0, failed = 0;

	for (size_t r = 0; r < egov_report_records(findings); r++)
		for (size_t c = 0; c < sizeof(checks) / sizeof(checks[0]); c++) {
			const char *check = egov_report_find(findings, r, "check");
			const char *result = egov_report_find(findings, r, "result");

			if (check == NULL || strcmp(check, checks[c]) != 0)
				continue;
			if (strcmp(result, "fail") == 0 && failed++ == 0)
				(void)snprintf(why, 512, "%s", egov_report_find(findings, r, "what"));
			passed += strcmp(result, "pass") == 0 && strcmp(check, "signature-value") == 0;
		}
	egov_report_free(findings);
	egov_verifier_free(judge.verifier);
	return rc == EGOV_E_UNTRUSTED && passed > 0 && failed == 0 ? ACCEPT : REJECT;
}

void set_sm2_cms(const struct set *set)
{
	json_t *list = conf_json("sm2-cms/index.json"), *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		const bool detached = json_is_true(json_object_get(entry, "detached"));
		struct egov_buf *message = conf_read("sm2-cms/%s", conf_text(entry, "file"));
		struct egov_buf *content =
			detached ? conf_read("sm2-cms/%s", conf_text(entry, "content_file")) : NULL;
		char why[512] = "";

		conf_case(set, conf_text(entry, "file"), wanted_of_signers(entry),
		          judge_message(egov_buf_slice(message),
		                        content == NULL ? EGOV__NO_SLICE : egov_buf_slice(content), why),
		          why);
		egov_buf_free(content);
		egov_buf_free(message);
	}
	json_decref(list);
}
