/* SPDX-License-Identifier: Apache-2.0 */
#include "help_delivery.h"

#include "base/der.h"
#include "base/pem.h"
#include "crypto/sm4.h"
#include "made.h"

#define MAX 65536

static const uint8_t key[16] = "sixteen octets .";

static void put_hex(struct egov_buf *out, const char *hex)
{
	struct egov_buf *bytes = help_hex_buf(hex);

	egov__buf_slice(out, egov_buf_slice(bytes));
	egov_buf_free(bytes);
}

/* What goes in: d, or what the plan wants. */
static void put_plain(const struct help_delivery *plan, size_t zeros, struct egov_buf *out)
{
	if (plan->plain != NULL) {
		put_hex(out, plan->plain);
		return;
	}
	for (size_t i = 0; i < zeros; i++)
		egov__buf_byte(out, 0);
	egov__buf_slice(out, egov__secret_slice(plan->d));
}

static void encrypt(struct egov_slice plain, uint8_t *out)
{
	assert_int_equal(egov__sm4_ecb_encrypt(key, plain, out, NULL), EGOV_OK);
}

static void put_algorithm(const struct help_delivery *plan, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	const size_t oid = egov__der_open(out, EGOV__OID);

	put_hex(out, plan->cipher_oid != NULL ? plan->cipher_oid : "2a811ccf55016801");
	egov__der_close(out, oid);
	if (!plan->no_null)
		egov__der_put(out, EGOV__NULL, EGOV__NO_SLICE);
	egov__der_close(out, mark);
}

static void put_cipher(struct egov_slice point, struct egov_slice plain, struct egov_buf *out)
{
	struct egov_error err = { 0 };

	assert_ok(egov__sm2_encrypt(point, plain, out, &err), &err);
}

static void put_enveloped_fields(const struct help_delivery *plan, struct egov_buf *out)
{
	struct egov_buf plain = EGOV__BUF(MAX);
	uint8_t encrypted[128];

	put_plain(plan, 0, &plain);
	encrypt(egov_buf_slice(&plain), encrypted);
	put_algorithm(plan, out);
	put_cipher(plan->signing_point, EGOV__SLICE(key), out);
	egov__der_put_bit_octets(out, EGOV__SLICE(plan->point));
	egov__der_put_bit_octets(out, (struct egov_slice){ encrypted, plain.size });
	egov__buf_clear(&plain);
}

void help_enveloped_key(const struct help_delivery *plan, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_enveloped_fields(plan, out);
	egov__der_close(out, mark);
}

/* --- what a token takes --- */

struct raw {
	uint8_t x[32], y[32], hash[32], c2[128];
	size_t size;
};

static void take_number(struct egov_slice *in, uint8_t out[32])
{
	struct egov_slice value;

	assert_int_equal(egov__der_read(in, EGOV__INTEGER, "", &value, NULL), EGOV_OK);
	memset(out, 0, 32);
	if (value.size == 33) {
		value.data++;
		value.size--;
	}
	memcpy(out + 32 - value.size, value.data, value.size);
}

static void raw_cipher(struct egov_slice point, struct egov_slice plain, struct raw *raw)
{
	struct egov_buf der = EGOV__BUF(MAX);
	struct egov_slice in, value;

	put_cipher(point, plain, &der);
	assert_int_equal(egov__der_only(egov_buf_slice(&der), EGOV__SEQUENCE, "", &in, NULL),
	                 EGOV_OK);
	take_number(&in, raw->x);
	take_number(&in, raw->y);
	assert_int_equal(egov__der_read(&in, EGOV__OCTET_STRING, "", &value, NULL), EGOV_OK);
	memcpy(raw->hash, value.data, 32);
	assert_int_equal(egov__der_read(&in, EGOV__OCTET_STRING, "", &value, NULL), EGOV_OK);
	memcpy(raw->c2, value.data, value.size);
	raw->size = value.size;
	egov__buf_clear(&der);
}

static void put_u32(struct egov_buf *out, unsigned value)
{
	for (int i = 0; i < 4; i++)
		egov__buf_byte(out, (uint8_t)(value >> 8 * i));
}

