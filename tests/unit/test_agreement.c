/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"
#include "help_ledger.h"

#include "base/fileio.h"
#include "crl/crl.h"
#include "crl/part.h"

/*
 * 10,000 serials at 20 instants, between which certificates are revoked, put on hold and
 * released: the ledger, the complete list, base and delta list, the lists of eight shards, and
 * whoever verifies with any of these say the same of each.
 */
#define SERIALS 10000
#define INSTANTS 20
#define SHARDS 8
#define CHANGES 200
#define REBASE 6                /* instants between complete lists that have delta lists */
#define DAY 86400
#define START 1780000000
#define LIVE (START + 1000 * DAY)

enum state { GOOD = 0, HELD, REVOKED };

static enum state truth[SERIALS];

/* A ledger whose certificates are all on one list, or spread over shards. */
struct ledger {
	char *dir;
	struct egov_store *store;
	bool sharded;
	uint64_t entries, lists;        /* of the journal; numbers */
	uint64_t base, since;           /* the last complete list, and its position */
	enum state at_base[SERIALS];    /* as a relying party has it */
};

static struct ledger one, many = { .sharded = true };
static struct egov_error err;

/* What relying parties have: the lists of every instant, signed, each in force until the next
 * is; and what was true then. */
enum form { COMPLETE, DELTA, SHARDED, FORMS };
static struct egov_verifier *verifiers[FORMS];
static struct egov_buf *ca;
static enum state then[INSTANTS][SERIALS];

static struct egov_slice serial_of(unsigned n)
{
	static uint8_t serial[16];

	memset(serial, 0, sizeof(serial));
	serial[0] = 0x40;
	serial[14] = (uint8_t)(n >> 8);
	serial[15] = (uint8_t)n;
	return (struct egov_slice){ serial, sizeof(serial) };
}

static unsigned number_of(struct egov_slice serial)
{
	assert_int_equal(serial.size, 16);
	return (unsigned)serial.data[14] << 8 | serial.data[15];
}

/* The same numbers in every run. */
static unsigned draw(void)
{
	static uint64_t x = 88172645463325252;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x >> 32);
}

static void entry(struct ledger *l)
{
	const struct egov__journal_row row = { .seq = l->entries++, .time = START, .kind = "test",
		                               .actor = "x", .subject = "x", .body = "{}" };

	assert_ok(egov__store_journal_append(l->store, &row, &err), &err);
}

static uint64_t add_intent(struct ledger *l, struct egov__intent_row *row)
{
	uint64_t id = 0;

	row->state = EGOV__INTENT_OPEN;
	row->generation = 1;
	row->time = START;
	row->profile = row->application = row->actor = row->cps_version = "";
	assert_ok(egov__store_intent_add(l->store, row, &id, &err), &err);
	entry(l);
	return id;
}

static void begin(struct ledger *l)
{
	const struct egov__generation_row first = { .number = 1, .since = START,
		                                    .state = EGOV__GENERATION_ACTIVE,
		                                    .last_end = EGOV_TIME_NONE };

	l->dir = help_dir();
	l->store = help_store(l->dir);
	assert_ok(egov__store_begin(l->store, &err), &err);
	assert_ok(egov__store_generation_put(l->store, &first, &err), &err);
	for (unsigned n = 0; n < SERIALS; n++) {
		struct egov__intent_row row = { .kind = 2, .serial = serial_of(n),
			                        .part = l->sharded ? EGOV__PART_SHARD + 1 + n % SHARDS
			                                           : EGOV__PART_ALL };

		(void)add_intent(l, &row);
	}
}

static void end(struct ledger *l)
{
	assert_ok(egov__store_commit(l->store, &err), &err);
	egov__store_close(l->store);
	help_dir_remove(l->dir);
}

/* --- what happens to certificates --- */

static void revoke(struct ledger *l, unsigned n, egov_time now)
{
	struct egov__revoked_row row = { .serial = serial_of(n), .revoked_at = now, .reason = 1,
		                         .invalidity_date = EGOV_TIME_NONE, .not_after = LIVE,
		                         .requested_by = "x" };
	struct egov__hold_row hold;
	bool found = false;

	assert_ok(egov__store_hold_get(l->store, row.serial, &hold, &found, &err), &err);
	if (found) {
		row.revoked_at = hold.held_at;
		hold.ending = EGOV__HOLD_REVOKED;
		hold.ended_at = now;
		assert_ok(egov__store_hold_end(l->store, &hold, &err), &err);
	}
	assert_ok(egov__store_revoked_add(l->store, &row, &err), &err);
	entry(l);
}

