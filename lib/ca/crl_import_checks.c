/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_import.h"

#include <egovca/lint.h>

#include <inttypes.h>
#include <string.h>

#include "ca/serial.h"
#include "crypto/sm2.h"
#include "verify/verify.h"

#define AHEAD 300               /* seconds that the clocks of two machines may differ */
#define DROP_FLOOR 100          /* below this size a list may halve without a word */

static enum egov_status issuer_bytes(const struct egov__import_case *c, struct egov_error *err)
{
	if (egov__slice_equal(egov_crl_issuer(c->made), egov_cert_subject(c->issuer)))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "issuer is not the subject of a CA above this one byte for byte");
}

static enum egov_status signature(const struct egov__import_case *c, struct egov_error *err)
{
	enum egov_status rc = egov__verify_crl_signature(
		c->made, c->issuer, egov__slice_text(EGOV__SM2_DEFAULT_ID), err);

	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_CORRUPT;
		if (err != NULL)
			err->status = rc;
	}
	return rc;
}

static enum egov_status number_rises(const struct egov__import_case *c, struct egov_error *err)
{
	if (c->number > c->last_number)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL, "number %" PRIu64 " after number %" PRIu64,
	                      c->number, c->last_number);
}

static enum egov_status time_not_future(const struct egov__import_case *c, struct egov_error *err)
{
	char made[EGOV_TIME_TEXT];

	if (egov_crl_this_update(c->made) <= egov_home_now(c->home) + AHEAD)
		return EGOV_OK;
	egov_time_format(egov_crl_this_update(c->made), made);
	return egov_error_set(err, EGOV_E_POLICY, NULL, "thisUpdate %s lies in the future", made);
}

static enum egov_status time_not_before_last(const struct egov__import_case *c,
                                             struct egov_error *err)
{
	char made[EGOV_TIME_TEXT], last[EGOV_TIME_TEXT];

	if (c->last == NULL || egov_crl_this_update(c->made) >= egov_crl_this_update(c->last))
		return EGOV_OK;
	egov_time_format(egov_crl_this_update(c->made), made);
	egov_time_format(egov_crl_this_update(c->last), last);
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "thisUpdate %s lies before the last list's, %s", made, last);
}

static enum egov_status next_update_bound(const struct egov__import_case *c,
                                          struct egov_error *err)
{
	const egov_time next = egov_crl_next_update(c->made);
	char text[EGOV_TIME_TEXT], most[EGOV_TIME_TEXT];
	egov_time bound = 0;
	enum egov_status rc = egov_time_add(egov_crl_this_update(c->made),
	                                    egov__home_conf(c->home)->import_maximum, &bound, err);

	if (rc == EGOV_OK && (next == EGOV_TIME_NONE || next <= egov_home_now(c->home)))
		rc = egov_error_set(err, EGOV_E_POLICY, NULL, "it has no nextUpdate, or is stale");
	if (rc != EGOV_OK || next <= bound)
		return rc;
	egov_time_format(next, text);
	egov_time_format(bound, most);
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "nextUpdate %s lies past the bound for lists of others, %s ([crl] "
	                      "import_maximum)", text, most);
}

static bool same_extension(const struct egov__import_case *c, enum egov__oid type)
{
	struct egov__ext made, last;
	const bool is = egov__crl_ext(c->made, type, &made);

	return is == egov__crl_ext(c->last, type, &last)
	       && (!is || egov__slice_equal(made.value, last.value));
}

/* A list says of the same certificates what the one before said, at the same address. */
static enum egov_status scope(const struct egov__import_case *c, struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__crl_ext(c->made, EGOV__OID_DELTA_CRL, &ext))
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "a delta list is not imported");
	if (c->last == NULL || same_extension(c, EGOV__OID_IDP))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "issuingDistributionPoint is not that of the last list of this name");
}

/* --- entries --- */

static int compare(struct egov_slice a, struct egov_slice b)
{
	if (a.size != b.size)
		return a.size < b.size ? -1 : 1;
	return memcmp(a.data, b.data, a.size);
}

static enum egov_status about(const struct egov__crl_entry *entry, const char *text,
                              struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(128);
	enum egov_status rc;

	egov__buf_hex(&hex, entry->serial);
	rc = egov_error_set(err, EGOV_E_POLICY, NULL, "serial %s: %s",
	                    egov__buf_string(&hex) == NULL ? "?" : egov__buf_string(&hex),
	                    egov__text(text));
	egov__buf_clear(&hex);
	return rc;
}

/* Lists that others make may come in any order, but say a thing once: sorted copies would be
 * needed to tell, and none of ours is made otherwise. */
static enum egov_status entries_sound(const struct egov__import_case *c, struct egov_error *err)
{
	struct egov_slice entries = egov__crl_fields(c->made)->entries;
	struct egov__crl_entry entry, before = { .serial = EGOV__NO_SLICE };
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && entries.size > 0) {
		rc = egov__crl_next(&entries, &entry, err);
		if (rc == EGOV_OK && before.serial.size > 0 && compare(before.serial, entry.serial) >= 0)
			rc = about(&entry, EGOV__N("serials do not rise"), err);
		before = entry;
	}
	return rc;
}

