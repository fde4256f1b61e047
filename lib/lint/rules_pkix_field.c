/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint_impl.h"

/* Rules of RFC 5280, 4.1 and 5.1, on fields that are not names, keys or extensions. */

#define SERIAL_MAX 20

/* Stands first: what has no form is judged by no other rule. */
static enum egov_status form(const struct egov__lint_subject *s, struct egov_error *err)
{
	return s->unread == NULL ? EGOV_OK
	                         : egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s", s->unread->text);
}

static enum egov_status encoding(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__der_check(s->whole, err);
}

static enum egov_status cert_version(const struct egov__lint_subject *s, struct egov_error *err)
{
	const unsigned version = s->cert.version;

	if (version > 3)
		return egov__lint_found(err, "version: neither v1 nor v2 nor v3");
	if (version < 3 && s->extensions.data != NULL)
		return egov__lint_found(err, "version %u, with extensions", version);
	if (version < 2
	    && (s->cert.issuer_unique_id.data != NULL || s->cert.subject_unique_id.data != NULL))
		return egov__lint_found(err, "version %u, with a unique identifier", version);
	return EGOV_OK;
}

static enum egov_status crl_version(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->crl.version == 2)
		return EGOV_OK;
	return egov__lint_found(err, "version %u, 2 wanted", s->crl.version);
}

static enum egov_status serial(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov_slice serial = s->cert.serial;

	if (serial.size == 0 || serial.data[0] >= 0x80)
		return egov__lint_found(err, "serialNumber: negative");
	if (serial.size == 1 && serial.data[0] == 0)
		return egov__lint_found(err, "serialNumber: zero");
	if (serial.size > SERIAL_MAX)
		return egov__lint_found(err, "serialNumber: %zu octets, at most %d allowed",
		                        serial.size, SERIAL_MAX);
	return EGOV_OK;
}

static enum egov_status same_algorithm(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__slice_equal(s->algorithm, s->outer)
	               ? EGOV_OK
	               : egov__lint_found(err, "signature algorithm: inner and outer differ");
}

/* --- times ------------------------------------------------------------------------- */

static enum egov_status time_form(const struct egov__lint_subject *s, struct egov_error *err)
{
	for (size_t i = 0; i < 2; i++) {
		const struct egov__lint_time *const time = &s->time[i];

		if (time->name != NULL && time->at == EGOV_TIME_NONE)
			return egov__lint_found(err, "%s: not a time with seconds, without fractions, in Z",
			                        time->name);
	}
	return EGOV_OK;
}

static enum egov_status time_type(const struct egov__lint_subject *s, struct egov_error *err)
{
	for (size_t i = 0; i < 2; i++)
		if (s->time[i].wrong_type)
			return egov__lint_found(err, "%s: before 2050, but not UTCTime",
			                        s->time[i].name);
	return EGOV_OK;
}

static enum egov_status time_order(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->time[0].at == EGOV_TIME_NONE || s->time[1].name == NULL
	    || s->time[1].at == EGOV_TIME_NONE || s->time[0].at <= s->time[1].at)
		return EGOV_OK;
	return egov__lint_found(err, "%s is before %s", s->time[1].name, s->time[0].name);
}

static enum egov_status unique_ids(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->cert.issuer_unique_id.data == NULL && s->cert.subject_unique_id.data == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "%s is written", s->cert.issuer_unique_id.data != NULL
	                                                      ? "issuerUniqueID"
	                                                      : "subjectUniqueID");
}

static enum egov_status next_update(const struct egov__lint_subject *s, struct egov_error *err)
{
	return s->time[1].name != NULL ? EGOV_OK : egov__lint_found(err, "nextUpdate is missing");
}

static enum egov_status no_empty_list(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (!s->crl.has_empty_list)
		return EGOV_OK;
	return egov__lint_found(err, "revokedCertificates is an empty list, not absent");
}

