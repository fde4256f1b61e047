/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "key/p11.h"
#include "key/pin.h"

#define LABEL_SIZE 32

/* Sets the fixed field; what others already carry would make the name useless. */
static enum egov_status make_label(const char *label, CK_UTF8CHAR field[LABEL_SIZE],
                                   struct egov_error *err)
{
	const struct egov_slice text = egov__slice_text(label);

	if (text.size == 0 || text.size > LABEL_SIZE)
		return egov_error_set(err, EGOV_E_LIMIT, "PKCS #11 v2.40, 3.2",
		                      "token label of %zu octets, want 1 to %d", text.size,
		                      LABEL_SIZE);
	if (!egov__utf8_check(text, NULL) || egov__utf8_has_control(text)
	    || label[text.size - 1] == ' ')
		return egov_error_set(err, EGOV_E_SYNTAX, "PKCS #11 v2.40, 3.2",
		                      "token label: want UTF-8 without control characters or a "
		                      "final blank");
	memset(field, ' ', LABEL_SIZE);
	memcpy(field, label, text.size);
	return EGOV_OK;
}

/* A slot without a token has no label that could be taken. */
static bool is_empty(CK_RV rv)
{
	return rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_TOKEN_NOT_RECOGNIZED || rv == CKR_DEVICE_REMOVED
	       || rv == CKR_SLOT_ID_INVALID;
}

/* The first slot whose token is not in use. */
static enum egov_status find_slot(CK_FUNCTION_LIST *f, const CK_UTF8CHAR label[LABEL_SIZE],
                                  CK_SLOT_ID *slot, struct egov_error *err)
{
	CK_SLOT_ID *slots = NULL;
	CK_ULONG count = 0;
	bool found = false, taken = false;
	enum egov_status rc = egov__p11_slots(f, true, &slots, &count, err);

	if (rc != EGOV_OK)
		return rc;
	for (CK_ULONG i = 0; i < count; i++) {
		CK_TOKEN_INFO info;
		const CK_RV rv = f->C_GetTokenInfo(slots[i], &info);

		if (is_empty(rv))
			continue;
		if (rv != CKR_OK) {
			free(slots);
			return egov__p11_error(err, rv, "C_GetTokenInfo");
		}
		if ((info.flags & CKF_TOKEN_INITIALIZED) != 0) {
			taken = taken || memcmp(info.label, label, LABEL_SIZE) == 0;
		} else if (!found) {
			found = true;
			*slot = slots[i];
		}
	}
	free(slots);
	if (taken)
		return egov_error_set(err, EGOV_E_EXISTS, NULL, "there is a token of this label");
	if (!found)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "the module has no free slot");
	return EGOV_OK;
}

static CK_UTF8CHAR *octets(const struct egov_secret *pin)
{
	return (CK_UTF8CHAR *)(uintptr_t)egov__secret_slice(pin).data;
}

static CK_ULONG length(const struct egov_secret *pin)
{
	return egov__secret_slice(pin).size;
}

/* The security officer's session in which the user's PIN is set. */
static enum egov_status set_user_pin(CK_FUNCTION_LIST *f, CK_SLOT_ID slot,
                                     const struct egov_secret *so_pin,
                                     const struct egov_secret *pin, struct egov_error *err)
{
	CK_SESSION_HANDLE session;
	const char *call = "C_OpenSession";
	CK_RV rv = f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session);

	if (rv != CKR_OK)
		return egov__p11_error(err, rv, call);
	call = "C_Login";
	rv = f->C_Login(session, CKU_SO, octets(so_pin), length(so_pin));
	if (rv == CKR_OK) {
		call = "C_InitPIN";
		rv = f->C_InitPIN(session, octets(pin), length(pin));
		(void)f->C_Logout(session);
	}
	(void)f->C_CloseSession(session);
	return rv == CKR_OK ? EGOV_OK : egov__p11_error(err, rv, call);
}

static enum egov_status check_pins(CK_FUNCTION_LIST *f, CK_SLOT_ID slot,
                                   const struct egov_secret *so_pin,
                                   const struct egov_secret *pin, struct egov_error *err)
{
	CK_TOKEN_INFO info;
	CK_RV rv = f->C_GetTokenInfo(slot, &info);

	if (rv != CKR_OK)
		return egov__p11_error(err, rv, "C_GetTokenInfo");
	if (length(pin) < info.ulMinPinLen || length(pin) > info.ulMaxPinLen
	    || length(so_pin) < info.ulMinPinLen || length(so_pin) > info.ulMaxPinLen)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "PINs of %lu and %lu octets, the token wants %lu to %lu",
		                      length(so_pin), length(pin), info.ulMinPinLen,
		                      info.ulMaxPinLen);
	if (length(pin) == length(so_pin) && memcmp(octets(pin), octets(so_pin), length(pin)) == 0)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "security officer and user need different PINs");
	return EGOV_OK;
}

static enum egov_status init(const char *module, CK_UTF8CHAR label[LABEL_SIZE],
                             const struct egov_secret *so_pin, const struct egov_secret *pin,
                             struct egov_error *err)
{
	struct egov__p11_modules modules;
	CK_FUNCTION_LIST *f;
	CK_SLOT_ID slot = 0;
	CK_RV rv;
	enum egov_status rc = egov__p11_modules_load(module, &modules, err);

	if (rc != EGOV_OK)
		return rc;
	f = modules.list[0];
	rc = find_slot(f, label, &slot, err);
	if (rc == EGOV_OK)
		rc = check_pins(f, slot, so_pin, pin, err);
	if (rc == EGOV_OK) {
		rv = f->C_InitToken(slot, octets(so_pin), length(so_pin), label);
		if (rv != CKR_OK)
			rc = egov__p11_error(err, rv, "C_InitToken");
	}
	if (rc == EGOV_OK)
		rc = set_user_pin(f, slot, so_pin, pin, err);
	egov__p11_modules_unload(&modules);
	return rc;
}

enum egov_status egov_token_init(const char *module, const char *label, const char *so_pin_file,
                                 const char *pin_file, struct egov_error *err)
{
	CK_UTF8CHAR field[LABEL_SIZE];
	struct egov_secret *so_pin = NULL, *pin = NULL;
	struct egov__p11_guard guard;
	enum egov_status rc = make_label(label, field, err);

	if (rc == EGOV_OK)
		rc = egov__pin_file_get(so_pin_file, egov__text("PIN of the security officer"),
		                        &so_pin, err);
	if (rc == EGOV_OK)
		rc = egov__pin_file_get(pin_file, egov__text("PIN of the user"), &pin, err);
	if (rc == EGOV_OK) {
		egov__p11_enter(&guard);
		rc = init(module, field, so_pin, pin, err);
		egov__p11_leave(&guard);
		rc = egov_error_prefix(err, rc, "token %s", label);
	}
	egov__secret_free(so_pin);
	egov__secret_free(pin);
	return rc;
}
