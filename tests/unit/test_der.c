/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"

/* A slice of hex that lives until the test ends: kept by the caller. */
static struct egov_slice of(const char *hex, struct egov_buf **keep)
{
	egov_buf_free(*keep);
	*keep = help_hex_buf(hex);
	return egov_buf_slice(*keep);
}

static void assert_hex(struct egov_buf *got, const char *hex)
{
	struct egov_buf *wanted = help_hex_buf(hex);

	assert_false(got->failed);
	assert_int_equal(got->size, wanted->size);
	assert_memory_equal(got->data, wanted->data, wanted->size);
	egov_buf_free(wanted);
	egov__buf_clear(got);
}

static void reads_one_after_the_other(void **state)
{
	struct egov_buf *keep = NULL;
	struct egov_slice in = of("3003 020105 0400 05 00", &keep), value = EGOV__NO_SLICE;
	struct egov__tlv tlv;
	struct egov_error err = { 0 };

	(void)state;
	assert_int_equal(egov__der_peek(in), EGOV__SEQUENCE);
	assert_ok(egov__der_any(&in, &tlv, &err), &err);
	assert_int_equal(tlv.tag, 0x30);
	assert_int_equal(tlv.value.size, 3);
	assert_int_equal(tlv.whole.size, 5);
	assert_fails(egov__der_end(in, "object", &err), &err, EGOV_E_SYNTAX,
	             "object: 4 octets after its end");
	assert_fails(egov__der_read(&in, EGOV__INTEGER, "serial", &value, &err), &err, EGOV_E_SYNTAX,
	             "serial: tag 04 found, 02 wanted");
	assert_ok(egov__der_read(&in, EGOV__OCTET_STRING, "octets", &value, &err), &err);
	assert_int_equal(value.size, 0);
	assert_ok(egov__der_read(&in, EGOV__NULL, "null", &value, &err), &err);
	assert_ok(egov__der_end(in, "object", &err), &err);
	assert_int_equal(egov__der_peek(in), 0);
	assert_fails(egov__der_read(&in, EGOV__NULL, "null", &value, &err), &err, EGOV_E_SYNTAX,
	             "null: not DER: cut short, 0 octets left");
	egov_buf_free(keep);
}

static void refuses_what_is_not_der(void **state)
{
	static const struct {
		const char *hex, *why;
	} rows[] = {
		{ "30", "cut short" },
		{ "3001", "1 octets wanted, 0 left" },
		{ "3080 0000", "indefinite" },
		{ "30810300 00", "shortest form" },
		{ "307f00", "127 octets wanted, 1 left" },
		{ "3081", "cut length" },
		{ "308201", "cut length" },
		{ "30820080 00", "shortest form" },
		{ "3084ffffffff00", "4294967295 octets wanted, 1 left" },
		{ "30850000000001 00", "oversized" },
		{ "30ff 00", "oversized" },
		{ "1f8101 00", "tag of more than one octet" },
		{ "bf2001 00", "tag of more than one octet" },
		{ "2d00", "no type has the tag 2d" },
		{ "2403 040100", "no type has the tag 24" },
		{ "1000", "no type has the tag 10" },
		{ "0000", "no type has the tag 00" },
		{ "2800", "no type has the tag 28" },
		{ "2b00", "no type has the tag 2b" },
		{ "3d00", "no type has the tag 3d" },
	};
	struct egov_buf *keep = NULL;
	struct egov__tlv tlv;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct egov_slice all = of(rows[i].hex, &keep);
		struct egov_slice in = all;

		assert_fails(egov__der_any(&in, &tlv, &err), &err, EGOV_E_SYNTAX, rows[i].why);
		assert_true(egov__slice_equal(in, all));
	}
	egov_buf_free(keep);
}

