/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert.h"

#include <stdlib.h>

#include "base/der.h"
#include "cert/signed.h"

struct egov_cert {
	uint8_t *der;
	struct egov__cert_fields fields;
};

static const char tbs_clause[] = "RFC 5280, 4.1.2";

/* [0] EXPLICIT INTEGER DEFAULT v1: v1 itself is not written in DER. */
static enum egov_status read_version(struct egov_slice *in, unsigned *version,
                                     struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	uint64_t number = 0;
	enum egov_status rc;

	*version = 1;
	if (egov__der_peek(*in) != EGOV__CONTEXT_CONS)
		return EGOV_OK;
	rc = egov__der_read(in, EGOV__CONTEXT_CONS, "version", &value, err);
	if (rc == EGOV_OK)
		rc = egov__der_uint(&value, "version", &number, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(value, "version", err);
	if (rc != EGOV_OK)
		return rc;
	if (number != 1 && number != 2)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.1.2.1",
		                      "version: %llu found, 1 (v2) or 2 (v3) wanted where it is written",
		                      (unsigned long long)number);
	*version = (unsigned)number + 1;
	return EGOV_OK;
}

static enum egov_status read_validity(struct egov_slice *in, struct egov__cert_fields *f,
                                      struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "validity", &value, err);

	if (rc == EGOV_OK)
		rc = egov__der_time(&value, "notBefore", &f->not_before, &f->not_before_wrong_type,
		                    err);
	if (rc == EGOV_OK)
		rc = egov__der_time(&value, "notAfter", &f->not_after, &f->not_after_wrong_type, err);
	return rc != EGOV_OK ? rc : egov__der_end(value, "validity", err);
}

static enum egov_status read_spki(struct egov_slice *in, struct egov_slice *spki,
                                  struct egov_error *err)
{
	static const char what[] = "subjectPublicKeyInfo";
	struct egov_slice at = *in, value = EGOV__NO_SLICE, algorithm, key;
	enum egov_status rc = egov__signed_element(in, EGOV__SEQUENCE, what, spki, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&at, EGOV__SEQUENCE, what, &value, err);
	if (rc == EGOV_OK)
		rc = egov__signed_algorithm(&value, EGOV__N("algorithm of the public key"), &algorithm,
		                            err);
	if (rc == EGOV_OK)
		rc = egov__der_bit_octets(&value, "public key", &key, err);
	return rc != EGOV_OK ? rc : egov__der_end(value, what, err);
}

/* [n] IMPLICIT BIT STRING of any length, OPTIONAL, from v2 on: its octets. */
static enum egov_status read_unique_id(struct egov_slice *in, uint8_t n, unsigned version,
                                       struct egov_slice *id, struct egov_error *err)
{
	const char *const what = n == 1 ? "issuerUniqueID" : "subjectUniqueID";
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc;

	*id = EGOV__NO_SLICE;
	if (egov__der_peek(*in) != (EGOV__CONTEXT | n))
		return EGOV_OK;
	if (version < 2)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.1.2.8",
		                      "%s in a certificate of version 1", what);
	rc = egov__der_read(in, EGOV__CONTEXT | n, what, &value, err);
	if (rc != EGOV_OK)
		return rc;
	if (value.size == 0 || value.data[0] > 7 || (value.size == 1 && value.data[0] != 0)
	    || (value.data[value.size - 1] & ((1u << value.data[0]) - 1)) != 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11.2", "%s: malformed BIT STRING",
		                      what);
	*id = (struct egov_slice){ value.data + 1, value.size - 1 };
	return EGOV_OK;
}

static enum egov_status read_extensions(struct egov_slice *in, struct egov__cert_fields *f,
                                        struct egov_error *err)
{
	static const char what[] = "extensions";
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc;

	f->extensions = EGOV__NO_SLICE;
	if (egov__der_peek(*in) != (EGOV__CONTEXT_CONS | 3))
		return EGOV_OK;
	if (f->version < 3)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.1.2.9",
		                      "extensions in a certificate of version %u", f->version);
	rc = egov__der_read(in, EGOV__CONTEXT_CONS | 3, what, &value, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(value, EGOV__SEQUENCE, what, &f->extensions, err);
	return rc != EGOV_OK ? rc : egov__exts_check(f->extensions, err);
}

