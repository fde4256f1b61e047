/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "crl/part.h"
#include "crypto/sm3.h"

static void sm3(struct egov_slice bytes, uint8_t digest[32])
{
	assert_int_equal(egov__sm3(&bytes, 1, digest, NULL), EGOV_OK);
}

/* Opened once a program: a key file takes its time. */
static struct egov_signer *ca_signer(const char *uri)
{
	static struct egov_signer *signer;

	if (signer == NULL)
		signer = help_signer(uri, EGOV_KEY_CA);
	return signer;
}

int help_ca_set_up(void **state)
{
	struct help_ca *ca = calloc(1, sizeof(*ca));
	const struct help_key *key = help_named_key("ca.pem");
	void *h = NULL;

	assert_non_null(ca);
	assert_int_equal(help_record_set_up(&h), 0);
	ca->h = h;
	ca->now = HELP_NOW;
	ca->uri = help_key_file(ca->h->dir, "ca.pem");
	ca->signer = ca_signer(ca->uri);
	help_generation(ca->h, EGOV__SLICE(key->spki));
	ca->root = help_profile("root-ca");
	ca->leaf = help_profile("civil-servant-sign");
	ca->own = help_judge(ca->root, key);
	ca->judged = help_judge(ca->leaf, help_named_key("holder"));
	ca->issuer = (struct egov__issuer){ .name = egov__judged_subject(ca->own),
		                            .key_id = EGOV__SLICE(key->key_id),
		                            .crl_uri = HELP_CRL_URI,
		                            .ca_issuers_uri = "http://ca.example.cn/cert/ca.cer" };
	*state = ca;
	return 0;
}

int help_ca_tear_down(void **state)
{
	struct help_ca *ca = *state;
	void *h = ca->h;

	egov__judged_free(ca->own);
	egov__judged_free(ca->judged);
	egov_profile_free(ca->root);
	egov_profile_free(ca->leaf);
	free(ca->uri);
	free(ca);
	return help_record_tear_down(&h);
}

/* --- bytes that are cleared --- */

static struct egov_cleared *clear(struct help_ca *ca, struct egov_tbs *tbs,
                                  struct egov__lint_context *context)
{
	struct egov_cleared *cleared = NULL;

	context->crl_uri = ca->issuer.crl_uri;
	context->now = ca->now;
	context->issuer_not_after = EGOV_TIME_NONE;
	context->max_next_update = EGOV_TIME_NONE;
	assert_ok(egov__lint_clear(tbs, context, NULL, &cleared, &ca->h->err), &ca->h->err);
	return cleared;
}

static struct egov_cleared *clear_certificate(struct help_ca *ca, const struct egov__cert_plan *plan,
                                              struct egov_slice issuer_name)
{
	struct egov__lint_context context = { .profile = plan->profile, .issuer_name = issuer_name,
		                              .issuer_key_id = ca->issuer.key_id };
	struct egov_tbs *tbs = NULL;

	assert_ok(egov__cert_build(plan, &tbs, &ca->h->err), &ca->h->err);
	return clear(ca, tbs, &context);
}

struct egov_cleared *help_clear_root(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL])
{
	const struct egov__issuer self = { .name = EGOV__NO_SLICE };
	const struct egov__cert_plan plan = { ca->root, ca->own, &self, { serial, EGOV__SERIAL },
		                              ca->now, ca->now + INT64_C(20) * 31536000 };

	return clear_certificate(ca, &plan, EGOV__NO_SLICE);
}

struct egov_cleared *help_clear_leaf(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL],
                                     egov_time not_after)
{
	const struct egov__cert_plan plan = { ca->leaf, ca->judged, &ca->issuer,
		                              { serial, EGOV__SERIAL }, ca->now - 60, not_after };

	return clear_certificate(ca, &plan, ca->issuer.name);
}

