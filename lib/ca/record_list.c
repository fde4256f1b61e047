/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include <inttypes.h>
#include <string.h>

#include "base/report.h"
#include "base/text.h"
#include "ca/serial.h"
#include "ca/unseal.h"
#include "record/catalogue.h"

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* --- one entry as data --- */

static void add_body(struct egov_report *report, const struct egov__body *body)
{
	const char *key;
	uint64_t number;

	for (size_t i = 0; (key = egov__body_key(body, i)) != NULL; i++) {
		const char *text = egov__body_get_text(body, key);

		key = egov__kind_field(key);
		if (key == NULL)
			continue;
		if (text != NULL)
			egov__report_add(report, key, "%s", text);
		else if (egov__body_get_number(body, key, &number))
			egov__report_add(report, key, "%" PRIu64, number);
	}
}

static enum egov_status report_entry(const struct egov__journal_row *row,
                                     struct egov_report *report, struct egov_error *err)
{
	struct egov__body *body = NULL;
	enum egov_status rc = egov__body_parse(row->body, &body, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_record(report);
	egov__report_add(report, "entry", "%" PRIu64, row->seq);
	egov__report_time(report, "recorded-at", row->time);
	egov__report_add(report, "kind", "%s", row->kind);
	egov__report_add(report, "actor", "%s", row->actor);
	egov__report_add(report, "source", "%s", row->source);
	egov__report_add(report, "about", "%s", row->subject);
	add_body(report, body);
	if (row->has_commitment) {
		egov__report_hex(report, "private-commitment", EGOV__SLICE(row->commitment));
		egov__report_add(report, "private", "%s", row->sealed.size > 0 ? "sealed" : "destroyed");
	}
	egov__report_hex(report, "leaf", EGOV__SLICE(row->leaf));
	egov__body_free(body);
	return egov__report_check(report, err);
}

/* --- list --- */

struct listing {
	egov_record_fn *fn;
	void *user;
};

static enum egov_status take(void *user, const struct egov__journal_row *row,
                             struct egov_error *err)
{
	const struct listing *const l = user;
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL ? egov_error_nomem(err) : report_entry(row, report, err);

