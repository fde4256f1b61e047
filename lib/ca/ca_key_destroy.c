/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ca/approve.h"
#include "ca/issuing.h"

static const char clause[] = "Order No. 4, Art. 22";

struct destruction {
	struct egov_home *home;
	const struct egov_ca_key_destroy_options *options;
	int lock;
	struct egov__generation_row row;
	bool early;                     /* something rests on the key still */
};

static bool is_given(const char *text)
{
	return text != NULL && *text != 0;
}

/* The second person: who signs beside the first; in a home for tests a name will do. */
static const char *second_of(const struct destruction *d)
{
	const struct egov__operators *const operators = egov__home_operators(d->home);

	if (is_given(d->options->second))
		return d->options->second;
	return operators->count > 1 ? operators->acting[1].name : "";
}

/* The second person is no other name of the first. */
static enum egov_status check_second(const struct destruction *d, struct egov_error *err)
{
	const struct egov_ca_key_destroy_options *const o = d->options;

	if (!is_given(o->second))
		return EGOV_OK;
	if (!egov_home_is_test(d->home))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0037",
		                      "a production home takes no bare name for the second person: "
		                      "two operators sign (--operator and --approval)");
	if (strcmp(o->second, o->actor) == 0)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the second person is the first; want two");
	return egov__actor_valid(o->second, err);
}

static enum egov_status check_people(const struct destruction *d, struct egov_error *err)
{
	const char *const reason = d->options->reason;
	const struct egov_slice text = egov__slice_text(is_given(reason) ? reason : "");
	size_t characters = 0;

	if (!egov__utf8_check(text, &characters) || characters > 200 || egov__utf8_has_control(text))
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "reason: want text of at most 200 characters");
	return check_second(d, err);
}

/* While one of its certificates lives, somebody may ask for its list. */
static enum egov_status check_unused(struct destruction *d, struct egov_error *err)
{
	const bool lives = d->row.last_end != EGOV_TIME_NONE
	                   && d->row.last_end >= egov_home_now(d->home);
	const bool active = d->row.state == EGOV__GENERATION_ACTIVE;

	if (d->row.state >= EGOV__GENERATION_DESTROYING)
		return EGOV_OK;
	d->early = active || lives;
	if (!d->early
	    || (is_given(d->options->reason)
	        && (!egov_home_is_test(d->home) || *second_of(d) != 0
	            || egov__home_operators(d->home)->matter != NULL)))
		return EGOV_OK;
	if (active)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "generation %" PRIu64 " of the CA's key is active: roll over "
		                      "first, or give --reason and a second person",
		                      d->row.number);
	return egov_error_set(err, EGOV_E_POLICY, clause,
	                      "certificates of generation %" PRIu64 " of the CA's key live on: wait "
	                      "for their end, or give --reason and a second person",
	                      d->row.number);
}

static enum egov_status note_open(void *user, const struct egov__intent_row *row,
                                  struct egov_error *err)
{
	struct destruction *d = user;

	if (row->generation != d->row.number || row->kind == EGOV_OBJECT_CRL)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_BUSY, "Order No. 4, Art. 24",
	                      "intent %" PRIu64 " of this key has no result yet: issue on its "
	                      "application again, or revoke its serial",
	                      row->id);
}

/* The URI leads to that key, and to no other. */
static enum egov_status check_key(const struct destruction *d, struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc = egov__home_ca_signer(d->home, d->row.number, &signer, err);

	egov_signer_close(signer);
	return rc;
}

