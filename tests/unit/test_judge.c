/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/fileio.h"
#include "crypto/sm3.h"
#include "profile/profile.h"
#include "x509/name.h"

#define DISTID "distid:1234567812345678"

/* Two requests that stock openssl made, the examples of egov-application(5)
 * with the digest of the first one's key, and the shipped test profiles. */
struct fixture {
	char *dir, *digest;
	struct egov_request *request, *other;
	char *civil_servant, *agency, *sub_ca;
	struct egov_profile *civil_servant_sign, *agency_sign, *sub, *root, *ocsp;
};

static char *path_of(const struct fixture *f, const char *name)
{
	char *path = egov__path_join(f->dir, name);

	assert_non_null(path);
	return path;
}

static struct egov_request *make_request(const struct fixture *f, const char *name)
{
	struct egov_request *request = NULL;
	struct egov_error err = { 0 };
	struct egov_buf *pem;
	char *path = path_of(f, name);

	assert_int_equal(help_run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 "
	                          "-out '%s.key' 2>/dev/null && openssl req -new -key '%s.key' -sm3 "
	                          "-sigopt " DISTID " -subj '/C=CN/O=Swapped/CN=Somebody else' "
	                          "-out '%s' 2>/dev/null",
	                          path, path, path),
	                 0);
	pem = help_read(path);
	assert_ok(egov_request_decode(egov_buf_slice(pem), EGOV__NO_SLICE, &request, &err), &err);
	egov_buf_free(pem);
	free(path);
	return request;
}

/* By the command that egov-application(5) gives. */
static char *digest_of(const struct fixture *f, const char *name)
{
	char *path = path_of(f, name);
	struct egov_buf *text;
	char *digest;

	assert_int_equal(help_run("openssl req -in '%s' -noout -pubkey | "
	                          "openssl pkey -pubin -outform DER | openssl dgst -sm3 | "
	                          "sed 's/.*= //' >'%s.digest'",
	                          path, path),
	                 0);
	free(path);
	assert_true(asprintf(&path, "%s/%s.digest", f->dir, name) >= 0);
	text = help_read(path);
	assert_int_equal(text->size, 65);
	text->size = 64;
	digest = egov__slice_copy(egov_buf_slice(text));
	egov_buf_free(text);
	free(path);
	return digest;
}

static char *with_digest(const struct fixture *f, const char *example)
{
	char *text = help_example("egov-application.5", example);
	char *changed = help_changed(text,
	                             "1ab21d8355cfa17f8e61194831e81a8f\n"
	                             "    22bec8c728fefb747ed035eb5082aa2b",
	                             f->digest);

	free(text);
	return changed;
}

static struct egov_profile *shipped(const char *name)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };
	char *path;

	assert_true(asprintf(&path, "%s/examples/profiles/%s.test.conf", EGOV_TEST_SOURCE, name)
	            >= 0);
	assert_ok(egov_profile_load(path, &profile, &err), &err);
	free(path);
	return profile;
}

static void put_evidence(const struct fixture *f)
{
	static const char *const names[] = { "身份核验单.txt", "材料审查单.txt", "服务协议.txt",
		                             "密钥仪式记录.txt" };
	char *notice = help_example("egov-application.5", "notice");
	char *path = path_of(f, "告知书.txt");

	help_write(path, egov__slice_text(notice));
	free(path);
	free(notice);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = path_of(f, names[i]);
		help_write(path, egov__slice_text(names[i]));
		free(path);
	}
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->dir = help_dir();
	f->request = make_request(f, "one");
	f->other = make_request(f, "two");
	f->digest = digest_of(f, "one");
	put_evidence(f);
	f->civil_servant = with_digest(f, "civil-servant.application");
	f->agency = with_digest(f, "agency.application");
	f->sub_ca = with_digest(f, "sub-ca.application");
	f->civil_servant_sign = shipped("civil-servant-sign");
	f->agency_sign = shipped("agency-sign");
	f->sub = shipped("sub-ca");
	f->root = shipped("root-ca");
	f->ocsp = shipped("ocsp-responder");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	egov_profile_free(f->civil_servant_sign);
	egov_profile_free(f->agency_sign);
	egov_profile_free(f->sub);
	egov_profile_free(f->root);
	egov_profile_free(f->ocsp);
	egov_request_free(f->request);
	egov_request_free(f->other);
	free(f->civil_servant);
	free(f->agency);
	free(f->sub_ca);
	free(f->digest);
	help_dir_remove(f->dir);
	free(f);
	return 0;
}

