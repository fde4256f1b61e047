/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include "base/der.h"
#include "crypto/sm2.h"
#include "x509/tbs_build.h"

/* CertificationRequestInfo (RFC 2986, 4.1), version 0, without attributes. */
enum egov_status egov__request_build(struct egov_slice subject, struct egov_slice spki,
                                     enum egov__sigalg_params params, struct egov_tbs **out,
                                     struct egov_error *err)
{
	static const uint8_t empty[] = { 0x30, 0x00 };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice point = EGOV__NO_SLICE;
	size_t info;
	enum egov_status rc;

	if (egov__slice_equal(subject, EGOV__SLICE(empty)))
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.6",
		                      "subject: the name of a CA is not empty");
	rc = egov__request_subject_check(subject, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_spki_point(spki, &point, err);
	if (rc != EGOV_OK)
		return rc;
	info = egov__der_open(&der, EGOV__SEQUENCE);
	egov__der_put_uint(&der, 0);
	egov__buf_slice(&der, subject);
	egov__buf_slice(&der, spki);
	egov__der_put(&der, EGOV__CONTEXT_CONS, EGOV__NO_SLICE);
	egov__der_close(&der, info);
	rc = egov__buf_check(&der, err);
	if (rc == EGOV_OK)
		rc = egov__tbs_new(EGOV_OBJECT_REQUEST, &der, params, out, err);
	egov__buf_clear(&der);
	return rc;
}
