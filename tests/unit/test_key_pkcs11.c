/* SPDX-License-Identifier: Apache-2.0 */
#include "help_nasty.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/report.h"
#include "base/source.h"
#include "key/signer_ca.h"
#include "crypto/sm2.h"

#define MODULE NASTY_MODULE

static char *dir, *pin_path, uri_one[1000], uri_plain[400];

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	pin_path = egov__path_join(dir, "pin");
	(void)snprintf(uri_plain, sizeof(uri_plain), "pkcs11:token=nasty;object=one?module-path=" MODULE);
	help_nasty_uri(dir, "one", uri_one, sizeof(uri_one));
	help_nasty("", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(pin_path);
	help_dir_remove(dir);
	return 0;
}

/* --- forms of signatures, points, types ---------------------------------------------------- */

static void test_forms(void **state)
{
	static const char *const good[] = { "",           "der",           "bare-point",  "large",
		                            "large der",  "private-point", "maker-type",
		                            "no-public private-point", "always-authenticate" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct egov_signer *signer;

		help_nasty(good[i], NULL);
		signer = help_signer_open(uri_one, NULL);
		help_signer_signs(signer);
		help_signer_signs(signer);
		egov_signer_close(signer);
	}
}

static void write_map(const char *form, struct egov_key_options *options)
{
	static char path[600];
	char text[400];

	(void)snprintf(path, sizeof(path), "%s/map.conf", dir);
	(void)snprintf(text, sizeof(text),
	               "[nasty]\nlibrary = nasty-p11\nckm_sign_e = 0x80008104\nsig = %s\n", form);
	help_write(path, egov__slice_text(text));
	options->module_map = path;
}

static void test_forms_by_mapping(void **state)
{
	struct egov_key_options options = { .purpose = EGOV_KEY_OTHER };
	struct egov_signer *signer;

	(void)state;
	write_map("raw", &options);
	signer = help_signer_open(uri_one, &options);
	help_signer_signs(signer);
	help_nasty("der", NULL);
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "want 64");
	egov_signer_close(signer);

	write_map("der", &options);
	signer = help_signer_open(uri_one, &options);
	help_signer_signs(signer);
	help_nasty("", NULL);
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "not DER of r and s");
	egov_signer_close(signer);
}