static void hold(struct ledger *l, unsigned n, egov_time now)
{
	const struct egov__hold_row row = { .serial = serial_of(n), .held_at = now, .not_after = LIVE,
		                            .actor = "x", .requested_by = "x" };

	assert_ok(egov__store_hold_add(l->store, &row, &err), &err);
	entry(l);
}

static void release(struct ledger *l, unsigned n, egov_time now)
{
	struct egov__hold_row row;
	bool found = false;

	assert_ok(egov__store_hold_get(l->store, serial_of(n), &row, &found, &err), &err);
	assert_true(found);
	row.ending = EGOV__HOLD_RELEASED;
	row.ended_at = now;
	assert_ok(egov__store_hold_end(l->store, &row, &err), &err);
	entry(l);
}

/* Few enough that what is held is often chosen again. */
static void change(egov_time now)
{
	const unsigned n = draw() % 3 == 0 ? draw() % SERIALS : draw() % 500;
	const unsigned what = draw() % 3;
	struct ledger *const both[] = { &one, &many };
	enum state next = truth[n];

	if (truth[n] == GOOD)
		next = what == 0 ? REVOKED : HELD;
	else if (truth[n] == HELD)
		next = what == 0 ? REVOKED : GOOD;
	for (size_t i = 0; i < 2 && next != truth[n]; i++) {
		if (next == REVOKED)
			revoke(both[i], n, now);
		else if (next == HELD)
			hold(both[i], n, now);
		else
			release(both[i], n, now);
	}
	truth[n] = next;
}

/* --- lists --- */

static enum egov_status next_entry(void *user, struct egov__crl_entry *out, struct egov_error *e)
{
	struct egov__listed_row row;
	bool found = false;
	enum egov_status rc = egov__store_revoked_next(user, &row, &found, e);

	if (rc != EGOV_OK || !found)
		return rc;
	*out = (struct egov__crl_entry){ .der = row.entry, .serial = row.serial };
	return rc;
}

/* The address of a shard, as certificates name it. */
static const char *address(uint64_t part)
{
	static char url[64];

	(void)snprintf(url, sizeof(url), "http://ca.example.cn/crl/ca-s%u.crl",
	               (unsigned)(part - EGOV__PART_SHARD));
	return url;
}

/* Signs it as the CA does, for those who verify. */
static void hand_out(enum form form, const struct egov_tbs *tbs)
{
	struct egov_buf *out = egov_buf_new(EGOV__MAX_CRL), *signature = egov_buf_new(EGOV__MAX_OBJECT);
	static const uint8_t unused = 0;
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	size_t bits;

	egov__buf_slice(out, egov__tbs_der(tbs));
	egov__buf_slice(out, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT));
	chain_sign(1, NULL, egov__tbs_der(tbs), signature);
	bits = egov__der_open(out, EGOV__BIT_STRING);
	egov__buf_append(out, &unused, 1);
	egov__buf_slice(out, egov_buf_slice(signature));
	egov__der_close(out, bits);
	egov__der_close(out, mark);
	assert_ok(egov_verifier_add_crl(verifiers[form], egov_buf_slice(out), &err), &err);
	egov_buf_free(signature);
	egov_buf_free(out);
}

