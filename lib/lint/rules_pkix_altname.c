/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "lint/host.h"
#include "lint/lint_impl.h"

/* Rules of RFC 5280, 4.2.1.6 and 4.2.1.7, on the names in subjectAltName and issuerAltName, and on
 * addresses elsewhere. */

typedef enum egov_status name_fn(const char *extension, const struct egov__general_name *name,
                                 struct egov_error *err);

static enum egov_status each_name(const struct egov__lint_subject *s, name_fn *check,
                                  struct egov_error *err)
{
	static const enum egov__oid types[] = { EGOV__OID_SAN, EGOV__OID_ISSUER_ALT_NAME };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; i < 2; i++) {
		struct egov_slice names = EGOV__NO_SLICE;
		struct egov__general_name name;

		if (!egov__lint_names(s, types[i], &names))
			continue;
		while (rc == EGOV_OK && egov__lint_next_name(&names, &name))
			rc = check(egov__oid_get(types[i])->name, &name, err);
	}
	return rc;
}

/* --- one name --------------------------------------------------------------------- */

static enum egov_status name_empty(const char *extension, const struct egov__general_name *name,
                                   struct egov_error *err)
{
	const bool empty = name->tag == EGOV__GN_DIRECTORY ? name->value.size <= 2
	                                                   : name->value.size == 0;

	if (!empty)
		return EGOV_OK;
	return egov__lint_found(err, "%s: an empty name", extension);
}

/* " " by itself is forbidden by name; no blank stands in a host anyway. */
static enum egov_status name_dns(const char *extension, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	const char *fault = NULL;

	if (name->tag == EGOV__GN_DNS && name->value.size > 0)
		fault = egov__host_fault(name->value, true);
	if (fault == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "%s: dNSName %.*s: %s", extension,
	                        (int)(name->value.size < 64 ? name->value.size : 64),
	                        (const char *)name->value.data, egov__text(fault));
}

static enum egov_status name_email(const char *extension, const struct egov__general_name *name,
                                   struct egov_error *err)
{
	const char *fault = NULL;

	if (name->tag == EGOV__GN_EMAIL && name->value.size > 0)
		fault = egov__mailbox_fault(name->value);
	if (fault == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "%s: rfc822Name: %s", extension, egov__text(fault));
}

static enum egov_status name_uri(const char *extension, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	const char *fault = NULL;

	if (name->tag == EGOV__GN_URI && name->value.size > 0)
		fault = egov__uri_fault(name->value);
	if (fault == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "%s: uniformResourceIdentifier: %s", extension,
	                        egov__text(fault));
}

/* A host with a dot, an address, or a wildcard before such a host. */
static enum egov_status name_uri_host(const char *extension, const struct egov__general_name *name,
                                      struct egov_error *err)
{
	struct egov_slice host;
	const char *fault;
	bool dot = false;

	if (name->tag != EGOV__GN_URI || !egov__uri_host(name->value, &host)
	    || egov__host_is_address(host))
		return EGOV_OK;
	fault = egov__host_fault(host, true);
	for (size_t i = 0; i < host.size; i++)
		dot = dot || host.data[i] == '.';
	if (fault == NULL && dot)
		return EGOV_OK;
	return egov__lint_found(err, "%s: uniformResourceIdentifier: a host that is neither qualified "
	                             "nor an address", extension);
}

static enum egov_status name_ip(const char *extension, const struct egov__general_name *name,
                                struct egov_error *err)
{
	if (name->tag != EGOV__GN_IP || name->value.size == 4 || name->value.size == 16)
		return EGOV_OK;
	return egov__lint_found(err, "%s: iPAddress of %zu octets", extension,
	                        name->value.size);
}

static enum egov_status empty(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_name(s, name_empty, err);
}

static enum egov_status dns(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_name(s, name_dns, err);
}

static enum egov_status mail(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_name(s, name_email, err);
}

static enum egov_status uri(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_name(s, name_uri, err);
}

static enum egov_status uri_host(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_name(s, name_uri_host, err);
}

static enum egov_status ip(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each_name(s, name_ip, err);
}

/* --- addresses of what is published ----------------------------------------------------- */

