/* SPDX-License-Identifier: Apache-2.0 */
/* A PKCS #11 module that lies: nothing that is wrong is taken, and the message says what it was. */
#include "help_nasty.h"

#include <p11-kit/pkcs11.h>
#include <time.h>

#include "base/fileio.h"
#include "base/report.h"
#include "key/decrypter.h"

static char *dir, uri[1000], map_path[600];

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	help_nasty_uri(dir, "one", uri, sizeof(uri));
	(void)snprintf(map_path, sizeof(map_path), "%s/map.conf", dir);
	help_write(map_path, egov__slice_text("[nasty]\nlibrary = nasty-p11\nckm_sign_e = 0x80008104\n"
	                                      "ckm_decrypt = 0x80008200\n"));
	help_nasty("", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_nasty("", NULL);
	help_dir_remove(dir);
	return 0;
}

struct lie {
	const char *words, *rv;
	enum egov_status status;
	long detail;
	const char *fragment;
};

/* The signer was opened before the lie, and is as good as new after it. */
static void lies_about_signatures(void **state)
{
	static const char no_der[] = "octets is not DER of r and s";
	static const char no_match[] = "does not verify with the public key: wrong mechanism";
	static const struct lie lies[] = {
		{ "wrong-key", NULL, EGOV_E_DEVICE, 0, no_match },
		{ "ecdsa", NULL, EGOV_E_DEVICE, 0, no_match },
		{ "ecdsa der", NULL, EGOV_E_DEVICE, 0, "another key, or ECDSA instead of SM2" },
		{ "hashes-e", NULL, EGOV_E_DEVICE, 0, no_match },
		{ "hashes-e der", NULL, EGOV_E_DEVICE, 0, no_match },
		{ "adds-z", NULL, EGOV_E_DEVICE, 0, no_match },
		{ "zero-r", NULL, EGOV_E_DEVICE, 0, "outside 1 to n-1" },
		{ "large-s", NULL, EGOV_E_DEVICE, 0, "outside 1 to n-1" },
		{ "short", NULL, EGOV_E_DEVICE, 0, "signature of 40 octets" },
		{ "long", NULL, EGOV_E_DEVICE, 0, "signature of 96 octets" },
		{ "empty", NULL, EGOV_E_DEVICE, 0, "signature of 0 octets" },
		{ "size-lies", NULL, EGOV_E_DEVICE, CKR_GENERAL_ERROR, "C_Sign: CKR_GENERAL_ERROR" },
		{ "never-enough", NULL, EGOV_E_DEVICE, CKR_BUFFER_TOO_SMALL,
		  "C_Sign: CKR_BUFFER_TOO_SMALL (0x00000150)" },
		{ "der der-tail", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der long", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der der-indefinite", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der der-long-length", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der der-negative", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der der-tag", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der der-one-number", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "der der-padded", NULL, EGOV_E_DEVICE, 0, no_der },
		{ "refuses", NULL, EGOV_E_UNSUPPORTED, CKR_MECHANISM_INVALID,
		  "C_SignInit: CKR_MECHANISM_INVALID (0x00000070)" },
		{ "lose-always", "0x80000001", EGOV_E_DEVICE, 0x80000001, "C_Sign: 0x80000001" },
		{ "lose-always", "0x7fffffff", EGOV_E_DEVICE, 0x7fffffff, "C_Sign: 0x7fffffff" },
		{ "lose-always", "0xfffffffffffffff0", EGOV_E_DEVICE, -16, "C_Sign: 0xfffffffffffffff0" },
		{ "lose-always", "0x01", EGOV_E_DEVICE, CKR_CANCEL, "C_Sign: CKR_CANCEL (0x00000001)" },
		{ "lose-always", "0xb0", EGOV_E_DEVICE, CKR_SESSION_CLOSED, "C_Sign: CKR_SESSION_CLOSED" },
		{ "lose-always two-slots", "0xb3", EGOV_E_DEVICE, CKR_SESSION_HANDLE_INVALID, "C_Sign" },
		{ "lose-always login-lies", "0x101", EGOV_E_DEVICE, CKR_USER_NOT_LOGGED_IN,
		  "C_SignInit: CKR_USER_NOT_LOGGED_IN (0x00000101)" },
	};
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_signer *signer = help_signer_open(uri, &options);

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		help_nasty(lies[i].words, lies[i].rv);
		help_signer_fails(signer, lies[i].status, lies[i].detail, lies[i].fragment);
		help_nasty("", NULL);
		help_signer_signs(signer);
	}
	egov_signer_close(signer);
}