static struct egov_application *application(const struct fixture *f, const char *text)
{
	struct egov_application *a = NULL;
	struct egov_error err = { 0 };
	char *path = path_of(f, "a.application");

	help_write(path, egov__slice_text(text));
	assert_ok(egov_application_load(path, &a, &err), &err);
	free(path);
	return a;
}

static void assert_subject(const struct egov_judged *judged, const char *wanted)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);

	egov__name_print(egov__judged_subject(judged), &text);
	assert_string_equal(egov__buf_string(&text), wanted);
	egov__buf_clear(&text);
}

static void judged_as(const struct fixture *f, const struct egov_profile *profile,
                      const char *text, const char *subject)
{
	struct egov_application *a = application(f, text);
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__profile_judge(profile, a, f->request, &judged, &err), &err);
	egov_application_free(a);
	assert_subject(judged, subject);
	assert_true(egov__slice_equal(egov__judged_public_key(judged),
	                              egov_request_public_key(f->request)));
	egov__judged_free(judged);
}

/* Refused with and without a request, with the article. */
static void refused(const struct fixture *f, const struct egov_profile *profile, const char *text,
                    const char *clause, const char *words)
{
	struct egov_application *a = application(f, text);
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };

	assert_int_equal(egov__profile_check_application(profile, a, &err), EGOV_E_POLICY);
	assert_string_equal(err.clause, clause);
	assert_fails(EGOV_E_POLICY, &err, EGOV_E_POLICY, words);
	assert_fails(egov__profile_judge(profile, a, f->request, &judged, &err), &err, EGOV_E_POLICY,
	             words);
	assert_null(judged);
	egov_application_free(a);
}

static void refused_changed(const struct fixture *f, const struct egov_profile *profile,
                            const char *text, const char *old, const char *new,
                            const char *clause, const char *words)
{
	char *copy = help_changed(text, old, new);

	refused(f, profile, copy, clause, words);
	free(copy);
}

static void the_subject_comes_from_the_application(void **state)
{
	const struct fixture *f = *state;

	judged_as(f, f->civil_servant_sign, f->civil_servant,
	          "C=CN, ST=示例省, L=示例市, O=示例市行政审批局, OU=政务服务科, title=科员, "
	          "serialNumber=20260117, CN=张示例");
	judged_as(f, f->agency_sign, f->agency,
	          "C=CN, ST=示例省, L=示例市, O=示例市行政审批局, CN=示例市行政审批局");
	judged_as(f, f->sub, f->sub_ca, "C=CN, O=示例电子认证中心, CN=示例电子政务签发CA");
}

/* What the profile leaves out stays in the application alone. */
static void facts_that_the_profile_leaves_out(void **state)
{
	const struct fixture *f = *state;
	char *text = help_changed(f->agency, "organization =", "title = 局\nname = 名\norganization =");

	judged_as(f, f->agency_sign, text,
	          "C=CN, ST=示例省, L=示例市, O=示例市行政审批局, CN=示例市行政审批局");
	free(text);
}

static void identity_extensions_carry_facts(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = application(f, f->civil_servant);
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };
	enum egov__oid type = EGOV__OID_UNKNOWN;

	assert_ok(egov__profile_judge(f->civil_servant_sign, a, f->request, &judged, &err), &err);
	egov_application_free(a);
	assert_string_equal(egov__judged_identity(judged, 0, &type), "11110000MB0000001Y");
	assert_int_equal(type, EGOV__OID_ORGANIZATION_CODE);
	assert_null(egov__judged_identity(judged, 1, &type));
	assert_null(egov__judged_identity(judged, 100, &type));
	egov__judged_free(judged);
}

