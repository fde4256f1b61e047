/* SPDX-License-Identifier: Apache-2.0 */
#include "help_record.h"
#include "made.h"

#include "crypto/sm3.h"
#include "record/check.h"
#include "record/operator.h"

#define DAY 86400

/* People of a production home; the twin has the approver's key under another name. */
static struct person {
	const char *name;
	unsigned roles;
	struct help_key key;
	struct egov_buf *certificate;
	uint8_t digest[32];
} operator_zhou = { .name = "zhou", .roles = EGOV__ROLE_CA_OPERATOR },
  reviewer_wang = { .name = "wang", .roles = EGOV__ROLE_REVIEWER },
  twin = { .name = "twin", .roles = EGOV__ROLE_CA_OPERATOR },
  expired_li = { .name = "li", .roles = EGOV__ROLE_CA_OPERATOR },
  admin_zhao = { .name = "zhao", .roles = EGOV__ROLE_ADMINISTRATOR },
  admin_qian = { .name = "qian", .roles = EGOV__ROLE_ADMINISTRATOR };

static struct help_record *h;

/* --- people --- */

static void certify(struct person *person, const struct help_key *key, bool expired)
{
	static const char past[] = "301e170d3230303130313030303030305a170d3231303130313030303030305a";
	struct made made;
	struct egov_buf *name = egov_buf_new(EGOV__MAX_OBJECT);
	struct egov_slice der;

	made_cert(&made);
	made_set(&made, MADE_KEY, EGOV__SLICE(key->spki));
	made_name(name, "O", person->name);
	made_set(&made, MADE_SUBJECT, egov_buf_slice(name));
	if (expired)
		made_set_hex(&made, MADE_TIMES, past);
	person->certificate = egov_buf_new(EGOV__MAX_OBJECT);
	made_signed(&made, person->certificate);
	der = egov_buf_slice(person->certificate);
	assert_int_equal(egov__sm3(&der, 1, person->digest, NULL), EGOV_OK);
	made_clear(&made);
	egov_buf_free(name);
}

static int make_people(void **state)
{
	(void)state;
	help_key_make(&operator_zhou.key);
	help_key_make(&reviewer_wang.key);
	help_key_make(&expired_li.key);
	help_key_make(&admin_zhao.key);
	help_key_make(&admin_qian.key);
	certify(&operator_zhou, &operator_zhou.key, false);
	certify(&reviewer_wang, &reviewer_wang.key, false);
	certify(&twin, &operator_zhou.key, false);
	certify(&expired_li, &expired_li.key, true);
	certify(&admin_zhao, &admin_zhao.key, false);
	certify(&admin_qian, &admin_qian.key, false);
	return 0;
}

static int free_people(void **state)
{
	(void)state;
	help_key_clear(&operator_zhou.key);
	help_key_clear(&reviewer_wang.key);
	help_key_clear(&expired_li.key);
	help_key_clear(&admin_zhao.key);
	help_key_clear(&admin_qian.key);
	egov_buf_free(operator_zhou.certificate);
	egov_buf_free(reviewer_wang.certificate);
	egov_buf_free(twin.certificate);
	egov_buf_free(expired_li.certificate);
	egov_buf_free(admin_zhao.certificate);
	egov_buf_free(admin_qian.certificate);
	return 0;
}

static void append(const char *kind, const char *actor, const char *subject,
                   struct egov__body *body)
{
	assert_ok(egov__record_append(h->record, kind, actor, subject, body, EGOV__NO_SLICE, &h->err),
	          &h->err);
	egov__body_free(body);
}

