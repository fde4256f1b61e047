/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/der.h"

enum egov_status egov__check_malformed(enum egov__oid type, enum egov_status rc,
                                       const struct egov_error *cause, struct egov_error *err)
{
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return egov_error_set(err, EGOV_E_UNTRUSTED, cause->clause, "malformed %s: %s",
	                      egov__oid_get(type)->name, cause->text);
}

/* As older CAs write it, against X.690, 11.5: what it means is plain, whether it
 * is tolerated is for the check of extensions. */
static bool is_written_default(struct egov_slice value)
{
	static const uint8_t no_ca[] = { EGOV__SEQUENCE, 3, EGOV__BOOLEAN, 1, 0 };

	return egov__slice_equal(value, EGOV__SLICE(no_ca));
}

enum egov_status egov__check_basic(const struct egov_cert *cert,
                                   struct egov__basic_constraints *basic, struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	*basic = (struct egov__basic_constraints){ 0 };
	if (!egov__cert_ext(cert, EGOV__OID_BASIC_CONSTRAINTS, &ext)
	    || is_written_default(ext.value))
		return EGOV_OK;
	rc = egov__ext_basic_constraints(ext.value, basic, &cause);
	return rc == EGOV_OK ? rc
	                     : egov__check_malformed(EGOV__OID_BASIC_CONSTRAINTS, rc, &cause, err);
}

enum egov_status egov__check_usage(const struct egov_cert *cert, bool *present, unsigned *bits,
                                   struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	*present = egov__cert_ext(cert, EGOV__OID_KEY_USAGE, &ext);
	*bits = ~0u;
	if (!*present)
		return EGOV_OK;
	rc = egov__ext_key_usage(ext.value, bits, &cause);
	return rc == EGOV_OK ? rc : egov__check_malformed(EGOV__OID_KEY_USAGE, rc, &cause, err);
}

/* Those that some check here evaluates, or that only hint. */
static bool is_processed(enum egov__oid type)
{
	static const enum egov__oid processed[] = {
		EGOV__OID_AKI, EGOV__OID_SKI, EGOV__OID_KEY_USAGE, EGOV__OID_SAN,
		EGOV__OID_BASIC_CONSTRAINTS, EGOV__OID_NAME_CONSTRAINTS, EGOV__OID_POLICIES,
		EGOV__OID_POLICY_MAPPINGS, EGOV__OID_POLICY_CONSTRAINTS,
		EGOV__OID_INHIBIT_ANY_POLICY, EGOV__OID_EKU, EGOV__OID_CRL_DP,
		EGOV__OID_OCSP_NOCHECK
	};

	for (size_t i = 0; i < sizeof(processed) / sizeof(processed[0]); i++)
		if (processed[i] == type)
			return true;
	return false;
}

static enum egov_status see_qualifiers(void *user, struct egov_slice oid,
                                       struct egov_slice qualifiers, struct egov_error *err)
{
	struct egov_slice info, id;
	enum egov__oid type;

	(void)user, (void)oid;
	while (qualifiers.size > 0) {
		if (egov__der_read(&qualifiers, EGOV__SEQUENCE, "", &info, NULL) != EGOV_OK
		    || egov__der_read(&info, EGOV__OID, "", &id, NULL) != EGOV_OK)
			return egov_error_set(err, EGOV_E_SYNTAX, NULL, "malformed qualifier");
		type = egov__oid_find(id);
		if (type != EGOV__OID_CPS_QUALIFIER && type != EGOV__OID_USER_NOTICE)
			return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.4",
			                      "critical certificatePolicies with a qualifier that is "
			                      "not known here");
	}
	return EGOV_OK;
}

static enum egov_status refuse_unknown(const struct egov__ext *ext, struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__oid_print(ext->oid, &name);
	rc = egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
	                    "critical extension %.*s, which is not known here", (int)name.size,
	                    (const char *)name.data);
	egov__buf_clear(&name);
	return rc;
}

/* Whoever does not know them must not pass them by (RFC 5280); an anchor may say
 * what it likes. */
static enum egov_status check_must(const struct egov__link *link, const struct egov__ext *ext,
                                   struct egov_error *err)
{
	static const struct {
		enum egov__oid type;
		const char *clause;
	} musts[] = {
		{ EGOV__OID_NAME_CONSTRAINTS, "RFC 5280, 4.2.1.10" },
		{ EGOV__OID_POLICY_CONSTRAINTS, "RFC 5280, 4.2.1.11" },
		{ EGOV__OID_INHIBIT_ANY_POLICY, "RFC 5280, 4.2.1.14" },
	};

	if (ext->critical || link->anchor || egov__tolerates(link->j, EGOV_TOLERATE_CRITICALITY))
		return EGOV_OK;
	for (size_t i = 0; i < sizeof(musts) / sizeof(musts[0]); i++)
		if (musts[i].type == ext->type)
			return egov_error_set(err, EGOV_E_UNTRUSTED, musts[i].clause,
			                      "its %s are not critical", egov__oid_get(ext->type)->name);
	return EGOV_OK;
}

enum egov_status egov__check_critical(const struct egov__link *link, struct egov__note *note,
                                      struct egov_error *err)
{
	struct egov_slice rest = link->fields->extensions;
	struct egov__ext ext;

