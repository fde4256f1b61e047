/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "key/p11.h"
#include "key/signer_impl.h"

#define SIGNATURE_ROOM 128      /* what every module takes; SM2 needs 64 or up to 72 */
#define SIGNATURE_MAX 512

struct pkcs11_signer {
	struct egov__p11_token *token;
	struct egov__p11_key key;
	CK_MECHANISM_TYPE mechanism;
};

/* --- mechanism ------------------------------------------------------------------------ */

#define MOST_MECHANISMS 1000    /* that are named */

/* The module's own list, makers' numbers first: what a mapping may name.  False without memory. */
static bool list_mechanisms(const struct egov__p11_token *token, struct egov_buf *text)
{
	CK_MECHANISM_TYPE *list = NULL;
	CK_ULONG room = 0, count;

	if (token->f->C_GetMechanismList(token->slot, NULL, &room) != CKR_OK || room == 0
	    || room > MOST_MECHANISMS)
		return true;
	list = calloc(room, sizeof(*list));
	if (list == NULL)
		return false;
	count = room;
	if (token->f->C_GetMechanismList(token->slot, list, &count) != CKR_OK || count > room)
		count = 0;
	for (int makers = 1; makers >= 0; makers--)
		for (CK_ULONG i = 0; i < count; i++)
			if ((list[i] >= CKM_VENDOR_DEFINED) == makers)
				egov__buf_printf(text, "%s0x%lx", text->size == 0 ? "" : " ", list[i]);
	free(list);
	return !text->starved;
}

static enum egov_status lacks(const struct egov__p11_token *token, CK_MECHANISM_TYPE mechanism,
                              struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(MOST_MECHANISMS * 24);
	const char *list;
	enum egov_status rc;

	list = list_mechanisms(token, &text) ? egov__buf_string(&text) : NULL;
	if (list == NULL)
		rc = egov_error_nomem(err);
	else
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "token %s cannot sign with mechanism 0x%08lx; it has %s", token->label,
		                    mechanism, *list == 0 ? egov__text("none") : list);
	egov__buf_clear(&text);
	return rc;
}

enum egov_status egov__p11_mechanism(const struct egov__p11_token *token,
                                     CK_MECHANISM_TYPE *mechanism, struct egov_error *err)
{
	CK_MECHANISM_INFO info = { 0, 0, 0 };
	CK_MECHANISM_TYPE wanted;
	CK_RV rv;

	if (!token->mapped && !token->uri->has_mechanism)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "no mechanism mapping fits module %s (manufacturer \"%.32s\", "
		                      "description \"%.32s\")",
		                      token->library == NULL ? "?" : token->library,
		                      (const char *)token->info.manufacturerID,
		                      (const char *)token->info.libraryDescription);
	wanted = token->uri->has_mechanism ? token->uri->mechanism : token->map.sign_e;
	rv = token->f->C_GetMechanismInfo(token->slot, wanted, &info);
	if (rv == CKR_MECHANISM_INVALID || (rv == CKR_OK && (info.flags & CKF_SIGN) == 0))
		return lacks(token, wanted, err);
	if (rv != CKR_OK)
		return egov__p11_error(err, rv, "C_GetMechanismInfo");
	*mechanism = wanted;
	return EGOV_OK;
}

/* --- signing ------------------------------------------------------------------------- */

/* One C_SignInit and C_Sign; *call names the one that failed. */
static CK_RV sign_once(const struct pkcs11_signer *s, const uint8_t e[EGOV__SM2_E],
                       struct egov_buf *signature, const char **call)
{
	const struct egov__p11_token *token = s->token;
	CK_MECHANISM mechanism = { s->mechanism, NULL, 0 };
	uint8_t out[SIGNATURE_MAX], input[EGOV__SM2_E];
	CK_ULONG size = SIGNATURE_ROOM;
	CK_RV rv;

	memcpy(input, e, sizeof(input));
	*call = "C_SignInit";
	if (token->session == 0)
		return CKR_SESSION_CLOSED;
	rv = token->f->C_SignInit(token->session, &mechanism, s->key.private_key);
	if (rv == CKR_OK && s->key.always_authenticate) {
		*call = "C_Login";
		rv = egov__p11_authenticate(token);
	}
	if (rv != CKR_OK)
		return rv;
	*call = "C_Sign";
	rv = token->f->C_Sign(token->session, input, sizeof(input), out, &size);
	if (rv == CKR_BUFFER_TOO_SMALL) {
		size = sizeof(out);
		rv = token->f->C_Sign(token->session, input, sizeof(input), out, &size);
	}
	if (rv == CKR_OK && size > sizeof(out))
		rv = CKR_GENERAL_ERROR;
	if (rv == CKR_OK)
		egov__buf_append(signature, out, size);
	return rv;
}