static enum egov_status approve(const struct destruction *d, const char *subject,
                                struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_KEY_SM3, EGOV__SLICE(d->row.key_digest));
	rc = egov__approve(d->home, d->early ? EGOV__ACT_KEY_DESTROY_EARLY : EGOV__ACT_KEY_DESTROY,
	                   subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

/* Who and why is sealed with the state's entry.  What people have signed is carried out
 * to its end without them. */
static enum egov_status record_state(struct destruction *d, enum egov__generation_state state,
                                     struct egov_error *err)
{
	const struct egov_ca_key_destroy_options *const o = d->options;
	const bool begins = state == EGOV__GENERATION_DESTROYING;
	struct egov_record *record = egov__home_record(d->home);
	struct egov__body *body = egov__body_new();
	struct egov_buf why = EGOV__BUF(4096);
	char subject[32];
	enum egov_status rc = egov__record_begin(record, egov_home_now(d->home), err);

	(void)snprintf(subject, sizeof(subject), "ca-key-%" PRIu64, d->row.number);
	egov__buf_printf(&why, "second: %s\nreason: %s\n", second_of(d),
	                 is_given(o->reason) ? o->reason : "");
	egov__body_number_add(body, EGOV__KEY_GENERATION, d->row.number);
	egov__body_text_add(body, EGOV__KEY_STATE, egov__generation_state_name(state));
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(d->row.key_digest));
	if (rc == EGOV_OK)
		rc = egov__buf_check(&why, err);
	if (rc == EGOV_OK && begins)
		rc = approve(d, subject, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record,
		                         begins ? EGOV__KIND_KEY_DESTROY : EGOV__KIND_KEY_DESTROYED,
		                         o->actor, subject, body,
		                         egov_buf_slice(&why), err);
	if (rc == EGOV_OK)
		rc = egov__record_generation_state(record, o->actor, d->row.number, state,
		                                   EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	egov__body_free(body);
	egov__buf_clear(&why);
	return rc;
}

static enum egov_status prepare(struct destruction *d, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(d->home));
	bool found = false;
	enum egov_status rc = egov__home_lock(d->home, EGOV__CRL_LOCK, &d->lock, err);

	if (rc == EGOV_OK)
		rc = egov__store_generation_get(store, d->options->generation, &d->row, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "the CA's key has no generation %" PRIu64, d->options->generation);
	if (rc == EGOV_OK && d->row.state == EGOV__GENERATION_DESTROYED)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "generation %" PRIu64 " of the CA's key is destroyed already",
		                    d->row.number);
	if (rc == EGOV_OK && d->row.state == EGOV__GENERATION_DESTROYING
	    && egov__home_operators(d->home)->matter != NULL)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "the destruction of generation %" PRIu64 " was signed already: it "
		                    "only has to be finished",
		                    d->row.number);
	if (rc == EGOV_OK)
		rc = check_unused(d, err);
	if (rc == EGOV_OK)
		rc = egov__store_intent_walk(store, EGOV__INTENT_OPEN, note_open, d, err);
	return rc;
}

/* First the record that it signs nothing any more, then the token, then the record
 * that it is gone: a killed run is gone on with. */
static enum egov_status destroy(struct destruction *d, bool *was_there, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (d->row.state != EGOV__GENERATION_DESTROYING) {
		rc = check_key(d, err);
		if (rc == EGOV_OK)
			rc = record_state(d, EGOV__GENERATION_DESTROYING, err);
	}
	if (rc == EGOV_OK)
		rc = egov__home_destroy_key(d->home, d->row.number, was_there, err);
	if (rc == EGOV_OK)
		rc = record_state(d, EGOV__GENERATION_DESTROYED, err);
	return rc;
}

enum egov_status egov_ca_key_destroy(struct egov_home *home,
                                     const struct egov_ca_key_destroy_options *options,
                                     struct egov_report *report, struct egov_error *err)
{
	struct destruction d = { .home = home, .options = options, .lock = -1 };
	bool was_there = false;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_KEY_DESTROY, options->actor, err);

	if (rc == EGOV_OK)
		rc = check_people(&d, err);
	if (rc == EGOV_OK)
		rc = prepare(&d, err);
	if (rc == EGOV_OK)
		rc = destroy(&d, &was_there, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "generation", "%" PRIu64, d.row.number);
		egov__report_add(report, "state", "destroyed");
		egov__report_add(report, "found-in-token", "%s", was_there ? "yes" : "no");
		rc = egov__report_check(report, err);
	} else {
		rc = egov__refuse(home, options->actor, "", EGOV__ACT_KEY_DESTROY, rc, err);
	}
	egov__home_unlock(d.lock);
	return rc;
}
