/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints, witnesses, evidence and search, as a program that links the library has them. */
#include "help_home.h"

#include "base/buf.h"
#include "crypto/sm3.h"
#include "record/evidence.h"

static char *dir;
static struct egov_home *home;
static char serial[40];
static struct egov_buf *ca, *evidence;
static struct egov_error err;

static struct egov_report *new_report(void)
{
	struct egov_report *report = egov_report_new();

	assert_non_null(report);
	return report;
}

static struct egov_buf *prove(const char *custodian_key)
{
	const struct egov_prove_options options = { .actor = "tester", .serial = serial,
		                                    .custodian_key = custodian_key };
	struct egov_report *report = new_report();
	struct egov_buf *out = egov_buf_new(1u << 24);

	assert_ok(egov_record_prove(home, &options, out, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "form"),
	                    custodian_key == NULL ? "redacted" : "full");
	egov_report_free(report);
	return out;
}

static int set_up(void **state)
{
	struct egov_buf *certificate;
	struct egov_report *report = new_report();
	const struct egov_crl_publish_options publish = { .actor = "tester" };
	char *id, *path;

	(void)state;
	dir = help_world();
	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	help_home_request(dir, "one");
	help_home_application(dir, "one");
	id = help_home_approved(dir, home, "one");
	certificate = help_home_issue(dir, home, "one", id, serial);
	assert_ok(egov_crl_publish(home, &publish, report, &err), &err);
	path = help_path(dir, "root/publish/cert/ca.pem");
	ca = help_read(path);
	evidence = prove(NULL);
	egov_buf_free(certificate);
	egov_report_free(report);
	free(path);
	free(id);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_buf_free(evidence);
	egov_buf_free(ca);
	egov_home_close(home);
	help_world_remove(dir);
	return 0;
}

static enum egov_status verify(struct egov_slice bytes, struct egov_report *report,
                               struct egov_error *why)
{
	const struct egov_evidence_options options = { .trust = egov_buf_slice(ca) };
	struct egov_report *own = report == NULL ? new_report() : NULL;
	const enum egov_status rc =
		egov_evidence_verify(bytes, &options, report == NULL ? own : report, why);

	egov_report_free(own);
	return rc;
}

static bool proves(const struct egov_report *report, const char *words)
{
	for (size_t r = 0; r < egov_report_records(report); r++) {
		const char *proven = egov_report_find(report, r, "proven");

		if (proven != NULL && strcmp(proven, words) == 0)
			return true;
	}
	return false;
}

/* --- what it says --- */

static void test_in_words(void **state)
{
	struct egov_report *report = new_report();

	(void)state;
	assert_ok(verify(egov_buf_slice(evidence), report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "serial"), serial);
	assert_string_equal(egov_report_find(report, 0, "form"), "redacted");
	assert_true(proves(report, "this certificate was issued"));
	assert_true(proves(report, "it was approved"));
	assert_true(proves(report, "this revocation list, signed by the CA, does not list the "
	                           "certificate"));
	egov_report_free(report);
}

/* --- evidence that is written anew --- */

static void seal_again(struct egov_buf *bytes)
{
	/* What stands before the digest, from the first value on: the outer header is 4 octets. */
	const struct egov_slice all = { bytes->data + 4, bytes->size - 4 - 34 };

	assert_ok(egov__sm3(&all, 1, bytes->data + bytes->size - 32, &err), &err);
}

/* --- whose the journal key is --- */

/* The evidence with another statement, as if it had been written so. */
static void says(struct egov_slice statement, struct egov_buf *out)
{
	struct egov__evidence e;

	assert_ok(egov__evidence_read(egov_buf_slice(evidence), &e, &err), &err);
	assert_int_equal(e.statement.size, 0);
	e.statement = statement;
	assert_ok(egov__evidence_write(&e, out, &err), &err);
}

