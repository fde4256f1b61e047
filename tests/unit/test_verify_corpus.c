/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 certificates that others made, with the results that others state; whole suites are
 * judged by tests/interop. */
#include "help.h"

#include <jansson.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_national_root_vouches_for_36),
		cmocka_unit_test(sm2_signatures_verify_as_stated),
		cmocka_unit_test(the_malformed_root_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