static void appoint(const struct person *person)
{
	const struct help_key *key = person == &twin ? &operator_zhou.key : &person->key;
	const struct egov_slice spki = EGOV__SLICE(key->spki);
	struct egov__operator_row row = { .name = person->name, .roles = person->roles,
		                          .certificate = egov_buf_slice(person->certificate),
		                          .added_at = HELP_NOW, .removed_at = EGOV_TIME_NONE };
	struct egov__body *body = egov__body_new();

	memcpy(row.certificate_digest, person->digest, 32);
	assert_ok(egov__sm3(&spki, 1, row.key_digest, &h->err), &h->err);
	egov__operator_body(&row, body);
	assert_ok(egov__store_operator_add(h->store, &row, &h->err), &h->err);
	append(EGOV__KIND_OPERATOR_ADD, "os:root", person->name, body);
}

/* A production home that has just begun; a transaction is left open in it. */
static void begin_with(bool twins)
{
	void *made = NULL;

	assert_int_equal(help_record_set_up(&made), 0);
	h = made;
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__record_setting(h->record, "os:root", EGOV__META_KIND,
	                               egov__slice_text("production"), &h->err),
	          &h->err);
	appoint(&operator_zhou);
	appoint(&reviewer_wang);
	appoint(&expired_li);
	appoint(&admin_zhao);
	appoint(&admin_qian);
	if (twins)
		appoint(&twin);
	append(EGOV__KIND_INIT, "os:root", "", egov__body_new());
}

static void begin(void)
{
	begin_with(false);
}

static void begin_key(void)
{
	static const uint8_t key[] = { 1 };
	uint64_t number = 0;

	assert_ok(egov__record_generation_new(h->record, "os:root", EGOV__SLICE(key), &number, &h->err),
	          &h->err);
}

static void key_goes_to(enum egov__generation_state state)
{
	assert_ok(egov__record_generation_state(h->record, "zhao", 1, state, EGOV__NO_SLICE, &h->err),
	          &h->err);
}

static void commit(void)
{
	assert_ok(egov__record_commit(h->record, &h->err), &h->err);
}

static void end(void)
{
	void *made = h;

	(void)help_record_tear_down(&made);
}

/* --- what they sign, and what follows --- */

/* Zeroed: the CA operator signs that a certificate is installed, and it is. */
struct plan {
	const struct person *actor, *signer, *named;    /* of the entry; of key and certificate */
	const char *act, *body_act;
	const char *subject, *statement_subject, *home;
	egov_time earlier;
	bool damaged, flipped, no_statement;
	const char *fact, *done;                        /* serial that is approved, installed */
	const char *kind, *effect_actor, *effect_subject;
	bool unsigned_, no_effect, twice, twins, test;
};

static const char *or(const char *given, const char *usual)
{
	return given == NULL ? usual : given;
}

static bool is_for(const struct plan *p, const char *kind)
{
	return p->kind != NULL && strcmp(p->kind, kind) == 0;
}

static bool destroys(const struct plan *p)
{
	return is_for(p, EGOV__KIND_KEY_DESTROY);
}

static void state(const struct plan *p, const struct person *named, struct egov_buf *statement)
{
	static const uint8_t nonce[EGOV__NONCE] = { 1, 2, 3 };
	struct egov_buf facts = EGOV__BUF(1000), matter = EGOV__BUF(1000);
	struct egov__matter m = { .home = egov__slice_text(or(p->home, "home of the tests")),
		                  .act = egov__slice_text(or(p->act, EGOV__ACT_INSTALL)),
		                  .subject = egov__slice_text(or(p->statement_subject,
		                                                 or(p->subject, ""))),
		                  .test = p->test };
	struct egov__statement s = { .certificate = { named->digest, 32 },
		                     .time = HELP_NOW - p->earlier,
		                     .nonce = EGOV__SLICE(nonce) };

	egov__fact_text_add(&facts, destroys(p) ? EGOV__KEY_KEY_SM3 : EGOV__KEY_SERIAL,
	                    or(p->fact, "40"));
	m.facts = egov_buf_slice(&facts);
	assert_ok(egov__matter_encode(&m, &matter, &h->err), &h->err);
	s.matter.der = egov_buf_slice(&matter);
	assert_ok(egov__statement_encode(&s, statement, &h->err), &h->err);
	egov__buf_clear(&facts);
	egov__buf_clear(&matter);
}

