/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"
#include "help_ledger.h"

#include <sys/stat.h>

#include "base/der.h"
#include "base/fileio.h"
#include "ca/crl_checks.h"

#define DAY 86400
#define LAST_UPDATE HELP_NOW
#define THIS_UPDATE (HELP_NOW + DAY)
#define NEXT_UPDATE (THIS_UPDATE + 7 * DAY)
#define MAXIMUM (10 * DAY)
#define REVOKED_AT (HELP_NOW - DAY)
#define LIVE (HELP_NOW + 365 * DAY)     /* the end of a certificate that is in use */
#define ENDED (HELP_NOW - 1)            /* of one that had ended before the last list */

/* An entry of the store's revoked set, owned. */
struct listed {
	uint8_t serial[20];
	uint8_t size;
	int8_t reason;                  /* -1: unspecified, which is not written */
	egov_time revoked_at, invalidity_date;
};

/* What a list is made of; the store's set, or what a case makes of it. */
struct listed_set {
	struct listed *items;
	size_t count, at;
};

static void clear(struct listed_set *set)
{
	free(set->items);
	*set = (struct listed_set){ NULL, 0, 0 };
}

/* A home without a token, and what the checks compare. */
static struct world {
	char *dir, *home_dir;
	struct help_key ca_key, journal, custodian;
	struct egov_profile *profile;
	struct egov_judged *judged;
	struct egov_cert *ca;
	struct egov__issuer issuer;
	struct egov_home *home;
	struct egov_tbs *tbs;
	struct egov__crl_text made;
	struct egov_buf last_der;
	struct egov__crl_text last_text;
	const struct egov__crl_text *last;
	struct listed_set set;
	struct egov_error err;
} w;

static struct egov_store *store(void)
{
	return egov__record_store(egov__home_record(w.home));
}

static void make_ca(void)
{
	static const uint8_t serial[16] = { 0x40, 0, 0, 0, 0, 1 };
	const struct egov__issuer none = { .params = EGOV__SIGALG_ABSENT };
	const struct egov__cert_plan plan = { .profile = w.profile,
		                              .judged = w.judged,
		                              .issuer = &none,
		                              .serial = EGOV__SLICE(serial),
		                              .not_before = HELP_NOW - 30 * DAY,
		                              .not_after = HELP_NOW + 3000 * DAY };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_tbs *tbs = NULL;

	assert_ok(egov__cert_build(&plan, &tbs, &w.err), &w.err);
	help_sign(&w.ca_key, tbs, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &w.ca, &w.err), &w.err);
	w.issuer = (struct egov__issuer){ .name = egov_cert_subject(w.ca),
		                          .key_id = EGOV__SLICE(w.ca_key.key_id),
		                          .params = EGOV__SIGALG_ABSENT };
	egov__tbs_free(tbs);
	egov__buf_clear(&der);
}

static egov_time now = THIS_UPDATE;     /* at the next opening */

static void open_home(void)
{
	const struct egov_clock clock = { .real = now, .test = EGOV_TIME_NONE };

	assert_ok(egov_home_open(w.home_dir, &clock, NULL, NULL, &w.home, &w.err), &w.err);
}

static void make_home(void)
{
	const struct egov__home_conf conf = {
		.test = true, .ca_key = "file:/nowhere/ca", .journal_key = "file:/nowhere/journal"
	};
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__home_plan plan = { .dir = w.home_dir,
		                        .actor = "test",
		                        .test = true,
		                        .now = HELP_NOW,
		                        .custodian = egov_cert_der(w.ca),
		                        .custodian_key = EGOV__SLICE(w.custodian.spki),
		                        .ca_key = EGOV__SLICE(w.ca_key.spki),
		                        .journal_key = EGOV__SLICE(w.journal.spki),
		                        .subject = egov_cert_subject(w.ca) };

	egov__home_conf_write(&conf, &text);
	plan.conf = egov_buf_slice(&text);
	assert_int_equal(mkdir(w.home_dir, 0755), 0);
	assert_ok(egov__home_lay_out(&plan, &w.err), &w.err);
	egov__buf_clear(&text);
	open_home();
}

