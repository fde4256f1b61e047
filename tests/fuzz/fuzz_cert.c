/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates: what we accept is accepted by libtasn1 and can be printed, and OpenSSL
 * reads the same in it where it accepts it too. */
#include <stdlib.h>

#include "asn1/asn1.h"
#include "base/report.h"
#include "cert/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct egov_cert *cert)
{
	struct egov__witness *witness = NULL;

	if (egov__witness_certificate(egov_cert_der(cert), &witness, NULL) == EGOV_OK
	    && egov__cert_agree(egov__cert_fields(cert), witness, NULL) != EGOV_OK)
		abort();
	egov__witness_free(witness);
}

static void check_form(const struct egov_cert *cert)
{
	if (egov__asn1_check("PKIX.CertificateCheck", egov_cert_der(cert), NULL) == EGOV_E_SYNTAX)
		abort();
}

static void print(const struct egov_cert *cert)
{
	struct egov_report *report = egov_report_new();

	if (report == NULL || egov_cert_report(cert, report, NULL) != EGOV_OK)
		abort();
	egov_report_free(report);
}

/* The TBS of what was accepted is accepted alone, with the same fields. */
static void read_tbs(const struct egov_cert *cert)
{
	const struct egov__cert_fields *f = egov__cert_fields(cert);
	struct egov__cert_fields tbs;

	if (egov__cert_tbs_decode(f->tbs, &tbs, NULL) != EGOV_OK
	    || !egov__slice_equal(tbs.serial, f->serial)
	    || !egov__slice_equal(tbs.extensions, f->extensions))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_cert *cert = NULL;

	if (egov_cert_decode((struct egov_slice){ data, size }, &cert, NULL) != EGOV_OK)
		return 0;
	check_form(cert);
	compare(cert);
	print(cert);
	read_tbs(cert);
	egov_cert_free(cert);
	return 0;
}
