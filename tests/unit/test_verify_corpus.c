/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates and chains that others made, with the results that others state. */
#include "help.h"

#include <jansson.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/pem.h"
#include "base/text.h"
#include "verify/verify.h"

/* Within the validity of the 36 certificates under ROOTCA and of ROOTCA itself. */
#define AT ((egov_time)1900000000)

static const char rootca[] = "sm2-certs/issuers/9c28d38474-pemtest.pem";

static json_t *sm2_index(void)
{
	struct egov_buf *text = help_corpus("sm2-certs/index.json");
	json_error_t where;
	json_t *list = json_loadb((const char *)text->data, text->size, 0, &where);

	assert_non_null(list);
	egov_buf_free(text);
	return list;
}

static const char *string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

static struct egov_cert *load(const char *name)
{
	struct egov_buf *bytes = help_corpus(name);
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov_cert_decode(egov_buf_slice(bytes), &cert, &err), &err);
	egov_buf_free(bytes);
	return cert;
}

static struct egov_cert *load_entry(const json_t *entry)
{
	char name[256];

	(void)snprintf(name, sizeof(name), "sm2-certs/%s", string(entry, "file"));
	return load(name);
}

static void the_national_root_vouches_for_36(void **state)
{
	json_t *list = sm2_index(), *entry;
	struct egov_buf *anchor = help_corpus(rootca);
	struct egov_verifier *verifier = egov_verifier_new();
	const struct egov_verify_options options = { .at = AT, .purpose = "ca" };
	struct egov_error err = { 0 };
	struct egov_cert *cert;
	size_t i, good = 0;

	(void)state;
	assert_ok(egov_verifier_add_trust(verifier, egov_buf_slice(anchor), &err), &err);
	json_array_foreach(list, i, entry) {
		if (strcmp(string(entry, "issuer"), "CN=ROOTCA,O=NRCAC,C=CN") != 0)
			continue;
		cert = load_entry(entry);
		assert_ok(egov_verify(verifier, egov_cert_der(cert), &options, NULL, &err), &err);
		egov_cert_free(cert);
		good++;
	}
	assert_int_equal(good, 36);
	egov_verifier_free(verifier);
	egov_buf_free(anchor);
	json_decref(list);
}

/* The issuer by the first digits of its digest, or NULL. */
static struct egov_cert *load_issuer(const json_t *list, const json_t *entry)
{
	static const char *const issuers[] = {
		"1114a6d971-ca", "1388bb2dca-tlcp-ca", "138acd3b03-intermediate_no_crlsign",
		"15905d494b-sm2-root-cert", "1830529860-ca.mul", "18cade3a8f-inter",
		"1ec2734510-1F5D040688150EBA957B1B5278812BC2", "3082c92048-inter",
		"38518b5667-tlcp-intca", "3a49e05e0b-sm-intca", "3cdb831942-PKIDemo",
		"581a78f044-root", "726e7fd40f-intermediate", "966b8647fb-ca.noCRL",
		"99be9419e9-sm2-chain-ca", "9c28d38474-pemtest", "b29c714096-ca.notCA",
		"b63102581d-sm2-chain-ca", "b7768352fe-root", "b9f5e9d1e4-ca.cert",
		"d51d0fdfb5-root", "f1a2b1bb2e-sm2_cert_verify", "f69162e4fa-sm-ca",
		"fb6c4bdd23-intca-sm2ecdsa-p256ecdsa"
	};
	const char *digest = string(entry, "issuer_sha256");
	const json_t *other;
	char name[256];
	size_t i;

