/* SPDX-License-Identifier: Apache-2.0 */
#include "help_signer.h"

#include "crypto/sm2.h"

/* GB/T 32918.5, appendix A.2. */
static const char d_hex[] = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
static const char point_hex[] = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
				"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
static const char z_hex[] = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3";
static const char e_hex[] = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
static const char signature_hex[] =
	"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
	"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
static const char n_hex[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

struct example {
	uint8_t d[32], point[65], z[32], e[32], raw[64];
	struct egov_secret *secret;
	struct egov_buf *der;
};

static int set_up(void **state)
{
	struct egov_error err = { 0 };
	struct example *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	help_hex(d_hex, x->d, sizeof(x->d));
	help_hex(point_hex, x->point, sizeof(x->point));
	help_hex(z_hex, x->z, sizeof(x->z));
	help_hex(e_hex, x->e, sizeof(x->e));
	help_hex(signature_hex, x->raw, sizeof(x->raw));
	x->secret = egov__secret_new(EGOV__SLICE(x->d));
	x->der = egov_buf_new(128);
	assert_non_null(x->secret);
	assert_non_null(x->der);
	assert_ok(egov__sm2_signature_der(x->raw, x->der, &err), &err);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	struct example *x = *state;

	egov__secret_free(x->secret);
	egov_buf_free(x->der);
	free(x);
	return 0;
}

static struct egov_slice id(void)
{
	return egov__slice_text(EGOV__SM2_DEFAULT_ID);
}

static void standard_example(void **state)
{
	const struct example *x = *state;
	const struct egov_slice message = egov__slice_text("message digest");
	struct egov_error err = { 0 };
	uint8_t out[32];

	assert_ok(egov__sm2_z(EGOV__SLICE(x->point), id(), out, &err), &err);
	assert_memory_equal(out, x->z, 32);
	assert_ok(egov__sm2_e(EGOV__SLICE(x->point), id(), message, out, &err), &err);
	assert_memory_equal(out, x->e, 32);
	assert_ok(egov__sm2_verify_e(EGOV__SLICE(x->point), x->e, egov_buf_slice(x->der), &err), &err);
	assert_ok(egov__sm2_verify(EGOV__SLICE(x->point), id(), message, egov_buf_slice(x->der), &err),
	          &err);
}

static void another_id_or_message_is_refused(void **state)
{
	const struct example *x = *state;
	const struct egov_slice point = EGOV__SLICE(x->point), signature = egov_buf_slice(x->der);
	const struct egov_slice message = egov__slice_text("message digest");
	struct egov_error err = { 0 };
	uint8_t e[32];

	assert_fails(egov__sm2_verify(point, EGOV__NO_SLICE, message, signature, &err), &err,
	             EGOV_E_UNTRUSTED, "does not verify");
	assert_fails(egov__sm2_verify(point, egov__slice_text("1234567812345679"), message, signature,
	                              &err), &err, EGOV_E_UNTRUSTED, "does not verify");
	assert_fails(egov__sm2_verify(point, id(), egov__slice_text("message digesT"), signature, &err),
	             &err, EGOV_E_UNTRUSTED, "does not verify");
	for (size_t bit = 0; bit < 256; bit += 37) {
		memcpy(e, x->e, 32);
		e[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_fails(egov__sm2_verify_e(point, e, signature, &err), &err, EGOV_E_UNTRUSTED,
		             "does not verify");
	}
}

static void every_altered_signature_is_refused(void **state)
{
	const struct example *x = *state;
	const struct egov_slice whole = egov_buf_slice(x->der);
	struct egov_error err = { 0 };
	uint8_t copy[80];

	for (size_t i = 0; i < whole.size; i++) {
		memcpy(copy, whole.data, whole.size);
		copy[i] ^= 0x01;
		assert_int_equal(egov__sm2_verify_e(EGOV__SLICE(x->point), x->e,
		                                    (struct egov_slice){ copy, whole.size }, &err),
		                 EGOV_E_UNTRUSTED);
		assert_int_equal(egov__sm2_verify_e(EGOV__SLICE(x->point), x->e,
		                                    (struct egov_slice){ whole.data, i }, NULL),
		                 EGOV_E_UNTRUSTED);
	}
	memcpy(copy, whole.data, whole.size);
	copy[whole.size] = 0;
	assert_int_equal(egov__sm2_verify_e(EGOV__SLICE(x->point), x->e,
	                                    (struct egov_slice){ copy, whole.size + 1 }, NULL),
	                 EGOV_E_UNTRUSTED);
}

static void id_of_any_length(void **state)
{
	const struct example *x = *state;
	struct egov_error err = { 0 };
	uint8_t *long_id = calloc(1, 8192);
	uint8_t one[32], other[32];

	assert_non_null(long_id);
	assert_ok(egov__sm2_z(EGOV__SLICE(x->point), EGOV__NO_SLICE, one, &err), &err);
	assert_ok(egov__sm2_z(EGOV__SLICE(x->point), (struct egov_slice){ long_id, 8191 }, other, &err),
	          &err);
	assert_memory_not_equal(one, other, 32);
	assert_fails(egov__sm2_z(EGOV__SLICE(x->point), (struct egov_slice){ long_id, 8192 }, other,
	                         &err), &err, EGOV_E_LIMIT, "8192");
	assert_fails(egov__sm2_z((struct egov_slice){ x->point, 64 }, id(), other, &err), &err,
	             EGOV_E_POLICY, "65 octets");
	free(long_id);
}

static void signature_der_is_strict(void **state)
{
	static const char *const bad[] = {
		"",                                     /* nothing */
		"3000",                                 /* empty */
		"3003020101",                           /* r alone */
		"3006020100020101",                     /* r = 0 */
		"3006020101020100",                     /* s = 0 */
		"30060201ff020101",                     /* r negative */
		"300702020001020101",                   /* r not minimal */
		"3080020101020101 0000",                /* indefinite */
		"308106020101020101",                   /* long length */
		"3009020101020101020101",               /* a third number */
		"300602010102010100",                   /* an octet behind */
		"3006020101040101",                     /* another type */
		"3005020002 0101",                      /* empty INTEGER */
		"3126020101022100fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122",
	};
	struct egov_error err = { 0 };
	uint8_t raw[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct egov_buf *der = help_hex_buf(bad[i]);

		assert_fails(egov__sm2_signature_raw(egov_buf_slice(der), raw, &err), &err,
		             EGOV_E_SYNTAX, "SEQUENCE { r, s }");
		egov_buf_free(der);
	}
}

static void signature_range(void **state)
{
	const struct example *x = *state;
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(128);
	uint8_t raw[64] = { 0 }, back[64];

	raw[31] = raw[63] = 1;
	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	assert_int_equal(der.size, 8);
	assert_ok(egov__sm2_signature_raw(egov_buf_slice(&der), back, &err), &err);
	assert_memory_equal(raw, back, 64);
	help_hex(n_hex, raw + 32, 32);
	assert_fails(egov__sm2_signature_der(raw, &der, &err), &err, EGOV_E_SYNTAX, "1 to n-1");
	raw[63]--;
	egov_buf_reset(&der);
	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	assert_ok(egov__sm2_signature_raw(egov_buf_slice(&der), back, &err), &err);
	der.data[der.size - 1]++;
	assert_fails(egov__sm2_signature_raw(egov_buf_slice(&der), back, &err), &err, EGOV_E_SYNTAX,
	             "1 to n-1");
	memset(raw, 0, 32);
	assert_fails(egov__sm2_signature_der(raw, &der, &err), &err, EGOV_E_SYNTAX, "1 to n-1");
	egov__buf_clear(&der);
	assert_ok(egov__sm2_signature_raw(egov_buf_slice(x->der), back, &err), &err);
	assert_memory_equal(back, x->raw, 64);
}

static void sign_and_verify(void **state)
{
	const struct example *x = *state;
	struct egov_error err = { 0 };
	uint8_t raw[64], again[64];
	struct egov_buf der = EGOV__BUF(128);

	assert_ok(egov__sm2_sign_e(x->secret, x->point, x->e, raw, &err), &err);
	assert_ok(egov__sm2_sign_e(x->secret, x->point, x->e, again, &err), &err);
	assert_memory_not_equal(raw, again, 64);
	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	assert_ok(egov__sm2_verify_e(EGOV__SLICE(x->point), x->e, egov_buf_slice(&der), &err), &err);
	egov__buf_clear(&der);
}

static void libgcrypt_agrees(void **state)
{
	const struct example *x = *state;
	struct egov_error err = { 0 };
	uint8_t e[32], raw[64];

	assert_ok(egov__sm2_e(EGOV__SLICE(x->point), id(), egov__slice_text("another"), e, &err), &err);
	assert_ok(egov__sm2_sign_e(x->secret, x->point, e, raw, &err), &err);
	assert_true(help_libgcrypt_accepts(x->point, e, raw));
	e[0] ^= 1;
	assert_false(help_libgcrypt_accepts(x->point, e, raw));
}

/* One key made ready signs and verifies as often as wanted; both libraries agree. */
static void ready_key(void **state)
{
	const struct example *x = *state;
	struct egov_error err = { 0 };
	struct egov__sm2_key *key = NULL, *public_key = NULL;
	struct egov_buf der = EGOV__BUF(128);
	uint8_t e[32] = { 0 }, raw[64], none[64] = { 0 }, zero[64] = { 0 };

	assert_ok(egov__sm2_key_new(EGOV__SLICE(x->point), x->secret, &key, &err), &err);
	assert_ok(egov__sm2_key_new(EGOV__SLICE(x->point), NULL, &public_key, &err), &err);
	for (uint8_t i = 0; i < 3; i++) {
		e[0] = i;
		assert_ok(egov__sm2_key_sign_e(key, e, raw, &err), &err);
		assert_true(help_libgcrypt_accepts(x->point, e, raw));
		egov_buf_reset(&der);
		assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
		assert_ok(egov__sm2_key_verify_e(key, e, egov_buf_slice(&der), &err), &err);
		assert_ok(egov__sm2_key_verify_e(public_key, e, egov_buf_slice(&der), &err), &err);
		e[1] ^= 1;
		assert_int_equal(egov__sm2_key_verify_e(public_key, e, egov_buf_slice(&der), NULL),
		                 EGOV_E_UNTRUSTED);
	}
	der.size--;
	assert_fails(egov__sm2_key_verify_e(public_key, e, egov_buf_slice(&der), &err), &err,
	             EGOV_E_UNTRUSTED, "not the DER");
	assert_fails(egov__sm2_key_sign_e(public_key, e, none, &err), &err, EGOV_E_USAGE,
	             "a public key cannot sign");
	assert_memory_equal(none, zero, sizeof(none));
	egov__sm2_key_free(key);
	egov__sm2_key_free(public_key);
	egov__buf_clear(&der);
}

static void no_ready_key(void **state)
{
	const struct example *x = *state;
	struct egov_error err = { 0 };
	struct egov__sm2_key *key = NULL;
	uint8_t point[EGOV__SM2_POINT];

	memcpy(point, x->point, sizeof(point));
	point[64] ^= 1;
	assert_fails(egov__sm2_key_new(EGOV__SLICE(point), NULL, &key, &err), &err, EGOV_E_POLICY,
	             "on the curve");
	assert_null(key);
	egov__sm2_key_free(key);
}

static const char *value_of(const char *line, const char *key)
{
	const size_t size = strlen(key);

	return strncmp(line, key, size) == 0 ? line + size : NULL;
}

/* Its "Verify" entries are over e. */
static void evp_tests(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf *file = help_corpus("sm-kat/evppkey_sm2.txt");
	struct egov_slice text = egov_buf_slice(file);
	struct egov_secret *d = NULL;
	uint8_t point[65];
	struct egov_buf *input = NULL;
	char *copy = egov__slice_copy(text), *save = NULL;
	bool verify = false;
	int count = 0;

	(void)state;
	assert_non_null(copy);
	assert_ok(egov__sm2_pkcs8_load(text, NULL, &d, &err), &err);
	assert_ok(egov__sm2_public(d, point, &err), &err);
	for (char *line = strtok_r(copy, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *value;

		if (strstr(line, " = ") != NULL && value_of(line, "Ctrl") == NULL
		    && value_of(line, "Input") == NULL && value_of(line, "Output") == NULL)
			verify = strcmp(line, "Verify = SM2_key1") == 0;
		if (verify && (value = value_of(line, "Input = ")) != NULL) {
			egov_buf_free(input);
			input = help_hex_buf(value);
		}
		if (verify && input != NULL && input->size == 32 && (value = value_of(line, "Output = ")) != NULL) {
			struct egov_buf *signature = help_hex_buf(value);

			assert_ok(egov__sm2_verify_e(EGOV__SLICE(point), input->data,
			                             egov_buf_slice(signature), &err), &err);
			egov_buf_free(signature);
			count++;
		}
	}
	assert_int_equal(count, 2);
	egov_buf_free(input);
	egov__secret_free(d);
	free(copy);
	egov_buf_free(file);
}

struct botan_case {
	char *curve, *hash, *ident, *msg, *x;
};

static void botan_signature(const struct botan_case *c, const char *hex)
{
	struct egov_error err = { 0 };
	uint8_t d[32], point[65], raw[64];
	struct egov_buf *msg = help_hex_buf(c->msg);
	struct egov_buf der = EGOV__BUF(128);
	struct egov_secret *secret;

	help_hex(c->x + 2, d, sizeof(d));
	help_hex(hex, raw, sizeof(raw));
	secret = egov__secret_new(EGOV__SLICE(d));
	assert_non_null(secret);
	assert_ok(egov__sm2_public(secret, point, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	assert_ok(egov__sm2_verify(EGOV__SLICE(point), egov__slice_text(c->ident), egov_buf_slice(msg),
	                           egov_buf_slice(&der), &err), &err);
	assert_fails(egov__sm2_verify(EGOV__SLICE(point), id(), egov_buf_slice(msg),
	                              egov_buf_slice(&der), &err), &err, EGOV_E_UNTRUSTED, "verify");
	egov__buf_clear(&der);
	egov__secret_free(secret);
	egov_buf_free(msg);
}

/* Those of the standard's curve with SM3: another ID than the default. */
static void botan_vectors(void **state)
{
	struct egov_buf *file = help_corpus("sm-kat/sm2_sig.vec");
	char *copy = egov__slice_copy(egov_buf_slice(file)), *save = NULL;
	struct botan_case c = { 0 };
	int count = 0;

	(void)state;
	assert_non_null(copy);
	for (char *line = strtok_r(copy, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		char *value = strstr(line, " = ");

		if (value == NULL)
			continue;
		value += 3;
		if (value_of(line, "Oid"))
			c.curve = value;
		else if (value_of(line, "Hash"))
			c.hash = value;
		else if (value_of(line, "Ident"))
			c.ident = value;
		else if (value_of(line, "Msg"))
			c.msg = value;
		else if (value_of(line, "x "))
			c.x = value;
		else if (value_of(line, "Signature") && strcmp(c.curve, "1.2.156.10197.1.301") == 0
		         && strcmp(c.hash, "SM3") == 0) {
			botan_signature(&c, value);
			count++;
		}
	}
	assert_true(count >= 1);
	free(copy);
	egov_buf_free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_example),
		cmocka_unit_test(another_id_or_message_is_refused),
		cmocka_unit_test(every_altered_signature_is_refused),
		cmocka_unit_test(id_of_any_length),
		cmocka_unit_test(signature_der_is_strict),
		cmocka_unit_test(signature_range),
		cmocka_unit_test(sign_and_verify),
		cmocka_unit_test(libgcrypt_agrees),
		cmocka_unit_test(ready_key),
		cmocka_unit_test(no_ready_key),
		cmocka_unit_test(evp_tests),
		cmocka_unit_test(botan_vectors),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
