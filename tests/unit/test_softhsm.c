/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SoftHSM 2, a PKCS #11 module of others: our client finds its tokens and keys, logs in, opens
 * sessions, makes, uses and destroys P-256 keys, in threads and processes; what has no SM2 is
 * refused in one message.
 */
#include "help_signer.h"

#include <gcrypt.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/report.h"
#include "key/key_destroy.h"
#include "key/p11.h"

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"

static uint8_t p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static uint8_t sm2[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d };

static char *dir, *pin_path, *map_path;

static char *write_text(const char *name, const char *text)
{
	char *path = egov__path_join(dir, name);

	help_write(path, egov__slice_text(text));
	return path;
}

static int set_up(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	char text[600], *conf, *so_pin;

	(void)state;
	dir = help_dir();
	if (access(SOFTHSM, R_OK) != 0)
		return 0;
	assert_int_equal(help_run("mkdir -m 700 '%s/tokens'", dir), 0);
	(void)snprintf(text, sizeof(text), "directories.tokendir = %s/tokens\nlog.level = ERROR\n", dir);
	conf = write_text("softhsm2.conf", text);
	(void)setenv("SOFTHSM2_CONF", conf, 1);
	free(conf);
	so_pin = write_text("so-pin", "87654321\n");
	pin_path = write_text("pin", "12345678\n");
	map_path = write_text("map.conf", "[softhsm]\nlibrary = softhsm\nckm_sign_e = 0x1041\n");
	assert_ok(egov_token_init(SOFTHSM, "hsm", so_pin, pin_path, &err), &err);
	free(so_pin);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(pin_path);
	free(map_path);
	pin_path = map_path = NULL;
	help_dir_remove(dir);
	return 0;
}

static void need_softhsm(void)
{
	if (pin_path != NULL)
		return;
	print_message("skipped: no " SOFTHSM "\n");
	skip();
}

static const char *uri_of(const char *attributes)
{
	static char uri[1500];

	(void)snprintf(uri, sizeof(uri), "pkcs11:%s?module-path=" SOFTHSM "&pin-source=%s", attributes,
	               pin_path);
	return uri;
}

/* A token of our client, with a session of the user. */
struct client {
	struct egov__key_uri *uri;
	struct egov__p11_token *token;
};

static enum egov_status open_client(struct client *c, const char *attributes, CK_FLAGS flags,
                                    struct egov_error *err)
{
	enum egov_status rc;

	*c = (struct client){ NULL, NULL };
	rc = egov__key_uri_parse(uri_of(attributes), &c->uri, err);
	if (rc == EGOV_OK)
		rc = egov__p11_token_open(c->uri, NULL, flags, &c->token, err);
	return rc == EGOV_OK ? egov__p11_token_login(c->token, NULL, err) : rc;
}

static struct client opened(const char *attributes, CK_FLAGS flags)
{
	struct egov_error err = { .status = EGOV_OK };
	struct client c;

	assert_ok(open_client(&c, attributes, flags, &err), &err);
	return c;
}

static void close_client(struct client *c)
{
	egov__p11_token_close(c->token, false);
	egov__key_uri_free(c->uri);
}

