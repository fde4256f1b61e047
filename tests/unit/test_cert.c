/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <jansson.h>

#include "asn1/asn1.h"
#include "base/fileio.h"
#include "base/pem.h"
#include "cert/cert.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static void reads_every_field(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;
	struct egov__ext ext;
	struct made made;

	(void)state;
	made_cert(&made);
	made_signed(&made, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	const struct egov__cert_fields *f = egov__cert_fields(cert);

	assert_int_equal(f->version, 3);
	assert_int_equal(f->serial.size, 16);
	assert_true(egov__slice_equal(egov_cert_issuer(cert),
	                              egov_buf_slice(&made.part[MADE_ISSUER])));
	assert_true(egov__slice_equal(egov_cert_subject(cert),
	                              egov_buf_slice(&made.part[MADE_SUBJECT])));
	assert_true(egov__slice_equal(egov_cert_public_key(cert), EGOV__SLICE(made_spki)));
	assert_int_equal(egov_cert_not_before(cert), 1767225600);       /* 2026-01-01 */
	assert_int_equal(egov_cert_not_after(cert), 1861920000);        /* 2029-01-01 */
	assert_false(f->not_before_wrong_type || f->not_after_wrong_type);
	assert_int_equal(f->signature_algorithm, EGOV__OID_SM2_SM3);
	assert_true(egov__slice_equal(f->inner_algorithm, f->outer_algorithm));
	assert_int_equal(f->signature.size, 8);
	assert_true(egov__cert_ext(cert, EGOV__OID_KEY_USAGE, &ext));
	assert_true(ext.critical);
	assert_false(egov__cert_ext(cert, EGOV__OID_SAN, &ext));
	assert_true(egov__slice_equal(egov_cert_der(cert), egov_buf_slice(&der)));
	assert_true(egov_cert_der(cert).data != der.data);
	egov_cert_free(cert);
	egov__buf_clear(&der);
	made_clear(&made);
}

static void takes_der_pem_and_base64(void **state)
{
	struct egov_buf der = buffer(), pem = buffer(), bare = buffer();
	struct egov_error err = { 0 };
	struct egov_cert *cert = NULL;
	struct made made;

	(void)state;
	made_cert(&made);
	made_signed(&made, &der);
	egov__pem_encode(&pem, "CERTIFICATE", egov_buf_slice(&der));
	egov__base64_encode(&bare, egov_buf_slice(&der), 76);
	const struct egov_buf *const forms[] = { &der, &pem, &bare };

	for (size_t i = 0; i < 3; i++) {
		assert_ok(egov_cert_decode(egov_buf_slice(forms[i]), &cert, &err), &err);
		assert_true(egov__slice_equal(egov_cert_der(cert), egov_buf_slice(&der)));
		egov_cert_free(cert);
		cert = NULL;
	}
	egov__pem_encode(&pem, "CERTIFICATE", egov_buf_slice(&der));
	assert_fails(egov_cert_decode(egov_buf_slice(&pem), &cert, &err), &err, EGOV_E_SYNTAX,
	             "more than one CERTIFICATE");
	egov_buf_reset(&pem);
	egov__pem_encode(&pem, "X509 CRL", egov_buf_slice(&der));
	assert_fails(egov_cert_decode(egov_buf_slice(&pem), &cert, &err), &err, EGOV_E_SYNTAX,
	             "no PEM block CERTIFICATE");
	assert_fails(egov_cert_decode(egov__slice_text("***"), &cert, &err), &err, EGOV_E_SYNTAX,
	             "neither");
	assert_fails(egov_cert_decode(EGOV__NO_SLICE, &cert, &err), &err, EGOV_E_SYNTAX, "neither");
	assert_null(cert);
	egov__buf_clear(&der);
	egov__buf_clear(&pem);
	egov__buf_clear(&bare);
	made_clear(&made);
}

