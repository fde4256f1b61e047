/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "asn1/oid.h"

/* A purpose wants one of these bits in a keyUsage that is there (GM/T 0015,
 * 5.2.4.2.4 and .5), and an extKeyUsage that allows it. */
enum eku_rule {
	EKU_ANY,                /* says nothing about this purpose */
	EKU_ALLOWS,             /* absent, or has it, or anyExtendedKeyUsage */
	EKU_NAMES,              /* present and has it */
	EKU_ONLY                /* present, critical, has it and nothing else */
};
struct egov__purpose {
	const char *name, *clause;
	unsigned usage;
	enum egov__oid eku;
	enum eku_rule rule, above;      /* above: in the CAs; a responder's CA need not say */
	bool ca;
	bool usage_may_lack;            /* RFC 5280: then the key serves any use */
};

enum { KU_SIGN = EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION };

static const struct egov__purpose purposes[] = {
	{ "sign", "GM/T 0015, 5.2.4.2.4", KU_SIGN, EGOV__OID_UNKNOWN, EKU_ANY, EKU_ANY, false, false },
	{ "ca", "RFC 5280, 4.2.1.9", EGOV__KU_KEY_CERT_SIGN, EGOV__OID_UNKNOWN, EKU_ANY, EKU_ANY,
	  true, false },
	{ "ocsp", "RFC 6960, 4.2.2.2", KU_SIGN, EGOV__OID_EKU_OCSP_SIGNING, EKU_NAMES, EKU_ANY,
	  false, false },
	{ "server", "RFC 5280, 4.2.1.12",
	  EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_KEY_AGREEMENT,
	  EGOV__OID_EKU_SERVER_AUTH, EKU_ALLOWS, EKU_ALLOWS, false, true },
	{ "client", "RFC 5280, 4.2.1.12", EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_KEY_AGREEMENT,
	  EGOV__OID_EKU_CLIENT_AUTH, EKU_ALLOWS, EKU_ALLOWS, false, true },
	{ "timestamp", "RFC 3161, 2.3", KU_SIGN, EGOV__OID_EKU_TIME_STAMPING, EKU_ONLY, EKU_ALLOWS,
	  false, false },
};

const struct egov__purpose *egov__purpose_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++)
		if (strcmp(purposes[i].name, name) == 0)
			return &purposes[i];
	return NULL;
}

struct eku {
	enum egov__oid wanted;
	bool present, critical, has_wanted, has_any, has_other;
};

static enum egov_status see_eku(void *user, struct egov_slice oid, struct egov_error *err)
{
	struct eku *eku = user;
	const enum egov__oid type = egov__oid_find(oid);

	(void)err;
	if (type == eku->wanted)
		eku->has_wanted = true;
	else if (type == EGOV__OID_EKU_ANY)
		eku->has_any = true;
	else
		eku->has_other = true;
	return EGOV_OK;
}

static enum egov_status read_eku(const struct egov_cert *cert, struct eku *eku,
                                 struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	eku->present = egov__cert_ext(cert, EGOV__OID_EKU, &ext);
	if (!eku->present)
		return EGOV_OK;
	eku->critical = ext.critical;
	rc = egov__ext_eku(ext.value, see_eku, eku, &cause);
	return rc == EGOV_OK ? rc : egov__check_malformed(EGOV__OID_EKU, rc, &cause, err);
}

static bool eku_fits(const struct eku *eku, enum eku_rule rule)
{
	switch (rule) {
	case EKU_ANY:
		break;
	case EKU_ALLOWS:
		return !eku->present || eku->has_wanted || eku->has_any;
	case EKU_NAMES:
		return eku->has_wanted;
	case EKU_ONLY:
		return eku->critical && eku->has_wanted && !eku->has_any && !eku->has_other;
	}
	return true;
}

static enum egov_status check_eku(const struct egov__link *link, struct egov_error *err)
{
	const struct egov__purpose *purpose = link->j->purpose;
	struct eku eku = { .wanted = purpose->eku };
	const enum eku_rule rule = link->i == 0 ? purpose->rule : purpose->above;
	enum egov_status rc = rule == EKU_ANY ? EGOV_OK : read_eku(link->cert, &eku, err);

	if (rc == EGOV_OK && !eku_fits(&eku, rule))
		rc = egov_error_set(err, EGOV_E_UNTRUSTED, purpose->clause,
		                    rule == EKU_ONLY
		                    ? EGOV__N("not for purpose %s: extKeyUsage must be critical with "
		                              "%s alone")
		                    : EGOV__N("not for purpose %s: extKeyUsage has no %s"),
		                    purpose->name, egov__oid_get(purpose->eku)->name);
	return rc;
}

static enum egov_status check_usage(const struct egov__link *link, struct egov_error *err)
{
	const struct egov__purpose *purpose = link->j->purpose;
	struct egov__basic_constraints basic;
	bool present;
	unsigned bits;
	enum egov_status rc = egov__check_usage(link->cert, &present, &bits, err);

	if (rc == EGOV_OK)
		rc = egov__check_basic(link->cert, &basic, err);
	if (rc != EGOV_OK)
		return rc;
	if (!present && !purpose->usage_may_lack)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0015, table C.3",
		                      "not for purpose %s: no keyUsage", purpose->name);
	if ((bits & purpose->usage) == 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0015, 5.2.4.2.4",
		                      "not for purpose %s: keyUsage has no bit for it", purpose->name);
	if (purpose->ca && !basic.ca)
		return egov_error_set(err, EGOV_E_UNTRUSTED, purpose->clause,
		                      "not for purpose %s: basicConstraints do not say it is a CA",
		                      purpose->name);
	return EGOV_OK;
}

enum egov_status egov__check_purpose(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (link->j->purpose == NULL) {
		egov__note_skip(note, "no purpose asked for");
		return EGOV_OK;
	}
	if (link->i == 0)
		rc = check_usage(link, err);
	if (rc == EGOV_OK)
		rc = check_eku(link, err);
	if (rc == EGOV_OK)
		egov__note_say(note, "may serve purpose %s", link->j->purpose->name);
	return rc;
}