static CK_RV generate(const struct client *c, uint8_t curve[10], const char *label)
{
	CK_MECHANISM mechanism = { CKM_EC_KEY_PAIR_GEN, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	char text[16];
	CK_ATTRIBUTE template[] = {
		{ CKA_TOKEN, &yes, 1 },
		{ CKA_LABEL, text, strlen(label) },
		{ CKA_ID, text, strlen(label) },
		{ CKA_EC_PARAMS, curve, 10 },
	};
	CK_OBJECT_HANDLE pair[2];

	(void)snprintf(text, sizeof(text), "%s", label);
	return c->token->f->C_GenerateKeyPair(c->token->session, &mechanism, template, 4, template, 3,
	                                      &pair[0], &pair[1]);
}

static void generated(uint8_t curve[10], const char *label)
{
	struct client c = opened("token=hsm", CKF_RW_SESSION);

	assert_int_equal(generate(&c, curve, label), CKR_OK);
	close_client(&c);
}

static CK_OBJECT_HANDLE handle_of(const struct client *c, CK_OBJECT_CLASS class, const char *label,
                                  size_t wanted)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf handles;
	CK_OBJECT_HANDLE handle;

	assert_ok(egov__p11_find(c->token, class, egov__slice_text(label), EGOV__NO_SLICE, &handles, &err),
	          &err);
	assert_int_equal(egov__p11_handles(&handles), wanted);
	handle = wanted == 0 ? 0 : egov__p11_handle(&handles, 0);
	egov__buf_clear(&handles);
	return handle;
}

static CK_RV sign(const struct client *c, CK_OBJECT_HANDLE key, const uint8_t digest[32], uint8_t raw[64])
{
	CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
	uint8_t input[32];
	CK_ULONG size = 64;
	CK_RV rv = c->token->f->C_SignInit(c->token->session, &mechanism, key);

	memcpy(input, digest, sizeof(input));
	return rv != CKR_OK ? rv : c->token->f->C_Sign(c->token->session, input, 32, raw, &size);
}

