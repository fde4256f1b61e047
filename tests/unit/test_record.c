/* SPDX-License-Identifier: Apache-2.0 */
#include "help_record.h"

#include <sys/wait.h>
#include <unistd.h>

#include "crypto/envelope.h"
#include "crypto/sm3.h"
#include "key/signer.h"
#include "record/entry.h"

/* --- entries --- */

struct seen {
	struct help_record *h;
	struct egov_buf kinds, subjects, bodies, last_blob;
	uint8_t commitment[32];
	egov_time time;
};

static enum egov_status see(void *user, const struct egov__journal_row *row, struct egov_error *err)
{
	struct seen *seen = user;

	(void)err;
	egov__buf_printf(&seen->kinds, "%s ", row->kind);
	egov__buf_printf(&seen->subjects, "%s ", row->subject);
	egov__buf_printf(&seen->bodies, "%s ", row->body);
	egov_buf_reset(&seen->last_blob);
	egov__buf_slice(&seen->last_blob, row->sealed);
	memcpy(seen->commitment, row->commitment, 32);
	seen->time = row->time;
	return EGOV_OK;
}

static void read_all(struct help_record *h, struct seen *seen)
{
	*seen = (struct seen){ h, EGOV__BUF(1 << 16), EGOV__BUF(1 << 16), EGOV__BUF(1 << 16),
		               EGOV__BUF(1 << 16), { 0 }, 0 };
	assert_ok(egov__store_journal_walk(h->store, 0, NULL, see, seen, &h->err), &h->err);
}

static void seen_clear(struct seen *seen)
{
	egov__buf_clear(&seen->kinds);
	egov__buf_clear(&seen->subjects);
	egov__buf_clear(&seen->bodies);
	egov__buf_clear(&seen->last_blob);
}

static void test_private_data_are_sealed(void **state)
{
	struct help_record *h = *state;
	struct egov_buf plain = EGOV__BUF(1000);
	struct seen seen;
	uint8_t digest[32];

	help_append(h, HELP_NOW, "x", "110101199003070791");
	read_all(h, &seen);
	assert_string_equal(egov__buf_string(&seen.bodies) + strlen(egov__buf_string(&seen.bodies))
	                            - strlen("{\"about\":\"x\"} "),
	                    "{\"about\":\"x\"} ");
	assert_ok(help_envelope_open(h->custodian, egov_buf_slice(&seen.last_blob), &plain, &h->err),
	          &h->err);
	assert_int_equal(plain.size, 32 + 18);
	assert_memory_equal(plain.data + 32, "110101199003070791", 18);
	assert_ok(egov__entry_commitment(plain.data,
	                                 (struct egov_slice){ plain.data + 32, plain.size - 32 },
	                                 digest, &h->err), &h->err);
	assert_memory_equal(digest, seen.commitment, 32);
	assert_int_equal(help_run("grep -q 110101199003070791 '%s' '%s-wal'", h->path, h->path), 1);
	egov__buf_clear(&plain);
	seen_clear(&seen);
}

/* 100 octets inside of the wrapped key: of one transaction they are the same. */
static void test_one_wrapping_serves_a_transaction(void **state)
{
	struct help_record *h = *state;
	static const char wrappings[] = "SELECT count(DISTINCT substr(blob, 50, 100)) FROM sealed";

	for (int i = 0; i < 2; i++) {
		assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
		for (int n = 0; n < 3; n++) {
			struct egov__body *body = egov__body_new();

			assert_ok(egov__record_append(h->record, "x", "li", "s", body,
			                              egov__slice_text("private"), &h->err), &h->err);
			egov__body_free(body);
		}
		assert_ok(egov__record_commit(h->record, &h->err), &h->err);
	}
	assert_int_equal(help_value(h->path, "SELECT count(*) FROM sealed"), 6);
	assert_int_equal(help_value(h->path, "SELECT count(DISTINCT blob) FROM sealed"), 6);
	assert_int_equal(help_value(h->path, wrappings), 2);
}