	if (digest[0] == 0)
		return NULL;
	for (i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
		if (strncmp(issuers[i], digest, 10) == 0) {
			(void)snprintf(name, sizeof(name), "sm2-certs/issuers/%s.pem", issuers[i]);
			return load(name);
		}
	json_array_foreach(list, i, other)
		if (strcmp(string(other, "sha256"), digest) == 0)
			return load_entry(other);
	return NULL;
}

static void sm2_signatures_verify_as_stated(void **state)
{
	json_t *list = sm2_index(), *entry;
	const struct egov_slice id = egov__slice_text("1234567812345678");
	size_t i, accepted = 0, refused = 0;

	(void)state;
	json_array_foreach(list, i, entry) {
		const char *with = string(entry, "signature_verifies_with");
		struct egov_cert *issuer = load_issuer(list, entry), *cert;
		struct egov_error err = { 0 };

		if (issuer == NULL)
			continue;
		cert = load_entry(entry);
		if (strcmp(with, "default-id") == 0) {
			assert_ok(egov__verify_cert_signature(cert, issuer, id, &err), &err);
			accepted++;
		} else {
			assert_int_equal(egov__verify_cert_signature(cert, issuer, id, &err),
			                 EGOV_E_UNTRUSTED);
			refused++;
			if (strcmp(with, "empty-id") == 0)
				assert_non_null(strstr(err.text, "made with the empty signer ID"));
			if (strcmp(with, "no-ZA") == 0)
				assert_non_null(strstr(err.text, "made with plain SM3"));
		}
		egov_cert_free(cert);
		egov_cert_free(issuer);
	}
	assert_int_equal(accepted, 85);
	assert_int_equal(refused, 34 + 4);
	json_decref(list);
}

static void the_malformed_root_is_refused(void **state)
{
	struct egov_buf *bytes = help_corpus("sm2-certs/malformed-ca-sm2-root.pem");
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_verifier_add_trust(verifier, egov_buf_slice(bytes), &err), &err,
	             EGOV_E_SYNTAX, "");
	egov_verifier_free(verifier);
	egov_buf_free(bytes);
}

/* --- suites in limbo's schema ------------------------------------------------------ */

/* What is wrongly accepted of the sets that judge paths, and why. */
static const struct {
	const char *id, *reason;
} known_accepts[] = {
	{ "boringssl::target-only-trusted-anchor", "what is configured as trusted is trusted" },
	{ "bsi::ext_14", "policyMappings of the certificate judged touch nothing here" },
	{ "rfc5280::aki::critical-aki", "a rule for issuers, of the anchor" },
	{ "rfc5280::aki::leaf-missing-aki", "a rule for issuers" },
	{ "rfc5280::aki::intermediate-missing-aki", "a rule for issuers" },
	{ "rfc5280::ski::intermediate-missing-ski", "a rule for issuers" },
	{ "rfc5280::san::underscore-dns", "what names say is not judged yet" },
	{ "rfc5280::san::ip-in-dns", "what names say is not judged yet" },
	{ "rfc5280::root-non-critical-basic-constraints", "tolerated on a trust anchor" },
	{ "rfc5280::nc::invalid-dnsname-leading-period", "taken for what is below, as in botan-nc" },
	{ "openssl::badalt4-cert---Name-Constraints-subject-email-address-not-permitted",
	  "emailAddress counts only without subjectAltName (RFC 5280, 4.2.1.10; botan-nc)" },
	{ "boringssl::many-names-toomany-dirnames-permitted", "that library's limit, ours is higher" },
	{ "boringssl::many-names-toomany-dns-permitted", "that library's limit, ours is higher" },
	{ "boringssl::many-names-toomany-ips-permitted", "that library's limit, ours is higher" },
	{ "boringssl::policy-mappings-on-root-fail-ta-with-constraints",
	  "an anchor's mappings are no part of the path (RFC 5280, 6.1)" },
	{ "botan-nc::edi-party-name-constraint-rejected", "no name of that form is there" },
	{ "botan-nc::x400-address-constraint-rejected", "no name of that form is there" },
	{ "botan-nc::unsupported-critical-constraint-name-form-absent-valid",
	  "no name of that form is there (RFC 5280, 4.2.1.10)" },
};

static bool may_be_accepted(const char *id)
{
	static const char *const judged[] = { "openssl::", "boringssl::", "bsi::", "rfc5280::",
		                             "botan-nc::", "bettertls::" };

	for (size_t i = 0; i < sizeof(known_accepts) / sizeof(known_accepts[0]); i++)
		if (strcmp(known_accepts[i].id, id) == 0)
			return true;
	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++)
		if (strncmp(judged[i], id, strlen(judged[i])) == 0)
			return false;
	return true;
}

struct tally {
	size_t cases, right, false_accepts, false_refusals, unexplained;
	size_t hard;                    /* wrong where the suite allows no departure */
};

static json_t *load_suite(const char *name)
{
	struct egov_buf *packed = help_corpus(name), *plain;
	char *dir = help_dir();
	char path[512];
	json_error_t where;
	json_t *suite;

	(void)snprintf(path, sizeof(path), "%s/suite.json.xz", dir);
	help_write(path, egov_buf_slice(packed));
	assert_int_equal(help_run("xz -d '%s'", path), 0);
	path[strlen(path) - 3] = 0;
	plain = help_read(path);
	suite = json_loadb((const char *)plain->data, plain->size, 0, &where);
	assert_non_null(suite);
	egov_buf_free(plain);
	egov_buf_free(packed);
	help_dir_remove(dir);
	return suite;
}