static void the_key_must_be_the_one_that_was_pinned(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = application(f, f->civil_servant);
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };
	char *wanted;

	assert_true(asprintf(&wanted, "the application pins %s", f->digest) >= 0);
	assert_ok(egov__profile_check_application(f->civil_servant_sign, a, &err), &err);
	assert_int_equal(egov__profile_judge(f->civil_servant_sign, a, f->other, &judged, &err),
	                 EGOV_E_POLICY);
	assert_string_equal(err.clause, "Order No. 4, Art. 21 para 2");
	assert_fails(EGOV_E_POLICY, &err, EGOV_E_POLICY, wanted);
	assert_null(judged);
	assert_int_equal(egov__profile_judge(f->civil_servant_sign, a, f->other, &judged, NULL),
	                 EGOV_E_POLICY);
	egov_application_free(a);
	free(wanted);
}

static void an_application_is_for_one_profile(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->agency_sign, f->civil_servant, "Order No. 4, Art. 21 para 1",
	        "profile agency-sign: the application is for profile civil-servant-sign");
	refused_changed(f, f->civil_servant_sign, f->civil_servant, "kind = government",
	                "kind = enterprise", "Order No. 4, Art. 21 para 1",
	                "profile civil-servant-sign: not for holders of kind enterprise");
	refused_changed(f, f->ocsp, f->sub_ca, "kind = internal",
	                "kind = person\nresident_id = 110101199003071233",
	                "Order No. 4, Art. 21 para 1", "the application is for profile sub-ca");
}

static void facts_that_the_profile_needs(void **state)
{
	const struct fixture *f = *state;

	refused_changed(f, f->civil_servant_sign, f->civil_servant, "name = 张示例\n", "",
	                "Order No. 4, Art. 21 para 1", "the application does not state name");
	refused_changed(f, f->sub, f->sub_ca, "organization = 示例电子认证中心\n", "",
	                "Order No. 4, Art. 21 para 1", "the application does not state organization");
}

/* A person has no credit code, which the profile would show. */
static void facts_that_an_extension_needs(void **state)
{
	const struct fixture *f = *state;
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };
	char *path, *text, *changed;
	struct egov_buf *conf;

	assert_true(asprintf(&path, "%s/examples/profiles/civil-servant-sign.test.conf",
	                     EGOV_TEST_SOURCE)
	            >= 0);
	conf = help_read(path);
	text = egov__slice_copy(egov_buf_slice(conf));
	changed = help_changed(text, "identity = credit-code", "identity = resident-id");
	assert_ok(egov__profile_parse(egov__slice_text(changed), "p", &profile, &err), &err);
	refused(f, profile, f->civil_servant, "Order No. 4, Art. 21 para 1",
	        "the application does not state resident_id");
	egov_profile_free(profile);
	egov_buf_free(conf);
	free(changed);
	free(text);
	free(path);
}

/* The text without the section of one proof. */
static char *without(const char *text, const char *section)
{
	const char *from = strstr(text, section), *to;
	char *copy;

	assert_non_null(from);
	to = strstr(from + 1, "\n[");
	assert_true(asprintf(&copy, "%.*s%s", (int)(from - text), text, to == NULL ? "" : to) >= 0);
	return copy;
}

static void every_proof_is_needed(void **state)
{
	static const char *const rows[][3] = {
		{ "[proof.identity]", "Order No. 4, Art. 21 para 2", "no proof of identity" },
		{ "[proof.review]", "Order No. 4, Art. 21 para 2", "no proof of review" },
		{ "[proof.notice]", "Order No. 4, Art. 21 para 2", "no proof of notice" },
		{ "[proof.agreement]", "Order No. 4, Art. 21 para 3", "no proof of agreement" },
	};
	const struct fixture *f = *state;
	char *text;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text = without(f->civil_servant, rows[i][0]);
		refused(f, f->civil_servant_sign, text, rows[i][1], rows[i][2]);
		free(text);
		text = without(f->agency, rows[i][0]);
		refused(f, f->agency_sign, text, rows[i][1], rows[i][2]);
		free(text);
	}
	text = without(f->sub_ca, "[proof.ceremony]");
	refused(f, f->sub, text, "Order No. 4, Art. 22 para 1",
	        "profile sub-ca: the application has no proof of ceremony");
	free(text);
}

