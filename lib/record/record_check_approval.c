/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cert/cert.h"
#include "crypto/sm3.h"
#include "record/check.h"
#include "record/inner.h"
#include "record/operator.h"

static enum egov_status wrong(struct egov_error *err, const struct egov__journal_row *entry,
                              const char *message)
{
	return egov__check_wrong(err, EGOV__N("approval by"), entry->actor, message);
}

/* --- operators at an entry --- */

struct search {
	const struct egov__journal_row *entry;
	struct egov_slice certificate;  /* its digest; empty: any */
	unsigned roles;
	uint8_t key_digest[32];
	struct egov_buf der;
	bool found;
};

static enum egov_status match_operator(void *user, const struct egov__operator_row *row,
                                       struct egov_error *err)
{
	struct search *const s = user;

	if (row->position >= s->entry->seq
	    || (row->removed_at != EGOV_TIME_NONE && row->removed_position < s->entry->seq)
	    || (s->certificate.size > 0
	        && !egov__slice_equal(s->certificate, EGOV__SLICE(row->certificate_digest))))
		return EGOV_OK;
	s->found = true;
	s->roles = row->roles;
	memcpy(s->key_digest, row->key_digest, sizeof(s->key_digest));
	egov_buf_reset(&s->der);
	egov__buf_slice(&s->der, row->certificate);
	return egov__buf_check(&s->der, err);
}

static enum egov_status find_operator(const struct egov__check *check, struct search *s,
                                      struct egov_error *err)
{
	s->der = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	return egov__store_operator_walk(check->store, s->entry->actor, match_operator, s, err);
}

/* --- one approval --- */

/* An entry of kind "approval", read. */
struct reading {
	struct egov_buf statement_der, signature;
	struct egov__statement statement;
	const struct egov__act *act;
};

static void reading_clear(struct reading *r)
{
	egov__buf_clear(&r->statement_der);
	egov__buf_clear(&r->signature);
}

static enum egov_status read_hex(const struct egov__body *body, const char *key,
                                 struct egov_buf *out)
{
	const char *text = egov__body_get_text(body, key);

	*out = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	return text == NULL ? EGOV_E_SYNTAX : egov__hex_parse(text, key, out, NULL);
}

/* A shortage of memory damages no statement. */
static enum egov_status read_statement(const struct egov__body *body,
                                       const struct egov__journal_row *entry, struct reading *r,
                                       struct egov_error *err)
{
	enum egov_status rc = read_hex(body, EGOV__KEY_STATEMENT, &r->statement_der);

	if (rc == EGOV_OK)
		rc = read_hex(body, EGOV__KEY_SIGNATURE, &r->signature);
	if (rc == EGOV_OK)
		rc = egov__statement_decode(egov_buf_slice(&r->statement_der), &r->statement, NULL);
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return rc == EGOV_OK ? rc : wrong(err, entry, EGOV__N("its statement is damaged"));
}

static enum egov_status read_approval(const struct egov__journal_row *entry, struct reading *r,
                                      struct egov_error *err)
{
	struct egov__body *body = NULL;
	const char *act;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	*r = (struct reading){ .act = NULL };
	if (rc != EGOV_OK)
		return rc;
	act = egov__body_get_text(body, EGOV__KEY_ACT);
	rc = read_statement(body, entry, r, err);
	if (rc == EGOV_OK)
		r->act = egov__act_find(r->statement.matter.act);
	if (rc == EGOV_OK
	    && (r->act == NULL || act == NULL || strcmp(r->act->name, act) != 0
	        || !egov__slice_is(r->statement.matter.subject, entry->subject)
	        || !egov__body_has_hex(body, EGOV__KEY_CERTIFICATE, r->statement.certificate)))
		rc = wrong(err, entry, EGOV__N("its entry says something else than its statement"));
	egov__body_free(body);
	return rc;
}

/* A ceremony is approved before there is a home: its file stands for it, which the facts
 * name too. */
static enum egov_status check_home(const struct egov__check *check,
                                   const struct egov__journal_row *entry, const struct reading *r,
                                   struct egov_error *err)
{
	struct egov_buf home = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	if (r->statement.matter.test && check->production)
		return wrong(err, entry, EGOV__N("it was signed for a home for tests"));
	if (strcmp(r->act->kind, EGOV__KIND_CEREMONY) == 0)
		return EGOV_OK;
	rc = egov__checkpoint_home(check->store, &home, err);
	if (rc == EGOV_OK && !egov__slice_equal(egov_buf_slice(&home), r->statement.matter.home))
		rc = wrong(err, entry, EGOV__N("it was signed for another home"));
	egov__buf_clear(&home);
	return rc;
}