static int set_up(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	w.dir = help_dir();
	w.home_dir = egov__path_join(w.dir, "home");
	help_key_make(&w.ca_key);
	help_key_make(&w.journal);
	help_key_make(&w.custodian);
	w.profile = help_profile("root-ca");
	w.judged = help_judge(w.profile, &w.ca_key);
	make_ca();
	make_home();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	clear(&w.set);
	egov__crl_outline_clear(&w.last_text.list);
	egov__buf_clear(&w.last_der);
	egov__crl_outline_clear(&w.made.list);
	egov__tbs_free(w.tbs);
	egov_home_close(w.home);
	egov_cert_free(w.ca);
	egov__judged_free(w.judged);
	egov_profile_free(w.profile);
	help_key_clear(&w.ca_key);
	help_key_clear(&w.journal);
	help_key_clear(&w.custodian);
	free(w.home_dir);
	help_dir_remove(w.dir);
	return 0;
}

/* --- rows and lists --- */

/* Serials of 16 octets that rise with n. */
static void serial_of(unsigned n, uint8_t serial[16])
{
	memset(serial, 0, 16);
	serial[0] = 0x40;
	serial[14] = (uint8_t)(n >> 8);
	serial[15] = (uint8_t)n;
}

/* Inside a transaction: there was a certificate of it. */
static void issued(struct egov_slice serial)
{
	const struct egov__intent_row row = { .state = EGOV__INTENT_OPEN, .generation = 1,
		                              .kind = EGOV_OBJECT_CERTIFICATE, .serial = serial,
		                              .profile = "", .application = "", .actor = "",
		                              .cps_version = "" };
	uint64_t id = 0;

	assert_ok(egov__store_intent_add(store(), &row, &id, &w.err), &w.err);
}

static void revoke(unsigned n, int reason, egov_time invalidity_date, egov_time not_after)
{
	uint8_t serial[16];
	const struct egov__revoked_row row = { .serial = EGOV__SLICE(serial),
		                               .revoked_at = REVOKED_AT,
		                               .reason = reason,
		                               .invalidity_date = invalidity_date,
		                               .not_after = not_after,
		                               .requested_by = "test",
		                               .reported_at = EGOV_TIME_NONE };

	serial_of(n, serial);
	assert_ok(egov__store_begin(store(), &w.err), &w.err);
	issued(row.serial);
	assert_ok(egov__store_revoked_add(store(), &row, &w.err), &w.err);
	assert_ok(egov__store_commit(store(), &w.err), &w.err);
}

static enum egov_status next_item(void *user, struct egov__crl_entry *entry, struct egov_error *err)
{
	struct listed_set *set = user;
	const struct listed *item = &set->items[set->at];

	(void)err;
	assert_true(set->at++ < set->count);
	*entry = (struct egov__crl_entry){ .serial = { item->serial, item->size },
		                           .revoked_at = item->revoked_at,
		                           .reason = item->reason,
		                           .invalidity_date = item->invalidity_date };
	return EGOV_OK;
}

/* A list of the items whose TBS bytes the caller gets. */
static struct egov_tbs *build(const struct egov__issuer *issuer, egov_time this_update,
                              egov_time next_update, const struct listed_set *items)
{
	struct listed_set set = *items;
	const struct egov__crl_plan plan = { .issuer = issuer,
		                             .number = 8,
		                             .this_update = this_update,
		                             .next_update = next_update,
		                             .count = set.count,
		                             .next = next_item,
		                             .user = &set };
	struct egov_tbs *tbs = NULL;

	set.at = 0;
	assert_ok(egov__crl_build(&plan, &tbs, &w.err), &w.err);
	return tbs;
}

static void read_made(void)
{
	egov__crl_outline_clear(&w.made.list);
	w.made.source = egov__source_slice(egov__tbs_der(w.tbs));
	assert_ok(egov__crl_read_tbs(&w.made.source, NULL, &w.made.list, &w.err), &w.err);
}

static void drop_last(void)
{
	w.last = NULL;
	egov__crl_outline_clear(&w.last_text.list);
	egov__buf_clear(&w.last_der);
}

