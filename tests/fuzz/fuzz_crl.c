/* SPDX-License-Identifier: Apache-2.0 */
/* CRLs: what we accept is printed, every entry is found again, and OpenSSL reads
 * the same where it accepts it too. */
#include <stdlib.h>

#include "base/report.h"
#include "crl/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct egov_crl *crl)
{
	struct egov__witness *witness = NULL;

	if (egov__witness_crl(egov_crl_der(crl), &witness, NULL) == EGOV_OK
	    && egov__crl_agree(egov__crl_fields(crl), witness, NULL) != EGOV_OK)
		abort();
	egov__witness_free(witness);
}

static void print(const struct egov_crl *crl)
{
	struct egov_report *report = egov_report_new();

	if (report == NULL || egov_crl_report(crl, 1, report, NULL) != EGOV_OK
	    || egov_report_records(report) != egov_crl_entries(crl) + 1)
		abort();
	egov_report_free(report);
}

static void find(const struct egov_crl *crl)
{
	struct egov_slice entries = egov__crl_fields(crl)->entries;
	struct egov__crl_entry entry, again;
	bool found = false;

	for (size_t i = 0; entries.size > 0 && i < 8; i++)
		if (egov__crl_next(&entries, &entry, NULL) != EGOV_OK
		    || egov__crl_find(crl, entry.serial, &found, &again, NULL) != EGOV_OK || !found)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_crl *crl = NULL;

	if (egov_crl_decode((struct egov_slice){ data, size }, &crl, NULL) != EGOV_OK)
		return 0;
	compare(crl);
	print(crl);
	find(crl);
	egov_crl_free(crl);
	return 0;
}
