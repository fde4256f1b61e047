/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/der.h"
#include "delivery/delivery_impl.h"

/*
 * ENVELOPEDKEYBLOB (GM/T 0016, 6.4.10), byte-packed, numbers little-endian as on
 * every token that is sold:
 *
 *   u32 version = 1, u32 cipher (SGD_SM4_ECB), u32 bits = 256, u8 encrypted[64],
 *   u32 bits = 256, u8 X[64], u8 Y[64],                      -- the encryption key
 *   u8 X[64], u8 Y[64], u8 hash[32], u32 size = 16, u8 C2[16] -- the symmetric key
 *
 * Numbers of 256 bits stand at the right of their 64 octets.
 */
#define FIELD 64
#define NUMBER 32
#define HASH 32
#define KEY 16
#define SGD_SM4_ECB 0x401u
#define BLOB_SIZE (3 * 4 + FIELD + 4 + 2 * FIELD + 2 * FIELD + HASH + 4 + KEY)

static const char clause[] = "GM/T 0016, 6.4.10";

bool egov__key_blob_is(struct egov_slice in)
{
	static const uint8_t version[] = { 1, 0, 0, 0 };

	return in.size >= sizeof(version) && memcmp(in.data, version, sizeof(version)) == 0;
}

static struct egov_slice take(struct egov_slice *in, size_t size)
{
	const struct egov_slice taken = { in->data, size };

	in->data += size;
	in->size -= size;
	return taken;
}

static enum egov_status expect(struct egov_slice *in, const char *what, uint32_t wanted,
                               struct egov_error *err)
{
	const uint8_t *b = take(in, 4).data;
	const uint32_t found =
		b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;

	if (found == wanted)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, clause,
	                      "ENVELOPEDKEYBLOB: %s is 0x%x, 0x%x wanted", what, (unsigned)found,
	                      (unsigned)wanted);
}

static enum egov_status take_number(struct egov_slice *in, const char *what,
                                    struct egov_slice *number, struct egov_error *err)
{
	const struct egov_slice zeros = take(in, FIELD - NUMBER);

	*number = take(in, NUMBER);
	for (size_t i = 0; i < zeros.size; i++)
		if (zeros.data[i] != 0)
			return egov_error_set(err, EGOV_E_SYNTAX, clause,
			                      "ENVELOPEDKEYBLOB: %s does not stand at the right of "
			                      "its field",
			                      what);
	return EGOV_OK;
}

static enum egov_status take_point(struct egov_slice *in, struct egov__delivery *out,
                                   struct egov_error *err)
{
	struct egov_slice x = EGOV__NO_SLICE, y = EGOV__NO_SLICE;
	enum egov_status rc = take_number(in, "X", &x, err);

	if (rc == EGOV_OK)
		rc = take_number(in, "Y", &y, err);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_byte(&out->made, 0x04);
	egov__buf_slice(&out->made, x);
	egov__buf_slice(&out->made, y);
	rc = egov__buf_check(&out->made, err);
	if (rc == EGOV_OK) {
		out->point = egov_buf_slice(&out->made);
		rc = egov_error_prefix(err, egov__sm2_point_check(out->point, err),
		                       "ENVELOPEDKEYBLOB");
	}
	return rc;
}

static enum egov_status take_cipher(struct egov_slice *in, struct egov__delivery *out,
                                    struct egov_error *err)
{
	struct egov__raw_cipher raw = { 0 };
	enum egov_status rc = take_number(in, "X of the cipher", &raw.x, err);

	if (rc == EGOV_OK)
		rc = take_number(in, "Y of the cipher", &raw.y, err);
	if (rc != EGOV_OK)
		return rc;
	raw.hash = take(in, HASH);
	rc = expect(in, "CipherLen", KEY, err);
	raw.c2 = take(in, KEY);
	return rc == EGOV_OK ? egov__delivery_raw_cipher(&raw, out, err) : rc;
}

enum egov_status egov__key_blob_read(struct egov_slice in, struct egov__delivery *out,
                                     struct egov_error *err)
{
	enum egov_status rc;

	out->form = EGOV__DELIVERY_BLOB;
	if (in.size != BLOB_SIZE)
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "ENVELOPEDKEYBLOB: %zu octets found, %d wanted", in.size,
		                      BLOB_SIZE);
	rc = expect(&in, "Version", 1, err);
	if (rc == EGOV_OK)
		rc = expect(&in, "ulSymmAlgID", SGD_SM4_ECB, err);
	if (rc == EGOV_OK)
		rc = expect(&in, "ulBits", 8 * NUMBER, err);
	if (rc != EGOV_OK)
		return rc;
	out->encrypted = take(&in, FIELD);
	rc = expect(&in, "BitLen", 8 * NUMBER, err);
	if (rc == EGOV_OK)
		rc = take_point(&in, out, err);
	return rc == EGOV_OK ? take_cipher(&in, out, err) : rc;
}
