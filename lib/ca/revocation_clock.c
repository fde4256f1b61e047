/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <stdlib.h>

#include "home/home.h"

/* A list as the clock sees it. */
struct list {
	uint64_t generation, part, position, number;
	egov_time published_at;         /* or a later list of the same scope, whichever came first */
};

#define PERCENTS 4
static const unsigned percents[PERCENTS] = { 50, 90, 99, 100 };

/* Seconds that cases took, in one stage. */
struct stage {
	const char *keys[PERCENTS];
	egov_time *taken;
	size_t count, room;
};

enum { DECIDED, LISTED, WHOLE, STAGES };

struct clock {
	struct egov_home *home;
	const struct egov_status_clock_options *options;
	struct egov_report *report;
	struct list *lists;
	size_t list_count;
	struct stage stages[STAGES];
	egov_time decide_within, list_within;
	uint64_t cases, late;
};

/* --- which lists were published --- */

static enum egov_status note_list(void *user, const struct egov__crl_row *row,
                                  struct egov_error *err)
{
	struct clock *c = user;
	struct list *more;

	if (!row->published)
		return EGOV_OK;
	if ((c->list_count & (c->list_count - 1)) == 0) {
		more = realloc(c->lists, (c->list_count == 0 ? 1 : 2 * c->list_count) * sizeof(*more));
		if (more == NULL)
			return egov_error_nomem(err);
		c->lists = more;
	}
	c->lists[c->list_count++] = (struct list){ row->generation, row->part, row->position,
		                                   row->number, row->published_at };
	return EGOV_OK;
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_lists(const void *a, const void *b)
{
	const struct list *x = a, *y = b;
	const int generation = order(x->generation, y->generation);
	const int part = order(x->part, y->part);

	return generation != 0 ? generation : part != 0 ? part : order(x->position, y->position);
}

/* A list that a killed run made may be served after its successor: what stands on both is
 * listed with the one that came first. */
static enum egov_status load_lists(struct clock *c, struct egov_error *err)
{
	enum egov_status rc = egov__store_crl_walk_rows(
		egov__record_store(egov__home_record(c->home)), note_list, c, err);