static void lies_about_keys_and_tokens(void **state)
{
	static const struct lie lies[] = {
		{ "cut-point", NULL, EGOV_E_DEVICE, 0, "CKA_EC_POINT of 66 octets, want 67 or 65" },
		{ "compressed-point", NULL, EGOV_E_DEVICE, 0, "CKA_EC_POINT of 33 octets" },
		{ "short-attribute", NULL, EGOV_E_DEVICE, 0, "the key has no CKA_KEY_TYPE" },
		{ "long-attribute", NULL, EGOV_E_DEVICE, 0,
		  "attribute 0x102 with 8589934592 octets in the room for 4096" },
		{ "more-objects", NULL, EGOV_E_DEVICE, 0, "C_FindObjects: more objects than asked for" },
		{ "endless-objects", NULL, EGOV_E_LIMIT, 0, "C_FindObjects: more than 1024 objects" },
		{ "no-session", NULL, EGOV_E_DEVICE, 0, "C_OpenSession: the module gave no session" },
		{ "slots-grow", NULL, EGOV_E_DEVICE, CKR_BUFFER_TOO_SMALL,
		  "C_GetSlotList: CKR_BUFFER_TOO_SMALL" },
		{ "slots-lie", NULL, EGOV_E_DEVICE, CKR_BUFFER_TOO_SMALL, "C_GetSlotList" },
		{ "slots-huge", NULL, EGOV_E_DEVICE, CKR_GENERAL_ERROR, "C_GetSlotList" },
		{ "two-slots", NULL, EGOV_E_POLICY, 0, "2 tokens fit, want one; found: nasty, nasty" },
		{ "login-lies", NULL, EGOV_E_NOTFOUND, 0, "no such private key in token nasty" },
		{ "no-mechanism mechanisms-lie", NULL, EGOV_E_UNSUPPORTED, 0, "it has none" },
	};
	const struct egov_key_options options = { .module_map = map_path };

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		help_nasty(lies[i].words, lies[i].rv);
		help_signer_refused(uri, &options, lies[i].status, lies[i].fragment);
	}
}

/* The public object shows another key: whatever is signed does not fit it. */
static void lies_about_the_public_key(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_signer *signer;

	(void)state;
	help_nasty("public-lies", NULL);
	signer = help_signer_open(uri, &options);
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "does not verify with the public key");
	egov_signer_close(signer);
}

/* A self-test that is right says nothing of the next signature: each is verified. */
static void signs_wrong_now_and_then(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_signer *signer = help_signer_open(uri, &options);

	(void)state;
	if (help_nasty_count("NASTY_SIGNATURES") % 2 == 0)
		help_signer_signs(signer);
	help_nasty("wrong-odd", NULL);
	for (int i = 0; i < 3; i++) {
		help_signer_signs(signer);
		help_signer_fails(signer, EGOV_E_DEVICE, 0, "does not verify");
	}
	egov_signer_close(signer);
}

/* Being slow is no lie; nor is another slot number after a loss. */
static void what_is_borne(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_signer *signer = help_signer_open(uri, &options);
	struct timespec before, after;

	(void)state;
	help_nasty("slow", NULL);
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	help_signer_signs(signer);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000
	            >= 290);
	help_nasty("", NULL);
	if (help_nasty_count("NASTY_SIGNATURES") % 2 == 1)
		help_signer_signs(signer);
	help_nasty("lose-odd moved-slot", "0xb3");
	help_signer_signs(signer);
	help_signer_signs(signer);
	egov_signer_close(signer);
}

