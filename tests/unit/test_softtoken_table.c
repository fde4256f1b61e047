/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function of the software token in every case: not initialised, in a forked child, bad
 * slot or session, each pointer NULL, an output buffer too short, no or another operation
 * active, nobody or the wrong one logged in, a read-only session.  A function without a row
 * fails the test.
 */
#include "help_token.h"

#include <sys/wait.h>
#include <unistd.h>

#include "crypto/sm2.h"

#define BAD 0x7ffffff0UL

static struct help_token t;
static char *path;
static struct egov_buf *whole;          /* the token's file as each case finds it */
static CK_OBJECT_HANDLE pair[2];
static uint8_t signature[64];           /* over "abc" */
static unsigned char cipher[256];       /* of 16 octets */
static CK_ULONG cipher_size;

/* What the calls are made with. */
static CK_SESSION_HANDLE session;
static CK_SLOT_ID slot;
static int null;                        /* the pointer that is NULL; -1: none */
static CK_ULONG size;                   /* of the output buffer */
static unsigned char octets[4096], data[] = "abc", pin[] = TOKEN_PIN, so_pin[] = TOKEN_SO_PIN, label[32];
static CK_OBJECT_HANDLE object, other;
static CK_BBOOL yes = CK_TRUE;
static CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
static CK_KEY_TYPE type = CKK_EC;
static unsigned char curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
static unsigned char point[65];
static CK_ATTRIBUTE whole_key[] = {
	{ CKA_CLASS, &class, sizeof(class) },  { CKA_TOKEN, &yes, 1 },
	{ CKA_KEY_TYPE, &type, sizeof(type) }, { CKA_EC_PARAMS, curve, sizeof(curve) },
	{ CKA_EC_POINT, point, sizeof(point) },
};
static CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 }, name = { CKA_LABEL, data, 3 };
static CK_MECHANISM sm3 = { CKM_TEST_SM3, NULL, 0 }, sign = { CKM_TEST_SIGN_MESSAGE, NULL, 0 };
static CK_MECHANISM decryption = { CKM_TEST_DECRYPT, NULL, 0 };
static CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };

/* --- the calls ------------------------------------------------------------------------ */

#define P(i, pointer) (null == (i) ? NULL : (pointer))
#define CALL(function, ...)                                                                        \
	static CK_RV call_##function(void)                                                         \
	{                                                                                          \
		return t.f->C_##function(__VA_ARGS__);                                             \
	}
/* Input, then output and its size. */
#define THROUGH(function) CALL(function, session, P(0, data), 3, P(1, octets), P(2, &size))
#define LAST(function) CALL(function, session, P(0, octets), P(1, &size))
#define PART(function) CALL(function, session, P(0, data), 3)

static CK_INFO info;
static CK_FUNCTION_LIST *list;
static CK_SLOT_INFO slot_info;
static CK_TOKEN_INFO token_info;
static CK_MECHANISM_INFO mechanism_info;
static CK_SESSION_INFO session_info;
static CK_ULONG slots[8];

