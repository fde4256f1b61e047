/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS #11 module that misbehaves on demand, for tests.  One slot, one token
 * "nasty" with PIN 12345678, SM2 keys "one" (ID 01) and "two" (ID 02).  The
 * words of the environment variable NASTY say what goes wrong; NASTY_RV is the
 * return value of what fails.  Read at each call: a test changes its mind.
 * NASTY_FAIL_AT=N: the Nth call that the process makes fails, and with the word
 * "stays" all after it; NASTY_LOG=FILE: a line for each call.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <p11-kit/pkcs11.h>

#include "base/buf.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

#define SIGN_E 0x80008104
#define DECRYPT 0x80008200
#define SLOT 7
#define KEYS 2

static struct {
	bool initialised, logged_in, context, removed;
	unsigned long epoch;            /* handles of an older one are dead */
	unsigned sessions;
	CK_OBJECT_HANDLE signing, decrypting, found[8];
	CK_ULONG found_count, found_at;
	unsigned long calls, slot_calls;
} module;

static bool word(const char *name)
{
	const char *all = getenv("NASTY"), *at = all == NULL ? NULL : strstr(all, name);
	const size_t size = strlen(name);

	for (; at != NULL; at = strstr(at + 1, name))
		if ((at == all || at[-1] == ' ') && (at[size] == 0 || at[size] == ' '))
			return true;
	return false;
}

static CK_RV chosen_rv(void)
{
	const char *text = getenv("NASTY_RV");

	return text == NULL ? CKR_SESSION_HANDLE_INVALID : strtoul(text, NULL, 0);
}

/* How often a call was made, for tests that must not see it twice.  The module
 * is unloaded with its last user; the environment stays. */
static unsigned count(const char *name)
{
	const char *old = getenv(name);
	const unsigned value = (old == NULL ? 0 : (unsigned)strtoul(old, NULL, 10)) + 1;
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", value);
	(void)setenv(name, text, 1);
	return value;
}

/* The failure that NASTY_RV names, with what it does to the module. */
static CK_RV lose(void)
{
	const CK_RV rv = chosen_rv();

	if (rv == CKR_USER_NOT_LOGGED_IN) {
		module.logged_in = false;
	} else if (rv == CKR_KEY_HANDLE_INVALID || rv == CKR_OBJECT_HANDLE_INVALID) {
		;
	} else if (rv == CKR_CRYPTOKI_NOT_INITIALIZED) {
		module.initialised = false;
		module.epoch++;
	} else if (rv != CKR_MECHANISM_INVALID) {
		module.epoch++;
		module.logged_in = false;
	}
	if (word("until-restart"))
		module.removed = true;
	return rv;
}

static void tell(const char *call)
{
	const char *path = getenv("NASTY_LOG");
	FILE *file = path == NULL ? NULL : fopen(path, "a");

	if (file == NULL)
		return;
	(void)fprintf(file, "%lu %s\n", module.calls, call);
	(void)fclose(file);
}

/* Whether this call is the one that fails. */
static CK_RV fails(const char *call)
{
	const char *text = getenv("NASTY_FAIL_AT");
	const unsigned long at = text == NULL ? 0 : strtoul(text, NULL, 10);

	module.calls++;
	tell(call);
	if (at == 0 || module.calls < at || (module.calls > at && !word("stays")))
		return CKR_OK;
	return lose();
}

#define MAY_FAIL(call)                                                                             \
	do {                                                                                       \
		const CK_RV rv_ = fails(call);                                                     \
		if (rv_ != CKR_OK)                                                                 \
			return rv_;                                                                \
	} while (0)

static void pad(unsigned char *field, size_t size, const char *text)
{
	memset(field, ' ', size);
	memcpy(field, text, strlen(text));
}

static CK_RV initialize(void *args)
{
	MAY_FAIL("C_Initialize");
	(void)args;
	if (word("no-start"))
		return CKR_DEVICE_ERROR;
	if (module.initialised)
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	module.initialised = true;
	module.logged_in = false;
	module.sessions = 0;
	module.removed = false;
	module.epoch++;
	return CKR_OK;
}

