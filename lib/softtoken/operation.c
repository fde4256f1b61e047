/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"

/* What an operation with a key needs of it. */
static const struct {
	unsigned class, flag;
} needs[] = {
	[EGOV__SOFTOP_SIGN] = { EGOV__SOFTOBJECT_PRIVATE, EGOV__SOFTOBJECT_USABLE },
	[EGOV__SOFTOP_VERIFY] = { EGOV__SOFTOBJECT_PUBLIC, EGOV__SOFTOBJECT_USABLE },
	[EGOV__SOFTOP_DECRYPT] = { EGOV__SOFTOBJECT_PRIVATE, EGOV__SOFTOBJECT_DECRYPTS },
};

/* The start of a hash over a message: SM3 with Z in it already. */
static CK_RV start_hash(const CK_MECHANISM *mechanism, const struct egov__softobject *key,
                        struct egov__sm3 **hash)
{
	struct egov_slice id = { mechanism->pParameter, mechanism->ulParameterLen };
	struct egov__sm3 *made = NULL;
	struct egov_error err = { 0 };
	uint8_t z[EGOV__SM3_SIZE];
	enum egov_status rc;

	if (id.size == 0)
		id = egov__slice_text(EGOV__SM2_DEFAULT_ID);
	rc = egov__sm2_z(EGOV__SLICE(key->point), id, z, &err);
	if (rc == EGOV_E_LIMIT)
		return CKR_MECHANISM_PARAM_INVALID;
	if (rc == EGOV_OK)
		rc = egov__sm3_new(&made, &err);
	if (rc == EGOV_OK)
		rc = egov__sm3_update(made, EGOV__SLICE(z), &err);
	if (rc == EGOV_OK)
		*hash = made;
	else
		egov__sm3_free(made);
	return egov__softrv(rc, &err);
}

static CK_RV check_mechanism(enum egov__softop_kind kind, const CK_MECHANISM *mechanism)
{
	const CK_MECHANISM_TYPE bare = kind == EGOV__SOFTOP_DECRYPT ? EGOV__CKM_SM2_ENCRYPT
	                                                            : EGOV__CKM_SM2_SIGN;

	if (mechanism == NULL || (mechanism->pParameter == NULL && mechanism->ulParameterLen != 0))
		return CKR_ARGUMENTS_BAD;
	if (mechanism->mechanism == EGOV__CKM_SM3_SM2 && kind != EGOV__SOFTOP_DECRYPT)
		return CKR_OK;
	if (mechanism->mechanism != bare)
		return CKR_MECHANISM_INVALID;
	return mechanism->ulParameterLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

static bool needs_user(enum egov__softop_kind kind)
{
	return needs[kind].class == EGOV__SOFTOBJECT_PRIVATE;
}

static CK_RV begin(struct egov__softsession *session, enum egov__softop_kind kind,
                   const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE handle)
{
	const struct egov__softtoken *token = session->slot->token;
	struct egov__softobject *key;
	struct egov__sm3 *hash = NULL;
	struct egov_error err = { 0 };
	size_t index;
	CK_RV rv = check_mechanism(kind, mechanism);

	if (rv != CKR_OK)
		return rv;
	if (session->op.kind != EGOV__SOFTOP_NONE)
		return CKR_OPERATION_ACTIVE;
	if (needs_user(kind) && token->login != EGOV__SOFTLOGIN_USER)
		return CKR_USER_NOT_LOGGED_IN;
	index = egov__softlist_find(&token->list, handle);
	if (index == token->list.count)
		return CKR_KEY_HANDLE_INVALID;
	key = token->list.objects[index];
	if (key->class != needs[kind].class || (key->flags & needs[kind].flag) == 0)
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	rv = egov__softrv(egov__softobject_ready(key, &err), &err);
	if (rv == CKR_OK && mechanism->mechanism == EGOV__CKM_SM3_SM2)
		rv = start_hash(mechanism, key, &hash);
	if (rv == CKR_OK)
		session->op = (struct egov__softop){ kind, false, egov__softobject_hold(key), hash };
	return rv;
}

CK_RV egov__softop_init(CK_SESSION_HANDLE handle, enum egov__softop_kind kind,
                        const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = begin(session, kind, mechanism, key);
	egov__softmodule_leave();
	return rv;
}

CK_RV egov__softop_check(struct egov__softsession *session, enum egov__softop_kind kind)
{
	if (session->op.kind != kind)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (!needs_user(kind) || session->slot->token->login == EGOV__SOFTLOGIN_USER)
		return CKR_OK;
	egov__softop_clear(&session->op);
	return CKR_USER_NOT_LOGGED_IN;
}

CK_RV egov__softop_take(struct egov__softsession *session, bool in_parts, bool arguments_good,
                        struct egov__softop *op)
{
	CK_RV rv = CKR_OK;

	if (!arguments_good)
		rv = CKR_ARGUMENTS_BAD;
	else if (session->op.in_parts && !in_parts)
		rv = CKR_OPERATION_ACTIVE;
	else if (in_parts && session->op.hash == NULL)
		rv = CKR_FUNCTION_NOT_SUPPORTED;
	if (rv != CKR_OK) {
		egov__softop_clear(&session->op);
		return rv;
	}
	*op = session->op;
	session->op = (struct egov__softop){ 0 };
	return CKR_OK;
}
