/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/serial.h"

#include <string.h>

#include "base/text.h"

enum egov_status egov__serial_parse(const char *text, struct egov_buf *out, struct egov_error *err)
{
	size_t drop = 0;
	enum egov_status rc = egov__hex_parse(text, "serial", out, err);

	/* What is no number names no certificate: wrong use. */
	if (rc == EGOV_E_SYNTAX) {
		rc = EGOV_E_USAGE;
		if (err != NULL)
			err->status = rc;
	}
	if (rc != EGOV_OK)
		return rc;
	while (drop + 1 < out->size && out->data[drop] == 0 && out->data[drop + 1] < 0x80)
		drop++;
	memmove(out->data, out->data + drop, out->size - drop);
	out->size -= drop;
	return EGOV_OK;
}
