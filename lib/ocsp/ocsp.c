/* SPDX-License-Identifier: Apache-2.0 */
#include "ocsp/ocsp.h"

#include "base/der.h"
#include "cert/signed.h"
#include "x509/algid.h"

static const char clause[] = "RFC 6960, 4.2.1";

/* A GeneralizedTime. */
static enum egov_status read_time(struct egov_slice *in, const char *what, egov_time *out,
                                  struct egov_error *err)
{
	if (egov__der_peek(*in) != EGOV__GENERALIZED_TIME)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "%s: not a GeneralizedTime", what);
	return egov__der_time(in, what, out, NULL, err);
}

/* What stands in an EXPLICIT context tag; nothing where the tag is not next. */
static enum egov_status read_tagged(struct egov_slice *in, uint8_t number, const char *what,
                                    struct egov_slice *contents, struct egov_error *err)
{
	enum egov_status rc;

	*contents = EGOV__NO_SLICE;
	if (egov__der_peek(*in) != (EGOV__CONTEXT_CONS | number))
		return EGOV_OK;
	rc = egov__der_read(in, (uint8_t)(EGOV__CONTEXT_CONS | number), what, contents, err);
	if (rc == EGOV_OK && contents->size == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "%s: empty", what);
	return rc;
}

/* [1] EXPLICIT Extensions: of those a nonce alone is known, and answers no question here. */
static enum egov_status read_extensions(struct egov_slice *in, bool *unknown_critical,
                                        struct egov_error *err)
{
	static const uint8_t nonce[] = { 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2 };
	struct egov_slice tagged, exts = EGOV__NO_SLICE;
	struct egov__ext ext;
	enum egov_status rc = read_tagged(in, 1, "extensions", &tagged, err);

	if (rc != EGOV_OK || tagged.size == 0)
		return rc;
	rc = egov__der_only(tagged, EGOV__SEQUENCE, "extensions", &exts, err);
	if (rc == EGOV_OK)
		rc = egov__exts_check(exts, err);
	while (rc == EGOV_OK && exts.size > 0) {
		rc = egov__ext_next(&exts, &ext, err);
		if (rc == EGOV_OK && ext.critical && !egov__slice_equal(ext.oid, EGOV__SLICE(nonce)))
			*unknown_critical = true;
	}
	return rc;
}

/* --- one answer ------------------------------------------------------------------------ */

static enum egov_status read_cert_id(struct egov_slice *in, struct egov__ocsp_answer *a,
                                     struct egov_error *err)
{
	struct egov_slice id = EGOV__NO_SLICE, algorithm = EGOV__NO_SLICE, inner;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "certID", &id, err);

	if (rc == EGOV_OK)
		rc = egov__signed_algorithm(&id, "hashAlgorithm", &algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(algorithm, EGOV__SEQUENCE, "hashAlgorithm", &inner, err);
	if (rc == EGOV_OK)
		rc = egov__der_oid(&inner, "hashAlgorithm", &a->digest, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&id, EGOV__OCTET_STRING, "issuerNameHash", &a->name_hash, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&id, EGOV__OCTET_STRING, "issuerKeyHash", &a->key_hash, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&id, EGOV__INTEGER, "serialNumber", &a->serial, err);
	if (rc == EGOV_OK && a->serial.size == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "serialNumber: no octets");
	return rc != EGOV_OK ? rc : egov__der_end(id, "certID", err);
}

static enum egov_status read_revoked(struct egov_slice info, struct egov__ocsp_answer *a,
                                     struct egov_error *err)
{
	struct egov_slice tagged, reason = EGOV__NO_SLICE;
	enum egov_status rc = read_time(&info, "revocationTime", &a->revoked_at, err);

