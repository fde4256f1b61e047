/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_RUN_H
#define CA_CRL_RUN_H

#include "ca/crl_lease.h"

/* What the lists of a run share; one run at a time. */
struct egov__crl_run {
	struct egov_home *home;
	const char *actor;
	int lock;
	struct egov__crl_lease lease;
	char *web_root;
	struct egov__generation_row keys[EGOV__GENERATIONS];    /* that have a certificate */
	size_t count;
	bool several_keys;              /* generations, those without a certificate included */
	bool several;                   /* lists under the one name of the CA */
	bool many;                      /* lists of this run: each is reported by its name */
	bool dry;                       /* nothing is signed, nothing served */
	struct egov_report *explain;    /* gets a record for each check, or NULL */
	struct egov_signer *journal;
};

/* One list of a run. */
struct egov__crl_list {
	const struct egov__generation_row *key;
	uint64_t part;
	bool delta, if_due;
};

/* Makes and serves it where it is due; *made tells whether there is a new one. */
EGOV_MUST_CHECK enum egov_status egov__crl_publish_list(struct egov__crl_run *run,
                                                        const struct egov__crl_list *list,
                                                        bool *made, struct egov_report *report,
                                                        struct egov_error *err);

#endif
