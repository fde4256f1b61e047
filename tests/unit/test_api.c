/* SPDX-License-Identifier: Apache-2.0 */
/* The public headers from end to end, as a program that links the library calls them. */
#include "help_home.h"

#include <time.h>

#include <sqlite3.h>

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = help_world();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_world_remove(dir);
	return 0;
}

static struct egov_report *new_report(void)
{
	struct egov_report *report = egov_report_new();

	assert_non_null(report);
	return report;
}

#define assert_field(report, record, key, wanted)                                                  \
	do {                                                                                       \
		const char *found = egov_report_find((report), (record), (key));                   \
		assert_non_null(found);                                                            \
		assert_string_equal(found, (wanted));                                              \
	} while (0)

static struct egov_buf *published(const char *home, const char *name)
{
	char *path = NULL;
	struct egov_buf *bytes;

	assert_true(asprintf(&path, "%s/%s/publish/%s", dir, home, name) >= 0);
	bytes = help_read(path);
	free(path);
	return bytes;
}

/* --- keys ------------------------------------------------------------------------ */

static void test_keys(void **state)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *spki = egov_buf_new(EGOV_MAX_OBJECT);
	struct egov_signer *signer = NULL;
	char *uri = help_home_key(dir, "lone");

	(void)state;
	assert_ok(egov_key_list(uri, NULL, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_ok(egov_key_public(uri, NULL, spki, &err), &err);
	assert_ok(egov_signer_open(uri, NULL, &signer, &err), &err);
	assert_int_equal(egov_signer_is_software(signer), 1);
	assert_ok(egov_signer_selftest(signer, &err), &err);
	assert_ok(egov_signer_report(signer, report, &err), &err);
	assert_int_equal(egov_signer_public_key(signer).size, 91);
	assert_memory_equal(egov_signer_public_key(signer).data, egov_buf_slice(spki).data, 91);
	egov_signer_close(signer);
	assert_fails(egov_key_generate(uri, "sm2", NULL, report, &err), &err, EGOV_E_EXISTS, "");
	egov_buf_reset(spki);
	assert_int_equal(egov_buf_slice(spki).size, 0);
	egov_buf_free(spki);
	egov_report_free(report);
	free(uri);
}

/* What is no delivery is refused, and nothing comes out. */
static void test_delivery(void **state)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *pkcs8 = egov_buf_new(EGOV_MAX_OBJECT);
	char *pin = help_path(dir, "pin"), *uri = NULL;
	struct egov_delivery_options options = { .delivery = { (const uint8_t *)"no delivery", 11 },
		                                 .passphrase_file = pin };

	(void)state;
	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 | openssl pkcs8 -topk8"
	                          " -passout file:pin -out holder.key && chmod 600 holder.key",
	                          dir),
	                 0);
	assert_true(asprintf(&uri, "file:%s/holder.key?pin-source=file:%s", dir, pin) >= 0);
	options.signing_key = uri;
	assert_fails(egov_delivery_import(&options, pkcs8, report, &err), &err, EGOV_E_SYNTAX, "");
	assert_int_equal(egov_buf_slice(pkcs8).size, 0);
	egov_buf_free(pkcs8);
	egov_report_free(report);
	free(uri);
	free(pin);
}

/* --- two homes: a root and the CA below it ---------------------------------------- */

static char *internal_application(struct egov_home *below)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_request *request = NULL;
	struct egov_buf *der = egov_buf_new(EGOV_MAX_OBJECT);
	char *text = NULL, *path = help_path(dir, "below.application"), *csr = help_path(dir, "below.csr");

	assert_ok(egov_init_request(below, der, &err), &err);
	help_write(csr, egov_buf_slice(der));
	assert_ok(egov_request_decode(egov_buf_slice(der), (struct egov_slice){ NULL, 0 }, &request, &err),
	          &err);
	assert_int_equal(egov_request_der(request).size, egov_buf_slice(der).size);
	assert_int_equal(egov_request_public_key(request).size, 91);
	assert_ok(egov_request_report(request, report, &err), &err);
	assert_true(asprintf(&text,
	                     "[application]\nprofile = sub-ca\n\n[holder]\nkind = internal\n"
	                     "organization = 示例中心\nname = 示例 below\n\n[key]\npublic_key_sm3 = %s\n\n"
	                     "[proof.ceremony]\nmethod = two custodians and a witness\n"
	                     "operator = 赵见证\ntime = 2026-11-21T00:00:00Z\nevidence = ceremony.txt\n",
	                     egov_report_find(report, 0, "public-key-sm3"))
	            >= 0);
	help_write(path, (struct egov_slice){ (const uint8_t *)text, strlen(text) });
	free(text);
	free(csr);
	egov_request_free(request);
	egov_buf_free(der);
	egov_report_free(report);
	return path;
}