static void make(const struct egov__issuer *issuer, egov_time this_update, egov_time next_update,
                 const struct listed_set *items)
{
	egov__tbs_free(w.tbs);
	w.tbs = NULL;
	w.tbs = build(issuer, this_update, next_update, items);
	read_made();
}

static void make_last(const struct listed_set *items)
{
	struct egov_tbs *tbs = build(&w.issuer, LAST_UPDATE, LAST_UPDATE + 7 * DAY, items);

	drop_last();
	w.last_der = (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
	help_sign(&w.ca_key, tbs, &w.last_der);
	w.last_text.source = egov__source_slice(egov_buf_slice(&w.last_der));
	assert_ok(egov__crl_read(&w.last_text.source, NULL, &w.last_text.list, &w.err), &w.err);
	w.last = &w.last_text;
	egov__tbs_free(tbs);
}

#define SET_MAX 10000

static void load(struct listed_set *set)
{
	const struct egov__crl_scope scope = { 1, 0, 0, 0 };
	struct egov__revoked_cursor *cursor = NULL;
	struct egov__listed_row row;
	bool found = true;

	clear(set);
	set->items = calloc(SET_MAX, sizeof(*set->items));
	assert_non_null(set->items);
	assert_ok(egov__store_revoked_open(store(), &scope, &cursor, &w.err), &w.err);
	for (;; set->count++) {
		struct listed *item = &set->items[set->count];
		struct egov__crl_entry entry;

		assert_ok(egov__store_revoked_next(cursor, &row, &found, &w.err), &w.err);
		if (!found)
			break;
		assert_true(set->count < SET_MAX && row.serial.size <= sizeof(item->serial));
		memcpy(item->serial, row.serial.data, row.serial.size);
		item->size = (uint8_t)row.serial.size;
		assert_ok(egov__crl_next(&row.entry, &entry, &w.err), &w.err);
		item->reason = (int8_t)entry.reason;
		item->revoked_at = entry.revoked_at;
		item->invalidity_date = entry.invalidity_date;
	}
	egov__store_revoked_close(cursor);
}

/* Behind the back of the store. */
static void change(const char *sql)
{
	char *path = egov__path_join(w.home_dir, "ledger.db");

	assert_non_null(path);
	egov_home_close(w.home);
	w.home = NULL;
	help_tamper(path, sql);
	open_home();
	free(path);
}

/* Those from..to leave the store's set, as after a list that they last stood on. */
static void leave(unsigned from, unsigned to)
{
	char sql[160];

	(void)snprintf(sql, sizeof(sql),
	               "UPDATE revoked SET left_with = 7 WHERE serial BETWEEN"
	               " x'400000000000000000000000000000%02x' AND"
	               " x'400000000000000000000000000000%02x'",
	               from, to);
	change(sql);
}

/* Items from..to of a set, which stay its. */
static struct listed_set part(const struct listed_set *set, size_t from, size_t to)
{
	assert_true(from <= to && to <= set->count);
	return (struct listed_set){ .items = set->items + from, .count = to - from };
}

/* --- running the table --- */

/* What a case breaks is taken out of this, which is as it should be. */
static struct egov__crl_case good_case(void)
{
	return (struct egov__crl_case){ .home = w.home,
		                        .ca = w.ca,
		                        .made = &w.made.list,
		                        .last = w.last,
		                        .scope = { 1, 0, 0, 0 },
		                        .number = 8,
		                        .last_number = 7 };
}

static bool seen[32];

/* The entries are compared first, as they are read. */
static enum egov_status run(const struct egov__crl_case *c, struct egov_report *report,
                            struct egov_error *err)
{
	struct egov__crl_case compared = *c;
	struct egov__crl_comparison *comparison = NULL;
	struct egov__crl_walk walk;
	enum egov_status rc;

	assert_ok(egov__crl_comparison_new(c, &comparison, &w.err), &w.err);
	egov__crl_walk_open(&walk, &w.made.source, c->made);
	assert_ok(egov__crl_walk_next(&walk, &w.err), &w.err);
	for (; walk.has; assert_ok(egov__crl_walk_next(&walk, &w.err), &w.err))
		assert_ok(egov__crl_comparison_see(comparison, &walk.entry, &w.err), &w.err);
	egov__crl_walk_close(&walk);
	assert_ok(egov__crl_comparison_end(comparison, &w.err), &w.err);
	compared.compared = comparison;
	rc = egov__crl_checks(&compared, report, err);
	egov__crl_comparison_free(comparison);
	return rc;
}

static void assert_holds(const struct egov__crl_case *c)
{
	assert_ok(run(c, NULL, &w.err), &w.err);
}

/* With everything explained the verdict is the same, and this row fails. */
static void assert_explained(const struct egov__crl_case *c, const char *id,
                             enum egov_status status)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	size_t rows = 0;

	assert_int_equal(run(c, report, &err), status);
	assert_true(strncmp(err.text, id, strlen(id)) == 0);
	for (; rows < egov_report_records(report); rows++) {
		const char *check = egov_report_find(report, rows, "check");
		const char *verdict = egov_report_find(report, rows, "verdict");
		bool fails;

		assert_non_null(verdict);
		fails = strcmp(verdict, "fails") == 0;
		assert_string_equal(check, egov__crl_check(rows)->id);
		if (strcmp(check, id) == 0)
			assert_true(fails);
		assert_int_equal(fails, egov_report_find(report, rows, "why") != NULL);
	}
	assert_null(egov__crl_check(rows));
	egov_report_free(report);
}