/* libgcrypt on ECDSA over P-256. */
static bool is_ecdsa(const uint8_t point[65], const uint8_t digest[32], const uint8_t raw[64])
{
	gcry_sexp_t key = NULL, data = NULL, signature = NULL;
	gcry_error_t answer;

	assert_non_null(gcry_check_version(NULL));
	assert_int_equal(gcry_sexp_build(&key, NULL, "(public-key (ecc (curve \"NIST P-256\")(q %b)))",
	                                 65, point), 0);
	assert_int_equal(gcry_sexp_build(&data, NULL, "(data (flags raw)(value %b))", 32, digest), 0);
	assert_int_equal(gcry_sexp_build(&signature, NULL, "(sig-val (ecdsa (r %b)(s %b)))", 32, raw, 32,
	                                 raw + 32), 0);
	answer = gcry_pk_verify(signature, data, key);
	gcry_sexp_release(key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return answer == 0;
}

static void point_of(const struct client *c, const char *label, uint8_t point[65])
{
	uint8_t wrapped[67];
	CK_ATTRIBUTE attribute = { CKA_EC_POINT, wrapped, sizeof(wrapped) };

	assert_int_equal(c->token->f->C_GetAttributeValue(c->token->session,
	                                                  handle_of(c, CKO_PUBLIC_KEY, label, 1),
	                                                  &attribute, 1), CKR_OK);
	assert_int_equal(attribute.ulValueLen, 67);
	memcpy(point, wrapped + 2, 65);
}

/* The life of a key: made, found, signs, destroyed. */
static void life_of_a_key(void **state)
{
	struct client c;
	CK_OBJECT_HANDLE key;
	uint8_t point[65], digest[32] = { 1, 2, 3 }, raw[64];

	(void)state;
	need_softhsm();
	generated(p256, "a");
	generated(p256, "b");
	c = opened("token=hsm;object=a", CKF_RW_SESSION);
	assert_int_equal(egov__p11_key_find(c.token, &key, NULL), EGOV_OK);
	assert_int_equal(key, handle_of(&c, CKO_PRIVATE_KEY, "a", 1));
	point_of(&c, "a", point);
	assert_int_equal(sign(&c, key, digest, raw), CKR_OK);
	assert_true(is_ecdsa(point, digest, raw));
	raw[63] ^= 1;
	assert_false(is_ecdsa(point, digest, raw));
	assert_int_equal(c.token->f->C_DestroyObject(c.token->session, key), CKR_OK);
	assert_int_equal(c.token->f->C_DestroyObject(c.token->session,
	                                             handle_of(&c, CKO_PUBLIC_KEY, "a", 1)), CKR_OK);
	(void)handle_of(&c, CKO_PRIVATE_KEY, "a", 0);
	(void)handle_of(&c, CKO_PRIVATE_KEY, "b", 1);
	close_client(&c);
}

/* A session that is gone is opened again, logged in, and a token looked for anew. */
static void sessions(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct client reader, writer;
	uint8_t digest[32] = { 7 }, raw[64];

	(void)state;
	need_softhsm();
	reader = opened("token=hsm", 0);
	assert_int_equal(generate(&reader, p256, "r"), CKR_SESSION_READ_ONLY);
	writer = opened("token=hsm", CKF_RW_SESSION);
	assert_int_equal(generate(&writer, p256, "w"), CKR_OK);
	assert_int_equal(sign(&reader, handle_of(&reader, CKO_PRIVATE_KEY, "w", 1), digest, raw), CKR_OK);
	assert_int_equal(reader.token->f->C_CloseSession(reader.token->session), CKR_OK);
	assert_int_equal(sign(&reader, 1, digest, raw), CKR_SESSION_HANDLE_INVALID);
	assert_ok(egov__p11_token_reopen(reader.token, &err), &err);
	assert_int_equal(sign(&reader, handle_of(&reader, CKO_PRIVATE_KEY, "w", 1), digest, raw), CKR_OK);
	close_client(&writer);
	assert_ok(egov__p11_token_rescan(reader.token, true, &err), &err);
	assert_int_equal(sign(&reader, handle_of(&reader, CKO_PRIVATE_KEY, "w", 1), digest, raw), CKR_OK);
	close_client(&reader);
}

/* A wrong PIN is tried once; the flags that count are heeded; the right one ends it. */
static void pins(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct client c;

	(void)state;
	need_softhsm();
	help_write(pin_path, egov__slice_text("87654321\n"));
	for (int i = 0; i < 2; i++) {
		assert_fails(open_client(&c, "token=hsm", 0, &err), &err, EGOV_E_AUTH,
		             "token hsm: wrong PIN; few tries are left");
		close_client(&c);
	}
	help_write(pin_path, egov__slice_text("1\n"));
	assert_fails(open_client(&c, "token=hsm", 0, &err), &err, EGOV_E_AUTH, "token hsm");
	close_client(&c);
	help_write(pin_path, egov__slice_text("12345678\n"));
	c = opened("token=hsm", 0);
	assert_int_equal(c.token->f->C_GetTokenInfo(c.token->slot, &c.token->token_info), CKR_OK);
	assert_int_equal(c.token->token_info.flags & CKF_USER_PIN_COUNT_LOW, 0);
	close_client(&c);
	assert_fails(open_client(&c, "token=other", 0, &err), &err, EGOV_E_NOTFOUND,
	             "no such token; found: hsm");
	close_client(&c);
}

/* One message, whatever asks for SM2; nothing is left behind. */
static void has_no_sm2(void **state)
{
	const struct egov_key_options mapped = { .module_map = map_path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	char uri[1600];

	(void)state;
	need_softhsm();
	generated(p256, "k");
	generated(sm2, "curve");
	help_signer_refused(uri_of("token=hsm;object=k"), NULL, EGOV_E_UNSUPPORTED,
	                    "no mechanism mapping fits module " SOFTHSM);
	help_signer_refused(uri_of("token=hsm;object=k"), &mapped, EGOV_E_UNSUPPORTED,
	                    "the key is not an SM2 key (key type 0x3)");
	(void)snprintf(uri, sizeof(uri), "%s&x-egov-mech=0x80008104", uri_of("token=hsm;object=curve"));
	help_signer_refused(uri, NULL, EGOV_E_UNSUPPORTED, "cannot sign with mechanism 0x80008104; it has ");
	assert_fails(egov_key_generate(uri_of("token=hsm;object=n"), "sm2", &mapped, report, &err), &err,
	             EGOV_E_UNSUPPORTED, "has no ckm_keygen");
	assert_int_equal(egov_report_records(report), 0);
	assert_ok(egov_key_list(uri_of("token=hsm;object=k"), NULL, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_string_equal(egov_report_find(report, 0, "algorithm"), "unknown");
	assert_non_null(strstr(egov_report_find(report, 0, "unusable"), "not an SM2 key"));
	assert_string_equal(egov_report_find(report, 0, "made-in-token"), "yes");
	egov_report_free(report);
}

/* Only the pair that is meant goes, by its public key. */
static void destroyed_by_the_library(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf spki = EGOV__BUF(200), other = EGOV__BUF(200);
	bool was_there = false;

	(void)state;
	need_softhsm();
	generated(sm2, "one");
	generated(sm2, "two");
	assert_ok(egov_key_public(uri_of("token=hsm;object=one"), NULL, &spki, &err), &err);
	assert_ok(egov_key_public(uri_of("token=hsm;object=two"), NULL, &other, &err), &err);
	assert_fails(egov__key_destroy(uri_of("token=hsm;object=one"), NULL, egov_buf_slice(&other),
	                               &was_there, &err), &err, EGOV_E_POLICY, "another key");
	assert_ok(egov__key_destroy(uri_of("token=hsm;object=one"), NULL, egov_buf_slice(&spki), &was_there,
	                            &err), &err);
	assert_true(was_there);
	assert_ok(egov__key_destroy(uri_of("token=hsm;object=one"), NULL, egov_buf_slice(&spki), &was_there,
	                            &err), &err);
	assert_false(was_there);
	egov__buf_clear(&spki);
	egov__buf_clear(&other);
}

/* --- threads and processes ---------------------------------------------------------------- */

#define SIGNATURES 50

struct worker {
	pthread_t thread;
	struct client client;
	CK_OBJECT_HANDLE key;
	uint8_t digest[SIGNATURES][32], raw[SIGNATURES][64];
	CK_RV rv;
};

static void *sign_many(void *user)
{
	struct worker *w = user;

	for (size_t i = 0; i < SIGNATURES && w->rv == CKR_OK; i++) {
		memset(w->digest[i], (int)i + 1, 32);
		w->rv = sign(&w->client, w->key, w->digest[i], w->raw[i]);
	}
	return NULL;
}

static void threads(void **state)
{
	static struct worker workers[3];
	uint8_t point[65];

	(void)state;
	need_softhsm();
	generated(p256, "t");
	for (size_t i = 0; i < 3; i++) {
		workers[i] = (struct worker){ .client = opened("token=hsm", 0) };
		workers[i].key = handle_of(&workers[i].client, CKO_PRIVATE_KEY, "t", 1);
		point_of(&workers[i].client, "t", point);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&workers[i].thread, NULL, sign_many, &workers[i]), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].rv, CKR_OK);
		for (size_t j = 0; j < SIGNATURES; j++)
			assert_true(is_ecdsa(point, workers[i].digest[j], workers[i].raw[j]));
	}
	for (size_t i = 0; i < 3; i++)
		close_client(&workers[i].client);
}

/* A key that another process made is found by the next search; the processes share nothing but
 * the token. */
static void processes(void **state)
{
	struct client c;
	pid_t child;
	int status;

	(void)state;
	need_softhsm();
	(void)fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct client mine;

		if (open_client(&mine, "token=hsm", CKF_RW_SESSION, NULL) != EGOV_OK)
			_exit(1);
		_exit(generate(&mine, p256, "child") == CKR_OK ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	c = opened("token=hsm", 0);
	(void)handle_of(&c, CKO_PRIVATE_KEY, "child", 1);
	close_client(&c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(life_of_a_key),            TEST(sessions), TEST(pins),      TEST(has_no_sm2),
		TEST(destroyed_by_the_library), TEST(threads),  TEST(processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
