/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <string.h>

#include "ca/mandate.h"
#include "ca/renewal.h"
#include "record/consent.h"

static const char art18[] = "Order No. 4, Art. 18(1)", art21[] = "Order No. 4, Art. 21";
static const char art22[] = "Order No. 4, Art. 22";

static struct egov_store *store_of(const struct egov__renewal *r)
{
	return egov__record_store(egov__home_record(r->home));
}

static enum egov_status refuse_at(struct egov_error *err, const char *clause, const char *why,
                                  egov_time at)
{
	char text[EGOV_TIME_TEXT];

	egov_time_format(at, text);
	return egov_error_set(err, EGOV_E_POLICY, clause, "%s: %s", egov__text(why), text);
}

/* --- the certificates before --- */

static enum egov_status note_application(struct egov__renewal *r, const char *id,
                                         struct egov_error *err)
{
	struct egov__application_copy copy;
	enum egov_status rc = egov__application_copy_get(store_of(r), id, &copy, err);

	if (rc != EGOV_OK)
		return rc;
	r->approved_at = copy.row.decided_at;
	egov__application_copy_clear(&copy);
	return EGOV_OK;
}

/* One certificate back; *more is false at the first. */
static enum egov_status step_back(struct egov__renewal *r, uint64_t *intent,
                                  struct egov_buf *serial, bool *more, struct egov_error *err)
{
	struct egov__succession_row row;
	enum egov_status rc = egov__store_succession_get(store_of(r), *intent, &row, more, err);

	if (rc != EGOV_OK || !*more)
		return rc;
	egov_buf_reset(serial);
	egov__buf_slice(serial, row.predecessor);
	return egov__buf_check(serial, err);
}

enum egov_status egov__renewal_chain(struct egov__renewal *r, struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT), application = EGOV__BUF(64);
	struct egov__certificate_row row;
	uint64_t before = UINT64_MAX;
	bool same_key = true, more = true, found = false;
	enum egov_status rc;

	r->key_since = r->approved_at = EGOV_TIME_NONE;
	egov__buf_slice(&serial, egov_buf_slice(&r->serial));
	rc = egov__buf_check(&serial, err);
	while (rc == EGOV_OK && more) {
		rc = egov__store_certificate_get(store_of(r), egov_buf_slice(&serial), &row, &found,
		                                 err);
		if (rc == EGOV_OK && (!found || row.intent >= before))
			rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
			                    "the certificates before it make no chain");
		if (rc != EGOV_OK)
			break;
		before = row.intent;
		same_key = same_key && memcmp(row.key_digest, r->old_key, 32) == 0;
		if (same_key && (r->key_since == EGOV_TIME_NONE || row.not_before < r->key_since))
			r->key_since = row.not_before;
		egov_buf_reset(&application);
		egov__buf_text(&application, row.application);
		rc = egov__buf_check(&application, err);
		if (rc == EGOV_OK && application.size > 0 && r->approved_at == EGOV_TIME_NONE)
			rc = egov__buf_string(&application) == NULL
			             ? egov_error_nomem(err)
			             : note_application(r, egov__buf_string(&application), err);
		if (rc == EGOV_OK)
			rc = step_back(r, &before, &serial, &more, err);
	}
	egov__buf_clear(&application);
	egov__buf_clear(&serial);
	return rc;
}

/* --- the certificate before --- */

static enum egov_status check_alive(const struct egov__renewal *r, struct egov_error *err)
{
	const struct egov_slice serial = egov_buf_slice(&r->serial);
	struct egov__revoked_row revoked;
	struct egov__hold_row hold;
	bool found = false;
	enum egov_status rc = egov__store_revoked_get(store_of(r), serial, &revoked, &found, err);