static enum egov_status check_times(const struct egov__journal_row *entry, const struct reading *r,
                                    const struct egov_cert *cert, struct egov_error *err)
{
	if (r->statement.time > entry->time + EGOV__APPROVAL_SLACK
	    || r->statement.time < entry->time - EGOV__APPROVAL_FRESH)
		return wrong(err, entry, EGOV__N("it was not signed shortly before its entry"));
	if (entry->time < egov_cert_not_before(cert) || entry->time >= egov_cert_not_after(cert))
		return wrong(err, entry, EGOV__N("its certificate was not valid then"));
	return EGOV_OK;
}

static enum egov_status check_revoked(const struct egov__check *check,
                                      const struct egov__journal_row *entry,
                                      const struct egov_cert *cert, struct egov_error *err)
{
	struct egov__certificate_row issued;
	struct egov__revoked_row revoked;
	bool found = false;
	enum egov_status rc = egov__store_certificate_get(check->store, egov_cert_serial(cert),
	                                                  &issued, &found, err);

	if (rc != EGOV_OK || !found || !egov__slice_equal(issued.der, egov_cert_der(cert)))
		return rc;
	rc = egov__store_revoked_get(check->store, egov_cert_serial(cert), &revoked, &found, err);
	if (rc == EGOV_OK && found && revoked.position < entry->seq)
		rc = wrong(err, entry, EGOV__N("its certificate was revoked then"));
	return rc;
}

static enum egov_status check_signature(const struct egov__check *check,
                                        const struct egov__journal_row *entry,
                                        const struct reading *r, const struct search *s,
                                        struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__check_found(
		egov__statement_verify(&r->statement, egov_buf_slice(&s->der),
	                               egov_buf_slice(&r->signature), NULL),
		err);

	if (rc == EGOV_E_CORRUPT)
		return wrong(err, entry, EGOV__N("its signature is not its operator's"));
	if (rc != EGOV_OK)
		return rc;
	if ((s->roles & r->act->roles) == 0)
		return wrong(err, entry, EGOV__N("its operator had no role for it"));
	rc = egov_cert_decode(egov_buf_slice(&s->der), &cert, err);
	if (rc == EGOV_OK)
		rc = check_times(entry, r, cert, err);
	if (rc == EGOV_OK)
		rc = check_revoked(check, entry, cert, err);
	egov_cert_free(cert);
	return rc;
}

/* No statement counts twice. */
struct repetition {
	const struct egov__journal_row *entry;
	struct egov_slice statement;
};

static enum egov_status see_repetition(void *user, const struct egov__journal_row *entry,
                                       const struct egov__body *body, struct egov_error *err)
{
	const struct repetition *const r = user;

	if (entry->seq < r->entry->seq && egov__body_has_hex(body, EGOV__KEY_STATEMENT, r->statement))
		return wrong(err, r->entry, EGOV__N("it was used before"));
	return EGOV_OK;
}

static enum egov_status check_once(const struct egov__check *check,
                                   const struct egov__journal_row *entry, const struct reading *r,
                                   struct egov_error *err)
{
	struct repetition repetition = { entry, r->statement.der };
	struct egov__entry_walk walk = { EGOV__KIND_APPROVAL, see_repetition, &repetition, 0 };

	return egov__check_entries_of(check, entry->subject, &walk, err);
}

/* --- approvals and the entry that follows them --- */

static enum egov_status await(struct egov__check *check, const struct egov__journal_row *entry,
                              const struct reading *r, const struct search *s,
                              struct egov_error *err)
{
	struct egov__awaiting *a;

	if (check->awaiting_count == EGOV__AWAITING_MAX)
		return wrong(err, entry, EGOV__N("too many stand before it"));
	for (size_t i = 0; i < check->awaiting_count; i++)
		if (memcmp(check->awaiting[i].key_digest, s->key_digest, 32) == 0)
			return wrong(err, entry, EGOV__N("another one has the same key"));
	a = &check->awaiting[check->awaiting_count++];
	a->act = r->act;
	a->actor = egov__text_dup(entry->actor);
	a->subject = egov__text_dup(entry->subject);
	a->facts = egov__slice_copy(r->statement.matter.facts);
	a->facts_size = r->statement.matter.facts.size;
	memcpy(a->key_digest, s->key_digest, sizeof(a->key_digest));
	a->roles = s->roles;
	return a->actor == NULL || a->subject == NULL || a->facts == NULL ? egov_error_nomem(err)
	                                                                  : EGOV_OK;
}