/* What a part is changed to, and what is then said; status EGOV_OK: accepted. */
static const struct {
	enum made_part part;
	const char *hex;
	enum egov_status status;
	const char *fragment;
} parts[] = {
	{ MADE_VERSION, "a0 03 02 01 00", EGOV_E_SYNTAX, "version: 0 found" },
	{ MADE_VERSION, "a0 03 02 01 03", EGOV_E_SYNTAX, "version: 3 found" },
	{ MADE_VERSION, "a0 04 02 02 00 02", EGOV_E_SYNTAX, "shortest form" },
	{ MADE_VERSION, "", EGOV_E_SYNTAX, "extensions in a certificate of version 1" },
	{ MADE_VERSION, "a0 03 02 01 01", EGOV_E_SYNTAX, "extensions in a certificate of version 2" },
	{ MADE_SERIAL, "02 00", EGOV_E_SYNTAX, "serialNumber: empty INTEGER" },
	{ MADE_SERIAL, "02 02 00 01", EGOV_E_SYNTAX, "serialNumber: INTEGER not in its shortest" },
	{ MADE_SERIAL, "04 01 01", EGOV_E_SYNTAX, "serialNumber: tag 04 found" },
	/* Odd serials are for lint. */
	{ MADE_SERIAL, "02 01 00", EGOV_OK, NULL },
	{ MADE_SERIAL, "02 01 ff", EGOV_OK, NULL },
	{ MADE_SERIAL, "02 15 00ffffffffffffffffffffffffffffffffffffffff", EGOV_OK, NULL },
	{ MADE_ALGORITHM, "30 00", EGOV_E_SYNTAX, "signatureAlgorithm: not DER: cut short" },
	{ MADE_ALGORITHM, "30 0d 06 08 2a811ccf55018375 02 01 01", EGOV_E_SYNTAX, "absent or NULL" },
	{ MADE_ALGORITHM, "30 0e 06 08 2a811ccf55018375 0500 0500", EGOV_E_SYNTAX,
	  "signatureAlgorithm: 2 octets after its end" },
	{ MADE_ALGORITHM, "30 0c 06 08 2a811ccf55018375 0500", EGOV_OK, NULL },
	{ MADE_ALGORITHM, "30 04 06 02 2a 03", EGOV_OK, NULL },
	{ MADE_ISSUER, "30 02 31 00", EGOV_E_SYNTAX, "issuer: name: empty RDN" },
	{ MADE_ISSUER, "30 00", EGOV_OK, NULL },
	{ MADE_SUBJECT, "30 0d 31 0b 30 09 06 03 55 04 03 0c 02 c3 28", EGOV_E_SYNTAX,
	  "subject: commonName: not text" },
	{ MADE_SUBJECT, "30 0d 31 0b 30 09 06 03 55 04 03 13 02 40 5f", EGOV_OK, NULL },
	{ MADE_TIMES, "30 1e 17 0d 3236303133323030303030305a 17 0d 3239303130313030303030305a",
	  EGOV_E_SYNTAX, "notBefore: no such date" },
	{ MADE_TIMES, "30 0f 17 0d 3239303130313030303030305a", EGOV_E_SYNTAX, "notAfter" },
	{ MADE_TIMES, "30 1c 17 0b 323630313032303030305a 17 0d 3239303130313030303030305a",
	  EGOV_E_SYNTAX, "notBefore: want digits to the second" },
	{ MADE_KEY, "30 0c 30 04 06 02 2a 03 03 04 01 02 03 00", EGOV_E_SYNTAX, "whole octets" },
	{ MADE_KEY, "30 0c 30 04 06 02 2a 03 03 04 00 02 03 00", EGOV_OK, NULL },
	{ MADE_UNIQUE_IDS, "81 02 04 f0", EGOV_OK, NULL },
	{ MADE_UNIQUE_IDS, "82 02 00 41", EGOV_OK, NULL },
	{ MADE_UNIQUE_IDS, "81 02 04 ff", EGOV_E_SYNTAX, "issuerUniqueID: malformed" },
	{ MADE_UNIQUE_IDS, "82 02 09 00", EGOV_E_SYNTAX, "subjectUniqueID: malformed" },
	{ MADE_UNIQUE_IDS, "82 02 00 41 81 02 00 41", EGOV_E_SYNTAX, "tag 81 found" },
};

