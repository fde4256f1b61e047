/* SPDX-License-Identifier: Apache-2.0 */
/* A request from outside; what is accepted can be shown and read again, and libtasn1 takes it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <egovca/request.h>

#include "asn1/asn1.h"
#include "request/attributes.h"
#include "request/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const struct egov_request *request)
{
	struct egov_report *report = egov_report_new();

	if (report != NULL && egov_request_report(request, report, NULL) != EGOV_OK)
		abort();
	egov_report_free(report);
}

/* Before the signature, which a fuzzer does not forge. */
static void check_form(struct egov_slice bytes)
{
	struct egov_request *request = NULL;

	if (egov__request_read(bytes, &request, NULL) == EGOV_OK
	    && egov__asn1_check(egov__request_is_unwrapped(request) ? "PKIX.UnwrappedRequestCheck"
	                                                           : "PKIX.CertificationRequestCheck",
	                        egov_request_der(request), NULL) == EGOV_E_SYNTAX)
		abort();
	egov_request_free(request);
}

/* Past the signature, which a fuzzer does not forge. */
static void attributes(struct egov_slice bytes)
{
	struct egov_report *report = egov_report_new();
	bool unwrapped = false;

	if (report != NULL
	    && egov__request_attributes_check(bytes, &unwrapped, NULL) == EGOV_OK)
		egov__request_attributes_report(bytes, report);
	egov_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct egov_slice bytes = { data, size };
	struct egov_request *request = NULL;
	struct egov_error err = { 0 };

	if (egov_request_decode(bytes, EGOV__NO_SLICE, &request, &err) == EGOV_OK)
		show(request);
	else if (err.text[0] == 0)
		abort();
	egov_request_free(request);
	check_form(bytes);
	attributes(bytes);
	return 0;
}
