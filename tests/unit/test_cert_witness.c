/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include "cert/cert.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static struct egov_cert *decode(const struct made *made)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;

	made_signed(made, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	egov__buf_clear(&der);
	return cert;
}

/* A certificate that differs in one part, held against what OpenSSL reads in the first. */
static const struct {
	enum made_part part;
	const char *hex, *fragment;
} others[] = {
	{ MADE_SERIAL, "02 01 01", "serialNumber" },
	{ MADE_ALGORITHM, "30 0c 06 08 2a811ccf55018375 0500", "signature algorithm" },
	{ MADE_ISSUER, "30 00", "issuer" },
	{ MADE_TIMES, "30 1e 17 0d 3236303130313030303030315a 17 0d 3239303130313030303030305a",
	  "notBefore" },
	{ MADE_TIMES, "30 1e 17 0d 3236303130313030303030305a 17 0d 3239303130313030303030315a",
	  "notAfter" },
	{ MADE_SUBJECT, "30 00", "subject" },
	{ MADE_KEY, "30 0c 30 04 06 02 2a 03 03 04 00 02 03 00", "subjectPublicKeyInfo" },
	{ MADE_UNIQUE_IDS, "81 02 00 41", "tbsCertificate" },
};

static void sees_every_difference(void **state)
{
	struct egov_error err = { 0 };
	struct egov__witness *w = NULL;
	struct egov_cert *cert;
	struct made made;

	(void)state;
	made_cert(&made);
	cert = decode(&made);
	assert_ok(egov__witness_certificate(egov_cert_der(cert), &w, &err), &err);
	assert_ok(egov__cert_agree(egov__cert_fields(cert), w, &err), &err);
	assert_ok(egov__cert_witness(egov_cert_der(cert), &err), &err);
	egov_cert_free(cert);
	made_clear(&made);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		made_cert(&made);
		made_set_hex(&made, others[i].part, others[i].hex);
		cert = decode(&made);
		assert_fails(egov__cert_agree(egov__cert_fields(cert), w, &err), &err,
		             EGOV_E_CRYPTO, others[i].fragment);
		egov_cert_free(cert);
		made_clear(&made);
	}
	egov__witness_free(w);
}

/* The fields that tbsCertificate does not stand for: version, and the extensions one by one. */
static void sees_versions_and_extensions(void **state)
{
	struct egov_error err = { 0 };
	struct egov__witness *w = NULL;
	struct egov__cert_fields f;
	struct egov_cert *cert;
	struct made made;

	(void)state;
	made_cert(&made);
	cert = decode(&made);
	assert_ok(egov__witness_certificate(egov_cert_der(cert), &w, &err), &err);
	f = *egov__cert_fields(cert);
	f.version = 2;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "version");
	f = *egov__cert_fields(cert);
	f.signature.size--;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "signature");
	f = *egov__cert_fields(cert);
	f.outer_algorithm.size--;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "signatureAlgorithm");
	f = *egov__cert_fields(cert);
	w->ext_count--;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "extension");
	w->ext_count++;
	w->exts[2].critical = false;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "extension");
	w->exts[2].critical = true;
	w->exts[3].value.data[0] ^= 1;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "extension");
	w->exts[3].value.data[0] ^= 1;
	w->exts[3].oid.data[0] ^= 1;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "extension");
	w->exts[3].oid.data[0] ^= 1;
	f.extensions = EGOV__NO_SLICE;
	assert_fails(egov__cert_agree(&f, w, &err), &err, EGOV_E_CRYPTO, "number of extensions");
	egov__witness_free(w);
	egov_cert_free(cert);
	made_clear(&made);
}

static void what_one_of_them_cannot_read_is_a_disagreement(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct made made;

	(void)state;
	made_cert(&made);
	made_set_hex(&made, MADE_VERSION, "a0 03 02 01 00");    /* OpenSSL reads it */
	made_signed(&made, &der);
	assert_fails(egov__cert_witness(egov_buf_slice(&der), &err), &err, EGOV_E_CRYPTO,
	             "cannot be read: certificate: version");
	egov__buf_clear(&der);
	made_clear(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_every_difference),
		cmocka_unit_test(sees_versions_and_extensions),
		cmocka_unit_test(what_one_of_them_cannot_read_is_a_disagreement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
