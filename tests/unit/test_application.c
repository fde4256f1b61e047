/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/der.h"
#include "base/fileio.h"
#include "base/text.h"
#include "crypto/sm3.h"
#include "request/application.h"

/* The examples of egov-application(5), in a folder with the files they name. */
struct fixture {
	char *dir;
	char *civil_servant, *agency, *sub_ca;
};

static void put(const struct fixture *f, const char *name, const char *text)
{
	char *path = egov__path_join(f->dir, name);

	assert_non_null(path);
	help_write(path, egov__slice_text(text));
	free(path);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char *notice = help_example("egov-application.5", "notice");

	assert_non_null(f);
	f->dir = help_dir();
	f->civil_servant = help_example("egov-application.5", "civil-servant.application");
	f->agency = help_example("egov-application.5", "agency.application");
	f->sub_ca = help_example("egov-application.5", "sub-ca.application");
	put(f, "告知书.txt", notice);
	put(f, "身份核验单.txt", "已核验\n");
	put(f, "材料审查单.txt", "已审查\n");
	put(f, "服务协议.txt", "协议\n");
	put(f, "密钥仪式记录.txt", "仪式\n");
	free(notice);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	help_dir_remove(f->dir);
	free(f->civil_servant);
	free(f->agency);
	free(f->sub_ca);
	free(f);
	return 0;
}

static enum egov_status load(const struct fixture *f, const char *text,
                             struct egov_application **out, struct egov_error *err)
{
	char *path = egov__path_join(f->dir, "a.application");
	enum egov_status rc;

	assert_non_null(path);
	help_write(path, egov__slice_text(text));
	rc = egov_application_load(path, out, err);
	free(path);
	return rc;
}

static struct egov_application *loaded(const struct fixture *f, const char *text)
{
	struct egov_application *a = NULL;
	struct egov_error err = { 0 };

	assert_ok(load(f, text, &a, &err), &err);
	assert_non_null(a);
	return a;
}

/* The example with one change is refused. */
static void refused(const struct fixture *f, const char *text, const char *old, const char *new,
                    enum egov_status status, const char *words)
{
	struct egov_application *a = NULL;
	struct egov_error err = { 0 };
	char *copy = help_changed(text, old, new);

	assert_fails(load(f, copy, &a, &err), &err, status, words);
	assert_null(a);
	free(copy);
}

static void accepted(const struct fixture *f, const char *text, const char *old, const char *new)
{
	char *copy = help_changed(text, old, new);

	egov_application_free(loaded(f, copy));
	free(copy);
}

static void the_civil_servant_of_the_manual(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->civil_servant);
	const struct egov__proof *notice = egov__application_proof(a, EGOV__PROOF_NOTICE);
	uint8_t digest[32];

	assert_int_equal(egov_application_holder_kind(a), EGOV_HOLDER_GOVERNMENT);
	assert_string_equal(egov_application_profile(a), "civil-servant-sign");
	help_hex("1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b", digest, 32);
	assert_memory_equal(egov_application_key_digest(a).data, digest, 32);
	assert_string_equal(egov__application_fact(a, EGOV__FACT_COUNTRY), "CN");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_PROVINCE), "示例省");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_NAME), "张示例");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_EMPLOYEE_NUMBER), "20260117");
	assert_null(egov__application_fact(a, EGOV__FACT_EMAIL));
	assert_true(notice->present);
	assert_string_equal(notice->kind, "notice");
	assert_string_equal(notice->clause, "Order No. 4, Art. 21 para 2");
	assert_string_equal(notice->method, "paper, signed");
	assert_string_equal(notice->operator, "李核验");
	assert_string_equal(notice->version, "2026-1");
	assert_string_equal(notice->evidence_name, "告知书.txt");
	assert_int_equal(notice->time, 1794793500);
	assert_false(egov__application_proof(a, EGOV__PROOF_CEREMONY)->present);
	assert_null(egov__application_proof(a, EGOV__PROOF_IDENTITY)->version);
	egov_application_free(a);
}