/* The root certifies the request of the home below on two approvals. */
static struct egov_buf *certify(struct egov_home *root, struct egov_home *below)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *certificate = egov_buf_new(EGOV_MAX_OBJECT);
	char *path = internal_application(below), *csr = help_path(dir, "below.csr");
	struct egov_buf *request = help_read(csr);
	struct egov_issue_options options = { .actor = "tester",
		                              .profile = "sub-ca",
		                              .request = egov_buf_slice(request),
		                              .request_name = "below.csr" };

	assert_ok(egov_apply_submit(root, "李核验", path, report, &err), &err);
	options.application = egov_report_find(report, 0, "application");
	assert_ok(egov_apply_approve(root, "钱主任", options.application, report, &err), &err);
	assert_fails(egov_issue(root, &options, certificate, report, &err), &err, EGOV_E_POLICY, "");
	assert_ok(egov_apply_approve(root, "孙主任", options.application, report, &err), &err);
	assert_ok(egov_issue(root, &options, certificate, report, &err), &err);
	egov_buf_free(request);
	egov_report_free(report);
	free(csr);
	free(path);
	return certificate;
}

static void install(struct egov_home *below, struct egov_buf *certificate)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *chain = published("root", "cert/ca.pem");

	assert_fails(egov_init_install(below, "tester", egov_buf_slice(chain), egov_buf_slice(chain),
	                               report, &err),
	             &err, EGOV_E_POLICY, "");
	assert_ok(egov_init_install(below, "tester", egov_buf_slice(certificate), egov_buf_slice(chain),
	                            report, &err),
	          &err);
	egov_buf_free(chain);
	egov_report_free(report);
}

/* Before a certificate is issued no address is named. */
static void nothing_to_watch(struct egov_home *home)
{
	static const struct egov_crl_watch_options options = { .warn = { .seconds = 60 } };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	enum egov_watch_verdict worst = EGOV_WATCH_BAD;

	assert_ok(egov_crl_watch(home, &options, &worst, report, &err), &err);
	assert_int_equal(worst, EGOV_WATCH_GOOD);
	assert_int_equal(egov_report_records(report), 0);
	egov_report_free(report);
}

static void make_homes(struct egov_home **root, struct egov_home **below)
{
	struct egov_buf *certificate;

	help_home_make(dir, "root", 1);
	help_home_make(dir, "below", 0);
	*root = help_home_open(dir, "root");
	*below = help_home_open(dir, "below");
	help_home_cps(dir, *root);
	help_home_cps(dir, *below);
	nothing_to_watch(*root);
	certificate = certify(*root, *below);
	install(*below, certificate);
	egov_buf_free(certificate);
}

/* --- one certificate -------------------------------------------------------------- */

static void look_at_certificate(const struct egov_buf *der)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_cert *cert = NULL;
	struct egov_buf *pem = egov_buf_new(2 * EGOV_MAX_OBJECT);

	assert_ok(egov_pem_encode("CERTIFICATE", egov_buf_slice(der), pem, &err), &err);
	assert_ok(egov_cert_decode(egov_buf_slice(pem), &cert, &err), &err);
	assert_int_equal(egov_cert_der(cert).size, egov_buf_slice(der).size);
	assert_int_equal(egov_cert_serial(cert).size, 16);
	assert_int_equal(egov_cert_public_key(cert).size, 91);
	assert_true(egov_cert_issuer(cert).size > 0);
	assert_true(egov_cert_subject(cert).size > 0);
	assert_int_equal(egov_cert_not_before(cert), HELP_HOME_NOW);
	assert_true(egov_cert_not_after(cert) > HELP_HOME_NOW);
	assert_ok(egov_cert_report(cert, report, &err), &err);
	assert_memory_equal(egov_report_key(report, 0, 0), "article19-", 10);
	assert_non_null(egov_report_value(report, 0, 0));
	assert_true(egov_report_fields(report, 0) > 8);
	egov_cert_free(cert);
	egov_buf_free(pem);
	egov_report_free(report);
}

