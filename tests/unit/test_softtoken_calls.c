/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

#include <dlfcn.h>

/* Every function without initialisation, with bad handles, with NULL pointers. */

#define BAD_SLOT 0x7ffffff0UL
#define BAD_SESSION 0x7ffffff0UL

static struct help_token t;
static unsigned char octets[128];
static CK_ULONG size;
static CK_OBJECT_HANDLE object;
static CK_BBOOL yes = CK_TRUE;

static int set_up(void **state)
{
	(void)state;
	help_token_make(&t);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_token_unload(&t);
	return 0;
}

/* Nor does another library in the process, such as p11-kit, stand in for one. */
static void every_entry_is_the_module_s(void **state)
{
	const size_t first = offsetof(CK_FUNCTION_LIST, C_Initialize);
	const size_t count = (sizeof(CK_FUNCTION_LIST) - first) / sizeof(void *);
	void *entry;
	Dl_info where;

	(void)state;
	assert_int_equal(count, 68);
	assert_int_equal(t.f->version.major, 2);
	assert_int_equal(t.f->version.minor, 40);
	for (size_t i = 0; i < count; i++) {
		memcpy(&entry, (const char *)t.f + first + i * sizeof(void *), sizeof(entry));
		assert_non_null(entry);
		assert_int_not_equal(dladdr(entry, &where), 0);
		assert_non_null(strstr(where.dli_fname, "egov-softtoken.so"));
	}
	assert_rv(t.f->C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
}

static void call_slot_functions(CK_SLOT_ID slot, CK_RV wanted)
{
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO token_info;
	CK_MECHANISM_INFO mechanism_info;
	CK_SESSION_HANDLE session;
	unsigned char label[32];

	memset(label, ' ', sizeof(label));
	size = 1;
	assert_rv(t.f->C_GetSlotInfo(slot, &slot_info), wanted);
	assert_rv(t.f->C_GetTokenInfo(slot, &token_info), wanted);
	assert_rv(t.f->C_GetMechanismList(slot, NULL, &size), wanted);
	assert_rv(t.f->C_GetMechanismInfo(slot, CKM_TEST_SM3, &mechanism_info), wanted);
	assert_rv(t.f->C_InitToken(slot, octets, 8, label), wanted);
	assert_rv(t.f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), wanted);
	assert_rv(t.f->C_CloseAllSessions(slot), wanted);
}

/* Those that do something in a session. */
static void call_session_functions(CK_SESSION_HANDLE s, CK_RV wanted)
{
	CK_MECHANISM mechanism = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_ATTRIBUTE a = { CKA_TOKEN, &yes, 1 };
	CK_SESSION_INFO info;

	size = sizeof(octets);
	assert_rv(t.f->C_CloseSession(s), wanted);
	assert_rv(t.f->C_GetSessionInfo(s, &info), wanted);
	assert_rv(t.f->C_InitPIN(s, octets, 8), wanted);
	assert_rv(t.f->C_SetPIN(s, octets, 8, octets, 8), wanted);
	assert_rv(t.f->C_Login(s, CKU_USER, octets, 8), wanted);
	assert_rv(t.f->C_Logout(s), wanted);
	assert_rv(t.f->C_CreateObject(s, &a, 1, &object), wanted);
	assert_rv(t.f->C_DestroyObject(s, 1), wanted);
	assert_rv(t.f->C_GetObjectSize(s, 1, &size), wanted);
	assert_rv(t.f->C_GetAttributeValue(s, 1, &a, 1), wanted);
	assert_rv(t.f->C_SetAttributeValue(s, 1, &a, 1), wanted);
	assert_rv(t.f->C_FindObjectsInit(s, &a, 1), wanted);
	assert_rv(t.f->C_FindObjects(s, &object, 1, &size), wanted);
	assert_rv(t.f->C_FindObjectsFinal(s), wanted);
	assert_rv(t.f->C_DigestInit(s, &mechanism), wanted);
	assert_rv(t.f->C_Digest(s, octets, 1, octets, &size), wanted);
	assert_rv(t.f->C_DigestUpdate(s, octets, 1), wanted);
	assert_rv(t.f->C_DigestFinal(s, octets, &size), wanted);
	assert_rv(t.f->C_SignInit(s, &mechanism, 1), wanted);
	assert_rv(t.f->C_Sign(s, octets, 32, octets, &size), wanted);
	assert_rv(t.f->C_SignUpdate(s, octets, 1), wanted);
	assert_rv(t.f->C_SignFinal(s, octets, &size), wanted);
	assert_rv(t.f->C_VerifyInit(s, &mechanism, 1), wanted);
	assert_rv(t.f->C_Verify(s, octets, 32, octets, 64), wanted);
	assert_rv(t.f->C_VerifyUpdate(s, octets, 1), wanted);
	assert_rv(t.f->C_VerifyFinal(s, octets, 64), wanted);
	assert_rv(t.f->C_GenerateKeyPair(s, &mechanism, &a, 1, &a, 1, &object, &object), wanted);
	assert_rv(t.f->C_SeedRandom(s, octets, 8), wanted);
	assert_rv(t.f->C_GenerateRandom(s, octets, 8), wanted);
}

