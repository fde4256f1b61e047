/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "asn1/asn1.h"
#include "base/der.h"

static void check_hex(const char *type, const char *hex, enum egov_status status,
                      const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_error err = { 0 };

	if (status == EGOV_OK)
		assert_ok(egov__asn1_check(type, egov_buf_slice(der), &err), &err);
	else
		assert_fails(egov__asn1_check(type, egov_buf_slice(der), &err), &err, status, fragment);
	egov_buf_free(der);
}

static void accepts_and_refuses(void **state)
{
	(void)state;
	check_hex("PKIX.BasicConstraints", "3006 0101ff 020100", EGOV_OK, NULL);
	check_hex("PKIX.BasicConstraints", "3000", EGOV_OK, NULL);
	check_hex("PKIX.ExtKeyUsage", "300a 0608 2b06010505070309", EGOV_OK, NULL);
	check_hex("PKIX.ExtKeyUsage", "3081 0a 0608 2b06010505070309", EGOV_E_SYNTAX,
	          "shortest form");
	check_hex("PKIX.ExtKeyUsage", "3080 0608 2b06010505070309 0000", EGOV_E_SYNTAX, "indefinite");
	check_hex("PKIX.ExtKeyUsage", "300a 0608 2b06010505070309 00", EGOV_E_SYNTAX, "not DER");
	check_hex("PKIX.ExtKeyUsage", "300a 0608 2b06010505070309 0500", EGOV_E_SYNTAX,
	          "ExtKeyUsage");
	check_hex("PKIX.ExtKeyUsage", "300a 0408 2b06010505070309", EGOV_E_SYNTAX, "ExtKeyUsage");
	check_hex("PKIX.ExtKeyUsage", "3009 0608 2b06010505070309", EGOV_E_SYNTAX, "cut short");
	check_hex("PKIX.ExtKeyUsage", "", EGOV_E_SYNTAX, "empty");
	check_hex("GM.IdentifyCode", "a0141312 313130313031313939303033303737383538", EGOV_OK, NULL);
	check_hex("GM.IdentifyCode", "1312 313130313031313939303033303737383538", EGOV_E_SYNTAX,
	          "IdentifyCode");
	/* 2.25 and 64 bits; 71 bits. */
	check_hex("PKIX.ExtKeyUsage", "300d 060b 69 81ffffffffffffffff7f", EGOV_OK, NULL);
	check_hex("PKIX.ExtKeyUsage", "300d 060b 69 83ffffffffffffffff7f", EGOV_E_UNSUPPORTED,
	          "more than 64 bits an arc");
	check_hex("PKIX.Nothing", "0500", EGOV_E_USAGE, "no ASN.1 type");
	check_hex("NONE.Nothing", "0500", EGOV_E_USAGE, "no ASN.1 module");
}

/* count TLVs of NULL, in one list or nested. */
static struct egov_buf *nulls(size_t count, bool nested)
{
	struct egov_buf *buf = egov_buf_new(1u << 20);
	struct egov_buf inner = EGOV__BUF(1u << 20), outer = EGOV__BUF(1u << 20);

	for (size_t i = 0; i < count; i++)
		if (nested) {
			egov__der_put(&outer, EGOV__SEQUENCE, egov_buf_slice(&inner));
			egov_buf_reset(&inner);
			egov__buf_slice(&inner, egov_buf_slice(&outer));
			egov_buf_reset(&outer);
		} else {
			egov__der_put(&inner, EGOV__NULL, EGOV__NO_SLICE);
		}
	egov__der_put(buf, EGOV__SEQUENCE, egov_buf_slice(&inner));
	egov__buf_clear(&inner);
	egov__buf_clear(&outer);
	return buf;
}

static void bounds_size_and_depth(void **state)
{
	struct egov_buf *deep = nulls(100, true);
	struct egov_buf *large = nulls(40000, false);
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov__asn1_check("PKIX.ExtKeyUsage", egov_buf_slice(deep), &err), &err,
	             EGOV_E_LIMIT, "nesting");
	assert_fails(egov__asn1_check("PKIX.ExtKeyUsage", egov_buf_slice(large), &err), &err,
	             EGOV_E_LIMIT, "at most 65536");
	egov_buf_free(deep);
	egov_buf_free(large);
}

