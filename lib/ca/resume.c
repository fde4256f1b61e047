/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdlib.h>

#include "ca/issuing.h"
#include "ca/resume.h"
#include "ca/serial.h"

static const char art24[] = "Order No. 4, Art. 24";

enum egov_status egov__resume_check_age(struct egov_home *home, egov_time time,
                                        struct egov_error *err)
{
	char begun[EGOV_TIME_TEXT], end[EGOV_TIME_TEXT];
	egov_time until = EGOV_TIME_NONE;
	enum egov_status rc = egov_time_add(time, egov__home_conf(home)->ca_resume, &until, err);

	if (rc != EGOV_OK || egov_home_now(home) <= until)
		return rc;
	egov_time_format(time, begun);
	egov_time_format(until, end);
	return egov_error_set(err, EGOV_E_POLICY, art24,
	                      "issuing began at %s and could be finished until %s ([ca] resume): "
	                      "close it with egov-revoke",
	                      begun, end);
}

/* --- transaction 2 --- */

static enum egov_status approve(struct egov_home *home, struct egov_slice serial,
                                const char *subject, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_SERIAL, serial);
	rc = egov__approve(home, EGOV__ACT_RESUME, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

enum egov_status egov__resume_note(struct egov_home *home, const char *actor, uint64_t intent,
                                   struct egov_slice serial, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__buf_hex(&hex, serial);
	egov__body_number_add(body, EGOV__KEY_INTENT, intent);
	egov__body_hex_add(body, EGOV__KEY_SERIAL, serial);
	rc = egov__buf_string(&hex) == NULL ? egov_error_nomem(err)
	                                    : approve(home, serial, egov__buf_string(&hex), err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(home), EGOV__KIND_RESUME, actor,
		                         egov__buf_string(&hex), body, EGOV__NO_SLICE, err);
	egov__buf_clear(&hex);
	egov__body_free(body);
	return rc;
}

struct finish {
	struct egov_home *home;
	uint64_t intent;
	const char *actor;
	bool earlier;                   /* the intent is of an earlier run */
};

static enum egov_status finish_inside(void *user, struct egov_error *err)
{
	const struct finish *f = user;
	struct egov__intent_row row;
	struct egov_buf id = EGOV__BUF(EGOV__MAX_OBJECT);
	bool found = false;
	enum egov_status rc = egov__store_intent_get(egov__record_store(egov__home_record(f->home)),
	                                             f->intent, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	egov__buf_text(&id, row.application);
	rc = egov__buf_check(&id, err);
	if (rc == EGOV_OK && f->earlier)
		rc = egov__resume_note(f->home, f->actor, f->intent, row.serial, err);
	if (rc == EGOV_OK && id.size > 0)
		rc = egov__buf_string(&id) == NULL
		             ? egov_error_nomem(err)
		             : egov__store_application_issued(
				       egov__record_store(egov__home_record(f->home)),
				       egov__buf_string(&id), err);
	egov__buf_clear(&id);
	return rc;
}

enum egov_status egov__resume_finish(struct egov_home *home, struct egov_signer *signer,
                                     struct egov_intent *intent, const char *actor,
                                     struct egov_recorded **out, struct egov_error *err)
{
	struct finish f = { home, egov__intent_id(intent), actor, egov__intent_is_earlier(intent) };
	const struct egov__issuing_also also = { finish_inside, &f };
	enum egov_status rc = egov__issuing_finish(home, signer, intent, &also, out, err);

	if (rc != EGOV_E_EXISTS)
		return rc;
	egov_error_clear(err);
	return egov_error_set(err, EGOV_E_BUSY, art24, "another run has finished or closed it");
}

/* --- all that killed runs left --- */

struct leftover {
	uint64_t id;
	egov_time time;
	struct egov_buf serial;
};

struct leftovers {
	struct egov_slice wanted;       /* serial; empty: all */
	struct leftover *items;
	size_t count, room;
};

static enum egov_status add_leftover(void *user, const struct egov__intent_row *row,
                                     struct egov_error *err)
{
	struct leftovers *left = user;
	struct leftover *grown;

	if (row->kind != EGOV_OBJECT_CERTIFICATE
	    || (left->wanted.size > 0 && !egov__slice_equal(left->wanted, row->serial)))
		return EGOV_OK;
	if (left->count == left->room) {
		left->room = left->room == 0 ? 16 : 2 * left->room;
		grown = realloc(left->items, left->room * sizeof(*grown));
		if (grown == NULL)
			return egov_error_nomem(err);
		left->items = grown;
	}
	left->items[left->count] =
		(struct leftover){ row->id, row->time, EGOV__BUF(EGOV__MAX_OBJECT) };
	egov__buf_slice(&left->items[left->count].serial, row->serial);
	return egov__buf_check(&left->items[left->count++].serial, err);
}

static void leftovers_clear(struct leftovers *left)
{
	for (size_t i = 0; i < left->count; i++)
		egov__buf_clear(&left->items[i].serial);
	free(left->items);
}

/* The halves of a pair are signed together (issue_pair.c). */
static enum egov_status check_single(struct egov_home *home, struct egov_slice serial,
                                     struct egov_error *err)
{
	struct egov__pair_row row;
	bool found = false;
	enum egov_status rc = egov__store_pair_get(egov__record_store(egov__home_record(home)),
	                                           serial, &row, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0034",
		                    "it is half of a pair, which egov-issue --key-answer finishes");
	return rc;
}

static enum egov_status take_up(struct egov_home *home, const struct leftover *item,
                                struct egov_intent **intent, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = check_single(home, egov_buf_slice(&item->serial), err);

	if (rc == EGOV_OK)
		rc = egov__resume_check_age(home, item->time, err);
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_resume(record, item->id, intent, err);
	if (rc == EGOV_OK)
		return egov__record_commit(record, err);
	egov__record_rollback(record);
	return rc;
}

static enum egov_status finish_one(const struct egov_resume_options *o, struct egov_signer *signer,
                                   const struct leftover *item, struct egov_report *report,
                                   struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_intent *intent = NULL;
	struct egov_recorded *recorded = NULL;
	enum egov_status rc = take_up(o->home, item, &intent, err);

	if (rc == EGOV_OK)
		rc = egov__resume_finish(o->home, signer, intent, o->actor, &recorded, err);
	egov__buf_hex(&hex, egov_buf_slice(&item->serial));
	egov__report_record(report);
	egov__report_hex(report, "serial", egov_buf_slice(&item->serial));
	egov__report_time(report, "begun-at", item->time);
	egov__report_add(report, "result", "%s", rc == EGOV_OK ? "finished" : "refused");
	if (rc != EGOV_OK && egov__buf_string(&hex) != NULL) {
		rc = egov_error_prefix(err, rc, "%s", egov__buf_string(&hex));
		rc = egov__refuse(o->home, o->actor, egov__buf_string(&hex), EGOV__ACT_RESUME, rc, err);
	}
	egov__recorded_free(recorded);
	egov__intent_free(intent);
	egov__buf_clear(&hex);
	return rc;
}

/* Each is finished whatever becomes of the others; the first failure is told. */
static enum egov_status finish_all(const struct egov_resume_options *o,
                                   const struct leftovers *left, struct egov_report *report,
                                   struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc = egov__home_signer(o->home, EGOV_KEY_CA, &signer, err), first;

	if (rc != EGOV_OK)
		rc = egov__refuse(o->home, o->actor, "", EGOV__ACT_RESUME, rc, err);
	first = rc;
	for (size_t i = 0; rc == EGOV_OK && i < left->count; i++) {
		const enum egov_status one = finish_one(o, signer, &left->items[i], report,
		                                        first == EGOV_OK ? err : NULL);

		if (first == EGOV_OK)
			first = one;
	}
	egov_signer_close(signer);
	return first;
}

static enum egov_status not_waiting(const struct egov_resume_options *o, struct egov_error *err)
{
	const enum egov_status rc =
		egov_error_set(err, EGOV_E_NOTFOUND, NULL,
	                       "no issuing of this serial waits to be finished");

	return egov__refuse(o->home, o->actor, o->serial, EGOV__ACT_RESUME, rc, err);
}

enum egov_status egov_resume(const struct egov_resume_options *options,
                             struct egov_report *report, struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	struct leftovers left = { .count = 0 };
	enum egov_status rc = egov__actor_check(options->home, EGOV__ACT_ISSUE, options->actor, err);

	if (rc == EGOV_OK && options->serial != NULL)
		rc = egov__serial_parse(options->serial, &serial, err);
	left.wanted = egov_buf_slice(&serial);
	if (rc == EGOV_OK)
		rc = egov__store_intent_walk(egov__record_store(egov__home_record(options->home)),
		                             EGOV__INTENT_OPEN, add_leftover, &left, err);
	if (rc == EGOV_OK && left.count == 0 && options->serial != NULL)
		rc = not_waiting(options, err);
	if (rc == EGOV_OK && left.count > 0)
		rc = finish_all(options, &left, report, err);
	leftovers_clear(&left);
	egov__buf_clear(&serial);
	return rc;
}