static void unwraps_exactly_one(void **state)
{
	struct egov_buf *keep = NULL;
	struct egov_slice value = EGOV__NO_SLICE;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__der_only(of("30020500", &keep), EGOV__SEQUENCE, "x", &value, &err), &err);
	assert_int_equal(value.size, 2);
	assert_fails(egov__der_only(of("3002050000", &keep), EGOV__SEQUENCE, "x", &value, &err), &err,
	             EGOV_E_SYNTAX, "x: 1 octets after its end");
	assert_fails(egov__der_only(of("31020500", &keep), EGOV__SEQUENCE, "x", &value, &err), &err,
	             EGOV_E_SYNTAX, "x: tag 31 found");
	egov_buf_free(keep);
}

static void integers_are_minimal(void **state)
{
	static const struct {
		const char *hex;
		uint64_t value;
		const char *why;
	} rows[] = {
		{ "020100", 0, NULL },
		{ "02017f", 127, NULL },
		{ "02020080", 128, NULL },
		{ "02087fffffffffffffff", INT64_MAX, NULL },
		{ "0209 00ffffffffffffffff", 0, "too large" },
		{ "0200", 0, "empty INTEGER" },
		{ "0202007f", 0, "shortest form" },
		{ "0202ff80", 0, "shortest form" },
		{ "0201ff", 0, "negative" },
		{ "0202ff7f", 0, "negative" },
		{ "0301ff", 0, "tag 03 found" },
	};
	struct egov_buf *keep = NULL;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_slice in = of(rows[i].hex, &keep);
		uint64_t value = 99;

		if (rows[i].why != NULL) {
			assert_fails(egov__der_uint(&in, "n", &value, &err), &err, EGOV_E_SYNTAX,
			             rows[i].why);
			assert_int_equal(value, 99);
			continue;
		}
		assert_ok(egov__der_uint(&in, "n", &value, &err), &err);
		assert_int_equal(value, rows[i].value);
	}
	assert_ok(egov__der_integer_check(of("ff7f", &keep), "n", &err), &err);
	egov_buf_free(keep);
}

static void booleans_are_00_or_ff(void **state)
{
	static const char *const bad[] = { "010101", "0100", "0102ffff", "0201ff" };
	struct egov_buf *keep = NULL;
	struct egov_slice in = of("0101ff 010100", &keep);
	struct egov_error err = { 0 };
	bool value = false;

	(void)state;
	assert_ok(egov__der_boolean(&in, "b", &value, &err), &err);
	assert_true(value);
	assert_ok(egov__der_boolean(&in, "b", &value, &err), &err);
	assert_false(value);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		in = of(bad[i], &keep);
		assert_fails(egov__der_boolean(&in, "b", &value, &err), &err, EGOV_E_SYNTAX, "b: ");
	}
	egov_buf_free(keep);
}

static void bit_strings_have_no_loose_bits(void **state)
{
	static const struct {
		const char *hex;
		unsigned bits;
		const char *why;
	} rows[] = {
		{ "030100", 0, NULL },
		{ "030206c0", 3, NULL },
		{ "03020106", 0x60, NULL },
		{ "0303070080", 0x100, NULL },
		{ "030201 80", 0, "trailing zero bits" },
		{ "030206c1", 0, "trailing zero bits" },
		{ "03020000", 0, "trailing zero bits" },
		{ "030208c0", 0, "malformed" },
		{ "030101", 0, "malformed" },
		{ "0300", 0, "malformed" },
		{ "0304 00000001", 0, "malformed" },
	};
	struct egov_buf *keep = NULL;
	struct egov_slice in = of("030300aabb", &keep), octets = EGOV__NO_SLICE;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__der_bit_octets(&in, "key", &octets, &err), &err);
	assert_int_equal(octets.size, 2);
	assert_int_equal(octets.data[0], 0xaa);
	in = of("030301aabb", &keep);
	assert_fails(egov__der_bit_octets(&in, "key", &octets, &err), &err, EGOV_E_SYNTAX,
	             "not of whole octets");
	in = of("0300", &keep);
	assert_fails(egov__der_bit_octets(&in, "key", &octets, &err), &err, EGOV_E_SYNTAX,
	             "not of whole octets");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_buf out = EGOV__BUF(16);
		unsigned bits = 0xffff;

		in = of(rows[i].hex, &keep);
		if (rows[i].why != NULL) {
			assert_fails(egov__der_named_bits(&in, "usage", &bits, &err), &err,
			             EGOV_E_SYNTAX, rows[i].why);
			continue;
		}
		assert_ok(egov__der_named_bits(&in, "usage", &bits, &err), &err);
		assert_int_equal(bits, rows[i].bits);
		egov__der_put_named_bits(&out, bits);
		assert_hex(&out, rows[i].hex);
	}
	egov_buf_free(keep);
}

