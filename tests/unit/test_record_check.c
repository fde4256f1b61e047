/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#define YEAR 31536000
#define DAY 86400

/* A ledger with something in every table; "leaf-1" is revoked and listed, "leaf-2"
 * was revoked, ended and left with CRL 3; leaf 3 is alive. */
static struct help_ca *ca;
static uint8_t serials[3][EGOV__SERIAL];

static void applications(void)
{
	char id[16];
	uint8_t serial[EGOV__SERIAL];

	help_submit(ca, id);
	help_reject(ca, id);
	help_submit(ca, id);
	help_submit(ca, id);
	help_approve(ca, id);
	help_submit(ca, id);
	help_approve(ca, id);
	egov__intent_free(help_leaf_intent(ca, id, serial, ca->now + YEAR));
}

static void lists(void)
{
	struct egov_intent *left;

	egov__recorded_free(help_crl(ca, ca->now, true));
	help_revoke(ca, serials[0], 1, ca->now + YEAR);
	help_revoke(ca, serials[1], 0, HELP_NOW + DAY);
	egov__recorded_free(help_crl(ca, ca->now, true));
	left = help_crl_intent(ca, ca->now);
	help_begin(ca);
	assert_ok(egov__record_close_intent(ca->h->record, egov__intent_id(left), "li", "lost",
	                                    &ca->h->err), &ca->h->err);
	help_commit(ca);
	egov__intent_free(left);
	ca->now = HELP_NOW + 2 * DAY;
	egov__recorded_free(help_crl(ca, ca->now, true));
	egov__recorded_free(help_crl(ca, ca->now + 10, true));
}

static int build(void **state)
{
	struct egov_error cause = { .status = EGOV_E_POLICY, .text = "no" };
	struct egov_signer *signer;
	void *made = NULL;

	(void)state;
	assert_int_equal(help_ca_set_up(&made), 0);
	ca = made;
	help_policy(ca);
	help_root(ca);
	egov__recorded_free(help_finish(ca, help_request_intent(ca), NULL));
	help_issue(ca, serials[0], ca->now + YEAR);
	help_issue(ca, serials[1], HELP_NOW + DAY);
	help_issue(ca, serials[2], ca->now + YEAR);
	applications();
	for (int i = 0; i < 64; i++)    /* a subtree that the ledger keeps */
		help_append(ca->h, ca->now, "filler", NULL);
	signer = help_signer(ca->h->journal_uri, EGOV_KEY_JOURNAL);
	assert_ok(egov__record_checkpoint(ca->h->record, signer, ca->now, &ca->h->err), &ca->h->err);
	lists();
	assert_ok(egov__record_refusal(ca->h->record, ca->now, "li", "x", "issue", &cause,
	                               &ca->h->err), &ca->h->err);
	assert_ok(egov__record_checkpoint(ca->h->record, signer, ca->now, &ca->h->err), &ca->h->err);
	egov_signer_close(signer);
	help_append(ca->h, ca->now, "after the checkpoint", NULL);
	help_record_reopen(ca->h);
	return 0;
}

static int tear_down(void **state)
{
	void *made = ca;

	(void)state;
	return help_ca_tear_down(&made);
}

static void test_sound(void **state)
{
	static const char *const wanted[][2] = {
		{ "certificates", "4" }, { "revocations", "2" },  { "crls", "4" },
		{ "requests", "1" },     { "applications", "7" }, { "policies", "1" },
		{ "open-intents", "1" }, { "checkpoints", "2" },
	};
	struct egov_report *report = egov_report_new();
	uint64_t entries, covered;

	(void)state;
	assert_ok(help_check(ca->h, report, &ca->h->err), &ca->h->err);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_string_equal(egov_report_find(report, 0, wanted[i][0]), wanted[i][1]);
	entries = strtoull(egov_report_find(report, 0, "entries"), NULL, 10);
	covered = strtoull(egov_report_find(report, 0, "checkpointed"), NULL, 10);
	assert_int_equal(entries, covered + 1);
	assert_int_equal(entries, help_value(ca->h->path, "SELECT count(*) FROM journal"));
	assert_int_equal(strlen(egov_report_find(report, 0, "root")), 64);
	assert_int_equal(egov_report_records(report), 2);
	assert_string_equal(egov_report_find(report, 1, "application"), "A000007");
	assert_false(egov__store_in_transaction(ca->h->store));
	egov_report_free(report);
}

