/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/approve.h"

#include <string.h>

#include "base/pem.h"
#include "ca/issuing.h"

static const char gmt0037[] = "GM/T 0037";

static enum egov_status check_seat(const struct egov__operators *operators, const char *name,
                                   struct egov_error *err)
{
	if (operators->count == EGOV__ACTING_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d operators act",
		                      EGOV__ACTING_MAX);
	for (size_t i = 0; i < operators->count; i++)
		if (strcmp(operators->acting[i].name, name) == 0)
			return egov_error_set(err, EGOV_E_POLICY, gmt0037,
			                      "operator %s acts already; another person must", name);
	return EGOV_OK;
}

/* What is in *acting goes to the home where this succeeds. */
static enum egov_status seat(struct egov_home *home, const char *name,
                             struct egov__acting *acting, struct egov_error *err)
{
	struct egov__operators *const operators = egov__home_operators(home);

	acting->name = egov__text_dup(name);
	if (acting->name == NULL)
		return egov_error_nomem(err);
	operators->acting[operators->count++] = *acting;
	*acting = (struct egov__acting){ .name = NULL };
	return EGOV_OK;
}

enum egov_status egov_operator_login(struct egov_home *home, const char *name, const char *key_uri,
                                     struct egov_error *err)
{
	struct egov__acting acting = { .name = NULL };
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__actor_valid(name, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_seat(egov__home_operators(home), name, err);
	if (rc == EGOV_OK)
		rc = egov__operator_right(home, name, NULL, &cert, err);
	if (rc == EGOV_OK)
		rc = egov__home_operator_key(home, key_uri, &acting.signer, err);
	if (rc == EGOV_OK
	    && !egov__slice_equal(egov_signer_public_key(acting.signer), egov_cert_public_key(cert)))
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "the key is not the one of operator %s's certificate", name);
	if (rc == EGOV_OK)
		rc = seat(home, name, &acting, err);
	egov_signer_close(acting.signer);
	egov_cert_free(cert);
	return egov__refuse(home, name, "", "operator-login", rc, err);
}

/* --- approvals from elsewhere --- */

struct search {
	struct egov_slice certificate;
	struct egov_buf name;
};

static enum egov_status match_certificate(void *user, const struct egov__operator_row *row,
                                          struct egov_error *err)
{
	struct search *search = user;

	if (row->removed_at != EGOV_TIME_NONE
	    || !egov__slice_equal(row->certificate, search->certificate))
		return EGOV_OK;
	egov_buf_reset(&search->name);
	egov__buf_text(&search->name, row->name);
	return egov__buf_check(&search->name, err);
}

/* The operator of the approval's certificate, whose signature it must be. */
static enum egov_status find_signer(struct egov_home *home, struct egov_slice der,
                                    struct egov_buf *name, struct egov_error *err)
{
	struct egov__approval approval;
	struct search search = { .name = EGOV__BUF(512) };
	enum egov_status rc = egov__approval_decode(der, &approval, err);

	if (rc != EGOV_OK)
		return rc;
	search.certificate = approval.certificate;
	rc = egov__store_operator_walk(egov__record_store(egov__home_record(home)), NULL,
	                               match_certificate, &search, err);
	if (rc == EGOV_OK && search.name.size == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, gmt0037,
		                    "the approval's certificate is no operator's of this CA");
	egov__buf_slice(name, egov_buf_slice(&search.name));
	egov__buf_clear(&search.name);
	if (rc == EGOV_OK)
		rc = egov__statement_verify(&approval.statement, approval.certificate,
		                            approval.signature, err);
	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return rc;
}

enum egov_status egov_operator_present(struct egov_home *home, struct egov_slice approval,
                                       struct egov_error *err)
{
	struct egov__acting acting = { .name = NULL };
	struct egov_buf der = EGOV__BUF(2 * EGOV__MAX_OBJECT), name = EGOV__BUF(512);
	const char *text = NULL;
	enum egov_status rc = egov__objects(approval, EGOV__APPROVAL_LABEL, egov__object_only, &der, err);

	if (rc == EGOV_OK)
		rc = find_signer(home, egov_buf_slice(&der), &name, err);
	if (rc == EGOV_OK && (text = egov__buf_string(&name)) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = check_seat(egov__home_operators(home), text, err);
	if (rc == EGOV_OK)
		rc = egov__buf_move(&der, &acting.approval, err);
	if (rc == EGOV_OK)
		rc = seat(home, text, &acting, err);
	if (rc != EGOV_OK)
		rc = egov__refuse(home, text == NULL ? "?" : text, "", "operator-approval", rc, err);
	egov_buf_free(acting.approval);
	egov__buf_clear(&der);
	egov__buf_clear(&name);
	return rc;
}

/* --- what is asked of the home --- */

const char *egov_operator_name(struct egov_home *home)
{
	const struct egov__operators *const operators = egov__home_operators(home);

	return operators->count == 0 ? NULL : operators->acting[0].name;
}

void egov_operator_ask(struct egov_home *home, struct egov_buf *matter)
{
	egov__home_operators(home)->matter = matter;
}
