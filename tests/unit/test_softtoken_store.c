/* SPDX-License-Identifier: Apache-2.0 */
#include "help_token.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/der.h"
#include "base/fileio.h"
#include "crypto/sm3.h"

/* Keys at rest: what happens to a token whose file is damaged, tampered with, open to others,
 * left half written, or gone. */

#define MAGIC "egov-softtoken 1\n"

static struct help_token t;
static char *path;
static struct egov_buf *whole;

static int set_up(void **state)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE pair[2];

	(void)state;
	help_token_make(&t);
	session = help_token_user(&t);
	help_token_pair(&t, session, "key", 1, &pair[0], &pair[1]);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	path = help_token_path(&t);
	whole = help_read(path);
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

/* Faster than replacing it as a whole: nothing here is to survive a power cut. */
static void put(struct egov_slice bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	assert_int_equal(fclose(file), 0);
}

static void restart(void)
{
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
}

static CK_SLOT_ID only_slot(void)
{
	CK_SLOT_ID slots[4];
	CK_ULONG count = 4;

	assert_rv(t.f->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
	assert_int_equal(count, 2);
	return slots[0];
}

/* As a caller meets it: a new start, then everything up to a signature. */
static CK_RV use_token(void)
{
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO info;
	CK_RV rv;

	restart();
	t.slot = only_slot();
	rv = t.f->C_GetTokenInfo(t.slot, &info);
	if (rv != CKR_OK)
		return rv;
	session = help_token_session(&t, CKF_RW_SESSION);
	rv = help_token_login(&t, session, CKU_USER, TOKEN_PIN);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	return rv;
}

static void whole_file_is_fine(void **state)
{
	(void)state;
	put(egov_buf_slice(whole));
	assert_rv(use_token(), CKR_OK);
}

static void truncated_at_every_octet(void **state)
{
	(void)state;
	for (size_t i = 0; i < whole->size; i++) {
		put((struct egov_slice){ whole->data, i });
		assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	}
	put(egov_buf_slice(whole));
}

static void flipped_at_every_octet(void **state)
{
	struct egov_buf *copy = help_hex_buf("");

	(void)state;
	egov__buf_slice(copy, egov_buf_slice(whole));
	assert_int_equal(copy->size, whole->size);
	for (size_t i = 0; i < copy->size; i++) {
		copy->data[i] ^= (uint8_t)(1u << i % 8);
		put(egov_buf_slice(copy));
		assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
		copy->data[i] ^= (uint8_t)(1u << i % 8);
	}
	egov__buf_byte(copy, 0);
	put(egov_buf_slice(copy));
	assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	put(egov_buf_slice(whole));
	egov_buf_free(copy);
}

/* The same with the checksum made right again, as somebody would who means it. */
static void fix_checksum(struct egov_buf *file)
{
	struct egov_error err = { 0 };
	struct egov_slice in = { file->data + strlen(MAGIC), file->size - strlen(MAGIC) }, body;

	assert_ok(egov__der_read(&in, EGOV__SEQUENCE, "", &body, &err), &err);
	body.size -= 34;
	assert_ok(egov__sm3(&body, 1, file->data + file->size - 32, &err), &err);
}

static void tampered_at_every_octet(void **state)
{
	struct egov_buf *copy = help_hex_buf("");
	const size_t first = strlen(MAGIC) + 4, tries = whole->size - 34 - 2;
	size_t refused_late = 0;
	CK_RV rv;

	(void)state;
	for (size_t i = first; i < whole->size - 34; i++) {
		egov_buf_reset(copy);
		egov__buf_slice(copy, egov_buf_slice(whole));
		assert_int_equal(copy->size, whole->size);
		copy->data[i] ^= 0x10;
		fix_checksum(copy);
		put(egov_buf_slice(copy));
		rv = use_token();
		if (i >= tries)                 /* the counters are under no MAC */
			assert_rv(rv, i == tries ? CKR_OK : CKR_PIN_LOCKED);
		else if (rv != CKR_TOKEN_NOT_RECOGNIZED)
			assert_rv(rv, CKR_PIN_INCORRECT);
		refused_late += rv == CKR_PIN_INCORRECT;
	}
	assert_true(refused_late >= 96);        /* the user's wrap, at least */
	put(egov_buf_slice(whole));
	egov_buf_free(copy);
}

static void foreign_files(void **state)
{
	static const char *const contents[] = {
		"", "egov-softtoken 1\n", "egov-softtoken 1\n0", "-----BEGIN CERTIFICATE-----",
		"egov-softtoken 1\n0\200", "egov-softtoken 1\n0\204\377\377\377\377",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		put(egov__slice_text(contents[i]));
		assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	}
	put(egov_buf_slice(whole));
}

static bool described_as(const char *text)
{
	CK_SLOT_INFO info;

	assert_rv(t.f->C_GetSlotInfo(t.slot, &info), CKR_OK);
	return memmem(info.slotDescription, sizeof(info.slotDescription), text, strlen(text)) != NULL;
}

static void another_version(void **state)
{
	struct egov_buf *copy = help_hex_buf("");

	(void)state;
	egov__buf_slice(copy, egov_buf_slice(whole));
	assert_int_equal(copy->size, whole->size);
	copy->data[15] = '2';
	put(egov_buf_slice(copy));
	assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	assert_true(described_as(": of another version"));
	put((struct egov_slice){ whole->data, 100 });
	assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	assert_true(described_as(": damaged"));
	put(egov_buf_slice(whole));
	egov_buf_free(copy);
}

static void open_to_others(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0610, 0666 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
		assert_true(described_as(": open to others, refused"));
	}
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(t.dir, 0750), 0);
	assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	assert_int_equal(chmod(t.dir, 0700), 0);
	assert_rv(use_token(), CKR_OK);
}

