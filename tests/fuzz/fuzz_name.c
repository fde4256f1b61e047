/* SPDX-License-Identifier: Apache-2.0 */
/* A Name from outside, and the same octets as text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "asn1/asn1.h"
#include "base/text.h"
#include "x509/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is shown is text, and what a checked name shows tells of no control. */
static void read_der(struct egov_slice der)
{
	struct egov_buf text = EGOV__BUF(1u << 20), value = EGOV__BUF(1u << 20);
	bool found = false;

	egov__name_print(der, &text);
	if (!text.failed
	    && (!egov__utf8_check(egov_buf_slice(&text), NULL)
	        || egov__utf8_has_control(egov_buf_slice(&text))))
		abort();
	if (egov__name_get(der, EGOV__OID_COMMON_NAME, &value, &found, NULL) == EGOV_OK
	    && !egov__utf8_check(egov_buf_slice(&value), NULL))
		abort();
	if (der.size <= EGOV__MAX_OBJECT && egov__name_check(der, NULL) == EGOV_OK
	    && egov__asn1_check("PKIX.Name", der, NULL) == EGOV_E_SYNTAX)
		abort();
	egov__buf_clear(&text);
	egov__buf_clear(&value);
}

/* A name that was parsed can be written, read, shown and parsed to the same. */
static void read_text(const char *text)
{
	struct egov_buf der = EGOV__BUF(1u << 20), shown = EGOV__BUF(1u << 20);
	struct egov_buf again = EGOV__BUF(1u << 20);
	struct egov__name *name = NULL, *second = NULL;

	if (egov__name_parse(text, &name, NULL) == EGOV_OK) {
		if (egov__name_encode(name, &der, NULL) != EGOV_OK
		    || egov__name_check(egov_buf_slice(&der), NULL) != EGOV_OK)
			abort();
		egov__name_print(egov_buf_slice(&der), &shown);
		if (egov__name_parse(egov__buf_string(&shown), &second, NULL) != EGOV_OK
		    || egov__name_encode(second, &again, NULL) != EGOV_OK
		    || !egov__slice_equal(egov_buf_slice(&der), egov_buf_slice(&again)))
			abort();
	}
	egov__name_free(name);
	egov__name_free(second);
	egov__buf_clear(&der);
	egov__buf_clear(&shown);
	egov__buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice bytes = { data, size };
	char *text = egov__slice_copy(bytes);

	read_der(bytes);
	if (text != NULL)
		read_text(text);
	free(text);
	return 0;
}
