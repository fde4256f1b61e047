/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <p11-kit/pkcs11.h>
#include <sqlite3.h>

/*
 * bare MODULE TOKEN PIN KEY DATABASE
 *
 * The least that a process which issues one certificate does: module, login,
 * key, a verification, a durable commit, a signature by the token, its check, a
 * durable commit.  Nothing of this project but the module.
 */
#define CHECK(x)                                                                                   \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			(void)fprintf(stderr, "bare: line %d: %s\n", __LINE__, #x);                \
			exit(2);                                                                   \
		}                                                                                  \
	} while (0)

#define CKM_SM2_SIGN 0x80008104UL        /* of e, as the software token numbers it */

struct token {
	void *library;
	CK_FUNCTION_LIST *f;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	EVP_PKEY *public_key;
};

static CK_SLOT_ID find_slot(CK_FUNCTION_LIST *f, const char *label)
{
	CK_SLOT_ID slots[64];
	CK_ULONG count = sizeof(slots) / sizeof(slots[0]);
	CK_TOKEN_INFO info;

	CHECK(f->C_GetSlotList(CK_TRUE, slots, &count) == CKR_OK);
	for (CK_ULONG i = 0; i < count; i++)
		if (f->C_GetTokenInfo(slots[i], &info) == CKR_OK
		    && strncmp((const char *)info.label, label, strlen(label)) == 0
		    && info.label[strlen(label)] == ' ')
			return slots[i];
	(void)fprintf(stderr, "bare: no token %s\n", label);
	exit(2);
}

static CK_OBJECT_HANDLE find(const struct token *token, CK_OBJECT_CLASS class, char *label)
{
	CK_ATTRIBUTE wanted[] = { { CKA_CLASS, &class, sizeof(class) },
		                  { CKA_LABEL, label, strlen(label) } };
	CK_OBJECT_HANDLE found[2];
	CK_ULONG count = 0;

	CHECK(token->f->C_FindObjectsInit(token->session, wanted, 2) == CKR_OK);
	CHECK(token->f->C_FindObjects(token->session, found, 2, &count) == CKR_OK && count == 1);
	CHECK(token->f->C_FindObjectsFinal(token->session) == CKR_OK);
	return found[0];
}

static EVP_PKEY *import(unsigned char point[65])
{
	char group[] = "SM2";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 65),
		OSSL_PARAM_construct_end()
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	EVP_PKEY *key = NULL;

	CHECK(ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1
	      && EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void read_pin(const char *path, char *pin, size_t room)
{
	FILE *file = fopen(path, "r");

	CHECK(file != NULL && fgets(pin, (int)room, file) != NULL && fclose(file) == 0);
	pin[strcspn(pin, "\n")] = 0;
}

static void open_token(struct token *token, char **argv)
{
	CK_RV (*list)(CK_FUNCTION_LIST **);
	unsigned char point[67];
	CK_ATTRIBUTE value = { CKA_EC_POINT, point, sizeof(point) };
	char pin[128];

	token->library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	CHECK(token->library != NULL);
	*(void **)&list = dlsym(token->library, "C_GetFunctionList");
	CHECK(list != NULL && list(&token->f) == CKR_OK && token->f->C_Initialize(NULL) == CKR_OK);
	CHECK(token->f->C_OpenSession(find_slot(token->f, argv[2]), CKF_SERIAL_SESSION, NULL, NULL,
	                              &token->session) == CKR_OK);
	read_pin(argv[3], pin, sizeof(pin));
	CHECK(token->f->C_Login(token->session, CKU_USER, (CK_UTF8CHAR *)pin, strlen(pin)) == CKR_OK);
	token->key = find(token, CKO_PRIVATE_KEY, argv[4]);
	CHECK(token->f->C_GetAttributeValue(token->session, find(token, CKO_PUBLIC_KEY, argv[4]), &value,
	                                    1) == CKR_OK
	      && value.ulValueLen == sizeof(point));
	token->public_key = import(point + 2);
}

static void sign(const struct token *token, unsigned char e[32], unsigned char raw[64])
{
	CK_MECHANISM mechanism = { CKM_SM2_SIGN, NULL, 0 };
	CK_ULONG size = 64;

	CHECK(token->f->C_SignInit(token->session, &mechanism, token->key) == CKR_OK);
	CHECK(token->f->C_Sign(token->session, e, 32, raw, &size) == CKR_OK && size == 64);
}

/* r and s as DER. */
static size_t encode(const unsigned char raw[64], unsigned char der[72])
{
	size_t at = 2;

	for (const unsigned char *n = raw; n < raw + 64; n += 32) {
		const unsigned char *from = n;

		while (from < n + 31 && from[0] == 0)
			from++;
		const size_t size = (size_t)(n + 32 - from), pad = from[0] >= 0x80;

		der[at++] = 2;
		der[at++] = (unsigned char)(size + pad);
		if (pad != 0)
			der[at++] = 0;
		memcpy(der + at, from, size);
		at += size;
	}
	der[0] = 0x30;
	der[1] = (unsigned char)(at - 2);
	return at;
}

static void verify(const struct token *token, const unsigned char e[32], const unsigned char raw[64])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, token->public_key, NULL);
	unsigned char der[72];
	const size_t size = encode(raw, der);

	CHECK(ctx != NULL && EVP_PKEY_verify_init(ctx) == 1
	      && EVP_PKEY_verify(ctx, der, size, e, 32) == 1);
	EVP_PKEY_CTX_free(ctx);
}

static void commit(sqlite3 *db)
{
	CHECK(sqlite3_exec(db, "BEGIN IMMEDIATE; INSERT INTO t(b) VALUES(randomblob(900)); COMMIT", NULL,
	                   NULL, NULL) == SQLITE_OK);
}

int main(int argc, char **argv)
{
	unsigned char e[32] = { 1, 2, 3 }, raw[64];
	struct token token = { .library = NULL };
	sqlite3 *db = NULL;

	CHECK(argc == 6);
	CHECK(sqlite3_open(argv[5], &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	                   "CREATE TABLE IF NOT EXISTS t(a INTEGER PRIMARY KEY, b BLOB)", NULL, NULL,
	                   NULL) == SQLITE_OK);
	open_token(&token, argv);
	commit(db);
	sign(&token, e, raw);
	verify(&token, e, raw);
	/* The same once more stands for the check of a request. */
	verify(&token, e, raw);
	commit(db);
	EVP_PKEY_free(token.public_key);
	CHECK(token.f->C_Finalize(NULL) == CKR_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	(void)dlclose(token.library);
	return 0;
}