static void ask_status(struct egov_home *home, const char *serial, const char *state)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report(), *list = new_report();
	struct egov_buf *der = egov_buf_new(EGOV_MAX_OBJECT);
	const struct egov_slice none = { NULL, 0 };

	assert_ok(egov_status_state(home, serial, EGOV_TIME_NONE, report, &err), &err);
	assert_field(report, 0, "state", state);
	assert_ok(egov_status_show(home, serial, none, der, report, &err), &err);
	assert_true(egov_buf_slice(der).size > 0);
	assert_ok(egov_status_list(home, "审批局", list, &err), &err);
	assert_int_equal(egov_report_records(list), 1);
	assert_field(list, 0, "serial", serial);
	egov_report_free(list);
	list = new_report();
	assert_ok(egov_status_list(home, "no such name", list, &err), &err);
	assert_int_equal(egov_report_records(list), 0);
	assert_fails(egov_status_state(home, "4000", EGOV_TIME_NONE, report, &err), &err,
	             EGOV_E_NOTFOUND, "");
	egov_buf_free(der);
	egov_report_free(list);
	egov_report_free(report);
}

/* Only where the configuration allows it; then on hold, and good again. */
static struct egov_home *hold_and_release(struct egov_home *home, const char *serial)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	char *evidence = help_path(dir, "loss.txt");
	struct egov_hold_options options = { .actor = "tester",
		                             .serial = serial,
		                             .requested_by = "张示例",
		                             .evidence = evidence };

	assert_fails(egov_hold(home, &options, report, &err), &err, EGOV_E_POLICY, "hold");
	egov_home_close(home);
	assert_int_equal(help_run("sed -i 's/^.crl.$/&\\nhold = yes/' '%s/below/egovca.conf'", dir), 0);
	home = help_home_open(dir, "below");
	assert_ok(egov_hold(home, &options, report, &err), &err);
	assert_fails(egov_hold(home, &options, report, &err), &err, EGOV_E_POLICY, "");
	options.actor = "another";
	assert_ok(egov_release(home, &options, report, &err), &err);
	assert_fails(egov_release(home, &options, report, &err), &err, EGOV_E_POLICY, "");
	egov_report_free(report);
	free(evidence);
	return home;
}

/* What the holder would sign; without that signature nothing follows. */
static void follow(struct egov_home *home, const char *serial)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *made = egov_buf_new(EGOV_MAX_OBJECT);
	static const uint8_t junk[] = "no signature";
	const struct egov_renew_options options = { .actor = "tester",
		                                    .operation = "renew",
		                                    .serial = serial,
		                                    .consent = { junk, sizeof(junk) } };
	const struct egov_resume_options left = { .home = home, .actor = "tester" };
	struct egov_slice text;

	assert_ok(egov_renew_consent(home, &options, made, &err), &err);
	text = egov_buf_slice(made);
	assert_memory_equal(text.data, "egovca consent 1\n", 17);
	assert_fails(egov_renew(home, &options, made, report, &err), &err, EGOV_E_POLICY, "consent");
	assert_ok(egov_resume(&left, report, &err), &err);
	assert_ok(egov_status_count(home, EGOV_TIME_NONE, EGOV_TIME_NONE, report, &err), &err);
	assert_field(report, 0, "renewed", "0");
	assert_field(report, 0, "issued", "1");
	egov_buf_free(made);
	egov_report_free(report);
}

static void tell_the_time(struct egov_home *home)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_ok(egov_record_clock(home, report, &err), &err);
	assert_field(report, 0, "verdict", "good");
	assert_fails(egov_record_accept_clock(home, "tester", "", report, &err), &err, EGOV_E_USAGE,
	             "reason");
	assert_ok(egov_record_accept_clock(home, "tester", "a test", report, &err), &err);
	egov_report_free(report);
}

/* A root has nobody above it. */
static void import(struct egov_home *home)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	static const uint8_t junk[] = "no list";
	const struct egov_crl_import_options options = { .actor = "tester", .list = "parent",
		                                         .crl = { junk, sizeof(junk) } };

	assert_fails(egov_crl_import(home, &options, report, &err), &err, EGOV_E_SYNTAX, "");
	egov_report_free(report);
}

