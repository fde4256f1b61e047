/* SPDX-License-Identifier: Apache-2.0 */
/* An OCSP response from outside, by itself and beside what a verifier holds. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <egovca/verify.h>

#include "base/buf.h"
#include "ocsp/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read once can be read again, to its end. */
static void read_answers(struct egov_slice rest)
{
	struct egov__ocsp_answer answer;

	while (rest.size > 0)
		if (egov__ocsp_next(&rest, &answer, NULL) != EGOV_OK || answer.serial.size == 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice bytes = { data, size };
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov__ocsp_fields fields;

	if (verifier == NULL)
		abort();
	if (egov__ocsp_decode(bytes, &fields, NULL) == EGOV_OK) {
		read_answers(fields.answers);
		if (egov_verifier_add_ocsp(verifier, bytes, NULL) != EGOV_OK)
			abort();
	}
	egov_verifier_free(verifier);
	return 0;
}
