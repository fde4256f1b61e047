/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_checks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/crl_pair.h"
#include "crl/part.h"

static struct egov_store *store_of(const struct egov__crl_case *c)
{
	return egov__record_store(egov__home_record(c->home));
}

static enum egov_status base_is_last(const struct egov__crl_case *c, struct egov_error *err)
{
	const struct egov__crl_scope complete = { c->scope.generation, c->scope.part, 0, 0 };
	struct egov__crl_row base;
	uint64_t number = 0;
	enum egov_status rc = egov__crl_base(c->made->fields.extensions, &number, err);

	if (rc == EGOV_OK)
		rc = egov__store_crl_before(store_of(c), &complete, INT64_MAX, true, &base, err);
	if (rc != EGOV_OK || number == 0)
		return rc;
	if (number == base.number && number == c->scope.base && base.position == c->scope.since)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, NULL,
	                      "it changes list %" PRIu64 ", the last complete one is %" PRIu64,
	                      number, base.number);
}

/* Live certificates, and the address that a list says it is had at. */
struct naming {
	const struct egov__crl_case *c;
	struct egov_slice names;                /* of the list */
};

static bool is_named(struct egov_slice names, struct egov_slice url)
{
	struct egov__general_name name;

	while (names.size > 0 && egov__general_names_next(&names, &name, NULL) == EGOV_OK)
		if (name.tag == EGOV__GN_URI && egov__slice_equal(name.value, url))
			return true;
	return false;
}

static enum egov_status see_named(void *user, const struct egov__distribution_point *dp,
                                  struct egov_error *err)
{
	const struct naming *naming = user;
	struct egov_slice names = dp->full_name;
	struct egov__general_name name;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && names.size > 0) {
		rc = egov__general_names_next(&names, &name, err);
		if (rc == EGOV_OK && name.tag == EGOV__GN_URI
		    && egov__part_of_url(name.value) == naming->c->scope.part
		    && !is_named(naming->names, name.value))
			rc = egov_error_set(err, EGOV_E_POLICY, NULL,
			                    "live certificates name %.*s, issuingDistributionPoint "
			                    "does not ([crl] url)",
			                    (int)name.value.size, (const char *)name.value.data);
	}
	return rc;
}

static enum egov_status see_live(void *user, const struct egov__certificate_row *row,
                                 struct egov_error *err)
{
	const struct naming *naming = user;
	struct egov__cert_fields fields;
	struct egov__ext ext;
	enum egov_status rc;

	if (row->generation != naming->c->scope.generation
	    || row->not_after < egov_home_now(naming->c->home))
		return EGOV_OK;
	rc = egov__cert_read(row->der, &fields, err);
	if (rc == EGOV_OK && egov__ext_find(fields.extensions, EGOV__OID_CRL_DP, &ext))
		rc = egov__ext_crl_dp(ext.value, see_named, user, err);
	return rc;
}

/* An address that is not that of the last list is one that live certificates may not name: who
 * relies on them would take the list for another's. */
static enum egov_status names_its_address(const struct egov__crl_case *c,
                                          const struct egov__ext *idp, struct egov_slice names,
                                          struct egov_error *err)
{
	struct naming naming = { c, names };
	struct egov__ext last;

	if (c->last == NULL
	    || (egov__ext_find(c->last->list.fields.extensions, EGOV__OID_IDP, &last)
	        && egov__slice_equal(last.value, idp->value)))
		return EGOV_OK;
	return egov__store_certificate_walk(store_of(c), NULL, see_live, &naming, err);
}

/* The list is the part that its certificates name, and says so. */
static enum egov_status scope_is_own(const struct egov__crl_case *c, struct egov_error *err)
{
	struct egov__idp idp = { .only_user = false };
	struct egov__ext ext;
	uint64_t part = 0;
	enum egov_status rc = egov__part_of_crl(c->made->fields.extensions, &part, err);