/* And none below it that it has certified. */
static void export(struct egov_home *home)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *packet = egov_buf_new(1u << 20);
	static const uint8_t junk[] = "no certificate";
	const struct egov_crl_export_options options = { .actor = "tester",
		                                         .receiver = { junk, sizeof(junk) } };

	assert_non_null(packet);
	assert_fails(egov_crl_export(home, &options, packet, report, &err), &err, EGOV_E_SYNTAX, "");
	egov_buf_free(packet);
	egov_report_free(report);
}

/* What was revoked this moment stands on no list yet, and is not late. */
static void measure(struct egov_home *home)
{
	const struct egov_status_clock_options all = { .from = EGOV_TIME_NONE, .to = EGOV_TIME_NONE,
		                                       .cases = 1 };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	int within = 0;

	assert_ok(egov_status_clock(home, &all, &within, report, &err), &err);
	assert_int_equal(within, 1);
	assert_int_equal(egov_report_records(report), 2);
	assert_field(report, 0, "late", "no");
	assert_field(report, 1, "pending", "1");
	assert_field(report, 1, "reported-decided-max", "0");
	egov_report_free(report);
}

static void retention(struct egov_home *home, const char *serial)
{
	const struct egov_legal_hold_options options = { .actor = "tester", .serial = serial,
		                                         .name = "case 7", .reason = "a dispute" };
	const struct egov_purge_options early = { .actor = "tester", .until = EGOV_TIME_NONE,
		                                  .confirm = 1 };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_ok(egov_record_hold(home, &options, report, &err), &err);
	assert_field(report, 0, "legal-hold", "on");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_record_due(home, serial, report, &err), &err);
	assert_field(report, 0, "state", "held");
	assert_fails(egov_record_purge(home, &early, report, &err), &err, EGOV_E_POLICY,
	             "are due until");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_record_release(home, &options, report, &err), &err);
	assert_fails(egov_record_release(home, &options, report, &err), &err, EGOV_E_POLICY,
	             "is not on");
	egov_report_free(report);
}

/* There, all is read as before, and back. */
static void archive_home(struct egov_home *home)
{
	const struct egov_archive_options all = { .actor = "tester", .until = EGOV_TIME_NONE };
	const struct egov_archive_options future = { .actor = "tester", .until = INT64_MAX };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_fails(egov_record_archive(home, &future, report, &err), &err, EGOV_E_USAGE,
	             "lies in the future");
	assert_ok(egov_record_archive(home, &all, report, &err), &err);
	assert_field(report, 0, "archive", "000001-1.seg");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_record_archive_verify(home, report, &err), &err);
	assert_field(report, 0, "first", "0");
	assert_fails(egov_record_archive_return(home, "tester", 2, report, &err), &err,
	             EGOV_E_NOTFOUND, "there is no archive 2");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_record_check(home, report, &err), &err);
	assert_ok(egov_record_archive_return(home, "tester", 1, report, &err), &err);
	egov_report_free(report);
}

static void copy_home(struct egov_home *home)
{
	char *copy = help_path(dir, "copy");
	const struct egov_backup_options options = { .actor = "tester", .dir = copy };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_ok(egov_record_backup(home, &options, report, &err), &err);
	assert_fails(egov_record_backup(home, &options, report, &err), &err, EGOV_E_EXISTS,
	             "exists already");
	assert_fails(egov_record_restore_check(home, NULL, 0, report, &err), &err, EGOV_E_POLICY,
	             "is no backup");
	egov_report_free(report);
	free(copy);
}

/* Copies for inspectors of all that there is, and what is not as they were made. */
static void pack_home(struct egov_home *home)
{
	char *copies = help_path(dir, "pack"), *page = help_path(dir, "pack/index.html");
	struct egov_pack_options options = { .actor = "tester", .name = "1", .dir = copies,
		                             .from = EGOV_TIME_NONE, .to = EGOV_TIME_NONE };
	struct egov_buf *ca = published("below", "cert/ca.pem");
	const struct egov_evidence_options trust = { .trust = egov_buf_slice(ca) };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_ok(egov_record_pack(home, &options, report, &err), &err);
	assert_ok(egov_pack_verify(copies, &trust, egov_report_find(report, 0, "manifest-sm3"), report,
	                           &err), &err);
	assert_fails(egov_pack_verify(copies, &trust, "00", report, &err), &err, EGOV_E_CORRUPT,
	             "is another one");
	assert_fails(egov_record_pack(home, &options, report, &err), &err, EGOV_E_EXISTS,
	             "exists already");
	options.name = "";
	assert_fails(egov_record_pack(home, &options, report, &err), &err, EGOV_E_USAGE, "case");
	options.name = "1";
	options.full = 1;
	assert_fails(egov_record_pack(home, &options, report, &err), &err, EGOV_E_USAGE,
	             "go together");
	assert_int_equal(remove(page), 0);
	assert_fails(egov_pack_verify(copies, &trust, NULL, report, &err), &err, EGOV_E_CORRUPT,
	             "is missing");
	egov_report_free(report);
	egov_buf_free(ca);
	free(copies);
	free(page);
}

