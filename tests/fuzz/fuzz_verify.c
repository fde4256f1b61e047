/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole verification.  The input is a list of parts: an octet that says what
 * the part is, its length in two octets, and its octets.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <egovca/verify.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	struct egov_verifier *verifier;
	struct egov_verify_options options;
	struct egov_slice certificate;
	struct egov_report *findings;
};

/* Bits of the octet "how": which questions are asked. */
static void ask(struct input *input, uint8_t how)
{
	static const char *const purposes[] = { NULL, "sign", "ca", "ocsp", "server", "client",
		                                "timestamp", NULL };

	input->options.purpose = purposes[how & 7];
	input->options.require_revocation = (how & 8) != 0;
	input->options.policy_oid = (how & 16) != 0 ? "1.2.156.112999.1.1" : NULL;
	if ((how & 32) != 0)
		input->options.id = (struct egov_slice){ (const uint8_t *)"", 0 };
}

static void take(struct input *input, uint8_t kind, struct egov_slice part)
{
	enum egov_status rc = EGOV_OK;

	switch (kind & 7) {
	case 0:
		rc = egov_verifier_add_trust(input->verifier, part, NULL);
		break;
	case 1:
		rc = egov_verifier_add_pool(input->verifier, part, NULL);
		break;
	case 2:
		rc = egov_verifier_add_crl(input->verifier, part, NULL);
		break;
	case 3:
		input->certificate = part;
		break;
	case 4:
		rc = egov_verifier_add_ocsp(input->verifier, part, NULL);
		break;
	case 5:
		if (part.size > 1)
			input->options.tolerate = (unsigned)part.data[0] << 8 | part.data[1];
		break;
	default:
		if (part.size > 0)
			ask(input, part.data[0]);
		break;
	}
	(void)rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { .verifier = egov_verifier_new(), .findings = egov_report_new(),
		               .options = { .at = 1795329231 } };
	struct egov_error err = { 0 };

	if (input.verifier == NULL || input.findings == NULL)
		abort();
	while (size >= 3) {
		const size_t wanted = (size_t)data[1] << 8 | data[2];
		const size_t part = wanted < size - 3 ? wanted : size - 3;

		take(&input, data[0], (struct egov_slice){ data + 3, part });
		data += 3 + part;
		size -= 3 + part;
	}
	if (egov_verify(input.verifier, input.certificate, &input.options, input.findings, &err)
	    != EGOV_OK && err.text[0] == 0)
		abort();
	egov_report_free(input.findings);
	egov_verifier_free(input.verifier);
	return 0;
}
