/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

#include "crypto/sm2.h"
#include "crypto/sm3.h"

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

static bool has_text(const unsigned char *field, size_t size, const char *text)
{
	return memmem(field, size, text, strlen(text)) != NULL;
}

/* It says software everywhere. */
static void calls_itself_software(void **state)
{
	CK_INFO info;
	CK_SLOT_INFO slot;
	CK_TOKEN_INFO token;

	(void)state;
	assert_rv(t.f->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 2);
	assert_int_equal(info.cryptokiVersion.minor, 40);
	assert_true(has_text(info.manufacturerID, 32, "libegovca  "));
	assert_memory_equal(info.libraryDescription, "SM2 software token (uncertified)", 32);
	assert_rv(t.f->C_GetSlotInfo(t.slot, &slot), CKR_OK);
	assert_true(has_text(slot.slotDescription, 64, "software token "));
	assert_int_equal(slot.flags, CKF_TOKEN_PRESENT);
	assert_rv(t.f->C_GetTokenInfo(t.slot, &token), CKR_OK);
	assert_memory_equal(token.model, "software        ", 16);
	assert_memory_equal(token.label, "unit test                       ", 32);
	assert_int_equal(token.flags, CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED
	                                      | CKF_TOKEN_INITIALIZED);
	assert_int_equal(token.ulMinPinLen, 6);
	assert_int_equal(token.ulMaxPinLen, 64);
}

