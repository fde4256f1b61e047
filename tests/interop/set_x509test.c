/* SPDX-License-Identifier: Apache-2.0 */
/* One breach of a MUST of RFC 5280 a certificate: refused by the verifier, or found by the linter
 * where it is a CA's matter. */
#include "set_lint.h"

#include <string.h>

#define AT ((egov_time)1798761600)

/* What the suite calls wrong and RFC 5280 a matter of SHOULD: warnings that count here. */
static const char should[] = "pkix-should-critical pkix-should-not-critical pkix-mapping-policy "
                             "pkix-nc-form";

static struct egov_buf *read_cert(const char *folder, const char *name)
{
	return conf_read("x509test/%s%s", folder, name);
}

static struct egov_cert *decode(const struct egov_buf *bytes)
{
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };

	return egov_cert_decode(egov_buf_slice(bytes), &cert, &err) == EGOV_OK ? cert : NULL;
}

/* Whether the linter finds a breach in what issuer issued. */
static bool is_wrong(const struct egov_buf *object, const struct egov_cert *issuer, char why[512])
{
	struct lint lint = lint_of(egov_buf_slice(object), issuer);
	const bool wrong = lint.status != EGOV_OK || lint_found(&lint, should, false);

	(void)snprintf(why, sizeof(lint.why), "%s", lint.why);
	lint_free(&lint);
	return wrong;
}

static void judge_case(const struct set *set, const json_t *test)
{
	const bool bad = conf_says(test, "expect", "reject");
	const char *between = conf_text(test, "untrusted");
	struct judge judge = conf_judge(AT);
	struct egov_buf *leaf = read_cert("certs/", conf_text(test, "leaf"));
	struct egov_buf *root = read_cert("", "ca.pem");
	struct egov_buf *ca = *between == 0 ? NULL : read_cert("certs/", between);
	struct egov_cert *anchor = decode(root), *issuer = ca == NULL ? NULL : decode(ca);
	char id[256], lint[512] = "";
	enum verdict ours;

	conf_trust(&judge, egov_buf_slice(root));
	if (ca != NULL)
		conf_pool(&judge, egov_buf_slice(ca));
	ours = conf_verdict(&judge, egov_buf_slice(leaf));
	if (ours == ACCEPT && bad
	    && ((ca != NULL && is_wrong(ca, anchor, lint))
	        || is_wrong(leaf, ca == NULL ? anchor : issuer, lint)))
		ours = REJECT;
	(void)snprintf(id, sizeof(id), "x509test::%s", conf_text(test, "id"));
	conf_case(set, id, bad ? REJECT : ACCEPT, ours, judge.why);
	egov_cert_free(anchor);
	egov_cert_free(issuer);
	egov_buf_free(leaf);
	egov_buf_free(root);
	egov_buf_free(ca);
}

void set_x509test(const struct set *set)
{
	json_t *list = conf_json("x509test/cases.json"), *test;
	size_t i;

	json_array_foreach(list, i, test)
		judge_case(set, test);
	json_decref(list);
}
