/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"
#include "help_lint.h"

#include "crl/crl.h"
#include "request/request.h"
#include "x509/tbs_build.h"

static void the_table_is_whole(void **state)
{
	const struct egov__lint_rule_info *info, *other;
	size_t count = 0;

	(void)state;
	for (; (info = egov__lint_rule(count)) != NULL; count++) {
		assert_true(info->severity >= EGOV__LINT_ERROR && info->severity <= EGOV__LINT_NOTE);
		assert_true(info->objects != 0 && info->source != 0);
		assert_true(strlen(info->field) > 0);
		assert_true(strlen(info->id) > 0 && strlen(info->clause) > 0 && strlen(info->summary) > 0);
		for (size_t i = 0; i < count; i++) {
			other = egov__lint_rule(i);
			assert_string_not_equal(other->id, info->id);
		}
	}
	assert_true(count >= 40);
	assert_null(egov__lint_rule(count + 1));
	for (size_t i = 0; i < 8; i++) {        /* Order No. 4, Art. 19 */
		char id[32], clause[64];

		info = egov__lint_rule(i);
		(void)snprintf(id, sizeof(id), "article19-%zu", i + 1);
		(void)snprintf(clause, sizeof(clause), "Order No. 4, Art. 19 (%zu)", i + 1);
		assert_string_equal(info->id, id);
		assert_string_equal(info->clause, clause);
		assert_int_equal(info->severity, EGOV__LINT_ERROR);
	}
}

static struct egov_tbs *tbs_of(const struct made *made, enum egov_object_kind kind)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	made_tbs(made, &der);
	assert_ok(egov__tbs_new(kind, &der, EGOV__SIGALG_ABSENT, &tbs, &err), &err);
	return tbs;
}

/* What is refused stays with the caller and nothing is cleared; what passes is
 * moved, octet by octet what was built. */
static void nothing_passes_that_an_error_stands_against(void **state)
{
	struct egov_profile *profile = help_profile("civil-servant-sign");
	struct egov_cleared *cleared = NULL;
	struct egov__lint_context context;
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_tbs *tbs;
	struct made made;

	(void)state;
	made_cert(&made);
	made_tbs(&made, &der);
	context = help_lint_context(&made, profile);
	tbs = tbs_of(&made, EGOV_OBJECT_CERTIFICATE);
	assert_ok(egov__lint_clear(tbs, &context, NULL, &cleared, &err), &err);
	assert_ptr_equal(egov__cleared_tbs(cleared), tbs);
	assert_true(egov__slice_equal(egov__tbs_der(egov__cleared_tbs(cleared)),
	                              egov_buf_slice(&der)));
	egov__cleared_free(cleared);
	egov__cleared_free(NULL);
	cleared = NULL;
	made_set_hex(&made, MADE_SERIAL, "02 01 ff");
	made_ext_drop(&made, EGOV__OID_CRL_DP);
	tbs = tbs_of(&made, EGOV_OBJECT_CERTIFICATE);
	assert_int_equal(egov__lint_clear(tbs, &context, NULL, &cleared, &err), EGOV_E_POLICY);
	assert_string_equal(err.clause, "GM/T 0015, 5.2.3.2");
	assert_string_equal(err.text, "gm-serial: serialNumber: negative");
	assert_null(cleared);
	egov__tbs_free(tbs);
	/* A warning and a note do not refuse. */
	made_set_hex(&made, MADE_SERIAL, "02 01 05");
	made_ext_drop(&made, EGOV__OID_AIA);
	made_ext_hex(&made, EGOV__OID_CRL_DP, false,
	             "30 27 30 25 a0 23 a0 21 86 1f "
	             "687474703a2f2f63612e6578616d706c652e636e2f63726c2f63612e63726c");
	help_lint(EGOV_OBJECT_CERTIFICATE, &made, &context, "gm-aia", "no AIA");
	egov__buf_clear(&der);
	made_clear(&made);
	egov_profile_free(profile);
}

static void misuse_and_what_cannot_be_read(void **state)
{
	struct egov_profile *root = help_profile("root-ca"), *sub = help_profile("sub-ca");
	struct egov_cleared *cleared = NULL;
	struct egov__lint_context context;
	struct egov_error err = { 0 };
	struct egov_tbs *tbs;
	struct made made;

	(void)state;
	made_cert(&made);
	context = help_lint_context(&made, NULL);
	tbs = tbs_of(&made, EGOV_OBJECT_CERTIFICATE);
	assert_fails(egov__lint_clear(tbs, &context, NULL, &cleared, &err), &err, EGOV_E_USAGE,
	             "needs its profile");
	/* The leniency for roots is not to be had by leaving the issuer out, nor the
	 * other way round. */
	context.profile = root;
	assert_fails(egov__lint_clear(tbs, &context, NULL, &cleared, &err), &err, EGOV_E_USAGE,
	             "a root has no issuer");
	context.profile = sub;
	context.issuer_name = EGOV__NO_SLICE;
	assert_fails(egov__lint_clear(tbs, &context, NULL, &cleared, &err), &err, EGOV_E_USAGE,
	             "nobody else is without one");
	egov__tbs_free(tbs);
	egov_profile_free(root);
	egov_profile_free(sub);
	made_clear(&made);
	made_crl(&made);
	context = help_lint_context(&made, NULL);
	context.issuer_name = EGOV__NO_SLICE;
	tbs = tbs_of(&made, EGOV_OBJECT_CRL);
	assert_fails(egov__lint_clear(tbs, &context, NULL, &cleared, &err), &err, EGOV_E_USAGE,
	             "needs its issuer");
	egov__tbs_free(tbs);
	made_set_hex(&made, MADE_UNIQUE_IDS, "81 00");
	context = help_lint_context(&made, NULL);
	tbs = tbs_of(&made, EGOV_OBJECT_CRL);
	assert_fails(egov__lint_clear(tbs, &context, NULL, &cleared, &err), &err, EGOV_E_SYNTAX,
	             "tag 81 found");
	assert_null(cleared);
	egov__tbs_free(tbs);
	made_clear(&made);
}

