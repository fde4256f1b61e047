/* SPDX-License-Identifier: Apache-2.0 */
#include "help_home.h"

#include <unistd.h>

#define MODULE EGOV_TEST_BUILD "/egov-softtoken.so"

char *help_path(const char *dir, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", dir, name) >= 0);
	return path;
}

static void write_text(const char *dir, const char *name, const char *text)
{
	char *path = help_path(dir, name);

	help_write(path, (struct egov_slice){ (const uint8_t *)text, strlen(text) });
	free(path);
}

static void make_token(const char *dir)
{
	struct egov_error err = { 0 };
	char *so_pin = help_path(dir, "so-pin"), *pin = help_path(dir, "pin");

	write_text(dir, "so-pin", "so-pin-1234\n");
	write_text(dir, "pin", "user-pin-1234\n");
	assert_ok(egov_token_init(MODULE, "test", so_pin, pin, &err), &err);
	free(so_pin);
	free(pin);
}

static const struct {
	const char *name, *text;
} evidence[] = {
	{ "identity.txt", "身份核验单\n" },
	{ "review.txt", "材料审查单\n" },
	{ "agreement.txt", "服务协议\n" },
	{ "cps.txt", "电子认证业务规则 1.0\n" },
	{ "ceremony.txt", "密钥仪式记录\n" },
	{ "loss.txt", "挂失申请\n" },
	{ "notice.txt", "版本：2026-1\n一、使用条件\n仅用于电子政务活动。\n二、法律责任\n提供真实、完整、"
	                "准确的信息。\n三、权利和义务\n依法保存和使用信息。\n四、责任范围\n双方各负其责。\n" },
};

char *help_world(void)
{
	char *dir = help_dir(), *tokens = help_path(dir, "tokens");

	assert_int_equal(help_run("mkdir -m 700 '%s'", tokens), 0);
	assert_int_equal(setenv("EGOV_SOFTTOKEN_DIR", tokens, 1), 0);
	assert_int_equal(setenv("EGOV_SOFTTOKEN_ITERATIONS", "1000", 1), 0);
	free(tokens);
	make_token(dir);
	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]); i++)
		write_text(dir, evidence[i].name, evidence[i].text);
	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 -out custodian.key"
	                          " && openssl req -x509 -key custodian.key -sm3 -sigopt"
	                          " distid:1234567812345678 -out custodian.pem -days 3650"
	                          " -subj /C=CN/CN=custodian",
	                          dir),
	                 0);
	return dir;
}

void help_world_remove(char *dir)
{
	help_dir_remove(dir);
}

char *help_home_key(const char *dir, const char *object)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	char *uri = NULL;
	enum egov_status rc;

	assert_non_null(report);
	assert_true(asprintf(&uri, "pkcs11:token=test;object=%s?module-path=" MODULE
	                           "&pin-source=file:%s/pin",
	                     object, dir)
	            >= 0);
	rc = egov_key_generate(uri, "sm2", NULL, report, &err);
	if (rc != EGOV_E_EXISTS)
		assert_ok(rc, &err);
	egov_report_free(report);
	return uri;
}

void help_home_make(const char *dir, const char *name, int self_signed)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	char ca[64], journal[64], subject[128];
	struct egov_init_options options = { .test = 1,
		                             .self_signed = self_signed,
		                             .subject = subject,
		                             .actor = "tester",
		                             .clock = { HELP_HOME_NOW, EGOV_TIME_NONE } };
	char *home = help_path(dir, name), *custodian = help_path(dir, "custodian.pem");
	char *ca_uri, *journal_uri;

	assert_non_null(report);
	(void)snprintf(ca, sizeof(ca), "%s-ca", name);
	(void)snprintf(journal, sizeof(journal), "%s-journal", name);
	(void)snprintf(subject, sizeof(subject), "C=CN, O=示例中心, CN=示例 %s", name);
	options.dir = home;
	options.custodian_file = custodian;
	options.key_uri = ca_uri = help_home_key(dir, ca);
	options.journal_key_uri = journal_uri = help_home_key(dir, journal);
	assert_ok(egov_init(&options, report, &err), &err);
	assert_true(egov_report_records(report) > 0);
	egov_report_free(report);
	free(journal_uri);
	free(ca_uri);
	free(custodian);
	free(home);
}

struct egov_home *help_home_open(const char *dir, const char *name)
{
	const struct egov_clock clock = { HELP_HOME_NOW, EGOV_TIME_NONE };
	struct egov_error err = { 0 };
	struct egov_home *home = NULL;
	char *path = help_path(dir, name);

	assert_ok(egov_home_open(path, &clock, NULL, NULL, &home, &err), &err);
	free(path);
	return home;
}

