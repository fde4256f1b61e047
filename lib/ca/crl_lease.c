/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_lease.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "ca/crl_checks.h"
#include "record/clock.h"

#define TEXT 256

static struct egov_store *store_of(const struct egov__crl_lease *lease)
{
	return egov__record_store(egov__home_record(lease->home));
}

/* What the home's clock would say by now. */
static egov_time now_of(const struct egov__crl_lease *lease)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return egov_home_now(lease->home) + (now.tv_sec - lease->started.tv_sec);
}

/* Who has it, and until when; "": nobody ever had. */
struct state {
	char holder[TEXT];
	egov_time until;
};

static enum egov_status read_state(const struct egov__crl_lease *lease, struct state *state,
                                   struct egov_error *err)
{
	struct egov_buf holder = EGOV__BUF(TEXT - 1), until = EGOV__BUF(TEXT);
	bool found = false, dated = false;
	uint64_t number = 0;
	enum egov_status rc =
		egov__store_meta_get(store_of(lease), EGOV__META_CRL_HOLDER, &holder, &found, err);

	*state = (struct state){ .until = 0 };
	if (rc == EGOV_OK && found)
		rc = egov__store_meta_get(store_of(lease), EGOV__META_CRL_UNTIL, &until, &dated, err);
	if (rc == EGOV_OK && dated)
		rc = egov__number_parse(egov__buf_string(&until), "crl-until", 0, INT64_MAX, &number,
		                        err);
	if (rc == EGOV_OK && found) {
		(void)egov__text_copy(state->holder, sizeof(state->holder), egov__buf_string(&holder));
		state->until = (egov_time)number;
	}
	egov__buf_clear(&holder);
	egov__buf_clear(&until);
	return rc;
}

static bool is_mine(const struct egov__crl_lease *lease, const struct state *state)
{
	return strcmp(state->holder, lease->host) == 0;
}

static enum egov_status busy(const struct state *state, struct egov_error *err)
{
	char until[EGOV_TIME_TEXT];

	egov_time_format(state->until, until);
	return egov_error_set(err, EGOV_E_BUSY, NULL,
	                      "another machine makes lists, and may until %s: %s", until,
	                      state->holder);
}

static enum egov_status put_until(const struct egov__crl_lease *lease, egov_time until,
                                  struct egov_error *err)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRId64, until);
	return egov__store_meta_put(store_of(lease), EGOV__META_CRL_UNTIL, egov__slice_text(digits),
	                            err);
}

/* It goes to another machine: who had it before, and until when, unless it was given up. */
static enum egov_status hand_over(const struct egov__crl_lease *lease, const struct state *before,
                                  struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__body_text_add(body, EGOV__KEY_HOLDER, lease->host);
	egov__body_optional_add(body, EGOV__KEY_BEFORE, before->holder);
	if (before->until > 0)
		egov__body_time_add(body, EGOV__KEY_UNTIL, before->until);
	rc = egov__record_append(egov__home_record(lease->home), EGOV__KIND_LEASE, lease->actor,
	                         EGOV__LEASE_SUBJECT, body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	return rc == EGOV_OK ? egov__store_meta_put(store_of(lease), EGOV__META_CRL_HOLDER,
	                                            egov__slice_text(lease->host), err)
	                     : rc;
}

static enum egov_status take_inside(struct egov__crl_lease *lease, egov_time until,
                                    struct egov_error *err)
{
	struct state state;
	enum egov_status rc = read_state(lease, &state, err);

	if (rc == EGOV_OK && !is_mine(lease, &state)) {
		rc = state.until > now_of(lease) ? busy(&state, err) : hand_over(lease, &state, err);
	}
	return rc == EGOV_OK ? put_until(lease, until, err) : rc;
}

static enum egov_status in_transaction(struct egov__crl_lease *lease, egov_time until,
                                       struct egov_error *err)
{
	struct egov_record *record = egov__home_record(lease->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(lease->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = take_inside(lease, until, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK)
		lease->until = until;
	else
		egov__record_rollback(record);
	return rc;
}

static enum egov_status prolong(struct egov__crl_lease *lease, struct egov_error *err)
{
	egov_time until = 0;
	enum egov_status rc =
		egov_time_add(now_of(lease), egov__home_conf(lease->home)->crl_lease, &until, err);

	return rc == EGOV_OK ? in_transaction(lease, until, err) : rc;
}

enum egov_status egov__crl_lease_take(struct egov__crl_lease *lease, bool dry,
                                      struct egov_error *err)
{
	struct state state;
	enum egov_status rc;

	(void)clock_gettime(CLOCK_MONOTONIC, &lease->started);
	rc = egov__clock_check(egov_home_now(lease->home),
	                       egov__record_latest(egov__home_record(lease->home)),
	                       &egov__home_conf(lease->home)->record_silence, err);
	if (rc != EGOV_OK)
		return egov__crl_failed(EGOV__CRL_CLOCK, rc, err);
	rc = egov__home_host(lease->home, &lease->host, err);
	if (rc != EGOV_OK)
		return rc;
	if (!dry)
		return egov__crl_failed(EGOV__CRL_LEASE, prolong(lease, err), err);
	rc = read_state(lease, &state, err);
	if (rc == EGOV_OK && !is_mine(lease, &state) && state.until > now_of(lease))
		rc = busy(&state, err);
	return egov__crl_failed(EGOV__CRL_LEASE, rc, err);
}

enum egov_status egov__crl_lease_renew(struct egov__crl_lease *lease, struct egov_error *err)
{
	egov_time half = 0;
	enum egov_status rc;

	if (lease->until == 0)
		return EGOV_OK;
	rc = egov_time_add(0, egov__home_conf(lease->home)->crl_lease, &half, err);
	if (rc == EGOV_OK && lease->until - now_of(lease) < half / 2)
		rc = prolong(lease, err);
	return rc;
}

enum egov_status egov__crl_lease_check(const struct egov__crl_lease *lease, struct egov_error *err)
{
	struct state state;
	enum egov_status rc;

	if (lease->until == 0)
		return EGOV_OK;
	rc = read_state(lease, &state, err);
	if (rc == EGOV_OK && !is_mine(lease, &state))
		rc = busy(&state, err);
	return rc;
}

enum egov_status egov__crl_lease_release(struct egov__crl_lease *lease, struct egov_error *err)
{
	const enum egov_status rc = lease->until == 0 ? EGOV_OK : in_transaction(lease, 0, err);

	lease->until = 0;
	return rc;
}