static void mechanisms(void **state)
{
	static const CK_MECHANISM_TYPE wanted[] = { CKM_TEST_KEYGEN, CKM_TEST_SIGN_E,
		                                    CKM_TEST_SIGN_MESSAGE, CKM_TEST_DECRYPT,
		                                    CKM_TEST_SM3 };
	CK_MECHANISM_TYPE list[8];
	CK_MECHANISM_INFO info;
	CK_ULONG count = 0;

	(void)state;
	assert_rv(t.f->C_GetMechanismList(t.slot, NULL, &count), CKR_OK);
	assert_int_equal(count, 5);
	count = 4;
	assert_rv(t.f->C_GetMechanismList(t.slot, list, &count), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(count, 5);
	assert_rv(t.f->C_GetMechanismList(t.slot, list, &count), CKR_OK);
	assert_memory_equal(list, wanted, sizeof(wanted));
	assert_rv(t.f->C_GetMechanismInfo(t.slot, CKM_TEST_SIGN_E, &info), CKR_OK);
	assert_int_equal(info.flags & (CKF_SIGN | CKF_VERIFY | CKF_HW), CKF_SIGN | CKF_VERIFY);
	assert_int_equal(info.ulMinKeySize, 256);
	assert_rv(t.f->C_GetMechanismInfo(t.slot, CKM_ECDSA, &info), CKR_MECHANISM_INVALID);
}

static void generated_pair_signs(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE public_key, private_key;
	uint8_t point[65], again[65], raw[64];
	const uint8_t e[32] = { 1, 2, 3 };

	(void)state;
	help_token_pair(&t, session, "pair", 1, &public_key, &private_key);
	help_token_point(&t, session, public_key, point);
	help_token_point(&t, session, private_key, again);
	assert_memory_equal(point, again, 65);
	assert_rv(help_token_sign(&t, session, private_key, e, raw), CKR_OK);
	help_token_verify(point, e, raw);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* What was made ready for one signature serves the next, is made anew for a changed object
 * and after another login, and never serves a key that is gone. */
static void key_stays_ready(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_MECHANISM sign = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_OBJECT_HANDLE pair[2], other[2];
	static char renamed[] = "renamed";
	CK_ATTRIBUTE label = { CKA_LABEL, renamed, sizeof(renamed) - 1 };
	uint8_t point[65], e[32] = { 7 }, raw[64];

	(void)state;
	help_token_pair(&t, session, "ready", 3, &pair[0], &pair[1]);
	help_token_pair(&t, session, "other", 4, &other[0], &other[1]);
	help_token_point(&t, session, pair[0], point);
	for (uint8_t round = 0; round < 4; round++) {
		e[1] = round;
		assert_rv(help_token_sign(&t, session, other[1], e, raw), CKR_OK);
		assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_OK);
		help_token_verify(point, e, raw);
		if (round == 1)
			assert_rv(t.f->C_SetAttributeValue(session, pair[1], &label, 1), CKR_OK);
		if (round == 2) {
			assert_rv(t.f->C_Logout(session), CKR_OK);
			assert_rv(t.f->C_SignInit(session, &sign, pair[1]), CKR_USER_NOT_LOGGED_IN);
			assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
		}
	}
	assert_rv(t.f->C_DestroyObject(session, pair[1]), CKR_OK);
	assert_rv(t.f->C_SignInit(session, &sign, pair[1]), CKR_KEY_HANDLE_INVALID);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void message_is_hashed_with_the_id(void **state)
{
	static const struct {
		const char *given, *meant;
	} ids[] = { { NULL, EGOV__SM2_DEFAULT_ID }, { "", EGOV__SM2_DEFAULT_ID }, { "ALICE", "ALICE" } };
	struct egov_error err = { 0 };
	unsigned char message[] = "message digest";
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE public_key, private_key;
	uint8_t point[65], raw[64], e[32];

	(void)state;
	help_token_pair(&t, session, "message", 2, &public_key, &private_key);
	help_token_point(&t, session, public_key, point);
	for (size_t i = 0; i < 3; i++) {
		char id[16] = "";
		CK_MECHANISM mechanism = { CKM_TEST_SIGN_MESSAGE, ids[i].given == NULL ? NULL : id, 0 };
		CK_ULONG size = 64;

		if (ids[i].given != NULL) {
			(void)snprintf(id, sizeof(id), "%s", ids[i].given);
			mechanism.ulParameterLen = strlen(id);
		}
		assert_rv(t.f->C_SignInit(session, &mechanism, private_key), CKR_OK);
		assert_rv(t.f->C_Sign(session, message, 14, raw, &size), CKR_OK);
		assert_ok(egov__sm2_e(EGOV__SLICE(point), egov__slice_text(ids[i].meant),
		                      egov__slice_text("message digest"), e, &err), &err);
		help_token_verify(point, e, raw);
		assert_rv(t.f->C_SignInit(session, &mechanism, private_key), CKR_OK);
		assert_rv(t.f->C_SignUpdate(session, message, 7), CKR_OK);
		assert_rv(t.f->C_SignUpdate(session, message + 7, 7), CKR_OK);
		assert_rv(t.f->C_SignUpdate(session, NULL, 0), CKR_OK);
		assert_rv(t.f->C_SignFinal(session, NULL, &size), CKR_OK);
		assert_rv(t.f->C_SignFinal(session, raw, &size), CKR_OK);
		help_token_verify(point, e, raw);
		assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
		assert_rv(t.f->C_VerifyUpdate(session, message, 14), CKR_OK);
		assert_rv(t.f->C_VerifyFinal(session, raw, 64), CKR_OK);
		assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
		assert_rv(t.f->C_Verify(session, message, 13, raw, 64), CKR_SIGNATURE_INVALID);
	}
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void verifying(void **state)
{
	CK_MECHANISM mechanism = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE public_key, private_key;
	uint8_t raw[64], bad[64];
	unsigned char e[32] = { 7 };

	(void)state;
	help_token_pair(&t, session, "verify", 3, &public_key, &private_key);
	assert_rv(help_token_sign(&t, session, private_key, e, raw), CKR_OK);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(t.f->C_Verify(session, e, 32, raw, 64), CKR_OK);
	memcpy(bad, raw, sizeof(bad));
	bad[63] ^= 1;
	assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(t.f->C_Verify(session, e, 32, bad, 64), CKR_SIGNATURE_INVALID);
	memset(bad, 0, 32);
	assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(t.f->C_Verify(session, e, 32, bad, 64), CKR_SIGNATURE_INVALID);
	assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(t.f->C_Verify(session, e, 32, raw, 63), CKR_SIGNATURE_LEN_RANGE);
	assert_rv(t.f->C_VerifyInit(session, &mechanism, public_key), CKR_OK);
	assert_rv(t.f->C_Verify(session, e, 31, raw, 64), CKR_DATA_LEN_RANGE);
	assert_rv(t.f->C_Verify(session, e, 32, raw, 64), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* A length that is asked for, or a buffer that is too small, does not end the operation. */
static void lengths(void **state)
{
	CK_MECHANISM mechanism = { CKM_TEST_SIGN_E, NULL, 0 }, sm3 = { CKM_TEST_SM3, NULL, 0 };
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE public_key, private_key;
	unsigned char e[33] = { 9 }, out[64];
	CK_ULONG size = 0;

	(void)state;
	help_token_pair(&t, session, "length", 4, &public_key, &private_key);
	assert_rv(t.f->C_SignInit(session, &mechanism, private_key), CKR_OK);
	assert_rv(t.f->C_Sign(session, e, 32, NULL, &size), CKR_OK);
	assert_int_equal(size, 64);
	size = 63;
	assert_rv(t.f->C_Sign(session, e, 32, out, &size), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(size, 64);
	assert_rv(t.f->C_Sign(session, e, 32, out, &size), CKR_OK);
	for (CK_ULONG n = 0; n < 34; n += n == 20 ? 11 : n == 31 ? 2 : 20) {
		assert_rv(t.f->C_SignInit(session, &mechanism, private_key), CKR_OK);
		assert_rv(t.f->C_Sign(session, e, n, out, &size), CKR_DATA_LEN_RANGE);
	}
	assert_rv(t.f->C_SignInit(session, &mechanism, private_key), CKR_OK);
	assert_rv(t.f->C_SignUpdate(session, e, 32), CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(t.f->C_DigestInit(session, &sm3), CKR_OK);
	size = 31;
	assert_rv(t.f->C_Digest(session, e, 32, out, &size), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(size, 32);
	assert_rv(t.f->C_Digest(session, e, 32, NULL, &size), CKR_OK);
	assert_rv(t.f->C_Digest(session, e, 32, out, &size), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void digest(void **state)
{
	struct egov_error err = { 0 };
	CK_MECHANISM sm3 = { CKM_TEST_SM3, NULL, 0 }, sha256 = { CKM_SHA256, NULL, 0 };
	CK_MECHANISM with_parameter = { CKM_TEST_SM3, &sm3, sizeof(sm3) };
	CK_SESSION_HANDLE session = help_token_session(&t, 0);
	const struct egov_slice abc = egov__slice_text("abc");
	unsigned char in[] = "abc", out[32], wanted[32];
	CK_ULONG size = sizeof(out);

	(void)state;
	assert_ok(egov__sm3(&abc, 1, wanted, &err), &err);
	assert_rv(t.f->C_DigestInit(session, &sha256), CKR_MECHANISM_INVALID);
	assert_rv(t.f->C_DigestInit(session, &with_parameter), CKR_MECHANISM_PARAM_INVALID);
	assert_rv(t.f->C_DigestInit(session, &sm3), CKR_OK);
	assert_rv(t.f->C_DigestInit(session, &sm3), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_Digest(session, in, 3, out, &size), CKR_OK);
	assert_memory_equal(out, wanted, 32);
	assert_rv(t.f->C_DigestInit(session, &sm3), CKR_OK);
	assert_rv(t.f->C_DigestUpdate(session, in, 1), CKR_OK);
	assert_rv(t.f->C_DigestUpdate(session, in + 1, 2), CKR_OK);
	assert_rv(t.f->C_DigestFinal(session, out, &size), CKR_OK);
	assert_memory_equal(out, wanted, 32);
	assert_rv(t.f->C_DigestFinal(session, out, &size), CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(t.f->C_DigestInit(session, &sm3), CKR_OK);
	assert_rv(t.f->C_DigestUpdate(session, in, 1), CKR_OK);
	assert_rv(t.f->C_Digest(session, in, 3, out, &size), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void random_octets(void **state)
{
	CK_SESSION_HANDLE session = help_token_session(&t, 0);
	unsigned char one[32] = { 0 }, other[32] = { 0 };

	(void)state;
	assert_rv(t.f->C_GenerateRandom(session, one, 32), CKR_OK);
	assert_rv(t.f->C_GenerateRandom(session, other, 32), CKR_OK);
	assert_memory_not_equal(one, other, 32);
	assert_rv(t.f->C_SeedRandom(session, one, 32), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static CK_RV import(CK_SESSION_HANDLE session, const uint8_t d[32], CK_ULONG size,
                    CK_OBJECT_HANDLE *key)
{
	static unsigned char curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	CK_BBOOL yes = CK_TRUE;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE type = CKK_EC;
	unsigned char value[40];
	CK_ATTRIBUTE templ[] = {
		{ CKA_CLASS, &class, sizeof(class) },   { CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },  { CKA_EC_PARAMS, curve, sizeof(curve) },
		{ CKA_VALUE, value, size },
	};

	memcpy(value, d, size);
	return t.f->C_CreateObject(session, templ, 5, key);
}

static void imported_key(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE key;
	CK_BBOOL local = CK_TRUE, always = CK_TRUE, sensitive = CK_FALSE;
	CK_MECHANISM_TYPE made_by = 0;
	CK_ATTRIBUTE origin[] = {
		{ CKA_LOCAL, &local, 1 },
		{ CKA_ALWAYS_SENSITIVE, &always, 1 },
		{ CKA_SENSITIVE, &sensitive, 1 },
		{ CKA_KEY_GEN_MECHANISM, &made_by, sizeof(made_by) },
	};
	uint8_t d[33] = { 0 }, point[65], wanted[65], raw[64], e[32] = { 5 };

	(void)state;
	assert_rv(import(session, d, 32, &key), CKR_ATTRIBUTE_VALUE_INVALID);
	help_hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122", d, 32);
	assert_rv(import(session, d, 32, &key), CKR_ATTRIBUTE_VALUE_INVALID);
	assert_rv(import(session, d, 31, &key), CKR_ATTRIBUTE_VALUE_INVALID);
	assert_rv(import(session, d, 33, &key), CKR_ATTRIBUTE_VALUE_INVALID);
	help_hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8", d, 32);
	help_hex("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
	         "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13", wanted, 65);
	assert_rv(import(session, d, 32, &key), CKR_OK);
	help_token_point(&t, session, key, point);
	assert_memory_equal(point, wanted, 65);
	assert_rv(help_token_sign(&t, session, key, e, raw), CKR_OK);
	help_token_verify(point, e, raw);
	assert_rv(t.f->C_GetAttributeValue(session, key, origin, 4), CKR_OK);
	assert_int_equal(local, CK_FALSE);
	assert_int_equal(always, CK_FALSE);
	assert_int_equal(sensitive, CK_TRUE);
	assert_int_equal(made_by, CK_UNAVAILABLE_INFORMATION);
	assert_rv(t.f->C_DestroyObject(session, key), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static CK_RV create_public(CK_SESSION_HANDLE session, unsigned char *point, CK_ULONG size,
                           CK_OBJECT_HANDLE *key)
{
	static unsigned char curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	CK_BBOOL yes = CK_TRUE;
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_KEY_TYPE type = 0x80000004UL;
	CK_ATTRIBUTE templ[] = {
		{ CKA_CLASS, &class, sizeof(class) },   { CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },  { CKA_EC_PARAMS, curve, sizeof(curve) },
		{ CKA_EC_POINT, point, size },
	};

	for (CK_ULONG left = 1; left < 5; left++)
		assert_rv(t.f->C_CreateObject(session, templ, left, key), CKR_TEMPLATE_INCOMPLETE);
	return t.f->C_CreateObject(session, templ, 5, key);
}

/* The example of GB/T 32918.5, annex A. */
static void vector(void **state)
{
	CK_MECHANISM mechanism = { CKM_TEST_SIGN_MESSAGE, NULL, 0 };
	CK_SESSION_HANDLE session = help_token_user(&t);
	unsigned char message[] = "message digest";
	uint8_t point[65], raw[64];
	CK_OBJECT_HANDLE key;

	(void)state;
	help_hex("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
	         "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13", point, 65);
	help_hex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
	         "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa", raw, 64);
	assert_rv(create_public(session, point, 65, &key), CKR_OK);
	assert_rv(t.f->C_VerifyInit(session, &mechanism, key), CKR_OK);
	assert_rv(t.f->C_Verify(session, message, 14, raw, 64), CKR_OK);
	message[0] ^= 1;
	assert_rv(t.f->C_VerifyInit(session, &mechanism, key), CKR_OK);
	assert_rv(t.f->C_Verify(session, message, 14, raw, 64), CKR_SIGNATURE_INVALID);
	assert_rv(t.f->C_DestroyObject(session, key), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void value_never_leaves(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE public_key, private_key;
	unsigned char value[64], label[64];
	CK_ATTRIBUTE templ[] = {
		{ CKA_VALUE, value, sizeof(value) },
		{ CKA_LABEL, label, sizeof(label) },
		{ CKA_MODULUS, value, sizeof(value) },
	};

	(void)state;
	help_token_pair(&t, session, "value", 5, &public_key, &private_key);
	assert_rv(t.f->C_GetAttributeValue(session, private_key, templ, 2), CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(templ[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(templ[1].ulValueLen, 5);
	assert_memory_equal(label, "value", 5);
	templ[1].ulValueLen = 4;
	assert_rv(t.f->C_GetAttributeValue(session, private_key, templ + 1, 1), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(templ[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	templ[1].pValue = NULL;
	assert_rv(t.f->C_GetAttributeValue(session, private_key, templ + 1, 2),
	          CKR_ATTRIBUTE_TYPE_INVALID);
	assert_int_equal(templ[1].ulValueLen, 5);
	templ[0].ulValueLen = 0;
	assert_rv(t.f->C_GetAttributeValue(session, public_key, templ, 1), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* Every attribute that callers count on (keys at rest, and tools). */
static void attributes_always_answered(void **state)
{
	static const CK_ATTRIBUTE_TYPE both[] = {
		CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL, CKA_ID, CKA_KEY_TYPE, CKA_EC_PARAMS,
		CKA_EC_POINT, CKA_LOCAL, CKA_MODIFIABLE, CKA_KEY_GEN_MECHANISM, CKA_SUBJECT, CKA_DERIVE,
		CKA_START_DATE, CKA_END_DATE, CKA_COPYABLE, CKA_DESTROYABLE, CKA_PUBLIC_KEY_INFO,
	};
	static const CK_ATTRIBUTE_TYPE of_private[] = {
		CKA_SIGN, CKA_SIGN_RECOVER, CKA_DECRYPT, CKA_UNWRAP, CKA_SENSITIVE, CKA_ALWAYS_SENSITIVE,
		CKA_EXTRACTABLE, CKA_NEVER_EXTRACTABLE, CKA_ALWAYS_AUTHENTICATE, CKA_WRAP_WITH_TRUSTED,
	};
	static const CK_ATTRIBUTE_TYPE of_public[] = {
		CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_ENCRYPT, CKA_WRAP, CKA_TRUSTED,
	};
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE keys[2];
	uint8_t value[128];
	CK_ATTRIBUTE a = { 0, value, sizeof(value) };

	(void)state;
	help_token_pair(&t, session, "all", 6, &keys[0], &keys[1]);
	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]) * 2; i++) {
		a = (CK_ATTRIBUTE){ both[i / 2], value, sizeof(value) };
		assert_rv(t.f->C_GetAttributeValue(session, keys[i % 2], &a, 1), CKR_OK);
	}
	for (size_t i = 0; i < sizeof(of_private) / sizeof(of_private[0]); i++) {
		a = (CK_ATTRIBUTE){ of_private[i], value, sizeof(value) };
		assert_rv(t.f->C_GetAttributeValue(session, keys[1], &a, 1), CKR_OK);
		assert_int_equal(a.ulValueLen, 1);
		a.ulValueLen = sizeof(value);
		assert_rv(t.f->C_GetAttributeValue(session, keys[0], &a, 1), CKR_ATTRIBUTE_TYPE_INVALID);
	}
	for (size_t i = 0; i < sizeof(of_public) / sizeof(of_public[0]); i++) {
		a = (CK_ATTRIBUTE){ of_public[i], value, sizeof(value) };
		assert_rv(t.f->C_GetAttributeValue(session, keys[0], &a, 1), CKR_OK);
		assert_int_equal(a.ulValueLen, 1);
	}
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void found_by_label_and_id(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2], found[16], few[1];
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	unsigned char label[] = "needle", id = 0x77;
	CK_ATTRIBUTE templ[] = {
		{ CKA_LABEL, label, 6 },
		{ CKA_ID, &id, 1 },
		{ CKA_CLASS, &class, sizeof(class) },
	};
	CK_ULONG count;

	(void)state;
	help_token_pair(&t, session, "needle", 0x77, &pair[0], &pair[1]);
	assert_int_equal(help_token_search(&t, session, templ, 2, found), 2);
	assert_int_equal(help_token_search(&t, session, templ, 3, found), 1);
	assert_int_equal(found[0], pair[1]);
	assert_rv(t.f->C_FindObjectsInit(session, templ, 2), CKR_OK);
	assert_rv(t.f->C_FindObjectsInit(session, templ, 2), CKR_OPERATION_ACTIVE);
	assert_rv(t.f->C_FindObjects(session, few, 1, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_rv(t.f->C_FindObjects(session, few, 1, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_rv(t.f->C_FindObjects(session, few, 1, &count), CKR_OK);
	assert_int_equal(count, 0);
	assert_rv(t.f->C_FindObjectsFinal(session), CKR_OK);
	templ[0].ulValueLen = 5;
	assert_int_equal(help_token_search(&t, session, templ, 1, found), 0);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	templ[0].ulValueLen = 6;
	assert_int_equal(help_token_search(&t, session, templ, 1, found), 1);
	assert_int_equal(found[0], pair[0]);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* What was written is there for a module that starts anew. */
static void survives_a_restart(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2], found[16];
	unsigned char label[] = "kept", renamed[] = "renamed", id[] = { 1, 2 };
	CK_ATTRIBUTE by_label = { CKA_LABEL, renamed, 7 };
	CK_ATTRIBUTE change[] = { { CKA_LABEL, renamed, 7 }, { CKA_ID, id, 2 } };
	uint8_t before[65], after[65], e[32] = { 0 }, raw[64];

	(void)state;
	help_token_pair(&t, session, (const char *)label, 0x78, &pair[0], &pair[1]);
	help_token_point(&t, session, pair[1], before);
	assert_rv(t.f->C_SetAttributeValue(session, pair[1], change, 2), CKR_OK);
	assert_rv(t.f->C_SetAttributeValue(session, pair[0], change, 1), CKR_OK);
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
	session = help_token_user(&t);
	assert_int_equal(help_token_search(&t, session, &by_label, 1, found), 2);
	by_label.pValue = label;
	by_label.ulValueLen = 4;
	assert_int_equal(help_token_search(&t, session, &by_label, 1, found), 0);
	help_token_point(&t, session, pair[1], after);
	assert_memory_equal(before, after, 65);
	assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_OK);
	help_token_verify(before, e, raw);
	assert_rv(t.f->C_DestroyObject(session, pair[1]), CKR_OK);
	assert_rv(t.f->C_DestroyObject(session, pair[1]), CKR_OBJECT_HANDLE_INVALID);
	assert_rv(help_token_sign(&t, session, pair[1], e, raw), CKR_KEY_HANDLE_INVALID);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void what_cannot_be_changed(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t), reader = help_token_session(&t, 0);
	CK_OBJECT_HANDLE pair[2], fixed;
	CK_BBOOL no = CK_FALSE, yes = CK_TRUE;
	CK_MECHANISM mechanism = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_ATTRIBUTE sensitive = { CKA_SENSITIVE, &no, 1 }, unknown = { CKA_MODULUS, &no, 1 };
	CK_ATTRIBUTE label = { CKA_LABEL, &yes, 1 };
	CK_ATTRIBUTE templ[] = { { CKA_TOKEN, &yes, 1 }, { CKA_MODIFIABLE, &no, 1 } };

	(void)state;
	help_token_pair(&t, session, "fixed", 9, &pair[0], &pair[1]);
	assert_rv(t.f->C_SetAttributeValue(session, pair[1], &sensitive, 1), CKR_ATTRIBUTE_READ_ONLY);
	assert_rv(t.f->C_SetAttributeValue(session, pair[1], &unknown, 1), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_rv(t.f->C_SetAttributeValue(reader, pair[1], &label, 1), CKR_SESSION_READ_ONLY);
	assert_rv(t.f->C_DestroyObject(reader, pair[1]), CKR_SESSION_READ_ONLY);
	assert_rv(t.f->C_GenerateKeyPair(reader, &mechanism, templ, 1, templ, 1, &fixed, &fixed),
	          CKR_SESSION_READ_ONLY);
	assert_rv(t.f->C_GenerateKeyPair(session, &mechanism, templ, 2, templ, 2, &pair[0], &fixed),
	          CKR_OK);
	assert_rv(t.f->C_SetAttributeValue(session, fixed, &label, 1), CKR_ACTION_PROHIBITED);
	assert_rv(t.f->C_Logout(session), CKR_OK);
	assert_rv(t.f->C_DestroyObject(session, pair[0]), CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_SetAttributeValue(session, pair[0], &label, 1), CKR_USER_NOT_LOGGED_IN);
	assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_ATTRIBUTE *public_templ, CK_ULONG public_count,
                      CK_ATTRIBUTE *private_templ, CK_ULONG private_count)
{
	CK_MECHANISM mechanism = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_OBJECT_HANDLE keys[2];
	CK_RV rv = t.f->C_GenerateKeyPair(session, &mechanism, public_templ, public_count, private_templ,
	                                  private_count, &keys[0], &keys[1]);

	if (rv == CKR_OK) {
		assert_rv(t.f->C_DestroyObject(session, keys[0]), CKR_OK);
		assert_rv(t.f->C_DestroyObject(session, keys[1]), CKR_OK);
	}
	return rv;
}

static void templates(void **state)
{
	static unsigned char sm2[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	static unsigned char p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_BBOOL no = CK_FALSE, yes = CK_TRUE;
	CK_KEY_TYPE vendor = 0x80000004UL, rsa = CKK_RSA, ec = CKK_EC;
	unsigned char text[300] = { 0 };
	CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 };
	struct {
		CK_ATTRIBUTE added;
		CK_RV in_public, in_private;
	} cases[] = {
		{ { CKA_TOKEN, &yes, 1 }, CKR_TEMPLATE_INCONSISTENT, CKR_TEMPLATE_INCONSISTENT },
		{ { CKA_EC_PARAMS, sm2, 10 }, CKR_OK, CKR_OK },
		{ { CKA_EC_PARAMS, p256, 10 }, CKR_CURVE_NOT_SUPPORTED, CKR_CURVE_NOT_SUPPORTED },
		{ { CKA_KEY_TYPE, &vendor, sizeof(vendor) }, CKR_OK, CKR_OK },
		{ { CKA_KEY_TYPE, &rsa, sizeof(rsa) }, CKR_ATTRIBUTE_VALUE_INVALID,
		  CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_KEY_TYPE, &ec, 4 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_SIGN, &yes, 1 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_OK },
		{ { CKA_DECRYPT, &yes, 1 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_OK },
		{ { CKA_ENCRYPT, &yes, 1 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_ATTRIBUTE_TYPE_INVALID },
		{ { CKA_VERIFY, &yes, 1 }, CKR_OK, CKR_ATTRIBUTE_TYPE_INVALID },
		{ { CKA_SENSITIVE, &no, 1 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_EXTRACTABLE, &yes, 1 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_EXTRACTABLE, &no, 1 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_OK },
		{ { CKA_PRIVATE, &yes, 1 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_OK },
		{ { CKA_DERIVE, &yes, 1 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_LOCAL, &no, 1 }, CKR_ATTRIBUTE_READ_ONLY, CKR_ATTRIBUTE_READ_ONLY },
		{ { CKA_VALUE, text, 32 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_TEMPLATE_INCONSISTENT },
		{ { CKA_EC_POINT, text, 67 }, CKR_TEMPLATE_INCONSISTENT, CKR_TEMPLATE_INCONSISTENT },
		{ { CKA_LABEL, text, 255 }, CKR_OK, CKR_OK },
		{ { CKA_LABEL, text, 256 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_MODULUS_BITS, text, 8 }, CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_TYPE_INVALID },
		{ { CKA_END_DATE, text, 8 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID },
		{ { CKA_VERIFY, text, 2 }, CKR_ATTRIBUTE_VALUE_INVALID, CKR_ATTRIBUTE_TYPE_INVALID },
	};
	CK_ATTRIBUTE none[] = { { CKA_LABEL, text, 3 }, { CKA_KEY_TYPE, &ec, sizeof(ec) } };
	CK_ATTRIBUTE session_object = { CKA_TOKEN, &no, 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CK_ATTRIBUTE both[] = { token, cases[i].added };

		assert_rv(generate(session, both, 2, &token, 1), cases[i].in_public);
		assert_rv(generate(session, &token, 1, both, 2), cases[i].in_private);
	}
	assert_rv(generate(session, none, 1, &token, 1), CKR_TEMPLATE_INCOMPLETE);
	assert_rv(generate(session, &session_object, 1, &token, 1), CKR_ATTRIBUTE_VALUE_INVALID);
	{
		CK_ATTRIBUTE one[] = { token, { CKA_KEY_TYPE, &vendor, sizeof(vendor) } };
		CK_ATTRIBUTE other[] = { token, none[1] };

		assert_rv(generate(session, one, 2, other, 2), CKR_TEMPLATE_INCONSISTENT);
	}
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* Both forms of a point, wrapped and bare; none off the curve. */
static void imported_public_key(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2], key;
	unsigned char point[67] = { 4, 65 };
	uint8_t read[65];
	CK_KEY_TYPE type = 0;
	CK_ATTRIBUTE attribute = { CKA_KEY_TYPE, &type, sizeof(type) };

	(void)state;
	help_token_pair(&t, session, "source", 10, &pair[0], &pair[1]);
	help_token_point(&t, session, pair[0], point + 2);
	assert_rv(create_public(session, point, 67, &key), CKR_OK);
	help_token_point(&t, session, key, read);
	assert_memory_equal(read, point + 2, 65);
	assert_rv(t.f->C_GetAttributeValue(session, key, &attribute, 1), CKR_OK);
	assert_int_equal(type, 0x80000004UL);
	assert_rv(create_public(session, point + 2, 65, &key), CKR_OK);
	point[66] ^= 1;
	assert_rv(create_public(session, point, 67, &key), CKR_ATTRIBUTE_VALUE_INVALID);
	assert_rv(create_public(session, point, 66, &key), CKR_ATTRIBUTE_VALUE_INVALID);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* SM2 keys never take part in ECDSA, and e never in another mechanism. */
static void ecdsa_is_refused(void **state)
{
	static const CK_MECHANISM_TYPE types[] = { CKM_ECDSA, CKM_ECDSA_SHA256, CKM_EC_KEY_PAIR_GEN,
		                                   CKM_TEST_SM3, CKM_TEST_KEYGEN };
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2];
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 };

	(void)state;
	help_token_pair(&t, session, "ecdsa", 11, &pair[0], &pair[1]);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		CK_MECHANISM mechanism = { types[i], NULL, 0 };

		assert_rv(t.f->C_SignInit(session, &mechanism, pair[1]), CKR_MECHANISM_INVALID);
		assert_rv(t.f->C_VerifyInit(session, &mechanism, pair[0]), CKR_MECHANISM_INVALID);
		if (types[i] != CKM_TEST_KEYGEN)
			assert_rv(t.f->C_GenerateKeyPair(session, &mechanism, &token, 1, &token, 1,
			                                 &pair[0], &pair[1]), CKR_MECHANISM_INVALID);
	}
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

static void wrong_key_for_the_operation(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	CK_OBJECT_HANDLE pair[2];
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	char parameter[] = "x";
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 }, sign = { CKM_TEST_SIGN_E, NULL, 0 };
	CK_MECHANISM with_parameter = { CKM_TEST_SIGN_E, parameter, 1 };
	CK_ATTRIBUTE public_templ[] = { { CKA_TOKEN, &yes, 1 }, { CKA_VERIFY, &no, 1 } };
	CK_ATTRIBUTE private_templ[] = { { CKA_TOKEN, &yes, 1 }, { CKA_SIGN, &no, 1 } };

	(void)state;
	help_token_pair(&t, session, "wrong", 12, &pair[0], &pair[1]);
	assert_rv(t.f->C_SignInit(session, &sign, pair[0]), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(t.f->C_VerifyInit(session, &sign, pair[1]), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(t.f->C_SignInit(session, &with_parameter, pair[1]), CKR_MECHANISM_PARAM_INVALID);
	assert_rv(t.f->C_GenerateKeyPair(session, &keygen, public_templ, 2, private_templ, 2, &pair[0],
	                                 &pair[1]), CKR_OK);
	assert_rv(t.f->C_SignInit(session, &sign, pair[1]), CKR_KEY_FUNCTION_NOT_PERMITTED);
	assert_rv(t.f->C_VerifyInit(session, &sign, pair[0]), CKR_KEY_FUNCTION_NOT_PERMITTED);
	keygen.pParameter = parameter;
	keygen.ulParameterLen = 1;
	assert_rv(t.f->C_GenerateKeyPair(session, &keygen, public_templ, 2, private_templ, 2, &pair[0],
	                                 &pair[1]), CKR_MECHANISM_PARAM_INVALID);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_itself_software),
		cmocka_unit_test(mechanisms),
		cmocka_unit_test(generated_pair_signs),
		cmocka_unit_test(key_stays_ready),
		cmocka_unit_test(message_is_hashed_with_the_id),
		cmocka_unit_test(verifying),
		cmocka_unit_test(lengths),
		cmocka_unit_test(digest),
		cmocka_unit_test(random_octets),
		cmocka_unit_test(imported_key),
		cmocka_unit_test(vector),
		cmocka_unit_test(value_never_leaves),
		cmocka_unit_test(attributes_always_answered),
		cmocka_unit_test(found_by_label_and_id),
		cmocka_unit_test(survives_a_restart),
		cmocka_unit_test(what_cannot_be_changed),
		cmocka_unit_test(templates),
		cmocka_unit_test(imported_public_key),
		cmocka_unit_test(ecdsa_is_refused),
		cmocka_unit_test(wrong_key_for_the_operation),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