	if (rc == EGOV_OK && found)
		return refuse_at(err, art18, EGOV__N("it was revoked"), revoked.revoked_at);
	if (rc == EGOV_OK)
		rc = egov__store_hold_get(store_of(r), serial, &hold, &found, err);
	if (rc == EGOV_OK && found)
		return refuse_at(err, "GM/T 0034, 12.6",
		                 EGOV__N("it was put on hold, and must be released first"), hold.held_at);
	if (rc == EGOV_OK && egov_home_now(r->home) > egov_cert_not_after(r->old))
		return refuse_at(err, art18,
		                 EGOV__N("it has expired, and a new application is needed"),
		                 egov_cert_not_after(r->old));
	if (rc == EGOV_OK && r->old_is_ca)
		return egov_error_set(err, EGOV_E_POLICY, art22,
		                      "a CA's certificate rests on a ceremony of its own each time");
	return rc;
}

/* --- the profile's [renewal] --- */

static enum egov_status check_basis(const struct egov__renewal *r, struct egov_error *err)
{
	const struct egov__profile_renewal *rules = egov__profile_renewal(r->profile);
	const char *name = egov__succession_name(r->operation);
	const enum egov__renewal_basis basis = rules->basis[r->operation];

	if (basis == EGOV__BASIS_NONE)
		return egov_error_set(err, EGOV_E_POLICY, art18,
		                      "profile %s: [renewal] %s = no, or absent", r->profile_name,
		                      name);
	if (r->options->application == NULL && basis != EGOV__BASIS_CONSENT)
		return egov_error_set(err, EGOV_E_POLICY, art21,
		                      "profile %s: [renewal] %s = application: the holder's consent "
		                      "is not enough",
		                      r->profile_name, name);
	return EGOV_OK;
}

/* Without an application, the identity was checked for the last one. */
static enum egov_status check_identity(const struct egov__renewal *r, struct egov_error *err)
{
	egov_time until = EGOV_TIME_NONE;
	enum egov_status rc;

	if (r->options->application != NULL)
		return EGOV_OK;
	if (r->approved_at == EGOV_TIME_NONE)
		return egov_error_set(err, EGOV_E_CORRUPT, art21,
		                      "no application stands behind the certificate");
	rc = egov_time_add(r->approved_at, egov__profile_renewal(r->profile)->identity_life, &until,
	                   err);
	if (rc == EGOV_OK && egov_home_now(r->home) > until)
		return refuse_at(err, art21,
		                 EGOV__N("a new application is needed, since the identity check of the "
		                         "last one counted until ([renewal] identity_life)"),
		                 until);
	return rc;
}

static enum egov_status check_window(const struct egov__renewal *r, struct egov_error *err)
{
	egov_time reach = EGOV_TIME_NONE;
	enum egov_status rc;

	if (r->operation == EGOV__REKEY)
		return EGOV_OK;
	rc = egov_time_add(egov_home_now(r->home), egov__profile_renewal(r->profile)->window, &reach,
	                   err);
	if (rc == EGOV_OK && reach < egov_cert_not_after(r->old))
		return refuse_at(err, art18,
		                 EGOV__N("too early ([renewal] window), since it is valid until"),
		                 egov_cert_not_after(r->old));
	return rc;
}

/* --- keys --- */

enum egov_status egov__renewal_check_key(struct egov_home *home, const uint8_t key_digest[32],
                                         struct egov_error *err)
{
	struct egov__revoked_row row;
	struct egov_buf hex = EGOV__BUF(128);
	bool found = false;
	enum egov_status rc = egov__store_compromised_get(
		egov__record_store(egov__home_record(home)), key_digest, &row, &found, err);

	if (rc == EGOV_OK && found) {
		egov__buf_hex(&hex, row.serial);
		rc = egov_error_set(err, EGOV_E_POLICY, art22,
		                    "the key was that of certificate %s, revoked as %s: it is not "
		                    "certified again",
		                    egov__buf_string(&hex) == NULL ? "?" : egov__buf_string(&hex),
		                    egov_reason_name(row.reason));
		egov__buf_clear(&hex);
	}
	return rc;
}

