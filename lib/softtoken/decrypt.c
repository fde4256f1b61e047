/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"

#define PLAINTEXT_MAX (64u << 10)

CK_RV C_DecryptInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return egov__softop_init(handle, EGOV__SOFTOP_DECRYPT, mechanism, key);
}

/* The room that was given fits: it was asked for before. */
static CK_RV decrypt(const struct egov__softop *op, struct egov_slice cipher, unsigned char *data,
                     CK_ULONG *data_len)
{
	struct egov_buf plain = EGOV__BUF(PLAINTEXT_MAX);
	struct egov_error err = { 0 };
	const enum egov_status rc = egov__sm2_decrypt(op->key->d, cipher, &plain, &err);

	if (rc == EGOV_OK) {
		memcpy(data, plain.data, plain.size);
		*data_len = plain.size;
	}
	egov__buf_clear(&plain);
	return rc == EGOV_E_CORRUPT ? CKR_ENCRYPTED_DATA_INVALID : egov__softrv(rc, &err);
}

/* Takes the operation, unless only the length is asked for or the room too small: *asks. */
static CK_RV take(struct egov__softsession *session, struct egov_slice cipher,
                  const unsigned char *data, CK_ULONG *data_len, struct egov__softop *op, bool *asks)
{
	const bool good = cipher.data != NULL && data_len != NULL;
	size_t size = 0;
	CK_RV rv = egov__softop_check(session, EGOV__SOFTOP_DECRYPT);

	if (rv != CKR_OK)
		return rv;
	if (good && egov__sm2_cipher_size(cipher, &size, NULL) != EGOV_OK) {
		egov__softop_clear(&session->op);
		return CKR_ENCRYPTED_DATA_INVALID;
	}
	*asks = good && (data == NULL || *data_len < size);
	if (!*asks)
		return egov__softop_take(session, false, good, op);
	*data_len = size;
	return data == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
}

CK_RV C_Decrypt(CK_SESSION_HANDLE handle, unsigned char *encrypted_data,
                CK_ULONG encrypted_data_len, unsigned char *data, CK_ULONG *data_len)
{
	const struct egov_slice cipher = { encrypted_data, encrypted_data_len };
	struct egov__softop op = { 0 };
	struct egov__softsession *session;
	bool asks = false;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = take(session, cipher, data, data_len, &op, &asks);
	egov__softmodule_leave();
	if (asks || rv != CKR_OK)
		return rv;
	rv = decrypt(&op, cipher, data, data_len);
	egov__softop_drop(&op);
	return rv;
}
