/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINT_HOST_H
#define LINT_HOST_H

#include "base/buf.h"

/* Hosts, mailboxes and URIs as RFC 5280, 4.2.1.6 wants them in names.  Each says what is wrong
 * as a noun for a message, or returns NULL where nothing is. */

/* The preferred name syntax (RFC 1034, 3.5; RFC 1123, 2.1): labels of letters, digits and
 * hyphens, of 1 to 63, 253 octets in all; one that begins with xn-- is Punycode.  wildcard: the
 * first label may be an asterisk. */
const char *egov__host_fault(struct egov_slice host, bool wildcard);

/* A Mailbox (RFC 2821, 4.1.2): local part and host. */
const char *egov__mailbox_fault(struct egov_slice mailbox);

/* A URI that is not relative (RFC 3986): scheme and a part specific to it. */
const char *egov__uri_fault(struct egov_slice uri);

/* The host of a URI with an authority; false where it has none. */
bool egov__uri_host(struct egov_slice uri, struct egov_slice *host);

/* Whether a host is an address: four numbers with dots, or what stands in brackets. */
bool egov__host_is_address(struct egov_slice host);

/* Whether the URI begins with this scheme and "://". */
bool egov__uri_has_scheme(struct egov_slice uri, const char *scheme);

#endif
