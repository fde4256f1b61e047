/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "lint/host.h"
#include "lint/lint_impl.h"
#include "x509/name.h"

/* Rules of RFC 5280 on policies (4.2.1.4, 4.2.1.5) and name constraints (4.2.1.10). */

#define MAX_TEXT 200
#define VISIBLE_STRING 0x1a

/* --- qualifiers --------------------------------------------------------------------- */

/* What stands in a userNotice, and in a CPS pointer. */
struct notes {
	bool strange_any;               /* anyPolicy with another qualifier than the two */
	bool malformed, reference;      /* a userNotice */
	uint8_t bad_type, poor_type;    /* of explicitText: forbidden, discouraged */
	bool control;
	size_t long_text;               /* characters, where they are too many */
	const char *fault;              /* of a CPS pointer */
};

static void note_text(struct notes *notes, const struct egov__tlv *text)
{
	const struct egov__name_item item = { .tag = text->tag, .value = text->value };
	struct egov_buf room = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	size_t length = 0;

	if (text->tag == EGOV__IA5_STRING)
		notes->bad_type = text->tag;
	else if (text->tag == VISIBLE_STRING || text->tag == EGOV__BMP_STRING)
		notes->poor_type = text->tag;
	else if (text->tag != EGOV__UTF8_STRING)
		notes->malformed = true;
	if (egov__name_item_text(&item, &room) && egov__utf8_check(egov_buf_slice(&room), &length)) {
		notes->control = notes->control || egov__utf8_has_control(egov_buf_slice(&room));
		if (length > MAX_TEXT)
			notes->long_text = length;
	} else {
		notes->malformed = true;
	}
	egov__buf_clear(&room);
}

/* UserNotice ::= SEQUENCE { noticeRef SEQUENCE OPTIONAL, explicitText DisplayText OPTIONAL } */
static void note_notice(struct notes *notes, struct egov_slice qualifier)
{
	struct egov_slice in = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };

	if (egov__der_only(qualifier, EGOV__SEQUENCE, "", &in, NULL) != EGOV_OK) {
		notes->malformed = true;
		return;
	}
	while (in.size > 0) {
		if (egov__der_any(&in, &tlv, NULL) != EGOV_OK)
			notes->malformed = true;
		else if (tlv.tag == EGOV__SEQUENCE)
			notes->reference = true;
		else
			note_text(notes, &tlv);
		if (notes->malformed)
			return;
	}
}

static void note_qualifier(void *user, struct egov_slice policy, struct egov_slice oid,
                           struct egov_slice qualifier)
{
	const enum egov__oid type = egov__oid_find(oid);
	struct egov_slice text = EGOV__NO_SLICE;
	struct notes *notes = user;

	if (type == EGOV__OID_USER_NOTICE)
		note_notice(notes, qualifier);
	else if (type != EGOV__OID_CPS_QUALIFIER)
		notes->strange_any = notes->strange_any
		                     || egov__oid_find(policy) == EGOV__OID_ANY_POLICY;
	else if (egov__der_only(qualifier, EGOV__IA5_STRING, "", &text, NULL) != EGOV_OK)
		notes->fault = EGOV__N("no IA5String");
	else if (notes->fault == NULL)
		notes->fault = egov__uri_fault(text);
}

static void read_notes(const struct egov__lint_subject *s, struct notes *notes)
{
	*notes = (struct notes){ .fault = NULL };
	egov__lint_qualifiers(s, note_qualifier, notes);
}

static enum egov_status any_qualifiers(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct notes notes;

	read_notes(s, &notes);
	if (!notes.strange_any)
		return EGOV_OK;
	return egov__lint_found(err, "certificatePolicies: anyPolicy with an unknown qualifier");
}

static enum egov_status pointer(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct notes notes;

	read_notes(s, &notes);
	if (notes.fault == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "certificatePolicies: CPS pointer: %s", egov__text(notes.fault));
}

static enum egov_status notice(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct notes notes;

	read_notes(s, &notes);
	if (notes.malformed)
		return egov__lint_found(err, "certificatePolicies: a malformed userNotice");
	if (notes.bad_type != 0)
		return egov__lint_found(err, "certificatePolicies: explicitText is IA5String");
	if (notes.long_text > 0)
		return egov__lint_found(err, "certificatePolicies: explicitText of %zu characters",
		                        notes.long_text);
	return EGOV_OK;
}

static enum egov_status notice_type(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct notes notes;

	read_notes(s, &notes);
	if (notes.bad_type == 0 && notes.poor_type == 0)
		return EGOV_OK;
	return egov__lint_found(err, "certificatePolicies: explicitText is no UTF8String");
}

