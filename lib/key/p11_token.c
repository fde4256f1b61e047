/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "key/p11.h"
#include "key/pin.h"

/* What the search through modules and slots finds. */
struct search {
	struct egov__p11_token *token;
	struct egov_buf seen;           /* labels, for the message where none fits */
	unsigned matches;
	CK_RV lost;                     /* of the first slot that could not be asked */
	const char *lost_call;
	struct egov_error *err;
};

static void note_label(struct egov_buf *seen, const CK_TOKEN_INFO *info)
{
	char *label = p11_kit_space_strdup(info->label, sizeof(info->label));

	egov__buf_text(seen, seen->size == 0 ? "" : ", ");
	egov__buf_text(seen, label == NULL ? "?" : label);
	free(label);
}

/* An empty slot, and a token that the module itself does not take for one, are not there;
 * any other slot that cannot be asked may have had the token. */
static bool ask_slot(struct search *search, CK_FUNCTION_LIST *f, CK_SLOT_ID slot,
                     CK_SLOT_INFO *slot_info, CK_TOKEN_INFO *token_info)
{
	const char *call = "C_GetSlotInfo";
	CK_RV rv = f->C_GetSlotInfo(slot, slot_info);

	if (rv == CKR_OK) {
		call = "C_GetTokenInfo";
		rv = f->C_GetTokenInfo(slot, token_info);
	}
	if (rv != CKR_OK && rv != CKR_TOKEN_NOT_PRESENT && rv != CKR_TOKEN_NOT_RECOGNIZED
	    && search->lost == CKR_OK) {
		search->lost = rv;
		search->lost_call = call;
	}
	return rv == CKR_OK;
}

static void look_at_slot(struct search *search, CK_FUNCTION_LIST *f, const CK_INFO *info,
                         CK_SLOT_ID slot)
{
	P11KitUri *uri = search->token->uri->p11;
	const CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri);
	struct egov__p11_token *token = search->token;
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO token_info;

	if (!ask_slot(search, f, slot, &slot_info, &token_info)
	    || (token_info.flags & CKF_TOKEN_INITIALIZED) == 0)
		return;
	note_label(&search->seen, &token_info);
	if (!p11_kit_uri_match_slot_info(uri, &slot_info)
	    || !p11_kit_uri_match_token_info(uri, &token_info)
	    || (wanted != (CK_SLOT_ID)-1 && wanted != slot))
		return;
	if (search->matches++ > 0)
		return;
	token->f = f;
	token->slot = slot;
	token->info = *info;
	token->slot_info = slot_info;
	token->token_info = token_info;
}

static enum egov_status look_at_module(struct search *search, CK_FUNCTION_LIST *f)
{
	CK_SLOT_ID *slots = NULL;
	CK_ULONG count = 0;
	CK_INFO info;
	CK_RV rv = f->C_GetInfo(&info);
	enum egov_status rc;

	if (rv != CKR_OK)
		return egov__p11_error(search->err, rv, "C_GetInfo");
	if (!p11_kit_uri_match_module_info(search->token->uri->p11, &info))
		return EGOV_OK;
	rc = egov__p11_slots(f, true, &slots, &count, search->err);
	if (rc != EGOV_OK)
		return rc;
	for (CK_ULONG i = 0; i < count; i++)
		look_at_slot(search, f, &info, slots[i]);
	free(slots);
	return EGOV_OK;
}

static enum egov_status find_token(struct egov__p11_token *token, struct egov_error *err)
{
	struct search search = { .token = token, .seen = EGOV__BUF(4096), .err = err };
	enum egov_status rc = EGOV_OK;
	const char *seen;

	for (CK_FUNCTION_LIST **f = token->modules.list; rc == EGOV_OK && *f != NULL; f++)
		rc = look_at_module(&search, *f);
	seen = search.seen.size == 0 ? NULL : egov__buf_string(&search.seen);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&search.seen, err);
	if (rc == EGOV_OK && search.matches == 0 && search.lost != CKR_OK)
		rc = egov__p11_error(err, search.lost, search.lost_call);
	else if (rc == EGOV_OK && search.matches == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "no such token; found: %s",
		                    seen == NULL ? egov__text("none") : seen);
	else if (rc == EGOV_OK && search.matches > 1)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%u tokens fit, want one; found: %s", search.matches, seen);
	egov__buf_clear(&search.seen);
	return rc;
}

