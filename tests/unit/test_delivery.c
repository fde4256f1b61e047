/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from a key-management centre: every form, and what is wrong with it. */
#include "help_delivery.h"

#include <jansson.h>

#include "base/pem.h"
#include "base/text.h"
#include "delivery/delivery.h"

#define MAX 65536

typedef void form_fn(const struct help_delivery *plan, struct egov_buf *out);

struct keys {
	struct egov_secret *signing, *d, *other;
	uint8_t signing_point[EGOV__SM2_POINT], other_point[EGOV__SM2_POINT];
	struct help_delivery plan;
};

static int set_up(void **state)
{
	static struct keys keys;

	assert_int_equal(egov__sm2_generate(&keys.signing, keys.signing_point, NULL), EGOV_OK);
	assert_int_equal(egov__sm2_generate(&keys.d, keys.plan.point, NULL), EGOV_OK);
	assert_int_equal(egov__sm2_generate(&keys.other, keys.other_point, NULL), EGOV_OK);
	keys.plan.signing_point = EGOV__SLICE(keys.signing_point);
	keys.plan.d = keys.d;
	*state = &keys;
	return 0;
}

static int tear_down(void **state)
{
	struct keys *keys = *state;

	egov__secret_free(keys->signing);
	egov__secret_free(keys->d);
	egov__secret_free(keys->other);
	return 0;
}

/* Reads and opens with the holder's key, or with another one. */
static enum egov_status open_bytes(const struct keys *keys, struct egov_slice bytes,
                                   const struct egov_secret *with, struct egov_slice wanted,
                                   struct egov_error *err)
{
	struct egov__delivery delivery = { .cipher_count = 0 };
	struct egov__decrypter *key = NULL;
	struct egov_secret *d = NULL;
	enum egov_status rc = egov__delivery_decode(bytes, &delivery, err);

	if (rc != EGOV_OK)
		return rc;
	assert_ok(egov__decrypter_new(with, &key, err), err);
	rc = egov__delivery_open(&delivery, key, wanted, &d, err);
	egov__decrypter_close(key);
	if (rc == EGOV_OK)
		assert_true(egov__slice_equal(egov__secret_slice(d), egov__secret_slice(keys->d)));
	else
		assert_null(d);
	egov__secret_free(d);
	egov__delivery_clear(&delivery);
	return rc;
}

static enum egov_status open_plan(const struct keys *keys, form_fn *form,
                                  const struct help_delivery *plan, struct egov_slice wanted,
                                  struct egov_error *err)
{
	struct egov_buf bytes = EGOV__BUF(MAX);
	enum egov_status rc;

	form(plan, &bytes);
	rc = open_bytes(keys, egov_buf_slice(&bytes), keys->signing, wanted, err);
	egov__buf_clear(&bytes);
	return rc;
}

static form_fn *const forms[] = { help_enveloped_key, help_key_blob, help_signed_key,
	                          help_cfca_key, help_response };
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static void every_form_opens(void **state)
{
	const struct keys *keys = *state;
	struct egov_error err = { 0 };

	for (size_t i = 0; i < FORMS; i++)
		assert_ok(open_plan(keys, forms[i], &keys->plan, EGOV__SLICE(keys->plan.point), &err),
		          &err);
}

static void every_form_wants_the_pair(void **state)
{
	const struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	struct egov_error err = { 0 };

	for (size_t i = 0; i < FORMS; i++) {
		assert_fails(open_plan(keys, forms[i], &keys->plan, EGOV__SLICE(keys->other_point),
		                       &err),
		             &err, EGOV_E_POLICY, "does not go with the public key in the encryption");
	}
	memcpy(plan.point, keys->other_point, sizeof(plan.point));
	for (size_t i = 0; i < FORMS; i++)
		if (forms[i] != help_signed_key)
			assert_fails(open_plan(keys, forms[i], &plan, EGOV__NO_SLICE, &err), &err,
			             EGOV_E_POLICY, "does not go with the public key in the delivery");
	assert_fails(open_plan(keys, help_signed_key, &keys->plan, EGOV__NO_SLICE, &err), &err,
	             EGOV_E_USAGE, "the encryption certificate is needed");
}

static void for_nobody_else(void **state)
{
	const struct keys *keys = *state;
	struct egov_error err = { 0 };

	for (size_t i = 0; i < FORMS; i++) {
		struct egov_buf bytes = EGOV__BUF(MAX);

		forms[i](&keys->plan, &bytes);
		assert_fails(open_bytes(keys, egov_buf_slice(&bytes), keys->other,
		                        EGOV__SLICE(keys->plan.point), &err),
		             &err, EGOV_E_AUTH, "for another signing key, or was altered");
		egov__buf_clear(&bytes);
	}
}

