/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/retention.h>

#include "base/text.h"
#include "ca/approve.h"
#include "ca/issuing.h"
#include "ca/retention.h"
#include "ca/serial.h"
#include "record/retention.h"

static const char clause[] = "Order No. 4, Art. 24, 31";

#define REASON_MAX 500          /* characters */

/* What one call of egov_record_hold or egov_record_release does. */
struct holding {
	struct egov_home *home;
	const struct egov_legal_hold_options *options;
	const char *act, *kind;
	bool on;                        /* puts it on */
	struct egov_buf serial, hex;
	const char *subject;            /* lies in hex */
};

enum egov_status egov__case_check(const char *text, struct egov_error *err)
{
	const struct egov_slice name = egov__slice_text(text == NULL ? "" : text);

	if (name.size == 0 || name.size > EGOV__CASE_MAX || !egov__utf8_check(name, NULL)
	    || egov__utf8_has_control(name))
		return egov_error_set(err, EGOV_E_USAGE, clause,
		                      "case: want its name, 1 to %d octets on one line", EGOV__CASE_MAX);
	return EGOV_OK;
}

static enum egov_status check_texts(const struct egov_legal_hold_options *o, struct egov_error *err)
{
	const struct egov_slice reason = egov__slice_text(o->reason == NULL ? "" : o->reason);
	size_t characters = 0;
	enum egov_status rc = egov__case_check(o->name, err);

	if (rc != EGOV_OK)
		return rc;
	if (reason.size == 0 || !egov__utf8_check(reason, &characters) || characters > REASON_MAX
	    || egov__utf8_has_control(reason))
		return egov_error_set(err, EGOV_E_USAGE, clause,
		                      "reason: want why, 1 to %d characters on one line", REASON_MAX);
	return EGOV_OK;
}

static enum egov_status check_certificate(const struct holding *h, struct egov_error *err)
{
	struct egov__certificate_row row;
	bool found = false;
	enum egov_status rc =
		egov__store_certificate_row(egov__record_store(egov__home_record(h->home)),
	                                    egov_buf_slice(&h->serial), &row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no certificate of this CA has this serial");
	return rc;
}

static enum egov_status check_state(const struct holding *h, struct egov_error *err)
{
	struct egov__legal_holds holds = { .count = 0 };
	bool has;
	enum egov_status rc =
		egov__legal_holds_find(egov__record_store(egov__home_record(h->home)), h->subject,
	                               UINT64_MAX, &holds, err);

	if (rc != EGOV_OK)
		return rc;
	has = egov__legal_holds_have(&holds, h->options->name);
	if (h->on && has)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the legal hold of case %s is on already", h->options->name);
	if (!h->on && !has)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the legal hold of case %s is not on", h->options->name);
	if (h->on && holds.count == EGOV__LEGAL_HOLDS)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%d legal holds are on, no more can be",
		                      EGOV__LEGAL_HOLDS);
	return EGOV_OK;
}

static enum egov_status append(const struct holding *h, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_SERIAL, egov_buf_slice(&h->serial));
	egov__fact_text_add(&facts, EGOV__KEY_CASE, h->options->name);
	egov__body_hex_add(body, EGOV__KEY_SERIAL, egov_buf_slice(&h->serial));
	egov__body_text_add(body, EGOV__KEY_CASE, h->options->name);
	rc = egov__approve(h->home, h->act, h->subject, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(h->home), h->kind, h->options->actor,
		                         h->subject, body, egov__slice_text(h->options->reason), err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status transaction(const struct holding *h, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(h->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(h->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_certificate(h, err);
	if (rc == EGOV_OK)
		rc = check_state(h, err);
	if (rc == EGOV_OK)
		rc = append(h, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status run(struct holding *h, struct egov_report *report, struct egov_error *err)
{
	const struct egov_legal_hold_options *const o = h->options;
	enum egov_status rc = egov__actor_check(h->home, h->act, o->actor, err);

	if (rc != EGOV_OK)
		return rc;
	h->serial = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	h->hex = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	rc = check_texts(o, err);
	if (rc == EGOV_OK)
		rc = egov__serial_parse(o->serial, &h->serial, err);
	if (rc == EGOV_OK) {
		egov__buf_hex(&h->hex, egov_buf_slice(&h->serial));
		h->subject = egov__buf_string(&h->hex);
		rc = h->subject == NULL ? egov_error_nomem(err) : transaction(h, err);
	}
	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_buf_slice(&h->serial));
		egov__report_add(report, "case", "%s", o->name);
		egov__report_add(report, "legal-hold", "%s", h->on ? "on" : "released");
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(h->home, o->actor, o->serial == NULL ? "" : o->serial, h->act, rc,
		                  err);
	}
	egov__buf_clear(&h->serial);
	egov__buf_clear(&h->hex);
	return rc;
}

enum egov_status egov_record_hold(struct egov_home *home,
                                  const struct egov_legal_hold_options *options,
                                  struct egov_report *report, struct egov_error *err)
{
	struct holding h = { .home = home, .options = options, .act = EGOV__ACT_LEGAL_HOLD,
		             .kind = EGOV__KIND_LEGAL_HOLD, .on = true };

	return run(&h, report, err);
}

enum egov_status egov_record_release(struct egov_home *home,
                                     const struct egov_legal_hold_options *options,
                                     struct egov_report *report, struct egov_error *err)
{
	struct holding h = { .home = home, .options = options, .act = EGOV__ACT_LEGAL_RELEASE,
		             .kind = EGOV__KIND_LEGAL_RELEASE, .on = false };

	return run(&h, report, err);
}