static void test_statements(void **state)
{
	struct egov_buf out = EGOV__BUF(1u << 24), other = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_report *report = new_report();

	(void)state;
	assert_ok(verify(egov_buf_slice(evidence), report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "journal-certified"), "no");
	/* what the CA's key signed, and means something else */
	assert_ok(egov_init_request(home, &other, &err), &err);
	says(egov_buf_slice(&other), &out);
	assert_fails(verify(egov_buf_slice(&out), NULL, &err), &err, EGOV_E_CORRUPT, "of another key");
	egov_buf_reset(&out);
	other.data[other.size - 3] ^= 1;
	says(egov_buf_slice(&other), &out);
	assert_fails(verify(egov_buf_slice(&out), NULL, &err), &err, EGOV_E_CORRUPT, "does not verify");
	egov_buf_reset(&out);
	says(egov__slice_text("x"), &out);
	assert_fails(verify(egov_buf_slice(&out), NULL, &err), &err, EGOV_E_CORRUPT, "does not verify");
	egov_report_free(report);
	egov__buf_clear(&out);
	egov__buf_clear(&other);
}

/* There is one form of having none. */
static void test_empty_statement(void **state)
{
	static const uint8_t none[] = { 0x81, 0x00 };
	const struct egov_slice all = egov_buf_slice(evidence);
	struct egov_buf out = EGOV__BUF(1u << 24);
	struct egov__evidence e;
	size_t at, size;

	(void)state;
	assert_ok(egov__evidence_read(all, &e, &err), &err);
	at = (size_t)(e.journal_key.data - all.data) + e.journal_key.size;
	egov__buf_append(&out, all.data, at);
	egov__buf_append(&out, none, sizeof(none));
	egov__buf_append(&out, all.data + at, all.size - at);
	assert_ok(egov__buf_check(&out, &err), &err);
	size = out.size - 4;
	out.data[2] = (uint8_t)(size >> 8);
	out.data[3] = (uint8_t)size;
	seal_again(&out);
	assert_fails(verify(egov_buf_slice(&out), NULL, &err), &err, EGOV_E_CORRUPT, "is empty");
	egov__buf_clear(&out);
}

static void test_certified(void **state)
{
	struct egov_report *report = new_report(), *made = new_report();
	struct egov_buf *after;

	(void)state;
	assert_ok(egov_record_certify(home, "tester", made, &err), &err);
	assert_string_equal(egov_report_find(made, 0, "generation"), "1");
	after = prove(NULL);
	assert_ok(verify(egov_buf_slice(after), report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "journal-certified"), "yes");
	assert_true(proves(report, "the CA's key signed that this is the key of its journal: nobody "
	                           "else made these entries"));
	egov_buf_free(after);
	egov_report_free(report);
	egov_report_free(made);
}

/* --- no byte of it can change --- */

static void test_random_changes(void **state)
{
	struct egov_buf copy = EGOV__BUF(1u << 24);
	uint32_t drawn = 20261122;

	(void)state;
	egov__buf_slice(&copy, egov_buf_slice(evidence));
	assert_non_null(copy.data);
	assert_int_equal(copy.data[1], 0x82);
	for (int i = 0; i < 500; i++) {
		size_t at;
		uint8_t mask;

		drawn = drawn * 1664525 + 1013904223;
		at = (drawn >> 4) % copy.size;
		mask = (uint8_t)((drawn >> 24) | 1);
		copy.data[at] ^= mask;
		assert_int_equal(verify(egov_buf_slice(&copy), NULL, NULL), EGOV_E_CORRUPT);
		/* Nor where whoever changed it makes the digest fit. */
		if (at >= 4 && at < copy.size - 34) {
			seal_again(&copy);
			assert_int_equal(verify(egov_buf_slice(&copy), NULL, NULL), EGOV_E_CORRUPT);
		}
		copy.data[at] ^= mask;
		seal_again(&copy);
	}
	assert_ok(verify(egov_buf_slice(&copy), NULL, &err), &err);
	egov__buf_clear(&copy);
}