static void not_a_regular_file(void **state)
{
	char *aside = egov__path_join(t.dir, "aside");

	(void)state;
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(aside, path), 0);
	assert_rv(use_token(), CKR_DEVICE_ERROR);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_rv(use_token(), CKR_TOKEN_NOT_RECOGNIZED);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(aside, path), 0);
	assert_rv(use_token(), CKR_OK);
	free(aside);
}

static void removed_under_a_session(void **state)
{
	CK_SESSION_HANDLE session;
	CK_TOKEN_INFO info;
	CK_SLOT_INFO slot;
	CK_ULONG count = 0;
	CK_OBJECT_HANDLE pair[2];
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 };

	(void)state;
	restart();
	t.slot = only_slot();
	session = help_token_user(&t);
	assert_int_equal(unlink(path), 0);
	assert_rv(t.f->C_GenerateKeyPair(session, &keygen, &token, 1, &token, 1, &pair[0], &pair[1]),
	          CKR_TOKEN_NOT_PRESENT);
	assert_rv(t.f->C_FindObjectsInit(session, NULL, 0), CKR_TOKEN_NOT_PRESENT);
	assert_rv(t.f->C_GetTokenInfo(t.slot, &info), CKR_TOKEN_NOT_PRESENT);
	assert_rv(t.f->C_GetSlotInfo(t.slot, &slot), CKR_OK);
	assert_int_equal(slot.flags & CKF_TOKEN_PRESENT, 0);
	assert_rv(t.f->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_rv(t.f->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
	assert_int_equal(count, 2);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	put(egov_buf_slice(whole));
	assert_int_equal(chmod(path, 0600), 0);
	assert_rv(use_token(), CKR_OK);
}

/* A writer that was killed leaves its file beside; the next writer removes it, and the token
 * is what it was before. */
static void leftover_of_a_killed_writer(void **state)
{
	char *leftover = egov__path_join(t.dir, EGOV__TEMP_PREFIX "999999999-x.token");
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE pair[2], found[16];

	(void)state;
	help_write(leftover, (struct egov_slice){ whole->data, 40 });
	restart();
	t.slot = only_slot();
	session = help_token_user(&t);
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 2);
	assert_int_equal(access(leftover, F_OK), 0);
	help_token_pair(&t, session, "next", 2, &pair[0], &pair[1]);
	assert_int_not_equal(access(leftover, F_OK), 0);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	put(egov_buf_slice(whole));
	free(leftover);
}