	if (rc == EGOV_OK && egov__ext_find(c->made->fields.extensions, EGOV__OID_IDP, &ext))
		rc = egov__ext_idp(ext.value, &idp, err);
	if (rc != EGOV_OK)
		return rc;
	if (part == c->scope.part && idp.only_user == egov__part_only_users(part)
	    && idp.only_ca == (part == EGOV__PART_CA))
		return part == EGOV__PART_ALL
		               ? EGOV_OK
		               : names_its_address(c, &ext, idp.point.full_name, err);
	return egov_error_set(err, EGOV_E_CORRUPT, NULL,
	                      "issuingDistributionPoint is not that of the certificates it is about");
}

/* The hold that an entry of the last list stands for. */
struct hold_search {
	const struct egov__crl_entry *entry;
	egov_time last_update;
	bool may_leave;
};

static enum egov_status match_hold(void *user, const struct egov__hold_row *row,
                                   struct egov_error *err)
{
	struct hold_search *search = user;

	(void)err;
	if (row->held_at == search->entry->revoked_at)
		search->may_leave = row->ending == EGOV__HOLD_RELEASED
		                    || row->not_after < search->last_update;
	return EGOV_OK;
}

enum egov_status egov__crl_serial_wrong(enum egov_status status, struct egov_slice serial,
                                        const char *message, struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;
	enum egov_status rc;

	egov__buf_hex(&hex, serial);
	text = egov__buf_string(&hex);
	rc = text == NULL ? egov_error_nomem(err)
	                  : egov_error_set(err, status, NULL, "serial %s: %s", text,
	                                   egov__text(message));
	egov__buf_clear(&hex);
	return rc;
}

/* Whether an entry of the last list may be missing now: it stood on a list whose
 * thisUpdate lies after its certificate's end, or was a hold that was released. */
static enum egov_status may_leave(const struct egov__crl_case *c,
                                  const struct egov__crl_entry *entry, struct egov_error *err)
{
	const struct egov_slice serial = entry->serial;
	struct egov_store *store = store_of(c);
	struct hold_search search = { entry, c->last->list.fields.this_update, false };
	struct egov__revoked_row row;
	bool found = false;
	enum egov_status rc = egov__store_revoked_get(store, serial, &row, &found, err);

	/* From a delta list nothing leaves before its base does: it says what changed. */
	if (rc == EGOV_OK && c->scope.base != 0)
		search.may_leave = false;
	else if (rc == EGOV_OK && !found && entry->reason == 6)
		rc = egov__store_hold_walk(store, serial, match_hold, &search, err);
	else if (rc == EGOV_OK)
		search.may_leave = found && row.not_after < search.last_update;
	if (rc != EGOV_OK || search.may_leave)
		return rc;
	return egov__crl_serial_wrong(EGOV_E_CORRUPT, serial,
	                              EGOV__N("it stands on the last list, and may not leave it yet"),
	                              err);
}

/* --- compared with the last list, entry by entry --- */

/* The hold that an entry stood for, which has ended since. */
static enum egov_status see_ended(void *user, const struct egov__hold_row *row,
                                  struct egov_error *err)
{
	struct hold_search *search = user;

	(void)err;
	if (row->held_at == search->entry->revoked_at && row->ending != EGOV__HOLD_ON)
		search->may_leave = true;
	return EGOV_OK;
}

/* What a list said of a serial it says for good; but a hold can end, and what was
 * removed can be listed again. */
static enum egov_status may_change(const struct egov__crl_case *c,
                                   const struct egov__crl_entry *last, struct egov_error *err)
{
	struct hold_search search = { last, 0, last->reason == 8 };
	enum egov_status rc = EGOV_OK;

	if (last->reason == 6)
		rc = egov__store_hold_walk(store_of(c), last->serial, see_ended, &search, err);
	if (rc != EGOV_OK || search.may_leave)
		return rc;
	return egov__crl_serial_wrong(EGOV_E_CORRUPT, last->serial,
	                              EGOV__N("the last list gave another date or reason"), err);
}

