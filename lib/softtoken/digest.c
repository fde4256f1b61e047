/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/random.h"
#include "softtoken/module.h"

static CK_RV begin(struct egov__softsession *session, const CK_MECHANISM *mechanism)
{
	struct egov__sm3 *hash = NULL;
	struct egov_error err = { 0 };
	enum egov_status rc;

	if (mechanism == NULL)
		return CKR_ARGUMENTS_BAD;
	if (mechanism->mechanism != EGOV__CKM_SM3)
		return CKR_MECHANISM_INVALID;
	if (mechanism->ulParameterLen != 0)
		return CKR_MECHANISM_PARAM_INVALID;
	if (session->op.kind != EGOV__SOFTOP_NONE)
		return CKR_OPERATION_ACTIVE;
	rc = egov__sm3_new(&hash, &err);
	if (rc == EGOV_OK)
		session->op = (struct egov__softop){ EGOV__SOFTOP_DIGEST, false, NULL, hash };
	return egov__softrv(rc, &err);
}

CK_RV C_DigestInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = begin(session, mechanism);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_DigestUpdate(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG part_len)
{
	struct egov__softsession *session;
	struct egov_error err = { 0 };
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (session->op.kind != EGOV__SOFTOP_DIGEST) {
		rv = CKR_OPERATION_NOT_INITIALIZED;
	} else {
		session->op.in_parts = true;
		if (part == NULL && part_len > 0)
			rv = CKR_ARGUMENTS_BAD;
		else
			rv = egov__softrv(egov__sm3_update(session->op.hash,
			                                   (struct egov_slice){ part, part_len }, &err),
			                  &err);
		if (rv != CKR_OK)
			egov__softop_clear(&session->op);
	}
	egov__softmodule_leave();
	return rv;
}

static CK_RV finish(struct egov__softsession *session, struct egov_slice data, unsigned char *digest,
                    CK_ULONG *digest_len)
{
	struct egov_error err = { 0 };
	enum egov_status rc;

	if (digest == NULL || *digest_len < EGOV__SM3_SIZE) {
		*digest_len = EGOV__SM3_SIZE;
		return digest == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	}
	rc = egov__sm3_update(session->op.hash, data, &err);
	if (rc == EGOV_OK)
		rc = egov__sm3_final(session->op.hash, digest, &err);
	if (rc == EGOV_OK)
		*digest_len = EGOV__SM3_SIZE;
	egov__softop_clear(&session->op);
	return egov__softrv(rc, &err);
}

static CK_RV end(CK_SESSION_HANDLE handle, bool in_parts, struct egov_slice data,
                 unsigned char *digest, CK_ULONG *digest_len)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (session->op.kind != EGOV__SOFTOP_DIGEST) {
		rv = CKR_OPERATION_NOT_INITIALIZED;
	} else if (digest_len == NULL || (data.data == NULL && data.size > 0)) {
		rv = CKR_ARGUMENTS_BAD;
		egov__softop_clear(&session->op);
	} else if (session->op.in_parts && !in_parts) {
		rv = CKR_OPERATION_ACTIVE;
		egov__softop_clear(&session->op);
	} else {
		rv = finish(session, data, digest, digest_len);
	}
	egov__softmodule_leave();
	return rv;
}

CK_RV C_Digest(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
               unsigned char *digest, CK_ULONG *digest_len)
{
	return end(handle, false, (struct egov_slice){ data, data_len }, digest, digest_len);
}

CK_RV C_DigestFinal(CK_SESSION_HANDLE handle, unsigned char *digest, CK_ULONG *digest_len)
{
	return end(handle, true, EGOV__NO_SLICE, digest, digest_len);
}

CK_RV C_SeedRandom(CK_SESSION_HANDLE handle, unsigned char *seed, CK_ULONG seed_len)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	egov__softmodule_leave();
	return seed == NULL && seed_len > 0 ? CKR_ARGUMENTS_BAD : CKR_RANDOM_SEED_NOT_SUPPORTED;
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE handle, unsigned char *random_data, CK_ULONG random_len)
{
	struct egov__softsession *session;
	struct egov_error err = { 0 };
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (random_data == NULL)
		rv = random_len == 0 ? CKR_OK : CKR_ARGUMENTS_BAD;
	else
		rv = egov__softrv(egov__random(random_data, random_len, &err), &err);
	egov__softmodule_leave();
	return rv;
}