/* What is served is the ledger's: nothing is lost. */
static void reconcile(struct egov_home *home)
{
	const struct egov_reconcile_options options = { .actor = "tester" };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_ok(egov_record_reconcile(home, &options, report, &err), &err);
	for (size_t i = 0; i < egov_report_records(report); i++)
		assert_string_equal(egov_report_find(report, i, "lost"), "0");
	egov_report_free(report);
}

static void revoke(struct egov_home *home, const char *serial)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	char *evidence = help_path(dir, "loss.txt");
	const struct egov_revoke_options options = { .actor = "tester",
		                                     .serial = serial,
		                                     .reason = egov_reason_name(1),
		                                     .requested_by = "张示例",
		                                     .evidence = evidence,
		                                     .invalidity_date = EGOV_TIME_NONE,
		                                     .reported_at = EGOV_TIME_NONE };

	assert_int_equal(egov_reason_by_name(options.reason), 1);
	assert_ok(egov_revoke(home, &options, report, &err), &err);
	measure(home);
	import(home);
	export(home);
	assert_fails(egov_revoke(home, &options, report, &err), &err, EGOV_E_EXISTS, "");
	egov_report_free(report);
	free(evidence);
}

/* The list that is served is the last of those that were made, and is handed out again. */
static void same_again(struct egov_home *home, const struct egov_crl *crl)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *der = egov_buf_new(1 << 20);
	const struct egov_crl_query query = { .at = HELP_HOME_NOW };
	struct egov_crl *again = NULL;
	size_t changes = 1;

	assert_ok(egov_crl_list(home, report, &err), &err);
	assert_true(egov_report_records(report) > 0);
	assert_ok(egov_crl_get(home, &query, der, &err), &err);
	assert_ok(egov_crl_decode(egov_buf_slice(der), &again, &err), &err);
	assert_ok(egov_crl_diff(crl, again, &changes, report, &err), &err);
	assert_int_equal(changes, 0);
	egov_crl_free(again);
	egov_buf_free(der);
	egov_report_free(report);
}

static enum egov_status count_record(void *user, const struct egov_report *record,
                                     struct egov_error *err)
{
	(void)err;
	assert_int_equal(egov_report_records(record), 1);
	++*(size_t *)user;
	return EGOV_OK;
}

/* The list in its file, read piece by piece. */
static void check_file(const char *path, struct egov_slice ca, size_t entries)
{
	struct egov_crl_check_options options = { .issuer = ca, .serial = "4711",
		                                  .at = HELP_HOME_NOW };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_crl_file *file = NULL;
	size_t records = 0, changes = 1;

	assert_ok(egov_crl_check_file(path, &options, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "verdict"), "good");
	assert_string_equal(egov_report_find(report, 0, "signature"), "verified");
	assert_string_equal(egov_report_find(report, 0, "state"), "not-listed");
	options.at += 400 * 86400;
	assert_fails(egov_crl_check_file(path, &options, report, &err), &err, EGOV_E_UNTRUSTED,
	             "stale");
	options.serial = "no serial";
	assert_fails(egov_crl_check_file(path, &options, report, &err), &err, EGOV_E_USAGE, "");
	assert_ok(egov_crl_file_open(path, &file, &err), &err);
	assert_ok(egov_crl_file_report(file, 1, count_record, &records, &err), &err);
	assert_int_equal(records, entries + 1);
	assert_ok(egov_crl_file_diff(file, file, &changes, count_record, &records, &err), &err);
	assert_int_equal(changes, 0);
	egov_crl_file_close(file);
	egov_report_free(report);
}

