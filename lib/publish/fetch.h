/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISH_FETCH_H
#define PUBLISH_FETCH_H

#include "base/source.h"

/*
 * What an address of http, https or ldap serves, as whoever relies on it gets it: by libcurl
 * or libldap, loaded by the first call (EGOV_E_UNSUPPORTED where it is missing).  No proxy, at
 * most three redirections.  EGOV_E_IO where it cannot be had within so many seconds,
 * EGOV_E_LIMIT past max octets.
 */
EGOV_MUST_CHECK enum egov_status egov__fetch(const char *url, size_t max, unsigned seconds,
                                             struct egov_buf **out, struct egov_error *err);

/* The same into a file without a name, however much it is; egov__source_close when done. */
EGOV_MUST_CHECK enum egov_status egov__fetch_file(const char *url, unsigned seconds,
                                                  struct egov__source_file *out,
                                                  struct egov_error *err);

/* Whether it gives the same bytes, which are compared as they come. */
EGOV_MUST_CHECK enum egov_status egov__fetch_same(const char *url, const struct egov__source *list,
                                                  unsigned seconds, bool *same,
                                                  struct egov_error *err);

#endif