/* Whose certificate does not name this list does not get onto it. */
static enum egov_status belongs(const struct egov__crl_case *c,
                                const struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov__crl_scope scope;
	enum egov_status rc = egov__store_list_of_serial(store_of(c), entry->serial, &scope, err);

	if (rc != EGOV_OK
	    || (scope.generation == c->scope.generation && scope.part == c->scope.part))
		return rc;
	return egov__crl_serial_wrong(EGOV_E_CORRUPT, entry->serial,
	                              EGOV__N("no certificate of ours names this list"), err);
}

/* --- one pass over the list, the revoked set and the last list, which all rise by serial --- */

/* What the checks that want it find. */
enum finding { EQUAL, VANISHED, CHANGED, FOREIGN, FINDINGS };
struct egov__crl_comparison {
	struct egov__crl_case c;
	struct egov__crl_walk last;
	struct egov__revoked_cursor *cursor;
	uint64_t at, count;             /* in the list, and in the revoked set */
	struct {
		enum egov_status rc;
		struct egov_error err;
	} found[FINDINGS];
};

/* Of each kind the first finding is kept; what is no finding ends the pass. */
static enum egov_status note(struct egov__crl_comparison *pass, enum finding which,
                             enum egov_status rc, const struct egov_error *why,
                             struct egov_error *err)
{
	if (rc == EGOV_OK)
		return EGOV_OK;
	if (rc != EGOV_E_CORRUPT && rc != EGOV_E_POLICY) {
		if (err != NULL)
			*err = *why;
		return rc;
	}
	if (pass->found[which].rc == EGOV_OK) {
		pass->found[which].rc = rc;
		pass->found[which].err = *why;
	}
	return EGOV_OK;
}

static bool wants(const struct egov__crl_comparison *pass, enum finding which)
{
	return pass->found[which].rc == EGOV_OK;
}

static enum egov_status see_store(struct egov__crl_comparison *pass,
                                  const struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov_error why = { 0 };
	struct egov__listed_row row;
	bool found = false;
	const uint64_t at = pass->at++;
	enum egov_status rc;

	if (!wants(pass, EQUAL))
		return EGOV_OK;
	rc = egov__store_revoked_next(pass->cursor, &row, &found, err);
	pass->count += found;
	if (rc == EGOV_OK && (!found || !egov__slice_equal(entry->der, row.entry)))
		return note(pass, EQUAL,
		            egov_error_set(&why, EGOV_E_CORRUPT, NULL,
		                           "entry %" PRIu64 " is not what the store holds", at),
		            &why, err);
	return rc;
}

/* Moves on in the last list up to the serial, or to its end: what is passed has left. */
static enum egov_status pass_last(struct egov__crl_comparison *pass,
                                  const struct egov_slice *serial, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && pass->last.has
	       && (serial == NULL || egov__crl_order(pass->last.entry.serial, *serial) < 0)) {
		struct egov_error why = { 0 };

		if (pass->c.scope.base == pass->c.last_base && wants(pass, VANISHED))
			rc = note(pass, VANISHED, may_leave(&pass->c, &pass->last.entry, &why), &why,
			          err);
		if (rc == EGOV_OK)
			rc = egov__crl_walk_next(&pass->last, err);
	}
	return rc;
}

static enum egov_status see_last(struct egov__crl_comparison *pass,
                                 const struct egov__crl_entry *entry, struct egov_error *err)
{
	struct egov_error why = { 0 };
	enum egov_status rc = pass_last(pass, &entry->serial, err);

	if (rc != EGOV_OK)
		return rc;
	if (!pass->last.has || egov__crl_order(pass->last.entry.serial, entry->serial) != 0)
		return wants(pass, FOREIGN)
		               ? note(pass, FOREIGN, belongs(&pass->c, entry, &why), &why, err)
		               : EGOV_OK;
	if (!egov__crl_entry_same(&pass->last.entry, entry) && wants(pass, CHANGED))
		rc = note(pass, CHANGED, may_change(&pass->c, &pass->last.entry, &why), &why, err);
	return rc == EGOV_OK ? egov__crl_walk_next(&pass->last, err) : rc;
}