CALL(Initialize, NULL)
CALL(Finalize, NULL)
CALL(GetInfo, P(0, &info))
CALL(GetFunctionList, P(0, &list))
CALL(GetSlotList, CK_TRUE, P(0, slots), P(1, &size))
CALL(GetSlotInfo, slot, P(0, &slot_info))
CALL(GetTokenInfo, slot, P(0, &token_info))
CALL(GetMechanismList, slot, P(0, slots), P(1, &size))
CALL(GetMechanismInfo, slot, CKM_TEST_SM3, P(0, &mechanism_info))
CALL(InitToken, slot, P(0, so_pin), sizeof(so_pin) - 1, P(1, label))
CALL(InitPIN, session, P(0, pin), sizeof(pin) - 1)
CALL(SetPIN, session, P(0, pin), sizeof(pin) - 1, P(1, pin), sizeof(pin) - 1)
CALL(OpenSession, slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, P(0, &object))
CALL(CloseSession, session)
CALL(CloseAllSessions, slot)
CALL(GetSessionInfo, session, P(0, &session_info))
LAST(GetOperationState)
CALL(SetOperationState, session, P(0, data), 3, 0, 0)
CALL(Login, session, CKU_USER, P(0, pin), sizeof(pin) - 1)
CALL(Logout, session)
CALL(CreateObject, session, P(0, whole_key), 5, P(1, &object))
CALL(CopyObject, session, pair[0], P(0, &name), 1, P(1, &object))
CALL(DestroyObject, session, pair[0])
CALL(GetObjectSize, session, pair[0], P(0, &size))
CALL(SetAttributeValue, session, pair[0], P(0, &name), 1)
CALL(FindObjectsInit, session, P(0, &token), 1)
CALL(FindObjects, session, P(0, &object), 1, P(1, &size))
CALL(FindObjectsFinal, session)
CALL(EncryptInit, session, P(0, &sign), pair[0])
THROUGH(Encrypt)
THROUGH(EncryptUpdate)
LAST(EncryptFinal)
CALL(DecryptInit, session, P(0, &decryption), pair[1])
CALL(Decrypt, session, P(0, cipher), cipher_size, P(1, octets), P(2, &size))
THROUGH(DecryptUpdate)
LAST(DecryptFinal)
CALL(DigestInit, session, P(0, &sm3))
THROUGH(Digest)
PART(DigestUpdate)
CALL(DigestKey, session, pair[1])
LAST(DigestFinal)
CALL(SignInit, session, P(0, &sign), pair[1])
THROUGH(Sign)
PART(SignUpdate)
LAST(SignFinal)
CALL(SignRecoverInit, session, P(0, &sign), pair[1])
THROUGH(SignRecover)
CALL(VerifyInit, session, P(0, &sign), pair[0])
CALL(Verify, session, P(0, data), 3, P(1, signature), sizeof(signature))
PART(VerifyUpdate)
CALL(VerifyFinal, session, P(0, signature), sizeof(signature))
CALL(VerifyRecoverInit, session, P(0, &sign), pair[0])
THROUGH(VerifyRecover)
THROUGH(DigestEncryptUpdate)
THROUGH(DecryptDigestUpdate)
THROUGH(SignEncryptUpdate)
THROUGH(DecryptVerifyUpdate)
CALL(GenerateKey, session, P(0, &keygen), P(1, &token), 1, P(2, &object))
CALL(GenerateKeyPair, session, P(0, &keygen), P(1, &token), 1, P(2, &token), 1, P(3, &object), P(4, &other))
CALL(WrapKey, session, P(0, &sign), pair[0], pair[1], P(1, octets), P(2, &size))
CALL(UnwrapKey, session, P(0, &sign), pair[1], P(1, data), 3, P(2, &token), 1, P(3, &object))
CALL(DeriveKey, session, P(0, &sign), pair[1], P(1, &token), 1, P(2, &object))
CALL(SeedRandom, session, P(0, data), 3)
CALL(GenerateRandom, session, P(0, octets), 8)
CALL(GetFunctionStatus, session)
CALL(CancelFunction, session)
CALL(WaitForSlotEvent, CKF_DONT_BLOCK, P(0, &slot), NULL)

static CK_RV call_GetAttributeValue(void)
{
	CK_ATTRIBUTE asked = { CKA_LABEL, octets, size };
	const CK_RV rv = t.f->C_GetAttributeValue(session, pair[0], P(0, &asked), 1);

	size = asked.ulValueLen;
	return rv;
}

/* --- the table ------------------------------------------------------------------------ */

enum handle { NONE, SLOT, SESSION };
enum who { NOBODY, SO, USER };
/* What goes before the call: an operation, maybe fed, or all sessions closed. */
enum start {
	NOTHING, DIGEST, DIGEST_FED, SIGN, SIGN_FED, VERIFY, VERIFY_FED, DECRYPT, SEARCH,
	ALONE };

struct row {
	const char *name;
	size_t at;
	CK_RV (*call)(void);
	enum handle handle;
	enum who who;                   /* must be logged in for the call to do its work */
	enum start start;
	/* Without start; with another operation in its place; by who is logged in; and the
	 * user in a read-only session. */
	CK_RV idle, busy, nobody, so, user, reader;
	size_t pointers;
	CK_RV nulls[5];
	CK_ULONG needs, told;           /* octets or items of output; what a short buffer is told */
	enum start other;               /* DIGEST if not said */
	bool ever;                      /* may be called before C_Initialize */
};

