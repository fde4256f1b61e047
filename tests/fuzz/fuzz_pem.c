/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, PEM blocks and files of objects. */
#include <stdint.h>
#include <stdlib.h>

#include "base/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* What was decoded comes back from its own text. */
static enum egov_status again(void *user, struct egov_slice der, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(4u << 20), back = EGOV__BUF(4u << 20);
	struct egov_slice in;
	bool found = false;

	*(size_t *)user += 1;
	egov__pem_encode(&text, "X", der);
	in = egov_buf_slice(&text);
	must(egov__pem_is(in));
	must(egov__pem_next(&in, "X", &found, &back, err) == EGOV_OK && found);
	must(egov__slice_equal(egov_buf_slice(&back), der));
	must(egov__pem_next(&in, NULL, &found, &back, err) == EGOV_OK && !found);
	egov__buf_clear(&text);
	egov__buf_clear(&back);
	return EGOV_OK;
}

/* One text for each sequence of octets: what decodes is what encoding gives. */
static void decode(struct egov_slice in)
{
	struct egov_buf bytes = EGOV__BUF(4u << 20), text = EGOV__BUF(8u << 20);
	struct egov_buf plain = EGOV__BUF(4u << 20);

	if (egov__base64_decode(in, &bytes, NULL) == EGOV_OK) {
		egov__base64_encode(&text, egov_buf_slice(&bytes), 0);
		for (size_t i = 0; i < in.size; i++)
			if (in.data[i] > ' ')
				egov__buf_byte(&plain, in.data[i]);
		must(egov__slice_equal(egov_buf_slice(&plain), egov_buf_slice(&text)));
	}
	egov__buf_clear(&bytes);
	egov__buf_clear(&text);
	egov__buf_clear(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice in = { data, size };
	struct egov_buf der = EGOV__BUF(size + 1);
	struct egov_slice rest = in;
	struct egov_error err = { 0 };
	bool found = true;
	size_t objects = 0;

	decode(in);
	if (egov__objects(in, "CERTIFICATE", again, &objects, &err) == EGOV_OK)
		must(objects > 0 && err.status == EGOV_OK);
	else
		must(err.status == EGOV_E_SYNTAX);
	while (found && egov__pem_next(&rest, NULL, &found, &der, NULL) == EGOV_OK)
		must(rest.size <= size && (rest.size == 0 || rest.data + rest.size == data + size));
	egov__buf_clear(&der);
	return 0;
}