static enum egov_status next_entry(void *user, struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov__listed_row row;
	bool found = false;
	enum egov_status rc = egov__store_revoked_next(user, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	*entry = (struct egov__crl_entry){ .der = row.entry, .serial = row.serial };
	return rc;
}

struct egov_cleared *help_clear_list(struct help_ca *ca, struct egov__crl_plan *plan)
{
	struct egov__lint_context context = { .issuer_name = ca->issuer.name,
		                              .issuer_key_id = ca->issuer.key_id };
	struct egov_tbs *tbs = NULL;

	plan->issuer = &ca->issuer;
	plan->idp_uri = ca->part == EGOV__PART_ALL ? NULL : ca->issuer.crl_uri;
	plan->only_users = egov__part_only_users(ca->part);
	plan->only_ca = ca->part == EGOV__PART_CA;
	plan->next_update = plan->this_update + 86400;
	assert_ok(egov__crl_build(plan, &tbs, &ca->h->err), &ca->h->err);
	return clear(ca, tbs, &context);
}

struct egov_cleared *help_clear_crl(struct help_ca *ca, uint64_t number, egov_time this_update)
{
	struct egov__crl_plan plan = { .number = number, .this_update = this_update,
		                       .next = next_entry };
	const struct egov__crl_scope scope = { 1, ca->part, 0, 0 };
	struct egov__revoked_cursor *cursor = NULL;
	struct egov_cleared *cleared;

	assert_ok(egov__store_revoked_open(ca->h->store, &scope, &cursor, &ca->h->err), &ca->h->err);
	plan.count = EGOV__CRL_ALL;
	plan.user = cursor;
	cleared = help_clear_list(ca, &plan);
	egov__store_revoked_close(cursor);
	return cleared;
}

struct egov_cleared *help_clear_request(struct help_ca *ca)
{
	struct egov__lint_context context = { .profile = NULL };
	struct egov_tbs *tbs = NULL;

	assert_ok(egov__request_build(ca->issuer.name, egov_signer_public_key(ca->signer),
	                              EGOV__SIGALG_NULL, &tbs, &ca->h->err), &ca->h->err);
	return clear(ca, tbs, &context);
}

/* --- the gate --- */

void help_begin(struct help_ca *ca)
{
	assert_ok(egov__record_begin(ca->h->record, ca->now, &ca->h->err), &ca->h->err);
}

void help_commit(struct help_ca *ca)
{
	assert_ok(egov__record_commit(ca->h->record, &ca->h->err), &ca->h->err);
}

static void append(struct help_ca *ca, const char *kind, const char *actor, const char *subject,
                   struct egov__body *body)
{
	if (ca->forgets == NULL || strcmp(kind, ca->forgets) != 0)
		assert_ok(egov__record_append(ca->h->record, kind, actor, subject, body,
		                              egov__slice_text("evidence"), &ca->h->err), &ca->h->err);
	egov__body_free(body);
}

void help_policy(struct help_ca *ca)
{
	struct egov__policy_row row = { .version = HELP_CPS, .published = ca->now - 100,
		                        .effective = ca->now - 50,
		                        .file = egov__slice_text("practice statement") };
	struct egov__body *body = egov__body_new();

	sm3(row.file, row.digest);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(row.digest));
	egov__body_time_add(body, EGOV__KEY_PUBLISHED, row.published);
	egov__body_time_add(body, EGOV__KEY_EFFECTIVE, row.effective);
	help_begin(ca);
	assert_ok(egov__store_policy_put(ca->h->store, &row, &ca->h->err), &ca->h->err);
	append(ca, EGOV__KIND_POLICY, "wang", HELP_CPS, body);
	help_commit(ca);
}

static void get(struct help_ca *ca, const char *id, struct egov__application_row *row)
{
	bool found = false;

	assert_ok(egov__store_application_get(ca->h->store, id, row, &found, &ca->h->err),
	          &ca->h->err);
	assert_true(found);
}

static void put(struct help_ca *ca, const struct egov__application_row *row)
{
	assert_ok(egov__store_application_put(ca->h->store, row, &ca->h->err), &ca->h->err);
}