static CK_RV finalize(void *args)
{
	MAY_FAIL("C_Finalize");
	(void)args;
	module.initialised = false;
	return CKR_OK;
}

static CK_RV get_info(CK_INFO *info)
{
	MAY_FAIL("C_GetInfo");
	memset(info, 0, sizeof(*info));
	info->cryptokiVersion = (CK_VERSION){ 2, 40 };
	pad(info->manufacturerID, sizeof(info->manufacturerID),
	    word("unknown-maker") ? "Nobody" : "Sansec of the tests");
	pad(info->libraryDescription, sizeof(info->libraryDescription), "misbehaves");
	return CKR_OK;
}

/* The token's slot; with "moved-slot" another one after each loss. */
static CK_SLOT_ID here(void)
{
	return word("moved-slot") ? SLOT + 10 * module.epoch : SLOT;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *size)
{
	const CK_ULONG room = list == NULL ? 0 : *size;

	MAY_FAIL("C_GetSlotList");
	(void)present;
	module.slot_calls++;
	*size = word("two-slots") ? 2 : 1;
	if (word("slots-grow"))
		*size = module.slot_calls;
	if (word("slots-huge"))
		*size = 1UL << 40;
	if (list != NULL && room < *size && !word("slots-lie"))
		return CKR_BUFFER_TOO_SMALL;
	for (CK_ULONG i = 0; i < room && i < *size; i++)
		list[i] = here() + i;
	if (list != NULL && word("slots-lie"))
		*size = 5000;
	return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
	MAY_FAIL("C_GetSlotInfo");
	if (slot < here())
		return CKR_SLOT_ID_INVALID;
	memset(info, 0, sizeof(*info));
	pad(info->slotDescription, sizeof(info->slotDescription), "nasty slot");
	pad(info->manufacturerID, sizeof(info->manufacturerID), "nobody");
	info->flags = CKF_TOKEN_PRESENT | (word("hardware") ? CKF_HW_SLOT : 0);
	return CKR_OK;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	MAY_FAIL("C_GetTokenInfo");
	if (slot < here())
		return CKR_SLOT_ID_INVALID;
	if (module.removed || word("removed"))
		return CKR_TOKEN_NOT_PRESENT;
	memset(info, 0, sizeof(*info));
	pad(info->label, sizeof(info->label), "nasty");
	pad(info->manufacturerID, sizeof(info->manufacturerID), "nobody");
	pad(info->model, sizeof(info->model), "tests only");
	if (word("binary-model"))
		memset(info->model, 0xff, sizeof(info->model));
	pad(info->serialNumber, sizeof(info->serialNumber), "0001");
	info->flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED;
	info->flags |= word("locked") ? CKF_USER_PIN_LOCKED : 0;
	info->flags |= word("final-try") ? CKF_USER_PIN_FINAL_TRY : 0;
	info->flags |= word("pin-pad") ? CKF_PROTECTED_AUTHENTICATION_PATH : 0;
	info->ulMaxPinLen = 64;
	return CKR_OK;
}

static CK_RV get_mechanism_list(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *size)
{
	static const CK_MECHANISM_TYPE all[] = { CKM_ECDSA, 0x80008999 };

	MAY_FAIL("C_GetMechanismList");
	(void)slot;
	if (list != NULL)
		memcpy(list, all, sizeof(all));
	*size = list != NULL && word("mechanisms-lie") ? 5000 : 2;
	return CKR_OK;
}

static CK_RV get_mechanism_info(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	MAY_FAIL("C_GetMechanismInfo");
	(void)slot;
	if ((type != SIGN_E && type != DECRYPT) || word("no-mechanism"))
		return CKR_MECHANISM_INVALID;
	*info = (CK_MECHANISM_INFO){ 256, 256, word("no-sign") ? CKF_VERIFY : CKF_SIGN };
	if (type == DECRYPT)
		info->flags = word("no-decrypt") ? CKF_ENCRYPT : CKF_DECRYPT;
	return CKR_OK;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session)
{
	MAY_FAIL("C_OpenSession");
	(void)flags;
	(void)application;
	(void)notify;
	if (!module.initialised)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	if (module.removed || word("removed"))
		return CKR_DEVICE_REMOVED;
	if (slot < here())
		return CKR_SLOT_ID_INVALID;
	module.sessions++;
	*session = word("no-session") ? CK_INVALID_HANDLE : module.epoch * 100 + module.sessions;
	return CKR_OK;
}

