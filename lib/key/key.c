/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "crypto/sm3.h"
#include "key/p11.h"
#include "key/signer_impl.h"

static enum egov_status only_in_tokens(const struct egov__key_uri *uri, struct egov_error *err)
{
	if (uri->p11 != NULL)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
	                      "%s: keys are made and listed in tokens (pkcs11:...) alone", uri->name);
}

/* --- list ------------------------------------------------------------------------------- */

static int set_attribute(P11KitUri *uri, CK_ATTRIBUTE_TYPE type, const struct egov_buf *value)
{
	CK_ATTRIBUTE attribute = { type, value->data, value->size };

	return value->size == 0 ? P11_KIT_URI_OK : p11_kit_uri_set_attribute(uri, &attribute);
}

/* A URI that names this key and no other, for the next command. */
static void add_uri(const struct egov__p11_token *token, const struct egov__p11_key *key,
                    struct egov_report *report)
{
	P11KitUri *uri = p11_kit_uri_new();
	char *text = NULL;

	if (uri == NULL)
		return;
	memcpy(p11_kit_uri_get_token_info(uri)->label, token->token_info.label,
	       sizeof(token->token_info.label));
	if (set_attribute(uri, CKA_ID, &key->id) == P11_KIT_URI_OK
	    && set_attribute(uri, CKA_LABEL, &key->label) == P11_KIT_URI_OK
	    && p11_kit_uri_format(uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &text) == P11_KIT_URI_OK)
		egov__report_add(report, "key", "%s", text);
	free(text);
	p11_kit_uri_free(uri);
}

/* A key that cannot be used is listed with the reason. */
static enum egov_status list_key(const struct egov__p11_token *token, CK_OBJECT_HANDLE handle,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov__p11_key key = EGOV__P11_KEY;
	struct egov_error reason = { .status = EGOV_OK };
	uint8_t spki[EGOV__SM2_SPKI], digest[EGOV__SM3_SIZE];
	const struct egov_slice bytes = EGOV__SLICE(spki);
	enum egov_status usable = egov__p11_key_read(token, handle, &key, &reason), rc;

	egov__report_record(report);
	add_uri(token, &key, report);
	egov__report_add(report, "algorithm", "%s", usable == EGOV_OK ? "sm2" : "unknown");
	egov__report_add(report, "software", "%s",
	                 egov__p11_token_is_software(token) ? "yes" : "no");
	if (usable == EGOV_OK) {
		egov__sm2_point_spki(key.point, spki);
		rc = egov__sm3(&bytes, 1, digest, err);
		egov__report_hex(report, "public-key-sm3", EGOV__SLICE(digest));
	} else {
		rc = EGOV_OK;
		egov__report_add(report, "unusable", "%s", reason.text);
	}
	if (rc == EGOV_OK)
		rc = egov__p11_report(token, &key, report, err);
	egov__p11_key_clear(&key);
	return rc;
}

static enum egov_status list_keys(const struct egov__p11_token *token, struct egov_report *report,
                                  struct egov_error *err)
{
	struct egov_buf handles;
	enum egov_status rc;

	rc = egov__p11_find(token, CKO_PRIVATE_KEY, egov__key_uri_label(token->uri),
	                    egov__key_uri_id(token->uri), &handles, err);
	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; rc == EGOV_OK && i < egov__p11_handles(&handles); i++)
		rc = list_key(token, egov__p11_handle(&handles, i), report, err);
	egov__buf_clear(&handles);
	return rc;
}

enum egov_status egov_key_list(const char *text, const struct egov_key_options *options,
                               struct egov_report *report, struct egov_error *err)
{
	struct egov__key_uri *uri = NULL;
	struct egov__p11_token *token = NULL;
	struct egov__p11_guard guard;
	enum egov_status rc = egov__key_uri_parse(text, &uri, err);

	if (rc != EGOV_OK)
		return rc;
	egov__p11_enter(&guard);
	rc = only_in_tokens(uri, err);
	if (rc == EGOV_OK)
		rc = egov__p11_token_open(uri, options, 0, &token, err);
	if (rc == EGOV_OK)
		rc = egov__p11_token_login(token, options, err);
	if (rc == EGOV_OK)
		rc = list_keys(token, report, err);
	egov__p11_token_close(token, false);
	egov__p11_leave(&guard);
	rc = egov_error_prefix(err, rc, "%s", uri->name);
	egov__key_uri_free(uri);
	return rc;
}