/* A ceremony is no check of identity. */
static void a_ceremony_replaces_nothing(void **state)
{
	const struct fixture *f = *state;
	char *text = help_changed(f->civil_servant, "[proof.identity]\nmethod = government-directory",
	                          "[proof.ceremony]\nmethod = government-directory");

	refused(f, f->civil_servant_sign, text, "Order No. 4, Art. 21 para 2",
	        "no proof of identity");
	free(text);
}

static void two_people_where_the_profile_asks(void **state)
{
	const struct fixture *f = *state;

	refused_changed(f, f->civil_servant_sign, f->civil_servant, "王审查", "李核验",
	                "Order No. 4, Art. 21 para 2",
	                "李核验 both checked the identity and reviewed the materials");
}

static void one_person_where_the_profile_allows(void **state)
{
	const struct fixture *f = *state;
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };
	struct egov_buf *conf = help_read(EGOV_TEST_SOURCE "/examples/profiles/agency-sign.test.conf");
	char *text = egov__slice_copy(egov_buf_slice(conf));
	char *changed = help_changed(text, "people = 2", "people = 1");
	char *alone = help_changed(f->agency, "王审查", "李核验");

	assert_ok(egov__profile_parse(egov__slice_text(changed), "p", &profile, &err), &err);
	judged_as(f, profile, alone,
	          "C=CN, ST=示例省, L=示例市, O=示例市行政审批局, CN=示例市行政审批局");
	egov_profile_free(profile);
	egov_buf_free(conf);
	free(alone);
	free(changed);
	free(text);
}

/* What a root states of itself serves no other profile. */
static void a_root_of_its_own(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = NULL;
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };
	uint8_t digest[32];

	help_hex(f->digest, digest, sizeof(digest));
	assert_ok(egov__application_own("C=CN, O=示例电子认证中心, CN=示例根CA", "root-ca", digest, &a, &err),
	          &err);
	assert_ok(egov__profile_judge(f->root, a, f->request, &judged, &err), &err);
	assert_subject(judged, "C=CN, O=示例电子认证中心, CN=示例根CA");
	egov__judged_free(judged);
	judged = NULL;
	assert_fails(egov__profile_judge(f->sub, a, f->request, &judged, &err), &err, EGOV_E_POLICY,
	             "is for profile root-ca");
	egov_application_free(a);
	a = NULL;
	assert_ok(egov__application_own("C=CN, O=示例电子认证中心, CN=示例根CA", "sub-ca", digest, &a, &err),
	          &err);
	assert_fails(egov__profile_judge(f->sub, a, f->request, &judged, &err), &err, EGOV_E_POLICY,
	             "no proof of ceremony");
	assert_null(judged);
	egov_application_free(a);
}

/* A restored application is judged like the one that was submitted. */
static void the_working_copy_is_enough(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = application(f, f->civil_servant), *b = NULL;
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__application_restore(egov__application_text(a), "A000001", &b, &err), &err);
	egov_application_free(a);
	assert_ok(egov__profile_judge(f->civil_servant_sign, b, f->request, &judged, &err), &err);
	egov_application_free(b);
	egov__judged_free(judged);
}

static void a_judgement_is_under_one_profile(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = application(f, f->sub_ca);
	struct egov_profile *again = shipped("sub-ca");
	struct egov_judged *judged = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__profile_judge(f->sub, a, f->request, &judged, &err), &err);
	assert_true(egov__judged_is_under(judged, f->sub));
	assert_true(egov__judged_is_under(judged, again));
	assert_false(egov__judged_is_under(judged, f->root));
	egov_profile_free(again);
	egov__judged_free(judged);
	egov__judged_free(NULL);
	egov_application_free(a);
}

/* --- pairs --- */

static struct egov_application *for_a_pair(const struct fixture *f, const char *encrypt_profile)
{
	struct egov_buf line = EGOV__BUF(256);
	struct egov_application *a;
	char *text;