static struct egov__body *object_body(const struct egov__application_row *row)
{
	struct egov__body *body = egov__body_new();

	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
	egov__body_hex_add(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
	return body;
}

void help_submit(struct help_ca *ca, char id[16])
{
	struct egov__application_row row = { .id = id, .state = EGOV__APPLICATION_SUBMITTED,
		                             .profile = egov_profile_name(ca->leaf),
		                             .holder_kind = EGOV_HOLDER_GOVERNMENT,
		                             .submitter = "zhao", .identity_operator = "qian",
		                             .submitted_at = ca->now, .decided_at = EGOV_TIME_NONE,
		                             .text = egov__slice_text("facts about a person") };
	struct egov__body *body;
	uint64_t number = 0;

	help_begin(ca);
	assert_ok(egov__store_counter_next(ca->h->store, EGOV__COUNTER_APPLICATION, &number,
	                                   &ca->h->err), &ca->h->err);
	(void)snprintf(id, 16, "A%06u", (unsigned)number);
	sm3(EGOV__SLICE(help_named_key("holder")->spki), row.key_digest);
	memset(row.proofs_digest, 0x55, sizeof(row.proofs_digest));
	body = object_body(&row);
	egov__body_text_add(body, EGOV__KEY_PROFILE, row.profile);
	egov__body_number_add(body, EGOV__KEY_HOLDER, (uint64_t)row.holder_kind);
	egov__body_text_add(body, EGOV__KEY_IDENTITY_OPERATOR, row.identity_operator);
	assert_ok(egov__record_private(ca->h->record, body, row.text, row.salt, &ca->h->err),
	          &ca->h->err);
	put(ca, &row);
	append(ca, EGOV__KIND_APPLY_SUBMIT, row.submitter, id, body);
	help_commit(ca);
}

static void review(struct help_ca *ca, const char *id)
{
	struct egov__application_row row;

	help_begin(ca);
	get(ca, id, &row);
	row.state = EGOV__APPLICATION_REVIEWED;
	row.reviewer = "sun";
	append(ca, EGOV__KIND_APPLY_REVIEW, "sun", id, object_body(&row));
	put(ca, &row);
	help_commit(ca);
}

void help_approve(struct help_ca *ca, const char *id)
{
	struct egov__application_row row;

	if (!ca->nobody_reviews)
		review(ca, id);
	help_begin(ca);
	get(ca, id, &row);
	row.state = EGOV__APPLICATION_APPROVED;
	row.approver = "li";
	row.decided_at = ca->now;
	append(ca, EGOV__KIND_APPLY_APPROVE, "li", id, object_body(&row));
	put(ca, &row);
	help_commit(ca);
}

void help_reject(struct help_ca *ca, const char *id)
{
	struct egov__body *body = egov__body_new();
	struct egov__application_row row;

	help_begin(ca);
	get(ca, id, &row);
	row.state = EGOV__APPLICATION_REJECTED;
	row.reason = "no agreement";
	row.text = EGOV__NO_SLICE;
	row.decided_at = ca->now;
	assert_ok(egov__record_private(ca->h->record, body, egov__slice_text(row.reason), row.salt,
	                               &ca->h->err), &ca->h->err);
	append(ca, EGOV__KIND_APPLY_REJECT, "sun", id, body);
	put(ca, &row);
	help_commit(ca);
}

/* --- intents and results --- */

static struct egov_intent *intent(struct help_ca *ca, struct egov_cleared *cleared,
                                  const struct egov__intent_facts *facts)
{
	struct egov_intent *made = NULL;

	assert_ok(egov__record_intent(ca->h->record, cleared, facts, &made, &ca->h->err), &ca->h->err);
	return made;
}

struct egov_intent *help_leaf_intent(struct help_ca *ca, const char *id,
                                     uint8_t serial[EGOV__SERIAL], egov_time not_after)
{
	struct egov__intent_facts facts = { .actor = "zhou", .profile = egov_profile_name(ca->leaf),
		                            .application = id, .cps_version = HELP_CPS };
	struct egov__application_row row;
	struct egov_intent *made;

	help_begin(ca);
	assert_ok(egov__record_reserve_serial(ca->h->record, serial, &ca->h->err), &ca->h->err);
	facts.serial = (struct egov_slice){ serial, EGOV__SERIAL };
	get(ca, id, &row);
	facts.proofs_digest = row.proofs_digest;
	made = intent(ca, help_clear_leaf(ca, serial, not_after), &facts);
	row.state = EGOV__APPLICATION_ISSUING;
	row.serial = facts.serial;
	put(ca, &row);
	help_commit(ca);
	return made;
}

struct egov_intent *help_crl_intent(struct help_ca *ca, egov_time this_update)
{
	struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_intent *made;