/* r || s of a module's signature, in the form that its mapping states. */
static enum egov_status decode(struct egov_slice signature, enum egov__p11_form form,
                               uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	const bool is_raw = signature.size == EGOV__SM2_RAW_SIGNATURE;

	if (form == EGOV__P11_RAW || (form == EGOV__P11_AUTO && is_raw)) {
		if (!is_raw)
			return egov_error_set(err, EGOV_E_DEVICE, NULL,
			                      "the module's signature has %zu octets, want 64",
			                      signature.size);
		memcpy(raw, signature.data, EGOV__SM2_RAW_SIGNATURE);
		return EGOV_OK;
	}
	if (egov__sm2_signature_raw(signature, raw, NULL) == EGOV_OK)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_DEVICE, "GM/T 0009, 7.3",
	                      "the module's signature of %zu octets is not DER of r and s%s",
	                      signature.size,
	                      form == EGOV__P11_AUTO ? egov__text(", nor r and s bare") : "");
}

/* An SM2 signature may be asked for again: k is fresh each time. */
static enum egov_status sign_once_more(struct pkcs11_signer *s, const uint8_t e[EGOV__SM2_E],
                                       struct egov_buf *signature, struct egov_error *err)
{
	const char *call = "";
	CK_RV rv = sign_once(s, e, signature, &call);
	enum egov_status rc;

	if (rv == CKR_OK)
		return EGOV_OK;
	if (egov__p11_may_cure(rv)) {
		rc = egov__p11_cure(s->token, &s->key, rv, call, err);
		if (rc != EGOV_OK)
			return rc;
		rv = sign_once(s, e, signature, &call);
		if (rv == CKR_OK)
			return EGOV_OK;
	}
	/* The operation may still be active in this session. */
	egov__p11_token_drop_session(s->token);
	rc = egov__p11_error(err, rv, call);
	return egov_error_prefix(err, rc, "token %s", s->token->label);
}

static enum egov_status sign_e(void *state, const uint8_t e[EGOV__SM2_E],
                               uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	struct pkcs11_signer *s = state;
	struct egov_buf signature = EGOV__BUF(SIGNATURE_MAX);
	struct egov__p11_guard guard;
	enum egov_status rc;

	egov__p11_enter(&guard);
	rc = sign_once_more(s, e, &signature, err);
	egov__p11_leave(&guard);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&signature, err);
	if (rc == EGOV_OK)
		rc = decode(egov_buf_slice(&signature),
		            s->token->mapped ? s->token->map.form : EGOV__P11_AUTO, raw, err);
	egov__buf_clear(&signature);
	return rc;
}

static enum egov_status report(const void *state, struct egov_report *to, struct egov_error *err)
{
	const struct pkcs11_signer *s = state;

	return egov__p11_report(s->token, &s->key, to, err);
}

static void close_signer(void *state, bool forked)
{
	struct pkcs11_signer *s = state;
	struct egov__p11_guard guard;

	egov__p11_enter(&guard);
	egov__p11_token_close(s->token, forked);
	egov__p11_leave(&guard);
	egov__p11_key_clear(&s->key);
	free(s);
}

static const struct egov__signer_impl pkcs11_impl = { sign_e, report, close_signer };

static enum egov_status open_token(const struct egov__key_uri *uri,
                                   const struct egov_key_options *options,
                                   struct egov__p11_token **token, struct egov_error *err)
{
	CK_MECHANISM_TYPE mechanism;
	enum egov_status rc = egov__p11_token_open(uri, options, 0, token, err);

	/* Before the PIN is used for something that cannot succeed. */
	if (rc == EGOV_OK)
		rc = egov__p11_mechanism(*token, &mechanism, err);
	return rc == EGOV_OK ? egov__p11_token_login(*token, options, err) : rc;
}

enum egov_status egov__pkcs11_signer_take(struct egov__p11_token *token,
                                          CK_OBJECT_HANDLE private_key,
                                          struct egov__signer_opened *out, struct egov_error *err)
{
	struct pkcs11_signer *s = calloc(1, sizeof(*s));
	enum egov_status rc;

	if (s == NULL)
		return egov_error_nomem(err);
	s->key = (struct egov__p11_key)EGOV__P11_KEY;
	rc = egov__p11_mechanism(token, &s->mechanism, err);
	if (rc == EGOV_OK)
		rc = egov__p11_key_read(token, private_key, &s->key, err);
	if (rc == EGOV_OK && !s->key.sign)
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "the key may not sign (CKA_SIGN is false)");
	if (rc != EGOV_OK) {
		egov__p11_key_clear(&s->key);
		free(s);
		return rc;
	}
	s->token = token;
	*out = (struct egov__signer_opened){ .impl = &pkcs11_impl, .state = s,
		                             .software = egov__p11_token_is_software(token) };
	memcpy(out->point, s->key.point, sizeof(out->point));
	return EGOV_OK;
}

enum egov_status egov__pkcs11_signer_open(const struct egov__key_uri *uri,
                                          const struct egov_key_options *options,
                                          struct egov__signer_opened *out, struct egov_error *err)
{
	struct egov__p11_token *token = NULL;
	CK_OBJECT_HANDLE private_key = 0;
	struct egov__p11_guard guard;
	enum egov_status rc;

	egov__p11_enter(&guard);
	rc = open_token(uri, options, &token, err);
	if (rc == EGOV_OK)
		rc = egov__p11_key_find(token, &private_key, err);
	if (rc == EGOV_OK)
		rc = egov__pkcs11_signer_take(token, private_key, out, err);
	if (rc != EGOV_OK)
		egov__p11_token_close(token, false);
	egov__p11_leave(&guard);
	return rc;
}
