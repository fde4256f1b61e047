/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"

static CK_RV open_session(struct egov__softslot *slot, CK_FLAGS flags, CK_SESSION_HANDLE *handle)
{
	const bool read_write = (flags & CKF_RW_SESSION) != 0;
	CK_RV rv;

	if ((flags & CKF_SERIAL_SESSION) == 0)
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	if (slot->token == NULL)
		return CKR_TOKEN_NOT_RECOGNIZED;
	rv = egov__softtoken_refresh(slot->token);
	if (rv != CKR_OK)
		return rv;
	if (!read_write && slot->token->login == EGOV__SOFTLOGIN_SO)
		return CKR_SESSION_READ_WRITE_SO_EXISTS;
	return egov__softmodule_open(slot, read_write, handle);
}

CK_RV C_OpenSession(CK_SLOT_ID slot_id, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                    CK_SESSION_HANDLE *session)
{
	struct egov__softslot *slot;
	CK_RV rv = egov__softmodule_enter();

	(void)application;
	(void)notify;
	if (rv != CKR_OK)
		return rv;
	slot = egov__softmodule_slot(slot_id);
	if (slot == NULL)
		rv = CKR_SLOT_ID_INVALID;
	else
		rv = session == NULL ? CKR_ARGUMENTS_BAD : open_session(slot, flags, session);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_CloseSession(CK_SESSION_HANDLE handle)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	egov__softmodule_close(session);
	egov__softmodule_leave();
	return CKR_OK;
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slot_id)
{
	const struct egov__softslot *slot;
	CK_RV rv = egov__softmodule_enter();

	if (rv != CKR_OK)
		return rv;
	slot = egov__softmodule_slot(slot_id);
	if (slot == NULL)
		rv = CKR_SLOT_ID_INVALID;
	else
		egov__softmodule_close_all(slot);
	egov__softmodule_leave();
	return rv;
}

static CK_STATE state_of(const struct egov__softsession *session)
{
	switch (session->slot->token->login) {
	case EGOV__SOFTLOGIN_SO:
		return CKS_RW_SO_FUNCTIONS;
	case EGOV__SOFTLOGIN_USER:
		return session->read_write ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS;
	default:
		return session->read_write ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION;
	}
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (info == NULL) {
		rv = CKR_ARGUMENTS_BAD;
	} else {
		memset(info, 0, sizeof(*info));
		info->slotID = session->slot->id;
		info->state = state_of(session);
		info->flags = CKF_SERIAL_SESSION | (session->read_write ? CKF_RW_SESSION : 0);
	}
	egov__softmodule_leave();
	return rv;
}

CK_RV C_Logout(CK_SESSION_HANDLE handle)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (session->slot->token->login == EGOV__SOFTLOGIN_NONE) {
		rv = CKR_USER_NOT_LOGGED_IN;
	} else {
		egov__softmodule_drop_private(session->slot);
		egov__softtoken_logout(session->slot->token);
	}
	egov__softmodule_leave();
	return rv;
}