enum egov_status egov__crl_comparison_see(void *comparison, const struct egov__crl_entry *entry,
                                          struct egov_error *err)
{
	const enum egov_status rc = see_store(comparison, entry, err);

	return rc == EGOV_OK ? see_last(comparison, entry, err) : rc;
}

enum egov_status egov__crl_comparison_new(const struct egov__crl_case *c,
                                          struct egov__crl_comparison **out,
                                          struct egov_error *err)
{
	static const struct egov__crl_text none;
	const struct egov__crl_text *const last = c->last == NULL ? &none : c->last;
	struct egov__crl_comparison *pass = calloc(1, sizeof(*pass));
	enum egov_status rc;

	if (pass == NULL)
		return egov_error_nomem(err);
	pass->c = *c;
	egov__crl_walk_open(&pass->last, &last->source, &last->list);
	rc = egov__crl_walk_next(&pass->last, err);
	if (rc == EGOV_OK)
		rc = egov__store_revoked_open(store_of(c), &c->scope, &pass->cursor, err);
	if (rc == EGOV_OK)
		*out = pass;
	else
		egov__crl_comparison_free(pass);
	return rc;
}

enum egov_status egov__crl_comparison_end(struct egov__crl_comparison *comparison,
                                          struct egov_error *err)
{
	struct egov__listed_row row;
	bool found = true;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && found) {
		rc = egov__store_revoked_next(comparison->cursor, &row, &found, err);
		comparison->count += rc == EGOV_OK && found;
	}
	return rc == EGOV_OK ? pass_last(comparison, NULL, err) : rc;
}

void egov__crl_comparison_free(struct egov__crl_comparison *comparison)
{
	if (comparison == NULL)
		return;
	egov__crl_walk_close(&comparison->last);
	egov__store_revoked_close(comparison->cursor);
	free(comparison);
}

/* --- what was found --- */

static enum egov_status finding(const struct egov__crl_case *c, enum finding which,
                                struct egov_error *err)
{
	const struct egov__crl_comparison *const compared = c->compared;

	if (compared->found[which].rc != EGOV_OK && err != NULL)
		*err = compared->found[which].err;
	return compared->found[which].rc;
}

static enum egov_status entries_equal_store(const struct egov__crl_case *c, struct egov_error *err)
{
	if (c->made->fields.count != c->compared->count)
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "%zu entries, the store counts %" PRIu64,
		                      c->made->fields.count, c->compared->count);
	return finding(c, EQUAL, err);
}

static enum egov_status nothing_vanished(const struct egov__crl_case *c, struct egov_error *err)
{
	return finding(c, VANISHED, err);
}

static enum egov_status entries_unchanged(const struct egov__crl_case *c, struct egov_error *err)
{
	return finding(c, CHANGED, err);
}

static enum egov_status entries_in_scope(const struct egov__crl_case *c, struct egov_error *err)
{
	return finding(c, FOREIGN, err);
}

/* --- the rest --- */

static enum egov_status number_unused(const struct egov__crl_case *c, struct egov_error *err)
{
	struct egov__crl_row row;
	bool found = false;
	enum egov_status rc = egov__store_crl_row(store_of(c), c->number, &row, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                    "a list of number %" PRIu64 " is on record already", c->number);
	return rc;
}

static enum egov_status number_written(const struct egov__crl_case *c, struct egov_error *err)
{
	uint64_t number = 0;
	enum egov_status rc = egov__crl_number(c->made->fields.extensions, &number, err);

	if (rc == EGOV_OK && number != c->number)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                    "it says number %" PRIu64 ", reserved was %" PRIu64, number,
		                    c->number);
	return rc;
}

