/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "home/home_conf.h"

static const char good[] = "[agency]\nname = 示例中心\n"
			   "[ca]\nuse = test\nsignature_parameters = null\nresume = 2d\n"
			   "[key]\nca = pkcs11:token=t;object=a\njournal = file:/j\n"
			   "allow_software = yes\nmodule_map = map.conf\n"
			   "[store]\nwait = 3\n"
			   "[record]\nsilence = 40d\n"
			   "[crl]\nurl = http://x.cn/a.crl\nperiod = 12h\nvalidity = 3d\n"
			   "maximum = 4d\naccept_drop = no\nhold = yes\nrelease_people = 1\n"
			   "[ocsp]\nurl = http://x.cn/ocsp\n"
			   "[publish]\nca_issuers_url = ldap://x.cn/c\nweb_root = /srv/www\n";

static enum egov_status load(const char *text, struct egov__home_conf *conf,
                             struct egov_error *err)
{
	char *dir = help_dir();
	struct egov_buf path = EGOV__BUF(4096);
	enum egov_status rc;

	egov__buf_printf(&path, "%s/egovca.conf", dir);
	help_write(egov__buf_string(&path), egov__slice_text(text));
	rc = egov__home_conf_load(egov__buf_string(&path), conf, err);
	egov__buf_clear(&path);
	help_dir_remove(dir);
	return rc;
}

static void reads_every_key(void **state)
{
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	assert_ok(load(good, &conf, &err), &err);
	assert_string_equal(conf.agency, "示例中心");
	assert_true(conf.test);
	assert_int_equal(conf.params, EGOV__SIGALG_NULL);
	assert_string_equal(conf.ca_key, "pkcs11:token=t;object=a");
	assert_string_equal(conf.journal_key, "file:/j");
	assert_string_equal(conf.module_map, "map.conf");
	assert_true(conf.allow_software);
	assert_int_equal(conf.store_wait, 3);
	assert_int_equal(conf.record_silence.seconds, INT64_C(40) * 86400);
	assert_string_equal(conf.crl_url, "http://x.cn/a.crl");
	assert_int_equal(conf.crl_period.seconds, 12 * 3600);
	assert_int_equal(conf.crl_validity.seconds, 3 * 86400);
	assert_int_equal(conf.crl_maximum.seconds, 4 * 86400);
	assert_false(conf.crl_accept_drop);
	assert_true(conf.crl_hold);
	assert_int_equal(conf.ca_resume.seconds, 2 * 86400);
	assert_int_equal(conf.crl_release_people, 1);
	assert_string_equal(conf.ocsp_url, "http://x.cn/ocsp");
	assert_string_equal(conf.ca_issuers_url, "ldap://x.cn/c");
	assert_string_equal(conf.web_root, "/srv/www");
	egov__home_conf_free(&conf);
}

static void has_defaults(void **state)
{
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	assert_ok(load("[ca]\nuse = production\n[key]\nca = a\njournal = b\n", &conf, &err), &err);
	assert_false(conf.test);
	assert_false(conf.allow_software);
	assert_int_equal(conf.params, EGOV__SIGALG_ABSENT);
	assert_int_equal(conf.store_wait, 10);
	assert_int_equal(conf.record_silence.seconds, INT64_C(90) * 86400);
	assert_null(conf.crl_url);
	assert_int_equal(conf.crl_period.seconds, 86400);
	assert_int_equal(conf.crl_validity.seconds, 7 * 86400);
	assert_int_equal(conf.crl_maximum.seconds, 10 * 86400);
	assert_string_equal(conf.web_root, "publish");
	egov__home_conf_free(&conf);
}

/* URLs of later keys follow from those of the first where its names are ours. */
static void knows_later_keys(void **state)
{
	static const char text[] = "[ca]\nuse = test\n"
				   "[key]\nca = a\njournal = j\nca_2 = b\nca_99 = c\n"
				   "signature_limit = 7\n"
				   "[crl]\nurl = http://x.cn/crl/ca.crl\nurl_99 = http://y.cn/z\n"
				   "[publish]\nca_issuers_url = http://x.cn/own.cer\n";
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	assert_ok(load(text, &conf, &err), &err);
	assert_int_equal(conf.signature_limit, 7);
	assert_string_equal(conf.keys[1].uri, "a");
	assert_string_equal(conf.keys[1].crl_url, "http://x.cn/crl/ca.crl");
	assert_string_equal(conf.keys[2].uri, "b");
	assert_string_equal(conf.keys[2].crl_url, "http://x.cn/crl/ca2.crl");
	assert_null(conf.keys[2].ca_issuers_url);
	assert_null(conf.keys[3].uri);
	assert_null(conf.keys[3].crl_url);
	assert_string_equal(conf.keys[99].uri, "c");
	assert_string_equal(conf.keys[99].crl_url, "http://y.cn/z");
	egov__home_conf_free(&conf);
}

