/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/cert.h"

#include "base/der.h"
#include "x509/tbs_build.h"

#define SERIAL_MAX 20

/* Adds one Extension; value is used up. */
static void put(struct egov_buf *exts, enum egov__oid type, bool critical, struct egov_buf *value)
{
	exts->failed = exts->failed || value->failed;
	exts->starved = exts->starved || value->starved;
	egov__ext_put(exts, type, critical, egov_buf_slice(value));
	egov_buf_reset(value);
}

static bool is_self_signed(const struct egov__cert_plan *plan)
{
	return plan->issuer->name.size == 0;
}

static bool is_ca(const struct egov_profile *profile)
{
	const enum egov__profile_kind kind = egov__profile_kind(profile);

	return kind == EGOV__PROFILE_ROOT_CA || kind == EGOV__PROFILE_SUB_CA;
}

/* Tables C.1 to C.4: not in a root; the identifier of the holder's key is SHA-1
 * of its point (5.2.4.2.2). */
static enum egov_status put_key_ids(const struct egov__cert_plan *plan, struct egov_buf *exts,
                                    struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t id[20];
	enum egov_status rc;

	rc = egov__key_identifier(egov__judged_public_key(plan->judged), id, err);
	if (rc != EGOV_OK)
		return rc;
	if (!is_self_signed(plan)) {
		egov__ext_put_aki(&value, plan->issuer->key_id);
		put(exts, EGOV__OID_AKI, false, &value);
	}
	egov__ext_put_ski(&value, EGOV__SLICE(id));
	put(exts, EGOV__OID_SKI, false, &value);
	egov__buf_clear(&value);
	return EGOV_OK;
}

/* basicConstraints of a CA alone, keyUsage always critical. */
static void put_usage(const struct egov_profile *profile, struct egov_buf *exts)
{
	const int path_len = egov__profile_path_len(profile);
	const struct egov__basic_constraints bc = {
		.ca = true,
		.has_path_len = path_len >= 0,
		.path_len = path_len >= 0 ? (uint64_t)path_len : 0,
	};
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);

	if (is_ca(profile)) {
		egov__ext_put_basic_constraints(&value, &bc);
		put(exts, EGOV__OID_BASIC_CONSTRAINTS, true, &value);
	}
	egov__ext_put_key_usage(&value, egov__profile_key_usage(profile));
	put(exts, EGOV__OID_KEY_USAGE, true, &value);
	egov__buf_clear(&value);
}

static void put_policies(const struct egov_profile *profile, struct egov_buf *exts)
{
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);
	const struct egov_slice *oids = NULL;
	const size_t count = egov__profile_policies(profile, &oids);

	if (count > 0) {
		egov__ext_put_policies(&value, oids, count, egov__profile_cps_uri(profile));
		put(exts, EGOV__OID_POLICIES, false, &value);
	}
	egov__buf_clear(&value);
}

static enum egov_status require_uri(const struct egov__cert_plan *plan, const char *uri,
                                    const char *what, struct egov_error *err)
{
	if (uri != NULL)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, tables C.2 to C.4",
	                      "profile %s writes %s, but the CA has no address for it",
	                      egov_profile_name(plan->profile), what);
}

/* Where status and issuer are found. */
static enum egov_status put_addresses(const struct egov__cert_plan *plan, struct egov_buf *exts,
                                      struct egov_error *err)
{
	const struct egov__profile_extensions *const wanted = egov__profile_extensions(plan->profile);
	const struct egov__issuer *const issuer = plan->issuer;
	const char *const ca_issuers = wanted->aia_ca_issuers ? issuer->ca_issuers_uri : NULL;
	const char *const ocsp = wanted->aia_ocsp ? issuer->ocsp_uri : NULL;
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = EGOV_OK;

	if (wanted->crl_dp)
		rc = require_uri(plan, issuer->crl_uri, "cRLDistributionPoints", err);
	if (rc == EGOV_OK && wanted->freshest_crl)
		rc = require_uri(plan, issuer->freshest_uri, "freshestCRL", err);
	if (rc == EGOV_OK && wanted->aia_ca_issuers)
		rc = require_uri(plan, ca_issuers, "caIssuers", err);
	if (rc == EGOV_OK && wanted->aia_ocsp)
		rc = require_uri(plan, ocsp, "ocsp", err);
	if (rc != EGOV_OK)
		return rc;
	if (wanted->crl_dp) {
		const struct egov_slice uri = egov__slice_text(issuer->crl_uri);

		egov__ext_put_crl_dp(&value, &uri, 1);
		put(exts, EGOV__OID_CRL_DP, false, &value);
	}
	if (wanted->freshest_crl) {
		const struct egov_slice uri = egov__slice_text(issuer->freshest_uri);

		egov__ext_put_crl_dp(&value, &uri, 1);
		put(exts, EGOV__OID_FRESHEST_CRL, false, &value);
	}
	if (ca_issuers != NULL || ocsp != NULL) {
		egov__ext_put_aia(&value, ca_issuers, ocsp);
		put(exts, EGOV__OID_AIA, false, &value);
	}
	egov__buf_clear(&value);
	return EGOV_OK;
}

/* extKeyUsage, critical for time stamps alone (RFC 3161, 2.3), identity, and
 * id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1). */