/* That check and no earlier one, with its own clause. */
static void assert_breaks(const struct egov__crl_case *c, const char *id, enum egov_status status,
                          const char *fragment)
{
	const char *clause = NULL, *named;

	for (size_t i = 0; egov__crl_check(i) != NULL; i++)
		if (strcmp(egov__crl_check(i)->id, id) == 0) {
			clause = egov__crl_check(i)->clause;
			seen[i] = true;
		}
	assert_non_null(clause);
	assert_int_equal(run(c, NULL, &w.err), status);
	named = strstr(w.err.text, id);
	assert_true(named == w.err.text && strncmp(named + strlen(id), ": ", 2) == 0);
	assert_string_equal(w.err.clause, clause);
	assert_fails(status, &w.err, status, fragment);
	assert_int_equal(run(c, NULL, NULL), status);
	assert_explained(c, id, status);
}

/* Three revocations; the first two were on the last list. */
static void three(void)
{
	struct listed_set before;

	revoke(1, 1, REVOKED_AT - DAY, LIVE);
	revoke(2, 0, EGOV_TIME_NONE, LIVE);
	revoke(3, 4, EGOV_TIME_NONE, LIVE);
	load(&w.set);
	before = part(&w.set, 0, 2);
	make_last(&before);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
}

/* --- the cases --- */

static void good_lists_pass(void **state)
{
	struct egov__crl_case c;

	(void)state;
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();                /* the first list, and an empty one */
	c.last_number = 0;
	assert_holds(&c);
	three();
	c = good_case();
	assert_holds(&c);
	make(&w.issuer, LAST_UPDATE, LAST_UPDATE + MAXIMUM, &w.set);
	assert_holds(&c);               /* at the bounds */
}

static void numbers_rise(void **state)
{
	struct egov__crl_case c;

	(void)state;
	three();
	c = good_case();
	c.number = 7;
	assert_breaks(&c, "crl-number-rises", EGOV_E_CORRUPT, "number 7 after number 7");
	c.number = 6;
	assert_breaks(&c, "crl-number-rises", EGOV_E_CORRUPT, "number 6 after number 7");
	c.number = 0;
	c.last_number = 0;
	c.last = NULL;
	assert_breaks(&c, "crl-number-rises", EGOV_E_CORRUPT, "number 0 after number 0");
}