static void test_refusals_name_no_person(void **state)
{
	struct help_record *h = *state;
	struct egov_error cause = { 0 };
	struct egov_buf plain = EGOV__BUF(1000);
	struct seen seen;

	(void)egov_error_set(&cause, EGOV_E_POLICY, "Order No. 4, Art. 21", "%s has no agreement",
	                     "Zhang San");
	assert_ok(egov__record_refusal(h->record, HELP_NOW + 7, "li", "A000001", "issue", &cause,
	                               &h->err), &h->err);
	assert_false(egov__store_in_transaction(h->store));
	read_all(h, &seen);
	assert_string_equal(egov__buf_string(&seen.kinds), "setting refused ");
	assert_non_null(strstr(egov__buf_string(&seen.bodies),
	                       "{\"operation\":\"issue\",\"status\":\"EGOV_E_POLICY\","
	                       "\"clause\":\"Order No. 4, Art. 21\"}"));
	assert_int_equal(seen.time, HELP_NOW + 7);
	assert_ok(help_envelope_open(h->custodian, egov_buf_slice(&seen.last_blob), &plain, &h->err),
	          &h->err);
	assert_memory_equal(plain.data + 32, "Zhang San has no agreement", 26);
	assert_int_equal(help_run("grep -q Zhang '%s' '%s-wal'", h->path, h->path), 1);
	egov__buf_clear(&plain);
	seen_clear(&seen);
}

static void test_wants_a_transaction(void **state)
{
	struct help_record *h = *state;
	struct egov_error cause = { .status = EGOV_E_POLICY };
	struct egov__body *body = egov__body_new();
	uint8_t serial[EGOV__SERIAL];

	assert_fails(egov__record_append(h->record, "test", "li", "x", body, EGOV__NO_SLICE, &h->err),
	             &h->err, EGOV_E_USAGE, "outside a transaction");
	assert_fails(egov__record_reserve_serial(h->record, serial, &h->err), &h->err, EGOV_E_USAGE,
	             "outside a transaction");
	assert_fails(egov__record_commit(h->record, &h->err), &h->err, EGOV_E_USAGE, "transaction");
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_fails(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err, EGOV_E_USAGE,
	             "open already");
	assert_true(egov__store_in_transaction(h->store));
	assert_fails(egov__record_refusal(h->record, HELP_NOW, "li", "x", "issue", &cause, &h->err),
	             &h->err, EGOV_E_USAGE, "open already");
	egov__body_free(body);
}

static void test_text_of_entries_is_clean(void **state)
{
	struct help_record *h = *state;
	struct egov__body *body = egov__body_new();

	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_fails(egov__record_append(h->record, "test", "l\ni", "x", body, EGOV__NO_SLICE,
	                                 &h->err), &h->err, EGOV_E_SYNTAX,
	             "journal entry \"test\": actor");
	assert_fails(egov__record_append(h->record, "test", "li", "\xc3", body, EGOV__NO_SLICE,
	                                 &h->err), &h->err, EGOV_E_SYNTAX, "subject");
	egov__body_text_add(body, "key", "\xc3");
	assert_fails(egov__record_append(h->record, "test", "li", "x", body, EGOV__NO_SLICE,
	                                 &h->err), &h->err, EGOV_E_SYNTAX, "not UTF-8");
	assert_fails(egov__record_append(h->record, "test", "li", "x", NULL, EGOV__NO_SLICE,
	                                 &h->err), &h->err, EGOV_E_NOMEM, "memory");
	egov__record_rollback(h->record);
	egov__body_free(body);
}

static void test_rolled_back_leaves_nothing(void **state)
{
	struct help_record *h = *state;
	struct egov__body *body = egov__body_new();
	struct seen seen;

	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__record_append(h->record, "test", "li", "x", body, EGOV__NO_SLICE, &h->err),
	          &h->err);
	egov__record_rollback(h->record);
	help_append(h, HELP_NOW, "y", NULL);
	read_all(h, &seen);
	assert_string_equal(egov__buf_string(&seen.subjects), "home-id y ");
	assert_ok(help_check(h, NULL, &h->err), &h->err);
	egov__body_free(body);
	seen_clear(&seen);
}

/* --- clock --- */

