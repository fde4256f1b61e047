/* SPDX-License-Identifier: Apache-2.0 */
/* What a CA and a key-management centre send each other; what is read is written again
 * in the same bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "delivery/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct egov_slice der, const struct egov__exchanged *parts,
                 struct egov_buf *content)
{
	struct egov_buf joined = EGOV__BUF(1u << 20);
	const struct egov__exchanged again = { egov_buf_slice(content), parts->signature };

	if (egov__exchange_join(&again, &joined, NULL) != EGOV_OK
	    || !egov__slice_equal(egov_buf_slice(&joined), der))
		abort();
	egov__buf_clear(&joined);
	egov__buf_clear(content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice der = { data, size };
	struct egov_buf content = EGOV__BUF(1u << 20);
	struct egov__key_request request;
	struct egov__key_answer answer;
	struct egov__exchanged parts;
	struct egov_error err = { 0 };

	if (egov__key_request_read(der, &request, &parts, &err) == EGOV_OK) {
		if (egov__key_request_content(&request, &content, NULL) != EGOV_OK)
			abort();
		same(der, &parts, &content);
	} else if (err.text[0] == 0) {
		abort();
	}
	err = (struct egov_error){ 0 };
	if (egov__key_answer_read(der, &answer, &parts, &err) == EGOV_OK) {
		if (egov__key_answer_content(&answer, &content, NULL) != EGOV_OK)
			abort();
		same(der, &parts, &content);
	} else if (err.text[0] == 0) {
		abort();
	}
	return 0;
}
