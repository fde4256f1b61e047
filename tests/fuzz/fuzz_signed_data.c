/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures over documents: what they hold, and BER made DER, which is made so once. */
#include <stdlib.h>

#include <egovca/verify.h>

#include "base/der.h"
#include "cms/ber.h"
#include "verify/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_der(struct egov_slice bytes)
{
	struct egov_buf der = EGOV__BUF(2 * bytes.size + 16), again = EGOV__BUF(2 * bytes.size + 16);

	if (egov__ber_to_der(bytes, &der, NULL) == EGOV_OK
	    && (egov__ber_to_der(egov_buf_slice(&der), &again, NULL) != EGOV_OK
	        || !egov__slice_equal(egov_buf_slice(&der), egov_buf_slice(&again))))
		abort();
	egov__buf_clear(&der);
	egov__buf_clear(&again);
}

/* The first octets are the document, where they are not one themselves. */
static void judge(struct egov_slice signature, struct egov_slice content)
{
	const struct egov_verify_options options = { .at = 1795329231 };
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };

	if (verifier == NULL || findings == NULL)
		abort();
	/* Nothing is trusted: no signature is. */
	if (egov_verify_signature(verifier, signature, content, &options, findings, &err) == EGOV_OK
	    || err.text[0] == 0)
		abort();
	egov_report_free(findings);
	egov_verifier_free(verifier);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice bytes = { data, size };

	make_der(bytes);
	judge(bytes, EGOV__NO_SLICE);
	judge(bytes, (struct egov_slice){ data, size < 8 ? size : 8 });
	return 0;
}
