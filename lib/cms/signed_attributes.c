/* SPDX-License-Identifier: Apache-2.0 */
#include "cms/signed_data.h"

#include <string.h>

#include "base/der.h"

static const char clause[] = "RFC 5652, 5.3 and 11";

/* ESSCertIDv2 of the first certificate (RFC 5035, 3); the digest is SHA-256 unless said. */
static enum egov_status read_certificate(struct egov_slice value,
                                         struct egov__signed_attributes *out,
                                         struct egov_error *err)
{
	static const char what[] = "signingCertificateV2";
	struct egov_slice certs, list, fields, algorithm, oid;
	enum egov_status rc = egov__der_only(value, EGOV__SEQUENCE, what, &certs, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&certs, EGOV__SEQUENCE, what, &list, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&list, EGOV__SEQUENCE, what, &fields, err);
	out->certificate_digest = EGOV__OID_SHA256;
	if (rc == EGOV_OK && egov__der_peek(fields) == EGOV__SEQUENCE) {
		rc = egov__der_read(&fields, EGOV__SEQUENCE, what, &algorithm, err);
		if (rc == EGOV_OK)
			rc = egov__der_oid(&algorithm, what, &oid, err);
		if (rc == EGOV_OK)
			out->certificate_digest = egov__oid_find(oid);
	}
	return rc == EGOV_OK ? egov__der_read(&fields, EGOV__OCTET_STRING, what,
	                                      &out->certificate_hash, err) : rc;
}

static enum egov_status read_value(enum egov__oid type, struct egov_slice value,
                                   struct egov__signed_attributes *out, struct egov_error *err)
{
	enum egov_status rc;

	switch (type) {
	case EGOV__OID_CONTENT_TYPE:
		rc = egov__der_oid(&value, "contentType", &out->content_type, err);
		break;
	case EGOV__OID_MESSAGE_DIGEST:
		rc = egov__der_read(&value, EGOV__OCTET_STRING, "messageDigest", &out->digest, err);
		break;
	case EGOV__OID_SIGNING_TIME:
		rc = egov__der_time(&value, "signingTime", &out->signing_time, NULL, err);
		break;
	case EGOV__OID_SIGNING_CERTIFICATE_V2:
		return read_certificate(value, out, err);
	default:
		return EGOV_OK;
	}
	return rc == EGOV_OK ? egov__der_end(value, "value of a signed attribute", err) : rc;
}

/* Which bit stands for an attribute that was seen; 0: any number may be. */
static unsigned bit_of(enum egov__oid type)
{
	switch (type) {
	case EGOV__OID_CONTENT_TYPE:
		return 1;
	case EGOV__OID_MESSAGE_DIGEST:
		return 2;
	case EGOV__OID_SIGNING_TIME:
		return 4;
	case EGOV__OID_SIGNING_CERTIFICATE_V2:
		return 8;
	default:
		return 0;
	}
}

static enum egov_status read_attribute(struct egov_slice *in, unsigned *seen,
                                       struct egov__signed_attributes *out,
                                       struct egov_error *err)
{
	struct egov_slice fields, oid, values;
	struct egov__tlv value;
	enum egov__oid type;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "signed attribute", &fields, err);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&fields, "signed attribute", &oid, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(fields, EGOV__SET, "values of a signed attribute", &values, err);
	if (rc != EGOV_OK)
		return rc;
	type = egov__oid_find(oid);
	if (bit_of(type) == 0)
		return egov__der_check(values, err);
	rc = egov__der_any(&values, &value, err);
	if (rc != EGOV_OK)
		return rc;
	if (values.size > 0 || (*seen & bit_of(type)) != 0)
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "signed attribute %s: more than one value",
		                      egov__oid_get(type)->name);
	*seen |= bit_of(type);
	return read_value(type, value.whole, out, err);
}

enum egov_status egov__signed_attributes_read(struct egov_slice attributes,
                                              struct egov__signed_attributes *out,
                                              struct egov_error *err)
{
	struct egov__signed_attributes found = { .signing_time = EGOV_TIME_NONE };
	unsigned seen = 0;
	size_t count = 0;
	enum egov_status rc = EGOV_OK;

	for (; rc == EGOV_OK && attributes.size > 0; count++) {
		rc = read_attribute(&attributes, &seen, &found, err);
		if (rc == EGOV_OK && count == EGOV__ATTRIBUTES_MAX)
			rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d signed attributes",
			                    EGOV__ATTRIBUTES_MAX);
	}
	if (rc == EGOV_OK)
		*out = found;
	return rc;
}

/* X.690, 11.6: as octet strings, the shorter one padded with zeros. */
static bool is_before(struct egov_slice a, struct egov_slice b)
{
	const size_t common = a.size < b.size ? a.size : b.size;
	const int order = memcmp(a.data, b.data, common);

	return order < 0 || (order == 0 && a.size < b.size);
}

/* The least element after last, in the order of DER, equal ones by their place: so
 * that a list of any length needs no room of its own. */
static bool next_in_order(struct egov_slice attributes, const struct egov__tlv *last,
                          struct egov__tlv *next)
{
	struct egov__tlv tlv;
	bool found = false;

	while (attributes.size > 0 && egov__der_any(&attributes, &tlv, NULL) == EGOV_OK) {
		const bool after = last->whole.size == 0 || is_before(last->whole, tlv.whole)
		                   || (egov__slice_equal(last->whole, tlv.whole)
		                       && tlv.whole.data > last->whole.data);

		if (after && (!found || is_before(tlv.whole, next->whole))) {
			*next = tlv;
			found = true;
		}
	}
	return found;
}

void egov__signed_attributes_encode(struct egov_slice attributes, bool as_they_stand,
                                    struct egov_buf *out)
{
	struct egov__tlv last = { 0 }, next;

	if (as_they_stand) {
		egov__der_put(out, EGOV__SET, attributes);
		return;
	}
	egov__der_header(out, EGOV__SET, attributes.size);
	while (next_in_order(attributes, &last, &next)) {
		egov__buf_slice(out, next.whole);
		last = next;
	}
}