static void time_does_not_go_back(void **state)
{
	struct egov__crl_case c;

	(void)state;
	three();
	make(&w.issuer, LAST_UPDATE - 1, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_breaks(&c, "crl-time-not-before-last", EGOV_E_POLICY, "before the last list's");
	c.last = NULL;
	assert_holds(&c);
}

static void next_update_is_bounded(void **state)
{
	struct egov__crl_case c;

	(void)state;
	three();
	make(&w.issuer, THIS_UPDATE, THIS_UPDATE + MAXIMUM + 1, &w.set);
	c = good_case();
	assert_breaks(&c, "crl-next-update-bound", EGOV_E_POLICY, "past the bound, ");
	w.made.list.fields.next_update = THIS_UPDATE;
	assert_breaks(&c, "crl-next-update-bound", EGOV_E_POLICY, "not after thisUpdate");
	w.made.list.fields.next_update = EGOV_TIME_NONE;
	assert_breaks(&c, "crl-next-update-bound", EGOV_E_POLICY, "not after thisUpdate");
}

/* The same name in another string type is another name (GM/T 0043, 6.3.1). */
static void issuer_is_copied(void **state)
{
	const struct egov_slice name = egov_cert_subject(w.ca);
	struct egov_buf other = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__issuer issuer = w.issuer;
	struct egov__crl_case c;
	uint8_t *type;

	(void)state;
	three();
	egov__buf_slice(&other, name);
	type = memmem(other.data, other.size, "\x06\x03\x55\x04\x06\x13", 6);
	assert_non_null(type);
	type[5] = EGOV__UTF8_STRING;            /* of countryName */
	issuer.name = egov_buf_slice(&other);
	make(&issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_breaks(&c, "crl-issuer-bytes", EGOV_E_CORRUPT, "byte for byte");
	egov__buf_clear(&other);
}

static void every_entry_is_the_stores(void **state)
{
	struct listed_set shorter;
	struct listed changed[3];
	const struct listed_set other = { .items = changed, .count = 3 };
	struct egov__crl_case c;

	(void)state;
	three();
	shorter = part(&w.set, 0, 2);   /* the set was cut before the list was made */
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &shorter);
	c = good_case();
	assert_breaks(&c, "crl-entries-equal-store", EGOV_E_CORRUPT, "2 entries, the store counts 3");
	for (int what = 0; what < 4; what++) {
		memcpy(changed, w.set.items, sizeof(changed));
		if (what == 0)
			changed[2].serial[15] = 9;
		else if (what == 1)
			changed[1].revoked_at++;
		else if (what == 2)
			changed[1].reason = 1;
		else
			changed[1].invalidity_date = REVOKED_AT;
		make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &other);
		c = good_case();
		assert_breaks(&c, "crl-entries-equal-store", EGOV_E_CORRUPT,
		              what == 0 ? "entry 2 is not what the store holds"
		                        : "entry 1 is not what the store holds");
	}
}

/* Three on the last list, of which one may leave; then one that may not has left. */
static void vanish(unsigned n, const char *fragment)
{
	struct egov__crl_case c;

	leave(n, n);
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_breaks(&c, "crl-nothing-vanished", EGOV_E_CORRUPT, fragment);
}

static void three_of_which_one_ended(void)
{
	struct listed_set all = { NULL, 0, 0 };
	struct egov__crl_case c;

	for (unsigned n = 1; n <= 3; n++)
		revoke(n, 1, EGOV_TIME_NONE, n == 2 ? ENDED : LIVE);
	load(&all);
	make_last(&all);
	clear(&all);
	leave(2, 2);
	load(&w.set);
	assert_int_equal(w.set.count, 2);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_holds(&c);
}

static void the_first_does_not_vanish(void **state)
{
	(void)state;
	three_of_which_one_ended();
	vanish(1, "serial 40000000000000000000000000000001: it stands on the last list");
}

static void the_last_does_not_vanish(void **state)
{
	(void)state;
	three_of_which_one_ended();
	vanish(3, "serial 40000000000000000000000000000003: it stands on the last list");
}

/* A serial that the store does not know at all: a restored ledger. */
static void the_unknown_does_not_vanish(void **state)
{
	struct listed_set all = { NULL, 0, 0 };
	struct egov__crl_case c;

	(void)state;
	three();
	load(&all);
	all.items[2].serial[15] = 9;
	make_last(&all);
	c = good_case();
	assert_breaks(&c, "crl-nothing-vanished", EGOV_E_CORRUPT,
	              "serial 40000000000000000000000000000009: it stands on the last list");
	clear(&all);
}

