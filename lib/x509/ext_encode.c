/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "x509/ext.h"

static void put_oid(struct egov_buf *out, enum egov__oid type)
{
	egov__der_put(out, EGOV__OID, egov__oid_get(type)->contents);
}

static void put_uri(struct egov_buf *out, struct egov_slice uri)
{
	egov__der_put(out, EGOV__CONTEXT | EGOV__GN_URI, uri);
}

void egov__ext_put_key_usage(struct egov_buf *out, unsigned bits)
{
	egov__der_put_named_bits(out, bits);
}

void egov__ext_put_basic_constraints(struct egov_buf *out,
                                     const struct egov__basic_constraints *value)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	if (value->ca)
		egov__der_put_boolean(out, true);
	if (value->has_path_len)
		egov__der_put_uint(out, value->path_len);
	egov__der_close(out, mark);
}

void egov__ext_put_ski(struct egov_buf *out, struct egov_slice key_id)
{
	egov__der_put(out, EGOV__OCTET_STRING, key_id);
}

void egov__ext_put_aki(struct egov_buf *out, struct egov_slice key_id)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__CONTEXT | 0, key_id);
	egov__der_close(out, mark);
}

static void put_cps(struct egov_buf *out, const char *uri)
{
	const size_t list = egov__der_open(out, EGOV__SEQUENCE);
	const size_t info = egov__der_open(out, EGOV__SEQUENCE);

	put_oid(out, EGOV__OID_CPS_QUALIFIER);
	egov__der_put(out, EGOV__IA5_STRING, egov__slice_text(uri));
	egov__der_close(out, info);
	egov__der_close(out, list);
}

void egov__ext_put_policies(struct egov_buf *out, const struct egov_slice *oids, size_t count,
                            const char *cps_uri)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	for (size_t i = 0; i < count; i++) {
		const size_t policy = egov__der_open(out, EGOV__SEQUENCE);

		egov__der_put(out, EGOV__OID, oids[i]);
		if (cps_uri != NULL)
			put_cps(out, cps_uri);
		egov__der_close(out, policy);
	}
	egov__der_close(out, mark);
}

void egov__ext_put_eku(struct egov_buf *out, const struct egov_slice *oids, size_t count)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	for (size_t i = 0; i < count; i++)
		egov__der_put(out, EGOV__OID, oids[i]);
	egov__der_close(out, mark);
}

/* distributionPoint [0] EXPLICIT, fullName [0] of one URI. */
static void put_point_name(struct egov_buf *out, struct egov_slice uri)
{
	const size_t name = egov__der_open(out, EGOV__CONTEXT_CONS | 0);
	const size_t full = egov__der_open(out, EGOV__CONTEXT_CONS | 0);

	put_uri(out, uri);
	egov__der_close(out, full);
	egov__der_close(out, name);
}

void egov__ext_put_crl_dp(struct egov_buf *out, const struct egov_slice *uris, size_t count)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	for (size_t i = 0; i < count; i++) {
		const size_t point = egov__der_open(out, EGOV__SEQUENCE);

		put_point_name(out, uris[i]);
		egov__der_close(out, point);
	}
	egov__der_close(out, mark);
}

static void put_access(struct egov_buf *out, enum egov__oid method, const char *uri)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	put_oid(out, method);
	put_uri(out, egov__slice_text(uri));
	egov__der_close(out, mark);
}

void egov__ext_put_aia(struct egov_buf *out, const char *ca_issuers_uri, const char *ocsp_uri)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	if (ca_issuers_uri != NULL)
		put_access(out, EGOV__OID_AD_CA_ISSUERS, ca_issuers_uri);
	if (ocsp_uri != NULL)
		put_access(out, EGOV__OID_AD_OCSP, ocsp_uri);
	egov__der_close(out, mark);
}

void egov__ext_put_identity(struct egov_buf *out, enum egov__oid type, const char *value)
{
	const size_t arm = type == EGOV__OID_IDENTIFY_CODE
	                           ? egov__der_open(out, EGOV__CONTEXT_CONS | 0)
	                           : 0;

	egov__der_put(out, EGOV__PRINTABLE_STRING, egov__slice_text(value));
	if (type == EGOV__OID_IDENTIFY_CODE)
		egov__der_close(out, arm);
}

void egov__ext_put_idp(struct egov_buf *out, const char *uri, bool only_user, bool only_ca)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	static const uint8_t yes[] = { 0xff };

	if (uri != NULL)
		put_point_name(out, egov__slice_text(uri));
	if (only_user)
		egov__der_put(out, EGOV__CONTEXT | 1, EGOV__SLICE(yes));
	if (only_ca)
		egov__der_put(out, EGOV__CONTEXT | 2, EGOV__SLICE(yes));
	egov__der_close(out, mark);
}
