/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/lint.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Certificates, CRLs, requests and OCSP responses of anybody: every rule ends, and each finding
 * has all of its fields. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = { "id", "severity", "source", "clause", "field", "wanted", "found" };
	struct egov_report *report = egov_report_new();
	enum egov_status rc;

	if (report == NULL)
		return 0;
	rc = egov_lint((struct egov_slice){ data, size }, NULL, report, NULL);
	if (rc != EGOV_OK && rc != EGOV_E_POLICY && rc != EGOV_E_SYNTAX && rc != EGOV_E_LIMIT)
		abort();
	for (size_t r = 0; r < egov_report_records(report); r++) {
		if (egov_report_find(report, r, "verdict") != NULL)
			continue;
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			if (egov_report_find(report, r, keys[k]) == NULL
			    || *egov_report_find(report, r, keys[k]) == 0)
				abort();
	}
	egov_report_free(report);
	return 0;
}