/* What is not text in a module's answers goes no further as such. */
static void names_that_are_no_text(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	struct egov_signer *signer;

	(void)state;
	help_nasty("binary-model", NULL);
	signer = help_signer_open(uri, &options);
	assert_ok(egov_signer_report(signer, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "model"), "ffffffffffffffffffffffffffffffff");
	egov_signer_close(signer);
	egov_report_free(report);
}

/* --- decrypting ------------------------------------------------------------------------ */

static const char secret[] = "sixteen octets .";

static void seal(struct egov_slice point, struct egov_buf *cipher)
{
	assert_int_equal(egov__sm2_encrypt(point, (struct egov_slice){ (const uint8_t *)secret, 16 },
	                                   cipher, NULL),
	                 EGOV_OK);
}

static struct egov__decrypter *opened(const char *words)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov__decrypter *key = NULL;

	help_nasty(words, NULL);
	assert_ok(egov__decrypter_open(uri, &options, &key, &err), &err);
	return key;
}

static void decrypts(void **state)
{
	static const char *const good[] = { "", "always-authenticate", "private-point no-public",
		                            "slow", "binary-model" };
	struct egov_error err = { .status = EGOV_OK };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct egov__decrypter *key = opened(good[i]);
		struct egov_buf cipher = EGOV__BUF(512), plain = EGOV__BUF(512);

		seal(egov__decrypter_point(key), &cipher);
		assert_ok(egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err), &err);
		assert_int_equal(plain.size, 16);
		assert_memory_equal(plain.data, secret, 16);
		egov__buf_clear(&cipher);
		egov__buf_clear(&plain);
		egov__decrypter_close(key);
	}
}

/* A plaintext that is another is seen by who knows what it must be (test_delivery); a
 * length that is a lie, here. */
static void lies_about_plaintexts(void **state)
{
	static const struct lie lies[] = {
		{ "opens-more", NULL, EGOV_E_DEVICE, CKR_GENERAL_ERROR, "C_Decrypt: CKR_GENERAL_ERROR" },
		{ "refuses", NULL, EGOV_E_UNSUPPORTED, CKR_MECHANISM_INVALID,
		  "C_DecryptInit: CKR_MECHANISM_INVALID (0x00000070)" },
		{ "lose-always", "0x32", EGOV_E_DEVICE, CKR_DEVICE_REMOVED,
		  "C_Decrypt: CKR_DEVICE_REMOVED (0x00000032)" },
		{ "lose-always", "0x40", EGOV_E_CORRUPT, 0, "altered or is for another key" },
		{ "lose-always", "0x41", EGOV_E_CORRUPT, 0, "altered or is for another key" },
	};
	struct egov_error err = { .status = EGOV_OK };

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct egov__decrypter *key = opened("");
		struct egov_buf cipher = EGOV__BUF(512), plain = EGOV__BUF(512);
		enum egov_status rc;

		seal(egov__decrypter_point(key), &cipher);
		help_nasty(lies[i].words, lies[i].rv);
		rc = egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err);
		assert_int_equal(err.detail, lies[i].detail);
		assert_fails(rc, &err, lies[i].status, lies[i].fragment);
		assert_int_equal(plain.size, 0);
		egov__buf_clear(&cipher);
		egov__decrypter_close(key);
	}
}