static void the_other_examples_of_the_manual(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->agency);

	assert_string_equal(egov__application_fact(a, EGOV__FACT_AGENT_NAME), "张示例");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_AGENT_RESIDENT_ID),
	                    "110101199003071233");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_COUNTRY), "CN");
	egov_application_free(a);
	a = loaded(f, f->sub_ca);
	assert_int_equal(egov_application_holder_kind(a), EGOV_HOLDER_INTERNAL);
	assert_true(egov__application_proof(a, EGOV__PROOF_CEREMONY)->present);
	assert_string_equal(egov__application_proof(a, EGOV__PROOF_CEREMONY)->clause,
	                    "Order No. 4, Art. 22 para 1");
	egov_application_free(a);
}

static void evidence_is_read_and_hashed(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->civil_servant);
	const struct egov__proof *proof = egov__application_proof(a, EGOV__PROOF_REVIEW);
	const struct egov_slice wanted = egov__slice_text("已审查\n");
	struct egov_error err = { 0 };
	uint8_t digest[32];

	assert_true(egov__slice_equal(proof->evidence, wanted));
	assert_ok(egov__sm3(&wanted, 1, digest, &err), &err);
	assert_memory_equal(proof->evidence_digest, digest, 32);
	egov_application_free(a);
}

static void a_line_that_nobody_knows(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->civil_servant, "title = 科员", "titel = 科员", EGOV_E_SYNTAX,
	        "a.application:12: [holder] titel: unknown key");
	refused(f, f->civil_servant, "[holder]", "[extra]\n\n[holder]", EGOV_E_SYNTAX,
	        "a.application:4: [extra]: unknown section");
	refused(f, f->civil_servant, "title = 科员", "name = 科员", EGOV_E_SYNTAX,
	        ":12: [holder] name: given twice");
	refused(f, f->civil_servant, "method = government-directory",
	        "method = government-directory\nversion = 1", EGOV_E_SYNTAX, "version: unknown key");
	refused(f, f->civil_servant, "[holder]", "[evidence]\nidentity = 00\n[holder]", EGOV_E_SYNTAX,
	        "[evidence]: unknown section");
	refused(f, f->civil_servant, "[holder]", "holder", EGOV_E_SYNTAX,
	        ":4: neither [section] nor");
	refused(f, f->civil_servant, "张示例", "\xd5\xc5\xca\xbe", EGOV_E_SYNTAX, ":11: not UTF-8");
}

static void the_head_must_be_complete(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->civil_servant, "profile = civil-servant-sign\n", "", EGOV_E_SYNTAX,
	        "[application] profile: missing");
	refused(f, f->civil_servant, "profile = civil-servant-sign", "profile = ../../etc/passwd",
	        EGOV_E_SYNTAX, "want the name of a profile");
	refused(f, f->civil_servant, "kind = government\n", "", EGOV_E_SYNTAX, "[holder] kind: missing");
	refused(f, f->civil_servant, "kind = government", "kind = Government", EGOV_E_SYNTAX,
	        ":5: [holder] kind: \"Government\": want government, enterprise, person or internal");
	refused(f, f->sub_ca,
	        "public_key_sm3 = 1ab21d8355cfa17f8e61194831e81a8f\n    22bec8c728fefb747ed035eb5082aa2b\n",
	        "", EGOV_E_SYNTAX, "[key] public_key_sm3: missing");
	refused(f, f->sub_ca, "22bec8c728fefb747ed035eb5082aa2b", "22bec8c728fefb747ed035eb5082aa",
	        EGOV_E_SYNTAX, "[key] public_key_sm3: SM3 digest of 31 octets, want 32");
	refused(f, f->sub_ca, "22bec8c728fefb747ed035eb5082aa2b", "22bec8c728fefb747ed035eb5082aa2g",
	        EGOV_E_SYNTAX, "hexadecimal");
}

static void national_identifiers_are_checked(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->civil_servant, "11110000MB0000001Y", "11110000MB0000001X", EGOV_E_POLICY,
	        ":14: [holder] unified_social_credit_code: not a unified social credit code");
	refused(f, f->agency, "110101199003071233", "110101199003071234", EGOV_E_POLICY,
	        "[agent] resident_id: not a resident identity number");
	refused(f, f->civil_servant, "title = 科员", "resident_id = 11010519491231002x", EGOV_E_POLICY,
	        "[holder] resident_id");
	accepted(f, f->civil_servant, "title = 科员", "resident_id = 11010519491231002X");
}