/* --- extensions as a whole ----------------------------------------------------------- */

static enum egov_status extensions_empty(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->extensions.data == NULL || s->extensions.size > 0)
		return EGOV_OK;
	return egov__lint_found(err, "an empty list of extensions");
}

static enum egov_status extensions_form(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice in = s->extensions;
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (s->exts->too_many)
		return egov__lint_found(err, "more than %u extensions", EGOV__EXT_MAX);
	while (!s->exts->strict && rc == EGOV_OK && in.size > 0)
		rc = egov__ext_next(&in, &ext, err);
	return rc;
}

static enum egov_status extensions_once(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov__lint_exts *const exts = s->exts;

	for (size_t i = 1; i < exts->count; i++)
		for (size_t k = 0; k < i; k++)
			if (egov__slice_equal(exts->ext[i].oid, exts->ext[k].oid))
				return egov__lint_found(err, "extension %s stands twice",
				                        egov__lint_ext_name(exts->ext[i].type));
	return EGOV_OK;
}

const struct egov__lint_row egov__rules_pkix_field[] = {
	EGOV__RULE(CERT | CRL | CSR | OCSP, RFC5280, "pkix-form", "all", "RFC 5280, 4.1 and 5.1", ERROR,
	           "every field of the standard in its place", form),
	EGOV__RULE(CERT | CRL | CSR | OCSP, RFC5280, "pkix-der", "all", "X.690, 8 to 11", ERROR,
	           "each value in the one form that DER gives it", encoding),
	EGOV__RULE(CERT, RFC5280, "pkix-version", "version", "RFC 5280, 4.1.2.1", ERROR,
	           "v3 where there are extensions, v2 or v3 where there is a unique identifier",
	           cert_version),
	EGOV__RULE(CERT, RFC5280, "pkix-serial", "serialNumber", "RFC 5280, 4.1.2.2", ERROR,
	           "a positive serial number of at most 20 octets", serial),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-sigalg-same", "signatureAlgorithm",
	           "RFC 5280, 4.1.1.2 and 5.1.1.2", ERROR,
	           "the same algorithm beside the signature and in what is signed", same_algorithm),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-time-form", "validity", "RFC 5280, 4.1.2.5", ERROR,
	           "times with seconds, without fractions, in Z", time_form),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-time-type", "validity", "RFC 5280, 4.1.2.5", ERROR,
	           "UTCTime until 2049, GeneralizedTime from 2050", time_type),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-time-order", "validity", "RFC 5280, 4.1.2.5", ERROR,
	           "an end that is not before the beginning", time_order),
	EGOV__RULE(CERT, RFC5280, "pkix-unique-id", "issuerUniqueID, subjectUniqueID",
	           "RFC 5280, 4.1.2.8", ERROR, "no unique identifiers", unique_ids),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-version", "version", "RFC 5280, 5.1.2.1", ERROR, "version 2",
	           crl_version),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-next", "nextUpdate", "RFC 5280, 5.1.2.5", ERROR,
	           "nextUpdate is there", next_update),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-empty", "revokedCertificates", "RFC 5280, 5.1.2.6", ERROR,
	           "no list where nothing is revoked", no_empty_list),
	EGOV__RULE(CERT | CRL | OCSP, RFC5280, "pkix-ext-empty", "extensions", "RFC 5280, 4.1.2.9 and 5.1.2.7",
	           ERROR, "one extension at least, or no list of them", extensions_empty),
	EGOV__RULE(CERT | CRL | OCSP, RFC5280, "pkix-ext-der", "extensions", "X.690, 11.5", ERROR,
	           "each extension in DER, a critical FALSE left out", extensions_form),
	EGOV__RULE(CERT | CRL | OCSP, RFC5280, "pkix-ext-once", "extensions", "RFC 5280, 4.2", ERROR,
	           "no extension more than once", extensions_once),
	{ { .id = NULL }, NULL },
};
