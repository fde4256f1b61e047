/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <openssl/x509.h>

#include "chain.h"
#include "cert/cert.h"
#include "crypto/witness.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static bool is_hex(const struct egov_buf *buf, const char *hex)
{
	struct egov_buf *wanted = help_hex_buf(hex);
	const bool same = egov__slice_equal(egov_buf_slice(buf), egov_buf_slice(wanted));

	egov_buf_free(wanted);
	return same;
}

static bool is_part(const struct egov_buf *buf, const struct made *made, enum made_part part)
{
	return egov__slice_equal(egov_buf_slice(buf), egov_buf_slice(&made->part[part]));
}

static void tells_what_a_certificate_says(void **state)
{
	struct egov_buf der = buffer(), tbs = buffer();
	struct egov__witness *w = NULL;
	struct egov_error err = { 0 };
	struct made made;

	(void)state;
	made_cert(&made);
	made_tbs(&made, &tbs);
	made_signed(&made, &der);
	assert_ok(egov__witness_certificate(egov_buf_slice(&der), &w, &err), &err);
	assert_int_equal(w->version, 2);
	assert_true(is_hex(&w->serial, "0100000000017af1f2f3f4f5f6f7f8f9"));
	assert_true(is_part(&w->issuer, &made, MADE_ISSUER));
	assert_true(is_part(&w->subject, &made, MADE_SUBJECT));
	assert_true(is_part(&w->spki, &made, MADE_KEY));
	assert_true(is_part(&w->algorithm, &made, MADE_ALGORITHM));
	assert_true(is_part(&w->outer_algorithm, &made, MADE_ALGORITHM));
	assert_true(egov__slice_equal(egov_buf_slice(&w->tbs), egov_buf_slice(&tbs)));
	assert_true(is_hex(&w->signature, "3006020101020101"));
	assert_int_equal(w->not_before, 1767225600);
	assert_int_equal(w->not_after, 1861920000);
	assert_int_equal(w->ext_count, 6);
	assert_true(is_hex(&w->exts[2].oid, "551d0f"));
	assert_true(w->exts[2].critical);
	assert_false(w->exts[0].critical);
	assert_true(is_hex(&w->exts[2].value, "030206c0"));
	egov__witness_free(w);
	egov__buf_clear(&der);
	egov__buf_clear(&tbs);
	made_clear(&made);
}