static bool alive(CK_SESSION_HANDLE session)
{
	return session / 100 == module.epoch;
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
	MAY_FAIL("C_CloseSession");
	return alive(session) ? CKR_OK : CKR_SESSION_HANDLE_INVALID;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG size)
{
	MAY_FAIL("C_Login");
	(void)count("NASTY_LOGINS");
	if (!alive(session))
		return CKR_SESSION_HANDLE_INVALID;
	if (word("pin-pad") ? pin != NULL || size != 0
	                    : pin == NULL || size != 8 || memcmp(pin, "12345678", 8) != 0)
		return CKR_PIN_INCORRECT;
	if (user == CKU_CONTEXT_SPECIFIC) {
		module.context = true;
		return CKR_OK;
	}
	if (module.logged_in)
		return CKR_USER_ALREADY_LOGGED_IN;
	module.logged_in = !word("login-lies");
	return CKR_OK;
}

/* --- objects: handle = epoch * 100 + 10 * (key + 1) + (1 private, 2 public) ------------- */

static void scalar(size_t key, uint8_t d[32])
{
	memset(d, 0, 32);
	d[0] = 0x11;
	d[31] = (uint8_t)(key + 1);
}

static struct egov_secret *secret_of(size_t key, uint8_t point[EGOV__SM2_POINT])
{
	uint8_t d[32];
	struct egov_secret *secret;

	scalar(key, d);
	secret = egov__secret_new(EGOV__SLICE(d));
	if (secret == NULL || egov__sm2_public(secret, point, NULL) != EGOV_OK)
		abort();
	return secret;
}

/* What an object has; the size of the value, or -1. */
static long attribute_of(size_t key, CK_OBJECT_CLASS class, CK_ATTRIBUTE_TYPE type, uint8_t *value)
{
	static const uint8_t params[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	static const char *const labels[] = { "one", "two" };
	const CK_KEY_TYPE ec = word("odd-type") ? 0x80000009 : word("maker-type") ? 0x80000004 : CKK_EC;
	uint8_t point[EGOV__SM2_POINT];

	switch (type) {
	case CKA_CLASS:
		memcpy(value, &class, sizeof(class));
		return sizeof(class);
	case CKA_KEY_TYPE:
		memcpy(value, &ec, sizeof(ec));
		return sizeof(ec);
	case CKA_EC_PARAMS:
		memcpy(value, params, sizeof(params));
		value[9] ^= word("odd-curve");
		return word("maker-type") ? -1 : (long)sizeof(params);
	case CKA_LABEL:
		memcpy(value, labels[word("same-label") ? 0 : key], 3);
		return 3;
	case CKA_ID:
		value[0] = (uint8_t)(key + 1);
		return 1;
	case CKA_SIGN:
	case CKA_DECRYPT:
	case CKA_SENSITIVE:
		value[0] = (type != CKA_SIGN || !word("may-not-sign"))
		           && (type != CKA_DECRYPT || !word("may-not-decrypt"));
		return 1;
	case CKA_ALWAYS_AUTHENTICATE:
		value[0] = word("always-authenticate");
		return 1;
	case CKA_EC_POINT:
		if (class == CKO_PRIVATE_KEY && !word("private-point"))
			return -1;
		if ((word("swapped") && module.epoch > 1) || word("public-lies"))
			key = 1 - key;
		egov__secret_free(secret_of(key, point));
		value[0] = 4;
		value[1] = EGOV__SM2_POINT;
		memcpy(value + 2, point, sizeof(point));
		if (word("off-curve"))
			value[60] ^= 1;
		if (word("cut-point"))
			return EGOV__SM2_POINT + 1;
		if (word("compressed-point")) {
			value[0] = 2;
			memmove(value + 1, value + 3, 32);
			return 33;
		}
		if (!word("bare-point"))
			return EGOV__SM2_POINT + 2;
		memmove(value, value + 2, EGOV__SM2_POINT);
		return EGOV__SM2_POINT;
	default:
		return -1;
	}
}

static CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                                 CK_ATTRIBUTE *template, CK_ULONG size)
{
	const size_t key = object / 10 % 10 - 1;
	uint8_t value[256];
	CK_RV rv = CKR_OK;

	MAY_FAIL("C_GetAttributeValue");
	if (!alive(session) || object / 100 != module.epoch)
		return CKR_OBJECT_HANDLE_INVALID;
	for (CK_ULONG i = 0; i < size; i++) {
		const long has = attribute_of(key, object % 10 == 1 ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY,
		                              template[i].type, value);

		if (has < 0) {
			template[i].ulValueLen = (CK_ULONG)-1;
			rv = CKR_ATTRIBUTE_TYPE_INVALID;
			continue;
		}
		if (template[i].pValue != NULL)
			memcpy(template[i].pValue, value, (size_t)has);
		template[i].ulValueLen = (CK_ULONG)has;
		if (template[i].type == CKA_ID && word("long-attribute"))
			template[i].ulValueLen = 1UL << 33;
		if (template[i].type == CKA_KEY_TYPE && word("short-attribute"))
			template[i].ulValueLen = 4;
	}
	return rv;
}

