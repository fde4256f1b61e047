/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "home/home_conf_ldap.h"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The server alone: entries have their names from ldap_base. */
static enum egov_status check_server(struct egov__conf *text, const char *key, const char *url,
                                     struct egov_error *err)
{
	const char *host = strstr(url, "://");

	if ((begins(url, "ldap://") || begins(url, "ldaps://") || begins(url, "ldapi://"))
	    && host[3] != 0 && strpbrk(host + 3, "/? ") == NULL)
		return EGOV_OK;
	return egov__conf_error(text, "publish", key, err, EGOV_E_SYNTAX, "RFC 4516, 2",
	                        "\"%.200s\": want a server of ldap, ldaps or ldapi, without an entry",
	                        url);
}

/* Where a password in the clear is seen by nobody else. */
static bool is_here(const char *url)
{
	static const char *const here[] = { "ldap://127.0.0.1", "ldap://localhost", "ldap://[::1]" };

	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		if (begins(url, here[i])
		    && (url[strlen(here[i])] == 0 || url[strlen(here[i])] == ':'))
			return true;
	return begins(url, "ldapi:");
}

static enum egov_status check_password(struct egov__conf *text, const struct egov__home_ldap *ldap,
                                       struct egov_error *err)
{
	if ((ldap->bind_dn == NULL) != (ldap->password_file == NULL))
		return egov__conf_error(text, "publish", "ldap", err, EGOV_E_SYNTAX, NULL,
		                        "ldap_bind and ldap_password go together");
	if (ldap->bind_dn == NULL || ldap->start_tls || begins(ldap->url, "ldaps:")
	    || is_here(ldap->url))
		return EGOV_OK;
	return egov__conf_error(text, "publish", "ldap_start_tls", err, EGOV_E_POLICY,
	                        "RFC 4513, 6.3.1", "the password would cross the network in the clear");
}

static const char *optional(struct egov__conf *text, const char *key)
{
	const char *value = egov__conf_get(text, "publish", key);

	return value == NULL || *value == 0 ? NULL : value;
}

enum egov_status egov__home_conf_ldap(struct egov__conf *text, struct egov__home_ldap *ldap,
                                      struct egov_error *err)
{
	struct egov__home_ldap found = { .url = optional(text, "ldap"),
		                         .base = optional(text, "ldap_base"),
		                         .public_url = optional(text, "ldap_public"),
		                         .bind_dn = optional(text, "ldap_bind"),
		                         .password_file = optional(text, "ldap_password"),
		                         .ca_file = optional(text, "ldap_ca"),
		                         .limit = 30 };
	enum egov_status rc;

	found.start_tls = found.url != NULL && begins(found.url, "ldap:");
	rc = egov__conf_boolean(text, "publish", "ldap_start_tls", &found.start_tls, err);
	if (rc == EGOV_OK)
		rc = egov__conf_number(text, "publish", "ldap_limit", 1, 3600, &found.limit, err);
	if (rc == EGOV_OK && found.url != NULL) {
		rc = check_server(text, "ldap", found.url, err);
		if (rc == EGOV_OK && found.public_url != NULL)
			rc = check_server(text, "ldap_public", found.public_url, err);
		if (rc == EGOV_OK && found.base == NULL)
			rc = egov__conf_error(text, "publish", "ldap", err, EGOV_E_SYNTAX, NULL,
			                      "ldap_base is missing: the entry below which lists stand");
		if (rc == EGOV_OK)
			rc = check_password(text, &found, err);
	}
	if (rc == EGOV_OK)
		*ldap = found;
	return rc;
}
