/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/report.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "key/signer.h"

/* Making tokens and keys, in our software token and in SoftHSM 2, which makes
 * keys on the SM2 curve but signs with ECDSA. */
#define SOFTTOKEN EGOV_TEST_BUILD "/egov-softtoken.so"
#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"

static char *dir, *so_path, *pin_path, *map_path;

static int set_up(void **state)
{
	char *softtoken, *softhsm, *tokens;
	char text[600];

	(void)state;
	dir = help_dir();
	so_path = egov__path_join(dir, "so-pin");
	pin_path = egov__path_join(dir, "pin");
	map_path = egov__path_join(dir, "map.conf");
	help_write(so_path, egov__slice_text("87654321\n"));
	help_write(pin_path, egov__slice_text("12345678\n"));
	help_write(map_path, egov__slice_text("[softhsm]\nlibrary = softhsm\nckm_sign_e = 0x1041\n"
	                                      "ckm_keygen = 0x1040\n"));
	softtoken = egov__path_join(dir, "softtoken");
	softhsm = egov__path_join(dir, "softhsm2.conf");
	tokens = egov__path_join(dir, "tokens");
	assert_int_equal(help_run("mkdir -m 700 '%s'", tokens), 0);
	(void)snprintf(text, sizeof(text), "directories.tokendir = %s\nlog.level = ERROR\n", tokens);
	help_write(softhsm, egov__slice_text(text));
	(void)setenv("EGOV_SOFTTOKEN_DIR", softtoken, 1);
	(void)setenv("SOFTHSM2_CONF", softhsm, 1);
	free(softtoken);
	free(softhsm);
	free(tokens);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(so_path);
	free(pin_path);
	free(map_path);
	help_dir_remove(dir);
	return 0;
}

static void need(const char *module)
{
	if (access(module, R_OK) == 0)
		return;
	printf("skipped: no %s\n", module);
	skip();
}

static void make_token(const char *module, const char *label)
{
	struct egov_error err = { .status = EGOV_OK };

	assert_ok(egov_token_init(module, label, so_path, pin_path, &err), &err);
}

static const char *uri_of(const char *module, const char *path)
{
	static char uri[1400];

	(void)snprintf(uri, sizeof(uri), "pkcs11:%s?module-path=%s&pin-source=%s", path, module, pin_path);
	return uri;
}

static size_t keys_in(const char *module, const char *path, const struct egov_key_options *options)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	size_t count;

	assert_ok(egov_key_list(uri_of(module, path), options, report, &err), &err);
	count = egov_report_records(report);
	egov_report_free(report);
	return count;
}

/* --- our token ------------------------------------------------------------------------------- */

