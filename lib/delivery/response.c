/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "delivery/delivery_impl.h"

/*
 * CSRResponse (GM/T 0092, clause 8):
 *   SEQUENCE { SET OF Certificate, [0] SM2EnvelopedKey OPTIONAL,
 *              [1] SET OF Certificate OPTIONAL }
 * The module says implicit tags, what is in use has explicit ones: both are read.
 */
static const char what[] = "CSRResponse";

/* The contents of the tagged value: past an inner tag that fills it, or all of it. */
static struct egov_slice untagged(struct egov_slice value, uint8_t tag)
{
	struct egov_slice inner;

	return egov__der_only(value, tag, what, &inner, NULL) == EGOV_OK ? inner : value;
}

/* The first certificate of a set, whole: the holder's own. */
static enum egov_status first_of(struct egov_slice set, const char *name, struct egov_slice *out,
                                 struct egov_error *err)
{
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_any(&set, &tlv, err);

	if (rc == EGOV_OK && tlv.tag != EGOV__SEQUENCE)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "GM/T 0092, 8", "no certificate");
	if (rc == EGOV_OK)
		*out = tlv.whole;
	return egov_error_prefix(err, rc, "%s: %s", what, name);
}

enum egov_status egov__response_read(struct egov_slice in, struct egov__delivery *out,
                                     struct egov_error *err)
{
	struct egov_slice fields, set = EGOV__NO_SLICE, key = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(in, EGOV__SEQUENCE, what, &fields, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&fields, EGOV__SET, "signCertificate", &set, err);
	if (rc == EGOV_OK)
		rc = first_of(set, "signCertificate", &out->sign_certificate, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&fields, EGOV__CONTEXT_CONS | 0, "encryptedPrivateKey", &key, err);
	if (rc == EGOV_OK)
		rc = egov__enveloped_key_fields(untagged(key, EGOV__SEQUENCE), out, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&fields, EGOV__CONTEXT_CONS | 1, "encryptCertificate", &set, err);
	if (rc == EGOV_OK)
		rc = first_of(untagged(set, EGOV__SET), "encryptCertificate",
		              &out->encrypt_certificate, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(fields, what, err);
	out->form = EGOV__DELIVERY_RESPONSE;
	return rc;
}