/* --- public key ------------------------------------------------------------------------- */

/* The public object needs no log-in; only where there is none, the private key
 * is asked for its point. */
static enum egov_status token_point(struct egov__p11_token *token,
                                    const struct egov_key_options *options,
                                    uint8_t point[EGOV__SM2_POINT], struct egov_error *err)
{
	struct egov__p11_key key = EGOV__P11_KEY;
	CK_OBJECT_HANDLE private_key = 0;
	struct egov_buf handles;
	size_t count;
	enum egov_status rc;

	rc = egov__p11_find(token, CKO_PUBLIC_KEY, egov__key_uri_label(token->uri),
	                    egov__key_uri_id(token->uri), &handles, err);
	if (rc != EGOV_OK)
		return rc;
	count = egov__p11_handles(&handles);
	if (count == 1)
		rc = egov__p11_point(token, egov__p11_handle(&handles, 0), point, err);
	egov__buf_clear(&handles);
	if (count == 1)
		return rc;
	if (count > 1)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%zu public keys in token %s fit, want one: name its id",
		                      count, token->label);
	rc = egov__p11_token_login(token, options, err);
	if (rc == EGOV_OK)
		rc = egov__p11_key_find(token, &private_key, err);
	if (rc == EGOV_OK)
		rc = egov__p11_key_read(token, private_key, &key, err);
	if (rc == EGOV_OK)
		memcpy(point, key.point, EGOV__SM2_POINT);
	egov__p11_key_clear(&key);
	return rc;
}

static enum egov_status point_in_token(const struct egov__key_uri *uri,
                                       const struct egov_key_options *options,
                                       uint8_t point[EGOV__SM2_POINT], struct egov_error *err)
{
	struct egov__p11_token *token = NULL;
	struct egov__p11_guard guard;
	enum egov_status rc;

	egov__p11_enter(&guard);
	rc = egov__p11_token_open(uri, options, 0, &token, err);
	if (rc == EGOV_OK)
		rc = token_point(token, options, point, err);
	egov__p11_token_close(token, false);
	egov__p11_leave(&guard);
	return egov_error_prefix(err, rc, "%s", uri->name);
}

static enum egov_status point_of_file(const struct egov__key_uri *uri,
                                      const struct egov_key_options *options,
                                      uint8_t point[EGOV__SM2_POINT], struct egov_error *err)
{
	struct egov__signer_opened key;
	enum egov_status rc = egov__file_signer_open(uri, options, &key, err);

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", uri->name);
	memcpy(point, key.point, EGOV__SM2_POINT);
	key.impl->close(key.state, false);
	return EGOV_OK;
}

enum egov_status egov_key_public(const char *text, const struct egov_key_options *options,
                                 struct egov_buf *spki, struct egov_error *err)
{
	struct egov__key_uri *uri = NULL;
	uint8_t point[EGOV__SM2_POINT], bytes[EGOV__SM2_SPKI];
	enum egov_status rc = egov__key_uri_parse(text, &uri, err);

	if (rc != EGOV_OK)
		return rc;
	if (uri->p11 != NULL)
		rc = point_in_token(uri, options, point, err);
	else
		rc = uri->sdf_library != NULL ? egov__sdf_public(uri, point, err)
		                              : point_of_file(uri, options, point, err);
	if (rc == EGOV_OK) {
		egov__sm2_point_spki(point, bytes);
		egov__buf_append(spki, bytes, sizeof(bytes));
		rc = egov__buf_check(spki, err);
	}
	egov__key_uri_free(uri);
	return rc;
}

/* --- generation ---------------------------------------------------------------------------- */

