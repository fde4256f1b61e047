/* SPDX-License-Identifier: Apache-2.0 */
/* A key's URI from a command line or a configuration. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "key/key_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = egov__slice_copy((struct egov_slice){ data, size });
	struct egov_error err = { .status = EGOV_OK };
	struct egov__key_uri *uri = NULL;

	if (text == NULL)
		return 0;
	if (egov__key_uri_parse(text, &uri, &err) == EGOV_OK) {
		const int kinds = (uri->file != NULL) + (uri->p11 != NULL)
		                  + (uri->sdf_library != NULL);

		/* A PIN never comes through, and no scheme takes another's parts. */
		if (uri->p11 != NULL && p11_kit_uri_get_pin_value(uri->p11) != NULL)
			abort();
		if (kinds != 1)
			abort();
		if (uri->p11 != NULL && egov__key_uri_label(uri).size > size)
			abort();
	} else if (err.status == EGOV_OK || err.text[0] == 0) {
		abort();
	}
	egov__key_uri_free(uri);
	free(text);
	return 0;
}