static void facts_fit_the_attributes_that_they_become(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->civil_servant, "country = CN", "country = cn", EGOV_E_POLICY, ":6: [holder] country");
	refused(f, f->civil_servant, "country = CN", "country =", EGOV_E_SYNTAX, "country: empty");
	refused(f, f->civil_servant, "employee_number = 20260117", "employee_number = 二零二六",
	        EGOV_E_POLICY, "employee_number");
	refused(f, f->civil_servant, "title = 科员", "email = 张@example.cn", EGOV_E_POLICY, "email");
	refused(f, f->civil_servant, "title = 科员", "email = example.cn", EGOV_E_SYNTAX,
	        "email: not a mail address");
	refused(f, f->civil_servant, "title = 科员", "email = a@b@example.cn", EGOV_E_SYNTAX,
	        "email: not a mail address");
	accepted(f, f->civil_servant, "title = 科员", "email = zhang@example.cn");
}

static void lengths_count_characters(void **state)
{
	const struct fixture *f = *state;
	struct egov_buf text = EGOV__BUF(4096);

	for (int i = 0; i < 64; i++)
		egov__buf_text(&text, i == 40 ? "\n  局" : "局");
	accepted(f, f->civil_servant, "示例市行政审批局", egov__buf_string(&text));
	egov__buf_text(&text, "局");
	refused(f, f->civil_servant, "示例市行政审批局", egov__buf_string(&text), EGOV_E_POLICY,
	        "[holder] organization: ");
	egov__buf_clear(&text);
}

static void holders_state_what_their_kind_needs(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->agency, "organization = 示例市行政审批局\n", "", EGOV_E_POLICY,
	        "[holder] organization: missing: needed for a holder of kind government");
	refused(f, f->agency, "unified_social_credit_code = 11110000MB0000001Y\n", "", EGOV_E_POLICY,
	        "unified_social_credit_code: missing: needed for a holder of kind government");
	refused(f, f->sub_ca, "kind = internal", "kind = enterprise", EGOV_E_POLICY,
	        "unified_social_credit_code: missing: needed for a holder of kind enterprise");
	refused(f, f->sub_ca, "kind = internal", "kind = person", EGOV_E_POLICY,
	        "resident_id: missing: needed for a holder of kind person");
	refused(f, f->agency, "kind = government", "kind = person", EGOV_E_POLICY, "[holder] name: missing");
	refused(f, f->agency, "resident_id = 110101199003071233\n", "", EGOV_E_POLICY,
	        "[agent] resident_id: missing");
	refused(f, f->agency, "[agent]\nname = 张示例\n", "[agent]\n", EGOV_E_POLICY,
	        "[agent] name: missing");
}

static void every_key_of_a_proof_is_needed(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->sub_ca, "method = two custodians and a witness\n", "", EGOV_E_SYNTAX,
	        "[proof.ceremony] method: missing");
	refused(f, f->sub_ca, "operator = 赵见证\n", "", EGOV_E_SYNTAX, "operator: missing");
	refused(f, f->sub_ca, "time = 2026-11-15T06:00:00Z\n", "", EGOV_E_SYNTAX, "time: missing");
	refused(f, f->sub_ca, "evidence = 密钥仪式记录.txt\n", "", EGOV_E_SYNTAX, "evidence: missing");
	refused(f, f->civil_servant, "version = 2026-1\nevidence = 告知书", "evidence = 告知书",
	        EGOV_E_SYNTAX, "[proof.notice] version: missing");
	refused(f, f->civil_servant, "version = 2026-1\nevidence = 服务", "evidence = 服务",
	        EGOV_E_SYNTAX, "[proof.agreement] version: missing");
}

static void malformed_proofs(void **state)
{
	const struct fixture *f = *state;
	char many[70];

	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = 0;
	refused(f, f->civil_servant, "government-directory", "hearsay", EGOV_E_POLICY,
	        ":21: [proof.identity] method: \"hearsay\": want in-person, video");
	refused(f, f->sub_ca, "2026-11-15T06:00:00Z", "2026-11-31T06:00:00Z", EGOV_E_SYNTAX,
	        "[proof.ceremony] time: time \"2026-11-31T06:00:00Z\"");
	refused(f, f->sub_ca, "2026-11-15T06:00:00Z", "yesterday", EGOV_E_SYNTAX, "time");
	refused(f, f->sub_ca, "赵见证", many, EGOV_E_POLICY, "operator: 69 characters, at most 64");
	refused(f, f->sub_ca, "赵见证", "赵\t见证", EGOV_E_SYNTAX, "operator: not UTF-8 without control");
	refused(f, f->sub_ca, "密钥仪式记录.txt", "记录/", EGOV_E_SYNTAX, "evidence: not the name of a file");
}

