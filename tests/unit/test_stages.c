/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "crypto/sm3.h"
#include "record/stage_door.h"
#include "request/request.h"

#define YEAR 31536000

/* --- the whole way --- */

static void test_the_way_of_a_certificate(void **state)
{
	struct help_ca *ca = *state;
	struct egov_recorded *recorded;
	struct egov__certificate_row row;
	uint8_t serial[EGOV__SERIAL];
	char id[16];
	bool found = false;

	help_policy(ca);
	help_submit(ca, id);
	help_approve(ca, id);
	recorded = help_finish(ca, help_leaf_intent(ca, id, serial, ca->now + YEAR), id);
	assert_int_equal(egov__recorded_kind(recorded), EGOV_OBJECT_CERTIFICATE);
	assert_true(egov__slice_equal(egov__recorded_serial(recorded), EGOV__SLICE(serial)));
	assert_ok(egov__store_certificate_get(ca->h->store, EGOV__SLICE(serial), &row, &found,
	                                      &ca->h->err), &ca->h->err);
	assert_true(found);
	assert_true(egov__slice_equal(egov__recorded_der(recorded), row.der));
	assert_string_equal(row.application, id);
	assert_string_equal(row.cps_version, HELP_CPS);
	assert_non_null(strstr(row.subject, "CN="));
	assert_int_equal(row.issued_at, ca->now);
	assert_int_equal(row.not_after, ca->now + YEAR);
	assert_false(row.is_ca);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	egov__recorded_free(recorded);
	recorded = NULL;
	assert_ok(egov__record_certificate(ca->h->record, EGOV__SLICE(serial), &recorded,
	                                   &ca->h->err), &ca->h->err);
	assert_true(egov__recorded_der(recorded).size > 0);
	egov__recorded_free(recorded);
	serial[15] ^= 1;
	assert_fails(egov__record_certificate(ca->h->record, EGOV__SLICE(serial), &recorded,
	                                      &ca->h->err), &ca->h->err, EGOV_E_NOTFOUND,
	             "no certificate");
}

static void test_the_way_of_a_root_and_a_request(void **state)
{
	struct help_ca *ca = *state;
	struct egov_report *report = egov_report_new();
	struct egov_request *request = NULL;
	struct egov_recorded *recorded;

	help_root(ca);
	recorded = help_finish(ca, help_request_intent(ca), NULL);
	assert_int_equal(egov__recorded_kind(recorded), EGOV_OBJECT_REQUEST);
	assert_ok(egov_request_decode(egov__recorded_der(recorded), EGOV__NO_SLICE, &request,
	                              &ca->h->err), &ca->h->err);
	assert_ok(help_check(ca->h, report, &ca->h->err), &ca->h->err);
	assert_string_equal(egov_report_find(report, 0, "certificates"), "1");
	assert_string_equal(egov_report_find(report, 0, "requests"), "1");
	egov_request_free(request);
	egov__recorded_free(recorded);
	egov_report_free(report);
}

static void test_the_way_of_a_list(void **state)
{
	struct help_ca *ca = *state;
	struct egov_recorded *recorded = help_crl(ca, ca->now, false);
	struct egov_recorded *again = NULL;
	struct egov_buf *bytes[2];

	assert_int_equal(egov__recorded_number(recorded), 1);
	assert_int_equal(help_value(ca->h->path, "SELECT published FROM crl"), 0);
	for (int twice = 0; twice < 2; twice++) {
		help_begin(ca);
		assert_ok(egov__record_published(ca->h->record, recorded, "zhou", &ca->h->err),
		          &ca->h->err);
		help_commit(ca);
	}
	assert_int_equal(help_value(ca->h->path, "SELECT published FROM crl"), 1);
	assert_int_equal(help_value(ca->h->path, "SELECT count(*) FROM journal WHERE kind = 'publish'"),
	                 1);
	egov__recorded_free(help_crl(ca, ca->now + 60, false));
	assert_ok(egov__record_crl(ca->h->record, 0, &again, &ca->h->err), &ca->h->err);
	assert_int_equal(egov__recorded_number(again), 2);
	egov__recorded_free(again);
	again = NULL;
	assert_ok(egov__record_crl(ca->h->record, 1, &again, &ca->h->err), &ca->h->err);
	bytes[0] = help_recorded(again);
	bytes[1] = help_recorded(recorded);
	assert_true(egov_buf_slice(bytes[0]).size > 0);
	assert_true(egov__slice_equal(egov_buf_slice(bytes[0]), egov_buf_slice(bytes[1])));
	egov_buf_free(bytes[0]);
	egov_buf_free(bytes[1]);
	egov__recorded_free(again);
	assert_fails(egov__record_crl(ca->h->record, 7, &again, &ca->h->err), &ca->h->err,
	             EGOV_E_NOTFOUND, "no such CRL");
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	egov__recorded_free(recorded);
}

