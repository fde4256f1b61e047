/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "key/decrypter_impl.h"
#include "key/p11.h"

/* A key in a token that decrypts, with the token's session. */
struct pkcs11_decrypter {
	struct egov__p11_token *token;
	struct egov__p11_key key;
};

/* One C_DecryptInit and C_Decrypt; *call names the one that failed. */
static CK_RV decrypt_once(const struct pkcs11_decrypter *s, struct egov_slice cipher,
                          struct egov_slice *out, const char **call)
{
	const struct egov__p11_token *token = s->token;
	CK_MECHANISM mechanism = { token->map.decrypt, NULL, 0 };
	CK_ULONG size = out->size;
	CK_RV rv;

	*call = "C_DecryptInit";
	if (token->session == 0)
		return CKR_SESSION_CLOSED;
	rv = token->f->C_DecryptInit(token->session, &mechanism, s->key.private_key);
	if (rv == CKR_OK && s->key.always_authenticate) {
		*call = "C_Login";
		rv = egov__p11_authenticate(token);
	}
	if (rv != CKR_OK)
		return rv;
	*call = "C_Decrypt";
	rv = token->f->C_Decrypt(token->session, (CK_BYTE *)(uintptr_t)cipher.data, cipher.size,
	                         (CK_BYTE *)(uintptr_t)out->data, &size);
	if (rv == CKR_OK && size > out->size)
		rv = CKR_GENERAL_ERROR;
	if (rv == CKR_OK)
		out->size = size;
	return rv;
}

/* What the token says of bytes that are for another key. */
static bool is_for_another(CK_RV rv)
{
	return rv == CKR_ENCRYPTED_DATA_INVALID || rv == CKR_ENCRYPTED_DATA_LEN_RANGE;
}

/* A plaintext that never came may be asked for again. */
static enum egov_status decrypt_once_more(struct pkcs11_decrypter *s, struct egov_slice cipher,
                                          struct egov_slice *out, struct egov_error *err)
{
	const char *call = "";
	CK_RV rv = decrypt_once(s, cipher, out, &call);
	enum egov_status rc;

	if (egov__p11_may_cure(rv)) {
		rc = egov__p11_cure(s->token, &s->key, rv, call, err);
		if (rc != EGOV_OK)
			return rc;
		rv = decrypt_once(s, cipher, out, &call);
	}
	if (rv == CKR_OK)
		return EGOV_OK;
	if (is_for_another(rv))
		return egov_error_set(err, EGOV_E_CORRUPT, "GM/T 0009, 7.2",
		                      "the ciphertext was altered or is for another key");
	/* The operation may still be active in this session. */
	egov__p11_token_drop_session(s->token);
	return egov__p11_error(err, rv, call);
}

static enum egov_status decrypt(void *state, struct egov_slice cipher, struct egov_buf *plain,
                                struct egov_error *err)
{
	uint8_t *room = malloc(cipher.size);    /* the plaintext is shorter */
	struct egov_slice out = { room, cipher.size };
	struct egov__p11_guard guard;
	enum egov_status rc;

	if (room == NULL)
		return egov_error_nomem(err);
	egov__p11_enter(&guard);
	rc = decrypt_once_more(state, cipher, &out, err);
	egov__p11_leave(&guard);
	if (rc == EGOV_OK) {
		egov__buf_slice(plain, out);
		rc = egov__buf_check(plain, err);
	}
	egov__cleanse(room, cipher.size);
	free(room);
	return rc;
}

static void close_decrypter(void *state)
{
	struct pkcs11_decrypter *s = state;
	struct egov__p11_guard guard;

	egov__p11_enter(&guard);
	egov__p11_token_close(s->token, false);
	egov__p11_leave(&guard);
	egov__p11_key_clear(&s->key);
	free(s);
}

/* Before the PIN is used for something that cannot succeed. */
static enum egov_status check_mechanism(const struct egov__p11_token *token, struct egov_error *err)
{
	CK_MECHANISM_INFO info = { 0, 0, 0 };
	CK_RV rv;

	if (!token->mapped || token->map.decrypt == 0)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "no mechanism mapping with ckm_decrypt fits module %s",
		                      token->library == NULL ? "?" : token->library);
	rv = token->f->C_GetMechanismInfo(token->slot, token->map.decrypt, &info);
	if (rv == CKR_OK && (info.flags & CKF_DECRYPT) == 0)
		rv = CKR_MECHANISM_INVALID;
	if (rv == CKR_MECHANISM_INVALID)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "token %s cannot decrypt with mechanism 0x%08lx", token->label,
		                      token->map.decrypt);
	return rv == CKR_OK ? EGOV_OK : egov__p11_error(err, rv, "C_GetMechanismInfo");
}

static enum egov_status open_key(struct pkcs11_decrypter *s, const struct egov__key_uri *uri,
                                 const struct egov_key_options *options, struct egov_error *err)
{
	CK_OBJECT_HANDLE private_key = 0;
	enum egov_status rc = egov__p11_token_open(uri, options, 0, &s->token, err);

	if (rc == EGOV_OK)
		rc = check_mechanism(s->token, err);
	if (rc == EGOV_OK)
		rc = egov__p11_token_login(s->token, options, err);
	if (rc == EGOV_OK)
		rc = egov__p11_key_find(s->token, &private_key, err);
	if (rc == EGOV_OK)
		rc = egov__p11_key_read(s->token, private_key, &s->key, err);
	if (rc == EGOV_OK && !s->key.decrypt)
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "the key may not decrypt (CKA_DECRYPT is false)");
	return rc;
}

enum egov_status egov__pkcs11_decrypter_open(const struct egov__key_uri *uri,
                                             const struct egov_key_options *options,
                                             struct egov__decrypter_opened *out,
                                             struct egov_error *err)
{
	static const struct egov__decrypter_impl impl = { decrypt, close_decrypter };
	struct pkcs11_decrypter *s = calloc(1, sizeof(*s));
	struct egov__p11_guard guard;
	enum egov_status rc;

	if (s == NULL)
		return egov_error_nomem(err);
	s->key = (struct egov__p11_key)EGOV__P11_KEY;
	egov__p11_enter(&guard);
	rc = open_key(s, uri, options, err);
	egov__p11_leave(&guard);
	if (rc != EGOV_OK) {
		close_decrypter(s);
		return rc;
	}
	*out = (struct egov__decrypter_opened){ .impl = &impl, .state = s };
	memcpy(out->point, s->key.point, sizeof(out->point));
	return EGOV_OK;
}