static void test_not_usable(void **state)
{
	static const struct {
		const char *words;
		enum egov_status status;
		const char *fragment;
	} table[] = {
		{ "no-mechanism", EGOV_E_UNSUPPORTED,
		  "cannot sign with mechanism 0x80008104; it has 0x80008999 0x1041" },
		{ "no-sign", EGOV_E_UNSUPPORTED, "cannot sign with mechanism" },
		{ "unknown-maker", EGOV_E_UNSUPPORTED, "no mechanism mapping fits" },
		{ "may-not-sign", EGOV_E_UNSUPPORTED, "CKA_SIGN" },
		{ "odd-type", EGOV_E_UNSUPPORTED, "not an SM2 key (key type 0x80000009)" },
		{ "odd-curve", EGOV_E_UNSUPPORTED, "not an SM2 key" },
		{ "off-curve", EGOV_E_POLICY, "point" },
		{ "no-public", EGOV_E_NOTFOUND, "no public key object" },
		{ "same-label", EGOV_E_POLICY, "2 private keys in token nasty fit" },
		{ "no-start", EGOV_E_DEVICE, "C_Initialize" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		help_nasty(table[i].words, NULL);
		help_signer_refused(uri_one, NULL, table[i].status, table[i].fragment);
	}
}

static void test_naming(void **state)
{
	char uri[1200];
	struct egov_signer *signer;

	(void)state;
	(void)snprintf(uri, sizeof(uri), "pkcs11:token=nasty;id=%%02?module-path=" MODULE
	               "&pin-source=%s", pin_path);
	help_nasty("same-label", NULL);
	signer = help_signer_open(uri, NULL);
	egov_signer_close(signer);
	(void)snprintf(uri, sizeof(uri), "pkcs11:token=nasty;object=six?module-path=" MODULE
	               "&pin-source=%s", pin_path);
	help_signer_refused(uri, NULL, EGOV_E_NOTFOUND, "no such private key in token nasty");
	(void)snprintf(uri, sizeof(uri), "pkcs11:token=nice;object=one?module-path=" MODULE
	               "&pin-source=%s", pin_path);
	help_signer_refused(uri, NULL, EGOV_E_NOTFOUND, "no such token; found: nasty");
	(void)snprintf(uri, sizeof(uri), "pkcs11:object=one;library-manufacturer=x?module-path=" MODULE
	               "&pin-source=%s", pin_path);
	help_signer_refused(uri, NULL, EGOV_E_NOTFOUND, "found: none");
}

/* The URI's mechanism counts more than the mapping, and is asked for at open. */
static void test_mechanism_override(void **state)
{
	char uri[1200];
	struct egov_signer *signer;

	(void)state;
	help_nasty("unknown-maker", NULL);
	(void)snprintf(uri, sizeof(uri), "%s&x-egov-mech=0x80008104", uri_one);
	signer = help_signer_open(uri, NULL);
	help_signer_signs(signer);
	egov_signer_close(signer);
	help_nasty("", NULL);
	(void)snprintf(uri, sizeof(uri), "%s&x-egov-mech=0x80008105", uri_one);
	help_signer_refused(uri, NULL, EGOV_E_UNSUPPORTED, "mechanism 0x80008105");
}

/* --- the module's file ---------------------------------------------------------------------- */

static void test_module_file(void **state)
{
	char uri[1200], *copy = egov__path_join(dir, "copy.so");

	(void)state;
	(void)snprintf(uri, sizeof(uri), "pkcs11:token=nasty;object=one?pin-source=%s&module-path=%s",
	               pin_path, copy);
	help_signer_refused(uri, NULL, EGOV_E_IO, "copy.so: No such file");
	assert_int_equal(help_run("cp " MODULE " '%s' && chmod 0757 '%s'", copy, copy), 0);
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "found mode 0757");
	assert_int_equal(chmod(copy, 0775), 0);
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "found mode 0775");
	help_write(copy, egov__slice_text("no module"));
	help_signer_refused(uri, NULL, EGOV_E_DEVICE, "cannot load");
	(void)snprintf(uri, sizeof(uri), "pkcs11:object=one?module-path=nasty-p11.so");
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "absolute path");
	(void)snprintf(uri, sizeof(uri), "pkcs11:object=one?module-path=/tmp");
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "regular file");
	free(copy);
}

static void test_module_of_somebody_else(void **state)
{
	char uri[1200], *copy = egov__path_join(dir, "copy.so");

	(void)state;
	if (geteuid() != 0) {
		free(copy);
		skip();
	}
	assert_int_equal(help_run("cp " MODULE " '%s' && chmod 0755 '%s' && chown 12345 '%s'", copy, copy,
	                          copy),
	                 0);
	(void)snprintf(uri, sizeof(uri), "pkcs11:object=one?module-path=%s", copy);
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "of user 12345");
	free(copy);
}

/* --- PIN ------------------------------------------------------------------------------------- */

static void test_pin(void **state)
{
	long logins = help_nasty_count("NASTY_LOGINS");

	(void)state;
	help_write(pin_path, egov__slice_text("87654321\n"));
	help_signer_refused(uri_one, NULL, EGOV_E_AUTH, "token nasty: wrong PIN");
	assert_int_equal(help_nasty_count("NASTY_LOGINS"), logins + 1);
	help_write(pin_path, egov__slice_text("12345678\n"));
	help_nasty("locked", NULL);
	help_signer_refused(uri_one, NULL, EGOV_E_AUTH, "the PIN is locked");
	help_nasty("final-try", NULL);
	help_signer_refused(uri_one, NULL, EGOV_E_AUTH, "one try is left");
	assert_int_equal(help_nasty_count("NASTY_LOGINS"), logins + 1);
	help_nasty("", NULL);
	help_signer_refused(uri_plain, NULL, EGOV_E_AUTH, "PIN of token nasty: no pin-source");
	assert_int_equal(help_nasty_count("NASTY_LOGINS"), logins + 1);
}

static long type_pin(void *user, const char *prompt, char *pin, size_t room)
{
	assert_true(room >= 8);
	(void)snprintf(user, 64, "%s", prompt);
	memcpy(pin, "12345678", 8);
	return 8;
}