	if (rc != EGOV_OK || c->list_count == 0)
		return rc;
	qsort(c->lists, c->list_count, sizeof(*c->lists), compare_lists);
	for (size_t i = c->list_count - 1; i > 0; i--) {
		struct list *const before = &c->lists[i - 1];

		if (before->generation == c->lists[i].generation && before->part == c->lists[i].part
		    && c->lists[i].published_at < before->published_at) {
			before->published_at = c->lists[i].published_at;
			before->number = c->lists[i].number;
		}
	}
	return EGOV_OK;
}

/* The first that it stands on; NULL: none yet. */
static const struct list *find_list(const struct clock *c, const struct egov__case_row *row)
{
	const struct list wanted = { row->generation, row->part, row->position, 0, 0 };
	size_t low = 0, high = c->list_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (compare_lists(&c->lists[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->list_count && c->lists[low].generation == row->generation
	               && c->lists[low].part == row->part
	       ? &c->lists[low]
	       : NULL;
}

/* --- cases --- */

/* A clock that was set back in between took nothing away. */
static egov_time between(egov_time from, egov_time to)
{
	return to > from ? to - from : 0;
}

static enum egov_status add(struct stage *stage, egov_time taken, struct egov_error *err)
{
	egov_time *more;

	if (stage->count == stage->room) {
		stage->room = stage->room == 0 ? 64 : 2 * stage->room;
		more = realloc(stage->taken, stage->room * sizeof(*more));
		if (more == NULL)
			return egov_error_nomem(err);
		stage->taken = more;
	}
	stage->taken[stage->count++] = taken;
	return EGOV_OK;
}

static void report_case(const struct clock *c, const struct egov__case_row *row,
                        const struct list *list, bool late)
{
	egov__report_record(c->report);
	egov__report_hex(c->report, "serial", row->serial);
	egov__report_time(c->report, "reported", row->reported_at);
	egov__report_time(c->report, "decided", row->decided_at);
	if (list != NULL) {
		egov__report_time(c->report, "listed", list->published_at);
		egov__report_add(c->report, "number", "%" PRIu64, list->number);
	}
	egov__report_add(c->report, "late", "%s", late ? "yes" : "no");
}

/* What is not listed yet has waited until now. */
static enum egov_status see_case(void *user, const struct egov__case_row *found,
                                 struct egov_error *err)
{
	struct clock *c = user;
	struct egov__case_row row = *found;
	const struct list *const list = find_list(c, &row);
	const egov_time end = list == NULL ? egov_home_now(c->home) : list->published_at;
	bool late;
	enum egov_status rc;

	if (row.reported_at == EGOV_TIME_NONE)
		row.reported_at = row.decided_at;
	late = between(row.reported_at, row.decided_at) > c->decide_within
	       || between(row.decided_at, end) > c->list_within;
	c->cases++;
	c->late += late;
	if (c->options->cases)
		report_case(c, &row, list, late);
	rc = add(&c->stages[DECIDED], between(row.reported_at, row.decided_at), err);
	if (rc == EGOV_OK && list != NULL)
		rc = add(&c->stages[LISTED], between(row.decided_at, end), err);
	if (rc == EGOV_OK && list != NULL)
		rc = add(&c->stages[WHOLE], between(row.reported_at, end), err);
	return rc;
}

/* --- what it comes to --- */

static int compare_times(const void *a, const void *b)
{
	const egov_time *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The nearest rank: so many in a hundred took no longer. */
static void report_stage(const struct clock *c, struct stage *stage)
{
	if (stage->count == 0)
		return;
	qsort(stage->taken, stage->count, sizeof(*stage->taken), compare_times);
	for (size_t i = 0; i < PERCENTS; i++) {
		const size_t rank = (stage->count * percents[i] + 99) / 100;

		egov__report_add(c->report, stage->keys[i], "%" PRId64, stage->taken[rank - 1]);
	}
}

static void report_all(struct clock *c)
{
	egov__report_record(c->report);
	egov__report_add(c->report, "cases", "%" PRIu64, c->cases);
	egov__report_add(c->report, "listed", "%zu", c->stages[LISTED].count);
	egov__report_add(c->report, "pending", "%" PRIu64, c->cases - c->stages[LISTED].count);
	egov__report_add(c->report, "late", "%" PRIu64, c->late);
	egov__report_add(c->report, "decide-within", "%" PRId64, c->decide_within);
	egov__report_add(c->report, "list-within", "%" PRId64, c->list_within);
	for (size_t i = 0; i < STAGES; i++)
		report_stage(c, &c->stages[i]);
	egov__report_add(c->report, "verdict", "%s", c->late == 0 ? "within" : "late");
}

#define STAGE(name) { .keys = { name "-p50", name "-p90", name "-p99", name "-max" } }

enum egov_status egov_status_clock(struct egov_home *home,
                                   const struct egov_status_clock_options *options, int *within,
                                   struct egov_report *report, struct egov_error *err)
{
	const struct egov__home_conf *const conf = egov__home_conf(home);
	struct clock c = { .home = home,
		           .options = options,
		           .report = report,
		           .stages = { [DECIDED] = STAGE("reported-decided"),
		                       [LISTED] = STAGE("decided-listed"),
		                       [WHOLE] = STAGE("reported-listed") } };
	enum egov_status rc = egov_time_add(0, conf->decide_within, &c.decide_within, err);

	if (rc == EGOV_OK)
		rc = egov_time_add(0, conf->list_within, &c.list_within, err);
	if (rc == EGOV_OK)
		rc = load_lists(&c, err);
	if (rc == EGOV_OK)
		rc = egov__store_case_walk(egov__record_store(egov__home_record(home)),
		                           options->from == EGOV_TIME_NONE ? INT64_MIN + 1 : options->from,
		                           options->to == EGOV_TIME_NONE ? INT64_MAX : options->to,
		                           see_case, &c, err);
	if (rc == EGOV_OK) {
		report_all(&c);
		rc = egov__report_check(report, err);
	}
	if (rc == EGOV_OK)
		*within = c.late == 0;
	for (size_t i = 0; i < STAGES; i++)
		free(c.stages[i].taken);
	free(c.lists);
	return rc;
}