static void test_clock_set_back_records_nothing(void **state)
{
	struct help_record *h = *state;

	help_append(h, HELP_NOW + 1000, "x", NULL);
	help_append(h, HELP_NOW + 700, "y", NULL);
	assert_fails(egov__record_begin(h->record, HELP_NOW + 699, &h->err), &h->err, EGOV_E_IO,
	             "clock: 2026-05-28T20:38:19Z is before the latest entry of the journal, "
	             "2026-05-28T20:43:20Z");
	assert_false(egov__store_in_transaction(h->store));
	help_record_reopen(h);
	assert_fails(egov__record_begin(h->record, HELP_NOW + 699, &h->err), &h->err, EGOV_E_IO,
	             "clock");
	help_append(h, HELP_NOW + 2524608000, "z", NULL);
}

/* --- opening --- */

static void test_open_holds_head_against_the_end(void **state)
{
	static const struct {
		const char *sql, *message;
	} cases[] = {
		{ "DELETE FROM journal WHERE seq = 2", "its head counts 3 entries, found are 2" },
		{ "INSERT INTO journal SELECT 3, time, kind, actor, source, subject, body, commitment, leaf"
		  " FROM journal WHERE seq = 2", "its head counts 3 entries, found are 4" },
		{ "UPDATE journal SET actor = 'wang' WHERE seq = 2", "does not fit entry 2" },
		{ "UPDATE meta SET value = substr(value, 1, 30) WHERE name = 'journal-head'",
		  "cut short" },
		{ "UPDATE meta SET value = CAST(value || x'00' AS BLOB) WHERE name = 'journal-head'",
		  "do not fit its size" },
		{ "DELETE FROM meta WHERE name = 'journal-head'", "its head counts 0" },
	};
	struct help_record *h = *state;
	char *copy;

	help_append(h, HELP_NOW, "x", NULL);
	help_append(h, HELP_NOW, "y", NULL);
	egov__record_close(h->record);
	egov__store_close(h->store);
	h->record = NULL;
	h->store = NULL;
	assert_true(asprintf(&copy, "%s/copy.db", h->dir) > 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(help_run("rm -f '%s'*; cp '%s' '%s'", copy, h->path, copy), 0);
		help_tamper(copy, cases[i].sql);
		assert_ok(egov__store_open(copy, 1000, &h->store, &h->err), &h->err);
		assert_fails(egov__record_open(h->store, EGOV__SLICE(h->custodian_spki), &h->record,
		                               &h->err), &h->err, EGOV_E_CORRUPT, cases[i].message);
		egov__store_close(h->store);
		h->store = NULL;
	}
	free(copy);
}

static void test_open_wants_a_custodian(void **state)
{
	struct help_record *h = *state;
	struct egov_record *record = NULL;

	h->custodian_spki[30] ^= 1;
	assert_fails(egov__record_open(h->store, EGOV__SLICE(h->custodian_spki), &record, &h->err),
	             &h->err, EGOV_E_POLICY, "custodian's key");
	assert_null(record);
}

/* --- serial numbers --- */

static void test_serials_rise_and_are_random(void **state)
{
	struct help_record *h = *state;
	uint8_t serial[EGOV__SERIAL], last[EGOV__SERIAL] = { 0 };
	unsigned ones = 0;

	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	for (unsigned i = 1; i <= 256; i++) {
		assert_ok(egov__record_reserve_serial(h->record, serial, &h->err), &h->err);
		assert_int_equal(serial[0], 0x40);
		assert_int_equal(serial[4] << 8 | serial[5], i);
		assert_true(memcmp(serial, last, sizeof(serial)) > 0);
		for (unsigned bit = 0; bit < 80; bit++)
			ones += serial[6 + bit / 8] >> bit % 8 & 1;
		memcpy(last, serial, sizeof(serial));
	}
	/* 20480 random bits: ten standard deviations (71.6 each) around the half. */
	assert_in_range(ones, 10240 - 716, 10240 + 716);
	assert_ok(egov__record_commit(h->record, &h->err), &h->err);
}

