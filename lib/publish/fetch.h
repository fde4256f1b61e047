/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISH_FETCH_H
#define PUBLISH_FETCH_H

#include "base/buf.h"

/*
 * What an address of http, https or ldap serves, as whoever relies on it gets it: by libcurl
 * or libldap, loaded by the first call (EGOV_E_UNSUPPORTED where it is missing).  No proxy, at
 * most three redirections.  EGOV_E_IO where it cannot be had within so many seconds,
 * EGOV_E_LIMIT past max octets.
 */
EGOV_MUST_CHECK enum egov_status egov__fetch(const char *url, size_t max, unsigned seconds,
                                             struct egov_buf **out, struct egov_error *err);

#endif
