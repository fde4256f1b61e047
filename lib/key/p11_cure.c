/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "key/p11.h"

/* What can be done about a lost session or token, once for an operation. */
enum cure { CURE_NONE, CURE_LOGIN, CURE_FIND, CURE_REOPEN, CURE_RESCAN, CURE_RESTART };

static const struct {
	CK_RV rv;
	enum cure cure;
} cures[] = {
	{ CKR_USER_NOT_LOGGED_IN, CURE_LOGIN },
	{ CKR_KEY_HANDLE_INVALID, CURE_FIND },
	{ CKR_OBJECT_HANDLE_INVALID, CURE_FIND },
	{ CKR_SESSION_HANDLE_INVALID, CURE_REOPEN },
	{ CKR_SESSION_CLOSED, CURE_REOPEN },
	{ CKR_OPERATION_ACTIVE, CURE_REOPEN },
	{ CKR_DEVICE_ERROR, CURE_REOPEN },
	{ CKR_DEVICE_MEMORY, CURE_REOPEN },
	{ CKR_DEVICE_REMOVED, CURE_REOPEN },
	{ CKR_HOST_MEMORY, CURE_REOPEN },
	{ CKR_TOKEN_NOT_PRESENT, CURE_RESCAN },
	{ CKR_SLOT_ID_INVALID, CURE_RESCAN },
	{ CKR_CRYPTOKI_NOT_INITIALIZED, CURE_RESTART },
};

static enum cure cure_of(CK_RV rv)
{
	for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
		if (cures[i].rv == rv)
			return cures[i].cure;
	return CURE_NONE;
}

bool egov__p11_may_cure(CK_RV rv)
{
	return cure_of(rv) != CURE_NONE;
}

/* After a loss handles mean nothing: the key is looked for under the ID that it
 * had, and must be the same. */
static enum egov_status find_again(struct egov__p11_token *token, struct egov__p11_key *key,
                                   struct egov_error *err)
{
	struct egov__p11_key found = EGOV__P11_KEY;
	struct egov_buf handles;
	enum egov_status rc;

	rc = egov__p11_find(token, CKO_PRIVATE_KEY, egov_buf_slice(&key->label),
	                    key->id.size == 0 ? EGOV__NO_SLICE : egov_buf_slice(&key->id),
	                    &handles, err);
	if (rc != EGOV_OK)
		return rc;
	if (egov__p11_handles(&handles) != 1)
		rc = egov_error_set(err, EGOV_E_DEVICE, NULL, "token %s: %zu keys fit now, want one",
		                    token->label, egov__p11_handles(&handles));
	else
		rc = egov__p11_key_read(token, egov__p11_handle(&handles, 0), &found, err);
	if (rc == EGOV_OK && memcmp(found.point, key->point, sizeof(found.point)) != 0)
		rc = egov_error_set(err, EGOV_E_DEVICE, NULL,
		                    "token %s: another key lies under this name now",
		                    token->label);
	if (rc == EGOV_OK)
		key->private_key = found.private_key;
	egov__p11_key_clear(&found);
	egov__buf_clear(&handles);
	return rc;
}

/* A new session does not help where the module lost what it talks to: then the
 * module is started anew.  A refused PIN ends everything. */
static enum egov_status reopen(struct egov__p11_token *token, struct egov_error *err)
{
	struct egov_error first = { .status = EGOV_OK };
	enum egov_status rc = egov__p11_token_reopen(token, &first);

	if (rc == EGOV_E_DEVICE)
		return egov__p11_token_rescan(token, true, err);
	if (rc != EGOV_OK && err != NULL && err->status == EGOV_OK)
		*err = first;
	return rc;
}

static enum egov_status cure(struct egov__p11_token *token, struct egov__p11_key *key, CK_RV rv,
                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	switch (cure_of(rv)) {
	case CURE_LOGIN:
		return egov__p11_token_relogin(token, err);
	case CURE_FIND:
		break;
	case CURE_REOPEN:
		rc = reopen(token, err);
		break;
	case CURE_RESCAN:
		rc = egov__p11_token_rescan(token, false, err);
		break;
	case CURE_RESTART:
		rc = egov__p11_token_rescan(token, true, err);
		break;
	case CURE_NONE:
		break;
	}
	return rc == EGOV_OK ? find_again(token, key, err) : rc;
}

enum egov_status egov__p11_cure(struct egov__p11_token *token, struct egov__p11_key *key, CK_RV rv,
                                const char *call, struct egov_error *err)
{
	const enum egov_status rc = cure(token, key, rv, err);
	char lost[EGOV__P11_NAME];

	if (rc == EGOV_OK)
		return EGOV_OK;
	egov__p11_name(rv, lost);
	return egov_error_prefix(err, rc, "after %s: %s", call, lost);
}