	if (rc == EGOV_OK)
		rc = l->fn(l->user, report, err);
	egov_report_free(report);
	return rc;
}

static enum egov_status search(struct egov_home *home, const struct egov_record_query *q,
                               struct listing *l, struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(1024), hex = EGOV__BUF(2048);
	struct egov__journal_query wanted = { .from = q->from, .to = q->to, .kind = q->kind,
		                              .actor = q->actor, .subject = q->application,
		                              .holder = q->subject };
	enum egov_status rc = EGOV_OK;

	if (q->serial != NULL) {
		rc = egov__serial_parse(q->serial, &serial, err);
		egov__buf_hex(&hex, egov_buf_slice(&serial));
		wanted.subject = egov__buf_string(&hex);
		if (rc == EGOV_OK && wanted.subject == NULL)
			rc = egov_error_nomem(err);
	}
	if (rc == EGOV_OK)
		rc = egov__store_journal_search(store_of(home), &wanted, take, l, err);
	egov__buf_clear(&serial);
	egov__buf_clear(&hex);
	return rc;
}

enum egov_status egov_record_list(struct egov_home *home, const struct egov_record_query *query,
                                  egov_record_fn *fn, void *user, struct egov_error *err)
{
	struct listing l = { fn, user };
	enum egov_status rc;

	if ((query->serial != NULL) + (query->application != NULL) + (query->subject != NULL) > 1)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "want one of serial, application and subject");
	if (query->kind != NULL && egov__kind_find(query->kind) == NULL)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "there is no kind of entry \"%s\"",
		                      query->kind);
	rc = egov__store_snapshot(store_of(home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = search(home, query, &l, err);
	egov__store_rollback(store_of(home));
	return rc;
}

/* --- show --- */

struct showing {
	struct egov_home *home;
	const struct egov_record_show_options *options;
	struct egov__decrypter *custodian;      /* NULL: private parts stay sealed */
	struct egov_report *report;
	struct egov_buf about, plain;
	uint64_t number;
	bool found;
};

static enum egov_status show_entry(void *user, const struct egov__journal_row *row,
                                   struct egov_error *err)
{
	struct showing *const s = user;
	enum egov_status rc;

	s->found = row->seq == s->number;
	if (!s->found)
		return EGOV_OK;
	rc = report_entry(row, s->report, err);
	egov__buf_text(&s->about, row->subject);
	if (rc == EGOV_OK && s->custodian != NULL && row->sealed.size > 0)
		rc = egov__unseal(s->custodian, row, &s->plain, err);
	return rc;
}

/* The salt stays: with it the commitment can be made again. */
static enum egov_status hand_out(struct showing *s, struct egov_buf *private_part,
                                 struct egov_error *err)
{
	const struct egov_slice blob = { s->plain.data + 32, s->plain.size - 32 };
	char entry[24];
	enum egov_status rc;

	(void)snprintf(entry, sizeof(entry), "%" PRIu64, s->number);
	if (egov__buf_string(&s->about) == NULL)
		return egov_error_nomem(err);
	rc = egov__unseal_record(s->home, s->options->actor, egov__buf_string(&s->about), entry, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_hex(s->report, "private-salt", (struct egov_slice){ s->plain.data, 32 });
	egov__report_add(s->report, "private-octets", "%zu", blob.size);
	egov__buf_slice(private_part, blob);
	rc = egov__buf_check(private_part, err);
	return rc == EGOV_OK ? egov__report_check(s->report, err) : rc;
}

static enum egov_status show(struct showing *s, struct egov_buf *private_part,
                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (s->options->custodian_key != NULL)
		rc = egov__home_decrypter(s->home, s->options->custodian_key, &s->custodian, err);
	if (rc == EGOV_OK)
		rc = egov__store_journal_one(store_of(s->home), s->number, show_entry, s, err);
	if (rc == EGOV_OK && !s->found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "there is no entry %" PRIu64, s->number);
	return rc == EGOV_OK && s->plain.size > 32 ? hand_out(s, private_part, err) : rc;
}

enum egov_status egov_record_show(struct egov_home *home,
                                  const struct egov_record_show_options *options,
                                  struct egov_buf *private_part, struct egov_report *report,
                                  struct egov_error *err)
{
	struct showing s = { .home = home, .options = options, .report = report,
		             .about = EGOV__BUF(EGOV__MAX_OBJECT), .plain = EGOV__BUF(EGOV__MAX_CRL) };
	enum egov_status rc = egov__number_parse(options->entry, "entry", 0, INT64_MAX, &s.number, err);

	if (rc != EGOV_OK) {
		if (err != NULL)
			err->status = EGOV_E_USAGE;
		return EGOV_E_USAGE;
	}
	if (options->custodian_key != NULL)
		rc = egov__actor_check(home, EGOV__ACT_UNSEAL, options->actor, err);
	if (rc != EGOV_OK)
		return rc;
	rc = show(&s, private_part, err);
	egov__decrypter_close(s.custodian);
	egov__buf_clear(&s.about);
	egov__buf_clear(&s.plain);
	return options->custodian_key == NULL
	               ? rc
	               : egov__refuse(home, options->actor, "", EGOV__ACT_UNSEAL, rc, err);
}

/* --- the catalogue --- */

enum egov_status egov_record_kinds(struct egov_report *report, struct egov_error *err)
{
	const struct egov__kind *kind;

	for (size_t i = 0; (kind = egov__kind_at(i)) != NULL; i++) {
		egov__report_record(report);
		egov__report_add(report, "kind", "%s", kind->name);
		egov__report_add(report, "subject", "%s", kind->subject);
		egov__report_add(report, "fields", "%s", kind->fields);
		egov__report_add(report, "private", "%s", kind->sealed ? "yes" : "no");
		egov__report_add(report, "says", "%s", egov__text(kind->says));
	}
	return egov__report_check(report, err);
}
