/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

/* Who may do what, and what wrong PINs lead to. */

static struct help_token t;

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

static CK_FLAGS flags(void)
{
	CK_TOKEN_INFO info;

	assert_rv(t.f->C_GetTokenInfo(t.slot, &info), CKR_OK);
	return info.flags;
}

static CK_STATE state_of(CK_SESSION_HANDLE session)
{
	CK_SESSION_INFO info;

	assert_rv(t.f->C_GetSessionInfo(session, &info), CKR_OK);
	return info.state;
}

static CK_RV set_pin(CK_SESSION_HANDLE session, const char *from, const char *to)
{
	unsigned char old_pin[300], new_pin[300];

	memcpy(old_pin, from, strlen(from));
	memcpy(new_pin, to, strlen(to));
	return t.f->C_SetPIN(session, old_pin, strlen(from), new_pin, strlen(to));
}

static CK_RV init_pin(CK_SESSION_HANDLE session, const char *pin)
{
	unsigned char copy[300];

	memcpy(copy, pin, strlen(pin));
	return t.f->C_InitPIN(session, copy, strlen(pin));
}

static void logins(void **state)
{
	CK_SESSION_HANDLE writer = help_token_session(&t, CKF_RW_SESSION);
	CK_SESSION_HANDLE reader = help_token_session(&t, 0), another;

	(void)state;
	assert_int_equal(state_of(writer), CKS_RW_PUBLIC_SESSION);
	assert_rv(t.f->C_Logout(writer), CKR_USER_NOT_LOGGED_IN);
	assert_rv(help_token_login(&t, writer, 7, TOKEN_PIN), CKR_USER_TYPE_INVALID);
	assert_rv(help_token_login(&t, writer, CKU_CONTEXT_SPECIFIC, TOKEN_PIN),
	          CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(help_token_login(&t, writer, CKU_SO, TOKEN_SO_PIN), CKR_SESSION_READ_ONLY_EXISTS);
	assert_rv(help_token_login(&t, reader, CKU_USER, TOKEN_PIN), CKR_OK);
	assert_int_equal(state_of(writer), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(state_of(reader), CKS_RO_USER_FUNCTIONS);
	assert_rv(help_token_login(&t, writer, CKU_USER, TOKEN_PIN), CKR_USER_ALREADY_LOGGED_IN);
	assert_rv(help_token_login(&t, writer, CKU_SO, TOKEN_SO_PIN), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
	assert_rv(init_pin(writer, "new pin"), CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_Logout(writer), CKR_OK);
	assert_rv(t.f->C_CloseSession(reader), CKR_OK);
	assert_rv(help_token_login(&t, writer, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_int_equal(state_of(writer), CKS_RW_SO_FUNCTIONS);
	assert_rv(t.f->C_OpenSession(t.slot, CKF_SERIAL_SESSION, NULL, NULL, &another),
	          CKR_SESSION_READ_WRITE_SO_EXISTS);
	assert_rv(t.f->C_CloseSession(writer), CKR_OK);
	writer = help_token_session(&t, CKF_RW_SESSION);
	assert_int_equal(state_of(writer), CKS_RW_PUBLIC_SESSION);
	assert_rv(t.f->C_CloseSession(writer), CKR_OK);
}

/* The SO sees no private key and signs nothing. */
static void so_has_no_keys(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2], found[16];
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE privates = { CKA_CLASS, &class, sizeof(class) };
	CK_MECHANISM sign = { CKM_TEST_SIGN_E, NULL, 0 }, keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 };

	(void)state;
	help_token_pair(&t, session, "not the SO's", 1, &pair[0], &pair[1]);
	assert_int_equal(help_token_search(&t, session, &privates, 1, found), 1);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_int_equal(help_token_search(&t, session, &privates, 1, found), 0);
	assert_rv(t.f->C_SignInit(session, &sign, pair[1]), CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_DestroyObject(session, pair[0]), CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_GenerateKeyPair(session, &keygen, &token, 1, &token, 1, &pair[0], &pair[1]),
	          CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void pin_lengths(void **state)
{
	CK_SESSION_HANDLE session = help_token_session(&t, CKF_RW_SESSION);
	char pin[300];

	(void)state;
	memset(pin, '1', sizeof(pin));
	pin[65] = 0;
	assert_rv(set_pin(session, TOKEN_PIN, "12345"), CKR_PIN_LEN_RANGE);
	assert_rv(set_pin(session, TOKEN_PIN, pin), CKR_PIN_LEN_RANGE);
	pin[64] = 0;
	assert_rv(set_pin(session, TOKEN_PIN, pin), CKR_OK);
	assert_rv(set_pin(session, pin, TOKEN_PIN), CKR_OK);
	memset(pin, '1', sizeof(pin));
	pin[299] = 0;
	assert_rv(help_token_login(&t, session, CKU_USER, pin), CKR_PIN_INCORRECT);
	assert_rv(help_token_login(&t, session, CKU_USER, ""), CKR_PIN_INCORRECT);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(init_pin(session, "12345"), CKR_PIN_LEN_RANGE);
	assert_rv(init_pin(session, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* Keys stay when a PIN changes, by whomever. */
static void changed_pins(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t), reader = help_token_session(&t, 0);
	CK_OBJECT_HANDLE pair[2];
	uint8_t point[65], e[32] = { 3 }, raw[64];

	(void)state;
	help_token_pair(&t, session, "stays", 2, &pair[0], &pair[1]);
	help_token_point(&t, session, pair[0], point);
	assert_rv(set_pin(reader, TOKEN_PIN, "another pin"), CKR_SESSION_READ_ONLY);
	assert_rv(set_pin(session, "wrong pin", "another pin"), CKR_PIN_INCORRECT);
	assert_rv(set_pin(session, TOKEN_PIN, "another pin"), CKR_OK);
	assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_OK);
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
	session = help_token_session(&t, CKF_RW_SESSION);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_PIN_INCORRECT);
	assert_rv(help_token_login(&t, session, CKU_USER, "another pin"), CKR_OK);
	assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_OK);
	help_token_verify(point, e, raw);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(set_pin(session, "another pin", "so pin 2"), CKR_PIN_INCORRECT);
	assert_rv(set_pin(session, TOKEN_SO_PIN, "so pin 2"), CKR_OK);
	assert_rv(init_pin(session, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_PIN_INCORRECT);
	assert_rv(help_token_login(&t, session, CKU_SO, "so pin 2"), CKR_OK);
	assert_rv(set_pin(session, "so pin 2", TOKEN_SO_PIN), CKR_OK);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
	assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void lock(void **state)
{
	const CK_FLAGS mask = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
	CK_SESSION_HANDLE session = help_token_session(&t, CKF_RW_SESSION);

	(void)state;
	assert_rv(help_token_login(&t, session, CKU_USER, "wrong 1"), CKR_PIN_INCORRECT);
	assert_int_equal(flags() & mask, CKF_USER_PIN_COUNT_LOW);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
	assert_int_equal(flags() & mask, 0);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	for (int i = 0; i < 9; i++)
		assert_rv(help_token_login(&t, session, CKU_USER, "wrong 2"), CKR_PIN_INCORRECT);
	assert_int_equal(flags() & mask, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	assert_rv(set_pin(session, "wrong 3", "another"), CKR_PIN_INCORRECT);
	assert_int_equal(flags() & mask, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_PIN_LOCKED);
	assert_rv(set_pin(session, TOKEN_PIN, "another"), CKR_PIN_LOCKED);
	/* A restart does not help; the SO does. */
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
	session = help_token_session(&t, CKF_RW_SESSION);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_PIN_LOCKED);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(init_pin(session, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_int_equal(flags() & mask, 0);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static CK_RV init_token(CK_SLOT_ID slot, const char *pin, const char *text)
{
	unsigned char label[32], copy[300];

	memset(label, ' ', sizeof(label));
	memcpy(label, text, strlen(text));
	memcpy(copy, pin, strlen(pin));
	return t.f->C_InitToken(slot, copy, strlen(pin), label);
}

static void initialised_again(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2], found[16];
	CK_TOKEN_INFO before, after;

	(void)state;
	help_token_pair(&t, session, "gone", 3, &pair[0], &pair[1]);
	assert_rv(t.f->C_GetTokenInfo(t.slot, &before), CKR_OK);
	assert_rv(init_token(t.slot, TOKEN_SO_PIN, "again"), CKR_SESSION_EXISTS);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	assert_rv(init_token(t.slot, "not the PIN", "again"), CKR_PIN_INCORRECT);
	assert_true(flags() & CKF_SO_PIN_COUNT_LOW);
	assert_rv(init_token(t.slot, TOKEN_SO_PIN, "again"), CKR_OK);
	assert_rv(t.f->C_GetTokenInfo(t.slot, &after), CKR_OK);
	assert_memory_equal(before.serialNumber, after.serialNumber, 16);
	assert_memory_equal(after.label, "again ", 6);
	assert_int_equal(after.flags & (CKF_USER_PIN_INITIALIZED | CKF_SO_PIN_COUNT_LOW), 0);
	session = help_token_session(&t, CKF_RW_SESSION);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_USER_PIN_NOT_INITIALIZED);
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 0);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(init_pin(session, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	session = help_token_user(&t);
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 0);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	assert_rv(init_token(t.slot, TOKEN_SO_PIN, TOKEN_LABEL), CKR_OK);
	session = help_token_session(&t, CKF_RW_SESSION);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_OK);
	assert_rv(init_pin(session, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void so_lock(void **state)
{
	const CK_FLAGS mask = CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;
	CK_SESSION_HANDLE session = help_token_session(&t, CKF_RW_SESSION);

	(void)state;
	for (int i = 0; i < 9; i++)
		assert_rv(help_token_login(&t, session, CKU_SO, "wrong 1"), CKR_PIN_INCORRECT);
	assert_int_equal(flags() & mask, CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY);
	assert_rv(help_token_login(&t, session, CKU_SO, "wrong 1"), CKR_PIN_INCORRECT);
	assert_int_equal(flags() & mask, CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_LOCKED);
	assert_rv(help_token_login(&t, session, CKU_SO, TOKEN_SO_PIN), CKR_PIN_LOCKED);
	assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	assert_rv(init_token(t.slot, TOKEN_SO_PIN, "locked"), CKR_PIN_LOCKED);
}

static void several_tokens(void **state)
{
	CK_SLOT_ID first, second;
	CK_ULONG count = 0;

	(void)state;
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	assert_rv(init_token(0, "12345", "short PIN"), CKR_PIN_LEN_RANGE);
	assert_rv(init_token(0, TOKEN_SO_PIN, "second"), CKR_OK);
	second = help_token_find(&t, "second");
	assert_int_equal(second, 0);
	first = help_token_find(&t, TOKEN_LABEL);
	assert_int_not_equal(first, second);
	assert_rv(t.f->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
	assert_int_equal(count, 3);
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	assert_int_not_equal(help_token_find(&t, TOKEN_LABEL), help_token_find(&t, "second"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins),
		cmocka_unit_test(so_has_no_keys),
		cmocka_unit_test(pin_lengths),
		cmocka_unit_test(changed_pins),
		cmocka_unit_test(lock),
		cmocka_unit_test(initialised_again),
		cmocka_unit_test(so_lock),
		cmocka_unit_test(several_tokens),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