static void test_pin_typed(void **state)
{
	char prompt[64] = "";
	const struct egov_key_options options = { .pin = type_pin, .pin_user = prompt };
	struct egov_signer *signer = help_signer_open(uri_plain, &options);

	(void)state;
	help_signer_signs(signer);
	egov_signer_close(signer);
	assert_string_equal(prompt, "PIN of token nasty");
	help_nasty("final-try", NULL);
	egov_signer_close(help_signer_open(uri_plain, &options));
	assert_string_equal(prompt, "PIN of token nasty (last try)");
	prompt[0] = 0;
	egov_signer_close(help_signer_open(uri_plain, &(struct egov_key_options){
		.pin = type_pin, .pin_user = prompt }));
	help_nasty("pin-pad", NULL);
	prompt[0] = 0;
	signer = help_signer_open(uri_plain, &options);
	help_signer_signs(signer);
	egov_signer_close(signer);
	assert_string_equal(prompt, "");
}

/* --- losses ----------------------------------------------------------------------------------- */

static const struct {
	const char *rv;
	long value;
} curable[] = {
	{ "0x101", 0x101 }, { "0xb3", 0xb3 }, { "0xb0", 0xb0 },   { "0x30", 0x30 },   { "0x31", 0x31 },
	{ "0x32", 0x32 },   { "0x02", 0x02 }, { "0xe0", 0xe0 },   { "0x03", 0x03 },   { "0x190", 0x190 },
	{ "0x60", 0x60 },   { "0x82", 0x82 }, { "0x90", 0x90 },
};

/* Every other signature fails in the token, and the caller does not notice. */
static void test_loss_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(curable) / sizeof(curable[0]); i++) {
		struct egov_signer *signer;
		long before;

		help_nasty("", NULL);
		signer = help_signer_open(uri_one, NULL);
		if (help_nasty_count("NASTY_SIGNATURES") % 2 == 1)
			help_signer_signs(signer);
		before = help_nasty_count("NASTY_SIGNATURES");
		help_nasty("lose-odd", curable[i].rv);
		help_signer_signs(signer);
		help_signer_signs(signer);
		assert_int_equal(help_nasty_count("NASTY_SIGNATURES"), before + 4);
		egov_signer_close(signer);
	}
}

/* A token that always fails is asked twice for a signature, not more. */
static void test_loss_always(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(curable) / sizeof(curable[0]); i++) {
		const enum egov_status status = curable[i].value == 0x02 ? EGOV_E_NOMEM : EGOV_E_DEVICE;
		struct egov_signer *signer;
		long before;

		help_nasty("", NULL);
		signer = help_signer_open(uri_one, NULL);
		before = help_nasty_count("NASTY_SIGNATURES");
		help_nasty("lose-always", curable[i].rv);
		help_signer_fails(signer, status, curable[i].value, "C_Sign");
		assert_int_equal(help_nasty_count("NASTY_SIGNATURES"), before + 2);
		help_nasty("", NULL);
		help_signer_signs(signer);
		egov_signer_close(signer);
	}
}

static void test_loss_not_curable(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);
	long before = help_nasty_count("NASTY_SIGNATURES");

	(void)state;
	help_nasty("lose-always", "0x70");
	help_signer_fails(signer, EGOV_E_UNSUPPORTED, 0x70, "C_Sign");
	help_nasty("lose-always", "0x06");
	help_signer_fails(signer, EGOV_E_DEVICE, 0x06, "C_Sign: CKR_FUNCTION_FAILED (0x00000006)");
	help_nasty("lose-always", "0xa4");
	help_signer_fails(signer, EGOV_E_AUTH, 0xa4, "C_Sign");
	assert_true(help_nasty_count("NASTY_SIGNATURES") - before <= 4);
	help_nasty("", NULL);
	help_signer_signs(signer);
	egov_signer_close(signer);
}

static void test_removed(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	help_nasty("removed", NULL);
	help_signer_fails(signer, EGOV_E_DEVICE, 0xe0,
	                  "after C_SignInit: CKR_DEVICE_REMOVED (0x00000032): token nasty is gone");
	help_signer_fails(signer, EGOV_E_DEVICE, 0xe0, "token nasty is gone");
	help_nasty("", NULL);
	help_signer_signs(signer);
	egov_signer_close(signer);
	help_nasty("removed", NULL);
	help_signer_refused(uri_one, NULL, EGOV_E_NOTFOUND, "no such token; found: none");
}

/* A module that has lost its daemon answers again only after C_Finalize. */
static void test_restart(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	if (help_nasty_count("NASTY_SIGNATURES") % 2 == 1)
		help_signer_signs(signer);
	help_nasty("lose-odd until-restart", "0x30");
	help_signer_signs(signer);
	egov_signer_close(signer);
}

