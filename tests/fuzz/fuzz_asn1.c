/* SPDX-License-Identifier: Apache-2.0 */
/* The first octet chooses a type, and the rest is checked as that type; all of
 * it is checked as an object, for inputs that are one. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "asn1/asn1.h"
#include "asn1/oid.h"
#include "base/der.h"

static const char *const types[] = {
	"PKIX.CertificateCheck",
	"PKIX.CertificationRequestCheck",
	"PKIX.UnwrappedRequestCheck",
	"PKIX.TBSCertList",
	"PKIX.GeneralNames",
	"PKIX.NameConstraints",
	"PKIX.AuthorityKeyIdentifier",
	"PKIX.CertificatePolicies",
	"PKIX.PolicyMappings",
	"PKIX.PolicyConstraints",
	"PKIX.PrivateKeyUsagePeriod",
	"PKIX.InhibitAnyPolicy",
	"PKIX.CRLReason",
	"PKIX.InvalidityDate",
	"GM.IdentifyCode",
	"GM.TemporaryKey",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A refusal always says why. */
static void check(const char *type, struct egov_slice der)
{
	struct egov_error err = { 0 };

	if (egov__asn1_check(type, der, &err) != EGOV_OK && err.text[0] == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_buf text = EGOV__BUF(1u << 20);
	struct egov_slice der, oid = EGOV__NO_SLICE;

	if (size == 0)
		return 0;
	der = (struct egov_slice){ data + 1, size - 1 };
	check(types[data[0] % (sizeof(types) / sizeof(types[0]))], der);
	check("PKIX.CertificateCheck", (struct egov_slice){ data, size });
	check("PKIX.CertificationRequestCheck", (struct egov_slice){ data, size });
	egov__oid_print(der, &text);
	if (egov__der_oid(&der, "", &oid, NULL) == EGOV_OK) {
		struct egov_buf again = EGOV__BUF(1u << 20), dotted = EGOV__BUF(1u << 20);

		if (egov__der_oid_text(oid, &dotted, NULL) == EGOV_OK
		    && egov__der_oid_parse(egov__buf_string(&dotted), &again, NULL) == EGOV_OK
		    && !egov__slice_equal(egov_buf_slice(&again), oid))
			abort();
		egov__buf_clear(&again);
		egov__buf_clear(&dotted);
	}
	egov__buf_clear(&text);
	return 0;
}
