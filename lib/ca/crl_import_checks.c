/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_import.h"

#include <egovca/lint.h>

#include "ca/crl_checks.h"
#include "ca/crl_pair.h"
#include "ca/serial.h"
#include "crypto/sm2.h"
#include "verify/verify.h"

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

static enum egov_status not_stale(const struct egov__import_case *c, struct egov_error *err)
{
	const egov_time next = egov_crl_next_update(c->made);

	if (next != EGOV_TIME_NONE && next > egov_home_now(c->home))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL, "it has no nextUpdate, or is stale");
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
		return egov_error_set(err, EGOV_E_UNSUPPORTED, "RFC 5280, 5.2.4",
		                      "a delta list is not imported: want the complete list");
	if (c->last == NULL || same_extension(c, EGOV__OID_IDP))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "issuingDistributionPoint is not that of the last list of this name");
}

/* --- entries --- */

/* RFC 5280 leaves the order open; that serials rise is wanted all the same, for then none stands
 * there twice, and two lists are compared in one pass. */
static enum egov_status entries_sound(const struct egov__import_case *c, struct egov_error *err)
{
	struct egov_slice entries = egov__crl_fields(c->made)->entries;
	struct egov__crl_entry entry, before = { .serial = EGOV__NO_SLICE };
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && entries.size > 0) {
		rc = egov__crl_next(&entries, &entry, err);
		if (rc == EGOV_OK && before.serial.size > 0 && egov__crl_order(before.serial, entry.serial) >= 0)
			rc = egov__crl_serial_wrong(EGOV_E_POLICY, entry.serial,
			                            EGOV__N("serials do not rise"), err);
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
	return egov__crl_serial_wrong(EGOV_E_POLICY, before->serial,
	                              EGOV__N("it stands on the last list, and nobody says that it "
	                                      "may leave"),
	                              err);
}

static enum egov_status judge_changed(const struct egov__crl_entry *before,
                                      const struct egov__crl_entry *entry, struct egov_error *err)
{
	if (before->reason == 6 || egov__crl_entry_same(before, entry))
		return EGOV_OK;
	return egov__crl_serial_wrong(EGOV_E_POLICY, before->serial,
	                              EGOV__N("the last list gave another date or reason"), err);
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
		while (rc == EGOV_OK && made.size > 0 && egov__crl_order(entry.serial, before.serial) < 0)
			rc = egov__crl_next(&made, &entry, err);
		if (rc != EGOV_OK)
			break;
		if (egov__crl_order(entry.serial, before.serial) != 0)
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

static enum egov_status form(const struct egov__import_case *c, struct egov_error *err)
{
	const struct egov_lint_options options = { .issuer = c->issuer };

	return egov_lint(egov_crl_der(c->made), &options, NULL, err);
}

/* The clause of each is that of publish; crl-form's is that of the rule. */
static const struct {
	const char *id;
	enum egov_status (*run)(const struct egov__import_case *c, struct egov_error *err);
	egov__crl_pair_fn *pair;        /* instead: as publish makes it */
} checks[] = {
	{ "crl-issuer-bytes", NULL, egov__crl_pair_issuer },
	{ "crl-signature", signature, NULL },
	{ "crl-scope", scope, NULL },
	{ "crl-number-rises", NULL, egov__crl_pair_number },
	{ "crl-time-not-future", NULL, egov__crl_pair_not_future },
	{ "crl-time-not-before-last", NULL, egov__crl_pair_not_before },
	{ "crl-next-update-bound", not_stale, NULL },
	{ "crl-next-update-bound", NULL, egov__crl_pair_next_update },
	{ "crl-entries-sound", entries_sound, NULL },
	{ "crl-nothing-vanished", nothing_vanished, NULL },
	{ "crl-entries-unchanged", entries_unchanged, NULL },
	{ "crl-size-drop", NULL, egov__crl_pair_size },
	{ "crl-form", form, NULL },
};

static struct egov__crl_pair pair_of(const struct egov__import_case *c)
{
	const struct egov__home_conf *const conf = egov__home_conf(c->home);

	return (struct egov__crl_pair){ .made = egov__crl_fields(c->made),
		                        .last = c->last == NULL ? NULL : egov__crl_fields(c->last),
		                        .issuer = c->issuer,
		                        .number = c->number,
		                        .last_number = c->last_number,
		                        .now = egov_home_now(c->home),
		                        .maximum = conf->import_maximum,
		                        .maximum_key = "import_maximum",
		                        .accept_drop = conf->crl_accept_drop,
		                        .wrong = EGOV_E_POLICY };
}

enum egov_status egov__import_checks(const struct egov__import_case *c, struct egov_error *err)
{
	const struct egov__crl_pair pair = pair_of(c);

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const enum egov_status rc = checks[i].run != NULL ? checks[i].run(c, err)
		                                                  : checks[i].pair(&pair, err);

		if (rc == EGOV_OK)
			continue;
		if (err != NULL && err->clause == NULL)
			err->clause = egov__crl_clause(checks[i].id);
		return rc == EGOV_E_NOMEM ? rc : egov_error_prefix(err, rc, "%s", checks[i].id);
	}
	return EGOV_OK;
}
