/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/text.h"
#include "crypto/sm3.h"
#include "key/p11.h"

#define OBJECTS_MAX 1024
#define ATTRIBUTE_MAX 4096

/* 1.2.156.10197.1.301 (GM/T 0006), DER, as CKA_EC_PARAMS has it. */
static const uint8_t sm2_params[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };

static enum egov_status collect(const struct egov__p11_token *token, struct egov_buf *handles,
                                struct egov_error *err)
{
	CK_OBJECT_HANDLE batch[16];
	CK_ULONG count, all = 0;

	do {
		CK_RV rv;

		count = 0;
		rv = token->f->C_FindObjects(token->session, batch, 16, &count);
		if (rv != CKR_OK)
			return egov__p11_error(err, rv, "C_FindObjects");
		if (count > 16)
			return egov_error_set(err, EGOV_E_DEVICE, NULL,
			                      "C_FindObjects: more objects than asked for");
		all += count;
		if (all > OBJECTS_MAX)
			return egov_error_set(err, EGOV_E_LIMIT, NULL,
			                      "C_FindObjects: more than %d objects", OBJECTS_MAX);
		egov__buf_append(handles, batch, count * sizeof(batch[0]));
	} while (count > 0);
	return egov__buf_check(handles, err);
}

enum egov_status egov__p11_find(const struct egov__p11_token *token, CK_OBJECT_CLASS class,
                                struct egov_slice label, struct egov_slice id,
                                struct egov_buf *handles, struct egov_error *err)
{
	CK_ATTRIBUTE template[3] = { { CKA_CLASS, &class, sizeof(class) } };
	CK_ULONG count = 1;
	enum egov_status rc;
	CK_RV rv;

	if (label.data != NULL)
		template[count++] = (CK_ATTRIBUTE){ CKA_LABEL, (void *)(uintptr_t)label.data,
			                            label.size };
	if (id.data != NULL)
		template[count++] = (CK_ATTRIBUTE){ CKA_ID, (void *)(uintptr_t)id.data, id.size };
	*handles = (struct egov_buf)EGOV__BUF(OBJECTS_MAX * sizeof(CK_OBJECT_HANDLE));
	rv = token->f->C_FindObjectsInit(token->session, template, count);
	if (rv != CKR_OK)
		return egov__p11_error(err, rv, "C_FindObjectsInit");
	rc = collect(token, handles, err);
	rv = token->f->C_FindObjectsFinal(token->session);
	/* Some modules have ended the search by themselves; any other failure kills the handles. */
	if (rc == EGOV_OK && rv != CKR_OK && rv != CKR_OPERATION_NOT_INITIALIZED)
		rc = egov__p11_error(err, rv, "C_FindObjectsFinal");
	if (rc != EGOV_OK)
		egov__buf_clear(handles);
	return rc;
}

size_t egov__p11_handles(const struct egov_buf *handles)
{
	return handles->size / sizeof(CK_OBJECT_HANDLE);
}

CK_OBJECT_HANDLE egov__p11_handle(const struct egov_buf *handles, size_t i)
{
	CK_OBJECT_HANDLE handle;

	memcpy(&handle, handles->data + i * sizeof(handle), sizeof(handle));
	return handle;
}

/* The value of an attribute appended to out; nothing where the object has none. */
static enum egov_status get(const struct egov__p11_token *token, CK_OBJECT_HANDLE handle,
                            CK_ATTRIBUTE_TYPE type, struct egov_buf *out, struct egov_error *err)
{
	uint8_t value[ATTRIBUTE_MAX];
	CK_ATTRIBUTE attribute = { type, value, sizeof(value) };
	CK_RV rv = token->f->C_GetAttributeValue(token->session, handle, &attribute, 1);

	if (rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE)
		return EGOV_OK;
	if (rv == CKR_BUFFER_TOO_SMALL)
		return egov_error_set(err, EGOV_E_LIMIT, NULL,
		                      "attribute 0x%lx of more than %d octets", type, ATTRIBUTE_MAX);
	if (rv != CKR_OK)
		return egov__p11_error(err, rv, "C_GetAttributeValue");
	if (attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION)
		return EGOV_OK;
	if (attribute.ulValueLen > sizeof(value))
		return egov_error_set(err, EGOV_E_DEVICE, NULL,
		                      "C_GetAttributeValue: attribute 0x%lx with %lu octets in the "
		                      "room for %d",
		                      type, attribute.ulValueLen, ATTRIBUTE_MAX);
	egov__buf_append(out, value, attribute.ulValueLen);
	return egov__buf_check(out, err);
}

static enum egov_status get_flag(const struct egov__p11_token *token, CK_OBJECT_HANDLE handle,
                                 CK_ATTRIBUTE_TYPE type, bool *flag, struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(ATTRIBUTE_MAX);
	enum egov_status rc = get(token, handle, type, &value, err);

	*flag = value.size == sizeof(CK_BBOOL) && value.data[0] != CK_FALSE;
	egov__buf_clear(&value);
	return rc;
}