	if (rc == EGOV_OK)
		rc = read_tagged(&info, 0, "revocationReason", &tagged, err);
	if (rc == EGOV_OK && tagged.size > 0) {
		rc = egov__der_only(tagged, EGOV__ENUMERATED, "revocationReason", &reason, err);
		if (rc == EGOV_OK && reason.size != 1)
			rc = egov_error_set(err, EGOV_E_SYNTAX, clause,
			                    "revocationReason: not one octet");
		if (rc == EGOV_OK)
			a->reason = reason.data[0];
	}
	return rc != EGOV_OK ? rc : egov__der_end(info, "RevokedInfo", err);
}

static enum egov_status read_status(struct egov_slice *in, struct egov__ocsp_answer *a,
                                    struct egov_error *err)
{
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_any(in, &tlv, err);

	if (rc != EGOV_OK)
		return rc;
	a->reason = -1;
	a->revoked_at = EGOV_TIME_NONE;
	if (tlv.tag == (EGOV__CONTEXT_CONS | 1)) {
		a->status = EGOV__OCSP_REVOKED;
		return read_revoked(tlv.value, a, err);
	}
	a->status = tlv.tag == EGOV__CONTEXT ? EGOV__OCSP_GOOD : EGOV__OCSP_UNKNOWN;
	if ((tlv.tag == EGOV__CONTEXT || tlv.tag == (EGOV__CONTEXT | 2)) && tlv.value.size == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, clause,
	                      "certStatus: neither good nor revoked nor unknown");
}

enum egov_status egov__ocsp_next(struct egov_slice *answers, struct egov__ocsp_answer *answer,
                                 struct egov_error *err)
{
	struct egov__ocsp_answer a = { .next_update = EGOV_TIME_NONE };
	struct egov_slice in = EGOV__NO_SLICE, tagged;
	enum egov_status rc = egov__der_read(answers, EGOV__SEQUENCE, "SingleResponse", &in, err);

	if (rc == EGOV_OK)
		rc = read_cert_id(&in, &a, err);
	if (rc == EGOV_OK)
		rc = read_status(&in, &a, err);
	if (rc == EGOV_OK)
		rc = read_time(&in, "thisUpdate", &a.this_update, err);
	if (rc == EGOV_OK)
		rc = read_tagged(&in, 0, "nextUpdate", &tagged, err);
	if (rc == EGOV_OK && tagged.size > 0) {
		rc = read_time(&tagged, "nextUpdate", &a.next_update, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(tagged, "nextUpdate", err);
	}
	if (rc == EGOV_OK)
		rc = read_extensions(&in, &a.unknown_critical, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "SingleResponse", err);
	if (rc == EGOV_OK)
		*answer = a;
	return rc;
}

/* --- the response ------------------------------------------------------------------------ */

static enum egov_status read_version(struct egov_slice *in, struct egov_error *err)
{
	struct egov_slice tagged;
	enum egov_status rc = read_tagged(in, 0, "version", &tagged, err);

	if (rc != EGOV_OK || tagged.size == 0)
		return rc;
	return egov_error_set(err, EGOV_E_SYNTAX, clause, "version: written out, though 1 alone exists");
}

static enum egov_status read_responder(struct egov_slice *in, struct egov__ocsp_fields *f,
                                       struct egov_error *err)
{
	struct egov_slice tagged;
	enum egov_status rc = read_tagged(in, 1, "responderID", &tagged, err);

	if (rc == EGOV_OK && tagged.size > 0) {
		rc = egov__signed_name(&tagged, "responderID", &f->responder_name, err);
		return rc != EGOV_OK ? rc : egov__der_end(tagged, "responderID", err);
	}
	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__CONTEXT_CONS | 2, "responderID", &tagged, err);
	return rc != EGOV_OK ? rc : egov__der_only(tagged, EGOV__OCTET_STRING, "responderID",
	                                           &f->responder_key, err);
}

/* Every answer once, so that those who look for one meet no surprise. */
static enum egov_status read_answers(struct egov_slice *in, struct egov__ocsp_fields *f,
                                     struct egov_error *err)
{
	struct egov__ocsp_answer answer;
	struct egov_slice rest;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "responses", &f->answers, err);

	for (rest = f->answers; rc == EGOV_OK && rest.size > 0;)
		rc = egov__ocsp_next(&rest, &answer, err);
	return rc;
}