/* One name, one key: neither the label nor the ID may be taken, by either class. */
static enum egov_status check_free(const struct egov__p11_token *token, struct egov_slice label,
                                   struct egov_slice id, struct egov_error *err)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };

	for (size_t i = 0; i < 2; i++) {
		struct egov_buf handles;
		enum egov_status rc = egov__p11_find(token, classes[i], label, id, &handles, err);
		size_t count;

		if (rc != EGOV_OK)
			return rc;
		count = egov__p11_handles(&handles);
		egov__buf_clear(&handles);
		if (count > 0)
			return egov_error_set(err, EGOV_E_EXISTS, NULL,
			                      "token %s has a key of this %s already", token->label,
			                      label.data != NULL ? egov__text("label") : "ID");
	}
	return EGOV_OK;
}

struct pair {
	CK_OBJECT_HANDLE public_key, private_key;
};

static enum egov_status make_pair(const struct egov__p11_token *token, bool decrypts,
                                  struct pair *pair, struct egov_error *err)
{
	static const uint8_t curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	const struct egov_slice label = egov__key_uri_label(token->uri);
	const struct egov_slice id = egov__key_uri_id(token->uri);
	CK_MECHANISM mechanism = { token->map.keygen, NULL, 0 };
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_KEY_TYPE type = token->map.key_type;
	const CK_ATTRIBUTE named = { CKA_LABEL, (void *)(uintptr_t)label.data, label.size };
	const CK_ATTRIBUTE numbered = { CKA_ID, (void *)(uintptr_t)id.data, id.size };
	CK_ATTRIBUTE public_part[] = {
		{ CKA_KEY_TYPE, &type, sizeof(type) },
		{ CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_PRIVATE, &no, sizeof(no) },
		{ CKA_VERIFY, &yes, sizeof(yes) },
		{ CKA_EC_PARAMS, (void *)(uintptr_t)curve, sizeof(curve) },
		named,
		numbered,
	};
	CK_ATTRIBUTE private_part[] = {
		{ CKA_DECRYPT, &yes, sizeof(yes) },     /* not all modules know it: only on request */
		{ CKA_KEY_TYPE, &type, sizeof(type) },
		{ CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_PRIVATE, &yes, sizeof(yes) },
		{ CKA_SIGN, &yes, sizeof(yes) },
		{ CKA_SENSITIVE, &yes, sizeof(yes) },
		{ CKA_EXTRACTABLE, &no, sizeof(no) },
		named,
		numbered,
	};
	const CK_ULONG skip = id.data == NULL ? 1 : 0, first = decrypts ? 0 : 1;
	CK_RV rv = token->f->C_GenerateKeyPair(token->session, &mechanism, public_part, 7 - skip,
	                                       private_part + first, 9 - first - skip, &pair->public_key,
	                                       &pair->private_key);

	return rv == CKR_OK ? EGOV_OK : egov__p11_error(err, rv, "C_GenerateKeyPair");
}

/* An ID that anybody can compute again: RFC 5280, 4.2.1.2, method 1. */
static enum egov_status give_id(const struct egov__p11_token *token, const struct pair *pair,
                                struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT], id[EGOV__SHA1_SIZE];
	CK_ATTRIBUTE attribute = { CKA_ID, id, sizeof(id) };
	enum egov_status rc = egov__p11_point(token, pair->public_key, point, err);
	CK_RV rv;

	if (rc == EGOV_OK)
		rc = egov__sha1(EGOV__SLICE(point), id, err);
	if (rc == EGOV_OK)
		rc = check_free(token, EGOV__NO_SLICE, EGOV__SLICE(id), err);
	if (rc != EGOV_OK)
		return rc;
	rv = token->f->C_SetAttributeValue(token->session, pair->public_key, &attribute, 1);
	if (rv == CKR_OK)
		rv = token->f->C_SetAttributeValue(token->session, pair->private_key, &attribute, 1);
	return rv == CKR_OK ? EGOV_OK : egov__p11_error(err, rv, "C_SetAttributeValue");
}

/* A failed signature has cost the session. */
static void destroy_pair(struct egov__p11_token *token, const struct pair *pair)
{
	if (token->session == 0 && egov__p11_token_reopen(token, NULL) != EGOV_OK)
		return;
	(void)token->f->C_DestroyObject(token->session, pair->private_key);
	(void)token->f->C_DestroyObject(token->session, pair->public_key);
}

