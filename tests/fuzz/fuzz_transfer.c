/* SPDX-License-Identifier: Apache-2.0 */
/* Transfer packets: what is read is written again as the same octets. */
#include <stdlib.h>

#include "record/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_lists(struct egov_slice lists, struct egov_buf *out)
{
	struct egov__transfer_list list;

	while (lists.size > 0) {
		if (egov__transfer_next(&lists, &list, NULL) != EGOV_OK)
			abort();
		egov__transfer_add(out, &list);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice der = { data, size };
	struct egov_buf lists = EGOV__BUF(EGOV__MAX_FILE), content = EGOV__BUF(EGOV__MAX_FILE),
	                again = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__transfer transfer;
	const bool is = egov__transfer_is(der);

	if (egov__transfer_read(der, &transfer, NULL) == EGOV_OK) {
		if (!is)
			abort();
		write_lists(transfer.lists, &lists);
		transfer.lists = egov_buf_slice(&lists);
		egov__transfer_content(&transfer, &content);
		egov__transfer_put(egov_buf_slice(&content), transfer.signature, &again);
		if (!egov__slice_equal(egov_buf_slice(&again), der))
			abort();
		if (egov__transfer_verify(&transfer, NULL) == EGOV_OK && transfer.signature.size == 0)
			abort();
	}
	egov__buf_clear(&lists);
	egov__buf_clear(&content);
	egov__buf_clear(&again);
	return 0;
}
