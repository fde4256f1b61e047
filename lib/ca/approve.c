/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/approve.h"

#include <string.h>

#include "ca/issuing.h"
#include "request/person.h"

static const char gmt0037[] = "GM/T 0037";

enum egov_status egov__actor_valid(const char *actor, struct egov_error *err)
{
	if (actor == NULL || !egov__person_valid(egov__slice_text(actor)))
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "actor: want the name of a person, 1 to %d characters, with "
		                      "no other blanks than single spaces inside",
		                      EGOV__PERSON_MAX);
	return EGOV_OK;
}

/* --- rights --- */

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

static enum egov_status check_times(const struct egov__operator_row *row,
                                    const struct egov_cert *cert, egov_time now,
                                    struct egov_error *err)
{
	if (now >= egov_cert_not_before(cert) && now < egov_cert_not_after(cert))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.5",
	                      "the certificate of operator %s is not valid now", row->name);
}

/* A certificate of our own making that we revoked. */
static enum egov_status check_revoked(struct egov_home *home, const char *name,
                                      const struct egov_cert *cert, struct egov_error *err)
{
	struct egov__certificate_row issued;
	struct egov__revoked_row revoked;
	bool found = false;
	enum egov_status rc = egov__store_certificate_get(store_of(home), egov_cert_serial(cert),
	                                                  &issued, &found, err);

	if (rc != EGOV_OK || !found || !egov__slice_equal(issued.der, egov_cert_der(cert)))
		return rc;
	rc = egov__store_revoked_get(store_of(home), egov_cert_serial(cert), &revoked, &found, err);
	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "the certificate of operator %s is revoked", name);
	return rc;
}

static enum egov_status check_role(const struct egov__operator_row *row,
                                   const struct egov__act *act, struct egov_error *err)
{
	struct egov_buf has = EGOV__BUF(256), wants = EGOV__BUF(256);
	enum egov_status rc = EGOV_OK;

	if ((row->roles & act->roles) != 0)
		return EGOV_OK;
	egov__roles_print(row->roles, &has);
	egov__roles_print(act->roles, &wants);
	if (egov__buf_string(&has) == NULL || egov__buf_string(&wants) == NULL)
		rc = egov_error_nomem(err);
	else
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "operator %s is %s; %s wants one of: %s", row->name,
		                    egov__buf_string(&has), act->name, egov__buf_string(&wants));
	egov__buf_clear(&has);
	egov__buf_clear(&wants);
	return rc;
}

enum egov_status egov__operator_right(struct egov_home *home, const char *name,
                                      const struct egov__act *act, struct egov_cert **out,
                                      struct egov_error *err)
{
	struct egov__operator_row row;
	struct egov_cert *cert = NULL;
	bool found = false;
	enum egov_status rc = egov__store_operator_get(store_of(home), name, &row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037, "%s is no operator of this CA", name);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(row.certificate, &cert, err);
	if (rc == EGOV_OK)
		rc = check_times(&row, cert, egov_home_now(home), err);
	if (rc == EGOV_OK && act != NULL)
		rc = check_role(&row, act, err);
	if (rc == EGOV_OK)
		rc = check_revoked(home, name, cert, err);
	if (rc == EGOV_OK) {
		*out = cert;
		cert = NULL;
	}
	egov_cert_free(cert);
	return rc;
}

static enum egov_status unsigned_act(const struct egov__act *act, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_POLICY, gmt0037,
	                      "%s: a production home takes no bare name; want an operator who "
	                      "signs (--operator and --operator-key, or --approval)",
	                      act->name);
}

