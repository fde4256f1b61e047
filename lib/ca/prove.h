/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_PROVE_H
#define CA_PROVE_H

#include "home/home.h"
#include "key/decrypter.h"

/* A view of the ledger that its owner has begun and ends, over a connection of its own, and
 * who opens private parts (NULL: they stay sealed). */
struct egov__prove_view {
	struct egov_store *store;
	struct egov__decrypter *custodian;
};

/*
 * The evidence of a certificate as it stands in this view, appended; proven up to a
 * checkpoint that may be newer.  Nothing is journalled: that the caller does, before anybody
 * sees what was unsealed.
 */
EGOV_MUST_CHECK enum egov_status egov__prove_in_view(struct egov_home *home,
                                                     const struct egov__prove_view *view,
                                                     const char *serial, struct egov_buf *evidence,
                                                     struct egov_error *err);

#endif
