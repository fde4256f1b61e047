/* SPDX-License-Identifier: Apache-2.0 */
#include "help_signer.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/report.h"
#include "crypto/sm2.h"
#include "key/sdf.h"

/* The library misbehaves as the words say; see tests/module/sdf.c. */
#define LIBRARY EGOV_TEST_BUILD "/fake-sdf.so"

static char *dir, *pin_path, uri_one[1000];

static void sdf(const char *words, const char *code)
{
	(void)setenv("SDF", words, 1);
	if (code == NULL)
		(void)unsetenv("SDF_RV");
	else
		(void)setenv("SDF_RV", code, 1);
}

static void name_key(char uri[1000], const char *attributes)
{
	(void)snprintf(uri, 1000, "sdf:lib=" LIBRARY ";%s?pin-source=file:%s", attributes, pin_path);
}

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	pin_path = egov__path_join(dir, "pin");
	help_write(pin_path, egov__slice_text("sdf-pass\n"));
	name_key(uri_one, "index=1");
	sdf("", NULL);
	(void)unsetenv("SDF_FAIL_AT");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(pin_path);
	help_dir_remove(dir);
	return 0;
}

static struct egov_slice point_of(const struct egov_signer *signer)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_slice point;

	assert_ok(egov__sm2_spki_point(egov_signer_public_key(signer), &point, &err), &err);
	return point;
}

static void signs(void **state)
{
	struct egov_signer *one = help_signer_open(uri_one, NULL), *two;
	char uri[1000];

	(void)state;
	name_key(uri, "index=2;software=yes;field-bits=512");
	two = help_signer_open(uri, NULL);
	assert_int_equal(egov_signer_is_software(one), 0);
	assert_int_equal(egov_signer_is_software(two), 1);
	assert_memory_not_equal(point_of(one).data, point_of(two).data, EGOV__SM2_POINT);
	for (int i = 0; i < 3; i++) {
		help_signer_signs(one);
		help_signer_signs(two);
	}
	egov_signer_close(one);
	help_signer_signs(two);
	egov_signer_close(two);
}

/* The device's own Z and digest are those of the host: same layout, same ID. */
static void device_computes_the_same_e(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer = help_signer_open(uri_one, NULL);
	struct egov__sdf_public_key key = { .bits = 0 };
	struct egov__sdf sdf_library;
	void *device = NULL, *session = NULL;
	unsigned char id[] = EGOV__SM2_DEFAULT_ID, message[] = "message", hash[32];
	uint8_t e[EGOV__SM2_E];
	unsigned size = 0;
	int (*hash_init)(void *, unsigned, struct egov__sdf_public_key *, unsigned char *, unsigned);
	int (*update)(void *, unsigned char *, unsigned), (*final)(void *, unsigned char *, unsigned *);

	(void)state;
	assert_ok(egov__sdf_load(LIBRARY, &sdf_library, &err), &err);
	*(void **)&hash_init = dlsym(sdf_library.handle, "SDF_HashInit");
	*(void **)&update = dlsym(sdf_library.handle, "SDF_HashUpdate");
	*(void **)&final = dlsym(sdf_library.handle, "SDF_HashFinal");
	assert_int_equal(sdf_library.open_device(&device), 0);
	assert_int_equal(sdf_library.open_session(device, &session), 0);
	assert_int_equal(sdf_library.export_public(session, 1, &key), 0);
	assert_int_equal(hash_init(session, 1, &key, id, 16), 0);
	assert_int_equal(update(session, message, 7), 0);
	assert_int_equal(final(session, hash, &size), 0);
	assert_int_equal(size, 32);
	assert_ok(egov__sm2_e(point_of(signer), egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                      egov__slice_text("message"), e, &err), &err);
	assert_memory_equal(e, hash, 32);
	assert_int_equal(sdf_library.close_session(session), 0);
	assert_int_equal(sdf_library.close_device(device), 0);
	egov__sdf_unload(&sdf_library);
	egov_signer_close(signer);
}

/* Structures of makers whose numbers have 256 bits, and the two mistaken for each other. */
static void fields(void **state)
{
	char uri[1000];
	struct egov_signer *signer;

	(void)state;
	name_key(uri, "index=1;field-bits=256");
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "key 1 of the device: ");
	sdf("narrow", NULL);
	signer = help_signer_open(uri, NULL);
	help_signer_signs(signer);
	egov_signer_close(signer);
	help_signer_refused(uri_one, NULL, EGOV_E_DEVICE,
	                    "not right-aligned in fields of 512 bits: field-bits is 256");
	sdf("garbage", NULL);
	help_signer_refused(uri_one, NULL, EGOV_E_DEVICE, "not right-aligned");
	sdf("", NULL);
	signer = help_signer_open(uri_one, NULL);
	sdf("garbage", NULL);
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "not right-aligned");
	sdf("", NULL);
	help_signer_signs(signer);
	egov_signer_close(signer);
}