void help_home_cps(const char *dir, struct egov_home *home)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	char *file = help_path(dir, "cps.txt");
	const struct egov_policy_options options = { .actor = "tester",
		                                     .version = "1.0",
		                                     .published = HELP_HOME_NOW - 86400,
		                                     .effective = HELP_HOME_NOW - 86400,
		                                     .file = file };

	assert_non_null(report);
	assert_ok(egov_policy_add(home, &options, report, &err), &err);
	egov_report_free(report);
	free(file);
}

void help_home_request(const char *dir, const char *name)
{
	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 -out %s.key"
	                          " && openssl req -new -key %s.key -sm3 -sigopt"
	                          " distid:1234567812345678 -out %s.csr -subj /CN=unused",
	                          dir, name, name, name),
	                 0);
}

/* SM3 of the request's key, as hex digits. */
static void key_digest(const char *dir, const char *name, char digest[65])
{
	struct egov_error err = { 0 };
	struct egov_request *request = NULL;
	struct egov_report *report = egov_report_new();
	char *csr = NULL;
	struct egov_buf *bytes;

	assert_non_null(report);
	assert_true(asprintf(&csr, "%s/%s.csr", dir, name) >= 0);
	bytes = help_read(csr);
	assert_ok(egov_request_decode(egov_buf_slice(bytes), (struct egov_slice){ NULL, 0 }, &request,
	                              &err),
	          &err);
	assert_ok(egov_request_report(request, report, &err), &err);
	(void)snprintf(digest, 65, "%s", egov_report_find(report, 0, "public-key-sm3"));
	egov_report_free(report);
	egov_request_free(request);
	egov_buf_free(bytes);
	free(csr);
}

void help_home_application(const char *dir, const char *name)
{
	char digest[65], file[64];
	char *text = NULL;

	key_digest(dir, name, digest);
	assert_true(asprintf(&text,
	                     "[application]\nprofile = agency-sign\n\n[holder]\nkind = government\n"
	                     "province = 示例省\norganization = 示例市行政审批局\n"
	                     "unified_social_credit_code = 11999900MB0T0000XD\n\n[agent]\n"
	                     "name = 张示例\nresident_id = 999900199006210031\n\n[key]\n"
	                     "public_key_sm3 = %s\n\n[proof.identity]\nmethod = in-person\n"
	                     "operator = 李核验\ntime = 2026-11-21T01:30:00Z\nevidence = identity.txt\n\n"
	                     "[proof.review]\nmethod = originals\noperator = 王审查\n"
	                     "time = 2026-11-21T02:30:00Z\nevidence = review.txt\n\n[proof.notice]\n"
	                     "method = paper, signed\noperator = 李核验\ntime = 2026-11-21T01:40:00Z\n"
	                     "version = 2026-1\nevidence = notice.txt\n\n[proof.agreement]\n"
	                     "method = paper, signed and stamped\noperator = 李核验\n"
	                     "time = 2026-11-21T01:45:00Z\nversion = 2026-1\nevidence = agreement.txt\n",
	                     digest)
	            >= 0);
	(void)snprintf(file, sizeof(file), "%s.application", name);
	write_text(dir, file, text);
	free(text);
}

char *help_home_approved(const char *dir, struct egov_home *home, const char *name)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	char file[64];
	char *path, *id;

	assert_non_null(report);
	(void)snprintf(file, sizeof(file), "%s.application", name);
	path = help_path(dir, file);
	assert_ok(egov_apply_submit(home, "李核验", path, report, &err), &err);
	id = strdup(egov_report_find(report, 0, "application"));
	assert_non_null(id);
	assert_ok(egov_apply_review(home, "王审查", id, report, &err), &err);
	assert_ok(egov_apply_approve(home, "周批准", id, report, &err), &err);
	egov_report_free(report);
	free(path);
	return id;
}

struct egov_buf *help_home_issue(const char *dir, struct egov_home *home, const char *name,
                                 const char *application, char serial[40])
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	struct egov_buf *certificate = egov_buf_new(EGOV_MAX_OBJECT), *csr;
	char file[64];
	char *path;
	struct egov_issue_options options = { .actor = "tester",
		                              .profile = "agency-sign",
		                              .application = application,
		                              .request_name = name };

	assert_non_null(report);
	assert_non_null(certificate);
	(void)snprintf(file, sizeof(file), "%s.csr", name);
	path = help_path(dir, file);
	csr = help_read(path);
	options.request = egov_buf_slice(csr);
	assert_ok(egov_issue(home, &options, certificate, report, &err), &err);
	(void)snprintf(serial, 40, "%s", egov_report_find(report, 0, "serial"));
	egov_report_free(report);
	egov_buf_free(csr);
	free(path);
	return certificate;
}