static void evidence_that_cannot_be_read(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->sub_ca, "密钥仪式记录.txt", "没有.txt", EGOV_E_IO,
	        "/没有.txt: cannot open: No such file");
	refused(f, f->sub_ca, "密钥仪式记录.txt", ".", EGOV_E_POLICY, "not a regular file");
	refused(f, f->sub_ca, "密钥仪式记录.txt", "/dev/zero", EGOV_E_POLICY, "/dev/zero: not a regular file");
	/* "-" is a file like any other. */
	refused(f, f->sub_ca, "密钥仪式记录.txt", "-", EGOV_E_IO, "/-: cannot open");
	put(f, "empty", "");
	refused(f, f->sub_ca, "密钥仪式记录.txt", "empty", EGOV_E_POLICY,
	        "[proof.ceremony] evidence: the file is empty");
}

/* Opening a pipe without a writer must not wait for one. */
static void evidence_in_a_pipe(void **state)
{
	const struct fixture *f = *state;

	assert_int_equal(help_run("mkfifo '%s/pipe'", f->dir), 0);
	refused(f, f->sub_ca, "密钥仪式记录.txt", "pipe", EGOV_E_POLICY, "not a regular file");
}

static void evidence_that_is_too_large(void **state)
{
	const struct fixture *f = *state;
	char *path = egov__path_join(f->dir, "large");

	assert_non_null(path);
	put(f, "large", "");
	assert_int_equal(truncate(path, EGOV__MAX_FILE), 0);
	accepted(f, f->sub_ca, "密钥仪式记录.txt", "large");
	assert_int_equal(truncate(path, EGOV__MAX_FILE + 1), 0);
	refused(f, f->sub_ca, "密钥仪式记录.txt", "large", EGOV_E_LIMIT, "larger than the limit");
	free(path);
}

static void evidence_by_an_absolute_name(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a;
	char *path = egov__path_join(f->dir, "密钥仪式记录.txt");
	char *text = help_changed(f->sub_ca, "密钥仪式记录.txt", path);

	a = loaded(f, text);
	assert_string_equal(egov__application_proof(a, EGOV__PROOF_CEREMONY)->evidence_name,
	                    "密钥仪式记录.txt");
	egov_application_free(a);
	free(text);
	free(path);
}

static void the_notice_must_have_its_four_parts(void **state)
{
	const struct fixture *f = *state;

	refused(f, f->civil_servant, "告知书.txt", "身份核验单.txt", EGOV_E_POLICY,
	        ":37: [proof.notice] evidence: the notice has no line \"Version: 2026-1\"");
	refused(f, f->civil_servant, "version = 2026-1\nevidence = 告知书",
	        "version = 2026-2\nevidence = 告知书", EGOV_E_POLICY,
	        "the notice is version \"2026-1\", the application names \"2026-2\"");
}

static void an_application_that_cannot_be_read(void **state)
{
	struct egov_application *a = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_application_load("/nowhere/a", &a, &err), &err, EGOV_E_IO, "/nowhere/a");
	assert_fails(egov_application_load("/", &a, &err), &err, EGOV_E_IO, "is a directory");
	assert_int_equal(egov_application_load("/nowhere/a", &a, NULL), EGOV_E_IO);
	assert_null(a);
	egov_application_free(NULL);
}

static void the_working_copy_restores_it(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->civil_servant), *b = NULL;
	struct egov_error err = { 0 };
	uint8_t before[32], after[32];

	assert_ok(egov__application_restore(egov__application_text(a), "A000001", &b, &err), &err);
	assert_true(egov__slice_equal(egov__application_text(a), egov__application_text(b)));
	for (int i = 0; i < EGOV__FACT_COUNT; i++) {
		const char *was = egov__application_fact(a, (enum egov__fact)i);
		const char *is = egov__application_fact(b, (enum egov__fact)i);

		assert_true(was == NULL ? is == NULL : strcmp(was, is) == 0);
	}
	for (int i = 0; i < EGOV__PROOF_COUNT; i++) {
		const struct egov__proof *was = egov__application_proof(a, (enum egov__proof_kind)i);
		const struct egov__proof *is = egov__application_proof(b, (enum egov__proof_kind)i);

		assert_int_equal(was->present, is->present);
		assert_memory_equal(was->evidence_digest, is->evidence_digest, 32);
		assert_int_equal(was->time, is->time);
		assert_int_equal(is->evidence.size, 0);
	}
	assert_ok(egov__application_proofs_digest(a, before, &err), &err);
	assert_ok(egov__application_proofs_digest(b, after, &err), &err);
	assert_memory_equal(before, after, 32);
	egov_application_free(a);
	egov_application_free(b);
}