static void not_usable(void **state)
{
	static const struct {
		const char *words;
		enum egov_status status;
		const char *fragment;
	} table[] = {
		{ "gone", EGOV_E_DEVICE, "SDF_OpenDevice: SDR_OPENDEVICE (0x01000005)" },
		{ "no-handle", EGOV_E_DEVICE, "SDF_OpenDevice" },
		{ "no-session", EGOV_E_DEVICE, "SDF_OpenSession: SDR_OPENSESSION (0x01000006)" },
		{ "off-curve", EGOV_E_POLICY, "on the curve" },
		{ "short-key", EGOV_E_UNSUPPORTED, "key 1 of the device has 192 bits" },
	};
	char uri[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		sdf(table[i].words, NULL);
		help_signer_refused(uri_one, NULL, table[i].status, table[i].fragment);
	}
	sdf("", NULL);
	name_key(uri, "index=3");
	help_signer_refused(uri, NULL, EGOV_E_NOTFOUND, "SDF_ExportSignPublicKey_ECC: SDR_KEYNOTEXIST");
}

static void wrong_password(void **state)
{
	char uri[1000];

	(void)state;
	help_write(pin_path, egov__slice_text("sdf-fail\n"));
	help_signer_refused(uri_one, NULL, EGOV_E_AUTH,
	              "refuses the password of key 1: SDF_GetPrivateKeyAccessRight: SDR_PARDENY");
	sdf("makers-code", NULL);
	help_signer_refused(uri_one, NULL, EGOV_E_AUTH, "a code of the device's maker (0x01000100)");
	(void)snprintf(uri, sizeof(uri), "sdf:lib=" LIBRARY ";index=1");
	help_signer_refused(uri, NULL, EGOV_E_AUTH, "password of key 1 of the device: no pin-source");
}

static void bad_signatures(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	sdf("wrong-key", NULL);
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "does not verify with the public key");
	sdf("zero-r", NULL);
	help_signer_fails(signer, EGOV_E_DEVICE, 0, "outside 1 to n-1");
	sdf("", NULL);
	help_signer_signs(signer);
	egov_signer_close(signer);
}

/* GM/T 0018, annex A; what lies behind is the maker's. */
static void names_of_codes(void **state)
{
	static const struct {
		int code;
		const char *text;
	} table[] = {
		{ 0x01000001, "SDF_X: SDR_UNKNOWERR (0x01000001)" },
		{ 0x01000002, "SDF_X: SDR_NOTSUPPORT (0x01000002)" },
		{ 0x0100000b, "SDF_X: SDR_PKOPERR (0x0100000b)" },
		{ 0x01000010, "SDF_X: SDR_STEPERR (0x01000010)" },
		{ 0x01000017, "SDF_X: SDR_RANDERR (0x01000017)" },
		{ 0x01000018, "SDF_X: SDR_PRKRERR (0x01000018)" },
		{ 0x0100001d, "SDF_X: SDR_INARGERR (0x0100001d)" },
		{ 0x0100001e, "SDF_X: SDR_OUTARGERR (0x0100001e)" },
		{ 0x0100001f, "SDF_X: a code of the device's maker (0x0100001f)" },
		{ 0x01000100, "SDF_X: a code of the device's maker (0x01000100)" },
		{ -1, "SDF_X: a code of the device's maker (0xffffffff)" },
		{ 7, "SDF_X: a code of the device's maker (0x00000007)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct egov_error err = { .status = EGOV_OK };

		(void)egov__sdf_error(&err, table[i].code, "SDF_X");
		assert_string_equal(err.text, table[i].text);
		assert_int_equal(err.detail, table[i].code);
	}
}

/* The device forgets its sessions: one reconnection, and the key must be the same. */
static void loss(void **state)
{
	static const char *const cured[] = { "0x01000003", "0x01000004", "0x01000005", "0x01000006",
		                             "0x01000007", "0x01000018" };

	(void)state;
	for (size_t i = 0; i < sizeof(cured) / sizeof(cured[0]); i++) {
		struct egov_signer *signer = help_signer_open(uri_one, NULL);

		(void)setenv("SDF_FAIL_AT", "6", 1);    /* the first signature of this library */
		sdf("", cured[i]);
		help_signer_signs(signer);
		help_signer_signs(signer);
		sdf("lose-always", cured[i]);
		help_signer_fails(signer, i < 4 ? EGOV_E_DEVICE : EGOV_E_AUTH, strtol(cured[i], NULL, 0),
		              "SDF_InternalSign_ECC: SDR_");
		sdf("gone", cured[i]);
		help_signer_fails(signer, EGOV_E_DEVICE, EGOV__SDR_OPENDEVICE,
		              "after SDF_InternalSign_ECC: SDR_OPENSESSION (0x01000006): "
		              "SDF_OpenDevice: SDR_OPENDEVICE (0x01000005)");
		sdf("", NULL);
		help_signer_signs(signer);
		egov_signer_close(signer);
		(void)unsetenv("SDF_FAIL_AT");
	}
}

static void no_cure(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);

	(void)state;
	sdf("lose-always", "0x0100000d");
	help_signer_fails(signer, EGOV_E_DEVICE, 0x0100000d, "SDF_InternalSign_ECC: SDR_SIGNERR (0x0100000d)");
	sdf("", NULL);
	help_signer_signs(signer);
	(void)setenv("SDF_FAIL_AT", "13", 1);
	sdf("swapped", NULL);
	for (int i = 0; i < 12; i++) {
		struct egov_buf signature = EGOV__BUF(128);
		struct egov_error err = { .status = EGOV_OK };

		if (help_signer_sign(signer, &signature, &err) != EGOV_OK) {
			assert_fails(err.status, &err, EGOV_E_DEVICE, "another key lies under number 1");
			break;
		}
		assert_true(i < 11);
		egov__buf_clear(&signature);
	}
	egov_signer_close(signer);
}

