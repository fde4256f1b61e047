/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same bytes as everything that a relying party takes: anchor, intermediate, list,
 * answer, certificate, signature over a document.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <egovca/crl.h>
#include <egovca/verify.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A verdict that is no yes has a reason, strict or not. */
static void judge(struct egov_verifier *verifier, struct egov_slice bytes, unsigned tolerate)
{
	const struct egov_verify_options options = { .at = 1795329231, .require_revocation = 1,
		                                     .tolerate = tolerate };
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };

	if (findings == NULL)
		abort();
	if (egov_verify(verifier, bytes, &options, findings, &err) != EGOV_OK && err.text[0] == 0)
		abort();
	err = (struct egov_error){ 0 };
	if (egov_verify_signature(verifier, bytes, (struct egov_slice){ NULL, 0 }, &options, findings,
	                          &err) != EGOV_OK && err.text[0] == 0)
		abort();
	egov_report_free(findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice bytes = { data, size };
	struct egov_verifier *verifier = egov_verifier_new();
	enum egov_status rc[2];

	if (verifier == NULL)
		abort();
	rc[0] = egov_verifier_add_trust(verifier, bytes, NULL);
	rc[1] = egov_verifier_add_pool(verifier, bytes, NULL);
	(void)!egov_verifier_add_crl(verifier, bytes, NULL);
	(void)!egov_verifier_add_ocsp(verifier, bytes, NULL);
	if (rc[0] != rc[1])             /* the same reader */
		abort();
	judge(verifier, bytes, 0);
	judge(verifier, bytes, ~0u);
	egov_verifier_free(verifier);
	return 0;
}