/* A text without a final newline, too. */
static void the_working_copy_keeps_the_text(void **state)
{
	const struct fixture *f = *state;
	char *text = egov__text_dup(f->sub_ca);
	struct egov_application *a, *b = NULL;
	struct egov_error err = { 0 };
	struct egov_slice copy;

	text[strlen(text) - 1] = 0;
	a = loaded(f, text);
	copy = egov__application_text(a);
	assert_true(copy.size > strlen(text));
	assert_memory_equal(copy.data, text, strlen(text));
	assert_ok(egov__application_restore(copy, "A000001", &b, &err), &err);
	egov_application_free(a);
	egov_application_free(b);
	free(text);
}

static void a_working_copy_that_was_changed(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->sub_ca), *b = NULL;
	struct egov_error err = { 0 };
	char *text = egov__slice_copy(egov__application_text(a));
	char *copy = help_changed(text, "ceremony = ", "identity = ");

	assert_fails(egov__application_restore(egov__slice_text(copy), "A1", &b, &err), &err,
	             EGOV_E_SYNTAX, "A1:19: [evidence] ceremony: missing");
	free(copy);
	copy = help_changed(text, "ceremony = ", "identity = 00\nceremony = ");
	assert_fails(egov__application_restore(egov__slice_text(copy), "A1", &b, &err), &err,
	             EGOV_E_SYNTAX, "[evidence] identity: unknown key");
	free(copy);
	copy = help_changed(text, "ceremony = ", "ceremony = 00");
	assert_fails(egov__application_restore(egov__slice_text(copy), "A1", &b, &err), &err,
	             EGOV_E_SYNTAX, "33 octets, want 32");
	free(copy);
	assert_fails(egov__application_restore(egov__slice_text(f->sub_ca), "A1", &b, &err), &err,
	             EGOV_E_SYNTAX, "[evidence] ceremony: missing");
	assert_null(b);
	free(text);
	egov_application_free(a);
}

static void the_package_holds_everything(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->civil_servant);
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL);
	struct egov_slice in, list, item, value;
	struct egov_error err = { 0 };
	uint64_t version;

	assert_ok(egov__application_package(a, &der, &err), &err);
	assert_ok(egov__der_only(egov_buf_slice(&der), EGOV__SEQUENCE, "package", &in, &err), &err);
	assert_ok(egov__der_uint(&in, "version", &version, &err), &err);
	assert_int_equal(version, 1);
	assert_ok(egov__der_read(&in, EGOV__UTF8_STRING, "text", &value, &err), &err);
	assert_true(egov__slice_equal(value, egov__application_text(a)));
	assert_ok(egov__der_read(&in, EGOV__SEQUENCE, "evidence", &list, &err), &err);
	assert_ok(egov__der_end(in, "package", &err), &err);
	for (int i = 0; i < EGOV__PROOF_COUNT; i++) {
		const struct egov__proof *proof =
			egov__application_proof(a, (enum egov__proof_kind)i);

		if (!proof->present)
			continue;
		assert_ok(egov__der_read(&list, EGOV__SEQUENCE, "item", &item, &err), &err);
		assert_ok(egov__der_read(&item, EGOV__UTF8_STRING, "kind", &value, &err), &err);
		assert_true(egov__slice_is(value, proof->kind));
		assert_ok(egov__der_read(&item, EGOV__UTF8_STRING, "name", &value, &err), &err);
		assert_true(egov__slice_is(value, proof->evidence_name));
		assert_ok(egov__der_read(&item, EGOV__OCTET_STRING, "digest", &value, &err), &err);
		assert_memory_equal(value.data, proof->evidence_digest, 32);
		assert_ok(egov__der_read(&item, EGOV__OCTET_STRING, "contents", &value, &err), &err);
		assert_true(egov__slice_equal(value, proof->evidence));
		assert_ok(egov__der_end(item, "item", &err), &err);
	}
	assert_ok(egov__der_end(list, "list", &err), &err);
	egov__buf_clear(&der);
	egov_application_free(a);
}

