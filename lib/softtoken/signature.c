/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"

CK_RV C_SignInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return egov__softop_init(handle, EGOV__SOFTOP_SIGN, mechanism, key);
}

CK_RV C_VerifyInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return egov__softop_init(handle, EGOV__SOFTOP_VERIFY, mechanism, key);
}

static CK_RV update(CK_SESSION_HANDLE handle, enum egov__softop_kind kind, struct egov_slice part)
{
	struct egov__softsession *session;
	struct egov_error err = { 0 };
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = egov__softop_check(session, kind);
	if (rv == CKR_OK) {
		if (part.data == NULL && part.size > 0)
			rv = CKR_ARGUMENTS_BAD;
		else if (session->op.hash == NULL)
			rv = CKR_FUNCTION_NOT_SUPPORTED;        /* e comes in one piece */
		else
			rv = egov__softrv(egov__sm3_update(session->op.hash, part, &err), &err);
		session->op.in_parts = true;
		if (rv != CKR_OK)
			egov__softop_clear(&session->op);
	}
	egov__softmodule_leave();
	return rv;
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG part_len)
{
	return update(handle, EGOV__SOFTOP_SIGN, (struct egov_slice){ part, part_len });
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG part_len)
{
	return update(handle, EGOV__SOFTOP_VERIFY, (struct egov_slice){ part, part_len });
}

/* e from the data that came last, or from all of it. */
static CK_RV finish_e(const struct egov__softop *op, struct egov_slice data, uint8_t e[EGOV__SM2_E])
{
	struct egov_error err = { 0 };
	enum egov_status rc;

	if (op->hash == NULL) {
		if (data.size != EGOV__SM2_E)
			return CKR_DATA_LEN_RANGE;
		memcpy(e, data.data, data.size);
		return CKR_OK;
	}
	rc = egov__sm3_update(op->hash, data, &err);
	if (rc == EGOV_OK)
		rc = egov__sm3_final(op->hash, e, &err);
	return egov__softrv(rc, &err);
}

static CK_RV compute(const struct egov__softop *op, struct egov_slice data, unsigned char *signature)
{
	struct egov_error err = { 0 };
	uint8_t e[EGOV__SM2_E];
	CK_RV rv = finish_e(op, data, e);

	if (rv != CKR_OK)
		return rv;
	return egov__softrv(egov__sm2_key_sign_e(op->key->ready, e, signature, &err), &err);
}

static CK_RV sign(CK_SESSION_HANDLE handle, bool in_parts, struct egov_slice data,
                  unsigned char *signature, CK_ULONG *signature_len)
{
	const bool good = signature_len != NULL && (data.data != NULL || data.size == 0);
	struct egov__softop op = { 0 };
	struct egov__softsession *session;
	bool asks = false;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = egov__softop_check(session, EGOV__SOFTOP_SIGN);
	if (rv == CKR_OK && good && (signature == NULL || *signature_len < EGOV__SM2_RAW_SIGNATURE)) {
		asks = true;
		rv = signature == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
		*signature_len = EGOV__SM2_RAW_SIGNATURE;
	} else if (rv == CKR_OK) {
		rv = egov__softop_take(session, in_parts, good, &op);
	}
	egov__softmodule_leave();
	if (asks || rv != CKR_OK)
		return rv;
	rv = compute(&op, data, signature);
	egov__softop_drop(&op);
	if (rv == CKR_OK)
		*signature_len = EGOV__SM2_RAW_SIGNATURE;
	return rv;
}

CK_RV C_Sign(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
             unsigned char *signature, CK_ULONG *signature_len)
{
	return sign(handle, false, (struct egov_slice){ data, data_len }, signature, signature_len);
}

CK_RV C_SignFinal(CK_SESSION_HANDLE handle, unsigned char *signature, CK_ULONG *signature_len)
{
	return sign(handle, true, EGOV__NO_SLICE, signature, signature_len);
}

static CK_RV check(const struct egov__softop *op, struct egov_slice data, struct egov_slice signature)
{
	struct egov_buf der = EGOV__BUF(128);
	struct egov_error err = { 0 };
	uint8_t e[EGOV__SM2_E];
	enum egov_status rc;
	CK_RV rv;

	if (signature.size != EGOV__SM2_RAW_SIGNATURE)
		return CKR_SIGNATURE_LEN_RANGE;
	rv = finish_e(op, data, e);
	if (rv != CKR_OK)
		return rv;
	rc = egov__sm2_signature_der(signature.data, &der, &err);
	if (rc == EGOV_OK)
		rc = egov__sm2_key_verify_e(op->key->ready, e, egov_buf_slice(&der), &err);
	egov__buf_clear(&der);
	if (rc == EGOV_E_UNTRUSTED || rc == EGOV_E_SYNTAX)
		return CKR_SIGNATURE_INVALID;
	return egov__softrv(rc, &err);
}

static CK_RV verify(CK_SESSION_HANDLE handle, bool in_parts, struct egov_slice data,
                    struct egov_slice signature)
{
	const bool good = signature.data != NULL && (data.data != NULL || data.size == 0);
	struct egov__softop op = { 0 };
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = egov__softop_check(session, EGOV__SOFTOP_VERIFY);
	if (rv == CKR_OK)
		rv = egov__softop_take(session, in_parts, good, &op);
	egov__softmodule_leave();
	if (rv != CKR_OK)
		return rv;
	rv = check(&op, data, signature);
	egov__softop_drop(&op);
	return rv;
}

CK_RV C_Verify(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
               unsigned char *signature, CK_ULONG signature_len)
{
	return verify(handle, false, (struct egov_slice){ data, data_len },
	              (struct egov_slice){ signature, signature_len });
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE handle, unsigned char *signature, CK_ULONG signature_len)
{
	return verify(handle, true, EGOV__NO_SLICE, (struct egov_slice){ signature, signature_len });
}