static void approve(const struct plan *p)
{
	const struct person *actor = p->actor == NULL ? &operator_zhou : p->actor;
	const struct person *named = p->named == NULL ? actor : p->named;
	const struct help_key *key = p->signer != NULL    ? &p->signer->key
	                             : actor == &twin ? &operator_zhou.key
	                                              : &actor->key;
	struct egov_buf statement = EGOV__BUF(2000), signature = EGOV__BUF(200);
	struct egov__body *body = egov__body_new();

	state(p, named, &statement);
	help_sign_message(key, egov_buf_slice(&statement), &signature);
	if (p->flipped)
		signature.data[signature.size - 1] ^= 1;
	if (p->damaged)
		statement.data[statement.size - EGOV__NONCE - 1]++;
	egov__body_text_add(body, EGOV__KEY_ACT, or(p->body_act, or(p->act, EGOV__ACT_INSTALL)));
	egov__body_hex_add(body, EGOV__KEY_CERTIFICATE, (struct egov_slice){ named->digest, 32 });
	if (!p->no_statement)
		egov__body_hex_add(body, EGOV__KEY_STATEMENT, egov_buf_slice(&statement));
	egov__body_hex_add(body, EGOV__KEY_SIGNATURE, egov_buf_slice(&signature));
	append(EGOV__KIND_APPROVAL, actor->name, or(p->subject, ""), body);
	egov__buf_clear(&statement);
	egov__buf_clear(&signature);
}

static void have_effect(const struct plan *p)
{
	struct egov__body *body = egov__body_new();

	if (destroys(p)) {
		egov__body_number_add(body, EGOV__KEY_GENERATION, 1);
		egov__body_text_add(body, EGOV__KEY_STATE, "destroying");
	}
	egov__body_text_add(body,
	                    destroys(p)                       ? EGOV__KEY_KEY_SM3
	                    : is_for(p, EGOV__KIND_BACKUP) ? EGOV__KEY_SM3
	                                                      : EGOV__KEY_SERIAL,
	                    or(p->done, "40"));
	append(or(p->kind, EGOV__KIND_INSTALL), or(p->effect_actor, "zhou"),
	       or(p->effect_subject, or(p->subject, "")), body);
}

static void carry_out(const struct plan *p)
{
	struct plan second = *p;

	if (!p->unsigned_)
		approve(p);
	if (p->twins) {
		second.actor = &twin;
		approve(&second);
	}
	if (!p->no_effect)
		have_effect(p);
	if (p->twice) {
		approve(p);
		have_effect(p);
	}
	commit();
}

static void test_sound(void **made)
{
	const struct plan sound = { .earlier = 0 }, late = { .earlier = 7 * DAY - 1, .fact = "41",
		                                             .done = "41" };
	struct egov_report *report = egov_report_new();

	(void)made;
	begin();
	carry_out(&sound);
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	carry_out(&late);
	assert_ok(help_check(h, report, &h->err), &h->err);
	assert_string_equal(egov_report_find(report, 0, "operators"), "5");
	assert_string_equal(egov_report_find(report, 0, "approvals"), "2");
	egov_report_free(report);
	end();
}

