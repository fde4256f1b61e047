/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/envelope.h"

#include <string.h>

#include <openssl/crypto.h>

#include "base/der.h"
#include "crypto/kdf.h"
#include "crypto/random.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

#define KEY 32
#define WRAPPED_MAX 256

static const char info[] = "EgovSealed 1";

struct keys {
	uint8_t enc[EGOV__SM4_KEY];
	uint8_t mac[EGOV__SM3_SIZE];
};

static enum egov_status expand(struct egov_slice key, struct keys *keys, struct egov_error *err)
{
	uint8_t both[sizeof(keys->enc) + sizeof(keys->mac)];
	enum egov_status rc = egov__hkdf_sm3(key, EGOV__NO_SLICE, egov__slice_text(info), both,
	                                     sizeof(both), err);

	if (rc == EGOV_OK) {
		memcpy(keys->enc, both, sizeof(keys->enc));
		memcpy(keys->mac, both + sizeof(keys->enc), sizeof(keys->mac));
	}
	egov__cleanse(both, sizeof(both));
	return rc;
}

static enum egov_status recipient_of(struct egov_slice point, uint8_t out[EGOV__SM3_SIZE],
                                     struct egov_error *err)
{
	uint8_t spki[EGOV__SM2_SPKI];
	const struct egov_slice part = EGOV__SLICE(spki);

	egov__sm2_point_spki(point.data, spki);
	return egov__sm3(&part, 1, out, err);
}

struct parts {
	struct egov_slice recipient, wrapped, iv, plaintext;
};

static enum egov_status seal_with(const struct egov__sealer *sealer, const struct parts *parts,
                                  struct egov_buf *sealed, struct egov_error *err)
{
	const size_t outer = egov__der_open(sealed, EGOV__SEQUENCE);
	const size_t size = parts->plaintext.size;
	struct egov_slice before;
	uint8_t mac[EGOV__SM3_SIZE];
	uint8_t *out;
	enum egov_status rc;

	egov__der_put_uint(sealed, 1);
	egov__der_put(sealed, EGOV__OCTET_STRING, parts->recipient);
	egov__der_put(sealed, EGOV__OCTET_STRING, parts->wrapped);
	egov__der_put(sealed, EGOV__OCTET_STRING, parts->iv);
	egov__der_header(sealed, EGOV__OCTET_STRING, size);
	out = egov__buf_extend(sealed, size);
	if (out == NULL)
		return egov__buf_check(sealed, err);
	rc = egov__sm4_ctr_run(sealer->cipher, parts->iv.data, parts->plaintext, out, err);
	if (rc != EGOV_OK)
		return rc;
	before = (struct egov_slice){ sealed->data + outer, sealed->size - outer };
	rc = egov__hmac_run(sealer->hmac, before, mac, err);
	if (rc != EGOV_OK)
		return rc;
	egov__der_put(sealed, EGOV__OCTET_STRING, EGOV__SLICE(mac));
	egov__der_close(sealed, outer);
	return egov__buf_check(sealed, err);
}

static enum egov_status new_key(struct egov__sealer *sealer, struct egov_slice custodian_point,
                                struct egov_error *err)
{
	uint8_t key[KEY];
	struct keys keys = { 0 };
	enum egov_status rc = egov__random(key, sizeof(key), err);

	if (rc == EGOV_OK)
		rc = egov__sm2_encrypt(custodian_point, EGOV__SLICE(key), &sealer->wrapped, err);
	if (rc == EGOV_OK)
		rc = recipient_of(custodian_point, sealer->recipient, err);
	if (rc == EGOV_OK)
		rc = expand(EGOV__SLICE(key), &keys, err);
	if (rc == EGOV_OK)
		rc = egov__hmac_new(EGOV__SLICE(keys.mac), &sealer->hmac, err);
	if (rc == EGOV_OK)
		rc = egov__sm4_ctr_new(keys.enc, &sealer->cipher, err);
	egov__cleanse(&keys, sizeof(keys));
	egov__cleanse(key, sizeof(key));
	if (rc != EGOV_OK)
		egov__sealer_clear(sealer);
	return rc;
}

/* SM4-CTR counts in the whole IV: texts of fewer than 2^64 blocks never meet. */
static void next_iv(struct egov__sealer *sealer, uint8_t iv[EGOV__SM4_IV])
{
	sealer->count++;
	for (unsigned i = 0; i < 8; i++)
		iv[i] = (uint8_t)(sealer->count >> (56 - 8 * i));
}

enum egov_status egov__sealer_seal(struct egov__sealer *sealer, struct egov_slice custodian_point,
                                   struct egov_slice plaintext, struct egov_buf *sealed,
                                   struct egov_error *err)
{
	const size_t start = sealed->size;
	uint8_t iv[EGOV__SM4_IV] = { 0 };
	struct parts parts = { EGOV__SLICE(sealer->recipient), EGOV__NO_SLICE, EGOV__SLICE(iv),
		               plaintext };
	enum egov_status rc = sealer->cipher == NULL ? new_key(sealer, custodian_point, err)
	                                             : EGOV_OK;