static bool matches(size_t key, CK_OBJECT_CLASS class, const CK_ATTRIBUTE *template, CK_ULONG size)
{
	uint8_t value[256];

	for (CK_ULONG i = 0; i < size; i++) {
		const long has = attribute_of(key, class, template[i].type, value);

		if (has < 0 || (CK_ULONG)has != template[i].ulValueLen
		    || memcmp(value, template[i].pValue, (size_t)has) != 0)
			return false;
	}
	return true;
}

static CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG size)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };

	MAY_FAIL("C_FindObjectsInit");
	if (!alive(session))
		return CKR_SESSION_HANDLE_INVALID;
	module.found_at = module.found_count = 0;
	for (size_t key = 0; key < KEYS; key++)
		for (size_t c = 0; c < 2; c++)
			if (matches(key, classes[c], template, size) && (c == 1 || module.logged_in)
			    && !(c == 1 && word("no-public")))
				module.found[module.found_count++]
					= module.epoch * 100 + 10 * (key + 1) + c + 1;
	return CKR_OK;
}

static CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *list, CK_ULONG room,
                          CK_ULONG *size)
{
	MAY_FAIL("C_FindObjects");
	if (!alive(session))
		return CKR_SESSION_HANDLE_INVALID;
	if (word("endless-objects")) {
		list[0] = 1;
		*size = 1;
		return CKR_OK;
	}
	if (word("more-objects")) {
		*size = room + 1;
		return CKR_OK;
	}
	for (*size = 0; *size < room && module.found_at < module.found_count; ++*size)
		list[*size] = module.found[module.found_at++];
	return CKR_OK;
}

static CK_RV find_objects_final(CK_SESSION_HANDLE session)
{
	MAY_FAIL("C_FindObjectsFinal");
	return alive(session) ? CKR_OK : CKR_SESSION_HANDLE_INVALID;
}

/* --- signing --------------------------------------------------------------------------- */

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	MAY_FAIL("C_SignInit");
	if (module.removed || word("removed"))
		return CKR_DEVICE_REMOVED;
	if (!alive(session))
		return CKR_SESSION_HANDLE_INVALID;
	if (!module.logged_in)
		return CKR_USER_NOT_LOGGED_IN;
	if (key / 100 != module.epoch)
		return CKR_KEY_HANDLE_INVALID;
	if (mechanism->mechanism != SIGN_E || word("refuses"))
		return CKR_MECHANISM_INVALID;
	module.signing = key;
	module.context = false;
	return CKR_OK;
}

