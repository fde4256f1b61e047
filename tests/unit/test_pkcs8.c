/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/fileio.h"
#include "crypto/sm2.h"

static struct egov_secret *text_secret(const char *text)
{
	struct egov_secret *secret = egov__secret_new(egov__slice_text(text));

	assert_non_null(secret);
	return secret;
}

static void assert_same(const struct egov_secret *a, const struct egov_secret *b)
{
	assert_true(egov__slice_equal(egov__secret_slice(a), egov__secret_slice(b)));
}

static struct egov_buf *read_in(const char *dir, const char *name)
{
	char *path = egov__path_join(dir, name);
	struct egov_buf *buf = help_read(path);

	free(path);
	return buf;
}

static void saved_and_loaded(void **state)
{
	struct egov_error err = { 0 };
	struct egov_secret *pass = text_secret("secret"), *wrong = text_secret("Secret");
	struct egov_secret *empty = text_secret("");
	struct egov_secret *d = NULL, *back = NULL;
	struct egov_buf pem = EGOV__BUF(4096);
	uint8_t point[65];

	(void)state;
	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	assert_ok(egov__sm2_pkcs8_save(d, pass, &pem, &err), &err);
	assert_ok(egov__sm2_pkcs8_load(egov_buf_slice(&pem), pass, &back, &err), &err);
	assert_same(d, back);
	egov__secret_free(back);
	back = NULL;
	assert_fails(egov__sm2_pkcs8_load(egov_buf_slice(&pem), wrong, &back, &err), &err, EGOV_E_AUTH,
	             "wrong passphrase");
	assert_fails(egov__sm2_pkcs8_load(egov_buf_slice(&pem), empty, &back, &err), &err, EGOV_E_AUTH,
	             "wrong passphrase");
	assert_fails(egov__sm2_pkcs8_load(egov_buf_slice(&pem), NULL, &back, &err), &err, EGOV_E_AUTH,
	             "no passphrase");
	assert_fails(egov__sm2_pkcs8_save(d, empty, &pem, &err), &err, EGOV_E_USAGE, "empty");
	assert_null(back);
	egov__buf_clear(&pem);
	egov__secret_free(d);
	egov__secret_free(pass);
	egov__secret_free(wrong);
	egov__secret_free(empty);
}

static void openssl_reads_ours(void **state)
{
	struct egov_error err = { 0 };
	char *dir = help_dir();
	char *path = egov__path_join(dir, "ours.pem");
	struct egov_secret *pass = text_secret("secret"), *d = NULL;
	struct egov_buf pem = EGOV__BUF(4096);
	struct egov_buf *spki;
	uint8_t point[65];

	(void)state;
	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	assert_ok(egov__sm2_pkcs8_save(d, pass, &pem, &err), &err);
	help_write(path, egov_buf_slice(&pem));
	assert_int_equal(help_run("openssl pkey -in '%s' -passin pass:secret -pubout -outform DER "
	                          "-out '%s/spki.der' 2>&1", path, dir), 0);
	assert_int_not_equal(help_run("openssl pkey -in '%s' -passin pass:other -noout 2>/dev/null",
	                              path), 0);
	assert_int_equal(help_run("openssl asn1parse -in '%s' | grep -q sm4-cbc", path), 0);
	spki = read_in(dir, "spki.der");
	assert_int_equal(spki->size, 91);
	assert_memory_equal(spki->data + 26, point, 65);
	egov_buf_free(spki);
	egov__buf_clear(&pem);
	egov__secret_free(pass);
	egov__secret_free(d);
	free(path);
	help_dir_remove(dir);
}

static void check_load(const char *dir, const char *name, const struct egov_secret *pass,
                       struct egov_slice spki)
{
	struct egov_error err = { 0 };
	struct egov_buf *file = read_in(dir, name);
	struct egov_secret *d = NULL;
	uint8_t point[65];

	assert_ok(egov__sm2_pkcs8_load(egov_buf_slice(file), pass, &d, &err), &err);
	assert_ok(egov__sm2_public(d, point, &err), &err);
	assert_memory_equal(spki.data + 26, point, 65);
	egov__secret_free(d);
	egov_buf_free(file);
}

static void check_refused(const char *dir, const char *name, const struct egov_secret *pass,
                          enum egov_status status, const char *says)
{
	struct egov_error err = { 0 };
	struct egov_buf *file = read_in(dir, name);
	struct egov_secret *d = NULL;

	assert_fails(egov__sm2_pkcs8_load(egov_buf_slice(file), pass, &d, &err), &err, status, says);
	assert_null(d);
	egov_buf_free(file);
}

