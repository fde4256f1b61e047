/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <string.h>

#include "base/text.h"
#include "ca/asked.h"
#include "ca/hold.h"
#include "ca/issuing.h"

static const char suspend[] = "GM/T 0034, 12.6", resume[] = "GM/T 0034, 12.7";

/* What one call of egov_hold or egov_release opens. */
struct holding {
	struct egov_home *home;
	const struct egov_hold_options *options;
	struct egov_buf serial, hex;
	struct egov_buf *evidence;
	egov_time held_at;
};

static struct egov_store *store_of(const struct holding *h)
{
	return egov__record_store(egov__home_record(h->home));
}

static enum egov_status not_revoked(const struct holding *h, const char *clause,
                                    struct egov_error *err)
{
	struct egov__revoked_row row;
	char when[EGOV_TIME_TEXT];
	bool found = false;
	enum egov_status rc = egov__store_revoked_get(store_of(h), egov_buf_slice(&h->serial), &row,
	                                              &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	egov_time_format(row.revoked_at, when);
	return egov_error_set(err, EGOV_E_POLICY, clause,
	                      "it was revoked at %s; that is for good", when);
}

/* The certificate, which can be held: alive, and a user's. */
static enum egov_status find_certificate(const struct holding *h, egov_time *not_after,
                                         struct egov_error *err)
{
	struct egov__certificate_row row;
	char end[EGOV_TIME_TEXT];
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(store_of(h), egov_buf_slice(&h->serial),
	                                                  &row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                      "no certificate of this CA has this serial");
	if (row.is_ca)
		return egov_error_set(err, EGOV_E_POLICY, suspend,
		                      "a CA's certificate is revoked, not put on hold");
	if (egov_home_now(h->home) > row.not_after) {
		egov_time_format(row.not_after, end);
		return egov_error_set(err, EGOV_E_POLICY, suspend, "it has expired at %s", end);
	}
	*not_after = row.not_after;
	return EGOV_OK;
}

static enum egov_status append(struct holding *h, const char *kind, struct egov__body *body,
                               struct egov_error *err)
{
	return egov__record_append(egov__home_record(h->home), kind, h->options->actor,
	                           egov__buf_string(&h->hex), body, egov_buf_slice(h->evidence),
	                           err);
}

/* Before the row, which notes how many entries stand before it. */
static enum egov_status approve(struct holding *h, const char *act, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *hex;
	enum egov_status rc =
		egov__asked_facts(egov_buf_slice(&h->serial), h->options->requested_by,
	                          egov_buf_slice(h->evidence), &facts, err);

	egov__buf_hex(&h->hex, egov_buf_slice(&h->serial));
	hex = egov__buf_string(&h->hex);
	if (rc == EGOV_OK)
		rc = hex == NULL ? egov_error_nomem(err)
		                 : egov__approve(h->home, act, hex, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status may_hold(const struct holding *h, struct egov_error *err)
{
	if (egov__home_conf(h->home)->crl_hold)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.5",
	                      "this CA suspends no certificates; where its CPS says that it does, "
	                      "set [crl] hold = yes in egovca.conf");
}

static enum egov_status hold_inside(struct holding *h, struct egov_error *err)
{
	struct egov__hold_row row = { .serial = egov_buf_slice(&h->serial),
		                      .held_at = egov_home_now(h->home),
		                      .actor = h->options->actor,
		                      .requested_by = h->options->requested_by };
	struct egov__body *body = egov__body_new();
	enum egov_status rc = may_hold(h, err);

	if (rc == EGOV_OK)
		rc = find_certificate(h, &row.not_after, err);
	if (rc == EGOV_OK)
		rc = not_revoked(h, suspend, err);
	egov__body_hex_add(body, EGOV__KEY_SERIAL, row.serial);
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, row.not_after);
	if (rc == EGOV_OK)
		rc = egov__record_private(egov__home_record(h->home), body,
		                          egov__slice_text(row.requested_by), row.salt, err);
	if (rc == EGOV_OK)
		rc = approve(h, EGOV__ACT_HOLD, err);
	if (rc == EGOV_OK) {
		rc = egov__store_hold_add(store_of(h), &row, err);
		if (rc == EGOV_E_EXISTS) {
			egov_error_clear(err);
			rc = egov_error_set(err, EGOV_E_POLICY, suspend, "it is on hold already");
		}
	}
	if (rc == EGOV_OK)
		rc = append(h, EGOV__KIND_HOLD, body, err);
	h->held_at = row.held_at;
	egov__body_free(body);
	return rc;
}

/* The hold that is on, and may be ended by this actor: what one person did alone
 * at night, that person does not undo alone. */
static enum egov_status find_hold(const struct holding *h, struct egov__hold_row *row,
                                  struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = not_revoked(h, resume, err);

	if (rc == EGOV_OK)
		rc = egov__store_hold_get(store_of(h), egov_buf_slice(&h->serial), row, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_POLICY, resume, "it is not on hold");
	if (rc == EGOV_OK && egov__home_conf(h->home)->crl_release_people > 1
	    && strcmp(row->actor, h->options->actor) == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, resume,
		                    "%s put it on hold; another person must release it",
		                    h->options->actor);
	return rc;
}

static enum egov_status release_inside(struct holding *h, struct egov_error *err)
{
	struct egov__hold_row row = { .id = 0 };
	struct egov__body *body = egov__body_new();
	enum egov_status rc = find_hold(h, &row, err);