static void encodes_what_it_was_given(void **state)
{
	static const uint8_t serial[] = { 0x00, 0x80, 0x01 }, none[] = { 0x30, 0x00 };
	static const uint8_t null[] = { 0x05, 0x00 }, two[] = { 0x02 };
	static const char wanted[] = "3038 a003020102 0203008001 0500 3000 "
	                             "3020 170d3236313132323038303030305a "
	                             "180f32303530313132323038303030305a 3000 0500 a302 3000";
	struct egov_buf out = EGOV__BUF(200), *want = help_hex_buf(wanted);
	struct egov__asn1 *v = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__asn1_new("PKIX.TBSCertificate", &v, &err), &err);
	assert_ok(egov__asn1_write(v, "version", EGOV__SLICE(two), &err), &err);
	assert_ok(egov__asn1_write(v, "serialNumber", EGOV__SLICE(serial), &err), &err);
	assert_ok(egov__asn1_write(v, "signature", EGOV__SLICE(null), &err), &err);
	assert_ok(egov__asn1_write(v, "issuer", EGOV__SLICE(none), &err), &err);
	assert_ok(egov__asn1_write_text(v, "validity.notBefore", "utcTime", &err), &err);
	assert_ok(egov__asn1_write_text(v, "validity.notBefore.utcTime", "261122080000Z", &err), &err);
	assert_ok(egov__asn1_write_text(v, "validity.notAfter", "generalTime", &err), &err);
	assert_ok(egov__asn1_write_text(v, "validity.notAfter.generalTime", "20501122080000Z", &err),
	          &err);
	assert_ok(egov__asn1_write(v, "subject", EGOV__SLICE(none), &err), &err);
	assert_ok(egov__asn1_write(v, "subjectPublicKeyInfo", EGOV__SLICE(null), &err), &err);
	assert_ok(egov__asn1_write(v, "extensions", EGOV__SLICE(none), &err), &err);
	assert_ok(egov__asn1_encode(v, &out, &err), &err);
	assert_int_equal(out.size, want->size);
	assert_memory_equal(out.data, want->data, want->size);
	egov__asn1_free(v);
	egov_buf_free(want);
	egov__buf_clear(&out);
}

static void strings_may_be_empty_and_bits_ragged(void **state)
{
	static const uint8_t bits[] = { 0xa0 };
	struct egov_buf out = EGOV__BUF(200);
	struct egov__asn1 *v = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__asn1_new("PKIX.SubjectKeyIdentifier", &v, &err), &err);
	assert_ok(egov__asn1_write(v, "", EGOV__NO_SLICE, &err), &err);
	assert_ok(egov__asn1_encode(v, &out, &err), &err);
	assert_memory_equal(out.data, "\x04\x00", 2);
	egov__asn1_free(v);
	egov_buf_reset(&out);
	assert_ok(egov__asn1_new("PKIX.KeyUsage", &v, &err), &err);
	assert_ok(egov__asn1_write_bits(v, "", EGOV__SLICE(bits), 5, &err), &err);
	assert_ok(egov__asn1_encode(v, &out, &err), &err);
	assert_memory_equal(out.data, "\x03\x02\x05\xa0", 4);
	egov_buf_reset(&out);
	assert_ok(egov__asn1_write(v, "", EGOV__SLICE(bits), &err), &err);
	assert_ok(egov__asn1_encode(v, &out, &err), &err);
	assert_memory_equal(out.data, "\x03\x02\x00\xa0", 4);
	egov__asn1_free(v);
	egov__buf_clear(&out);
}

static void misuse_is_told(void **state)
{
	static const uint8_t one[] = { 0x01 };
	struct egov_buf out = EGOV__BUF(200), tiny = EGOV__BUF(2);
	struct egov__asn1 *v = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__asn1_new("PKIX.PolicyMapping", &v, &err), &err);
	assert_fails(egov__asn1_write(v, "nowhere", EGOV__SLICE(one), &err), &err, EGOV_E_USAGE,
	             "nowhere");
	assert_fails(egov__asn1_write_text(v, "issuerDomainPolicy", "", &err), &err, EGOV_E_USAGE,
	             "issuerDomainPolicy");
	assert_fails(egov__asn1_encode(v, &out, &err), &err, EGOV_E_USAGE, "cannot be encoded");
	assert_int_equal(out.size, 0);
	assert_ok(egov__asn1_write_text(v, "issuerDomainPolicy", "1.2.3", &err), &err);
	assert_ok(egov__asn1_write_text(v, "subjectDomainPolicy", "1.2.4", &err), &err);
	assert_fails(egov__asn1_encode(v, &tiny, &err), &err, EGOV_E_LIMIT, "");
	assert_ok(egov__asn1_encode(v, &out, &err), &err);
	assert_memory_equal(out.data, "\x30\x08\x06\x02\x2a\x03\x06\x02\x2a\x04", 10);
	egov__asn1_free(v);
	assert_ok(egov__asn1_new("PKIX.Number", &v, &err), &err);
	assert_fails(egov__asn1_write(v, "", EGOV__NO_SLICE, &err), &err, EGOV_E_USAGE, "no octets");
	egov__asn1_free(v);
	egov__asn1_free(NULL);
	egov__buf_clear(&out);
	egov__buf_clear(&tiny);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_and_refuses),
		cmocka_unit_test(bounds_size_and_depth),
		cmocka_unit_test(encodes_what_it_was_given),
		cmocka_unit_test(strings_may_be_empty_and_bits_ragged),
		cmocka_unit_test(misuse_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