static enum egov_status open_session(struct egov__p11_token *token, struct egov_error *err)
{
	CK_RV rv = token->f->C_OpenSession(token->slot, CKF_SERIAL_SESSION | token->session_flags,
	                                   NULL, NULL, &token->session);

	if (rv == CKR_OK && token->session != CK_INVALID_HANDLE)
		return EGOV_OK;
	token->session = CK_INVALID_HANDLE;
	if (rv == CKR_OK)
		return egov_error_set(err, EGOV_E_DEVICE, NULL,
		                      "C_OpenSession: the module gave no session");
	return egov__p11_error(err, rv, "C_OpenSession");
}

static enum egov_status identify(struct egov__p11_token *token,
                                 const struct egov_key_options *options, struct egov_error *err)
{
	const CK_TOKEN_INFO *info = &token->token_info;

	token->label = p11_kit_space_strdup(info->label, sizeof(info->label));
	token->library = token->uri->module_path != NULL
	                         ? strdup(token->uri->module_path)
	                         : p11_kit_module_get_filename(token->f);
	if (token->label == NULL || (token->uri->module_path != NULL && token->library == NULL))
		return egov_error_nomem(err);
	return egov__p11_map_find(options == NULL ? NULL : options->module_map, token->library,
	                          &token->info, &token->mapped, &token->map, err);
}

enum egov_status egov__p11_token_open(const struct egov__key_uri *uri,
                                      const struct egov_key_options *options, CK_FLAGS flags,
                                      struct egov__p11_token **out, struct egov_error *err)
{
	struct egov__p11_token *token = calloc(1, sizeof(*token));
	enum egov_status rc;

	if (token == NULL)
		return egov_error_nomem(err);
	token->uri = uri;
	token->session_flags = flags;
	rc = egov__p11_modules_load(uri->module_path, &token->modules, err);
	if (rc == EGOV_OK)
		rc = find_token(token, err);
	if (rc == EGOV_OK)
		rc = identify(token, options, err);
	if (rc == EGOV_OK)
		rc = open_session(token, err);
	if (rc != EGOV_OK) {
		egov__p11_token_close(token, false);
		return rc;
	}
	*out = token;
	return EGOV_OK;
}

/* Every wrong PIN brings the token nearer to its lock: a PIN that nobody is
 * typing now is never the last try. */
static enum egov_status check_pin_flags(struct egov__p11_token *token, bool typed,
                                        struct egov_error *err)
{
	CK_RV rv = token->f->C_GetTokenInfo(token->slot, &token->token_info);
	const CK_FLAGS flags = token->token_info.flags;

	if (rv != CKR_OK)
		return egov__p11_error(err, rv, "C_GetTokenInfo");
	if ((flags & CKF_USER_PIN_INITIALIZED) == 0)
		return egov_error_set(err, EGOV_E_AUTH, NULL, "token %s: no user PIN has been set",
		                      token->label);
	if ((flags & CKF_USER_PIN_LOCKED) != 0)
		return egov_error_detail(err, EGOV_E_AUTH, CKR_PIN_LOCKED, NULL,
		                         "token %s: the PIN is locked; its security officer can "
		                         "set a new one",
		                         token->label);
	if ((flags & CKF_USER_PIN_FINAL_TRY) != 0 && !typed)
		return egov_error_set(err, EGOV_E_AUTH, NULL,
		                      "token %s: one try is left before the PIN is locked: it is "
		                      "left to a person at a terminal",
		                      token->label);
	return EGOV_OK;
}

/* How near the lock is now. */
static const char *tries_left(const struct egov__p11_token *token)
{
	CK_TOKEN_INFO info;

	if (token->f->C_GetTokenInfo(token->slot, &info) != CKR_OK)
		return "";
	if ((info.flags & CKF_USER_PIN_LOCKED) != 0)
		return egov__text("; the PIN is locked now");
	if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return egov__text("; one try is left");
	return (info.flags & CKF_USER_PIN_COUNT_LOW) != 0 ? egov__text("; few tries are left") : "";
}

/* A wrong PIN is never tried again. */
static enum egov_status login(struct egov__p11_token *token, const struct egov_secret *pin,
                              struct egov_error *err)
{
	const struct egov_slice bytes = pin == NULL ? EGOV__NO_SLICE : egov__secret_slice(pin);
	CK_RV rv = token->f->C_Login(token->session, CKU_USER, (CK_UTF8CHAR_PTR)(uintptr_t)bytes.data,
	                             bytes.size);

