/* SPDX-License-Identifier: Apache-2.0 */
/* Shares of a PIN, one a line. */
#include <stdint.h>
#include <string.h>

#include "key/pin_share.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_secret *shares[EGOV__PIN_SHARES] = { NULL }, *pin = NULL;
	size_t count = 0;

	while (size > 0 && count < EGOV__PIN_SHARES) {
		const uint8_t *end = memchr(data, '\n', size);
		const size_t line = end == NULL ? size : (size_t)(end - data);

		shares[count] = egov__secret_new((struct egov_slice){ data, line });
		if (shares[count] == NULL)
			break;
		count++;
		data += line + (end != NULL);
		size -= line + (end != NULL);
	}
	if (egov__pin_join(shares, count, &pin, NULL) == EGOV_OK)
		egov__secret_free(pin);
	for (size_t i = 0; i < count; i++)
		egov__secret_free(shares[i]);
	return 0;
}
