/* SPDX-License-Identifier: Apache-2.0 */
/* Trust lists: the text and the signature below it. */
#include <stdlib.h>

#include "verify/trust_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read keeps the rules of the page. */
static void check(const struct egov__trust_list *list)
{
	if (list->number == 0 || list->next_update <= list->date || list->name[0] == 0)
		abort();
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i].until != EGOV_TIME_NONE
		    && list->entries[i].until <= list->entries[i].since)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice bytes = { data, size };
	struct egov_slice text = bytes;
	struct egov_buf signature = EGOV__BUF(size + 16);
	struct egov__trust_list *list = NULL;

	if (egov__trust_list_split(bytes, &text, &signature, NULL) == EGOV_OK && text.size >= size)
		abort();
	if (egov__trust_list_parse(text, &list, NULL) == EGOV_OK)
		check(list);
	egov__trust_list_free(list);
	egov__buf_clear(&signature);
	return 0;
}
