/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cert/signed.h"
#include "crypto/sm2.h"
#include "lint/lint_impl.h"

/*
 * The parts of an object, found by their place and not judged: what a strict
 * reader refuses at once is here left to the rule that names the clause.
 */

struct egov__lint_subject egov__lint_begin(const struct egov__lint_context *context,
                                           struct egov__lint_room *room)
{
	const struct egov__lint_subject s = { .context = context,
		                              .exts = &room->exts,
		                              .subject_name = &room->subject,
		                              .issuer_name = &room->issuer };

	room->exts.count = 0;
	room->exts.too_many = false;
	room->exts.strict = true;
	memset(room->exts.place, 0, sizeof(room->exts.place));
	room->subject.count = room->issuer.count = 0;
	room->subject.whole = room->issuer.whole = false;
	return s;
}

static enum egov_status read_name(struct egov_slice *in, const char *what, struct egov_slice *name,
                                  struct egov__lint_name *out, struct egov_error *err)
{
	struct egov__name_cursor cursor;
	bool more = true;
	const enum egov_status rc = egov__signed_element(in, EGOV__SEQUENCE, what, name, err);

	if (rc != EGOV_OK || egov__name_begin(*name, &cursor, NULL) != EGOV_OK)
		return rc;
	while (more) {
		struct egov__name_item item;

		if (egov__name_next(&cursor, &item, &more, NULL) != EGOV_OK)
			return EGOV_OK;
		if (more && out->count == EGOV__LINT_ITEMS)
			return EGOV_OK;
		if (more)
			out->item[out->count++] = item;
	}
	out->whole = true;
	return EGOV_OK;
}

enum egov_status egov__lint_name_fault(const char *what, struct egov_slice name,
                                       const struct egov__lint_name *read, struct egov_error *err)
{
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	bool more = true;
	enum egov_status rc;

	if (read->whole)
		return EGOV_OK;
	rc = egov__name_begin(name, &cursor, err);
	while (rc == EGOV_OK && more)
		rc = egov__name_next(&cursor, &item, &more, err);
	if (rc == EGOV_OK)
		rc = egov__lint_found(err, "more than %u attributes", EGOV__LINT_ITEMS);
	return egov_error_prefix(err, rc, "%s", what);
}

static bool is_time(uint8_t tag)
{
	return tag == EGOV__UTC_TIME || tag == EGOV__GENERALIZED_TIME;
}

static enum egov_status read_time(struct egov_slice *in, const char *name,
                                  struct egov__lint_time *out, struct egov_error *err)
{
	const struct egov_slice at = *in;
	struct egov_slice again = at;
	struct egov__tlv tlv = { 0 };
	const enum egov_status rc = egov__der_any(in, &tlv, err);

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", name);
	if (!is_time(tlv.tag))
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: tag %02x found where a time must be",
		                      name, tlv.tag);
	*out = (struct egov__lint_time){ name, tlv.tag, tlv.value, EGOV_TIME_NONE, false };
	if (egov__der_time(&again, name, &out->at, &out->wrong_type, NULL) != EGOV_OK)
		out->at = EGOV_TIME_NONE;
	return EGOV_OK;
}

/* Any number that an INTEGER of a few octets holds; others are none. */
static unsigned read_number(struct egov_slice value, unsigned none)
{
	return value.size == 1 && value.data[0] < 0x80 ? value.data[0] : none;
}

/* --- extensions ------------------------------------------------------------------- */

static bool read_extension(struct egov_slice *list, struct egov__ext *ext, bool *strict)
{
	struct egov_slice in = EGOV__NO_SLICE, flag = EGOV__NO_SLICE;

	*ext = (struct egov__ext){ .critical = false };
	if (egov__der_read(list, EGOV__SEQUENCE, "extension", &in, NULL) != EGOV_OK
	    || egov__der_read(&in, EGOV__OID, "extension", &ext->oid, NULL) != EGOV_OK)
		return false;
	if (egov__der_peek(in) == EGOV__BOOLEAN) {
		if (egov__der_read(&in, EGOV__BOOLEAN, "extension", &flag, NULL) != EGOV_OK)
			return false;
		ext->critical = flag.size == 1 && flag.data[0] != 0;
		*strict = *strict && flag.size == 1 && flag.data[0] == 0xff;
	}
	ext->type = egov__oid_find(ext->oid);
	return egov__der_read(&in, EGOV__OCTET_STRING, "extension", &ext->value, NULL) == EGOV_OK
	       && in.size == 0;
}

/* As far as they can be told apart; where they cannot, pkix-ext-form says so. */
void egov__lint_index(struct egov__lint_subject *s)
{
	struct egov_slice list = s->extensions;
	struct egov__lint_exts *const exts = s->exts;

	while (list.size > 0) {
		if (exts->count == EGOV__EXT_MAX) {
			exts->too_many = true;
			return;
		}
		if (!read_extension(&list, &exts->ext[exts->count], &exts->strict)) {
			exts->strict = false;
			return;
		}
		exts->count++;
		if (exts->place[exts->ext[exts->count - 1].type] == 0)
			exts->place[exts->ext[exts->count - 1].type] = (uint8_t)exts->count;
	}
}