static void no_package_of_what_is_sealed(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->sub_ca), *b = NULL;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL), small = EGOV__BUF(100);
	struct egov_error err = { 0 };

	assert_ok(egov__application_restore(egov__application_text(a), "A1", &b, &err), &err);
	assert_fails(egov__application_package(b, &der, &err), &err, EGOV_E_USAGE,
	             "evidence of ceremony is sealed");
	assert_int_equal(der.size, 0);
	assert_fails(egov__application_package(a, &small, &err), &err, EGOV_E_LIMIT, "");
	egov__buf_clear(&small);
	egov_application_free(a);
	egov_application_free(b);
}

static void digest_of(const struct fixture *f, const char *old, const char *new, uint8_t out[32])
{
	char *text = help_changed(f->civil_servant, old, new);
	struct egov_application *a = loaded(f, text);
	struct egov_error err = { 0 };

	assert_ok(egov__application_proofs_digest(a, out, &err), &err);
	egov_application_free(a);
	free(text);
}

/* Everything about a proof counts, and nothing else. */
static void the_digest_of_the_proofs(void **state)
{
	static const char *const changes[][2] = {
		{ "method = originals", "method = copies" },
		{ "operator = 王审查", "operator = 王审" },
		{ "2026-11-16T02:10:00Z", "2026-11-16T02:10:01Z" },
		{ "evidence = 材料审查单.txt", "evidence = 服务协议.txt" },
		{ "version = 2026-1\nevidence = 服务", "version = 2026-2\nevidence = 服务" },
		{ "[proof.review]\nmethod = originals\noperator = 王审查\n"
		  "time = 2026-11-16T02:10:00Z\nevidence = 材料审查单.txt\n",
		  "" },
	};
	const struct fixture *f = *state;
	uint8_t first[32], other[32];

	digest_of(f, "张示例", "张示例", first);
	digest_of(f, "张示例", "张三", other);
	assert_memory_equal(first, other, 32);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		digest_of(f, changes[i][0], changes[i][1], other);
		assert_memory_not_equal(first, other, 32);
	}
}

static void proofs_of_the_future(void **state)
{
	const struct fixture *f = *state;
	struct egov_application *a = loaded(f, f->civil_servant);
	struct egov_error err = { 0 };
	egov_time last;

	assert_ok(egov_time_parse("2026-11-16T02:10:00Z", &last, &err), &err);
	assert_ok(egov__application_check_times(a, last, &err), &err);
	assert_int_equal(egov__application_check_times(a, last - 1, &err), EGOV_E_POLICY);
	assert_string_equal(err.clause, "Order No. 4, Art. 21 para 2");
	assert_fails(EGOV_E_POLICY, &err, EGOV_E_POLICY,
	             "[proof.review] time: 2026-11-16T02:10:00Z lies after now (2026-11-16T02:09:59Z)");
	egov_application_free(a);
}

static void an_application_of_its_own(void **state)
{
	static const uint8_t key[32] = { 1, 2, 3 };
	struct egov_application *a = NULL, *b = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__application_own("C=CN, ST=示例省, O=示例电子认证中心, OU=根, CN=示例根CA", "root-ca",
	                                key, &a, &err),
	          &err);
	assert_int_equal(egov_application_holder_kind(a), EGOV_HOLDER_INTERNAL);
	assert_string_equal(egov_application_profile(a), "root-ca");
	assert_memory_equal(egov_application_key_digest(a).data, key, 32);
	assert_string_equal(egov__application_fact(a, EGOV__FACT_COUNTRY), "CN");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_PROVINCE), "示例省");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_ORGANIZATION), "示例电子认证中心");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_ORGANIZATIONAL_UNIT), "根");
	assert_string_equal(egov__application_fact(a, EGOV__FACT_NAME), "示例根CA");
	for (int i = 0; i < EGOV__PROOF_COUNT; i++)
		assert_false(egov__application_proof(a, (enum egov__proof_kind)i)->present);
	assert_ok(egov__application_restore(egov__application_text(a), "own", &b, &err), &err);
	assert_string_equal(egov__application_fact(b, EGOV__FACT_NAME), "示例根CA");
	egov_application_free(a);
	egov_application_free(b);
}

