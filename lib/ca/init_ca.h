/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_INIT_CA_H
#define CA_INIT_CA_H

#include <egovca/ca.h>

#include "home/home.h"

/* The CA's own name and key, while its home is being made. */
struct egov__own_ca {
	const char *actor;
	struct egov_slice subject;      /* DER Name */
	const char *subject_text;
	struct egov_signer *signer;     /* purpose EGOV_KEY_CA */
};

/* Makes, signs and records the PKCS#10 request of the CA's own key; keeps it as
 * EGOV__META_REQUEST. */
EGOV_MUST_CHECK enum egov_status egov__own_request(struct egov_home *home,
                                                   const struct egov__own_ca *own,
                                                   struct egov_error *err);

/* Makes, signs and records the self-signed certificate on that request, under
 * profile root-ca; keeps it as EGOV__META_CERTIFICATE and publishes it. */
EGOV_MUST_CHECK enum egov_status egov__own_root(struct egov_home *home,
                                                const struct egov__own_ca *own,
                                                struct egov_report *report,
                                                struct egov_error *err);

/* The first operators: that there are enough of them, and, in the transaction of the
 * journal's "init", their rows and entries. */
EGOV_MUST_CHECK enum egov_status egov__init_people_check(const struct egov_init_options *options,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__init_people(struct egov_home *home,
                                                   const struct egov_init_options *options,
                                                   struct egov_error *err);

/* The web root's path on the heap; NULL without memory. */
char *egov__web_root(const struct egov_home *home);

#endif
