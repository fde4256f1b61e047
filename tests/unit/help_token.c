/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"
#include "help_signer.h"

#include <dirent.h>
#include <dlfcn.h>

#include "base/fileio.h"
#include "crypto/sm2.h"

void help_assert_rv(CK_RV rv, CK_RV wanted, const char *call, const char *file, int line)
{
	if (rv == wanted)
		return;
	print_error("%s:%d: %s gave 0x%lx, wanted 0x%lx\n", file, line, call, rv, wanted);
	_fail(file, line);
}

void help_token_load(struct help_token *t)
{
	union {
		void *symbol;
		CK_RV (*get)(CK_FUNCTION_LIST **);
	} list;

	memset(t, 0, sizeof(*t));
	t->dir = help_dir();
	assert_int_equal(setenv("EGOV_SOFTTOKEN_DIR", t->dir, 1), 0);
	assert_int_equal(setenv("EGOV_SOFTTOKEN_ITERATIONS", "1000", 1), 0);
	t->so = dlopen(EGOV_TEST_BUILD "/egov-softtoken.so", RTLD_NOW | RTLD_LOCAL);
	if (t->so == NULL)
		print_error("%s\n", dlerror());
	assert_non_null(t->so);
	list.symbol = dlsym(t->so, "C_GetFunctionList");
	assert_non_null(list.symbol);
	assert_rv(list.get(&t->f), CKR_OK);
}

