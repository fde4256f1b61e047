/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/signed.h"
#include "lint/lint_impl.h"

/* The parts of an OCSP response (RFC 6960, 4.2.1), found and not judged. */

static bool take(struct egov_slice *in, uint8_t tag, struct egov_slice *value)
{
	return egov__der_peek(*in) == tag && egov__der_read(in, tag, "", value, NULL) == EGOV_OK;
}

static struct egov__lint_time time_of(const char *name, struct egov_slice in)
{
	struct egov__lint_time time = { .name = name, .at = EGOV_TIME_NONE };
	struct egov_slice again = in;
	struct egov__tlv tlv = { 0 };

	if (egov__der_any(&in, &tlv, NULL) == EGOV_OK) {
		time.tag = tlv.tag;
		time.value = tlv.value;
	}
	if (tlv.tag != EGOV__GENERALIZED_TIME
	    || egov__der_time(&again, name, &time.at, NULL, NULL) != EGOV_OK)
		time.at = EGOV_TIME_NONE;
	return time;
}

/* CertStatus: [0] good, [1] revoked with its time and reason, [2] unknown. */
static bool read_status(struct egov_slice *in, struct egov__lint_answer *a)
{
	struct egov_slice reason = EGOV__NO_SLICE, value = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };
	struct egov_slice info;

	if (egov__der_any(in, &tlv, NULL) != EGOV_OK || (tlv.tag & 0xc0) != EGOV__CONTEXT
	    || (tlv.tag & 0x1f) > 2)
		return false;
	a->status = tlv.tag & 0x1f;
	a->reason = -1;
	if (a->status != 1)
		return true;
	info = tlv.value;
	a->revoked = time_of("revocationTime", info);
	if (egov__der_any(&info, &tlv, NULL) != EGOV_OK)
		return false;
	if (take(&info, EGOV__CONTEXT_CONS | 0, &reason)
	    && egov__der_only(reason, EGOV__ENUMERATED, "", &value, NULL) == EGOV_OK)
		a->reason = value.size == 1 ? value.data[0] : INT16_MAX;
	return info.size == 0;
}

bool egov__lint_next_answer(struct egov_slice *answers, struct egov__lint_answer *a)
{
	struct egov_slice in = EGOV__NO_SLICE, next = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };

	*a = (struct egov__lint_answer){ .status = 0 };
	if (!take(answers, EGOV__SEQUENCE, &in) || !take(&in, EGOV__SEQUENCE, &a->cert_id)
	    || !read_status(&in, a))
		return false;
	a->this_update = time_of("thisUpdate", in);
	if (egov__der_any(&in, &tlv, NULL) != EGOV_OK)
		return false;
	if (take(&in, EGOV__CONTEXT_CONS | 0, &next))
		a->next_update = time_of("nextUpdate", next);
	(void)take(&in, EGOV__CONTEXT_CONS | 1, &a->extensions);
	return in.size == 0;
}

/* ResponseData */
static enum egov_status read_data(struct egov__lint_subject *s, struct egov_slice in,
                                  struct egov_error *err)
{
	struct egov__lint_ocsp *const o = &s->ocsp;
	struct egov_slice version = EGOV__NO_SLICE, value = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };
	enum egov_status rc;

	o->version_written = take(&in, EGOV__CONTEXT_CONS | 0, &version);
	rc = egov__der_any(&in, &tlv, err);
	o->responder = tlv.whole;
	if (rc == EGOV_OK)
		o->produced = time_of("producedAt", in);
	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &tlv, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "responses", &o->answers, err);
	if (rc == EGOV_OK && take(&in, EGOV__CONTEXT_CONS | 1, &value))
		rc = egov__der_only(value, EGOV__SEQUENCE, "responseExtensions", &s->extensions, err);
	if (rc == EGOV_OK)
		egov__lint_index(s);
	return rc != EGOV_OK ? rc : egov__der_end(in, "tbsResponseData", err);
}

/* BasicOCSPResponse */
static enum egov_status read_basic(struct egov__lint_subject *s, struct egov_slice der,
                                   struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, data = EGOV__NO_SLICE, bits = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "BasicOCSPResponse", &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SEQUENCE, "tbsResponseData", &data, err);
	if (rc == EGOV_OK)
		rc = read_data(s, data, err);
	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "signatureAlgorithm", &s->outer, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__BIT_STRING, "signature", &bits, err);
	if (rc != EGOV_OK)
		return rc;
	s->signature = bits;
	s->algorithm = s->outer;
	(void)take(&in, EGOV__CONTEXT_CONS | 0, &s->ocsp.certificates);
	return egov__der_end(in, "BasicOCSPResponse", err);
}

/* SEQUENCE { responseStatus, responseBytes [0] OPTIONAL } */
enum egov_status egov__lint_read_ocsp(struct egov__lint_subject *s, struct egov_slice in,
                                      struct egov_error *err)
{
	struct egov__lint_ocsp *const o = &s->ocsp;
	struct egov_slice value = EGOV__NO_SLICE, bytes = EGOV__NO_SLICE, body = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(&in, EGOV__ENUMERATED, "responseStatus", &value, err);

	if (rc != EGOV_OK)
		return rc;
	o->status = value.size == 1 ? value.data[0] : UINT8_MAX;
	o->has_bytes = take(&in, EGOV__CONTEXT_CONS | 0, &value);
	rc = egov__der_end(in, "OCSPResponse", err);
	if (rc != EGOV_OK || !o->has_bytes)
		return rc;
	rc = egov__der_only(value, EGOV__SEQUENCE, "responseBytes", &bytes, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&bytes, EGOV__OID, "responseType", &o->type, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(bytes, EGOV__OCTET_STRING, "response", &body, err);
	return rc != EGOV_OK ? rc : read_basic(s, body, err);
}