	help_begin(ca);
	assert_ok(egov__store_counter_next(ca->h->store, EGOV__COUNTER_CRL, &facts.crl_number,
	                                   &ca->h->err), &ca->h->err);
	made = intent(ca, help_clear_crl(ca, facts.crl_number, this_update), &facts);
	help_commit(ca);
	return made;
}

struct egov_intent *help_request_intent(struct help_ca *ca)
{
	const struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_intent *made;

	help_begin(ca);
	made = intent(ca, help_clear_request(ca), &facts);
	help_commit(ca);
	return made;
}

struct egov_recorded *help_finish(struct help_ca *ca, struct egov_intent *from, const char *id)
{
	struct egov_recorded *recorded = NULL;
	struct egov_signed *signed_object = NULL;
	struct egov__application_row row;

	assert_ok(egov__sign(from, ca->signer, &signed_object, &ca->h->err), &ca->h->err);
	help_begin(ca);
	assert_ok(egov__record_result(ca->h->record, signed_object, &recorded, &ca->h->err),
	          &ca->h->err);
	if (id != NULL) {
		get(ca, id, &row);
		row.state = EGOV__APPLICATION_ISSUED;
		row.text = EGOV__NO_SLICE;
		memset(row.salt, 0, sizeof(row.salt));
		put(ca, &row);
	}
	help_commit(ca);
	egov__intent_free(from);
	return recorded;
}

void help_root(struct help_ca *ca)
{
	struct egov__intent_facts facts = { .actor = "zhou", .profile = egov_profile_name(ca->root) };
	uint8_t serial[EGOV__SERIAL];
	struct egov_intent *made;

	help_begin(ca);
	assert_ok(egov__record_reserve_serial(ca->h->record, serial, &ca->h->err), &ca->h->err);
	facts.serial = EGOV__SLICE(serial);
	made = intent(ca, help_clear_root(ca, serial), &facts);
	help_commit(ca);
	egov__recorded_free(help_finish(ca, made, NULL));
}

void help_issue(struct help_ca *ca, uint8_t serial[EGOV__SERIAL], egov_time not_after)
{
	char id[16];

	help_submit(ca, id);
	help_approve(ca, id);
	egov__recorded_free(help_finish(ca, help_leaf_intent(ca, id, serial, not_after), id));
}

/* The entry about a serial, after its row. */
static void append_about(struct help_ca *ca, const char *kind,
                         const uint8_t serial[EGOV__SERIAL], struct egov__body *body)
{
	struct egov_buf hex = EGOV__BUF(64);

	egov__buf_hex(&hex, (struct egov_slice){ serial, EGOV__SERIAL });
	append(ca, kind, "zhou", egov__buf_string(&hex), body);
	help_commit(ca);
	egov__buf_clear(&hex);
}

/* What a revocation says beside the serial and who asked. */
static void add_revocation(const struct egov__revoked_row *row, struct egov__body *body)
{
	egov__body_text_add(body, EGOV__KEY_REASON, egov_reason_name(row->reason));
	egov__body_time_add(body, EGOV__KEY_REVOKED_AT, row->revoked_at);
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, row->not_after);
}

