/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/secret.h"
#include "crypto/sm2.h"

/* What of a private key is in memory: while its user is logged in, and after. */

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

/* The private key is never written out here: octet i is this. */
static uint8_t d_octet(size_t i)
{
	return (uint8_t)(0x17 + i * 0x35 + (i * i) % 0x0b);
}

/* Big-endian as in files, or little-endian as in OpenSSL's numbers. */
static bool is_d(const uint8_t *at)
{
	size_t up = 0, down = 0;

	while (up < 32 && at[up] == d_octet(up))
		up++;
	while (down < 32 && at[31 - down] == d_octet(down))
		down++;
	return up == 32 || down == 32;
}

static size_t count_in(int mem, off_t from, off_t to)
{
	static uint8_t chunk[65536 + 31];
	size_t found = 0;

	for (off_t at = from; at < to; at += 65536) {
		const size_t want = (size_t)(to - at) < sizeof(chunk) ? (size_t)(to - at) : sizeof(chunk);
		const ssize_t got = pread(mem, chunk, want, at);

		for (ssize_t i = 0; i + 32 <= got; i++)
			found += is_d(chunk + i);
		memset(chunk, 0, sizeof(chunk));
	}
	return found;
}

/* How often d lies in the writable memory of this process; the sanitizers' own shadow, of
 * terabytes, is left out. */
static size_t copies_of_d(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	const int mem = open("/proc/self/mem", O_RDONLY);
	char line[512];
	size_t found = 0;

	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *end = NULL;
		const off_t from = (off_t)strtoull(line, &end, 16);
		const off_t to = (off_t)strtoull(end + 1, &end, 16);

		if (strncmp(end, " rw", 3) == 0 && to - from < ((off_t)256 << 20))
			found += count_in(mem, from, to);
	}
	(void)fclose(maps);
	(void)close(mem);
	return found;
}

static CK_OBJECT_HANDLE import_d(CK_SESSION_HANDLE session)
{
	static unsigned char curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	CK_BBOOL yes = CK_TRUE;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE type = CKK_EC;
	unsigned char value[32];
	CK_OBJECT_HANDLE key = 0;
	CK_ATTRIBUTE templ[] = {
		{ CKA_CLASS, &class, sizeof(class) },   { CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },  { CKA_EC_PARAMS, curve, sizeof(curve) },
		{ CKA_VALUE, value, sizeof(value) },    { CKA_DECRYPT, &yes, sizeof(yes) },
	};

	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = d_octet(i);
	assert_rv(t.f->C_CreateObject(session, templ, 6, &key), CKR_OK);
	egov__cleanse(value, sizeof(value));
	return key;
}

static void open_something(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM mechanism = { CKM_TEST_DECRYPT, NULL, 0 };
	struct egov_buf cipher = EGOV__BUF(256);
	uint8_t point[65];
	unsigned char plain[16] = "sixteen octets";
	CK_ULONG size = sizeof(plain);

	help_token_point(&t, session, key, point);
	assert_int_equal(egov__sm2_encrypt(EGOV__SLICE(point), EGOV__SLICE(plain), &cipher, NULL), EGOV_OK);
	assert_rv(t.f->C_DecryptInit(session, &mechanism, key), CKR_OK);
	assert_rv(t.f->C_Decrypt(session, cipher.data, cipher.size, plain, &size), CKR_OK);
	egov__buf_clear(&cipher);
}

/* The slot of a new token is another one from then on. */
static void restart(void)
{
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	t.slot = help_token_find(&t, TOKEN_LABEL);
}

/* The key that was made ready is there while the user is logged in; no copy survives the
 * log-out, whichever way it comes about. */
static void logout_cleanses(void **state)
{
	CK_SESSION_HANDLE session = help_token_user(&t);
	const CK_OBJECT_HANDLE key = import_d(session);
	const uint8_t e[32] = { 1 };
	uint8_t raw[64];

	(void)state;
	for (int way = 0; way < 4; way++) {
		assert_rv(help_token_sign(&t, session, key, e, raw), CKR_OK);
		open_something(session, key);
		assert_true(copies_of_d() >= 1);
		if (way == 0)
			assert_rv(t.f->C_Logout(session), CKR_OK);
		else if (way == 1)
			assert_rv(t.f->C_CloseSession(session), CKR_OK);
		else if (way == 2)
			assert_rv(t.f->C_CloseAllSessions(t.slot), CKR_OK);
		else
			assert_rv(t.f->C_Finalize(NULL), CKR_OK);
		assert_int_equal(copies_of_d(), 0);
		if (way == 3)
			restart();
		if (way == 0)
			assert_rv(help_token_login(&t, session, CKU_USER, TOKEN_PIN), CKR_OK);
		else
			session = help_token_user(&t);
	}
	assert_rv(t.f->C_DestroyObject(session, key), CKR_OK);
	assert_int_equal(copies_of_d(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logout_cleanses),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