void egov__check_awaiting_clear(struct egov__check *check)
{
	for (size_t i = 0; i < check->awaiting_count; i++) {
		free(check->awaiting[i].actor);
		free(check->awaiting[i].subject);
		free(check->awaiting[i].facts);
	}
	check->awaiting_count = 0;
}

static enum egov_status check_approval(struct egov__check *check,
                                       const struct egov__journal_row *entry,
                                       struct egov_error *err)
{
	struct reading r;
	struct search s = { .entry = entry };
	enum egov_status rc = read_approval(entry, &r, err);

	if (rc == EGOV_OK)
		rc = check_home(check, entry, &r, err);
	s.certificate = r.statement.certificate;
	if (rc == EGOV_OK)
		rc = find_operator(check, &s, err);
	if (rc == EGOV_OK && !s.found)
		rc = wrong(err, entry, EGOV__N("there was no such operator then"));
	if (rc == EGOV_OK)
		rc = check_signature(check, entry, &r, &s, err);
	if (rc == EGOV_OK)
		rc = check_once(check, entry, &r, err);
	if (rc == EGOV_OK)
		rc = await(check, entry, &r, &s, err);
	check->approvals++;
	egov__buf_clear(&s.der);
	reading_clear(&r);
	return rc;
}

/* What was signed and what was done say the same. */
static enum egov_status compare_facts(const struct egov__awaiting *a, const struct egov__body *body,
                                      bool *fit, struct egov_error *err)
{
	struct egov_slice facts = { a->facts, a->facts_size }, key, value;
	struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && *fit && egov__fact_next(&facts, &key, &value)) {
		const char *string, *text;

		egov_buf_reset(&name);
		egov__buf_slice(&name, key);
		string = egov__buf_string(&name);
		if (string == NULL)
			rc = egov_error_nomem(err);
		text = rc == EGOV_OK ? egov__body_get_text(body, string) : NULL;
		*fit = text == NULL || egov__slice_is(value, text);
	}
	egov__buf_clear(&name);
	return rc;
}

/* What is sealed is copied with the act for that alone. */
static bool pack_fits(const struct egov__act *act, const struct egov__body *body)
{
	const char *form = egov__body_get_text(body, EGOV__KEY_FORM);

	return form != NULL
	       && strcmp(act->name, strcmp(form, EGOV__PACK_FULL) == 0     ? EGOV__ACT_PACK_FULL
	                            : strcmp(form, EGOV__PACK_LAWFUL) == 0 ? EGOV__ACT_LAWFUL
	                                                                   : EGOV__ACT_PACK) == 0;
}

static bool act_fits(const struct egov__act *act, const struct egov__body *body)
{
	const char *roles = egov__body_get_text(body, EGOV__KEY_ROLES);
	unsigned bits = 0;

	if (strcmp(act->kind, EGOV__KIND_PACK) == 0)
		return pack_fits(act, body);
	if (strcmp(act->kind, EGOV__KIND_OPERATOR_ADD) != 0)
		return true;
	return roles != NULL && egov__roles_parse(roles, &bits, NULL) == EGOV_OK
	       && strcmp(egov__act_appoint(bits, false), act->name) == 0;
}

static enum egov_status check_effect(struct egov__check *check,
                                     const struct egov__journal_row *entry,
                                     struct egov_error *err)
{
	struct egov__body *body = NULL;
	unsigned roles = 0;
	bool fit = true;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	for (size_t i = 0; rc == EGOV_OK && i < check->awaiting_count; i++) {
		const struct egov__awaiting *const a = &check->awaiting[i];

		roles |= a->roles;
		rc = compare_facts(a, body, &fit, err);
		if (rc == EGOV_OK
		    && (!fit || a->act != check->awaiting[0].act
		        || strcmp(a->act->kind, entry->kind) != 0
		        || strcmp(a->subject, entry->subject) != 0
		        || strcmp(check->awaiting[0].actor, entry->actor) != 0
		        || !act_fits(a->act, body)))
			rc = wrong(err, entry, EGOV__N("it is not for the entry that follows"));
	}
	if (rc == EGOV_OK && check->production
	    && !egov__act_has_all(check->awaiting[0].act, check->awaiting_count, roles))
		rc = wrong(err, entry, EGOV__N("others who must sign the entry that follows have not"));
	egov__body_free(body);
	egov__check_awaiting_clear(check);
	return rc;
}

