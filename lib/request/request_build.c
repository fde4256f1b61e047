/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include "asn1/asn1.h"
#include "crypto/sm2.h"
#include "x509/tbs_build.h"

enum egov_status egov__request_build(struct egov_slice subject, struct egov_slice spki,
                                     enum egov__sigalg_params params, struct egov_tbs **out,
                                     struct egov_error *err)
{
	static const uint8_t zero[] = { 0 }, empty[] = { 0x30, 0x00 };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice point = EGOV__NO_SLICE;
	struct egov__asn1 *info = NULL;
	enum egov_status rc;

	if (egov__slice_equal(subject, EGOV__SLICE(empty)))
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.6",
		                      "subject: the name of a CA is not empty");
	rc = egov__request_subject_check(subject, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(spki, &point, err);
	if (rc == EGOV_OK)
		rc = egov__asn1_new("PKIX.CertificationRequestInfo", &info, err);
	if (rc == EGOV_OK)
		rc = egov__asn1_write(info, "version", EGOV__SLICE(zero), err);
	if (rc == EGOV_OK)
		rc = egov__asn1_write(info, "subject", subject, err);
	if (rc == EGOV_OK)
		rc = egov__asn1_write(info, "subjectPublicKeyInfo", spki, err);
	if (rc == EGOV_OK)
		rc = egov__asn1_encode(info, &der, err);
	if (rc == EGOV_OK)
		rc = egov__tbs_new(EGOV_OBJECT_REQUEST, &der, params, out, err);
	egov__asn1_free(info);
	egov__buf_clear(&der);
	return rc;
}