static void test_every_truncation(void **state)
{
	const struct egov_slice whole = egov_buf_slice(evidence);

	(void)state;
	for (size_t size = 0; size < whole.size; size++) {
		/* On the heap, to its last octet, for the sanitizers. */
		void *cut = malloc(size + (size == 0));

		memcpy(cut, whole.data, size);
		assert_int_equal(verify((struct egov_slice){ cut, size }, NULL, NULL), EGOV_E_CORRUPT);
		free(cut);
	}
}

/* --- sealed --- */

static enum egov_status count_entry(void *user, const struct egov_report *entry,
                                    struct egov_error *why)
{
	(void)why;
	assert_int_equal(egov_report_records(entry), 1);
	++*(uint64_t *)user;
	return EGOV_OK;
}

static uint64_t count_entries(const struct egov_record_query *query)
{
	uint64_t count = 0;

	assert_ok(egov_record_list(home, query, count_entry, &count, &err), &err);
	return count;
}

#define ANY_TIME .from = EGOV_TIME_NONE, .to = EGOV_TIME_NONE

static uint64_t of_kind(const char *kind)
{
	return count_entries(&(struct egov_record_query){ ANY_TIME, .kind = kind });
}

static char *custodian_key(void)
{
	char *uri = NULL;

	assert_int_equal(help_run("cd '%s' && openssl pkcs8 -topk8 -in custodian.key -v2 aes-256-cbc"
	                          " -passout file:pin -out custodian.enc && chmod 600 custodian.enc",
	                          dir),
	                 0);
	assert_true(asprintf(&uri, "file:%s/custodian.enc?pin-source=file:%s/pin", dir, dir) >= 0);
	return uri;
}

/* 张示例 is the agent's name. */
static bool names_somebody(struct egov_slice bytes)
{
	return memmem(bytes.data, bytes.size, "张示例", strlen("张示例")) != NULL;
}

static void test_sealed_and_full_have_the_same_leaves(void **state)
{
	char *uri = custodian_key();
	struct egov_report *report = new_report();
	struct egov_buf *full;
	const uint64_t before = of_kind("unseal");

	(void)state;
	full = prove(uri);
	assert_int_equal(of_kind("unseal"), before + 1);
	assert_ok(verify(egov_buf_slice(full), report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "form"), "full");
	assert_true(names_somebody(egov_buf_slice(full)));
	assert_false(names_somebody(egov_buf_slice(evidence)));
	egov_buf_free(full);
	egov_report_free(report);
	free(uri);
}

/* Another person's key opens nothing, and who tried is on record. */
static void test_another_key(void **state)
{
	char *uri = NULL;
	const struct egov_prove_options none = { .actor = "tester", .serial = serial };
	struct egov_prove_options options = none;
	struct egov_report *report = new_report();
	struct egov_buf *out = egov_buf_new(1u << 24);
	const uint64_t before = of_kind("refused");

	(void)state;
	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 | openssl pkcs8 -topk8"
	                          " -passout file:pin -out other.key && chmod 600 other.key",
	                          dir),
	                 0);
	assert_true(asprintf(&uri, "file:%s/other.key?pin-source=file:%s/pin", dir, dir) >= 0);
	options.custodian_key = uri;
	assert_fails(egov_record_prove(home, &options, out, report, &err), &err, EGOV_E_AUTH, "");
	assert_int_equal(egov_buf_slice(out).size, 0);
	assert_int_equal(of_kind("refused"), before + 1);
	egov_buf_free(out);
	egov_report_free(report);
	free(uri);
}

static char *entry_of(const char *kind);