/* Text as the contents of a TLV with this tag. */
static enum egov_status read_time(uint8_t tag, const char *text, egov_time *t, bool *wrong,
                                  struct egov_error *err)
{
	struct egov_buf out = EGOV__BUF(64);
	struct egov_slice in;
	enum egov_status rc;

	egov__der_put(&out, tag, egov__slice_text(text));
	in = egov_buf_slice(&out);
	rc = egov__der_time(&in, "notAfter", t, wrong, err);
	egov__buf_clear(&out);
	return rc;
}

static void times_change_type_at_2050(void **state)
{
	static const struct {
		uint8_t tag;
		const char *text;
		const char *time;
		bool wrong;
	} rows[] = {
		{ 0x17, "491231235959Z", "2049-12-31T23:59:59Z", false },
		{ 0x17, "500101000000Z", "1950-01-01T00:00:00Z", false },
		{ 0x18, "20500101000000Z", "2050-01-01T00:00:00Z", false },
		{ 0x18, "20491231235959Z", "2049-12-31T23:59:59Z", true },
		{ 0x18, "19491231235959Z", "1949-12-31T23:59:59Z", false },
		{ 0x18, "99991231235959Z", "9999-12-31T23:59:59Z", false },
	};
	struct egov_error err = { 0 };
	char text[EGOV_TIME_TEXT];
	egov_time t;
	bool wrong;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_buf out = EGOV__BUF(64), same = EGOV__BUF(64);

		assert_ok(read_time(rows[i].tag, rows[i].text, &t, &wrong, &err), &err);
		egov_time_format(t, text);
		assert_string_equal(text, rows[i].time);
		assert_int_equal(wrong, rows[i].wrong);
		egov__der_put(&same, rows[i].tag, egov__slice_text(rows[i].text));
		if (wrong)
			egov__der_put_generalized_time(&out, t);
		else
			egov__der_put_time(&out, t);
		assert_true(egov__slice_equal(egov_buf_slice(&out), egov_buf_slice(&same)));
		egov__buf_clear(&out);
		egov__buf_clear(&same);
	}
}

static void times_want_seconds_and_z(void **state)
{
	static const struct {
		uint8_t tag;
		const char *text, *why;
	} rows[] = {
		{ 0x17, "4912312359Z", "digits to the second" },
		{ 0x17, "491231235959", "digits to the second" },
		{ 0x17, "491231235959+0800", "digits to the second" },
		{ 0x17, "4912312359 9Z", "digits to the second" },
		{ 0x18, "20491231235959.0Z", "digits to the second" },
		{ 0x18, "491231235959Z", "digits to the second" },
		{ 0x17, "490229000000Z", "no such date" },
		{ 0x18, "00000101000000Z", "no such date" },
		{ 0x17, "", "digits to the second" },
		{ 0x0c, "491231235959Z", "tag 0c found" },
	};
	struct egov_error err = { 0 };
	egov_time t = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_fails(read_time(rows[i].tag, rows[i].text, &t, NULL, &err), &err, EGOV_E_SYNTAX,
		             rows[i].why);
	assert_int_equal(t, 7);
}

