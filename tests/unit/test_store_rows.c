/* SPDX-License-Identifier: Apache-2.0 */
#include "help_ledger.h"

#include "base/fileio.h"
#include "crl/crl.h"

struct fixture {
	char *dir, *path;
	struct egov_store *store;
	struct egov_error err;
};

static int set_up(void **state)
{
	const struct egov__generation_row first = { .number = 1, .since = HELP_NOW,
		                                    .state = EGOV__GENERATION_ACTIVE,
		                                    .last_end = EGOV_TIME_NONE };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->dir = help_dir();
	f->path = egov__path_join(f->dir, "ledger.db");
	assert_non_null(f->path);
	f->store = help_store(f->dir);
	assert_ok(egov__store_begin(f->store, &f->err), &f->err);
	assert_ok(egov__store_generation_put(f->store, &first, &f->err), &f->err);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (egov__store_in_transaction(f->store))
		assert_ok(egov__store_commit(f->store, &f->err), &f->err);
	assert_ok(egov__store_integrity(f->store, &f->err), &f->err);
	egov__store_close(f->store);
	free(f->path);
	help_dir_remove(f->dir);
	free(f);
	return 0;
}

static struct egov_slice text(const char *s)
{
	return egov__slice_text(s);
}

/* --- meta and counters --- */

static enum egov_status count_meta(void *user, const char *name, struct egov_slice value,
                                   struct egov_error *err)
{
	(void)err;
	assert_string_equal(name, "name");
	assert_true(egov__slice_equal(value, text("two")));
	++*(int *)user;
	return EGOV_OK;
}