/* Those that this token cannot do at all. */
static void call_unsupported(CK_SESSION_HANDLE s, CK_RV wanted)
{
	CK_MECHANISM m = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_ATTRIBUTE a = { CKA_TOKEN, &yes, 1 };

	size = sizeof(octets);
	assert_rv(t.f->C_GetOperationState(s, octets, &size), wanted);
	assert_rv(t.f->C_SetOperationState(s, octets, 8, 0, 0), wanted);
	assert_rv(t.f->C_CopyObject(s, 1, &a, 1, &object), wanted);
	assert_rv(t.f->C_EncryptInit(s, &m, 1), wanted);
	assert_rv(t.f->C_Encrypt(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_EncryptUpdate(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_EncryptFinal(s, octets, &size), wanted);
	assert_rv(t.f->C_DecryptInit(s, &m, 1), wanted);
	assert_rv(t.f->C_Decrypt(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_DecryptUpdate(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_DecryptFinal(s, octets, &size), wanted);
	assert_rv(t.f->C_DigestKey(s, 1), wanted);
	assert_rv(t.f->C_SignRecoverInit(s, &m, 1), wanted);
	assert_rv(t.f->C_SignRecover(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_VerifyRecoverInit(s, &m, 1), wanted);
	assert_rv(t.f->C_VerifyRecover(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_DigestEncryptUpdate(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_DecryptDigestUpdate(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_SignEncryptUpdate(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_DecryptVerifyUpdate(s, octets, 8, octets, &size), wanted);
	assert_rv(t.f->C_GenerateKey(s, &m, &a, 1, &object), wanted);
	assert_rv(t.f->C_WrapKey(s, &m, 1, 1, octets, &size), wanted);
	assert_rv(t.f->C_UnwrapKey(s, &m, 1, octets, 8, &a, 1, &object), wanted);
	assert_rv(t.f->C_DeriveKey(s, &m, 1, &a, 1, &object), wanted);
}

static void uninitialised(void **state)
{
	const CK_RV wanted = CKR_CRYPTOKI_NOT_INITIALIZED;
	CK_SLOT_ID slot;
	CK_INFO info;

	(void)state;
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Finalize(NULL), wanted);
	assert_rv(t.f->C_GetInfo(&info), wanted);
	assert_rv(t.f->C_GetSlotList(CK_TRUE, NULL, &size), wanted);
	assert_rv(t.f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), wanted);
	call_slot_functions(0, wanted);
	call_session_functions(1, wanted);
	call_unsupported(1, wanted);
	assert_rv(t.f->C_GetFunctionStatus(1), wanted);
	assert_rv(t.f->C_CancelFunction(1), wanted);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	t.slot = help_token_find(&t, TOKEN_LABEL);
}

static void bad_handles(void **state)
{
	CK_SESSION_HANDLE session = help_token_session(&t, CKF_RW_SESSION);
	CK_SESSION_HANDLE closed = help_token_session(&t, 0);

	(void)state;
	assert_rv(t.f->C_CloseSession(closed), CKR_OK);
	call_slot_functions(BAD_SLOT, CKR_SLOT_ID_INVALID);
	call_session_functions(BAD_SESSION, CKR_SESSION_HANDLE_INVALID);
	call_session_functions(CK_INVALID_HANDLE, CKR_SESSION_HANDLE_INVALID);
	call_session_functions(closed, CKR_SESSION_HANDLE_INVALID);
	call_unsupported(BAD_SESSION, CKR_SESSION_HANDLE_INVALID);
	assert_rv(t.f->C_GetFunctionStatus(BAD_SESSION), CKR_SESSION_HANDLE_INVALID);
	assert_rv(t.f->C_CancelFunction(BAD_SESSION), CKR_SESSION_HANDLE_INVALID);
	call_unsupported(session, CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(t.f->C_GetFunctionStatus(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_rv(t.f->C_CancelFunction(session), CKR_FUNCTION_NOT_PARALLEL);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void bad_objects(void **state)
{
	CK_SESSION_HANDLE s = help_token_user(&t);
	CK_MECHANISM mechanism = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_ATTRIBUTE a = { CKA_LABEL, octets, 3 };

	(void)state;
	assert_rv(t.f->C_DestroyObject(s, 99999), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(t.f->C_GetObjectSize(s, 0, &size), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(t.f->C_GetAttributeValue(s, 0, &a, 1), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(t.f->C_SetAttributeValue(s, 99999, &a, 1), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(t.f->C_SignInit(s, &mechanism, 0), CKR_KEY_HANDLE_INVALID);
	assert_rv(t.f->C_VerifyInit(s, &mechanism, ~0UL), CKR_KEY_HANDLE_INVALID);
	assert_rv(t.f->C_CloseSession(s), CKR_OK);
}

static void null_in_general_functions(void **state)
{
	unsigned char label[32];
	CK_SLOT_ID slot;

	(void)state;
	memset(label, ' ', sizeof(label));
	assert_rv(t.f->C_Finalize(octets), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetSlotList(CK_TRUE, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetSlotInfo(t.slot, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetTokenInfo(t.slot, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetMechanismList(t.slot, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetMechanismInfo(t.slot, CKM_TEST_SM3, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_InitToken(t.slot, NULL, 8, label), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_InitToken(t.slot, octets, 8, NULL), CKR_ARGUMENTS_BAD);
	label[0] = 0xff;
	assert_rv(t.f->C_InitToken(t.slot, octets, 8, label), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_OpenSession(t.slot, CKF_SERIAL_SESSION, NULL, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, octets), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
	assert_rv(t.f->C_WaitForSlotEvent(0, &slot, NULL), CKR_FUNCTION_NOT_SUPPORTED);
}

static void null_in_session_functions(void **state)
{
	CK_SESSION_HANDLE s = help_token_session(&t, CKF_RW_SESSION);
	CK_ATTRIBUTE no_value = { CKA_LABEL, NULL, 3 }, label = { CKA_LABEL, octets, 3 };
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_OBJECT_HANDLE pair[2];

	(void)state;
	assert_rv(t.f->C_GetSessionInfo(s, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_Login(s, CKU_USER, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SetPIN(s, NULL, 6, octets, 6), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SetPIN(s, octets, 6, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_rv(help_token_login(&t, s, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(t.f->C_InitPIN(s, NULL, 6), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_Logout(s), CKR_OK);
	assert_rv(help_token_login(&t, s, CKU_USER, TOKEN_PIN), CKR_OK);
	help_token_pair(&t, s, "null", 1, &pair[0], &pair[1]);
	assert_rv(t.f->C_CreateObject(s, NULL, 1, &object), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CreateObject(s, NULL, 0, &object), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CreateObject(s, &label, 1, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CreateObject(s, &no_value, 1, &object), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CreateObject(s, &label, 1, &object), CKR_TEMPLATE_INCOMPLETE);
	assert_rv(t.f->C_GetObjectSize(s, pair[0], NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GetAttributeValue(s, pair[0], NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SetAttributeValue(s, pair[0], NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SetAttributeValue(s, pair[0], &no_value, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_FindObjectsInit(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_FindObjectsInit(s, &no_value, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_rv(t.f->C_FindObjects(s, NULL, 1, &size), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_FindObjects(s, &object, 1, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_FindObjectsFinal(s), CKR_OK);
	assert_rv(t.f->C_GenerateKeyPair(s, NULL, &label, 1, &label, 1, &object, &object),
	          CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GenerateKeyPair(s, &keygen, NULL, 1, &label, 1, &object, &object),
	          CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GenerateKeyPair(s, &keygen, &label, 1, &no_value, 1, &object, &object),
	          CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GenerateKeyPair(s, &keygen, &label, 1, &label, 1, NULL, &object),
	          CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GenerateKeyPair(s, &keygen, &label, 1, &label, 1, &object, NULL),
	          CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SeedRandom(s, NULL, 8), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GenerateRandom(s, NULL, 8), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CloseSession(s), CKR_OK);
}

static void start_op(CK_SESSION_HANDLE s, const CK_OBJECT_HANDLE pair[2], CK_MECHANISM_TYPE type,
                     int what)
{
	CK_MECHANISM mechanism = { type, NULL, 0 };

	if (what == 0)
		assert_rv(t.f->C_DigestInit(s, &mechanism), CKR_OK);
	else if (what == 1)
		assert_rv(t.f->C_SignInit(s, &mechanism, pair[1]), CKR_OK);
	else
		assert_rv(t.f->C_VerifyInit(s, &mechanism, pair[0]), CKR_OK);
}

/* A bad argument ends the operation; that the next one can start shows it. */
static void null_in_operations(void **state)
{
	const CK_MECHANISM_TYPE message = CKM_TEST_SIGN_MESSAGE;
	CK_SESSION_HANDLE s = help_token_user(&t);
	CK_MECHANISM no_parameter = { CKM_TEST_SIGN_MESSAGE, NULL, 5 };
	CK_OBJECT_HANDLE pair[2];

	(void)state;
	help_token_pair(&t, s, "ops", 2, &pair[0], &pair[1]);
	assert_rv(t.f->C_DigestInit(s, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SignInit(s, NULL, pair[1]), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_VerifyInit(s, NULL, pair[0]), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SignInit(s, &no_parameter, pair[1]), CKR_ARGUMENTS_BAD);
	start_op(s, pair, CKM_TEST_SM3, 0);
	assert_rv(t.f->C_Digest(s, NULL, 3, octets, &size), CKR_ARGUMENTS_BAD);
	start_op(s, pair, CKM_TEST_SM3, 0);
	assert_rv(t.f->C_Digest(s, octets, 3, octets, NULL), CKR_ARGUMENTS_BAD);
	start_op(s, pair, CKM_TEST_SM3, 0);
	assert_rv(t.f->C_DigestUpdate(s, NULL, 3), CKR_ARGUMENTS_BAD);
	start_op(s, pair, CKM_TEST_SM3, 0);
	assert_rv(t.f->C_DigestFinal(s, octets, NULL), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 1);
	assert_rv(t.f->C_Sign(s, NULL, 3, octets, &size), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 1);
	assert_rv(t.f->C_Sign(s, octets, 3, octets, NULL), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 1);
	assert_rv(t.f->C_SignUpdate(s, NULL, 3), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 1);
	assert_rv(t.f->C_SignFinal(s, octets, NULL), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 2);
	assert_rv(t.f->C_Verify(s, NULL, 3, octets, 64), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 2);
	assert_rv(t.f->C_Verify(s, octets, 3, NULL, 64), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 2);
	assert_rv(t.f->C_VerifyUpdate(s, NULL, 3), CKR_ARGUMENTS_BAD);
	start_op(s, pair, message, 2);
	assert_rv(t.f->C_VerifyFinal(s, NULL, 64), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CloseSession(s), CKR_OK);
}

static void wrong_state(void **state)
{
	CK_SESSION_HANDLE s = help_token_user(&t);
	CK_MECHANISM sm3 = { CKM_TEST_SM3, NULL, 0 }, sign = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_OBJECT_HANDLE pair[2];

	(void)state;
	size = sizeof(octets);
	help_token_pair(&t, s, "state", 3, &pair[0], &pair[1]);
	assert_rv(t.f->C_FindObjects(s, &object, 1, &size), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_FindObjectsFinal(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_Digest(s, octets, 1, octets, &size), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_DigestUpdate(s, octets, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_Sign(s, octets, 32, octets, &size), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_SignUpdate(s, octets, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_SignFinal(s, octets, &size), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_Verify(s, octets, 32, octets, 64), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_VerifyUpdate(s, octets, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_VerifyFinal(s, octets, 64), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_SignInit(s, &sign, pair[1]), CKR_OK);
	assert_rv(t.f->C_SignInit(s, &sign, pair[1]), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_VerifyInit(s, &sign, pair[0]), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_DigestInit(s, &sm3), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_Verify(s, octets, 32, octets, 64), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_SignFinal(s, octets, &size), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(t.f->C_CloseSession(s), CKR_OK);
}

/* An operation dies with the login that it needs. */
static void logout_ends_signing(void **state)
{
	CK_SESSION_HANDLE s = help_token_user(&t);
	CK_MECHANISM sign = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_OBJECT_HANDLE pair[2];
	CK_ATTRIBUTE a = { CKA_LABEL, octets, sizeof(octets) };

	(void)state;
	size = sizeof(octets);
	help_token_pair(&t, s, "logout", 4, &pair[0], &pair[1]);
	assert_rv(t.f->C_SignInit(s, &sign, pair[1]), CKR_OK);
	assert_rv(t.f->C_Logout(s), CKR_OK);
	assert_rv(t.f->C_Sign(s, octets, 32, octets, &size), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_SignInit(s, &sign, pair[1]), CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_GetAttributeValue(s, pair[1], &a, 1), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(t.f->C_GetAttributeValue(s, pair[0], &a, 1), CKR_OK);
	assert_rv(t.f->C_CloseSession(s), CKR_OK);
}

static void initialize_arguments(void **state)
{
	union {
		void *data;
		CK_CREATEMUTEX function;
	} any = { .data = octets };
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };

	(void)state;
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	args.pReserved = octets;
	assert_rv(t.f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	args.pReserved = NULL;
	args.CreateMutex = any.function;
	assert_rv(t.f->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	memcpy(&args.DestroyMutex, &any.data, sizeof(any.data));
	memcpy(&args.LockMutex, &any.data, sizeof(any.data));
	memcpy(&args.UnlockMutex, &any.data, sizeof(any.data));
	args.flags = 0;
	assert_rv(t.f->C_Initialize(&args), CKR_CANT_LOCK);
	args.flags = CKF_OS_LOCKING_OK;
	assert_rv(t.f->C_Initialize(&args), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
}

static void sessions(void **state)
{
	CK_SESSION_HANDLE all[1025];
	CK_SESSION_INFO info;
	size_t count = 0;
	CK_RV rv;

	(void)state;
	assert_rv(t.f->C_OpenSession(t.slot, CKF_RW_SESSION, NULL, NULL, all),
	          CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	do
		rv = t.f->C_OpenSession(t.slot, CKF_SERIAL_SESSION, NULL, NULL, &all[count]);
	while (rv == CKR_OK && ++count < 1025);
	assert_rv(rv, CKR_SESSION_COUNT);
	assert_int_equal(count, 1024);
	assert_rv(t.f->C_GetSessionInfo(all[1023], &info), CKR_OK);
	assert_int_equal(info.slotID, t.slot);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	assert_int_equal(info.flags, CKF_SERIAL_SESSION);
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
	assert_rv(t.f->C_GetSessionInfo(all[0], &info), CKR_SESSION_HANDLE_INVALID);
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
}

static void slot_lists(void **state)
{
	CK_SLOT_ID slots[4];
	CK_ULONG count = 0;
	CK_TOKEN_INFO info;
	CK_SESSION_HANDLE session;
	const CK_SLOT_ID empty = t.slot == 0 ? 1 : 0;

	(void)state;
	assert_rv(t.f->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
	assert_int_equal(count, 2);
	count = 1;
	assert_rv(t.f->C_GetSlotList(CK_FALSE, slots, &count), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(count, 2);
	assert_rv(t.f->C_GetSlotList(CK_FALSE, slots, &count), CKR_OK);
	assert_true(slots[0] == empty || slots[1] == empty);
	assert_rv(t.f->C_GetTokenInfo(empty, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_TOKEN_INITIALIZED, 0);
	assert_rv(t.f->C_OpenSession(empty, CKF_SERIAL_SESSION, NULL, NULL, &session),
	          CKR_TOKEN_NOT_RECOGNIZED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_the_module_s),
		cmocka_unit_test(uninitialised),
		cmocka_unit_test(bad_handles),
		cmocka_unit_test(bad_objects),
		cmocka_unit_test(null_in_general_functions),
		cmocka_unit_test(null_in_session_functions),
		cmocka_unit_test(null_in_operations),
		cmocka_unit_test(wrong_state),
		cmocka_unit_test(logout_ends_signing),
		cmocka_unit_test(initialize_arguments),
		cmocka_unit_test(sessions),
		cmocka_unit_test(slot_lists),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