CK_SLOT_ID help_token_find(struct help_token *t, const char *label)
{
	CK_SLOT_ID slots[16];
	CK_ULONG count = 0;
	CK_TOKEN_INFO info;

	assert_rv(t->f->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
	count = 16;
	assert_rv(t->f->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
	for (CK_ULONG i = 0; i < count; i++)
		if (t->f->C_GetTokenInfo(slots[i], &info) == CKR_OK
		    && memcmp(info.label, label, strlen(label)) == 0)
			return slots[i];
	fail_msg("no token \"%s\"", label);
	return 0;
}

void help_token_make(struct help_token *t)
{
	unsigned char label[32], so_pin[] = TOKEN_SO_PIN, pin[] = TOKEN_PIN;
	CK_SESSION_HANDLE session;

	help_token_load(t);
	memset(label, ' ', sizeof(label));
	memcpy(label, TOKEN_LABEL, strlen(TOKEN_LABEL));
	assert_rv(t->f->C_Initialize(NULL), CKR_OK);
	assert_rv(t->f->C_InitToken(0, so_pin, sizeof(so_pin) - 1, label), CKR_OK);
	t->slot = help_token_find(t, TOKEN_LABEL);
	session = help_token_session(t, CKF_RW_SESSION);
	assert_rv(help_token_login(t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(t->f->C_InitPIN(session, pin, sizeof(pin) - 1), CKR_OK);
	assert_rv(t->f->C_CloseSession(session), CKR_OK);
}

void help_token_unload(struct help_token *t)
{
	(void)t->f->C_Finalize(NULL);
	assert_int_equal(dlclose(t->so), 0);
	help_dir_remove(t->dir);
}

CK_SESSION_HANDLE help_token_session(struct help_token *t, CK_FLAGS more)
{
	CK_SESSION_HANDLE session = 0;

	assert_rv(t->f->C_OpenSession(t->slot, CKF_SERIAL_SESSION | more, NULL, NULL, &session), CKR_OK);
	return session;
}

CK_RV help_token_login(struct help_token *t, CK_SESSION_HANDLE session, CK_USER_TYPE user,
                       const char *pin)
{
	unsigned char copy[300];

	memcpy(copy, pin, strlen(pin));
	return t->f->C_Login(session, user, copy, strlen(pin));
}

CK_SESSION_HANDLE help_token_user(struct help_token *t)
{
	CK_SESSION_HANDLE session = help_token_session(t, CKF_RW_SESSION);

	assert_rv(help_token_login(t, session, CKU_USER, TOKEN_PIN), CKR_OK);
	return session;
}

static void make_pair(struct help_token *t, CK_SESSION_HANDLE session, const char *label, uint8_t id,
                      const CK_ATTRIBUTE *more, CK_OBJECT_HANDLE pair[2])
{
	CK_BBOOL yes = CK_TRUE;
	char text[64];
	CK_MECHANISM mechanism = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_ATTRIBUTE templ[] = {
		{ CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_LABEL, text, strlen(label) },
		{ CKA_ID, &id, 1 },
		more == NULL ? (CK_ATTRIBUTE){ 0, NULL, 0 } : *more,
	};

	(void)snprintf(text, sizeof(text), "%s", label);
	assert_rv(t->f->C_GenerateKeyPair(session, &mechanism, templ, 3, templ, more == NULL ? 3 : 4,
	                                  &pair[0], &pair[1]), CKR_OK);
}

void help_token_pair(struct help_token *t, CK_SESSION_HANDLE session, const char *label, uint8_t id,
                     CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
	CK_OBJECT_HANDLE pair[2];

	make_pair(t, session, label, id, NULL, pair);
	*public_key = pair[0];
	*private_key = pair[1];
}

void help_token_pair_that(struct help_token *t, CK_SESSION_HANDLE session, const char *label,
                          uint8_t id, CK_ATTRIBUTE_TYPE attribute, CK_OBJECT_HANDLE pair[2])
{
	CK_BBOOL yes = CK_TRUE;
	const CK_ATTRIBUTE more = { attribute, &yes, sizeof(yes) };

	make_pair(t, session, label, id, &more, pair);
}

size_t help_token_search(struct help_token *t, CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ,
                         CK_ULONG count, CK_OBJECT_HANDLE found[16])
{
	CK_ULONG have = 0;

	assert_rv(t->f->C_FindObjectsInit(session, templ, count), CKR_OK);
	assert_rv(t->f->C_FindObjects(session, found, 16, &have), CKR_OK);
	assert_rv(t->f->C_FindObjectsFinal(session), CKR_OK);
	return have;
}

void help_token_point(struct help_token *t, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                      uint8_t point[65])
{
	uint8_t wrapped[67];
	CK_ATTRIBUTE attribute = { CKA_EC_POINT, wrapped, sizeof(wrapped) };

	assert_rv(t->f->C_GetAttributeValue(session, key, &attribute, 1), CKR_OK);
	assert_int_equal(attribute.ulValueLen, 67);
	assert_int_equal(wrapped[0], 4);
	assert_int_equal(wrapped[1], 65);
	memcpy(point, wrapped + 2, 65);
}

CK_RV help_token_sign(struct help_token *t, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                      const uint8_t e[32], uint8_t raw[64])
{
	CK_MECHANISM mechanism = { CKM_TEST_SIGN_E, NULL, 0 };
	unsigned char data[32];
	CK_ULONG size = 64;
	CK_RV rv = t->f->C_SignInit(session, &mechanism, key);

	if (rv != CKR_OK)
		return rv;
	memcpy(data, e, sizeof(data));
	return t->f->C_Sign(session, data, sizeof(data), raw, &size);
}

void help_token_verify(const uint8_t point[65], const uint8_t e[32], const uint8_t raw[64])
{
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(128);

	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	assert_ok(egov__sm2_verify_e((struct egov_slice){ point, 65 }, e, egov_buf_slice(&der), &err),
	          &err);
	assert_true(help_libgcrypt_accepts(point, e, raw));
	egov__buf_clear(&der);
}

char *help_token_path(const struct help_token *t)
{
	DIR *dir = opendir(t->dir);
	const struct dirent *entry;
	char *path = NULL;

	assert_non_null(dir);
	while (path == NULL && (entry = readdir(dir)) != NULL)
		if (strlen(entry->d_name) == 22 && strcmp(entry->d_name + 16, ".token") == 0)
			path = egov__path_join(t->dir, entry->d_name);
	(void)closedir(dir);
	assert_non_null(path);
	return path;
}