static void hold(unsigned n)
{
	uint8_t serial[16];
	const struct egov__hold_row row = { .serial = EGOV__SLICE(serial),
		                            .held_at = REVOKED_AT,
		                            .not_after = LIVE,
		                            .actor = "test",
		                            .requested_by = "test" };

	serial_of(n, serial);
	assert_ok(egov__store_begin(store(), &w.err), &w.err);
	issued(row.serial);
	assert_ok(egov__store_hold_add(store(), &row, &w.err), &w.err);
	assert_ok(egov__store_commit(store(), &w.err), &w.err);
}

/* 7 was on hold on the last list, 8 is still on it: the released may leave. */
static void what_is_held_does_not_vanish(void **state)
{
	struct listed_set both = { NULL, 0, 0 }, one;
	struct egov__crl_case c;

	(void)state;
	hold(7);
	hold(8);
	load(&both);
	assert_int_equal(both.count, 2);
	assert_int_equal(both.items[0].reason, 6);
	change("UPDATE hold SET ended_at = 1, ending = 1, end_position = 1"
	       " WHERE serial = x'40000000000000000000000000000007'");
	load(&w.set);
	assert_int_equal(w.set.count, 1);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	make_last(&both);
	c = good_case();
	assert_holds(&c);
	/* Held once, and revoked on the list: that is another entry. */
	both.items[0].reason = 4;
	make_last(&both);
	c = good_case();
	assert_breaks(&c, "crl-nothing-vanished", EGOV_E_CORRUPT,
	              "serial 40000000000000000000000000000007: it stands on the last list");
	change("UPDATE hold SET left_with = 7 WHERE serial = x'40000000000000000000000000000008'");
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	one = part(&both, 1, 2);
	make_last(&one);
	c = good_case();
	assert_breaks(&c, "crl-nothing-vanished", EGOV_E_CORRUPT,
	              "serial 40000000000000000000000000000008: it stands on the last list");
	clear(&both);
}

/* An entry whose certificate ended at thisUpdate has not stood on a list after it
 * (RFC 5280, 3.3). */
static void the_end_must_lie_before_the_list(void **state)
{
	struct listed_set all = { NULL, 0, 0 };
	struct egov__crl_case c;

	(void)state;
	revoke(1, 1, EGOV_TIME_NONE, LAST_UPDATE);
	load(&all);
	make_last(&all);
	leave(1, 1);
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_breaks(&c, "crl-nothing-vanished", EGOV_E_CORRUPT, "may not leave it yet");
	clear(&all);
}

/* All of these certificates have ended: that is no reason to say nothing. */
static void lists_do_not_halve_in_silence(void **state)
{
	struct listed_set all = { NULL, 0, 0 }, some;
	struct egov__crl_case c;
	char *conf = NULL;

	(void)state;
	for (unsigned n = 1; n <= 200; n++)
		revoke(n, 1, EGOV_TIME_NONE, ENDED);
	load(&all);
	make_last(&all);
	leave(101, 200);
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_holds(&c);
	leave(100, 100);
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_breaks(&c, "crl-size-drop", EGOV_E_POLICY, "99 entries after 200: less than half");

	/* Below a hundred entries a list may empty itself. */
	some = part(&all, 0, 99);
	make_last(&some);
	leave(1, 99);
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	c = good_case();
	assert_holds(&c);

	/* A person has looked: for one run. */
	make_last(&all);
	c.last = w.last;
	assert_breaks(&c, "crl-size-drop", EGOV_E_POLICY, "0 entries after 200");
	egov_home_close(w.home);
	w.home = NULL;
	assert_true(asprintf(&conf, "%s/egovca.conf", w.home_dir) > 0);
	assert_int_equal(help_run("sed -i 's/^period = /accept_drop = yes\\nperiod = /' '%s'", conf), 0);
	open_home();
	c.home = w.home;
	assert_holds(&c);
	free(conf);
	clear(&all);
}

/* --- compared with what is on record --- */

/* A complete list on record, published unless told otherwise. */
static void on_record(uint64_t number, uint64_t position, bool published)
{
	char sql[700];

	(void)snprintf(sql, sizeof(sql),
	               "INSERT INTO intent SELECT %d, 2, 1, 3, NULL, %d, 0, 0, 0, '', '', '', '',"
	               " zeroblob(32), zeroblob(32), zeroblob(32), %d;"
	               "INSERT INTO crl VALUES(%d, %d, 0, 1, 0, %d, x'00', NULL)",
	               (int)number, (int)number, (int)position, (int)number, (int)number, published);
	change(sql);
}