/* --- what cannot be passed by --- */

static void test_an_intent_signs_after_its_commit_alone(void **state)
{
	struct help_ca *ca = *state;
	const struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_signed *signed_object = NULL;
	struct egov_intent *intent = NULL;
	struct egov_cleared *cleared;

	help_begin(ca);
	assert_ok(egov__record_intent(ca->h->record, help_clear_request(ca), &facts, &intent,
	                              &ca->h->err), &ca->h->err);
	assert_fails(egov__sign(intent, ca->signer, &signed_object, &ca->h->err), &ca->h->err,
	             EGOV_E_USAGE, "is not on disk");
	assert_null(signed_object);
	egov__record_rollback(ca->h->record);
	assert_fails(egov__sign(intent, ca->signer, &signed_object, &ca->h->err), &ca->h->err,
	             EGOV_E_USAGE, "is not on disk");
	egov__intent_free(intent);

	/* The commit of another transaction is not its own. */
	help_begin(ca);
	cleared = help_clear_request(ca);
	assert_ok(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	          &ca->h->err);
	egov__record_rollback(ca->h->record);
	help_append(ca->h, ca->now, "x", NULL);
	assert_fails(egov__sign(intent, ca->signer, &signed_object, &ca->h->err), &ca->h->err,
	             EGOV_E_USAGE, "is not on disk");
	egov__intent_free(intent);
}

static void test_an_intent_signs_once(void **state)
{
	struct help_ca *ca = *state;
	struct egov_signed *first = NULL, *second = NULL;
	struct egov_intent *intent = help_request_intent(ca);

	assert_ok(egov__sign(intent, ca->signer, &first, &ca->h->err), &ca->h->err);
	assert_fails(egov__sign(intent, ca->signer, &second, &ca->h->err), &ca->h->err, EGOV_E_USAGE,
	             "has signed already");
	assert_null(second);
	egov__signed_free(first);
	egov__intent_free(intent);
}

static void test_only_the_key_of_the_ca_signs(void **state)
{
	static const enum egov_key_purpose others[] = { EGOV_KEY_JOURNAL, EGOV_KEY_OTHER };
	struct help_ca *ca = *state;
	struct egov_signed *signed_object = NULL;
	struct egov_intent *intent = help_request_intent(ca);
	struct egov_signer *signer;
	struct egov_buf signature = EGOV__BUF(256);

	for (size_t i = 0; i < 2; i++) {
		signer = help_signer(ca->uri, others[i]);
		assert_fails(egov__sign(intent, signer, &signed_object, &ca->h->err), &ca->h->err,
		             EGOV_E_USAGE, "opened as the CA's");
		egov_signer_close(signer);
	}
	/* And the door of all other keys does not open for the CA's. */
	assert_int_equal(egov__signer_sign(ca->signer, EGOV_KEY_CA, egov__slice_text("x"), &signature,
	                                   &ca->h->err), EGOV_E_USAGE);
	egov_error_clear(&ca->h->err);
	assert_int_equal(signature.size, 0);
	egov__recorded_free(help_finish(ca, intent, NULL));     /* none of them spent it */
}

static void test_a_result_is_handed_out_after_its_commit(void **state)
{
	struct help_ca *ca = *state;
	struct egov_signed *signed_object = NULL;
	struct egov_recorded *recorded = NULL;
	struct egov_intent *intent = help_request_intent(ca);

	assert_ok(egov__sign(intent, ca->signer, &signed_object, &ca->h->err), &ca->h->err);
	assert_fails(egov__record_result(ca->h->record, signed_object, &recorded, &ca->h->err),
	             &ca->h->err, EGOV_E_USAGE, "outside a transaction");
	help_begin(ca);
	assert_ok(egov__record_result(ca->h->record, signed_object, &recorded, &ca->h->err),
	          &ca->h->err);
	assert_int_equal(egov__recorded_der(recorded).size, 0);
	egov__record_rollback(ca->h->record);
	assert_int_equal(egov__recorded_der(recorded).size, 0);
	egov__recorded_free(recorded);
	egov__intent_free(intent);
	assert_int_equal(help_value(ca->h->path, "SELECT count(*) FROM request"), 0);
}