	egov__body_hex_add(body, EGOV__KEY_SERIAL, egov_buf_slice(&h->serial));
	if (rc == EGOV_OK) {
		h->held_at = row.held_at;
		row.ending = EGOV__HOLD_RELEASED;
		row.ended_at = egov_home_now(h->home);
		row.end_requested_by = h->options->requested_by;
		rc = egov__record_private(egov__home_record(h->home), body,
		                          egov__slice_text(row.end_requested_by), row.end_salt,
		                          err);
	}
	if (rc == EGOV_OK)
		rc = approve(h, EGOV__ACT_RELEASE, err);
	if (rc == EGOV_OK)
		rc = egov__store_hold_end(store_of(h), &row, err);
	if (rc == EGOV_OK)
		rc = append(h, EGOV__KIND_RELEASE, body, err);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__hold_revoked(struct egov_home *home, struct egov_slice serial,
                                    egov_time *since, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	struct egov__hold_row row;
	bool found = false;
	enum egov_status rc = egov__store_hold_get(store, serial, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	row.ending = EGOV__HOLD_REVOKED;
	row.ended_at = egov_home_now(home);
	row.end_requested_by = "";
	memset(row.end_salt, 0, sizeof(row.end_salt));
	*since = row.held_at;
	return egov__store_hold_end(store, &row, err);
}

/* --- one call --- */

typedef enum egov_status inside_fn(struct holding *h, struct egov_error *err);

static enum egov_status transaction(struct holding *h, inside_fn *inside, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(h->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(h->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = inside(h, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status run(struct holding *h, const char *act, inside_fn *inside,
                            struct egov_error *err)
{
	const struct egov_hold_options *o = h->options;
	const struct egov__asked asked = { o->serial, o->certificate, o->requested_by, o->evidence };
	enum egov_status rc = egov__actor_check(h->home, act, o->actor, err);

	h->serial = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	h->hex = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__asked_who(o->requested_by, err);
	if (rc == EGOV_OK)
		rc = egov__asked_serial(h->home, &asked, &h->serial, err);
	if (rc == EGOV_OK)
		rc = egov__asked_evidence(&asked, &h->evidence, err);
	if (rc == EGOV_OK)
		rc = transaction(h, inside, err);
	return rc == EGOV_OK ? rc
	                     : egov__refuse(h->home, o->actor, o->serial == NULL ? "" : o->serial,
	                                    act, rc, err);
}

static void holding_clear(struct holding *h)
{
	egov_buf_free(h->evidence);
	egov__buf_clear(&h->serial);
	egov__buf_clear(&h->hex);
}

enum egov_status egov_hold(struct egov_home *home, const struct egov_hold_options *options,
                           struct egov_report *report, struct egov_error *err)
{
	struct holding h = { .home = home, .options = options };
	enum egov_status rc = run(&h, EGOV__ACT_HOLD, hold_inside, err);

	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_buf_slice(&h.serial));
		egov__report_add(report, "state", "on-hold");
		egov__report_time(report, "held-at", h.held_at);
		rc = egov__report_check(report, err);
	}
	holding_clear(&h);
	return rc;
}

enum egov_status egov_release(struct egov_home *home, const struct egov_hold_options *options,
                              struct egov_report *report, struct egov_error *err)
{
	struct holding h = { .home = home, .options = options };
	enum egov_status rc = run(&h, EGOV__ACT_RELEASE, release_inside, err);

	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_buf_slice(&h.serial));
		egov__report_add(report, "state", "released");
		egov__report_time(report, "held-at", h.held_at);
		egov__report_time(report, "released-at", egov_home_now(home));
		rc = egov__report_check(report, err);
	}
	holding_clear(&h);
	return rc;
}
