/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

#include <dlfcn.h>

/* What calls do beside the cases that every function shares (test_softtoken_table). */

static struct help_token t;
static unsigned char octets[128];
static CK_ULONG size;
static CK_OBJECT_HANDLE object;

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

/* Templates and parameters of which a part is NULL, a label that is no text, a lead-in that the
 * standard reserves. */
static void bad_in_part(void **state)
{
	CK_SESSION_HANDLE s = help_token_user(&t);
	CK_ATTRIBUTE no_value = { CKA_LABEL, NULL, 3 }, label = { CKA_LABEL, octets, 3 };
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_MECHANISM no_parameter = { CKM_TEST_SIGN_MESSAGE, NULL, 5 };
	unsigned char not_text[32] = { 0xff };
	CK_OBJECT_HANDLE pair[2];
	CK_SLOT_ID slot;

	(void)state;
	help_token_pair(&t, s, "part", 1, &pair[0], &pair[1]);
	assert_rv(t.f->C_Finalize(octets), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_InitToken(t.slot, octets, 8, not_text), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, octets), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_WaitForSlotEvent(0, &slot, NULL), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(t.f->C_CreateObject(s, NULL, 0, &object), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CreateObject(s, &no_value, 1, &object), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CreateObject(s, &label, 1, &object), CKR_TEMPLATE_INCOMPLETE);
	assert_rv(t.f->C_SetAttributeValue(s, pair[0], &no_value, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_FindObjectsInit(s, &no_value, 1), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_GenerateKeyPair(s, &keygen, &label, 1, &no_value, 1, &object, &object),
	          CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_SignInit(s, &no_parameter, pair[1]), CKR_ARGUMENTS_BAD);
	assert_rv(t.f->C_CloseSession(s), CKR_OK);
}

/* e comes in one piece; an operation is of one kind. */
static void one_operation_of_one_kind(void **state)
{
	CK_SESSION_HANDLE s = help_token_user(&t);
	CK_MECHANISM sign = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_OBJECT_HANDLE pair[2];

	(void)state;
	size = sizeof(octets);
	help_token_pair(&t, s, "state", 3, &pair[0], &pair[1]);
	assert_rv(t.f->C_SignInit(s, &sign, pair[1]), CKR_OK);
	assert_rv(t.f->C_SignInit(s, &sign, pair[1]), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_VerifyInit(s, &sign, pair[0]), CKR_OPERATION_ACTIVE);
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
		cmocka_unit_test(bad_objects),
		cmocka_unit_test(bad_in_part),
		cmocka_unit_test(one_operation_of_one_kind),
		cmocka_unit_test(logout_ends_signing),
		cmocka_unit_test(initialize_arguments),
		cmocka_unit_test(sessions),
		cmocka_unit_test(slot_lists),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