	if (rc == EGOV_OK) {
		next_iv(sealer, iv);
		parts.wrapped = egov_buf_slice(&sealer->wrapped);
		rc = seal_with(sealer, &parts, sealed, err);
	}
	if (rc != EGOV_OK && sealed->size > start)
		sealed->size = start;
	return rc;
}

void egov__sealer_clear(struct egov__sealer *sealer)
{
	egov__sm4_ctr_free(sealer->cipher);
	egov__hmac_free(sealer->hmac);
	sealer->cipher = NULL;
	sealer->hmac = NULL;
	egov__buf_clear(&sealer->wrapped);
}

enum egov_status egov__envelope_seal(struct egov_slice custodian_point, struct egov_slice plaintext,
                                     struct egov_buf *sealed, struct egov_error *err)
{
	struct egov__sealer sealer = EGOV__SEALER;
	const enum egov_status rc = egov__sealer_seal(&sealer, custodian_point, plaintext, sealed, err);

	egov__sealer_clear(&sealer);
	return rc;
}

struct envelope {
	struct egov_slice recipient, wrapped, iv, ciphertext, mac, before_mac;
};

static enum egov_status altered(struct egov_error *err, const char *what)
{
	return egov_error_set(err, EGOV_E_CORRUPT, NULL, "sealed data: %s", egov__text(what));
}

static enum egov_status decode(struct egov_slice sealed, struct envelope *e, struct egov_error *err)
{
	const uint8_t octets = EGOV__OCTET_STRING;
	struct egov_slice in;
	uint64_t version;

	if (egov__der_only(sealed, EGOV__SEQUENCE, "", &in, NULL) != EGOV_OK)
		return altered(err, EGOV__N("not one DER SEQUENCE"));
	e->before_mac = in;
	if (egov__der_uint(&in, "", &version, NULL) != EGOV_OK || version != 1)
		return altered(err, EGOV__N("version is not 1"));
	if (egov__der_read(&in, octets, "", &e->recipient, NULL) != EGOV_OK
	    || egov__der_read(&in, octets, "", &e->wrapped, NULL) != EGOV_OK
	    || egov__der_read(&in, octets, "", &e->iv, NULL) != EGOV_OK
	    || egov__der_read(&in, octets, "", &e->ciphertext, NULL) != EGOV_OK)
		return altered(err, EGOV__N("fields are missing or of another type"));
	e->before_mac.size -= in.size;
	if (egov__der_read(&in, octets, "", &e->mac, NULL) != EGOV_OK || in.size != 0
	    || e->recipient.size != EGOV__SM3_SIZE || e->iv.size != EGOV__SM4_IV
	    || e->mac.size != EGOV__SM3_SIZE)
		return altered(err, EGOV__N("a field has the wrong size"));
	return EGOV_OK;
}

/* A wrapped key that another custodian's recipient field goes with is another's;
 * where ours does open it, the field was altered and the MAC will tell. */
static enum egov_status unwrap(const struct egov__envelope_key *custodian, const struct envelope *e,
                               struct keys *keys, struct egov_error *err)
{
	struct egov_buf key = EGOV__BUF(WRAPPED_MAX);
	struct egov_error why = { .status = EGOV_OK };
	uint8_t recipient[EGOV__SM3_SIZE];
	enum egov_status rc = recipient_of(custodian->point, recipient, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__sm2_cipher_check(e->wrapped, NULL) != EGOV_OK
	             ? EGOV_E_CORRUPT
	             : custodian->decrypt(custodian->state, e->wrapped, &key, &why);
	if (rc == EGOV_OK && key.size == KEY)
		rc = expand(egov_buf_slice(&key), keys, err);
	else if (rc != EGOV_OK && rc != EGOV_E_CORRUPT)
		rc = egov_error_detail(err, rc, why.detail, why.clause, "%s", why.text);
	else if (egov__slice_equal(EGOV__SLICE(recipient), e->recipient))
		rc = altered(err, EGOV__N("the wrapped key does not open with the custodian's key"));
	else
		rc = egov_error_set(err, EGOV_E_AUTH, NULL,
		                    "sealed data: for another custodian's key");
	egov__buf_clear(&key);
	return rc;
}

enum egov_status egov__envelope_open(const struct egov__envelope_key *custodian,
                                     struct egov_slice sealed, struct egov_buf *plaintext,
                                     struct egov_error *err)
{
	uint8_t mac[EGOV__SM3_SIZE];
	struct keys keys = { 0 };
	struct envelope e;
	uint8_t *out;
	enum egov_status rc = decode(sealed, &e, err);

	if (rc == EGOV_OK)
		rc = unwrap(custodian, &e, &keys, err);
	if (rc == EGOV_OK)
		rc = egov__hmac_sm3(EGOV__SLICE(keys.mac), &e.before_mac, 1, mac, err);
	if (rc == EGOV_OK && CRYPTO_memcmp(mac, e.mac.data, sizeof(mac)) != 0)
		rc = altered(err, EGOV__N("the MAC differs: the bytes were altered"));
	if (rc == EGOV_OK) {
		out = egov__buf_extend(plaintext, e.ciphertext.size);
		rc = out == NULL ? egov__buf_check(plaintext, err)
		                 : egov__sm4_ctr(keys.enc, e.iv.data, e.ciphertext, out, err);
	}
	egov__cleanse(&keys, sizeof(keys));
	return rc;
}