/* What an ECDSA module would answer: r = (kG).x, s = k^-1 (e + r d). */
static void ecdsa(const uint8_t d[32], const uint8_t e[32], uint8_t raw[64])
{
	BN_CTX *ctx = BN_CTX_new();
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
	const BIGNUM *n = EC_GROUP_get0_order(group);
	BIGNUM *k = BN_new(), *r = BN_new(), *s = BN_new();
	BIGNUM *key = BN_bin2bn(d, 32, NULL), *hash = BN_bin2bn(e, 32, NULL);
	EC_POINT *point = EC_POINT_new(group);

	if (!BN_set_word(k, 0x1234567) || !EC_POINT_mul(group, point, k, NULL, NULL, ctx)
	    || !EC_POINT_get_affine_coordinates(group, point, r, NULL, ctx)
	    || !BN_nnmod(r, r, n, ctx) || !BN_mod_mul(s, r, key, n, ctx)
	    || !BN_mod_add(s, s, hash, n, ctx) || !BN_mod_inverse(k, k, n, ctx)
	    || !BN_mod_mul(s, s, k, n, ctx) || BN_bn2binpad(r, raw, 32) != 32
	    || BN_bn2binpad(s, raw + 32, 32) != 32)
		abort();
	EC_POINT_free(point);
	BN_free(k);
	BN_free(r);
	BN_free(s);
	BN_clear_free(key);
	BN_free(hash);
	EC_GROUP_free(group);
	BN_CTX_free(ctx);
}

/* e as a token would make it that hashes what it is given, with or without Z. */
static void hash_again(const uint8_t point[EGOV__SM2_POINT], uint8_t e[32])
{
	const struct egov_slice given = { e, 32 };
	enum egov_status rc = EGOV_OK;

	if (word("hashes-e"))
		rc = egov__sm3(&given, 1, e, NULL);
	else if (word("adds-z"))
		rc = egov__sm2_e((struct egov_slice){ point, EGOV__SM2_POINT },
		                 egov__slice_text(EGOV__SM2_DEFAULT_ID), given, e, NULL);
	if (rc != EGOV_OK)
		abort();
}

/* DER that is none, in the ways that readers in use let pass. */
static void spoil_der(struct egov_buf *out)
{
	uint8_t *at = out->data;

	if (word("der-tail"))
		egov__buf_byte(out, 0);
	else if (word("der-indefinite"))
		at[1] = 0x80;
	else if (word("der-long-length"))
		at[1]++;
	else if (word("der-negative"))
		at[4] |= 0x80;                  /* r, whose sign octet is taken for its first */
	else if (word("der-tag"))
		at[0] = 0x31;
	else if (word("der-one-number")) {
		at[1] = (uint8_t)(2 + at[3]);
		out->size = 2u + at[1];
	} else if (word("der-padded")) {
		egov__buf_byte(out, 0);
		memmove(at + 5, at + 4, out->size - 5);
		at[4] = 0;
		at[3]++;
		at[1]++;
	}
}

static void make_signature(const uint8_t *data, unsigned number, struct egov_buf *out)
{
	const size_t key = module.signing / 10 % 10 - 1;
	const bool wrong = word("wrong-key") || (word("wrong-odd") && number % 2 == 1);
	uint8_t d[32], raw[64], point[EGOV__SM2_POINT], e[32];
	struct egov_secret *secret = secret_of(wrong ? 1 - key : key, point);

	scalar(key, d);
	memcpy(e, data, sizeof(e));
	hash_again(point, e);
	if (egov__sm2_sign_e(secret, point, e, raw, NULL) != EGOV_OK)
		abort();
	if (word("ecdsa"))
		ecdsa(d, e, raw);
	if (word("zero-r"))
		memset(raw, 0, 32);
	if (word("large-s"))
		memset(raw + 32, 0xff, 32);
	if (word("der") && egov__sm2_signature_der(raw, out, NULL) != EGOV_OK)
		abort();
	if (word("der"))
		spoil_der(out);
	else
		egov__buf_append(out, raw, word("short") ? 40 : word("empty") ? 0 : 64);
	for (int i = 0; word("long") && i < 32; i++)
		egov__buf_byte(out, 0);
	egov__secret_free(secret);
}

