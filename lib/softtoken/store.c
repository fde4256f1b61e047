/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/store.h"

#include "base/der.h"
#include "crypto/random.h"
#include "softtoken/keys.h"

static enum egov_status damaged(struct egov_error *err, const char *what)
{
	return egov_error_set(err, EGOV_E_CORRUPT, NULL, "token file: %s", what);
}

/* An OCTET STRING of exactly this size. */
static bool read_octets(struct egov_slice *in, size_t size, struct egov_slice *out)
{
	return egov__der_read(in, EGOV__OCTET_STRING, "", out, NULL) == EGOV_OK
	       && out->size == size;
}

static bool read_copy(struct egov_slice *in, uint8_t *out, size_t size)
{
	struct egov_slice value;

	if (!read_octets(in, size, &value))
		return false;
	memcpy(out, value.data, size);
	return true;
}

static bool read_wrap(struct egov_slice *in, struct egov__softstore *store, enum egov__softrole role)
{
	struct egov_slice value;

	if (egov__der_read(in, EGOV__OCTET_STRING, "", &value, NULL) != EGOV_OK)
		return false;
	store->has_wrap[role] = value.size != 0;
	if (value.size == 0)
		return role == EGOV__SOFTROLE_USER;
	if (value.size != EGOV__SOFTSTORE_WRAP)
		return false;
	memcpy(store->wrap[role], value.data, value.size);
	return true;
}

static bool is_serial(const uint8_t *serial)
{
	for (size_t i = 0; i < EGOV__SOFTSTORE_SERIAL; i++)
		if (serial[i] == 0 || strchr("0123456789abcdef", serial[i]) == NULL)
			return false;
	return true;
}

static bool read_body(struct egov_slice in, struct egov__softstore *store)
{
	struct egov__tlv objects;
	uint64_t iterations;

	if (!read_copy(&in, store->serial, sizeof(store->serial)) || !is_serial(store->serial)
	    || !read_copy(&in, store->label, sizeof(store->label))
	    || egov__der_uint(&in, "", &iterations, NULL) != EGOV_OK
	    || iterations < EGOV__SOFTSTORE_ITERATIONS_MIN
	    || iterations > EGOV__SOFTSTORE_ITERATIONS_MAX
	    || egov__der_uint(&in, "", &store->generation, NULL) != EGOV_OK
	    || egov__der_uint(&in, "", &store->next_handle, NULL) != EGOV_OK
	    || store->next_handle == 0 || store->next_handle > UINT32_MAX
	    || !read_wrap(&in, store, EGOV__SOFTROLE_SO)
	    || !read_wrap(&in, store, EGOV__SOFTROLE_USER)
	    || egov__der_any(&in, &objects, NULL) != EGOV_OK || objects.tag != EGOV__SEQUENCE
	    || !read_octets(&in, EGOV__SM4_IV, &store->iv)
	    || egov__der_read(&in, EGOV__OCTET_STRING, "", &store->private_objects, NULL) != EGOV_OK)
		return false;
	store->iterations = (uint32_t)iterations;
	store->public_objects = objects.whole;
	return in.size == 0;
}

static bool read_file(struct egov_slice in, struct egov__softstore *store,
                      struct egov_slice *checked, struct egov_slice *checksum)
{
	struct egov__tlv body;
	struct egov_slice outer;

	if (egov__der_only(in, EGOV__SEQUENCE, "", &outer, NULL) != EGOV_OK)
		return false;
	*checked = outer;
	if (egov__der_any(&outer, &body, NULL) != EGOV_OK || body.tag != EGOV__SEQUENCE
	    || !read_body(body.value, store)
	    || !read_octets(&outer, EGOV__SM3_SIZE, &store->mac)
	    || !read_copy(&outer, store->tries, sizeof(store->tries)))
		return false;
	store->body = body.whole;
	checked->size -= outer.size;
	return read_octets(&outer, EGOV__SM3_SIZE, checksum) && outer.size == 0;
}

enum egov_status egov__softstore_decode(struct egov_slice file, struct egov__softstore *store,
                                        struct egov_error *err)
{
	const size_t magic = strlen(EGOV__SOFTSTORE_MAGIC);
	struct egov__softstore read = { 0 };
	struct egov_slice in, checked, checksum;
	uint8_t sum[EGOV__SM3_SIZE];
	enum egov_status rc;

	if (file.size < magic || memcmp(file.data, EGOV__SOFTSTORE_MAGIC, magic - 2) != 0)
		return damaged(err, "does not begin as one");
	if (memcmp(file.data, EGOV__SOFTSTORE_MAGIC, magic) != 0)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "token file: of another version than this module reads");
	in = (struct egov_slice){ file.data + magic, file.size - magic };
	if (!read_file(in, &read, &checked, &checksum))
		return damaged(err, "cut short or damaged");
	rc = egov__sm3(&checked, 1, sum, err);
	if (rc != EGOV_OK)
		return rc;
	if (memcmp(sum, checksum.data, sizeof(sum)) != 0)
		return damaged(err, "its checksum differs");
	*store = read;
	return EGOV_OK;
}

