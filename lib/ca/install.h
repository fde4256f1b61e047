/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_INSTALL_H
#define CA_INSTALL_H

#include "cert/cert.h"
#include "home/home.h"
#include "record/body.h"

/* What a ceremony adds to the installing of a certificate; any may be NULL. */
struct egov__install_also {
	/* Whether it is the certificate that was agreed on. */
	enum egov_status (*check)(void *user, const struct egov_cert *cert, struct egov_error *err);
	/* More in the entry's body. */
	enum egov_status (*describe)(void *user, const struct egov_cert *cert,
	                             struct egov__body *body, struct egov_error *err);
	/* The last thing before the transaction commits. */
	enum egov_status (*keep)(void *user, struct egov_error *err);
	void *user;
};

/* egov_init_install. */
struct egov__install {
	struct egov_home *home;
	const char *actor;
	struct egov_slice certificate, chain;
	const struct egov__install_also *also;
};
EGOV_MUST_CHECK enum egov_status egov__install(const struct egov__install *install,
                                               struct egov_report *report,
                                               struct egov_error *err);

#endif