static void put_right(struct egov_buf *out, const uint8_t number[32])
{
	static const uint8_t zeros[32];

	egov__buf_append(out, zeros, sizeof(zeros));
	egov__buf_append(out, number, 32);
}

void help_key_blob(const struct help_delivery *plan, struct egov_buf *out)
{
	struct egov_buf plain = EGOV__BUF(MAX);
	uint8_t encrypted[64] = { 0 };
	struct raw raw;

	put_plain(plan, 32, &plain);
	encrypt(egov_buf_slice(&plain), encrypted);
	raw_cipher(plan->signing_point, EGOV__SLICE(key), &raw);
	put_u32(out, 1);
	put_u32(out, 0x401);
	put_u32(out, 256);
	egov__buf_append(out, encrypted, sizeof(encrypted));
	put_u32(out, 256);
	put_right(out, plan->point + 1);
	put_right(out, plan->point + 33);
	put_right(out, raw.x);
	put_right(out, raw.y);
	egov__buf_append(out, raw.hash, sizeof(raw.hash));
	put_u32(out, (unsigned)raw.size);
	egov__buf_append(out, raw.c2, raw.size);
	egov__buf_clear(&plain);
}

/* --- what CFCA sends --- */

void help_cfca_key(const struct help_delivery *plan, struct egov_buf *out)
{
	struct egov_buf plain = EGOV__BUF(MAX), der = EGOV__BUF(MAX), text = EGOV__BUF(MAX);
	struct raw raw;
	size_t outer, inner;

	egov__buf_append(&plain, plan->point + 1, 64);
	put_plain(plan, 0, &plain);
	raw_cipher(plan->signing_point, egov_buf_slice(&plain), &raw);
	outer = egov__der_open(&der, EGOV__SEQUENCE);
	egov__der_put_uint(&der, 1);
	inner = egov__der_open(&der, EGOV__OCTET_STRING);
	egov__buf_append(&der, &raw, 96);
	egov__buf_append(&der, raw.c2, raw.size);
	egov__der_close(&der, inner);
	egov__der_close(&der, outer);
	egov__base64_encode(&text, egov_buf_slice(&der), 64);
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] == '\n')
			text.data[i] = ',';
	if (plan->head)
		egov__buf_printf(out, "%016d%016d%032d%016zu", 1, 1, 0, text.size);
	egov__buf_slice(out, egov_buf_slice(plan->head || plan->commas ? &text : &der));
	egov__buf_clear(&plain);
	egov__buf_clear(&der);
	egov__buf_clear(&text);
}

/* --- what a centre signs --- */

void help_delivery_cert(const char *cn, struct egov_slice point, struct egov_buf *out)
{
	struct made made;
	struct egov_buf name = EGOV__BUF(MAX);
	uint8_t spki[EGOV__SM2_SPKI];

	made_cert(&made);
	made_name(&name, "Test Agency", cn);
	made_set(&made, MADE_SUBJECT, egov_buf_slice(&name));
	egov__sm2_point_spki(point.data, spki);
	made_set(&made, MADE_KEY, EGOV__SLICE(spki));
	made_signed(&made, out);
	made_clear(&made);
	egov__buf_clear(&name);
}

static void put_oid(struct egov_buf *out, enum egov__oid oid)
{
	egov__der_put(out, EGOV__OID, egov__oid_get(oid)->contents);
}

static void put_bare(struct egov_buf *out, enum egov__oid oid)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_oid(out, oid);
	egov__der_close(out, mark);
}

/* As the centre of one CA writes it: an empty issuer, and no tag in it. */
static void put_names(struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_hex(out, "0000020105");
	egov__der_close(out, mark);
}

static void put_recipient(struct egov_slice point, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	size_t cipher;

	egov__der_put_uint(out, 1);
	put_names(out);
	put_bare(out, EGOV__OID_SM2_ENCRYPT);
	cipher = egov__der_open(out, EGOV__OCTET_STRING);
	put_cipher(point, EGOV__SLICE(key), out);
	egov__der_close(out, cipher);
	egov__der_close(out, mark);
}

