/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include <inttypes.h>

#include "base/report.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"

static enum egov_status sign(struct egov_home *home, const char *actor, uint64_t *generation,
                             struct egov_error *err)
{
	struct egov_signer *signer = NULL;
	enum egov_status rc = egov__home_signer(home, EGOV_KEY_CA, &signer, err);

	if (rc == EGOV_OK)
		rc = egov__home_generation_of(home, egov_signer_public_key(signer), generation, err);
	if (rc == EGOV_OK) {
		const struct egov__own_ca own = { .actor = actor, .generation = *generation,
			                          .signer = signer,
			                          .act = EGOV__ACT_CERTIFY };

		rc = egov__own_close_leftover(home, actor, err);
		if (rc == EGOV_OK)
			rc = egov__own_statement(home, &own, err);
	}
	egov_signer_close(signer);
	return rc;
}

enum egov_status egov_record_certify(struct egov_home *home, const char *actor,
                                     struct egov_report *report, struct egov_error *err)
{
	const struct egov_slice key = egov__home_journal_key(home);
	uint64_t generation = 0;
	int lock = -1;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_CERTIFY, actor, err);

	if (rc != EGOV_OK)
		return rc;
	/* Papers of the CA itself are made one at a time. */
	rc = egov__home_lock(home, EGOV__OWN_LOCK, &lock, err);
	if (rc == EGOV_OK)
		rc = sign(home, actor, &generation, err);
	egov__home_unlock(lock);
	if (rc != EGOV_OK)
		return egov__refuse(home, actor, "", EGOV__ACT_CERTIFY, rc, err);
	egov__report_add(report, "generation", "%" PRIu64, generation);
	egov__report_hex(report, "journal-key", key);
	return egov__report_check(report, err);
}
