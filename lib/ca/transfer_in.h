/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_TRANSFER_IN_H
#define CA_TRANSFER_IN_H

#include <egovca/ca.h>

/* Under the lock and the lease of whoever makes lists: checks and takes a packet, and serves
 * what was in it.  EGOV_E_CORRUPT where somebody changed it. */
EGOV_MUST_CHECK enum egov_status egov__transfer_import(
	struct egov_home *home, const struct egov_crl_import_options *options,
	struct egov_report *report, struct egov_error *err);

#endif