static void judges_each_part(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct egov_buf der = buffer();
		struct egov_cert *cert = NULL;
		struct made made;

		made_cert(&made);
		made_set_hex(&made, parts[i].part, parts[i].hex);
		made_signed(&made, &der);
		enum egov_status rc = egov_cert_decode(egov_buf_slice(&der), &cert, &err);

		if (parts[i].status == EGOV_OK)
			help_assert_ok(rc, &err, parts[i].hex, __FILE__, __LINE__);
		else
			help_assert_fails(rc, &err, parts[i].status, parts[i].fragment, parts[i].hex,
			                  __FILE__, __LINE__);
		egov_cert_free(cert);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

static void reads_versions_and_unique_ids(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;
	struct made made;

	(void)state;
	made_cert(&made);
	while (made.ext_count > 0)
		made_ext_drop(&made, made.ext[0].type);
	made_set_hex(&made, MADE_VERSION, "");
	made_signed(&made, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	assert_int_equal(egov__cert_fields(cert)->version, 1);
	assert_int_equal(egov__cert_fields(cert)->extensions.size, 0);
	egov_cert_free(cert);
	cert = NULL;

	made_set_hex(&made, MADE_UNIQUE_IDS, "81 02 00 41 82 03 00 42 43");
	egov_buf_reset(&der);
	made_signed(&made, &der);
	assert_fails(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err, EGOV_E_SYNTAX,
	             "issuerUniqueID in a certificate of version 1");
	made_set_hex(&made, MADE_VERSION, "a0 03 02 01 01");
	egov_buf_reset(&der);
	made_signed(&made, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	assert_int_equal(egov__cert_fields(cert)->version, 2);
	assert_int_equal(egov__cert_fields(cert)->issuer_unique_id.size, 1);
	assert_int_equal(egov__cert_fields(cert)->subject_unique_id.size, 2);
	assert_ok(egov__cert_witness(egov_buf_slice(&der), &err), &err);
	egov_cert_free(cert);
	egov__buf_clear(&der);
	made_clear(&made);
}

static void reads_both_time_types(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov__cert_fields f;
	struct made made;

	(void)state;
	made_cert(&made);
	/* 2026-01-01 as GeneralizedTime, 2050-01-01 as GeneralizedTime */
	made_set_hex(&made, MADE_TIMES,
	             "30 22 18 0f 32303236303130313030303030305a"
	             " 18 0f 32303530303130313030303030305a");
	made_tbs(&made, &der);
	assert_ok(egov__cert_tbs_decode(egov_buf_slice(&der), &f, &err), &err);
	assert_int_equal(f.not_before, 1767225600);
	assert_true(f.not_before_wrong_type);
	assert_int_equal(f.not_after, 2524608000);
	assert_false(f.not_after_wrong_type);
	assert_int_equal(f.der.size, 0);
	assert_int_equal(f.signature.size, 0);
	egov__buf_clear(&der);
	made_clear(&made);
}

/* A second reader: whatever octet is another one, what we take libtasn1 takes too. */
static void libtasn1_reads_what_we_read(void **state)
{
	struct egov_buf der = buffer();
	struct made made;
	uint32_t random = 1;
	size_t taken = 0;

	(void)state;
	made_cert(&made);
	made_signed(&made, &der);
	for (unsigned i = 0; i < 20000; i++) {
		struct egov_cert *cert = NULL;
		uint8_t *at, was;

		random = random * 1664525 + 1013904223;
		at = &der.data[(random >> 8) % der.size];
		was = *at;
		*at = i % 2 == 0 ? (uint8_t)(random >> 3) : (uint8_t)(was ^ 1u << (random & 7));
		if (egov_cert_decode(egov_buf_slice(&der), &cert, NULL) == EGOV_OK) {
			assert_int_equal(egov__asn1_check("PKIX.CertificateCheck",
			                                  egov_cert_der(cert), NULL), EGOV_OK);
			taken++;
		}
		egov_cert_free(cert);
		*at = was;
	}
	assert_in_range(taken, 2000, 19000);
	egov__buf_clear(&der);
	made_clear(&made);
}

static void refuses_a_second_extension_of_a_type(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;
	struct made made;

	(void)state;
	made_cert(&made);
	made_ext_hex(&made, EGOV__OID_SAN, false, "30 03 82 01 61");
	made.ext[made.ext_count - 1].type = EGOV__OID_SKI;
	made_signed(&made, &der);
	assert_fails(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err, EGOV_E_SYNTAX,
	             "subjectKeyIdentifier");
	assert_null(cert);
	egov__buf_clear(&der);
	made_clear(&made);
}

/* Every octet cut off, one added, the outer algorithm another one. */
static void refuses_what_does_not_end_where_it_must(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;
	struct made made;

	(void)state;
	made_cert(&made);
	made_signed(&made, &der);
	for (size_t size = 1; size < der.size; size++) {
		assert_int_equal(egov_cert_decode((struct egov_slice){ der.data, size }, &cert, &err),
		                 EGOV_E_SYNTAX);
		assert_null(cert);
		egov_error_clear(&err);
	}
	egov__buf_byte(&der, 0);
	assert_fails(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err, EGOV_E_SYNTAX,
	             "after its end");
	egov__buf_clear(&der);
	made_clear(&made);
}

static void refuses_what_is_too_large(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;
	const size_t big = EGOV__MAX_OBJECT + 1;

	(void)state;
	egov__der_header(&der, EGOV__SEQUENCE, big);
	memset(egov__buf_extend(&der, big), 0, big);
	assert_fails(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err, EGOV_E_LIMIT,
	             "at most 65536");
	memset(egov__buf_extend(&der, big), 0, big);
	assert_fails(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err, EGOV_E_LIMIT,
	             "too long for one CERTIFICATE");
	egov__buf_clear(&der);
}

static void inner_and_outer_algorithm_are_kept_apart(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;
	struct made made;

	(void)state;
	made_cert(&made);
	const size_t all = egov__der_open(&der, EGOV__SEQUENCE);

	made_tbs(&made, &der);
	egov__buf_slice(&der, egov__algid_sm2_sm3(EGOV__SIGALG_NULL));
	egov__der_put_bit_octets(&der, EGOV__NO_SLICE);
	egov__der_close(&der, all);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	assert_int_equal(egov__cert_fields(cert)->inner_algorithm.size, 12);
	assert_int_equal(egov__cert_fields(cert)->outer_algorithm.size, 14);
	assert_int_equal(egov__cert_fields(cert)->signature.size, 0);
	egov_cert_free(cert);
	egov__buf_clear(&der);
	made_clear(&made);
}

/* --- material that others made ------------------------------------------------------ */

struct count {
	size_t accepted, refused;
	json_t *index;
};

/* Ours and OpenSSL's reading agree wherever ours accepts. */
static void read_one(void *user, const char *name, struct egov_slice bytes)
{
	struct count *count = user;
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	struct egov_cert *cert = NULL;

	assert_non_null(report);
	if (egov_cert_decode(bytes, &cert, &err) != EGOV_OK) {
		printf("  %s: %s\n", name, err.text);
		assert_true(err.status == EGOV_E_SYNTAX);
		assert_true(err.text[0] != 0);
		count->refused++;
	} else {
		count->accepted++;
		help_assert_ok(egov__cert_witness(egov_cert_der(cert), &err), &err, name, __FILE__,
		               __LINE__);
		assert_ok(egov_cert_report(cert, report, &err), &err);
	}
	egov_report_free(report);
	egov_cert_free(cert);
}

static json_t *load_index(const char *name)
{
	struct egov_buf *text = help_corpus(name);
	json_t *index = json_loadb((const char *)text->data, text->size, 0, NULL);

	egov_buf_free(text);
	assert_non_null(index);
	return index;
}

static void reads_every_sm2_certificate(void **state)
{
	struct count count = { 0, 0, NULL };
	json_t *index = load_index("sm2-certs/index.json"), *entry;
	struct egov_error err = { 0 };
	size_t i;

	(void)state;
	made_corpus("sm2-certs", ".pem", read_one, &count);
	assert_int_equal(count.accepted, 137);
	assert_int_equal(count.refused, 1);
	made_corpus("sm2-certs/issuers", ".pem", read_one, &count);
	assert_int_equal(count.accepted, 137 + 24);
	assert_int_equal(count.refused, 1);
	json_array_foreach(index, i, entry) {
		const char *file = json_string_value(json_object_get(entry, "file"));
		char name[256];
		struct egov_cert *cert = NULL;
		struct egov__basic_constraints bc = { 0 };
		struct egov__ext ext;

		if (file == NULL || json_object_get(entry, "not_before") == NULL)
			continue;
		(void)snprintf(name, sizeof(name), "sm2-certs/%s", file);
		struct egov_buf *bytes = help_corpus(name);

		assert_ok(egov_cert_decode(egov_buf_slice(bytes), &cert, &err), &err);
		assert_int_equal(egov_cert_not_before(cert),
		                 json_integer_value(json_object_get(entry, "not_before")));
		assert_int_equal(egov_cert_not_after(cert),
		                 json_integer_value(json_object_get(entry, "not_after")));
		if (egov__cert_ext(cert, EGOV__OID_BASIC_CONSTRAINTS, &ext))
			assert_ok(egov__ext_basic_constraints(ext.value, &bc, &err), &err);
		assert_int_equal(bc.ca, json_is_true(json_object_get(entry, "ca")));
		egov_cert_free(cert);
		egov_buf_free(bytes);
	}
	assert_true(json_array_size(index) >= 137);
	json_decref(index);
}

static void refuses_the_root_that_was_cut_short(void **state)
{
	struct egov_buf *bytes = help_corpus("sm2-certs/malformed-ca-sm2-root.pem");
	struct egov_error err = { 0 };
	struct egov_cert *cert = NULL;

	(void)state;
	assert_fails(egov_cert_decode(egov_buf_slice(bytes), &cert, &err), &err, EGOV_E_SYNTAX, "");
	assert_null(cert);
	egov_buf_free(bytes);
}

/* 32 of OpenSSL's files are of its own kind TRUSTED CERTIFICATE, one writes critical FALSE out. */
static void reads_openssl_s_certificates(void **state)
{
	struct count count = { 0, 0, NULL };

	(void)state;
	made_corpus("openssl-certs/certs", ".pem", read_one, &count);
	assert_int_equal(count.accepted, 63);
	assert_int_equal(count.refused, 33);
}

static void reads_other_families(void **state)
{
	static const struct {
		const char *folder, *suffix;
		size_t accepted, refused;
	} families[] = {
		{ "x509test/certs", ".pem", 85, 11 },
		{ "pkits/certs", ".crt", 228, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct count count = { 0, 0, NULL };

		made_corpus(families[i].folder, families[i].suffix, read_one, &count);
		assert_int_equal(count.accepted, families[i].accepted);
		assert_int_equal(count.refused, families[i].refused);
	}
}

/* 28 of zlint's files are CRLs; what else is refused breaks DER or RFC 5280: empty RDN,
 * empty list of extensions, attributes out of order, version, time. */
static void reads_zlint_s_certificates(void **state)
{
	struct count count = { 0, 0, NULL };
	json_t *index = load_index("zlint/expected.json"), *entry;
	size_t i;

	(void)state;
	json_array_foreach(index, i, entry) {
		char name[256];

		if (strcmp(json_string_value(json_object_get(entry, "kind")), "CERTIFICATE") != 0)
			continue;
		(void)snprintf(name, sizeof(name), "zlint/testdata/%s",
		               json_string_value(json_object_get(entry, "file")));
		struct egov_buf *bytes = help_corpus(name);

		read_one(&count, name, egov_buf_slice(bytes));
		egov_buf_free(bytes);
	}
	json_decref(index);
	assert_int_equal(count.accepted, 465);
	assert_int_equal(count.refused, 88);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(takes_der_pem_and_base64),
		cmocka_unit_test(judges_each_part),
		cmocka_unit_test(reads_versions_and_unique_ids),
		cmocka_unit_test(reads_both_time_types),
		cmocka_unit_test(libtasn1_reads_what_we_read),
		cmocka_unit_test(refuses_a_second_extension_of_a_type),
		cmocka_unit_test(refuses_what_does_not_end_where_it_must),
		cmocka_unit_test(refuses_what_is_too_large),
		cmocka_unit_test(inner_and_outer_algorithm_are_kept_apart),
		cmocka_unit_test(reads_every_sm2_certificate),
		cmocka_unit_test(refuses_the_root_that_was_cut_short),
		cmocka_unit_test(reads_openssl_s_certificates),
		cmocka_unit_test(reads_other_families),
		cmocka_unit_test(reads_zlint_s_certificates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