static void test_an_intent_has_one_result(void **state)
{
	struct help_ca *ca = *state;
	struct egov_signed *second = NULL;
	struct egov_recorded *recorded = NULL;
	struct egov_intent *intent = help_request_intent(ca), *resumed = NULL;

	/* Another process resumes it while its own is still at it. */
	assert_ok(egov__record_resume(ca->h->record, egov__intent_id(intent), &resumed, &ca->h->err),
	          &ca->h->err);
	assert_ok(egov__sign(resumed, ca->signer, &second, &ca->h->err), &ca->h->err);
	egov__recorded_free(help_finish(ca, intent, NULL));
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, second, &recorded, &ca->h->err), &ca->h->err,
	             EGOV_E_EXISTS, "has a result already");
	egov__record_rollback(ca->h->record);
	egov__signed_free(second);
	egov__intent_free(resumed);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static void test_the_bytes_carry_what_was_reserved(void **state)
{
	struct help_ca *ca = *state;
	struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_intent *intent = NULL;
	struct egov_cleared *cleared;
	uint8_t serial[EGOV__SERIAL], other[EGOV__SERIAL];

	help_begin(ca);
	assert_ok(egov__record_reserve_serial(ca->h->record, serial, &ca->h->err), &ca->h->err);
	assert_ok(egov__record_reserve_serial(ca->h->record, other, &ca->h->err), &ca->h->err);
	cleared = help_clear_leaf(ca, serial, ca->now + YEAR);
	facts.serial = EGOV__SLICE(other);
	assert_fails(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	             &ca->h->err, EGOV_E_USAGE, "another serial or number");
	assert_null(intent);
	facts.serial = EGOV__SLICE(serial);
	assert_ok(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	          &ca->h->err);
	egov__intent_free(intent);
	cleared = help_clear_leaf(ca, serial, ca->now + 2 * YEAR);
	assert_fails(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	             &ca->h->err, EGOV_E_EXISTS, "intent with this serial");
	egov__cleared_free(cleared);
	cleared = help_clear_crl(ca, 5, ca->now);
	facts.serial = EGOV__NO_SLICE;
	facts.crl_number = 6;
	assert_fails(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	             &ca->h->err, EGOV_E_USAGE, "another serial or number");
	egov__record_rollback(ca->h->record);
	assert_fails(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	             &ca->h->err, EGOV_E_USAGE, "outside a transaction");
	egov__cleared_free(cleared);
}

/* What lib/sign would have to do to lie: the record still knows better. */
static void test_a_result_is_that_of_its_intent(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *one, *two;
	struct egov_recorded *recorded = NULL;
	struct egov_signed *forged = NULL;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t serial[EGOV__SERIAL];
	char id[16];

	help_policy(ca);
	help_submit(ca, id);
	help_approve(ca, id);
	one = help_leaf_intent(ca, id, serial, ca->now + YEAR);
	help_submit(ca, id);
	help_approve(ca, id);
	two = help_leaf_intent(ca, id, serial, ca->now + YEAR);
	help_sign(help_named_key("ca.pem"), egov__intent_tbs(one), &der);
	assert_fails(egov__signed_new(two, &der, &forged, &ca->h->err), &ca->h->err, EGOV_E_USAGE,
	             "has not signed");
	assert_ok(egov__intent_spend(two, &ca->h->err), &ca->h->err);
	assert_ok(egov__signed_new(two, &der, &forged, &ca->h->err), &ca->h->err);
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, forged, &recorded, &ca->h->err), &ca->h->err,
	             EGOV_E_CORRUPT, "not those of intent");
	egov__record_rollback(ca->h->record);
	egov__signed_free(forged);
	egov__intent_free(one);
	egov__intent_free(two);
}

/* Of a list what is signed lies in the ledger already: it is read again as a whole, with what
 * is to stand behind it. */