/* Either the standard type with the SM2 curve, or the type that the maker chose. */
static enum egov_status check_type(const struct egov__p11_token *token, CK_OBJECT_HANDLE handle,
                                   CK_KEY_TYPE *type, struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(ATTRIBUTE_MAX), params = EGOV__BUF(ATTRIBUTE_MAX);
	enum egov_status rc = get(token, handle, CKA_KEY_TYPE, &value, err);

	if (rc == EGOV_OK)
		rc = get(token, handle, CKA_EC_PARAMS, &params, err);
	if (rc == EGOV_OK && value.size != sizeof(*type))
		rc = egov_error_set(err, EGOV_E_DEVICE, NULL, "the key has no CKA_KEY_TYPE");
	if (rc == EGOV_OK) {
		memcpy(type, value.data, sizeof(*type));
		if (!(*type == CKK_EC
		      && egov__slice_equal(egov_buf_slice(&params), EGOV__SLICE(sm2_params)))
		    && !(token->mapped && token->map.key_type != CKK_EC
		         && *type == token->map.key_type))
			rc = egov_error_set(err, EGOV_E_UNSUPPORTED, "GM/T 0006, 1.2.156.10197.1.301",
			                    "the key is not an SM2 key (key type 0x%lx)", *type);
	}
	egov__buf_clear(&value);
	egov__buf_clear(&params);
	return rc;
}

/* CKA_EC_POINT is 04 41 04 X Y; some modules show 04 X Y bare. */
enum egov_status egov__p11_point(const struct egov__p11_token *token, CK_OBJECT_HANDLE handle,
                                 uint8_t point[EGOV__SM2_POINT], struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(ATTRIBUTE_MAX);
	struct egov_slice bytes;
	CK_KEY_TYPE type;
	enum egov_status rc = check_type(token, handle, &type, err);

	if (rc == EGOV_OK)
		rc = get(token, handle, CKA_EC_POINT, &value, err);
	bytes = egov_buf_slice(&value);
	if (bytes.size == EGOV__SM2_POINT + 2 && bytes.data[0] == 0x04
	    && bytes.data[1] == EGOV__SM2_POINT) {
		bytes.data += 2;
		bytes.size -= 2;
	}
	if (rc == EGOV_OK && bytes.size != EGOV__SM2_POINT)
		rc = egov_error_set(err, bytes.size == 0 ? EGOV_E_NOTFOUND : EGOV_E_DEVICE, NULL,
		                    "CKA_EC_POINT of %zu octets, want 67 or 65", bytes.size);
	if (rc == EGOV_OK)
		rc = egov__sm2_point_check(bytes, err);
	if (rc == EGOV_OK)
		memcpy(point, bytes.data, EGOV__SM2_POINT);
	egov__buf_clear(&value);
	return rc;
}

/* The public key object with the same ID (without one: the same label). */
static enum egov_status public_object_point(const struct egov__p11_token *token,
                                            struct egov__p11_key *key, struct egov_error *err)
{
	const struct egov_slice id = egov_buf_slice(&key->id);
	struct egov_buf handles;
	enum egov_status rc;

	rc = egov__p11_find(token, CKO_PUBLIC_KEY,
	                    id.size == 0 ? egov_buf_slice(&key->label) : EGOV__NO_SLICE,
	                    id.size == 0 ? EGOV__NO_SLICE : id, &handles, err);
	if (rc != EGOV_OK)
		return rc;
	if (egov__p11_handles(&handles) == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no public key object with the ID of the private key");
	else if (egov__p11_handles(&handles) > 1)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "several public keys with the ID of the private key");
	else
		rc = egov__p11_point(token, egov__p11_handle(&handles, 0), key->point, err);
	egov__buf_clear(&handles);
	return rc;
}

/* Whether asking the private key object settles it: it has the point, or the device failed,
 * and whatever is asked of it next would only hide that. */
static bool is_settled(const struct egov__p11_token *token, struct egov__p11_key *key,
                       enum egov_status *rc, struct egov_error *err)
{
	struct egov_error own = { .status = EGOV_OK };

	*rc = egov__p11_point(token, key->private_key, key->point, &own);
	if (*rc != EGOV_OK && *rc != EGOV_E_NOMEM && own.detail == 0)
		return false;
	if (*rc != EGOV_OK && err != NULL && err->status == EGOV_OK)
		*err = own;
	return true;
}

static enum egov_status find_point(const struct egov__p11_token *token, struct egov__p11_key *key,
                                   struct egov_error *err)
{
	const bool in_private = token->mapped && token->map.privkey_point;
	struct egov_error first = { .status = EGOV_OK };
	enum egov_status rc, other;

	if (in_private && is_settled(token, key, &rc, err))
		return rc;
	rc = public_object_point(token, key, &first);
	if (rc == EGOV_E_NOTFOUND && !in_private && is_settled(token, key, &other, err))
		return other;
	if (rc != EGOV_OK && err != NULL && err->status == EGOV_OK)
		*err = first;
	return rc;
}