/* Applies a list, encoded and decoded again, to what somebody knows. */
static void apply(struct ledger *l, const struct egov__crl_scope *scope, egov_time now,
                  egov_time until, enum state *known)
{
	static struct egov_cert *issuer_cert;
	struct egov__ext ski;
	struct egov__issuer issuer = { .params = EGOV__SIGALG_ABSENT };
	const bool shard = scope->part != EGOV__PART_ALL;
	const bool base = until > now + DAY;    /* it is on record already */
	struct egov__crl_plan plan = { .issuer = &issuer, .number = l->lists + !base,
		                       .this_update = now,
		                       .next_update = until, .base = scope->base,
		                       .idp_uri = shard ? address(scope->part) : NULL,
		                       .only_users = shard, .next = next_entry };
	struct egov__revoked_cursor *cursor = NULL;
	struct egov__crl_fields fields;
	struct egov__crl_entry e;
	struct egov_slice entries;
	struct egov_tbs *tbs = NULL;

	assert_ok(egov_cert_decode(egov_buf_slice(ca), &issuer_cert, &err), &err);
	issuer.name = egov_cert_subject(issuer_cert);
	assert_true(egov__cert_ext(issuer_cert, EGOV__OID_SKI, &ski));
	assert_ok(egov__ext_ski(ski.value, &issuer.key_id, &err), &err);
	assert_ok(egov__store_revoked_open(l->store, scope, &cursor, &err), &err);
	plan.count = EGOV__CRL_ALL;
	plan.user = cursor;
	assert_ok(egov__crl_build(&plan, &tbs, &err), &err);
	egov__store_revoked_close(cursor);
	assert_ok(egov__crl_tbs_decode(egov__tbs_der(tbs), &fields, &err), &err);
	for (entries = fields.entries; entries.size > 0;) {
		assert_ok(egov__crl_next(&entries, &e, &err), &err);
		assert_true(number_of(e.serial) < SERIALS);
		if (l->sharded)
			assert_int_equal(EGOV__PART_SHARD + 1 + number_of(e.serial) % SHARDS, scope->part);
		known[number_of(e.serial)] = e.reason == 8 ? GOOD : e.reason == 6 ? HELD : REVOKED;
	}
	/* Bases last until the next one; a complete list of each instant until the next instant. */
	if (scope->base != 0 || base)
		hand_out(DELTA, tbs);
	else
		hand_out(shard ? SHARDED : COMPLETE, tbs);
	egov__tbs_free(tbs);
	egov_cert_free(issuer_cert);
}

/* That such a list was signed and published. */
static void record(struct ledger *l, const struct egov__crl_scope *scope, egov_time now)
{
	struct egov__intent_row intent = { .kind = 3, .crl_number = ++l->lists, .part = scope->part,
		                           .base = scope->base };
	struct egov__crl_row row = { .number = l->lists, .this_update = now, .next_update = now + DAY,
		                     .signature = egov__slice_text("x") };

	row.intent = add_intent(l, &intent);
	assert_ok(egov__store_crl_add(l->store, &row, &err), &err);
	assert_ok(egov__store_intent_state(l->store, row.intent, EGOV__INTENT_DONE, &err), &err);
	assert_ok(egov__store_crl_published(l->store, row.number, now, &err), &err);
}

static void rebase(struct ledger *l, egov_time now)
{
	const struct egov__crl_scope complete = { 1, EGOV__PART_ALL, 0, 0 };
	struct egov__crl_row row;

	record(l, &complete, now);
	assert_ok(egov__store_crl_before(l->store, &complete, INT64_MAX, true, &row, &err), &err);
	l->base = row.number;
	l->since = row.position;
	memset(l->at_base, 0, sizeof(l->at_base));
	apply(l, &complete, now, now + REBASE * DAY, l->at_base);
}

/* --- what each says --- */

static enum state of_ledger(struct ledger *l, unsigned n)
{
	struct egov__revoked_row revoked;
	struct egov__hold_row held;
	bool is_revoked = false, is_held = false;

	assert_ok(egov__store_revoked_get(l->store, serial_of(n), &revoked, &is_revoked, &err), &err);
	assert_ok(egov__store_hold_get(l->store, serial_of(n), &held, &is_held, &err), &err);
	assert_false(is_revoked && is_held);
	return is_revoked ? REVOKED : is_held ? HELD : GOOD;
}

static void same(const enum state *said, const char *who, unsigned instant)
{
	for (unsigned n = 0; n < SERIALS; n++)
		if (said[n] != truth[n])
			fail_msg("instant %u: %s says %d of serial %u, which is %d", instant, who,
			         (int)said[n], n, (int)truth[n]);
}

static void compare(unsigned instant, egov_time now)
{
	static enum state said[SERIALS];
	const struct egov__crl_scope complete = { 1, EGOV__PART_ALL, 0, 0 };
	const struct egov__crl_scope changes = { 1, EGOV__PART_ALL, one.base, one.since };

	for (unsigned n = 0; n < SERIALS; n++)
		said[n] = of_ledger(&one, n);
	same(said, "the ledger", instant);
	memset(said, 0, sizeof(said));
	apply(&one, &complete, now, now + DAY, said);
	same(said, "the complete list", instant);
	memcpy(said, one.at_base, sizeof(said));
	apply(&one, &changes, now, now + DAY, said);
	same(said, "base and delta list", instant);
	record(&one, &changes, now);
	memset(said, 0, sizeof(said));
	for (uint64_t i = 1; i <= SHARDS; i++) {
		const struct egov__crl_scope shard = { 1, EGOV__PART_SHARD + i, 0, 0 };

		apply(&many, &shard, now, now + DAY, said);
	}
	same(said, "the lists of shards", instant);
	memcpy(then[instant], truth, sizeof(truth));
}