static void a_number_is_used_once(void **state)
{
	struct egov__crl_case c;

	(void)state;
	three();
	on_record(8, 0, false);
	c = good_case();
	assert_breaks(&c, "crl-number-unused", EGOV_E_CORRUPT, "number 8 is on record already");
	c.number = 9;
	assert_breaks(&c, "crl-number-written", EGOV_E_CORRUPT, "it says number 8, reserved was 9");
}

static void time_does_not_run_ahead(void **state)
{
	struct egov__crl_case c;

	(void)state;
	three();
	egov_home_close(w.home);
	w.home = NULL;
	now = THIS_UPDATE - 301;
	open_home();
	c = good_case();
	assert_breaks(&c, "crl-time-not-future", EGOV_E_POLICY, "lies in the future");
	now = THIS_UPDATE;
}

/* Entry by entry against the last list: neither date nor reason of what was revoked. */
static void what_was_said_stays(void **state)
{
	struct listed_set last = { NULL, 0, 0 };
	struct egov__crl_case c;

	(void)state;
	three();
	hold(5);
	load(&w.set);
	make(&w.issuer, THIS_UPDATE, NEXT_UPDATE, &w.set);
	for (int what = 0; what < 4; what++) {
		clear(&last);
		load(&last);
		if (what == 0)
			last.items[1].reason = 4;
		else if (what == 1)
			last.items[0].revoked_at--;
		else if (what == 2)
			last.items[0].invalidity_date = EGOV_TIME_NONE;
		else
			last.items[3].revoked_at--;     /* held before, and no hold says so */
		make_last(&last);
		c = good_case();
		assert_breaks(&c, "crl-entries-unchanged", EGOV_E_CORRUPT,
		              what == 0 ? "serial 40000000000000000000000000000002: the last list"
		                        : "gave another date or reason");
	}
	/* On hold then, and revoked since. */
	clear(&last);
	load(&last);
	last.items[1].reason = 6;
	make_last(&last);
	c = good_case();
	assert_breaks(&c, "crl-entries-unchanged", EGOV_E_CORRUPT, "another date or reason");
	change("INSERT INTO hold SELECT 99, serial, revoked_at, not_after, '', '', salt, 1, 0, 0, 0,"
	       " 2, revoked_at, '', salt, 1 FROM revoked"
	       " WHERE serial = x'40000000000000000000000000000002'");
	c = good_case();
	assert_holds(&c);
	clear(&last);
}

static void what_names_another_list_gets_on_none(void **state)
{
	struct egov__crl_case c;

	(void)state;
	three();
	change("UPDATE intent SET part = 101 WHERE serial = x'40000000000000000000000000000003'");
	c = good_case();
	assert_breaks(&c, "crl-entries-in-scope", EGOV_E_CORRUPT,
	              "serial 40000000000000000000000000000003: no certificate of ours");
	change("DELETE FROM intent WHERE serial = x'40000000000000000000000000000003'");
	c = good_case();
	assert_breaks(&c, "crl-entries-in-scope", EGOV_E_CORRUPT, "no certificate of ours");
}

/* --- lists of parts, and of changes --- */

/* What is built and decoded again: complete, of a part or a delta list. */
static void make_plan(struct egov__crl_plan *plan)
{
	struct listed_set set = w.set;

	set.at = 0;
	plan->issuer = &w.issuer;
	plan->this_update = THIS_UPDATE;
	plan->next_update = NEXT_UPDATE;
	plan->next = next_item;
	plan->user = &set;
	egov__tbs_free(w.tbs);
	w.tbs = NULL;
	assert_ok(egov__crl_build(plan, &w.tbs, &w.err), &w.err);
	read_made();
}