#define F(function) "C_" #function, offsetof(CK_FUNCTION_LIST, C_##function), call_##function
#define EVERY(rv) rv, rv, rv, rv, rv, rv
#define OK CKR_OK
#define ARGS CKR_ARGUMENTS_BAD
#define NO_OP CKR_OPERATION_NOT_INITIALIZED
#define EXISTS CKR_SESSION_EXISTS
#define ACTIVE CKR_OPERATION_ACTIVE
#define LOGIN CKR_USER_NOT_LOGGED_IN
#define READER CKR_SESSION_READ_ONLY
#define UNSUPPORTED CKR_FUNCTION_NOT_SUPPORTED
#define GENERAL(function) F(function), NONE, USER, NOTHING
#define OF_SLOT(function) F(function), SLOT, USER, NOTHING
#define IN(function, start) F(function), SESSION, USER, start
#define NULLS(count, ...) .pointers = (count), .nulls = { __VA_ARGS__ }
#define GIVES(count) .needs = (count), .told = (count)
#define UNKNOWN(function, count)                                                                   \
	{ IN(function, NOTHING), EVERY(UNSUPPORTED),                                               \
	  NULLS(count, UNSUPPORTED, UNSUPPORTED, UNSUPPORTED, UNSUPPORTED) }

static const struct row rows[] = {
	/* function and start,        idle, busy, nobody, so, user, reader,        pointers, output */
	{ GENERAL(Initialize), EVERY(CKR_CRYPTOKI_ALREADY_INITIALIZED), .ever = true },
	{ GENERAL(Finalize), EVERY(OK), .pointers = 0 },
	{ GENERAL(GetInfo), EVERY(OK), NULLS(1, ARGS) },
	{ GENERAL(GetFunctionList), EVERY(OK), NULLS(1, ARGS), .ever = true },
	{ GENERAL(GetSlotList), EVERY(OK), NULLS(2, OK, ARGS), GIVES(2) },
	{ OF_SLOT(GetSlotInfo), EVERY(OK), NULLS(1, ARGS) },
	{ OF_SLOT(GetTokenInfo), EVERY(OK), NULLS(1, ARGS) },
	{ OF_SLOT(GetMechanismList), EVERY(OK), NULLS(2, OK, ARGS), GIVES(5) },
	{ OF_SLOT(GetMechanismInfo), EVERY(OK), NULLS(1, ARGS) },
	{ F(InitToken), SLOT, USER, ALONE, EXISTS, EXISTS, OK, OK, OK, OK, NULLS(2, ARGS, ARGS) },
	{ F(InitPIN), SESSION, SO, NOTHING, OK, OK, LOGIN, OK, LOGIN, LOGIN, NULLS(1, ARGS) },
	{ IN(SetPIN, NOTHING), OK, OK, OK, CKR_PIN_INCORRECT, OK, READER, NULLS(2, ARGS, ARGS) },
	{ OF_SLOT(OpenSession), EVERY(OK), NULLS(1, ARGS) },
	{ IN(CloseSession, NOTHING), EVERY(OK), .pointers = 0 },
	{ OF_SLOT(CloseAllSessions), EVERY(OK), .pointers = 0 },
	{ IN(GetSessionInfo, NOTHING), EVERY(OK), NULLS(1, ARGS) },
	UNKNOWN(GetOperationState, 2),
	UNKNOWN(SetOperationState, 1),
	{ F(Login), SESSION, NOBODY, NOTHING, OK, OK, OK, CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
	  CKR_USER_ALREADY_LOGGED_IN, CKR_USER_ALREADY_LOGGED_IN, NULLS(1, ARGS) },
	{ IN(Logout, NOTHING), OK, OK, LOGIN, OK, OK, OK, .pointers = 0 },
	{ IN(CreateObject, NOTHING), OK, OK, LOGIN, LOGIN, OK, READER, NULLS(2, ARGS, ARGS) },
	UNKNOWN(CopyObject, 2),
	{ IN(DestroyObject, NOTHING), OK, OK, LOGIN, LOGIN, OK, READER, .pointers = 0 },
	{ IN(GetObjectSize, NOTHING), EVERY(OK), NULLS(1, ARGS) },
	{ IN(GetAttributeValue, NOTHING), EVERY(OK), NULLS(1, ARGS), .needs = 5, .told = ~0UL },
	{ IN(SetAttributeValue, NOTHING), OK, OK, LOGIN, LOGIN, OK, READER, NULLS(1, ARGS) },
	{ IN(FindObjectsInit, NOTHING), OK, ACTIVE, OK, OK, OK, OK, NULLS(1, ARGS), .other = SEARCH },
	{ IN(FindObjects, SEARCH), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(2, ARGS, ARGS) },
	{ IN(FindObjectsFinal, SEARCH), NO_OP, NO_OP, OK, OK, OK, OK, .pointers = 0 },
	UNKNOWN(EncryptInit, 1),
	UNKNOWN(Encrypt, 3),
	UNKNOWN(EncryptUpdate, 3),
	UNKNOWN(EncryptFinal, 2),
	{ IN(DecryptInit, NOTHING), OK, ACTIVE, LOGIN, LOGIN, OK, OK, NULLS(1, ARGS) },
	{ IN(Decrypt, DECRYPT), NO_OP, NO_OP, NO_OP, NO_OP, OK, OK, NULLS(3, ARGS, OK, ARGS), GIVES(16) },
	UNKNOWN(DecryptUpdate, 3),
	UNKNOWN(DecryptFinal, 2),
	{ IN(DigestInit, NOTHING), OK, ACTIVE, OK, OK, OK, OK, NULLS(1, ARGS), .other = SIGN },
	{ IN(Digest, DIGEST), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(3, ARGS, OK, ARGS), GIVES(32),
	  .other = SIGN },
	{ IN(DigestUpdate, DIGEST), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(1, ARGS), .other = SIGN },
	UNKNOWN(DigestKey, 0),
	{ IN(DigestFinal, DIGEST_FED), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(2, OK, ARGS), GIVES(32),
	  .other = SIGN },
	{ IN(SignInit, NOTHING), OK, ACTIVE, LOGIN, LOGIN, OK, OK, NULLS(1, ARGS) },
	{ IN(Sign, SIGN), NO_OP, NO_OP, NO_OP, NO_OP, OK, OK, NULLS(3, ARGS, OK, ARGS), GIVES(64) },
	{ IN(SignUpdate, SIGN), NO_OP, NO_OP, NO_OP, NO_OP, OK, OK, NULLS(1, ARGS) },
	{ IN(SignFinal, SIGN_FED), NO_OP, NO_OP, NO_OP, NO_OP, OK, OK, NULLS(2, OK, ARGS), GIVES(64) },
	UNKNOWN(SignRecoverInit, 1),
	UNKNOWN(SignRecover, 3),
	{ IN(VerifyInit, NOTHING), OK, ACTIVE, OK, OK, OK, OK, NULLS(1, ARGS) },
	{ IN(Verify, VERIFY), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(2, ARGS, ARGS) },
	{ IN(VerifyUpdate, VERIFY), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(1, ARGS) },
	{ IN(VerifyFinal, VERIFY_FED), NO_OP, NO_OP, OK, OK, OK, OK, NULLS(1, ARGS) },
	UNKNOWN(VerifyRecoverInit, 1),
	UNKNOWN(VerifyRecover, 3),
	UNKNOWN(DigestEncryptUpdate, 3),
	UNKNOWN(DecryptDigestUpdate, 3),
	UNKNOWN(SignEncryptUpdate, 3),
	UNKNOWN(DecryptVerifyUpdate, 3),
	UNKNOWN(GenerateKey, 3),
	{ IN(GenerateKeyPair, NOTHING), OK, OK, LOGIN, LOGIN, OK, READER,
	  NULLS(5, ARGS, ARGS, ARGS, ARGS, ARGS) },
	UNKNOWN(WrapKey, 3),
	UNKNOWN(UnwrapKey, 4),
	UNKNOWN(DeriveKey, 3),
	{ IN(SeedRandom, NOTHING), EVERY(CKR_RANDOM_SEED_NOT_SUPPORTED), NULLS(1, ARGS) },
	{ IN(GenerateRandom, NOTHING), EVERY(OK), NULLS(1, ARGS) },
	{ IN(GetFunctionStatus, NOTHING), EVERY(CKR_FUNCTION_NOT_PARALLEL), .pointers = 0 },
	{ IN(CancelFunction, NOTHING), EVERY(CKR_FUNCTION_NOT_PARALLEL), .pointers = 0 },
	{ GENERAL(WaitForSlotEvent), EVERY(CKR_NO_EVENT), NULLS(1, ARGS) },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* --- the cases ------------------------------------------------------------------------ */

static int set_up(void **state)
{
	struct egov_buf sealed = EGOV__BUF(sizeof(cipher));
	CK_ULONG made = sizeof(signature);

	(void)state;
	memset(label, ' ', sizeof(label));
	help_token_make(&t);
	session = help_token_user(&t);
	help_token_pair_that(&t, session, "table", 1, CKA_DECRYPT, pair);
	help_token_point(&t, session, pair[0], point);
	assert_ok(egov__sm2_encrypt(EGOV__SLICE(point), (struct egov_slice){ octets, 16 }, &sealed, NULL),
	          NULL);
	memcpy(cipher, sealed.data, sealed.size);
	cipher_size = sealed.size;
	egov__buf_clear(&sealed);
	assert_rv(t.f->C_SignInit(session, &sign, pair[1]), CKR_OK);
	assert_rv(t.f->C_Sign(session, data, 3, signature, &made), CKR_OK);
	path = help_token_path(&t);
	whole = help_read(path);
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_buf_free(whole);
	free(path);
	help_token_unload(&t);
	return 0;
}

/* Nothing of the case before is left: the file, the module's state, the arguments. */
static void fresh(enum who who, CK_FLAGS more)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(whole->data, 1, whole->size, file), whole->size);
	assert_int_equal(fclose(file), 0);
	(void)t.f->C_Finalize(NULL);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	session = help_token_session(&t, more);
	if (who != NOBODY)
		assert_rv(help_token_login(&t, session, who == SO ? CKU_SO : CKU_USER,
		                           who == SO ? TOKEN_SO_PIN : TOKEN_PIN), CKR_OK);
	slot = t.slot;
	null = -1;
	size = sizeof(octets);
}

