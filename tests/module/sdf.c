/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library of a crypto device (GM/T 0018), in software, for tests: keys 1 and 2 with
 * the password "sdf-pass".  The words of the environment variable SDF say what goes
 * wrong; SDF_RV is what a function returns that fails.  SDF_FAIL_AT=N: the Nth call
 * that the process makes fails; SDF_LOG=FILE: a line for each call.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "key/sdf.h"

#define EXPORTED __attribute__((visibility("default")))
#define PASSWORD "sdf-pass"
#define KEYS 2
#define SGD_SM3 1

struct session {
	bool rights[KEYS];
	unsigned epoch;                 /* of another one, the device has forgotten it */
	struct egov__sm3 *hash;
};

static struct {
	unsigned epoch;
	unsigned long calls;
	int device;                     /* its address is the handle */
} fake;

static bool word(const char *name)
{
	const char *all = getenv("SDF"), *at = all == NULL ? NULL : strstr(all, name);
	const size_t size = strlen(name);

	for (; at != NULL; at = strstr(at + 1, name))
		if ((at == all || at[-1] == ' ') && (at[size] == 0 || at[size] == ' '))
			return true;
	return false;
}

static int chosen_code(void)
{
	const char *text = getenv("SDF_RV");

	return text == NULL ? EGOV__SDR_COMMFAIL : (int)strtol(text, NULL, 0);
}

static void tell(const char *call)
{
	const char *path = getenv("SDF_LOG");
	FILE *file = path == NULL ? NULL : fopen(path, "a");

	if (file == NULL)
		return;
	(void)fprintf(file, "%lu %s\n", fake.calls, call);
	(void)fclose(file);
}

/* Whether this call is the one that fails: the device has forgotten every session then. */
static int fails(const char *call)
{
	const char *at = getenv("SDF_FAIL_AT");

	fake.calls++;
	tell(call);
	if (at == NULL || fake.calls < strtoul(at, NULL, 10)
	    || (fake.calls > strtoul(at, NULL, 10) && !word("stays")))
		return EGOV__SDR_OK;
	fake.epoch++;
	return chosen_code();
}

#define MAY_FAIL(call)                                                                             \
	do {                                                                                       \
		const int code_ = fails(call);                                                     \
		if (code_ != EGOV__SDR_OK)                                                         \
			return code_;                                                              \
	} while (0)

static struct egov_secret *secret_of(unsigned index, uint8_t point[EGOV__SM2_POINT])
{
	uint8_t d[EGOV__SM2_PRIVATE] = { 0x22 };
	struct egov_secret *secret;

	d[31] = (uint8_t)index;
	secret = egov__secret_new(EGOV__SLICE(d));
	if (secret == NULL || egov__sm2_public(secret, point, NULL) != EGOV_OK)
		abort();
	return secret;
}

/* A number in its field: at the right of 64 octets, or all of 32. */
static void put_number(uint8_t *numbers, size_t i, const uint8_t number[32])
{
	const size_t field = word("narrow") ? 32 : 64;

	memset(numbers + i * field, word("garbage") ? 0xa5 : 0, field - 32);
	memcpy(numbers + (i + 1) * field - 32, number, 32);
}

EXPORTED int SDF_OpenDevice(void **device);
EXPORTED int SDF_CloseDevice(void *device);
EXPORTED int SDF_OpenSession(void *device, void **session);
EXPORTED int SDF_CloseSession(void *session);
EXPORTED int SDF_GetDeviceInfo(void *session, struct egov__sdf_device_info *info);
EXPORTED int SDF_GetPrivateKeyAccessRight(void *session, unsigned index, unsigned char *password,
                                          unsigned size);
EXPORTED int SDF_ReleasePrivateKeyAccessRight(void *session, unsigned index);
EXPORTED int SDF_ExportSignPublicKey_ECC(void *session, unsigned index,
                                         struct egov__sdf_public_key *key);
EXPORTED int SDF_InternalSign_ECC(void *session, unsigned index, unsigned char *data, unsigned size,
                                  struct egov__sdf_signature *signature);
EXPORTED int SDF_HashInit(void *session, unsigned algorithm, struct egov__sdf_public_key *key,
                          unsigned char *id, unsigned id_size);
EXPORTED int SDF_HashUpdate(void *session, unsigned char *data, unsigned size);
EXPORTED int SDF_HashFinal(void *session, unsigned char *hash, unsigned *size);

int SDF_OpenDevice(void **device)
{
	MAY_FAIL("SDF_OpenDevice");
	if (word("gone"))
		return EGOV__SDR_OPENDEVICE;
	*device = word("no-handle") ? NULL : &fake.device;
	return EGOV__SDR_OK;
}

int SDF_CloseDevice(void *device)
{
	return device == &fake.device ? EGOV__SDR_OK : EGOV__SDR_BASE + 0x1d;
}

int SDF_OpenSession(void *device, void **session)
{
	struct session *opened;

	MAY_FAIL("SDF_OpenSession");
	if (device != &fake.device || word("no-session"))
		return EGOV__SDR_OPENSESSION;
	opened = calloc(1, sizeof(*opened));
	if (opened == NULL)
		return EGOV__SDR_BASE + 0x1c;
	opened->epoch = fake.epoch;
	*session = opened;
	return EGOV__SDR_OK;
}

int SDF_CloseSession(void *session)
{
	struct session *s = session;

	egov__sm3_free(s->hash);
	free(s);
	return EGOV__SDR_OK;
}