enum egov_status egov__softstore_open(const struct egov__softstore *store,
                                      const struct egov_secret *master, struct egov_buf *objects,
                                      struct egov_error *err)
{
	struct egov__softkeys keys;
	uint8_t *out;
	enum egov_status rc = egov__softkeys_master(master, &keys, err);

	if (rc == EGOV_OK)
		rc = egov__softkeys_check(&keys, &store->body, 1, store->mac, err);
	if (rc == EGOV_E_AUTH)
		rc = damaged(err, "its MAC differs: somebody else changed it");
	if (rc == EGOV_OK) {
		out = egov__buf_extend(objects, store->private_objects.size);
		rc = out == NULL ? egov__buf_check(objects, err)
		                 : egov__sm4_ctr(keys.enc, store->iv.data, store->private_objects, out,
		                                 err);
	}
	egov__cleanse(&keys, sizeof(keys));
	return rc;
}

/* Tries and checksum behind the body and the MAC that end at the mark of the outer SEQUENCE. */
static enum egov_status finish(struct egov_buf *file, size_t outer, const uint8_t tries[2],
                               struct egov_error *err)
{
	uint8_t sum[EGOV__SM3_SIZE];
	struct egov_slice checked;
	enum egov_status rc;

	egov__der_put(file, EGOV__OCTET_STRING, (struct egov_slice){ tries, 2 });
	rc = egov__buf_check(file, err);
	if (rc != EGOV_OK)
		return rc;
	checked = (struct egov_slice){ file->data + outer, file->size - outer };
	rc = egov__sm3(&checked, 1, sum, err);
	if (rc != EGOV_OK)
		return rc;
	egov__der_put(file, EGOV__OCTET_STRING, EGOV__SLICE(sum));
	egov__der_close(file, outer);
	return egov__buf_check(file, err);
}

static void put_head(struct egov_buf *file, const struct egov__softstore *store)
{
	egov__der_put(file, EGOV__OCTET_STRING, EGOV__SLICE(store->serial));
	egov__der_put(file, EGOV__OCTET_STRING, EGOV__SLICE(store->label));
	egov__der_put_uint(file, store->iterations);
	egov__der_put_uint(file, store->generation);
	egov__der_put_uint(file, store->next_handle);
	for (int role = 0; role < 2; role++)
		egov__der_put(file, EGOV__OCTET_STRING,
		              store->has_wrap[role] ? EGOV__SLICE(store->wrap[role])
		                                    : EGOV__NO_SLICE);
}

static enum egov_status put_body(struct egov_buf *file, const struct egov__softstore *store,
                                 const struct egov__softkeys *keys,
                                 struct egov_slice public_objects,
                                 struct egov_slice private_objects, struct egov_error *err)
{
	const size_t mark = egov__der_open(file, EGOV__SEQUENCE);
	uint8_t iv[EGOV__SM4_IV];
	uint8_t *out;
	enum egov_status rc = egov__random(iv, sizeof(iv), err);

	if (rc != EGOV_OK)
		return rc;
	put_head(file, store);
	egov__buf_slice(file, public_objects);
	egov__der_put(file, EGOV__OCTET_STRING, EGOV__SLICE(iv));
	egov__der_header(file, EGOV__OCTET_STRING, private_objects.size);
	out = egov__buf_extend(file, private_objects.size);
	if (out == NULL)
		return egov__buf_check(file, err);
	rc = egov__sm4_ctr(keys->enc, iv, private_objects, out, err);
	egov__der_close(file, mark);
	return rc != EGOV_OK ? rc : egov__buf_check(file, err);
}

enum egov_status egov__softstore_encode(const struct egov__softstore *store,
                                        const struct egov_secret *master,
                                        struct egov_slice public_objects,
                                        struct egov_slice private_objects, struct egov_buf *file,
                                        struct egov_error *err)
{
	struct egov__softkeys keys;
	uint8_t mac[EGOV__SM3_SIZE];
	struct egov_slice body;
	size_t outer;
	enum egov_status rc = egov__softkeys_master(master, &keys, err);

	if (rc != EGOV_OK)
		return rc;
	egov__buf_text(file, EGOV__SOFTSTORE_MAGIC);
	outer = egov__der_open(file, EGOV__SEQUENCE);
	rc = put_body(file, store, &keys, public_objects, private_objects, err);
	if (rc == EGOV_OK) {
		body = (struct egov_slice){ file->data + outer, file->size - outer };
		rc = egov__softkeys_mac(&keys, &body, 1, mac, err);
	}
	if (rc == EGOV_OK) {
		egov__der_put(file, EGOV__OCTET_STRING, EGOV__SLICE(mac));
		rc = finish(file, outer, store->tries, err);
	}
	egov__cleanse(&keys, sizeof(keys));
	return rc;
}

enum egov_status egov__softstore_retry(const struct egov__softstore *store, const uint8_t tries[2],
                                       struct egov_buf *file, struct egov_error *err)
{
	size_t outer;

	egov__buf_text(file, EGOV__SOFTSTORE_MAGIC);
	outer = egov__der_open(file, EGOV__SEQUENCE);
	egov__buf_slice(file, store->body);
	egov__der_put(file, EGOV__OCTET_STRING, store->mac);
	return finish(file, outer, tries, err);
}