static void unsafe_libraries(void **state)
{
	struct egov_buf *bytes = help_read(LIBRARY);
	char path[300], uri[1000];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/open.so", dir);
	help_write(path, egov_buf_slice(bytes));
	egov_buf_free(bytes);
	assert_int_equal(chmod(path, 0666), 0);
	(void)snprintf(uri, sizeof(uri), "sdf:lib=%s;index=1", path);
	help_signer_refused(uri, NULL, EGOV_E_POLICY, "nobody else can write");
	help_write(path, egov__slice_text("not a library"));
	assert_int_equal(chmod(path, 0600), 0);
	help_signer_refused(uri, NULL, EGOV_E_DEVICE, "cannot load");
	(void)snprintf(uri, sizeof(uri), "sdf:lib=" EGOV_TEST_BUILD "/nasty-p11.so;index=1");
	help_signer_refused(uri, NULL, EGOV_E_DEVICE, "it has no function SDF_OpenDevice");
	help_signer_refused("sdf:lib=fake-sdf.so;index=1", NULL, EGOV_E_POLICY, "want an absolute path");
	help_signer_refused("sdf:lib=/nowhere/x.so;index=1", NULL, EGOV_E_IO, "/nowhere/x.so");
}

static void reports(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer;
	struct egov_report *report = egov_report_new();
	struct egov_buf *spki = egov_buf_new(200);

	(void)state;
	sdf("gbk", NULL);
	signer = help_signer_open(uri_one, NULL);
	assert_ok(egov_signer_report(signer, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "software"), "no");
	assert_string_equal(egov_report_find(report, 0, "library"), LIBRARY);
	assert_string_equal(egov_report_find(report, 0, "manufacturer"), "tests of libegovca");
	assert_string_equal(egov_report_find(report, 0, "model"), "c3dcc2eb");
	assert_string_equal(egov_report_find(report, 0, "serial"), "2026112200000001");
	assert_string_equal(egov_report_find(report, 0, "index"), "1");
	egov_report_free(report);
	assert_int_equal(unlink(pin_path), 0);  /* not needed for the public key */
	assert_ok(egov_key_public(uri_one, NULL, spki, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(spki), egov_signer_public_key(signer)));
	egov_buf_free(spki);
	assert_ok(egov_signer_selftest(signer, &err), &err);
	egov_signer_close(signer);
}

static void fork_is_noticed(void **state)
{
	struct egov_signer *signer = help_signer_open(uri_one, NULL);
	pid_t child;
	int status = -1;

	(void)state;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct egov_buf signature = EGOV__BUF(128);
		const bool refused = help_signer_sign(signer, &signature, NULL) == EGOV_E_DEVICE;

		egov_signer_close(signer);
		_exit(refused ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	help_signer_signs(signer);
	egov_signer_close(signer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(signs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(device_computes_the_same_e, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fields, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_usable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong_password, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_signatures, set_up, tear_down),
		cmocka_unit_test(names_of_codes),
		cmocka_unit_test_setup_teardown(loss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_cure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unsafe_libraries, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reports, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fork_is_noticed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