static void test_show(void **state)
{
	char *uri = custodian_key(), *number = entry_of("apply-submit");
	const struct egov_record_show_options sealed = { .actor = "tester", .entry = number };
	struct egov_record_show_options full = sealed;
	struct egov_report *report = new_report(), *opened = new_report();
	struct egov_buf *out = egov_buf_new(1u << 24);
	const uint64_t before = of_kind("unseal");

	(void)state;
	assert_ok(egov_record_show(home, &sealed, out, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "kind"), "apply-submit");
	assert_string_equal(egov_report_find(report, 0, "private"), "sealed");
	assert_int_equal(egov_buf_slice(out).size, 0);
	full.custodian_key = uri;
	assert_ok(egov_record_show(home, &full, out, opened, &err), &err);
	assert_true(names_somebody(egov_buf_slice(out)));
	assert_string_equal(egov_report_find(opened, 0, "leaf"), egov_report_find(report, 0, "leaf"));
	assert_int_equal(of_kind("unseal"), before + 1);
	full.entry = "123456789";
	assert_fails(egov_record_show(home, &full, out, opened, &err), &err, EGOV_E_NOTFOUND,
	             "there is no entry");
	full.entry = "x";
	assert_fails(egov_record_show(home, &full, out, opened, &err), &err, EGOV_E_USAGE, "");
	egov_buf_free(out);
	egov_report_free(report);
	egov_report_free(opened);
	free(number);
	free(uri);
}

/* --- search --- */

static enum egov_status keep_number(void *user, const struct egov_report *entry,
                                    struct egov_error *why)
{
	char **const number = user;

	(void)why;
	free(*number);
	*number = strdup(egov_report_find(entry, 0, "entry"));
	return EGOV_OK;
}

static char *entry_of(const char *kind)
{
	const struct egov_record_query query = { ANY_TIME, .kind = kind };
	char *number = NULL;

	assert_ok(egov_record_list(home, &query, keep_number, &number, &err), &err);
	assert_non_null(number);
	return number;
}

static enum egov_status stop_here(void *user, const struct egov_report *entry,
                                  struct egov_error *why)
{
	(void)entry;
	++*(uint64_t *)user;
	if (why != NULL)
		why->status = EGOV_E_BUSY;
	return EGOV_E_BUSY;
}

static void test_search(void **state)
{
	const struct egov_record_query all = { ANY_TIME }, wrong = { ANY_TIME, .kind = "nothing" },
		                       two = { ANY_TIME, .serial = serial, .subject = "x" };
	uint64_t count = 0;

	(void)state;
	assert_true(count_entries(&all) > 20);
	assert_int_equal(of_kind("issue"), 2);
	/* The intent, the issue and who looked. */
	assert_true(count_entries(&(struct egov_record_query){ ANY_TIME, .serial = serial }) >= 2);
	assert_true(count_entries(&(struct egov_record_query){ ANY_TIME, .application = "A000001" }) >= 3);
	assert_int_equal(
		count_entries(&(struct egov_record_query){ ANY_TIME, .subject = "行政审批局" }),
		count_entries(&(struct egov_record_query){ ANY_TIME, .serial = serial }));
	assert_int_equal(count_entries(&(struct egov_record_query){ ANY_TIME, .actor = "nobody" }), 0);
	assert_int_equal(count_entries(&(struct egov_record_query){
				 .from = HELP_HOME_NOW, .to = HELP_HOME_NOW + 1 }),
	                 count_entries(&all));
	assert_int_equal(count_entries(&(struct egov_record_query){
				 .from = HELP_HOME_NOW + 1, .to = EGOV_TIME_NONE }),
	                 0);
	assert_int_equal(count_entries(&(struct egov_record_query){
				 .from = EGOV_TIME_NONE, .to = HELP_HOME_NOW }),
	                 0);
	assert_fails(egov_record_list(home, &wrong, count_entry, &count, &err), &err, EGOV_E_USAGE,
	             "no kind of entry");
	assert_fails(egov_record_list(home, &two, count_entry, &count, &err), &err, EGOV_E_USAGE,
	             "want one of");
	assert_int_equal(egov_record_list(home, &all, stop_here, &count, NULL), EGOV_E_BUSY);
	assert_int_equal(count, 1);
}