static enum egov_status check_allowed(struct egov_home *home, const struct egov__act *act,
                                      const char *actor, struct egov_error *err)
{
	struct egov__operators *const operators = egov__home_operators(home);
	enum egov_status rc = EGOV_OK;

	if (operators->matter != NULL)
		return EGOV_OK;
	if (operators->count == 0)
		return egov_home_is_test(home) || (act->service && egov__actor_is_service(actor))
		               ? EGOV_OK
		               : unsigned_act(act, err);
	if (strcmp(operators->acting[0].name, actor) != 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "actor: %s acts, not %s",
		                      operators->acting[0].name, actor);
	for (size_t i = 0; rc == EGOV_OK && i < operators->count; i++) {
		struct egov_cert *cert = NULL;

		rc = egov__operator_right(home, operators->acting[i].name, act, &cert, err);
		egov_cert_free(cert);
	}
	return rc;
}

static enum egov_status find_act(const char *name, const struct egov__act **act,
                                 struct egov_error *err)
{
	*act = egov__act_find(egov__slice_text(name));
	if (*act == NULL)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "there is no act \"%s\"", name);
	return EGOV_OK;
}

enum egov_status egov__actor_check(struct egov_home *home, const char *name, const char *actor,
                                   struct egov_error *err)
{
	const struct egov__act *act = NULL;
	enum egov_status rc = egov__actor_valid(actor, err);

	if (rc == EGOV_OK)
		rc = find_act(name, &act, err);
	if (rc != EGOV_OK)
		return rc;
	rc = check_allowed(home, act, actor, err);
	return egov__refuse(home, actor, "", name, rc, err);
}

/* --- signatures --- */

static enum egov_status check_matter(struct egov_home *home, const struct egov__acting *acting,
                                     const struct egov__approval *approval,
                                     struct egov_slice matter, struct egov_error *err)
{
	const egov_time now = egov_home_now(home), then = approval->statement.time;

	if (!egov__slice_equal(approval->statement.matter.der, matter))
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "the approval by %s is for something else: %.*s of \"%.*s\"",
		                      acting->name, (int)approval->statement.matter.act.size,
		                      (const char *)approval->statement.matter.act.data,
		                      (int)approval->statement.matter.subject.size,
		                      (const char *)approval->statement.matter.subject.data);
	if (then > now + EGOV__APPROVAL_SLACK || then < now - EGOV__APPROVAL_FRESH)
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "the approval by %s was not signed within the last 7 days",
		                      acting->name);
	return EGOV_OK;
}

/* Everything again from the bytes, whoever made them. */
static enum egov_status take(struct egov_home *home, const struct egov__acting *acting,
                             const struct egov_cert *cert, const struct egov__matter *matter,
                             struct egov_slice der, struct egov_error *err)
{
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__approval approval;
	enum egov_status rc = egov__approval_decode(der, &approval, err);

	if (rc == EGOV_OK)
		rc = check_matter(home, acting, &approval, matter->der, err);
	if (rc == EGOV_OK)
		rc = egov__statement_verify(&approval.statement, egov_cert_der(cert),
		                            approval.signature, err);
	egov__buf_slice(&subject, matter->subject);
	if (rc == EGOV_OK)
		rc = egov__buf_string(&subject) == NULL
		             ? egov_error_nomem(err)
		             : egov__record_approval(egov__home_record(home), acting->name,
		                                     egov__buf_string(&subject), &approval, err);
	egov__buf_clear(&subject);
	return rc;
}

static enum egov_status approve_one(struct egov_home *home, const struct egov__acting *acting,
                                    const struct egov__act *act,
                                    const struct egov__matter *matter, struct egov_error *err)
{
	struct egov_buf made = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__operator_right(home, acting->name, act, &cert, err);

	if (rc == EGOV_OK && acting->signer != NULL)
		rc = egov__approval_sign(acting->signer, cert, matter->der, egov_home_now(home),
		                         &made, err);
	if (rc == EGOV_OK)
		rc = take(home, acting, cert, matter,
		          egov_buf_slice(acting->signer != NULL ? &made : acting->approval), err);
	egov__buf_clear(&made);
	egov_cert_free(cert);
	return rc;
}

/* Stops the act: what would be signed is the answer. */
static enum egov_status answer(struct egov__operators *operators, struct egov_slice matter,
                               struct egov_error *err)
{
	enum egov_status rc;