static void object_identifiers_both_ways(void **state)
{
	static const struct {
		const char *dotted, *hex;
	} rows[] = {
		{ "1.2.156.10197.1.501", "2a811ccf55018375" },
		{ "2.5.29.15", "551d0f" },
		{ "0.0", "00" },
		{ "1.39", "4f" },
		{ "2.40", "78" },
		{ "2.999.1", "883701" },
		{ "1.2.127.128.16383.16384", "2a7f8100ff7f818000" },
		{ "1.2.36028797018963968", "2ac080808080808000" },
		{ "2.25.0", "6900" },
		{ "2.25.18446744073709551616", "6982808080808080808000" },
		/* X.667, 6.4 and 7: f81d4fae-7dec-11d0-a765-00a0c91e6bf6 */
		{ "2.25.329800735698586629295641978511506172918",
		  "6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776" },
		{ "2.25.340282366920938463463374607431768211455",
		  "6983ffffffffffffffffffffffffffffffffff7f" },
		{ "2.340282366920938463463374607431768211375",
		  "83ffffffffffffffffffffffffffffffffff7f" },
	};
	static const char *const bad_text[] = {
		"", "1", "1.", ".1", "1..2", "3.1", "1.40", "0.40", "1.2.", "1.2.a", "01.2", "1.02",
		"1.2.-3", "1.2 ", "2.25.340282366920938463463374607431768211456",
		"2.340282366920938463463374607431768211376",
		"1.2.3402823669209384634633746074317682114550",
	};
	static const char *const bad_hex[] = { "", "80", "8001", "2a80", "2a8001", "2a81",
		                               "6984808080808080808080808080808080808000" };
	struct egov_buf *keep = NULL, out = EGOV__BUF(200);
	struct egov_slice in, oid;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(egov__der_oid_parse(rows[i].dotted, &out, &err), &err);
		assert_hex(&out, rows[i].hex);
		assert_ok(egov__der_oid_text(of(rows[i].hex, &keep), &out, &err), &err);
		assert_string_equal(egov__buf_string(&out), rows[i].dotted);
		egov_buf_reset(&out);
	}
	for (size_t i = 0; i < sizeof(bad_text) / sizeof(bad_text[0]); i++) {
		assert_fails(egov__der_oid_parse(bad_text[i], &out, &err), &err, EGOV_E_SYNTAX,
		             "is not an object identifier in dotted form");
		egov_buf_reset(&out);
	}
	for (size_t i = 0; i < sizeof(bad_hex) / sizeof(bad_hex[0]); i++) {
		assert_fails(egov__der_oid_text(of(bad_hex[i], &keep), &out, &err), &err, EGOV_E_SYNTAX,
		             "malformed OBJECT IDENTIFIER");
		egov_buf_reset(&out);
	}
	in = of("0603551d0f", &keep);
	assert_ok(egov__der_oid(&in, "extnID", &oid, &err), &err);
	assert_int_equal(oid.size, 3);
	in = of("0602 2a80", &keep);
	assert_fails(egov__der_oid(&in, "extnID", &oid, &err), &err, EGOV_E_SYNTAX, "extnID: malformed");
	egov__buf_clear(&out);
	egov_buf_free(keep);
}

static void implicit_tags_keep_the_rules_of_contents(void **state)
{
	static const uint8_t yes[] = { 0xff }, one[] = { 1 }, bits[] = { 6, 0xc0 }, loose[] = { 0, 0xc0 };
	struct egov_error err = { 0 };
	unsigned found = 0;
	bool value = false;

	(void)state;
	assert_ok(egov__der_boolean_check(EGOV__SLICE(yes), "b", &value, &err), &err);
	assert_true(value);
	assert_fails(egov__der_boolean_check(EGOV__SLICE(one), "b", &value, &err), &err, EGOV_E_SYNTAX,
	             "b: BOOLEAN not 00 or FF");
	assert_ok(egov__der_named_bits_check(EGOV__SLICE(bits), "r", &found, &err), &err);
	assert_int_equal(found, 3);
	assert_fails(egov__der_named_bits_check(EGOV__SLICE(loose), "r", &found, &err), &err,
	             EGOV_E_SYNTAX, "r: BIT STRING with trailing zero bits");
}

