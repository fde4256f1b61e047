/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_MANIFEST_H
#define CA_CRL_MANIFEST_H

#include "home/home.h"

/*
 * crl/manifest.json in the web root: the last published list of each kind and name, a JSON
 * object a line, for whoever mirrors them.  It is made from the ledger alone, and replaced where
 * it differs; who trusts it less than that compares sm3 with the journal's, or verifies the list.
 */
EGOV_MUST_CHECK enum egov_status egov__crl_manifest(struct egov_home *home, const char *web_root,
                                                    struct egov_error *err);

#endif