	egov__buf_printf(&line, "profile = agency-sign\nencrypt_profile = %s\n", encrypt_profile);
	text = help_changed(f->agency, "profile = agency-sign\n", egov__buf_string(&line));
	a = application(f, text);
	egov__buf_clear(&line);
	free(text);
	return a;
}

static void refused_pair(const struct fixture *f, const struct egov__pair_plan *plan,
                         const char *encrypt_profile, const char *words)
{
	struct egov_application *a = for_a_pair(f, encrypt_profile);
	struct egov_judged *one = NULL, *two = NULL;
	struct egov_error err = { 0 };

	assert_fails(egov__profile_judge_pair(plan, a, &one, &two, &err), &err, EGOV_E_POLICY, words);
	assert_null(one);
	assert_null(two);
	egov_application_free(a);
}

static void pairs(void **state)
{
	const struct fixture *f = *state;
	struct egov_profile *encrypt = shipped("agency-encrypt"), *other;
	char *text, *path = egov__path_join(EGOV_TEST_SOURCE, "examples/profiles/agency-encrypt.test.conf");
	struct egov_buf *file = help_read(path);
	struct egov__pair_plan plan = { f->agency_sign, encrypt, egov_request_public_key(f->request),
		                        egov_request_public_key(f->other) };
	struct egov_application *a = for_a_pair(f, "agency-encrypt");
	struct egov_judged *one = NULL, *two = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__profile_judge_pair(&plan, a, &one, &two, &err), &err);
	assert_true(egov__slice_equal(egov__judged_subject(one), egov__judged_subject(two)));
	assert_true(egov__slice_equal(egov__judged_public_key(two), plan.encryption_key));
	assert_true(egov__judged_is_under(two, encrypt));
	egov__judged_free(one);
	egov__judged_free(two);
	/* one half alone, of either kind */
	one = NULL;
	assert_fails(egov__profile_judge(f->agency_sign, a, f->request, &one, &err), &err,
	             EGOV_E_POLICY, "the application is for a pair");
	assert_fails(egov__profile_judge(encrypt, a, f->request, &one, &err), &err, EGOV_E_POLICY,
	             "issued together with a signing certificate");
	egov_application_free(a);
	refused_pair(f, &plan, "civil-servant-encrypt", "for profile civil-servant-encrypt");
	plan.encryption_key = plan.signing_key;
	refused_pair(f, &plan, "agency-encrypt", "the encryption key is the signing key");
	plan.encryption_key = egov_request_public_key(f->other);
	plan.signing_key = plan.encryption_key;
	refused_pair(f, &plan, "agency-encrypt", "the application pins");
	plan.signing_key = egov_request_public_key(f->request);
	plan.encryption = f->agency_sign;
	refused_pair(f, &plan, "agency-encrypt", "one of kind encryption");
	/* a profile that leaves something out of the subject */
	text = egov__slice_copy(egov_buf_slice(file));
	free(path);
	path = help_changed(text, "province = optional", "province = absent");
	assert_ok(egov__profile_parse(egov__slice_text(path), "p.conf", &other, &err), &err);
	plan.encryption = other;
	refused_pair(f, &plan, "agency-encrypt", "different subjects");
	egov_profile_free(other);
	egov_profile_free(encrypt);
	egov_buf_free(file);
	free(text);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_subject_comes_from_the_application),
		cmocka_unit_test(facts_that_the_profile_leaves_out),
		cmocka_unit_test(identity_extensions_carry_facts),
		cmocka_unit_test(the_key_must_be_the_one_that_was_pinned),
		cmocka_unit_test(an_application_is_for_one_profile),
		cmocka_unit_test(facts_that_the_profile_needs),
		cmocka_unit_test(facts_that_an_extension_needs),
		cmocka_unit_test(every_proof_is_needed),
		cmocka_unit_test(a_ceremony_replaces_nothing),
		cmocka_unit_test(two_people_where_the_profile_asks),
		cmocka_unit_test(one_person_where_the_profile_allows),
		cmocka_unit_test(a_root_of_its_own),
		cmocka_unit_test(the_working_copy_is_enough),
		cmocka_unit_test(a_judgement_is_under_one_profile),
		cmocka_unit_test(pairs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