/* Steps rise by one to the number of entries and rows. */
static void see_step(void *user, uint64_t done, uint64_t total)
{
	struct egov__progress *seen = user;

	assert_int_equal(done, seen->done + 1);
	assert_true(seen->total == 0 || total == seen->total);
	seen->done = done;
	seen->total = total;
}

static void test_progress(void **state)
{
	struct egov__progress seen = { 0 };
	struct egov__progress progress = { .fn = see_step, .user = &seen };

	(void)state;
	assert_ok(egov__record_check(ca->h->record, EGOV__SLICE(ca->h->journal_spki), &progress, NULL,
	                             &ca->h->err),
	          &ca->h->err);
	assert_true(seen.done > (uint64_t)help_value(ca->h->path, "SELECT count(*) FROM journal"));
	assert_int_equal(seen.done, seen.total);
}

/* --- behind our back --- */

#define LAST_CRL "(SELECT max(number) FROM crl)"
#define ENTRY(kind) "(SELECT seq FROM journal WHERE kind = '" kind "' LIMIT 1)"
#define FIRST "(SELECT min(intent) FROM certificate WHERE application <> '')"
static const struct help_tampering cases[] = {
	/* journal */
	{ "UPDATE journal SET actor = 'mallory' WHERE seq = 5", "journal entry 5: its leaf" },
	{ "UPDATE journal SET source = 'os:mallory' WHERE seq = 5", "journal entry 5: its leaf" },
	{ "UPDATE journal SET body = '{}' WHERE seq = 5", "journal entry 5: its leaf" },
	{ "UPDATE journal SET time = time + 1 WHERE seq = 5", "journal entry 5: its leaf" },
	{ "UPDATE journal SET kind = 'other' WHERE seq = 5", "journal entry 5: its leaf" },
	{ "UPDATE journal SET subject = 'other' WHERE seq = 5", "journal entry 5: its leaf" },
	{ "UPDATE journal SET commitment = NULL WHERE seq = " ENTRY("revoke"), "its leaf" },
	{ "UPDATE journal SET " HELP_FLIP("leaf") " WHERE seq = 5", "journal entry 5: its leaf" },
	{ "DELETE FROM sealed WHERE seq = 8; DELETE FROM journal WHERE seq = 8",
	  "journal entry 9: the one before it is missing" },
	{ "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", "its head counts" },
	{ "INSERT INTO journal SELECT max(seq) + 1, max(time), kind, actor, source, subject, body,"
	  " commitment, leaf FROM journal", "its head counts" },
	/* sealed */
	{ "DELETE FROM sealed WHERE seq = " ENTRY("revoke"), "its sealed blob is missing" },
	{ "UPDATE sealed SET blob = x'3000' WHERE seq = " ENTRY("revoke"), "sealed blob is damaged" },
	{ "UPDATE sealed SET " HELP_FLIP("blob") " WHERE seq = " ENTRY("revoke"),
	  "sealed blob is damaged" },
	{ "UPDATE sealed SET digest = zeroblob(32) WHERE seq = " ENTRY("revoke"),
	  "sealed blob is damaged" },
	{ "INSERT INTO sealed SELECT " ENTRY("intent") ", blob, digest FROM sealed LIMIT 1",
	  "without a commitment" },
	/* node */
	{ "UPDATE node SET " HELP_FLIP("hash"), "subtree 0 of level 6 is not that of its entries" },
	{ "DELETE FROM node", "subtree 0 of level 6 is not that of its entries" },
	{ "INSERT INTO node VALUES(6, 70, zeroblob(32))", "subtrees that no entries are under" },
	/* checkpoint */
	{ "UPDATE checkpoint SET " HELP_FLIP("root"), "its root is not that of the entries" },
	{ "UPDATE checkpoint SET " HELP_FLIP("signature"), "its signature is not the journal key's" },
	{ "UPDATE checkpoint SET time = time - 1", "its signature is not the journal key's" },
	{ "UPDATE checkpoint SET size = size - 1 WHERE size = (SELECT min(size) FROM checkpoint)",
	  "its root is not that of the entries" },
	{ "INSERT INTO checkpoint SELECT 3, root, time, signature FROM checkpoint LIMIT 1",
	  "checkpoint 3: its root" },
	{ "INSERT INTO checkpoint SELECT 100000, root, time, signature FROM checkpoint LIMIT 1",
	  "checkpoint 100000: covers more entries" },
	/* meta and counter */
	{ "UPDATE meta SET value = x'00' WHERE name = 'home-id'", "its signature is not the journal" },
	{ "DELETE FROM meta WHERE name = 'home-id'", "does not name its home" },
	{ "INSERT INTO meta VALUES('other', x'00')", "setting other: its value is not the last" },
	{ "UPDATE meta SET value = CAST(zeroblob(8) || substr(value, 9) AS BLOB)"
	  " WHERE name = 'journal-head'", "its head is not that of its entries" },
	{ "UPDATE counter SET value = value - 1 WHERE name = 'serial'", "counter serial: is behind" },
	{ "UPDATE counter SET value = value - 1 WHERE name = 'crl'", "counter crl: is behind" },
	{ "DELETE FROM counter WHERE name = 'application'", "counter application: is behind" },
	/* generation */
	{ "UPDATE generation SET signatures = signatures - 1", "another number of times than it counts" },
	{ "UPDATE generation SET intents = intents + 1", "another number of times than it counts" },
	{ "UPDATE generation SET last_end = last_end + 1", "ends at another time" },
	{ "UPDATE generation SET last_end = NULL", "ends at another time" },
	{ "UPDATE generation SET state = 3", "CA key ca-key-1: the ledger says something else" },
	{ "UPDATE generation SET since = since + 1", "CA key ca-key-1: the ledger says something else" },
	{ "UPDATE generation SET " HELP_FLIP("key_digest"), "CA key ca-key-1: the ledger says something" },
	{ "INSERT INTO generation VALUES(2, 1, 0, zeroblob(32), 0, 0, NULL)",
	  "CA key ca-key-2: the ledger says something else" },
	{ "INSERT INTO generation VALUES(2, 3, 0, zeroblob(32), 1, 1, NULL);"
	  " UPDATE intent SET generation = 2 WHERE id = 1", "intent" },
	{ "INSERT INTO generation VALUES(2, 3, 0, zeroblob(32), 1, 1, NULL);"
	  " UPDATE certificate SET generation = 2 WHERE intent = " FIRST, "its row is not" },
	{ "DELETE FROM generation", "refers to one of generation that is not there" },
	/* policy */
	{ "UPDATE policy SET file = x'00'", "policy 1.0: its text is not that of its digest" },
	{ "UPDATE policy SET " HELP_FLIP("digest"), "policy 1.0: its text" },
	{ "UPDATE policy SET effective = effective - 1", "policy 1.0: the ledger says something else" },
	{ "UPDATE policy SET published = published - 1", "policy 1.0: the ledger says something else" },
	{ "DELETE FROM policy", "has no policy that it speaks of" },
	{ "INSERT INTO policy SELECT '2.0', digest, published, effective, file FROM policy",
	  "policy 2.0: the journal does not have it once" },
	/* application */
	{ "UPDATE application SET submitter = 'mallory' WHERE id = 'A000001'", "application A000001" },
	{ "UPDATE application SET identity_operator = 'mallory' WHERE id = 'A000001'", "A000001" },
	{ "UPDATE application SET reviewer = 'mallory' WHERE id = 'A000001'", "application A000001" },
	{ "UPDATE application SET approver = 'mallory' WHERE id = 'A000001'", "application A000001" },
	{ "UPDATE application SET second_approver = 'mallory' WHERE id = 'A000001'", "A000001" },
	{ "UPDATE application SET profile = 'sub-ca' WHERE id = 'A000005'", "application A000005" },
	{ "UPDATE application SET holder_kind = 4 WHERE id = 'A000005'", "application A000005" },
	{ "UPDATE application SET " HELP_FLIP("key_digest") " WHERE id = 'A000006'", "application A000006" },
	{ "UPDATE application SET " HELP_FLIP("proofs_digest") " WHERE id = 'A000006'", "A000006" },
	{ "UPDATE application SET " HELP_FLIP("text") " WHERE id = 'A000006'",
	  "A000006: its text is not what the journal commits to" },
	{ "UPDATE application SET " HELP_FLIP("salt") " WHERE id = 'A000006'", "A000006: its text" },
	{ "UPDATE application SET " HELP_FLIP("salt") " WHERE id = 'A000001'", "do not fit its state" },
	{ "UPDATE application SET reason = 'other' WHERE id = 'A000004'", "A000004: its text" },
	{ "UPDATE application SET submitted_at = 1 WHERE id = 'A000006'", "application A000006" },
	{ "UPDATE application SET decided_at = 1 WHERE id = 'A000006'", "do not fit its state" },
	{ "UPDATE application SET state = 3, reviewer = 'sun', approver = 'li' WHERE id = 'A000005'",
	  "A000005: its state is not what the journal says of it" },
	{ "UPDATE application SET state = 3 WHERE id = 'A000004'", "application A000004" },
	{ "UPDATE application SET state = 5, text = x'', salt = zeroblob(32) WHERE id = 'A000007'",
	  "A000007: its state is not that of its certificate" },
	{ "UPDATE application SET state = 3, text = x'00' WHERE id = 'A000001'", "A000001" },
	{ "UPDATE application SET serial = x'00' WHERE id = 'A000001'", "application" },
	{ "UPDATE application SET text = x'00' WHERE id = 'A000001'", "A000001" },
	{ "DELETE FROM application WHERE id = 'A000005'", "has no application that it speaks of" },
	{ "INSERT INTO application SELECT 'A000008', state, profile, holder_kind, key_digest,"
	  " proofs_digest, submitter, identity_operator, reviewer, approver, second_approver,"
	  " submitted_at, decided_at, reason, serial, text, salt FROM application WHERE id = 'A000005'",
	  "application A000008" },
	/* intent */
	{ "UPDATE intent SET actor = 'mallory' WHERE id = 1", "intent" },
	{ "UPDATE intent SET application = 'A000005' WHERE id = " FIRST, "intent" },
	{ "UPDATE intent SET profile = 'root-ca' WHERE id = " FIRST, "intent" },
	{ "UPDATE intent SET cps_version = '' WHERE id = " FIRST, "intent" },
	{ "UPDATE intent SET time = time + 1 WHERE id = 1", "intent" },
	{ "UPDATE intent SET " HELP_FLIP("tbs_digest") " WHERE id = 1", "intent" },
	{ "UPDATE intent SET " HELP_FLIP("proofs_digest") " WHERE id = " FIRST, "intent" },
	{ "UPDATE intent SET " HELP_FLIP("serial") " WHERE id = 1", "has no intent that it speaks of" },
	{ "UPDATE intent SET crl_number = 77 WHERE kind = 3 AND state = 3", "no intent that it speaks" },
	{ "UPDATE intent SET position = position - 1 WHERE id = 1", "another place of the journal" },
	{ "UPDATE intent SET state = 1 WHERE id = 1", "intent" },
	{ "UPDATE intent SET state = 1 WHERE state = 3", "its state is not what the journal says" },
	{ "UPDATE intent SET state = 3 WHERE state = 1", "its state is not what the journal says" },
	{ "UPDATE intent SET kind = 1 WHERE id = 1", "has no intent that it speaks of" },
	{ "DELETE FROM pending WHERE intent = (SELECT id FROM intent WHERE state = 1)",
	  "its bytes are not those of the journal" },
	{ "UPDATE pending SET tbs = x'00'", "its bytes are not those of the journal" },
	{ "INSERT INTO pending SELECT 1, algorithm, tbs FROM pending LIMIT 1",
	  "has bytes to sign beside its result" },
	{ "DELETE FROM intent WHERE state = 1", "pending refers to one of intent that is not there" },
	{ "INSERT INTO intent SELECT 99, 3, generation, kind, x'4100', crl_number, part, base, time,"
	  " profile, application,"
	  " actor, cps_version, tbs_digest, proofs_digest, request_digest, position FROM intent WHERE id = 1",
	  "intent 4100" },
	/* certificate */
	{ "UPDATE certificate SET " HELP_FLIP("der") " WHERE intent = " FIRST, "the ledger says something" },
	{ "UPDATE certificate SET der = x'3000' WHERE intent = " FIRST, "its bytes are not those" },
	{ "UPDATE certificate SET subject = 'CN=Mallory' WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET profile = 'sub-ca' WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET application = '' WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET cps_version = '' WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET " HELP_FLIP("key_digest") " WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET not_before = 0 WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET not_after = 0 WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET issued_at = 0 WHERE intent = " FIRST, "the ledger says something" },
	{ "UPDATE certificate SET is_ca = 1 - is_ca WHERE intent = " FIRST, "its row is not" },
	{ "UPDATE certificate SET " HELP_FLIP("serial") " WHERE intent = " FIRST, "objects" },
	{ "DELETE FROM certificate WHERE intent = " FIRST, "its state does not fit" },
	{ "INSERT INTO certificate SELECT (SELECT id FROM intent WHERE state = 1), 1, x'7f00', profile,"
	  " application, cps_version, subject, key_digest, not_before, not_after, issued_at, is_ca, der"
	  " FROM certificate LIMIT 1", "certificate 7f00" },
	/* revoked */
	{ "UPDATE revoked SET revoked_at = revoked_at - 1 WHERE reason = 1", "the ledger says something" },
	{ "UPDATE revoked SET reason = 6 WHERE reason = 1", "the ledger says something else" },
	{ "UPDATE revoked SET invalidity_date = 5 WHERE reason = 1", "the ledger says something else" },
	{ "UPDATE revoked SET reported_at = 5 WHERE reason = 1", "the ledger says something else" },
	{ "UPDATE revoked SET not_after = 5 WHERE reason = 1", "the ledger says something else" },
	{ "UPDATE revoked SET requested_by = 'mallory' WHERE reason = 1", "the ledger says something" },
	{ "UPDATE revoked SET " HELP_FLIP("salt") " WHERE reason = 1", "the ledger says something else" },
	{ "UPDATE revoked SET position = position + 9 WHERE reason = 1", "at its place" },
	{ "UPDATE revoked SET left_with = 2 WHERE reason = 1", "left with it before it may" },
	{ "UPDATE revoked SET left_with = 77 WHERE reason = 1", "have left the CRL" },
	{ "UPDATE revoked SET left_with = 5 WHERE reason = 0", "lacks a certificate" },
	{ "UPDATE revoked SET " HELP_FLIP("entry") " WHERE reason = 1", "lists say something else of it" },
	{ "UPDATE revoked SET " HELP_FLIP("serial") " WHERE reason = 1", "no revocation that it speaks of" },
	{ "DELETE FROM revoked WHERE reason = 1", "no revocation that it speaks of" },
	{ "UPDATE revoked SET " HELP_FLIP("key_digest") " WHERE reason = 1", "its key is not that of" },
	{ "INSERT INTO revoked SELECT serial, 1, 1, NULL, not_after, '', key_digest, zeroblob(32), 1, 0, 0, 0, NULL,"
	  " x'30' FROM certificate WHERE serial NOT IN (SELECT serial FROM revoked)", "does not have it once" },
	/* crl */
	{ "UPDATE crl SET signature = (SELECT signature FROM crl WHERE number = 1) WHERE number = 2",
	  "the ledger says something else" },
	{ "UPDATE crl SET signature = x'' WHERE number = 2",
	  "crl-2: its bytes are not those of its intent" },
	{ "UPDATE crl_piece SET " HELP_FLIP("bytes") " WHERE number = 2",
	  "crl-2: its bytes are not those of its intent" },
	{ "UPDATE crl_piece SET bytes = (SELECT bytes FROM crl_piece WHERE number = 1)"
	  " WHERE number = 2", "crl-2: its bytes are not those of its intent" },
	{ "DELETE FROM crl_piece WHERE number = 2", "crl-2: its bytes are not those of its intent" },
	{ "INSERT INTO crl_piece VALUES(2, 1, x'00')",
	  "crl-2: its bytes are not those of its intent" },
	{ "INSERT INTO crl_piece VALUES(2, 7, x'00')",
	  "crl-2: its bytes are not those of its intent" },
	{ "UPDATE crl_piece SET number = 77 WHERE number = 2",
	  "crl-2: its bytes are not those of its intent" },
	{ "INSERT INTO crl_piece SELECT 77, piece, bytes FROM crl_piece WHERE number = 2",
	  "CRL number 77 that nobody intended" },
	{ "DELETE FROM crl_piece WHERE number IN (SELECT crl_number FROM intent WHERE state = 3)",
	  "its bytes are not those of the journal" },
	{ "UPDATE pending SET tbs = x'00' WHERE intent IN (SELECT id FROM intent WHERE kind = 3)",
	  "its bytes are not those of the journal" },
	{ "DELETE FROM pending WHERE intent IN (SELECT id FROM intent WHERE kind = 3)",
	  "its bytes are not those of the journal" },
	{ "UPDATE crl SET this_update = 0 WHERE number = 2", "crl-2: its row is not" },
	{ "UPDATE crl SET next_update = 0 WHERE number = 2", "crl-2: its row is not" },
	{ "UPDATE crl SET entries = 0 WHERE number = 2", "crl-2: its row is not" },
	{ "UPDATE crl SET published = 0 WHERE number = 2", "by the ledger or the journal alone" },
	{ "UPDATE crl SET number = 3 WHERE number = 2", "no CRL that it speaks of" },
	{ "DELETE FROM crl WHERE number = 1", "no CRL that it speaks of" },
	{ "INSERT INTO crl SELECT 9, (SELECT id FROM intent WHERE state = 1), this_update, next_update,"
	  " entries, published, signature, published_at FROM crl WHERE number = 1", "CRL crl-9" },
	{ "UPDATE crl SET published_at = published_at - 1 WHERE number = 2", "at another time" },
	{ "UPDATE crl SET published_at = NULL WHERE number = 2", "at another time" },
	/* request */
	{ "UPDATE request SET " HELP_FLIP("der"), "the ledger says something else" },
	{ "UPDATE request SET der = x'3000'", "its bytes are not those of its intent" },
	{ "DELETE FROM request", "its state does not fit" },
	{ "INSERT INTO request SELECT (SELECT id FROM intent WHERE state = 1), der FROM request",
	  "request-" },
	/* schema */
	{ "UPDATE journal SET kind = kind WHERE seq = 1; DROP INDEX intent_serial",
	  "intent_serial is missing" },
};

