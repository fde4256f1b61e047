/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/operator.h"

#include <inttypes.h>
#include <string.h>

#include "base/pem.h"
#include "base/text.h"

void egov__matter_report(const struct egov__matter *matter, struct egov_report *report)
{
	struct egov_slice facts = matter->facts, key, value;

	egov__report_add(report, "act", "%.*s", (int)matter->act.size,
	                 (const char *)matter->act.data);
	egov__report_add(report, "subject", "%.*s", (int)matter->subject.size,
	                 (const char *)matter->subject.data);
	egov__report_hex(report, "home", matter->home);
	while (egov__fact_next(&facts, &key, &value))
		egov__report_add(report, "fact", "%.*s: %.*s", (int)key.size, (const char *)key.data,
		                 (int)value.size, (const char *)value.data);
}

static enum egov_status show_approval(struct egov_slice der, struct egov_report *report,
                                      struct egov_error *err)
{
	struct egov__approval a;
	enum egov_status rc = egov__approval_decode(der, &a, err);

	if (rc == EGOV_OK)
		rc = egov__statement_verify(&a.statement, a.certificate, a.signature, err);
	if (rc != EGOV_OK)
		return rc;
	egov__matter_report(&a.statement.matter, report);
	egov__report_time(report, "signed-at", a.statement.time);
	egov__report_hex(report, "certificate-sm3", a.statement.certificate);
	return egov__report_check(report, err);
}

enum egov_status egov_operator_show(struct egov_slice bytes, struct egov_report *report,
                                    struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	struct egov__matter matter;
	enum egov_status rc = egov__objects(bytes, NULL, egov__object_only, &der, err);

	if (rc == EGOV_OK && egov__matter_decode(egov_buf_slice(&der), &matter, NULL) == EGOV_OK) {
		egov__matter_report(&matter, report);
		rc = egov__report_check(report, err);
	} else if (rc == EGOV_OK) {
		rc = show_approval(egov_buf_slice(&der), report, err);
	}
	egov__buf_clear(&der);
	return rc;
}

/* --- what the journal has --- */

static enum egov_status list_approval(void *user, const struct egov__journal_row *entry,
                                      struct egov_error *err)
{
	struct egov_report *const report = user;
	struct egov__body *body = NULL;
	const char *act, *certificate;
	enum egov_status rc;

	if (strcmp(entry->kind, EGOV__KIND_APPROVAL) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc != EGOV_OK)
		return rc;
	act = egov__body_get_text(body, EGOV__KEY_ACT);
	certificate = egov__body_get_text(body, EGOV__KEY_CERTIFICATE);
	egov__report_record(report);
	egov__report_add(report, "entry", "%" PRIu64, entry->seq);
	egov__report_time(report, "time", entry->time);
	egov__report_add(report, "act", "%s", act == NULL ? "" : act);
	egov__report_add(report, "subject", "%s", entry->subject);
	egov__report_add(report, "operator", "%s", entry->actor);
	egov__report_add(report, "certificate-sm3", "%s", certificate == NULL ? "" : certificate);
	egov__body_free(body);
	return EGOV_OK;
}

enum egov_status egov_operator_approvals(struct egov_home *home, const char *subject,
                                         struct egov_report *report, struct egov_error *err)
{
	enum egov_status rc =
		egov__store_journal_walk(egov__record_store(egov__home_record(home)), 0, subject,
	                                 list_approval, report, err);

	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

/* --- one of them, for others to verify --- */

struct export {
	uint64_t entry;
	struct egov_operator_export *out;
	struct egov_buf actor, digest;
	bool found;
};

static enum egov_status take_entry(void *user, const struct egov__journal_row *entry,
                                   struct egov_error *err)
{
	struct export *const e = user;
	struct egov__body *body = NULL;
	const char *statement, *signature, *certificate;
	enum egov_status rc;

	if (entry->seq != e->entry || strcmp(entry->kind, EGOV__KIND_APPROVAL) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc != EGOV_OK)
		return rc;
	statement = egov__body_get_text(body, EGOV__KEY_STATEMENT);
	signature = egov__body_get_text(body, EGOV__KEY_SIGNATURE);
	certificate = egov__body_get_text(body, EGOV__KEY_CERTIFICATE);
	if (statement == NULL || signature == NULL || certificate == NULL)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "journal entry %" PRIu64 ": it has no statement", entry->seq);
	if (rc == EGOV_OK)
		rc = egov__hex_parse(statement, "statement", e->out->statement, err);
	if (rc == EGOV_OK)
		rc = egov__hex_parse(signature, "signature", e->out->signature, err);
	if (rc == EGOV_OK)
		rc = egov__hex_parse(certificate, "certificate", &e->digest, err);
	egov__buf_text(&e->actor, entry->actor);
	e->found = true;
	egov__body_free(body);
	return rc;
}

static enum egov_status take_certificate(void *user, const struct egov__operator_row *row,
                                         struct egov_error *err)
{
	struct export *const e = user;

	if (!egov__slice_equal(egov_buf_slice(&e->digest), EGOV__SLICE(row->certificate_digest)))
		return EGOV_OK;
	egov_buf_reset(e->out->certificate);
	egov__buf_slice(e->out->certificate, row->certificate);
	return egov__buf_check(e->out->certificate, err);
}

static enum egov_status report_export(struct export *e, struct egov_report *report,
                                      struct egov_error *err)
{
	struct egov__statement statement;
	enum egov_status rc =
		egov__statement_decode(egov_buf_slice(e->out->statement), &statement, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_add(report, "entry", "%" PRIu64, e->entry);
	egov__report_add(report, "operator", "%s", egov__buf_string(&e->actor));
	egov__matter_report(&statement.matter, report);
	egov__report_time(report, "signed-at", statement.time);
	return egov__report_check(report, err);
}

enum egov_status egov_operator_export_entry(struct egov_home *home, const char *entry,
                                            struct egov_operator_export *out,
                                            struct egov_report *report, struct egov_error *err)
{
	struct egov_store *const store = egov__record_store(egov__home_record(home));
	struct export e = { .out = out, .actor = EGOV__BUF(512), .digest = EGOV__BUF(64) };
	enum egov_status rc = egov__number_parse(entry, "entry", 0, INT64_MAX, &e.entry, err);

	if (rc != EGOV_OK) {
		if (err != NULL)
			err->status = EGOV_E_USAGE;
		return EGOV_E_USAGE;
	}
	rc = egov__store_journal_walk(store, e.entry, NULL, take_entry, &e, err);
	if (rc == EGOV_OK && !e.found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "journal entry %" PRIu64 " is no approval", e.entry);
	if (rc == EGOV_OK && egov__buf_string(&e.actor) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = egov__store_operator_walk(store, egov__buf_string(&e.actor), take_certificate, &e,
		                               err);
	if (rc == EGOV_OK)
		rc = report_export(&e, report, err);
	egov__buf_clear(&e.actor);
	egov__buf_clear(&e.digest);
	return rc;
}