static void test_serials_end(void **state)
{
	struct help_record *h = *state;
	uint8_t serial[EGOV__SERIAL];

	help_tamper(h->path, "INSERT INTO counter VALUES('serial', 70368744177662)");
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__record_reserve_serial(h->record, serial, &h->err), &h->err);
	assert_int_equal(serial[0], 0x7f);
	assert_int_equal(serial[5], 0xff);
	assert_fails(egov__record_reserve_serial(h->record, serial, &h->err), &h->err, EGOV_E_LIMIT,
	             "used up");
}

/* --- many processes --- */

#define PROCESSES 8

/* A child's failure, with its reason. */
static void give_up(const struct egov_error *err)
{
	(void)fprintf(stderr, "%s: %s\n", egov_status_name(err->status), err->text);
	_exit(1);
}

static void work(const struct help_record *h, int process, int rounds)
{
	struct egov_error err = { 0 };
	struct egov_store *store = NULL;
	struct egov_record *record = NULL;
	struct egov__body *body = egov__body_new();
	uint8_t serial[EGOV__SERIAL];
	char subject[32];
	uint64_t value;

	/* The odd ones open and close the ledger each time, as small programs do. */
	for (int i = 0; i < rounds; i++) {
		if (record == NULL
		    && (egov__store_open(h->path, 60000, &store, &err) != EGOV_OK
		        || egov__record_open(store, EGOV__SLICE(h->custodian_spki), &record, &err)
		                   != EGOV_OK))
			give_up(&err);
		(void)snprintf(subject, sizeof(subject), "p%d", process);
		if (egov__record_begin(record, HELP_NOW, &err) != EGOV_OK
		    || egov__record_reserve_serial(record, serial, &err) != EGOV_OK
		    || egov__store_counter_next(store, "all", &value, &err) != EGOV_OK
		    || egov__store_counter_next(store, subject, &value, &err) != EGOV_OK
		    || egov__record_append(record, "test", "li", subject, body, EGOV__NO_SLICE, &err)
		               != EGOV_OK)
			give_up(&err);
		if (i % 5 == 4)
			egov__record_rollback(record);
		else if (egov__record_commit(record, &err) != EGOV_OK)
			give_up(&err);
		if (process % 2 == 1) {
			egov__record_close(record);
			egov__store_close(store);
			record = NULL;
			store = NULL;
		}
	}
	_exit(0);
}

static void test_many_processes_lose_nothing(void **state)
{
	struct help_record *h = *state;
	const int rounds = help_times(25), each = rounds * 4 / 5;
	const uint64_t wanted = (uint64_t)each * PROCESSES;
	struct egov_report *report = egov_report_new();
	pid_t children[PROCESSES];
	uint64_t value = 0;
	char sql[150];
	int status;

	egov__record_close(h->record);
	egov__store_close(h->store);
	h->record = NULL;
	h->store = NULL;
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		if (children[i] == 0)
			work(h, i, rounds);
	}
	for (int i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	help_record_reopen(h);
	assert_ok(egov__store_counter_get(h->store, "all", &value, &h->err), &h->err);
	assert_int_equal(value, wanted);
	assert_ok(egov__store_counter_get(h->store, EGOV__COUNTER_SERIAL, &value, &h->err), &h->err);
	assert_int_equal(value, wanted);
	assert_int_equal(help_value(h->path, "SELECT count(*) FROM journal WHERE kind = 'test'"),
	                 wanted);
	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM (SELECT subject FROM journal WHERE kind = 'test'"
	                                 " GROUP BY subject HAVING count(*) = %d)", each);
	assert_int_equal(help_value(h->path, sql), PROCESSES);
	assert_ok(help_check(h, report, &h->err), &h->err);
	assert_int_equal(atol(egov_report_find(report, 0, "entries")), wanted + 1);
	egov_report_free(report);
}

/* --- settings and commitments --- */

static void test_settings(void **state)
{
	struct help_record *h = *state;
	struct seen seen;
	const char *body = "{\"sm3\":\"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0\"}";

	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__record_setting(h->record, "li", "name", egov__slice_text("abc"), &h->err),
	          &h->err);
	assert_ok(egov__record_commit(h->record, &h->err), &h->err);
	read_all(h, &seen);
	assert_non_null(strstr(egov__buf_string(&seen.bodies), body));
	assert_ok(help_check(h, NULL, &h->err), &h->err);
	seen_clear(&seen);
}