static void test_a_list_is_read_again_before_it_is_recorded(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *intent = help_crl_intent(ca, ca->now);
	struct egov_recorded *recorded = NULL;
	struct egov_signed *signed_object = NULL, *forged = NULL;
	struct egov_buf behind = EGOV__BUF(EGOV__MAX_OBJECT);

	assert_ok(egov__sign(intent, ca->signer, &signed_object, &ca->h->err), &ca->h->err);
	egov__buf_text(&behind, "x");
	assert_ok(egov__signed_new(intent, &behind, &forged, &ca->h->err), &ca->h->err);
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, forged, &recorded, &ca->h->err), &ca->h->err,
	             EGOV_E_SYNTAX, "CRL");
	egov__record_rollback(ca->h->record);
	help_tamper(ca->h->path, "UPDATE crl_piece SET " HELP_FLIP("bytes"));
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, signed_object, &recorded, &ca->h->err),
	             &ca->h->err, EGOV_E_CORRUPT, "not those of intent");
	egov__record_rollback(ca->h->record);
	help_tamper(ca->h->path, "DELETE FROM crl_piece");
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, signed_object, &recorded, &ca->h->err),
	             &ca->h->err, EGOV_E_CORRUPT, "is not whole");
	egov__record_rollback(ca->h->record);
	egov__signed_free(signed_object);
	egov__signed_free(forged);
	egov__intent_free(intent);
}

/* The bytes of a list stay where they are when it is resumed. */
static void test_a_list_is_resumed(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *resumed = NULL;
	struct egov_recorded *recorded;
	struct egov_intent *left = help_crl_intent(ca, ca->now);
	const uint64_t id = egov__intent_id(left);

	egov__intent_free(left);
	help_record_reopen(ca->h);
	assert_ok(egov__record_resume(ca->h->record, id, &resumed, &ca->h->err), &ca->h->err);
	assert_int_equal(egov__tbs_der(egov__intent_tbs(resumed)).size, 0);
	assert_true(egov__tbs_source(egov__intent_tbs(resumed))->size > 100);
	assert_null(egov__intent_seen(resumed));
	recorded = help_finish(ca, resumed, NULL);
	assert_int_equal(egov__recorded_number(recorded), 1);
	egov__recorded_free(recorded);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static enum egov_status one_entry(void *user, struct egov__crl_entry *entry,
                                  struct egov_error *err)
{
	static const uint8_t serial[] = { 0x41, 1 };
	const struct help_ca *const ca = user;

	(void)err;
	*entry = (struct egov__crl_entry){ .serial = EGOV__SLICE(serial), .revoked_at = ca->now,
		                           .reason = -1, .invalidity_date = EGOV_TIME_NONE };
	return EGOV_OK;
}

/* A list whose bytes lie in the ledger from the first: its head in one piece, its entry in
 * another. */
static struct egov_intent *intent_in_pieces(struct help_ca *ca)
{
	const struct egov__lint_context context = { .issuer_name = ca->issuer.name,
		                                    .issuer_key_id = ca->issuer.key_id,
		                                    .crl_uri = ca->issuer.crl_uri,
		                                    .now = ca->now,
		                                    .issuer_not_after = EGOV_TIME_NONE,
		                                    .max_next_update = EGOV_TIME_NONE };
	struct egov__crl_plan plan = { .issuer = &ca->issuer, .this_update = ca->now,
		                       .next_update = ca->now + 86400, .count = 1,
		                       .next = one_entry, .user = ca };
	struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_tbs *tbs = NULL;
	struct egov_cleared *cleared = NULL;
	struct egov_intent *intent = NULL;

	help_begin(ca);
	assert_ok(egov__store_counter_next(ca->h->store, EGOV__COUNTER_CRL, &plan.number,
	                                   &ca->h->err), &ca->h->err);
	assert_ok(egov__record_list_build(ca->h->record, &plan, &tbs, &ca->h->err), &ca->h->err);
	assert_ok(egov__lint_clear(tbs, &context, NULL, &cleared, &ca->h->err), &ca->h->err);
	facts.crl_number = plan.number;
	assert_ok(egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err),
	          &ca->h->err);
	help_commit(ca);
	return intent;
}

static void test_a_list_changed_since_its_checks_is_not_signed(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *intent = intent_in_pieces(ca);
	struct egov_signed *signed_object = NULL;

	help_tamper(ca->h->path, "UPDATE crl_piece SET " HELP_FLIP("bytes") " WHERE piece = 1");
	assert_fails(egov__sign(intent, ca->signer, &signed_object, &ca->h->err), &ca->h->err,
	             EGOV_E_CORRUPT, "intent 1: the bytes are not those that were checked before");
	assert_null(signed_object);
	egov__intent_free(intent);
}