static enum egov_status notice_control(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct notes notes;

	read_notes(s, &notes);
	if (!notes.control)
		return EGOV_OK;
	return egov__lint_found(err, "certificatePolicies: control characters in explicitText");
}

static enum egov_status notice_reference(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct notes notes;

	read_notes(s, &notes);
	if (!notes.reference)
		return EGOV_OK;
	return egov__lint_found(err, "certificatePolicies: a noticeRef");
}

/* --- mappings ------------------------------------------------------------------------ */

struct mapping {
	const struct egov__lint_subject *s;
	struct egov_slice wanted;
	bool any, absent, found;
};

static enum egov_status match_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                     struct egov_error *err)
{
	struct mapping *m = user;

	(void)qualifiers;
	(void)err;
	m->found = m->found || egov__slice_equal(oid, m->wanted);
	return EGOV_OK;
}

static enum egov_status note_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                     struct egov_error *err)
{
	struct mapping *m = user;
	struct egov__ext ext;

	(void)err;
	m->any = m->any || egov__oid_find(from) == EGOV__OID_ANY_POLICY
	         || egov__oid_find(to) == EGOV__OID_ANY_POLICY;
	m->wanted = from;
	m->found = false;
	if (egov__lint_ext(m->s, EGOV__OID_POLICIES, &ext))
		(void)!egov__ext_policies(ext.value, match_policy, m, NULL);
	m->absent = m->absent || !m->found;
	return EGOV_OK;
}

static bool read_mappings(const struct egov__lint_subject *s, struct mapping *m)
{
	struct egov__ext ext;

	*m = (struct mapping){ .s = s };
	return egov__lint_ext(s, EGOV__OID_POLICY_MAPPINGS, &ext)
	       && egov__ext_policy_mappings(ext.value, note_mapping, m, NULL) == EGOV_OK;
}

static enum egov_status mapped_any(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct mapping m;

	if (!read_mappings(s, &m) || !m.any)
		return EGOV_OK;
	return egov__lint_found(err, "policyMappings: anyPolicy is mapped");
}

static enum egov_status mapped_absent(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct mapping m;

	if (!read_mappings(s, &m) || !m.absent)
		return EGOV_OK;
	return egov__lint_found(err, "policyMappings: a policy of the issuer that is not among "
	                             "certificatePolicies");
}

/* --- name constraints ------------------------------------------------------------------- */

struct subtrees {
	bool outlandish;                /* of a form that nobody should constrain */
	const char *dns, *uri, *mail, *ip, *dot;
};

static const char *cidr_fault(struct egov_slice ip)
{
	const size_t half = ip.size / 2;

	for (size_t i = 0; (ip.size == 8 || ip.size == 32) && i < half; i++)
		if ((ip.data[i] & ~ip.data[half + i] & 0xff) != 0)
			return EGOV__N("bits of the address beyond its mask");
	return NULL;
}

static const char *dotless_fault(struct egov_slice host, const char **dot)
{
	if (host.size == 0)
		return NULL;
	if (host.data[0] == '.') {
		*dot = EGOV__N("a dot at the beginning");
		host = (struct egov_slice){ host.data + 1, host.size - 1 };
	}
	return egov__host_fault(host, false);
}

static const char *uri_fault(struct egov_slice host)
{
	const char *ignored = NULL;

	if (host.size == 0 || egov__host_is_address(host) || memchr(host.data, '.', host.size) == NULL)
		return EGOV__N("no qualified host");
	return dotless_fault(host, &ignored);
}

/* A mailbox, a host, or the hosts of a domain. */
static const char *mail_fault(struct egov_slice mail)
{
	const char *ignored = NULL;

	if (mail.size > 0 && memchr(mail.data, '@', mail.size) != NULL)
		return egov__mailbox_fault(mail);
	return dotless_fault(mail, &ignored);
}

static void note_subtree(void *user, const struct egov__general_name *base)
{
	struct subtrees *found = user;

	if (base->tag == EGOV__GN_X400 || base->tag == EGOV__GN_EDI
	    || base->tag == EGOV__GN_REGISTERED_ID)
		found->outlandish = true;
	if (base->tag == EGOV__GN_DNS && found->dns == NULL)
		found->dns = dotless_fault(base->value, &found->dot);
	if (base->tag == EGOV__GN_URI && found->uri == NULL)
		found->uri = uri_fault(base->value);
	if (base->tag == EGOV__GN_EMAIL && found->mail == NULL)
		found->mail = mail_fault(base->value);
	if (base->tag == EGOV__GN_IP && found->ip == NULL)
		found->ip = cidr_fault(base->value);
}