/* A cut never gives a key; an altered octet never another one than was sent. */
static void altered_or_cut(void **state)
{
	const struct keys *keys = *state;

	for (size_t i = 0; i < FORMS; i++) {
		struct egov_buf bytes = EGOV__BUF(MAX);

		forms[i](&keys->plan, &bytes);
		for (size_t j = 0; j < bytes.size; j += 7) {
			const struct egov_slice cut = { bytes.data, j };

			assert_int_not_equal(open_bytes(keys, cut, keys->signing,
			                                EGOV__SLICE(keys->plan.point), NULL),
			                     EGOV_OK);
			bytes.data[j] ^= 0x10;
			(void)open_bytes(keys, egov_buf_slice(&bytes), keys->signing,
			                 EGOV__SLICE(keys->plan.point), NULL);
			bytes.data[j] ^= 0x10;
		}
		egov__buf_byte(&bytes, 0);
		assert_int_not_equal(open_bytes(keys, egov_buf_slice(&bytes), keys->signing,
		                                EGOV__SLICE(keys->plan.point), NULL),
		                     EGOV_OK);
		egov__buf_clear(&bytes);
	}
}

static void put_d(const struct keys *keys, size_t before, size_t after, char *hex)
{
	const struct egov_slice d = egov__secret_slice(keys->d);

	for (size_t i = 0; i < before + 32 + after; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x",
		               i < before || i >= before + 32 ? 0u : d.data[i - before]);
}

/* Centres and tokens disagree on where d stands in 64 octets. */
static void either_side_of_the_field(void **state)
{
	const struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	struct egov_error err = { 0 };
	char hex[129];

	plan.plain = hex;
	put_d(keys, 32, 0, hex);
	for (size_t i = 0; i < FORMS; i++)
		if (forms[i] != help_cfca_key)
			assert_ok(open_plan(keys, forms[i], &plan, EGOV__SLICE(plan.point), &err), &err);
	put_d(keys, 0, 32, hex);
	assert_ok(open_plan(keys, help_key_blob, &plan, EGOV__NO_SLICE, &err), &err);
	put_d(keys, 0, 0, hex);
	assert_ok(open_plan(keys, help_key_blob, &plan, EGOV__NO_SLICE, &err), &err);
	assert_ok(open_plan(keys, help_signed_key, &plan, EGOV__SLICE(plan.point), &err), &err);
	put_d(keys, 0, 16, hex);
	assert_fails(open_plan(keys, help_enveloped_key, &plan, EGOV__NO_SLICE, &err), &err,
	             EGOV_E_SYNTAX, "48 octets found, 32 or 64 wanted");
}

static void no_private_key_inside(void **state)
{
	struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	struct egov_error err = { 0 };

	/* n itself (GB/T 32918.5), and nothing but zeros */
	plan.plain = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
	assert_fails(open_plan(keys, help_enveloped_key, &plan, EGOV__NO_SLICE, &err), &err,
	             EGOV_E_POLICY, "no SM2 private key");
	plan.plain = "0000000000000000000000000000000000000000000000000000000000000000";
	assert_fails(open_plan(keys, help_enveloped_key, &plan, EGOV__NO_SLICE, &err), &err,
	             EGOV_E_POLICY, "no SM2 private key");
}

static void ciphers(void **state)
{
	const struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	struct egov_error err = { 0 };

	plan.cipher_oid = "2a811ccf550168";             /* bare SM4, meaning ECB */
	plan.no_null = true;
	assert_ok(open_plan(keys, help_enveloped_key, &plan, EGOV__NO_SLICE, &err), &err);
	assert_ok(open_plan(keys, help_signed_key, &plan, EGOV__SLICE(plan.point), &err), &err);
	plan.cipher_oid = "2a811ccf55016802";           /* SM4-CBC */
	assert_fails(open_plan(keys, help_enveloped_key, &plan, EGOV__NO_SLICE, &err), &err,
	             EGOV_E_UNSUPPORTED, "not SM4 in ECB mode");
	assert_fails(open_plan(keys, help_signed_key, &plan, EGOV__SLICE(plan.point), &err), &err,
	             EGOV_E_UNSUPPORTED, "not SM4 in ECB mode");
}