static void test_wrong(void **made)
{
	static const struct {
		struct plan plan;
		const char *says;
	} cases[] = {
		{ { .flipped = true }, "approval by zhou: its signature is not its operator's" },
		{ { .signer = &reviewer_wang }, "its signature is not its operator's" },
		{ { .named = &reviewer_wang, .signer = &reviewer_wang }, "there was no such operator then" },
		{ { .actor = &twin }, "approval by twin: there was no such operator then" },
		{ { .actor = &reviewer_wang, .effect_actor = "wang" }, "its operator had no role for it" },
		{ { .actor = &expired_li, .effect_actor = "li" }, "its certificate was not valid then" },
		{ { .earlier = 7 * DAY + 1 }, "it was not signed shortly before its entry" },
		{ { .earlier = -301 }, "it was not signed shortly before its entry" },
		{ { .test = true }, "it was signed for a home for tests" },
		{ { .act = EGOV__ACT_KEY_DESTROY_EARLY, .kind = EGOV__KIND_KEY_DESTROY,
		    .actor = &admin_zhao, .effect_actor = "zhao", .subject = "ca-key-1" },
		  "others who must sign the entry that follows have not" },
		{ { .home = "another" }, "it was signed for another home" },
		{ { .statement_subject = "x" }, "its entry says something else than its statement" },
		{ { .body_act = EGOV__ACT_REVOKE }, "its entry says something else than its statement" },
		{ { .act = "no-such" }, "its entry says something else than its statement" },
		{ { .damaged = true }, "its statement is damaged" },
		{ { .no_statement = true }, "an entry \"approval\" lacks its field statement" },
		{ { .twice = true }, "it was used before" },
		{ { .twins = true }, "approval by twin: another one has the same key" },
		{ { .kind = EGOV__KIND_BACKUP }, "it is not for the entry that follows" },
		{ { .effect_subject = "x" }, "it is not for the entry that follows" },
		{ { .effect_actor = "wang" }, "it is not for the entry that follows" },
		{ { .done = "41" }, "it is not for the entry that follows" },
		{ { .no_effect = true }, "approval by zhou: it is not for the entry that follows" },
		{ { .unsigned_ = true }, "act install: nobody signed it" },
		{ { .unsigned_ = true, .kind = EGOV__KIND_BACKUP, .effect_actor = "mallory" },
		  "actor mallory: was no operator then" },
	};

	(void)made;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_with(cases[i].plan.twins);
		if (cases[i].plan.subject != NULL)
			begin_key();
		carry_out(&cases[i].plan);
		assert_fails(help_check(h, NULL, &h->err), &h->err, EGOV_E_CORRUPT, cases[i].says);
		end();
	}
}

/* Who was removed signs nothing more; what he signed before stays. */
static void test_removed(void **made)
{
	const struct plan plan = { .earlier = 0 };
	struct egov__body *body = egov__body_new();
	struct egov__operator_row row;
	bool found = false;

	(void)made;
	begin();
	carry_out(&plan);
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	assert_ok(egov__store_operator_get(h->store, "zhou", &row, &found, &h->err), &h->err);
	assert_true(found);
	assert_ok(egov__store_operator_remove(h->store, row.id, HELP_NOW, &h->err), &h->err);
	egov__body_hex_add(body, EGOV__KEY_CERTIFICATE, EGOV__SLICE(operator_zhou.digest));
	/* Nobody signed the removal, so the home is one for tests for a moment. */
	append(EGOV__KIND_OPERATOR_REMOVE, "os:root", "zhou", body);
	assert_ok(egov__record_setting(h->record, "os:root", EGOV__META_KIND,
	                               egov__slice_text("test"), &h->err),
	          &h->err);
	commit();
	assert_ok(help_check(h, NULL, &h->err), &h->err);
	assert_ok(egov__record_begin(h->record, HELP_NOW, &h->err), &h->err);
	carry_out(&(struct plan){ .fact = "41", .done = "41" });
	assert_fails(help_check(h, NULL, &h->err), &h->err, EGOV_E_CORRUPT,
	             "approval by zhou: there was no such operator then");
	end();
}

