/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint_impl.h"

/* A list may be long: it is gone through once, and every rule asks what was seen. */

static void note(struct egov__lint_entries *seen, enum egov__lint_fault fault, bool there)
{
	if (there && seen->first[fault] == 0)
		seen->first[fault] = seen->count;
}

/* The extensions of an entry, which have a form already. */
static void note_extensions(struct egov__lint_entries *seen, struct egov_slice exts)
{
	struct egov__ext ext;

	while (exts.size > 0 && egov__ext_next(&exts, &ext, NULL) == EGOV_OK) {
		const bool issuer = ext.type == EGOV__OID_CERTIFICATE_ISSUER;

		note(seen, EGOV__ENTRY_CRITICAL, ext.critical && !issuer);
		note(seen, EGOV__ENTRY_ISSUER, issuer);
		note(seen, EGOV__ENTRY_ISSUER_NOT_CRITICAL, issuer && !ext.critical);
	}
}

void egov__lint_see_entry(struct egov__lint_entries *seen, egov_time this_update,
                          const struct egov__crl_entry *entry)
{
	note(seen, EGOV__ENTRY_TIME_TYPE, entry->wrong_type);
	note(seen, EGOV__ENTRY_UNSPECIFIED, entry->reason == 0);
	note(seen, EGOV__ENTRY_HOLD, entry->reason == 6);
	note(seen, EGOV__ENTRY_REMOVE, entry->reason == 8);
	note(seen, EGOV__ENTRY_LATE, this_update != EGOV_TIME_NONE && entry->revoked_at > this_update);
	if (!entry->plain && entry->extensions.size > 0)
		note_extensions(seen, entry->extensions);
}

void egov__lint_read_entries(struct egov__lint_subject *s)
{
	struct egov_slice entries = s->crl.entries;
	struct egov__lint_entries *const seen = &s->entries;
	struct egov__crl_entry entry;

	while (entries.size > 0) {
		seen->count++;
		if (egov__crl_next(&entries, &entry, NULL) != EGOV_OK) {
			note(seen, EGOV__ENTRY_FORM, true);
			return;
		}
		egov__lint_see_entry(seen, s->crl.this_update, &entry);
	}
}

enum egov_status egov__lint_entry(const struct egov__lint_subject *s, enum egov__lint_fault fault,
                                  const char *found, struct egov_error *err)
{
	if (s->entries.first[fault] == 0)
		return EGOV_OK;
	return egov__lint_found(err, "entry %zu: %s", s->entries.first[fault], egov__text(found));
}
