/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>

#include "ca/issuing.h"
#include "ca/serial.h"
#include "crypto/sm3.h"

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* The state of a certificate at a time, from what it went through up to then. */
struct state {
	const char *word;
	bool revoked, held;
	struct egov__revoked_row row;
	egov_time held_at;
};

/* Was it on hold then, and not yet revoked for good? */
struct hold_search {
	struct state *state;
	egov_time at, revoked_since;
};

static enum egov_status match_hold(void *user, const struct egov__hold_row *row,
                                   struct egov_error *err)
{
	struct hold_search *search = user;

	(void)err;
	if (row->ending == EGOV__HOLD_REVOKED)
		search->revoked_since = row->ended_at;
	if (row->held_at > search->at
	    || (row->ending != EGOV__HOLD_ON && row->ended_at <= search->at))
		return EGOV_OK;
	search->state->held = true;
	search->state->held_at = row->held_at;
	return EGOV_OK;
}

/* A revocation that ended a hold counts from the hold on, but nobody knew of it before. */
static enum egov_status find_listed(struct egov_home *home, struct egov_slice serial, egov_time at,
                                    struct state *state, struct egov_error *err)
{
	struct hold_search search = { state, at, EGOV_TIME_NONE };
	enum egov_status rc = egov__store_hold_walk(store_of(home), serial, match_hold, &search, err);

	if (rc == EGOV_OK)
		rc = egov__store_revoked_get(store_of(home), serial, &state->row, &state->revoked,
		                             err);
	if (rc != EGOV_OK)
		return rc;
	state->revoked = state->revoked && state->row.revoked_at <= at
	                 && (search.revoked_since == EGOV_TIME_NONE || search.revoked_since <= at);
	return EGOV_OK;
}

static enum egov_status find_state(struct egov_home *home,
                                   const struct egov__certificate_row *certificate, egov_time at,
                                   struct state *state, struct egov_error *err)
{
	enum egov_status rc;

	*state = (struct state){ .revoked = false };
	rc = find_listed(home, certificate->serial, at, state, err);
	if (rc != EGOV_OK)
		return rc;
	state->word = state->revoked                    ? "revoked"
	              : state->held                     ? "on-hold"
	              : at < certificate->not_before    ? "not-yet-valid"
	              : at > certificate->not_after     ? "expired"
	                                                : "good";
	return EGOV_OK;
}

/* A serial whose issuing was given up is on the lists, and has no certificate. */
static enum egov_status find_given_up(struct egov_home *home, struct egov_slice serial,
                                      egov_time at, struct state *state, struct egov_error *err)
{
	const enum egov_status rc = find_listed(home, serial, at, state, err);

	if (state->revoked)
		state->word = "revoked";
	return rc;
}

static void add_state(struct egov_report *report, const struct state *state)
{
	egov__report_add(report, "state", "%s", state->word);
	if (state->held && !state->revoked) {
		egov__report_time(report, "held-at", state->held_at);
		egov__report_add(report, "reason", "%s", egov_reason_name(6));
	}
	if (!state->revoked)
		return;
	egov__report_time(report, "revoked-at", state->row.revoked_at);
	egov__report_add(report, "reason", "%s", egov_reason_name(state->row.reason));
	if (state->row.invalidity_date != EGOV_TIME_NONE)
		egov__report_time(report, "invalidity-date", state->row.invalidity_date);
}

static void add_certificate(struct egov_report *report, const struct egov__certificate_row *row)
{
	egov__report_hex(report, "serial", row->serial);
	egov__report_add(report, "subject", "%s", row->subject);
	egov__report_add(report, "profile", "%s", row->profile);
	egov__report_time(report, "not-before", row->not_before);
	egov__report_time(report, "not-after", row->not_after);
}

static void add_record(struct egov_report *report, const struct egov__certificate_row *row)
{
	if (row->application != NULL && *row->application != 0)
		egov__report_add(report, "application", "%s", row->application);
	if (row->cps_version != NULL && *row->cps_version != 0)
		egov__report_add(report, "cps-version", "%s", row->cps_version);
	egov__report_time(report, "issued-at", row->issued_at);
	egov__report_hex(report, "key-sm3", EGOV__SLICE(row->key_digest));
}