void help_revoke(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL], int reason,
                 egov_time not_after)
{
	struct egov__revoked_row row = { .serial = { serial, EGOV__SERIAL }, .revoked_at = ca->now,
		                         .reason = reason, .invalidity_date = EGOV_TIME_NONE,
		                         .not_after = not_after, .requested_by = "wu",
		                         .reported_at = EGOV_TIME_NONE };
	struct egov__hold_row hold;
	struct egov__certificate_row certificate;
	struct egov__body *body = egov__body_new();
	bool found = false;

	help_begin(ca);
	assert_ok(egov__store_certificate_get(ca->h->store, row.serial, &certificate, &found,
	                                      &ca->h->err), &ca->h->err);
	assert_true(found);
	memcpy(row.key_digest, certificate.key_digest, sizeof(row.key_digest));
	assert_ok(egov__store_hold_get(ca->h->store, row.serial, &hold, &found, &ca->h->err),
	          &ca->h->err);
	if (found) {
		row.revoked_at = hold.held_at;
		hold.ending = EGOV__HOLD_REVOKED;
		hold.ended_at = ca->now;
		assert_ok(egov__store_hold_end(ca->h->store, &hold, &ca->h->err), &ca->h->err);
	}
	egov__body_hex_add(body, EGOV__KEY_SERIAL, row.serial);
	add_revocation(&row, body);
	assert_ok(egov__record_private(ca->h->record, body, egov__slice_text(row.requested_by),
	                               row.salt, &ca->h->err), &ca->h->err);
	assert_ok(egov__store_revoked_add(ca->h->store, &row, &ca->h->err), &ca->h->err);
	append_about(ca, EGOV__KIND_REVOKE, serial, body);
}

void help_hold(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL], egov_time not_after)
{
	struct egov__hold_row row = { .serial = { serial, EGOV__SERIAL }, .held_at = ca->now,
		                      .not_after = not_after, .actor = "zhou", .requested_by = "wu" };
	struct egov__body *body = egov__body_new();

	help_begin(ca);
	egov__body_hex_add(body, EGOV__KEY_SERIAL, row.serial);
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, row.not_after);
	assert_ok(egov__record_private(ca->h->record, body, egov__slice_text(row.requested_by),
	                               row.salt, &ca->h->err), &ca->h->err);
	assert_ok(egov__store_hold_add(ca->h->store, &row, &ca->h->err), &ca->h->err);
	append_about(ca, EGOV__KIND_HOLD, serial, body);
}

void help_release(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL])
{
	const struct egov_slice contents = { serial, EGOV__SERIAL };
	struct egov__hold_row row;
	struct egov__body *body = egov__body_new();
	bool found = false;

	help_begin(ca);
	assert_ok(egov__store_hold_get(ca->h->store, contents, &row, &found, &ca->h->err),
	          &ca->h->err);
	assert_true(found);
	row.ending = EGOV__HOLD_RELEASED;
	row.ended_at = ca->now;
	row.end_requested_by = "wu";
	egov__body_hex_add(body, EGOV__KEY_SERIAL, contents);
	assert_ok(egov__record_private(ca->h->record, body, egov__slice_text("wu"), row.end_salt,
	                               &ca->h->err), &ca->h->err);
	assert_ok(egov__store_hold_end(ca->h->store, &row, &ca->h->err), &ca->h->err);
	append_about(ca, EGOV__KIND_RELEASE, serial, body);
}

/* --- lists of the test's own making --- */

static enum egov_status from_array(void *user, struct egov__crl_entry *entry,
                                   struct egov_error *err)
{
	const struct egov__crl_entry **next = user;

	(void)err;
	*entry = *(*next)++;
	return EGOV_OK;
}