/* Every optional field there and not there; X509 itself takes and leaves the same octets. */
static void reads_the_form_that_x509_reads(void **state)
{
	const struct chain_plan plans[] = {
		{ .subject = "a", .issuer = "b", .key = 1 },
		{ .subject = "a", .issuer = "b", .key = 1, .version = 1 },
		{ .subject = "a", .issuer = "b", .key = 1, .version = 2, .unique_ids = true },
		{ .subject = "a", .issuer = "b", .key = 1, .unique_ids = true, .ca = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct egov_buf *der = chain_cert(&plans[i]);
		const unsigned char *at = der->data;
		X509 *x = d2i_X509(NULL, &at, (long)der->size);
		struct egov__witness *w = NULL;
		struct egov__cert_fields fields;
		unsigned char *tbs = NULL;
		struct egov_error err = { 0 };
		int size;

		assert_non_null(x);
		size = i2d_re_X509_tbs(x, &tbs);
		assert_ok(egov__witness_certificate(egov_buf_slice(der), &w, &err), &err);
		assert_ok(egov__cert_read(egov_buf_slice(der), &fields, &err), &err);
		assert_ok(egov__cert_agree(&fields, w, &err), &err);
		assert_int_equal(w->version, X509_get_version(x));
		assert_int_equal(w->tbs.size, size);
		assert_memory_equal(w->tbs.data, tbs, w->tbs.size);
		for (size_t cut = 0; cut < der->size; cut += 7) {
			struct egov__witness *none = NULL;

			assert_int_equal(egov__witness_certificate((struct egov_slice){ der->data, cut },
			                                           &none, NULL),
			                 EGOV_E_SYNTAX);
			assert_null(none);
		}
		OPENSSL_free(tbs);
		egov__witness_free(w);
		X509_free(x);
		egov_buf_free(der);
	}
}

/* INTEGER contents as they stood, of any sign and length. */
static void keeps_serials_as_they_are(void **state)
{
	static const char *const serials[] = { "00", "7f", "0080", "80", "ff", "ff00",
		                               "00ffffffffffffffffffffffffffffffffffffffff" };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct egov_buf der = buffer();
		struct egov__witness *w = NULL;
		struct made made;
		char hex[128];

		made_cert(&made);
		(void)snprintf(hex, sizeof(hex), "02 %02zx %s", strlen(serials[i]) / 2, serials[i]);
		made_set_hex(&made, MADE_SERIAL, hex);
		made_signed(&made, &der);
		assert_ok(egov__witness_certificate(egov_buf_slice(&der), &w, &err), &err);
		assert_true(is_hex(&w->serial, serials[i]));
		egov__witness_free(w);
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

static void counts_seconds_by_its_own_calendar(void **state)
{
	static const struct {
		const char *hex;
		egov_time wanted;
	} times[] = {
		{ "17 0d 3439313233313233353935395a", 2524607999 },             /* 2049-12-31 */
		{ "18 0f 32303530303130313030303030305a", 2524608000 },         /* 2050-01-01 */
		{ "17 0d 3530303130313030303030305a", -631152000 },             /* 1950-01-01 */
		{ "18 0f 39393939313233313233353935395a", 253402300799 },       /* 9999-12-31 */
		{ "17 0d 3234303232393132303030305a", 1709208000 },             /* 2024-02-29 */
	};
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct egov_buf *time = help_hex_buf(times[i].hex), der = buffer(), validity = buffer();
		struct egov__witness *w = NULL;
		struct made made;
		const size_t mark = egov__der_open(&validity, EGOV__SEQUENCE);

		egov__buf_slice(&validity, egov_buf_slice(time));
		egov__buf_slice(&validity, egov_buf_slice(time));
		egov__der_close(&validity, mark);
		made_cert(&made);
		made_set(&made, MADE_TIMES, egov_buf_slice(&validity));
		made_signed(&made, &der);
		assert_ok(egov__witness_certificate(egov_buf_slice(&der), &w, &err), &err);
		assert_int_equal(w->not_before, times[i].wanted);
		assert_int_equal(w->not_after, times[i].wanted);
		egov__witness_free(w);
		egov_buf_free(time);
		egov__buf_clear(&der);
		egov__buf_clear(&validity);
		made_clear(&made);
	}
}

static void tells_what_a_crl_says(void **state)
{
	struct egov_buf der = buffer(), tbs = buffer();
	struct egov__witness *w = NULL;
	struct egov_error err = { 0 };
	struct made made;

	(void)state;
	made_crl(&made);
	made_tbs(&made, &tbs);
	made_signed(&made, &der);
	assert_ok(egov__witness_crl(egov_buf_slice(&der), &w, &err), &err);
	assert_int_equal(w->version, 1);
	assert_true(is_part(&w->issuer, &made, MADE_ISSUER));
	assert_true(egov__slice_equal(egov_buf_slice(&w->tbs), egov_buf_slice(&tbs)));
	assert_int_equal(w->not_before, 1780272000);
	assert_int_equal(w->not_after, 1780876800);
	assert_int_equal(w->ext_count, 2);
	assert_int_equal(w->entry_count, 2);
	assert_int_equal(w->entries[0].serial.size, 1);
	assert_int_equal(w->entries[0].serial.data[0], 5);
	assert_int_equal(w->entries[0].reason, 1);
	assert_int_equal(w->entries[0].revoked_at, 1777593600);
	assert_int_equal(w->entries[1].serial.data[0], 7);
	assert_int_equal(w->entries[1].reason, -1);
	assert_true(w->entries[1].invalidity_date == EGOV_TIME_NONE);
	egov__witness_free(w);
	w = NULL;
	/* No nextUpdate, no entries. */
	made_set_hex(&made, MADE_TIMES, "17 0d 3236303630313030303030305a");
	made_set_hex(&made, MADE_ENTRIES, "");
	egov_buf_reset(&der);
	made_signed(&made, &der);
	assert_ok(egov__witness_crl(egov_buf_slice(&der), &w, &err), &err);
	assert_true(w->not_after == EGOV_TIME_NONE);
	assert_int_equal(w->entry_count, 0);
	egov__witness_free(w);
	egov__buf_clear(&der);
	egov__buf_clear(&tbs);
	made_clear(&made);
}

/* CertificationRequestInfo of the same subject and key, and a signature. */
static void put_request(const struct made *made, struct egov_buf *der, struct egov_buf *info)
{
	static const uint8_t attributes[] = { 0xa0, 0x00 };
	size_t mark = egov__der_open(info, EGOV__SEQUENCE);

	egov__der_put_uint(info, 0);
	egov__buf_slice(info, egov_buf_slice(&made->part[MADE_SUBJECT]));
	egov__buf_slice(info, egov_buf_slice(&made->part[MADE_KEY]));
	egov__buf_slice(info, EGOV__SLICE(attributes));
	egov__der_close(info, mark);
	mark = egov__der_open(der, EGOV__SEQUENCE);
	egov__buf_slice(der, egov_buf_slice(info));
	egov__buf_slice(der, egov_buf_slice(&made->part[MADE_ALGORITHM]));
	egov__der_put_bit_octets(der, EGOV__SLICE(attributes));
	egov__der_close(der, mark);
}

static void tells_what_a_request_says(void **state)
{
	struct egov_buf der = buffer(), info = buffer();
	struct egov__witness *w = NULL;
	struct egov_error err = { 0 };
	struct made made;

	(void)state;
	made_cert(&made);
	put_request(&made, &der, &info);
	assert_ok(egov__witness_request(egov_buf_slice(&der), &w, &err), &err);
	assert_int_equal(w->version, 0);
	assert_true(is_part(&w->subject, &made, MADE_SUBJECT));
	assert_true(is_part(&w->spki, &made, MADE_KEY));
	assert_true(is_part(&w->outer_algorithm, &made, MADE_ALGORITHM));
	assert_true(egov__slice_equal(egov_buf_slice(&w->tbs), egov_buf_slice(&info)));
	assert_true(is_hex(&w->signature, "a000"));
	egov__witness_free(w);
	egov__buf_clear(&der);
	egov__buf_clear(&info);
	made_clear(&made);
}

static void refuses_what_it_cannot_read(void **state)
{
	struct egov_buf der = buffer(), crl = buffer(), request = buffer(), info = buffer();
	struct egov__witness *w = NULL;
	struct egov_error err = { 0 };
	struct made made, list;

	(void)state;
	made_cert(&made);
	made_crl(&list);
	made_signed(&made, &der);
	made_signed(&list, &crl);
	put_request(&made, &request, &info);
	assert_fails(egov__witness_certificate(egov_buf_slice(&crl), &w, &err), &err, EGOV_E_SYNTAX,
	             "reading the certificate failed: OpenSSL");
	assert_fails(egov__witness_crl(egov_buf_slice(&der), &w, &err), &err, EGOV_E_SYNTAX,
	             "reading the CRL failed: OpenSSL");
	assert_fails(egov__witness_request(egov_buf_slice(&der), &w, &err), &err, EGOV_E_SYNTAX,
	             "reading the request failed: OpenSSL");
	assert_fails(egov__witness_certificate(EGOV__NO_SLICE, &w, &err), &err, EGOV_E_SYNTAX,
	             "reading the certificate");
	egov__buf_byte(&der, 0);
	egov__buf_byte(&crl, 0);
	egov__buf_byte(&request, 0);
	assert_fails(egov__witness_certificate(egov_buf_slice(&der), &w, &err), &err, EGOV_E_SYNTAX,
	             "leaves octets over");
	assert_fails(egov__witness_crl(egov_buf_slice(&crl), &w, &err), &err, EGOV_E_SYNTAX,
	             "leaves octets over");
	assert_fails(egov__witness_request(egov_buf_slice(&request), &w, &err), &err, EGOV_E_SYNTAX,
	             "leaves octets over");
	/* A reasonCode that is no ENUMERATED; a time that does not exist. */
	made_set_hex(&list, MADE_ENTRIES,
	             "30 22 30 20 02 01 05 17 0d 3236303530313030303030305a"
	             " 30 0c 30 0a 06 03 55 1d 15 04 03 02 01 01");
	egov_buf_reset(&crl);
	made_signed(&list, &crl);
	assert_fails(egov__witness_crl(egov_buf_slice(&crl), &w, &err), &err, EGOV_E_SYNTAX,
	             "reading an entry");
	made_set_hex(&made, MADE_TIMES,
	             "30 1e 17 0d 3236313330313030303030305a 17 0d 3239303130313030303030305a");
	egov_buf_reset(&der);
	made_signed(&made, &der);
	assert_fails(egov__witness_certificate(egov_buf_slice(&der), &w, &err), &err, EGOV_E_SYNTAX,
	             "reading the validity");
	assert_null(w);
	egov__witness_free(NULL);
	egov__buf_clear(&der);
	egov__buf_clear(&crl);
	egov__buf_clear(&request);
	egov__buf_clear(&info);
	made_clear(&made);
	made_clear(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_a_certificate_says),
		cmocka_unit_test(reads_the_form_that_x509_reads),
		cmocka_unit_test(keeps_serials_as_they_are),
		cmocka_unit_test(counts_seconds_by_its_own_calendar),
		cmocka_unit_test(tells_what_a_crl_says),
		cmocka_unit_test(tells_what_a_request_says),
		cmocka_unit_test(refuses_what_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
