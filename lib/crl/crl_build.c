/* SPDX-License-Identifier: Apache-2.0 */
#include "crl/crl.h"

#include <string.h>

#include "base/der.h"
#include "x509/tbs_build.h"

/* The serial before, kept to see that the next one is greater. */
struct order {
	uint8_t octets[32];
	size_t size;
};

static bool is_greater(struct egov_slice serial, const struct order *before)
{
	if (serial.size != before->size)
		return serial.size > before->size;
	return memcmp(serial.data, before->octets, serial.size) > 0;
}

/* Serials that are positive rise with their length, then with their octets. */
static enum egov_status check_serial(struct egov_slice serial, struct order *before,
                                     struct egov_error *err)
{
	if (egov__der_integer_check(serial, "", NULL) != EGOV_OK || serial.data[0] >= 0x80
	    || serial.size > sizeof(before->octets))
		return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 4.1.2.2",
		                      "the list of the revoked holds a serial that none of ours is");
	if (before->size > 0 && !is_greater(serial, before))
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "the list of the revoked does not rise by serial number");
	memcpy(before->octets, serial.data, serial.size);
	before->size = serial.size;
	return EGOV_OK;
}

static enum egov_status check_entry(const struct egov__crl_entry *e, bool delta,
                                    struct egov_error *err)
{
	/* 8 removes from a delta list alone (RFC 5280, 5.3.1). */
	if (e->reason < -1 || (e->reason == 8 && !delta) || (e->reason >= 0 && egov_reason_name(e->reason) == NULL))
		return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.3.1",
		                      "reason %d cannot stand in a complete CRL", e->reason);
	if (e->certificate_issuer.size > 0)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, "GM/T 0015, table C.5",
		                      "indirect CRLs are not made");
	return EGOV_OK;
}

/* reasonCode 0 is left out (GM/T 0015, table C.5). */
static void put_entry(struct egov_buf *out, const struct egov__crl_entry *e)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__INTEGER, e->serial);
	egov__der_put_time(out, e->revoked_at);
	if (e->reason > 0 || e->invalidity_date != EGOV_TIME_NONE) {
		const size_t exts = egov__der_open(out, EGOV__SEQUENCE);

		if (e->reason > 0) {
			const uint8_t code[] = { EGOV__ENUMERATED, 1, (uint8_t)e->reason };

			egov__ext_put(out, EGOV__OID_REASON_CODE, false, EGOV__SLICE(code));
		}
		if (e->invalidity_date != EGOV_TIME_NONE) {
			struct egov_buf date = EGOV__BUF(64);

			egov__der_put_generalized_time(&date, e->invalidity_date);
			egov__ext_put(out, EGOV__OID_INVALIDITY_DATE, false, egov_buf_slice(&date));
			egov__buf_clear(&date);
		}
		egov__der_close(out, exts);
	}
	egov__der_close(out, mark);
}

static enum egov_status put_entries(struct egov_buf *out, const struct egov__crl_plan *plan,
                                    struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct order before = { .size = 0 };
	enum egov_status rc;

	for (size_t i = 0; i < plan->count; i++) {
		struct egov__crl_entry entry = { .reason = -1, .invalidity_date = EGOV_TIME_NONE };

		rc = plan->next(plan->user, &entry, err);
		if (rc == EGOV_OK)
			rc = check_serial(entry.serial, &before, err);
		if (rc == EGOV_OK)
			rc = check_entry(&entry, plan->base != 0, err);
		if (rc != EGOV_OK)
			return rc;
		put_entry(out, &entry);
	}
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

static void put_extension(struct egov_buf *out, enum egov__oid type, bool critical,
                          struct egov_buf *value)
{
	out->failed = out->failed || value->failed;
	out->starved = out->starved || value->starved;
	egov__ext_put(out, type, critical, egov_buf_slice(value));
	egov_buf_reset(value);
}

static void put_extensions(struct egov_buf *out, const struct egov__crl_plan *plan)
{
	const size_t wrap = egov__der_open(out, EGOV__CONTEXT_CONS | 0);
	const size_t list = egov__der_open(out, EGOV__SEQUENCE);
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);

	egov__ext_put_aki(&value, plan->issuer->key_id);
	put_extension(out, EGOV__OID_AKI, false, &value);
	egov__der_put_uint(&value, plan->number);
	put_extension(out, EGOV__OID_CRL_NUMBER, false, &value);
	if (plan->idp_uri != NULL) {
		egov__ext_put_idp(&value, plan->idp_uri, plan->only_users, plan->only_ca);
		put_extension(out, EGOV__OID_IDP, true, &value);
	}
	if (plan->base != 0) {
		egov__der_put_uint(&value, plan->base);
		put_extension(out, EGOV__OID_DELTA_CRL, true, &value);
	} else if (plan->freshest_uri != NULL) {
		const struct egov_slice uri = egov__slice_text(plan->freshest_uri);

		egov__ext_put_crl_dp(&value, &uri, 1);
		put_extension(out, EGOV__OID_FRESHEST_CRL, false, &value);
	}
	egov__buf_clear(&value);
	egov__der_close(out, list);
	egov__der_close(out, wrap);
}

static enum egov_status put_list(struct egov_buf *out, const struct egov__crl_plan *plan,
                                 struct egov_error *err)
{
	const size_t tbs = egov__der_open(out, EGOV__SEQUENCE);
	enum egov_status rc = EGOV_OK;

	egov__der_put_uint(out, 1);
	egov__buf_slice(out, egov__algid_sm2_sm3(plan->issuer->params));
	egov__buf_slice(out, plan->issuer->name);
	egov__der_put_time(out, plan->this_update);
	egov__der_put_time(out, plan->next_update);
	if (plan->count > 0)
		rc = put_entries(out, plan, err);
	if (rc != EGOV_OK)
		return rc;
	put_extensions(out, plan);
	egov__der_close(out, tbs);
	return egov__buf_check(out, err);
}

enum egov_status egov__crl_build(const struct egov__crl_plan *plan, struct egov_tbs **out,
                                 struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_CRL);
	enum egov_status rc;

	if (plan->issuer->name.size == 0 || plan->issuer->key_id.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "a CRL needs the issuer's name and key identifier");
	if (plan->next_update <= plan->this_update)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, 5.3",
		                      "nextUpdate is not later than thisUpdate");
	if (plan->base >= plan->number && plan->base != 0)
		return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.2.4",
		                      "a delta list has a higher number than its base");
	rc = put_list(&der, plan, err);
	if (rc == EGOV_OK)
		rc = egov__tbs_new(EGOV_OBJECT_CRL, &der, plan->issuer->params, out, err);
	egov__buf_clear(&der);
	return rc;
}