static void ours_reads_openssl(void **state)
{
	char *dir = help_dir();
	struct egov_secret *pass = text_secret("secret");
	struct egov_buf *spki;

	(void)state;
	assert_int_equal(help_run("cd '%s' && exec 2>&1 && openssl genpkey -algorithm SM2 -out k.pem && "
	                          "openssl pkey -in k.pem -pubout -outform DER -out spki.der && "
	                          "openssl pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der && "
	                          "openssl pkcs8 -topk8 -in k.pem -v2 sm4-cbc -out sm4.pem "
	                          "-passout pass:secret && "
	                          "openssl pkcs8 -topk8 -in k.pem -v2 aes256 -outform DER "
	                          "-out aes.der -passout pass:secret && "
	                          "openssl ec -in k.pem -out sec1.pem && "
	                          "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
	                          "-out p256.pem && openssl genpkey -algorithm ED25519 -out ed.pem && "
	                          "(cat k.der; printf x) > trailing.der", dir), 0);
	spki = read_in(dir, "spki.der");
	check_load(dir, "k.pem", NULL, egov_buf_slice(spki));
	check_load(dir, "k.der", NULL, egov_buf_slice(spki));
	check_load(dir, "sm4.pem", pass, egov_buf_slice(spki));
	check_load(dir, "aes.der", pass, egov_buf_slice(spki));
	check_refused(dir, "k.pem", pass, EGOV_E_POLICY, "not encrypted");
	check_refused(dir, "aes.der", NULL, EGOV_E_AUTH, "no passphrase");
	check_refused(dir, "p256.pem", NULL, EGOV_E_POLICY, "EC found, SM2 wanted");
	check_refused(dir, "ed.pem", NULL, EGOV_E_POLICY, "SM2 wanted");
	check_refused(dir, "sec1.pem", NULL, EGOV_E_SYNTAX, "PKCS#8");
	check_refused(dir, "spki.der", NULL, EGOV_E_SYNTAX, "PKCS#8");
	check_refused(dir, "trailing.der", NULL, EGOV_E_SYNTAX, "PKCS#8");
	egov_buf_free(spki);
	egov__secret_free(pass);
	help_dir_remove(dir);
}

/* PBES2 with a pseudo-random function nobody knows, and a key cut at every octet. */
static void damaged(void **state)
{
	struct egov_error err = { 0 };
	struct egov_secret *pass = text_secret("secret"), *d = NULL;
	char *dir = help_dir();
	struct egov_buf *der;
	uint8_t *prf;
	static const uint8_t hmac_sha256[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09 };

	(void)state;
	assert_int_equal(help_run("cd '%s' && exec 2>&1 && openssl genpkey -algorithm SM2 -out k.pem && "
	                          "openssl pkcs8 -topk8 -in k.pem -v2 sm4-cbc -iter 2 -outform DER "
	                          "-out k.der -passout pass:secret", dir), 0);
	der = read_in(dir, "k.der");
	for (size_t i = 0; i < der->size; i++) {
		assert_int_not_equal(egov__sm2_pkcs8_load((struct egov_slice){ der->data, i }, pass, &d,
		                                          NULL), EGOV_OK);
		assert_null(d);
	}
	prf = memmem(der->data, der->size, hmac_sha256, sizeof(hmac_sha256));
	assert_non_null(prf);
	prf[7] = 0x7f;
	assert_fails(egov__sm2_pkcs8_load(egov_buf_slice(der), pass, &d, &err), &err,
	             EGOV_E_UNSUPPORTED, "prf");
	egov_buf_free(der);
	egov__secret_free(pass);
	help_dir_remove(dir);
}

/* A private key with another one's public key beside it. */
static void another_public_key(void **state)
{
	struct egov_error err = { 0 };
	char *dir = help_dir();
	struct egov_buf *der, *other;
	struct egov_secret *d = NULL;

	(void)state;
	assert_int_equal(help_run("cd '%s' && exec 2>&1 && "
	                          "for k in a b; do openssl genpkey -algorithm SM2 | "
	                          "openssl pkcs8 -topk8 -nocrypt -outform DER -out $k.der; done", dir),
	                 0);
	der = read_in(dir, "a.der");
	other = read_in(dir, "b.der");
	assert_int_equal(der->size, other->size);
	memcpy(der->data + der->size - 64, other->data + other->size - 64, 64);
	assert_fails(egov__sm2_pkcs8_load(egov_buf_slice(der), NULL, &d, &err), &err, EGOV_E_POLICY,
	             "another one's");
	egov_buf_free(der);
	egov_buf_free(other);
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_and_loaded),   cmocka_unit_test(openssl_reads_ours),
		cmocka_unit_test(ours_reads_openssl), cmocka_unit_test(damaged),
		cmocka_unit_test(another_public_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