/* [n] EXPLICIT Extensions, OPTIONAL, and nothing behind them. */
static enum egov_status read_extensions(struct egov__lint_subject *s, uint8_t n,
                                        struct egov_slice *in, struct egov_error *err)
{
	static const char what[] = "extensions";
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = EGOV_OK;

	if (egov__der_peek(*in) == (EGOV__CONTEXT_CONS | n)) {
		rc = egov__der_read(in, EGOV__CONTEXT_CONS | n, what, &value, err);
		if (rc == EGOV_OK)
			rc = egov__der_only(value, EGOV__SEQUENCE, what, &s->extensions, err);
		if (rc == EGOV_OK)
			egov__lint_index(s);
	}
	return rc != EGOV_OK ? rc : egov__der_end(*in, what, err);
}

/* --- certificates ----------------------------------------------------------------- */

static enum egov_status read_cert_version(struct egov_slice *in, struct egov__cert_fields *f,
                                          struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE, number = EGOV__NO_SLICE;
	enum egov_status rc;

	f->version = 1;
	if (egov__der_peek(*in) != EGOV__CONTEXT_CONS)
		return EGOV_OK;
	rc = egov__der_read(in, EGOV__CONTEXT_CONS, "version", &value, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(value, EGOV__INTEGER, "version", &number, err);
	if (rc == EGOV_OK)
		f->version = read_number(number, UINT8_MAX) + 1;
	return rc;
}

/* A unique identifier: its octets; where there are none, still some data. */
static enum egov_status read_unique_id(struct egov_slice *in, uint8_t n, struct egov_slice *id,
                                       struct egov_error *err)
{
	if (egov__der_peek(*in) != (EGOV__CONTEXT | n))
		return EGOV_OK;
	return egov__der_read(in, EGOV__CONTEXT | n, n == 1 ? "issuerUniqueID" : "subjectUniqueID", id,
	                      err);
}

static enum egov_status read_validity(struct egov_slice *in, struct egov__lint_subject *s,
                                      struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "validity", &value, err);

	if (rc == EGOV_OK)
		rc = read_time(&value, "notBefore", &s->time[0], err);
	if (rc == EGOV_OK)
		rc = read_time(&value, "notAfter", &s->time[1], err);
	if (rc != EGOV_OK)
		return rc;
	s->cert.not_before = s->time[0].at;
	s->cert.not_after = s->time[1].at;
	return egov__der_end(value, "validity", err);
}

static enum egov_status read_cert(struct egov__lint_subject *s, struct egov_slice in,
                                  struct egov_error *err)
{
	struct egov__cert_fields *const f = &s->cert;
	enum egov_status rc = read_cert_version(&in, f, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__INTEGER, "serialNumber", &f->serial, err);
	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "signature", &s->algorithm, err);
	if (rc == EGOV_OK)
		rc = read_name(&in, "issuer", &s->issuer, s->issuer_name, err);
	if (rc == EGOV_OK)
		rc = read_validity(&in, s, err);
	if (rc == EGOV_OK)
		rc = read_name(&in, "subject", &s->subject, s->subject_name, err);
	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "subjectPublicKeyInfo", &s->spki, err);
	if (rc == EGOV_OK)
		rc = read_unique_id(&in, 1, &f->issuer_unique_id, err);
	if (rc == EGOV_OK)
		rc = read_unique_id(&in, 2, &f->subject_unique_id, err);
	return rc != EGOV_OK ? rc : read_extensions(s, 3, &in, err);
}

/* --- CRLs ------------------------------------------------------------------------- */

static enum egov_status read_crl_head(struct egov__lint_subject *s, struct egov_slice *in,
                                      struct egov_error *err)
{
	struct egov_slice number = EGOV__NO_SLICE;
	enum egov_status rc = EGOV_OK;

	s->crl.version = 1;
	if (egov__der_peek(*in) == EGOV__INTEGER) {
		rc = egov__der_read(in, EGOV__INTEGER, "version", &number, err);
		if (rc == EGOV_OK)
			s->crl.version = read_number(number, UINT8_MAX) + 1;
	}
	if (rc == EGOV_OK)
		rc = egov__signed_element(in, EGOV__SEQUENCE, "signature", &s->algorithm, err);
	return rc != EGOV_OK ? rc : read_name(in, "issuer", &s->issuer, s->issuer_name, err);
}

static enum egov_status read_crl(struct egov__lint_subject *s, struct egov_slice in,
                                 struct egov_error *err)
{
	struct egov__crl_fields *const f = &s->crl;
	enum egov_status rc = read_crl_head(s, &in, err);