static enum egov_status read_data(struct egov__ocsp_fields *f, struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(f->tbs, EGOV__SEQUENCE, "ResponseData", &in, err);

	if (rc == EGOV_OK)
		rc = read_version(&in, err);
	if (rc == EGOV_OK)
		rc = read_responder(&in, f, err);
	if (rc == EGOV_OK)
		rc = read_time(&in, "producedAt", &f->produced_at, err);
	if (rc == EGOV_OK)
		rc = read_answers(&in, f, err);
	if (rc == EGOV_OK)
		rc = read_extensions(&in, &f->unknown_critical, err);
	return rc != EGOV_OK ? rc : egov__der_end(in, "ResponseData", err);
}

static enum egov_status read_certificates(struct egov_slice *in, struct egov__ocsp_fields *f,
                                          struct egov_error *err)
{
	struct egov_slice tagged, certs = EGOV__NO_SLICE, rest;
	struct egov__tlv one;
	enum egov_status rc = read_tagged(in, 0, "certs", &tagged, err);

	if (rc == EGOV_OK && tagged.size > 0)
		rc = egov__der_only(tagged, EGOV__SEQUENCE, "certs", &certs, err);
	for (rest = certs; rc == EGOV_OK && rest.size > 0;)
		rc = egov__der_any(&rest, &one, err);
	if (rc == EGOV_OK)
		f->certificates = certs;
	return rc;
}

static enum egov_status read_basic(struct egov_slice der, struct egov__ocsp_fields *f,
                                   struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "BasicOCSPResponse", &in, err);

	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "ResponseData", &f->tbs, err);
	if (rc == EGOV_OK)
		rc = egov__signed_algorithm(&in, "signatureAlgorithm", &f->algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__algid_signature(f->algorithm, &f->signature_algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__der_bit_octets(&in, "signature", &f->signature, err);
	if (rc == EGOV_OK)
		rc = read_certificates(&in, f, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "BasicOCSPResponse", err);
	return rc != EGOV_OK ? rc : read_data(f, err);
}

/* The octets of the basic response. */
static enum egov_status open_response(struct egov_slice der, struct egov_slice *basic,
                                      struct egov_error *err)
{
	static const uint8_t id_basic[] = { 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1 };
	struct egov_slice in = EGOV__NO_SLICE, status = EGOV__NO_SLICE, bytes, oid;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "OCSPResponse", &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__ENUMERATED, "responseStatus", &status, err);
	if (rc == EGOV_OK && (status.size != 1 || status.data[0] != 0))
		rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 6960, 4.2.2.3",
		                    "responseStatus says that there is no answer");
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__CONTEXT_CONS, "responseBytes", &bytes, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "OCSPResponse", err);
	if (rc == EGOV_OK)
		rc = egov__der_only(bytes, EGOV__SEQUENCE, "responseBytes", &in, err);
	if (rc == EGOV_OK)
		rc = egov__der_oid(&in, "responseType", &oid, err);
	if (rc == EGOV_OK && !egov__slice_equal(oid, EGOV__SLICE(id_basic)))
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause, "responseType: not a basic response");
	return rc != EGOV_OK ? rc : egov__der_only(in, EGOV__OCTET_STRING, "response", basic, err);
}

enum egov_status egov__ocsp_decode(struct egov_slice der, struct egov__ocsp_fields *out,
                                   struct egov_error *err)
{
	struct egov__ocsp_fields f = { .signature_algorithm = EGOV__OID_UNKNOWN };
	struct egov_slice basic;
	enum egov_status rc = egov__der_check(der, err);

	if (rc == EGOV_OK)
		rc = open_response(der, &basic, err);
	if (rc == EGOV_OK)
		rc = read_basic(basic, &f, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "OCSP response");
	*out = f;
	return EGOV_OK;
}