static void own_refused(const char *dn, const char *profile, enum egov_status status,
                        const char *words)
{
	static const uint8_t key[32];
	struct egov_application *a = NULL;
	struct egov_error err = { 0 };

	assert_fails(egov__application_own(dn, profile, key, &a, &err), &err, status, words);
	assert_null(a);
}

static void own_names_that_do_not_fit(void **state)
{
	(void)state;
	own_refused("O=示例, CN=根", "root-ca", EGOV_E_POLICY, "subject: C (countryName): missing");
	own_refused("C=CN, OU=一, OU=二, CN=根", "root-ca", EGOV_E_POLICY, "given twice");
	own_refused("C=CN, O=示例, UID=7, CN=根", "root-ca", EGOV_E_POLICY, "found userId");
	own_refused("C=cn, O=示例, CN=根", "root-ca", EGOV_E_POLICY, "subject: ");
	own_refused("C=CN, O=a \\; b, CN=根", "root-ca", EGOV_E_UNSUPPORTED, "semicolon");
	own_refused("C=CN, CN=根", "Root CA", EGOV_E_SYNTAX, "want the name of a profile");
	own_refused("nonsense", "root-ca", EGOV_E_SYNTAX, "subject: ");
}

/* Long values go over several lines, and come back whole. */
static void own_names_that_are_long(void **state)
{
	static const uint8_t key[32];
	struct egov_application *a = NULL;
	struct egov_buf dn = EGOV__BUF(4096), o = EGOV__BUF(4096);
	struct egov_error err = { 0 };

	(void)state;
	for (int i = 0; i < 31; i++)
		egov__buf_text(&o, "局 ");
	egov__buf_text(&o, "终");
	egov__buf_printf(&dn, "C=CN, O=%s, CN=根", egov__buf_string(&o));
	assert_ok(egov__application_own(egov__buf_string(&dn), "root-ca", key, &a, &err), &err);
	assert_string_equal(egov__application_fact(a, EGOV__FACT_ORGANIZATION), egov__buf_string(&o));
	egov_application_free(a);
	egov__buf_clear(&dn);
	egov__buf_clear(&o);
}

static void names_of_profiles(void **state)
{
	char name[66];

	(void)state;
	memset(name, 'a', 65);
	name[65] = 0;
	assert_false(egov__profile_name_valid(name));
	assert_true(egov__profile_name_valid(name + 1));
	assert_true(egov__profile_name_valid("civil-servant-sign"));
	assert_false(egov__profile_name_valid(""));
	assert_false(egov__profile_name_valid("-a"));
	assert_false(egov__profile_name_valid("a/b"));
	assert_false(egov__profile_name_valid("a.b"));
	assert_false(egov__profile_name_valid("A"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_civil_servant_of_the_manual),
		cmocka_unit_test(the_other_examples_of_the_manual),
		cmocka_unit_test(evidence_is_read_and_hashed),
		cmocka_unit_test(a_line_that_nobody_knows),
		cmocka_unit_test(the_head_must_be_complete),
		cmocka_unit_test(national_identifiers_are_checked),
		cmocka_unit_test(facts_fit_the_attributes_that_they_become),
		cmocka_unit_test(lengths_count_characters),
		cmocka_unit_test(holders_state_what_their_kind_needs),
		cmocka_unit_test(every_key_of_a_proof_is_needed),
		cmocka_unit_test(malformed_proofs),
		cmocka_unit_test(evidence_that_cannot_be_read),
		cmocka_unit_test(evidence_in_a_pipe),
		cmocka_unit_test(evidence_that_is_too_large),
		cmocka_unit_test(evidence_by_an_absolute_name),
		cmocka_unit_test(the_notice_must_have_its_four_parts),
		cmocka_unit_test(an_application_that_cannot_be_read),
		cmocka_unit_test(the_working_copy_restores_it),
		cmocka_unit_test(the_working_copy_keeps_the_text),
		cmocka_unit_test(a_working_copy_that_was_changed),
		cmocka_unit_test(the_package_holds_everything),
		cmocka_unit_test(no_package_of_what_is_sealed),
		cmocka_unit_test(the_digest_of_the_proofs),
		cmocka_unit_test(proofs_of_the_future),
		cmocka_unit_test(an_application_of_its_own),
		cmocka_unit_test(own_names_that_do_not_fit),
		cmocka_unit_test(own_names_that_are_long),
		cmocka_unit_test(names_of_profiles),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