/* Until when what is known of it is kept: from its end on, as its profile says.  A profile
 * that is not fit for use now says nothing. */
static void add_retention(struct egov_home *home, const char *name, egov_time end,
                          struct egov_report *report)
{
	struct egov_profile *profile = NULL;
	egov_time until = EGOV_TIME_NONE;

	if (egov__home_profile(home, name, &profile, NULL) == EGOV_OK
	    && egov_time_add(end, egov__profile_retention(profile), &until, NULL) == EGOV_OK)
		egov__report_time(report, "keep-until", until);
	egov_profile_free(profile);
}

static enum egov_status add_successor(struct egov_home *home,
                                      const struct egov__succession_row *row,
                                      struct egov_report *report, struct egov_error *err)
{
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc =
		egov__store_intent_get(store_of(home), row->intent, &intent, &found, err);

	if (rc == EGOV_OK && found && intent.state == EGOV__INTENT_DONE)
		egov__report_hex(report, "successor", intent.serial);
	return rc;
}

/* What it follows, and what follows it. */
static enum egov_status add_chain(struct egov_home *home, struct egov_slice serial, uint64_t intent,
                                  struct egov_report *report, struct egov_error *err)
{
	struct egov__succession_row row;
	bool found = false;
	enum egov_status rc = egov__store_succession_get(store_of(home), intent, &row, &found, err);

	if (rc == EGOV_OK && found) {
		egov__report_add(report, "operation", "%s",
		                 egov__succession_name((enum egov__succession)row.operation));
		egov__report_hex(report, "predecessor", row.predecessor);
	}
	if (rc == EGOV_OK)
		rc = egov__store_successor_get(store_of(home), serial, &row, &found, err);
	return rc == EGOV_OK && found ? add_successor(home, &row, report, err) : rc;
}

/* Each time that it was on hold, and what became of it. */
static enum egov_status add_hold(void *user, const struct egov__hold_row *row,
                                 struct egov_error *err)
{
	static const char *const endings[] = { "on", "released", "revoked" };
	char from[EGOV_TIME_TEXT], to[EGOV_TIME_TEXT] = "-";

	(void)err;
	egov_time_format(row->held_at, from);
	if (row->ending != EGOV__HOLD_ON)
		egov_time_format(row->ended_at, to);
	egov__report_add(user, "hold", "%s %s %s", from, to, endings[row->ending]);
	return EGOV_OK;
}