static void test_meta(void **state)
{
	struct fixture *f = *state;
	struct egov_buf value = EGOV__BUF(100), little = EGOV__BUF(2);
	bool found = true;
	int count = 0;

	assert_ok(egov__store_meta_get(f->store, "name", &value, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_meta_put(f->store, "name", text("one"), &f->err), &f->err);
	assert_ok(egov__store_meta_put(f->store, "name", text("two"), &f->err), &f->err);
	assert_ok(egov__store_meta_get(f->store, "name", &value, &found, &f->err), &f->err);
	assert_true(found);
	assert_true(egov__slice_equal(egov_buf_slice(&value), text("two")));
	assert_fails(egov__store_meta_get(f->store, "name", &little, &found, &f->err), &f->err,
	             EGOV_E_CORRUPT, "ledger.db: meta: name: more than 2 octets");
	assert_ok(egov__store_meta_walk(f->store, count_meta, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	egov__buf_clear(&value);
}

static void test_counters_rise_apart(void **state)
{
	struct fixture *f = *state;
	uint64_t value = 0;

	for (uint64_t i = 1; i <= 3; i++) {
		assert_ok(egov__store_counter_next(f->store, "a", &value, &f->err), &f->err);
		assert_int_equal(value, i);
	}
	assert_ok(egov__store_counter_next(f->store, "b", &value, &f->err), &f->err);
	assert_int_equal(value, 1);
	assert_ok(egov__store_counter_get(f->store, "a", &value, &f->err), &f->err);
	assert_int_equal(value, 3);
}

/* --- journal --- */

static enum egov_status collect(void *user, const struct egov__journal_row *row,
                                struct egov_error *err)
{
	struct egov_buf *seen = user;

	(void)err;
	egov__buf_printf(seen, "%d%s%s ", (int)row->seq, row->subject, row->has_commitment ? "+" : "");
	assert_int_equal(row->leaf[0], 0x10 + row->seq);
	assert_int_equal(row->sealed.size, row->has_commitment ? 6 : 0);
	return EGOV_OK;
}

static void put_entry(struct fixture *f, uint64_t seq, const char *subject, bool private)
{
	struct egov__journal_row row = { .seq = seq, .time = HELP_NOW, .kind = "test",
		                         .actor = "li", .subject = subject, .body = "{}",
		                         .has_commitment = private };

	memset(row.leaf, 0x10 + (int)seq, sizeof(row.leaf));
	if (private)
		row.sealed = text("sealed");
	assert_ok(egov__store_journal_append(f->store, &row, &f->err), &f->err);
}

static void test_journal(void **state)
{
	struct fixture *f = *state;
	struct egov_buf seen = EGOV__BUF(1000);
	struct egov__journal_row row;
	bool found = true;

	assert_ok(egov__store_journal_last(f->store, &row, &found, &f->err), &f->err);
	assert_false(found);
	put_entry(f, 0, "x", false);
	put_entry(f, 1, "y", true);
	put_entry(f, 2, "x", true);
	assert_ok(egov__store_journal_last(f->store, &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_int_equal(row.seq, 2);
	assert_string_equal(row.actor, "li");
	assert_true(egov__slice_equal(row.sealed, text("sealed")));
	assert_ok(egov__store_journal_walk(f->store, 0, NULL, collect, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "0x 1y+ 2x+ ");
	egov_buf_reset(&seen);
	assert_ok(egov__store_journal_walk(f->store, 0, "x", collect, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "0x 2x+ ");
	egov_buf_reset(&seen);
	assert_ok(egov__store_journal_walk(f->store, 1, NULL, collect, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "1y+ 2x+ ");
	row.seq = 2;
	assert_fails(egov__store_journal_append(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "journal entry");
	egov__buf_clear(&seen);
}

static enum egov_status stop(void *user, const struct egov__journal_row *row,
                             struct egov_error *err)
{
	++*(int *)user;
	return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "stopped at %d", (int)row->seq);
}

/* A callback may walk the same rows again, and it ends the walk by failing. */
static enum egov_status nested(void *user, const struct egov__journal_row *row,
                               struct egov_error *err)
{
	struct fixture *f = user;
	int calls = 0;
	char subject[8];

	(void)err;
	assert_true(egov__text_copy(subject, sizeof(subject), row->subject));
	assert_fails(egov__store_journal_walk(f->store, 1, NULL, stop, &calls, &f->err), &f->err,
	             EGOV_E_NOTFOUND, "stopped at 1");
	assert_int_equal(calls, 1);
	assert_string_equal(row->subject, subject);
	return EGOV_OK;
}

static void test_walks_nest(void **state)
{
	struct fixture *f = *state;

	put_entry(f, 0, "x", false);
	put_entry(f, 1, "y", false);
	assert_ok(egov__store_journal_walk(f->store, 0, NULL, nested, f, &f->err), &f->err);
}

static void test_checkpoints(void **state)
{
	struct fixture *f = *state;
	struct egov__checkpoint_row row = { .size = 9, .time = HELP_NOW, .signature = text("sig") };
	bool found = true;

	assert_ok(egov__store_checkpoint_last(f->store, &row, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_checkpoint_put(f->store, &row, &f->err), &f->err);
	row.size = 5;
	assert_ok(egov__store_checkpoint_put(f->store, &row, &f->err), &f->err);
	assert_fails(egov__store_checkpoint_put(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "checkpoint");
	assert_ok(egov__store_checkpoint_last(f->store, &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_int_equal(row.size, 9);
	assert_true(egov__slice_equal(row.signature, text("sig")));
	for (uint64_t from = 0; from <= 10; from++) {
		assert_ok(egov__store_checkpoint_from(f->store, from, &row, &found, &f->err), &f->err);
		assert_int_equal(found, from <= 9);
		if (found)
			assert_int_equal(row.size, from <= 5 ? 5 : 9);
	}
}

/* --- policies and applications --- */

static enum egov_status see_policy(void *user, const struct egov__policy_row *row,
                                   struct egov_error *err)
{
	(void)err;
	(void)row;
	++*(int *)user;
	return EGOV_OK;
}

static void test_policies(void **state)
{
	struct fixture *f = *state;
	struct egov__policy_row row = { .version = "1.0", .published = 1, .effective = 2,
		                        .file = text("CPS") };
	bool found = false;
	int count = 0;

	memset(row.digest, 7, sizeof(row.digest));
	assert_ok(egov__store_policy_put(f->store, &row, &f->err), &f->err);
	assert_fails(egov__store_policy_put(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "policy of this version");
	memset(&row, 0, sizeof(row));
	assert_ok(egov__store_policy_get(f->store, "1.0", &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_string_equal(row.version, "1.0");
	assert_int_equal(row.digest[31], 7);
	assert_int_equal(row.published, 1);
	assert_int_equal(row.effective, 2);
	assert_true(egov__slice_equal(row.file, text("CPS")));
	assert_ok(egov__store_policy_get(f->store, "2.0", &row, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_policy_walk(f->store, see_policy, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
}

static enum egov_status see_application(void *user, const struct egov__application_row *row,
                                        struct egov_error *err)
{
	(void)err;
	egov__buf_printf(user, "%s ", row->id);
	return EGOV_OK;
}

/* What a getter lends can be changed and put back. */
static void test_applications(void **state)
{
	struct fixture *f = *state;
	struct egov__application_row row = { .id = "A999999", .state = EGOV__APPLICATION_SUBMITTED,
		                             .profile = "p", .holder_kind = 2, .submitter = "zhang",
		                             .submitted_at = HELP_NOW,
		                             .decided_at = EGOV_TIME_NONE, .text = text("facts") };
	struct egov_buf seen = EGOV__BUF(100);
	bool found = false;

	memset(row.salt, 3, sizeof(row.salt));
	assert_ok(egov__store_application_put(f->store, &row, &f->err), &f->err);
	row.id = "A1000000";
	assert_ok(egov__store_application_put(f->store, &row, &f->err), &f->err);
	assert_ok(egov__store_application_get(f->store, "A999999", &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_string_equal(row.reviewer, "");
	assert_int_equal(row.decided_at, EGOV_TIME_NONE);
	row.state = EGOV__APPLICATION_REVIEWED;
	row.reviewer = "wang";
	assert_ok(egov__store_application_put(f->store, &row, &f->err), &f->err);
	assert_ok(egov__store_application_get(f->store, "A999999", &row, &found, &f->err), &f->err);
	assert_int_equal(row.state, EGOV__APPLICATION_REVIEWED);
	assert_string_equal(row.reviewer, "wang");
	assert_string_equal(row.submitter, "zhang");
	assert_true(egov__slice_equal(row.text, text("facts")));
	assert_int_equal(row.serial.size, 0);
	assert_int_equal(row.salt[31], 3);
	assert_ok(egov__store_application_walk(f->store, 0, see_application, &seen, &f->err),
	          &f->err);
	assert_string_equal(egov__buf_string(&seen), "A999999 A1000000 ");
	egov_buf_reset(&seen);
	assert_ok(egov__store_application_walk(f->store, EGOV__APPLICATION_REVIEWED, see_application,
	                                       &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "A999999 ");
	egov__buf_clear(&seen);
}

/* --- intents and what comes of them --- */

static uint64_t generation = 1; /* of the key in the next intents */
static uint64_t part;           /* and the list that they name or are */
static uint64_t base;           /* which lists change */

static uint64_t add_intent(struct fixture *f, int kind, const char *serial, uint64_t number)
{
	struct egov__intent_row row = { .state = EGOV__INTENT_OPEN, .kind = kind, .generation = generation,
		                        .serial = serial == NULL ? EGOV__NO_SLICE : text(serial),
		                        .crl_number = number, .part = part,
		                        .base = kind == 3 ? base : 0, .time = HELP_NOW, .profile = "p",
		                        .application = "A000001", .actor = "li",
		                        .cps_version = "1.0", .tbs = text("tbs"),
		                        .algorithm = text("alg") };
	uint64_t id = 0;

	assert_ok(egov__store_intent_add(f->store, &row, &id, &f->err), &f->err);
	return id;
}

static enum egov_status see_intent(void *user, const struct egov__intent_row *row,
                                   struct egov_error *err)
{
	(void)err;
	egov__buf_printf(user, "%d ", (int)row->id);
	return EGOV_OK;
}

static void test_intents(void **state)
{
	struct fixture *f = *state;
	struct egov__intent_row row;
	struct egov_buf seen = EGOV__BUF(100);
	bool found = false;
	uint64_t id;

	put_entry(f, 0, "x", false);
	id = add_intent(f, 2, "serial-1", 0);
	assert_int_equal(id, 1);
	assert_int_equal(add_intent(f, 2, "serial-2", 0), 2);
	assert_int_equal(add_intent(f, 3, NULL, 7), 3);
	assert_int_equal(add_intent(f, 1, NULL, 0), 4);
	assert_ok(egov__store_intent_get(f->store, id, &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_true(egov__slice_equal(row.tbs, text("tbs")));
	assert_true(egov__slice_equal(row.algorithm, text("alg")));
	assert_string_equal(row.cps_version, "1.0");
	assert_int_equal(row.position, 1);

	row.id = 0;
	assert_fails(egov__store_intent_add(f->store, &row, &id, &f->err), &f->err, EGOV_E_EXISTS,
	             "intent with this serial");
	row.serial = EGOV__NO_SLICE;
	row.kind = 3;
	row.crl_number = 7;
	assert_fails(egov__store_intent_add(f->store, &row, &id, &f->err), &f->err, EGOV_E_EXISTS,
	             "or number");

	assert_ok(egov__store_intent_state(f->store, 1, EGOV__INTENT_DONE, &f->err), &f->err);
	assert_ok(egov__store_intent_state(f->store, 2, EGOV__INTENT_CLOSED, &f->err), &f->err);
	assert_fails(egov__store_intent_state(f->store, 2, EGOV__INTENT_DONE, &f->err), &f->err,
	             EGOV_E_NOTFOUND, "no open intent 2");
	assert_fails(egov__store_intent_state(f->store, 9, EGOV__INTENT_DONE, &f->err), &f->err,
	             EGOV_E_NOTFOUND, "no open intent 9");
	assert_ok(egov__store_intent_get(f->store, 1, &row, &found, &f->err), &f->err);
	assert_int_equal(row.state, EGOV__INTENT_DONE);
	assert_int_equal(row.tbs.size, 0);
	assert_ok(egov__store_intent_by_serial(f->store, text("serial-2"), &row, &found, &f->err),
	          &f->err);
	assert_true(found);
	assert_int_equal(row.state, EGOV__INTENT_CLOSED);
	assert_true(egov__slice_equal(row.tbs, text("tbs")));
	assert_ok(egov__store_intent_walk(f->store, EGOV__INTENT_OPEN, see_intent, &seen, &f->err),
	          &f->err);
	assert_string_equal(egov__buf_string(&seen), "3 4 ");
	egov_buf_reset(&seen);
	assert_ok(egov__store_intent_walk(f->store, 0, see_intent, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "1 2 3 4 ");
	egov__buf_clear(&seen);
}

static enum egov_status see_certificate(void *user, const struct egov__certificate_row *row,
                                        struct egov_error *err)
{
	(void)err;
	egov__buf_slice(user, row->serial);
	return EGOV_OK;
}

static void test_certificates(void **state)
{
	struct fixture *f = *state;
	struct egov__certificate_row row = { .serial = text("s2"), .generation = 1, .profile = "p",
		                             .application = "A000001", .cps_version = "1.0",
		                             .subject = "CN=张三", .not_before = 1, .not_after = 2,
		                             .issued_at = 3, .is_ca = true, .der = text("der") };
	struct egov_buf seen = EGOV__BUF(100);
	bool found = true;

	row.intent = 99;
	assert_fails(egov__store_certificate_add(f->store, &row, &f->err), &f->err, EGOV_E_USAGE,
	             "FOREIGN KEY");
	row.intent = add_intent(f, 2, "s2", 0);
	assert_ok(egov__store_certificate_add(f->store, &row, &f->err), &f->err);
	row.serial = text("s1");
	assert_fails(egov__store_certificate_add(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "certificate of this serial or intent");
	row.intent = add_intent(f, 2, "s1", 0);
	row.subject = "CN=李四";
	assert_ok(egov__store_certificate_add(f->store, &row, &f->err), &f->err);
	memset(&row, 0, sizeof(row));
	assert_ok(egov__store_certificate_get(f->store, text("s2"), &row, &found, &f->err), &f->err);
	assert_true(found && row.is_ca);
	assert_string_equal(row.subject, "CN=张三");
	assert_int_equal(row.not_before * 100 + row.not_after * 10 + row.issued_at, 123);
	assert_true(egov__slice_equal(row.der, text("der")));
	assert_ok(egov__store_certificate_get(f->store, text("s3"), &row, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_certificate_walk(f->store, NULL, see_certificate, &seen, &f->err),
	          &f->err);
	assert_string_equal(egov__buf_string(&seen), "s1s2");
	egov_buf_reset(&seen);
	assert_ok(egov__store_certificate_walk(f->store, "张", see_certificate, &seen, &f->err),
	          &f->err);
	assert_string_equal(egov__buf_string(&seen), "s2");
	egov__buf_clear(&seen);
}

/* --- revocations and lists --- */

static void revoke(struct fixture *f, const char *serial, egov_time not_after)
{
	const struct egov__revoked_row row = { .serial = text(serial), .revoked_at = 50, .reason = 1,
		                               .invalidity_date = EGOV_TIME_NONE,
		                               .not_after = not_after, .requested_by = "zhang",
		                               .reported_at = EGOV_TIME_NONE };

	assert_ok(egov__store_revoked_add(f->store, &row, &f->err), &f->err);
}

static void add_crl(struct fixture *f, uint64_t number, egov_time this_update)
{
	struct egov__crl_row row = { .number = number, .this_update = this_update,
		                     .next_update = this_update + 10, .signature = text("crl") };

	row.intent = add_intent(f, 3, NULL, number);
	put_entry(f, number, "intent", false);
	assert_ok(egov__store_crl_add(f->store, &row, &f->err), &f->err);
	assert_ok(egov__store_intent_state(f->store, row.intent, EGOV__INTENT_DONE, &f->err),
	          &f->err);
}

static enum egov_status see_revoked(void *user, const struct egov__revoked_row *row,
                                    struct egov_error *err)
{
	(void)err;
	egov__buf_slice(user, row->serial);
	return EGOV_OK;
}

/* Serial and reason of each entry: "a1b6". */
static void listed_in(struct fixture *f, const struct egov__crl_scope *scope, const char *wanted)
{
	struct egov__revoked_cursor *cursor = NULL;
	struct egov__listed_row row;
	struct egov__crl_entry entry;
	struct egov_buf seen = EGOV__BUF(100);
	const size_t count = strlen(wanted) / 2;
	bool found = true;

	assert_ok(egov__store_revoked_open(f->store, scope, &cursor, &f->err), &f->err);
	for (size_t i = 0; i <= count; i++) {
		assert_ok(egov__store_revoked_next(cursor, &row, &found, &f->err), &f->err);
		assert_int_equal(found, i < count);
		if (!found)
			continue;
		assert_ok(egov__crl_next(&row.entry, &entry, &f->err), &f->err);
		egov__buf_printf(&seen, "%c%d", row.serial.data[0], entry.reason);
	}
	assert_string_equal(egov__buf_string(&seen) == NULL ? "" : egov__buf_string(&seen), wanted);
	egov__store_revoked_close(cursor);
	egov__buf_clear(&seen);
}

static void listed_of(struct fixture *f, uint64_t number, const char *wanted)
{
	struct egov__revoked_cursor *cursor = NULL;
	const struct egov__crl_scope scope = { number, 0, 0, 0 };
	struct egov__listed_row row;
	const size_t count = strlen(wanted);
	bool found = true;

	assert_ok(egov__store_revoked_open(f->store, &scope, &cursor, &f->err), &f->err);
	for (size_t i = 0; i <= count; i++) {
		assert_ok(egov__store_revoked_next(cursor, &row, &found, &f->err), &f->err);
		assert_int_equal(found, i < count);
		if (found)
			assert_int_equal(row.serial.data[0], wanted[i]);
	}
	egov__store_revoked_close(cursor);
}

static void listed(struct fixture *f, const char *wanted)
{
	listed_of(f, 1, wanted);
}

static void relisted(struct fixture *f, egov_time now, uint64_t wanted)
{
	uint64_t count = 99;

	assert_ok(egov__store_revoked_relist(f->store, now, &count, &f->err), &f->err);
	assert_int_equal(count, wanted);
}

/* RFC 5280, 3.3: out only after one published list from after its end. */
static void test_entries_leave_the_list(void **state)
{
	struct fixture *f = *state;
	struct egov_buf seen = EGOV__BUF(100);
	struct egov__revoked_row row;
	bool found = false;

	add_intent(f, 2, "a", 0);
	add_intent(f, 2, "b", 0);
	add_intent(f, 2, "c", 0);
	revoke(f, "b", 100);
	revoke(f, "a", 1000);
	listed(f, "ab");
	add_crl(f, 0, 99);
	assert_ok(egov__store_crl_published(f->store, 0, 1000, &f->err), &f->err);
	listed(f, "ab");
	add_crl(f, 1, 100);     /* at its very end: still valid then */
	assert_ok(egov__store_crl_published(f->store, 1, 1000, &f->err), &f->err);
	listed(f, "ab");
	add_crl(f, 2, 101);
	listed(f, "ab");        /* signed, but nobody has seen it */
	revoke(f, "c", 100);    /* after that list was made */
	assert_ok(egov__store_crl_published(f->store, 2, 1000, &f->err), &f->err);
	assert_ok(egov__store_crl_published(f->store, 2, 1000, &f->err), &f->err);
	listed(f, "ac");
	add_crl(f, 3, 200);
	assert_ok(egov__store_crl_published(f->store, 3, 1000, &f->err), &f->err);
	listed(f, "a");
	add_crl(f, 4, HELP_NOW + 1000); /* made by a wrong clock, set back before it was published */
	assert_ok(egov__store_crl_published(f->store, 4, HELP_NOW, &f->err), &f->err);
	listed(f, "a");
	assert_ok(egov__store_crl_published(f->store, 4, HELP_NOW + 1000, &f->err), &f->err);
	listed(f, "");
	relisted(f, HELP_NOW + 1000, 0);
	relisted(f, HELP_NOW, 1);       /* or after it */
	listed(f, "a");
	relisted(f, HELP_NOW, 0);
	assert_ok(egov__store_revoked_walk_all(f->store, see_revoked, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "abc");
	assert_ok(egov__store_revoked_get(f->store, text("b"), &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_int_equal(row.left_with, 2);
	assert_int_equal(row.position, 0);
	assert_int_equal(row.invalidity_date, EGOV_TIME_NONE);
	assert_string_equal(row.requested_by, "zhang");
	assert_fails(egov__store_revoked_add(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "revocation of this serial");
	egov__buf_clear(&seen);
}

static void hold(struct fixture *f, const char *serial, egov_time not_after)
{
	const struct egov__hold_row row = { .serial = text(serial), .held_at = 50,
		                            .not_after = not_after, .actor = "li",
		                            .requested_by = "zhang" };

	assert_ok(egov__store_hold_add(f->store, &row, &f->err), &f->err);
}

static void end_hold(struct fixture *f, const char *serial, enum egov__hold_ending ending)
{
	struct egov__hold_row row;
	bool found = false;

	assert_ok(egov__store_hold_get(f->store, text(serial), &row, &found, &f->err), &f->err);
	assert_true(found);
	row.ending = ending;
	row.ended_at = 60;
	row.end_requested_by = "wu";
	assert_ok(egov__store_hold_end(f->store, &row, &f->err), &f->err);
}

static enum egov_status see_hold(void *user, const struct egov__hold_row *row,
                                 struct egov_error *err)
{
	(void)err;
	egov__buf_printf(user, "%.*s%d:%d ", (int)row->serial.size, (const char *)row->serial.data,
	                 (int)row->ending, (int)row->left_with);
	return EGOV_OK;
}

static void test_holds_come_and_go(void **state)
{
	struct fixture *f = *state;
	struct egov_buf seen = EGOV__BUF(100);
	struct egov__hold_row row = { .id = 99, .ending = EGOV__HOLD_RELEASED, .ended_at = 1 };
	bool found = true;

	add_intent(f, 2, "a", 0);
	add_intent(f, 2, "b", 0);
	add_intent(f, 2, "c", 0);
	hold(f, "c", 100);
	revoke(f, "b", 1000);
	hold(f, "a", 1000);
	listed(f, "abc");
	assert_fails(egov__store_hold_end(f->store, &row, &f->err), &f->err, EGOV_E_NOTFOUND,
	             "there is no open hold 99");
	row = (struct egov__hold_row){ .serial = text("a"), .actor = "li", .requested_by = "x" };
	assert_fails(egov__store_hold_add(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "hold on this serial");
	end_hold(f, "a", EGOV__HOLD_RELEASED);
	listed(f, "bc");
	assert_ok(egov__store_hold_get(f->store, text("a"), &row, &found, &f->err), &f->err);
	assert_false(found);
	hold(f, "a", 1000);
	end_hold(f, "a", EGOV__HOLD_REVOKED);
	revoke(f, "a", 1000);
	listed(f, "abc");
	add_crl(f, 1, 101);
	assert_ok(egov__store_crl_published(f->store, 1, 1000, &f->err), &f->err);
	listed(f, "ab");        /* c ended on hold, and stood on a list since */
	assert_ok(egov__store_hold_walk(f->store, text("a"), see_hold, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "a1:0 a2:0 ");
	egov_buf_reset(&seen);
	assert_ok(egov__store_hold_walk(f->store, EGOV__NO_SLICE, see_hold, &seen, &f->err),
	          &f->err);
	assert_string_equal(egov__buf_string(&seen), "a1:0 a2:0 c0:1 ");
	egov_buf_reset(&seen);
	assert_ok(egov__store_revoked_walk_history(f->store, see_revoked, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "aaabc");
	egov__buf_clear(&seen);
}

/* issued, revoked, held, paired: a letter each, or a dash. */
static void stands(struct fixture *f, const char *serial, const char *wanted)
{
	struct egov__standing_row row;
	char found[5];

	memset(&row, 0xff, sizeof(row));
	assert_ok(egov__store_standing_get(f->store, text(serial), &row, &f->err), &f->err);
	(void)snprintf(found, sizeof(found), "%c%c%c%c", row.issued ? 'i' : '-',
	               row.revoked ? 'r' : '-', row.held ? 'h' : '-', row.paired ? 'p' : '-');
	assert_string_equal(found, wanted);
	assert_int_equal(row.reason, row.revoked ? 1 : 0);
	if (row.issued) {
		assert_int_equal(row.not_after, 1000);
		assert_int_equal(row.key_digest[0] + row.key_digest[31], 2 * *serial);
	}
}

static void test_how_a_serial_stands(void **state)
{
	struct fixture *f = *state;
	const struct egov__pair_row pair = { .sign_serial = text("a"), .encrypt_serial = text("b"),
		                             .application = "A000001", .answer = text("x"),
		                             .centre = text("y") };
	struct egov__certificate_row row = { .generation = 1, .profile = "p", .application = "",
		                             .cps_version = "", .subject = "", .not_after = 1000,
		                             .der = text("der") };

	stands(f, "a", "----");
	for (const char *const *serial = (const char *const[]){ "a", "b", "c", NULL }; *serial != NULL;
	     serial++) {
		row.serial = text(*serial);
		row.intent = add_intent(f, 2, *serial, 0);
		memset(row.key_digest, **serial, sizeof(row.key_digest));
		assert_ok(egov__store_certificate_add(f->store, &row, &f->err), &f->err);
	}
	add_intent(f, 2, "d", 0);
	assert_ok(egov__store_pair_add(f->store, &pair, &f->err), &f->err);
	stands(f, "a", "i--p");
	stands(f, "b", "i--p");
	stands(f, "c", "i---");
	stands(f, "d", "----");
	hold(f, "a", 1000);
	hold(f, "c", 1000);
	revoke(f, "b", 1000);
	revoke(f, "d", 1000);
	stands(f, "a", "i-hp");
	stands(f, "b", "ir-p");
	stands(f, "c", "i-h-");
	stands(f, "d", "-r--");
	end_hold(f, "a", EGOV__HOLD_RELEASED);
	end_hold(f, "c", EGOV__HOLD_REVOKED);
	revoke(f, "c", 1000);
	stands(f, "a", "i--p");
	stands(f, "c", "ir--");
}

/* D-23: by key, whichever of its certificates it was. */
static void test_compromised_keys(void **state)
{
	static const int reasons[] = { 1, 2, 10, 4 };
	struct fixture *f = *state;
	struct egov__revoked_row row = { .revoked_at = 50, .invalidity_date = EGOV_TIME_NONE,
		                         .requested_by = "zhang" };
	bool found;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		const uint8_t serial[] = { (uint8_t)(i + 1) };

		row.serial = EGOV__SLICE(serial);
		row.reason = reasons[i];
		memset(row.key_digest, (int)i + 1, sizeof(row.key_digest));
		assert_ok(egov__store_revoked_add(f->store, &row, &f->err), &f->err);
	}
	for (uint8_t i = 0; i <= 4; i++) {
		uint8_t digest[32];

		memset(digest, i, sizeof(digest));
		assert_ok(egov__store_compromised_get(f->store, digest, &row, &found, &f->err),
		          &f->err);
		assert_int_equal(found, i >= 1 && i <= 3);
		if (found)
			assert_int_equal(row.serial.data[0], i);
	}
}

/* Each generation of the CA's key has a list of what it signed, which leaves with it. */
static void test_lists_of_generations(void **state)
{
	struct fixture *f = *state;
	const struct egov__generation_row second = { .number = 2, .since = HELP_NOW,
		                                     .state = EGOV__GENERATION_PENDING,
		                                     .key_digest = { 2 },
		                                     .last_end = EGOV_TIME_NONE };
	struct egov__crl_scope scope = { 2, 0, 0, 0 };
	struct egov__crl_row row;
	bool found = false;

	assert_ok(egov__store_generation_put(f->store, &second, &f->err), &f->err);
	add_intent(f, 2, "a", 0);
	generation = 2;
	add_intent(f, 2, "b", 0);
	add_intent(f, 2, "c", 0);
	revoke(f, "c", 100);
	revoke(f, "b", 1000);
	revoke(f, "a", 100);
	listed_of(f, 1, "a");
	listed_of(f, 2, "bc");
	add_crl(f, 1, 101);
	assert_ok(egov__store_crl_published(f->store, 1, 1000, &f->err), &f->err);
	listed_of(f, 1, "a");
	listed_of(f, 2, "b");
	generation = 1;
	add_crl(f, 2, 102);
	assert_ok(egov__store_crl_last(f->store, &scope, &row, &found, &f->err), &f->err);
	assert_true(found);
	assert_int_equal(row.number * 10 + row.generation, 12);
	scope.generation = 1;
	assert_ok(egov__store_crl_last(f->store, &scope, &row, &found, &f->err), &f->err);
	assert_int_equal(row.number * 10 + row.generation, 21);
	scope.generation = 3;
	assert_ok(egov__store_crl_last(f->store, &scope, &row, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_list_of_serial(f->store, text("b"), &scope, &f->err), &f->err);
	assert_int_equal(scope.generation, 2);
	assert_ok(egov__store_list_of_serial(f->store, text("x"), &scope, &f->err), &f->err);
	assert_int_equal(scope.generation, 0);
}

static enum egov_status see_part(void *user, uint64_t its_generation, uint64_t its_part,
                                 struct egov_error *err)
{
	(void)err;
	egov__buf_printf(user, "%d/%d ", (int)its_generation, (int)its_part);
	return EGOV_OK;
}

/* What was revoked stands on the list that its certificate named when it was issued. */
static void test_lists_of_parts(void **state)
{
	struct fixture *f = *state;
	const struct egov__crl_scope all = { 1, 0, 0, 0 }, shard = { 1, 103, 0, 0 };
	struct egov__crl_scope odd = { 0 };
	struct egov_buf seen = EGOV__BUF(100);
	struct egov__crl_row row;
	bool found = true;

	add_intent(f, 2, "a", 0);
	part = 103;
	add_intent(f, 2, "b", 0);
	add_intent(f, 2, "c", 0);
	assert_ok(egov__store_crl_part_odd(f->store, &odd, &found, &f->err), &f->err);
	assert_true(found && odd.part == 103);
	assert_ok(egov__store_crl_part_add(f->store, 1, 103, &f->err), &f->err);
	assert_ok(egov__store_crl_part_add(f->store, 1, 103, &f->err), &f->err);
	assert_ok(egov__store_crl_part_odd(f->store, &odd, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_crl_part_add(f->store, 1, 1, &f->err), &f->err);
	assert_ok(egov__store_crl_part_odd(f->store, &odd, &found, &f->err), &f->err);
	assert_true(found && odd.part == 1);
	assert_ok(egov__store_crl_part_walk(f->store, see_part, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "1/1 1/103 ");
	revoke(f, "c", 100);
	revoke(f, "a", 100);
	hold(f, "b", 1000);
	listed_in(f, &all, "a1");
	listed_in(f, &shard, "b6c1");
	add_crl(f, 1, 101);
	assert_ok(egov__store_crl_published(f->store, 1, 9999, &f->err), &f->err);
	listed_in(f, &all, "a1");
	listed_in(f, &shard, "b6");
	assert_ok(egov__store_crl_last(f->store, &all, &row, &found, &f->err), &f->err);
	assert_false(found);
	assert_ok(egov__store_crl_last(f->store, &shard, &row, &found, &f->err), &f->err);
	assert_true(found && row.part == 103 && row.base == 0);
	assert_ok(egov__store_list_of_serial(f->store, text("b"), &odd, &f->err), &f->err);
	assert_int_equal(odd.part, 103);
	part = 0;
	egov__buf_clear(&seen);
}

/* RFC 5280, 5.2.4. */
static void test_changes_since_a_list(void **state)
{
	struct fixture *f = *state;
	const struct egov__crl_scope complete = { 1, 0, 0, 0 };
	struct egov__crl_scope changes = { 1, 0, 4, 0 };
	struct egov__crl_row row;
	bool found = false, stood = true;

	for (const char *serial = "abcdefg"; *serial != 0; serial++)
		add_intent(f, 2, (char[]){ *serial, 0 }, 0);
	put_entry(f, 0, "x", false);
	revoke(f, "a", 1000);
	hold(f, "b", 1000);
	hold(f, "c", 1000);
	add_crl(f, 4, 50);
	assert_ok(egov__store_crl_published(f->store, 4, 9999, &f->err), &f->err);
	assert_ok(egov__store_crl_before(f->store, &complete, 99, true, &row, &f->err), &f->err);
	assert_int_equal(row.number, 4);
	changes.since = row.position;
	listed_in(f, &changes, "");
	revoke(f, "e", 1000);
	end_hold(f, "b", EGOV__HOLD_RELEASED);
	end_hold(f, "c", EGOV__HOLD_REVOKED);
	revoke(f, "c", 1000);
	hold(f, "d", 1000);
	hold(f, "f", 1000);
	end_hold(f, "f", EGOV__HOLD_RELEASED);  /* no list has had it */
	listed_in(f, &changes, "b8c1d6e1");
	put_entry(f, 5, "x", false);
	base = 4;
	add_crl(f, 6, 60);
	assert_ok(egov__store_crl_published(f->store, 6, 9999, &f->err), &f->err);
	assert_ok(egov__store_crl_stood(f->store, &changes, 0, row.position, &stood, &f->err), &f->err);
	assert_false(stood);
	assert_ok(egov__store_crl_stood(f->store, &changes, row.position + 1, 99, &stood, &f->err),
	          &f->err);
	assert_true(stood);
	end_hold(f, "d", EGOV__HOLD_RELEASED);  /* the delta list has had it */
	hold(f, "b", 1000);                     /* again */
	listed_in(f, &changes, "b6c1d8e1");
	listed_in(f, &complete, "a1b6c1e1");
	assert_ok(egov__store_crl_at(f->store, &changes, 60, &row, &found, &f->err), &f->err);
	assert_true(found && row.number == 6 && row.base == 4);
	assert_ok(egov__store_crl_at(f->store, &complete, 60, &row, &found, &f->err), &f->err);
	assert_true(found && row.number == 4);
	assert_ok(egov__store_crl_at(f->store, &complete, 49, &row, &found, &f->err), &f->err);
	assert_false(found);
	/* Nothing leaves with a delta list. */
	add_crl(f, 8, 2000);
	assert_ok(egov__store_crl_published(f->store, 8, 9999, &f->err), &f->err);
	listed_in(f, &complete, "a1b6c1e1");
	base = 0;
}

static enum egov_status see_crl(void *user, const struct egov__crl_row *row, struct egov_error *err)
{
	(void)err;
	egov__buf_printf(user, "%d%s ", (int)row->number, row->published ? "p" : "");
	return EGOV_OK;
}

static void test_crls_stay(void **state)
{
	struct fixture *f = *state;
	struct egov_buf seen = EGOV__BUF(100);
	struct egov__crl_row row;
	bool found = true;

	assert_ok(egov__store_crl_last(f->store, NULL, &row, &found, &f->err), &f->err);
	assert_false(found);
	add_crl(f, 0, 10);
	add_crl(f, 1, 20);
	assert_ok(egov__store_crl_published(f->store, 0, 1000, &f->err), &f->err);
	assert_fails(egov__store_crl_published(f->store, 5, 1000, &f->err), &f->err, EGOV_E_NOTFOUND,
	             "no CRL number 5");
	assert_ok(egov__store_crl_last(f->store, NULL, &row, &found, &f->err), &f->err);
	assert_true(found && !row.published);
	assert_int_equal(row.number, 1);
	assert_int_equal(row.next_update, 30);
	assert_ok(egov__store_crl_get(f->store, 0, &row, &found, &f->err), &f->err);
	assert_true(found && row.published);
	assert_true(egov__slice_equal(row.signature, text("crl")));
	row.intent = 77;
	assert_fails(egov__store_crl_add(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS, "CRL");
	assert_ok(egov__store_crl_walk(f->store, see_crl, &seen, &f->err), &f->err);
	assert_string_equal(egov__buf_string(&seen), "0p 1 ");
	egov__buf_clear(&seen);
}

/* --- what lists sign, in pieces --- */

static uint8_t octet_at(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static void fill_octets(uint8_t *to, size_t from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = octet_at(from + i);
}

/* A first piece, full ones, and a last. */
#define FIRST 100u
#define LAST 333u
#define PIECES_SIZE (FIRST + 2 * EGOV__PIECE + LAST)

static void write_pieces(struct fixture *f, uint64_t number)
{
	static uint8_t block[EGOV__PIECE];
	struct egov__pieces *pieces = NULL;
	size_t at = FIRST;

	assert_ok(egov__pieces_new(f->store, number, &pieces, &f->err), &f->err);
	for (int i = 0; i < 3; i++) {
		const size_t size = i < 2 ? EGOV__PIECE : LAST;

		fill_octets(block, at, size);
		at += size;
		assert_ok(egov__pieces_write(pieces, (struct egov_slice){ block, size }, &f->err),
		          &f->err);
	}
	fill_octets(block, 0, FIRST);
	assert_ok(egov__pieces_finish(pieces, (struct egov_slice){ block, FIRST }, &f->err), &f->err);
	assert_int_equal(egov__pieces_tbs(pieces)->size, PIECES_SIZE);
	egov__pieces_free(pieces);
}

static void reads(struct fixture *f, const struct egov__source *source, size_t at, size_t size)
{
	static uint8_t got[PIECES_SIZE], wanted[PIECES_SIZE];

	fill_octets(wanted, at, size);
	assert_ok(egov__source_read(source, at, got, size, &f->err), &f->err);
	assert_memory_equal(got, wanted, size);
}

static void test_a_list_in_pieces(void **state)
{
	struct fixture *f = *state;
	const struct egov__crl_row row = { .number = 7, .signature = text("signature") };
	struct egov__pieces *pieces = NULL;
	const struct egov__source *source;
	uint8_t bytes[16];
	uint64_t odd = 0;
	bool found = false;

	write_pieces(f, 7);
	write_pieces(f, 8);
	assert_ok(egov__store_crl_open(f->store, &row, &pieces, &f->err), &f->err);
	source = egov__pieces_tbs(pieces);
	assert_int_equal(source->size, PIECES_SIZE);
	reads(f, source, 0, PIECES_SIZE);
	reads(f, source, FIRST - 1, 2);
	reads(f, source, FIRST + EGOV__PIECE - 1, EGOV__PIECE + 2);
	reads(f, source, PIECES_SIZE - 1, 1);
	reads(f, source, 5, 1);
	assert_fails(egov__source_read(source, PIECES_SIZE, bytes, 1, &f->err), &f->err, EGOV_E_SYNTAX,
	             "cut short");
	source = egov__pieces_list(pieces);
	assert_int_equal(source->size, 5 + PIECES_SIZE + 9);
	assert_ok(egov__source_read(source, 0, bytes, 6, &f->err), &f->err);
	assert_memory_equal(bytes, ((uint8_t[]){ 0x30, 0x83, 0x02, 0x01, 0xba, octet_at(0) }), 6);
	assert_ok(egov__source_read(source, 4 + PIECES_SIZE, bytes, 10, &f->err), &f->err);
	assert_int_equal(bytes[0], octet_at(PIECES_SIZE - 1));
	assert_memory_equal(bytes + 1, "signature", 9);
	egov__pieces_free(pieces);
	assert_ok(egov__store_pieces_odd(f->store, &odd, &found, &f->err), &f->err);
	assert_true(found && odd == 7);
	add_intent(f, 3, NULL, 7);
	assert_ok(egov__store_pieces_odd(f->store, &odd, &found, &f->err), &f->err);
	assert_true(found && odd == 8);
	add_intent(f, 3, NULL, 8);
	assert_ok(egov__store_pieces_odd(f->store, &odd, &found, &f->err), &f->err);
	assert_false(found);
}

static void test_pieces_are_all_there(void **state)
{
	static const struct {
		const char *change, *where;
		bool opens;
	} cases[] = {
		{ "DELETE FROM crl_piece", "1", false },
		{ "DELETE FROM crl_piece", "piece = 0", false },
		{ "DELETE FROM crl_piece", "piece = 2", false },
		{ "UPDATE crl_piece SET piece = 9", "piece = 2", false },
		{ "UPDATE crl_piece SET bytes = x''", "piece = 3", false },
		{ "UPDATE crl_piece SET bytes = zeroblob(65537)", "piece = 0", false },
		{ "UPDATE crl_piece SET bytes = zeroblob(65537)", "piece = 2", true },
		{ "UPDATE crl_piece SET bytes = zeroblob(100)", "piece = 2", true },
	};
	struct fixture *f = *state;
	static uint8_t all[PIECES_SIZE];
	char sql[160];

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		write_pieces(f, i);
	assert_ok(egov__store_commit(f->store, &f->err), &f->err);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov__pieces *pieces = NULL;
		enum egov_status rc;

		(void)snprintf(sql, sizeof(sql), "%s WHERE number = %u AND %s", cases[i].change, i,
		               cases[i].where);
		help_tamper(f->path, sql);
		rc = egov__pieces_open(f->store, i, &pieces, &f->err);
		assert_int_equal(rc == EGOV_OK, cases[i].opens);
		if (rc == EGOV_OK)
			rc = egov__source_read(egov__pieces_tbs(pieces), 0, all, sizeof(all), &f->err);
		assert_fails(rc, &f->err, EGOV_E_CORRUPT, "is not whole");
		egov__pieces_free(pieces);
	}
}

static enum egov_status see_request(void *user, const struct egov__request_row *row,
                                    struct egov_error *err)
{
	(void)err;
	*(uint64_t *)user = row->intent;
	assert_true(egov__slice_equal(row->der, text("p10")));
	return EGOV_OK;
}

static void test_requests(void **state)
{
	struct fixture *f = *state;
	const struct egov__request_row row = { add_intent(f, 1, NULL, 0), text("p10") };
	struct egov__request_row again;
	uint64_t seen = 0;
	bool found = false;

	assert_ok(egov__store_request_add(f->store, &row, &f->err), &f->err);
	assert_ok(egov__store_request_get(f->store, row.intent, &again, &found, &f->err), &f->err);
	assert_true(found);
	assert_true(egov__slice_equal(again.der, text("p10")));
	assert_ok(egov__store_request_get(f->store, 99, &again, &found, &f->err), &f->err);
	assert_false(found);
	assert_fails(egov__store_request_add(f->store, &row, &f->err), &f->err, EGOV_E_EXISTS,
	             "request of this intent");
	assert_ok(egov__store_request_walk(f->store, see_request, &seen, &f->err), &f->err);
	assert_int_equal(seen, row.intent);
}

/* --- what the tables refuse, whoever asks --- */

/* From a shell too, which asks no library. */
static void test_evidence_only_grows(void **state)
{
	static const char *const refused[] = {
		"DELETE FROM journal", "UPDATE journal SET actor = 'wang'", "DELETE FROM sealed",
		"UPDATE sealed SET blob = x''", "DELETE FROM checkpoint",
		"DELETE FROM certificate",
		"UPDATE certificate SET der = x''", "DELETE FROM revoked",
		"UPDATE revoked SET reason = 6", "UPDATE hold SET ending = 3",
		"INSERT INTO hold SELECT 9, serial, 0, 0, '', '', salt, 0, 0, 3, 1, '', salt, 0 FROM hold",
		"UPDATE generation SET signatures = 6",
		"INSERT INTO generation VALUES(2, 2, 0, zeroblob(31) || x'01', 0, 0, NULL)",
		"INSERT INTO generation VALUES(100, 1, 0, zeroblob(31) || x'01', 0, 0, NULL)",
		"INSERT INTO journal VALUES(9, 'noon', 'k', 'a', 'o', 's', '{}', NULL, zeroblob(32))",
		"INSERT INTO journal VALUES(9, 0, 'k', 'a', 'o', 's', '{}', NULL, zeroblob(31))",
	};
	struct fixture *f = *state;
	const struct egov__certificate_row certificate = {
		.generation = 1,
		.serial = text("s"), .intent = add_intent(f, 2, "s", 0), .der = text("der") };
	const struct egov__checkpoint_row checkpoint = { .size = 1, .signature = text("s") };
	const struct egov__policy_row policy = { .version = "1", .file = text("f") };
	const struct egov__application_row application = {
		.id = "A000001", .state = EGOV__APPLICATION_SUBMITTED, .decided_at = EGOV_TIME_NONE };
	const struct egov__request_row request = { add_intent(f, 1, NULL, 0), text("p10") };
	const struct egov__generation_row used = { .number = 1, .since = HELP_NOW,
		                                         .state = EGOV__GENERATION_ACTIVE,
		                                         .intents = 5, .signatures = 2,
		                                         .last_end = HELP_NOW };
	const struct egov__generation_row back[] = {
		{ .number = 1, .state = EGOV__GENERATION_PENDING, .intents = 5, .signatures = 2,
		  .last_end = HELP_NOW },
		{ .number = 1, .state = EGOV__GENERATION_ACTIVE, .intents = 4, .signatures = 2,
		  .last_end = HELP_NOW },
		{ .number = 1, .state = EGOV__GENERATION_ACTIVE, .intents = 5, .signatures = 1,
		  .last_end = HELP_NOW },
		{ .number = 1, .state = EGOV__GENERATION_ACTIVE, .intents = 5, .signatures = 2,
		  .last_end = HELP_NOW - 1 },
		{ .number = 1, .state = EGOV__GENERATION_ACTIVE, .intents = 5, .signatures = 2,
		  .last_end = EGOV_TIME_NONE },
	};
	uint64_t value;

	put_entry(f, 0, "x", true);
	assert_ok(egov__store_certificate_add(f->store, &certificate, &f->err), &f->err);
	assert_ok(egov__store_checkpoint_put(f->store, &checkpoint, &f->err), &f->err);
	assert_ok(egov__store_policy_put(f->store, &policy, &f->err), &f->err);
	assert_ok(egov__store_application_put(f->store, &application, &f->err), &f->err);
	assert_ok(egov__store_request_add(f->store, &request, &f->err), &f->err);
	assert_ok(egov__store_meta_put(f->store, "m", text("v"), &f->err), &f->err);
	assert_ok(egov__store_counter_next(f->store, "c", &value, &f->err), &f->err);
	assert_ok(egov__store_counter_next(f->store, "c", &value, &f->err), &f->err);
	assert_ok(egov__store_generation_put(f->store, &used, &f->err), &f->err);
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		assert_fails(egov__store_generation_put(f->store, &back[i], &f->err), &f->err,
		             EGOV_E_EXISTS, "generation");
	revoke(f, "s", 3);
	hold(f, "h", 100);
	end_hold(f, "h", EGOV__HOLD_RELEASED);
	add_crl(f, 1, 5);
	assert_ok(egov__store_crl_published(f->store, 1, 1000, &f->err), &f->err);
	assert_ok(egov__store_intent_state(f->store, 1, EGOV__INTENT_DONE, &f->err), &f->err);
	assert_ok(egov__store_commit(f->store, &f->err), &f->err);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (help_run("sqlite3 '%s' \"%s\" 2>/dev/null", f->path, refused[i]) == 0)
			fail_msg("%s: was not refused", refused[i]);
}

static void test_wrong_columns_are_corrupt(void **state)
{
	struct fixture *f = *state;
	struct egov__policy_row row = { .version = "1", .file = text("f") };
	bool found = false;

	assert_ok(egov__store_policy_put(f->store, &row, &f->err), &f->err);
	assert_ok(egov__store_commit(f->store, &f->err), &f->err);
	help_tamper(f->path, "UPDATE policy SET version = '1' || char(0) || '2'");
	assert_fails(egov__store_policy_walk(f->store, see_policy, &found, &f->err), &f->err,
	             EGOV_E_CORRUPT, "policy: a row that the schema does not allow");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_meta, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_counters_rise_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_journal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_walks_nest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_checkpoints, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_policies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_applications, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_intents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_certificates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_entries_leave_the_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_holds_come_and_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_how_a_serial_stands, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_compromised_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists_of_generations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists_of_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes_since_a_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_crls_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_list_in_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pieces_are_all_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_requests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_evidence_only_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_columns_are_corrupt, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
