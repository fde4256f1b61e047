/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include "cert/cert.h"
#include "crypto/digest.h"
#include "crypto/sm2.h"
#include "x509/ext.h"

static struct egov_buf *new_buffer(void)
{
	struct egov_buf *buf = egov_buf_new(EGOV__MAX_FILE);

	assert_non_null(buf);
	return buf;
}

static void put_oid(struct egov_buf *out, enum egov__oid oid)
{
	egov__der_put(out, EGOV__OID, egov__oid_get(oid)->contents);
}

static void put_algorithm(struct egov_buf *out, enum egov__oid oid)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_oid(out, oid);
	egov__der_put(out, EGOV__NULL, EGOV__NO_SLICE);
	egov__der_close(out, mark);
}

static void put_digest(struct egov_buf *out, enum egov__oid algorithm, struct egov_slice bytes)
{
	uint8_t digest[EGOV__DIGEST_MAX];
	size_t size;
	struct egov_error err = { 0 };

	/* Under the name of what is no digest, SM3 too. */
	if (egov__digest(algorithm, bytes, digest, &size, NULL) != EGOV_OK)
		assert_ok(egov__digest(EGOV__OID_SM3, bytes, digest, &size, &err), &err);
	egov__der_put(out, EGOV__OCTET_STRING, (struct egov_slice){ digest, size });
}

/* SEQUENCE { type, SET { value } } */
static void put_attribute(struct egov_buf *out, enum egov__oid type, struct egov_slice value)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_oid(out, type);
	egov__der_put(out, EGOV__SET, value);
	egov__der_close(out, mark);
}

/* A certificate signed again would be another. */
static struct egov_slice certificate(const struct message_plan *plan, const struct chain_plan *of)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->signers[i].cert == of)
			return egov_buf_slice(plan->certs[i]);
	return egov__slice_text("another certificate");
}

static void put_certificate_name(struct egov_buf *out, struct egov_slice cert)
{
	struct egov_buf *value = new_buffer();
	const size_t outer = egov__der_open(value, EGOV__SEQUENCE);
	const size_t list = egov__der_open(value, EGOV__SEQUENCE);
	const size_t one = egov__der_open(value, EGOV__SEQUENCE);

	put_algorithm(value, EGOV__OID_SM3);
	put_digest(value, EGOV__OID_SM3, cert);
	egov__der_close(value, one);
	egov__der_close(value, list);
	egov__der_close(value, outer);
	put_attribute(out, EGOV__OID_SIGNING_CERTIFICATE_V2, egov_buf_slice(value));
	egov_buf_free(value);
}

static void put_attributes(struct egov_buf *out, const struct message_plan *plan,
                           const struct message_signer *signer, enum egov__oid inner)
{
	const enum egov__oid digest = signer->digest == 0 ? EGOV__OID_SM3 : signer->digest;
	struct egov_buf *value = new_buffer();

	/* Not in the order of DER: a longer one before the shortest. */
	if (!signer->no_digest) {
		put_digest(value, digest, egov__slice_text(signer->digest_of == NULL ? plan->document
		                                                                     : signer->digest_of));
		if (signer->two_digests)
			put_digest(value, digest, egov__slice_text("another"));
		put_attribute(out, EGOV__OID_MESSAGE_DIGEST, egov_buf_slice(value));
		egov_buf_reset(value);
	}
	if (!signer->no_type) {
		put_oid(value, signer->type == 0 ? inner : signer->type);
		put_attribute(out, EGOV__OID_CONTENT_TYPE, egov_buf_slice(value));
		egov_buf_reset(value);
	}
	if (signer->signed_at != 0) {
		egov__der_put_time(value, signer->signed_at);
		put_attribute(out, EGOV__OID_SIGNING_TIME, egov_buf_slice(value));
	}
	if (signer->names != NULL)
		put_certificate_name(out, certificate(plan, signer->names));
	egov_buf_free(value);
}

/* SET OF, its elements in the order of DER: by their length, for they differ in it. */
static void put_set(struct egov_buf *out, struct egov_slice attributes, bool as_they_stand)
{
	const size_t mark = egov__der_open(out, EGOV__SET);

	for (size_t size = 0; !as_they_stand && size < 256; size++)
		for (struct egov_slice rest = attributes; rest.size > 0;) {
			struct egov__tlv tlv;

			assert_int_equal(egov__der_any(&rest, &tlv, NULL), EGOV_OK);
			if (tlv.whole.size == size)
				egov__buf_slice(out, tlv.whole);
		}
	if (as_they_stand)
		egov__buf_slice(out, attributes);
	egov__der_close(out, mark);
}

static void put_signature(struct egov_buf *out, const struct message_plan *plan,
                          const struct message_signer *signer, struct egov_slice attributes)
{
	struct egov_buf *message = new_buffer(), *der = new_buffer();
	uint8_t raw[EGOV__SM2_RAW_SIGNATURE];
	struct egov_error err = { 0 };

	if (signer->no_attributes)
		egov__buf_text(message, plan->document);
	else
		put_set(message, attributes, signer->unsorted);
	chain_sign(signer->cert->key, signer->id, egov_buf_slice(message), der);
	assert_ok(egov__sm2_signature_raw(egov_buf_slice(der), raw, &err), &err);
	raw[50] ^= signer->broken ? 1 : 0;
	egov_buf_reset(der);
	assert_ok(egov__sm2_signature_der(raw, der, &err), &err);
	egov__der_put(out, EGOV__OCTET_STRING, signer->raw ? EGOV__SLICE(raw) : egov_buf_slice(der));
	egov_buf_free(message);
	egov_buf_free(der);
}