static void put_special(const struct egov__cert_plan *plan, struct egov_buf *exts)
{
	static const uint8_t null[] = { EGOV__NULL, 0 };
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov__oid type = EGOV__OID_UNKNOWN;
	const struct egov_slice *oids = NULL;
	const size_t count = egov__profile_eku(plan->profile, &oids);
	const bool critical = egov__profile_kind(plan->profile) == EGOV__PROFILE_TIMESTAMP;
	const char *text;

	if (count > 0) {
		egov__ext_put_eku(&value, oids, count);
		put(exts, EGOV__OID_EKU, critical, &value);
	}
	for (size_t i = 0; (text = egov__judged_identity(plan->judged, i, &type)) != NULL; i++) {
		egov__ext_put_identity(&value, type, text);
		put(exts, type, false, &value);
	}
	if (egov__profile_extensions(plan->profile)->ocsp_nocheck) {
		egov__buf_slice(&value, EGOV__SLICE(null));
		put(exts, EGOV__OID_OCSP_NOCHECK, false, &value);
	}
	egov__buf_clear(&value);
}

/* Key identifiers first and the rest in the order of tables C.1 to C.4. */
static enum egov_status build_extensions(const struct egov__cert_plan *plan, struct egov_buf *out,
                                         struct egov_error *err)
{
	struct egov_buf exts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = put_key_ids(plan, &exts, err);

	if (rc == EGOV_OK) {
		put_usage(plan->profile, &exts);
		put_policies(plan->profile, &exts);
		rc = put_addresses(plan, &exts, err);
	}
	if (rc == EGOV_OK) {
		put_special(plan, &exts);
		rc = egov__buf_check(&exts, err);
	}
	if (rc == EGOV_OK)
		egov__der_put(out, EGOV__SEQUENCE, egov_buf_slice(&exts));
	egov__buf_clear(&exts);
	return rc;
}

/* Positive, at most 20 octets as contents of an INTEGER (GM/T 0015, 5.2.3.2). */
static enum egov_status put_serial(struct egov_buf *out, struct egov_slice octets,
                                   struct egov_error *err)
{
	while (octets.size > 0 && octets.data[0] == 0) {
		octets.data++;
		octets.size--;
	}
	if (octets.size == 0 || octets.size + (octets.data[0] >= 0x80) > SERIAL_MAX)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, 5.2.3.2",
		                      "serial number: %zu octets, want 1 to %d and not zero",
		                      octets.size, SERIAL_MAX);
	egov__der_put_unsigned(out, octets);
	return EGOV_OK;
}

/* version to subjectPublicKeyInfo */
static enum egov_status put_fields(struct egov_buf *out, const struct egov__cert_plan *plan,
                                   struct egov_error *err)
{
	static const uint8_t v3[] = { EGOV__CONTEXT_CONS, 3, EGOV__INTEGER, 1, 2 };
	const struct egov_slice subject = egov__judged_subject(plan->judged);
	enum egov_status rc;
	size_t validity;

	egov__buf_slice(out, EGOV__SLICE(v3));
	rc = put_serial(out, plan->serial, err);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_slice(out, egov__algid_sm2_sm3(plan->issuer->params));
	egov__buf_slice(out, is_self_signed(plan) ? subject : plan->issuer->name);
	validity = egov__der_open(out, EGOV__SEQUENCE);
	egov__der_put_time(out, plan->not_before);
	egov__der_put_time(out, plan->not_after);
	egov__der_close(out, validity);
	egov__buf_slice(out, subject);
	egov__buf_slice(out, egov__judged_public_key(plan->judged));
	return EGOV_OK;
}

static enum egov_status put_extensions(struct egov_buf *out, const struct egov__cert_plan *plan,
                                       struct egov_error *err)
{
	struct egov_buf exts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = build_extensions(plan, &exts, err);

	if (rc == EGOV_OK)
		rc = egov__buf_check(&exts, err);
	egov__der_put(out, EGOV__CONTEXT_CONS | 3, egov_buf_slice(&exts));
	egov__buf_clear(&exts);
	return rc;
}

static enum egov_status check_plan(const struct egov__cert_plan *plan, struct egov_error *err)
{
	const bool root = egov__profile_kind(plan->profile) == EGOV__PROFILE_ROOT_CA;

	if (!egov__judged_is_under(plan->judged, plan->profile))
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 21",
		                      "the application was judged under another profile than %s",
		                      egov_profile_name(plan->profile));
	if (root != is_self_signed(plan))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.1",
		                      root ? EGOV__N("profile %s is for a certificate signed by its own "
		                                     "key")
		                           : EGOV__N("profile %s is not for a certificate signed by its "
		                                     "own key"),
		                      egov_profile_name(plan->profile));
	if (!root && plan->issuer->key_id.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "the issuer has no key identifier");
	if (plan->not_before >= plan->not_after)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, 5.2.3.5",
		                      "validity: notAfter is not later than notBefore");
	return EGOV_OK;
}

enum egov_status egov__cert_build(const struct egov__cert_plan *plan, struct egov_tbs **out,
                                  struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	size_t whole;
	enum egov_status rc = check_plan(plan, err);

	if (rc != EGOV_OK)
		return rc;
	whole = egov__der_open(&der, EGOV__SEQUENCE);
	rc = put_fields(&der, plan, err);
	if (rc == EGOV_OK)
		rc = put_extensions(&der, plan, err);
	egov__der_close(&der, whole);
	if (rc == EGOV_OK)
		rc = egov__tbs_new(EGOV_OBJECT_CERTIFICATE, &der, plan->issuer->params, out, err);
	egov__buf_clear(&der);
	return rc;
}