/* --- who relies upon the lists --- */

static void begin_verifiers(void)
{
	const struct chain_plan plan = { .subject = "ca", .key = 1, .ca = true, .from = START - DAY,
		                         .until = LIVE };

	ca = chain_cert(&plan);
	for (int form = 0; form < FORMS; form++) {
		verifiers[form] = egov_verifier_new();
		assert_non_null(verifiers[form]);
		assert_ok(egov_verifier_add_trust(verifiers[form], egov_buf_slice(ca), &err), &err);
	}
}

static struct egov_buf *certificate(unsigned n, enum form form)
{
	char hex[33];
	const struct chain_plan plan = { .subject = "user", .issuer = "ca", .key = 2, .issuer_key = 1,
		                         .serial_hex = hex, .from = START - DAY, .until = LIVE,
		                         .crl_dp = form == SHARDED ? address(EGOV__PART_SHARD + 1
		                                                             + n % SHARDS)
		                                                   : NULL };

	(void)snprintf(hex, sizeof(hex), "40%026x%04x", 0, n);
	return chain_cert(&plan);
}

static enum state verdict(enum form form, struct egov_slice der, egov_time at)
{
	const struct egov_verify_options options = { .at = at, .require_revocation = 1 };
	struct egov_error why = { 0 };

	if (egov_verify(verifiers[form], der, &options, NULL, &why) == EGOV_OK)
		return GOOD;
	assert_int_equal(why.status, EGOV_E_UNTRUSTED);
	if (strstr(why.text, "on hold since") != NULL)
		return HELD;
	if (strstr(why.text, "revoked at") == NULL)
		fail_msg("neither good nor revoked: %s", why.text);
	return REVOKED;
}

/* A list is looked through for each question: 600,000 of them take minutes, which are taken where
 * AGREEMENT=all.  Otherwise every serial is asked about at one of the instants, every 50th at all
 * of them and with each form. */
static bool asks_all;

static bool is_asked(unsigned n, enum form form, unsigned instant)
{
	return asks_all || n % 50 == 0 || (form == COMPLETE && n % INSTANTS == instant);
}

static void ask(unsigned n, enum form form)
{
	struct egov_buf *der = certificate(n, form);

	for (unsigned i = 0; i < INSTANTS; i++) {
		enum state said;

		if (!is_asked(n, form, i))
			continue;
		said = verdict(form, egov_buf_slice(der), START + (egov_time)i * DAY + 2);
		if (said != then[i][n])
			fail_msg("instant %u: who verifies by form %d says %d of serial %u, which was %d",
			         i, (int)form, (int)said, n, (int)then[i][n]);
	}
	egov_buf_free(der);
}

static void verify_all(void)
{
	const char *const asked = getenv("AGREEMENT");

	asks_all = asked != NULL && strcmp(asked, "all") == 0;
	for (unsigned n = 0; n < SERIALS; n++)
		for (int form = 0; form < (asks_all || n % 50 == 0 ? FORMS : 1); form++)
			ask(n, (enum form)form);
	for (int form = 0; form < FORMS; form++)
		egov_verifier_free(verifiers[form]);
	egov_buf_free(ca);
}

static void all_say_the_same(void **state)
{
	struct egov__crl_scope scope = { 9, 9, 0, 0 };
	size_t counts[3] = { 0 };

	(void)state;
	begin_verifiers();
	begin(&one);
	begin(&many);
	for (unsigned instant = 0; instant < INSTANTS; instant++) {
		const egov_time now = START + (egov_time)instant * DAY;

		if (instant % REBASE == 0)
			rebase(&one, now);
		for (unsigned i = 0; i < CHANGES; i++)
			change(now);
		compare(instant, now + 1);
	}
	for (unsigned n = 0; n < SERIALS; n++)
		counts[truth[n]]++;
	/* What was never issued is nobody's, which is not the same as good. */
	assert_ok(egov__store_list_of_serial(one.store, serial_of(SERIALS), &scope, &err), &err);
	assert_int_equal(scope.generation, 0);
	assert_true(counts[HELD] > 50 && counts[REVOKED] > 500 && counts[GOOD] > 5000);
	end(&one);
	end(&many);
	verify_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_say_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
