/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "asn1/asn1.h"
#include "base/der.h"
#include "base/pem.h"
#include "base/report.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "request/request.h"
#include "x509/name.h"

#define DEFAULT EGOV__NO_SLICE

/* A software key and the parts of a request that a test may change. */
struct maker {
	struct egov_secret *d;
	uint8_t point[EGOV__SM2_POINT];
	uint8_t spki[EGOV__SM2_SPKI];
	const char *version;            /* hex of the INTEGER */
	struct egov_slice key;          /* SubjectPublicKeyInfo that is written */
	const char *subject;            /* hex of the Name */
	const char *attributes;         /* hex of [0], whole */
	const char *algorithm;          /* hex */
	const char *id;                 /* signed under; NULL: SM3 without Z */
};

static struct egov_error err;

static int begin(void **state)
{
	struct maker *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	assert_ok(egov__sm2_generate(&m->d, m->point, &err), &err);
	egov__sm2_point_spki(m->point, m->spki);
	*state = m;
	return 0;
}

static int end(void **state)
{
	struct maker *m = *state;

	egov__secret_free(m->d);
	free(m);
	return 0;
}

static void standard(struct maker *m)
{
	m->version = "020100";
	m->key = EGOV__SLICE(m->spki);
	m->subject = "3019 310b 3009 0603 550406 1302 434e 310a 3008 0603 550403 0c01 61";
	m->attributes = "a000";
	m->algorithm = "300a 0608 2a811ccf55018375";
	m->id = EGOV__SM2_DEFAULT_ID;
}

static void put_hex(struct egov_buf *out, const char *hex)
{
	struct egov_buf *bytes = help_hex_buf(hex);

	egov__buf_slice(out, egov_buf_slice(bytes));
	egov_buf_free(bytes);
}

static void sign(const struct maker *m, struct egov_slice info, struct egov_buf *signature)
{
	const struct egov_slice point = EGOV__SLICE(m->point);
	uint8_t e[EGOV__SM2_E], raw[EGOV__SM2_RAW_SIGNATURE];

	if (m->id == NULL)
		assert_ok(egov__sm3(&info, 1, e, &err), &err);
	else
		assert_ok(egov__sm2_e(point, egov__slice_text(m->id), info, e, &err), &err);
	assert_ok(egov__sm2_sign_e(m->d, m->point, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, signature, &err), &err);
}

static struct egov_buf *make(const struct maker *m)
{
	struct egov_buf info = EGOV__BUF(1u << 20), signature = EGOV__BUF(100);
	struct egov_buf *out = egov_buf_new(1u << 20);
	size_t mark = egov__der_open(&info, EGOV__SEQUENCE);

	put_hex(&info, m->version);
	put_hex(&info, m->subject);
	egov__buf_slice(&info, m->key);
	put_hex(&info, m->attributes);
	egov__der_close(&info, mark);
	sign(m, egov_buf_slice(&info), &signature);
	mark = egov__der_open(out, EGOV__SEQUENCE);
	egov__buf_slice(out, egov_buf_slice(&info));
	put_hex(out, m->algorithm);
	egov__der_put_bit_octets(out, egov_buf_slice(&signature));
	egov__der_close(out, mark);
	egov__buf_clear(&info);
	egov__buf_clear(&signature);
	return out;
}

static void refuses_bytes(struct egov_slice bytes, enum egov_status status, const char *fragment)
{
	struct egov_request *request = NULL;

	assert_fails(egov_request_decode(bytes, DEFAULT, &request, &err), &err, status, fragment);
	assert_null(request);
}

static void refuses(const struct maker *m, enum egov_status status, const char *fragment)
{
	struct egov_buf *der = make(m);

	refuses_bytes(egov_buf_slice(der), status, fragment);
	egov_buf_free(der);
}