static void put_recipients(const struct help_delivery *plan, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SET);

	for (size_t i = 0; i < plan->recipients; i++)
		put_recipient(EGOV__SLICE(plan->point), out);
	put_recipient(plan->signing_point, out);
	egov__der_close(out, mark);
}

static void put_content(const struct help_delivery *plan, struct egov_slice plain,
                        struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	uint8_t encrypted[128];

	encrypt(plain, encrypted);
	put_oid(out, EGOV__OID_GM_DATA);
	put_algorithm(plan, out);
	egov__der_put(out, EGOV__CONTEXT | 0, (struct egov_slice){ encrypted, plain.size });
	egov__der_close(out, mark);
}

static void put_signature(const struct help_delivery *plan, const struct egov_secret *d,
                          const uint8_t point[EGOV__SM2_POINT], struct egov_slice plain,
                          struct egov_buf *out)
{
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(MAX);
	uint8_t e[32], raw[64];

	assert_ok(egov__sm2_e((struct egov_slice){ point, EGOV__SM2_POINT },
	                      egov__slice_text(EGOV__SM2_DEFAULT_ID), plain, e, &err), &err);
	e[0] ^= plan->wrong_signature ? 1 : 0;
	assert_ok(egov__sm2_sign_e(d, point, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	egov__der_put(out, EGOV__OCTET_STRING, egov_buf_slice(&der));
	egov__buf_clear(&der);
}

static void put_signer(const struct help_delivery *plan, struct egov_slice plain,
                       struct egov_buf *out)
{
	struct egov_error err = { 0 };
	struct egov_secret *d = NULL;
	uint8_t point[EGOV__SM2_POINT];
	size_t set, info;

	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	set = egov__der_open(out, EGOV__CONTEXT_CONS | 0);
	help_delivery_cert("Centre", EGOV__SLICE(point), out);
	egov__der_close(out, set);
	set = egov__der_open(out, EGOV__SET);
	info = egov__der_open(out, EGOV__SEQUENCE);
	egov__der_put_uint(out, 1);
	put_names(out);
	put_bare(out, EGOV__OID_SM3);
	put_bare(out, EGOV__OID_SM2_SIGN);
	put_signature(plan, d, point, plain, out);
	egov__der_close(out, info);
	egov__der_close(out, set);
	egov__secret_free(d);
}

void help_signed_key(const struct help_delivery *plan, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf plain = EGOV__BUF(MAX);
	size_t tag, fields, digests;

	put_plain(plan, 32, &plain);
	put_oid(out, EGOV__OID_GM_SIGNED_AND_ENVELOPED);
	tag = egov__der_open(out, EGOV__CONTEXT_CONS | 0);
	fields = egov__der_open(out, EGOV__SEQUENCE);
	egov__der_put_uint(out, 1);
	put_recipients(plan, out);
	digests = egov__der_open(out, EGOV__SET);
	put_bare(out, EGOV__OID_SM3);
	egov__der_close(out, digests);
	put_content(plan, egov_buf_slice(&plain), out);
	put_signer(plan, egov_buf_slice(&plain), out);
	egov__der_close(out, fields);
	egov__der_close(out, tag);
	egov__der_close(out, mark);
	egov__buf_clear(&plain);
}

/* --- the answer to a request --- */

void help_response(const struct help_delivery *plan, struct egov_buf *out)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	size_t set = egov__der_open(out, EGOV__SET), tag;

	help_delivery_cert("Holder", plan->signing_point, out);
	egov__der_close(out, set);
	tag = egov__der_open(out, EGOV__CONTEXT_CONS | 0);
	if (plan->implicit)
		put_enveloped_fields(plan, out);
	else
		help_enveloped_key(plan, out);
	egov__der_close(out, tag);
	tag = egov__der_open(out, EGOV__CONTEXT_CONS | 1);
	set = plan->implicit ? 0 : egov__der_open(out, EGOV__SET);
	help_delivery_cert("Holder", EGOV__SLICE(plan->point), out);
	if (!plan->implicit)
		egov__der_close(out, set);
	egov__der_close(out, tag);
	egov__der_close(out, mark);
}