/* A write to a daemon that is gone. */
static void break_pipe(void)
{
	int ends[2];

	if (pipe(ends) != 0)
		abort();
	(void)close(ends[0]);
	if (write(ends[1], "x", 1) >= 0)
		abort();
	(void)close(ends[1]);
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_size,
                  CK_BYTE *signature, CK_ULONG *size)
{
	const unsigned number = count("NASTY_SIGNATURES");
	struct egov_buf out = EGOV__BUF(256);

	MAY_FAIL("C_Sign");
	(void)session;
	if (data_size != 32)
		return CKR_DATA_LEN_RANGE;
	if (word("breaks-pipe"))
		break_pipe();
	if (word("lose-always") || (word("lose-odd") && number % 2 == 1))
		return lose();
	if (word("always-authenticate") && !module.context)
		return CKR_USER_NOT_LOGGED_IN;
	if (word("slow"))
		(void)usleep(300000);
	if ((word("large") && *size < 200) || word("never-enough")) {
		*size = 200;
		return CKR_BUFFER_TOO_SMALL;
	}
	make_signature(data, number, &out);
	if (out.size > 0)
		memcpy(signature, out.data, out.size);
	*size = word("size-lies") ? 100000 : out.size;
	egov__buf_clear(&out);
	return CKR_OK;
}

/* --- decrypting ------------------------------------------------------------------------ */

static CK_RV decrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	MAY_FAIL("C_DecryptInit");
	if (!alive(session))
		return CKR_SESSION_HANDLE_INVALID;
	if (!module.logged_in)
		return CKR_USER_NOT_LOGGED_IN;
	if (mechanism->mechanism != DECRYPT || word("refuses"))
		return CKR_MECHANISM_INVALID;
	module.decrypting = key;
	module.context = false;
	return CKR_OK;
}

static CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_size, CK_BYTE *plain,
                     CK_ULONG *size)
{
	const unsigned number = count("NASTY_DECRYPTIONS");
	struct egov_buf out = EGOV__BUF(1024);
	uint8_t point[EGOV__SM2_POINT];
	struct egov_secret *secret;
	enum egov_status rc;

	MAY_FAIL("C_Decrypt");
	(void)session;
	if (word("lose-always") || (word("lose-odd") && number % 2 == 1))
		return lose();
	if (word("always-authenticate") && !module.context)
		return CKR_USER_NOT_LOGGED_IN;
	secret = secret_of(module.decrypting / 10 % 10 - 1, point);
	rc = egov__sm2_decrypt(secret, (struct egov_slice){ data, data_size }, &out, NULL);
	egov__secret_free(secret);
	if (rc != EGOV_OK)
		return CKR_ENCRYPTED_DATA_INVALID;
	if (word("opens-other"))
		out.data[0] ^= 1;
	if (out.size > *size)
		abort();
	memcpy(plain, out.data, out.size);
	*size = word("opens-less") ? out.size - 1 : word("opens-more") ? 1UL << 33 : out.size;
	egov__buf_clear(&out);
	return CKR_OK;
}

static CK_RV unsupported(void)
{
	return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_FUNCTION_LIST list;

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	void (*const stub)(void) = (void (*)(void))unsupported;
	unsigned char *at = (unsigned char *)&list.C_Initialize;

	for (; at < (unsigned char *)(&list + 1); at += sizeof(stub))
		memcpy(at, &stub, sizeof(stub));
	list.version = (CK_VERSION){ 2, 40 };
	list.C_Initialize = initialize;
	list.C_Finalize = finalize;
	list.C_GetInfo = get_info;
	list.C_GetFunctionList = C_GetFunctionList;
	list.C_GetSlotList = get_slot_list;
	list.C_GetSlotInfo = get_slot_info;
	list.C_GetTokenInfo = get_token_info;
	list.C_GetMechanismList = get_mechanism_list;
	list.C_GetMechanismInfo = get_mechanism_info;
	list.C_OpenSession = open_session;
	list.C_CloseSession = close_session;
	list.C_Login = login;
	list.C_GetAttributeValue = get_attribute_value;
	list.C_FindObjectsInit = find_objects_init;
	list.C_FindObjects = find_objects;
	list.C_FindObjectsFinal = find_objects_final;
	list.C_SignInit = sign_init;
	list.C_Sign = sign;
	list.C_DecryptInit = decrypt_init;
	list.C_Decrypt = decrypt;
	*out = &list;
	return CKR_OK;
}