/* version to issuer */
static enum egov_status read_head(struct egov_slice *in, struct egov__cert_fields *f,
                                  struct egov_error *err)
{
	enum egov_status rc = read_version(in, &f->version, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(in, EGOV__INTEGER, "serialNumber", &f->serial, err);
	if (rc == EGOV_OK)
		rc = egov__der_integer_check(f->serial, "serialNumber", err);
	if (rc == EGOV_OK)
		rc = egov__signed_algorithm(in, EGOV__N("signature algorithm"), &f->inner_algorithm,
		                            err);
	return rc != EGOV_OK ? rc : egov__signed_name(in, "issuer", &f->issuer, err);
}

enum egov_status egov__cert_tbs_decode(struct egov_slice tbs, struct egov__cert_fields *out,
                                       struct egov_error *err)
{
	struct egov__cert_fields f = { .tbs = tbs, .signature_algorithm = EGOV__OID_UNKNOWN };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(tbs, EGOV__SEQUENCE, "tbsCertificate", &in, err);

	if (rc == EGOV_OK)
		rc = read_head(&in, &f, err);
	if (rc == EGOV_OK)
		rc = read_validity(&in, &f, err);
	if (rc == EGOV_OK)
		rc = egov__signed_name(&in, "subject", &f.subject, err);
	if (rc == EGOV_OK)
		rc = read_spki(&in, &f.spki, err);
	if (rc == EGOV_OK)
		rc = read_unique_id(&in, 1, f.version, &f.issuer_unique_id, err);
	if (rc == EGOV_OK)
		rc = read_unique_id(&in, 2, f.version, &f.subject_unique_id, err);
	if (rc == EGOV_OK)
		rc = read_extensions(&in, &f, err);
	if (rc == EGOV_OK && in.size > 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, tbs_clause,
		                    "tag %02x found where the extensions or the end must be",
		                    in.data[0]);
	if (rc == EGOV_OK)
		*out = f;
	return rc;
}

enum egov_status egov__cert_read(struct egov_slice der, struct egov__cert_fields *out,
                                 struct egov_error *err)
{
	struct egov__signed_parts parts;
	struct egov__cert_fields f;
	enum egov_status rc = egov__signed_decode(der, &parts, err);

	if (rc == EGOV_OK)
		rc = egov__cert_tbs_decode(parts.tbs, &f, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "certificate");
	f.der = der;
	f.outer_algorithm = parts.algorithm;
	f.signature_algorithm = parts.signature_algorithm;
	f.signature = parts.signature;
	*out = f;
	return EGOV_OK;
}

enum egov_status egov_cert_decode(struct egov_slice bytes, struct egov_cert **out,
                                  struct egov_error *err)
{
	struct egov_cert *cert = calloc(1, sizeof(*cert));
	size_t size = 0;
	enum egov_status rc;

	if (cert == NULL)
		return egov_error_nomem(err);
	rc = egov__one_object(bytes, "CERTIFICATE", EGOV__MAX_OBJECT, &cert->der, &size, err);
	if (rc == EGOV_OK)
		rc = egov__cert_read((struct egov_slice){ cert->der, size }, &cert->fields, err);
	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, egov__der_check(cert->fields.der, err), "certificate");
	if (rc != EGOV_OK) {
		egov_cert_free(cert);
		return rc;
	}
	*out = cert;
	return EGOV_OK;
}

void egov_cert_free(struct egov_cert *cert)
{
	if (cert == NULL)
		return;
	free(cert->der);
	free(cert);
}

const struct egov__cert_fields *egov__cert_fields(const struct egov_cert *cert)
{
	return &cert->fields;
}

bool egov__cert_ext(const struct egov_cert *cert, enum egov__oid type, struct egov__ext *ext)
{
	return egov__ext_find(cert->fields.extensions, type, ext);
}

struct egov_slice egov_cert_der(const struct egov_cert *cert)
{
	return cert->fields.der;
}

struct egov_slice egov_cert_serial(const struct egov_cert *cert)
{
	return cert->fields.serial;
}

struct egov_slice egov_cert_issuer(const struct egov_cert *cert)
{
	return cert->fields.issuer;
}

struct egov_slice egov_cert_subject(const struct egov_cert *cert)
{
	return cert->fields.subject;
}

struct egov_slice egov_cert_public_key(const struct egov_cert *cert)
{
	return cert->fields.spki;
}

egov_time egov_cert_not_before(const struct egov_cert *cert)
{
	return cert->fields.not_before;
}

egov_time egov_cert_not_after(const struct egov_cert *cert)
{
	return cert->fields.not_after;
}