static void test_every_table_is_held_against_the_journal(void **state)
{
	(void)state;
	help_tampered(ca, cases, sizeof(cases) / sizeof(cases[0]));
}

/* --- lists that were wrong when they were signed --- */

/* D-2, D-3, D-29: what the ledger holds as revoked is what its lists say. */
static void test_wrong_lists(void **state)
{
	static const struct {
		size_t count;
		int reason;
		egov_time shift;
		bool other;
		const char *says;
	} lists[] = {
		{ 1, 1, 0, false, NULL },
		{ 0, 1, 0, false, "lacks a certificate that was revoked" },
		{ 2, 1, 0, false, "has an entry that was never revoked" },
		{ 1, 4, 0, false, "has an entry that is not what was revoked before it" },
		{ 1, 1, -1, false, "has an entry that is not what was revoked before it" },
		{ 1, 1, 0, true, "lacks a certificate that was revoked" },
	};
	struct help_ca *outer = ca;
	uint8_t serial[EGOV__SERIAL], later[EGOV__SERIAL];
	void *made = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct egov__crl_entry entries[2] = {
			{ .reason = lists[i].reason, .invalidity_date = EGOV_TIME_NONE },
			{ .reason = 1, .invalidity_date = EGOV_TIME_NONE } };

		assert_int_equal(help_ca_set_up(&made), 0);
		ca = made;
		help_policy(ca);
		help_issue(ca, serial, ca->now + YEAR);
		help_issue(ca, later, ca->now + YEAR);
		help_revoke(ca, serial, 1, ca->now + YEAR);
		entries[0].serial = lists[i].other ? EGOV__SLICE(later) : EGOV__SLICE(serial);
		entries[0].revoked_at = ca->now + lists[i].shift;
		entries[1].serial = EGOV__SLICE(later);
		entries[1].revoked_at = ca->now;
		help_signed_list(ca, entries, lists[i].count, ca->now + 10, lists[i].says);
		if (lists[i].says == NULL)
			help_signed_list(ca, entries, lists[i].count, ca->now + 5,
			            "is older than the list before it");
		assert_int_equal(help_ca_tear_down(&made), 0);
	}
	ca = outer;
}

/* --- keys --- */

/* Whoever writes the journal anew has to sign its checkpoints anew. */
static void test_another_journal_key(void **state)
{
	struct egov__progress nobody = { 0 };
	uint8_t spki[EGOV__SM2_SPKI];

	(void)state;
	memcpy(spki, help_named_key("ca.pem")->spki, sizeof(spki));
	assert_fails(egov__record_check(ca->h->record, EGOV__SLICE(spki), &nobody, NULL, &ca->h->err),
	             &ca->h->err, EGOV_E_CORRUPT, "its signature is not the journal key's");
	spki[30] ^= 1;
	assert_fails(egov__record_check(ca->h->record, EGOV__SLICE(spki), &nobody, NULL, &ca->h->err),
	             &ca->h->err, EGOV_E_CORRUPT, "journal key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_every_table_is_held_against_the_journal),
		cmocka_unit_test(test_wrong_lists),
		cmocka_unit_test(test_another_journal_key),
	};

	return cmocka_run_group_tests(tests, build, tear_down);
}