static bool is_said_gone(const struct egov__import_case *c, struct egov_slice serial)
{
	struct egov_buf said = EGOV__BUF(128);
	bool is = false;

	for (size_t i = 0; !is && i < c->gone_count; i++) {
		egov_buf_reset(&said);
		is = egov__serial_parse(c->gone[i], &said, NULL) == EGOV_OK
		     && egov__slice_equal(egov_buf_slice(&said), serial);
	}
	egov__buf_clear(&said);
	return is;
}

/* Who has a hold may lift it; what was revoked leaves after its certificate's end, which
 * somebody must say who knows it. */
static enum egov_status judge_gone(const struct egov__import_case *c,
                                   const struct egov__crl_entry *before, struct egov_error *err)
{
	if (before->reason == 6 || is_said_gone(c, before->serial))
		return EGOV_OK;
	return about(before, EGOV__N("it stands on the last list, and nobody says that it may leave"),
	             err);
}

static enum egov_status judge_changed(const struct egov__crl_entry *before,
                                      const struct egov__crl_entry *entry, struct egov_error *err)
{
	if (before->reason == 6
	    || (before->revoked_at == entry->revoked_at && before->reason == entry->reason
	        && before->invalidity_date == entry->invalidity_date))
		return EGOV_OK;
	return about(before, EGOV__N("the last list gave another date or reason"), err);
}

/* One pass over both, which rise. */
static enum egov_status against_last(const struct egov__import_case *c, bool gone,
                                     struct egov_error *err)
{
	struct egov_slice last = c->last == NULL ? EGOV__NO_SLICE : egov__crl_fields(c->last)->entries;
	struct egov_slice made = egov__crl_fields(c->made)->entries;
	struct egov__crl_entry before, entry = { .serial = EGOV__NO_SLICE };
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && last.size > 0) {
		rc = egov__crl_next(&last, &before, err);
		while (rc == EGOV_OK && made.size > 0 && compare(entry.serial, before.serial) < 0)
			rc = egov__crl_next(&made, &entry, err);
		if (rc != EGOV_OK)
			break;
		if (compare(entry.serial, before.serial) != 0)
			rc = gone ? judge_gone(c, &before, err) : EGOV_OK;
		else if (!gone)
			rc = judge_changed(&before, &entry, err);
	}
	return rc;
}

static enum egov_status nothing_vanished(const struct egov__import_case *c, struct egov_error *err)
{
	return against_last(c, true, err);
}

static enum egov_status entries_unchanged(const struct egov__import_case *c,
                                          struct egov_error *err)
{
	return against_last(c, false, err);
}

static enum egov_status size_drop(const struct egov__import_case *c, struct egov_error *err)
{
	const size_t before = c->last == NULL ? 0 : egov_crl_entries(c->last);

	if (before < DROP_FLOOR || egov_crl_entries(c->made) >= before / 2
	    || egov__home_conf(c->home)->crl_accept_drop)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "%zu entries after %zu: less than half; if that is right, set "
	                      "[crl] accept_drop = yes for one run",
	                      egov_crl_entries(c->made), before);
}

static enum egov_status form(const struct egov__import_case *c, struct egov_error *err)
{
	const struct egov_lint_options options = { .issuer = c->issuer };

	return egov_lint(egov_crl_der(c->made), &options, NULL, err);
}

static const struct {
	const char *id, *clause;
	enum egov_status (*run)(const struct egov__import_case *c, struct egov_error *err);
} checks[] = {
	{ "crl-issuer-bytes", "GM/T 0043, 6.3.1", issuer_bytes },
	{ "crl-signature", "RFC 5280, 5.1.1.3", signature },
	{ "crl-scope", "RFC 5280, 5.2.5", scope },
	{ "crl-number-rises", "RFC 5280, 5.2.3", number_rises },
	{ "crl-time-not-future", "RFC 5280, 5.1.2.4", time_not_future },
	{ "crl-time-not-before-last", "GM/T 0015, 5.3", time_not_before_last },
	{ "crl-next-update-bound", "Order No. 4, Art. 17", next_update_bound },
	{ "crl-entries-sound", "RFC 5280, 5.1.2.6", entries_sound },
	{ "crl-nothing-vanished", "RFC 5280, 3.3", nothing_vanished },
	{ "crl-entries-unchanged", "RFC 5280, 5.3", entries_unchanged },
	{ "crl-size-drop", "Order No. 4, Art. 18(3)", size_drop },
	{ "crl-form", "GM/T 0015, 5.3", form },
};

enum egov_status egov__import_checks(const struct egov__import_case *c, struct egov_error *err)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const enum egov_status rc = checks[i].run(c, err);

		if (rc == EGOV_OK)
			continue;
		if (err != NULL && err->clause == NULL)
			err->clause = checks[i].clause;
		return rc == EGOV_E_NOMEM ? rc : egov_error_prefix(err, rc, "%s", checks[i].id);
	}
	return EGOV_OK;
}