static enum egov_status generate(struct egov__p11_token *token,
                                 const struct egov_key_options *options, struct pair *pair,
                                 struct egov_error *err)
{
	const struct egov_slice label = egov__key_uri_label(token->uri);
	const struct egov_slice id = egov__key_uri_id(token->uri);
	const bool decrypts = options != NULL && options->decrypts != 0;
	CK_MECHANISM_TYPE mechanism;
	enum egov_status rc = egov__p11_mechanism(token, &mechanism, err);

	if (rc == EGOV_OK && (!token->mapped || token->map.keygen == 0))
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "the mechanism mapping of module %s has no ckm_keygen",
		                    token->library == NULL ? "?" : token->library);
	if (rc == EGOV_OK && decrypts && token->map.decrypt == 0)
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "the mechanism mapping of module %s has no ckm_decrypt",
		                    token->library == NULL ? "?" : token->library);
	if (rc == EGOV_OK)
		rc = egov__p11_token_login(token, options, err);
	if (rc == EGOV_OK)
		rc = check_free(token, label, EGOV__NO_SLICE, err);
	if (rc == EGOV_OK && id.data != NULL)
		rc = check_free(token, EGOV__NO_SLICE, id, err);
	if (rc == EGOV_OK)
		rc = make_pair(token, decrypts, pair, err);
	if (rc == EGOV_OK && id.data == NULL) {
		rc = give_id(token, pair, err);
		if (rc != EGOV_OK)
			destroy_pair(token, pair);
	}
	return rc;
}

static enum egov_status check_asked(const struct egov__key_uri *uri, const char *algorithm,
                                    struct egov_error *err)
{
	enum egov_status rc = only_in_tokens(uri, err);

	if (rc != EGOV_OK)
		return rc;
	if (strcmp(algorithm, "sm2") != 0)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                      "algorithm %s: want sm2", algorithm);
	if (egov__key_uri_label(uri).size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7512, 2.3",
		                      "a new key needs a label: object=...");
	return EGOV_OK;
}

/* Makes the pair, proves it, tells of it, and takes it away again where that fails.
 * The token moves into the signer. */
static enum egov_status generate_signer(struct egov__key_uri *uri, struct egov__p11_token **token,
                                        const struct egov_key_options *options,
                                        struct egov_report *report, struct egov_signer **signer,
                                        struct egov_error *err)
{
	struct egov__signer_opened key = { .impl = NULL };
	struct egov__p11_token *open = *token;
	struct pair pair;
	enum egov_status rc = generate(open, options, &pair, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__pkcs11_signer_take(open, pair.private_key, &key, err);
	if (rc == EGOV_OK) {
		*token = NULL;
		rc = egov__signer_take(uri, &key, EGOV_KEY_OTHER, signer, err);
	}
	if (rc == EGOV_OK)
		rc = egov_signer_selftest(*signer, err);
	if (rc == EGOV_OK)
		rc = egov_signer_report(*signer, report, err);
	if (rc != EGOV_OK)
		destroy_pair(open, &pair);
	if (*token == NULL && *signer == NULL)
		key.impl->close(key.state, false);
	return rc;
}

enum egov_status egov_key_generate(const char *text, const char *algorithm,
                                   const struct egov_key_options *options,
                                   struct egov_report *report, struct egov_error *err)
{
	struct egov__key_uri *uri = NULL;
	struct egov__p11_token *token = NULL;
	struct egov_signer *signer = NULL;
	struct egov__p11_guard guard;
	enum egov_status rc = egov__key_uri_parse(text, &uri, err);

	if (rc != EGOV_OK)
		return rc;
	egov__p11_enter(&guard);
	rc = check_asked(uri, algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__p11_token_open(uri, options, CKF_RW_SESSION, &token, err);
	if (rc == EGOV_OK)
		rc = generate_signer(uri, &token, options, report, &signer, err);
	if (signer != NULL) {
		egov_signer_close(signer);
	} else {
		rc = egov_error_prefix(err, rc, "%s", uri->name);
		egov__p11_token_close(token, false);
		egov__key_uri_free(uri);
	}
	egov__p11_leave(&guard);
	return rc;
}
