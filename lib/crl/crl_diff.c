/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl_read.h"

#include <string.h>

#include "base/report.h"

/* Lists that are sorted, as ours are, are compared in one pass; of others what moved looks
 * removed and added. */
static int order(const struct egov__crl_walk *a, const struct egov__crl_walk *b)
{
	if (!a->has || !b->has)
		return a->has ? -1 : 1;
	return egov__crl_order(a->entry.serial, b->entry.serial);
}

enum egov_status egov__crl_compare(struct egov__crl_walk *before, struct egov__crl_walk *after,
                                   egov__crl_change_fn *fn, void *user, struct egov_error *err)
{
	enum egov_status rc = egov__crl_walk_next(before, err);

	if (rc == EGOV_OK)
		rc = egov__crl_walk_next(after, err);
	while (rc == EGOV_OK && (before->has || after->has)) {
		const int which = order(before, after);

		if (which != 0 || !egov__crl_entry_same(&before->entry, &after->entry))
			rc = fn(user, which < 0 ? "removed" : which > 0 ? "added" : "changed",
			        which > 0 ? NULL : &before->entry, which < 0 ? NULL : &after->entry,
			        err);
		if (rc == EGOV_OK && which <= 0)
			rc = egov__crl_walk_next(before, err);
		if (rc == EGOV_OK && which >= 0)
			rc = egov__crl_walk_next(after, err);
	}
	return rc;
}

static void report_side(const char *key, const struct egov__crl_entry *entry,
                        struct egov_report *report)
{
	char when[EGOV_TIME_TEXT];

	egov_time_format(entry->revoked_at, when);
	egov__report_add(report, key, "%s %s", when,
	                 entry->reason < 0 ? egov_reason_name(0) : egov_reason_name(entry->reason));
}

void egov__crl_report_change(const char *what, const struct egov__crl_entry *before,
                             const struct egov__crl_entry *after, struct egov_report *report)
{
	egov__report_record(report);
	egov__report_add(report, "change", "%s", what);
	egov__report_hex(report, "serial", before == NULL ? after->serial : before->serial);
	if (before != NULL)
		report_side("before", before, report);
	if (after != NULL)
		report_side("after", after, report);
}

struct changes {
	size_t count;
	struct egov_report *report;
};

static enum egov_status note_change(void *user, const char *what,
                                    const struct egov__crl_entry *before,
                                    const struct egov__crl_entry *after, struct egov_error *err)
{
	struct changes *const changes = user;

	changes->count++;
	egov__crl_report_change(what, before, after, changes->report);
	return egov__report_check(changes->report, err);
}

/* A list that is held, as one that is read: its entries are the whole source. */
static void open_held(struct egov__crl_walk *walk, const struct egov_crl *crl,
                      struct egov__source *source)
{
	const struct egov_slice entries = egov__crl_fields(crl)->entries;
	const struct egov__crl_outline list = { .entries_size = entries.size };

	*source = egov__source_slice(entries);
	egov__crl_walk_open(walk, source, &list);
}

enum egov_status egov_crl_diff(const struct egov_crl *a, const struct egov_crl *b, size_t *changes,
                               struct egov_report *report, struct egov_error *err)
{
	struct egov__source sources[2];
	struct egov__crl_walk before, after;
	struct changes found = { 0, report };
	enum egov_status rc;

	open_held(&before, a, &sources[0]);
	open_held(&after, b, &sources[1]);
	rc = egov__crl_compare(&before, &after, note_change, &found, err);
	egov__crl_walk_close(&before);
	egov__crl_walk_close(&after);
	if (rc == EGOV_OK)
		*changes = found.count;
	return rc;
}