static enum egov_status check_keys(const struct egov__renewal *r, struct egov_error *err)
{
	const bool same = memcmp(r->key, r->old_key, sizeof(r->key)) == 0;
	enum egov_status rc = egov__renewal_check_key(r->home, r->old_key, err);

	if (rc == EGOV_OK)
		rc = egov__renewal_check_key(r->home, r->key, err);
	if (rc == EGOV_OK && same && r->operation == EGOV__REKEY)
		rc = egov_error_set(err, EGOV_E_POLICY, art22,
		                    "the request's key is that of the certificate: rekeying wants "
		                    "another");
	if (rc == EGOV_OK && !same && r->operation != EGOV__REKEY)
		rc = egov_error_set(err, EGOV_E_POLICY, art22,
		                    "the request's key is another than that of the certificate: that "
		                    "is rekeying");
	return rc;
}

static enum egov_status check_consent(const struct egov__renewal *r, struct egov_error *err)
{
	const struct egov__consent consent = { egov__succession_name(r->operation),
		                               egov_buf_slice(&r->serial), r->key };

	if (r->options->application != NULL)
		return EGOV_OK;
	return egov__consent_verify(store_of(r), &consent, egov_cert_public_key(r->old),
	                            r->options->consent, err);
}

/* --- the period --- */

/* The end that is asked for; without a word, the limit where that comes first. */
static enum egov_status choose_end(struct egov__renewal *r, egov_time limit, const char *clause,
                                   const char *says, struct egov_error *err)
{
	if (r->period.not_after <= limit)
		return EGOV_OK;
	if (r->options->validity != NULL)
		return refuse_at(err, clause, says, limit);
	r->period.not_after = limit;
	return EGOV_OK;
}

static enum egov_status choose_period(struct egov__renewal *r, struct egov_error *err)
{
	const bool extends = r->operation == EGOV__EXTEND;
	const egov_time old_end = egov_cert_not_after(r->old);
	const egov_time now = egov_home_now(r->home);
	egov_time most = EGOV_TIME_NONE, key_end = EGOV_TIME_NONE;
	enum egov_status rc;

	r->period.not_before = extends ? egov_cert_not_before(r->old) : now;
	rc = egov_time_add(extends ? old_end : now,
	                   r->options->validity == NULL ? egov__profile_validity(r->profile)
	                                                : r->wanted,
	                   &r->period.not_after, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(r->period.not_before, egov__profile_max_validity(r->profile),
		                   &most, err);
	if (rc == EGOV_OK)
		rc = choose_end(r, most, "Order No. 4, Art. 19",
		                EGOV__N("validity: the profile allows at most"), err);
	if (rc == EGOV_OK)
		rc = choose_end(r, egov_cert_not_after(r->ca), "RFC 5280, 6.1.3",
		                EGOV__N("validity: the issuer's own certificate ends at"), err);
	if (rc != EGOV_OK || r->operation == EGOV__REKEY)
		return rc;
	rc = egov_time_add(r->key_since, egov__profile_renewal(r->profile)->key_life, &key_end, err);
	if (rc == EGOV_OK)
		rc = choose_end(r, key_end, art22,
		                EGOV__N("validity: the life of its key ends at ([renewal] key_life)"), err);
	if (rc == EGOV_OK && r->period.not_after <= old_end)
		rc = refuse_at(err, art22,
		               EGOV__N("only with another key can it end later than now"),
		               old_end);
	return rc;
}

enum egov_status egov__renewal_check(struct egov__renewal *r, struct egov_error *err)
{
	static enum egov_status (*const checks[])(const struct egov__renewal *,
	                                          struct egov_error *) = {
		check_alive, check_basis, check_keys, check_consent, check_identity, check_window,
	};
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(checks) / sizeof(checks[0]); i++)
		rc = checks[i](r, err);
	return rc == EGOV_OK ? choose_period(r, err) : rc;
}