/* The other half of a pair (GM/T 0034). */
static enum egov_status add_pair(struct egov_home *home, struct egov_slice serial,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov__pair_row row;
	bool found = false;
	enum egov_status rc = egov__store_pair_get(store_of(home), serial, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	if (egov__slice_equal(row.sign_serial, serial))
		egov__report_hex(report, "encryption-certificate", row.encrypt_serial);
	else
		egov__report_hex(report, "signing-certificate", row.sign_serial);
	return EGOV_OK;
}

/* The row outlives no further call on the store: what is needed is copied first. */
static enum egov_status show(struct egov_home *home, struct egov_slice serial,
                             struct egov_buf *der, struct egov_report *report,
                             struct egov_error *err)
{
	struct egov__certificate_row row;
	struct state state;
	char profile[128];
	bool found = false;
	enum egov_status rc =
		egov__store_certificate_get(store_of(home), serial, &row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "never issued by this CA");
	if (rc != EGOV_OK)
		return rc;
	add_certificate(report, &row);
	add_record(report, &row);
	(void)egov__text_copy(profile, sizeof(profile), row.profile);
	if (row.der.size == EGOV__SM3_SIZE)
		egov__report_hex(report, "destroyed-sm3", row.der);
	if (der != NULL && row.der.size == EGOV__SM3_SIZE)
		return egov_error_set(err, EGOV_E_NOTFOUND, "Order No. 4, Art. 24",
		                      "its records were destroyed, since they were due");
	if (der != NULL) {
		egov__buf_slice(der, row.der);
		rc = egov__buf_check(der, err);
	}
	row.serial = serial;
	if (rc == EGOV_OK)
		rc = add_chain(home, serial, row.intent, report, err);
	if (rc == EGOV_OK)
		rc = find_state(home, &row, egov_home_now(home), &state, err);
	if (rc == EGOV_OK) {
		add_state(report, &state);
		rc = egov__store_hold_walk(store_of(home), serial, add_hold, report, err);
	}
	if (rc == EGOV_OK)
		rc = add_pair(home, serial, report, err);
	if (rc == EGOV_OK)
		add_retention(home, profile, row.not_after, report);
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

enum egov_status egov_status_show(struct egov_home *home, const char *serial,
                                  struct egov_slice certificate, struct egov_buf *der,
                                  struct egov_report *report, struct egov_error *err)
{
	struct egov_buf contents = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_cert *cert = NULL;
	enum egov_status rc;

	if (serial != NULL) {
		rc = egov__serial_parse(serial, &contents, err);
	} else {
		rc = egov_cert_decode(certificate, &cert, err);
		if (rc == EGOV_OK)
			egov__buf_slice(&contents, egov_cert_serial(cert));
	}
	if (rc == EGOV_OK)
		rc = show(home, egov_buf_slice(&contents), der, report, err);
	egov_cert_free(cert);
	egov__buf_clear(&contents);
	return rc;
}

enum egov_status egov_status_state(struct egov_home *home, const char *serial, egov_time at,
                                   struct egov_report *report, struct egov_error *err)
{
	struct egov_buf contents = EGOV__BUF(EGOV__MAX_OBJECT);
	const egov_time when = at == EGOV_TIME_NONE ? egov_home_now(home) : at;
	struct egov__certificate_row row;
	struct state state = { .word = "unknown" };
	bool found = false;
	enum egov_status rc = egov__serial_parse(serial, &contents, err);

	if (rc == EGOV_OK)
		rc = egov__store_certificate_row(store_of(home), egov_buf_slice(&contents), &row,
		                                 &found, err);
	/* A certificate that was not issued yet then was unknown then. */
	found = found && row.issued_at <= when;
	if (rc == EGOV_OK && found) {
		row.serial = egov_buf_slice(&contents);
		rc = find_state(home, &row, when, &state, err);
	} else if (rc == EGOV_OK) {
		rc = find_given_up(home, egov_buf_slice(&contents), when, &state, err);
		found = state.revoked;
	}
	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_buf_slice(&contents));
		egov__report_time(report, "at", when);
		add_state(report, &state);
		rc = egov__report_check(report, err);
	}
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "never issued by this CA up to that time");
	egov__buf_clear(&contents);
	return rc;
}

enum egov_status egov_status_count(struct egov_home *home, egov_time from, egov_time to,
                                   struct egov_report *report, struct egov_error *err)
{
	struct egov__life_counts counts = { 0 };
	enum egov_status rc = egov__store_life_counts(
		store_of(home), from == EGOV_TIME_NONE ? INT64_MIN + 1 : from,
		to == EGOV_TIME_NONE ? INT64_MAX : to, &counts, err);
	const struct {
		const char *key;
		uint64_t value;
	} all[] = {
		{ "issued", counts.issued },     { "renewed", counts.renewed },
		{ "rekeyed", counts.rekeyed },   { "extended", counts.extended },
		{ "held", counts.held },         { "released", counts.released },
		{ "revoked", counts.revoked },   { "ended", counts.ended },
	};

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		egov__report_add(report, all[i].key, "%" PRIu64, all[i].value);
	return egov__report_check(report, err);
}

struct listing {
	struct egov_home *home;
	struct egov_report *report;
};

static enum egov_status add_listed(void *user, const struct egov__certificate_row *row,
                                   struct egov_error *err)
{
	const struct listing *list = user;
	struct state state;
	enum egov_status rc = find_state(list->home, row, egov_home_now(list->home), &state, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_record(list->report);
	add_certificate(list->report, row);
	add_state(list->report, &state);
	return EGOV_OK;
}

enum egov_status egov_status_list(struct egov_home *home, const char *subject,
                                  struct egov_report *report, struct egov_error *err)
{
	struct listing list = { home, report };
	enum egov_status rc =
		egov__store_certificate_walk_rows(store_of(home), subject, add_listed, &list, err);

	return rc != EGOV_OK ? rc : egov__report_check(report, err);
}
