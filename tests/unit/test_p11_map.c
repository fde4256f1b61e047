/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/fileio.h"
#include "key/p11_map.h"

static const char *file = NULL;
static char *dir, *path;

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	path = egov__path_join(dir, "map.conf");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	file = NULL;
	free(path);
	help_dir_remove(dir);
	return 0;
}

static void with_map(const char *text)
{
	help_write(path, egov__slice_text(text));
	file = path;
}

static enum egov_status find(const char *library, const char *manufacturer,
                             const char *description, bool *found, struct egov__p11_map *map,
                             struct egov_error *err)
{
	CK_INFO info;

	memset(&info, ' ', sizeof(info));
	memcpy(info.manufacturerID, manufacturer, strlen(manufacturer));
	memcpy(info.libraryDescription, description, strlen(description));
	return egov__p11_map_find(file, library, &info, found, map, err);
}

static struct egov__p11_map must_find(const char *library, const char *manufacturer,
                                      const char *description)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov__p11_map map;
	bool found = false;

	assert_ok(find(library, manufacturer, description, &found, &map, &err), &err);
	assert_true(found);
	return map;
}

static void must_not_find(const char *library, const char *manufacturer, const char *description)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov__p11_map map;
	bool found = true;

	assert_ok(find(library, manufacturer, description, &found, &map, &err), &err);
	assert_false(found);
}

static void must_fail(const char *text, enum egov_status status, const char *fragment)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov__p11_map map;
	bool found = false;

	with_map(text);
	assert_fails(find("/x/egov-softtoken.so", "m", "d", &found, &map, &err), &err, status,
	             fragment);
	assert_false(found);
}

static void test_builtin(void **state)
{
	struct egov__p11_map map = must_find("/usr/lib/egovca/egov-softtoken.so", "anyone", "");

	(void)state;
	assert_string_equal(map.name, "egov-softtoken");
	assert_int_equal(map.sign_e, 0x80008104);
	assert_int_equal(map.keygen, 0x80008001);
	assert_int_equal(map.key_type, CKK_EC);
	assert_int_equal(map.form, EGOV__P11_RAW);
	assert_true(map.software);
	map = must_find("/opt/lib.so", "SANSEC Technology", "");
	assert_int_equal(map.sign_e, 0x80008104);
	assert_int_equal(map.key_type, 0x80000004);
	assert_false(map.software);
	assert_int_equal(must_find("/opt/lib.so", "TASS", "").sign_e, 0x80008000);
	assert_int_equal(must_find("/opt/lib.so", "Koal", "").sign_e, 0x80008104);
	assert_int_equal(must_find("/opt/lib.so", "SafeNet", "").sign_e, 0x80000b21);
	assert_int_equal(must_find(NULL, "IBM", "").sign_e, 0x8005000b);
	must_not_find("/usr/lib/softhsm/libsofthsm2.so", "SoftHSM", "Implementation of PKCS11");
	must_not_find(NULL, "", "");
}

static void test_file_first(void **state)
{
	struct egov__p11_map map;

	(void)state;
	with_map("[other]\nlibrary = other.so\nmanufacturer = nobody\nckm_sign_e = 1\n"
	         "[mine]\nlibrary = LIBMINE\ndescription = third\nckm_sign_e = 0x80000001\n"
	         "ckm_keygen = 0x80000002\nckk_sm2 = 2147483651\nsig = der\nprivkey_point = yes\n"
	         "software = yes\n"
	         "[least]\nmanufacturer = least\nckm_sign_e = 0xABCDEF0\n"
	         "[ours]\nlibrary = softtoken\nckm_sign_e = 0x80009999\n");
	map = must_find("/opt/libMine.so.1", "x", "The Third Library");
	assert_string_equal(map.name, "mine");
	assert_int_equal(map.sign_e, 0x80000001);
	assert_int_equal(map.keygen, 0x80000002);
	assert_int_equal(map.key_type, 0x80000003);
	assert_int_equal(map.form, EGOV__P11_DER);
	assert_true(map.privkey_point);
	assert_true(map.software);
	must_not_find("/opt/libMine.so.1", "x", "The Second Library");
	must_not_find("/opt/other.so", "x", "");

	map = must_find("/opt/x.so", "at Least", "");
	assert_int_equal(map.sign_e, 0xabcdef0);
	assert_int_equal(map.keygen, 0);
	assert_int_equal(map.key_type, CKK_EC);
	assert_int_equal(map.form, EGOV__P11_AUTO);
	assert_false(map.privkey_point);
	assert_false(map.software);

	map = must_find("/x/egov-softtoken.so", "x", "");
	assert_string_equal(map.name, "ours");
	map = must_find("/x/y.so", "Sansec", "");
	assert_string_equal(map.name, "sansec");
}

/* Every section is judged, also those behind the one that fits. */
static void test_bad_file(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov__p11_map map;
	bool found = false;

	(void)state;
	must_fail("[a]\nckm_sign_e = 1\n", EGOV_E_SYNTAX, "one of library, manufacturer");
	must_fail("[a]\nlibrary = x\n", EGOV_E_SYNTAX, "ckm_sign_e");
	must_fail("[a]\nlibrary = soft\nckm_sign_e = 1\n[b]\nlibrary = y\nckm_sign_e = 0xg\n",
	          EGOV_E_SYNTAX, ":6: [b] ckm_sign_e");
	must_fail("[a]\nlibrary = x\nckm_sign_e = 4294967296\n", EGOV_E_SYNTAX, "ckm_sign_e");
	must_fail("[a]\nlibrary = x\nckm_sign_e = 1\nsig = maybe\n", EGOV_E_SYNTAX,
	          "want raw, der or auto");
	must_fail("[a]\nlibrary = x\nckm_sign_e = 1\nsoftware = perhaps\n", EGOV_E_SYNTAX, "software");
	must_fail("[a]\nlibrary = x\nckm_sign_e = 1\nckm_sign_msg = 2\n", EGOV_E_SYNTAX,
	          "ckm_sign_msg: unknown key");
	file = "/nonexistent/map.conf";
	assert_fails(find("l", "m", "d", &found, &map, &err), &err, EGOV_E_IO, file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builtin),
		cmocka_unit_test_setup_teardown(test_file_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
