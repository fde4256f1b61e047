/* SPDX-License-Identifier: Apache-2.0 */
#include "delivery/delivery.h"

#include <string.h>

#include "base/der.h"
#include "base/pem.h"
#include "cert/cert.h"
#include "crypto/sm4.h"
#include "delivery/delivery_impl.h"

#define NUMBER EGOV__SM2_PRIVATE
#define PLAINTEXT_MAX 256

const char *egov__delivery_form_name(enum egov__delivery_form form)
{
	static const char *const names[] = {
		[EGOV__DELIVERY_ENVELOPED_KEY] = "SM2EnvelopedKey",
		[EGOV__DELIVERY_BLOB] = "ENVELOPEDKEYBLOB",
		[EGOV__DELIVERY_SIGNED] = "SignedAndEnvelopedData",
		[EGOV__DELIVERY_CFCA] = "CFCA",
		[EGOV__DELIVERY_RESPONSE] = "CSRResponse",
	};

	return names[form];
}

void egov__delivery_clear(struct egov__delivery *delivery)
{
	egov__buf_clear(&delivery->bytes);
	egov__buf_clear(&delivery->made);
}

enum egov_status egov__delivery_raw_cipher(const struct egov__raw_cipher *raw,
                                           struct egov__delivery *out, struct egov_error *err)
{
	const size_t start = out->made.size;
	const size_t outer = egov__der_open(&out->made, EGOV__SEQUENCE);
	enum egov_status rc;

	egov__der_put_unsigned(&out->made, raw->x);
	egov__der_put_unsigned(&out->made, raw->y);
	egov__der_put(&out->made, EGOV__OCTET_STRING, raw->hash);
	egov__der_put(&out->made, EGOV__OCTET_STRING, raw->c2);
	egov__der_close(&out->made, outer);
	rc = egov__buf_check(&out->made, err);
	if (rc != EGOV_OK)
		return rc;
	/* The point before it may have moved. */
	if (start > 0)
		out->point = (struct egov_slice){ out->made.data, start };
	out->ciphers[0] = (struct egov_slice){ out->made.data + start, out->made.size - start };
	out->cipher_count = 1;
	return egov__sm2_cipher_check(out->ciphers[0], err);
}

/* --- reading --- */

static enum egov_status keep_object(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_buf *bytes = user;

	if (bytes->size > 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "more than one object");
	egov__buf_slice(bytes, der);
	return egov__buf_check(bytes, err);
}

/* The bytes in their plainest form. */
static enum egov_status unarmour(struct egov_slice input, struct egov_buf *bytes,
                                 struct egov_error *err)
{
	if (input.size > EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %u octets",
		                      EGOV__MAX_OBJECT);
	if (egov__key_blob_is(input))
		return keep_object(bytes, input, err);
	if (egov__cfca_text_is(input))
		return egov__cfca_text_decode(input, bytes, err);
	if (egov__pem_is(input) || egov__der_peek(input) == EGOV__SEQUENCE)
		return egov__objects(input, NULL, keep_object, bytes, err);
	return egov__base64_decode(input, bytes, err);
}

/* Each form begins in its own way. */
static enum egov_status read_form(struct egov_slice in, struct egov__delivery *out,
                                  struct egov_error *err)
{
	struct egov_slice fields = EGOV__NO_SLICE;
	enum egov_status rc;

	if (egov__key_blob_is(in))
		return egov__key_blob_read(in, out, err);
	rc = egov__der_only(in, EGOV__SEQUENCE, "delivery of a private key", &fields, err);
	if (rc != EGOV_OK)
		return rc;
	switch (egov__der_peek(fields)) {
	case EGOV__OID:
		return egov__signed_key_read(in, out, err);
	case EGOV__INTEGER:
		return egov__cfca_key_read(in, out, err);
	case EGOV__SET:
		return egov__response_read(in, out, err);
	default:
		return egov__enveloped_key_read(in, out, err);
	}
}

enum egov_status egov__delivery_decode(struct egov_slice input, struct egov__delivery *out,
                                       struct egov_error *err)
{
	struct egov__delivery delivery = { .bytes = EGOV__BUF(EGOV__MAX_OBJECT),
		                           .made = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc = unarmour(input, &delivery.bytes, err);

	if (rc == EGOV_OK)
		rc = read_form(egov_buf_slice(&delivery.bytes), &delivery, err);
	if (rc == EGOV_OK)
		*out = delivery;
	else
		egov__delivery_clear(&delivery);
	return rc;
}

/* --- opening --- */

static enum egov_status for_another(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_AUTH, "GM/T 0034",
	                      "it is for another signing key, or was altered");
}

/* Issuers of some deliveries name nobody: each cipher is tried.  What else fails than the
 * cipher, such as a device, is no reason to try the next one. */
static enum egov_status decrypt(const struct egov__delivery *delivery,
                                const struct egov__decrypter *key, size_t size,
                                struct egov_buf *plain, struct egov_error *err)
{
	for (size_t i = 0; i < delivery->cipher_count; i++) {
		struct egov_error why = { .status = EGOV_OK };
		enum egov_status rc;

		egov_buf_reset(plain);
		rc = egov__decrypter_decrypt(key, delivery->ciphers[i], plain, &why);
		if (rc == EGOV_OK && plain->size == size)
			return EGOV_OK;
		if (rc != EGOV_OK && rc != EGOV_E_CORRUPT)
			return egov_error_detail(err, rc, why.detail, why.clause, "%s", why.text);
	}
	return for_another(err);
}