/* What lies under the key's name after a loss is another key. */
static void test_key_swapped(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	help_nasty("lose-always swapped", "0xb3");
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "another key lies under this name");
	help_nasty("", NULL);
	egov_signer_close(signer);
}

/* The PIN is not tried where it was changed meanwhile and one try is left. */
static void test_loss_final_try(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);
	long logins = help_nasty_count("NASTY_LOGINS");

	(void)state;
	help_nasty("lose-always final-try", "0xb3");
	help_signer_fails(signer, EGOV_E_AUTH, 0, "one try is left");
	assert_int_equal(help_nasty_count("NASTY_LOGINS"), logins);
	help_nasty("", NULL);
	egov_signer_close(signer);
}

/* --- the process --------------------------------------------------------------------------------- */

static void test_sigpipe(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);
	sigset_t pending, mask;

	(void)state;
	help_nasty("breaks-pipe", NULL);
	help_signer_signs(signer);
	assert_int_equal(sigpending(&pending), 0);
	assert_int_equal(sigismember(&pending, SIGPIPE), 0);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
	assert_int_equal(sigismember(&mask, SIGPIPE), 0);
	egov_signer_close(signer);
}

static int try_in_child(struct egov_signer *signer)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf signature = EGOV__BUF(128);
	struct egov_report *report = egov_report_new();
	struct egov_signer *anew = NULL;
	int bad = 0;

	bad |= help_signer_sign(signer, &signature, &err) != EGOV_E_DEVICE;
	bad |= strstr(err.text, "forked") == NULL;
	bad |= egov_signer_selftest(signer, NULL) != EGOV_E_DEVICE;
	bad |= egov_signer_report(signer, report, NULL) != EGOV_E_DEVICE;
	egov_signer_close(signer);
	bad |= egov_signer_open(uri_one, NULL, &anew, NULL) != EGOV_OK;
	if (anew != NULL)
		bad |= egov_signer_selftest(anew, NULL) != EGOV_OK;
	egov_signer_close(anew);
	egov_report_free(report);
	return bad;
}

static void test_fork(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);
	int status;
	pid_t child;

	(void)state;
	(void)fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(try_in_child(signer));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	help_signer_signs(signer);
	egov_signer_close(signer);
}

/* --- purpose, report, list ----------------------------------------------------------------------- */

static void test_purpose(void **state)
{
	const struct egov_key_options ca = { .purpose = EGOV_KEY_CA };
	const struct egov_key_options journal = { .purpose = EGOV_KEY_JOURNAL };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf signature = EGOV__BUF(128);
	const struct egov_slice text = egov__slice_text("x");
	const struct egov__source source = egov__source_slice(text);
	struct egov_signer *signer = help_signer_open(uri_one, &ca);

	(void)state;
	assert_int_equal(egov__signer_purpose(signer), EGOV_KEY_CA);
	assert_fails(egov__signer_sign(signer, EGOV_KEY_CA, text, &signature, &err), &err,
	             EGOV_E_USAGE, "may not sign");
	assert_fails(egov__signer_sign(signer, EGOV_KEY_OTHER, text, &signature, &err), &err,
	             EGOV_E_USAGE, "may not sign");
	assert_fails(egov_signer_selftest(signer, &err), &err, EGOV_E_USAGE, "the CA's key");
	assert_int_equal(signature.size, 0);
	assert_ok(egov__signer_sign_ca(signer, &source, NULL, &signature, &err), &err);
	assert_true(signature.size >= 68);
	egov__buf_clear(&signature);
	egov_signer_close(signer);

	signer = help_signer_open(uri_one, &journal);
	assert_fails(egov__signer_sign_ca(signer, &source, NULL, &signature, &err), &err,
	             EGOV_E_USAGE, "may not sign for the CA");
	assert_fails(egov__signer_sign(signer, EGOV_KEY_OTHER, text, &signature, &err), &err,
	             EGOV_E_USAGE, "may not sign for purpose 3");
	assert_ok(egov__signer_sign(signer, EGOV_KEY_JOURNAL, text, &signature, &err), &err);
	assert_ok(egov_signer_selftest(signer, &err), &err);
	egov__buf_clear(&signature);
	egov_signer_close(signer);
	help_signer_refused(uri_one, &(struct egov_key_options){ .purpose = (enum egov_key_purpose)9 },
	              EGOV_E_USAGE, "purpose");
}