static void signed_ones(void **state)
{
	const struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	const struct egov_slice wanted = EGOV__SLICE(plan.point);
	struct egov_error err = { 0 };

	plan.wrong_signature = true;
	assert_fails(open_plan(keys, help_signed_key, &plan, wanted, &err), &err,
	             EGOV_E_UNTRUSTED, "sender");
	plan.wrong_signature = false;
	plan.recipients = 7;
	assert_ok(open_plan(keys, help_signed_key, &plan, wanted, &err), &err);
	plan.recipients = 8;
	assert_fails(open_plan(keys, help_signed_key, &plan, wanted, &err), &err, EGOV_E_LIMIT,
	             "more than 8 recipients");
}

static void responses(void **state)
{
	const struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	struct egov_buf bytes = EGOV__BUF(MAX), cert = EGOV__BUF(MAX);
	struct egov__delivery delivery;
	struct egov_error err = { 0 };

	plan.implicit = true;
	assert_ok(open_plan(keys, help_response, &plan, EGOV__NO_SLICE, &err), &err);
	help_response(&plan, &bytes);
	assert_ok(egov__delivery_decode(egov_buf_slice(&bytes), &delivery, &err), &err);
	assert_int_equal(delivery.form, EGOV__DELIVERY_RESPONSE);
	help_delivery_cert("Holder", EGOV__SLICE(plan.point), &cert);
	assert_true(egov__slice_equal(delivery.encrypt_certificate, egov_buf_slice(&cert)));
	egov_buf_reset(&cert);
	help_delivery_cert("Holder", plan.signing_point, &cert);
	assert_true(egov__slice_equal(delivery.sign_certificate, egov_buf_slice(&cert)));
	egov__delivery_clear(&delivery);
	egov__buf_clear(&bytes);
	egov__buf_clear(&cert);
}

static void cfca_text(void **state)
{
	const struct keys *keys = *state;
	struct help_delivery plan = keys->plan;
	struct egov_buf bytes = EGOV__BUF(MAX);
	struct egov_error err = { 0 };

	plan.commas = true;
	assert_ok(open_plan(keys, help_cfca_key, &plan, EGOV__NO_SLICE, &err), &err);
	plan.head = true;
	assert_ok(open_plan(keys, help_cfca_key, &plan, EGOV__NO_SLICE, &err), &err);
	help_cfca_key(&plan, &bytes);
	bytes.size--;
	assert_fails(open_bytes(keys, egov_buf_slice(&bytes), keys->signing, EGOV__NO_SLICE, &err),
	             &err, EGOV_E_SYNTAX, "characters found");
	bytes.data[70] = '/';
	assert_fails(open_bytes(keys, egov_buf_slice(&bytes), keys->signing, EGOV__NO_SLICE, &err),
	             &err, EGOV_E_SYNTAX, "its length");
	bytes.size = 70;
	assert_fails(open_bytes(keys, egov_buf_slice(&bytes), keys->signing, EGOV__NO_SLICE, &err),
	             &err, EGOV_E_SYNTAX, "cut short");
	egov__buf_clear(&bytes);
}

static void armour(void **state)
{
	const struct keys *keys = *state;
	struct egov_error err = { 0 };

	for (size_t i = 0; i < FORMS; i++) {
		struct egov_buf bytes = EGOV__BUF(MAX), text = EGOV__BUF(MAX);

		forms[i](&keys->plan, &bytes);
		egov__base64_encode(&text, egov_buf_slice(&bytes), 64);
		assert_ok(open_bytes(keys, egov_buf_slice(&text), keys->signing,
		                     EGOV__SLICE(keys->plan.point), &err), &err);
		egov_buf_reset(&text);
		egov__pem_encode(&text, "SM2 ENVELOPED KEY", egov_buf_slice(&bytes));
		assert_ok(open_bytes(keys, egov_buf_slice(&text), keys->signing,
		                     EGOV__SLICE(keys->plan.point), &err), &err);
		egov__pem_encode(&text, "SM2 ENVELOPED KEY", egov_buf_slice(&bytes));
		assert_fails(open_bytes(keys, egov_buf_slice(&text), keys->signing,
		                        EGOV__SLICE(keys->plan.point), &err),
		             &err, EGOV_E_SYNTAX, "more than one object");
		egov__buf_clear(&bytes);
		egov__buf_clear(&text);
	}
}