	if (rc == EGOV_OK)
		rc = read_time(&in, "thisUpdate", &s->time[0], err);
	if (rc == EGOV_OK && is_time(egov__der_peek(in)))
		rc = read_time(&in, "nextUpdate", &s->time[1], err);
	f->this_update = s->time[0].at;
	f->next_update = s->time[1].name == NULL ? EGOV_TIME_NONE : s->time[1].at;
	if (rc == EGOV_OK && egov__der_peek(in) == EGOV__SEQUENCE) {
		rc = egov__der_read(&in, EGOV__SEQUENCE, "revokedCertificates", &f->entries, err);
		f->has_empty_list = rc == EGOV_OK && f->entries.size == 0;
		egov__lint_read_entries(s);
	}
	return rc != EGOV_OK ? rc : read_extensions(s, 0, &in, err);
}

/* --- requests ---------------------------------------------------------------------- */

/* CertificationRequestInfo (RFC 2986, 4.1); some leave empty attributes out. */
static enum egov_status read_request(struct egov__lint_subject *s, struct egov_slice in,
                                     struct egov_error *err)
{
	struct egov_slice version = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(&in, EGOV__INTEGER, "version", &version, err);

	s->request_version = read_number(version, UINT8_MAX);
	if (rc == EGOV_OK)
		rc = read_name(&in, "subject", &s->subject, s->subject_name, err);
	if (rc == EGOV_OK)
		rc = egov__signed_element(&in, EGOV__SEQUENCE, "subjectPublicKeyInfo", &s->spki, err);
	if (rc == EGOV_OK && egov__der_peek(in) == EGOV__CONTEXT_CONS)
		rc = egov__der_read(&in, EGOV__CONTEXT_CONS | 0, "attributes", &s->attributes, err);
	return rc != EGOV_OK ? rc : egov__der_end(in, "certificationRequestInfo", err);
}

enum egov_status egov__lint_read_tbs(struct egov__lint_subject *s, struct egov_slice tbs,
                                     struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc =
		egov__der_only(tbs, EGOV__SEQUENCE, EGOV__N("to-be-signed part"), &in, err);

	if (rc != EGOV_OK)
		return rc;
	if (s->object == CRL)
		return read_crl(s, in, err);
	rc = s->object == CERT ? read_cert(s, in, err) : read_request(s, in, err);
	if (rc == EGOV_OK)
		s->sm2_key = egov__sm2_spki_point(s->spki, &s->sm2_point, NULL);
	return rc;
}

/* --- what was signed ---------------------------------------------------------------- */

/* Which of them a TBS is, by the types of its first parts; 0: none. */
static unsigned object_of(struct egov_slice in)
{
	struct egov__tlv part[4] = { { 0 } };
	size_t count = 0;

	while (count < 4 && in.size > 0 && egov__der_any(&in, &part[count], NULL) == EGOV_OK)
		count++;
	if (count < 3)
		return 0;
	if (part[0].tag == EGOV__CONTEXT_CONS)
		return CERT;
	if (is_time(part[2].tag) || is_time(part[3].tag))
		return CRL;
	if (part[0].tag != EGOV__INTEGER || part[1].tag != EGOV__SEQUENCE)
		return 0;
	return part[3].tag == EGOV__SEQUENCE ? CERT : CSR;
}

static enum egov_status read_signature(struct egov__lint_subject *s, struct egov_slice in,
                                       struct egov_error *err)
{
	struct egov_slice bits = EGOV__NO_SLICE;
	enum egov_status rc =
		egov__signed_element(&in, EGOV__SEQUENCE, "signatureAlgorithm", &s->outer, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__BIT_STRING, "signature", &bits, err);
	if (rc == EGOV_OK && bits.size > 0)
		s->signature = (struct egov_slice){ bits.data + 1, bits.size - 1 };
	return rc != EGOV_OK ? rc : egov__der_end(in, "signature", err);
}

enum egov_status egov__lint_read(struct egov__lint_subject *s, struct egov_slice der,
                                 struct egov_error *err)
{
	static const char wanted[] =
		EGOV__N("neither a certificate nor a CRL, a request or an OCSP response");
	struct egov_slice in = EGOV__NO_SLICE, tbs = EGOV__NO_SLICE, parts = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, EGOV__N("outer form"), &in, err);

	s->whole = der;
	if (rc != EGOV_OK)
		return rc;
	if (egov__der_peek(in) == EGOV__ENUMERATED) {
		s->object = OCSP;
		return egov__lint_read_ocsp(s, in, err);
	}
	if (egov__signed_element(&in, EGOV__SEQUENCE, "", &tbs, NULL) == EGOV_OK
	    && egov__der_only(tbs, EGOV__SEQUENCE, "", &parts, NULL) == EGOV_OK)
		s->object = object_of(parts);
	if (s->object == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s", egov__text(wanted));
	rc = egov__lint_read_tbs(s, tbs, err);
	return rc != EGOV_OK ? rc : read_signature(s, in, err);
}