static void test_software(void **state)
{
	struct egov_key_options options = { .purpose = EGOV_KEY_OTHER };
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	assert_int_equal(egov_signer_is_software(signer), 1);
	egov_signer_close(signer);
	help_nasty("hardware", NULL);
	signer = help_signer_open(uri_one, NULL);
	assert_int_equal(egov_signer_is_software(signer), 0);
	egov_signer_close(signer);
	write_map("auto\nsoftware = yes", &options);
	signer = help_signer_open(uri_one, &options);
	assert_int_equal(egov_signer_is_software(signer), 1);
	egov_signer_close(signer);
}

static void test_report(void **state)
{
	static const char *const want[][2] = {
		{ "algorithm", "sm2" }, { "software", "yes" }, { "manufacturer", "Sansec of the tests" },
		{ "token", "nasty" }, { "serial", "0001" }, { "label", "one" }, { "id", "01" },
		{ "mechanism", "0x80008104" }, { "mapping", "sansec" }, { "sensitive", "yes" },
		{ "extractable", "no" }, { "module", MODULE }, { "sign", "yes" },
	};
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	assert_ok(egov_signer_report(signer, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(egov_report_find(report, 0, want[i][0]), want[i][1]);
	assert_int_equal(strlen(egov_report_find(report, 0, "public-key-sm3")), 64);
	egov_signer_close(signer);
	egov_report_free(report);
}

static void test_list(void **state)
{
	char uri[1200];
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();

	(void)state;
	(void)snprintf(uri, sizeof(uri), "pkcs11:token=nasty?module-path=" MODULE "&pin-source=%s",
	               pin_path);
	assert_ok(egov_key_list(uri, NULL, report, &err), &err);
	assert_int_equal(egov_report_records(report), 2);
	assert_string_equal(egov_report_find(report, 0, "label"), "one");
	assert_string_equal(egov_report_find(report, 1, "id"), "02");
	assert_string_equal(egov_report_find(report, 1, "key"),
	                    "pkcs11:token=nasty;id=%02;object=two");
	egov_report_free(report);
	report = egov_report_new();
	help_nasty("unknown-maker odd-curve", NULL);
	assert_ok(egov_key_list(uri_one, NULL, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_string_equal(egov_report_find(report, 0, "algorithm"), "unknown");
	assert_non_null(strstr(egov_report_find(report, 0, "unusable"), "not an SM2 key"));
	assert_string_equal(egov_report_find(report, 0, "mapping"), "none");
	egov_report_free(report);
	report = egov_report_new();
	assert_fails(egov_key_list(uri_plain, NULL, report, &err), &err, EGOV_E_AUTH, "no pin-source");
	egov_report_free(report);
}

/* The public object is read without a PIN; the private key's point with one. */
static void test_public(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf spki = EGOV__BUF(200), again = EGOV__BUF(200);
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	assert_ok(egov_key_public(uri_plain, NULL, &spki, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(&spki), egov_signer_public_key(signer)));
	egov_signer_close(signer);
	help_nasty("no-public private-point", NULL);
	assert_fails(egov_key_public(uri_plain, NULL, &again, &err), &err, EGOV_E_AUTH, "no pin-source");
	assert_ok(egov_key_public(uri_one, NULL, &again, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(&spki), egov_buf_slice(&again)));
	help_nasty("same-label", NULL);
	assert_fails(egov_key_public(uri_plain, NULL, &again, &err), &err, EGOV_E_POLICY,
	             "2 public keys in token nasty fit");
	egov__buf_clear(&spki);
	egov__buf_clear(&again);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_forms),
		TEST(test_forms_by_mapping),
		TEST(test_not_usable),
		TEST(test_naming),
		TEST(test_mechanism_override),
		TEST(test_module_file),
		TEST(test_module_of_somebody_else),
		TEST(test_pin),
		TEST(test_pin_typed),
		TEST(test_loss_once),
		TEST(test_loss_always),
		TEST(test_loss_not_curable),
		TEST(test_removed),
		TEST(test_restart),
		TEST(test_key_swapped),
		TEST(test_loss_final_try),
		TEST(test_sigpipe),
		TEST(test_fork),
		TEST(test_purpose),
		TEST(test_software),
		TEST(test_report),
		TEST(test_list),
		TEST(test_public),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