/* Before "init" there is nobody; an application goes with the intent that is given up. */
static bool needs_signature(const struct egov__check *check, const struct egov__journal_row *entry)
{
	return check->production && check->initialised && egov__kind_is_signed(entry->kind)
	       && !(check->after_closing && strcmp(entry->kind, EGOV__KIND_APPLY_REJECT) == 0);
}

/* In a production home people act by their registered names alone. */
static enum egov_status check_actor(const struct egov__check *check,
                                    const struct egov__journal_row *entry, struct egov_error *err)
{
	struct search s = { .entry = entry };
	enum egov_status rc;

	if (!check->production || egov__actor_is_service(entry->actor)
	    || strcmp(entry->kind, EGOV__KIND_REFUSED) == 0)
		return EGOV_OK;
	rc = find_operator(check, &s, err);
	egov__buf_clear(&s.der);
	/* The entry of one's own removal stands where one is still there. */
	if (rc == EGOV_OK && !s.found)
		rc = egov__check_wrong(err, EGOV__N("actor"), entry->actor,
		                       EGOV__N("was no operator then"));
	return rc;
}

static enum egov_status check_other(struct egov__check *check,
                                    const struct egov__journal_row *entry, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (check->awaiting_count == 0 && needs_signature(check, entry))
		rc = egov__check_wrong(err, EGOV__N("act"), entry->kind, EGOV__N("nobody signed it"));
	if (rc == EGOV_OK && check->awaiting_count > 0)
		rc = check_effect(check, entry, err);
	if (rc == EGOV_OK)
		rc = check_actor(check, entry, err);
	check->initialised = check->initialised || strcmp(entry->kind, EGOV__KIND_INIT) == 0;
	check->after_closing = strcmp(entry->kind, EGOV__KIND_INTENT_CLOSED) == 0;
	check->additions += strcmp(entry->kind, EGOV__KIND_OPERATOR_ADD) == 0;
	check->removals += strcmp(entry->kind, EGOV__KIND_OPERATOR_REMOVE) == 0;
	return rc;
}

enum egov_status egov__check_approvals(struct egov__check *check,
                                       const struct egov__journal_row *entry,
                                       struct egov_error *err)
{
	return strcmp(entry->kind, EGOV__KIND_APPROVAL) == 0 ? check_approval(check, entry, err)
	                                                     : check_other(check, entry, err);
}

/* --- two people, two keys --- */

#define SIGNERS_MAX 8

struct signers {
	const struct egov__check *check;
	uint8_t keys[SIGNERS_MAX][32];
	size_t count;
};

/* Review and approvals of one application. */
static enum egov_status see_signer(void *user, const struct egov__journal_row *entry,
                                   const struct egov__body *body, struct egov_error *err)
{
	struct signers *const signers = user;
	struct search s = { .entry = entry };
	const char *act = egov__body_get_text(body, EGOV__KEY_ACT);
	enum egov_status rc;

	if (act == NULL
	    || (strcmp(act, EGOV__ACT_REVIEW) != 0 && strcmp(act, EGOV__ACT_APPROVE) != 0))
		return EGOV_OK;
	rc = find_operator(signers->check, &s, err);
	egov__buf_clear(&s.der);
	for (size_t i = 0; rc == EGOV_OK && i < signers->count; i++)
		if (memcmp(signers->keys[i], s.key_digest, 32) == 0)
			rc = wrong(err, entry, EGOV__N("another step has the same key"));
	if (rc == EGOV_OK && signers->count < SIGNERS_MAX)
		memcpy(signers->keys[signers->count++], s.key_digest, 32);
	return rc;
}

enum egov_status egov__check_signers(const struct egov__check *check, const char *application,
                                     struct egov_error *err)
{
	struct signers signers = { .check = check };
	struct egov__entry_walk walk = { EGOV__KIND_APPROVAL, see_signer, &signers, 0 };

	return egov__check_entries_of(check, application, &walk, err);
}