static void a_list_says_whose_it_is(void **state)
{
	static const struct {
		uint64_t part;
		const char *url;
		bool only_users, only_ca, good;
	} rows[] = {
		{ 101, "http://x/ca-s1.crl", true, false, true },
		{ 1, "http://x/ca-arl.crl", false, true, true },
		{ 0, "http://x/ca.crl", false, false, true },
		{ 102, "http://x/ca-s1.crl", true, false, false },      /* another shard's address */
		{ 101, "http://x/ca-s1.crl", false, false, false },
		{ 101, "http://x/ca-s1.crl", false, true, false },
		{ 101, NULL, false, false, false },
		{ 1, "http://x/ca-arl.crl", true, false, false },
		{ 0, "http://x/ca-users.crl", true, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov__crl_plan plan = { .number = 8, .idp_uri = rows[i].url,
			                       .only_users = rows[i].only_users,
			                       .only_ca = rows[i].only_ca };
		struct egov__crl_case c;

		make_plan(&plan);
		c = good_case();
		c.last = NULL;
		c.scope.part = rows[i].part;
		if (rows[i].good)
			assert_holds(&c);
		else
			assert_breaks(&c, "crl-scope", EGOV_E_CORRUPT, "not that of the certificates");
	}
}

static void a_delta_list_changes_the_last(void **state)
{
	struct egov__crl_plan plan = { .number = 8, .base = 5 };
	struct egov__crl_case c;

	(void)state;
	on_record(4, 1, true);
	on_record(5, 2, true);
	on_record(6, 3, false);
	make_plan(&plan);
	c = good_case();
	c.scope.base = 5;
	c.scope.since = 2;
	assert_holds(&c);
	c.scope.since = 1;
	assert_breaks(&c, "crl-base-is-last", EGOV_E_CORRUPT, "it changes list 5");
	c.scope.since = 2;
	plan.base = 4;
	make_plan(&plan);
	assert_breaks(&c, "crl-base-is-last", EGOV_E_CORRUPT,
	              "it changes list 4, the last complete one is 5");
	plan.base = 6;
	make_plan(&plan);
	assert_breaks(&c, "crl-base-is-last", EGOV_E_CORRUPT, "it changes list 6");
}

/* What a delta list of the same base had is on the next one. */
static void no_change_vanishes(void **state)
{
	struct egov__crl_plan plan = { .number = 8, .base = 5 };
	struct listed_set all = { NULL, 0, 0 };
	struct egov__crl_case c;

	(void)state;
	on_record(5, 0, true);
	revoke(1, 1, EGOV_TIME_NONE, ENDED);
	load(&all);
	make_last(&all);
	change("UPDATE revoked SET part = 101");
	make_plan(&plan);
	c = good_case();
	c.scope.base = c.last_base = 5;
	assert_breaks(&c, "crl-nothing-vanished", EGOV_E_CORRUPT, "may not leave it yet");
	c.last_base = 4;
	assert_holds(&c);
	clear(&all);
}

static void every_row_was_broken(void **state)
{
	size_t rows = 0;

	(void)state;
	for (; egov__crl_check(rows) != NULL; rows++) {
		assert_true(rows < sizeof(seen) / sizeof(seen[0]));
		if (!seen[rows] && egov__crl_check(rows)->stage == EGOV__CRL_MADE)
			fail_msg("nothing broke %s", egov__crl_check(rows)->id);
		assert_true(*egov__crl_check(rows)->clause != 0);
	}
	assert_int_equal(rows, 22);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(good_lists_pass),
		CASE(numbers_rise),                   CASE(time_does_not_go_back),
		CASE(next_update_is_bounded),         CASE(issuer_is_copied),
		CASE(every_entry_is_the_stores),      CASE(the_first_does_not_vanish),
		CASE(the_last_does_not_vanish),       CASE(the_unknown_does_not_vanish),
		CASE(what_is_held_does_not_vanish),
		CASE(the_end_must_lie_before_the_list), CASE(lists_do_not_halve_in_silence),
		CASE(a_list_says_whose_it_is),          CASE(a_delta_list_changes_the_last),
		CASE(no_change_vanishes),               CASE(a_number_is_used_once),
		CASE(time_does_not_run_ahead),          CASE(what_was_said_stays),
		CASE(what_names_another_list_gets_on_none),
		cmocka_unit_test(every_row_was_broken),
	};

	return cmocka_run_group_tests_name("crl_checks", tests, NULL, NULL);
}