int SDF_GetDeviceInfo(void *session, struct egov__sdf_device_info *info)
{
	(void)session;
	MAY_FAIL("SDF_GetDeviceInfo");
	memset(info, 0, offsetof(struct egov__sdf_device_info, more));
	memcpy(info->issuer, "tests of libegovca                      ", sizeof(info->issuer));
	memcpy(info->device, word("gbk") ? "\xc3\xdc\xc2\xeb" : "fake", 4);
	memcpy(info->serial, "2026112200000001", sizeof(info->serial));
	info->device_version = 0x00010002;
	info->standard_version = 1;
	return EGOV__SDR_OK;
}

/* A session of before the device was reset is unknown to it. */
static bool knows(const struct session *s)
{
	return s->epoch == fake.epoch;
}

int SDF_GetPrivateKeyAccessRight(void *session, unsigned index, unsigned char *password,
                                 unsigned size)
{
	struct session *s = session;

	MAY_FAIL("SDF_GetPrivateKeyAccessRight");
	if (!knows(s))
		return EGOV__SDR_COMMFAIL;
	if (index == 0 || index > KEYS)
		return EGOV__SDR_KEYNOTEXIST;
	if (size != strlen(PASSWORD) || memcmp(password, PASSWORD, size) != 0)
		return word("makers-code") ? EGOV__SDR_MAKERS : EGOV__SDR_PARDENY;
	memset(password, 0, size);
	s->rights[index - 1] = true;
	return EGOV__SDR_OK;
}

int SDF_ReleasePrivateKeyAccessRight(void *session, unsigned index)
{
	struct session *s = session;

	if (index == 0 || index > KEYS || !s->rights[index - 1])
		return EGOV__SDR_PRKRERR;
	s->rights[index - 1] = false;
	return EGOV__SDR_OK;
}

int SDF_ExportSignPublicKey_ECC(void *session, unsigned index, struct egov__sdf_public_key *key)
{
	uint8_t point[EGOV__SM2_POINT];

	MAY_FAIL("SDF_ExportSignPublicKey_ECC");
	if (!knows(session))
		return EGOV__SDR_COMMFAIL;
	if (index == 0 || index > KEYS)
		return EGOV__SDR_KEYNOTEXIST;
	egov__secret_free(secret_of(word("swapped") && fake.epoch > 0 ? KEYS + 1 - index : index, point));
	point[40] ^= word("off-curve");
	key->bits = word("short-key") ? 192 : EGOV__SDF_BITS;
	put_number(key->numbers, 0, point + 1);
	put_number(key->numbers, 1, point + 33);
	return EGOV__SDR_OK;
}

int SDF_InternalSign_ECC(void *session, unsigned index, unsigned char *data, unsigned size,
                         struct egov__sdf_signature *signature)
{
	const struct session *s = session;
	uint8_t raw[EGOV__SM2_RAW_SIGNATURE], point[EGOV__SM2_POINT];
	struct egov_secret *secret;

	MAY_FAIL("SDF_InternalSign_ECC");
	if (!knows(s) || word("lose-always"))
		return chosen_code();
	if (index == 0 || index > KEYS)
		return EGOV__SDR_KEYNOTEXIST;
	if (!s->rights[index - 1])
		return EGOV__SDR_PRKRERR;
	if (size != EGOV__SM2_E)
		return EGOV__SDR_BASE + 0x1d;
	secret = secret_of(word("wrong-key") ? KEYS + 1 - index : index, point);
	if (egov__sm2_sign_e(secret, point, data, raw, NULL) != EGOV_OK)
		abort();
	egov__secret_free(secret);
	if (word("zero-r"))
		memset(raw, 0, 32);
	put_number(signature->numbers, 0, raw);
	put_number(signature->numbers, 1, raw + 32);
	return EGOV__SDR_OK;
}

/* --- digests: with a public key, Z comes first ----------------------------------------------- */

int SDF_HashInit(void *session, unsigned algorithm, struct egov__sdf_public_key *key,
                 unsigned char *id, unsigned id_size)
{
	struct session *s = session;
	uint8_t point[EGOV__SM2_POINT] = { 4 }, z[EGOV__SM3_SIZE];

	if (algorithm != SGD_SM3)
		return EGOV__SDR_ALGNOTSUPPORT;
	egov__sm3_free(s->hash);
	s->hash = NULL;
	if (egov__sm3_new(&s->hash, NULL) != EGOV_OK)
		abort();
	if (key == NULL)
		return EGOV__SDR_OK;
	memcpy(point + 1, key->numbers + 32, 32);
	memcpy(point + 33, key->numbers + 96, 32);
	if (egov__sm2_z(EGOV__SLICE(point), (struct egov_slice){ id, id_size }, z, NULL) != EGOV_OK
	    || egov__sm3_update(s->hash, EGOV__SLICE(z), NULL) != EGOV_OK)
		abort();
	return EGOV__SDR_OK;
}

int SDF_HashUpdate(void *session, unsigned char *data, unsigned size)
{
	struct session *s = session;

	if (s->hash == NULL)
		return EGOV__SDR_BASE + 0x10;
	return egov__sm3_update(s->hash, (struct egov_slice){ data, size }, NULL) == EGOV_OK
	               ? EGOV__SDR_OK
	               : EGOV__SDR_BASE + 1;
}

int SDF_HashFinal(void *session, unsigned char *hash, unsigned *size)
{
	struct session *s = session;

	if (s->hash == NULL)
		return EGOV__SDR_BASE + 0x10;
	if (egov__sm3_final(s->hash, hash, NULL) != EGOV_OK)
		abort();
	egov__sm3_free(s->hash);
	s->hash = NULL;
	*size = EGOV__SM3_SIZE;
	return EGOV__SDR_OK;
}