/* Accepted; returns what the report says under key, on the heap. */
static char *accepts(const struct maker *m, const char *key)
{
	struct egov_buf *der = make(m);
	struct egov_request *request = NULL;
	struct egov_report *report = egov_report_new();
	const char *value;
	char *copy;

	assert_ok(egov_request_decode(egov_buf_slice(der), DEFAULT, &request, &err), &err);
	assert_true(egov__slice_equal(egov_request_public_key(request), EGOV__SLICE(m->spki)));
	assert_true(egov__slice_equal(egov_request_der(request), egov_buf_slice(der)));
	assert_ok(egov_request_report(request, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	value = egov_report_find(report, 0, key);
	copy = value == NULL ? NULL : strdup(value);
	egov_report_free(report);
	egov_request_free(request);
	egov_buf_free(der);
	return copy;
}

static void standard_form_is_accepted(void **state)
{
	struct maker *m = *state;
	char *value;

	standard(m);
	value = accepts(m, "subject");
	assert_string_equal(value, "C=CN, CN=a");
	free(value);
	assert_null(accepts(m, "deviation"));
	value = accepts(m, "signature-parameters");
	assert_string_equal(value, "absent");
	free(value);
	m->algorithm = "300c 0608 2a811ccf55018375 0500";
	value = accepts(m, "signature-parameters");
	assert_string_equal(value, "NULL");
	free(value);
}

static void version_key_and_algorithm_are_fixed(void **state)
{
	struct maker *m = *state;
	struct egov_buf *other = help_hex_buf(
		"3059 3013 0607 2a8648ce3d0201 0608 2a8648ce3d030107 0342 00"
		"04 6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
		"   4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
	uint8_t off[EGOV__SM2_SPKI];

	standard(m);
	m->version = "020101";
	refuses(m, EGOV_E_POLICY, "version: INTEGER 1 found, 0 wanted");
	m->version = "020102";
	refuses(m, EGOV_E_POLICY, "version: INTEGER 2 found, 0 wanted");
	m->version = "0201ff";
	refuses(m, EGOV_E_SYNTAX, "version");
	standard(m);
	m->key = egov_buf_slice(other);
	refuses(m, EGOV_E_POLICY, "public key");
	memcpy(off, m->spki, sizeof(off));
	off[90] ^= 1;
	m->key = EGOV__SLICE(off);
	refuses(m, EGOV_E_POLICY, "public key");
	standard(m);
	m->algorithm = "300a 0608 2a8648ce3d040302";
	refuses(m, EGOV_E_POLICY, "ecdsa-with-SHA256 found, SM2-with-SM3 wanted");
	m->algorithm = "300a 0608 2a811ccf55018374";
	refuses(m, EGOV_E_POLICY, "another one found");
	m->algorithm = "300d 0608 2a811ccf55018375 040100";
	refuses(m, EGOV_E_SYNTAX, "parameters must be absent or NULL");
	egov_buf_free(other);
}

/* GM/T 0015 and 0043 print this form in their tables; Tongsuo made one. */
static void curve_as_algorithm_is_read_and_not_copied(void **state)
{
	struct maker *m = *state;
	struct egov_buf key = EGOV__BUF(200);
	char *value;

	standard(m);
	put_hex(&key, "305a 3014 0608 2a811ccf5501822d 0608 2a811ccf5501822d 0342 00");
	egov__buf_append(&key, m->point, sizeof(m->point));
	m->key = egov_buf_slice(&key);
	value = accepts(m, "deviation");
	assert_string_equal(value, "the public key names the curve as its algorithm");
	free(value);
	key.data[key.size - 1] ^= 1;
	refuses(m, EGOV_E_POLICY, "public key");
	egov__buf_clear(&key);
}

static void possession_is_proved_under_the_id_asked_for(void **state)
{
	struct maker *m = *state;
	const struct egov_slice empty = { (const uint8_t *)"", 0 };
	const struct egov_slice own = egov__slice_text("ALICE123@YAHOO.COM");
	struct egov_request *request = NULL;
	struct egov_buf *der;

	standard(m);
	m->id = "";
	refuses(m, EGOV_E_UNTRUSTED, "it fits the empty ID");
	der = make(m);
	assert_ok(egov_request_decode(egov_buf_slice(der), empty, &request, &err), &err);
	egov_request_free(request);
	request = NULL;
	egov_buf_free(der);
	m->id = NULL;
	refuses(m, EGOV_E_UNTRUSTED, "SM3 without Z");
	m->id = "ALICE123@YAHOO.COM";
	refuses(m, EGOV_E_UNTRUSTED, "neither the default nor the empty ID");
	der = make(m);
	assert_ok(egov_request_decode(egov_buf_slice(der), own, &request, &err), &err);
	egov_request_free(request);
	request = NULL;
	egov_buf_free(der);
	standard(m);
	der = make(m);
	assert_fails(egov_request_decode(egov_buf_slice(der), own, &request, &err), &err,
	             EGOV_E_UNTRUSTED, "it fits the default ID 1234567812345678");
	assert_null(request);
	egov_buf_free(der);
}

static void another_key_proves_nothing(void **state)
{
	struct maker *m = *state;
	struct egov_secret *d = NULL, *own = m->d;
	uint8_t point[EGOV__SM2_POINT], own_point[EGOV__SM2_POINT];

	standard(m);
	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	m->d = d;
	memcpy(own_point, m->point, sizeof(point));
	memcpy(m->point, point, sizeof(point));
	refuses(m, EGOV_E_UNTRUSTED, "neither the default nor the empty ID");
	m->d = own;
	memcpy(m->point, own_point, sizeof(point));
	egov__secret_free(d);
}

static void subjects_are_text(void **state)
{
	struct maker *m = *state;

	standard(m);
	m->subject = "3000";
	free(accepts(m, "subject"));
	m->subject = "300d 310b 3009 0603 550403 0c02 e5b1";
	refuses(m, EGOV_E_SYNTAX, "subject: commonName: not UTF-8");
	m->subject = "300c 310a 3008 0603 550403 1301 40";
	refuses(m, EGOV_E_SYNTAX, "subject: commonName: not all characters are of PrintableString");
	m->subject = "300c 310a 3008 0603 550403 0c01 0a";
	refuses(m, EGOV_E_SYNTAX, "subject: commonName: has a control character");
	m->subject = "300c 310a 3008 0603 550403 0c01 61 0500";
	refuses(m, EGOV_E_SYNTAX, "public key: tag 05");
}

static void attributes_are_judged(void **state)
{
	struct maker *m = *state;
	char *value;

	standard(m);
	m->attributes = "";
	refuses(m, EGOV_E_SYNTAX, "attributes");
	m->attributes = "a000 0500";
	refuses(m, EGOV_E_SYNTAX, "attributes: 2 octets after its end");
	m->attributes = "a015 3013 0609 2a864886f70d010907 3106 1304 31323334";
	value = accepts(m, "challenge-password");
	assert_string_equal(value, "present");
	free(value);
	m->attributes = "a015 3013 0609 2a864886f70d010907 3106 0c04 31323334";
	refuses(m, EGOV_E_POLICY, "challengePassword: value of tag 0c, 13 wanted");
	m->attributes = "a016 3014 0609 2a864886f70d010907 3107 1302 3132 1301 33";
	refuses(m, EGOV_E_POLICY, "challengePassword: more than one value");
	m->attributes = "a01c 301a 0609 2a864886f70d01090e 310d 300b 3009 0603551d0f 04020500";
	value = accepts(m, "requested-extension");
	assert_string_equal(value, "keyUsage: #0500");
	free(value);
	m->attributes = "a01f 301d 0609 2a864886f70d01090e 3110 300e 300c 0603551d0f 010100 04020500";
	refuses(m, EGOV_E_SYNTAX, "extensionRequest: extension: critical FALSE");
}

/* CFCA's double-key form: values without their SET, and a second public key. */
static void cfca_form_is_read(void **state)
{
	struct maker *m = *state;
	struct egov_buf key = EGOV__BUF(2000);
	char *value;

	standard(m);
	egov__buf_text(&key, "a081b5 3011 0609 2a864886f70d010907 1304 31323334"
	                     "30819f 0609 2a864886f70d01093f 048191 30818e 020101 048188 "
	                     "00b4000000010000");
	for (size_t i = 0; i < 2; i++) {
		egov__buf_hex(&key, (struct egov_slice){ m->point + 1 + 32 * i, 32 });
		for (size_t zero = 0; zero < 32; zero++)
			egov__buf_text(&key, "00");
	}
	m->attributes = egov__buf_string(&key);
	value = accepts(m, "deviation");
	assert_string_equal(value, "attribute values stand without their SET (CFCA's form)");
	free(value);
	value = accepts(m, "temporary-key");
	assert_non_null(value);
	assert_int_equal(strlen(value), 2 * EGOV__SM2_POINT);
	free(value);
	/* a zero that is none: not the form */
	key.data[key.size - 1] = '1';
	refuses(m, EGOV_E_SYNTAX, "temporary key: not of CFCA's form");
	egov__buf_clear(&key);
}

static void damaged_requests_are_refused(void **state)
{
	struct maker *m = *state;
	struct egov_buf *der;
	struct egov_request *request = NULL;

	standard(m);
	m->attributes = "a015 3013 0609 2a864886f70d010907 3106 1304 31323334";
	der = make(m);
	for (size_t size = 0; size < der->size; size++) {
		const enum egov_status rc = egov_request_decode(
			(struct egov_slice){ der->data, size }, DEFAULT, &request, &err);

		assert_int_equal(rc, EGOV_E_SYNTAX);
		assert_true(err.text[0] != 0);
		egov_error_clear(&err);
	}
	for (size_t bit = 0; bit < der->size * 8; bit++) {
		der->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(egov_request_decode(egov_buf_slice(der), DEFAULT, &request, &err),
		                     EGOV_OK);
		assert_true(err.status == EGOV_E_SYNTAX || err.status == EGOV_E_POLICY
		            || err.status == EGOV_E_UNTRUSTED);
		egov_error_clear(&err);
		der->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_null(request);
	egov__buf_byte(der, 0);
	refuses_bytes(egov_buf_slice(der), EGOV_E_SYNTAX, "request: 1 octets after its end");
	egov_buf_free(der);
}

static void one_request_within_bounds(void **state)
{
	struct maker *m = *state;
	struct egov_buf pem = EGOV__BUF(1u << 20), large = EGOV__BUF(1u << 20);
	struct egov_buf *der;
	struct egov_request *request = NULL;

	standard(m);
	der = make(m);
	egov__pem_encode(&pem, "NEW CERTIFICATE REQUEST", egov_buf_slice(der));
	assert_ok(egov_request_decode(egov_buf_slice(&pem), DEFAULT, &request, &err), &err);
	egov_request_free(request);
	request = NULL;
	egov__pem_encode(&pem, "CERTIFICATE REQUEST", egov_buf_slice(der));
	refuses_bytes(egov_buf_slice(&pem), EGOV_E_SYNTAX, "more than one request");
	egov_buf_reset(&pem);
	egov__pem_encode(&pem, "CERTIFICATE", egov_buf_slice(der));
	refuses_bytes(egov_buf_slice(&pem), EGOV_E_SYNTAX, "no PEM block CERTIFICATE REQUEST");
	refuses_bytes(egov__slice_text("hello, world"), EGOV_E_SYNTAX, "neither DER nor PEM");
	refuses_bytes(EGOV__NO_SLICE, EGOV_E_SYNTAX, "neither DER nor PEM");
	egov__der_header(&large, EGOV__SEQUENCE, EGOV__MAX_OBJECT);
	assert_non_null(memset(egov__buf_extend(&large, EGOV__MAX_OBJECT), 0, EGOV__MAX_OBJECT));
	refuses_bytes(egov_buf_slice(&large), EGOV_E_LIMIT, "at most 65536 allowed");
	egov__buf_clear(&large);
	egov__buf_clear(&pem);
	egov_buf_free(der);
	egov_request_free(NULL);
}

/* --- others' requests --------------------------------------------------------- */

/* sm2-csrs/index.json: what its signature fits decides. */
static void corpus_default_id(void **state)
{
	struct egov_buf *pem = help_corpus("sm2-csrs/602e5f1f8b-sm2-csr.pem");
	struct egov_report *report = egov_report_new();
	struct egov_request *request = NULL;

	(void)state;
	assert_ok(egov_request_decode(egov_buf_slice(pem), DEFAULT, &request, &err), &err);
	assert_int_equal(egov_request_public_key(request).size, EGOV__SM2_SPKI);
	assert_ok(egov_request_report(request, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "subject"),
	                    "O=SM2-CA, CN=SM2 certificate signing key, E=ca@sm2");
	/* its key is written as 1.2.156.10197.1.301 with itself as parameters */
	assert_string_equal(egov_report_find(report, 0, "deviation"),
	                    "the public key names the curve as its algorithm");
	egov_report_free(report);
	egov_request_free(request);
	egov_buf_free(pem);
}

static void corpus_empty_id(void **state)
{
	static const char *const names[] = { "sm2-csrs/678099e7a7-sm2.ca_v1_2.pem",
		                             "sm2-csrs/ea1084e350-sm2.root2.csr.pem" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct egov_buf *pem = help_corpus(names[i]);

		refuses_bytes(egov_buf_slice(pem), EGOV_E_UNTRUSTED, "it fits the empty ID");
		egov_buf_free(pem);
	}
}

/*
 * CFCA's form from a web page of a certificate seller.  Its attributes are read,
 * and its signature fits nothing: neither ID, nor SM3 without Z, nor (tried when
 * this was written) the attributes in their SETs, the temporary key, or s before
 * r.  So "none" of the index stands and the request proves no possession.
 */
static void corpus_cfca(void **state)
{
	struct egov_buf *pem = help_corpus("sm2-csrs/6b047aeda7-cfca_csr_test.pem");

	(void)state;
	refuses_bytes(egov_buf_slice(pem), EGOV_E_UNTRUSTED, "neither the default nor the empty ID");
	egov_buf_free(pem);
}

/* Stock OpenSSL makes one with extensions; ours is verified by stock OpenSSL. */
static void openssl_and_we_agree(void **state)
{
	struct maker *m = *state;
	char *dir = help_dir(), *path = NULL;
	struct egov_request *request = NULL;
	struct egov_report *report = egov_report_new();
	struct egov_buf *der;

	standard(m);
	der = make(m);
	assert_true(asprintf(&path, "%s/ours.der", dir) > 0);
	help_write(path, egov_buf_slice(der));
	free(path);
	egov_buf_free(der);
	assert_int_equal(help_run("cd %s && openssl req -inform DER -in ours.der -noout -verify "
	                          "-vfyopt distid:1234567812345678 2>&1 | grep -q 'verify OK' && "
	                          "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 "
	                          "-out k 2>/dev/null && openssl req -new -key k -sm3 -sigopt "
	                          "distid:1234567812345678 -utf8 -subj '/C=CN/CN=\xe5\xbc\xa0' "
	                          "-addext subjectAltName=DNS:a.cn -out theirs.pem 2>/dev/null",
	                          dir),
	                 0);
	assert_true(asprintf(&path, "%s/theirs.pem", dir) > 0);
	der = help_read(path);
	free(path);
	assert_ok(egov_request_decode(egov_buf_slice(der), DEFAULT, &request, &err), &err);
	assert_ok(egov_request_report(request, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "subject"), "C=CN, CN=\xe5\xbc\xa0");
	assert_string_equal(egov_report_find(report, 0, "requested-extension"),
	                    "subjectAltName: DNS:a.cn");
	assert_null(egov_report_find(report, 0, "deviation"));
	egov_report_free(report);
	egov_request_free(request);
	egov_buf_free(der);
	help_dir_remove(dir);
}

/* --- the CA's own ------------------------------------------------------------- */

static void own_request_is_built(void **state)
{
	static const uint8_t zero[] = { 0 };
	struct maker *m = *state;
	struct egov_buf subject = EGOV__BUF(1000), out = EGOV__BUF(2000), want = EGOV__BUF(2000);
	struct egov__name *name = NULL;
	struct egov_tbs *tbs = NULL;
	struct egov_buf signature = EGOV__BUF(100);
	struct egov_request *request = NULL;
	struct egov__asn1 *info = NULL;
	size_t mark;

	standard(m);
	assert_ok(egov__name_parse("C=CN,O=\xe6\x9f\x90\xe5\xb1\x80,CN=CA", &name, &err), &err);
	assert_ok(egov__name_encode(name, &subject, &err), &err);
	assert_ok(egov__request_build(egov_buf_slice(&subject), EGOV__SLICE(m->spki),
	                              EGOV__SIGALG_NULL, &tbs, &err),
	          &err);
	assert_int_equal(egov__tbs_kind(tbs), EGOV_OBJECT_REQUEST);
	/* libtasn1 makes the same of it */
	assert_ok(egov__asn1_new("PKIX.CertificationRequestInfo", &info, &err), &err);
	assert_ok(egov__asn1_write(info, "version", EGOV__SLICE(zero), &err), &err);
	assert_ok(egov__asn1_write(info, "subject", egov_buf_slice(&subject), &err), &err);
	assert_ok(egov__asn1_write(info, "subjectPublicKeyInfo", EGOV__SLICE(m->spki), &err), &err);
	assert_ok(egov__asn1_encode(info, &want, &err), &err);
	egov__asn1_free(info);
	assert_true(egov__slice_equal(egov__tbs_der(tbs), egov_buf_slice(&want)));
	/* signed, it is a request */
	sign(m, egov__tbs_der(tbs), &signature);
	mark = egov__der_open(&out, EGOV__SEQUENCE);
	egov__buf_slice(&out, egov__tbs_der(tbs));
	egov__buf_slice(&out, egov__tbs_signature_algorithm(tbs));
	egov__der_put_bit_octets(&out, egov_buf_slice(&signature));
	egov__der_close(&out, mark);
	assert_ok(egov_request_decode(egov_buf_slice(&out), DEFAULT, &request, &err), &err);
	egov_request_free(request);
	egov__tbs_free(tbs);
	egov__name_free(name);
	egov__buf_clear(&subject);
	egov__buf_clear(&out);
	egov__buf_clear(&want);
	egov__buf_clear(&signature);
}

static void own_request_needs_name_and_key(void **state)
{
	static const uint8_t empty[] = { 0x30, 0x00 };
	struct maker *m = *state;
	struct egov_buf *subject = help_hex_buf("300c 310a 3008 0603 550403 0c01 61");
	struct egov_tbs *tbs = NULL;
	uint8_t off[EGOV__SM2_SPKI];

	assert_fails(egov__request_build(EGOV__SLICE(empty), EGOV__SLICE(m->spki),
	                                 EGOV__SIGALG_ABSENT, &tbs, &err),
	             &err, EGOV_E_POLICY, "not empty");
	memcpy(off, m->spki, sizeof(off));
	off[90] ^= 1;
	assert_fails(egov__request_build(egov_buf_slice(subject), EGOV__SLICE(off),
	                                 EGOV__SIGALG_ABSENT, &tbs, &err),
	             &err, EGOV_E_POLICY, "");
	subject->data[subject->size - 1] = 0xe5;
	assert_fails(egov__request_build(egov_buf_slice(subject), EGOV__SLICE(m->spki),
	                                 EGOV__SIGALG_ABSENT, &tbs, &err),
	             &err, EGOV_E_SYNTAX, "not UTF-8");
	assert_null(tbs);
	egov_buf_free(subject);
}

static enum egov_status check_form(const struct egov_request *request)
{
	return egov__asn1_check(egov__request_is_unwrapped(request) ? "PKIX.UnwrappedRequestCheck"
	                                                           : "PKIX.CertificationRequestCheck",
	                        egov_request_der(request), &err);
}

/* A second reader: whatever octet is another one, what we take libtasn1 takes too. */
static void libtasn1_reads_what_we_read(void **state)
{
	/* A password, wished-for extensions, an attribute that nobody knows; in CFCA's form as well. */
	static const char *const attributes[] = {
		"a04c 3013 0609 2a864886f70d010907 3106 1304 31323334"
		" 3020 0609 2a864886f70d01090e 3113 3011 300f 0603551d0f 0101ff 0405 0303 07ff80"
		" 3013 0603 2a0304 310c 300a 0101ff 0303 0405a0 0500",
		"a015 3013 0609 2a864886f70d010907 1306 313233343536"
	};
	uint32_t random = 1;

	for (size_t which = 0; which < 2; which++) {
		struct maker *m = *state;
		struct egov_buf *der;
		size_t taken = 0;

		standard(m);
		m->attributes = attributes[which];
		der = make(m);
		assert_true(egov_buf_slice(der).size > 0);
		for (unsigned i = 0; i < 20000; i++) {
			struct egov_request *request = NULL;
			uint8_t *at, was;

			random = random * 1664525 + 1013904223;
			at = &der->data[(random >> 8) % der->size];
			was = *at;
			*at = i % 2 == 0 ? (uint8_t)(random >> 3) : (uint8_t)(was ^ 1u << (random & 7));
			if (egov__request_read(egov_buf_slice(der), &request, NULL) == EGOV_OK) {
				assert_ok(check_form(request), &err);
				taken++;
			}
			egov_request_free(request);
			*at = was;
		}
		assert_in_range(taken, 1000, 19000);
		egov_buf_free(der);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_form_is_accepted),
		cmocka_unit_test(version_key_and_algorithm_are_fixed),
		cmocka_unit_test(curve_as_algorithm_is_read_and_not_copied),
		cmocka_unit_test(possession_is_proved_under_the_id_asked_for),
		cmocka_unit_test(another_key_proves_nothing),
		cmocka_unit_test(subjects_are_text),
		cmocka_unit_test(attributes_are_judged),
		cmocka_unit_test(cfca_form_is_read),
		cmocka_unit_test(damaged_requests_are_refused),
		cmocka_unit_test(one_request_within_bounds),
		cmocka_unit_test(corpus_default_id),
		cmocka_unit_test(corpus_empty_id),
		cmocka_unit_test(corpus_cfca),
		cmocka_unit_test(openssl_and_we_agree),
		cmocka_unit_test(libtasn1_reads_what_we_read),
		cmocka_unit_test(own_request_is_built),
		cmocka_unit_test(own_request_needs_name_and_key),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