static const struct check {
	struct egov__crl_check_info info;
	enum egov_status (*run)(const struct egov__crl_case *c, struct egov_error *err);
	egov__crl_pair_fn *pair;        /* instead: what holds for lists of others, too */
} checks[] = {
	{ { "crl-lease", "Order No. 4, Art. 18(3)", EGOV__CRL_BEFORE }, NULL, NULL },
	{ { "crl-clock", "Order No. 4, Art. 24", EGOV__CRL_BEFORE }, NULL, NULL },
	{ { "crl-source-not-older", "RFC 5280, 5.2.3", EGOV__CRL_BEFORE }, NULL, NULL },
	{ { "crl-key", "Order No. 4, Art. 22", EGOV__CRL_BEFORE }, NULL, NULL },
	{ { "crl-entries-sound", "RFC 5280, 5.1.2.6", EGOV__CRL_BEFORE }, NULL, NULL },
	{ { "crl-number-rises", "RFC 5280, 5.2.3", EGOV__CRL_BEFORE }, NULL,
	  egov__crl_pair_number },
	{ { "crl-number-unused", "RFC 5280, 5.2.3", EGOV__CRL_BEFORE }, number_unused, NULL },
	{ { "crl-number-written", "RFC 5280, 5.2.3", EGOV__CRL_MADE }, number_written, NULL },
	{ { "crl-base-is-last", "RFC 5280, 5.2.4", EGOV__CRL_MADE }, base_is_last, NULL },
	{ { "crl-time-not-future", "RFC 5280, 5.1.2.4", EGOV__CRL_MADE }, NULL,
	  egov__crl_pair_not_future },
	{ { "crl-time-not-before-last", "GM/T 0015, 5.3", EGOV__CRL_MADE }, NULL,
	  egov__crl_pair_not_before },
	{ { "crl-next-update-bound", "Order No. 4, Art. 17", EGOV__CRL_MADE }, NULL,
	  egov__crl_pair_next_update },
	{ { "crl-issuer-bytes", "GM/T 0043, 6.3.1", EGOV__CRL_MADE }, NULL,
	  egov__crl_pair_issuer },
	{ { "crl-scope", "RFC 5280, 5.2.5", EGOV__CRL_MADE }, scope_is_own, NULL },
	{ { "crl-entries-equal-store", "Order No. 4, Art. 18(3)", EGOV__CRL_MADE },
	  entries_equal_store, NULL },
	{ { "crl-nothing-vanished", "RFC 5280, 3.3", EGOV__CRL_MADE }, nothing_vanished, NULL },
	{ { "crl-entries-unchanged", "RFC 5280, 5.3", EGOV__CRL_MADE }, entries_unchanged, NULL },
	{ { "crl-entries-in-scope", "RFC 5280, 5.2.5", EGOV__CRL_MADE }, entries_in_scope, NULL },
	{ { "crl-size-drop", "Order No. 4, Art. 18(3)", EGOV__CRL_MADE }, NULL,
	  egov__crl_pair_size },
	{ { "crl-signature", "RFC 5280, 5.1.1.3", EGOV__CRL_SIGNED }, NULL, NULL },
	{ { "crl-read-back", "Order No. 4, Art. 18(3)", EGOV__CRL_SERVED }, NULL, NULL },
	{ { "crl-public-address", "Order No. 4, Art. 18(3)", EGOV__CRL_SERVED }, NULL, NULL },
};
#define CHECKS (sizeof(checks) / sizeof(checks[0]))

/* enum egov__crl_step, in its order. */
static const char *const steps[] = { "crl-lease", "crl-clock", "crl-source-not-older", "crl-key",
	                             "crl-entries-sound", "crl-signature", "crl-read-back",
	                             "crl-public-address" };

const struct egov__crl_check_info *egov__crl_check(size_t i)
{
	return i < CHECKS ? &checks[i].info : NULL;
}

const char *egov__crl_clause(const char *id)
{
	size_t i = 0;

	while (i < CHECKS && strcmp(checks[i].info.id, id) != 0)
		i++;
	return i < CHECKS ? checks[i].info.clause : NULL;
}

enum egov_status egov__crl_failed(enum egov__crl_step step, enum egov_status rc,
                                  struct egov_error *err)
{
	return rc == EGOV_OK || rc == EGOV_E_NOMEM ? rc
	                                           : egov_error_prefix(err, rc, "%s", steps[step]);
}

