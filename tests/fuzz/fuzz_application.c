/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "request/application.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted comes back from its own working copy, with the same proofs. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_application *a = NULL, *b = NULL;
	uint8_t first[32], second[32];

	if (egov__application_restore((struct egov_slice){ data, size }, "input", &a, NULL) != EGOV_OK)
		return 0;
	if (egov__application_restore(egov__application_text(a), "again", &b, NULL) != EGOV_OK
	    || egov__application_proofs_digest(a, first, NULL) != EGOV_OK
	    || egov__application_proofs_digest(b, second, NULL) != EGOV_OK
	    || memcmp(first, second, sizeof(first)) != 0)
		__builtin_trap();
	egov_application_free(a);
	egov_application_free(b);
	return 0;
}
