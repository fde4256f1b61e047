/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contents of an Extensions SEQUENCE.  Each value is read by our decoders
 * and by libtasn1: what we accept, it must accept.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "asn1/asn1.h"
#include "base/der.h"
#include "base/text.h"
#include "x509/ext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum egov_status on_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                  struct egov_error *err)
{
	(void)err;
	*(size_t *)user += oid.size + qualifiers.size;
	return EGOV_OK;
}

static enum egov_status on_oid(void *user, struct egov_slice oid, struct egov_error *err)
{
	(void)err;
	*(size_t *)user += oid.size;
	return EGOV_OK;
}

static enum egov_status on_name(void *user, const struct egov__general_name *name,
                                struct egov_error *err)
{
	(void)err;
	*(size_t *)user += name->value.size;
	return EGOV_OK;
}

static enum egov_status on_point(void *user, const struct egov__distribution_point *dp,
                                 struct egov_error *err)
{
	(void)err;
	*(size_t *)user += dp->full_name.size + dp->relative.size + dp->crl_issuer.size;
	return EGOV_OK;
}

static enum egov_status on_access(void *user, struct egov_slice method,
                                  const struct egov__general_name *location,
                                  struct egov_error *err)
{
	(void)err;
	*(size_t *)user += method.size + location->value.size;
	return EGOV_OK;
}

static enum egov_status on_subtree(void *user, bool excluded,
                                   const struct egov__general_name *base, struct egov_error *err)
{
	(void)err;
	*(size_t *)user += excluded + base->value.size;
	return EGOV_OK;
}

static enum egov_status on_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                   struct egov_error *err)
{
	(void)err;
	*(size_t *)user += from.size + to.size;
	return EGOV_OK;
}

/* The same of what limits those below. */
static enum egov_status decode_limit(enum egov__oid type, struct egov_slice der, const char **name)
{
	struct egov__policy_constraints pc;
	uint32_t skip;
	size_t sum = 0;

	switch (type) {
	case EGOV__OID_NAME_CONSTRAINTS:
		*name = "PKIX.NameConstraints";
		return egov__ext_name_constraints(der, on_subtree, &sum, NULL);
	case EGOV__OID_POLICY_MAPPINGS:
		*name = "PKIX.PolicyMappings";
		return egov__ext_policy_mappings(der, on_mapping, &sum, NULL);
	case EGOV__OID_POLICY_CONSTRAINTS:
		*name = "PKIX.PolicyConstraints";
		return egov__ext_policy_constraints(der, &pc, NULL);
	default:
		*name = "PKIX.InhibitAnyPolicy";
		return egov__ext_inhibit_any_policy(der, &skip, NULL);
	}
}

/* Our decoder of the type, and the name of the type for libtasn1. */
static enum egov_status decode(enum egov__oid type, struct egov_slice der, const char **name)
{
	struct egov__basic_constraints bc;
	struct egov__aki aki;
	struct egov__idp idp;
	struct egov_slice value;
	unsigned bits;
	size_t sum = 0;

	switch (type) {
	case EGOV__OID_KEY_USAGE:
		*name = "PKIX.KeyUsage";
		return egov__ext_key_usage(der, &bits, NULL);
	case EGOV__OID_BASIC_CONSTRAINTS:
		*name = "PKIX.BasicConstraints";
		return egov__ext_basic_constraints(der, &bc, NULL);
	case EGOV__OID_SKI:
		*name = "PKIX.SubjectKeyIdentifier";
		return egov__ext_ski(der, &value, NULL);
	case EGOV__OID_AKI:
		*name = "PKIX.AuthorityKeyIdentifier";
		return egov__ext_aki(der, &aki, NULL);
	case EGOV__OID_POLICIES:
		*name = "PKIX.CertificatePolicies";
		return egov__ext_policies(der, on_policy, &sum, NULL);
	case EGOV__OID_EKU:
		*name = "PKIX.ExtKeyUsage";
		return egov__ext_eku(der, on_oid, &sum, NULL);
	case EGOV__OID_SAN:
	case EGOV__OID_ISSUER_ALT_NAME:
	case EGOV__OID_CERTIFICATE_ISSUER:
		*name = "PKIX.GeneralNames";
		return egov__ext_general_names(der, on_name, &sum, NULL);
	case EGOV__OID_CRL_DP:
	case EGOV__OID_FRESHEST_CRL:
		*name = "PKIX.CRLDistributionPoints";
		return egov__ext_crl_dp(der, on_point, &sum, NULL);
	case EGOV__OID_AIA:
	case EGOV__OID_SIA:
		*name = "PKIX.InfoAccess";
		return egov__ext_access(der, on_access, &sum, NULL);
	case EGOV__OID_IDP:
		*name = "PKIX.IssuingDistributionPoint";
		return egov__ext_idp(der, &idp, NULL);
	case EGOV__OID_CRL_NUMBER:
	case EGOV__OID_DELTA_CRL:
		*name = "PKIX.Number";
		return egov__ext_number(der, &value, NULL);
	case EGOV__OID_NAME_CONSTRAINTS:
	case EGOV__OID_POLICY_MAPPINGS:
	case EGOV__OID_POLICY_CONSTRAINTS:
	case EGOV__OID_INHIBIT_ANY_POLICY:
		return decode_limit(type, der, name);
	default:
		return egov__ext_identity(type, der, &value, NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct egov_slice exts = { data, size };
	struct egov_error err = { 0 };
	struct egov__ext ext;

	if (egov__exts_check(exts, &err) != EGOV_OK && err.text[0] == 0)
		abort();
	while (exts.size > 0 && egov__ext_next(&exts, &ext, NULL) == EGOV_OK) {
		struct egov_buf text = EGOV__BUF(1u << 20);
		const char *name = NULL;

		if (decode(ext.type, ext.value, &name) == EGOV_OK && name != NULL
		    && egov__asn1_check(name, ext.value, NULL) == EGOV_E_SYNTAX)
			abort();
		egov__ext_print(&ext, &text);
		if (!text.failed
		    && (!egov__utf8_check(egov_buf_slice(&text), NULL)
		        || egov__utf8_has_control(egov_buf_slice(&text))))
			abort();
		egov__buf_clear(&text);
	}
	return 0;
}