/* The case itself is what finds out that it failed. */
static void begin(enum start start)
{
	const bool fed = start == DIGEST_FED || start == SIGN_FED || start == VERIFY_FED;
	CK_RV rv = CKR_OK;

	if (start == DIGEST || start == DIGEST_FED)
		rv = t.f->C_DigestInit(session, &sm3);
	else if (start == SIGN || start == SIGN_FED)
		rv = t.f->C_SignInit(session, &sign, pair[1]);
	else if (start == VERIFY || start == VERIFY_FED)
		rv = t.f->C_VerifyInit(session, &sign, pair[0]);
	else if (start == DECRYPT)
		rv = t.f->C_DecryptInit(session, &decryption, pair[1]);
	else if (start == SEARCH)
		rv = t.f->C_FindObjectsInit(session, &token, 1);
	else if (start == ALONE)
		rv = t.f->C_CloseAllSessions(slot);
	if (rv == CKR_OK && fed)
		rv = start == DIGEST_FED   ? t.f->C_DigestUpdate(session, data, 3)
		     : start == SIGN_FED ? t.f->C_SignUpdate(session, data, 3)
		                         : t.f->C_VerifyUpdate(session, data, 3);
	(void)rv;
}

static void expect(const struct row *row, const char *when, CK_RV wanted)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "%s %s", row->name, when);
	help_assert_rv(row->call(), wanted, text, __FILE__, __LINE__);
}

