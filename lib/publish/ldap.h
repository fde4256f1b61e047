/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISH_LDAP_H
#define PUBLISH_LDAP_H

#include "base/secret.h"
#include "record/record.h"

/*
 * A directory that lists are put into: the list NAME stands in the entry "cn=NAME,BASE" of
 * class cRLDistributionPoint, which is made where it is missing (RFC 4523, 3.4, 2.4).
 * By libldap, which is loaded by the first call (EGOV_E_UNSUPPORTED where it is missing).
 */
struct egov__ldap {
	const char *url;                /* ldap, ldaps or ldapi: the server alone */
	const char *base;               /* DN */
	const char *bind_dn;            /* NULL: anonymous */
	const struct egov_secret *password;     /* of bind_dn */
	bool start_tls;
	const char *ca_file;            /* whom TLS trusts; NULL: as the system does */
	unsigned seconds;               /* for each step */
};

/* Where a list stands: certificateRevocationList;binary, authorityRevocationList;binary of
 * a list of CAs, deltaRevocationList;binary. */
struct egov__ldap_place {
	const char *name;
	const char *attribute;
};
const char *egov__ldap_attribute(bool only_ca, bool delta);

/* Puts the list there in the place of the one before.  EGOV_E_IO where that cannot be done,
 * EGOV_E_AUTH where the server refuses the name or password. */
EGOV_MUST_CHECK enum egov_status egov__ldap_publish(const struct egov__ldap *to,
                                                    const struct egov__ldap_place *place,
                                                    const struct egov_recorded *recorded,
                                                    struct egov_error *err);

/* What stands there, as whoever has no name gets it. */
EGOV_MUST_CHECK enum egov_status egov__ldap_read(const struct egov__ldap *from,
                                                 const struct egov__ldap_place *place, size_t max,
                                                 struct egov_buf **out, struct egov_error *err);

/* What an address of ldap gives (RFC 4516): one value of one attribute of one entry. */
EGOV_MUST_CHECK enum egov_status egov__ldap_fetch(const char *url, size_t max, unsigned seconds,
                                                  struct egov_buf **out, struct egov_error *err);

#endif