/* --- what the builders make passes ----------------------------------------------------- */

#define CRL_URI "http://ca.example.cn/crl/ca.crl"
#define START INT64_C(1767225600)       /* 2026-01-01 */
#define YEAR 31536000

static void clear(struct egov_tbs *tbs, const struct egov__lint_context *context,
                  const char *wanted)
{
	struct egov_report *findings = egov_report_new();
	struct egov_cleared *cleared = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__lint_clear(tbs, context, findings, &cleared, &err), &err);
	if (*wanted == 0)
		assert_int_equal(egov_report_records(findings), 0);
	else
		assert_string_equal(egov_report_find(findings, 0, "id"), wanted);
	assert_true(egov_report_records(findings) <= 1);
	egov__cleared_free(cleared);
	egov_report_free(findings);
}

static void certificates_of_every_profile_pass(void **state)
{
	static const struct {
		const char *profile, *wanted;
	} profiles[] = {
		{ "root-ca", "gm-sia" },
		{ "sub-ca", "gm-sia" },
		{ "civil-servant-sign", "" },
		{ "agency-sign", "" },
		{ "ocsp-responder", "" },
	};
	static const uint8_t serial[] = { 1, 2, 3 };
	struct egov_buf name = EGOV__BUF(1024);
	struct help_key ca, key;

	(void)state;
	help_key_make(&ca);
	help_key_make(&key);
	made_name(&name, "示例电子认证中心", "示例根CA");
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		const bool root = i == 0;
		struct egov_profile *profile =
			root ? help_profile(profiles[i].profile)
			     : help_profile_changed(profiles[i].profile, "ocsp = no", "ocsp = yes");
		struct egov_judged *judged = help_judge(profile, root ? &ca : &key);
		const struct egov__issuer issuer = {
			root ? EGOV__NO_SLICE : egov_buf_slice(&name),
			root ? EGOV__NO_SLICE : EGOV__SLICE(ca.key_id),
			CRL_URI, "http://ca.example.cn/ca.cer", "http://ocsp.example.cn/",
			NULL, EGOV__SIGALG_NULL,
		};
		const struct egov__cert_plan plan = { profile, judged, &issuer, EGOV__SLICE(serial),
			                              START, START + YEAR };
		const struct egov__lint_context context = {
			.profile = profile, .issuer_name = issuer.name, .issuer_key_id = issuer.key_id,
			.crl_uri = CRL_URI, .now = START, .issuer_not_after = START + 2 * YEAR,
			.max_next_update = EGOV_TIME_NONE,
		};
		struct egov_error err = { 0 };
		struct egov_tbs *tbs = NULL;

		assert_ok(egov__cert_build(&plan, &tbs, &err), &err);
		clear(tbs, &context, profiles[i].wanted);
		egov__judged_free(judged);
		egov_profile_free(profile);
	}
	egov__buf_clear(&name);
	help_key_clear(&ca);
	help_key_clear(&key);
}

static enum egov_status one_entry(void *user, struct egov__crl_entry *entry, struct egov_error *err)
{
	static const uint8_t serial[] = { 5 };

	(void)user;
	(void)err;
	entry->serial = EGOV__SLICE(serial);
	entry->revoked_at = START;
	entry->reason = 1;
	entry->invalidity_date = START - 1;
	return EGOV_OK;
}

static void crls_and_requests_pass(void **state)
{
	struct egov_buf name = EGOV__BUF(1024);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	struct help_key ca;

	(void)state;
	help_key_make(&ca);
	made_name(&name, "示例电子认证中心", "示例根CA");
	const struct egov__issuer issuer = { egov_buf_slice(&name), EGOV__SLICE(ca.key_id), NULL, NULL,
		                             NULL, NULL, EGOV__SIGALG_ABSENT };
	const struct egov__crl_plan plan = { &issuer, 1, START, START + 86400, CRL_URI, 1, one_entry,
		                             NULL, false, false, 0, NULL, NULL };
	const struct egov__lint_context context = { .issuer_name = issuer.name,
		                                    .issuer_key_id = issuer.key_id,
		                                    .crl_uri = CRL_URI, .now = START,
		                                    .issuer_not_after = EGOV_TIME_NONE,
		                                    .max_next_update = START + 86400 };

	assert_ok(egov__crl_build(&plan, &tbs, &err), &err);
	clear(tbs, &context, "");
	tbs = NULL;
	assert_ok(egov__request_build(egov_buf_slice(&name), EGOV__SLICE(ca.spki), EGOV__SIGALG_NULL,
	                              &tbs, &err),
	          &err);
	clear(tbs, &context, "");
	egov__buf_clear(&name);
	help_key_clear(&ca);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_whole),
		cmocka_unit_test(nothing_passes_that_an_error_stands_against),
		cmocka_unit_test(misuse_and_what_cannot_be_read),
		cmocka_unit_test(certificates_of_every_profile_pass),
		cmocka_unit_test(crls_and_requests_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
