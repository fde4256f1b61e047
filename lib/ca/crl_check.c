/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include "base/report.h"
#include "crl/crl.h"
#include "crypto/sm2.h"
#include "verify/verify.h"

static const char gmt0015[] = "GM/T 0015, 5.3";

static enum egov_status check_form(const struct egov_crl *crl, struct egov_error *err)
{
	const struct egov__crl_fields *f = egov__crl_fields(crl);
	struct egov__ext ext;

	if (f->version != 2)
		return egov_error_set(err, EGOV_E_UNTRUSTED, gmt0015, "version %u, want 2",
		                      f->version);
	if (!egov__slice_equal(f->inner_algorithm, f->outer_algorithm))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.1.2",
		                      "the two signature algorithms differ");
	if (f->next_update == EGOV_TIME_NONE)
		return egov_error_set(err, EGOV_E_UNTRUSTED, gmt0015, "nextUpdate is missing");
	if (f->this_wrong_type || f->next_wrong_type)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.4",
		                      "GeneralizedTime for a year before 2050");
	if (f->has_empty_list)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.6",
		                      "revokedCertificates is present and empty");
	if (!egov__crl_ext(crl, EGOV__OID_AKI, &ext) || !egov__crl_ext(crl, EGOV__OID_CRL_NUMBER, &ext))
		return egov_error_set(err, EGOV_E_UNTRUSTED, gmt0015,
		                      "authorityKeyIdentifier or cRLNumber is missing");
	return EGOV_OK;
}

static enum egov_status check_age(const struct egov_crl *crl, egov_time at, struct egov_error *err)
{
	char when[EGOV_TIME_TEXT];

	if (egov_crl_this_update(crl) > at) {
		egov_time_format(egov_crl_this_update(crl), when);
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.4",
		                      "thisUpdate %s lies in the future", when);
	}
	if (egov_crl_next_update(crl) <= at) {
		egov_time_format(egov_crl_next_update(crl), when);
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.1.2.5",
		                      "stale: the next list was due at %s", when);
	}
	return EGOV_OK;
}

static enum egov_status check_issuer(const struct egov_crl *crl, struct egov_slice issuer,
                                     struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(issuer, &cert, err);

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "issuer");
	if (!egov__slice_equal(egov_cert_subject(cert), egov_crl_issuer(crl)))
		rc = egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0043, 6.3.1",
		                    "issuer is not the certificate's subject byte for byte");
	else
		rc = egov__verify_crl_signature(crl, cert, egov__slice_text(EGOV__SM2_DEFAULT_ID), err);
	egov_cert_free(cert);
	return rc;
}

enum egov_status egov_crl_check(struct egov_slice bytes, struct egov_slice issuer, egov_time at,
                                struct egov_report *report, struct egov_error *err)
{
	struct egov_crl *crl = NULL;
	enum egov_status rc = egov_crl_decode(bytes, &crl, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_form(crl, err);
	if (rc == EGOV_OK)
		rc = check_age(crl, at, err);
	if (rc == EGOV_OK && issuer.size > 0)
		rc = check_issuer(crl, issuer, err);
	if (rc == EGOV_OK)
		rc = egov_crl_report(crl, 0, report, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "signature", "%s", issuer.size > 0 ? "verified" : "not checked");
		egov__report_add(report, "verdict", "%s", "good");
		rc = egov__report_check(report, err);
	}
	egov_crl_free(crl);
	return rc;
}