static void read_subtrees(const struct egov__lint_subject *s, struct subtrees *found)
{
	*found = (struct subtrees){ .outlandish = false };
	egov__lint_subtrees(s, note_subtree, found);
}

static enum egov_status in_ca(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__lint_is_ca(s) || !egov__lint_ext(s, EGOV__OID_NAME_CONSTRAINTS, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "nameConstraints, but the holder is no CA");
}

static enum egov_status outlandish(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct subtrees found;

	read_subtrees(s, &found);
	if (!found.outlandish)
		return EGOV_OK;
	return egov__lint_found(err, "nameConstraints: x400Address, ediPartyName or registeredID");
}

static enum egov_status hosts(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct subtrees found;

	read_subtrees(s, &found);
	if (found.dns == NULL && found.uri == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "nameConstraints: %s: %s", found.dns != NULL ? "dNSName" : "URI",
	                        egov__text(found.dns != NULL ? found.dns : found.uri));
}

static enum egov_status mails(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct subtrees found;

	read_subtrees(s, &found);
	if (found.mail == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "nameConstraints: rfc822Name: %s", egov__text(found.mail));
}

static enum egov_status dots(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct subtrees found;

	read_subtrees(s, &found);
	if (found.dot == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "nameConstraints: dNSName: %s", egov__text(found.dot));
}

static enum egov_status ranges(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct subtrees found;

	read_subtrees(s, &found);
	if (found.ip == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "nameConstraints: iPAddress: %s", egov__text(found.ip));
}

const struct egov__lint_row egov__rules_pkix_policy[] = {
	EGOV__RULE(CERT, RFC5280, "pkix-policy-any", "certificatePolicies", "RFC 5280, 4.2.1.4", ERROR,
	           "no qualifier of anyPolicy but a CPS pointer and a userNotice", any_qualifiers),
	EGOV__RULE(CERT, RFC5280, "pkix-policy-cps", "certificatePolicies", "RFC 5280, 4.2.1.4", ERROR,
	           "a CPS pointer is a URI", pointer),
	EGOV__RULE(CERT, RFC5280, "pkix-policy-notice", "certificatePolicies",
	           "RFC 6818, 3 and RFC 5280, 4.2.1.4", ERROR,
	           "explicitText of at most 200 characters, and no IA5String", notice),
	EGOV__RULE(CERT, RFC5280, "pkix-policy-notice-utf8", "certificatePolicies", "RFC 6818, 3",
	           WARNING, "explicitText as UTF8String", notice_type),
	EGOV__RULE(CERT, RFC5280, "pkix-policy-notice-control", "certificatePolicies", "RFC 6818, 3",
	           WARNING, "explicitText without control characters", notice_control),
	EGOV__RULE(CERT, RFC5280, "pkix-policy-notice-ref", "certificatePolicies", "RFC 5280, 4.2.1.4",
	           WARNING, "a userNotice without noticeRef", notice_reference),
	EGOV__RULE(CERT, RFC5280, "pkix-mapping-any", "policyMappings", "RFC 5280, 4.2.1.5", ERROR,
	           "anyPolicy is not mapped, neither from nor to", mapped_any),
	EGOV__RULE(CERT, RFC5280, "pkix-mapping-policy", "policyMappings", "RFC 5280, 4.2.1.5", WARNING,
	           "what is mapped from is among certificatePolicies", mapped_absent),
	EGOV__RULE(CERT, RFC5280, "pkix-nc-ca", "nameConstraints", "RFC 5280, 4.2.1.10", ERROR,
	           "in the certificate of a CA alone", in_ca),
	EGOV__RULE(CERT, RFC5280, "pkix-nc-form", "nameConstraints", "RFC 5280, 4.2.1.10", WARNING,
	           "no constraint on x400Address, ediPartyName or registeredID", outlandish),
	EGOV__RULE(CERT, RFC5280, "pkix-nc-host", "nameConstraints", "RFC 5280, 4.2.1.10", ERROR,
	           "constraints on hosts in the preferred name syntax", hosts),
	EGOV__RULE(CERT, RFC5280, "pkix-nc-mail", "nameConstraints", "RFC 5280, 4.2.1.10", ERROR,
	           "constraints on mail: a mailbox, a host, or a domain behind a dot", mails),
	EGOV__RULE(CERT, RFC5280, "pkix-nc-dot", "nameConstraints", "RFC 5280, 4.2.1.10", WARNING,
	           "no dot at the beginning of a dNSName", dots),
	EGOV__RULE(CERT, RFC5280, "pkix-nc-range", "nameConstraints", "RFC 5280, 4.2.1.10", ERROR,
	           "ranges of addresses as RFC 4632 writes them", ranges),
	{ { .id = NULL }, NULL },
};