struct addresses {
	bool web;               /* an http or ldap URI */
	bool access;            /* the location of a caIssuers that is no such URI */
	const char *fault;      /* of a URI */
};

static bool is_web(struct egov_slice uri)
{
	return egov__uri_has_scheme(uri, "http") || egov__uri_has_scheme(uri, "ldap")
	       || egov__uri_has_scheme(uri, "https") || egov__uri_has_scheme(uri, "ldaps");
}

static void note_address(void *user, enum egov__oid method, const struct egov__general_name *name)
{
	struct addresses *found = user;
	const bool web = name->tag == EGOV__GN_URI && is_web(name->value);
	struct egov_slice host;

	found->web = found->web || web;
	found->access = found->access || (method == EGOV__OID_AD_CA_ISSUERS && !web);
	if (name->tag != EGOV__GN_URI || found->fault != NULL)
		return;
	found->fault = egov__uri_fault(name->value);
	if (found->fault == NULL && egov__uri_host(name->value, &host) && host.size > 253)
		found->fault = EGOV__N("more than 253 octets");
}

static void read_addresses(const struct egov__lint_subject *s, enum egov__oid type,
                           struct addresses *found)
{
	*found = (struct addresses){ false, false, NULL };
	egov__lint_addresses(s, type, note_address, found);
}

static enum egov_status addresses(const struct egov__lint_subject *s, struct egov_error *err)
{
	static const enum egov__oid types[] = { EGOV__OID_CRL_DP, EGOV__OID_FRESHEST_CRL,
		                                EGOV__OID_AIA, EGOV__OID_SIA };
	struct addresses found;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		read_addresses(s, types[i], &found);
		if (found.fault != NULL)
			return egov__lint_found(err, "%s: uniformResourceIdentifier: %s",
			                        egov__oid_get(types[i])->name,
			                        egov__text(found.fault));
	}
	return EGOV_OK;
}

static enum egov_status point_address(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct addresses found;
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_CRL_DP, &ext))
		return EGOV_OK;
	read_addresses(s, EGOV__OID_CRL_DP, &found);
	if (found.web)
		return EGOV_OK;
	return egov__lint_found(err, "cRLDistributionPoints: no http or ldap address");
}

static enum egov_status issuer_address(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct addresses found;

	read_addresses(s, EGOV__OID_AIA, &found);
	if (!found.access)
		return EGOV_OK;
	return egov__lint_found(err, "authorityInfoAccess: caIssuers is no http or ldap address");
}

const struct egov__lint_row egov__rules_pkix_altname[] = {
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-altname-empty", "subjectAltName, issuerAltName",
	           "RFC 5280, 4.2.1.6", ERROR, "no empty name", empty),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-altname-dns", "subjectAltName, issuerAltName",
	           "RFC 5280, 4.2.1.6 and 7.2", ERROR,
	           "hosts in the preferred name syntax, of at most 253 octets", dns),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-altname-email", "subjectAltName, issuerAltName",
	           "RFC 5280, 4.2.1.6", ERROR, "mailboxes: a local part, @, a host", mail),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-altname-uri", "subjectAltName, issuerAltName",
	           "RFC 5280, 4.2.1.6", ERROR, "URIs with a scheme and something behind it", uri),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-altname-uri-host", "subjectAltName, issuerAltName",
	           "RFC 5280, 4.2.1.6", ERROR, "URIs whose host is qualified or an address", uri_host),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-altname-ip", "subjectAltName, issuerAltName",
	           "RFC 5280, 4.2.1.6", ERROR, "addresses of 4 or 16 octets", ip),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-address", "extensions",
	           "RFC 5280, 4.2.1.13 and 4.2.2", ERROR,
	           "addresses of what is published are URIs that are not relative", addresses),
	EGOV__RULE(CERT, RFC5280, "pkix-crldp-address", "cRLDistributionPoints", "RFC 5280, 4.2.1.13",
	           WARNING, "an http or ldap address among the distribution points", point_address),
	EGOV__RULE(CERT, RFC5280, "pkix-aia-address", "authorityInfoAccess", "RFC 5280, 4.2.2.1",
	           WARNING, "an http or ldap address for caIssuers", issuer_address),
	{ { .id = NULL }, NULL },
};