/* Whether everything was taken; what a suite means to be malformed may not be. */
static bool add_all(struct egov_verifier *verifier, const json_t *list, bool trust)
{
	const json_t *item;
	bool all = true;
	size_t i;

	json_array_foreach(list, i, item) {
		const struct egov_slice pem = egov__slice_text(json_string_value(item));

		all &= (trust ? egov_verifier_add_trust(verifier, pem, NULL)
		              : egov_verifier_add_pool(verifier, pem, NULL)) == EGOV_OK;
	}
	return all;
}

static bool accepts(const json_t *test, struct egov_error *why)
{
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_verify_options options = { .at = AT };
	const char *time = string(test, "validation_time"), *eku;
	const json_t *crl;
	char text[EGOV_TIME_TEXT] = "";
	size_t i;
	bool good, read = true;

	/* "2025-01-01T00:00:00+00:00" */
	if (strlen(time) >= 19) {
		(void)snprintf(text, sizeof(text), "%.19sZ", time);
		assert_int_equal(egov_time_parse(text, &options.at, NULL), EGOV_OK);
	}
	/* Revocation must be known where a suite says so (its README, bsi). */
	options.require_crl = strncmp(string(test, "id"), "bsi::CRL_", 9) == 0;
	if (strcmp(string(test, "validation_kind"), "SERVER") == 0
	    && strncmp(string(test, "id"), "bettertls::", 11) == 0)
		options.purpose = "server";
	eku = json_string_value(json_array_get(json_object_get(test, "extended_key_usage"), 0));
	if (eku != NULL && strcmp(eku, "serverAuth") == 0)
		options.purpose = "server";
	if (eku != NULL && strcmp(eku, "clientAuth") == 0)
		options.purpose = "client";
	read &= add_all(verifier, json_object_get(test, "trusted_certs"), true);
	(void)add_all(verifier, json_object_get(test, "untrusted_intermediates"), false);
	json_array_foreach(json_object_get(test, "crls"), i, crl)
		read &= egov_verifier_add_crl(verifier, egov__slice_text(json_string_value(crl)), NULL)
		        == EGOV_OK;
	good = read
	       && egov_verify(verifier, egov__slice_text(string(test, "peer_certificate")), &options,
	                      NULL, why) == EGOV_OK;
	egov_verifier_free(verifier);
	return good;
}

/* egov_verify judges the path; whether the name is the one called, OpenSSL says. */
static bool is_called(const json_t *test)
{
	const json_t *peer = json_object_get(test, "expected_peer_name");
	const char *pem = string(test, "peer_certificate"), *name = string(peer, "value");
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	const bool called = strcmp(string(peer, "kind"), "IP") == 0
	                    ? X509_check_ip_asc(cert, name, 0) == 1
	                    : X509_check_host(cert, name, 0, 0, NULL) == 1;

	assert_non_null(cert);
	X509_free(cert);
	BIO_free(bio);
	return called;
}

static struct tally run_suite(const char *name, const char *show, size_t every)
{
	json_t *suite = load_suite(name);
	const json_t *test;
	struct tally tally = { 0 };
	size_t i;

	json_array_foreach(json_object_get(suite, "testcases"), i, test) {
		const bool good = strcmp(string(test, "expected_result"), "SUCCESS") == 0;
		struct egov_error why = { 0 };
		bool ours;

		if (i % every != 0)
			continue;
		ours = accepts(test, &why)
		       && (strncmp(string(test, "id"), "bettertls::", 11) != 0 || is_called(test));

		tally.cases++;
		tally.right += good == ours;
		tally.hard += good != ours && !json_is_true(json_object_get(test, "bettertls_soft"));
		tally.false_accepts += !good && ours;
		tally.false_refusals += good && !ours;
		/* Departures that a suite itself calls soft are no more than shown. */
		if (!good && ours && !json_is_true(json_object_get(test, "bettertls_soft"))
		    && !may_be_accepted(string(test, "id"))) {
			print_error("wrong-accept %s\n", string(test, "id"));
			tally.unexplained++;
		}
		if (good != ours && show != NULL)
			printf("%s %s: %s\n", ours ? "wrong-accept" : "wrong-refusal",
			       string(test, "id"), why.text);
	}
	printf("%s: %zu of %zu right, %zu wrong-accept, %zu wrong-refusal\n", name, tally.right,
	       tally.cases, tally.false_accepts, tally.false_refusals);
	json_decref(suite);
	assert_int_equal(tally.unexplained, 0);
	return tally;
}

