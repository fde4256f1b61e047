/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "record/operator.h"
#include "record/record.h"

void egov__operator_body(const struct egov__operator_row *row, struct egov__body *body)
{
	struct egov_buf roles = EGOV__BUF(256);

	egov__roles_print(row->roles, &roles);
	egov__body_text_add(body, EGOV__KEY_ROLES, egov__buf_string(&roles));
	egov__body_hex_add(body, EGOV__KEY_CERTIFICATE, EGOV__SLICE(row->certificate_digest));
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
	egov__buf_clear(&roles);
}

/* Looks for a statement among the approvals of its subject. */
struct search {
	struct egov_slice statement;
	bool found;
};

static enum egov_status match_statement(void *user, const struct egov__journal_row *entry,
                                        struct egov_error *err)
{
	struct search *search = user;
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (strcmp(entry->kind, EGOV__KIND_APPROVAL) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK && egov__body_has_hex(body, EGOV__KEY_STATEMENT, search->statement))
		search->found = true;
	egov__body_free(body);
	return rc;
}

static enum egov_status append(struct egov_record *record, const char *actor, const char *subject,
                               const struct egov__approval *approval, struct egov_error *err)
{
	struct egov_buf act = EGOV__BUF(256);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__buf_slice(&act, approval->statement.matter.act);
	egov__body_text_add(body, EGOV__KEY_ACT, egov__buf_string(&act));
	egov__body_hex_add(body, EGOV__KEY_CERTIFICATE, approval->statement.certificate);
	egov__body_hex_add(body, EGOV__KEY_STATEMENT, approval->statement.der);
	egov__body_hex_add(body, EGOV__KEY_SIGNATURE, approval->signature);
	rc = egov__record_append(record, EGOV__KIND_APPROVAL, actor, subject, body, EGOV__NO_SLICE,
	                         err);
	egov__buf_clear(&act);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__record_approval(struct egov_record *record, const char *actor,
                                       const char *subject, const struct egov__approval *approval,
                                       struct egov_error *err)
{
	struct search search = { approval->statement.der, false };
	enum egov_status rc =
		egov__store_journal_walk(egov__record_store(record), 0, subject, match_statement,
	                                 &search, err);

	if (rc == EGOV_OK && search.found)
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 24",
		                    "the approval by %s was used already", actor);
	return rc == EGOV_OK ? append(record, actor, subject, approval, err) : rc;
}