static void test_life(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new(), *again = egov_report_new();
	struct egov_buf spki = EGOV__BUF(200), id = EGOV__BUF(64);
	uint8_t digest[EGOV__SHA1_SIZE];
	struct egov_signer *signer = NULL;
	const char *text;
	const char *uri;

	(void)state;
	need(SOFTTOKEN);
	make_token(SOFTTOKEN, "CA 1");
	uri = uri_of(SOFTTOKEN, "token=CA%201;object=root");
	assert_ok(egov_key_generate(uri, "sm2", NULL, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_string_equal(egov_report_find(report, 0, "algorithm"), "sm2");
	assert_string_equal(egov_report_find(report, 0, "software"), "yes");
	assert_string_equal(egov_report_find(report, 0, "sensitive"), "yes");
	assert_string_equal(egov_report_find(report, 0, "extractable"), "no");
	assert_string_equal(egov_report_find(report, 0, "made-in-token"), "yes");
	assert_string_equal(egov_report_find(report, 0, "label"), "root");
	assert_string_equal(egov_report_find(report, 0, "mapping"), "egov-softtoken");

	assert_ok(egov_key_public(uri, NULL, &spki, &err), &err);
	assert_int_equal(spki.size, EGOV__SM2_SPKI);
	assert_ok(egov__sha1((struct egov_slice){ spki.data + 26, EGOV__SM2_POINT }, digest, &err), &err);
	egov__buf_hex(&id, EGOV__SLICE(digest));
	text = egov_report_find(report, 0, "id");
	assert_int_equal(strlen(text), id.size);
	assert_memory_equal(text, id.data, id.size);

	assert_ok(egov_signer_open(uri, NULL, &signer, &err), &err);
	assert_ok(egov_signer_selftest(signer, &err), &err);
	assert_int_equal(egov_signer_is_software(signer), 1);
	assert_true(egov__slice_equal(egov_signer_public_key(signer), egov_buf_slice(&spki)));
	assert_ok(egov_signer_report(signer, again, &err), &err);
	assert_string_equal(egov_report_find(again, 0, "public-key-sm3"),
	                    egov_report_find(report, 0, "public-key-sm3"));
	egov_signer_close(signer);
	assert_int_equal(keys_in(SOFTTOKEN, "token=CA%201", NULL), 1);
	egov__buf_clear(&spki);
	egov__buf_clear(&id);
	egov_report_free(report);
	egov_report_free(again);
}

static void test_names_taken(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();

	(void)state;
	need(SOFTTOKEN);
	make_token(SOFTTOKEN, "t");
	assert_fails(egov_token_init(SOFTTOKEN, "t", so_path, pin_path, &err), &err, EGOV_E_EXISTS,
	             "there is a token of this label");
	assert_ok(egov_key_generate(uri_of(SOFTTOKEN, "token=t;object=a;id=%01"), "sm2", NULL, report,
	                            &err),
	          &err);
	assert_string_equal(egov_report_find(report, 0, "id"), "01");
	assert_fails(egov_key_generate(uri_of(SOFTTOKEN, "token=t;object=a"), "sm2", NULL, report, &err),
	             &err, EGOV_E_EXISTS, "of this label already");
	assert_fails(egov_key_generate(uri_of(SOFTTOKEN, "token=t;object=b;id=%01"), "sm2", NULL, report,
	                               &err),
	             &err, EGOV_E_EXISTS, "of this ID already");
	assert_ok(egov_key_generate(uri_of(SOFTTOKEN, "token=t;object=b;id=%02"), "sm2", NULL, report,
	                            &err),
	          &err);
	assert_int_equal(keys_in(SOFTTOKEN, "token=t", NULL), 2);
	assert_int_equal(keys_in(SOFTTOKEN, "token=t;object=b", NULL), 1);
	egov_report_free(report);
}

static void test_asked_badly(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();

	(void)state;
	need(SOFTTOKEN);
	make_token(SOFTTOKEN, "t");
	assert_fails(egov_key_generate(uri_of(SOFTTOKEN, "token=t"), "sm2", NULL, report, &err), &err,
	             EGOV_E_SYNTAX, "needs a label");
	assert_fails(egov_key_generate(uri_of(SOFTTOKEN, "token=t;object=a"), "rsa", NULL, report, &err),
	             &err, EGOV_E_UNSUPPORTED, "want sm2");
	help_write(pin_path, egov__slice_text("00000000\n"));
	assert_fails(egov_key_generate(uri_of(SOFTTOKEN, "token=t;object=a"), "sm2", NULL, report, &err),
	             &err, EGOV_E_AUTH, "wrong PIN");
	help_write(pin_path, egov__slice_text("12345678\n"));
	assert_int_equal(keys_in(SOFTTOKEN, "token=t", NULL), 0);
	egov_report_free(report);
}

static void test_token_init_refused(void **state)
{
	struct egov_error err = { .status = EGOV_OK };

	(void)state;
	need(SOFTTOKEN);
	assert_fails(egov_token_init(SOFTTOKEN, "", so_path, pin_path, &err), &err, EGOV_E_LIMIT,
	             "label of 0 octets");
	assert_fails(egov_token_init(SOFTTOKEN, "123456789012345678901234567890123", so_path, pin_path,
	                             &err),
	             &err, EGOV_E_LIMIT, "label of 33 octets");
	assert_fails(egov_token_init(SOFTTOKEN, "a\nb", so_path, pin_path, &err), &err, EGOV_E_SYNTAX,
	             "control");
	assert_fails(egov_token_init(SOFTTOKEN, "a ", so_path, pin_path, &err), &err, EGOV_E_SYNTAX,
	             "blank");
	assert_fails(egov_token_init(SOFTTOKEN, "t", so_path, so_path, &err), &err, EGOV_E_POLICY,
	             "different PINs");
	assert_fails(egov_token_init("softtoken.so", "t", so_path, pin_path, &err), &err, EGOV_E_POLICY,
	             "absolute path");
	assert_fails(egov_token_init("/nonexistent.so", "t", so_path, pin_path, &err), &err, EGOV_E_IO,
	             "/nonexistent.so");
	assert_fails(egov_token_init(SOFTTOKEN, "t", "/nonexistent", pin_path, &err), &err, EGOV_E_IO,
	             "/nonexistent");
	help_write(pin_path, egov__slice_text("1\n"));
	assert_fails(egov_token_init(SOFTTOKEN, "t", so_path, pin_path, &err), &err, EGOV_E_POLICY,
	             "the token wants");
	help_write(pin_path, egov__slice_text("\n"));
	assert_fails(egov_token_init(SOFTTOKEN, "t", so_path, pin_path, &err), &err, EGOV_E_AUTH,
	             "PIN of the user: it is empty");
}

/* --- SoftHSM ------------------------------------------------------------------------------------ */

/* What signs with ECDSA makes no key here: the pair is taken away again. */
static void test_softhsm_generate(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();

	(void)state;
	need(SOFTHSM);
	make_token(SOFTHSM, "hsm");
	assert_fails(egov_key_generate(uri_of(SOFTHSM, "token=hsm;object=a"), "sm2", NULL, report, &err),
	             &err, EGOV_E_UNSUPPORTED, "no mechanism mapping fits module " SOFTHSM);
	assert_fails(egov_key_generate(uri_of(SOFTHSM, "token=hsm;object=a"), "sm2", &options, report,
	                               &err),
	             &err, EGOV_E_DEVICE, "ECDSA instead of SM2");
	assert_int_equal(egov_report_records(report), 0);
	assert_int_equal(keys_in(SOFTHSM, "token=hsm", &options), 0);
	egov_report_free(report);
}

/* A key on the SM2 curve that somebody made with other tools. */
static void make_sm2_curve_key(const char *label)
{
	static uint8_t params[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };
	CK_FUNCTION_LIST *f = p11_kit_module_load(SOFTHSM, 0);
	CK_MECHANISM mechanism = { CKM_EC_KEY_PAIR_GEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	char name[16];
	CK_ATTRIBUTE template[] = {
		{ CKA_TOKEN, &yes, 1 }, { CKA_LABEL, name, strlen(label) }, { CKA_ID, name, strlen(label) },
		{ CKA_EC_PARAMS, params, sizeof(params) },
	};
	CK_OBJECT_HANDLE made[2];
	CK_SESSION_HANDLE session;
	CK_UTF8CHAR pin[] = "12345678";
	CK_SLOT_ID slots[8];
	CK_ULONG count = 8;

	assert_non_null(f);
	(void)snprintf(name, sizeof(name), "%s", label);
	assert_int_equal(p11_kit_module_initialize(f), CKR_OK);
	assert_int_equal(f->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
	assert_int_equal(f->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
	                                  &session), CKR_OK);
	assert_int_equal(f->C_Login(session, CKU_USER, pin, 8), CKR_OK);
	assert_int_equal(f->C_GenerateKeyPair(session, &mechanism, template, 4, template, 3, &made[0],
	                                      &made[1]), CKR_OK);
	assert_int_equal(p11_kit_module_finalize(f), CKR_OK);
	p11_kit_module_release(f);
}

static void test_softhsm_sign(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer = NULL;
	struct egov_buf spki = EGOV__BUF(200);
	char uri[1500];

	(void)state;
	need(SOFTHSM);
	make_token(SOFTHSM, "hsm");
	make_sm2_curve_key("k");
	assert_ok(egov_key_public(uri_of(SOFTHSM, "token=hsm;object=k"), NULL, &spki, &err), &err);
	assert_int_equal(spki.size, EGOV__SM2_SPKI);
	egov__buf_clear(&spki);
	assert_fails(egov_signer_open(uri_of(SOFTHSM, "token=hsm;object=k"), NULL, &signer, &err), &err,
	             EGOV_E_UNSUPPORTED, "no mechanism mapping");
	(void)snprintf(uri, sizeof(uri), "%s&x-egov-mech=0x80008104",
	               uri_of(SOFTHSM, "token=hsm;object=k"));
	assert_fails(egov_signer_open(uri, NULL, &signer, &err), &err, EGOV_E_UNSUPPORTED,
	             "cannot sign with mechanism 0x80008104; it has 0x");
	assert_ok(egov_signer_open(uri_of(SOFTHSM, "token=hsm;object=k"), &options, &signer, &err), &err);
	assert_fails(egov_signer_selftest(signer, &err), &err, EGOV_E_DEVICE, "ECDSA instead of SM2");
	egov_signer_close(signer);
}

/* Two keys, one name; a wrong PIN; the right one afterwards. */
static void test_softhsm_names_and_pin(void **state)
{
	const struct egov_key_options options = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer = NULL;

	(void)state;
	need(SOFTHSM);
	make_token(SOFTHSM, "hsm");
	make_sm2_curve_key("k");
	make_sm2_curve_key("k");
	assert_fails(egov_signer_open(uri_of(SOFTHSM, "token=hsm;object=k"), &options, &signer, &err),
	             &err, EGOV_E_POLICY, "2 private keys in token hsm fit");
	help_write(pin_path, egov__slice_text("00000000\n"));
	assert_fails(egov_signer_open(uri_of(SOFTHSM, "token=hsm;object=k"), &options, &signer, &err),
	             &err, EGOV_E_AUTH, "token hsm: wrong PIN");
	help_write(pin_path, egov__slice_text("12345678\n"));
	assert_int_equal(keys_in(SOFTHSM, "token=hsm", NULL), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),
		TEST(test_names_taken),
		TEST(test_asked_badly),
		TEST(test_token_init_refused),
		TEST(test_softhsm_generate),
		TEST(test_softhsm_sign),
		TEST(test_softhsm_names_and_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