	egov_buf_reset(operators->matter);
	egov__buf_slice(operators->matter, matter);
	rc = egov__buf_check(operators->matter, err);
	return rc != EGOV_OK ? rc
	                     : egov_error_set(err, EGOV_E_BUSY, NULL,
	                                      "nothing was done: a signature was asked for");
}

static enum egov_status roles_of_all(struct egov_home *home, unsigned *roles, struct egov_error *err)
{
	const struct egov__operators *const operators = egov__home_operators(home);
	enum egov_status rc = EGOV_OK;

	*roles = 0;
	for (size_t i = 0; rc == EGOV_OK && i < operators->count; i++) {
		struct egov__operator_row row;
		bool found = false;

		rc = egov__store_operator_get(store_of(home), operators->acting[i].name, &row, &found,
		                              err);
		if (rc == EGOV_OK && found)
			*roles |= row.roles;
	}
	return rc;
}

/* Both sides of the house, where the act wants them. */
static enum egov_status one_side(const struct egov__act *act, struct egov_error *err)
{
	struct egov_buf wants = EGOV__BUF(256);
	enum egov_status rc;

	egov__roles_print(act->all, &wants);
	rc = egov__buf_string(&wants) == NULL
	             ? egov_error_nomem(err)
	             : egov_error_set(err, EGOV_E_POLICY, gmt0037,
	                              "%s: want the signatures of one of each role: %s", act->name,
	                              egov__buf_string(&wants));
	egov__buf_clear(&wants);
	return rc;
}

/* As many people as the act wants, each with a key of his own (check_seat), of all roles that it
 * wants together. */
static enum egov_status check_number(struct egov_home *home, const struct egov__act *act,
                                     struct egov_error *err)
{
	const struct egov__operators *const operators = egov__home_operators(home);
	unsigned roles = 0;
	enum egov_status rc;

	if (egov_home_is_test(home) || operators->matter != NULL)
		return EGOV_OK;
	if (operators->count < act->people)
		return egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                      "%s: signed by %d, want %d operators (--operator and --approval)",
		                      act->name, (int)operators->count, (int)act->people);
	rc = roles_of_all(home, &roles, err);
	return rc == EGOV_OK && !egov__act_has_all(act, operators->count, roles) ? one_side(act, err)
	                                                                         : rc;
}

bool egov__approve_is_signed(struct egov_home *home)
{
	const struct egov__operators *operators = egov__home_operators(home);

	return operators->count > 0 || operators->matter != NULL;
}

enum egov_status egov__approve(struct egov_home *home, const char *name, const char *subject,
                               const struct egov_buf *facts, struct egov_error *err)
{
	struct egov__operators *const operators = egov__home_operators(home);
	struct egov_buf id = EGOV__BUF(256), der = EGOV__BUF(EGOV__MAX_OBJECT);
	const struct egov__act *act = NULL;
	struct egov__matter matter = { .act = egov__slice_text(name),
		                       .subject = egov__slice_text(subject),
		                       .facts = egov_buf_slice(facts),
		                       .test = egov_home_is_test(home) };
	enum egov_status rc = find_act(name, &act, err);

	if (rc == EGOV_OK && !egov__approve_is_signed(home))
		return egov_home_is_test(home) || act->service ? EGOV_OK : unsigned_act(act, err);
	if (rc == EGOV_OK)
		rc = check_number(home, act, err);
	if (rc == EGOV_OK)
		rc = egov__buf_check(facts, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(home, EGOV__META_HOME_ID, &id, err);
	matter.home = egov_buf_slice(&id);
	if (rc == EGOV_OK)
		rc = egov__matter_encode(&matter, &der, err);
	matter.der = egov_buf_slice(&der);
	if (rc == EGOV_OK && operators->matter != NULL)
		rc = answer(operators, matter.der, err);
	for (size_t i = 0; rc == EGOV_OK && i < operators->count; i++)
		rc = approve_one(home, &operators->acting[i], act, &matter, err);
	egov__buf_clear(&id);
	egov__buf_clear(&der);
	return rc;
}