/* Each field of the packed form that has one right value. */
static void blob_fields(void **state)
{
	static const struct {
		size_t at;
		const char *fragment;
	} fields[] = {
		{ 4, "ulSymmAlgID" }, { 8, "ulBits" }, { 76, "BitLen" },
		{ 80, "X does not stand" }, { 144, "Y does not stand" },
		{ 208, "X of the cipher" }, { 272, "Y of the cipher" }, { 368, "CipherLen" },
		{ 112, "on the curve" },
	};
	const struct keys *keys = *state;
	struct egov_buf bytes = EGOV__BUF(MAX);
	struct egov_error err = { 0 };

	help_key_blob(&keys->plan, &bytes);
	assert_int_equal(bytes.size, 388);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		bytes.data[fields[i].at] ^= 2;
		assert_int_not_equal(open_bytes(keys, egov_buf_slice(&bytes), keys->signing,
		                                EGOV__NO_SLICE, &err),
		                     EGOV_OK);
		assert_non_null(strstr(err.text, fields[i].fragment));
		egov_error_clear(&err);
		bytes.data[fields[i].at] ^= 2;
	}
	bytes.size--;
	assert_fails(open_bytes(keys, egov_buf_slice(&bytes), keys->signing, EGOV__NO_SLICE, &err),
	             &err, EGOV_E_SYNTAX, "387 octets found, 388 wanted");
	egov__buf_clear(&bytes);
}

static void sealed_here_opens_here(void **state)
{
	const struct keys *keys = *state;
	struct egov_buf bytes = EGOV__BUF(MAX);
	struct egov_error err = { 0 };
	struct egov_slice point;

	assert_ok(egov__enveloped_key_seal(keys->plan.signing_point, keys->d, &bytes, &err), &err);
	assert_ok(open_bytes(keys, egov_buf_slice(&bytes), keys->signing,
	                     EGOV__SLICE(keys->plan.point), &err), &err);
	assert_ok(egov__enveloped_key_check(egov_buf_slice(&bytes), &point, &err), &err);
	assert_true(egov__slice_equal(point, EGOV__SLICE(keys->plan.point)));
	assert_fails(egov__enveloped_key_check(egov__slice_text("0"), &point, &err), &err,
	             EGOV_E_SYNTAX, "SM2EnvelopedKey");
	egov__buf_clear(&bytes);
}

static void too_much(void **state)
{
	struct egov_buf bytes = EGOV__BUF(2 * MAX);
	struct egov_error err = { 0 };

	for (size_t i = 0; i <= MAX; i++)
		egov__buf_byte(&bytes, 'A');
	assert_fails(open_bytes(*state, egov_buf_slice(&bytes), NULL, EGOV__NO_SLICE, &err), &err,
	             EGOV_E_LIMIT, "65536 octets");
	egov__buf_clear(&bytes);
}

/* Broken ones that another project refuses, with its own key. */
static void broken_ones_of_others(void **state)
{
	struct egov_buf *text = help_corpus("sm-kat/sm2-enveloped-key.json");
	json_error_t where;
	json_t *all = json_loadb((const char *)text->data, text->size, 0, &where), *one;
	struct egov_buf *bytes;
	struct egov_secret *d;
	size_t i, refused = 0;

	assert_non_null(all);
	bytes = help_hex_buf(json_string_value(json_object_get(all, "recipient_private_key")));
	d = egov__secret_new(egov_buf_slice(bytes));
	egov_buf_free(bytes);
	json_array_foreach(json_object_get(all, "vectors"), i, one) {
		bytes = help_hex_buf(json_string_value(json_object_get(one, "der_hex")));
		assert_int_not_equal(open_bytes(*state, egov_buf_slice(bytes), d, EGOV__NO_SLICE, NULL),
		                     EGOV_OK);
		egov_buf_free(bytes);
		refused++;
	}
	assert_true(refused > 0);
	egov__secret_free(d);
	json_decref(all);
	egov_buf_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_opens),
		cmocka_unit_test(every_form_wants_the_pair),
		cmocka_unit_test(for_nobody_else),
		cmocka_unit_test(altered_or_cut),
		cmocka_unit_test(either_side_of_the_field),
		cmocka_unit_test(no_private_key_inside),
		cmocka_unit_test(ciphers),
		cmocka_unit_test(signed_ones),
		cmocka_unit_test(responses),
		cmocka_unit_test(cfca_text),
		cmocka_unit_test(armour),
		cmocka_unit_test(blob_fields),
		cmocka_unit_test(sealed_here_opens_here),
		cmocka_unit_test(too_much),
		cmocka_unit_test(broken_ones_of_others),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
