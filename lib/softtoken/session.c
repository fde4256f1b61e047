/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/module.h"
#include "softtoken/pin.h"

CK_RV egov__softpin_check(struct egov_slice pin)
{
	return pin.size < EGOV__SOFTPIN_MIN || pin.size > EGOV__SOFTPIN_MAX ? CKR_PIN_LEN_RANGE
	                                                                    : CKR_OK;
}

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

static CK_RV login(const struct egov__softslot *slot, CK_USER_TYPE user_type, struct egov_slice pin)
{
	struct egov__softtoken *token = slot->token;
	size_t writers;

	if (user_type == CKU_CONTEXT_SPECIFIC)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (user_type != CKU_USER && user_type != CKU_SO)
		return CKR_USER_TYPE_INVALID;
	if (token->login != EGOV__SOFTLOGIN_NONE)
		return (token->login == EGOV__SOFTLOGIN_SO) == (user_type == CKU_SO)
		               ? CKR_USER_ALREADY_LOGGED_IN
		               : CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
	if (pin.data == NULL)
		return CKR_ARGUMENTS_BAD;
	if (user_type == CKU_USER)
		return egov__softtoken_login(token, EGOV__SOFTROLE_USER, pin);
	if (egov__softmodule_sessions(slot, &writers) > writers)
		return CKR_SESSION_READ_ONLY_EXISTS;
	return egov__softtoken_login(token, EGOV__SOFTROLE_SO, pin);
}

CK_RV C_Login(CK_SESSION_HANDLE handle, CK_USER_TYPE user_type, unsigned char *pin,
              CK_ULONG pin_len)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = login(session->slot, user_type, (struct egov_slice){ pin, pin_len });
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

CK_RV C_InitPIN(CK_SESSION_HANDLE handle, unsigned char *pin, CK_ULONG pin_len)
{
	const struct egov_slice new_pin = { pin, pin_len };
	struct egov__softsession *session;
	struct egov__softtoken *token;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	token = session->slot->token;
	if (token->login != EGOV__SOFTLOGIN_SO)
		rv = CKR_USER_NOT_LOGGED_IN;
	else
		rv = pin == NULL ? CKR_ARGUMENTS_BAD : egov__softpin_check(new_pin);
	if (rv == CKR_OK)
		rv = egov__softtoken_set_pin(token, EGOV__SOFTROLE_USER, token->master, new_pin);
	egov__softmodule_leave();
	return rv;
}

/* In a session of the SO the SO's PIN, otherwise the user's (PKCS #11, 5.6). */
static CK_RV set_pin(struct egov__softtoken *token, struct egov_slice old_pin,
                     struct egov_slice new_pin)
{
	const enum egov__softrole role = token->login == EGOV__SOFTLOGIN_SO ? EGOV__SOFTROLE_SO
	                                                                    : EGOV__SOFTROLE_USER;
	struct egov_secret *master = NULL;
	CK_RV rv = egov__softtoken_check_pin(token, role, old_pin, &master);

	if (rv == CKR_OK)
		rv = egov__softtoken_set_pin(token, role, master, new_pin);
	egov__secret_free(master);
	return rv;
}

CK_RV C_SetPIN(CK_SESSION_HANDLE handle, unsigned char *old_pin, CK_ULONG old_len,
               unsigned char *new_pin, CK_ULONG new_len)
{
	const struct egov_slice from = { old_pin, old_len }, to = { new_pin, new_len };
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (!session->read_write)
		rv = CKR_SESSION_READ_ONLY;
	else
		rv = old_pin == NULL || new_pin == NULL ? CKR_ARGUMENTS_BAD : egov__softpin_check(to);
	if (rv == CKR_OK)
		rv = set_pin(session->slot->token, from, to);
	egov__softmodule_leave();
	return rv;
}