/* The next list is served, passes its check and has so many entries. */
static void publish(struct egov_home *home, size_t entries)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_buf *ca = published("below", "cert/ca.pem"), *bytes;
	struct egov_crl *crl = NULL;
	char *path = NULL;
	const struct egov_crl_publish_options options = { .actor = "tester" };

	assert_ok(egov_crl_publish(home, &options, report, &err), &err);
	bytes = published("below", "crl/ca.crl");
	assert_ok(egov_crl_check(egov_buf_slice(bytes), egov_buf_slice(ca), HELP_HOME_NOW, report, &err),
	          &err);
	assert_ok(egov_crl_decode(egov_buf_slice(bytes), &crl, &err), &err);
	same_again(home, crl);
	assert_int_equal(egov_crl_entries(crl), entries);
	assert_int_equal(egov_crl_this_update(crl), HELP_HOME_NOW);
	assert_true(egov_crl_next_update(crl) > HELP_HOME_NOW);
	assert_int_equal(egov_crl_der(crl).size, egov_buf_slice(bytes).size);
	assert_true(egov_crl_issuer(crl).size > 0);
	assert_ok(egov_crl_report(crl, 1, report, &err), &err);
	assert_fails(egov_crl_check(egov_buf_slice(bytes), egov_buf_slice(ca), HELP_HOME_NOW + 400 * 86400,
	                            report, &err),
	             &err, EGOV_E_UNTRUSTED, "");
	assert_true(asprintf(&path, "%s/below/publish/crl/ca.crl", dir) >= 0);
	check_file(path, egov_buf_slice(ca), entries);
	free(path);
	egov_crl_free(crl);
	egov_buf_free(bytes);
	egov_buf_free(ca);
	egov_report_free(report);
}

static void judge(struct egov_buf *leaf, enum egov_status wanted)
{
	struct egov_error err = { 0 };
	struct egov_report *findings = new_report(), *checks = new_report();
	struct egov_buf *anchor = published("root", "cert/ca.pem"), *ca = published("below", "cert/ca.pem");
	struct egov_buf *crl = published("below", "crl/ca.crl");
	const struct egov_verify_options options = { .at = HELP_HOME_NOW, .purpose = "sign" };
	struct egov_verifier *verifier = egov_verifier_new();

	assert_non_null(verifier);
	assert_ok(egov_verifier_add_trust(verifier, egov_buf_slice(anchor), &err), &err);
	assert_ok(egov_verifier_add_pool(verifier, egov_buf_slice(ca), &err), &err);
	assert_ok(egov_verifier_add_crl(verifier, egov_buf_slice(crl), &err), &err);
	assert_int_equal(egov_verify(verifier, egov_buf_slice(leaf), &options, findings, &err), wanted);
	assert_field(findings, egov_report_records(findings) - 1, "verdict",
	             wanted == EGOV_OK ? "trusted" : "untrusted");
	assert_ok(egov_verify_checks(checks, &err), &err);
	assert_true(egov_report_records(checks) > 5);
	egov_verifier_free(verifier);
	egov_buf_free(crl);
	egov_buf_free(ca);
	egov_buf_free(anchor);
	egov_report_free(checks);
	egov_report_free(findings);
}

static void count_step(void *user, uint64_t done, uint64_t total)
{
	uint64_t *last = user;

	assert_true(done == *last + 1 && done <= total);
	*last = done;
}

static void check_records(struct egov_home *home)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	uint64_t steps = 0;

	assert_ok(egov_home_set_source(home, "os:test test 1", &err), &err);
	assert_fails(egov_home_set_source(home, "os:\n", &err), &err, EGOV_E_SYNTAX, "source");
	assert_ok(egov_home_set_host(home, "east 1", &err), &err);
	assert_fails(egov_home_set_host(home, "", &err), &err, EGOV_E_USAGE, "1 to 127 octets");
	assert_fails(egov_home_set_host(home, "a\nb", &err), &err, EGOV_E_USAGE, "one line");
	egov_home_progress(home, count_step, &steps);
	assert_ok(egov_record_check(home, report, &err), &err);
	assert_field(report, 0, "verdict", "consistent");
	assert_true(steps > strtoull(egov_report_find(report, 0, "entries"), NULL, 10));
	egov_home_progress(home, NULL, NULL);
	egov_report_free(report);
}

/* One generation that is active, and the journal's key, which have both signed; there is
 * no next one, and none that nobody needs. */