/* Changes that cannot be written are not made in memory either. */
static void failed_write_changes_nothing(void **state)
{
	char *lock = egov__path_join(t.dir, "lock");
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE found[16];
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE token = { CKA_TOKEN, &yes, 1 };
	unsigned char text[] = "other";
	CK_ATTRIBUTE label = { CKA_LABEL, text, 5 };

	(void)state;
	restart();
	t.slot = only_slot();
	session = help_token_user(&t);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(mkdir(lock, 0700), 0);
	assert_rv(t.f->C_GenerateKeyPair(session, &keygen, &token, 1, &token, 1, &found[0], &found[1]),
	          CKR_DEVICE_ERROR);
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 2);
	assert_rv(t.f->C_DestroyObject(session, found[0]), CKR_DEVICE_ERROR);
	assert_rv(t.f->C_SetAttributeValue(session, found[0], &label, 1), CKR_DEVICE_ERROR);
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 2);
	assert_int_equal(help_token_search(&t, session, &label, 1, found), 0);
	assert_int_equal(rmdir(lock), 0);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	free(lock);
}

/* An older copy of the file, put back under a running module: it is used as it is. */
static void restored_copy(void **state)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE pair[2], found[16];

	(void)state;
	restart();
	t.slot = only_slot();
	session = help_token_user(&t);
	help_token_pair(&t, session, "later", 3, &pair[0], &pair[1]);
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 4);
	put(egov_buf_slice(whole));
	assert_int_equal(help_token_search(&t, session, NULL, 0, found), 2);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
}

/* No private key and no PIN can be read in the file. */
static void nothing_in_clear(void **state)
{
	uint8_t d[32];
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	static unsigned char curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	CK_BBOOL yes = CK_TRUE;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE type = CKK_EC;
	unsigned char label[] = "private label";
	CK_ATTRIBUTE templ[] = {
		{ CKA_CLASS, &class, sizeof(class) },   { CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },  { CKA_EC_PARAMS, curve, sizeof(curve) },
		{ CKA_VALUE, d, sizeof(d) },            { CKA_LABEL, label, 13 },
	};
	struct egov_buf *file;

	(void)state;
	memset(d, 0x5a, sizeof(d));
	restart();
	t.slot = only_slot();
	session = help_token_user(&t);
	assert_rv(t.f->C_CreateObject(session, templ, 6, &key), CKR_OK);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	file = help_read(path);
	assert_null(memmem(file->data, file->size, d, 4));
	assert_null(memmem(file->data, file->size, label, 13));
	assert_null(memmem(file->data, file->size, TOKEN_PIN, 6));
	assert_null(memmem(file->data, file->size, TOKEN_SO_PIN, 8));
	assert_non_null(memmem(file->data, file->size, "key", 3));
	egov_buf_free(file);
	put(egov_buf_slice(whole));
}

