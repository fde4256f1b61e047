/* SPDX-License-Identifier: Apache-2.0 */
/* egovca/ceremony.h as a program that links the library calls it; and what the records say
 * of an entry that is not a ceremony's. */
#include "help_home.h"
#include "help_stage.h"

#include "ca/ceremony.h"
#include "ca/init_ca.h"
#include "crypto/sm3.h"
#include "home/home.h"

static char *dir;
static struct egov_error err;
static unsigned ticks;

static int set_up(void **state)
{
	(void)state;
	dir = help_world();
	ticks = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_world_remove(dir);
	return 0;
}

static void sm3_of(struct egov_slice bytes, char hex[2 * EGOV__SM3_SIZE + 1])
{
	uint8_t digest[EGOV__SM3_SIZE];

	assert_ok(egov__sm3(&bytes, 1, digest, &err), &err);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static const char *builtin(const char *name)
{
	const struct egov__builtin_profile *p = egov__builtin_profiles;

	while (strcmp(p->name, name) != 0 || !p->test)
		p++;
	return p->text;
}

/* DIR/NAME.conf, the ceremony of a root; more stands in [key]. */
static char *write_file(const char *name, const char *more)
{
	char profile[65], custodian[65], file[64];
	char *text = NULL, *path, *custodian_path = help_path(dir, "custodian.pem");
	struct egov_buf *bytes = help_read(custodian_path);

	sm3_of(egov_buf_slice(bytes), custodian);
	sm3_of(egov__slice_text(builtin("root-ca")), profile);
	assert_true(asprintf(&text,
	                     "[ceremony]\ntitle = 仪式\nuse = test\nkind = root\n"
	                     "[ca]\nsubject = C=CN, O=示例中心, CN=示例根CA\nvalidity = 30y\n"
	                     "[key]\nca = pkcs11:token=test;object=%s-ca\n"
	                     "    ?module-path=" EGOV_TEST_BUILD "/egov-softtoken.so\n"
	                     "    &pin-source=file:%s/pin\n"
	                     "journal = pkcs11:token=test;object=%s-journal\n"
	                     "    ?module-path=" EGOV_TEST_BUILD "/egov-softtoken.so\n"
	                     "    &pin-source=file:%s/pin\n%s"
	                     "[record]\ncustodian = custodian.pem\ncustodian_sm3 = %s\n"
	                     "[profiles]\nroot-ca = %s\n[person 赵见证]\nrole = witness\n",
	                     name, dir, name, dir, more, custodian, profile)
	            >= 0);
	(void)snprintf(file, sizeof(file), "%s.conf", name);
	path = help_path(dir, file);
	help_write(path, egov__slice_text(text));
	egov_buf_free(bytes);
	free(custodian_path);
	free(text);
	return path;
}

static void tick(void *user, struct egov_clock *clock)
{
	(void)user;
	ticks++;
	clock->real = HELP_HOME_NOW + (egov_time)ticks;
}

static struct egov_ceremony_options options_of(const char *file, const char *home)
{
	return (struct egov_ceremony_options){ .file = file,
		                               .dir = home,
		                               .actor = "os:root",
		                               .clock = { HELP_HOME_NOW, EGOV_TIME_NONE },
		                               .tick = tick };
}

static void test_held(void **state)
{
	char digest[65], *file = write_file("root", ""), *home = help_path(dir, "root");
	char *transcript = help_path(dir, "root/ceremony/transcript.txt");
	struct egov_buf *bytes = help_read(file), *matter = egov_buf_new(10000), *text;
	struct egov_ceremony_options options = options_of(file, home);
	struct egov_report *report = egov_report_new();
	struct egov_home *opened;

	(void)state;
	sm3_of(egov_buf_slice(bytes), digest);
	options.dry_run = 1;
	assert_ok(egov_ceremony(&options, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "ceremony-sm3"), digest);
	assert_string_equal(egov_report_find(report, 1, "subject"), "C=CN, O=示例中心, CN=示例根CA");
	assert_int_equal(egov_report_records(report), 2);
	egov_report_free(report);
	report = egov_report_new();
	options.matter = matter;
	assert_ok(egov_ceremony(&options, report, &err), &err);
	egov_report_free(report);
	report = egov_report_new();
	assert_ok(egov_operator_show(egov_buf_slice(matter), report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "act"), "ceremony");
	egov_report_free(report);
	options.matter = NULL;
	options.dry_run = 0;
	report = egov_report_new();
	assert_fails(egov_ceremony(&options, report, &err), &err, EGOV_E_POLICY, "nobody has reviewed");
	options.reviewed = digest;
	assert_ok(egov_ceremony(&options, report, &err), &err);
	text = help_read(transcript);
	/* Each line has its own time. */
	assert_non_null(memmem(egov_buf_slice(text).data, egov_buf_slice(text).size, "Z\tos:root\thome\t", 15));
	assert_true(ticks > 10);
	opened = help_home_open(dir, "root");
	assert_ok(egov_record_check(opened, report, &err), &err);
	egov_home_close(opened);
	assert_fails(egov_ceremony(&options, report, &err), &err, EGOV_E_EXISTS, "exists already");
	egov_report_free(report);
	egov_buf_free(text);
	egov_buf_free(bytes);
	egov_buf_free(matter);
	free(transcript);
	free(home);
	free(file);
}

/* What an earlier run noted decides what the next one takes over. */
static void test_interrupted(void **state)
{
	char digest[65], *file = write_file("root", ""), *home = help_path(dir, "root"), *begun = NULL;
	char *transcript = help_path(dir, "root.transcript"), *uri = help_home_key(dir, "root-ca");
	struct egov_buf *bytes = help_read(file), *text;
	struct egov_ceremony_options options = options_of(file, home);
	struct egov_report *report = egov_report_new();

	(void)state;
	sm3_of(egov_buf_slice(bytes), digest);
	options.reviewed = digest;
	assert_fails(egov_ceremony(&options, report, &err), &err, EGOV_E_POLICY,
	             "there is such a key already");
	/* It noted another key as made. */
	assert_true(asprintf(&begun,
	                     "egovca ceremony transcript 1\nceremony-sm3 %s\n"
	                     "2026-11-22T08:00:00Z\tos:root\tca-key\tmade, SM3 00\n",
	                     digest)
	            >= 0);
	help_write(transcript, egov__slice_text(begun));
	assert_fails(egov_ceremony(&options, report, &err), &err, EGOV_E_POLICY,
	             "[key] ca: ca-key: the key that this ceremony made is gone");
	free(begun);
	/* It was about to make it: that is the one. */
	assert_true(asprintf(&begun,
	                     "egovca ceremony transcript 1\nceremony-sm3 %s\n"
	                     "2026-11-22T08:00:00Z\tos:root\tca-key-begin\tx\n",
	                     digest)
	            >= 0);
	help_write(transcript, egov__slice_text(begun));
	assert_ok(egov_ceremony(&options, report, &err), &err);
	free(transcript);
	transcript = help_path(dir, "root/ceremony/transcript.txt");
	text = help_read(transcript);
	assert_non_null(memmem(egov_buf_slice(text).data, egov_buf_slice(text).size,
	                       "made by the run that was interrupted", 36));
	assert_non_null(memmem(egov_buf_slice(text).data, egov_buf_slice(text).size, "\tcontinue\t", 10));
	egov_report_free(report);
	egov_buf_free(text);
	egov_buf_free(bytes);
	free(begun);
	free(uri);
	free(transcript);
	free(home);
	free(file);
}

/* What was shown is what is signed, in its order, and nothing after it. */
static void test_compare(void **state)
{
	struct egov__ceremony c = { .forms = EGOV__BUF(100) };

	(void)state;
	egov__buf_text(&c.forms, "onetwo");
	assert_false(c.forms.failed);
	assert_ok(egov__ceremony_compare(&c, egov__slice_text("one"), &err), &err);
	assert_fails(egov__ceremony_compare(&c, egov__slice_text("one"), &err), &err, EGOV_E_POLICY,
	             "is not what the dry run showed");
	assert_fails(egov__ceremony_compare(&c, egov__slice_text("twos"), &err), &err, EGOV_E_POLICY,
	             "is not what the dry run showed");
	assert_ok(egov__ceremony_compare(&c, egov__slice_text("two"), &err), &err);
	assert_fails(egov__ceremony_compare(&c, egov__slice_text("t"), &err), &err, EGOV_E_POLICY,
	             "is not what the dry run showed");
	egov__buf_clear(&c.forms);
}

static enum egov_status refuse_certificate(void *user, const struct egov_tbs *tbs,
                                           struct egov_error *e)
{
	++*(unsigned *)user;
	return egov__tbs_kind(tbs) == EGOV_OBJECT_CERTIFICATE
	               ? egov_error_set(e, EGOV_E_POLICY, NULL, "seen and refused")
	               : EGOV_OK;
}

/* Who watches what is about to be signed can keep it from being signed: no home is left. */
static void test_watch(void **state)
{
	unsigned seen = 0;
	const struct egov__tbs_watch watch = { refuse_certificate, &seen };
	struct egov__init_extra extra = { .dry = true, .watch = &watch };
	char *home = help_path(dir, "dry"), *custodian = help_path(dir, "custodian.pem");
	const struct egov_init_options options = { .dir = home,
		                                   .test = 1,
		                                   .subject = "C=CN, O=a, CN=b",
		                                   .key_uri = "file:/nowhere",
		                                   .journal_key_uri = "file:/nowhere",
		                                   .custodian_file = custodian,
		                                   .self_signed = 1,
		                                   .actor = "tester",
		                                   .clock = { HELP_HOME_NOW, EGOV_TIME_NONE } };
	struct egov_report *report = egov_report_new();

	(void)state;
	assert_fails(egov__init(&options, &extra, report, &err), &err, EGOV_E_POLICY,
	             "seen and refused");
	assert_int_equal(seen, 2);
	extra.watch = NULL;
	assert_ok(egov__init(&options, &extra, report, &err), &err);
	assert_int_equal(help_run("test ! -e '%s' && test -z \"$(find '%s' -name '.egov-tmp-*')\"", home,
	                          dir),
	                 0);
	egov_report_free(report);
	free(custodian);
	free(home);
}

/* A home that was made otherwise has no ceremony to go on with. */
static void test_install(void **state)
{
	char *file = write_file("sub", "make = no\n"), *path = help_path(dir, "custodian.pem");
	struct egov_buf *certificate = help_read(path);
	const struct egov_ceremony_install_options options = {
		.file = file, .actor = "tester", .certificate = egov_buf_slice(certificate)
	};
	struct egov_report *report = egov_report_new();
	struct egov_home *home;

	(void)state;
	help_home_make(dir, "sub", 0);
	home = help_home_open(dir, "sub");
	assert_fails(egov_ceremony_install(home, &options, report, &err), &err, EGOV_E_IO,
	             "ceremony/ceremony.conf");
	egov_home_close(home);
	egov_report_free(report);
	egov_buf_free(certificate);
	free(path);
	free(file);
}

/* An entry that names another thing than was signed. */
static void test_records(void **state)
{
	static const struct {
		uint64_t intent;
		bool right;
		bool sound;
	} cases[] = { { 1, true, true }, { 1, false, false }, { 9, true, false } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct help_ca *ca;
		struct egov__intent_row row;
		struct egov__body *body = egov__body_new();
		bool found = false;
		uint8_t digest[EGOV__SM3_SIZE] = { 0 };
		void *made = NULL;

		assert_int_equal(help_ca_set_up(&made), 0);
		ca = made;
		help_root(ca);
		assert_ok(egov__store_intent_get(ca->h->store, 1, &row, &found, &err), &err);
		assert_true(found);
		if (cases[i].right)
			memcpy(digest, row.tbs_digest, sizeof(digest));
		egov__body_number_add(body, EGOV__KEY_INTENT, cases[i].intent);
		egov__body_hex_add(body, EGOV__KEY_TBS_SM3, EGOV__SLICE(digest));
		help_begin(ca);
		assert_ok(egov__record_append(ca->h->record, EGOV__KIND_CEREMONY, "os:root",
		                              EGOV__KIND_CEREMONY, body, EGOV__NO_SLICE, &err),
		          &err);
		help_commit(ca);
		if (cases[i].sound)
			assert_ok(help_check(ca->h, NULL, &err), &err);
		else
			assert_fails(help_check(ca->h, NULL, &err), &err, EGOV_E_CORRUPT, "intent");
		egov__body_free(body);
		assert_int_equal(help_ca_tear_down(&made), 0);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_held, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_interrupted, set_up, tear_down),
		cmocka_unit_test(test_compare),
		cmocka_unit_test_setup_teardown(test_watch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_install, set_up, tear_down),
		cmocka_unit_test(test_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