/* Two steps of one application by two names with one key. */
static void test_two_people(void **made)
{
	struct egov__check check = { .store = NULL };
	const struct plan review = { .act = EGOV__ACT_REVIEW, .subject = "A000001" };
	const struct plan approval = { .act = EGOV__ACT_APPROVE, .subject = "A000001",
		                       .actor = &twin };
	const struct plan other = { .act = EGOV__ACT_APPROVE, .subject = "A000002",
		                    .actor = &twin };

	(void)made;
	begin_with(true);
	approve(&review);
	approve(&other);
	check.store = h->store;
	assert_ok(egov__check_signers(&check, "A000001", &h->err), &h->err);
	approve(&approval);
	commit();
	assert_fails(egov__check_signers(&check, "A000001", &h->err), &h->err, EGOV_E_CORRUPT,
	             "approval by twin: another step has the same key");
	assert_ok(egov__check_signers(&check, "A000002", &h->err), &h->err);
	end();
}

/* A key that is active is destroyed by two people, and by the act for two. */
static void test_early(void **made)
{
	const struct plan one = { .act = EGOV__ACT_KEY_DESTROY, .subject = "ca-key-1",
		                  .kind = EGOV__KIND_KEY_DESTROY, .actor = &admin_zhao,
		                  .effect_actor = "zhao" };
	struct plan first = one, second;

	first.act = EGOV__ACT_KEY_DESTROY_EARLY;
	second = first;
	second.actor = &admin_qian;
	(void)made;
	for (int two = 0; two < 2; two++) {
		begin();
		begin_key();
		key_goes_to(EGOV__GENERATION_ACTIVE);
		approve(two ? &first : &one);
		if (two)
			approve(&second);
		have_effect(&one);
		key_goes_to(EGOV__GENERATION_DESTROYING);
		commit();
		if (two)
			assert_ok(help_check(h, NULL, &h->err), &h->err);
		else
			assert_fails(help_check(h, NULL, &h->err), &h->err, EGOV_E_CORRUPT,
			             "CA key ca-key-1: it was destroyed before its time, and not by "
			             "two people");
		end();
	}
}

/* --- rows, behind our back --- */

static void test_rows(void **made)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "UPDATE operator SET roles = 4 WHERE name = 'wang'",
		  "operator wang: the ledger says something else than the journal" },
		{ "UPDATE operator SET name = 'mallory' WHERE name = 'wang'",
		  "operator mallory: the ledger says something else than the journal" },
		{ "UPDATE operator SET added_at = added_at + 1 WHERE name = 'wang'",
		  "operator wang: the ledger says something else than the journal" },
		{ "UPDATE operator SET position = position - 1 WHERE name = 'wang'",
		  "operator wang: the ledger says something else than the journal" },
		{ "UPDATE operator SET certificate = x'30003000' WHERE name = 'wang'",
		  "operator wang: its certificate is not that of its digests" },
		{ "UPDATE operator SET removed_at = added_at, removed_position = position + 1"
		  " WHERE name = 'wang'",
		  "operator wang: the ledger says something else than the journal" },
		{ "DELETE FROM operator WHERE name = 'wang'",
		  "the journal has other operators than the ledger" },
		{ "UPDATE operator SET key_digest = (SELECT key_digest FROM operator WHERE"
		  " name = 'wang') WHERE name = 'li'",
		  "its key is another operator's" },
		{ "UPDATE operator SET key_digest = zeroblob(32) WHERE name = 'wang'",
		  "operator wang: its certificate is not that of its digests" },
	};
	const struct plan plan = { .earlier = 0 };

	(void)made;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		carry_out(&plan);
		egov__record_close(h->record);
		egov__store_close(h->store);
		h->record = NULL;
		h->store = NULL;
		help_tamper(h->path, cases[i].sql);
		help_record_reopen(h);
		assert_fails(help_check(h, NULL, &h->err), &h->err, EGOV_E_CORRUPT, cases[i].says);
		end();
	}
	begin_with(true);
	commit();
	assert_fails(help_check(h, NULL, &h->err), &h->err, EGOV_E_CORRUPT,
	             "its key is another operator's");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_two_people),
		cmocka_unit_test(test_early),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, make_people, free_people);
}
