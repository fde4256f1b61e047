/* SPDX-License-Identifier: Apache-2.0 */
#include "key/key_destroy.h"

#include <string.h>

#include "key/p11.h"

/* Most modules show the point of a private key in its public object alone. */
static enum egov_status read_point(const struct egov__p11_token *token, CK_OBJECT_CLASS class,
                                   CK_OBJECT_HANDLE handle, uint8_t point[EGOV__SM2_POINT],
                                   struct egov_error *err)
{
	struct egov__p11_key key = EGOV__P11_KEY;
	enum egov_status rc;

	if (class == CKO_PUBLIC_KEY)
		return egov__p11_point(token, handle, point, err);
	rc = egov__p11_key_read(token, handle, &key, err);
	if (rc == EGOV_OK)
		memcpy(point, key.point, sizeof(key.point));
	egov__p11_key_clear(&key);
	return rc;
}

/* Objects of one class under the URI's label and ID that have this point. */
static enum egov_status destroy_class(const struct egov__p11_token *token, CK_OBJECT_CLASS class,
                                      const uint8_t point[EGOV__SM2_POINT], size_t *gone,
                                      struct egov_error *err)
{
	struct egov_buf handles;
	uint8_t found[EGOV__SM2_POINT];
	enum egov_status rc = egov__p11_find(token, class, egov__key_uri_label(token->uri),
	                                     egov__key_uri_id(token->uri), &handles, err);

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; rc == EGOV_OK && i < egov__p11_handles(&handles); i++) {
		const CK_OBJECT_HANDLE handle = egov__p11_handle(&handles, i);
		CK_RV rv;

		rc = read_point(token, class, handle, found, err);
		if (rc == EGOV_OK && memcmp(found, point, sizeof(found)) != 0)
			rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
			                    "the URI names another key than the one that is to be "
			                    "destroyed");
		if (rc != EGOV_OK)
			break;
		rv = token->f->C_DestroyObject(token->session, handle);
		if (rv != CKR_OK)
			rc = egov__p11_error(err, rv, "C_DestroyObject");
		else
			++*gone;
	}
	egov__buf_clear(&handles);
	return rc;
}

/* The public object last: while it stands, the pair can be found. */
static enum egov_status destroy_pair(struct egov__p11_token *token,
                                     const struct egov_key_options *options,
                                     const uint8_t point[EGOV__SM2_POINT], size_t *gone,
                                     struct egov_error *err)
{
	enum egov_status rc = egov__p11_token_login(token, options, err);

	if (rc == EGOV_OK)
		rc = destroy_class(token, CKO_PRIVATE_KEY, point, gone, err);
	if (rc == EGOV_OK)
		rc = destroy_class(token, CKO_PUBLIC_KEY, point, gone, err);
	return rc;
}

enum egov_status egov__key_destroy(const char *text, const struct egov_key_options *options,
                                   struct egov_slice spki, bool *was_there,
                                   struct egov_error *err)
{
	struct egov__key_uri *uri = NULL;
	struct egov__p11_token *token = NULL;
	struct egov__p11_guard guard;
	struct egov_slice point;
	size_t gone = 0;
	enum egov_status rc = egov__sm2_spki_point(spki, &point, err);

	if (rc == EGOV_OK)
		rc = egov__key_uri_parse(text, &uri, err);
	if (rc != EGOV_OK)
		return rc;
	egov__p11_enter(&guard);
	if (uri->p11 == NULL)
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "a key in a file is removed by those who keep the file and its "
		                    "copies");
	if (rc == EGOV_OK)
		rc = egov__p11_token_open(uri, options, CKF_RW_SESSION, &token, err);
	if (rc == EGOV_OK)
		rc = destroy_pair(token, options, point.data, &gone, err);
	egov__p11_token_close(token, false);
	egov__p11_leave(&guard);
	rc = egov_error_prefix(err, rc, "%s", uri->name);
	egov__key_uri_free(uri);
	if (rc == EGOV_OK)
		*was_there = gone > 0;
	return rc;
}
