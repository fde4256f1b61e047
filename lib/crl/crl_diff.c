/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"

#include <string.h>

#include "base/report.h"

/* One of two lists while both are read. */
struct side {
	struct egov_slice rest;
	struct egov__crl_entry entry;
	bool has;
};

static enum egov_status next(struct side *side, struct egov_error *err)
{
	side->has = side->rest.size > 0;
	return side->has ? egov__crl_next(&side->rest, &side->entry, err) : EGOV_OK;
}

/* Lists that are sorted, as ours are, are compared in one pass; of others what moved looks
 * removed and added. */
static int order(const struct side *a, const struct side *b)
{
	const struct egov_slice x = a->entry.serial, y = b->entry.serial;

	if (!a->has || !b->has)
		return a->has ? -1 : 1;
	if (x.size != y.size)
		return x.size < y.size ? -1 : 1;
	return memcmp(x.data, y.data, x.size);
}

static bool is_equal(const struct egov__crl_entry *a, const struct egov__crl_entry *b)
{
	return a->revoked_at == b->revoked_at && a->reason == b->reason
	       && a->invalidity_date == b->invalidity_date;
}

static void report_side(const char *key, const struct egov__crl_entry *entry,
                        struct egov_report *report)
{
	char when[EGOV_TIME_TEXT];

	egov_time_format(entry->revoked_at, when);
	egov__report_add(report, key, "%s %s", when,
	                 entry->reason < 0 ? egov_reason_name(0) : egov_reason_name(entry->reason));
}

static void report_change(const char *what, const struct egov__crl_entry *before,
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

enum egov_status egov_crl_diff(const struct egov_crl *a, const struct egov_crl *b, size_t *changes,
                               struct egov_report *report, struct egov_error *err)
{
	struct side before = { .rest = egov__crl_fields(a)->entries };
	struct side after = { .rest = egov__crl_fields(b)->entries };
	size_t found = 0;
	int which;
	enum egov_status rc = next(&before, err);

	if (rc == EGOV_OK)
		rc = next(&after, err);
	while (rc == EGOV_OK && (before.has || after.has)) {
		which = order(&before, &after);
		if (which != 0 || !is_equal(&before.entry, &after.entry)) {
			found++;
			report_change(which < 0 ? "removed" : which > 0 ? "added" : "changed",
			              which > 0 ? NULL : &before.entry,
			              which < 0 ? NULL : &after.entry, report);
		}
		if (which <= 0)
			rc = next(&before, err);
		if (rc == EGOV_OK && which >= 0)
			rc = next(&after, err);
	}
	if (rc == EGOV_OK)
		rc = egov__report_check(report, err);
	if (rc == EGOV_OK)
		*changes = found;
	return rc;
}