static void list_keys(struct egov_home *home)
{
	const struct egov_ca_key_destroy_options destroy = { .actor = "li", .generation = 1 };
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();

	assert_fails(egov_init_rollover(home, "li", report, &err), &err, EGOV_E_POLICY, "ca_2");
	egov_error_clear(&err);
	assert_fails(egov_ca_key_destroy(home, &destroy, report, &err), &err, EGOV_E_POLICY,
	             "is active");
	egov_error_clear(&err);
	egov_report_free(report);
	report = new_report();

	assert_ok(egov_ca_key_list(home, report, &err), &err);
	assert_int_equal(egov_report_records(report), 2);
	assert_field(report, 0, "state", "active");
	assert_true(strtoull(egov_report_find(report, 0, "signatures"), NULL, 10) > 1);
	egov_report_free(report);
}

static void test_life(void **state)
{
	struct egov_home *root = NULL, *below = NULL;
	struct egov_buf *leaf;
	char serial[40];
	char *id;

	(void)state;
	make_homes(&root, &below);
	assert_int_equal(egov_home_now(below), HELP_HOME_NOW);
	assert_int_equal(egov_home_is_test(below), 1);
	help_home_request(dir, "one");
	help_home_application(dir, "one");
	id = help_home_approved(dir, below, "one");
	leaf = help_home_issue(dir, below, "one", id, serial);
	look_at_certificate(leaf);
	ask_status(below, serial, "good");
	publish(below, 0);
	judge(leaf, EGOV_OK);
	follow(below, serial);
	tell_the_time(below);
	below = hold_and_release(below, serial);
	ask_status(below, serial, "good");
	retention(below, serial);
	reconcile(below);
	archive_home(below);
	copy_home(below);
	pack_home(below);
	revoke(below, serial);
	publish(below, 1);
	judge(leaf, EGOV_E_UNTRUSTED);
	ask_status(below, serial, "revoked");
	check_records(below);
	check_records(root);
	list_keys(below);
	egov_buf_free(leaf);
	free(id);
	egov_home_close(below);
	egov_home_close(root);
}

/* --- applications and what they are judged by --------------------------------------- */

static void test_application(void **state)
{
	struct egov_error err = { 0 };
	struct egov_application *application = NULL;
	struct egov_report *report = new_report();
	struct egov_home *home;
	char *path = help_path(dir, "two.application");
	const char *id;

	(void)state;
	help_home_make(dir, "office", 1);
	home = help_home_open(dir, "office");
	help_home_cps(dir, home);
	help_home_request(dir, "two");
	help_home_application(dir, "two");
	assert_ok(egov_application_load(path, &application, &err), &err);
	assert_int_equal(egov_application_holder_kind(application), EGOV_HOLDER_GOVERNMENT);
	assert_string_equal(egov_application_profile(application), "agency-sign");
	assert_int_equal(egov_application_key_digest(application).size, 32);
	egov_application_free(application);
	assert_ok(egov_apply_submit(home, "李核验", path, report, &err), &err);
	id = egov_report_find(report, 0, "application");
	assert_ok(egov_apply_reject(home, "王审查", id, "材料不全", report, &err), &err);
	assert_fails(egov_apply_approve(home, "周批准", id, report, &err), &err, EGOV_E_POLICY, "rejected");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_apply_show(home, "A000001", report, &err), &err);
	assert_field(report, 0, "reason", "材料不全");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_apply_list(home, "rejected", report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_ok(egov_apply_list(home, "approved", report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_fails(egov_apply_list(home, "no", report, &err), &err, EGOV_E_USAGE, "want submitted");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_home_unfinished(home, report, &err), &err);
	assert_int_equal(egov_report_records(report), 0);
	egov_report_free(report);
	egov_home_close(home);
	free(path);
}

/* --- the people of a CA -------------------------------------------------------------- */

/* A clerk's key in a file with its certificate; the key's URI. */
static char *clerk(void)
{
	char *uri = NULL;

	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 -out clerk.plain"
	                          " && openssl req -x509 -new -key clerk.plain -sm3 -sigopt"
	                          " distid:1234567812345678 -days 3650 -subj /C=CN/CN=clerk -out clerk.pem"
	                          " -addext keyUsage=critical,digitalSignature"
	                          " && openssl pkcs8 -topk8 -in clerk.plain -passout file:pin -out clerk.key"
	                          " && chmod 600 clerk.key",
	                          dir),
	                 0);
	assert_true(asprintf(&uri, "file:%s/clerk.key?pin-source=file:%s/pin", dir, dir) >= 0);
	return uri;
}