static void object_identifiers_are_whole(void **state)
{
	static const char *const bad[] = { "0600", "06022a83", "06032a8001", "060180" };
	struct egov_buf *keep = NULL;
	struct egov_slice in = of("06022a03 0500", &keep), oid = EGOV__NO_SLICE;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__der_oid(&in, "type", &oid, &err), &err);
	assert_int_equal(oid.size, 2);
	assert_fails(egov__der_oid(&in, "type", &oid, &err), &err, EGOV_E_SYNTAX, "type: tag 05");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		in = of(bad[i], &keep);
		assert_fails(egov__der_oid(&in, "type", &oid, &err), &err, EGOV_E_SYNTAX,
		             "type: malformed OBJECT IDENTIFIER");
	}
	egov_buf_free(keep);
}

/* 24 levels of SEQUENCE around nothing are read, one more is not. */
static void a_check_goes_all_the_way_down(void **state)
{
	static const struct {
		const char *hex;
		enum egov_status status;
		const char *why;
	} rows[] = {
		{ "3004 3002 0500 3100 a000 8000", EGOV_OK, "" },
		{ "", EGOV_OK, "" },
		{ "3004 3002 0501", EGOV_E_SYNTAX, "cut short" },
		{ "3004 a002 2400", EGOV_E_SYNTAX, "tag 24" },
		{ "1000", EGOV_E_SYNTAX, "tag 10" },
		{ "1100", EGOV_E_SYNTAX, "tag 11" },
		{ "2c00", EGOV_E_SYNTAX, "tag 2c" },
		{ "3013 010100 0101ff 0201ff 02020080 030107 060180", EGOV_E_SYNTAX, "BIT STRING" },
		{ "3010 010100 0101ff 0201ff 02020080 030100", EGOV_OK, "" },
		{ "3004 03020780", EGOV_OK, "" },
		{ "3004 03020781", EGOV_E_SYNTAX, "malformed BIT STRING" },
		{ "3004 03020880", EGOV_E_SYNTAX, "malformed BIT STRING" },
		{ "3002 0300", EGOV_E_SYNTAX, "malformed BIT STRING" },
		{ "3003 010101", EGOV_E_SYNTAX, "BOOLEAN not 00 or FF" },
		{ "3002 0200", EGOV_E_SYNTAX, "shortest form" },
		{ "3004 0202007f", EGOV_E_SYNTAX, "shortest form" },
		{ "3004 0a02ff80", EGOV_E_SYNTAX, "shortest form" },
		{ "3003 050100", EGOV_E_SYNTAX, "NULL with contents" },
		{ "3003 060180", EGOV_E_SYNTAX, "malformed OBJECT IDENTIFIER" },
	};
	struct egov_buf nest = EGOV__BUF(1000), outer = EGOV__BUF(1000), *keep = NULL;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct egov_slice in = of(rows[i].hex, &keep);

		if (rows[i].status == EGOV_OK)
			assert_ok(egov__der_check(in, &err), &err);
		else
			assert_fails(egov__der_check(in, &err), &err, rows[i].status, rows[i].why);
	}
	for (int level = 1; level <= 25; level++) {
		egov__der_put(&outer, EGOV__SEQUENCE, egov_buf_slice(&nest));
		egov_buf_reset(&nest);
		egov__buf_slice(&nest, egov_buf_slice(&outer));
		egov_buf_reset(&outer);
		if (level == 24)
			assert_ok(egov__der_check(egov_buf_slice(&nest), &err), &err);
	}
	assert_fails(egov__der_check(egov_buf_slice(&nest), &err), &err, EGOV_E_LIMIT,
	             "more than 24 levels");
	egov__buf_clear(&nest);
	egov__buf_clear(&outer);
	egov_buf_free(keep);
}

