/* SPDX-License-Identifier: Apache-2.0 */
#include "help_signer.h"

#include <sys/stat.h>

#include "base/fileio.h"
#include "base/report.h"
#include "crypto/sm2.h"

static char *dir, *key_path, *pass_path, uri[1300];
static struct egov_buf pem = EGOV__BUF(EGOV__MAX_OBJECT);

static void name_key(const char *query, const char *source)
{
	(void)snprintf(uri, sizeof(uri), "file:%s%s%s", key_path, query, source);
}

/* Deriving a key from the passphrase takes long: once for all tests. */
static int set_up_all(void **state)
{
	struct egov_secret *d = NULL, *secret = egov__secret_new(egov__slice_text("pass phrase"));
	struct egov_error err = { .status = EGOV_OK };
	uint8_t point[EGOV__SM2_POINT];

	(void)state;
	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	assert_ok(egov__sm2_pkcs8_save(d, secret, &pem, &err), &err);
	egov__secret_free(d);
	egov__secret_free(secret);
	return 0;
}

static int tear_down_all(void **state)
{
	(void)state;
	egov__buf_clear(&pem);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	key_path = egov__path_join(dir, "key.pem");
	pass_path = egov__path_join(dir, "pass");
	help_write(pass_path, egov__slice_text("pass phrase\n"));
	help_write(key_path, egov_buf_slice(&pem));
	name_key("?pin-source=file:", pass_path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(key_path);
	free(pass_path);
	help_dir_remove(dir);
	return 0;
}

/* Stock openssl is the judge of what was signed, under the default ID. */
static void test_sign(void **state)
{
	const struct egov_slice message = egov__slice_text("to be signed");
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf signature = EGOV__BUF(128), spki = EGOV__BUF(128);
	struct egov_signer *signer = help_signer_open(uri, NULL);
	char *path = egov__path_join(dir, "x");

	(void)state;
	assert_int_equal(egov_signer_is_software(signer), 1);
	assert_int_equal(egov__signer_purpose(signer), EGOV_KEY_OTHER);
	assert_ok(egov_signer_selftest(signer, &err), &err);
	assert_ok(egov__signer_sign(signer, EGOV_KEY_OTHER, message, &signature, &err), &err);
	assert_ok(egov_key_public(uri, NULL, &spki, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(&spki), egov_signer_public_key(signer)));
	help_write(path, egov_buf_slice(&spki));
	assert_int_equal(help_run("cd '%s' && openssl pkey -pubin -inform DER -in x -out pub.pem", dir), 0);
	help_write(path, egov_buf_slice(&signature));
	assert_int_equal(help_run("cd '%s' && printf 'to be signed' > m && openssl dgst -sm3 -verify "
	                          "pub.pem -sigopt distid:1234567812345678 -signature x m > out",
	                          dir),
	                 0);
	assert_int_not_equal(help_run("cd '%s' && openssl dgst -sm3 -verify pub.pem -signature x m "
	                              "> out 2>&1",
	                              dir),
	                     0);
	help_signer_signs(signer);
	egov__buf_clear(&signature);
	egov__buf_clear(&spki);
	egov_signer_close(signer);
	free(path);
}

static void test_plain_key_of_openssl(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer;

	(void)state;
	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 -out key.pem && "
	                          "chmod 600 key.pem", dir), 0);
	name_key("", "");
	signer = help_signer_open(uri, NULL);
	assert_ok(egov_signer_selftest(signer, &err), &err);
	egov_signer_close(signer);
	assert_int_equal(chmod(key_path, 0640), 0);
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "mode 0640");
	assert_int_equal(chmod(key_path, 0600), 0);
	name_key("?pin-source=", pass_path);
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "not encrypted");
}

static long type_passphrase(void *user, const char *prompt, char *pin, size_t room)
{
	(void)user;
	assert_true(room >= 11);
	assert_string_equal(prompt, "passphrase of the key file");
	memcpy(pin, "pass phrase", 11);
	return 11;
}

static void test_passphrase(void **state)
{
	const struct egov_key_options options = { .pin = type_passphrase };

	(void)state;
	egov_signer_close(help_signer_open(uri, NULL));
	name_key("", "");
	help_signer_refused(uri, NULL, EGOV_E_AUTH, "no pin-source and no terminal");
	egov_signer_close(help_signer_open(uri, &options));
	help_write(pass_path, egov__slice_text("wrong\n"));
	name_key("?pin-source=", pass_path);
	help_signer_refused(uri, NULL, EGOV_E_AUTH, "wrong passphrase");
}

static void test_bad_files(void **state)
{
	(void)state;
	help_write(key_path, egov__slice_text("-----BEGIN NOTHING-----\n"));
	help_signer_refused(uri, NULL, EGOV_E_SYNTAX, key_path);
	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm EC -pkeyopt "
	                          "ec_paramgen_curve:P-256 -out key.pem && chmod 600 key.pem", dir), 0);
	name_key("", "");
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "SM2 wanted");
	(void)snprintf(uri, sizeof(uri), "file:%s/none", dir);
	help_signer_refused(uri, NULL, EGOV_E_IO, "none: cannot open");
}

static void test_tokens_only(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();

	(void)state;
	assert_fails(egov_key_list(uri, NULL, report, &err), &err, EGOV_E_UNSUPPORTED, "tokens");
	assert_fails(egov_key_generate(uri, "sm2", NULL, report, &err), &err, EGOV_E_UNSUPPORTED,
	             "tokens");
	egov_report_free(report);
}

static void test_report(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	struct egov_signer *signer = help_signer_open(uri, NULL);

	(void)state;
	assert_ok(egov_signer_report(signer, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "file"), key_path);
	assert_string_equal(egov_report_find(report, 0, "software"), "yes");
	assert_null(strstr(egov_report_find(report, 0, "key"), "pin-source"));
	egov_signer_close(signer);
	egov_report_free(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sign),      TEST(test_plain_key_of_openssl), TEST(test_passphrase),
		TEST(test_bad_files), TEST(test_tokens_only),          TEST(test_report),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