/* Openssl dates certificates from the machine's clock on. */
static struct egov_home *people_home(void)
{
	const egov_time machine = (egov_time)time(NULL);
	const struct egov_clock clock = { (machine > HELP_HOME_NOW ? machine : HELP_HOME_NOW) + 60,
		                          EGOV_TIME_NONE };
	struct egov_error err = { 0 };
	struct egov_home *home = NULL;
	char *path = help_path(dir, "people");

	assert_ok(egov_home_open(path, &clock, NULL, NULL, &home, &err), &err);
	free(path);
	return home;
}

static void test_operators(void **state)
{
	struct egov_error err = { 0 };
	struct egov_report *report = new_report();
	struct egov_home *home;
	struct egov_buf *certificate, *matter = egov_buf_new(EGOV_MAX_OBJECT);
	char *uri = clerk(), *path = help_path(dir, "clerk.pem");
	struct egov_operator_options options = { .actor = "tester",
		                                 .name = "李登记",
		                                 .roles = "registrar",
		                                 .certificate_name = "clerk.pem" };

	(void)state;
	certificate = help_read(path);
	options.certificate = egov_buf_slice(certificate);
	help_home_make(dir, "people", 1);
	assert_int_equal(help_run("printf '\n[record]\nsilence = 100y\n' >>'%s/people/egovca.conf'", dir), 0);
	home = people_home();
	assert_fails(egov_operator_login(home, "李登记", uri, &err), &err, EGOV_E_POLICY, "");
	assert_ok(egov_operator_add(home, &options, report, &err), &err);
	assert_fails(egov_operator_add(home, &options, report, &err), &err, EGOV_E_EXISTS, "");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_operator_list(home, 0, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	assert_null(egov_operator_name(home));
	assert_ok(egov_operator_login(home, "李登记", uri, &err), &err);
	assert_string_equal(egov_operator_name(home), "李登记");
	assert_fails(egov_operator_present(home, (struct egov_slice){ (const uint8_t *)"x", 1 }, &err), &err,
	             EGOV_E_SYNTAX, "");
	egov_operator_ask(home, matter);
	assert_fails(egov_operator_remove(home, "tester", "李登记", report, &err), &err, EGOV_E_BUSY, "");
	assert_true(egov_buf_slice(matter).size > 0);
	egov_home_close(home);
	home = people_home();
	assert_ok(egov_operator_remove(home, "tester", "李登记", report, &err), &err);
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_operator_list(home, 0, report, &err), &err);
	assert_int_equal(egov_report_records(report), 0);
	assert_ok(egov_operator_list(home, 1, report, &err), &err);
	assert_int_equal(egov_report_records(report), 1);
	egov_home_close(home);
	egov_report_free(report);
	egov_buf_free(matter);
	egov_buf_free(certificate);
	free(path);
	free(uri);
}

/* SQLite takes such settings before it is in use alone: where it is, nothing changes for whoever
 * uses it. */
static void test_own_process(void **state)
{
	struct egov_home *home;

	(void)state;
	help_home_make(dir, "own", 1);
	egov_home_own_process();
	home = help_home_open(dir, "own");
	assert_true(sqlite3_memory_used() > 0);
	egov_home_close(home);
	assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
	egov_home_own_process();
	home = help_home_open(dir, "own");
	assert_true(sqlite3_memory_used() == 0);
	egov_home_close(home);
	assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1), SQLITE_OK);
}

static void test_profile(void **state)
{
	struct egov_error err = { 0 };
	struct egov_profile *profile = NULL;

	(void)state;
	assert_ok(egov_profile_load(EGOV_TEST_SOURCE "/examples/profiles/agency-sign.test.conf", &profile,
	                            &err),
	          &err);
	assert_string_equal(egov_profile_name(profile), "agency-sign");
	assert_int_equal(egov_profile_is_test(profile), 1);
	egov_profile_free(profile);
	assert_fails(egov_profile_load("/nowhere/x.conf", &profile, &err), &err, EGOV_E_IO, "/nowhere/x.conf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_delivery),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_application),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_own_process),
		cmocka_unit_test(test_profile),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