static bool is_zero(struct egov_slice bytes)
{
	uint8_t any = 0;

	for (size_t i = 0; i < bytes.size; i++)
		any |= bytes.data[i];
	return any == 0;
}

/* Tokens and centres write d in 32 octets, or in 64 on either side of zeros. */
static struct egov_slice number_in(struct egov_slice plain)
{
	const struct egov_slice left = { plain.data, NUMBER };

	return plain.size > NUMBER && is_zero(left)
	               ? (struct egov_slice){ plain.data + plain.size - NUMBER, NUMBER }
	               : left;
}

/* What the sender signed is the plaintext as it was before it was encrypted. */
static enum egov_status check_sender(const struct egov__delivery *delivery,
                                     struct egov_slice plain, struct egov_error *err)
{
	struct egov_cert *sender = NULL;
	struct egov_slice point;
	enum egov_status rc = egov_cert_decode(delivery->sender_certificate, &sender, err);

	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(egov_cert_public_key(sender), &point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID), plain,
		                      delivery->sender_signature, err);
	egov_cert_free(sender);
	return egov_error_prefix(err, rc, "sender");
}

static enum egov_status open_encrypted(const struct egov__delivery *delivery,
                                       const struct egov__decrypter *opener,
                                       struct egov_secret **d, struct egov_error *err)
{
	struct egov_buf key = EGOV__BUF(PLAINTEXT_MAX);
	uint8_t plain[2 * NUMBER];
	const struct egov_slice all = { plain, delivery->encrypted.size };
	enum egov_status rc = decrypt(delivery, opener, EGOV__SM4_KEY, &key, err);

	if (rc == EGOV_OK)
		rc = egov__sm4_ecb_decrypt(key.data, delivery->encrypted, plain, err);
	if (rc == EGOV_OK && delivery->form == EGOV__DELIVERY_SIGNED)
		rc = check_sender(delivery, all, err);
	if (rc == EGOV_OK) {
		*d = egov__secret_new(number_in(all));
		if (*d == NULL)
			rc = egov_error_nomem(err);
	}
	egov__cleanse(plain, sizeof(plain));
	egov__buf_clear(&key);
	return rc;
}

/* X || Y || d, the public key included. */
static enum egov_status open_whole(const struct egov__delivery *delivery,
                                   const struct egov__decrypter *key, uint8_t *point,
                                   struct egov_secret **d, struct egov_error *err)
{
	struct egov_buf plain = EGOV__BUF(PLAINTEXT_MAX);
	enum egov_status rc = decrypt(delivery, key, 3 * NUMBER, &plain, err);

	if (rc == EGOV_OK) {
		point[0] = 0x04;
		memcpy(point + 1, plain.data, 2 * NUMBER);
		*d = egov__secret_new((struct egov_slice){ plain.data + 2 * NUMBER, NUMBER });
		if (*d == NULL)
			rc = egov_error_nomem(err);
	}
	egov__buf_clear(&plain);
	return rc;
}

static enum egov_status is_pair(const uint8_t made[EGOV__SM2_POINT], struct egov_slice known,
                                const char *where, struct egov_error *err)
{
	if (known.size == 0
	    || egov__slice_equal(known, (struct egov_slice){ made, EGOV__SM2_POINT }))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, "GM/T 0034",
	                      "the private key does not go with the public key in the %s",
	                      egov__text(where));
}

static enum egov_status check_pair(const struct egov_secret *d, struct egov_slice inside,
                                   struct egov_slice wanted, struct egov_error *err)
{
	uint8_t made[EGOV__SM2_POINT];
	enum egov_status rc = egov__sm2_public(d, made, NULL);

	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (rc != EGOV_OK)
		return egov_error_set(err, EGOV_E_POLICY, "GB/T 32918.1, 6.1",
		                      "what was delivered is no SM2 private key");
	rc = is_pair(made, inside, EGOV__N("delivery"), err);
	return rc == EGOV_OK ? is_pair(made, wanted, EGOV__N("encryption certificate"), err) : rc;
}

enum egov_status egov__delivery_open(const struct egov__delivery *delivery,
                                     const struct egov__decrypter *key,
                                     struct egov_slice wanted, struct egov_secret **d,
                                     struct egov_error *err)
{
	const bool whole = delivery->encrypted.size == 0;
	uint8_t point[EGOV__SM2_POINT];
	struct egov_slice inside = delivery->point;
	struct egov_secret *found = NULL;
	enum egov_status rc;

	if (!whole && inside.size == 0 && wanted.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, "GM/T 0034",
		                      "a delivery of this form does not name its public key: the "
		                      "encryption certificate is needed");
	if (whole) {
		rc = open_whole(delivery, key, point, &found, err);
		inside = EGOV__SLICE(point);
	} else {
		rc = open_encrypted(delivery, key, &found, err);
	}
	if (rc == EGOV_OK)
		rc = check_pair(found, inside, wanted, err);
	if (rc == EGOV_OK) {
		*d = found;
		found = NULL;
	}
	egov__secret_free(found);
	return egov_error_prefix(err, rc, "%s", egov__delivery_form_name(delivery->form));
}
