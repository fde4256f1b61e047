/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>

#include "home/home.h"

struct listing {
	const struct egov__home_conf *conf;
	struct egov_report *report;
};

static enum egov_status add_generation(void *user, const struct egov__generation_row *row,
                                       struct egov_error *err)
{
	const struct listing *list = user;
	struct egov_report *const report = list->report;

	(void)err;
	egov__report_record(report);
	egov__report_add(report, "use", "ca");
	egov__report_add(report, "generation", "%" PRIu64, row->number);
	egov__report_add(report, "state", "%s", egov__generation_state_name(row->state));
	egov__report_time(report, "since", row->since);
	egov__report_hex(report, "public-key-sm3", EGOV__SLICE(row->key_digest));
	egov__report_add(report, "signatures", "%" PRIu64, row->signatures);
	egov__report_add(report, "without-result", "%" PRIu64, row->intents - row->signatures);
	if (list->conf->signature_limit > 0)
		egov__report_add(report, "limit", "%" PRIu64, list->conf->signature_limit);
	if (row->last_end != EGOV_TIME_NONE)
		egov__report_time(report, "last-certificate-ends", row->last_end);
	return EGOV_OK;
}

/* Each signature of the journal key is a checkpoint. */
static enum egov_status add_journal_key(struct egov_home *home, struct egov_report *report,
                                        struct egov_error *err)
{
	uint64_t count = 0;
	enum egov_status rc = egov__store_checkpoint_count(
		egov__record_store(egov__home_record(home)), &count, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_record(report);
	egov__report_add(report, "use", "journal");
	egov__report_add(report, "state", "active");
	egov__report_add(report, "signatures", "%" PRIu64, count);
	return EGOV_OK;
}

enum egov_status egov_ca_key_list(struct egov_home *home, struct egov_report *report,
                                  struct egov_error *err)
{
	struct listing list = { egov__home_conf(home), report };
	enum egov_status rc = egov__store_generation_walk(
		egov__record_store(egov__home_record(home)), add_generation, &list, err);

	if (rc == EGOV_OK)
		rc = add_journal_key(home, report, err);
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}