static void full_token(void **state)
{
	CK_SESSION_HANDLE session;
	CK_MECHANISM keygen = { CKM_TEST_KEYGEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	static unsigned char subject[4096], text[255];
	CK_ATTRIBUTE templ[] = {
		{ CKA_TOKEN, &yes, 1 },
		{ CKA_SUBJECT, subject, sizeof(subject) },
		{ CKA_LABEL, text, sizeof(text) },
		{ CKA_ID, text, sizeof(text) },
	};
	CK_OBJECT_HANDLE pair[2];
	size_t pairs = 0;
	CK_RV rv;

	(void)state;
	restart();
	t.slot = only_slot();
	session = help_token_user(&t);
	while ((rv = t.f->C_GenerateKeyPair(session, &keygen, templ, 4, templ, 4, &pair[0], &pair[1]))
	       == CKR_OK)
		pairs++;
	assert_rv(rv, CKR_DEVICE_MEMORY);
	assert_int_equal(pairs, 99);
	assert_rv(t.f->C_CloseSession(session), CKR_OK);
	assert_rv(use_token(), CKR_OK);
	put(egov_buf_slice(whole));
}

static void init_in(const char *label_text)
{
	unsigned char label[32], so_pin[] = TOKEN_SO_PIN;

	memset(label, ' ', sizeof(label));
	memcpy(label, label_text, strlen(label_text));
	assert_rv(t.f->C_Finalize(NULL), CKR_OK);
	assert_rv(t.f->C_Initialize(NULL), CKR_OK);
	assert_rv(t.f->C_InitToken(0, so_pin, sizeof(so_pin) - 1, label), CKR_OK);
}

/* EGOV_SOFTTOKEN_DIR, else XDG_STATE_HOME, else HOME. */
static void where_tokens_are(void **state)
{
	char *home = help_dir();
	char *old_home = getenv("HOME") == NULL ? NULL : egov__text_dup(getenv("HOME"));

	(void)state;
	(void)setenv("HOME", home, 1);
	(void)setenv("XDG_STATE_HOME", "not/absolute", 1);
	(void)unsetenv("EGOV_SOFTTOKEN_DIR");
	init_in("home");
	assert_int_equal(help_run("test $(ls '%s'/.local/state/egov-softtoken/*.token | wc -l) = 1 && "
	                          "test $(stat -c %%a '%s'/.local/state/egov-softtoken) = 700 && "
	                          "test $(stat -c %%a '%s'/.local) = 700", home, home, home), 0);
	assert_int_equal(help_run("mkdir '%s'/x", home), 0);
	{
		char *state_home = egov__path_join(home, "x");

		(void)setenv("XDG_STATE_HOME", state_home, 1);
		free(state_home);
	}
	init_in("state");
	assert_int_equal(help_run("test $(ls '%s'/x/egov-softtoken/*.token | wc -l) = 1", home), 0);
	(void)unsetenv("XDG_STATE_HOME");
	if (old_home != NULL)
		(void)setenv("HOME", old_home, 1);
	(void)setenv("EGOV_SOFTTOKEN_DIR", t.dir, 1);
	assert_rv(use_token(), CKR_OK);
	free(old_home);
	help_dir_remove(home);
}

/* 600000 by default; the environment may lower it, to no less than 1000. */
static void cost_of_a_guess(void **state)
{
	static const struct {
		const char *wish;
		uint8_t integer[5];
		size_t size;
	} cases[] = {
		{ "1000", { 0x02, 0x02, 0x03, 0xe8 }, 4 },
		{ "5000", { 0x02, 0x02, 0x13, 0x88 }, 4 },
		{ "999", { 0x02, 0x03, 0x09, 0x27, 0xc0 }, 5 },
		{ "nonsense", { 0x02, 0x03, 0x09, 0x27, 0xc0 }, 5 },
		{ "700000", { 0x02, 0x03, 0x09, 0x27, 0xc0 }, 5 },
		{ NULL, { 0x02, 0x03, 0x09, 0x27, 0xc0 }, 5 },
	};
	struct help_token other = t;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct egov_slice integer = { cases[i].integer, cases[i].size };
		struct egov_buf *file;
		char *made;

		other.dir = help_dir();
		(void)setenv("EGOV_SOFTTOKEN_DIR", other.dir, 1);
		if (cases[i].wish == NULL)
			(void)unsetenv("EGOV_SOFTTOKEN_ITERATIONS");
		else
			(void)setenv("EGOV_SOFTTOKEN_ITERATIONS", cases[i].wish, 1);
		init_in("cost");
		made = help_token_path(&other);
		file = help_read(made);
		/* Behind serial and label, in the body of a file of less than 64 KiB. */
		assert_true(file->size > 100);
		assert_non_null(memmem(file->data + 17 + 3 + 3 + 18 + 34, 12, integer.data, integer.size));
		egov_buf_free(file);
		free(made);
		help_dir_remove(other.dir);
	}
	(void)setenv("EGOV_SOFTTOKEN_ITERATIONS", "1000", 1);
	(void)setenv("EGOV_SOFTTOKEN_DIR", t.dir, 1);
	assert_rv(use_token(), CKR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_file_is_fine),
		cmocka_unit_test(truncated_at_every_octet),
		cmocka_unit_test(flipped_at_every_octet),
		cmocka_unit_test(tampered_at_every_octet),
		cmocka_unit_test(foreign_files),
		cmocka_unit_test(another_version),
		cmocka_unit_test(open_to_others),
		cmocka_unit_test(not_a_regular_file),
		cmocka_unit_test(removed_under_a_session),
		cmocka_unit_test(leftover_of_a_killed_writer),
		cmocka_unit_test(failed_write_changes_nothing),
		cmocka_unit_test(restored_copy),
		cmocka_unit_test(nothing_in_clear),
		cmocka_unit_test(full_token),
		cmocka_unit_test(where_tokens_are),
		cmocka_unit_test(cost_of_a_guess),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