static CK_RV good(const struct row *row)
{
	return row->who == NOBODY ? row->nobody : row->who == SO ? row->so : row->user;
}

static void ready(const struct row *row)
{
	fresh(row->who, CKF_RW_SESSION);
	begin(row->start);
}

/* A member of the list without a row, with two, or a row that leaves a case out, fails here. */
static void table_is_whole(void **state)
{
	const size_t first = offsetof(CK_FUNCTION_LIST, C_Initialize);
	const size_t members = (sizeof(CK_FUNCTION_LIST) - first) / sizeof(void *);

	(void)state;
	for (size_t i = 0; i < members; i++) {
		size_t found = 0;

		for (size_t j = 0; j < ROWS; j++)
			found += rows[j].at == first + i * sizeof(void *);
		if (found != 1)
			fail_msg("member %zu of the function list has %zu rows", i, found);
	}
	assert_int_equal(ROWS, members);
	for (size_t j = 0; j < ROWS; j++) {
		bool asks = false;

		for (size_t i = 0; i < 5; i++) {
			asks = asks || (i < rows[j].pointers && rows[j].nulls[i] == CKR_OK);
			if (i >= rows[j].pointers && good(&rows[j]) != UNSUPPORTED)
				assert_rv(rows[j].nulls[i], CKR_OK);
		}
		/* Where a NULL asks for the length, a short buffer is a case. */
		assert_true(!asks || rows[j].needs > 1);
		assert_true(rows[j].start != NOTHING || rows[j].idle == good(&rows[j]));
	}
}