static void lengths_take_their_shortest_form(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 1u << 24 };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct egov_buf opened = EGOV__BUF(1u << 25), put = EGOV__BUF(1u << 25);
		size_t mark = egov__der_open(&opened, EGOV__OCTET_STRING);
		uint8_t *contents = egov__buf_extend(&opened, sizes[i]);
		struct egov_slice value = EGOV__NO_SLICE;

		memset(contents, (int)i + 1, sizes[i]);
		egov__der_close(&opened, mark);
		assert_ok(egov__der_only(egov_buf_slice(&opened), EGOV__OCTET_STRING, "x", &value, &err),
		          &err);
		assert_int_equal(value.size, sizes[i]);
		assert_int_equal(opened.size, sizes[i] + egov__der_header_size(sizes[i]));
		egov__der_put(&put, EGOV__OCTET_STRING, value);
		assert_true(egov__slice_equal(egov_buf_slice(&put), egov_buf_slice(&opened)));
		egov__buf_clear(&opened);
		egov__buf_clear(&put);
	}
}

static void writes_what_it_reads(void **state)
{
	static const uint8_t zeros[] = { 0, 0, 0x80 }, nothing[] = { 0, 0 };
	struct egov_buf out = EGOV__BUF(64);
	size_t outer, inner;

	(void)state;
	egov__der_put_uint(&out, 0);
	egov__der_put_uint(&out, 127);
	egov__der_put_uint(&out, 128);
	egov__der_put_uint(&out, UINT64_MAX);
	assert_hex(&out, "020100 02017f 02020080 020900ffffffffffffffff");
	egov__der_put_unsigned(&out, EGOV__SLICE(zeros));
	egov__der_put_unsigned(&out, EGOV__SLICE(nothing));
	egov__der_put_unsigned(&out, EGOV__NO_SLICE);
	egov__der_put_boolean(&out, true);
	egov__der_put_boolean(&out, false);
	egov__der_put_bit_octets(&out, EGOV__SLICE(zeros));
	assert_hex(&out, "02020080 020100 020100 0101ff 010100 030400000080");
	outer = egov__der_open(&out, EGOV__SEQUENCE);
	inner = egov__der_open(&out, EGOV__CONTEXT_CONS | 3);
	egov__der_close(&out, inner);
	egov__der_close(&out, outer);
	assert_hex(&out, "3002a300");
}

static void a_full_buffer_stays_failed(void **state)
{
	struct egov_buf out = EGOV__BUF(130);
	struct egov_error err = { 0 };
	size_t mark = egov__der_open(&out, EGOV__SEQUENCE);

	(void)state;
	assert_non_null(egov__buf_extend(&out, 128));
	egov__der_close(&out, mark);   /* the long length does not fit any more */
	assert_fails(egov__buf_check(&out, &err), &err, EGOV_E_LIMIT, "130 octets");
	egov__der_close(&out, mark);
	egov__buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_one_after_the_other),
		cmocka_unit_test(refuses_what_is_not_der),
		cmocka_unit_test(unwraps_exactly_one),
		cmocka_unit_test(integers_are_minimal),
		cmocka_unit_test(booleans_are_00_or_ff),
		cmocka_unit_test(bit_strings_have_no_loose_bits),
		cmocka_unit_test(times_change_type_at_2050),
		cmocka_unit_test(times_want_seconds_and_z),
		cmocka_unit_test(object_identifiers_both_ways),
		cmocka_unit_test(implicit_tags_keep_the_rules_of_contents),
		cmocka_unit_test(object_identifiers_are_whole),
		cmocka_unit_test(a_check_goes_all_the_way_down),
		cmocka_unit_test(lengths_take_their_shortest_form),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(a_full_buffer_stays_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