/* No earlier pass of this run can tell that its bytes were changed: SM3 of the intent does. */
static void test_a_resumed_list_is_that_of_its_intent(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *intent = help_crl_intent(ca, ca->now), *resumed = NULL;
	struct egov_recorded *recorded = NULL;
	struct egov_signed *signed_object = NULL;

	assert_non_null(egov__intent_seen(intent));
	assert_ok(egov__record_resume(ca->h->record, egov__intent_id(intent), &resumed, &ca->h->err),
	          &ca->h->err);
	assert_ok(egov__sign(resumed, ca->signer, &signed_object, &ca->h->err), &ca->h->err);
	help_tamper(ca->h->path, "UPDATE crl_piece SET " HELP_FLIP("bytes"));
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, signed_object, &recorded, &ca->h->err),
	             &ca->h->err, EGOV_E_CORRUPT, "not those of intent");
	egov__record_rollback(ca->h->record);
	egov__signed_free(signed_object);
	egov__intent_free(intent);
	egov__intent_free(resumed);
}

/* --- intents that were left --- */

static void test_resumed_bytes_are_the_same(void **state)
{
	struct help_ca *ca = *state;
	uint8_t serial[EGOV__SERIAL];
	struct egov_intent *left, *resumed = NULL;
	struct egov_buf bytes = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_recorded *recorded;
	uint64_t id;
	char application[16];

	help_policy(ca);
	help_submit(ca, application);
	help_approve(ca, application);
	left = help_leaf_intent(ca, application, serial, ca->now + YEAR);
	id = egov__intent_id(left);
	egov__buf_slice(&bytes, egov__tbs_der(egov__intent_tbs(left)));
	egov__intent_free(left);
	help_record_reopen(ca->h);
	assert_ok(egov__record_resume(ca->h->record, id, &resumed, &ca->h->err), &ca->h->err);
	assert_true(egov__slice_equal(egov__tbs_der(egov__intent_tbs(resumed)),
	                              egov_buf_slice(&bytes)));
	recorded = help_finish(ca, resumed, application);
	assert_true(egov__slice_equal(egov__recorded_serial(recorded), EGOV__SLICE(serial)));
	egov__recorded_free(recorded);
	assert_fails(egov__record_resume(ca->h->record, id, &resumed, &ca->h->err), &ca->h->err,
	             EGOV_E_NOTFOUND, "no open intent");
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	egov__buf_clear(&bytes);
}

static void test_a_resumed_request_keeps_its_algorithm(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *resumed = NULL;
	const uint64_t id = 1;

	egov__intent_free(help_request_intent(ca));
	assert_ok(egov__record_resume(ca->h->record, id, &resumed, &ca->h->err), &ca->h->err);
	assert_true(egov__slice_equal(egov__tbs_signature_algorithm(egov__intent_tbs(resumed)),
	                              egov__algid_sm2_sm3(EGOV__SIGALG_NULL)));
	egov__recorded_free(help_finish(ca, resumed, NULL));
}

static void test_altered_bytes_are_not_resumed(void **state)
{
	static const char *const ways[] = {
		"UPDATE pending SET tbs = CAST(tbs || x'00' AS BLOB)",
		"UPDATE intent SET tbs_digest = zeroblob(32)",
		"UPDATE pending SET algorithm = x'3000'",
		"DELETE FROM pending",
	};
	struct help_ca *ca = *state;
	struct egov_intent *resumed = NULL;
	char *copy;
	enum egov_status rc;

	egov__intent_free(help_request_intent(ca));
	assert_true(asprintf(&copy, "%s/copy.db", ca->h->dir) > 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct help_record other = *ca->h;

		assert_int_equal(help_run("rm -f '%s'*; sqlite3 '%s' \"VACUUM INTO '%s'\"", copy,
		                          ca->h->path, copy), 0);
		help_tamper(copy, ways[i]);
		other.path = copy;
		other.store = NULL;
		other.record = NULL;
		help_record_reopen(&other);
		rc = egov__record_resume(other.record, 1, &resumed, &other.err);
		if (rc != EGOV_E_CORRUPT)
			fail_msg("%s: %s", ways[i], egov_status_name(rc));
		egov__record_close(other.record);
		egov__store_close(other.store);
	}
	free(copy);
}