static void before_initialisation(void **state)
{
	(void)state;
	for (size_t j = 0; j < ROWS; j++) {
		fresh(USER, CKF_RW_SESSION);
		assert_rv(t.f->C_Finalize(NULL), CKR_OK);
		expect(&rows[j], "before C_Initialize",
		       rows[j].ever ? CKR_OK : CKR_CRYPTOKI_NOT_INITIALIZED);
	}
}

/* The child's exit code is the row that did not say so, from 1. */
static void in_a_forked_child(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	fresh(USER, CKF_RW_SESSION);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (size_t j = 0; j < ROWS; j++)
			if (!rows[j].ever && rows[j].call() != CKR_CRYPTOKI_NOT_INITIALIZED)
				_exit((int)j + 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void bad_handle(void **state)
{
	static const CK_ULONG bad[] = { BAD, CK_INVALID_HANDLE, ~0UL };
	const size_t count = sizeof(bad) / sizeof(bad[0]);

	(void)state;
	for (size_t j = 0; j < ROWS; j++)
		for (size_t i = 0; rows[j].handle != NONE && i <= count; i++) {
			ready(&rows[j]);
			if (rows[j].handle == SLOT) {
				slot = bad[i == 1 || i == count ? 0 : i];       /* slot 0 exists */
			} else if (i < count) {
				session = bad[i];
			} else {
				(void)t.f->C_CloseSession(session);
			}
			expect(&rows[j], "on a bad handle",
			       rows[j].handle == SLOT ? CKR_SLOT_ID_INVALID
			                              : CKR_SESSION_HANDLE_INVALID);
		}
}

/* A NULL that asks for a length leaves the operation as it is, a wrong one ends it. */
static void null_pointers(void **state)
{
	char when[32];

	(void)state;
	for (size_t j = 0; j < ROWS; j++)
		for (size_t i = 0; i < rows[j].pointers; i++) {
			const struct row *row = &rows[j];

			ready(row);
			null = (int)i;
			(void)snprintf(when, sizeof(when), "with NULL for pointer %zu", i);
			expect(row, when, row->nulls[i]);
			null = -1;
			if (row->nulls[i] == CKR_OK) {
				assert_int_equal(size, row->needs);
				expect(row, "after its length was asked for", good(row));
			} else if (row->start >= DIGEST && row->start <= DECRYPT) {
				expect(row, "after a bad argument", NO_OP);
			}
		}
}

static void short_buffer(void **state)
{
	(void)state;
	for (size_t j = 0; j < ROWS; j++) {
		const struct row *row = &rows[j];

		if (row->needs == 0)
			continue;
		ready(row);
		size = row->needs - 1;
		expect(row, "with a short buffer", CKR_BUFFER_TOO_SMALL);
		assert_int_equal(size, row->told);
		size = row->needs;
		expect(row, "with the buffer that it needs", CKR_OK);
		assert_int_equal(size, row->needs);
	}
}

static void wrong_state(void **state)
{
	(void)state;
	for (size_t j = 0; j < ROWS; j++) {
		const struct row *row = &rows[j];

		fresh(row->who, CKF_RW_SESSION);
		expect(row, "without its start", row->idle);
		fresh(row->who, CKF_RW_SESSION);
		begin(row->other == NOTHING ? DIGEST : row->other);
		expect(row, "under another operation", row->busy);
	}
}

static void wrong_user(void **state)
{
	(void)state;
	for (size_t j = 0; j < ROWS; j++) {
		const struct row *row = &rows[j];
		const CK_RV wanted[] = { [NOBODY] = row->nobody, [SO] = row->so, [USER] = row->user };
		static const char *const when[] = { "by nobody", "by the SO", "by the user" };

		for (int who = NOBODY; who <= USER; who++) {
			fresh((enum who)who, CKF_RW_SESSION);
			begin(row->start);
			expect(row, when[who], wanted[who]);
		}
		fresh(USER, 0);
		begin(row->start);
		expect(row, "in a read-only session", row->reader);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_whole),      cmocka_unit_test(before_initialisation),
		cmocka_unit_test(in_a_forked_child),   cmocka_unit_test(bad_handle),
		cmocka_unit_test(null_pointers),       cmocka_unit_test(short_buffer),
		cmocka_unit_test(wrong_state),         cmocka_unit_test(wrong_user),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