static void signed_list(struct help_ca *ca, struct egov__crl_plan *plan,
                        const struct egov__crl_entry *entries, const char *says)
{
	const struct egov__crl_entry *at = entries;
	struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_intent *intent = NULL;

	help_begin(ca);
	assert_ok(egov__store_counter_next(ca->h->store, EGOV__COUNTER_CRL, &facts.crl_number,
	                                   &ca->h->err), &ca->h->err);
	plan->number = facts.crl_number;
	plan->next = from_array;
	plan->user = &at;
	assert_ok(egov__record_intent(ca->h->record, help_clear_list(ca, plan), &facts, &intent,
	                              &ca->h->err), &ca->h->err);
	help_commit(ca);
	egov__recorded_free(help_finish(ca, intent, NULL));
	if (says == NULL)
		assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	else
		assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT, says);
}

void help_signed_list(struct help_ca *ca, const struct egov__crl_entry *entries, size_t count,
                      egov_time this_update, const char *says)
{
	struct egov__crl_plan plan = { .this_update = this_update, .count = count };

	signed_list(ca, &plan, entries, says);
}

void help_signed_delta(struct help_ca *ca, uint64_t base, const struct egov__crl_entry *entries,
                       size_t count, const char *says)
{
	struct egov__crl_plan plan = { .this_update = ca->now, .count = count, .base = base };

	signed_list(ca, &plan, entries, says);
}

/* --- behind our back --- */

static void restore(const struct help_ca *ca, struct help_record *copy, const char *path)
{
	assert_int_equal(help_run("rm -f '%s'-wal '%s'-shm; cp '%s' '%s'", path, path, ca->h->path,
	                          path), 0);
	*copy = *ca->h;
	copy->store = NULL;
	copy->record = NULL;
}

static enum egov_status verdict(struct help_record *copy, const char *path, struct egov_error *err)
{
	enum egov_status rc = egov__store_open(path, 1000, &copy->store, err);

	if (rc == EGOV_OK)
		rc = egov__record_open(copy->store, EGOV__SLICE(copy->custodian_spki), &copy->record,
		                       err);
	if (rc == EGOV_OK)
		rc = help_check(copy, NULL, err);
	egov__record_close(copy->record);
	egov__store_close(copy->store);
	return rc;
}

void help_tampered(struct help_ca *ca, const struct help_tampering *cases, size_t count)
{
	struct help_record copy;
	char *path;
	size_t wrong = 0;

	egov__record_close(ca->h->record);
	egov__store_close(ca->h->store);        /* the last one empties the log into the file */
	ca->h->record = NULL;
	ca->h->store = NULL;
	assert_true(asprintf(&path, "%s/copy.db", ca->h->dir) > 0);
	for (size_t i = 0; i < count; i++) {
		struct egov_error err = { 0 };
		enum egov_status rc;

		restore(ca, &copy, path);
		help_tamper(path, cases[i].sql);
		rc = verdict(&copy, path, &err);
		if (rc == EGOV_E_CORRUPT && err.status == rc && strstr(err.text, cases[i].says) != NULL)
			continue;
		print_error("%s: %s: \"%s\"\n", cases[i].sql, egov_status_name(rc), err.text);
		wrong++;
	}
	free(path);
	assert_int_equal(wrong, 0);
	help_record_reopen(ca->h);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

struct egov_recorded *help_crl(struct help_ca *ca, egov_time this_update, bool publish)
{
	struct egov_recorded *list = help_finish(ca, help_crl_intent(ca, this_update), NULL);

	if (publish) {
		help_begin(ca);
		assert_ok(egov__record_published(ca->h->record, list, "zhou", &ca->h->err),
		          &ca->h->err);
		help_commit(ca);
	}
	return list;
}

struct egov_buf *help_recorded(const struct egov_recorded *recorded)
{
	const struct egov__source source = egov__recorded_source(recorded);
	struct egov_buf *bytes = egov_buf_new(EGOV__MAX_CRL);
	struct egov_error err = { 0 };

	assert_non_null(bytes);
	assert_ok(egov__source_append(&source, bytes, &err), &err);
	return bytes;
}