static void test_commitments_hide_short_texts(void **state)
{
	struct help_record *h = *state;
	struct egov__body *one = egov__body_new(), *two = egov__body_new(), *read = NULL;
	uint8_t salts[2][32], digest[32];

	assert_ok(egov__record_private(h->record, one, egov__slice_text("li"), salts[0], &h->err),
	          &h->err);
	assert_ok(egov__record_private(h->record, two, egov__slice_text("li"), salts[1], &h->err),
	          &h->err);
	assert_memory_not_equal(salts[0], salts[1], 32);
	assert_string_not_equal(egov__body_text(one), egov__body_text(two));
	assert_ok(egov__entry_commitment(salts[0], egov__slice_text("li"), digest, &h->err), &h->err);
	assert_ok(egov__body_parse(egov__body_text(one), &read, &h->err), &h->err);
	assert_true(egov__body_has_hex(read, EGOV__KEY_COMMITMENT, EGOV__SLICE(digest)));
	egov__body_free(read);
	egov__body_free(one);
	egov__body_free(two);
}

/* --- checkpoints --- */

static void test_checkpoints_cover_once(void **state)
{
	struct help_record *h = *state;
	struct egov_signer *signer = help_signer(h->journal_uri, EGOV_KEY_JOURNAL);
	struct egov_report *report = egov_report_new();

	for (int i = 0; i < 3; i++) {
		help_append(h, HELP_NOW + i, "x", NULL);
		for (int twice = 0; twice < 2; twice++)
			assert_ok(egov__record_checkpoint(h->record, signer, HELP_NOW + i, &h->err),
			          &h->err);
	}
	help_append(h, HELP_NOW + 3, "x", NULL);
	assert_int_equal(help_value(h->path, "SELECT count(*) FROM checkpoint"), 3);
	assert_ok(help_check(h, report, &h->err), &h->err);
	assert_string_equal(egov_report_find(report, 0, "entries"), "5");
	assert_string_equal(egov_report_find(report, 0, "checkpoints"), "3");
	assert_string_equal(egov_report_find(report, 0, "checkpointed"), "4");
	assert_fails(egov__record_checkpoint(h->record, signer, HELP_NOW - 1000, &h->err), &h->err,
	             EGOV_E_IO, "clock");
	egov_report_free(report);
	egov_signer_close(signer);
}

static void test_checkpoints_want_the_journal_key(void **state)
{
	struct help_record *h = *state;
	struct egov_signer *signer = help_signer(h->journal_uri, EGOV_KEY_OTHER);

	assert_int_equal(egov__record_checkpoint(h->record, signer, HELP_NOW, &h->err), EGOV_E_USAGE);
	assert_int_equal(help_value(h->path, "SELECT count(*) FROM checkpoint"), 0);
	egov_error_clear(&h->err);
	egov_signer_close(signer);
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	signer = help_signer(h->journal_uri, EGOV_KEY_JOURNAL);
	assert_fails(egov__record_checkpoint(h->record, signer, HELP_NOW, &h->err), &h->err,
	             EGOV_E_USAGE, "open already");
	egov_signer_close(signer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, help_record_set_up, help_record_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_private_data_are_sealed),
		TEST(test_one_wrapping_serves_a_transaction),
		TEST(test_refusals_name_no_person),
		TEST(test_wants_a_transaction),
		TEST(test_text_of_entries_is_clean),
		TEST(test_rolled_back_leaves_nothing),
		TEST(test_clock_set_back_records_nothing),
		TEST(test_open_holds_head_against_the_end),
		TEST(test_open_wants_a_custodian),
		TEST(test_serials_rise_and_are_random),
		TEST(test_serials_end),
		TEST(test_many_processes_lose_nothing),
		TEST(test_settings),
		TEST(test_commitments_hide_short_texts),
		TEST(test_checkpoints_cover_once),
		TEST(test_checkpoints_want_the_journal_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