	while (rest.size > 0) {
		if (egov__ext_next(&rest, &ext, NULL) != EGOV_OK)
			return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "malformed extension");
		if (ext.critical && !is_processed(ext.type))
			return refuse_unknown(&ext, err);
		if (check_must(link, &ext, err) != EGOV_OK)
			return EGOV_E_UNTRUSTED;
		if (ext.critical && ext.type == EGOV__OID_POLICIES
		    && egov__ext_policies(ext.value, see_qualifiers, NULL, err) == EGOV_E_UNTRUSTED)
			return EGOV_E_UNTRUSTED;
	}
	egov__note_say(note, "no unknown critical extension");
	return EGOV_OK;
}

/* --- form ------------------------------------------------------------------------ */

static enum egov_status any_policy_is_fine(void *user, struct egov_slice oid,
                                           struct egov_slice qualifiers, struct egov_error *err)
{
	(void)user, (void)oid, (void)qualifiers, (void)err;
	return EGOV_OK;
}

static enum egov_status any_oid_is_fine(void *user, struct egov_slice oid, struct egov_error *err)
{
	(void)user, (void)oid, (void)err;
	return EGOV_OK;
}

static enum egov_status any_name_is_fine(void *user, const struct egov__general_name *name,
                                         struct egov_error *err)
{
	(void)user, (void)name, (void)err;
	return EGOV_OK;
}

static enum egov_status any_point_is_fine(void *user, const struct egov__distribution_point *dp,
                                          struct egov_error *err)
{
	(void)user, (void)dp, (void)err;
	return EGOV_OK;
}

static enum egov_status any_subtree_is_fine(void *user, bool excluded,
                                            const struct egov__general_name *base,
                                            struct egov_error *err)
{
	(void)user, (void)excluded, (void)base, (void)err;
	return EGOV_OK;
}

static enum egov_status see_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                    struct egov_error *err)
{
	(void)user;
	if (egov__oid_find(from) != EGOV__OID_ANY_POLICY && egov__oid_find(to) != EGOV__OID_ANY_POLICY)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.5",
	                      "it maps from or to anyPolicy");
}

static enum egov_status any_access_is_fine(void *user, struct egov_slice method,
                                           const struct egov__general_name *location,
                                           struct egov_error *err)
{
	(void)user, (void)method, (void)location, (void)err;
	return EGOV_OK;
}

static enum egov_status read_usage(struct egov_slice value, struct egov_error *err)
{
	unsigned bits = 0;
	enum egov_status rc = egov__ext_key_usage(value, &bits, err);

	if (rc != EGOV_OK || bits != 0)
		return rc;
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.3", "no bit is set");
}

static enum egov_status read_limit(const struct egov__ext *ext, struct egov_error *err)
{
	struct egov__policy_constraints limits;
	uint32_t skip;

	if (ext->type == EGOV__OID_NAME_CONSTRAINTS)
		return egov__ext_name_constraints(ext->value, any_subtree_is_fine, NULL, err);
	if (ext->type == EGOV__OID_POLICY_MAPPINGS)
		return egov__ext_policy_mappings(ext->value, see_mapping, NULL, err);
	if (ext->type == EGOV__OID_POLICY_CONSTRAINTS)
		return egov__ext_policy_constraints(ext->value, &limits, err);
	if (ext->type == EGOV__OID_INHIBIT_ANY_POLICY)
		return egov__ext_inhibit_any_policy(ext->value, &skip, err);
	return EGOV_OK;
}

static enum egov_status read_value(const struct egov__ext *ext, struct egov_error *err)
{
	struct egov__basic_constraints basic;
	struct egov__aki aki;
	struct egov_slice slice;

	if (ext->type == EGOV__OID_KEY_USAGE)
		return read_usage(ext->value, err);
	if (ext->type == EGOV__OID_BASIC_CONSTRAINTS)
		return egov__ext_basic_constraints(ext->value, &basic, err);
	if (ext->type == EGOV__OID_SKI)
		return egov__ext_ski(ext->value, &slice, err);
	if (ext->type == EGOV__OID_AKI)
		return egov__ext_aki(ext->value, &aki, err);
	if (ext->type == EGOV__OID_POLICIES)
		return egov__ext_policies(ext->value, any_policy_is_fine, NULL, err);
	if (ext->type == EGOV__OID_EKU)
		return egov__ext_eku(ext->value, any_oid_is_fine, NULL, err);
	if (ext->type == EGOV__OID_SAN)
		return egov__ext_general_names(ext->value, any_name_is_fine, NULL, err);
	if (ext->type == EGOV__OID_CRL_DP || ext->type == EGOV__OID_FRESHEST_CRL)
		return egov__ext_crl_dp(ext->value, any_point_is_fine, NULL, err);
	if (ext->type == EGOV__OID_AIA || ext->type == EGOV__OID_SIA)
		return egov__ext_access(ext->value, any_access_is_fine, NULL, err);
	return read_limit(ext, err);
}

/* What is known must be readable, critical or not: half an answer is none. */
enum egov_status egov__check_extensions(const struct egov__link *link, struct egov__note *note,
                                        struct egov_error *err)
{
	struct egov_slice rest = link->fields->extensions;
	struct egov__ext ext;
	enum egov_status rc;

	while (rest.size > 0) {
		struct egov_error cause = { 0 };

		if (egov__ext_next(&rest, &ext, NULL) != EGOV_OK)
			return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "malformed extension");
		if (ext.type == EGOV__OID_BASIC_CONSTRAINTS && is_written_default(ext.value)
		    && egov__tolerates(link->j, EGOV_TOLERATE_WRITTEN_DEFAULTS))
			continue;
		rc = read_value(&ext, &cause);
		if (rc != EGOV_OK)
			return egov__check_malformed(ext.type, rc, &cause, err);
	}
	egov__note_say(note, "every known extension is well-formed");
	return EGOV_OK;
}
