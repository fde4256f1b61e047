/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "base/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was decoded comes back from its own PEM text. */
static enum egov_status again(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(4u << 20), back = EGOV__BUF(4u << 20);
	struct egov_slice in;
	bool found = false;

	(void)user;
	egov__pem_encode(&text, "X", der);
	in = egov_buf_slice(&text);
	if (egov__pem_next(&in, "X", &found, &back, err) != EGOV_OK || !found
	    || !egov__slice_equal(egov_buf_slice(&back), der))
		__builtin_trap();
	egov__buf_clear(&text);
	egov__buf_clear(&back);
	return EGOV_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice in = { data, size };
	struct egov_error err = { 0 };

	if (egov__objects(in, "CERTIFICATE", again, NULL, &err) != err.status)
		__builtin_trap();
	return 0;
}
