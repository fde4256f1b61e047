/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert.h"

#include "cert/signed.h"

enum egov_status egov__witness_differs(const char *field, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_CRYPTO, NULL,
	                      "OpenSSL reads another %s than we do: nothing may leave",
	                      egov__text(field));
}

bool egov__witness_same(const struct egov_buf *theirs, struct egov_slice ours)
{
	return egov__slice_equal(egov_buf_slice(theirs), ours);
}

enum egov_status egov__witness_extensions(const struct egov__witness *w, struct egov_slice exts,
                                          struct egov_error *err)
{
	struct egov__ext ext;
	size_t i;

	for (i = 0; exts.size > 0; i++) {
		const enum egov_status rc = egov__ext_next(&exts, &ext, err);

		if (rc != EGOV_OK)
			return rc;
		if (i >= w->ext_count || w->exts[i].critical != ext.critical
		    || !egov__witness_same(&w->exts[i].oid, ext.oid)
		    || !egov__witness_same(&w->exts[i].value, ext.value))
			return egov__witness_differs("extension", err);
	}
	return i == w->ext_count ? EGOV_OK : egov__witness_differs("number of extensions", err);
}

enum egov_status egov__cert_agree(const struct egov__cert_fields *f, const struct egov__witness *w,
                                  struct egov_error *err)
{
	const struct {
		const char *field;
		const struct egov_buf *theirs;
		struct egov_slice ours;
	} pairs[] = {
		{ "serialNumber", &w->serial, f->serial },
		{ EGOV__N("signature algorithm"), &w->algorithm, f->inner_algorithm },
		{ "issuer", &w->issuer, f->issuer },
		{ "subject", &w->subject, f->subject },
		{ "subjectPublicKeyInfo", &w->spki, f->spki },
		{ "signatureAlgorithm", &w->outer_algorithm, f->outer_algorithm },
		{ "signature", &w->signature, f->signature },
		{ "tbsCertificate", &w->tbs, f->tbs },
	};

	if (w->version + 1 != (long)f->version)
		return egov__witness_differs("version", err);
	if (w->not_before != f->not_before)
		return egov__witness_differs("notBefore", err);
	if (w->not_after != f->not_after)
		return egov__witness_differs("notAfter", err);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!egov__witness_same(pairs[i].theirs, pairs[i].ours))
			return egov__witness_differs(pairs[i].field, err);
	return egov__witness_extensions(w, f->extensions, err);
}

/* What one of the two cannot read is a disagreement too. */
enum egov_status egov__witness_refuses(enum egov_status rc, struct egov_error *err)
{
	if (rc != EGOV_E_SYNTAX)
		return rc;
	if (err != NULL)
		err->status = EGOV_E_CRYPTO;
	return egov_error_prefix(err, EGOV_E_CRYPTO, "what we encoded cannot be read");
}

enum egov_status egov__cert_witness(struct egov_slice der, struct egov_error *err)
{
	struct egov__witness *witness = NULL;
	struct egov__cert_fields fields;
	enum egov_status rc = egov__cert_read(der, &fields, err);

	if (rc == EGOV_OK)
		rc = egov__witness_certificate(der, &witness, err);
	rc = egov__witness_refuses(rc, err);
	if (rc == EGOV_OK)
		rc = egov__cert_agree(&fields, witness, err);
	egov__witness_free(witness);
	return rc;
}
