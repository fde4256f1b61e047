/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/pin.h"

#include "softtoken/module.h"

CK_RV egov__softpin_check(struct egov_slice pin)
{
	return pin.size < EGOV__SOFTPIN_MIN || pin.size > EGOV__SOFTPIN_MAX ? CKR_PIN_LEN_RANGE
	                                                                    : CKR_OK;
}

/* --- logging in ------------------------------------------------------------------------- */

static CK_RV may_login(const struct egov__softslot *slot, CK_USER_TYPE user_type,
                       struct egov_slice pin)
{
	const enum egov__softlogin login = slot->token->login;
	size_t writers;

	if (user_type == CKU_CONTEXT_SPECIFIC)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (user_type != CKU_USER && user_type != CKU_SO)
		return CKR_USER_TYPE_INVALID;
	if (login != EGOV__SOFTLOGIN_NONE)
		return (login == EGOV__SOFTLOGIN_SO) == (user_type == CKU_SO)
		               ? CKR_USER_ALREADY_LOGGED_IN
		               : CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
	if (pin.data == NULL)
		return CKR_ARGUMENTS_BAD;
	return user_type == CKU_SO && egov__softmodule_sessions(slot, &writers) > writers
	               ? CKR_SESSION_READ_ONLY_EXISTS
	               : CKR_OK;
}

/* Meanwhile the session may have gone; then nobody learns whether the PIN was right. */
static CK_RV end_login(CK_SESSION_HANDLE handle, CK_USER_TYPE user_type, struct egov_slice pin,
                       struct egov__softguess *guess)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = may_login(session->slot, user_type, pin);
	if (rv == CKR_OK)
		rv = egov__softtoken_judge(session->slot->token, guess);
	if (rv == CKR_OK)
		rv = egov__softtoken_login(session->slot->token, guess);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_Login(CK_SESSION_HANDLE handle, CK_USER_TYPE user_type, unsigned char *pin,
              CK_ULONG pin_len)
{
	const struct egov_slice given = { pin, pin_len };
	struct egov__softguess guess = { .role = user_type == CKU_SO ? EGOV__SOFTROLE_SO
		                                                     : EGOV__SOFTROLE_USER };
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_pin();

	if (rv != CKR_OK)
		return rv;
	rv = egov__softmodule_enter_session(handle, &session);
	if (rv == CKR_OK) {
		rv = may_login(session->slot, user_type, given);
		if (rv == CKR_OK)
			rv = egov__softtoken_guess(session->slot->token, &guess);
		egov__softmodule_leave();
	}
	if (rv == CKR_OK) {
		egov__softguess_try(&guess, given);
		rv = end_login(handle, user_type, given, &guess);
	}
	egov__softguess_clear(&guess);
	egov__softmodule_leave_pin();
	return rv;
}

/* --- setting PINs ------------------------------------------------------------------------- */

/* The user's PIN is set by the SO, who has the master key. */
static CK_RV begin_init_pin(CK_SESSION_HANDLE handle, struct egov_slice pin,
                            struct egov__softguess *guess)
{
	struct egov__softsession *session;
	const struct egov__softtoken *token;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	token = session->slot->token;
	if (token->login != EGOV__SOFTLOGIN_SO)
		rv = CKR_USER_NOT_LOGGED_IN;
	else
		rv = pin.data == NULL ? CKR_ARGUMENTS_BAD : egov__softpin_check(pin);
	if (rv == CKR_OK) {
		guess->store = token->store;
		guess->master = egov__secret_new(egov__secret_slice(token->master));
		rv = guess->master == NULL ? CKR_HOST_MEMORY : CKR_OK;
	}
	egov__softmodule_leave();
	return rv;
}

static CK_RV end_init_pin(CK_SESSION_HANDLE handle, const struct egov__softguess *guess)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = session->slot->token->login == EGOV__SOFTLOGIN_SO
	             ? egov__softtoken_set_pin(session->slot->token, guess)
	             : CKR_USER_NOT_LOGGED_IN;
	egov__softmodule_leave();
	return rv;
}

CK_RV C_InitPIN(CK_SESSION_HANDLE handle, unsigned char *pin, CK_ULONG pin_len)
{
	const struct egov_slice new_pin = { pin, pin_len };
	struct egov__softguess guess = { .role = EGOV__SOFTROLE_USER };
	CK_RV rv = egov__softmodule_enter_pin();

	if (rv != CKR_OK)
		return rv;
	rv = begin_init_pin(handle, new_pin, &guess);
	if (rv == CKR_OK)
		rv = egov__softguess_wrap(&guess, new_pin);
	if (rv == CKR_OK)
		rv = end_init_pin(handle, &guess);
	egov__softguess_clear(&guess);
	egov__softmodule_leave_pin();
	return rv;
}

/* In a session of the SO the SO's PIN, otherwise the user's (PKCS #11, 5.6). */
static enum egov__softrole role_of(const struct egov__softsession *session)
{
	return session->slot->token->login == EGOV__SOFTLOGIN_SO ? EGOV__SOFTROLE_SO
	                                                        : EGOV__SOFTROLE_USER;
}

static CK_RV begin_set_pin(CK_SESSION_HANDLE handle, struct egov_slice old_pin,
                           struct egov_slice new_pin, struct egov__softguess *guess)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	guess->role = role_of(session);
	if (!session->read_write)
		rv = CKR_SESSION_READ_ONLY;
	else
		rv = old_pin.data == NULL || new_pin.data == NULL ? CKR_ARGUMENTS_BAD
		                                                  : egov__softpin_check(new_pin);
	if (rv == CKR_OK)
		rv = egov__softtoken_guess(session->slot->token, guess);
	egov__softmodule_leave();
	return rv;
}

static CK_RV end_set_pin(CK_SESSION_HANDLE handle, const struct egov__softguess *guess)
{
	struct egov__softsession *session;
	CK_RV rv = egov__softmodule_enter_session(handle, &session);

	if (rv != CKR_OK)
		return rv;
	rv = egov__softtoken_judge(session->slot->token, guess);
	if (rv == CKR_OK)
		rv = egov__softtoken_set_pin(session->slot->token, guess);
	egov__softmodule_leave();
	return rv;
}

CK_RV C_SetPIN(CK_SESSION_HANDLE handle, unsigned char *old_pin, CK_ULONG old_len,
               unsigned char *new_pin, CK_ULONG new_len)
{
	const struct egov_slice from = { old_pin, old_len }, to = { new_pin, new_len };
	struct egov__softguess guess = { .role = EGOV__SOFTROLE_USER };
	CK_RV rv = egov__softmodule_enter_pin();

	if (rv != CKR_OK)
		return rv;
	rv = begin_set_pin(handle, from, to, &guess);
	if (rv == CKR_OK) {
		egov__softguess_try(&guess, from);
		if (guess.verdict == EGOV_OK)
			rv = egov__softguess_wrap(&guess, to);
		if (rv == CKR_OK)
			rv = end_set_pin(handle, &guess);
	}
	egov__softguess_clear(&guess);
	egov__softmodule_leave_pin();
	return rv;
}