	if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
		return EGOV_OK;
	if (rv == CKR_PIN_INCORRECT)
		return egov_error_detail(err, EGOV_E_AUTH, (long)rv, NULL, "token %s: wrong PIN%s",
		                         token->label, tries_left(token));
	return egov_error_prefix(err, egov__p11_error(err, rv, "C_Login"), "token %s",
	                         token->label);
}

enum egov_status egov__p11_token_relogin(struct egov__p11_token *token, struct egov_error *err)
{
	enum egov_status rc;

	if ((token->token_info.flags & CKF_LOGIN_REQUIRED) == 0)
		return EGOV_OK;
	rc = check_pin_flags(token, false, err);
	return rc == EGOV_OK ? login(token, token->pin, err) : rc;
}

enum egov_status egov__p11_token_login(struct egov__p11_token *token,
                                       const struct egov_key_options *options,
                                       struct egov_error *err)
{
	const CK_FLAGS flags = token->token_info.flags;
	const bool pad = (flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
	char prompt[96];
	enum egov_status rc;

	if ((flags & CKF_LOGIN_REQUIRED) == 0)
		return EGOV_OK;
	rc = check_pin_flags(token, pad || token->uri->pin_source == NULL, err);
	if (rc != EGOV_OK)
		return rc;
	if (pad)                        /* the token asks by itself */
		return login(token, NULL, err);
	(void)snprintf(prompt, sizeof(prompt),
	               (token->token_info.flags & CKF_USER_PIN_FINAL_TRY) != 0
	                       ? egov__text("PIN of token %s (last try)")
	                       : egov__text("PIN of token %s"),
	               token->label);
	rc = egov__pin_get(token->uri->pin_source, options, prompt, &token->pin, err);
	return rc == EGOV_OK ? login(token, token->pin, err) : rc;
}

CK_RV egov__p11_authenticate(const struct egov__p11_token *token)
{
	const struct egov_slice pin = token->pin == NULL ? EGOV__NO_SLICE
	                                                 : egov__secret_slice(token->pin);

	return token->f->C_Login(token->session, CKU_CONTEXT_SPECIFIC,
	                         (CK_UTF8CHAR_PTR)(uintptr_t)pin.data, pin.size);
}

void egov__p11_token_drop_session(struct egov__p11_token *token)
{
	if (token->session != 0)
		(void)token->f->C_CloseSession(token->session);
	token->session = 0;
}

enum egov_status egov__p11_token_reopen(struct egov__p11_token *token, struct egov_error *err)
{
	enum egov_status rc;

	egov__p11_token_drop_session(token);
	rc = open_session(token, err);
	return rc == EGOV_OK ? egov__p11_token_relogin(token, err) : rc;
}

/* A token that is being plugged in again takes a moment. */
enum egov_status egov__p11_token_rescan(struct egov__p11_token *token, bool restart,
                                        struct egov_error *err)
{
	static const long wait_ms[] = { 0, 50, 250 };
	struct egov_error last = { .status = EGOV_OK };
	enum egov_status rc = EGOV_OK;

	egov__p11_token_drop_session(token);
	if (restart)
		rc = egov__p11_modules_restart(&token->modules, err);
	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; i < sizeof(wait_ms) / sizeof(wait_ms[0]); i++) {
		const struct timespec pause = { 0, wait_ms[i] * 1000000L };

		(void)nanosleep(&pause, NULL);
		egov_error_clear(&last);
		rc = find_token(token, &last);
		if (rc == EGOV_OK)
			return egov__p11_token_reopen(token, err);
	}
	return egov_error_detail(err, EGOV_E_DEVICE, CKR_TOKEN_NOT_PRESENT, NULL,
	                         "token %s is gone: %s", token->label, last.text);
}

void egov__p11_token_close(struct egov__p11_token *token, bool forked)
{
	if (token == NULL)
		return;
	if (!forked) {
		egov__p11_token_drop_session(token);
		egov__p11_modules_unload(&token->modules);
	}
	egov__secret_free(token->pin);
	free(token->label);
	free(token->library);
	free(token);
}

bool egov__p11_token_is_software(const struct egov__p11_token *token)
{
	return (token->slot_info.flags & CKF_HW_SLOT) == 0 || (token->mapped && token->map.software);
}
