/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/retention.h>

#include <inttypes.h>

#include "ca/approve.h"
#include "ca/archive.h"
#include "ca/issuing.h"
#include "ca/retention.h"
#include "record/purge.h"

static const char clause[] = "Order No. 4, Art. 24";

#define LOCK "purge.lock"

struct purge {
	struct egov_home *home;
	const struct egov_purge_options *options;
	egov_time until;
	struct egov__purge_list list;
	egov_time next;                 /* when the next becomes due; EGOV_TIME_NONE: none will */
	struct egov_report *report;     /* NULL: nobody wants to see them one by one */
};

static struct egov_store *store_of(const struct purge *p)
{
	return egov__record_store(egov__home_record(p->home));
}

/* --- what is due --- */

static void tell(const struct purge *p, struct egov_slice serial, const struct egov__due *due)
{
	egov__report_record(p->report);
	egov__report_hex(p->report, "serial", serial);
	egov__report_time(p->report, "lost-at", due->keep.lost_at);
	egov__report_time(p->report, "due", due->until);
}

static enum egov_status see_certificate(void *user, const struct egov__certificate_row *row,
                                        struct egov_error *err)
{
	struct purge *const p = user;
	struct egov__tombstone_row tombstone;
	struct egov__due due;
	bool found = false;
	enum egov_status rc = egov__store_tombstone_get(store_of(p), row->serial, &tombstone, &found,
	                                                err);

	if (rc != EGOV_OK || found)
		return rc;
	rc = egov__due_find(p->home, row->serial, &due, &found, NULL, err);
	if (rc != EGOV_OK || due.held || due.keep.own)
		return rc;
	if (due.until > p->until) {
		if (p->next == EGOV_TIME_NONE || due.until < p->next)
			p->next = due.until;
		return EGOV_OK;
	}
	egov__purge_list_add(&p->list, row->serial);
	if (p->report != NULL)
		tell(p, row->serial, &due);
	return EGOV_OK;
}

static enum egov_status collect(struct purge *p, struct egov_error *err)
{
	return egov__store_certificate_walk_rows(store_of(p), NULL, see_certificate, p, err);
}

/* --- the order --- */

/* COUNT is what somebody saw with --dry-run: more or less is something else. */
static enum egov_status check_count(const struct purge *p, struct egov_error *err)
{
	char until[EGOV_TIME_TEXT], next[EGOV_TIME_TEXT];

	if (p->list.count == p->options->confirm && p->list.count > 0)
		return EGOV_OK;
	egov_time_format(p->until, until);
	if (p->list.count > 0 || p->next == EGOV_TIME_NONE)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "records of %" PRIu64 " certificates are due until %s, not of "
		                      "%" PRIu64 ": see --dry-run",
		                      p->list.count, until, p->options->confirm);
	egov_time_format(p->next, next);
	return egov_error_set(err, EGOV_E_POLICY, clause,
	                      "no records are due until %s; the first will be at %s", until, next);
}

static enum egov_status approve(const struct purge *p, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT), count = EGOV__BUF(32);
	uint8_t digest[32];
	enum egov_status rc = egov__purge_list_digest(&p->list, digest, err);

	egov__buf_printf(&count, "%" PRIu64, p->list.count);
	if (rc == EGOV_OK && egov__buf_string(&count) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK) {
		egov__fact_time_add(&facts, EGOV__KEY_UNTIL, p->until);
		egov__fact_text_add(&facts, EGOV__KEY_COUNT, egov__buf_string(&count));
		egov__fact_hex_add(&facts, EGOV__KEY_LIST_SM3, EGOV__SLICE(digest));
		rc = egov__approve(p->home, EGOV__ACT_PURGE, EGOV__PURGE_SUBJECT, &facts, err);
	}
	egov__buf_clear(&count);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status order(struct purge *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(p->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = collect(p, err);
	if (rc == EGOV_OK)
		rc = check_count(p, err);
	if (rc == EGOV_OK)
		rc = approve(p, err);
	if (rc == EGOV_OK)
		rc = egov__record_purge(record, p->options->actor, &p->list, p->until, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* --- one call --- */

/* What lies in archives goes first; meanwhile nothing of it is archived anew. */
static enum egov_status carry_out(const struct purge *p, uint64_t *count, struct egov_error *err)
{
	int lock = -1;
	enum egov_status rc = egov__home_lock(p->home, EGOV__ARCHIVE_LOCK, &lock, err);

	if (rc == EGOV_OK)
		rc = egov__archive_forget(p->home, p->options->actor, err);
	if (rc == EGOV_OK)
		rc = egov__record_purge_finish(egov__home_record(p->home), p->options->actor,
		                               egov_home_now(p->home), count, err);
	egov__home_unlock(lock);
	return rc;
}

/* What a killed run left was signed for; with it this call may be done. */
static enum egov_status run(struct purge *p, uint64_t *count, struct egov_error *err)
{
	int lock = -1;
	enum egov_status rc = egov__home_lock(p->home, LOCK, &lock, err);

	if (rc != EGOV_OK)
		return rc;
	rc = carry_out(p, count, err);
	if (rc == EGOV_OK && (*count == 0 || *count != p->options->confirm)) {
		rc = order(p, err);
		if (rc == EGOV_OK)
			rc = carry_out(p, count, err);
	}
	egov__home_unlock(lock);
	return rc;
}

static enum egov_status look(struct purge *p, struct egov_report *report, struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = egov__store_snapshot(store_of(p), err);

	if (rc != EGOV_OK)
		return rc;
	p->report = report;
	rc = collect(p, err);
	egov__store_rollback(store_of(p));
	if (rc == EGOV_OK)
		rc = egov__purge_list_digest(&p->list, digest, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_record(report);
	egov__report_time(report, "until", p->until);
	egov__report_add(report, "count", "%" PRIu64, p->list.count);
	egov__report_hex(report, "list-sm3", EGOV__SLICE(digest));
	if (p->next != EGOV_TIME_NONE)
		egov__report_time(report, "next-due", p->next);
	return egov__report_check(report, err);
}

enum egov_status egov_record_purge(struct egov_home *home, const struct egov_purge_options *options,
                                   struct egov_report *report, struct egov_error *err)
{
	struct purge p = { .home = home, .options = options, .until = options->until,
		           .list = EGOV__PURGE_LIST, .next = EGOV_TIME_NONE };
	uint64_t count = 0;
	enum egov_status rc;

	if (p.until == EGOV_TIME_NONE)
		p.until = egov_home_now(home);
	rc = egov__home_check_past(home, "until", p.until, err);
	if (rc != EGOV_OK)
		return rc;
	if (options->dry_run) {
		rc = look(&p, report, err);
	} else {
		rc = egov__actor_check(home, EGOV__ACT_PURGE, options->actor, err);
		if (rc == EGOV_OK) {
			rc = run(&p, &count, err);
			if (rc != EGOV_OK)
				rc = egov__refuse(home, options->actor, EGOV__PURGE_SUBJECT,
				                  EGOV__ACT_PURGE, rc, err);
		}
		if (rc == EGOV_OK) {
			egov__report_add(report, "destroyed", "%" PRIu64, count);
			rc = egov__report_check(report, err);
		}
	}
	egov__buf_clear(&p.list.serials);
	return rc;
}
