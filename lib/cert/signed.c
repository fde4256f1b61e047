/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/signed.h"

#include <stdlib.h>

#include "base/der.h"
#include "base/pem.h"
#include "cert/cert.h"
#include "x509/algid.h"
#include "x509/name.h"

enum egov_status egov__signed_element(struct egov_slice *in, uint8_t tag, const char *what,
                                      struct egov_slice *whole, struct egov_error *err)
{
	const uint8_t *const start = in->data;
	struct egov_slice value = EGOV__NO_SLICE;
	const enum egov_status rc = egov__der_read(in, tag, what, &value, err);

	if (rc == EGOV_OK)
		*whole = (struct egov_slice){ start, (size_t)(in->data - start) };
	return rc;
}

enum egov_status egov__signed_algorithm(struct egov_slice *in, const char *what,
                                        struct egov_slice *whole, struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE, oid = EGOV__NO_SLICE;
	struct egov_slice at = *in;
	struct egov__tlv parameters = { 0 };
	enum egov_status rc = egov__signed_element(in, EGOV__SEQUENCE, what, whole, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&at, EGOV__SEQUENCE, what, &value, err);
	if (rc == EGOV_OK)
		rc = egov__der_oid(&value, what, &oid, err);
	if (rc == EGOV_OK && value.size > 0)
		rc = egov__der_any(&value, &parameters, err);
	if (rc == EGOV_OK && parameters.whole.size > 0) {
		rc = egov__der_check(parameters.whole, err);
		if (rc != EGOV_OK)
			return egov_error_prefix(err, rc, "%s", egov__text(what));
	}
	return rc != EGOV_OK ? rc : egov__der_end(value, what, err);
}

/* Text that has no reading at all, in the types that everybody else refuses
 * too; what only strays from its alphabet is for lint. */
static enum egov_status check_text(const struct egov__name_item *item, struct egov_error *err)
{
	static const uint8_t universal_string = 0x1c;
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	bool fits = true;

	if (item->tag == EGOV__UTF8_STRING || item->tag == EGOV__BMP_STRING
	    || item->tag == universal_string)
		fits = egov__name_item_text(item, &text);
	egov__buf_clear(&text);
	if (fits)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.1.2.4",
	                      "%s: not text of its string type",
	                      item->type == EGOV__OID_UNKNOWN ? egov__text("attribute")
	                                                      : egov__oid_get(item->type)->name);
}

enum egov_status egov__signed_name(struct egov_slice *in, const char *what,
                                   struct egov_slice *name, struct egov_error *err)
{
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	bool more = true;
	enum egov_status rc = egov__signed_element(in, EGOV__SEQUENCE, what, name, err);

	if (rc == EGOV_OK)
		rc = egov__name_begin(*name, &cursor, err);
	while (rc == EGOV_OK && more) {
		rc = egov__name_next(&cursor, &item, &more, err);
		if (rc == EGOV_OK && more)
			rc = check_text(&item, err);
	}
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "%s", what);
}

enum egov_status egov__signed_decode(struct egov_slice der, struct egov__signed_parts *out,
                                     struct egov_error *err)
{
	struct egov__signed_parts parts = { .signature_algorithm = EGOV__OID_UNKNOWN };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, EGOV__N("outer form"), &in, err);

	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, EGOV__N("to-be-signed part"), &parts.tbs,
		                          err);
	if (rc == EGOV_OK)
		rc = egov__signed_algorithm(&in, "signatureAlgorithm", &parts.algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__algid_signature(parts.algorithm, &parts.signature_algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__der_bit_octets(&in, "signature", &parts.signature, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "signature", err);
	if (rc == EGOV_OK)
		*out = parts;
	return rc;
}

enum egov_status egov__signed_behind(const struct egov_tbs *tbs, struct egov_slice signature,
                                     struct egov_buf *out, struct egov_error *err)
{
	egov__buf_slice(out, egov__tbs_signature_algorithm(tbs));
	egov__der_put_bit_octets(out, signature);
	return egov__buf_check(out, err);
}

enum egov_status egov__signed_assemble(const struct egov_tbs *tbs, struct egov_slice signature,
                                       struct egov_buf *der, struct egov_error *err)
{
	const struct egov_slice body = egov__tbs_der(tbs);
	const size_t behind = egov__tbs_signature_algorithm(tbs).size
	                      + egov__der_header_size(signature.size + 1) + signature.size + 1;

	(void)egov__buf_reserve(der, body.size + behind + EGOV__DER_HEAD);
	egov__der_header(der, EGOV__SEQUENCE, body.size + behind);
	egov__buf_slice(der, body);
	return egov__signed_behind(tbs, signature, der, err);
}

struct one {
	const char *label;
	size_t max, size;
	uint8_t *der;
};

static enum egov_status take_one(void *user, struct egov_slice der, struct egov_error *err)
{
	struct one *one = user;

	if (one->der != NULL)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "more than one %s in it", one->label);
	if (der.size > one->max)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%zu octets, at most %zu allowed",
		                      der.size, one->max);
	one->size = der.size;
	one->der = egov__slice_copy(der);
	return one->der == NULL ? egov_error_nomem(err) : EGOV_OK;
}

enum egov_status egov__one_object(struct egov_slice bytes, const char *label, size_t max,
                                  uint8_t **der, size_t *size, struct egov_error *err)
{
	struct one one = { .label = label, .max = max };
	enum egov_status rc;

	/* Base64 with its line ends is at most half as long again. */
	if (bytes.size / 2 > max)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%zu octets: too long for one %s",
		                      bytes.size, label);
	rc = egov__objects(bytes, label, take_one, &one, err);
	if (rc != EGOV_OK) {
		free(one.der);
		return rc;
	}
	*der = one.der;
	*size = one.size;
	return EGOV_OK;
}