static void test_catalogue(void **state)
{
	struct egov_report *report = new_report();

	(void)state;
	assert_ok(egov_record_kinds(report, &err), &err);
	assert_true(egov_report_records(report) > 30);
	assert_string_equal(egov_report_find(report, 0, "kind"), "apply-submit");
	egov_report_free(report);
}

/* --- checkpoints and witnesses --- */

static void test_checkpoints(void **state)
{
	struct egov_report *report = new_report(), *again = new_report();
	struct egov_buf *file = egov_buf_new(1u << 20);

	(void)state;
	assert_int_equal(of_kind("witness"), 0);
	assert_ok(egov_record_checkpoint(home, "x", 0, file, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "signed"), "yes");
	assert_true(egov_buf_slice(file).size > 200);
	assert_ok(egov_record_checkpoint(home, "x", 1, NULL, again, &err), &err);
	assert_string_equal(egov_report_find(again, 0, "signed"), "no");
	egov_buf_free(file);
	egov_report_free(report);
	egov_report_free(again);
}

static struct egov_buf *outside(void)
{
	char *path = help_path(dir, "outside.pem");
	struct egov_buf *pem;

	assert_int_equal(help_run("cd '%s' && openssl genpkey -algorithm SM2 -out outside.clear"
	                          " && openssl req -x509 -key outside.clear -sm3 -sigopt"
	                          " distid:1234567812345678 -out outside.pem -days 3650"
	                          " -subj /C=CN/CN=outside && openssl pkcs8 -topk8 -in outside.clear"
	                          " -passout file:pin -out outside.key && chmod 600 outside.key",
	                          dir),
	                 0);
	pem = help_read(path);
	free(path);
	return pem;
}

static void test_countersigned(void **state)
{
	struct egov_buf *pem = outside(), *bundle;
	char *uri = NULL;
	struct egov_witness_options options = { .actor = "tester",
		                                .certificate = egov_buf_slice(pem) };
	struct egov_evidence_options trust = { .trust = egov_buf_slice(ca),
		                               .witnesses = egov_buf_slice(pem) };
	struct egov_report *report = new_report(), *checked = new_report();

	(void)state;
	assert_true(asprintf(&uri, "file:%s/outside.key?pin-source=file:%s/pin", dir, dir) >= 0);
	options.key_uri = uri;
	assert_fails(egov_evidence_verify(egov_buf_slice(evidence), &trust, report, &err), &err,
	             EGOV_E_UNTRUSTED, "has not countersigned");
	egov_report_free(report);
	report = new_report();
	assert_ok(egov_record_witness(home, &options, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "method"), "key");
	egov_report_free(report);
	report = new_report();
	bundle = prove(NULL);
	assert_ok(egov_evidence_verify(egov_buf_slice(bundle), &trust, report, &err), &err);
	assert_true(proves(report, "this witness signed the root of the journal: nothing before it was "
	                           "changed since"));
	assert_ok(egov_record_witnesses(home, checked, &err), &err);
	assert_string_equal(egov_report_find(checked, 0, "method"), "key");
	options.directory = dir;
	assert_fails(egov_record_witness(home, &options, report, &err), &err, EGOV_E_USAGE,
	             "want one witness");
	egov_buf_free(bundle);
	egov_buf_free(pem);
	egov_report_free(report);
	egov_report_free(checked);
	free(uri);
}

static void test_whole(void **state)
{
	struct egov_report *report = new_report();

	(void)state;
	assert_ok(egov_record_check(home, report, &err), &err);
	egov_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_words),
		cmocka_unit_test(test_random_changes),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_sealed_and_full_have_the_same_leaves),
		cmocka_unit_test(test_another_key),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_checkpoints),
		cmocka_unit_test(test_countersigned),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_empty_statement),
		cmocka_unit_test(test_certified),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
