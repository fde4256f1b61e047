/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence and checkpoints: what is read is written again as the same octets, and judged. */
#include <stdlib.h>

#include "base/report.h"
#include "record/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_entries(struct egov_slice entries)
{
	struct egov_buf again = EGOV__BUF(EGOV__MAX_FILE);
	const struct egov_slice all = entries;
	struct egov__evidence_entry entry;

	while (entries.size > 0) {
		if (egov__evidence_next(&entries, &entry, NULL) != EGOV_OK) {
			egov__buf_clear(&again);
			return;
		}
		egov__evidence_add(&again, &entry);
	}
	if (!egov__slice_equal(egov_buf_slice(&again), all))
		abort();
	egov__buf_clear(&again);
}

static void check_evidence(struct egov_slice der)
{
	struct egov_buf again = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__evidence evidence;

	if (egov__evidence_read(der, &evidence, NULL) != EGOV_OK)
		return;
	if (egov__evidence_write(&evidence, &again, NULL) != EGOV_OK
	    || !egov__slice_equal(egov_buf_slice(&again), der))
		abort();
	check_entries(evidence.entries);
	egov__buf_clear(&again);
}

static void check_checkpoint(struct egov_slice der)
{
	struct egov_buf again = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__checkpoint_file file;

	if (egov__checkpoint_file_read(der, &file, NULL) != EGOV_OK)
		return;
	if (egov__checkpoint_file_write(file.journal_key, file.lodged.der, &again, NULL) != EGOV_OK
	    || !egov__slice_equal(egov_buf_slice(&again), der))
		abort();
	if (egov__lodged_verify(&file.lodged, file.journal_key, NULL) == EGOV_OK
	    && file.lodged.signature.size == 0)
		abort();
	egov__buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice der = { data, size };
	const struct egov__evidence_trust nobody = { .cas_count = 0 };
	struct egov_report *report = egov_report_new();

	if (report == NULL)
		return 0;
	check_evidence(der);
	check_checkpoint(der);
	check_entries(der);
	/* Nobody is trusted. */
	if (egov__evidence_judge(der, &nobody, report, NULL) == EGOV_OK)
		abort();
	egov_report_free(report);
	return 0;
}