enum egov_status egov__p11_key_read(const struct egov__p11_token *token, CK_OBJECT_HANDLE handle,
                                    struct egov__p11_key *key, struct egov_error *err)
{
	const struct {
		CK_ATTRIBUTE_TYPE type;
		bool *to;
	} flags[] = {
		{ CKA_SIGN, &key->sign },
		{ CKA_DECRYPT, &key->decrypt },
		{ CKA_SENSITIVE, &key->sensitive },
		{ CKA_EXTRACTABLE, &key->extractable },
		{ CKA_LOCAL, &key->local },
		{ CKA_ALWAYS_AUTHENTICATE, &key->always_authenticate },
	};
	enum egov_status rc = EGOV_OK;

	key->private_key = handle;
	egov_buf_reset(&key->id);
	egov_buf_reset(&key->label);
	rc = get(token, handle, CKA_ID, &key->id, err);
	if (rc == EGOV_OK)
		rc = get(token, handle, CKA_LABEL, &key->label, err);
	for (size_t i = 0; rc == EGOV_OK && i < sizeof(flags) / sizeof(flags[0]); i++)
		rc = get_flag(token, handle, flags[i].type, flags[i].to, err);
	if (rc == EGOV_OK)
		rc = check_type(token, handle, &key->type, err);
	return rc == EGOV_OK ? find_point(token, key, err) : rc;
}

enum egov_status egov__p11_key_find(const struct egov__p11_token *token,
                                    CK_OBJECT_HANDLE *private_key, struct egov_error *err)
{
	struct egov_buf handles;
	enum egov_status rc;

	rc = egov__p11_find(token, CKO_PRIVATE_KEY, egov__key_uri_label(token->uri),
	                    egov__key_uri_id(token->uri), &handles, err);
	if (rc != EGOV_OK)
		return rc;
	if (egov__p11_handles(&handles) == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "no such private key in token %s",
		                    token->label);
	else if (egov__p11_handles(&handles) > 1)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%zu private keys in token %s fit, want one: name its id",
		                    egov__p11_handles(&handles), token->label);
	else
		*private_key = egov__p11_handle(&handles, 0);
	egov__buf_clear(&handles);
	return rc;
}

void egov__p11_key_clear(struct egov__p11_key *key)
{
	egov__buf_clear(&key->id);
	egov__buf_clear(&key->label);
}

/* --- reports ------------------------------------------------------------------------ */

/* Fields of fixed width come from the module: only UTF-8 goes on. */
static void add_padded(struct egov_report *report, const char *key, const unsigned char *text,
                       size_t size)
{
	while (size > 0 && text[size - 1] == ' ')
		size--;
	if (egov__utf8_check((struct egov_slice){ text, size }, NULL)
	    && !egov__utf8_has_control((struct egov_slice){ text, size }))
		egov__report_add(report, key, "%.*s", (int)size, (const char *)text);
	else
		egov__report_hex(report, key, (struct egov_slice){ text, size });
}

static void add_token(const struct egov__p11_token *token, struct egov_report *report)
{
	const CK_TOKEN_INFO *info = &token->token_info;

	if (token->library != NULL)
		egov__report_add(report, "module", "%s", token->library);
	add_padded(report, "manufacturer", token->info.manufacturerID,
	           sizeof(token->info.manufacturerID));
	add_padded(report, "library", token->info.libraryDescription,
	           sizeof(token->info.libraryDescription));
	add_padded(report, "token", info->label, sizeof(info->label));
	add_padded(report, "model", info->model, sizeof(info->model));
	add_padded(report, "serial", info->serialNumber, sizeof(info->serialNumber));
}

static const char *yes(bool flag)
{
	return flag ? "yes" : "no";
}

enum egov_status egov__p11_report(const struct egov__p11_token *token,
                                  const struct egov__p11_key *key, struct egov_report *report,
                                  struct egov_error *err)
{
	add_token(token, report);
	add_padded(report, "label", key->label.data, key->label.size);
	egov__report_hex(report, "id", egov_buf_slice(&key->id));
	egov__report_add(report, "key-type", "0x%08lx", key->type);
	if (token->uri->has_mechanism)
		egov__report_add(report, "mechanism", "0x%08lx", token->uri->mechanism);
	else if (token->mapped)
		egov__report_add(report, "mechanism", "0x%08lx", token->map.sign_e);
	egov__report_add(report, "mapping", "%s", token->mapped ? token->map.name : "none");
	egov__report_add(report, "sensitive", "%s", yes(key->sensitive));
	egov__report_add(report, "extractable", "%s", yes(key->extractable));
	egov__report_add(report, "made-in-token", "%s", yes(key->local));
	egov__report_add(report, "sign", "%s", yes(key->sign));
	egov__report_add(report, "decrypt", "%s", yes(key->decrypt));
	egov__report_add(report, "always-authenticate", "%s", yes(key->always_authenticate));
	return egov__report_check(report, err);
}