/* What a token says that has lost its session, its keys or itself, also as it answers once more. */
static void reconnects_to_decrypt(void **state)
{
	static const char *const lost[] = { "0x101", "0xb3", "0x30", "0x32", "0x02", "0xe0", "0x190",
		                            "0x60", "0x90" };
	struct egov_error err = { .status = EGOV_OK };

	(void)state;
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		struct egov__decrypter *key = opened("");
		struct egov_buf cipher = EGOV__BUF(512), plain = EGOV__BUF(512);
		const long before = help_nasty_count("NASTY_DECRYPTIONS");

		seal(egov__decrypter_point(key), &cipher);
		if (before % 2 == 1)
			assert_ok(egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err), &err);
		egov_buf_reset(&plain);
		help_nasty("lose-odd", lost[i]);
		assert_ok(egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err), &err);
		assert_int_equal(plain.size, 16);
		assert_memory_equal(plain.data, secret, 16);
		assert_int_equal(help_nasty_count("NASTY_DECRYPTIONS"), before + 2 + before % 2);
		egov__buf_clear(&cipher);
		egov__buf_clear(&plain);
		egov__decrypter_close(key);
	}
}

/* It is asked twice, not more; one that comes back later is found then. */
static void decrypts_when_it_is_back(void **state)
{
	struct egov__decrypter *key = opened("");
	struct egov_buf cipher = EGOV__BUF(512), plain = EGOV__BUF(512);
	const long before = help_nasty_count("NASTY_DECRYPTIONS");
	struct egov_error err = { .status = EGOV_OK };

	(void)state;
	seal(egov__decrypter_point(key), &cipher);
	help_nasty("lose-always", "0x32");
	assert_fails(egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err), &err,
	             EGOV_E_DEVICE, "C_Decrypt: CKR_DEVICE_REMOVED (0x00000032)");
	assert_int_equal(help_nasty_count("NASTY_DECRYPTIONS"), before + 2);
	help_nasty("removed", NULL);
	assert_fails(egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err), &err,
	             EGOV_E_DEVICE, "token nasty is gone");
	assert_int_equal(plain.size, 0);
	help_nasty("", NULL);
	assert_ok(egov__decrypter_decrypt(key, egov_buf_slice(&cipher), &plain, &err), &err);
	assert_memory_equal(plain.data, secret, 16);
	egov__buf_clear(&cipher);
	egov__buf_clear(&plain);
	egov__decrypter_close(key);
}

static void does_not_decrypt(void **state)
{
	static const struct lie lies[] = {
		{ "no-decrypt", NULL, EGOV_E_UNSUPPORTED, 0, "cannot decrypt with mechanism 0x80008200" },
		{ "no-mechanism", NULL, EGOV_E_UNSUPPORTED, 0, "cannot decrypt with mechanism" },
		{ "may-not-decrypt", NULL, EGOV_E_UNSUPPORTED, 0, "CKA_DECRYPT is false" },
		{ "removed", NULL, EGOV_E_NOTFOUND, 0, "no such token" },
		{ "locked", NULL, EGOV_E_AUTH, 0, "the PIN is locked" },
	};
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov__decrypter *key = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		help_nasty(lies[i].words, NULL);
		assert_fails(egov__decrypter_open(uri, &options, &key, &err), &err, lies[i].status,
		             lies[i].fragment);
		assert_null(key);
	}
	help_nasty("", NULL);
	assert_fails(egov__decrypter_open(uri, NULL, &key, &err), &err, EGOV_E_UNSUPPORTED,
	             "no mechanism mapping with ckm_decrypt fits");
	assert_fails(egov__decrypter_open("sdf:lib=/nowhere/x.so;index=1", NULL, &key, &err), &err,
	             EGOV_E_UNSUPPORTED, "and in files (file:...) alone");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lies_about_signatures),     TEST(lies_about_keys_and_tokens),
		TEST(lies_about_the_public_key), TEST(signs_wrong_now_and_then),
		TEST(what_is_borne),             TEST(names_that_are_no_text),
		TEST(decrypts),                  TEST(lies_about_plaintexts),
		TEST(reconnects_to_decrypt),     TEST(decrypts_when_it_is_back),
		TEST(does_not_decrypt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