static void put_identifier(struct egov_buf *out, const struct message_plan *plan,
                           const struct message_signer *signer)
{
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };
	uint8_t key_id[20];
	size_t mark;

	assert_ok(egov_cert_decode(certificate(plan, signer->cert), &cert, &err), &err);
	if (signer->by_key_id) {
		assert_ok(egov__key_identifier(egov_cert_public_key(cert), key_id, &err), &err);
		egov__der_put(out, EGOV__CONTEXT, EGOV__SLICE(key_id));
	} else {
		mark = egov__der_open(out, EGOV__SEQUENCE);
		egov__buf_slice(out, egov_cert_issuer(cert));
		egov__der_put(out, EGOV__INTEGER, egov_cert_serial(cert));
		egov__der_close(out, mark);
	}
	egov_cert_free(cert);
}

static void put_signer(struct egov_buf *out, const struct message_plan *plan,
                       const struct message_signer *signer, enum egov__oid inner)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf *attributes = new_buffer();

	egov__der_put_uint(out, signer->by_key_id ? 3 : 1);
	put_identifier(out, plan, signer);
	put_algorithm(out, signer->digest == 0 ? EGOV__OID_SM3 : signer->digest);
	if (!signer->no_attributes) {
		put_attributes(attributes, plan, signer, inner);
		egov__der_put(out, EGOV__CONTEXT_CONS, egov_buf_slice(attributes));
	}
	put_algorithm(out, signer->algorithm == 0 ? EGOV__OID_SM2_SIGN : signer->algorithm);
	put_signature(out, plan, signer, egov_buf_slice(attributes));
	egov__der_close(out, mark);
	egov_buf_free(attributes);
}

static void put_content(struct egov_buf *out, const struct message_plan *plan, enum egov__oid inner)
{
	const char *attached = plan->attached == NULL ? plan->document : plan->attached;
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_oid(out, inner);
	if (attached[0] != 0) {
		const size_t tag = egov__der_open(out, EGOV__CONTEXT_CONS);

		egov__der_put(out, EGOV__OCTET_STRING, egov__slice_text(attached));
		egov__der_close(out, tag);
	}
	egov__der_close(out, mark);
}

static void put_certificates(struct egov_buf *out, const struct message_plan *plan)
{
	const size_t mark = egov__der_open(out, EGOV__CONTEXT_CONS);

	for (size_t i = 0; i < plan->count; i++)
		if (!plan->signers[i].not_embedded)
			egov__buf_slice(out, egov_buf_slice(plan->certs[i]));
	egov__der_close(out, mark);
}

static void put_message(struct egov_buf *out, const struct message_plan *plan)
{
	const enum egov__oid inner = plan->cms_inner ? EGOV__OID_PKCS7_DATA : EGOV__OID_GM_DATA;
	const size_t info = egov__der_open(out, EGOV__SEQUENCE);
	size_t tag, data, signers;

	put_oid(out, plan->cms ? EGOV__OID_PKCS7_SIGNED : EGOV__OID_GM_SIGNED);
	tag = egov__der_open(out, EGOV__CONTEXT_CONS);
	data = egov__der_open(out, EGOV__SEQUENCE);
	egov__der_put_uint(out, 1);
	signers = egov__der_open(out, EGOV__SET);
	put_algorithm(out, EGOV__OID_SM3);
	egov__der_close(out, signers);
	put_content(out, plan, inner);
	put_certificates(out, plan);
	signers = egov__der_open(out, EGOV__SET);
	for (size_t i = 0; i < plan->count; i++)
		put_signer(out, plan, &plan->signers[i], inner);
	egov__der_close(out, signers);
	egov__der_close(out, data);
	egov__der_close(out, tag);
	egov__der_close(out, info);
	assert_false(out->failed);
}

struct egov_buf *message_make(const struct message_plan *plan)
{
	struct egov_buf *out = new_buffer();
	struct message_plan with = *plan;

	for (size_t i = 0; i < plan->count; i++)
		with.certs[i] = chain_cert(plan->signers[i].cert);
	put_message(out, &with);
	for (size_t i = 0; i < plan->count; i++)
		egov_buf_free(with.certs[i]);
	return out;
}

/* --- BER ----------------------------------------------------------------------------- */

static void put_pieces(struct egov_buf *out, struct egov_slice value)
{
	static const uint8_t open[] = { 0x24, 0x80 }, end[] = { 0, 0 };
	const size_t half = value.size / 2;

	egov__buf_append(out, open, sizeof(open));
	egov__der_put(out, EGOV__OCTET_STRING, (struct egov_slice){ value.data, half });
	egov__der_put(out, EGOV__OCTET_STRING,
	              (struct egov_slice){ value.data + half, value.size - half });
	egov__buf_append(out, end, sizeof(end));
}

static void put_ber(struct egov_buf *out, struct egov_slice der)
{
	static const uint8_t end[] = { 0, 0 };

	while (der.size > 0) {
		struct egov__tlv tlv;

		assert_int_equal(egov__der_any(&der, &tlv, NULL), EGOV_OK);
		if ((tlv.tag & 0x20) != 0) {
			egov__buf_byte(out, tlv.tag);
			egov__buf_byte(out, 0x80);
			put_ber(out, tlv.value);
			egov__buf_append(out, end, sizeof(end));
		} else if (tlv.tag == EGOV__OCTET_STRING && tlv.value.size > 1) {
			put_pieces(out, tlv.value);
		} else {
			egov__buf_slice(out, tlv.whole);
		}
	}
}

struct egov_buf *message_ber(const struct egov_buf *der)
{
	struct egov_buf *out = new_buffer();

	put_ber(out, egov_buf_slice(der));
	return out;
}