static void suites_are_judged_as_stated(void **state)
{
	const char *show = getenv("EGOV_TEST_SHOW");

	(void)state;
	assert_true(run_suite("chains/chains-shared.json.xz", show, 1).right >= 306);
	assert_true(run_suite("limbo/limbo-shared.json.xz", show, 1).right >= 75);
}

/* Every tenth, because there are so many; with EGOV_TEST_ALL set, all. */
static void bettertls_is_judged_as_stated(void **state)
{
	const size_t every = getenv("EGOV_TEST_ALL") == NULL ? 10 : 1;
	const struct tally tally = run_suite("limbo/bettertls-shared.json.xz",
	                                     getenv("EGOV_TEST_SHOW"), every);

	(void)state;
	assert_int_equal(tally.hard, 0);
}

/* --- PKITS ------------------------------------------------------------------------ */

static struct egov_buf *load_pkits(const char *kind, const json_t *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "pkits/%s/%s.%.3s", kind, json_string_value(name),
	               strcmp(kind, "crls") == 0 ? "crl" : "crt");
	return help_corpus(path);
}

static void add_crls(struct egov_verifier *verifier, const json_t *list)
{
	const json_t *name;
	size_t i;

	json_array_foreach(list, i, name) {
		struct egov_buf *crl = load_pkits("crls", name);

		/* What we do not take cannot vouch for anybody. */
		(void)!egov_verifier_add_crl(verifier, egov_buf_slice(crl), NULL);
		egov_buf_free(crl);
	}
}

static void policy_options(const json_t *test, struct egov_verify_options *options, char *text,
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

static bool pkits_accepts(const json_t *test, bool with_crls, struct egov_error *why)
{
	struct egov_verify_options options = { .at = (egov_time)1600000000, .require_crl = with_crls };
	struct egov_verifier *verifier = egov_verifier_new();
	const json_t *certs = json_object_get(test, "certs");
	const size_t count = json_array_size(certs);
	struct egov_buf *leaf = NULL;
	char policies[128];
	bool good;

	policy_options(test, &options, policies, sizeof(policies));
	for (size_t i = 0; i < count; i++) {
		struct egov_buf *der = load_pkits("certs", json_array_get(certs, i));
		struct egov_slice bytes = egov_buf_slice(der);

		(void)!(i == 0 ? egov_verifier_add_trust(verifier, bytes, NULL)
		               : egov_verifier_add_pool(verifier, bytes, NULL));
		if (i + 1 == count)
			leaf = der;
		else
			egov_buf_free(der);
	}
	if (with_crls)
		add_crls(verifier, json_object_get(test, "crls"));
	good = egov_verify(verifier, egov_buf_slice(leaf), &options, NULL, why) == EGOV_OK;
	egov_verifier_free(verifier);
	egov_buf_free(leaf);
	return good;
}

/* Sections 4.8 to 4.13 are about policies and names: CRLs decide nothing there. */
static bool is_of_paths(const char *id)
{
	const long section = strtol(id + 2, NULL, 10);

	return section >= 8 && section <= 13;
}

static void expect_pkits(const json_t *test, size_t *right)
{
	const char *id = string(test, "id");
	const bool good = json_is_true(json_object_get(test, "valid"));
	struct egov_error why = { 0 };
	const bool ours = pkits_accepts(test, !is_of_paths(id), &why);

	*right += ours == good;
	if (ours == good)
		return;
	printf("%s %s: %s\n", id, string(test, "name"), why.text);
	assert_true(good);
	assert_false(is_of_paths(id));
}

static void pkits_is_judged_as_stated(void **state)
{
	struct egov_buf *text = help_corpus("pkits/pkits_cases.json");
	json_t *list = json_loadb((const char *)text->data, text->size, 0, NULL), *test;
	size_t i, right = 0, of_paths = 0;

	(void)state;
	json_array_foreach(list, i, test) {
		of_paths += is_of_paths(string(test, "id"));
		expect_pkits(test, &right);
	}
	printf("pkits: %zu of %zu right\n", right, json_array_size(list));
	assert_true(of_paths > 50);
	assert_true(right >= 104);
	json_decref(list);
	egov_buf_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_national_root_vouches_for_36),
		cmocka_unit_test(sm2_signatures_verify_as_stated),
		cmocka_unit_test(the_malformed_root_is_refused),
		cmocka_unit_test(pkits_is_judged_as_stated),
		cmocka_unit_test(suites_are_judged_as_stated),
		cmocka_unit_test(bettertls_is_judged_as_stated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
