/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/revocation.h"

/*
 * What lists that were made after the moment judged at tell about that moment: a
 * certificate that was revoked since was good before, but not from its invalidity date on
 * (RFC 5280, 5.3.2); one that is not on a later list, made before it expired, was not
 * revoked at the moment either.  So documents stay checkable when the lists of their day
 * are gone, and a key that turns out to have been stolen taints what was signed with it.
 */

bool egov__crl_is_later(const struct egov__judgement *j, const struct egov__known_crl *known)
{
	const egov_time made = egov__crl_fields(known->crl)->this_update;

	return made > j->options->at && made <= j->options->now;
}

static enum egov_status judge_entry(const struct egov__subject *subject,
                                    const struct egov__known_crl *known,
                                    const struct egov__crl_entry *entry,
                                    struct egov__later *later, struct egov_error *err)
{
	const egov_time at = subject->link->j->options->at;
	const char *reason = egov_reason_name(entry->reason);
	char revoked[EGOV_TIME_TEXT], invalid[EGOV_TIME_TEXT], now[EGOV_TIME_TEXT];

	if (entry->reason == egov_reason_by_name("removeFromCRL"))
		return EGOV_OK;
	later->source = known->crl;
	if (at >= entry->revoked_at)
		return egov__crl_refuse(entry, err);
	egov_time_format(entry->revoked_at, revoked);
	if (entry->invalidity_date != EGOV_TIME_NONE && at >= entry->invalidity_date) {
		egov_time_format(entry->invalidity_date, invalid);
		egov_time_format(at, now);
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.3.2",
		                      "revoked at %s (%s), and already not to be relied upon from its "
		                      "invalidity date on, %s, judged at %s", revoked,
		                      reason == NULL ? egov__text("no reason given") : reason, invalid,
		                      now);
	}
	later->revoked_at = entry->revoked_at;
	later->reason = entry->reason;
	return EGOV_OK;
}

static enum egov_status ask_one(const struct egov__subject *subject,
                                const struct egov__known_crl *known, struct egov__later *later,
                                struct egov_error *err)
{
	const struct egov__crl_fields *f = egov__crl_fields(known->crl);
	struct egov__scope scope = { 0 };
	struct egov__crl_entry entry;
	bool good = false, found;
	enum egov_status rc = egov__crl_scope(subject, known, &scope, NULL, err);

	if (rc != EGOV_OK || scope.reasons == 0 || !scope.fit)
		return rc;
	rc = egov__crl_signer(subject, known, &good, NULL, err);
	if (rc != EGOV_OK || !good)
		return rc;
	rc = egov__crl_entry_of(subject, known, &found, &entry, err);
	if (rc != EGOV_OK)
		return rc;
	if (found)
		return judge_entry(subject, known, &entry, later, err);
	/* What has expired may have left the list (RFC 5280, 3.3). */
	if (!scope.delta && f->this_update <= subject->link->fields->not_after) {
		later->covered |= scope.reasons;
		later->source = later->source == NULL ? known->crl : later->source;
	}
	return EGOV_OK;
}

enum egov_status egov__crl_ask_later(const struct egov__subject *subject,
                                     struct egov__later *later, struct egov_error *err)
{
	const struct egov__judgement *j = subject->link->j;
	const struct egov_verifier *verifier = j->verifier;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < verifier->crl_count; i++)
		if (egov__crl_is_later(j, &verifier->crls[i]))
			rc = ask_one(subject, &verifier->crls[i], later, err);
	/* Whoever is revoked later was not before. */
	if (later->revoked_at != 0)
		later->covered = EGOV__ALL_REASONS;
	return rc;
}