void egov__crl_explain(struct egov_report *explain, const char *id, const char *clause,
                       const char *verdict, const struct egov_error *why)
{
	egov__report_record(explain);
	egov__report_add(explain, "check", "%s", id);
	egov__report_add(explain, "clause", "%s", clause);
	egov__report_add(explain, "verdict", "%s", verdict);
	if (why != NULL)
		egov__report_add(explain, "why", "%s", why->text);
}

/* What those compare of which another's lists have as much. */
static struct egov__crl_pair pair_of(const struct egov__crl_case *c)
{
	const struct egov__home_conf *const conf = egov__home_conf(c->home);

	return (struct egov__crl_pair){ .made = c->made == NULL ? NULL : &c->made->fields,
		                        .last = c->last == NULL ? NULL : &c->last->list.fields,
		                        .issuer = c->ca,
		                        .number = c->number,
		                        .last_number = c->last_number,
		                        .now = egov_home_now(c->home),
		                        .maximum = conf->crl_maximum,
		                        .maximum_key = "maximum",
		                        .accept_drop = conf->crl_accept_drop || c->scope.base != 0,
		                        .clock_set_back = c->clock_set_back,
		                        .wrong = EGOV_E_CORRUPT };
}

static bool is_run(const struct check *check)
{
	return check->run != NULL || check->pair != NULL;
}

static enum egov_status run_check(const struct check *check, const struct egov__crl_case *c,
                                  struct egov_error *err)
{
	const struct egov__crl_pair pair = pair_of(c);
	const enum egov_status rc = check->run != NULL ? check->run(c, err) : check->pair(&pair, err);

	if (rc == EGOV_OK)
		return EGOV_OK;
	if (err != NULL && err->clause == NULL)
		err->clause = check->info.clause;
	return egov_error_prefix(err, rc, "%s", check->info.id);
}

/* Every one of them, held or not. */
static enum egov_status explain_all(const struct egov__crl_case *c, struct egov_report *explain,
                                    struct egov_error *err)
{
	enum egov_status first = EGOV_OK;

	for (size_t i = 0; i < CHECKS; i++) {
		const struct egov__crl_check_info *const info = &checks[i].info;
		struct egov_error why = { 0 };
		const enum egov_status rc = is_run(&checks[i]) ? run_check(&checks[i], c, &why)
		                                               : EGOV_OK;

		egov__crl_explain(explain, info->id, info->clause,
		                  rc != EGOV_OK                          ? "fails"
		                  : info->stage > EGOV__CRL_MADE         ? "later"
		                                                         : "holds",
		                  rc == EGOV_OK ? NULL : &why);
		if (rc != EGOV_OK && first == EGOV_OK && err != NULL)
			*err = why;
		first = first == EGOV_OK ? rc : first;
	}
	return first;
}

enum egov_status egov__crl_checks_before(const struct egov__crl_case *c,
                                         struct egov_report *explain, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;
	struct egov_error why = { 0 };

	for (size_t i = 0; rc == EGOV_OK && i < CHECKS; i++) {
		if (!is_run(&checks[i]) || checks[i].info.stage != EGOV__CRL_BEFORE)
			continue;
		rc = run_check(&checks[i], c, &why);
		if (rc != EGOV_OK && explain != NULL)
			egov__crl_explain(explain, checks[i].info.id, checks[i].info.clause, "fails",
			                  &why);
	}
	if (rc != EGOV_OK && err != NULL)
		*err = why;
	return rc;
}

enum egov_status egov__crl_checks(const struct egov__crl_case *c, struct egov_report *explain,
                                  struct egov_error *err)
{
	if (explain != NULL)
		return explain_all(c, explain, err);
	for (size_t i = 0; i < CHECKS; i++) {
		const enum egov_status rc =
			is_run(&checks[i]) ? run_check(&checks[i], c, err) : EGOV_OK;

		if (rc != EGOV_OK)
			return rc;
	}
	return EGOV_OK;
}