static void test_a_closed_intent_signs_no_more(void **state)
{
	struct help_ca *ca = *state;
	struct egov_intent *left = help_crl_intent(ca, ca->now);
	struct egov_report *report = egov_report_new();
	struct egov_signed *late = NULL;
	struct egov_recorded *recorded = NULL;
	const uint64_t id = egov__intent_id(left);

	assert_fails(egov__record_close_intent(ca->h->record, id, "li", "lost", &ca->h->err),
	             &ca->h->err, EGOV_E_USAGE, "outside a transaction");
	assert_ok(help_check(ca->h, report, &ca->h->err), &ca->h->err);
	assert_string_equal(egov_report_find(report, 0, "open-intents"), "1");
	assert_string_equal(egov_report_find(report, 1, "subject"), "crl-1");
	help_begin(ca);
	assert_ok(egov__record_close_intent(ca->h->record, id, "li", "lost", &ca->h->err),
	          &ca->h->err);
	assert_fails(egov__record_close_intent(ca->h->record, id, "li", "lost", &ca->h->err),
	             &ca->h->err, EGOV_E_NOTFOUND, "no open intent 1");
	help_commit(ca);
	assert_ok(egov__sign(left, ca->signer, &late, &ca->h->err), &ca->h->err);
	help_begin(ca);
	assert_fails(egov__record_result(ca->h->record, late, &recorded, &ca->h->err), &ca->h->err,
	             EGOV_E_EXISTS, "was given up");
	egov__record_rollback(ca->h->record);
	egov__signed_free(late);
	egov__intent_free(left);
	egov__recorded_free(help_crl(ca, ca->now, true));
	assert_int_equal(help_value(ca->h->path, "SELECT number FROM crl"), 2);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	egov_report_free(report);
}

/* Values may outlive the transaction, or end before it does. */
static void test_freed_in_any_order(void **state)
{
	struct help_ca *ca = *state;
	const struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_intent *intents[4] = { NULL };

	help_begin(ca);
	for (size_t i = 0; i < 4; i++)
		assert_ok(egov__record_intent(ca->h->record, help_clear_request(ca), &facts,
		                              &intents[i], &ca->h->err), &ca->h->err);
	egov__intent_free(intents[1]);
	egov__intent_free(intents[3]);
	help_commit(ca);
	assert_ok(egov__intent_spend(intents[0], &ca->h->err), &ca->h->err);
	egov__intent_free(intents[0]);
	help_begin(ca);
	assert_ok(egov__record_intent(ca->h->record, help_clear_request(ca), &facts, &intents[1],
	                              &ca->h->err), &ca->h->err);
	help_record_reopen(ca->h);      /* closes the record, which rolls back */
	assert_int_equal(egov__intent_spend(intents[1], NULL), EGOV_E_USAGE);
	assert_ok(egov__intent_spend(intents[2], &ca->h->err), &ca->h->err);
	egov__intent_free(intents[1]);
	egov__intent_free(intents[2]);
	egov__intent_free(NULL);
	egov__signed_free(NULL);
	egov__recorded_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, help_ca_set_up, help_ca_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_way_of_a_certificate),
		TEST(test_the_way_of_a_root_and_a_request),
		TEST(test_the_way_of_a_list),
		TEST(test_an_intent_signs_after_its_commit_alone),
		TEST(test_an_intent_signs_once),
		TEST(test_only_the_key_of_the_ca_signs),
		TEST(test_a_result_is_handed_out_after_its_commit),
		TEST(test_an_intent_has_one_result),
		TEST(test_the_bytes_carry_what_was_reserved),
		TEST(test_a_result_is_that_of_its_intent),
		TEST(test_a_list_is_read_again_before_it_is_recorded),
		TEST(test_a_list_is_resumed),
		TEST(test_a_list_changed_since_its_checks_is_not_signed),
		TEST(test_a_resumed_list_is_that_of_its_intent),
		TEST(test_resumed_bytes_are_the_same),
		TEST(test_a_resumed_request_keeps_its_algorithm),
		TEST(test_altered_bytes_are_not_resumed),
		TEST(test_a_closed_intent_signs_no_more),
		TEST(test_freed_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