static void names_what_is_wrong(void **state)
{
	static const struct {
		const char *old, *new, *says;
	} cases[] = {
		{ "use = test", "use = maybe", ":4: [ca] use: \"maybe\": want test or production" },
		{ "use = test\n", "", "[ca] use: missing" },
		{ "signature_parameters = null", "signature_parameters = 0", "want absent or null" },
		{ "ca = pkcs11:token=t;object=a\n", "", "[key] ca: missing" },
		{ "journal = file:/j\n", "", "[key] journal: missing" },
		{ "allow_software = yes", "allow_software = 1", "want yes or no" },
		{ "wait = 3", "wait = -3", "want a number from 0 to 3600" },
		{ "url = http://x.cn/a.crl", "url = x.cn/a.crl", "[crl] url" },
		{ "url = http://x.cn/a.crl", "url = http://x.cn/列表", "visible ASCII" },
		{ "period = 12h", "period = soon", "[crl] period" },
		{ "validity = 3d", "validity = 0d", "[crl] validity" },
		{ "maximum = 4d", "maximum = 4", "[crl] maximum" },
		{ "accept_drop = no", "accept_drop = never", "want yes or no" },
		{ "hold = yes", "hold = ja", "want yes or no" },
		{ "resume = 2d", "resume = soon", "resume" },
		{ "release_people = 1", "release_people = 3", "1 to 2" },
		{ "url = http://x.cn/ocsp", "url = ftp://x", "[ocsp] url" },
		{ "web_root = /srv/www", "webroot = /srv/www", "webroot: unknown key" },
	};
	struct egov__home_conf conf;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_error err = { 0 };
		char *text = help_changed(good, cases[i].old, cases[i].new);

		assert_fails(load(text, &conf, &err), &err, EGOV_E_SYNTAX, cases[i].says);
		free(text);
	}
}

/* Between two lists there must be no time without one. */
static void a_list_is_due_before_it_is_stale(void **state)
{
	static const char *const periods[] = { "3d", "72h", "4d", "1y", "69h" };
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		char line[32], *text;

		(void)snprintf(line, sizeof(line), "period = %s", periods[i]);
		text = help_changed(good, "period = 12h", line);
		assert_fails(load(text, &conf, &err), &err, EGOV_E_POLICY,
		             ":18: [crl] period: three runs that fail would leave the last list stale");
		free(text);
	}
}

static void writes_what_it_reads(void **state)
{
	const char long_uri[] =
		"pkcs11:token=a%20token%20with%20a%20long%20name;object=issuing-ca-2026?"
		"module-path=/usr/local/lib/egovca/egov-softtoken.so&pin-source=file:/etc/egovca/"
		"secrets/issuing-ca-2026/user-pin-of-the-first-custodian";
	const struct egov__home_conf plan = { .agency = "示例中心",
		                              .test = true,
		                              .params = EGOV__SIGALG_NULL,
		                              .ca_key = long_uri,
		                              .journal_key = "file:/j",
		                              .crl_url = "http://x.cn/a.crl" };
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	egov__home_conf_write(&plan, &text);
	assert_ok(load(egov__buf_string(&text), &conf, &err), &err);
	assert_string_equal(conf.ca_key, long_uri);
	assert_string_equal(conf.agency, "示例中心");
	assert_string_equal(conf.crl_url, "http://x.cn/a.crl");
	assert_true(conf.test);
	assert_int_equal(conf.params, EGOV__SIGALG_NULL);
	assert_null(conf.ocsp_url);
	egov__home_conf_free(&conf);
	egov__buf_clear(&text);
}

static void the_example_of_the_manual_loads(void **state)
{
	char *text = help_example("egovca.conf.5", "egovca.conf");
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	assert_ok(load(text, &conf, &err), &err);
	assert_false(conf.test);
	assert_false(conf.allow_software);
	assert_string_equal(conf.ca_key, "pkcs11:token=hsm;object=issuing-ca"
	                                 "?module-path=/usr/lib/hsm/libpkcs11.so"
	                                 "&pin-source=file:/etc/egovca/pin");
	assert_int_equal(conf.crl_period.seconds, 43200);
	assert_string_equal(conf.web_root, "/srv/www/pki");
	egov__home_conf_free(&conf);
	free(text);
}

static void test_settings(void **state)
{
	static const struct egov__home_setting settings[] = {
		{ "crl", "period", "12h" },     { "crl", "hold", "yes" },
		{ "operator", "appointers", "2" }, { "key", "signature_limit", "7" },
		{ "record", "silence", "3y" },       { "publish", "read_back", "no" },
	};
	const struct egov__home_conf plan = { .ca_key = "file:/c",
		                              .journal_key = "file:/j",
		                              .settings = settings,
		                              .settings_count =
		                                      sizeof(settings) / sizeof(settings[0]) };
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };
	struct egov__home_conf conf;

	(void)state;
	egov__home_conf_write(&plan, &text);
	assert_ok(load(egov__buf_string(&text), &conf, &err), &err);
	assert_int_equal(conf.crl_period.seconds, 12 * 3600);
	assert_int_equal(conf.crl_validity.seconds, 7 * 86400);
	assert_true(conf.crl_hold);
	assert_int_equal(conf.appointers, 2);
	assert_int_equal(conf.signature_limit, 7);
	assert_int_equal(conf.record_silence.years, 3);
	assert_null(strstr(egov__buf_string(&text), "[store]"));
	egov__home_conf_free(&conf);
	egov__buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(knows_later_keys),
		cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(a_list_is_due_before_it_is_stale),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(the_example_of_the_manual_loads),
	};

	return cmocka_run_group_tests_name("home_conf", tests, NULL, NULL);
}
